"""Lessons in a draft: put in, taken out, put in order and annotated by hand. What is given back is not yet kept."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Protocol, TypeVar

from lessons.domain import access
from lessons.domain.access import User
from lessons.domain.briefings import MOST, in_pack
from lessons.domain.errors import Invalid, NotFound, Problem
from lessons.domain.query import Query, ask
from lessons.domain.record import Kind, Record, Row, kind_of, tidy_id
from lessons.domain.states import GOOD, OVER
from lessons.domain.text import N_
from lessons.domain.why import Reason, Why, as_words
from lessons.library import Library
from lessons.services.brief.drafts import Draft, with_rows

WARNING = "warning"  # the kind of learning that stands first
ELEMENT = "method"  # for a lesson of which nobody has said where it belongs
SHOWN = 10  # lessons found by words
LONGEST_ASKED = 500  # characters
LONGEST_NOTE = 1_000
FULL = N_("A pack holds at most %(most)s lessons. Take one out first.")
NO_LESSON = N_("We cannot find that lesson, or it is no longer in use. Search for words from it.")
NOTE_TOO_LONG = N_("A note takes at most %(limit)s characters. Nothing you typed was lost.")


@dataclass(frozen=True, slots=True)
class Held:
    """A lesson of a draft as it is now."""

    row: Row
    lesson: Record
    revision: int

    @property
    def element(self) -> str:
        return self.row.get("element") or ELEMENT

    @property
    def is_warning(self) -> bool:
        return self.lesson.line("learning") == WARNING


class Placed(Protocol):
    """A lesson in its place: of a draft, or of a pack."""

    @property
    def element(self) -> str: ...
    @property
    def is_warning(self) -> bool: ...


P = TypeVar("P", bound=Placed)


@dataclass(frozen=True, slots=True)
class Lost:
    """A lesson that can no longer be in the pack. lesson: None where it is not open to this person any more.
    after: what took its place.
    """

    row: Row
    lesson: Record | None = None
    after: Record | None = None


@dataclass(frozen=True, slots=True)
class Holding:
    """held: by heading, in the order in which they will be issued. newly: that were lost since the draft was kept."""

    held: Sequence[Held]
    lost: Sequence[Lost] = ()
    newly: bool = False

    @property
    def markings(self) -> list[str]:
        shown = [h.lesson for h in self.held]
        shown += [each for lost in self.lost for each in (lost.lesson, lost.after) if each]
        return [record.line("marking") for record in shown]


def holding(library: Library, by: User, draft: Draft) -> Holding:
    held, lost = [], []
    for row in draft.record.rows("lessons"):
        id = row.get("lesson", "")
        stored = library.peek(by, id)
        if stored and stored.record.line("state") in GOOD:
            held.append(Held(row, stored.record, stored.revision.number))
        elif id not in draft.carried:
            lost.append(_lost(library, by, row))
    before = [_lost(library, by, row) for row in draft.dropped]
    return Holding(in_order(library, held), [*before, *lost], bool(lost))


def _lost(library: Library, by: User, row: Row) -> Lost:
    stored = library.peek(by, row.get("lesson", ""))
    if stored is None:
        return Lost(row)
    return Lost(row, stored.record, instead_of(library, by, stored.record))


def instead_of(library: Library, reader: User, lesson: Record) -> Record | None:
    """What took the place of one that is over, where this person may read it."""
    after = lesson.line("replaced_by") if lesson.line("state") in OVER else ""
    stored = library.peek(reader, after) if kind_of(after) else None
    return stored.record if stored else None


def in_order(library: Library, those: Iterable[P]) -> list[P]:
    """By heading, in the order of the list; under each, warnings first, and else as they stand."""
    return sorted(those, key=lambda each: (_place(library, each.element), not each.is_warning))


def by_heading(those: Iterable[P]) -> list[tuple[str, list[P]]]:
    """Under their headings, in the order in which they come."""
    found: dict[str, list[P]] = {}
    for each in those:
        found.setdefault(each.element, []).append(each)
    return list(found.items())


def _place(library: Library, element: str) -> int:
    known = list(library.vocabularies["briefing_element"].terms)
    return known.index(element) if element in known else len(known)


def rows_in_order(library: Library, rows: Sequence[Row]) -> list[Row]:
    return sorted(rows, key=lambda row: _place(library, row.get("element") or ELEMENT))


def drop(library: Library, by: User, draft: Draft) -> Draft:
    """Without the lessons that went out of use; what was noted of them is kept apart."""
    lost = {each.row.get("lesson", ""): each.row for each in holding(library, by, draft).lost}
    rows = [row for row in draft.record.rows("lessons") if row.get("lesson", "") not in lost]
    return replace(draft, record=with_rows(draft.record, rows), dropped=tuple(lost.values()))


# --- by hand -----------------------------------------------------------------------------------------
def noted(draft: Draft, notes: Mapping[str, str], elements: Mapping[str, str], note: str) -> Draft:
    """With what was typed: notes and headings by lesson, and the note for everybody."""

    def as_typed(row: Row) -> Row:
        id = row.get("lesson", "")
        said = {"note": notes[id]} if id in notes else {}
        place = {"element": elements[id]} if elements.get(id) else {}
        return {**row, **said, **place}

    rows = tuple(as_typed(row) for row in draft.record.rows("lessons"))
    was = {row.get("lesson", ""): row.get("element") for row in draft.record.rows("lessons")}
    moved = [r["lesson"] for r in rows if r.get("element") != was[r["lesson"]]]
    record = draft.record.with_(lessons=rows).with_texts(note=note)
    return replace(draft, record=record, touched=_with(draft.touched, *moved))


def notes_too_long(rows: Sequence[Row]) -> list[Problem]:
    """Boxes of notes that hold more than one takes."""
    return [
        Problem(f"note-{row['lesson']}", NOTE_TOO_LONG, values=(("limit", f"{LONGEST_NOTE:,}"),))
        for row in rows
        if len(row.get("note", "")) > LONGEST_NOTE
    ]


def own_rows(draft: Draft) -> list[Row]:
    """Those that count: whoever does not know of the others is told nothing by a limit either."""
    return [row for row in draft.record.rows("lessons") if row.get("lesson") not in draft.carried]


def closed(library: Library, by: User, draft: Draft) -> frozenset[str]:
    """Lessons carried along that this person may not read, and so neither changes nor takes out."""
    return frozenset(id for id in draft.carried if library.peek(by, id) is None)


def without(draft: Draft, id: str) -> Draft:
    """Taken out, and not to be found again; of one that was lost, its note goes too."""
    rows = [row for row in draft.record.rows("lessons") if row.get("lesson") != id]
    return replace(
        draft, record=with_rows(draft.record, rows), removed=_with(draft.removed, id),
        touched=tuple(each for each in draft.touched if each != id),
        dropped=tuple(row for row in draft.dropped if row.get("lesson") != id),
    )  # fmt: skip


def moved(library: Library, by: User, draft: Draft, id: str, step: int) -> Draft:
    """One place up (-1) or down (1) under its heading; where it is already first or last, nothing changes."""
    shown = holding(library, by, draft).held
    at = next((n for n, each in enumerate(shown) if each.row.get("lesson") == id), -1)
    to = at + step
    if at < 0 or not 0 <= to < len(shown) or not _may_swap(shown[at], shown[to]):
        return draft
    rows = list(draft.record.rows("lessons"))
    places = [rows.index(shown[n].row) for n in (at, to)]
    rows[places[0]], rows[places[1]] = rows[places[1]], rows[places[0]]
    both = (shown[at].row["lesson"], shown[to].row["lesson"])
    return replace(draft, record=with_rows(draft.record, rows), touched=_with(draft.touched, *both))


def _may_swap(one: Held, other: Held) -> bool:
    """Under one heading, and warnings stay before what is none."""
    return (one.element, one.is_warning) == (other.element, other.is_warning)


def added(library: Library, by: User, draft: Draft, typed: str) -> Draft:
    """With the lesson of that reference. Raises Invalid where there is none to be had, or no room."""
    id = tidy_id(typed)
    stored = library.peek(by, id) if kind_of(id) is Kind.LESSON else None
    if stored is None or stored.record.line("state") not in GOOD:
        raise Invalid([Problem("words", NO_LESSON)])
    if id in in_pack(draft.record):
        return draft
    if len(own_rows(draft)) >= MOST:
        raise Invalid([Problem("words", FULL, values=(("most", str(MOST)),))])
    element = next(iter(stored.record.keys("briefing_elements")), ELEMENT)
    kept = next((row.get("note", "") for row in draft.dropped if row.get("lesson") == id), "")
    row: Row = {
        "lesson": id, "revision": str(stored.revision.number), "element": element,
        "why": as_words([Reason(Why.CHOSEN)]), "note": kept,
    }  # fmt: skip
    return replace(
        draft, record=with_rows(draft.record, (*draft.record.rows("lessons"), row)),
        removed=tuple(each for each in draft.removed if each != id), touched=_with(draft.touched, id),
        dropped=tuple(each for each in draft.dropped if each.get("lesson") != id),
    )  # fmt: skip


def searched(library: Library, by: User, draft: Draft, typed: str) -> list[Record]:
    """Lessons that hold good, are open to this person and not yet in the pack, by words or reference.

    Raises SearchUnavailable.
    """
    id = tidy_id(typed)
    if kind_of(id) is Kind.LESSON:
        stored = library.peek(by, id)
        good = stored is not None and stored.record.line("state") in GOOD
        return [stored.record] if stored and good and id not in in_pack(draft.record) else []
    query: Query = ask(
        typed[:LONGEST_ASKED], keys=access.keyring(by), chosen={"state": GOOD}, size=SHOWN, facets=False,
        without=frozenset(in_pack(draft.record)),
    )  # fmt: skip
    hits = library.search(by, query).hits
    return [stored.record for hit in hits if (stored := library.peek(by, hit.id))]


def _with(names: tuple[str, ...], *more: str) -> tuple[str, ...]:
    return tuple(dict.fromkeys((*names, *more)))


def change(library: Library, by: User, draft: Draft, do: str, what: str, typed: str = "") -> Draft:
    """What one button does. what: the lesson it stands beside. Raises NotFound for a button that there is not;
    Invalid.
    """
    steps: Mapping[str, Callable[[], Draft]] = {
        "save": lambda: draft,
        "remove": lambda: draft if what in closed(library, by, draft) else without(draft, what),
        "up": lambda: moved(library, by, draft, what, -1),
        "down": lambda: moved(library, by, draft, what, 1),
        "add": lambda: added(library, by, draft, what or typed),
    }
    if do not in steps:
        raise NotFound()
    return steps[do]()
