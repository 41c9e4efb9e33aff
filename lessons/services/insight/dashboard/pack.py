"""The monthly pack: where things stand at the end of a month, and what somebody must decide. Nobody is named in it."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

from lessons.domain.access import User
from lessons.domain.due import Standing
from lessons.domain.errors import Invalid, Problem
from lessons.domain.measure import Figure
from lessons.domain.record import Kind
from lessons.domain.recurrence import Recurrence
from lessons.domain.text import N_
from lessons.library import Library
from lessons.services.insight.dashboard.board import Board, Wanted, figures

LATE = 30  # days after which an overdue debrief is put to somebody to decide
NEWLY = 92  # days in which it happened again
SHOWN = 2  # decisions of one kind; the registers have the rest
# A pack of an earlier month asks for nothing that has been done meanwhile.
SETTLED = ("debriefed", "no_debrief", "done", "not_needed", "responded", "no_response")
HEADLINES = (
    "debrief_rate", "debriefs_overdue", "evaluations_overdue", "actions_overdue", "four_p_share", "positive_share",
    "days_to_answer", "days_to_learn", "lessons_briefed",
)  # fmt: skip
TO_COME = N_("That month has not begun. Choose an earlier one.")
NO_MONTH = N_("Write the month as year and month, such as 2026-10.")


class Ask(StrEnum):
    """What is to be decided."""

    RESPONSE = "response"
    AGAIN = "again"
    DEBRIEF = "debrief"
    EVALUATION = "evaluation"
    WEAK = "weak"


# In the order in which they are asked. %(title)s and others are filled in where they are shown.
ASKED: Mapping[Ask, str] = {
    Ask.RESPONSE: N_("Agree a response to the finding “%(title)s”: published %(days)s days ago, and due in 56."),
    Ask.AGAIN: N_("Decide on a stronger change: “%(title)s” was thought to be learned, and happened again."),
    Ask.DEBRIEF: N_("Ask for a debrief of %(title)s, %(days)s days late, or record why none is needed."),
    Ask.EVALUATION: N_("Have “%(title)s” finished, %(days)s days late, or record why it is not needed."),
    Ask.WEAK: N_(
        "Agree a change to the system or to who does it: “%(title)s” keeps happening (%(count)s lessons), and "
        "nothing stronger than policy, training or a reminder is agreed."
    ),
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Decision:
    """id: of the record, or the key of a theme. title: "" for a theme, whose label depends on the language."""

    ask: Ask
    id: str
    title: str = ""
    days: int = 0
    count: int = 0
    marking: str = ""


@dataclass(frozen=True, slots=True)
class Waiting:
    """What is overdue in one register: how many, and the day on which the oldest was due."""

    kind: Kind
    count: int
    oldest: date | None
    days: int


@dataclass(frozen=True)
class Pack:
    """month: its first day. now, before: boards of the twelve months to its end and to the end of the month before.

    decisions: the first few of each kind; left: how many more there are, by kind.
    """

    month: date
    now: Board
    before: Board
    waiting: Sequence[Waiting]
    decisions: Sequence[Decision]
    left: Mapping[Ask, int]

    @property
    def headlines(self) -> list[tuple[Figure, Figure]]:
        return [(self.now.figures[key], self.before.figures[key]) for key in HEADLINES]

    @property
    def markings(self) -> list[str]:
        """Of every record that it names."""
        return [each.marking for each in self.decisions]


def month_of(words: str, today: date) -> date:
    """The first day of the month that is asked for; of the last whole month where none is. Raises Invalid."""
    if not words:
        return (today.replace(day=1) - timedelta(1)).replace(day=1)
    try:
        if len(words) != len("2026-01"):
            raise ValueError
        month = date.fromisoformat(f"{words}-01")
    except ValueError:
        raise Invalid([Problem("month", NO_MONTH)]) from None
    if month > today:
        raise Invalid([Problem("month", TO_COME)])
    return month


def monthly(library: Library, reader: User, month: date) -> Pack:
    """Raises SearchUnavailable."""
    now, before = (
        figures(library, reader, _year_to(last)) for last in (_last(month), month - timedelta(1))
    )
    found: dict[Ask, list[Decision]] = {}
    for each in decisions(now):
        found.setdefault(each.ask, []).append(each)
    shown = [each for ask in ASKED for each in found.get(ask, [])[:SHOWN]]
    left = {ask: len(all_) - SHOWN for ask, all_ in found.items() if len(all_) > SHOWN}
    return Pack(month, now, before, tuple(_waiting(now)), shown, left)


def _last(month: date) -> date:
    return (month + timedelta(31)).replace(day=1) - timedelta(1)


def _year_to(last: date) -> Wanted:
    first = (last + timedelta(1)).replace(year=last.year - (last.month < 12))
    return Wanted(since=first, until=last)


# --- what is overdue --------------------------------------------------------------------------------
def _waiting(board: Board) -> Iterator[Waiting]:
    world = board.world
    debriefs = [world.then.debrief_due(line) for line, s in world.ended if s is Standing.OVERDUE]
    evaluations = [line.day("due") for line, s in world.evaluated if s is Standing.OVERDUE]
    actions = [line.day("due") for line, s in world.open if s is Standing.OVERDUE]
    for kind, days in (
        (Kind.OPERATION, debriefs),
        (Kind.EVALUATION, evaluations),
        (Kind.ACTION, actions),
    ):
        oldest = min((day for day in days if day), default=None)
        yield Waiting(kind, len(days), oldest, (world.at - oldest).days if oldest else 0)


# --- what is to be decided --------------------------------------------------------------------------
def decisions(board: Board) -> Iterator[Decision]:
    """Every one that nobody has settled since, by kind, the worst of each kind first."""
    world = board.world
    late = [
        (line, due) for line, standing in world.ended
        if standing is Standing.OVERDUE and (due := world.then.debrief_due(line))
        and (world.at - due).days > LATE
    ]  # fmt: skip
    undone = [
        (line, due) for line, standing in world.evaluated
        if standing is Standing.OVERDUE and (due := line.day("due"))
    ]  # fmt: skip
    silent = [
        (line, published) for line, standing in world.commented
        if standing is Standing.OVERDUE and (published := line.day("published"))
    ]  # fmt: skip
    for ask, found in ((Ask.RESPONSE, silent), (Ask.DEBRIEF, late), (Ask.EVALUATION, undone)):
        waiting = [each for each in found if not any(each[0].line(name) for name in SETTLED)]
        for line, day in sorted(waiting, key=lambda each: (each[1], each[0].id)):
            yield Decision(
                ask, line.id, line.title, (world.at - day).days, marking=line.line("marking")
            )
    yield from _again(board)
    yield from _weak(board)


def _again(board: Board) -> Iterator[Decision]:
    """Earlier lessons that newer ones of the last quarter came after, though they were learned."""
    world = board.world
    since = world.at - timedelta(NEWLY)
    lessons = {line.id: line for line in world.good}
    newer: dict[str, date] = {}
    for line in world.good:
        day = line.day("occurred")
        if line.line("recurrence") == Recurrence.AFTER_LEARNED and day and day >= since:
            for id in line.keys("seen_before"):
                if id in lessons:
                    newer[id] = max(day, newer.get(id, day))
    for id in sorted(newer, key=lambda each: (newer[each], each), reverse=True):
        line = lessons[id]
        yield Decision(
            Ask.AGAIN, id, line.title, (world.at - newer[id]).days, marking=line.line("marking")
        )


def _weak(board: Board) -> Iterator[Decision]:
    """Themes that keep happening and of whose lessons no action is agreed that is better than weak."""
    world = board.world
    weak = {
        key
        for key, term in world.lists["action_strength"].terms.items()
        if term.facts.get("strength") == "weak"
    }
    answered = {
        id for line in world.taken for id in line.keys("of")
        if line.line("strength") and line.line("strength") not in weak
    }  # fmt: skip
    themes = {
        world.theme(key)
        for line in world.good
        if line.id in answered
        for key in line.keys("themes")
    }
    for key, count in board.figures["recurring_themes"].parts.items():
        if key not in themes:
            yield Decision(Ask.WEAK, key, count=count)
