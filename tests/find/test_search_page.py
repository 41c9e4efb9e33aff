"""Somebody planning an operation looks for what others learned."""

import re
from collections.abc import Callable
from datetime import date
from time import monotonic
from urllib.parse import parse_qs, urlsplit

import pytest

from lessons.app import House
from lessons.domain.query import DEEPEST
from lessons.domain.record import Kind, Record
from tests.find.kit import add, lesson, number
from tests.people import Page, Person

Someone = Callable[..., Person]


# --- what a result says -----------------------------------------------------------------------------
def test_a_result_says_why_it_matters(planner: Person) -> None:
    page = planner.opens("/search?q=two+teams+radio")
    assert "agree one radio channel before you leave" in page.text
    assert "<mark>radio</mark>" in page.html
    hit = page.html.split('class="app-hit"')[1]
    for part in ("app-hit__title", "app-learning", "govuk-tag", "<time", "app-hit__theme"):
        assert part in hit


def test_every_count_beside_a_filter_is_what_the_filter_gives(planner: Person) -> None:
    page = planner.opens("/search?q=warrant")
    boxes = re.findall(
        r'name="(\w+)" type="checkbox" value="([^"]+)">\s*<label[^>]*>[^<]*<span class="app-count">\((\d+)',
        page.html,
    )
    asked = {name for name, _, _ in boxes}
    assert asked >= {
        "learning", "four_p", "threat", "vulnerability", "tactic", "theme", "partner", "unit", "year", "state",
        "marking",
    }  # fmt: skip
    for name, value, count in boxes[::3]:
        answer = planner.client.get("/search", query_string={"q": "warrant", name: value})
        assert number(Page(answer.text)) == int(count), (name, value)


def test_filters_of_one_kind_widen_and_of_two_kinds_narrow(planner: Person) -> None:
    keep, warning = (number(planner.opens(f"/search?learning={k}")) for k in ("keep", "warning"))
    assert number(planner.opens("/search?learning=keep&learning=warning")) == keep + warning
    assert number(planner.opens("/search?learning=keep&four_p=protect")) < keep


def test_a_chosen_filter_is_a_tag_and_pressing_it_takes_it_away(planner: Person) -> None:
    page = planner.opens("/search?q=warrant&learning=keep&from=2024-01-01&sort=newest&page=1")
    all_keep = planner.opens(page.link("From: 1 January 2024"))
    assert "Remove filter: Kind of learning: Keep doing" in all_keep.text
    assert "From: 1 January" not in all_keep.text
    rest = planner.opens(all_keep.link("Kind of learning: Keep doing"))
    assert number(rest) > number(all_keep) >= number(page)
    assert "Remove filter" not in rest.text
    assert "Remove filter" not in planner.opens(page.link("Clear all filters")).text


def test_a_filter_typed_in_the_words_is_a_tag_as_well(planner: Person) -> None:
    typed = planner.opens("/search?q=theme:radio+channel")
    assert "Remove filter: Theme: Radio and communications" in typed.text
    box = next(b for b in typed.boxes if b.get("name") == "q")
    assert box["value"] == "channel", "the filter stands with the filters, not in the words"
    without = planner.opens(typed.link("Theme: Radio and communications"))
    assert number(without) >= number(typed)
    assert "Remove filter" not in without.text


def test_days_narrow_the_results_and_may_be_written_as_people_write_them(planner: Person) -> None:
    whole = number(planner.opens("/search"))
    year = number(planner.opens("/search?from=2024-01-01&to=2024-12-31"))
    assert 0 < year < whole
    assert number(planner.opens("/search?from=1/1/2024&to=31.12.2024")) == year
    assert number(planner.opens("/search?year=2024")) == year


def test_days_the_wrong_way_round_are_told(planner: Person) -> None:
    page = planner.opens("/search?from=2025-02-01&to=2024-01-01")
    assert "The first day comes after the last one" in page.text
    assert number(planner.opens(page.link("Without the dates"))) > 0


def test_results_come_newest_first_when_asked(planner: Person) -> None:
    def days(order: str) -> list[str]:
        page = planner.opens(f"/search?q=warrant&sort={order}")
        hits = page.html.partition('class="app-hits"')[2]
        return re.findall(r'<time datetime="([\d-]+)"', hits)

    assert days("newest") == sorted(days("newest"), reverse=True) != []
    assert days("oldest") == sorted(days("oldest"))


# --- how many, and the way through them ---------------------------------------------------------------
def test_the_number_of_results_is_exact_beyond_what_can_be_paged_to(
    house: House, person: Someone
) -> None:
    add(
        house,
        *(
            lesson(n, title=f"Radio {n}", occurred=date(2026, 1, 1 + n % 28))
            for n in range(DEEPEST + 57)
        ),
    )
    planner = person("lead")
    first = planner.opens("/search?q=two+teams+radio")
    assert number(first) == DEEPEST + 57
    last = planner.opens(first.link("100"))
    assert "These are the first 1000 of 1057" in last.text
    beyond = planner.opens("/search?q=radio&page=101")
    assert "There is no page 101: the results end on page 100" in beyond.text
    assert planner.opens(beyond.link("To the last page")).html.count('class="app-hit"') == 10
    assert planner.opens(beyond.link("Back to the first page")).html.count('class="app-hit"') == 10


def test_pages_hold_every_result_once(planner: Person) -> None:
    page, seen = planner.opens("/search?q=the+door"), []
    total = number(page)
    while True:
        seen += re.findall(r'app-hit__title"><a class="govuk-link" href="([^"]+)', page.html)
        if "Next page" not in page.text:
            break
        page = planner.opens(page.link("Next"))
    assert len(seen) == len(set(seen)) == total


def test_a_page_beyond_the_end_helps(planner: Person) -> None:
    page = planner.opens("/search?q=radio&page=57")
    assert "There is no page 57" in page.text
    assert "Nothing was found" not in page.text


# --- other words --------------------------------------------------------------------------------------
def test_the_page_says_what_else_was_searched_for_and_lets_me_switch_it_off(
    planner: Person,
) -> None:
    page = planner.opens("/search?q=cuckooing")
    assert "Also searched for:" in page.text
    only = planner.opens(page.link("Search only for my words"))
    assert "Also searched for:" not in only.text
    assert number(only) <= number(page)
    again = planner.opens(only.link("Search for words that mean the same as well"))
    assert number(again) == number(page)


def test_a_slip_of_the_finger_is_put_right(planner: Person) -> None:
    page = planner.opens("/search?q=interpretor")
    assert "Did you mean interpreter ?" in page.text
    assert number(planner.opens(page.link("interpreter"))) > 0


def test_a_word_that_no_lesson_holds_leads_to_the_terms_that_do(
    house: House, person: Someone
) -> None:
    add(
        house,
        Record("walkie", Kind.THEME, fields={"label": "Radios", "synonyms": ("talkie",)}),
        lesson(1, themes=("walkie",)),
    )
    lead, told = person("lead"), ""
    until = monotonic() + 5  # a new theme is seen within a second
    while "Look under" not in told and monotonic() < until:
        told = lead.opens("/search?q=talkies").text
    assert "Look under: Theme: Radios (1)" in told


# --- nothing found --------------------------------------------------------------------------------------
def test_an_empty_page_says_which_filter_to_drop_and_how_many_that_gives(planner: Person) -> None:
    page = planner.opens("/search?q=radio&theme=radio&unit=No+such+unit")
    assert number(page) == 0
    way = re.search(r"Without “Unit or team: No such unit” \( ?(\d+) results?", page.text)
    assert way
    assert number(planner.opens(page.link("Without “Unit or team"))) == int(way[1]) > 0


@pytest.mark.parametrize(
    ("asked", "words"),
    [
        ('"radio carrot battery"', "Without the quotation marks"),
        ("radio -channel -radio", "With the words that you left out by a minus"),
        ("radio theme:radio verdict:worked", "Without “Verdict: Worked”"),
        ("radio threat:fraud verdict:worked", "Without any filter"),
        ("Wicker", "In every kind of record"),
    ],
)
def test_every_way_out_of_an_empty_page_leads_to_what_it_promises(
    planner: Person, asked: str, words: str
) -> None:
    page = Page(planner.client.get("/search", query_string={"q": asked}).text)
    assert number(page) == 0
    promised = re.search(re.escape(words) + r"[^()]*\( ?(\d+) result", page.text)
    assert promised, page.text
    assert number(planner.opens(page.link(words))) == int(promised[1]) > 0


def test_words_that_mean_the_same_are_offered_where_they_were_switched_off(
    house: House, person: Someone
) -> None:
    add(house, lesson(1, title="Think of cuckooing before you knock"))
    planner = person("lead")
    page = planner.opens("/search?q=%22home+takeover%22+home+takeover&expand=no")
    assert number(page) == 0
    page = planner.opens("/search?q=takeover+home&expand=no")
    if "With words that mean the same" in page.text:
        assert number(planner.opens(page.link("With words that mean the same"))) == 1


# --- straight to it -----------------------------------------------------------------------------------
@pytest.mark.parametrize("form", ["{}", " {} ", "lower", "spaces", "joined", "look-alikes", "“{}”"])
def test_a_reference_typed_in_any_way_leads_straight_to_its_record(
    house: House, person: Someone, form: str
) -> None:
    record = Record("L-2026-10K3Q", Kind.LESSON, fields=lesson(1).fields)
    add(house, record)
    typed = {
        "lower": record.id.lower(), "spaces": "l 2026 10k3q", "joined": "L202610K3Q", "look-alikes": "l-2o26-iOk3q",
    }.get(form) or form.format(record.id)  # fmt: skip
    response = person("officer").client.get("/search", query_string={"q": typed})
    assert response.status_code == 302
    assert response.location == f"/lessons/{record.id}"


def test_a_reference_that_is_not_for_me_is_searched_for_like_any_word(
    house: House, person: Someone
) -> None:
    add(house, lesson(1, state="sent"))
    officer = person("officer")
    hidden = officer.opens("/search?q=L-2026-00001").text
    assert hidden.replace("00001", "") == officer.opens("/search?q=L-2026-00002").text.replace(
        "00002", ""
    )


@pytest.mark.parametrize("typed", ["wicker stile", "Operation Wicker Stile"])
def test_the_whole_name_of_an_operation_leads_straight_to_its_record(
    planner: Person, typed: str
) -> None:
    page = planner.opens("/search?q=" + typed.replace(" ", "+"))
    assert "Operation Wicker Stile" in page.headings[0]


@pytest.mark.parametrize("typed", ["op wicker", "warrants on Wicker Stile"])
def test_the_name_of_an_operation_offers_its_record(planner: Person, typed: str) -> None:
    page = planner.opens("/search?q=" + typed.replace(" ", "+"))
    assert (
        "Operation Wicker Stile" in planner.opens(page.link("Operation Wicker Stile")).headings[0]
    )


def test_words_that_name_no_operation_offer_none(planner: Person) -> None:
    for words in ("radio", "operation", "gate"):
        assert "In the register of operations" not in planner.opens(f"/search?q={words}").text


def test_other_kinds_of_record_can_be_asked_for(planner: Person) -> None:
    for kind in ("briefing", "evaluation", "operation", "finding", "theme", "action"):
        page = planner.opens(f"/search?kind={kind}")
        assert number(page) > 0
        links = re.findall(r'app-hit__title"><a class="govuk-link" href="/(\w+)/', page.html)
        assert set(links) == {f"{kind}s"}
        assert "Remove filter: Look for:" in page.text
    assert number(planner.opens("/search?kind=debrief")) == 0, "a lead reads no debrief of others"


def test_guidance_is_offered_where_its_title_says_what_was_typed(planner: Person) -> None:
    page = planner.opens("/search?q=how+to+debrief")
    assert "Guidance that may help" in page.text
    assert planner.opens(page.link("How to debrief")).headings == ["How to debrief"]
    assert "Guidance that may help" not in planner.opens("/search?q=stolen+plant").text


# --- nonsense -----------------------------------------------------------------------------------------
NONSENSE = [
    "page=0", "page=-1", "page=x", "page=99999999999999999999", "page=1e3", "limit=0", "limit=10000", "from=yesterday",
    "from=2026-02-30", "to=31/31/2026", "sort=best", "kind=banana", "expand=maybe", "year=20x6", "year=99999",
    "foo=bar", "_scheme=javascript", "_external=1", "theme=" + "x" * 500, "&".join(f"theme={n}" for n in range(200)),
]  # fmt: skip


@pytest.mark.parametrize("nonsense", NONSENSE)
def test_nonsense_in_an_address_is_left_out_and_told(planner: Person, nonsense: str) -> None:
    page = planner.opens(f"/search?q=radio&{nonsense}")
    assert "We left out what we could not use:" in page.text
    assert all(not href.startswith(("javascript:", "//")) for href, _ in page.links)


@pytest.mark.parametrize(
    "nonsense",
    [
        "q=%00", "q=%ff%fe", "q=%ED%A0%80", "q=\"", "q=-", "q=***", "q=?*", "q=a:b:c", "q=theme:",
        'q=theme:"', "theme=",
        "q=&q=&q=", "q=%25(x)s", "q={{7*7}}", "q=" + "warrant+" * 2_000, "theme=%00", "theme=no_such", "unit=%2F..%2F",
        "year=0000", "q=" + "%22" * 900, "q=" + "-" * 1_900, "from=0001-01-01&to=9999-12-31",
    ],
)  # fmt: skip
def test_no_words_or_values_at_all_break_the_page(planner: Person, nonsense: str) -> None:
    page = planner.opens(f"/search?{nonsense}")
    assert page.headings == ["Search"]
    for href, words in page.links:
        if "Remove filter" in words or "Without" in words:
            planner.opens(href)
    assert set(parse_qs(urlsplit(nonsense).query)) <= {"q"}


def test_a_very_long_question_is_searched_as_far_as_it_is_read(planner: Person) -> None:
    page = planner.opens("/search?q=" + "warrant+" * 400)
    assert "We searched for the first part of it" in page.text
    assert number(page) > 0


# --- markings -----------------------------------------------------------------------------------------
def test_a_results_page_carries_the_highest_marking_of_what_it_shows(
    house: House, person: Someone
) -> None:
    add(
        house,
        lesson(1, title="Plain apple"),
        lesson(2, title="Sensitive pear", marking="official_sensitive"),
    )
    lead = person("lead")
    for asked, marking in (
        ("apple", "OFFICIAL"),
        ("pear", "OFFICIAL-SENSITIVE"),
        ("apple+pear", "OFFICIAL-SENSITIVE"),
    ):
        page = lead.opens(f"/search?q={asked}")
        assert re.findall(r"Marking: </span>([^<]+)</p>", page.html) == [marking, marking]
    officer = person("officer").opens("/search?q=apple+pear")
    assert "SENSITIVE" not in officer.text
