"""Operations from another system: a CSV is sent in, its columns are matched to fields, tried, and taken in."""

import base64
import re
import secrets
import zlib
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import ngettext
from werkzeug.wrappers import Response

from lessons.domain import access
from lessons.domain.access import Permit
from lessons.domain.errors import Invalid, LessonsError, NotFound, Problem
from lessons.domain.text import N_
from lessons.ports import Note
from lessons.services import exchange
from lessons.services.exchange import Report, Row
from lessons.services.track.falling_due import catch_up
from lessons.web import operations_columns as columns_
from lessons.web.doors import doors, library, me
from lessons.web.errors import say
from lessons.web.forms import errors_by_box

bp = Blueprint("taking_in", __name__, url_prefix="/import")
Page = tuple[str, int]
MOST_ROWS = 5_000
MOST_COLUMNS = 200
MOST_TOLD = 500  # rows of one report that are listed
AT_ONCE = 200  # evaluations entered within the request; the rest soon after
FILE, MAPS = "operations_file", "operations_map"  # subjects of the notebook
SYSTEMS = 20  # whose columns are remembered for one person
NO_SOURCE = N_("Enter the name of the system that the file comes from.")
NO_FILE = N_("Choose a CSV file.")
EMPTY = N_(
    "There is no row in this file. The first line names the columns; each line below is one operation."
)
TOO_MANY = N_(
    "This file has more than %(most)s rows. Send it in parts, or ask your administrator to use the command "
    "“lessons import”, which takes files of any length."
)
TOO_WIDE = N_("This file has more than %(most)s columns. Take out those that are not needed.")
OUTCOMES: Mapping[str, tuple[str, str]] = {
    "added": (N_("New"), "green"), "changed": (N_("Changed"), "blue"), "same": (N_("As it was"), "grey"),
    "refused": (N_("Left out"), "red"),
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Sent:
    """A file that waits to be taken in."""

    note: Note
    name: str
    source: str
    rows: Sequence[Row]


# --- sending a file ------------------------------------------------------------------------------------
@bp.get("")
def start() -> Page:
    access.demand(me(), Permit.REGISTER)
    return _start_page()


def _start_page(problems: Sequence[Problem] = (), source: str = "") -> Page:
    waiting = _note()
    html = render_template(
        "track/operations_import.html", problems=problems, errors=errors_by_box(problems), source=source,
        systems=list(_maps()), waiting=waiting.body["name"] if waiting else "", most=MOST_ROWS,
    )  # fmt: skip
    return html, 422 if problems else 200


@bp.post("")
def send() -> Response | Page:
    """Keep the file for this person alone until it is taken in, or another one is sent."""
    access.demand(me(), Permit.REGISTER)
    source = " ".join(request.form.get("source", "").split())[:200]
    upload = request.files.get("file")
    problems = [] if source else [Problem("source", NO_SOURCE)]
    if upload is None or not upload.filename:
        return _start_page([*problems, Problem("file", NO_FILE)], source)
    raw, name = upload.read(), re.sub(r"[^\w. -]", "_", upload.filename)[-80:]
    try:
        _looked_at(_rows(raw, name))
        if problems:
            return _start_page(problems, source)
        _keep(raw, name, source)
    except Invalid as error:
        found = [Problem("file", p.message, values=p.values) for p in error.problems]
        return _start_page([*problems, *found[:1]], source)
    return redirect(url_for(".match"), 303)


def _rows(raw: bytes, name: str) -> list[Row]:
    """Raises Invalid, also where there are too many to be taken in within a request."""
    rows = []
    for row in exchange.csv_rows(raw, name):
        rows.append(row)
        if len(rows) > MOST_ROWS:
            raise Invalid([Problem("file", TOO_MANY, values=(("most", f"{MOST_ROWS:,}"),))])
    return rows


def _looked_at(rows: Sequence[Row]) -> None:
    """Raises Invalid for a file in which nothing can be matched."""
    if not any(row.values for row in rows):
        raise Invalid([Problem("file", EMPTY)])
    if len(columns_.columns_of(rows)) > MOST_COLUMNS:
        raise Invalid([Problem("file", TOO_WIDE, values=(("most", str(MOST_COLUMNS)),))])


def _keep(raw: bytes, name: str, source: str) -> None:
    """Raises Invalid where it is too long to be kept meanwhile."""
    packed = base64.b64encode(zlib.compress(raw)).decode("ascii")
    body = {"name": name, "source": source, "packed": packed}
    before = _note()
    id = before.id if before else f"operations-{secrets.token_hex(8)}"
    try:
        doors().notebook.keep(id, me().name, FILE, body, expected=None, now=library().clock())
    except Invalid:
        raise Invalid([Problem("file", TOO_MANY, values=(("most", f"{MOST_ROWS:,}"),))]) from None


def _note() -> Note | None:
    return next(iter(doors().notebook.all(me().name, FILE)), None)


def _sent() -> Sent:
    """The file that waits. Raises NotFound."""
    note = _note()
    if note is None:
        raise NotFound()
    raw = zlib.decompress(base64.b64decode(note.body["packed"]))
    return Sent(note, note.body["name"], note.body["source"], _rows(raw, note.body["name"]))


# --- which columns of other systems fill what, as this person chose before --------------------------------
def _maps() -> dict[str, dict[str, str]]:
    note = next(iter(doors().notebook.all(me().name, MAPS)), None)
    return dict(note.body["systems"]) if note else {}


def _remember(source: str, chosen: Mapping[str, str], columns: Sequence[columns_.Column]) -> None:
    """What was chosen, and that a column was left out on purpose."""
    note = next(iter(doors().notebook.all(me().name, MAPS)), None)
    others = {s: m for s, m in _maps().items() if s != source}
    kept = {source: {c.name: chosen.get(c.name, "") for c in columns}, **others}
    body = {"systems": dict(list(kept.items())[:SYSTEMS])}
    id = note.id if note else f"operations-map-{secrets.token_hex(8)}"
    with suppress(LessonsError):  # only a convenience
        doors().notebook.keep(id, me().name, MAPS, body, expected=None, now=library().clock())


# --- matching, trying, taking in -----------------------------------------------------------------------
@bp.route("/columns", methods=["GET", "POST"])
def match() -> Response | Page:
    access.demand(me(), Permit.REGISTER)
    try:
        sent = _sent()
    except NotFound:
        flash(_("Send the file first."))
        return redirect(url_for(".start"), 303)
    columns = columns_.columns_of(sent.rows)
    if request.method == "GET":
        guessed = columns_.guessed(columns, _maps().get(sent.source, {}))
        return _match_page(sent, columns, guessed, "operation")
    chosen, kind = _chosen(columns), request.form.get("kind", "")
    problems = columns_.problems_of(chosen, columns)
    if problems:
        return _match_page(sent, columns, chosen, kind, problems=problems)
    _remember(sent.source, chosen, columns)
    report = _take_in(sent, chosen, kind, dry_run=request.form.get("do") != "import")
    if request.form.get("do") != "import":
        return _match_page(sent, columns, chosen, kind, report=report)
    with suppress(LessonsError):  # what is not entered now is a moment later
        catch_up(library(), most=AT_ONCE)
    doors().notebook.drop(sent.note.id, me().name)
    return _done_page(sent, report)


def _chosen(columns: Sequence[columns_.Column]) -> dict[str, str]:
    """What the boxes say, without what is none of ours."""
    offered = {field.name for field in columns_.fields()} | {columns_.REFERENCE}
    said = {c.name: request.form.get(f"column-{n}", "") for n, c in enumerate(columns)}
    return {column: name for column, name in said.items() if name in offered}


def _take_in(sent: Sent, chosen: Mapping[str, str], kind: str, *, dry_run: bool) -> Report:
    lists = library().vocabularies
    kind = kind if kind in lists["operation_kind"].terms else ""
    plan = columns_.plan_of(chosen, sent.rows, sent.source, kind, lists)
    rows = columns_.with_references(sent.rows, chosen)
    return exchange.import_rows(library(), me(), rows, plan, dry_run=dry_run)


def _match_page(
    sent: Sent, columns: Sequence[columns_.Column], chosen: Mapping[str, str], kind: str, *,
    problems: Sequence[Problem] = (), report: Report | None = None,
) -> Page:  # fmt: skip
    html = render_template(
        "track/operations_columns.html", sent=sent, columns=columns, chosen=chosen, kind=kind,
        problems=problems, errors=errors_by_box(problems), reference=columns_.REFERENCE,
        choices=columns_.fields(), told=_told(report) if report else None,
    )  # fmt: skip
    return html, 422 if problems else 200


def _done_page(sent: Sent, report: Report) -> Page:
    taken = report.count("added") + report.count("changed")
    flash(
        ngettext("%(num)s operation was taken in.", "%(num)s operations were taken in.", taken),
        "success",
    )
    return render_template("track/operations_imported.html", sent=sent, told=_told(report)), 200


def _told(report: Report) -> dict[str, Any]:
    """A report for the page: what was left out first. No words of a cell but its reference."""
    rows = sorted(
        report.rows, key=lambda row: (row.outcome != "refused", not row.problems, row.line)
    )
    readable = {row.id for row in rows[:MOST_TOLD] if row.id and library().peek(me(), row.id)}
    return {
        "counts": [(words, colour, report.count(key)) for key, (words, colour) in OUTCOMES.items()],
        "rows": [
            {"line": row.line, "reference": row.source_id, "outcome": OUTCOMES[row.outcome],
             "id": row.id if row.id in readable else "",
             "why": [(_label(p.field), say(p)) for p in row.problems]}
            for row in rows[:MOST_TOLD]
        ],
        "untold": max(0, len(rows) - MOST_TOLD),
    }  # fmt: skip


def _label(field: str) -> str:
    declared = columns_.SHAPE.by_name.get(field)
    return str(_(declared.label)) if declared else ""
