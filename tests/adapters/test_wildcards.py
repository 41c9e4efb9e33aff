"""Beginnings of words and near spellings, over records that a person may read and records that they may not."""

from collections.abc import Iterator
from itertools import islice
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from benchmarks import hostile
from benchmarks.words import Words
from lessons.adapters.whoosh_index import WhooshIndex, wildcards
from lessons.domain.access import keyring
from lessons.domain.query import Results, ask
from lessons.domain.record import Kind
from tests.adapters.search_index import (
    NOBODY_KNOWS,
    OFFICER,
    PARTNER,
    REVIEWER,
    TODAY,
    counts,
    find,
    found,
    index_in,
    lesson,
)

SECRET = {"marking": "official_sensitive"}


def test_a_beginning_finds_every_word_that_begins_so(tmp_path: Path) -> None:
    index = index_in(
        tmp_path,
        lesson(1, "Cuckooing visits"),
        lesson(2, "A cuckoo clock"),
        lesson(3, "Cuckooed twice"),
        lesson(4, "The cook"),
    )
    assert sorted(found(index, "cuckoo*")) == [
        "A cuckoo clock",
        "Cuckooed twice",
        "Cuckooing visits",
    ]
    assert sorted(found(index, "CUCKOOE*")) == ["Cuckooed twice"]
    assert found(index, "zebr*") == []


def test_a_beginning_marks_what_it_found_in_the_extract(tmp_path: Path) -> None:
    index = index_in(tmp_path, lesson(1, "Visits", "We saw cuckooing at two flats."))
    (hit,) = find(index, "cucko*").hits
    assert [piece.text for piece in hit.extract if piece.marked] == ["cuckooing"]


def test_a_near_spelling_finds_the_word_that_was_meant(tmp_path: Path) -> None:
    index = index_in(
        tmp_path, lesson(1, "Safeguarding first"), lesson(2, "Cars"), lesson(3, "Warrants by night")
    )
    assert found(index, "safegarding~") == ["Safeguarding first"]
    assert found(index, "waarants~1") == ["Warrants by night"]
    assert found(index, "woraants~1") == [], "two letters from it"
    assert found(index, "woraants~2") == ["Warrants by night"]


def test_a_word_typed_in_full_counts_more_than_any_of_a_group(tmp_path: Path) -> None:
    rare = [lesson(n, f"operat{'abcdefghij'[n]}x report") for n in range(10)]
    index = index_in(tmp_path, *rare, lesson(20, "warrant report"), lesson(21, "warrant paper"))
    first = found(index, "warrant operat*", size=20)
    assert sorted(first[:2]) == ["warrant paper", "warrant report"]


def test_of_very_many_words_the_commonest_are_taken(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(wildcards, "MOST_STARTING", 2)
    common = [lesson(n, f"radiob {n}") for n in range(3)] + [
        lesson(n, f"radioc {n}") for n in (3, 4)
    ]
    index = index_in(tmp_path, *common, lesson(9, "radioa alone"))
    assert len(found(index, "radio*")) == 5


def test_words_of_hidden_records_take_no_place_and_change_no_score(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What a person finds is what they would find if the rest were not there."""
    monkeypatch.setattr(wildcards, "MOST_STARTING", 2)
    monkeypatch.setattr(wildcards, "MOST_NEAR", 2)
    monkeypatch.setattr(wildcards, "MOST_WEIGHED", 3)
    mine = [lesson(1, "radioma"), lesson(2, "radiomb radioma"), lesson(3, "radiomc")]
    hidden = [
        lesson(n, f"radio{'abcdefgh'[n % 8]}x radiomb radiomc", **SECRET) for n in range(10, 40)
    ]
    whole = index_in(tmp_path / "whole", *hidden, *mine)
    lean = index_in(tmp_path / "lean", *mine)
    for text in ("radio*", "radiomx~", "radiomx~2", "radi* radiom*", "radiom* nothing"):
        assert seen(find(whole, text)) == seen(find(lean, text)), text
    assert find(whole, "radio*", REVIEWER).total > 3
    assert find(whole, "radioax*", PARTNER).total == 0


def seen(results: Results) -> object:
    return results.total, [(h.id, round(h.score, 5)) for h in results.hits], results.suggestion


def test_beginnings_across_segments_are_those_of_all(tmp_path: Path) -> None:
    index = index_in(tmp_path, lesson(1, "radiology"))
    index.put(lesson(2, "radiogram"))
    index.put(lesson(3, "radiology again"))
    assert len(found(index, "radio*")) == 3
    assert len(found(index, "radiolgy~")) == 2


# --- any text at all ----------------------------------------------------------------------------------
SOURCE = Words(
    "a test",
    (
        "The search team had two spare radios and no interpreter at the warrant.",
        "Safeguarding partners were told of the county lines visit before the briefing.",
        "The handover at custody left out the risk assessment, and the exhibit was lost.",
        "Officers from three units met the housing officer at the home that was taken over.",
    ),
)


LESSONS = 24


@pytest.fixture(scope="module")
def small(tmp_path_factory: pytest.TempPathFactory) -> Iterator[WhooshIndex]:
    titles = [s for s in SOURCE.sentences for _ in range(LESSONS // len(SOURCE.sentences))]
    yield index_in(
        tmp_path_factory.mktemp("small"),
        *(lesson(n, f"{title} {n}", title, unit=("North", "South")[n % 2]) for n, title in enumerate(titles)),
    )  # fmt: skip


def consistent(index: WhooshIndex, text: str) -> None:
    """Total, hits and facets of one query agree; a text that asks for nothing finds everything."""
    query = ask(text, keys=keyring(OFFICER), today=TODAY, size=100)
    results = index.search(query, NOBODY_KNOWS)
    assert len({hit.id for hit in results.hits}) == len(results.hits) == results.total
    if not query.chosen:
        assert sum(counts(results, "unit").values()) == results.total
    narrowed = query.excluded or query.chosen or query.since or query.until
    if query.empty and not narrowed and Kind.LESSON in query.kinds:
        assert results.total == LESSONS


@settings(max_examples=150, deadline=None, suppress_health_check=list(HealthCheck))
@given(st.text(max_size=300))
def test_any_text_at_all_is_answered(small: WhooshIndex, text: str) -> None:
    consistent(small, text)


def test_hostile_texts_are_answered(small: WhooshIndex) -> None:
    kinds = set()
    for kind, text in islice(hostile.queries(SOURCE, seed=7), 300):
        kinds.add(kind)
        consistent(small, text)
    assert len(kinds) > 15
