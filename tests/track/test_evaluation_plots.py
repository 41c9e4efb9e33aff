"""Lines over time, and values with their intervals: nothing leaves the frame, and the table says the same."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lessons.web.drawing import Plot
from lessons.web.interval_plots import Held, intervals
from lessons.web.plots import lines

value = st.one_of(st.none(), st.floats(), st.integers(-9, 10**17))
words = st.text(max_size=120)
SERIES = ("Before", "After", "Comparison group")


def inside(plot: Plot) -> None:
    across, down = plot.width + 1e-6, plot.height + 1e-6
    for dot in plot.dots:
        assert -1e-6 <= dot.x <= across and -1e-6 <= dot.y <= down
    for path in plot.paths:
        assert all(-1e-6 <= x <= across and -1e-6 <= y <= down for x, y in path.points)
    for whisker in plot.whiskers:
        assert -1e-6 <= whisker.x1 <= whisker.x2 <= across and 0 <= whisker.y <= down
    for text in plot.texts:
        assert 0 <= text.x <= plot.width and 0 <= text.y <= plot.height
    assert all(len(row) == len(plot.head) for row in plot.rows)


@given(st.lists(st.tuples(words, st.tuples(value, value)), max_size=40))
@settings(max_examples=60)
def test_no_line_leaves_its_frame(points: list[tuple[str, tuple[float | None, ...]]]) -> None:
    plot = lines("k", "t", "d", points, legend=SERIES[:2], head=("Month", *SERIES[:2]))
    inside(plot)
    assert len(plot.rows) == len(points)


def test_a_month_without_a_figure_is_a_gap() -> None:
    found = [("Jan", (1.0,)), ("Feb", (2.0,)), ("Mar", (None,)), ("Apr", (4.0,)), ("May", (2.0,))]
    plot = lines("k", "t", "d", found, legend=("Rate",), head=("Month", "Rate"), unit=" %")
    assert [len(path.points) for path in plot.paths] == [2, 2]
    assert len(plot.dots) == 4
    assert plot.rows[2] == ("Mar", "–") and plot.rows[3] == ("Apr", "4 %")
    assert plot.dots[2].y < plot.dots[1].y < plot.dots[0].y, "more stands higher"
    assert plot.legend == (), "one series needs no legend"


def test_nothing_to_draw_is_said_and_not_drawn() -> None:
    assert not lines("k", "t", "d", [], legend=("a",), head=("b", "a")).drawn
    assert not lines("k", "t", "d", [("Jan", (None,))], legend=("a",), head=("b", "a")).drawn
    assert not intervals("k", "t", "d", [], legend=(), head=("b",)).drawn


def test_more_series_than_there_are_shapes_are_refused() -> None:
    four = (*SERIES, "More")
    with pytest.raises(ValueError, match="told apart"):
        lines("k", "t", "d", [], legend=four, head=())
    with pytest.raises(ValueError, match="told apart"):
        intervals("k", "t", "d", [], legend=four, head=())


held = st.one_of(
    st.none(),
    st.floats(0, 100).map(Held),
    st.tuples(*[st.floats(0, 100)] * 3).map(sorted).map(lambda v: Held(v[1], v[0], v[2])),
)


@given(st.lists(st.tuples(words, st.tuples(held, held, held)), max_size=12))
@settings(max_examples=60)
def test_no_interval_leaves_its_frame(rows: list[tuple[str, tuple[Held | None, ...]]]) -> None:
    head = ("Measure", *(each for name in SERIES for each in (name, "from – to")))
    plot = intervals("k", "t", "d", rows, legend=SERIES, head=head)
    inside(plot)
    assert len(plot.dots) == sum(h is not None for _, each in rows for h in each)
    assert all(
        w.x1 <= d.x + 1e-6 and d.x <= w.x2 + 1e-6
        for w in plot.whiskers
        for d in plot.dots
        if d.y == w.y
    )
