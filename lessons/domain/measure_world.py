"""What figures are counted from: lines of the ledger as one person may read them, a period, and a day to stand on."""

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from functools import cached_property

from lessons.domain.due import WAITING, Standing, Timetable
from lessons.domain.findings import comments, comments_due
from lessons.domain.ledger import Line
from lessons.domain.recurrence import SEVERITY
from lessons.domain.states import GOOD
from lessons.domain.vocabulary import Vocabulary

DROPPED = "not_taken"


@dataclass(frozen=True, slots=True)
class Period:
    """Two days, both included; None where it is open at that end."""

    since: date | None = None
    until: date | None = None

    def holds(self, day: date | None) -> bool:
        """What has no day belongs to no period but the one that is open at both ends."""
        if day is None:
            return self.since is None and self.until is None
        return (self.since is None or day >= self.since) and (
            self.until is None or day <= self.until
        )


@dataclass(frozen=True)
class World:
    """lists: by name. theme: the key that a theme goes by now, "" for one that this person may not know of.

    debriefs: None for somebody who does not read them all, to whom the register of operations tells of them.
    narrowed: whether it is less than the whole force.
    """

    operations: Sequence[Line]
    debriefs: Sequence[Line] | None
    lessons: Sequence[Line]
    evaluations: Sequence[Line]
    actions: Sequence[Line]
    findings: Sequence[Line]
    briefings: Sequence[Line]
    timetable: Timetable
    period: Period
    lists: Mapping[str, Vocabulary]
    theme: Callable[[str], str]
    narrowed: bool = False

    @cached_property
    def at(self) -> date:
        """The day on which what waits is counted: the last of the period, but no later than today."""
        today = self.timetable.today
        return min(self.period.until or today, today)

    @cached_property
    def then(self) -> Timetable:
        return replace(self.timetable, today=self.at)

    # --- lessons -----------------------------------------------------------------------------
    @cached_property
    def happened(self) -> tuple[tuple[Line, date | None], ...]:
        """Lessons that hold good and happened by then, each with its day."""
        at = self.at
        found = (
            (line, line.day("occurred")) for line in self.lessons if line.line("state") in GOOD
        )
        return tuple((line, day) for line, day in found if day is None or day <= at)

    @cached_property
    def good(self) -> tuple[Line, ...]:
        return tuple(line for line, _ in self.happened)

    @cached_property
    def dated(self) -> tuple[tuple[Line, date | None], ...]:
        """Those that happened in the period."""
        holds = self.period.holds
        return tuple(each for each in self.happened if holds(each[1]))

    @cached_property
    def lessons_in(self) -> tuple[Line, ...]:
        return tuple(line for line, _ in self.dated)

    @cached_property
    def troubles(self) -> tuple[tuple[Line, date | None], ...]:
        return tuple(each for each in self.dated if each[0].line("learning") in SEVERITY)

    @cached_property
    def debriefed(self) -> Sequence[Line]:
        """Debriefs of the period, or for who does not read them all the operations that were debriefed in it."""
        if self.debriefs is not None:
            return [d for d in self.debriefs if self.period.holds(d.day("occurred"))]
        return [
            line for line in self.operations
            if (day := line.day("debriefed")) and self.period.holds(day)
        ]  # fmt: skip

    @cached_property
    def strands(self) -> Mapping[str, Counter[str]]:
        """How many name each 4P strand first, by kind of record."""
        sources = {
            "debriefs": self.debriefed,
            "lessons": self.lessons_in,
            "evaluations": self.finished,
        }
        return {
            name: Counter(keys[0] for line in lines if (keys := line.keys("four_p")))
            for name, lines in sources.items()
        }

    # --- where things stand ------------------------------------------------------------------
    @cached_property
    def ended(self) -> tuple[tuple[Line, Standing], ...]:
        """Operations that had ended and of which a debrief is expected, with where it stood then."""
        return tuple(
            (line, self._debrief(line)) for line in self.operations
            if self.then.has_ended(line) and self.then.debrief_due(line)
        )  # fmt: skip

    def _debrief(self, operation: Line) -> Standing:
        done = operation.day("debriefed")
        if done and done <= self.at:
            return Standing.DONE
        if operation.line("no_debrief"):
            return Standing.NOT_NEEDED
        return self.then.standing(self.then.debrief_due(operation))

    @cached_property
    def evaluated(self) -> tuple[tuple[Line, Standing], ...]:
        """Evaluations, with where each stood then."""
        return tuple((line, self._evaluation(line)) for line in self.evaluations)

    def _evaluation(self, line: Line) -> Standing:
        if _after(line.day("done"), self.at):
            return self.then.standing(line.day("due"))
        return self.then.evaluation(line)

    @cached_property
    def finished(self) -> tuple[Line, ...]:
        """Evaluations that were finished in the period."""
        return tuple(
            line for line, standing in self.evaluated
            if standing is Standing.DONE and self.period.holds(line.day("done"))
        )  # fmt: skip

    @cached_property
    def taken(self) -> tuple[Line, ...]:
        """Actions that were agreed by then and not dropped."""
        return tuple(
            line for line in self.actions
            if line.line("action_state") != DROPPED and not _after(line.day("agreed"), self.at)
        )  # fmt: skip

    @cached_property
    def open(self) -> tuple[tuple[Line, Standing], ...]:
        """Those of them that nobody had yet said were done, with where each stood then."""
        found = []
        for line in self.taken:
            undone = _after(line.day("done_on"), self.at)
            standing = self.then.standing(line.day("due")) if undone else self.then.action(line)
            if standing in WAITING or standing is Standing.NONE:
                found.append((line, standing))
        return tuple(found)

    @cached_property
    def commented(self) -> tuple[tuple[Line, Standing], ...]:
        """Findings on which comments are due some day, with where these stood then."""
        return tuple((line, self._comments(line)) for line in self.findings if comments_due(line))

    def _comments(self, finding: Line) -> Standing:
        if _after(finding.day("responded"), self.at):
            return self.then.standing(comments_due(finding))
        return comments(self.then, finding)


def _after(day: date | None, at: date) -> bool:
    return day is not None and day > at
