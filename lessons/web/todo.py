"""What waits for a person, as counted links on the home page, and the lessons that they own."""

from collections.abc import Iterator
from dataclasses import dataclass

from flask import Blueprint, render_template, url_for
from flask_babel import gettext as _
from flask_babel import ngettext

from lessons.domain.access import Permit
from lessons.domain.reminding import PLACES
from lessons.domain.states import State
from lessons.domain.themes import ThemeState, state_of
from lessons.services import find, review
from lessons.services.track import home, leaving, reminding
from lessons.services.track.home import Home
from lessons.web import words
from lessons.web.doors import doors, library, me

bp = Blueprint("todo", __name__)
MINE = frozenset({State.IDENTIFIED, State.UNDER_WAY})


@dataclass(frozen=True, slots=True)
class Todo:
    words: str
    href: str


def for_home() -> list[Todo]:
    """Raises SearchUnavailable."""
    return [Todo(told, href) for count, told, href in _counted() if count]


def _counted() -> Iterator[tuple[int, str, str]]:
    mine = find.owned(library(), me(), MINE, me().name).total
    told = ngettext(
        "%(num)s lesson of yours to take further", "%(num)s lessons of yours to take further", mine
    )
    yield mine, told, url_for("find.todo.mine")
    if me().may(Permit.STEER):
        yield _without_owner()
    if me().may(Permit.CHECK):
        yield _to_check()
    if me().may(Permit.REVIEW):
        second, given = review.for_me(library(), me())
        told = ngettext(
            "%(num)s lesson waits for a second pair of eyes",
            "%(num)s lessons wait for a second pair of eyes",
            second,
        )
        yield second, told, url_for("review.queue", tab="second")
        told = ngettext(
            "%(num)s lesson was given to you", "%(num)s lessons were given to you", given
        )
        yield given, told, url_for("review.queue", who=review.ME)
    if me().may(Permit.MANAGE_LISTS):
        yield _themes_asked_for()
    if me().may(Permit.CHECK):
        yield _actions_to_check()
    if me().may(Permit.OVERSEE):
        yield from _overdue()
    if me().may(Permit.AGREE):
        yield _left_behind()
    if me().may(Permit.DISCLOSE):
        yield (
            1,
            _("Disclosure index: choose an operation"),
            url_for("operations.register", tab="all"),
        )


def _without_owner() -> tuple[int, str, str]:
    states = frozenset({State.OBSERVATION})
    count = find.owned(library(), me(), states, "").total
    told = ngettext("%(num)s observation has no owner", "%(num)s observations have no owner", count)
    return count, told, url_for("find.search", state=State.OBSERVATION.value)


def _to_check() -> tuple[int, str, str]:
    """But for their own, which somebody else must check."""
    states = frozenset({State.AWAITING_CHECK})
    own = find.owned(library(), me(), states, me().name).total
    count = find.in_state(library(), me(), State.AWAITING_CHECK) - own
    told = ngettext(
        "%(num)s lesson is said to be done: does it last?",
        "%(num)s lessons are said to be done: do they last?",
        count,
    )
    return count, told, url_for("find.search", state=State.AWAITING_CHECK.value)


def _themes_asked_for() -> tuple[int, str, str]:
    themes = library().lists_for(me())["theme"].terms.values()
    count = sum(state_of(term) is ThemeState.PROPOSED for term in themes)
    told = ngettext("%(num)s theme was asked for", "%(num)s themes were asked for", count)
    return count, told, url_for("themes.proposals")


def _actions_to_check() -> tuple[int, str, str]:
    count = home.to_check(library(), me())
    told = ngettext(
        "%(num)s action is said to be done and waits for a check",
        "%(num)s actions are said to be done and wait for a check",
        count,
    )
    return count, told, url_for("actions.register", tab="check")


def _overdue() -> Iterator[tuple[int, str, str]]:
    """Of all of the force that this person may read."""
    counts = reminding.overdue(library(), me())
    num = counts["operations"]
    told = ngettext(
        "%(num)s operation ended and was not debriefed in time",
        "%(num)s operations ended and were not debriefed in time",
        num,
    )
    yield num, told, PLACES["operations"][1]
    num = counts["evaluations"]
    told = ngettext("%(num)s evaluation is overdue", "%(num)s evaluations are overdue", num)
    yield num, told, PLACES["evaluations"][1]
    num = counts["actions"]
    told = ngettext("%(num)s action is overdue", "%(num)s actions are overdue", num)
    yield num, told, PLACES["actions"][1]


def _left_behind() -> tuple[int, str, str]:
    count = len(leaving.left_behind(library(), me(), doors().accounts))
    told = ngettext(
        "%(num)s action has an owner who left", "%(num)s actions have an owner who left", count
    )
    return count, told, PLACES["left"][1]


def yours() -> Home:
    """What of the registers is this person's own to do. Raises SearchUnavailable."""
    return home.home(library(), me())


@bp.get("/yours")
def mine() -> str:
    """Lessons that this person is to take further; no address asks for those of others."""
    found = find.owned(library(), me(), MINE, me().name, size=find.LARGEST_PAGE)
    return render_template(
        "find/yours.html",
        hits=found.hits,
        total=found.total,
        page_marking=words.page_marking(words.marking_of(hit.facts) for hit in found.hits),
    )
