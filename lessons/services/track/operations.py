"""The register of operations: who may read which of them, what waits, and what came of each."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import KW_ONLY, dataclass, field
from datetime import date

from lessons.domain.access import User
from lessons.domain.due import WAITING, Standing, Timetable
from lessons.domain.ledger import Line
from lessons.domain.operations import is_lead
from lessons.domain.record import Kind
from lessons.domain.text import N_
from lessons.library import Library

PAGE = 50
TABS: Mapping[str, str] = {
    "debrief": N_("Needs a debrief"),
    "overdue": N_("Overdue"),
    "going_on": N_("Going on"),
    "ended": N_("Ended"),
    "all": N_("All"),
}
FIRST_TAB = "debrief"
GOING_ON = "going_on"  # in place of a standing, of what has not ended
LAST = date.max
_DECIDES = ("operation_kind", "ended", "debrief_due", "debriefed", "no_debrief")


@dataclass(frozen=True, slots=True)
class Wanted:
    """What of the register is asked for; "" for any. words: each stands in the name or a reference."""

    tab: str = FIRST_TAB
    _: KW_ONLY
    kind: str = ""
    unit: str = ""
    threat: str = ""
    mine: bool = False
    words: str = ""

    @property
    def narrowed(self) -> bool:
        return bool(self.kind or self.unit or self.threat or self.mine or self.words)


@dataclass(frozen=True, slots=True)
class Entry:
    """One operation with where its debrief stands.

    standing: a word of `domain.due`, or GOING_ON. due: of the debrief. evaluations: of the activity, with the standing
    of each.
    """

    line: Line
    standing: str
    due: date | None
    ended: bool
    evaluations: Sequence[tuple[Line, Standing]] = ()

    @property
    def waits(self) -> bool:
        return self.ended and self.standing in WAITING

    @property
    def late(self) -> bool:
        return self.ended and self.standing == Standing.OVERDUE


@dataclass(frozen=True, slots=True)
class Register:
    """One page of it. tabs: how many stand under each, under the same filters. units: those that can be chosen."""

    entries: Sequence[Entry]
    total: int
    page: int
    pages: int
    tabs: Mapping[str, int]
    units: Sequence[str]
    everything: int = field(default=0)


def register(library: Library, reader: User, wanted: Wanted, page: int = 1) -> Register:
    """Raises SearchUnavailable."""
    lines = library.ledger(reader, Kind.OPERATION)
    found = _entries(library.timetable, lines, reader, wanted)
    chosen = _in_order(_under(wanted.tab, found))
    pages = max(1, -(-len(chosen) // PAGE))
    page = min(max(page, 1), pages)
    shown = chosen[(page - 1) * PAGE : page * PAGE]
    units = {unit for line in lines if (unit := line.line("unit"))}
    return Register(
        _evaluated(library, reader, shown), len(chosen), page, pages,
        {tab: len(_under(tab, found)) for tab in TABS}, sorted(units, key=str.casefold), len(lines),
    )  # fmt: skip


def listed(library: Library, reader: User, wanted: Wanted) -> Sequence[Entry]:
    """All of it, to be taken away. Raises SearchUnavailable."""
    lines = library.ledger(reader, Kind.OPERATION)
    found = _entries(library.timetable, lines, reader, wanted)
    return _evaluated(library, reader, _in_order(_under(wanted.tab, found)))


def _entries(
    timetable: Timetable, lines: Iterable[Line], reader: User, wanted: Wanted
) -> list[Entry]:
    fits = _fitting(reader, wanted)
    known: dict[
        tuple[str, ...], Entry
    ] = {}  # many end on the same day: each case is worked out once
    found = []
    for line in lines:
        if not fits(line):
            continue
        case = tuple([line.line(name) for name in _DECIDES])
        like = known.get(case)
        if like is None:
            like = known[case] = entry_of(timetable, line)
        found.append(Entry(line, like.standing, like.due, like.ended))
    return found


def entry_of(timetable: Timetable, line: Line) -> Entry:
    ended = timetable.has_ended(line)
    due = timetable.debrief_due(line)
    if line.line("debriefed") and line.day("debriefed"):
        standing: str = Standing.DONE
    elif line.line("no_debrief"):
        standing = Standing.NOT_NEEDED
    else:
        standing = timetable.standing(due) if ended else GOING_ON
    return Entry(line, standing, due, ended)


def _fitting(reader: User, wanted: Wanted) -> Callable[[Line], bool]:
    words = wanted.words.casefold().split()

    def fits(line: Line) -> bool:
        if wanted.kind and line.line("operation_kind") != wanted.kind:
            return False
        if wanted.unit and line.line("unit") != wanted.unit:
            return False
        if wanted.threat and wanted.threat not in line.keys("threats"):
            return False
        if wanted.mine and not is_lead(reader, line):
            return False
        if not words:
            return True
        text = f"{line.title} {line.id} {line.line('source_id')}".casefold()
        return all(word in text for word in words)

    return fits


def _under(tab: str, entries: Sequence[Entry]) -> list[Entry]:
    if tab == "debrief":
        return [e for e in entries if e.waits]
    if tab == "overdue":
        return [e for e in entries if e.late]
    if tab == "going_on":
        return [e for e in entries if not e.ended]
    if tab == "ended":
        return [e for e in entries if e.ended]
    return list(entries)


def _in_order(entries: Sequence[Entry]) -> list[Entry]:
    """What is overdue first, longest first; then what falls due, soonest first; then the newest."""
    waiting = [entry for entry in entries if entry.waits]
    others = [entry for entry in entries if not entry.waits]
    waiting.sort(key=lambda entry: (entry.due or LAST, entry.line.id))
    others.sort(key=_begun, reverse=True)
    return waiting + others


def _begun(entry: Entry) -> tuple[str, str]:
    line = entry.line
    return line.line("started") or line.line("ended") or line.id[2:6], line.id


def _evaluated(library: Library, reader: User, entries: Sequence[Entry]) -> list[Entry]:
    """With the evaluations of each that this person may read."""
    wanted: dict[str, list[tuple[Line, Standing]]] = {entry.line.id: [] for entry in entries}
    timetable = library.timetable
    for line in library.ledger(reader, Kind.EVALUATION):
        if line.line("activity") in wanted:
            wanted[line.line("activity")].append((line, timetable.evaluation(line)))
    return [
        Entry(e.line, e.standing, e.due, e.ended, wanted[e.line.id]) if wanted[e.line.id] else e
        for e in entries
    ]


# --- one of them -----------------------------------------------------------------------------------
@dataclass(frozen=True, slots=True)
class Around:
    """What belongs to an operation, as far as this person may read it."""

    debriefs: Sequence[Line] = ()
    lessons: Sequence[Line] = ()
    evaluations: Sequence[Line] = ()
    actions: Sequence[Line] = ()
    briefings: Sequence[Line] = ()
    findings: Sequence[Line] = ()

    @property
    def all(self) -> Sequence[Line]:
        return (
            *self.debriefs, *self.lessons, *self.evaluations, *self.actions, *self.briefings, *self.findings,
        )  # fmt: skip


def around(library: Library, reader: User, id: str) -> Around:
    """Raises SearchUnavailable."""

    def of(kind: Kind, field: str, among: Iterable[str] = (id,)) -> list[Line]:
        names = frozenset(among)
        return [
            line for line in library.ledger(reader, kind) if not names.isdisjoint(line.keys(field))
        ]

    debriefs = of(Kind.DEBRIEF, "operation")
    lessons = of(Kind.LESSON, "operation") + of(
        Kind.LESSON, "debrief", [each.id for each in debriefs]
    )
    lessons = list({line.id: line for line in lessons}.values())
    evaluations = of(Kind.EVALUATION, "activity")
    findings = of(Kind.FINDING, "links")
    origins = [line.id for line in (*debriefs, *lessons, *evaluations, *findings)]
    return Around(
        debriefs, lessons, evaluations, of(Kind.ACTION, "of", origins),
        of(Kind.BRIEFING, "operation"), findings,
    )  # fmt: skip


def same_name(library: Library, reader: User, title: str, but: str) -> list[Line]:
    """Other entries of that name that this person may read. Raises SearchUnavailable."""
    plain = " ".join(title.casefold().split())
    return [
        line for line in library.ledger(reader, Kind.OPERATION)
        if line.id != but and " ".join(line.title.casefold().split()) == plain
    ]  # fmt: skip
