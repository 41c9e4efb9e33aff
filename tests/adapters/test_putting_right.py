"""Misspelt words: what was meant is searched for as well, and told; nobody learns a word of a hidden record."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lessons.adapters.whoosh_index import WhooshIndex
from lessons.adapters.whoosh_index.extracts import extract
from lessons.adapters.whoosh_index.spelling import Lexicon, near
from lessons.domain.query import Expansion, Results
from lessons.domain.synonyms import Group, Synonyms
from tests.adapters.search_index import OFFICER, PARTNER, REVIEWER, find, found, index_in, lesson

TAKEN = lesson(1, "Tell housing early", "A home takeover was found when neighbours rang.")
CUSTODY = lesson(2, "Book cells ahead", "Custody was full by seven and the interpreter had left.")
LINES = lesson(
    3, "Close the number", "County lines run on one phone, and safeguarding comes first."
)
HIDDEN = lesson(4, "Zirconium", "Zirconium boxes rattle.", groups=("kestrel",))
FIELD = Synonyms((Group(("cuckooing", "home takeover")), Group(("cells", "dalfa"))))


@pytest.fixture
def index(tmp_path) -> WhooshIndex:
    return index_in(tmp_path, TAKEN, CUSTODY, LINES, HIDDEN)


def spelt(results: Results) -> list[tuple[str, tuple[str, ...]]]:
    return [(e.typed, e.added) for e in results.expanded if e.spelling]


# --- what is found -------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("typed", "meant", "title"),
    [
        ("custdy", "custody", "Book cells ahead"),
        ("intepreter", "interpreter", "Book cells ahead"),
        ("intrepretor", "interpreter", "Book cells ahead"),
        ("Saefgaurding", "safeguarding", "Close the number"),
        ("vustody", "custody", "Book cells ahead"),  # the first letter, too
        ("safe guarding", "safeguarding", "Close the number"),
        ("countylines", "county lines", "Close the number"),
    ],
)
def test_a_misspelt_word_finds_what_was_meant(index, typed, meant, title):
    results = find(index, typed)
    assert [hit.title for hit in results.hits] == [title]
    assert spelt(results) == [(typed, (meant,))]
    assert results.suggestion == meant


def test_what_means_the_same_as_the_word_that_was_meant_is_found_too(index):
    results = find(index, "cukooing", synonyms=FIELD)
    assert [hit.title for hit in results.hits] == ["Tell housing early"]
    assert results.expanded == (
        Expansion("cukooing", ("cuckooing",), spelling=True),
        Expansion("cuckooing", ("home takeover",)),
    )


def test_the_switch_for_other_words_turns_spelling_off_and_still_asks(index):
    results = find(index, "custdy", expand=False)
    assert (results.total, results.expanded, results.suggestion) == (0, (), "custody")
    assert find(index, "custdy", expand=False, suggest=False).suggestion == ""


def test_a_word_of_the_list_is_no_mistake(index):
    assert spelt(find(index, "dalfa", synonyms=FIELD)) == []


def test_a_known_word_is_left_alone_in_whatever_form(index):
    results = find(index, "interpreters custody")
    assert (spelt(results), results.suggestion) == ([], "")


def test_two_words_that_stand_together_are_not_joined(tmp_path):
    index = index_in(
        tmp_path, lesson(1, "One", "A handover."), lesson(2, "Two", "They hand over the key.")
    )
    assert spelt(find(index, "hand over")) == []


def test_short_words_and_numbers_are_left_alone(index):
    for typed in ("abc", "cels2", "1234567", "c-u-s-t-d-y"):
        assert spelt(find(index, typed)) == []


def test_what_was_typed_right_comes_before_what_was_only_meant(tmp_path):
    index = index_in(tmp_path, lesson(1, "One", "The warrant."), lesson(2, "Two", "The custody."))
    assert found(index, "custdy warrant") == ["One", "Two"]


def test_the_whole_query_comes_back_in_the_suggestion(index):
    typed = 'custdy "county lines" -zebra'
    assert find(index, typed).suggestion == 'custody "county lines" -"zebra"'


# --- what may not be read ------------------------------------------------------------------------


def test_a_word_of_hidden_records_alone_is_neither_offered_nor_searched(index, tmp_path):
    without = index_in(tmp_path / "without", TAKEN, CUSTODY, LINES)
    for reader in (OFFICER, PARTNER, REVIEWER):
        for typed in ("zircomium", "zirconium", "rattel", "boxs custdy", "zirc onium"):
            mine, theirs = find(index, typed, reader), find(without, typed, reader)
            assert (mine.expanded, mine.suggestion) == (theirs.expanded, theirs.suggestion)
            assert [(h.id, h.score) for h in mine.hits] == [(h.id, h.score) for h in theirs.hits]


# --- other words -----------------------------------------------------------------------------------


def test_a_rare_synonym_does_not_come_before_what_was_typed(tmp_path):
    typed = [lesson(n, f"Radio {n}", "The radio fell silent.") for n in range(1, 9)]
    other = lesson(9, "Airwave 9", "The airwave fell silent.")
    index = index_in(tmp_path, *typed, other)
    same = Synonyms((Group(("radio", "airwave")),))
    assert found(index, "radio", synonyms=same)[-1] == "Airwave 9"


# --- extracts --------------------------------------------------------------------------------------


def marked(results: Results) -> list[str]:
    return [piece.text for piece in results.hits[0].extract if piece.marked]


def test_a_synonym_of_several_words_is_marked_as_one_and_only_where_it_stands(tmp_path):
    text = "The game was over. A flat was taken over, then taken again, and it was not over."
    index = index_in(tmp_path, lesson(1, "One", text))
    results = find(index, "cuckooing", synonyms=Synonyms((Group(("cuckooing", "taken over")),)))
    assert marked(results) == ["taken over"]


def test_words_of_a_phrase_that_were_typed_as_well_are_marked_everywhere(tmp_path):
    text = "A home was found. A home takeover is a crime."
    index = index_in(tmp_path, lesson(1, "One", text))
    same = Synonyms((Group(("cuckooing", "home takeover")),))
    assert marked(find(index, "cuckooing home", synonyms=same)) == ["home", "home takeover"]


def test_a_phrase_is_marked_over_words_that_say_nothing_and_joined_words():
    text = "Set up a multi-agency safeguarding hub, or a point of contact."
    together = [
        [("multi", 0), ("agenc", 1), ("safeguard", 2), ("hub", 3)],
        [("point", 0), ("contact", 2)],
    ]
    pieces = extract(text, frozenset(), together)
    assert [p.text for p in pieces if p.marked] == [
        "multi-agency safeguarding hub",
        "point of contact",
    ]
    assert "".join(p.text for p in pieces) == text


@given(
    st.text(alphabet="ab -.é", max_size=400),
    st.lists(st.lists(st.sampled_from("ab"), min_size=2, max_size=3), max_size=3),
)
def test_an_extract_is_a_stretch_of_the_text_whatever_is_marked(text, phrases):
    together = [[(stem, at) for at, stem in enumerate(phrase)] for phrase in phrases]
    pieces = extract(text, frozenset({"a"}), together)
    shown = "".join(p.text for p in pieces)
    assert len(shown) <= 222
    assert shown.strip("…") in text


# --- nearness --------------------------------------------------------------------------------------


@given(
    st.lists(st.text(alphabet="abcdéж", min_size=1, max_size=8), max_size=8),
    st.text(alphabet="abcdéж", min_size=1, max_size=8),
    st.integers(1, 2),
)
def test_words_weighed_side_by_side_are_as_near_as_one_by_one(words, typed, reach):
    books = [Lexicon(words[::2]), Lexicon(words[1::2])]
    away = {word: slips for word in words if (slips := distance(typed, word)) <= reach}
    assert near(books, typed, reach) == away
    same = {word: slips for word, slips in away.items() if word[0] == typed[0]}
    assert near(books, typed, reach, same_start=True) == same


def distance(a: str, b: str) -> int:
    """As `spelling.distances`, letter by letter."""
    before: list[int] = []
    last = list(range(len(b) + 1))
    for i, x in enumerate(a, 1):
        row = [i]
        for j, y in enumerate(b, 1):
            cost = min(last[j] + 1, row[-1] + 1, last[j - 1] + (x != y))
            if i > 1 and j > 1 and x == b[j - 2] and a[i - 2] == y:
                cost = min(cost, before[j - 2] + 1)
            row.append(cost)
        before, last = last, row
    return last[-1]


@pytest.mark.parametrize(
    ("typed", "meant", "slips"),
    [("radoi", "radio", 1), ("batery", "battery", 1), ("hanover", "handover", 1), ("cordn", "cordon", 1),
     ("comunications", "communications", 1), ("intrepretor", "interpreter", 2)],
)  # fmt: skip
def test_slips_are_letters_left_out_put_in_changed_or_swapped(typed, meant, slips):
    assert near([Lexicon([meant, "lantern"])], typed, 2) == {meant: slips}


def test_a_word_longer_than_any_that_is_put_right_is_near_to_none():
    assert near([Lexicon(["radio"])], "radio" * 10, 2) == {}
