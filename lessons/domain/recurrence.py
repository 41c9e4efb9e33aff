"""What keeps happening: the formula by which recurring themes are put in order.

A theme is worth the sum, over the lessons under it that tell of trouble, of severity × 0.5 ** (age / HALF_LIFE). How
often, how badly and how recently are its three parts. Ages count in calendar quarters. To halve with age is the
discount of Cormode, Shkapenyuk, Srivastava and Xu, "Forward Decay: A Practical Time Decay Model for Streaming Systems"
(ICDE 2009), and has what they prize in it: the order of two themes does not change because time went by and nothing
happened. The weights are ours, and are told in the guidance.
"""

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from enum import StrEnum
from typing import Self

# What a lesson adds when it is new, by kind of learning. A kind that is not here tells of no trouble: what went well
# may be done again as often as people like, and nobody has yet tried an idea.
SEVERITY: Mapping[str, int] = {"warning": 3, "change": 1, "didnt": 1}
# What it adds on top where a lesson had been marked learned and it happened all the same.
AFTER_LEARNED = 3
HALF_LIFE = 4  # quarters
LOOK_BACK = (
    12  # quarters, this one included; a lesson counts an eighth by then, and after that not at all
)
# A theme recurs from so many lessons on, which come from so many quarters or units at least: one bad night that left
# three lessons has not yet happened again.
ENOUGH = 3
APART = 2


class Recurrence(StrEnum):
    """What a reviewer confirmed of one that happened again; labels and help stand in the vocabulary `recurrence`."""

    AFTER_LEARNED = "after_learned"
    KNOWN = "known"


@dataclass(frozen=True, slots=True, order=True)
class Quarter:
    """Three months. number: 1 to 4."""

    year: int
    number: int

    @classmethod
    def of(cls, day: date) -> Self:
        return cls(day.year, (day.month + 2) // 3)

    def back(self, quarters: int) -> "Quarter":
        """The quarter that so many quarters ago was this one."""
        year, number = divmod(self.year * 4 + self.number - 1 - quarters, 4)
        return Quarter(year, number + 1)

    @property
    def first(self) -> date:
        return date(self.year, self.number * 3 - 2, 1)

    @property
    def last(self) -> date:
        return self.back(-1).first - timedelta(1)


def quarters_to(today: date) -> tuple[Quarter, ...]:
    """The quarters that count, oldest first, the present one last."""
    now = Quarter.of(today)
    return tuple(now.back(age) for age in reversed(range(LOOK_BACK)))


@dataclass(frozen=True, slots=True)
class Tally:
    """The lessons of one theme in one quarter.

    by_kind: how many, by kind of learning. returned: how many of those that tell of trouble came after one was learned.
    """

    by_kind: Mapping[str, int] = field(default_factory=dict)
    returned: int = 0

    @property
    def troubles(self) -> int:
        """How many tell of trouble."""
        return sum(n for kind, n in self.by_kind.items() if kind in SEVERITY)

    @property
    def lessons(self) -> int:
        return sum(self.by_kind.values())

    @property
    def points(self) -> int:
        """What they add while they are new."""
        severe = sum(SEVERITY.get(kind, 0) * n for kind, n in self.by_kind.items())
        return severe + AFTER_LEARNED * self.returned


def weight(age: int) -> float:
    """What is left of a point after so many quarters: 1 in the present one, 0 after the last that counts."""
    return 0.5 ** (max(age, 0) / HALF_LIFE) if age < LOOK_BACK else 0.0


def score(tallies: Sequence[Tally]) -> float:
    """tallies: of the quarters that count, oldest first, as `quarters_to` gives them."""
    return math.fsum(
        tally.points * weight(age) for age, tally in enumerate(reversed(tuple(tallies)))
    )


def is_recurring(tallies: Sequence[Tally], units: int) -> bool:
    """units: from how many units the lessons that tell of trouble come, as far as they say."""
    quarters = sum(1 for tally in tallies if tally.troubles)
    return sum(tally.troubles for tally in tallies) >= ENOUGH and max(quarters, units) >= APART


class Trend(StrEnum):
    """The last twelve months against the twelve before."""

    MORE = "more"
    FEWER = "fewer"
    SAME = "same"
    NONE = "none"


def trend(recent: int, before: int) -> Trend:
    """A difference counts where it is larger than chance alone would often make it: than the standard error of the
    difference of two Poisson counts, which is the square root of their sum.
    """
    if not recent and not before:
        return Trend.NONE
    if abs(recent - before) <= math.sqrt(recent + before):
        return Trend.SAME
    return Trend.MORE if recent > before else Trend.FEWER


def years_to(today: date) -> Iterator[tuple[date, date]]:
    """The last twelve months and the twelve before, each with its first and last day."""
    end = today
    for _ in range(2):
        start = end - timedelta(364)
        yield start, end
        end = start - timedelta(1)
