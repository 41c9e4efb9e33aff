"""What stands under a result: how often it was used, why it comes first, and who else said the same."""

import re
from collections.abc import Callable
from datetime import date

import pytest

from lessons.app import House
from lessons.domain.record import Kind, Record
from tests.find.kit import add
from tests.people import Page, Person

Someone = Callable[..., Person]
BATTERIES = (
    "The batteries of the radios died in the fifth hour of the search, and the team at the back of the house could "
    "not tell the command vehicle that the second suspect had left through the garden. Nobody had brought spares, "
    "because the plan said that the warrant would be over by nine. Bring one spare for each radio, and name who "
    "carries them."
)
PAPER = (
    "When the late turn went home the early turn did not know which of the two addresses had been searched already. "
    "The log was in a car that had gone back to the yard, with the only radio. Hand over on paper, face to face."
)


def lesson(n: int, detail: str = "", **fields: object) -> Record:
    given = {"title": f"Lesson {n} on the radio", "state": "observation", "marking": "official", **fields}  # fmt: skip
    texts = {"detail": detail} if detail else {}
    return Record(f"L-2026-{n:05d}", Kind.LESSON, fields=given, texts=texts)  # type: ignore[arg-type]


def briefing(n: int, *answers: tuple[int, str], **fields: object) -> Record:
    """A briefing with lessons that were applied, each with its outcome."""
    rows = tuple(
        {"lesson": f"L-2026-{lesson:05d}", "role": "sio", "answer": "applied", "how": "Done", "outcome": outcome}
        for lesson, outcome in answers
    )  # fmt: skip
    given = {"title": f"Briefing {n}", "marking": "official", "answers": rows, **fields}
    return Record(f"B-2026-{n:05d}", Kind.BRIEFING, fields=given)  # type: ignore[arg-type]


def ids(page: Page) -> list[str]:
    return re.findall(r'app-hit__title"><a class="govuk-link" href="/lessons/([^"]+)', page.html)


def under(page: Page, n: int) -> str:
    """The words of one result."""
    part = next(p for p in page.html.split('<li class="app-hit">') if f"/L-2026-{n:05d}" in p)
    return Page(part).text


# --- used ---------------------------------------------------------------------------------------------
def test_a_result_says_how_often_it_was_applied_and_happened_again(
    house: House, person: Someone
) -> None:
    add(house, lesson(1), lesson(2), lesson(3))
    add(house, briefing(1, (1, "worked"), (2, "happened_again")), briefing(2, (1, "")))
    page = person("lead").opens("/search?q=radio")
    assert "Applied 2 times" in under(page, 1)
    assert "Happened again" not in under(page, 1)
    assert "Applied 1 time" in under(page, 2)
    assert "Happened again 1 time" in under(page, 2)
    assert "Applied" not in under(page, 3)


def test_a_result_says_what_came_of_it(house: House, person: Someone) -> None:
    old = date(1990, 1, 1)
    add(house, *(lesson(n, occurred=old) for n in (1, 2, 3)))
    told = [briefing(n, (1, "worked"), (2, "did_not_help")) for n in range(1, 5)]
    rows = ({"lesson": "L-2026-00003"},)
    add(house, *told, briefing(5, lessons=rows))
    page = person("lead").opens("/search?q=radio")
    assert "Worked 4 times" in under(page, 1)
    assert "Raised: worked where it was briefed" in under(page, 1)
    assert "Did not help 4 times" in under(page, 2) and "Raised" not in under(page, 2)
    assert "Briefed 1 time" in under(page, 3)
    assert ids(page) == ["L-2026-00001", "L-2026-00003", "L-2026-00002"]


def test_the_most_applied_come_first_when_asked(house: House, person: Someone) -> None:
    add(house, *(lesson(n, occurred=date(2026, 1, n)) for n in (1, 2, 3)))
    add(house, briefing(1, (1, ""), (2, "")), briefing(2, (2, "")))
    lead = person("lead")
    page = lead.opens(lead.opens("/search?q=radio").link("Most applied"))
    assert ids(page) == ["L-2026-00002", "L-2026-00001", "L-2026-00003"]
    assert page.html.count('<strong aria-current="true">Most applied</strong>') == 1


def test_a_briefing_that_i_may_not_read_counts_for_nothing(house: House, person: Someone) -> None:
    add(house, lesson(1), lesson(2))
    add(house, briefing(1, (1, "happened_again"), marking="official_sensitive"))
    page = person("officer").opens("/search?q=radio&sort=applied")
    for words in ("Applied 1", "Happened again", "happened again"):
        assert words not in page.text
    assert "Applied 1 time" in person("lead").opens("/search?q=radio").text


# --- raised -------------------------------------------------------------------------------------------
def test_a_result_says_in_small_words_what_raised_it(house: House, person: Someone) -> None:
    add(
        house,
        lesson(1, learning="warning", occurred=date(1990, 1, 1)),
        lesson(2, state="learned", learning="keep", occurred=date(1990, 1, 1)),
        lesson(3, occurred=date(1990, 1, 1)),
    )
    page = person("lead").opens("/search?q=radio")
    assert "Raised: a warning" in under(page, 1)
    assert "Raised: learned" in under(page, 2)
    assert "Raised" not in under(page, 3)
    assert "Raised" not in person("officer").opens("/search").text, "nothing is raised in no order"


# --- near-copies --------------------------------------------------------------------------------------
@pytest.fixture
def twice(house: House) -> House:
    add(
        house,
        lesson(1, BATTERIES, title="Bring spare radio batteries"),
        lesson(2, PAPER, title="Hand over on paper"),
        lesson(3, BATTERIES.replace("nine", "ten"), title="Bring spare radio batteries"),
    )
    return house


def test_near_copies_are_told_under_the_first(twice: House, person: Someone) -> None:
    page = person("lead").opens("/search?q=radio+batteries")
    assert "3 results" in page.text
    assert "1 near copy" in page.text
    shown = ids(page)
    assert len(shown) == 2
    folded = re.findall(r'<li><a class="govuk-link" href="/lessons/([^"]+)">', page.html)
    assert set(shown) | set(folded) == {"L-2026-00001", "L-2026-00002", "L-2026-00003"}
    assert set(shown).isdisjoint(folded)


def test_a_near_copy_that_i_may_not_read_leaves_no_trace(house: House, person: Someone) -> None:
    add(
        house,
        lesson(1, BATTERIES, title="Bring spare radio batteries"),
        lesson(2, BATTERIES, title="Bring hidden batteries", marking="official_sensitive"),
    )
    page = person("officer").opens("/search?q=radio+batteries")
    assert "1 result" in page.text
    for words in ("near copy", "hidden batteries", "L-2026-00002", "SENSITIVE"):
        assert words not in page.html


def test_a_near_copy_that_was_just_restricted_in_its_file_is_not_counted_either(
    house: House, person: Someone
) -> None:
    """Before anybody has told the index."""
    add(
        house,
        lesson(1, BATTERIES, title="Bring spare radio batteries"),
        lesson(2, BATTERIES, title="Bring spare radio batteries"),
    )
    officer = person("officer")
    page = officer.opens("/search?q=radio+batteries")
    assert "2 results" in page.text
    [copy] = re.findall(r'<li><a class="govuk-link" href="/lessons/([^"]+)">', page.html)
    file = house.settings["CONTENT_DIR"] / "lessons" / f"{copy}.md"
    text = file.read_text("utf-8")
    file.write_text(text.replace("marking: official\n", "marking: official_sensitive\n"), "utf-8")
    page = officer.opens("/search?q=radio+batteries")
    assert "1 result" in page.text
    assert "2" not in re.findall(r'class="app-count">\((\d+)', page.html)


def test_the_marking_of_a_near_copy_counts_for_the_page(house: House, person: Someone) -> None:
    add(
        house,
        lesson(1, BATTERIES, title="Bring spare radio batteries"),
        lesson(2, BATTERIES, title="Bring spare radio batteries", marking="official_sensitive"),
    )
    page = person("lead").opens("/search?q=radio+batteries")
    assert "1 near copy" in page.text
    assert re.findall(r"Marking: </span>([^<]+)</p>", page.html) == ["OFFICIAL-SENSITIVE"] * 2


def test_pages_end_where_the_results_end_though_copies_are_folded(
    house: House, person: Someone
) -> None:
    add(house, *(lesson(n, BATTERIES, title="Bring spare radio batteries") for n in range(8)))
    add(house, *(lesson(n, f"{PAPER} Place {n * 7919}.") for n in range(8, 16)))
    lead, seen = person("lead"), set()
    page = lead.opens("/search?q=radio")
    assert "16 results" in page.text
    while True:
        assert ids(page), "no page is empty"
        seen |= set(re.findall(r"L-2026-\d{5}", page.html))
        if "Next page" not in page.text:
            break
        page = lead.opens(page.link("Next page"))
    assert len(seen) == 16


def test_copies_come_apart_again_in_a_file(twice: House, person: Someone) -> None:
    text = person("lead").client.get("/search/export.jsonl?q=radio+batteries").text
    assert text.count("\n") == 3


# --- other words --------------------------------------------------------------------------------------
def test_words_spelt_nearly_alike_are_told_apart_from_those_that_mean_the_same(
    planner: Person,
) -> None:
    page = planner.opens("/search?q=safegarding+cuckooing")
    assert "No lesson says “safegarding”; also searched for “safeguarding”." in page.text
    told = page.text.split("Also searched for:")[1].split("Search only")[0]
    assert "safeguarding" not in told
    only = planner.opens(page.link("Search only for my words"))
    assert "also searched for" not in only.text.lower()
    mixed = planner.opens("/search?q=safegarding&kind=lesson&kind=operation")
    assert "No record says “safegarding”" in mixed.text


def test_the_same_other_word_is_told_once(planner: Person) -> None:
    page = planner.opens("/search?q=interpretor+interpreters+interpreter")
    told = page.text.split("Also searched for:")[-1].split(". Search only")[0].split(", ")
    assert len(told) == len(set(told))
