"""The list of briefings, and what of it waits for one person."""

from collections.abc import Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import KW_ONLY, dataclass

from lessons.domain.access import User
from lessons.domain.briefings import LEAD_ROLES, in_pack, settled
from lessons.domain.ledger import Line
from lessons.domain.operations import is_lead
from lessons.domain.record import Kind
from lessons.domain.states import GOOD
from lessons.domain.text import N_
from lessons.library import Library

PAGE = 25
TABS: Mapping[str, str] = {
    "yours": N_("Yours"),
    "open": N_("Not answered yet"),
    "all": N_("All"),
}
FIRST_TAB = "yours"


@dataclass(frozen=True, slots=True)
class Wanted:
    """What of the list is asked for; "" for any. words: each stands in the title or reference."""

    tab: str = FIRST_TAB
    _: KW_ONLY
    threat: str = ""
    words: str = ""

    @property
    def narrowed(self) -> bool:
        return bool(self.threat or self.words)


@dataclass(frozen=True, slots=True)
class Entry:
    """A pack in the list. lessons, answered: how many of those that this person may read."""

    line: Line
    lessons: int
    answered: int
    own: bool = False
    operation: Line | None = None

    @property
    def waits(self) -> bool:
        return self.answered < self.lessons

    @property
    def markings(self) -> list[str]:
        shown = [self.line, *([self.operation] if self.operation else [])]
        return [line.line("marking") for line in shown]


@dataclass(frozen=True, slots=True)
class Register:
    """One page of it. tabs: how many stand under each, under the same filters."""

    entries: Sequence[Entry]
    total: int
    page: int
    pages: int
    tabs: Mapping[str, int]


def register(
    library: Library, reader: User, wanted: Wanted, page: int = 1, *, issued: AbstractSet[str]
) -> Register:
    """issued: ids of those that the reader issued. Raises SearchUnavailable."""
    every = [each for each in _entries(library, reader, issued) if _fits(each.line, wanted)]
    every.sort(key=lambda each: (each.line.line("issued"), each.line.id), reverse=True)
    chosen = [each for each in every if _under(wanted.tab, each)]
    pages = max(1, -(-len(chosen) // PAGE))
    page = min(max(page, 1), pages)
    tabs = {tab: sum(_under(tab, each) for each in every) for tab in TABS}
    return Register(chosen[(page - 1) * PAGE : page * PAGE], len(chosen), page, pages, tabs)


def of_operations(library: Library, reader: User) -> dict[str, Line]:
    """The newest pack of each operation. Raises SearchUnavailable."""
    lines = sorted(library.ledger(reader, Kind.BRIEFING), key=lambda line: line.line("issued"))
    return {line.line("operation"): line for line in lines}


def _entries(library: Library, reader: User, issued: AbstractSet[str]) -> list[Entry]:
    operations = {line.id: line for line in library.ledger(reader, Kind.OPERATION)}
    lines = library.ledger(reader, Kind.LESSON)
    open_ = {line.id for line in lines}
    over = {line.id for line in lines if line.line("state") not in GOOD}
    found = []
    for line in library.ledger(reader, Kind.BRIEFING):
        operation = operations.get(line.line("operation"))
        own = line.id in issued or (operation is not None and is_lead(reader, operation))
        found.append(_entry(line, open_, over, own, operation))
    return found


def _entry(
    line: Line, open_: AbstractSet[str], over: AbstractSet[str], own: bool, operation: Line | None
) -> Entry:
    """over: lessons out of use, of which no answer is asked."""
    lessons = {id for id in in_pack(line) if id in open_}
    answered = frozenset[str]().union(*(settled(line, role) for role in LEAD_ROLES))
    return Entry(line, len(lessons), len(lessons & (answered | over)), own, operation)


def _fits(line: Line, wanted: Wanted) -> bool:
    if wanted.threat and wanted.threat not in line.keys("threats"):
        return False
    text = f"{line.title} {line.id}".casefold()
    return all(word in text for word in wanted.words.casefold().split())


def _under(tab: str, entry: Entry) -> bool:
    if tab == "yours":
        return entry.own
    return entry.waits if tab == "open" else True
