"""Officers find lessons in their own words: acronyms, slang, slips of the hand, Welsh."""

from benchmarks.field_words import WITH, WITHOUT, pairs, success, try_all
from lessons.app import House


def test_words_of_the_field_find_the_lesson_that_is_meant(example_house: House) -> None:
    known = set(example_house.library.records.versions())
    assert not [pair.typed for pair in pairs() if not pair.right <= known]
    tried = try_all(example_house.library)
    missed = [f"{t.pair.typed}: {', '.join(sorted(t.pair.right))}" for t in tried if not t.helped]
    assert success(tried, help=True) >= WITH, missed
    assert success(tried, help=False) <= WITHOUT
    assert success([t for t in tried if t.pair.held], help=True) >= WITH


def test_the_pairs_are_many_of_every_kind_and_a_third_is_held_back() -> None:
    given = pairs()
    kinds = [pair.kind for pair in given]
    assert len({pair.typed for pair in given}) == len(given) >= 140
    assert min(map(kinds.count, set(kinds))) >= 20
    assert sum(pair.held for pair in given) >= len(given) // 3
