"""What a line of text asks for."""

from datetime import UTC, date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lessons.domain.query import (
    MOST_PHRASES,
    MOST_WORDS,
    Query,
    Token,
    ask,
    day_of,
    folded,
    parse,
    plain_words,
    token,
)  # fmt: skip
from lessons.domain.record import Kind, Record

KEYS = frozenset({"role:officer"})


def test_a_sentence_is_its_words():
    assert parse("spare batteries, for the radio?").words == (
        "spare",
        "batteries",
        "for",
        "the",
        "radio",
    )


def test_quotes_make_a_phrase_and_minus_excludes():
    parsed = parse('door "county lines" -school -"rear door" "alone"')
    assert parsed.words == ("door", "alone")
    assert parsed.phrases == (("county", "lines"),)
    assert parsed.excluded == (("school",), ("rear", "door"))


def test_declared_fields_filter_and_others_are_words():
    parsed = parse('theme:handover THEME:kit unit:"Team 4" year:2025 colour:red')
    assert parsed.chosen == {
        "theme": frozenset({"handover", "kit"}), "unit": frozenset({"Team 4"}), "year": frozenset({"2025"}),
    }  # fmt: skip
    assert parsed.words == ("colour", "red")


def test_filters_typed_join_those_chosen_on_the_page():
    query = ask(
        "radio theme:kit",
        keys=KEYS,
        chosen={"theme": frozenset({"radio"}), "state": frozenset({"learned"})},
    )
    assert query.chosen == {"theme": frozenset({"kit", "radio"}), "state": frozenset({"learned"})}
    assert not query.empty
    assert ask("theme:kit", keys=KEYS).empty
    assert Query(keys=KEYS).empty


def test_stars_and_brackets_are_dropped():
    assert parse("rad* ?* (a OR b) [a TO z] ~2 ^").words == (
        "rad",
        "a",
        "OR",
        "b",
        "a",
        "TO",
        "z",
        "2",
    )


@pytest.mark.parametrize(
    ("raw", "words", "pieces"),
    [
        ("Batteries", ("batteries",), ()),
        ("officer's", ("officer",), ()),
        ("don’t", ("dont",), ()),
        ("4P", ("4p",), ()),
        ("S&OC", ("soc",), ("oc",)),
        ("O-S", ("os",), ()),
        ("M/ETHANE", ("methane",), ("ethane",)),
        ("U.K", ("uk",), ()),
        ("co-ordinate", ("coordinate",), ("co", "ordinate")),
        ("multi-agency", ("multi", "agency"), ()),
        ("and/or", ("and", "or"), ()),
        ("24/7", ("247",), ("24", "7")),
        ("2019–2020", ("2019", "2020"), ()),
        ("L-2026-7K3QD", ("l20267k3qd",), ("2026", "7k3qd")),
        ("tŷ", ("ty",), ()),
    ],
)
def test_how_joined_words_are_read(raw, words, pieces):
    assert token(raw) == Token(words, pieces)


def test_plain_words_of_a_term():
    assert plain_words("Serious & organised crime (S&OC)") == (
        "serious",
        "organised",
        "crime",
        "soc",
    )


@given(st.text(max_size=4_000))
def test_any_text_can_be_read_and_stays_bounded(text):
    parsed = parse(text)
    assert len(parsed.words) <= MOST_WORDS
    assert len(parsed.phrases) <= MOST_PHRASES
    assert len(parsed.excluded) <= MOST_PHRASES
    plain_words(text)


@given(st.text(max_size=40))
def test_folding_twice_changes_nothing_more_in_length(text):
    assert len(folded(folded(text))) <= len(folded(text))


def test_the_date_a_record_is_about():
    def about(kind, id, **fields):
        return day_of(Record(id, kind, fields=fields))

    happened, ended = date(2026, 3, 1), date(2026, 2, 1)
    sent = datetime(2026, 3, 9, 12, tzinfo=UTC)
    assert about(Kind.LESSON, "L-2026-00001", occurred=happened, sent=sent) == happened
    assert about(Kind.OPERATION, "O-2026-00001", started=happened, ended=ended) == ended
    assert about(Kind.BRIEFING, "B-2026-00001", issued=sent) == sent.date()
    assert about(Kind.THEME, "radio", label="Radio") is None
