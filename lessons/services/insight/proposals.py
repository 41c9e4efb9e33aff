"""Themes that people ask for from a lesson, and what reviewers decide on them."""

from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass

from lessons.domain import access
from lessons.domain.access import STAFF, Permit, System, User
from lessons.domain.errors import Invalid, LessonsError, NotAllowed, NotFound, Problem
from lessons.domain.record import Kind, Record, Stored, kind_of
from lessons.domain.schema import SHAPES, check
from lessons.domain.text import N_
from lessons.domain.themes import ThemeState, state_of, theme_key
from lessons.library import Library
from lessons.ports import Notebook
from lessons.services.insight.batch import Plan
from lessons.services.insight.theme_changes import (
    Changing,
    Given,
    demand_clean,
    demand_state,
    editing,
    retiring,
)
from lessons.services.insight.themes import VERB, alone, held, name_for

MOST_ASKED = SHAPES[Kind.THEME]["asked_on"].most
THERE = N_(
    "There is a theme for that already: “%(theme)s”. Choose it on the lesson, or ask a reviewer to."
)
RETIRED = N_(
    "“%(theme)s” was decided on before and is not in use. Ask a reviewer to bring it back."
)


@dataclass(frozen=True, slots=True)
class Proposal:
    """What waits for a decision. lessons: those it was asked for on that this person may read. by: "" where that is
    not for them to see.
    """

    stored: Stored
    lessons: Sequence[Record]
    by: str


def may_propose(by: User) -> None:
    """Raises NotAllowed."""
    access.demand(by, Permit.SEARCH)
    if by.role not in STAFF and not isinstance(by, System):
        raise NotAllowed()


def propose(library: Library, notebook: Notebook, by: User, lesson: str, given: Given) -> Stored:
    """Ask for a theme on a lesson; one that was asked for already is asked for on this lesson, too.

    Raises NotAllowed, NotFound, Invalid, Busy.
    """
    may_propose(by)
    if kind_of(lesson) is not Kind.LESSON or library.peek(by, lesson) is None:
        raise NotFound()
    lines = {name: " ".join(given.get(name, "").split()) for name in ("label", "help")}
    demand_clean(library, lines)
    with alone(library, notebook):
        try:
            there = _asked_already(library, by, lines["label"])
            if there is not None:
                return _asked_here_too(library, by, there, lesson)
            return _asked(library, by, lines, lesson)
        finally:
            library.forget_lists()


def _asked(library: Library, by: User, lines: Given, lesson: str) -> Stored:
    themes = library.vocabularies["theme"]
    fields = {"theme_state": ThemeState.PROPOSED, "marking": "official", "author": by.name}
    theme = Record(theme_key(lines["label"], themes.terms.__contains__), Kind.THEME, fields=fields)
    theme = theme.with_(**lines, asked_by=by.name, asked_on=(lesson,))
    wrong = check(theme, library.vocabularies, today=library.today)
    if wrong:
        raise Invalid(wrong)
    return library.save(by, VERB, theme, expected=0)


def _asked_already(library: Library, by: User, label: str) -> Stored | None:
    """The theme of that name that waits for a decision. Raises Invalid where it needs none."""
    term = library.lists_for(by)["theme"].find(label)
    if term is None:
        if library.vocabularies["theme"].find(label):
            raise Invalid([Problem("label", N_("This word is taken. Choose another."))])
        return None
    state = state_of(term)
    if state is ThemeState.PROPOSED:
        return library.records.get(term.key)
    told = THERE if state is ThemeState.CURRENT else RETIRED
    raise Invalid([Problem("label", told, values=(("theme", term.label(by.language)),))])


def _asked_here_too(library: Library, by: User, theme: Stored, lesson: str) -> Stored:
    asked = theme.record.keys("asked_on")
    if lesson in asked or len(asked) >= MOST_ASKED:
        return theme
    more = theme.record.with_(asked_on=(*asked, lesson))
    return library.save(by, VERB, more, expected=theme.revision.number)


# --- deciding -----------------------------------------------------------------------------------------
def proposals(library: Library, by: User) -> Sequence[Proposal]:
    """What waits, the longest first. Raises NotAllowed."""
    access.demand(by, Permit.MANAGE_LISTS)
    found = []
    for term in library.lists_for(by)["theme"].terms.values():
        if state_of(term) is ThemeState.PROPOSED:
            with suppress(LessonsError):
                found.append(_proposal(library, by, held(library, by, term.key)))
    return sorted(found, key=lambda p: (p.stored.revision.at, p.stored.record.id))


def _proposal(library: Library, by: User, stored: Stored) -> Proposal:
    lessons = [library.peek(by, id) for id in access.visible(by, stored.record).keys("asked_on")]
    who = name_for(by, stored.record.line("asked_by"))
    return Proposal(stored, [s.record for s in lessons if s], who)


def proposal(library: Library, by: User, key: str) -> Proposal:
    """Raises NotFound, NotAllowed."""
    access.demand(by, Permit.MANAGE_LISTS)
    return _proposal(library, by, held(library, by, key))


def taking(library: Library, by: User, record: Record, given: Given) -> Changing:
    """Into use, in a reviewer's words, and onto the lessons that it was asked for on."""
    demand_state(library, by, record, ThemeState.PROPOSED)
    after = editing(record, given).after.with_(theme_state=ThemeState.CURRENT, decision=None)

    def plan() -> Plan:
        ids = dict.fromkeys(record.keys("asked_on"), 0)
        hidden = [id for id in ids if library.peek(by, id) is None]
        change = ((record.id,), ())
        return Plan("take", (record.id,), ids, (change,), machine=True, unseen=hidden)

    return Changing(after, plan=plan)


def declining(library: Library, by: User, record: Record, why: str) -> Changing:
    """The reason stays with the theme, for whoever asked."""
    demand_state(library, by, record, ThemeState.PROPOSED)
    if not why.strip():
        raise Invalid([Problem("why", N_("Say why in a sentence. Whoever asked is shown it."))])
    return retiring(library, by, record, why)
