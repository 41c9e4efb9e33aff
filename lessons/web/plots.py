"""The plots that pages show: from plain values to the shapes of `drawing`, each with the same as a table."""

import math
from collections.abc import Sequence
from dataclasses import dataclass

from lessons.web.drawing import (
    LETTER,
    MOST_SERIES,
    WIDTH,
    Area,
    Box,
    Dot,
    Path,
    Plot,
    Rule,
    Text,
    cut,
    number,
    share,
    sound,
    ticks,
)


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
    top = max((sound(value) for _, value in shown), default=0.0)
    room = WIDTH - LETTER * max((len(number(v)) for _, v in shown), default=1) - 6
    boxes, texts = [], []
    for n, (words, value) in enumerate(shown):
        y = n * 38.0
        length = room * share(value, top)
        texts.append(Text(0, y + 13, cut(words, WIDTH)))
        boxes.append(Box(0, y + 18, length, 14, 0, f"{words}: {number(value)}"))
        texts.append(Text(length + 6, y + 30, number(value), strong=True))
    height = len(shown) * 38.0
    if more and len(rows) > most:
        texts.append(Text(0, height + 13, cut(more, WIDTH)))
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
    scale = ticks(max((sum(map(sound, c.values)) for c in columns), default=0))
    left = LETTER * max(len(number(tick)) for tick in scale) + 8
    area = Area(left, 8, WIDTH - 2, height - 42, scale[-1])
    boxes: list[Box] = []
    texts = [Text(left - 6, area.at(tick) + 4, number(tick), "end") for tick in scale]
    step = (area.right - area.left) / max(len(columns), 1)
    for n, column in enumerate(columns):
        x = area.left + n * step
        boxes += _pile(area, column, legend, x + step * 0.12, step * 0.76)
        texts.append(Text(x + step / 2, area.bottom + 15, cut(column.short, step * 1.2), "middle"))
    rules = tuple(Rule(area.left, area.at(tick), area.right, area.at(tick)) for tick in scale)
    texts += _groups(columns, area, step)
    table = tuple(
        (c.words, *(number(v) for v in c.values), number(sum(map(sound, c.values)))) for c in columns
    )  # fmt: skip
    return Plot(
        key, title, desc, WIDTH, height, tuple(boxes), tuple(texts), rules, tuple(legend), tuple(head), table
    )  # fmt: skip


def lines(
    key: str,
    title: str,
    desc: str,
    points: Sequence[tuple[str, Sequence[float | None]]],
    *,
    legend: Sequence[str],
    head: Sequence[str],
    height: float = 210,
    unit: str = "",
) -> Plot:
    """One to MOST_SERIES values over time, on a scale that begins at 0.

    points: words of a month or quarter, and a value to a series; None leaves a gap. legend: words of the series.
    head: of the table, the first for the times. unit: written after each number, such as " %".
    """
    if len(legend) > MOST_SERIES:
        raise ValueError(f"more than {MOST_SERIES} lines cannot be told apart")
    values = [v for _, each in points for v in each if v is not None]
    scale = ticks(max(map(sound, values), default=0))
    left = LETTER * max(len(number(tick) + unit) for tick in scale) + 8
    area = Area(left, 10, WIDTH - 8, height - 26, scale[-1])
    xs = _spaced(area, len(points))
    dots: list[Dot] = []
    paths: list[Path] = []
    for series, words in enumerate(legend):
        named = words if len(legend) > 1 else ""
        each = [(when, v[series] if series < len(v) else None) for when, v in points]
        found = _line(area, xs, each, series, named, unit)
        dots += found[0]
        paths += found[1]
    texts = [Text(left - 6, area.at(t) + 4, number(t) + unit, "end") for t in scale]
    texts += _times([when for when, _ in points], xs, area)
    rules = tuple(Rule(area.left, area.at(t), area.right, area.at(t)) for t in scale)
    table = tuple((when, *(_cell(v, unit) for v in each)) for when, each in points)
    return Plot(
        key, title, desc, WIDTH, height, (), tuple(texts), rules,
        tuple(legend) if len(legend) > 1 else (), tuple(head), table, tuple(dots), tuple(paths),
    )  # fmt: skip


def _line(
    area: Area, xs: Sequence[float], values: Sequence[tuple[str, float | None]], series: int, named: str, unit: str,
) -> tuple[list[Dot], list[Path]]:  # fmt: skip
    """The dots of one series, and a path through each stretch without a gap."""
    dots: list[Dot] = []
    runs: list[list[tuple[float, float]]] = [[]]
    for x, (when, value) in zip(xs, values, strict=True):
        if value is None:
            runs.append([])
            continue
        runs[-1].append((x, area.at(value)))
        told = ", ".join(filter(None, (when, named)))
        dots.append(Dot(x, area.at(value), series, f"{told}: {number(value)}{unit}"))
    return dots, [Path(tuple(run), series) for run in runs if len(run) > 1]


def _cell(value: float | None, unit: str) -> str:
    return "–" if value is None else f"{number(value)}{unit}"


def _spaced(area: Area, count: int) -> list[float]:
    if count < 2:
        return [(area.left + area.right) / 2] * count
    step = (area.right - area.left - 12) / (count - 1)
    return [area.left + 6 + n * step for n in range(count)]


def _times(words: Sequence[str], xs: Sequence[float], area: Area) -> list[Text]:
    """Beneath the lines, as many as have room, the last one always: it is now."""
    room = LETTER * max(map(len, words), default=1) + 10
    step = xs[1] - xs[0] if len(xs) > 1 else area.right - area.left
    every = max(math.ceil(room / step), 1)
    found = []
    for n in range(len(words) - 1, -1, -every):
        half = LETTER * len(words[n]) / 2
        anchor = "end" if xs[n] + half > WIDTH else "middle"
        x = WIDTH if anchor == "end" else max(xs[n], half)
        found.append(Text(x, area.bottom + 18, cut(words[n], area.right), anchor))
    return found[::-1]


def spark(key: str, title: str, values: Sequence[float], most: float) -> Plot:
    """A trend as small as a word, without a scale; beside it the same must stand in words.

    most: the value that reaches the top, one for all that are to be compared.
    """
    width, height = 120.0, 32.0
    step = width / max(len(values), 1)
    boxes = []
    for n, value in enumerate(values):
        tall = (height - 2) * share(value, most)
        boxes.append(Box(n * step + step * 0.12, height - 1 - tall, step * 0.76, tall, 0, ""))
    base = (Rule(0, height - 1, width, height - 1),)
    return Plot(key, title, "", width, height, tuple(boxes), (), base, (), (), ())


def _pile(area: Area, column: Column, legend: Sequence[str], x: float, width: float) -> list[Box]:
    found, below = [], 0.0
    for series, (value, words) in enumerate(zip(column.values, legend, strict=False)):
        above = below + sound(value)
        if above > below:
            y = area.at(above)
            told = f"{column.words}, {words}: {number(value)}"
            found.append(Box(x, y, width, area.at(below) - y, series, told))
        below = above
    return found


def _groups(columns: Sequence[Column], area: Area, step: float) -> list[Text]:
    found = []
    for name in dict.fromkeys(c.group for c in columns if c.group):
        at = [n for n, c in enumerate(columns) if c.group == name]
        middle = area.left + step * (at[0] + at[-1] + 1) / 2
        words = cut(name, step * len(at) * 1.3)
        found.append(Text(middle, area.bottom + 33, words, "middle", strong=True))
    return found
