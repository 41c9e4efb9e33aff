"""Which claim the evidence of an evaluation can bear, and why: what it says of itself, held against one table.

A claim is told in the words of the guidance page on evaluations. “Didn’t work” asks for as much evidence as “worked”,
save where the activity could not be delivered; that something does harm may be said at once.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property

from lessons.domain import periods, shares
from lessons.domain.periods import Period
from lessons.domain.record import Record
from lessons.domain.shares import Figure, Interval, Share
from lessons.domain.text import N_

COMPARING = frozenset({"area", "matched", "trial"})  # designs with somebody alongside
DEFINITE = frozenset({"worked", "mixed", "no_effect", "didnt"})
ALWAYS = frozenset({"harm", "early"})  # verdicts that wait for no proof
UNLIKE = 1.5  # times that one period may be as long as another before it is questioned


@dataclass(frozen=True)
class Measure:
    """One row of the outcome measures, with the figures and periods that could be read in it."""

    name: str
    words: Mapping[str, str] = field(hash=False)

    def figure(self, column: str) -> Figure | None:
        return shares.read(self.words.get(column, ""))

    def period(self, column: str) -> Period | None:
        return periods.read(self.words.get(column, ""))

    @cached_property
    def before(self) -> Figure | None:
        return self.figure("baseline")

    @cached_property
    def after(self) -> Figure | None:
        return self.figure("follow_up")

    @cached_property
    def comparison(self) -> Figure | None:
        return self.figure("comparison")

    @property
    def other(self) -> Figure | None:
        """What the figure after is held against: the comparison group's, else the one before."""
        return self.comparison or self.before

    @property
    def difference(self) -> Interval | None:
        """Of the share after less the other; None where one of them is no share."""
        after, other = self.after, self.other
        if not isinstance(after, Share) or not isinstance(other, Share):
            return None
        return shares.difference(after, other)

    @property
    def has_period(self) -> bool:
        return bool(self.words.get("follow_up_period"))

    @property
    def has_both_periods(self) -> bool:
        return self.has_period and bool(self.words.get("baseline_period") or self.comparison)


def measures(record: Record) -> list[Measure]:
    return [Measure(row.get("measure", ""), row) for row in record.rows("measures")]


@dataclass(frozen=True)
class Evidence:
    """What an evaluation says of itself, as the rules ask for it."""

    record: Record

    @cached_property
    def rows(self) -> Sequence[Measure]:
        return measures(self.record)

    @cached_property
    def measured(self) -> bool:
        return any(m.after for m in self.rows)

    @cached_property
    def held(self) -> Sequence[Measure]:
        """Measures with a figure to hold the one after against."""
        return [m for m in self.rows if m.after and m.other]

    @cached_property
    def design(self) -> str:
        """As said; before and after, where nothing is said and the figures are there."""
        return self.record.line("design") or ("before_after" if self.held else "none")

    @property
    def compared(self) -> bool:
        return bool(self.held) and self.design in COMPARING | {"before_after"}

    @property
    def timed(self) -> bool:
        """Whether every measure says over what time it was taken."""
        return all(m.has_period for m in self.rows if m.after)

    @property
    def timed_before(self) -> bool:
        return all(m.has_both_periods for m in self.held)

    @property
    def counted(self) -> bool:
        return self.record.number("eligible") is not None

    @property
    def sized(self) -> bool:
        """Whether a difference between two shares can be reckoned."""
        return any(m.difference for m in self.held)

    @property
    def clear(self) -> bool:
        """Whether chance alone hardly makes such a difference in the main measure that has one."""
        found = [m.difference for m in self.held if m.difference]
        return bool(found) and found[0].excludes_nought

    @property
    def apart(self) -> bool:
        """Whether somebody judged it who had no part in the activity."""
        return self.record.line("independent") == "yes" or self.outside

    @property
    def outside(self) -> bool:
        """Whether it is said to have been judged from outside, and nothing stands against that."""
        return (
            self.record.line("stage") == "independent" and self.record.line("independent") != "no"
        )

    @property
    def delivered(self) -> bool:
        return bool(self.record.texts.get("delivered") or self.record.number("reached"))


Test = Callable[[Evidence], bool]


@dataclass(frozen=True, slots=True)
class Reason:
    """Why no more can be claimed. missing: whether this stands in the way."""

    key: str
    words: str
    missing: Test


@dataclass(frozen=True, slots=True)
class Level:
    """One claim. met: whether the evidence reaches it. best: the verdict it carries where the result is good.

    verdicts: what may be said without giving a reason, beside ALWAYS. stage: how far the judging has come.
    """

    key: str
    words: str
    best: str
    verdicts: frozenset[str]
    stage: str
    met: Test


ALL = DEFINITE | {"promising"}


def _by(design: str) -> Test:
    def proven(e: Evidence) -> bool:
        return e.design == design and e.compared and e.timed and e.timed_before and e.clear

    return proven


LEVELS: Sequence[Level] = (  # strongest first
    Level("caused", N_("It very likely caused the change."), "worked", ALL, "local", _by("trial")),
    Level("alike", N_("It changed more for those who had it than for people or places like them."),
          "worked", ALL, "local", _by("matched")),
    Level("place", N_("It changed more here than there."), "worked", ALL, "local", _by("area")),
    Level("changed", N_("It changed. Something else may have changed it."),
          "promising", frozenset({"promising", "mixed", "didnt"}), "local", _by("before_after")),
    Level("unsure", N_("It was compared, but no difference can be told from chance."),
          "no_effect", ALL - {"worked"}, "local", lambda e: e.compared and e.sized and not e.clear),
    Level("unsized", N_("It was compared, but the figures do not say how far chance may reach."),
          "promising", ALL - {"worked"}, "local", lambda e: e.compared),
    Level("afterwards", N_("This is what happened afterwards. Nobody can say what would have happened without it."),
          "promising", frozenset({"promising"}), "monitored", lambda e: e.measured),
    Level("delivered", N_("It was delivered. Whether it changed anything was not measured."),
          "early", frozenset({"didnt"}), "not_started", lambda e: e.delivered),
    Level("nothing", N_("Nothing was measured yet."), "early", frozenset(), "not_started", lambda e: True),
)  # fmt: skip

REASONS: Sequence[Reason] = (
    Reason("measure", N_("No measure has a figure for afterwards."), lambda e: not e.measured),
    Reason("comparison", N_("No comparison: nothing from before, and no group that went without."),
           lambda e: e.measured and not e.compared),
    Reason("alone", N_("Nothing was compared alongside, so something else may have made the change."),
           lambda e: e.compared and e.design == "before_after"),
    Reason("follow_up", N_("No follow-up period: a reader cannot tell over what time the figure was counted."),
           lambda e: e.measured and not e.timed),
    Reason("before", N_("The period of the measure before is not said."),
           lambda e: e.compared and not e.timed_before),
    Reason("sizes", N_("The figures do not say how many people stand behind them: write “64 of 612”."),
           lambda e: e.compared and not e.sized),
    Reason("chance", N_("The difference in the main measure is no larger than chance alone may make it."),
           lambda e: e.compared and e.sized and not e.clear),
    Reason("eligible", N_("Nobody knows how many were eligible, so those reached may be the likeliest to do well."),
           lambda e: not e.counted),
    Reason("independent", N_("Nobody without a part in the activity has judged it."),
           lambda e: e.compared and not e.apart),
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Claim:
    """What can be said. verdict, stage: keys of those lists; the most that the evidence carries."""

    level: Level
    verdict: str
    stage: str
    reasons: tuple[Reason, ...]

    def bears(self, verdict: str) -> bool:
        """Whether a verdict needs no further reason. One that nobody gave yet does not."""
        return not verdict or verdict in ALWAYS | self.level.verdicts


_BY_DIRECTION = {"same": "no_effect", "both": "mixed", "worse": "didnt", "unknown": "early"}


def claim(record: Record) -> Claim:
    evidence = Evidence(record)
    level = next(each for each in LEVELS if each.met(evidence))
    found = tuple(each for each in REASONS if each.missing(evidence))
    verdict = _BY_DIRECTION.get(record.line("direction"), level.best)
    if verdict not in ALWAYS | level.verdicts:
        verdict = "early"
    stage = "independent" if level.stage == "local" and evidence.outside else level.stage
    return Claim(level, verdict, stage, found)


@dataclass(frozen=True, slots=True)
class Question:
    """Something odd that may be right. values fill the %(name)s of the words."""

    words: str
    values: Mapping[str, str] = field(hash=False)


BACKWARDS = N_("“%(measure)s”: does the period %(period)s end before it begins?")
OVERLAP = N_("“%(measure)s”: the periods before and after overlap. Is anybody counted twice?")
TURNED = N_("“%(measure)s”: the period before comes after the other. Are they the wrong way round?")
UNEQUAL = N_(
    "“%(measure)s”: one period is much longer than the other. Are the counts fit to be compared?"
)


def questions(record: Record) -> list[Question]:
    """What a careful reader would ask of the periods."""
    found = []
    for each in measures(record):
        name = {"measure": each.name or "–"}
        before, after = each.period("baseline_period"), each.period("follow_up_period")
        pair = (("baseline_period", before), ("follow_up_period", after))
        wrong = [column for column, period in pair if period and period.backwards]
        found += [Question(BACKWARDS, {**name, "period": each.words[c]}) for c in wrong]
        if before and after and not wrong:
            found += [Question(words, name) for words in _between(before, after)]
    return found


def _between(before: Period, after: Period) -> list[str]:
    if before.overlaps(after):
        return [OVERLAP]
    found = [TURNED] if before.first > after.last else []
    longer, shorter = max(before.days, after.days), min(before.days, after.days)
    return found + ([UNEQUAL] if longer > UNLIKE * shorter else [])
