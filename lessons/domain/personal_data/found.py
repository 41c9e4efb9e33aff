"""What the finders hand to the scan, and the looking-around that they share."""

import re
from typing import NamedTuple

LIKELY = "likely"
POSSIBLE = "possible"


class Found(NamedTuple):
    """A candidate: the span to flag, and where the evidence for it begins.

    `since` is at or before `start`: for "DC Rowan" the span is the name and the evidence begins
    at the rank. An allowed phrase must cover the evidence, not the span alone.
    """

    kind: str
    start: int
    end: int
    certainty: str
    since: int


def found(kind: str, start: int, end: int, certain: bool, since: int | None = None) -> Found:
    """A candidate, likely when `certain` and possible otherwise."""
    evidence = start if since is None else since
    return Found(kind, start, end, LIKELY if certain else POSSIBLE, evidence)


def cued(cue: re.Pattern[str], text: str, start: int, before: int = 40) -> bool:
    """Whether the cue stands in the few characters before `start`; bounded work."""
    return cue.search(text, max(0, start - before), start) is not None


def digits_of(text: str) -> str:
    """Only the digits of a short text."""
    return "".join(letter for letter in text if letter.isdecimal())


def words(text: str) -> frozenset[str]:
    """A word list written as running text."""
    return frozenset(text.split())


def any_of(*patterns: str) -> str:
    """One pattern that matches any of the given ones."""
    return f"(?:{'|'.join(patterns)})"
