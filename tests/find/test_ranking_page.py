"""What the help says of the order of results is true, and each part can be switched off where the service runs."""

import re
from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest

import config
from lessons.adapters.whoosh_index.meaning import FEWEST
from lessons.app import House, build_house, create_app
from lessons.domain.access import SYSTEM, Role
from lessons.domain.errors import BadSetting
from lessons.domain.query import BROAD_WEIGHT, EXACT_WEIGHT, SYNONYM_WEIGHT, TITLE_WEIGHT
from lessons.domain.ranking import (
    AGAIN_MOST,
    EVERY_PART,
    FRESH_DAYS,
    NEAR_WITHIN,
    NEAREST,
    OVER,
    RAISED_BY,
    REASONS,
    TOLD,
    TOP,
    WEIGHTS,
    Part,
    proven,
)
from lessons.domain.record import Kind, Record
from lessons.ports import Change
from tests.conftest import CHEAP
from tests.people import PASSWORD, Person, account

Someone = Callable[..., Person]
RANKED = re.compile(r"## How results are ranked\n(.+?)\n## ", re.DOTALL)
HIT = re.compile(r'app-hit__title"><a class="govuk-link" href="/lessons/([^"]+)')
ROW = re.compile(r"^\| .+ \| (.+) \| `(\w+)` \|$", re.MULTILINE)


@pytest.fixture
def section(house: House) -> str:
    whole = house.library.reference.guidance("searching").text
    found = RANKED.search(whole)
    assert found
    return found[1]


def percent(share: float) -> str:
    return f"{share * 100:g}%"


def gain(worked: int) -> str:
    """By how much a lesson is raised that worked so often and never failed to help."""
    return f"{RAISED_BY[Part.PROVEN] * proven(worked, 0) * 100:.2g}%"


def years(days: int) -> str:
    return f"{days / 365:g}"


def test_the_help_names_every_part_by_the_name_that_switches_it_off(section: str) -> None:
    assert {name for _, name in ROW.findall(section)} == set(map(str, Part))
    assert "`LESSONS_RANKING`" in section
    assert set(config.load({})["RANKING"]) == set(map(str, EVERY_PART))


def test_the_numbers_in_the_help_are_those_of_the_formula(section: str) -> None:
    rows = {Part(name): words for words, name in ROW.findall(section)}
    near = percent(WEIGHTS.near)
    assert rows == {
        Part.NEARNESS: f"{near} of the weight of a word, for each pair, and {near} again where the two stand within "
                       f"{NEAR_WITHIN} words of each other",
        Part.MEANING: f"up to {percent(WEIGHTS.meaning)} of a full match; a record of {WEIGHTS.short:g} words gets "
                      "half of it",
        Part.NEIGHBOURS: f"{percent(WEIGHTS.neighbours)} of its score is theirs, for the first {TOP} results",
        Part.WARNING: f"{percent(RAISED_BY[Part.WARNING])} up",
        Part.LEARNED: f"{percent(RAISED_BY[Part.LEARNED])} up",
        Part.AGAIN: f"{percent(RAISED_BY[Part.AGAIN])} up for each briefing that says so and that you may read, up to "
                    f"{AGAIN_MOST} of them",
        Part.PROVEN: f"{percent(RAISED_BY[Part.PROVEN])} × (worked − did not help) ÷ (worked + did not help + 2)",
        Part.FRESH: f"{percent(RAISED_BY[Part.FRESH])} up today, half of that after {years(FRESH_DAYS)} years, a "
                    f"quarter after {years(2 * FRESH_DAYS)}",
        Part.OVER: f"{percent(OVER)} down",
    }  # fmt: skip
    for words in (
        f"A word in the **title** counts {percent(TITLE_WEIGHT)} extra",
        f"**exactly as you typed it** {percent(EXACT_WEIGHT)} extra",
        f"**Synonyms** count at most {percent(SYNONYM_WEIGHT)} of what you typed",
        f"loosely related words at most {percent(BROAD_WEIGHT)}.",
        f"the {NEAREST} results most like it",
        f"gives {percent(TOLD)} or more, the result says so: *Raised: {REASONS[Part.WARNING]}*",
        f"It needs {FEWEST} such records.",
        f"One that worked raises a lesson by {gain(1)}, two by {gain(2)}, six by {gain(6)};",
        f"it never moves by {percent(RAISED_BY[Part.PROVEN])}.",
    ):
        assert words in section


# --- the setting ---------------------------------------------------------------------------------


def lesson(n: int, **fields: object) -> Record:
    known = {"title": f"Spare radio {n}", "state": "identified", "marking": "official",
             "occurred": date(1990, 1, n), **fields}  # fmt: skip
    return Record(f"L-2026-{n:05d}", Kind.LESSON, fields=known)  # type: ignore[arg-type]


def shown(content: Path, instance: Path, **settings: object) -> tuple[list[str], str]:
    """Which lessons a search for a radio shows, and the page."""
    house = build_house({"CONTENT_DIR": content, "INSTANCE_DIR": instance, **settings}, cost=CHEAP)
    try:
        if lesson(1).id not in house.library.records.versions():
            changes = [
                Change(lesson(1, learning="warning"), 0),
                Change(lesson(2), 0),
                Change(lesson(3, state="retired"), 0),
            ]
            house.library.save_many(SYSTEM, "import", changes)
        house.library.rebuild()
        someone = account("lead", Role.LEAD)
        house.accounts.add(someone, PASSWORD)
        page = (
            Person(create_app(house=house), "lead", Role.LEAD).signs_in().opens("/search?q=radio")
        )
        return HIT.findall(page.html), page.text
    finally:
        house.database.close()


def test_what_raises_a_lesson_can_be_switched_off(content: Path, tmp_path: Path) -> None:
    ids, page = shown(content, tmp_path / "one")
    assert ids == ["L-2026-00001", "L-2026-00002", "L-2026-00003"]
    assert "Raised: a warning" in page
    ids, page = shown(content, tmp_path / "two", RANKING=EVERY_PART - {Part.WARNING})
    assert ids == ["L-2026-00002", "L-2026-00001", "L-2026-00003"]
    assert "Raised" not in page
    ids, _ = shown(content, tmp_path / "three", RANKING=frozenset())
    assert ids == ["L-2026-00003", "L-2026-00002", "L-2026-00001"], "newest first, all else equal"


@pytest.mark.parametrize(
    ("words", "parts"),
    [("", set()), ("warning", {"warning"}), (" fresh ,nearness,", {"fresh", "nearness"})],
)
def test_the_setting_is_a_list_of_names(words: str, parts: set[str]) -> None:
    assert set(config.load({"LESSONS_RANKING": words})["RANKING"]) == parts


def test_a_name_that_is_none_stops_the_start_with_one_line(content: Path, tmp_path: Path) -> None:
    overrides = {
        "CONTENT_DIR": content,
        "INSTANCE_DIR": tmp_path / "one",
        "RANKING": frozenset({"votes"}),
    }
    with pytest.raises(BadSetting) as told:
        create_app(overrides)
    line = str(told.value)
    assert line.startswith("LESSONS_RANKING has 'votes'.")
    assert "\n" not in line
    for part in Part:
        assert part in line
