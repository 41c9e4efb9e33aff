"""What a line of text asks for."""

from datetime import UTC, date, datetime
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lessons.domain.language import LONGEST_PHRASE, MOST_FILTERS, MOST_OPEN, without_spans
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


def test_stars_and_brackets_that_mean_nothing_are_dropped():
    parsed = parse("ra* ?* * *radio ra*io (a OR b) [a TO z] ~2 rat~ 2024~ ^")
    assert parsed.words == (
        "ra",
        "radio",
        "ra",
        "io",
        "a",
        "OR",
        "b",
        "a",
        "TO",
        "z",
        "2",
        "rat",
        "2024",
    )
    assert (parsed.prefixes, parsed.fuzzies) == ((), ())


def test_a_star_asks_for_the_beginning_of_words_and_a_wave_for_near_spellings():
    parsed = parse("cuckoo* visit (safegarding~), Handovr~1 co-ord*? warant~2")
    assert parsed.prefixes == ("cuckoo", "coord")
    assert parsed.fuzzies == ("safegarding", "handovr~1", "warant~2")
    assert parsed.words == ("visit",)
    query = ask("cuckoo* warant~", keys=KEYS)
    assert (query.prefixes, query.fuzzies, query.empty) == (("cuckoo",), ("warant",), False)


def test_too_many_beginnings_are_words():
    parsed = parse(
        " ".join(f"{word}*" for word in ("abc", "abd", "abe", "abf", "abg", "abh", "abi"))
    )
    assert len(parsed.prefixes) == MOST_OPEN
    assert parsed.words == ("abi",)


@pytest.mark.parametrize(
    ("typed", "words"),
    [
        ("What did we learn about cannabis farms?", ("cannabis", "farms")),
        ("how do I search a flat with children", ("search", "a", "flat", "with", "children")),
        ("Which lessons mention interpreters", ("interpreters",)),
        ("show me lessons about radios", ("radios",)),
        ("Beth ddysgwyd am gyffuriau", ("gyffuriau",)),
        ("radios: what did we learn", ("radios", "what", "did", "we", "learn")),
        ("WHO guidance", ("WHO", "guidance")),
        ("lessons learned", ("lessons", "learned")),
        ("find my phone", ("find", "my", "phone")),
        ("what did we learn", ("what", "did", "we", "learn")),
    ],
)
def test_the_opening_of_a_question_does_not_steer(typed, words):
    assert parse(typed).words == words


def test_the_opening_of_a_question_stays_in_a_phrase():
    parsed = parse('"what did we learn" radio')
    assert parsed.phrases == (("what", "did", "we", "learn"),)
    assert parsed.words == ("radio",)
    assert parse('"radio" what did we learn').words == ("radio", "what", "did", "we", "learn")


def test_other_names_for_filters_lead_to_them():
    parsed = parse("themes:kit uned:Custody KIND:debrief type:briefing blwyddyn:2025")
    assert parsed.chosen == {
        "theme": frozenset({"kit"}), "unit": frozenset({"Custody"}), "year": frozenset({"2025"}),
    }  # fmt: skip
    assert parsed.kinds == {Kind.DEBRIEF, Kind.BRIEFING}
    assert ask("kind:debrief", keys=KEYS).kinds == {Kind.DEBRIEF}


def test_a_filter_whose_value_is_none_is_told_and_its_words_are_searched_for():
    parsed = parse('year:soon kind:"tall tale" since:whenever radio')
    assert parsed.unknown == ("year:soon", 'kind:"tall tale"', "since:whenever")
    assert parsed.words == ("soon", "tall", "tale", "whenever", "radio")
    assert not parsed.filters


def test_the_lists_say_which_keys_a_value_stands_for():
    known = {("theme", "poor handover"): frozenset({"handover"})}
    parsed = parse(
        'theme:"poor handover" theme:kit', resolve=lambda param, value: known.get((param, value), frozenset())
    )  # fmt: skip
    assert parsed.chosen == {"theme": frozenset({"handover"})}
    assert parsed.unknown == ("theme:kit",)


def test_dates_typed_as_filters_need_no_today():
    query = ask("radio since:2025 until:2026-03", keys=KEYS)
    assert (query.since, query.until) == (date(2025, 1, 1), date(2026, 3, 31))
    assert query.words == ("radio",)
    assert ask("before:2024", keys=KEYS).until == date(2023, 12, 31)
    assert ask('after:"3 March 2024"', keys=KEYS).since == date(2024, 3, 4)


def test_dates_in_words_narrow_those_given_on_the_page():
    page = {"since": date(2025, 1, 1), "until": date(2026, 2, 1)}
    query = ask("radio last 6 months", keys=KEYS, today=date(2026, 3, 27), **page)
    assert query.words == ("radio",)
    assert (query.since, query.until) == (date(2025, 9, 27), date(2026, 2, 1))
    assert ask("radio last 6 months", keys=KEYS).words == ("radio", "last", "6", "months")


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


PIECES = st.sampled_from(
    ("radio", "cuckoo*", "safegarding~2", '"', "-", "--", "theme:", "kind:", "since:", "2024", "last", "6", "months",
     "(", ")", "OR", "*", "?*", "~", ":", "what", "did", "we", "between", "and", "march", "\0", "İ", "ﬁ", " ",
     "L-2026-7K3QD", "from")
)  # fmt: skip


def _resolve(param: str, value: str) -> frozenset[str]:
    return frozenset({value}) if len(value) % 2 else frozenset()


@given(
    st.one_of(
        st.text(max_size=4_000),
        st.lists(PIECES, max_size=600).map(" ".join),
        st.lists(PIECES).map("".join),
    )
)
def test_any_text_can_be_read_and_stays_bounded(text):
    for parsed in (parse(text), parse(text, date(2026, 3, 27), _resolve)):
        assert len(parsed.words) <= MOST_WORDS
        assert len(parsed.phrases) <= MOST_PHRASES
        assert len(parsed.excluded) <= MOST_PHRASES
        assert all(len(p) <= LONGEST_PHRASE for p in (*parsed.phrases, *parsed.excluded))
        assert max(len(parsed.prefixes), len(parsed.fuzzies)) <= MOST_OPEN
        assert len(parsed.filters) <= MOST_FILTERS
        spans = sorted((s.start, s.end) for s in (*parsed.filters, *parsed.dates))
        assert all(a[1] <= b[0] for a, b in pairwise(spans)), "none overlap"
    plain_words(text)


@given(st.lists(PIECES, max_size=40).map(" ".join))
def test_a_query_without_its_filters_and_dates_has_the_same_words(text):
    today = date(2026, 3, 27)
    whole = parse(text, today)
    bare = without_spans(text, (*whole.filters, *whole.dates))
    assert ask(bare, keys=KEYS).phrases == ask(text, keys=KEYS, today=today).phrases
    assert parse(bare).prefixes == whole.prefixes


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
