"""What is offered while somebody types: only what leads to something they may read."""

import pytest

from lessons.app import House
from lessons.domain.access import SYSTEM, Role, User
from lessons.domain.record import Kind, Record
from lessons.services import find
from lessons.services.find.completing import MOST

LEAD = User("lead.example", Role.LEAD)
OFFICER = User("pc.example", Role.OFFICER)


def offered(house: House, text: str, reader: User = LEAD, language: str = "en") -> list[str]:
    return [o.text for o in find.complete(house.library, reader, text, language)]


def test_names_of_filters_and_then_their_values(library_house: House) -> None:
    assert "theme:" in offered(library_house, "the")
    assert "radio theme:" in offered(library_house, "radio them")
    assert offered(library_house, "theme:hand")[0] == "theme:handover"
    assert "radio theme:evidence" in offered(library_house, "radio theme:evid")
    assert offered(library_house, 'theme:"hand')[0] == "theme:handover"
    assert 'unit:"Northern proactive team"' in offered(library_house, "unit:north")
    assert "kind:operation" in offered(library_house, "kind:op")


def test_terms_by_the_last_words_of_the_line(library_house: House) -> None:
    assert "vulnerability:county_lines" in offered(library_house, "county li")
    assert "children vulnerability:county_lines" in offered(library_house, "children county li")


def test_labels_are_in_the_language_of_the_page(library_house: House) -> None:
    (first, *_) = find.complete(library_house.library, LEAD, "threat:drugs"[:-1], "cy")
    assert (first.text, first.label) == ("threat:drugs", "Cyffuriau")
    assert offered(library_house, "threat:cyffur") == ["threat:drugs"]


def test_operations_by_name(library_house: House) -> None:
    assert "Operation Bramble Gate" in offered(library_house, "bram")
    assert "Operation Bramble Gate" in offered(library_house, "operation bram")


def test_words_of_the_lists_that_stand_in_something(library_house: House) -> None:
    assert "cuckooing" in offered(library_house, "cucko")


@pytest.mark.parametrize(
    "text", ["", " ", "radio ", '"the', "-the", "zzqq", "theme:zzqq", "colour:re", "x" * 5_000]
)
def test_where_nothing_fits_nothing_is_offered(library_house: House, text: str) -> None:
    assert offered(library_house, text) == []


def test_at_most_a_handful_and_each_once(library_house: House) -> None:
    for text in ("theme:", "s", "sa", "saf", "pro", "kind:", "year:"):
        offers = offered(library_house, text)
        assert len(offers) == len(set(offers)) <= MOST
        assert text not in offers


def test_every_offer_finds_something(library_house: House) -> None:
    for text in (
        "theme:",
        "unit:",
        "saf",
        "cuck",
        "visit hous",
        "kind:",
        "bram",
        "ye",
        "year:",
    ):
        offers = offered(library_house, text, OFFICER)
        assert offers, text
        for offer in offers:
            if offer.endswith(":"):
                continue
            straight = find.straight_to(library_house.library, OFFICER, offer)
            found = find.search(library_house.library, OFFICER, {"q": [offer]})
            assert straight or found.results.total, offer


def test_nothing_of_records_that_somebody_may_not_read(house: House) -> None:
    secret = {
        "marking": "official_sensitive",
        "unit": "Quiet team",
        "threats": ("fraud",),
        "state": "identified",
    }
    lesson = Record("L-2026-00001", Kind.LESSON, fields={"title": "Tamarisk", **secret})
    operation = Record(
        "O-2026-00001",
        Kind.OPERATION,
        fields={"title": "Operation Tamarisk", "marking": "official_sensitive"},
    )
    for record in (lesson, operation):
        house.library.save(SYSTEM, "import", record, expected=0)
    for text, theirs in (
        ("unit:q", 'unit:"Quiet team"'), ("tamar", "Operation Tamarisk"), ("threat:", "threat:fraud"),
        ("fraud"[:4], "threat:fraud"), ("uni", "unit:"), ("kind:", "kind:operation"),
    ):  # fmt: skip
        assert theirs in offered(house, text), text
        assert theirs not in offered(house, text, OFFICER), text
    assert offered(house, "unit:", OFFICER) == []
