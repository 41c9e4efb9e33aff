"""A search is sent to a colleague by its address, kept, and put on paper."""

import re
from collections.abc import Callable
from dataclasses import replace
from datetime import date

import pytest

from lessons.app import House
from lessons.services import find
from tests.find.kit import add, lesson, number
from tests.people import Page, Person

Someone = Callable[..., Person]


def saved(page: Page) -> list[str]:
    """The names under “Your saved searches”."""
    return [" ".join(n.split()) for n in re.findall(r'app-saved__name" href="[^"]+">([^<]+)', page.html)]  # fmt: skip


def saves(someone: Person, address: str) -> Page:
    page = someone.opens(address)
    return someone.sends("/search/save", {"asked": page.hidden["asked"]})


def of_saved(page: Page, words: str) -> str:
    """The address that renames or removes the search of that name."""
    change = re.search(rf'">{words}</a>.*?(/search/saved/[^/"]+)/rename', page.html, re.DOTALL)
    assert change, page.text
    return change[1]


# --- addresses ----------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("long", "short"),
    [
        ("q=radio&from=&to=&theme=", "/search?q=radio"),
        ("q=radio&kind=lesson&sort=relevance&page=1&expand=yes", "/search?q=radio"),
        ("q=+&kind=lesson", "/search"),
        ("q=a+b&kind=lesson&kind=briefing&from=", "/search?q=a+b&kind=lesson&kind=briefing"),
        ("from=&foo=bar&q=%26%3D", "/search?foo=bar&q=%26%3D"),
        ("_scheme=javascript&_external=&_anchor=", "/search?_scheme=javascript"),
    ],
)
def test_an_address_says_only_what_narrows_the_search(
    planner: Person, long: str, short: str
) -> None:
    response = planner.client.get(f"/search?{long}")
    assert (response.status_code, response.location) == (302, short)
    assert planner.client.get(short).status_code == 200


def test_every_link_on_the_page_is_as_short_as_can_be(planner: Person) -> None:
    page = planner.opens("/search?q=warrant&learning=change&from=2024-01-01&sort=newest")
    searches = [href for href, _ in page.links if href.startswith("/search?")]
    assert len(searches) > 10
    for href in searches:
        assert planner.client.get(href).status_code == 200, href


# --- saved searches -----------------------------------------------------------------------------------
def test_a_saved_search_is_found_again_at_home_and_in_the_account(visitor: Someone) -> None:
    lead = visitor("lead")
    told = saves(lead, "/search?q=radio+theme:radio&learning=change&from=1/1/2022&sort=newest")
    name = "radio; Kind of learning: Change this; Theme: Radio and communications; From: 1 January 2022"
    told_names = {frozenset(n.split("; ")) for n in re.findall("Saved as “([^”]+)”", told.text)}
    assert told_names == {frozenset(name.split("; "))}
    before = number(told)
    for place in ("/", "/account"):
        page = lead.opens(place)
        assert number(lead.opens(page.link("radio; "))) == before, "in the same words and filters"


def test_a_search_has_the_name_that_its_owner_gives_it(visitor: Someone) -> None:
    lead = visitor("lead")
    saves(lead, "/search?q=warrant")
    change = of_saved(lead.opens("/account"), "warrant")
    page = lead.sends(f"{change}/rename", {"name": "  Doors &\n <b>dogs</b> "})
    assert "The search is now called “Doors & <b>dogs</b>”." in page.text
    assert saved(page) == ["Doors &amp; &lt;b&gt;dogs&lt;/b&gt;"]
    page = lead.sends(f"{change}/rename", {"name": "   "})
    assert len(saved(page)) == 1, "a name is not lost to an empty box"
    page = lead.sends(f"{change}/rename", {"name": "long " * 100})
    assert len(saved(page)[0]) <= 120


def test_a_search_that_is_removed_is_gone(visitor: Someone) -> None:
    lead = visitor("lead")
    saves(lead, "/search?q=warrant")
    saves(lead, "/search?q=radio")
    page = lead.sends(f"{of_saved(lead.opens('/account'), 'warrant')}/remove", {})
    assert "“warrant” is no longer among your searches." in page.text
    assert saved(page) == ["radio"]


def test_the_same_search_is_kept_once(visitor: Someone) -> None:
    lead = visitor("lead")
    saves(lead, "/search?q=radio&from=&sort=relevance")
    saves(lead, "/search?q=warrant")
    saves(lead, "/search?q=radio")
    assert sorted(saved(lead.opens("/account"))) == ["radio", "warrant"]


def test_fifty_searches_are_room_enough(visitor: Someone) -> None:
    lead = visitor("lead")
    for n in range(find.MOST_SAVED):
        lead.client.post("/search/save", data={"csrf_token": lead.token, "asked": f"q=radio+{n}"})
    page = saves(lead, "/search?q=radio")
    assert "You have saved 50 searches, and there is room for no more." in page.text
    page = saves(lead, "/search?q=radio+49")
    assert "Saved as" in page.text, "one that is there already may be saved again"
    assert len(saved(lead.opens("/account"))) == find.MOST_SAVED


def test_nobody_sees_or_changes_the_searches_of_somebody_else(visitor: Someone) -> None:
    one, other = visitor("lead"), visitor("lead")
    saves(one, "/search?q=warrant")
    change = of_saved(one.opens("/account"), "warrant")
    assert "warrant" not in other.opens("/account").text
    for verb in ("rename", "remove"):
        other.sends(f"{change}/{verb}", {"name": "mine"}, status=404)
        other.sends(f"/search/saved/no-such-one/{verb}", {"name": "mine"}, status=404)
    assert saved(one.opens("/account")) == ["warrant"]


def test_a_draft_is_no_saved_search(visitor: Someone, library_house: House) -> None:
    lead = visitor("lead")
    now = library_house.library.clock()
    library_house.notebook.keep("d" * 16, lead.name, "debrief", {"form": {}}, expected=0, now=now)
    lead.opens("/account")
    for verb in ("rename", "remove"):
        lead.sends(f"/search/saved/{'d' * 16}/{verb}", {"name": "x"}, status=404)
    assert library_house.notebook.get("d" * 16, lead.name)


@pytest.mark.parametrize(
    "asked", ["", "%", "q=%ff", "q", "&&&&", "_scheme=javascript", "a=b&" * 900, "q=" + "x" * 9_000]
)
def test_whatever_is_sent_to_be_saved_leads_to_a_search(visitor: Someone, asked: str) -> None:
    lead = visitor("lead")
    lead.opens("/")
    page = lead.sends("/search/save", {"asked": asked})
    assert page.headings == ["Search"]
    assert lead.response.request.path == "/search"


def test_saving_needs_the_token_of_a_page(visitor: Someone) -> None:
    lead = visitor("lead")
    assert lead.client.post("/search/save", data={"asked": "q=radio"}).status_code == 400
    assert saved(lead.opens("/account")) == []


# --- on the page --------------------------------------------------------------------------------------
def test_on_paper_stands_which_search_it_is_and_when(planner: Person, library_house: House) -> None:
    page = planner.opens("/search?q=radio&theme=radio")
    head = page.html.split('class="app-on-paper"')[1].split("</dl>")[0]
    assert "radio; Theme: Radio and communications" in head
    assert "http://localhost/search?q=radio&amp;theme=radio" in head
    assert str(library_house.library.today.year) in head


def test_more_results_come_on_one_page_to_be_printed(house: House, person: Someone) -> None:
    add(house, *(lesson(n, title=f"Radio {n}", occurred=date(2026, 1, 1)) for n in range(40)))
    lead = person("lead")
    page = lead.opens("/search?q=radio&sort=newest")
    whole = lead.opens(page.link("Show more on a page"))
    assert whole.html.count('class="app-hit"') > 10
    assert all("Show more on a page" not in words for _, words in whole.links)


def test_a_long_way_to_the_first_marked_word_is_left_out_on_a_phone(
    house: House, person: Someone
) -> None:
    before = "We stood by the gate for an hour and a half before anybody"
    words = {"detail": f"{before} used a loudhailer to warn them."}
    add(house, lesson(1), lesson(2), replace(lesson(3, title="Say it"), texts=words))
    html = person("lead").opens("/search?q=loudhailer").html
    lead = re.search(r'app-hit__lead">([^<]*)</span>([^<]*)<mark>loudhailer', html)
    assert lead, html.split('class="app-hits"')[1][:600]
    assert len(lead[2]) <= 30
    assert lead[1].endswith(" ")


def test_suggestions_come_as_the_box_wants_them(planner: Person) -> None:
    response = planner.client.get("/search/complete?q=theme:rad")
    assert response.status_code == 200
    for offer in response.get_json()["offers"]:
        assert set(offer) == {"text", "label", "about"}
        assert all(isinstance(words, str) for words in offer.values())
    for nonsense in ("", "q=", "q=%00", "q=" + "x" * 9_000, "q=%ff"):
        assert "offers" in planner.client.get(f"/search/complete?{nonsense}").get_json()
