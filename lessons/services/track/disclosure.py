"""The disclosure index of an operation: all debrief material there is of it, who holds it and how to get it.

It is looked for with the eyes of the machine, so that no link is missed, and then trimmed to what its reader may read.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import KW_ONLY, dataclass
from datetime import date, datetime
from enum import StrEnum

from lessons.domain.access import SYSTEM, User, is_sensitive, plain_name
from lessons.domain.errors import LessonsError, NotFound, Unreadable
from lessons.domain.ledger import Line
from lessons.domain.record import Closed, Kind, Record, Revision, kind_of
from lessons.domain.text import N_
from lessons.library import Library
from lessons.ports import Event

PURGED, ERASURE = "purge", "erasure"  # verbs of a tombstone, and of the audit log
SHORTEST_NAME = 4  # letters of a name that is looked for inside another


class Sort(StrEnum):
    """What something in the index is."""

    RECORD = "record"
    REVISION = "revision"
    CORRECTION = "correction"
    FILE = "file"


SORTS = {
    Sort.RECORD: N_("Record"), Sort.REVISION: N_("Revision"), Sort.CORRECTION: N_("Correction"), Sort.FILE: N_("File"),
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Item:
    """One line of the index. perhaps: only its words point to the operation, no link does.

    number: of a revision. verb: what was done with it. at: when it was made. by: who made it. owner: who holds it now,
    beside whoever made it. name: of a file. closed: that, when, by whom and why it was destroyed.
    broken: its file cannot be read just now.
    """

    sort: Sort
    id: str
    kind: Kind
    title: str
    _: KW_ONLY
    perhaps: bool = False
    number: int = 0
    verb: str = ""
    at: datetime | date | None = None
    by: str = ""
    owner: str = ""
    unit: str = ""
    state: str = ""
    marking: str = ""
    restricted: bool = False
    name: str = ""
    size: str = ""
    sha256: str = ""
    closed: Closed | None = None
    broken: bool = False


@dataclass(frozen=True, slots=True)
class Index:
    """operation: as its reader sees it. items: each record with what belongs to it beneath it."""

    operation: Record
    items: Sequence[Item]

    @property
    def markings(self) -> list[str]:
        return [self.operation.line("marking"), *(item.marking for item in self.items)]


def index(library: Library, officer: User, operation: Record) -> Index:
    """operation: as this person may read it. Raises SearchUnavailable: half an index would be worse than none."""
    found = _found(library, operation)
    items: list[Item] = []
    for id, perhaps in found.items():
        items += _items(library, officer, id, perhaps=perhaps)
    return Index(operation, items)


def note(library: Library, officer: User, operation: str, how: str = "") -> None:
    """Tell the audit log of a look, or of the form in which the index was taken away."""
    verb, told = (
        ("disclosure", f"disclosure index as {how}")
        if how
        else ("consultation", "disclosure index")
    )
    library.audit.note(Event(library.clock(), officer.name, verb, record=operation, note=told))


# --- what belongs to an operation -------------------------------------------------------------------
def _found(library: Library, operation: Record) -> dict[str, bool]:
    """Ids in the order of the index; True where it only perhaps belongs to the operation."""
    every = library.ledger(
        SYSTEM, Kind.DEBRIEF, Kind.LESSON, Kind.EVALUATION, Kind.ACTION, Kind.BRIEFING
    )
    surely = _follow(every, {operation.id})
    linked = dict.fromkeys(surely, False)
    named = {
        line.id
        for line in every
        if line.kind is Kind.DEBRIEF and line.id not in linked and _names(line, operation)
    }
    perhaps = named | {id for id in _follow(every, named) if id not in linked}
    found = linked | dict.fromkeys(perhaps, True)
    order = {kind: n for n, kind in enumerate(_ORDER)}
    return dict(
        sorted(found.items(), key=lambda e: (e[1], order.get(kind_of(e[0]) or Kind.THEME, 9), e[0]))
    )


_ORDER = (Kind.DEBRIEF, Kind.LESSON, Kind.EVALUATION, Kind.ACTION, Kind.BRIEFING)
# The links by which material belongs to an operation, and to what came of it.
_LINKS = {
    Kind.DEBRIEF: ("operation",), Kind.LESSON: ("operation", "debrief", "evaluation", "merged"),
    Kind.EVALUATION: ("activity",), Kind.ACTION: ("of",), Kind.BRIEFING: ("operation",),
}  # fmt: skip


def _follow(every: Sequence[Line], roots: set[str]) -> set[str]:
    """All that hangs on these, by way of anything that hangs on them; with what was destroyed and is still named."""
    found: set[str] = set()
    there = {line.id for line in every}
    grew = True
    while grew:
        grew = False
        for line in every:
            if line.id not in found and (roots | found).intersection(_links(line)):
                found.add(line.id)
                grew = True
    gone = {
        id
        for line in every
        if line.id in found
        for id in _links(line)
        if id not in there and id not in roots and kind_of(id) in _LINKS
    }
    return found | gone


def _links(line: Line) -> Iterator[str]:
    for name in _LINKS[line.kind]:
        yield from line.keys(name)


def _names(debrief: Line, operation: Record) -> bool:
    """Whether the words of a debrief that is linked to no operation name this one."""
    if debrief.line("operation"):
        return False
    words, title = plain_name(debrief.line("operation_name")), plain_name(operation.title)
    if not words:
        return False
    inside = len(title) >= SHORTEST_NAME and f" {title} " in f" {words} "
    others = {plain_name(row.get("reference", "")) for row in operation.rows("references")} - {""}
    return words == title or inside or plain_name(operation.id) in words or words in others


# --- what is said of each ---------------------------------------------------------------------------
def _items(library: Library, officer: User, id: str, *, perhaps: bool) -> Iterator[Item]:
    shown = library.peek(officer, id)
    if shown is None:
        yield from _tombstone(library, id, perhaps=perhaps)
        yield from _broken(library, officer, id, perhaps=perhaps)
        return
    record = shown.record
    base = Item(
        Sort.RECORD, id, record.kind, record.title, perhaps=perhaps, number=shown.revision.number,
        at=_when(record, shown.revision), by=record.line("author"), owner=record.line("owner"),
        unit=record.line("unit"), state=record.line("state") or record.line("action_state"),
        marking=record.line("marking"), restricted=bool(record.keys("groups")) or is_sensitive(record),
    )  # fmt: skip
    yield base
    for each in _history(library, id):
        yield _below(
            base,
            Sort.REVISION,
            number=each.number,
            verb=each.verb,
            at=each.at,
            by=each.by,
            closed=each.closed,
        )
    for row in record.rows("corrections"):
        yield _below(base, Sort.CORRECTION, at=_moment(row.get("at", "")), by=row.get("by", ""))
    for row in record.rows("files"):
        yield _below(
            base, Sort.FILE, at=_moment(row.get("at", "")), by=row.get("by", ""), name=row.get("name", ""),
            size=row.get("size", ""), sha256=row.get("sha256", ""),
        )  # fmt: skip


def _below(
    base: Item, sort: Sort, *, at: datetime | date | None, by: str, number: int = 0, verb: str = "", name: str = "",
    size: str = "", sha256: str = "", closed: Closed | None = None,
) -> Item:  # fmt: skip
    return Item(
        sort, base.id, base.kind, base.title, perhaps=base.perhaps, number=number, verb=verb, at=at, by=by,
        unit=base.unit, marking=base.marking, restricted=base.restricted, name=name, size=size, sha256=sha256,
        closed=closed,
    )  # fmt: skip


def _tombstone(library: Library, id: str, *, perhaps: bool) -> Iterator[Item]:
    """What is left of a record that was destroyed; nothing of one that this person may not read."""
    kind, past = kind_of(id), _history(library, id)
    if kind is None or not past or past[-1].verb != PURGED or _is_there(library, id):
        return
    last = past[-1]
    closed = Closed(last.at, last.by, _why_destroyed(library, id))
    yield Item(
        Sort.RECORD, id, kind, "", perhaps=perhaps, verb=last.verb, at=last.at, by=last.by, closed=closed
    )  # fmt: skip


def _why_destroyed(library: Library, id: str) -> str:
    """As the audit log was told; the tombstone itself gives its reason to nobody."""
    told = library.audit.events(record=id)
    return next((event.note for event in told if event.verb == ERASURE), "")


def _broken(library: Library, officer: User, id: str, *, perhaps: bool) -> Iterator[Item]:
    """One that this person could read until its file was damaged."""
    kind = kind_of(id)
    try:
        library.open(officer, id)
    except Unreadable:
        last = _history(library, id)[-1]
        if kind:
            yield Item(
                Sort.RECORD, id, kind, "", perhaps=perhaps, number=last.number, at=last.at, by=last.by, broken=True
            )  # fmt: skip
    except NotFound:
        return


def _is_there(library: Library, id: str) -> bool:
    try:
        library.records.get(id)
    except NotFound:
        return False
    except LessonsError:
        return True  # it is there, and broken
    return True


def _history(library: Library, id: str) -> Sequence[Revision]:
    try:
        return library.records.history(id)
    except LessonsError:
        return ()


def _when(record: Record, revision: Revision) -> datetime | date:
    days: Iterable[datetime | date | None] = (
        record.moment("sent"), record.moment("issued"), record.day("done"), record.day("agreed"),
        record.day("occurred"),
    )  # fmt: skip
    return next((day for day in days if day), revision.at)


def _moment(words: str) -> datetime | date | None:
    try:
        return datetime.fromisoformat(words) if "T" in words else date.fromisoformat(words)
    except ValueError:
        return None
