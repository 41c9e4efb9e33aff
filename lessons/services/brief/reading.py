"""A pack as one person may read it: each lesson in the words that were issued, and what became of it since."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from lessons.domain import access
from lessons.domain.access import User, plain_name
from lessons.domain.briefings import version_of
from lessons.domain.errors import LessonsError, NotFound
from lessons.domain.record import Kind, Record, Revision, Row, Stored, kind_of
from lessons.domain.schema import SHAPES
from lessons.domain.states import GOOD, OVER, State
from lessons.library import Library
from lessons.ports import Event
from lessons.services.brief.arranging import ELEMENT, WARNING, in_order, instead_of
from lessons.services.brief.asking import operation_of

# What somebody who was briefed with a lesson would want to know to have changed.
SAID = ("title", "learning", *(field.name for field in SHAPES[Kind.LESSON].texts))
LIVING = frozenset({"answer", "outcome", "check_plan"})  # verbs that leave a pack as it was issued


class Since(StrEnum):
    """What became of a lesson since it was issued in a pack."""

    SAME = "same"
    CHANGED = "changed"
    LEARNED = "learned"
    RETIRED = "retired"
    MERGED = "merged"
    ERASED = "erased"  # the words that were issued, not the lesson
    REOPENED = "reopened"  # taken back, and not in use for now


@dataclass(frozen=True, slots=True)
class Entry:
    """One lesson of a pack. then: in the words that were issued; None where these are not open to this reader, or
    destroyed. now: as it is today. after: what took its place.
    """

    row: Row
    now: Record
    then: Record | None
    since: Since
    after: Record | None = None
    revision: int = 0

    @property
    def id(self) -> str:
        return self.now.id

    @property
    def shown(self) -> Record:
        return self.then or self.now

    @property
    def element(self) -> str:
        return self.row.get("element") or ELEMENT

    @property
    def is_warning(self) -> bool:
        return self.shown.line("learning") == WARNING


@dataclass(frozen=True, slots=True)
class Issue:
    """That one version was issued. by: "" for those who do not see who."""

    number: int
    at: datetime
    by: str
    revision: int


@dataclass(frozen=True, slots=True)
class Pack:
    """A version of a pack as its reader may know it.

    record: without a trace of lessons that are not open to them. closed: how many lessons they could read when it was
    issued, and now cannot. versions: oldest first.
    """

    record: Record
    revision: Revision
    lessons: Sequence[Entry]
    closed: int
    operation: Record | None
    versions: Sequence[Issue]

    @property
    def stored(self) -> Stored:
        return Stored(self.record, self.revision)

    @property
    def number(self) -> int:
        return version_of(self.record)

    @property
    def changed(self) -> list[Entry]:
        return [each for each in self.lessons if each.since is not Since.SAME]

    @property
    def is_latest(self) -> bool:
        return not self.versions or self.number == self.versions[-1].number

    @property
    def issued_by(self) -> str:
        return next((each.by for each in self.versions if each.number == self.number), "")

    @property
    def markings(self) -> list[str]:
        shown = [self.record, *([self.operation] if self.operation else [])]
        for each in self.lessons:
            shown += [r for r in (each.now, each.then, each.after) if r]
        return [record.line("marking") for record in shown]


def pack(library: Library, reader: User, id: str, number: int = 0) -> Pack:
    """number: of an earlier version; 0 for the one that holds now. Raises NotFound, Unreadable."""
    if kind_of(id) is not Kind.BRIEFING:
        raise NotFound()
    now = library.open(reader, id)
    issues = versions(library, reader, id)
    wanted = now.revision.number
    if number and number != version_of(now.record):
        wanted = next((each.revision for each in issues if each.number == number), 0)
        if not wanted:
            raise NotFound()
        library.revision(reader, id, wanted)  # the audit log is told
    is_now = wanted == now.revision.number
    whole = library.records.get(id) if is_now else library.records.revision(id, wanted)
    entries, closed = _entries(library, reader, whole.record)
    record = trimmed(access.visible(reader, whole.record), [each.id for each in entries])
    operation = operation_of(library, reader, record)
    _note(library, reader, entries)
    return Pack(record, whole.revision, entries, closed, operation, issues)


def trimmed(record: Record, open_: Sequence[str]) -> Record:
    """The pack with these lessons alone, and with nothing said of others."""
    changes = {
        name: tuple(row for row in record.rows(name) if row.get("lesson") in open_)
        for name in ("lessons", "answers")
    }
    return record.with_(**changes)


def as_read_by(library: Library, reader: User, briefing: Record) -> Record:
    """The pack without a trace of lessons that this person may not read."""
    ids = {row.get("lesson", "") for name in ("lessons", "answers") for row in briefing.rows(name)}
    return trimmed(briefing, [id for id in ids if library.peek(reader, id)])


def _entries(library: Library, reader: User, whole: Record) -> tuple[list[Entry], int]:
    found, closed = [], 0
    for row in whole.rows("lessons"):
        entry = entry_of(library, reader, row)
        if entry:
            found.append(entry)
        elif _was_open(library, reader, whole, row):
            closed += 1
    return in_order(library, found), closed


def entry_of(library: Library, reader: User, row: Row) -> Entry | None:
    """A row of a pack; None where the lesson is not open to this person."""
    stored = library.peek(reader, row.get("lesson", ""))
    if stored is None or stored.record.kind is not Kind.LESSON:
        return None
    now = stored.record
    number = _number(row)
    kept = _kept(library, row.get("lesson", ""), number)
    then = None
    if kept and not kept.revision.closed and access.may_read(reader, kept.record, library.today):
        then = access.visible(reader, kept.record)
    erased = bool(kept and kept.revision.closed)
    since = _since(then, now, erased=erased)
    return Entry(row, now, then, since, instead_of(library, reader, now), number)


def _since(then: Record | None, now: Record, *, erased: bool) -> Since:
    state = now.line("state")
    if state in OVER:
        return Since.RETIRED if state == State.RETIRED else Since.MERGED
    if state not in GOOD:
        return Since.REOPENED
    if then is None:
        return Since.ERASED if erased else Since.SAME
    if state == State.LEARNED != then.line("state"):
        return Since.LEARNED
    return Since.SAME if all(_said(then, n) == _said(now, n) for n in SAID) else Since.CHANGED


def _said(record: Record, name: str) -> str:
    return record.texts.get(name, "") or record.line(name)


def _number(row: Row) -> int:
    words = row.get("revision", "")
    return int(words) if words.isascii() and words.isdigit() and len(words) < 9 else 0


def _kept(library: Library, id: str, number: int) -> Stored | None:
    try:
        return library.records.revision(id, number)
    except LessonsError:
        return None


def _was_open(library: Library, reader: User, whole: Record, row: Row) -> bool:
    """Whether this reader could read what was issued; of what is destroyed, only whoever put it in a first version."""
    id, number = row.get("lesson", ""), _number(row)
    if kind_of(id) is not Kind.LESSON:
        return False
    kept = _kept(library, id, number)
    if kept:
        return access.may_read(reader, kept.record, library.today)
    own = plain_name(whole.line("author")) == plain_name(reader.name)
    return own and bool(number) and version_of(whole) == 1


def _note(library: Library, reader: User, entries: Sequence[Entry]) -> None:
    """The audit log is told whose words were shown."""
    now = library.clock()
    library.audit.note(
        *(
            Event(now, reader.name, "consultation", record=each.id, revision=each.revision, note="in a pack")
            for each in entries
            if each.then
        )
    )  # fmt: skip


# --- versions ----------------------------------------------------------------------------------------
def versions(library: Library, reader: User, id: str) -> list[Issue]:
    """Those that this person may read, oldest first."""
    found: dict[int, Issue] = {}
    for revision in library.records.history(id):
        if revision.verb in LIVING or revision.closed:
            continue
        kept = _kept(library, id, revision.number)
        if kept is None or not access.may_read(reader, kept.record, library.today):
            continue
        number, at = version_of(kept.record), kept.record.moment("issued") or revision.at
        by = revision.by if _sees_who(reader, kept.record, revision) else ""
        found.setdefault(number, Issue(number, at, by, revision.number))
    return sorted(found.values(), key=lambda each: each.number)


def _sees_who(reader: User, record: Record, revision: Revision) -> bool:
    """As the field `author` is seen; and everybody sees what is their own."""
    author = SHAPES[Kind.BRIEFING]["author"]
    own = plain_name(revision.by) == plain_name(reader.name)
    return own or access.sees(reader, author, record)
