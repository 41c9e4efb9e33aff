"""Periods of a measure as people write them: “October 2023 to September 2024”, “March to June 2026”, “2024”."""

import re
from dataclasses import dataclass
from datetime import date

from lessons.domain.dates import read_span

_TO = re.compile(r"\s+(?:to|until|till|i|tan|hyd)\s+|\s*[–—]\s*|\s+-\s+", re.IGNORECASE)
_LED_IN = re.compile(r"^(?:from|between|o|rhwng)\s+", re.IGNORECASE)
_YEAR = re.compile(r"\b(?:19|20)\d\d\b")


@dataclass(frozen=True, slots=True)
class Period:
    """From the first day to the last, both in it. Its days may be in the wrong order: that is for people to mend."""

    first: date
    last: date

    @property
    def backwards(self) -> bool:
        return self.last < self.first

    @property
    def days(self) -> int:
        return (self.last - self.first).days + 1

    def overlaps(self, other: "Period") -> bool:
        return self.first <= other.last and other.first <= self.last


def read(words: str) -> Period | None:
    """None where the words say it another way, such as “three months after”."""
    parts = _TO.split(_LED_IN.sub("", " ".join(words.split()).rstrip(".")))
    if len(parts) > 2 or not parts[0]:
        return None
    if len(parts) == 2 and not _YEAR.search(parts[0]):
        year = _YEAR.search(parts[1])  # of the end, where only that has one
        parts[0] = f"{parts[0]} {year[0]}" if year else parts[0]
    spans = [read_span(part) for part in parts]
    if spans[0] is None or spans[-1] is None:
        return None
    return Period(spans[0][0], spans[-1][1])
