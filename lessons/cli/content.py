"""`lessons init`, `import` and `export`."""

import csv
import json
import shutil
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any, TextIO

import click

from lessons.cli.common import PROBLEMS, House, house, library, progress, settle
from lessons.domain.access import SYSTEM
from lessons.domain.errors import Busy, LessonsError, SearchUnavailable
from lessons.domain.record import Kind
from lessons.ports import RecordText
from lessons.services import exchange
from lessons.services.exchange import Plan, Report
from lessons.services.track.falling_due import catch_up

STARTER = ("vocabularies", "themes", "guidance", "synonyms.yaml")
KINDS = click.Choice([k.value for k in Kind])
FILE = click.Path(exists=True, dir_okay=False, path_type=Path)
AS_JSON = click.option("--json", "as_json", is_flag=True, help="For a program to read.")


@click.command()
@click.argument("folder", metavar="DIR", type=click.Path(path_type=Path))
def init(folder: Path) -> None:
    """A new, empty knowledge base with the starter lists and guidance."""
    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        raise click.UsageError(f"{folder} is there already and not empty; choose a new folder.")
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    for name in STARTER:
        source = House.starter / name
        if source.is_dir():
            shutil.copytree(source, folder / name)
        else:
            shutil.copy(source, folder / name)
    click.echo(
        f"{folder} is ready. Use it with: LESSONS_CONTENT_DIR={folder.absolute()} lessons run"
    )


# --- import ----------------------------------------------------------------------------------------
@click.command("import")
@click.argument(
    "files", nargs=-1, required=True, metavar="FILE…", type=click.Path(exists=True, path_type=Path)
)
@click.option(
    "--map", "map_file", type=FILE, help="A TOML file that maps their columns to our fields."
)
@click.option(
    "--as", "kind", type=KINDS, help="Kind of record.  [default: lesson, or what the map says]"
)
@click.option("--state", help="State of imported lessons.  [default: observation]")
@click.option("--dry-run", is_flag=True, help="Report, and change nothing.")
@click.option("--create-themes", is_flag=True, help="Add themes that are not in the list yet.")
@click.option(
    "--report",
    "report_file",
    type=click.Path(path_type=Path, dir_okay=False),
    help="Write the report of every row as CSV.",
)
@AS_JSON
def import_(
    files: tuple[Path, ...], map_file: Path | None, kind: str | None, state: str | None, dry_run: bool,
    create_themes: bool, report_file: Path | None, as_json: bool,
) -> None:  # fmt: skip
    """Bring records in: JSON Lines, CSV, or our own markdown (a file, or a folder of them).

    Without a map a row needs "source_id", "title" and "text"; any declared field may be added.
    """
    plan = exchange.read_plan(map_file) if map_file else Plan()
    plan = replace(
        plan,
        kind=Kind(kind) if kind else plan.kind,
        state=state or plan.state,
        create_themes=create_themes,
    )
    here = library()
    if plan.state not in here.vocabularies["state"].terms:
        known = ", ".join(here.vocabularies["state"].terms)
        raise click.UsageError(f"There is no state {plan.state!r}. There are: {known}")
    readers = [(path, _reader(here, path, plan, dry_run=dry_run)) for path in files]
    refused = 0
    with _report_to(report_file) as write:
        for path, read in readers:
            report = read()
            refused += report.count("refused")
            _tell(path, report, dry_run=dry_run, as_json=as_json)
            write(path, report)
    if not dry_run:
        _note_what_falls_due(here)
        settle(here)
    sys.exit(PROBLEMS if refused else 0)


def _note_what_falls_due(here: Any) -> None:
    """Of operations that came in: what cannot be noted now, `lessons alerts` notes later."""
    try:
        noted = catch_up(here)
    except (Busy, SearchUnavailable):
        noted = 0
    if noted:
        click.echo(
            f"Evaluations that fell due, and debriefs noted on operations: {noted}.", err=True
        )


def _reader(here: Any, path: Path, plan: Plan, *, dry_run: bool) -> Callable[[], Report]:
    """What takes one file in; refuses what we do not read before anything is done."""
    markdown = sorted(path.rglob("*.md")) if path.is_dir() else [path]
    if path.is_dir() or path.suffix.lower() == ".md":
        text: RecordText = house().text

        def records() -> Report:
            with progress(path.name) as advance:
                return exchange.import_records(
                    here, SYSTEM, markdown, text, dry_run=dry_run,
                    progress=lambda done: advance(done, len(markdown)),
                )  # fmt: skip

        return records
    found = exchange.read_rows(path)

    def rows() -> Report:
        with progress(path.name) as advance:
            return exchange.import_rows(
                here, SYSTEM, found, plan, dry_run=dry_run, progress=lambda done: advance(done, None)
            )  # fmt: skip

    return rows


def _tell(path: Path, report: Report, *, dry_run: bool, as_json: bool) -> None:
    counts = {o: report.count(o) for o in ("added", "changed", "same", "refused")}
    if as_json:
        rows = [
            {"line": r.line, "source_id": r.source_id, "outcome": r.outcome, "id": r.id,
             "problems": [{"field": p.field, "reason": str(p)} for p in r.problems]}
            for r in report.rows
        ]  # fmt: skip
        whole = {"file": str(path), **counts, "dry_run": dry_run}
        click.echo(json.dumps({**whole, "themes_added": report.themes_added, "rows": rows}))
        return
    for row in report.rows:
        # A record of a folder is told by its own file, which is its reference here.
        where = row.source_id if path.is_dir() else str(path)
        for problem in row.problems if row.outcome == "refused" else ():
            click.echo(f"{where}:{row.line}: {problem.field}: {problem}", err=True)
    for (field, reason), lines in _left_out(report).items():
        rows_told = f"line {lines[0]}" + (f" and {len(lines) - 1} more" if lines[1:] else "")
        click.echo(f"{path}: {field}: {reason} ({rows_told})", err=True)
    would = " (dry run: nothing was changed)" if dry_run else ""
    click.echo(
        f"{path.name}: {counts['added']} added, {counts['changed']} changed, {counts['same']} the same, "
        f"{counts['refused']} refused{would}"
    )
    if report.themes_added:
        click.echo(f"Themes added: {', '.join(report.themes_added)}")


def _left_out(report: Report) -> dict[tuple[str, str], list[int]]:
    """What was left out of rows that were taken in, each thing once, with the lines it stood on."""
    lines: dict[tuple[str, str], list[int]] = {}
    for row in report.rows:
        for problem in row.problems if row.outcome != "refused" else ():
            lines.setdefault((problem.field, str(problem)), []).append(row.line)
    return lines


@contextmanager
def _report_to(path: Path | None) -> Iterator[Callable[[Path, Report], None]]:
    """Writes the report of every row, of all files together; nothing where no file is named."""
    if path is None:
        yield lambda source, report: None
        return
    with path.open("w", newline="", encoding="utf-8-sig") as file:
        writer = csv.writer(file)
        writer.writerow(["file", "line", "source_id", "outcome", "id", "field", "reason"])

        def write(source: Path, report: Report) -> None:
            for row in report.rows:
                for problem in row.problems or (None,):
                    field, reason = (problem.field, str(problem)) if problem else ("", "")
                    cells = (
                        source.name,
                        str(row.line),
                        row.source_id,
                        row.outcome,
                        row.id,
                        field,
                        reason,
                    )
                    writer.writerow([exchange.inert(c) for c in cells])

        yield write


# --- export ----------------------------------------------------------------------------------------
@click.command()
@click.option("--kind", type=KINDS, help="Only records of this kind.")
@click.option(
    "--format",
    "form",
    type=click.Choice(["jsonl", "csv", "markdown"]),
    default="jsonl",
    show_default=True,
)
@click.option(
    "--out",
    type=click.Path(path_type=Path),
    help="A file; for markdown a new folder.  [default: standard output]",
)
def export(kind: str | None, form: str, out: Path | None) -> None:
    """Everything, or one kind, for another system."""
    if form == "markdown" and (out is None or out.exists()):
        raise click.UsageError("Markdown needs --out, a folder that does not exist yet.")
    if form == "csv" and kind is None:
        raise click.UsageError("CSV has one kind in a file: name it with --kind.")
    here = house()
    missed: list[LessonsError] = []
    kinds = [Kind(kind)] if kind else exchange.IN_ORDER
    found = exchange.every(here.library, SYSTEM, kinds, missed.append)
    if form == "markdown" and out:
        exchange.write_markdown(out, found, here.text)
    else:
        with _output(out, form) as file:
            if form == "csv":
                exchange.write_csv(file, found, kinds[0])
            else:
                exchange.write_json_lines(file, found)
    for error in missed:
        click.echo(f"left out: {error}", err=True)
    sys.exit(PROBLEMS if missed else 0)


@contextmanager
def _output(out: Path | None, form: str) -> Iterator[TextIO]:
    if out is None:
        yield sys.stdout
        return
    # With a mark of its encoding, without which a spreadsheet misreads what is not ASCII.
    encoding = "utf-8-sig" if form == "csv" else "utf-8"
    with out.open("w", encoding=encoding, newline="") as file:
        yield file
