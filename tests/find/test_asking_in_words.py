"""Filters, dates, references and names typed in the search box, as people type them."""

from datetime import date

import pytest

from lessons.app import House
from lessons.domain import access
from lessons.domain.access import SYSTEM, Role, User
from lessons.domain.query import Query
from lessons.domain.record import Kind, Record
from lessons.services import find
from lessons.services.find import Answer

LEAD = User("lead.example", Role.LEAD)
PARTNER = User("partner.example", Role.PARTNER)


def ask(house: House, text: str, reader: User = LEAD, **params: list[str]) -> Answer:
    return find.search(house.library, reader, {"q": [text], **params})


@pytest.mark.parametrize(
    ("typed", "param", "key"),
    [
        ("theme:handover", "theme", "handover"),
        ('theme:"Handover"', "theme", "handover"),
        ("THEMES:handover", "theme", "handover"),
        ('vulnerability:"county lines"', "vulnerability", "county_lines"),
        ('vulnerability:"Llinellau sirol"', "vulnerability", "county_lines"),
        ("threat:drugs", "threat", "drugs"),
        ("threat:Cyffuriau", "threat", "drugs"),
        ("state:learned", "state", "learned"),
        ("4p:protect", "four_p", "protect"),
        ("year:2025", "year", "2025"),
    ],
)
def test_a_filter_is_typed_by_key_or_by_label_in_either_language(
    library_house: House, typed: str, param: str, key: str
) -> None:
    answer = ask(library_house, f"{typed} visit")
    assert answer.query.chosen == {param: frozenset({key})}
    assert answer.query.words == ("visit",)
    assert answer.text == "visit"
    assert not answer.wrong
    chosen = ask(library_house, "visit", **{param: [key]})
    assert [h.id for h in chosen.results.hits] == [h.id for h in answer.results.hits]


def test_a_unit_is_found_by_a_word_of_its_name(library_house: House) -> None:
    answer = ask(library_house, "unit:northern")
    assert answer.query.chosen["unit"] >= {"Northern proactive team"}
    assert all("orthern" in unit for unit in answer.query.chosen["unit"])
    assert 0 < answer.results.total < ask(library_house, "").results.total


def test_a_kind_is_typed_in_words(library_house: House) -> None:
    assert ask(library_house, "kind:operations").query.kinds == {Kind.OPERATION}
    assert ask(library_house, "kind:operation radio").query.words == ("radio",)


def test_a_value_that_is_none_is_told_and_searched_for_as_words(library_house: House) -> None:
    answer = ask(library_house, 'theme:"purple dragons" radio')
    assert answer.query.words == ("purple", "dragons", "radio")
    assert answer.wrong == ('theme:"purple dragons"',)
    assert answer.results.total


def test_a_unit_of_records_that_somebody_may_not_read_is_no_unit_for_them(house: House) -> None:
    fields = {
        "title": "Radio",
        "state": "identified",
        "marking": "official_sensitive",
        "unit": "Quiet team",
    }
    house.library.save(
        SYSTEM, "import", Record("L-2026-00001", Kind.LESSON, fields=fields), expected=0
    )
    assert ask(house, "unit:quiet").query.chosen == {"unit": frozenset({"Quiet team"})}
    hidden = ask(house, "unit:quiet", PARTNER)
    nothing = ask(house, "unit:loudly", PARTNER)
    assert (hidden.query.chosen, hidden.results) == (nothing.query.chosen, nothing.results)
    assert hidden.wrong == ("unit:quiet",)


def test_dates_in_words_narrow_and_can_be_taken_out(library_house: House) -> None:
    answer = ask(library_house, "visits since May 2024")
    assert answer.query.since == date(2024, 5, 1)
    assert answer.query.words == ("visits",)
    assert answer.text == "visits"
    boxed = ask(library_house, "visits", **{"from": ["2024-05-01"]})
    assert boxed.results.total == answer.results.total < ask(library_house, "visits").results.total


def test_each_typed_filter_is_taken_out_of_the_words_by_itself(library_house: House) -> None:
    meaning = find.understood(library_house.library, LEAD)
    typed = 'visit theme:"Handover" unit:team since:2024 in the last 2 years'
    units = meaning.keys("unit", "team")
    assert len(units) > 1
    gone = sorted(units)[0]
    assert find.text_without(typed, "theme", ["handover"], meaning) == (
        "visit unit:team since:2024 in the last 2 years"
    )
    assert find.text_without(typed, "from", (), meaning) == 'visit theme:"Handover" unit:team'
    assert find.text_without(typed, "to", (), meaning) == typed
    left = find.text_without(typed, "unit", [gone], meaning)
    query, _ = find.question(LEAD, {"q": [left]}, meaning)
    assert query.chosen["unit"] == units - {gone}
    assert find.words_only(typed, meaning) == "visit"


def test_the_ways_out_of_nothing_take_out_what_was_typed_in_words(library_house: House) -> None:
    answer = ask(library_house, 'visit theme:"Handover" year:1999')
    assert not answer.results.total
    texts = {way.change: way.text for way in answer.ways}
    assert texts["filters"] == "visit"
    answer = ask(library_house, "visit before 1999")
    assert {way.change: way.text for way in answer.ways}["dates"] == "visit"


@pytest.mark.parametrize(
    "typed",
    ["operation bramble gate", "Bramble Gate", "op bramble-gate", "Safe Choices school assembly"],
)
def test_the_name_of_an_operation_alone_leads_straight_to_it(
    library_house: House, typed: str
) -> None:
    found = find.straight_to(library_house.library, LEAD, typed)
    assert found
    assert found.kind is Kind.OPERATION


@pytest.mark.parametrize(
    "typed", ["bramble", "bramble gate radio", '"bramble gate"', "kind:operation bramble gate", "-bramble gate", ""]
)  # fmt: skip
def test_more_or_less_than_the_name_is_searched_for(library_house: House, typed: str) -> None:
    assert find.straight_to(library_house.library, LEAD, typed) is None


def test_two_operations_of_one_name_lead_nowhere_by_themselves(house: House) -> None:
    def operation(id: str, title: str, marking: str = "official") -> None:
        record = Record(id, Kind.OPERATION, fields={"title": title, "marking": marking})
        house.library.save(SYSTEM, "import", record, expected=0)

    operation("O-2026-00001", "Operation Copper Lane")
    operation("O-2026-00002", "Operation Copper Lane", "official_sensitive")
    operation("O-2026-00003", "County lines")
    officer = User("pc.example", Role.OFFICER)
    straight = find.straight_to(house.library, officer, "copper lane")
    assert straight
    assert straight.id == "O-2026-00001", "the other they may not read"
    assert find.straight_to(house.library, LEAD, "copper lane") is None
    assert find.straight_to(house.library, LEAD, "county lines") is None, "a term of a list too"
    assert find.straight_to(house.library, LEAD, "operation county lines")


def test_a_reference_in_a_sentence_finds_its_record_first(library_house: House) -> None:
    everything = Query(keys=access.keyring(LEAD), size=8, facets=False)
    for hit in library_house.library.search(LEAD, everything).hits:
        text = f"What did we learn from {hit.id.lower()} about custody, handover and radios?"
        assert ask(library_house, text).results.hits[0].id == hit.id


def test_a_question_in_a_full_sentence_asks_for_its_telling_words(library_house: House) -> None:
    plain = ask(library_house, "home takeover visits").results
    asked = ask(library_house, "What did we learn about home takeover visits?").results
    assert [h.id for h in asked.hits] == [h.id for h in plain.hits]


def test_a_better_spelling_keeps_what_narrows(library_house: House) -> None:
    plain = ask(library_house, "intrepreter").results.suggestion
    assert plain == "interpreter"
    typed = 'unit:custody intrepreter year:2025 visi* since 2024 -"rear door"'
    better = ask(library_house, typed, expand=["no"]).results.suggestion
    assert better == 'interpreter visi* -"rear door" unit:custody year:2025 since 2024'
