"""Plots drawn on the server: from plain values to shapes. `partials/plots.html` writes them as SVG with a table.

Lengths are units of the drawing, about a pixel each on a phone; y counts downwards. Values are counts or other numbers
from 0 on; what is no such number is drawn as 0. Colour is never the only sign: each series has a pattern and its words.
"""

import math
from dataclasses import dataclass

WIDTH = 360.0
LETTER = 7.2  # the widest that a letter of the small text comes to on the average
MOST_SERIES = 3  # patterns that can be told apart in print
LARGEST = 1e15  # what is larger is drawn as this
MANY = 1e9  # from here on numbers are written short, so that they leave room for the bars


@dataclass(frozen=True, slots=True)
class Box:
    """A filled rectangle. series: from 0, says which pattern. words: what a pointer that rests on it is told."""

    x: float
    y: float
    width: float
    height: float
    series: int
    words: str


@dataclass(frozen=True, slots=True)
class Text:
    """Words at the base line y. anchor: "start", "middle" or "end", of what x is."""

    x: float
    y: float
    words: str
    anchor: str = "start"
    strong: bool = False


@dataclass(frozen=True, slots=True)
class Rule:
    """A thin straight line."""

    x1: float
    y1: float
    x2: float
    y2: float


@dataclass(frozen=True, slots=True)
class Dot:
    """A mark at one place. series: says which shape: a full circle, an empty square, a full diamond."""

    x: float
    y: float
    series: int
    words: str


@dataclass(frozen=True, slots=True)
class Path:
    """A line from place to place. series: says how it is dashed."""

    points: tuple[tuple[float, float], ...]
    series: int


@dataclass(frozen=True, slots=True)
class Whisker:
    """An interval lying down, with a stop at each end."""

    x1: float
    x2: float
    y: float


@dataclass(frozen=True, slots=True)
class Plot:
    """A drawing and the same as a table. key: part of the ids on the page. desc: the plot in a sentence.

    legend: words of the series, in order; () where there is one. head: of the columns. rows: words, then numbers.
    """

    key: str
    title: str
    desc: str
    width: float
    height: float
    boxes: tuple[Box, ...]
    texts: tuple[Text, ...]
    rules: tuple[Rule, ...]
    legend: tuple[str, ...]
    head: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    dots: tuple[Dot, ...] = ()
    paths: tuple[Path, ...] = ()
    whiskers: tuple[Whisker, ...] = ()

    @property
    def drawn(self) -> bool:
        """Whether there is anything to look at."""
        return bool(self.boxes or self.dots)


def number(value: float) -> str:
    """As people read it: commas between thousands, at most one decimal."""
    drawn = sound(value)
    if drawn >= MANY:
        return f"{drawn:.2e}"
    return f"{drawn:,.0f}" if drawn == int(drawn) else f"{drawn:,.1f}"


def ticks(most: float) -> tuple[float, ...]:
    """Round numbers from 0 up to the first that is not below `most`: two to six of them, 1, 2 or 5 with noughts
    apart, and never less than one apart, since nobody counts half a lesson.
    """
    most = max(sound(most), 1.0)
    ten = 10.0 ** math.floor(math.log10(most))
    steps = (ten / 10 * m for m in (1, 2, 5, 10, 20, 50))
    step = next(s for s in steps if s >= 1 and most / s <= 4)
    return tuple(step * n for n in range(math.ceil(most / step - 1e-9) + 1))


@dataclass(frozen=True, slots=True)
class Area:
    """Where the columns stand. top, bottom: y of the largest value and of 0."""

    left: float
    top: float
    right: float
    bottom: float
    most: float

    def at(self, value: float) -> float:
        return self.bottom - (self.bottom - self.top) * share(value, self.most)


def sound(value: float) -> float:
    """A number that can be drawn."""
    return (
        float(min(value, LARGEST)) if value > 0 else 0.0
    )  # what is not a number is not above 0 either


def share(value: float, most: float) -> float:
    return min(sound(value) / most, 1.0) if most > 0 else 0.0


def cut(words: str, room: float) -> str:
    """The words on one line, as many as the room takes."""
    line = " ".join(words.split())
    fits = max(int(room / LETTER), 1)
    return line if len(line) <= fits else line[: fits - 1].rstrip() + "…"
