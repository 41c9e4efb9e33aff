"""What changed between two texts, word by word, whatever they are."""

from hypothesis import given
from hypothesis import strategies as st

from lessons.web.differences import MOST_PAIRS, runs

TEXTS = st.lists(
    st.sampled_from(["radio ", "gate\n", "torch  ", " ", "the ", "A55, "]), max_size=40
)


@given(TEXTS.map("".join), TEXTS.map("".join))
def test_the_runs_joined_again_are_the_two_texts(old: str, new: str) -> None:
    found = runs(old, new)
    assert "".join(r.text for r in found if r.change != "added") == old
    assert "".join(r.text for r in found if r.change != "removed") == new


def test_one_word_changed_is_shown_as_one_word() -> None:
    found = runs("Check the radio before you leave.", "Check the torch before you leave.")
    assert [(r.change, r.text) for r in found if r.change != "same"] == [
        ("removed", "radio "),
        ("added", "torch "),
    ]


def test_a_word_put_right_in_a_very_long_text_is_still_one_word() -> None:
    start, end = "start " * 5_000, "end " * 5_000
    found = runs(start + "radoi " + end, start + "radio " + end)
    assert [r.text for r in found if r.change != "same"] == ["radoi ", "radio "]


def test_a_long_text_written_anew_is_shown_as_replaced_whole() -> None:
    many = int(MOST_PAIRS**0.5) + 1
    old = " ".join(f"old{i}" for i in range(many))
    new = " ".join(f"new{i}" for i in range(many))
    assert [r.change for r in runs(old, new)] == ["removed", "added"]
