"""The changes of a theme that a reviewer can make, as values: what is saved, and what follows for records under it."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from lessons.domain import access
from lessons.domain.access import User
from lessons.domain.errors import Invalid, Problem
from lessons.domain.personal_data import scan
from lessons.domain.record import Kind, Record
from lessons.domain.text import N_
from lessons.domain.themes import (
    NO_SUCH,
    ThemeState,
    not_in_use,
    renamed,
    squeezed,
    state_of,
    theme_key,
    with_themes,
)
from lessons.library import Library
from lessons.services.insight.batch import Pair, Plan, under

TELLS = N_(
    "“%(words)s” may tell who somebody is, and everybody can read the name of a theme. Use other words."
)
Given = Mapping[str, str]
SHOWN = 200  # records of a theme that is split, that can be given one by one
MOST_PARTS = 4


@dataclass(frozen=True, slots=True)
class Changing:
    """Themes as they are to be, the one it is about first; and what is to be done to the records under it.

    others: those saved before it, each with the revision it replaces. first: to be done before it is planned for good.
    """

    after: Record
    others: tuple[tuple[Record, int], ...] = ()
    plan: Callable[[], Plan] | None = None
    first: Callable[[], object] = lambda: None

    @property
    def records(self) -> tuple[Record, ...]:
        return (self.after, *(record for record, _ in self.others))


NAMED = ("label", "label_cy", "help", "broader", "owner")  # boxes of one line


def adding(library: Library, given: Given) -> Changing:
    label = " ".join(given.get("label", "").split())
    key = theme_key(label, library.vocabularies["theme"].terms.__contains__)
    empty = Record(
        key, Kind.THEME, fields={"theme_state": ThemeState.CURRENT, "marking": "official"}
    )
    return Changing(_filled(empty, given))


def editing(record: Record, given: Given) -> Changing:
    """Other words for a theme; the labels it had stay among its synonyms."""
    return Changing(renamed(record, _filled(record, given)))


def _filled(record: Record, given: Given) -> Record:
    lines = {name: " ".join(given.get(name, "").split()) for name in NAMED}
    words = [" ".join(w.split()) for w in given.get("synonyms", "").splitlines()]
    own = {squeezed(lines["label"]), squeezed(lines["label_cy"])}
    synonyms = {squeezed(w): w for w in reversed(words) if w and squeezed(w) not in own}
    return record.with_(**lines, synonyms=tuple(reversed(synonyms.values())))


def merging(library: Library, by: User, record: Record, into: str) -> Changing:
    """The theme becomes part of another; every record under it is given that one instead."""
    demand_state(library, by, record, ThemeState.CURRENT, ThemeState.PROPOSED)
    if not into:
        raise Invalid([Problem("into", N_("Choose the theme that it is merged into."))])
    if into not in library.lists_for(by)["theme"].terms:
        raise Invalid([Problem("into", NO_SUCH)])
    merged = record.with_(theme_state=ThemeState.MERGED, merged_into=into)
    asked = record.keys("asked_on") if record.line("theme_state") == ThemeState.PROPOSED else ()

    def plan() -> Plan:
        ids = dict.fromkeys((*under(library, _machine(by), record.id), *asked), 0)
        seen = set(under(library, by, record.id)) | _readable(library, by, asked)
        return Plan(
            "merge", (record.id, into), ids, (((into,), (record.id,)),), machine=True,
            unseen=[i for i in ids if i not in seen], sweep=(record.id, into),
        )  # fmt: skip

    return Changing(merged, plan=plan)


def _machine(by: User) -> User:
    return access.System(by.name, by.role)


def _readable(library: Library, by: User, ids: Sequence[str]) -> set[str]:
    return {id for id in ids if library.peek(by, id) is not None}


def retiring(library: Library, by: User, record: Record, why: str) -> Changing:
    demand_state(library, by, record, ThemeState.CURRENT, ThemeState.PROPOSED)
    told = " ".join(why.split()) or None
    demand_clean(library, {"why": told or ""})
    return Changing(record.with_(theme_state=ThemeState.RETIRED, decision=told))


def bringing_back(library: Library, by: User, record: Record) -> Changing:
    demand_state(library, by, record, ThemeState.RETIRED)
    return Changing(record.with_(theme_state=ThemeState.CURRENT, decision=None, split_into=None))


def demand_clean(library: Library, lines: Given) -> None:
    """Raises Invalid where the words of a theme, which everybody reads, may tell who somebody is."""
    known = library.vocabularies.words
    wrong = []
    for name, words in lines.items():
        flag = next(iter(scan(words, known=known)), None)
        if flag:
            wrong.append(Problem(name, TELLS, values=(("words", flag.text),)))
    if wrong:
        raise Invalid(wrong)


# What is told of a theme in use where it should be in another state.
IN_USE = {
    ThemeState.RETIRED: N_("“%(theme)s” is not retired."),
    ThemeState.PROPOSED: N_("“%(theme)s” was decided on already: it is in use."),
}


def demand_state(library: Library, by: User, record: Record, *states: ThemeState) -> None:
    """Raises Invalid, with what became of the theme as far as this person may know."""
    themes = with_themes(library.lists_for(by)["theme"], [record])
    state = state_of(themes.terms[record.id])
    if state in states:
        return
    if state is ThemeState.CURRENT:
        raise Invalid([Problem("", IN_USE[states[0]], values=(("theme", record.title),))])
    wrong = not_in_use(themes, record.id, "")
    raise Invalid([wrong] if wrong else [])


# --- splitting ----------------------------------------------------------------------------------------
@dataclass(frozen=True, slots=True)
class Split:
    """parts: keys of themes that there are; new: labels of themes to be made, which come after them.

    given: for a record, the places of the parts that it goes to. rest: of the parts that all other records go to that
    the person may read; none where they stay. keep: whether the theme stays in use.
    """

    parts: tuple[str, ...]
    new: tuple[str, ...]
    given: Mapping[str, frozenset[int]]
    rest: frozenset[int] = frozenset()
    keep: bool = False


def parts_for(library: Library, by: User, record: Record, split: Split) -> tuple[Record, ...]:
    """The parts, new ones as they would be made. Raises Invalid."""
    demand_state(library, by, record, ThemeState.CURRENT)
    themes, seen = library.vocabularies["theme"], library.lists_for(by)["theme"]
    wrong = [Problem("parts", NO_SUCH) for key in split.parts if key not in seen.terms]
    wrong += [
        p for key in split.parts if key in seen.terms and (p := not_in_use(seen, key, "parts"))
    ]
    if record.id in split.parts:
        wrong.append(Problem("parts", N_("A theme cannot be a part of itself. Choose another.")))
    least = 1 if split.keep else 2
    labels = list({squeezed(label): " ".join(label.split()) for label in split.new}.values())
    if not least <= len(split.parts) + len(labels) <= MOST_PARTS:
        message = N_(
            "Choose or name two to %(most)s themes; one is enough where this one stays in use."
        )
        wrong.append(Problem("parts", message, values=(("most", str(MOST_PARTS)),)))
    if wrong:
        raise Invalid(wrong)
    found = [library.records.get(key).record for key in split.parts]
    taken = set(themes.terms)
    for label in labels:
        key = theme_key(label, taken.__contains__)
        taken.add(key)
        fields = {"label": label, "theme_state": ThemeState.CURRENT, "marking": "official"}
        inherited = {"broader": record.line("broader"), "owner": record.line("owner")}
        found.append(Record(key, Kind.THEME, fields=fields).with_(**inherited))
    return tuple(found)


def splitting(library: Library, by: User, record: Record, split: Split) -> Changing:
    """The theme in parts; records go where they are given, and stay where they are given to none."""
    parts = parts_for(library, by, record, split)
    keys = tuple(part.id for part in parts)
    state = ThemeState.CURRENT if split.keep else ThemeState.RETIRED
    after = record.with_(theme_state=state, split_into=keys, decision=None)
    new = tuple((part, 0) for part in parts[len(split.parts) :])

    def plan() -> Plan:
        ways: list[Pair] = []
        ids: dict[str, int] = {}
        for id in under(library, by, record.id):
            to = split.given.get(id, split.rest)
            chosen = tuple(key for place, key in enumerate(keys) if place in to)
            if chosen:
                pair = (chosen, (record.id,))
                if pair not in ways:
                    ways.append(pair)
                ids[id] = ways.index(pair)
        return Plan("split", (record.id, *keys), ids, tuple(ways), machine=True)

    return Changing(after, new, plan)
