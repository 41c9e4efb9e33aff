"""Shares such as 64 of 612: as people write them, and how far chance reaches around them.

A percentage alone says nothing of how many people stand behind it: it has no interval.
"""

import math
import re
from dataclasses import dataclass

from lessons.domain.text import N_

Z_95 = 1.959964  # of the normal curve, 95 in 100 lie no further than this from its middle
LARGEST = 10**12  # what is counted; more is a slip

# What is said of words that cannot be; %(words)s are the words.
MORE_THAN_ALL = N_("“%(words)s” counts more than there were. Write the part first: “3 of 147”.")
OF_NOBODY = N_("“%(words)s” is a share of none. Write how many there were in all: “3 of 147”.")
NEGATIVE = N_("“%(words)s” is less than nought, and a count cannot be.")
ABOVE_HUNDRED = N_(
    "“%(words)s” is more than a hundred per cent. Write the part and the whole: “3 of 147”."
)


@dataclass(frozen=True, slots=True)
class Share:
    """So many of so many. Sound where 0 ≤ count ≤ of and 0 < of."""

    count: int
    of: int

    @property
    def value(self) -> float:
        return self.count / self.of


@dataclass(frozen=True, slots=True)
class Bare:
    """A number, or a percentage, of which nobody knows how many stand behind it."""

    value: float
    percent: bool = False


@dataclass(frozen=True, slots=True)
class Interval:
    """What a value may well be, from low to high."""

    low: float
    high: float

    @property
    def excludes_nought(self) -> bool:
        return self.low > 0 or self.high < 0


Figure = Share | Bare

_N = r"(-?\d{1,3}(?:,\d{3})+|-?\d{1,15})"
_SHARE = re.compile(
    rf"{_N}\s*(?:/|(?:(?:out|allan)\s+)?(?:of|o)\s+(?:the\s+)?){_N}(?![\d.,/]*\d)", re.IGNORECASE
)
_PERCENT = re.compile(r"(-?\d{1,6}(?:\.\d{1,6})?)\s*(?:%|per\s?cent\b|y cant\b)", re.IGNORECASE)
_NUMBER = re.compile(r"-?(?:\d{1,3}(?:,\d{3})+|\d{1,15})(?:\.\d{1,6})?(?![\d.,/]*\d)")


def read(words: str) -> Figure | None:
    """The figure that these words begin with: “64 of 612 matched”, “3/147”, “2 %”, “9”. None where they begin
    otherwise, or with what cannot be (see `wrong`).
    """
    return None if wrong(words) else _read(words)


def wrong(words: str) -> str:
    """What is wrong with a figure, as a sentence; "" where it is sound or none stands there."""
    found = _read(words)
    if isinstance(found, Share):
        if found.count < 0 or found.of < 0:
            return NEGATIVE
        if found.of == 0:
            return OF_NOBODY
        return MORE_THAN_ALL if found.count > found.of else ""
    if found is None:
        return ""
    if found.value < 0:
        return NEGATIVE
    return ABOVE_HUNDRED if found.percent and found.value > 100 else ""


def _read(words: str) -> Figure | None:
    words = words.strip()
    if share := _SHARE.match(words):
        count, of = (int(part.replace(",", "")) for part in share.groups())
        return Share(count, of) if max(abs(count), abs(of)) <= LARGEST else None
    if percent := _PERCENT.match(words):
        return Bare(float(percent[1]), percent=True)
    if number := _NUMBER.match(words):
        return Bare(float(number[0].replace(",", "")))
    return None


def wilson(share: Share, z: float = Z_95) -> Interval:
    """The score interval of a share.

    With p = count / n: (p + z²/2n ± z·√(p(1−p)/n + z²/4n²)) / (1 + z²/n).
    E. B. Wilson, “Probable inference, the law of succession, and statistical inference”, Journal of the American
    Statistical Association 22 (1927), 209–212. It stays between 0 and 1, and is honest for few people and for none.
    """
    n, p = share.of, share.value
    middle = p + z * z / (2 * n)
    half = z * math.sqrt(p * (1 - p) / n + z * z / (4 * n * n))
    whole = 1 + z * z / n
    low = 0.0 if share.count == 0 else max((middle - half) / whole, 0.0)
    high = 1.0 if share.count == n else min((middle + half) / whole, 1.0)
    return Interval(min(low, p), max(high, p))


def difference(one: Share, other: Share, z: float = Z_95) -> Interval:
    """Of the first share less the second, where the two groups are different people.

    With (l₁, u₁) and (l₂, u₂) as the Wilson intervals of p₁ and p₂:
    from (p₁−p₂) − √((p₁−l₁)² + (u₂−p₂)²) to (p₁−p₂) + √((u₁−p₁)² + (p₂−l₂)²).
    R. G. Newcombe, “Interval estimation for the difference between independent proportions: comparison of eleven
    methods”, Statistics in Medicine 17 (1998), 873–890, method 10.
    """
    p1, p2 = one.value, other.value
    a, b = wilson(one, z), wilson(other, z)
    low = p1 - p2 - math.hypot(p1 - a.low, b.high - p2)
    high = p1 - p2 + math.hypot(a.high - p1, p2 - b.low)
    return Interval(max(low, -1.0), min(high, 1.0))
