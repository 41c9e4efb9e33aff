"""Reading a record of any kind, what led to it, and what changed in it."""

import re
from collections.abc import Callable
from datetime import date

import pytest

from lessons.app import House
from lessons.domain.access import SYSTEM, Role, User
from lessons.domain.errors import NotFound
from lessons.domain.record import Kind, Record, kind_of
from tests.people import Page, Person

Someone = Callable[..., Person]
REVIEWER = User("rev", Role.REVIEWER)
LESSON = Record(
    "L-2026-7K3QD", Kind.LESSON,
    fields={
        "title": "When two teams share a door, do share a channel", "state": "learned", "learning": "change",
        "occurred": date(2026, 3, 4), "marking": "official", "themes": ("radio",), "unit": "North",
        "debrief": "D-2026-7K3QD", "author": "olly",
    },
    texts={"lesson": "Say **which** channel.", "action": "Put it on the briefing slide."},
)  # fmt: skip
DEBRIEF = Record(
    "D-2026-7K3QD", Kind.DEBRIEF,
    fields={"title": "Operation Example Door", "author": "olly", "marking": "official"},
    texts={"happened": "Two doors."},
)  # fmt: skip


def keep(house: House, *records: Record) -> None:
    for record in records:
        house.library.save(SYSTEM, "send", record, expected=0)


def marks(page: Page) -> list[str]:
    return re.findall(r"Marking: </span>([^<]+)</p>", page.html)


def test_every_kind_of_record_has_a_page_and_a_history_and_every_link_on_it_leads_somewhere(
    visitor: Someone, library_house: House
) -> None:
    keeper = visitor("disclosure")
    kinds: dict[Kind, int] = {}
    for id in library_house.library.records.versions():
        kind = kind_of(id)
        assert kind
        kinds[kind] = kinds.get(kind, 0) + 1
        if kinds[kind] <= 4:
            page = keeper.opens(f"/{kind.folder}/{id}")
            assert marks(page)[0] == marks(page)[1] != ""
            keeper.opens(page.link("History"))
    assert set(kinds) == set(Kind)


def test_no_link_anywhere_leads_nowhere_for_anybody(visitor: Someone) -> None:
    """From home, through everything that can be reached in a few steps; each page is looked at as well."""
    for role in ("officer", "partner", "reviewer"):
        person, waiting = visitor(role), ["/"]
        seen: set[str] = set()
        while waiting and len(seen) < 60:
            address = waiting.pop(0)
            shape = re.sub(r"=[^&]*", "=", re.sub(r"(?<=/)[A-Z]-\d{4}-\w{5}", "id", address))
            if shape in seen:
                continue
            seen.add(shape)
            page = person.opens(address)
            found = [href.split("#")[0] for href, _ in page.links]
            waiting += [
                href if href.startswith("/") else address.rsplit("/", 1)[0] + "/" + href
                for href in found
                if href and not re.search("/language/|/export\\.|:", href.split("?")[0])
            ]
        assert len(seen) > 12


def test_a_lesson_says_it_in_one_sentence_and_its_tags_lead_to_searches(
    house: House, person: Someone
) -> None:
    keep(house, LESSON)
    officer = person("officer")
    page = officer.opens(f"/lessons/{LESSON.id}")
    assert page.headings == [LESSON.title]
    assert "<strong>which</strong>" in page.html
    for tag, found in (("Radio", "Theme: Radio"), ("North", "Unit or team: North")):
        results = officer.opens(page.link(tag))
        assert f"Remove filter: {found}" in results.text
        assert LESSON.title in results.text


def test_a_tag_of_another_kind_of_record_searches_among_that_kind(
    planner: Person, library_house: House
) -> None:
    for id in library_house.library.records.versions(Kind.EVALUATION):
        record = library_house.library.records.get(id).record
        if record.line("verdict"):
            page = planner.opens(f"/evaluations/{id}")
            href = next(h for h, _ in page.links if "verdict=" in h)
            assert record.title in planner.opens(href).text
            return
    pytest.fail("no example evaluation has a verdict")


def test_the_way_back_leads_to_the_results_that_i_came_from(planner: Person) -> None:
    results = planner.opens("/search?q=radio&learning=change&page=1")
    hit = re.search(r'app-hit__title"><a class="govuk-link" href="([^"]+)', results.html)
    assert hit
    came_from = {"Referer": "http://localhost/search?q=radio&learning=change"}
    page = Page(planner.client.get(hit[1], headers=came_from).text)
    assert page.link("Back to the results") == "/search?q=radio&learning=change"
    for elsewhere in ("http://evil.example/search?q=radio", "http://localhost/account", "//x"):
        page = Page(planner.client.get(hit[1], headers={"Referer": elsewhere}).text)
        assert "Back to the results" not in page.text


def test_the_debrief_behind_a_lesson_is_named_to_those_who_may_read_it_only(
    house: House, person: Someone
) -> None:
    keep(house, LESSON, DEBRIEF)
    for role, name, named in (
        ("officer", "olly", True), ("officer", "other", False), ("lead", "", False), ("disclosure", "", True),
    ):  # fmt: skip
        someone = person(role, name)
        page = someone.opens(f"/lessons/{LESSON.id}")
        assert ("Operation Example Door" in page.text, DEBRIEF.id in page.html) == (named, named), (
            someone
        )
        someone.opens(f"/debriefs/{DEBRIEF.id}", status=200 if named else 404)


def test_links_to_what_i_may_not_read_leave_no_gap_and_no_comma(
    house: House, person: Someone
) -> None:
    secret = Record("A-2026-AAAAA", Kind.ACTION, fields={"title": "Hidden", "groups": ("kidnap",)})
    plain = Record("A-2026-BBBBB", Kind.ACTION, fields={"title": "Plain action"})
    past = LESSON.with_(title="Plain lesson", debrief=None)
    hush = Record("L-2026-CCCCC", Kind.LESSON, fields={**past.fields, "groups": ("kidnap",)})
    finding = Record(
        "F-2026-AAAAA", Kind.FINDING, fields={"title": "One", "links": (plain.id, secret.id)}
    )
    bare = Record("F-2026-BBBBB", Kind.FINDING, fields={"title": "Bare", "links": (secret.id,)})
    both, none = (
        Record(id, Kind.LESSON, fields={**past.fields, "title": id, "seen_before": links})
        for id, links in (("L-2026-AAAAA", (past.id, hush.id)), ("L-2026-BBBBB", (hush.id,)))
    )
    keep(house, secret, plain, past, hush, finding, bare, both, none)
    officer = person("officer")
    page = officer.opens(f"/lessons/{both.id}")
    assert "Plain lesson</a></dd>" in re.sub(r"\s+", " ", page.html).replace(" </dd>", "</dd>")
    assert hush.id not in page.html
    assert "Happened again after" not in officer.opens(f"/lessons/{none.id}").text
    page = officer.opens(f"/findings/{finding.id}")
    assert page.link("Plain action") and secret.id not in page.html and "Hidden" not in page.text
    page = officer.opens(f"/findings/{bare.id}")
    assert (
        secret.id not in page.html and "Nothing shows yet that anything was changed." in page.text
    )


def test_a_lesson_in_a_pack_that_i_may_not_read_leaves_no_trace_there(
    house: House, person: Someone
) -> None:
    secret = LESSON.with_(groups=("kidnap",))
    pack = Record(
        "B-2026-AAAAA", Kind.BRIEFING,
        fields={"title": "Briefing", "lessons": ({"lesson": secret.id, "why": "same door"},)},
    )  # fmt: skip
    keep(house, secret, pack)
    page = person("officer").opens(f"/briefings/{pack.id}")
    assert secret.id not in page.html
    assert "same door" not in page.text


# --- marking ------------------------------------------------------------------------------------------
def test_the_marking_stands_at_the_top_and_the_foot_of_a_page_the_highest_of_what_it_shows(
    house: House, person: Someone
) -> None:
    secret = Record(
        "A-2026-AAAAA", Kind.ACTION, fields={"title": "Hush", "marking": "official_sensitive"}
    )
    plain = Record("F-2026-AAAAA", Kind.FINDING, fields={"title": "One", "links": (secret.id,)})
    keep(
        house,
        LESSON,
        secret,
        plain,
        Record(
            "L-2026-AAAAA", Kind.LESSON, fields={**LESSON.fields, "marking": "official_sensitive"}
        ),
    )
    lead, officer = person("lead"), person("officer")
    assert marks(officer.opens(f"/lessons/{LESSON.id}")) == ["OFFICIAL"] * 2
    assert marks(lead.opens("/lessons/L-2026-AAAAA")) == ["OFFICIAL-SENSITIVE"] * 2
    assert marks(lead.opens("/lessons/L-2026-AAAAA/history")) == ["OFFICIAL-SENSITIVE"] * 2
    assert marks(lead.opens(f"/findings/{plain.id}")) == ["OFFICIAL-SENSITIVE"] * 2, (
        "for the title it names"
    )
    assert marks(officer.opens(f"/findings/{plain.id}")) == ["OFFICIAL"] * 2
    assert marks(lead.opens("/")) == ["OFFICIAL-SENSITIVE"] * 2
    assert marks(officer.opens("/")) == ["OFFICIAL"] * 2


# --- history ------------------------------------------------------------------------------------------
def test_history_shows_what_changed_in_words(house: House, person: Someone) -> None:
    keep(house, LESSON, DEBRIEF)
    changed = LESSON.with_(state="observation", unit="South").with_texts(
        lesson="Say **who** leads."
    )
    house.library.save(SYSTEM, "import", changed, expected=1)
    house.library.save(REVIEWER, "edit", changed.with_(unit="West"), expected=2)
    page = person("officer").opens(f"/lessons/{LESSON.id}/history")
    order = [page.text.index(words) for words in ("Put right", "Imported", "Sent in")]
    assert order == sorted(order), "the newest first"
    for label, old, new in (
        ("State", "Learned", "Observation"),
        ("Unit or team", "North", "South"),
    ):
        assert label in page.text
        assert re.search(rf"<del>.*?{old}.*?</del>\s*<ins>.*?{new}.*?</ins>", page.html, re.DOTALL)
    assert "rev" not in page.text.split(), "who did it is for keepers"
    assert ", rev" in person("reviewer").opens(f"/lessons/{LESSON.id}/history").text


def test_history_does_not_tell_of_revisions_that_i_may_not_read(
    house: House, person: Someone
) -> None:
    keep(house, LESSON.with_(state="sent", title="A name that was taken out", author=None))
    clean = LESSON.with_(state="observation", author=None)
    house.library.save(REVIEWER, "accept", clean, expected=1)
    house.library.save(REVIEWER, "edit", clean.with_(unit="South"), expected=2)
    page = person("officer").opens(f"/lessons/{LESSON.id}/history")
    assert page.html.count("app-history__step") == 2
    assert "taken out" not in page.text
    assert not re.search(r"[Rr]evision \d", page.text)
    assert (
        person("reviewer").opens(f"/lessons/{LESSON.id}/history").html.count("app-history__step")
        == 3
    )


def test_history_names_linked_records_by_title_to_those_who_may_read_them(
    house: House, person: Someone
) -> None:
    keep(house, LESSON.with_(debrief=None), DEBRIEF)
    house.library.save(REVIEWER, "edit", LESSON, expected=1)
    assert (
        "Operation Example Door" in person("reviewer").opens(f"/lessons/{LESSON.id}/history").text
    )
    page = person("lead").opens(f"/lessons/{LESSON.id}/history")
    assert "Operation Example Door" not in page.text
    assert DEBRIEF.id not in page.html


def test_the_history_of_another_kind_of_record_is_not_found(house: House, person: Someone) -> None:
    keep(house, LESSON, DEBRIEF)
    reviewer = person("reviewer")
    for address in (
        f"/debriefs/{LESSON.id}/history",
        f"/lessons/{DEBRIEF.id}/history",
        f"/actions/{LESSON.id}",
    ):
        reviewer.opens(address, status=404)
    with pytest.raises(NotFound):
        house.library.history(REVIEWER, "L-2026-ZZZZZ")


# --- themes, home, guidance -----------------------------------------------------------------------------
def test_a_theme_lists_its_newest_lessons_that_i_may_read(house: House, person: Someone) -> None:
    other = Record(
        "L-2026-AAAAA", Kind.LESSON, fields={**LESSON.fields, "title": "Hidden", "state": "sent"}
    )
    keep(house, LESSON, other)
    page = person("officer", "someone").opens("/themes/radio")
    assert LESSON.title in page.text
    assert "Hidden" not in page.text
    assert "Hidden" in person("reviewer").opens("/themes/radio").text


def test_home_has_the_search_box_first_then_what_is_mine_to_do_then_the_newest(
    house: House, person: Someone
) -> None:
    back = Record("L-2026-AAAAA", Kind.LESSON, fields={
        **LESSON.fields, "title": "Mine to mend", "state": "needs_fix", "decision": "Please take out the name.",
    })  # fmt: skip
    keep(house, LESSON, back)
    page = person("officer", "olly").opens("/")
    assert page.boxes[0]["name"] == "q"
    order = [
        page.html.index(w)
        for w in (
            'name="q"',
            "Yours to do",
            "Mine to mend",
            "Please take out",
            "What became of",
            "Newest lessons",
        )
    ]
    assert order == sorted(order)
    other = person("officer", "other").opens("/")
    assert "Mine to mend" not in other.text
    assert LESSON.title in other.text


def test_the_links_at_the_foot_of_every_page_lead_to_pages(planner: Person) -> None:
    page = planner.opens("/")
    for words, heading in (
        ("Guidance", "About this service"), ("Accessibility", "Accessibility"),
        ("Handling and disclosure", "Handling and disclosure"),
    ):  # fmt: skip
        foot = [href for href, text in page.links if text == words][-1]
        assert planner.opens(foot).headings == [heading]


def test_every_guidance_page_and_every_link_in_it_leads_somewhere(planner: Person) -> None:
    pages = [href for href, _ in planner.opens("/guidance/").links if href.startswith("/guidance/")]
    assert len(set(pages)) > 10
    for address in sorted(set(pages)):
        body = planner.opens(address).html.split("<main")[1].split("</main>")[0]
        for href in set(re.findall(r'href="([^"#]+)', body)):
            if not href.startswith(("http", "mailto:", "/guidance/")):
                planner.opens(href if href.startswith("/") else f"/guidance/{href}")
