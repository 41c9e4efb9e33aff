"""Strips: cut up without a gap, inside their frame, and the same in their table."""

from hypothesis import given, settings
from hypothesis import strategies as st

from lessons.web.dashboard_plots import percent, strips
from lessons.web.drawing import WIDTH
from tests.insight.test_plots import anything, inside, words

rows = st.lists(st.tuples(words, st.lists(anything, min_size=4, max_size=4)), max_size=5)
LEGEND = ("Pursue", "Prevent", "Protect", "Prepare")


@settings(max_examples=50, deadline=None)
@given(rows)
def test_a_strip_fills_its_frame_and_has_its_table(found: list[tuple[str, list[float]]]) -> None:
    plot = strips("k", "Balance", "By strand", found, legend=LEGEND, head=("", *LEGEND, "All"))
    inside(plot)
    assert len(plot.rows) == len(found)
    assert all(len(row) == len(plot.head) for row in plot.rows)
    for y in {box.y for box in plot.boxes}:
        strip = sorted((box.x, box.width) for box in plot.boxes if box.y == y)
        assert abs(sum(width for _, width in strip) - WIDTH) < 0.01


def test_a_share_is_never_said_to_be_all_or_nothing_where_it_is_not() -> None:
    told = [percent(part, 1_000) for part in (0, 1, 840, 999, 1_000)]
    assert told == ["0\u00a0%", "1\u00a0%", "84\u00a0%", "99\u00a0%", "100\u00a0%"]
    assert percent(0, 0) == "–"
