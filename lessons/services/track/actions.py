"""The register of actions: which there are, whose they are, where each stands, and how strong they are together."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date

from lessons.domain import wording
from lessons.domain.access import SYSTEM, User, plain_name
from lessons.domain.action_life import TO_DO, State
from lessons.domain.deciding import is_person
from lessons.domain.due import Standing, Timetable
from lessons.domain.ledger import Line
from lessons.domain.record import Kind, kind_of
from lessons.domain.schema import SHAPES
from lessons.domain.text import N_
from lessons.library import Library
from lessons.ports import Accounts

PAGE = 50
ORIGINS = SHAPES[Kind.ACTION]["of"].to
# Ways to look at the register, in the order of its tabs.
TABS: Mapping[str, str] = {
    "": N_("To do"), "mine": N_("Mine"), "overdue": N_("Overdue"), "soon": N_("Due soon"),
    "check": N_("Waiting for a check"), "checked": N_("Checked"), "all": N_("All"),
}  # fmt: skip
GRADES: Mapping[str, str] = {
    wording.STRONG: N_("Strong: changes the work"), wording.MEDIUM: N_("Medium: prompts at the moment of need"),
    wording.WEAK: N_("Weak: asks people to remember"), "": N_("No type given"),
}  # fmt: skip
_RANK = {
    Standing.OVERDUE: 0, Standing.DUE_SOON: 1, Standing.TO_COME: 2, Standing.NONE: 3, Standing.DONE: 4,
    Standing.NOT_NEEDED: 6,
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Asked:
    """Which actions. origin: the kind of record that they come from. Words that mean nothing narrow nothing."""

    tab: str = ""
    unit: str = ""
    strength: str = ""
    owner: str = ""
    origin: str = ""


@dataclass(frozen=True, slots=True)
class Row:
    """One action of the register. grade: how strong its type is. origins: (id, title) that the reader may read.
    markings: of all that its row shows.
    """

    line: Line
    standing: Standing
    grade: str
    origins: tuple[tuple[str, str], ...] = ()
    markings: tuple[str, ...] = ()

    @property
    def due(self) -> date | None:
        return self.line.day("due")


@dataclass(frozen=True, slots=True)
class Register:
    """rows: of one page. tabs: how many stand under each. mix: of those listed, by grade, without those not taken.

    units, owners: names to choose from.
    """

    rows: Sequence[Row]
    total: int
    page: int
    pages: int
    tabs: Mapping[str, int]
    mix: Mapping[str, int]
    units: Sequence[str]
    owners: Sequence[str]


def register(
    library: Library, reader: User, asked: Asked, page: int = 1, *, size: int = PAGE
) -> Register:
    """Raises SearchUnavailable. size: rows of one page, 0 for all of them."""
    lines = library.ledger(reader, Kind.ACTION)
    units = _names(line.line("unit") for line in lines)
    owners = _names(line.line("owner") for line in lines)
    origins = _of_kind(library, reader, asked.origin)
    narrowed = [line for line in lines if _fits(line, asked, owners, origins)]
    under = {tab: [*filter(_under(tab, reader, library.timetable), narrowed)] for tab in TABS}
    kinds = library.vocabularies["action_strength"]
    found = [_row(line, library.timetable, wording.grade(kinds, line.line("strength")))
             for line in under.get(asked.tab, under[""])]  # fmt: skip
    found.sort(key=_order)
    mix = {grade: sum(row.grade == grade for row in found if _counts(row)) for grade in GRADES}
    size = size or max(1, len(found))
    pages = max(1, -(-len(found) // size))
    page = min(max(1, page), pages)
    shown = with_origins(library, reader, found[(page - 1) * size : page * size])
    return Register(
        shown, len(found), page, pages, {tab: len(each) for tab, each in under.items()}, mix, units, owners
    )  # fmt: skip


def _names(found: Iterable[str]) -> list[str]:
    return sorted({name for name in found if name}, key=str.casefold)


def _of_kind(library: Library, reader: User, kind: str) -> frozenset[str]:
    """The ids of that kind of record that this person may read: that an action comes from others shows nowhere."""
    lines = library.ledger(reader, Kind(kind)) if kind in ORIGINS else ()
    return frozenset(line.id for line in lines)


def _fits(line: Line, asked: Asked, owners: Sequence[str], origins: frozenset[str]) -> bool:
    """An owner is one of those listed, so that nobody looks for a name that they may not know of."""
    wanted = plain_name(asked.owner) if asked.owner in owners else ""
    return (
        (not asked.unit or line.line("unit") == asked.unit)
        and (not asked.strength or line.line("strength") == asked.strength)
        and (not wanted or plain_name(line.line("owner")) == wanted)
        and (asked.origin not in ORIGINS or not origins.isdisjoint(line.keys("of")))
    )


def state_of(line: Line) -> str:
    """One that says nothing has not begun."""
    return line.line("action_state") or State.OPEN


def _under(tab: str, reader: User, timetable: Timetable) -> Callable[[Line], bool]:
    tests: Mapping[str, Callable[[Line], bool]] = {
        "": lambda line: state_of(line) in TO_DO,
        "mine": lambda line: state_of(line) in TO_DO and is_person(line.line("owner"), reader),
        "overdue": lambda line: timetable.action(line) is Standing.OVERDUE,
        "soon": lambda line: timetable.action(line) is Standing.DUE_SOON,
        "check": lambda line: state_of(line) == State.DONE,
        "checked": lambda line: state_of(line) == State.VERIFIED,
    }
    return tests.get(tab, lambda line: True)


def _row(line: Line, timetable: Timetable, grade: str) -> Row:
    return Row(line, timetable.action(line), grade)


def _order(row: Row) -> tuple[int, date, str]:
    """Overdue first, longest first; what is done after what is to do, and what waits for a check before the rest."""
    checked = row.line.line("action_state") == State.VERIFIED
    return _RANK[row.standing] + checked, row.due or date.max, row.line.id


def _counts(row: Row) -> bool:
    return row.standing is not Standing.NOT_NEEDED


def with_origins(library: Library, reader: User, rows: Sequence[Row]) -> list[Row]:
    """With the titles of what they come from, as far as this person may read it."""
    wanted = {id for row in rows for id in row.line.keys("of")}
    kinds = {kind for id in wanted if (kind := kind_of(id))}
    lines = library.ledger(reader, *kinds) if kinds else ()
    there = {line.id: line for line in lines if line.id in wanted}
    return [_with(row, [there[id] for id in row.line.keys("of") if id in there]) for row in rows]


def _with(row: Row, origins: Sequence[Line]) -> Row:
    markings = (row.line.line("marking"), *(each.line("marking") for each in origins))
    named = tuple((each.id, each.title) for each in origins)
    return replace(row, origins=named, markings=markings)


# --- those whose owner has left --------------------------------------------------------------------------
@dataclass(frozen=True, slots=True)
class LeftBehind:
    """An action not done whose owner cannot sign in. has_left: their account is disabled; else there is no account
    of that name, which may be a role that somebody holds.
    """

    line: Line
    owner: str
    has_left: bool


def left_behind(library: Library, accounts: Accounts, reader: User = SYSTEM) -> list[LeftBehind]:
    """Raises SearchUnavailable."""
    known = {plain_name(account.name): account.disabled for account in accounts.all()}
    found = []
    for line in library.ledger(reader, Kind.ACTION):
        owner = line.line("owner")
        if state_of(line) in TO_DO and known.get(plain_name(owner), True):
            found.append(LeftBehind(line, owner, plain_name(owner) in known))
    return sorted(found, key=_by_owner)


def _by_owner(each: LeftBehind) -> tuple[str, date, str]:
    return each.owner.casefold(), each.line.day("due") or date.max, each.line.id


# --- what an action comes from ---------------------------------------------------------------------------
def of(library: Library, reader: User, id: str) -> list[Line]:
    """The actions that came from a record, for its page, in the order of their days. Raises SearchUnavailable."""
    found = [line for line in library.ledger(reader, Kind.ACTION) if id in line.keys("of")]
    return sorted(found, key=lambda line: (line.day("due") or date.max, line.id))


def has_stronger(library: Library, reader: User, ids: Sequence[str], but: str = "") -> bool:
    """Whether one of these records has an action already that does not rest on memory."""
    kinds = library.vocabularies["action_strength"]
    strong = (wording.STRONG, wording.MEDIUM)
    return any(
        wording.grade(kinds, line.line("strength")) in strong
        for line in library.ledger(reader, Kind.ACTION)
        if line.id != but
        and line.line("action_state") != State.NOT_TAKEN
        and not set(ids).isdisjoint(line.keys("of"))
    )
