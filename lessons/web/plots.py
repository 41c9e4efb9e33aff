"""Plots drawn on the server: from plain values to shapes. `partials/plots.html` writes them as SVG with a table.

Lengths are units of the drawing, about a pixel each on a phone; y counts downwards. Values are counts or other numbers
from 0 on; what is no such number is drawn as 0. Colour is never the only sign: each series has a pattern and its words.
"""

import math
from collections.abc import Sequence
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


def number(value: float) -> str:
    """As people read it: commas between thousands, at most one decimal."""
    drawn = _sound(value)
    if drawn >= MANY:
        return f"{drawn:.2e}"
    return f"{drawn:,.0f}" if drawn == int(drawn) else f"{drawn:,.1f}"


def ticks(most: float) -> tuple[float, ...]:
    """Round numbers from 0 up to the first that is not below `most`: two to six of them, 1, 2 or 5 with noughts
    apart, and never less than one apart, since nobody counts half a lesson.
    """
    most = max(_sound(most), 1.0)
    ten = 10.0 ** math.floor(math.log10(most))
    steps = (ten / 10 * m for m in (1, 2, 5, 10, 20, 50))
    step = next(s for s in steps if s >= 1 and most / s <= 4)
    return tuple(step * n for n in range(math.ceil(most / step - 1e-9) + 1))


def bars(
    key: str,
    title: str,
    desc: str,
    rows: Sequence[tuple[str, float]],
    *,
    head: tuple[str, str],
    more: str = "",
    most: int = 8,
) -> Plot:
    """A bar lying down for each row, with its words above it, so that long words have room on a phone.

    most: bars drawn; the table has all rows. more: said beneath the bars where not all are drawn.
    """
    shown = rows[:most]
    top = max((_sound(value) for _, value in shown), default=0.0)
    room = WIDTH - LETTER * max((len(number(v)) for _, v in shown), default=1) - 6
    boxes, texts = [], []
    for n, (words, value) in enumerate(shown):
        y = n * 38.0
        length = room * _share(value, top)
        texts.append(Text(0, y + 13, _cut(words, WIDTH)))
        boxes.append(Box(0, y + 18, length, 14, 0, f"{words}: {number(value)}"))
        texts.append(Text(length + 6, y + 30, number(value), strong=True))
    height = len(shown) * 38.0
    if more and len(rows) > most:
        texts.append(Text(0, height + 13, _cut(more, WIDTH)))
        height += 20
    rules = (Rule(0, 14, 0, len(shown) * 38.0 - 2),) if shown else ()
    table = tuple((words, number(value)) for words, value in rows)
    drawn = (tuple(boxes), tuple(texts), rules)
    return Plot(key, title, desc, WIDTH, max(height, 1), *drawn, (), head, table)


@dataclass(frozen=True, slots=True)
class Column:
    """One column of a stacked plot: its full words for the table, short ones for beneath it, and a value to a series.

    group: written once beneath the columns that have it, such as a year.
    """

    words: str
    short: str
    values: tuple[float, ...]
    group: str = ""


def stacked(
    key: str,
    title: str,
    desc: str,
    columns: Sequence[Column],
    *,
    legend: Sequence[str],
    head: Sequence[str],
    height: float = 210,
) -> Plot:
    """Columns side by side, each of a few series one on another, on a scale that begins at 0.

    legend: words of the series, from the bottom; at most MOST_SERIES. head: of the table, the first for the columns
    and the last for the sum.
    """
    if len(legend) > MOST_SERIES:
        raise ValueError(f"more than {MOST_SERIES} patterns cannot be told apart")
    scale = ticks(max((sum(map(_sound, c.values)) for c in columns), default=0))
    left = LETTER * max(len(number(tick)) for tick in scale) + 8
    area = _Area(left, 8, WIDTH - 2, height - 42, scale[-1])
    boxes: list[Box] = []
    texts = [Text(left - 6, area.at(tick) + 4, number(tick), "end") for tick in scale]
    step = (area.right - area.left) / max(len(columns), 1)
    for n, column in enumerate(columns):
        x = area.left + n * step
        boxes += _pile(area, column, legend, x + step * 0.12, step * 0.76)
        texts.append(Text(x + step / 2, area.bottom + 15, _cut(column.short, step * 1.2), "middle"))
    rules = tuple(Rule(area.left, area.at(tick), area.right, area.at(tick)) for tick in scale)
    texts += _groups(columns, area, step)
    table = tuple(
        (c.words, *(number(v) for v in c.values), number(sum(map(_sound, c.values)))) for c in columns
    )  # fmt: skip
    return Plot(
        key, title, desc, WIDTH, height, tuple(boxes), tuple(texts), rules, tuple(legend), tuple(head), table
    )  # fmt: skip


def spark(key: str, title: str, values: Sequence[float], most: float) -> Plot:
    """A trend as small as a word, without a scale; beside it the same must stand in words.

    most: the value that reaches the top, one for all that are to be compared.
    """
    width, height = 120.0, 32.0
    step = width / max(len(values), 1)
    boxes = []
    for n, value in enumerate(values):
        tall = (height - 2) * _share(value, most)
        boxes.append(Box(n * step + step * 0.12, height - 1 - tall, step * 0.76, tall, 0, ""))
    base = (Rule(0, height - 1, width, height - 1),)
    return Plot(key, title, "", width, height, tuple(boxes), (), base, (), (), ())


@dataclass(frozen=True, slots=True)
class _Area:
    """Where the columns stand. top, bottom: y of the largest value and of 0."""

    left: float
    top: float
    right: float
    bottom: float
    most: float

    def at(self, value: float) -> float:
        return self.bottom - (self.bottom - self.top) * _share(value, self.most)


def _pile(area: _Area, column: Column, legend: Sequence[str], x: float, width: float) -> list[Box]:
    found, below = [], 0.0
    for series, (value, words) in enumerate(zip(column.values, legend, strict=False)):
        above = below + _sound(value)
        if above > below:
            y = area.at(above)
            told = f"{column.words}, {words}: {number(value)}"
            found.append(Box(x, y, width, area.at(below) - y, series, told))
        below = above
    return found


def _groups(columns: Sequence[Column], area: _Area, step: float) -> list[Text]:
    found = []
    for name in dict.fromkeys(c.group for c in columns if c.group):
        at = [n for n, c in enumerate(columns) if c.group == name]
        middle = area.left + step * (at[0] + at[-1] + 1) / 2
        words = _cut(name, step * len(at) * 1.3)
        found.append(Text(middle, area.bottom + 33, words, "middle", strong=True))
    return found


def _sound(value: float) -> float:
    """A number that can be drawn."""
    return (
        float(min(value, LARGEST)) if value > 0 else 0.0
    )  # what is not a number is not above 0 either


def _share(value: float, most: float) -> float:
    return min(_sound(value) / most, 1.0) if most > 0 else 0.0


def _cut(words: str, room: float) -> str:
    """The words on one line, as many as the room takes."""
    line = " ".join(words.split())
    fits = max(int(room / LETTER), 1)
    return line if len(line) <= fits else line[: fits - 1].rstrip() + "…"
