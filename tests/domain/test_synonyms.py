"""The field's other words for what a person types."""

from pathlib import Path

from hypothesis import given
from hypothesis import strategies as st

from lessons.adapters.files import FileReference
from lessons.domain.query import BROAD_WEIGHT, SYNONYM_WEIGHT
from lessons.domain.synonyms import MOST_ADDED, Added, Group, Synonyms

SOC = Group(("serious and organised crime", "SOC", "serious organised crime", "S&OC"))
CASE = Group(("officer in the case", "OIC"), ambiguous=frozenset({"OIC"}))
BOATS = Group(
    ("organised immigration crime", "OIC", "people smuggling"), ambiguous=frozenset({"OIC"})
)
HUB = Group(("prevention hub", "early help hub"), broad=True)
PCSO = Group(("police community support officer", "PCSO"))
SPOKEN = Group(("radio", "airwave"))
ALL = Synonyms((SOC, CASE, BOATS, HUB, PCSO, SPOKEN))


def added(*typed: str) -> dict[tuple[str, ...], float]:
    return {a.words: a.weight for a in ALL.expand(typed)[0]}


def test_an_acronym_brings_in_its_long_form_as_a_phrase():
    assert added("PCSO") == {("police", "community", "support", "officer"): SYNONYM_WEIGHT}


def test_a_long_form_brings_in_its_acronym_once():
    found = added("serious", "and", "organised", "crime")
    assert found == {("soc",): SYNONYM_WEIGHT, ("serious", "organised", "crime"): SYNONYM_WEIGHT}


def test_signs_case_and_plural_do_not_matter():
    assert ("serious", "and", "organised", "crime") in added("s&oc")
    assert added("PCSOs") == added("pcso")
    assert added("Airwaves") == {("radio",): SYNONYM_WEIGHT}


def test_what_is_typed_already_is_not_added():
    assert added("radio", "airwave") == {}


def test_related_words_weigh_less():
    assert added("prevention", "hub") == {("early", "help", "hub"): BROAD_WEIGHT}


def test_a_short_form_with_two_meanings_brings_nothing_in_alone():
    assert added("OIC") == {}


def test_another_word_of_its_group_says_which_is_meant():
    assert added("OIC", "people", "smuggling") == {
        ("organised", "immigration", "crime"): SYNONYM_WEIGHT
    }


def test_an_ambiguous_short_form_is_never_added():
    assert added("officer", "in", "the", "case") == {}


def test_what_was_added_is_told_in_the_words_of_the_list():
    _, told = ALL.expand(["S&OC"])
    (expansion,) = told
    assert expansion.typed == "soc"
    assert "serious and organised crime" in expansion.added


def test_of_two_weights_the_higher_counts():
    both = Synonyms((Group(("lamp", "torch"), broad=True), Group(("lamp", "torch"))))
    assert both.expand(["lamp"])[0] == [Added(("torch",), SYNONYM_WEIGHT)]


def test_no_query_brings_in_more_than_a_bounded_number():
    large = Synonyms((Group(tuple(f"word{n}x" for n in range(200))),))
    terms, told = large.expand(["word0x"])
    assert len(terms) == MOST_ADDED
    assert len(told[0].added) == MOST_ADDED


@given(st.lists(st.text(max_size=12), max_size=20))
def test_any_words_can_be_expanded(words):
    terms, told = ALL.expand(words)
    assert {t for e in told for t in e.added} <= {a.term for a in terms}


def test_a_longer_form_that_holds_the_short_one_does_not_say_which_is_meant():
    prison = Group(("prison", "nick", "the nick"), ambiguous=frozenset({"nick", "the nick"}))
    assert Synonyms((prison,)).expand(["the", "nick"])[0] == []
    assert (
        Synonyms((prison,)).expand(["prison", "nick"])[0] == []
    )  # nothing that is not ambiguous is left


def test_what_was_added_says_because_of_which_words():
    terms, _ = ALL.expand(["PCSOs", "met"])
    assert [a.because for a in terms] == [("pcso",)]


def test_every_word_of_the_list_counts_as_known():
    assert {"organised", "oic", "soc"} <= ALL.words


# --- the list that the service starts with ---------------------------------------------------------

STARTER = FileReference(Path(__file__).parents[2] / "content").synonyms()


def test_no_ambiguous_short_form_of_the_list_brings_anything_in_alone():
    for group in STARTER.groups:
        for term in group.ambiguous:
            others = [
                g for g in STARTER.groups if g is not group and term in set(g.terms) - g.ambiguous
            ]
            brought = {a.term for a in STARTER.expand([term])[0]}
            meant_elsewhere = {t for g in others for t in g.terms}
            assert not brought & set(group.terms) - meant_elsewhere, term


def test_short_forms_that_mean_several_things_here_are_all_marked():
    several = (
        "OIC",
        "CoP",
        "CSP",
        "PIP",
        "SRO",
        "TRO",
        "FI",
        "ISA",
        "SAR",
        "AFO",
        "OT",
        "IR",
        "nick",
    )
    for term in several:
        assert STARTER.expand([term])[0] == [], term


def test_every_ambiguous_form_is_a_term_of_its_group_and_no_group_says_a_term_twice():
    for group in STARTER.groups:
        assert group.ambiguous <= set(group.terms), group.terms
        assert len(set(group.terms)) == len(group.terms) > 1, group.terms


def test_words_of_the_field_mean_what_they_mean():
    for typed, meant in [
        ("heddlu", "police"), ("tref", "town"), ("pentref", "village"), ("heol", "road"), ("gorsaf", "police station"),
        ("ysgol", "school"), ("llinellau cyffuriau", "county lines"), ("meddiannu cartref", "cuckooing"),
        ("trap house", "cuckooing"), ("burner", "burner phone"), ("NRM", "national referral mechanism"),
        ("door went in", "search warrant"), ("going country", "county lines"), ("siop", "shop"),
        ("gyffuriau", "drugs"), ("cwcwio", "home takeover"),
    ]:  # fmt: skip
        assert meant in {a.term for a in STARTER.expand(typed.split())[0]}, typed
