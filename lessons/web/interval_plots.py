"""Plots of values with what they may well be instead: a dot with a whisker, lying down."""

import textwrap
from collections.abc import Sequence
from dataclasses import dataclass

from lessons.web.drawing import (
    LETTER,
    MOST_SERIES,
    WIDTH,
    Dot,
    Plot,
    Rule,
    Text,
    Whisker,
    cut,
    number,
    share,
    sound,
    ticks,
)

LEFT = 7.0  # so that a mark at nought is drawn whole


@dataclass(frozen=True, slots=True)
class _Across:
    """The scale, from left to right."""

    left: float
    right: float
    most: float

    def at(self, value: float) -> float:
        return self.left + (self.right - self.left) * share(value, self.most)


@dataclass(frozen=True, slots=True)
class Held:
    """A value with what it may well be instead; low and high are None where nobody can say."""

    value: float
    low: float | None = None
    high: float | None = None


def intervals(
    key: str,
    title: str,
    desc: str,
    rows: Sequence[tuple[str, Sequence[Held | None]]],
    *,
    legend: Sequence[str],
    head: Sequence[str],
    unit: str = "\u00a0%",
) -> Plot:
    """For each row its words, and under them a dot with a whisker to a series, all on one scale from 0.

    legend: words of the series, such as before and after; at most MOST_SERIES. head: of the table: the words, then
    the value and its interval of each series.
    """
    if len(legend) > MOST_SERIES:
        raise ValueError(f"more than {MOST_SERIES} shapes cannot be told apart")
    top = max((sound(h.high or h.value) for _, each in rows for h in each if h), default=0)
    scale = ticks(top)
    across = _Across(LEFT, WIDTH - LETTER * (len(unit) + 5), scale[-1])
    texts: list[Text] = []
    dots: list[Dot] = []
    whiskers: list[Whisker] = []
    y = 0.0
    for words, each in rows:
        lines = _wrapped(words, WIDTH)
        texts += [Text(0, y + 13 + 17 * n, line) for n, line in enumerate(lines)]
        y += 17 * len(lines)
        for series, held in enumerate(each):
            if held:
                y += 20
                said = f"{number(held.value)}{unit}"
                texts.append(Text(WIDTH, y - 2, said, "end", strong=True))
                told = f"{words}, {legend[series]}: {said}"
                dots.append(Dot(across.at(held.value), y - 6, series, told))
                whiskers += _whisker(held, across, y - 6)
        y += 18
    rules, ticked = _axis(scale, across, max(y - 8, 1), unit)
    table = tuple((words, *(c for held in each for c in _held(held, unit))) for words, each in rows)
    return Plot(
        key, title, desc, WIDTH, max(y - 8, 1) + 24, (), (*texts, *ticked), rules, tuple(legend), tuple(head),
        table, tuple(dots), (), tuple(whiskers),
    )  # fmt: skip


def _whisker(held: Held, across: _Across, y: float) -> list[Whisker]:
    if held.low is None or held.high is None:
        return []
    return [Whisker(across.at(held.low), across.at(held.high), y)]


def _axis(
    scale: Sequence[float], across: _Across, y: float, unit: str
) -> tuple[tuple[Rule, ...], list[Text]]:
    """Beneath the rows: a line with a stroke and a number at each tick."""
    strokes = [Rule(across.at(t), y, across.at(t), y + 5) for t in scale]
    line = Rule(across.left, y, across.at(scale[-1]), y)
    first, *rest = scale
    texts = [Text(0, y + 19, number(first) + unit)]
    texts += [Text(across.at(t), y + 19, number(t) + unit, "middle") for t in rest]
    return (*strokes, line), texts


def _held(held: Held | None, unit: str) -> tuple[str, str]:
    if held is None:
        return "–", "–"
    if held.low is None or held.high is None:
        return f"{number(held.value)}{unit}", "–"
    return f"{number(held.value)}{unit}", f"{number(held.low)}–{number(held.high)}{unit}"


def _wrapped(words: str, room: float) -> list[str]:
    """On two lines at most."""
    lines = textwrap.wrap(words, int(room / LETTER * 1.08)) or [""]
    return lines if len(lines) < 3 else [lines[0], cut(" ".join(lines[1:]), room)]
