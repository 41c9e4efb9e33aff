"""Plots: nothing is drawn outside its frame, whatever the values, and every plot says the same in a table."""

import math
import xml.etree.ElementTree as ET

import pytest
from flask import Flask, render_template_string
from hypothesis import given
from hypothesis import strategies as st

from lessons.web.drawing import Plot, number, ticks
from lessons.web.plots import Column, bars, spark, stacked

anything = st.one_of(
    st.floats(),
    st.integers(-(10**30), 10**30),
    st.integers(0, 9),
    st.sampled_from([math.inf, -math.inf, math.nan, 1e308]),
)
words = st.text(max_size=200)
rows = st.lists(st.tuples(words, anything), max_size=15)
columns = st.lists(
    st.builds(Column, words, words, st.tuples(anything, anything, anything), words), max_size=24
)
LEGEND = ("Warning", "Change", "Keep")
HEAD = ("Quarter", *LEGEND, "All")


def column_plot(found: list[Column]) -> Plot:
    return stacked("k", "Trend", "By quarter", found, legend=LEGEND, head=HEAD)


def bar_plot(found: list[tuple[str, float]]) -> Plot:
    return bars("k", "Spread", "By unit", found, head=("Unit", "Lessons"), more="More below")


def inside(plot: Plot) -> None:
    assert plot.width > 0
    assert plot.height > 0
    for box in plot.boxes:
        assert box.width >= 0
        assert box.height >= 0
        assert box.x >= -1e-6
        assert box.y >= -1e-6
        assert box.x + box.width <= plot.width + 1e-6
        assert box.y + box.height <= plot.height + 1e-6
    for text in plot.texts:
        assert 0 <= text.x <= plot.width
        assert 0 <= text.y <= plot.height
    for rule in plot.rules:
        assert all(-1e-6 <= x <= plot.width + 1e-6 for x in (rule.x1, rule.x2))
        assert all(-1e-6 <= y <= plot.height + 1e-6 for y in (rule.y1, rule.y2))


@given(rows)
def test_no_bar_leaves_its_frame(found: list[tuple[str, float]]) -> None:
    plot = bar_plot(found)
    inside(plot)
    assert len(plot.rows) == len(found)


@given(columns)
def test_no_column_leaves_its_frame(found: list[Column]) -> None:
    plot = column_plot(found)
    inside(plot)
    assert len(plot.rows) == len(found)
    assert all(len(row) == len(plot.head) for row in plot.rows)


@given(st.lists(anything, max_size=40), anything)
def test_no_small_trend_leaves_its_frame(values: list[float], most: float) -> None:
    inside(spark("k", "Trend", values, most))


@given(anything)
def test_ticks_are_few_round_and_reach_the_largest_value(most: float) -> None:
    scale = ticks(most)
    assert scale[0] == 0
    assert 2 <= len(scale) <= 6
    step = scale[1]
    assert step >= 1
    assert all(tick == pytest.approx(step * n) for n, tick in enumerate(scale))
    assert f"{step:e}"[0] in "125"
    if most == most and 0 < most <= 1e15:
        assert most <= scale[-1] * (1 + 1e-9)


def test_bars_are_as_long_as_their_values_say() -> None:
    plot = bar_plot([("One", 10), ("Two", 5), ("Three", 0)])
    longest, half, nothing = plot.boxes
    assert half.width == pytest.approx(longest.width / 2)
    assert nothing.width == 0


def test_a_pile_is_as_high_as_its_sum_on_the_scale() -> None:
    plot = column_plot([Column("a", "a", (1, 2, 1)), Column("b", "b", (0, 4, 0))])
    piled, single = plot.boxes[:3], plot.boxes[3]
    assert sum(box.height for box in piled) == pytest.approx(single.height)
    assert [box.series for box in piled] == [0, 1, 2]
    assert piled[0].y == pytest.approx(piled[1].y + piled[1].height)


def test_nothing_to_draw_draws_nothing_and_breaks_nothing() -> None:
    assert column_plot([]).boxes == ()
    assert column_plot([Column("a", "a", (0, 0, 0))]).boxes == ()
    assert bar_plot([]).boxes == ()


def test_what_is_not_drawn_stands_in_the_table() -> None:
    plot = bar_plot([(f"Unit {n}", 1) for n in range(30)])
    assert len(plot.boxes) == 8
    assert len(plot.rows) == 30
    assert any("More below" in text.words for text in plot.texts)
    inside(plot)


def test_more_series_than_there_are_patterns_are_refused() -> None:
    with pytest.raises(ValueError, match="patterns"):
        stacked("k", "t", "d", [], legend=("1", "2", "3", "4"), head=())


def test_numbers_read_as_people_write_them() -> None:
    assert [number(n) for n in (0, 7, 1_234, 2.5, -3, math.nan)] == [
        "0",
        "7",
        "1,234",
        "2.5",
        "0",
        "0",
    ]


def test_hostile_words_stay_words(app: Flask) -> None:
    hostile = '</title></svg><script>alert(1)</script>" onload="x'
    plot = stacked(
        "k", hostile, hostile, [Column(hostile, hostile, (1, 2, 3), hostile)], legend=(hostile, "b", "c"), head=HEAD
    )  # fmt: skip
    page = drawn(app, plot)
    assert "<script" not in page
    assert 'onload="x' not in page
    assert page.count("</svg>") == page.count("<svg")


def test_a_drawing_has_a_name_a_sentence_a_table_and_no_style_of_its_own(app: Flask) -> None:
    page = drawn(app, column_plot([Column("Jan – Mar 2026", "Jan", (1, 2, 0), "2026")]))
    tree = ET.fromstring(f"<div>{page}</div>")
    drawing = next(e for e in tree.iter("svg") if e.get("role") == "img")
    named = (drawing.get("aria-labelledby") or "").split()
    ids = {e.get("id"): "".join(e.itertext()) for e in tree.iter() if e.get("id")}
    assert [ids[each] for each in named] == ["Trend", "By quarter"]
    cells = ["".join(cell.itertext()) for cell in tree.findall(".//tbody/tr/*")]
    assert cells == ["Jan – Mar 2026", "1", "2", "0", "3"]
    assert not [e for e in tree.iter() if e.get("style") or e.tag in ("style", "script")]
    fills = {e.get("fill") for e in drawing.iter("rect")} - {None}
    assert fills == {"url(#k-fill-1)"}
    assert {"k-fill-1", "k-fill-2"} <= set(ids)


def drawn(app: Flask, plot: Plot) -> str:
    with app.test_request_context("/"):
        source = '{% from "partials/plots.html" import plot %}{{ plot(drawing) }}'
        return render_template_string(source, drawing=plot)
