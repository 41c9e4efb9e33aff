"""Taking rows in: idempotent by source id, in batches; bad rows never stop good ones."""

from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from pathlib import Path

from lessons.domain import access
from lessons.domain.access import Permit, User
from lessons.domain.clearing import marked, too_high
from lessons.domain.errors import (
    Busy,
    Invalid,
    LessonsError,
    MarkingTooHigh,
    Problem,
    StaleWrite,
    Unreadable,
)
from lessons.domain.record import Kind, Record, Stored
from lessons.domain.schema import check
from lessons.domain.text import N_
from lessons.library import Library
from lessons.ports import Change, RecordText
from lessons.services.exchange.mapping import Made, RowReader, about_of, stable_id
from lessons.services.exchange.merging import merged
from lessons.services.exchange.rows import Plan, Report, Row, RowResult
from lessons.services.exchange.themes import ThemeKeys

BATCH = 500
MAY_IDENTIFY = N_("This may identify somebody, or be too sensitive. Look at it.")
# What the register takes from another system: nothing that the product sets, and of who may read it the marking.
FOR_REGISTER = frozenset({
    "title", "operation_kind", "order", "four_p", "threats", "threat_kinds", "vulnerabilities", "tactics", "partners",
    "unit", "place_type", "started", "ended", "sio", "lro", "plan_owner", "references", "debrief_due", "marking",
    "summary",
})  # fmt: skip


@dataclass(slots=True)
class Pending:
    """A record read and waiting to be kept."""

    line: int
    source_id: str
    change: Change
    notes: tuple[Problem, ...] = ()


@dataclass
class Importer:
    """One import on its way. taken: reference by record id; lines: line by reference."""

    library: Library
    by: User
    plan: Plan
    dry_run: bool
    report: Report = field(default_factory=Report)
    batch: list[Pending] = field(default_factory=list)
    taken: dict[str, str] = field(default_factory=dict)
    lines: dict[str, int] = field(default_factory=dict)

    @cached_property
    def themes(self) -> ThemeKeys:
        return ThemeKeys(self.library, create=self.plan.create_themes, dry_run=self.dry_run)

    @cached_property
    def _ids_by_letters(self) -> dict[str, list[str]]:
        """Ids of the plan's kind by their last five letters, which stay when the year of a row is put right."""
        found: dict[str, list[str]] = {}
        for id in self.library.records.versions(self.plan.kind):
            found.setdefault(id[-5:], []).append(id)
        return found

    def take(self, line: int, made: Made) -> None:
        """One row that was read, good or bad."""
        if made.record is None:
            self.refuse(line, made.reference, made.refused)
        elif made.reference in self.lines:
            twice = N_("This reference stands on line %(line)s as well.")
            first = str(self.lines[made.reference])
            self.refuse(
                line, made.reference, [Problem("source_id", twice, values=(("line", first),))]
            )
        else:
            self.lines[made.reference] = line
            record = made.record if made.own_id else self._placed(made.record, made.source_id)
            if record.kind is Kind.THEME:
                self.themes.expect(record)
            self.add(line, made.reference, record, made.notes, keep_author=bool(made.own_id))

    def add(
        self, line: int, reference: str, record: Record, notes: Sequence[Problem] = (), *,
        keep_author: bool,
    ) -> None:  # fmt: skip
        """One record, into the batch; one that is there already word for word is only told."""
        old = existing(self.library, record.id)
        if old:
            new = merged(self.library, old, record)
        else:
            author = record.line("author") if keep_author else ""
            new = record.with_(author=author or self.by.name)
        if old and new == old.record:
            self.report.rows.append(RowResult(line, reference, "same", record.id, tuple(notes)))
            return
        change = Change(new, old.revision.number if old else 0)
        self.batch.append(Pending(line, reference, change, tuple(notes)))
        if len(self.batch) >= BATCH:
            self.keep()

    def refuse(self, line: int, reference: str, problems: Sequence[Problem]) -> None:
        self.report.rows.append(RowResult(line, reference, "refused", "", tuple(problems)))

    def keep(self) -> None:
        """Save what waits; nothing in a dry run."""
        answers: Sequence[Stored | LessonsError | None] = [None] * len(self.batch)
        if self.batch and not self.dry_run:
            answers = self.library.save_many(self.by, "import", [p.change for p in self.batch])
        for each, answer in zip(self.batch, answers, strict=True):
            if isinstance(answer, LessonsError):
                self.refuse(each.line, each.source_id, [self._why_not(each.change, answer)])
            else:
                outcome = "changed" if each.change.expected else "added"
                id = each.change.record.id
                self.report.rows.append(
                    RowResult(each.line, each.source_id, outcome, id, each.notes)
                )
        if any(each.change.record.kind is Kind.THEME for each in self.batch):
            self.library.forget_lists()
        self.batch = []

    def done(self) -> Report:
        self.keep()
        self.report.themes_added = self.themes.added
        if self.themes.added:
            self.library.forget_lists()
        self.report.rows.sort(key=lambda r: r.line)
        return self.report

    def _why_not(self, change: Change, error: LessonsError) -> Problem:
        if isinstance(error, Invalid) and error.problems:
            return error.problems[0]
        if not isinstance(error, StaleWrite):
            return Problem("row", str(error))
        if not change.expected and existing(self.library, change.record.id) is None:
            return Problem("row", N_("This record was destroyed here, and is not taken in again."))
        return Problem("row", N_("Somebody changed this record meanwhile. Import the file again."))

    def _placed(self, record: Record, source_id: str) -> Record:
        """The record under the id of its outside reference; where another has that id, under the next one."""
        about = about_of(record.fields)
        for attempt in range(1_000):
            id = stable_id(record.kind, self.plan.source, source_id, about, attempt)
            for candidate in (id, *self._ids_by_letters.get(id[-5:], ())):
                if self._is_of(candidate, record, source_id):
                    self.taken[candidate] = source_id
                    return replace(record, id=candidate)
            if id not in self.taken and existing(self.library, id) is None:
                self.taken[id] = source_id
                return replace(record, id=id)
        raise Busy

    def _is_of(self, id: str, record: Record, source_id: str) -> bool:
        old = existing(self.library, id)
        return old is not None and (
            old.record.line("source_id") == source_id
            and old.record.line("source") == record.line("source")
            and access.may_read(
                self.by, old.record, self.library.today
            )  # else it is as if it were not there
        )


def is_for_register(plan: Plan) -> bool:
    """Whether it brings operations and nothing else, and of them only what the register takes from another system:
    whoever keeps the register may do that. With fields named, no row decides for itself what it is.
    """
    names = {mapped.name for mapped in plan.fields}
    return plan.kind is Kind.OPERATION and bool(names) and names <= FOR_REGISTER


def import_rows(
    library: Library, by: User, rows: Iterable[Row], plan: Plan, *, dry_run: bool = False,
    progress: Callable[[int], None] = lambda done: None,
) -> Report:  # fmt: skip
    """Take rows in. The same row twice changes nothing; a changed row is a new revision. Raises NotAllowed."""
    access.demand(by, Permit.REGISTER if is_for_register(plan) else Permit.IMPORT)
    work = Importer(library, by, plan, dry_run)
    reader = RowReader(library, plan, work.themes)
    known = library.vocabularies.words
    for row in rows:
        made = reader.read(row)
        if made.record and not isinstance(by, access.System):
            _look_at(made, made.record, known)
        work.take(row.line, made)
        progress(row.line)
    return work.done()


def _look_at(made: Made, record: Record, known: Collection[str]) -> None:
    """What people bring in is looked at as what they type: a marking that is too high keeps the row out, what may
    identify somebody is told of.
    """
    for mark in marked(record, known):
        if too_high(mark.flag):
            made.refused.append(Problem(mark.field.name, MarkingTooHigh.message))
            made.record = None
        else:
            made.notes.append(Problem(mark.field.name, MAY_IDENTIFY))


def import_records(
    library: Library, by: User, paths: Sequence[Path], text: RecordText, *, dry_run: bool = False,
    progress: Callable[[int], None] = lambda done: None,
) -> Report:  # fmt: skip
    """Take in files of our own format, by their own id. Lines are those of each file. Raises NotAllowed."""
    access.demand(by, Permit.IMPORT)
    work = Importer(library, by, Plan(), dry_run)
    # Themes first, so that the lessons of the same folder may name them.
    for done, path in enumerate(sorted(paths, key=lambda p: p.parent.name != "themes"), 1):
        _take_file(work, path, text)
        progress(done)
    return work.done()


def _take_file(work: Importer, path: Path, text: RecordText) -> None:
    try:
        record = text.parse(path.read_bytes().decode("utf-8"), str(path)).record
    except UnicodeDecodeError:
        work.refuse(1, str(path), [Problem("file", N_("This is not UTF-8 text."))])
        return
    except Unreadable as error:
        for problem in error.problems:
            work.refuse(problem.line, str(path), [problem])
        return
    lists, today = work.library.vocabularies, work.library.today
    wrong = [
        p for p in check(record, lists, today=today, complete=False)
        if not (p.field == "themes" and work.themes.knows(dict(p.values).get("key", "")))
    ]  # fmt: skip
    if wrong:
        work.refuse(1, str(path), wrong)
        return
    if record.kind is Kind.THEME:
        work.themes.expect(record)
    work.add(1, str(path), record, keep_author=True)


def existing(library: Library, id: str) -> Stored | None:
    try:
        return library.records.get(id)
    except LessonsError:
        return None
