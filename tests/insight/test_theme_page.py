"""The list of themes and the page of one: what keeps happening, and what its lessons say together."""

import csv
import io
import shutil
from collections.abc import Callable, Mapping
from datetime import date, timedelta
from itertools import count
from pathlib import Path
from typing import Any

import pytest

from lessons.app import House
from lessons.domain.access import SYSTEM
from lessons.domain.personal_data import scan
from lessons.domain.record import CROCKFORD, Kind, Record, Stored
from lessons.ports import Change
from lessons.services import insight
from tests.insight.kit import change_theme
from tests.people import Page
from tests.people import Person as Someone

NewPerson = Callable[..., Someone]
NUMBERS = count()


def some_id(kind: Kind) -> str:
    number = next(NUMBERS)
    return f"{kind.letter}-2026-AA" + "".join(CROCKFORD[number // n % 32] for n in (1024, 32, 1))


@pytest.fixture
def keeps(house: House) -> Callable[..., str]:
    """Keep a record as if it had long been there: keeps(Kind.LESSON, title="…", months=2, themes=("handover",))."""

    def keep(
        kind: Kind, *, months: int = 0, texts: Mapping[str, str] | None = None, **fields: Any
    ) -> str:
        day = house.library.today - timedelta(round(30.4 * months))
        usual: dict[str, Any] = {"marking": "official"}
        if kind is Kind.LESSON:
            usual |= {
                "state": "observation",
                "learning": "change",
                "occurred": day,
                "themes": ("handover",),
            }
        record = Record(some_id(kind), kind, fields=usual | fields, texts=texts or {})
        saved = house.library.save_many(SYSTEM, "import", [Change(record, 0)])
        assert isinstance(saved[0], Stored), saved[0]
        return record.id

    return keep


@pytest.fixture
def lesson(keeps: Callable[..., str]) -> Callable[..., str]:
    return lambda title, **rest: keeps(Kind.LESSON, title=title, **rest)


def new_theme(house: House, key: str, label: str, **fields: Any) -> None:
    record = Record(key, Kind.THEME, fields={"label": label, "theme_state": "current", **fields})
    house.library.save(SYSTEM, "theme", record, expected=0)
    house.library.forget_lists()


def names(page: Page) -> list[str]:
    """The themes of the list, in its order."""
    keys = [href for href, _ in page.links if href.startswith("/themes/") and href.count("/") == 2]
    return list(dict.fromkeys(key.removeprefix("/themes/") for key in keys))


# --- the list ---------------------------------------------------------------------------------------
def test_what_keeps_happening_stands_first(person: NewPerson, lesson: Callable[..., str]) -> None:
    for months in (1, 5, 9):
        lesson("The night shift did not know", months=months, themes=("handover",))
    lesson("A warning", learning="warning", themes=("radio",))
    lesson("Once only", themes=("custody",))
    for months in (1, 5, 9, 14):
        lesson("It worked", learning="keep", months=months, themes=("briefing",))
    page = person("officer").opens("/themes")
    assert names(page)[:3] == ["handover", "radio", "custody"]
    assert "Keeps happening (1)" in page.text
    assert "3 lessons of the last three years tell of trouble" in page.text
    assert "Briefing" in page.text


def test_other_themes_are_folded_until_somebody_looks_for_one(person: NewPerson) -> None:
    officer = person("officer")
    assert 'app-themes__others">' in officer.opens("/themes").html
    assert 'app-themes__others" open>' in officer.opens("/themes?q=handover").html
    assert (
        "app-themes__others" not in officer.opens("/themes?sort=name").html
    )  # all of them in one list
    assert "Add a theme" not in officer.opens("/themes").text
    assert person("reviewer").opens("/themes").link("Add a theme") == "/themes/new"


def test_worse_and_newer_stands_before_more_and_older(
    person: NewPerson, lesson: Callable[..., str]
) -> None:
    for months in (26, 28, 30, 32):
        lesson("Long ago", months=months, themes=("custody",))
    for months in (1, 4, 7):
        lesson("Somebody could be hurt", learning="warning", months=months, themes=("radio",))
    assert names(person("officer").opens("/themes"))[:2] == ["radio", "custody"]


def test_a_lesson_that_nobody_has_reviewed_does_not_count(
    person: NewPerson, lesson: Callable[..., str]
) -> None:
    for state in ("sent", "not_taken", "merged", "retired", "needs_fix"):
        lesson("Not counted", state=state, themes=("radio",))
    page = person("reviewer").opens("/themes?q=radio")
    assert "Keeps happening (" not in page.text
    assert "Lessons 0" in page.text


def test_a_lesson_under_two_themes_that_were_merged_counts_once(
    person: NewPerson, lesson: Callable[..., str], house: House
) -> None:
    new_theme(house, "shift_change", "Shift change")
    for months in (1, 5, 9):
        lesson("Nobody told the next shift", months=months, themes=("handover", "shift_change"))
    lesson("Old word only", months=2, themes=("shift_change",))
    change_theme(house, "shift_change", merged_into="handover", theme_state="merged")
    someone = person("officer")
    page = someone.opens("/themes?q=handover")
    assert "Lessons 4" in page.text
    assert "4 in 12 months" in page.text
    assert "4 lessons" in someone.opens("/themes/handover").text
    assert "shift_change" not in names(someone.opens("/themes"))


def test_themes_are_found_by_their_words_and_by_the_broader_theme(
    person: NewPerson, house: House
) -> None:
    change_theme(house, "radio", broader="command")
    change_theme(house, "digital_devices", broader="radio")
    officer = person("officer")
    assert names(officer.opens("/themes?q=talkgroup")) == ["radio", "command"]
    under = names(officer.opens("/themes?under=command&sort=name"))
    assert set(under) == {"command", "radio", "digital_devices"}
    assert "No theme fits that" in officer.opens("/themes?q=zebra").text
    assert len(names(officer.opens("/themes?under=nothing&sort=nonsense"))) > 40


def test_the_list_can_be_sorted_by_name(person: NewPerson, lesson: Callable[..., str]) -> None:
    lesson("Trouble", learning="warning", themes=("welfare",))
    page = person("officer").opens("/themes?sort=name")
    labels = [text for href, text in page.links if href.startswith("/themes/")]
    first = list(dict.fromkeys(labels))
    assert first[0] == "Abstraction"


def test_a_theme_that_was_asked_for_waits_for_the_reviewers(
    person: NewPerson, house: House
) -> None:
    new_theme(house, "drones", "Drones", theme_state="proposed")
    assert "drones" not in names(person("officer").opens("/themes"))
    page = person("reviewer").opens("/themes")
    assert "1 theme was asked for" in page.text
    assert page.link("1 theme was asked for") == "/themes/proposals"
    assert "has yet to decide" in person("officer", "another").opens("/themes/drones").text


def test_the_list_can_be_taken_away_and_no_cell_runs(
    person: NewPerson, lesson: Callable[..., str], house: House
) -> None:
    new_theme(house, "formula", "=HYPERLINK(1)")
    for months in (1, 5):
        lesson("Trouble", learning="warning", months=months, themes=("formula",))
    lesson("Once more", themes=("formula",), recurrence="after_learned")
    someone = person("officer")
    address = someone.opens("/themes?q=hyperlink").link("Download this list as CSV")
    answer = someone.client.get(address)
    assert "OFFICIAL-themes-" in answer.headers["Content-Disposition"]
    table = list(csv.DictReader(io.StringIO(answer.text.removeprefix("\ufeff"))))
    assert [row["theme"] for row in table] == ["'=HYPERLINK(1)"]
    row = table[0]
    assert (row["lessons"], row["warnings_3_years"], row["after_learned_3_years"]) == (
        "3",
        "2",
        "1",
    )
    assert row["recurring"] == "yes"
    assert row["happened_again"] == "1"
    assert row["points_before_age"] == "10"


# --- one theme --------------------------------------------------------------------------------------
def test_the_page_shows_lessons_trend_spread_actions_and_what_was_learned(
    person: NewPerson, lesson: Callable[..., str], keeps: Callable[..., str], house: House
) -> None:
    about = {"unit": "North team", "threats": ("drugs",), "four_p": ("protect",)}
    for n in range(6):
        lesson(f"Lesson number {n}", months=n * 3, **about)
    good = {"evidence": "Six handovers were watched in May."}
    learned = lesson("Use one page", state="learned", months=20, texts=good)
    today = house.library.today
    keeps(
        Kind.ACTION,
        title="Print the page",
        of=(learned,),
        owner="lead",
        due=today - timedelta(3),
        action_state="open",
    )
    keeps(
        Kind.ACTION,
        title="Ask the night shift",
        of=(learned,),
        owner="lead",
        due=today + timedelta(9),
        action_state="under_way",
    )
    keeps(
        Kind.ACTION,
        title="Said to be done",
        of=(learned,),
        owner="lead",
        due=today - timedelta(9),
        action_state="done",
    )
    keeps(
        Kind.ACTION, title="Checked long ago", of=(learned,), owner="lead", action_state="verified"
    )
    elsewhere = lesson("Another theme", themes=("radio",))
    keeps(
        Kind.ACTION, title="Of something else", of=(elsewhere,), owner="lead", action_state="open"
    )
    page = person("officer").opens("/themes/handover")
    assert "Handover" in page.headings[0]
    assert "7 lessons" in page.text
    assert page.text.count("Lesson number") == 5
    assert "3 are not finished, 1 overdue ." in page.text.replace("overdue.", "overdue .")
    assert "Overdue Not started" in page.text
    assert "Checked long ago" not in page.text
    assert "Of something else" not in page.text
    assert "Use one page Evidence that it lasts: Six handovers were watched in May." in page.text
    for words in ("North team", "Drugs", "Protect", "Learned (1)", "Observation (6)"):
        assert words in page.text
    assert page.html.count('role="img"') == 4


def test_only_the_actions_that_a_reader_may_know_of_are_counted(
    person: NewPerson, lesson: Callable[..., str], keeps: Callable[..., str]
) -> None:
    open_one = lesson("Everybody reads this")
    hidden = lesson("Few read this", marking="official_sensitive")
    late = {"owner": "lead", "action_state": "open", "due": date(2020, 1, 1)}
    keeps(Kind.ACTION, title="Print the page", of=(open_one,), **late)
    secret = keeps(Kind.ACTION, title="Watch the house", of=(hidden,), **late)
    both = keeps(Kind.ACTION, title="Ask the kidnap unit", of=(open_one,), groups=("kidnap",), **late)  # fmt: skip
    officer = person("officer")
    page = officer.opens("/themes/handover")
    assert "1 is not finished, 1 overdue ." in page.text.replace("overdue.", "overdue .")
    for other in ("Watch the house", "Ask the kidnap unit", secret, both, hidden):
        assert other not in page.html
    assert "2 are not finished" in person("analyst").opens("/themes/handover").text
    assert "3 are not finished" in person("disclosure").opens("/themes/handover").text


def test_nobody_asks_for_the_actions_of_a_theme_by_typing(
    person: NewPerson, lesson: Callable[..., str], keeps: Callable[..., str]
) -> None:
    hidden = lesson("Few read this", marking="official_sensitive")
    keeps(Kind.ACTION, title="Watch the house", of=(hidden,), owner="lead", action_state="open")
    keeps(Kind.ACTION, title="Buy a kettle", owner="lead", action_state="verified")
    officer = person("officer")
    for asked in ("of_theme=handover", "progress=unfinished", "of_theme=radio&progress=x"):
        page = officer.opens(f"/search?kind=action&{asked}")
        assert "Watch the house" in page.text
        assert "Buy a kettle" in page.text
    assert "Watch the house" not in officer.opens("/search?kind=action&q=of_theme:handover").text


def test_what_happened_again_stands_with_what_it_happened_after(
    person: NewPerson, lesson: Callable[..., str]
) -> None:
    old = lesson("Read the list aloud", state="identified", months=12)
    hidden = lesson("Nobody but a group reads this", months=13, groups=("kidnap",))
    lesson("The list was not read aloud", recurrence="after_learned", seen_before=(old, hidden))
    page = person("officer").opens("/themes/handover")
    assert "The list was not read aloud" in page.text
    assert "After it was learned Said before: Read the list aloud" in page.text
    assert "Nobody but a group" not in page.html
    assert hidden not in page.html
    assert "happened again 1 time" in page.text


def test_an_old_address_leads_to_what_a_theme_became(person: NewPerson, house: House) -> None:
    new_theme(house, "shift_change", "Shift change", merged_into="handover", theme_state="merged")
    someone = person("officer")
    assert someone.client.get("/themes/shift_change").status_code == 303
    page = someone.opens("/themes/shift_change")
    assert page.headings == ["Handover"]
    assert "“Shift change” was merged into this theme." in page.text
    assert "was merged into" not in someone.opens("/themes/handover?was=radio").text


def test_themes_that_were_merged_in_a_ring_stay_where_they_are(
    person: NewPerson, house: House
) -> None:
    new_theme(house, "one", "One", merged_into="two")
    new_theme(house, "two", "Two", merged_into="one")
    assert person("officer").opens("/themes/one").headings == ["One"]


def test_a_retired_theme_says_so_and_what_it_was_split_into(
    person: NewPerson, house: House
) -> None:
    change_theme(house, "handover", theme_state="retired", split_into=("radio", "briefing"))
    page = person("officer").opens("/themes/handover")
    assert "This theme is retired" in page.text
    assert page.link("Radio and communications") == "/themes/radio"


def test_a_theme_has_its_place_among_the_others(person: NewPerson, house: House) -> None:
    change_theme(house, "radio", broader="command", owner="head of control room")
    page = person("officer").opens("/themes/radio")
    assert page.link("Command") == "/themes/command"
    assert "head of control room" in page.text
    assert "talkgroup" in page.text
    assert person("officer", "other").opens("/themes/command").link("Radio") == "/themes/radio"


def test_what_is_no_theme_is_not_found(person: NewPerson, lesson: Callable[..., str]) -> None:
    someone = person("officer")
    for key in ("nothing_here", lesson("A lesson"), "..%2Fradio", "<b>", "A" * 300):
        someone.opens(f"/themes/{key}", status=404)


def test_while_search_rests_themes_have_names_and_no_numbers(
    person: NewPerson, house: House, lesson: Callable[..., str]
) -> None:
    lesson("A lesson")
    someone = person("officer")
    shutil.rmtree(Path(house.settings["INSTANCE_DIR"]) / "index")
    assert "Search is being rebuilt" in someone.opens("/themes/handover").text
    page = someone.opens("/themes")
    assert "Search is being rebuilt" in page.text
    assert "handover" in names(page)
    assert someone.client.get("/themes.csv").status_code == 503


# --- what they say together ---------------------------------------------------------------------------
def test_three_lessons_that_agree_ask_a_reviewer_to_write(
    person: NewPerson, lesson: Callable[..., str]
) -> None:
    reviewer, officer = person("reviewer"), person("officer")
    for n in range(2):
        lesson(f"Lesson {n}")
    lesson("Not yet reviewed", state="sent")
    assert "agree: write" not in reviewer.opens("/themes/handover").text
    lesson("The third")
    told = "3 lessons are here. If three of them agree, write what they say together."
    assert told in reviewer.opens("/themes/handover").text
    assert "say together" not in officer.opens("/themes/handover").text


def test_what_a_reviewer_writes_is_read_by_everybody_and_grows_old(
    person: NewPerson, lesson: Callable[..., str]
) -> None:
    for n in range(3):
        lesson(f"Lesson {n}")
    reviewer, officer = person("reviewer"), person("officer")
    together = "Handovers fail at night because nobody writes.\r\n\r\nOne page helps."
    page = writes(reviewer, together)
    assert "is kept" in page.text
    shown = officer.opens("/themes/handover")
    assert "Handovers fail at night because nobody writes." in shown.text
    assert "new lesson" not in reviewer.opens("/themes/handover").text
    lesson("A fourth", months=30)
    lesson("A fifth")
    assert "2 new lessons since" in reviewer.opens("/themes/handover").text
    assert "new lessons since" not in officer.opens("/themes/handover").text
    assert "new lesson" not in writes(reviewer, together + " Still true.").text
    assert "Theme changed" in reviewer.opens("/themes/handover/history").text


def test_an_insight_can_be_taken_away(person: NewPerson, house: House) -> None:
    reviewer = person("reviewer")
    writes(reviewer, "One thing.")
    writes(reviewer, "  ")
    record = house.library.records.get("handover").record
    assert "insight" not in record.texts
    assert not {"insight_on", "insight_from"} & set(record.fields)


def test_words_that_identify_a_person_are_refused_and_shown(
    person: NewPerson, house: House
) -> None:
    reviewer = person("reviewer")
    typed = "It went wrong because DC Karen Braithwaite rang 07700 900123."
    page = writes(reviewer, typed, status=422)
    assert "Take out what may identify people." in page.text
    assert "07700 900123" in page.text
    assert typed in page.html
    assert writes(reviewer, typed, status=422, cleared="yes").text
    assert "insight" not in house.library.records.get("handover").record.texts


def test_words_that_only_may_identify_can_be_said_to_be_harmless(
    person: NewPerson, house: House
) -> None:
    reviewer = person("reviewer")
    typed = "Tell Karen before you go."
    found = insight_flags(house, typed)
    assert [each.certainty for each in found] == ["possible"]
    page = writes(reviewer, typed, status=422)
    assert "these words identify nobody" in page.text
    writes(reviewer, typed, cleared="yes")
    assert house.library.records.get("handover").record.texts["insight"] == typed


def test_of_two_who_write_at_once_the_second_sees_what_the_first_wrote(
    person: NewPerson, house: House
) -> None:
    first, second = person("reviewer"), person("reviewer", "second")
    first.opens("/themes/handover")
    seen = second.opens("/themes/handover").hidden["revision"]
    writes(first, "What the first wrote.")
    page = second.sends(
        "/themes/handover/insight",
        {"insight": "What the second wrote.", "revision": seen},
        status=409,
    )
    assert "What the first wrote." in page.text
    assert "put there by reviewer" in page.text
    assert "What the second wrote." in page.html
    both = {"insight": "Both together.", "revision": page.hidden["revision"]}
    assert "Both together." in second.sends("/themes/handover/insight", both).text
    assert house.library.records.get("handover").record.texts["insight"] == "Both together."


def test_a_change_of_something_else_does_not_stand_in_the_way(
    person: NewPerson, house: House
) -> None:
    reviewer = person("reviewer")
    seen = reviewer.opens("/themes/handover").hidden["revision"]
    change_theme(house, "handover", owner="somebody else")
    form = {"insight": "What they say.", "revision": seen}
    assert "What they say." in reviewer.sends("/themes/handover/insight", form).text
    assert house.library.records.get("handover").record.line("owner") == "somebody else"


@pytest.mark.parametrize("revision", ["", "x", "-1", "9" * 40, "²"])
def test_a_form_without_its_revision_writes_over_nobody(
    person: NewPerson, revision: str, house: House
) -> None:
    reviewer = person("reviewer")
    writes(reviewer, "What stands here.")
    form = {"insight": "Other words.", "revision": revision}
    page = reviewer.sends("/themes/handover/insight", form, status=409)
    assert "Other words." in page.html
    assert house.library.records.get("handover").record.texts["insight"] == "What stands here."


def test_only_a_reviewer_writes_an_insight(person: NewPerson) -> None:
    for role in ("officer", "analyst", "partner", "admin"):
        someone = person(role)
        someone.opens("/themes/handover")
        form = {"insight": "Mine.", "revision": "0"}
        someone.sends("/themes/handover/insight", form, status=403)


def test_too_long_an_insight_is_refused_with_every_word_kept(person: NewPerson) -> None:
    typed = "word " * insight.LONGEST
    page = writes(person("reviewer"), typed, status=422)
    assert "This is too long" in page.text
    assert typed in page.html


def writes(reviewer: Someone, words: str, *, status: int = 200, **more: str) -> Page:
    seen = reviewer.opens("/themes/handover").hidden["revision"]
    form = {"insight": words, "revision": seen, **more}
    return reviewer.sends("/themes/handover/insight", form, status=status)


def insight_flags(house: House, words: str) -> tuple[Any, ...]:
    return tuple(scan(words, known=house.library.vocabularies.words))


def test_the_day_of_an_insight_is_told(person: NewPerson, house: House) -> None:
    writes(person("reviewer"), "What they say.")
    written: date | None = house.library.records.get("handover").record.day("insight_on")
    assert written == house.library.today
