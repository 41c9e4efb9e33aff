"""What people search for in vain is counted without their names, and a reviewer mends it with one press."""

import re
import sqlite3
from collections.abc import Callable
from contextlib import closing
from datetime import date, timedelta
from threading import Thread

import pytest

from lessons.app import House
from lessons.domain.access import SYSTEM
from lessons.domain.record import Kind, Record
from lessons.ports import Change, Outcome
from tests.people import Page, Person

Someone = Callable[..., Person]
LIST = "/search/failing"
CUCKOO = "When a home is taken over, change the locks that day"


@pytest.fixture
def lesson(house: House) -> Record:
    """One lesson in an otherwise empty knowledge base."""
    fields = {"title": CUCKOO, "state": "observation", "marking": "official"}
    record = Record("L-2026-00001", Kind.LESSON, fields=fields)
    house.library.save_many(SYSTEM, "import", [Change(record, 0)])
    return record


def searches(someone: Person, words: str, **more: str) -> Page:
    return someone._look(
        someone.client.get("/search", query_string={"q": words, **more}, follow_redirects=True),
        f"/search?q={words}",
        200,
    )


def opens_from(someone: Person, address: str, words: str, **more: str) -> None:
    came = someone.client.get("/search", query_string={"q": words, **more}).request.url
    assert someone.client.get(address, headers={"Referer": came}).status_code == 200


def presses(reviewer: Person, do: str, words: str, *, status: int = 200, **boxes: str) -> Page:
    reviewer.opens(LIST)
    return reviewer.sends(LIST, {"do": do, "words": words, **boxes}, status=status)


def row(page: Page, words: str) -> str:
    """What the page says of these words."""
    for part in page.html.split('<section class="govuk-summary-card"')[1:]:
        if f">{words}</h3>" in part:
            return " ".join(re.sub(r"<[^>]+>", "", part.split("</p>")[0].split("<p")[1]).split())
    return ""


def stored(house: House) -> bytes:
    """Every byte of the database on disk."""
    with house.database.direct() as connection:
        connection.exec_driver_sql("pragma wal_checkpoint(truncate)")
    folder = house.settings["INSTANCE_DIR"]
    return b"".join(path.read_bytes() for path in sorted(folder.glob("lessons.sqlite*")))


# --- what is counted --------------------------------------------------------------------------------
def test_a_search_that_finds_nothing_is_shown_to_reviewers(person: Someone) -> None:
    searches(person("officer"), "Quaddle-bikes")
    searches(person("lead"), "quaddle bikes")
    said = row(person("reviewer").opens(LIST), "quaddle bikes")
    assert "Nothing was found 2 times" in said
    assert "Left" not in said


def test_a_search_of_which_nothing_was_opened_was_left(person: Someone, lesson: Record) -> None:
    officer, lead, reviewer = person("officer"), person("lead"), person("reviewer")
    searches(officer, "change the locks")
    searches(lead, "change the locks")
    assert "Left 2 times" in row(reviewer.opens(LIST), "change the locks")
    opens_from(lead, f"/lessons/{lesson.id}", "change the locks")
    opens_from(lead, f"/lessons/{lesson.id}", "change the locks")
    said = row(reviewer.opens(LIST), "change the locks")
    assert "Left 1 time." in said, "opening twice does not make up for somebody else"
    opens_from(officer, f"/lessons/{lesson.id}", "change the locks")
    assert row(reviewer.opens(LIST), "change the locks") == ""


def test_one_search_counts_once_whatever_filters_and_pages_it_goes_through(
    person: Someone, lesson: Record
) -> None:
    officer = person("officer")
    for more in ({}, {"sort": "newest"}, {"state": "observation"}, {"page": "2"}, {"expand": "no"}):
        searches(officer, "change the locks", **more)
    searches(officer, "Change the LOCKS")
    said = row(person("reviewer").opens(LIST), "change the locks")
    assert "Left 1 time. Searched for 1 time" in said


def test_a_result_opened_from_a_filtered_page_was_found_by_the_same_search(
    person: Someone, lesson: Record
) -> None:
    officer = person("officer")
    searches(officer, "change the locks")
    opens_from(officer, f"/lessons/{lesson.id}", "change the locks", state="observation")
    assert row(person("reviewer").opens(LIST), "change the locks") == ""


def test_filters_that_empty_a_page_are_no_gap_in_the_words(person: Someone, lesson: Record) -> None:
    searches(person("officer"), "locks", learning="warning")
    assert "No search waits" in person("reviewer").opens(LIST).text


def test_words_that_find_nothing_count_under_a_filter_as_well(
    person: Someone, lesson: Record
) -> None:
    searches(person("officer"), "quaddle", learning="warning")
    assert "Nothing was found 1 time" in row(person("reviewer").opens(LIST), "quaddle")


def test_programs_and_empty_searches_are_not_counted(house: House, person: Someone) -> None:
    officer = person("officer")
    officer.opens("/search")
    officer.opens("/search?learning=keep")
    officer.opens("/search?q=***")
    _info, secret = house.accounts.add_token("kit", "officer", None, now=house.library.clock())
    api = officer.app.test_client()
    answer = api.get("/api/v1/search?q=quaddle", headers={"Authorization": f"Bearer {secret}"})
    assert answer.status_code == 200
    assert "No search waits" in person("reviewer").opens(LIST).text


def test_a_search_works_where_it_cannot_be_counted(
    house: House, person: Someone, lesson: Record, caplog: pytest.LogCaptureFixture
) -> None:
    officer = person("officer")
    with house.database.transaction() as connection:
        connection.exec_driver_sql("drop table search_tally")
    assert CUCKOO in searches(officer, "locks Zwingli").text
    assert "could not be counted" in caplog.text
    assert "Zwingli" not in caplog.text


# --- what is never kept -----------------------------------------------------------------------------
PERSONAL = [
    "terry brannigan", "DC Rowan", "dai evans bangor", "hughes", "07700 900123", "LL57 2DG", "AB51 XYZ raid",
    "14 Hope Street", "dob 3 March 1980", "QQ123456C", "terry@example.org", "nominal 4471902", "SECRET UK EYES",
]  # fmt: skip


@pytest.mark.parametrize("typed", PERSONAL)
def test_what_could_lead_to_a_person_is_counted_but_never_kept(
    house: House, person: Someone, typed: str
) -> None:
    before = stored(house).lower()
    searches(person("officer"), typed)
    page = person("reviewer").opens(LIST)
    assert "No search waits" in page.text
    assert "1 search: the words might have led to a person" in page.text
    kept = stored(house).lower()
    for word in (typed, *(each for each in typed.split() if len(each) > 3)):
        form = word.lower().encode()
        assert kept.count(form) == before.count(form), word


def test_references_and_names_of_operations_are_counted_but_never_kept(
    house: House, person: Someone
) -> None:
    fields = {"title": "Operation Wicker Stile", "marking": "official", "operation_kind": "arrest"}
    register = Record("O-2026-00001", Kind.OPERATION, fields=fields)
    house.library.save_many(SYSTEM, "import", [Change(register, 0)])
    officer = person("officer")
    for typed in ("L-2026-7K3QD", "l2026 7k3qd locks", "vans wicker stile", "Operation Nightjar"):
        searches(officer, typed)
    page = person("reviewer").opens(LIST)
    assert "No search waits" in page.text
    assert "4 searches: the words named a record or an operation" in page.text
    assert b"nightjar" not in stored(house)


def test_a_plan_that_somebody_pastes_is_counted_but_never_kept(
    house: House, person: Someone
) -> None:
    searches(person("officer"), "We go in at dawn with two vans " * 5)
    page = person("reviewer").opens(LIST)
    assert "1 search: the words were too long" in page.text
    assert b"dawn" not in stored(house)


def test_what_members_of_a_group_search_for_is_counted_but_never_kept(
    house: House, person: Someone
) -> None:
    searches(person("lead", "inside", "kidnap"), "quaddle vault")
    page = person("reviewer").opens(LIST)
    assert "1 search: the words were typed by members of a group" in page.text
    assert b"quaddle" not in stored(house)


@pytest.mark.parametrize("who", ["disclosure", "author"])
def test_what_leads_to_a_record_that_reviewers_may_not_read_is_counted_but_never_kept(
    house: House, person: Someone, who: str
) -> None:
    """That these words found something would tell a reviewer of a record kept within a group."""
    fields = {
        "title": "Change the locks", "state": "observation", "marking": "official", "author": "own.author",
        "groups": ("kidnap",),
    }  # fmt: skip
    texts = {"lesson": "The quaddle vault was left open."}
    kept = Record("L-2026-00002", Kind.LESSON, fields=fields, texts=texts)
    house.library.save_many(SYSTEM, "import", [Change(kept, 0)])
    reader = person("disclosure") if who == "disclosure" else person("officer", "own.author")
    assert "Change the locks" in searches(reader, "quaddle vault").text
    page = person("reviewer").opens(LIST)
    assert "No search waits" in page.text
    assert "1 search: the words might have led to a person, or to something too" in page.text
    assert b"quaddle" not in stored(house)


def test_no_name_session_or_time_of_day_is_kept(house: House, person: Someone) -> None:
    searches(person("officer", "somebody.special"), "quaddle bikes")
    with closing(sqlite3.connect(house.settings["INSTANCE_DIR"] / "lessons.sqlite")) as db:
        [kept] = db.execute("select * from search_tally")
        assert {len(r) for r in db.execute("select week from search_tally")} == {1}
    monday = house.library.today - timedelta(days=house.library.today.weekday())
    assert kept == ("quaddle bikes", "", monday.isoformat(), 1, 0, 0)


# --- who may see it ---------------------------------------------------------------------------------
@pytest.mark.parametrize(
    "role", ["officer", "lead", "analyst", "liaison", "disclosure", "admin", "partner"]
)
def test_only_reviewers_see_what_others_typed(person: Someone, role: str) -> None:
    someone = person(role)
    searches(someone, "quaddle bikes")
    page = someone.opens(LIST, status=403)
    assert "quaddle" not in page.text
    assert "Searches that fail" not in someone.opens("/").text
    someone.sends(LIST, {"do": "no_gap", "words": "quaddle bikes"}, status=403)
    someone.sends(LIST, {"do": "synonym", "words": "quaddle bikes", "term": "prison"}, status=403)
    assert row(person("reviewer", "rev").opens(LIST), "quaddle bikes")


def test_the_home_page_leads_reviewers_there(person: Someone) -> None:
    reviewer = person("reviewer")
    page = reviewer.opens(reviewer.opens("/").link("Searches that fail"))
    assert page.headings == ["Searches that fail"]


def test_a_forged_press_changes_nothing(person: Someone) -> None:
    reviewer = person("reviewer")
    searches(reviewer, "quaddle bikes")
    form = {"do": "no_gap", "words": "quaddle bikes"}
    assert reviewer.client.post(LIST, data=form).status_code == 400
    assert row(reviewer.opens(LIST), "quaddle bikes")


def test_nobody_signed_out_sees_it(person: Someone) -> None:
    stranger = person("reviewer").app.test_client()
    assert "/login" in stranger.get(LIST).headers["Location"]


# --- a synonym --------------------------------------------------------------------------------------
def test_one_press_makes_a_synonym_that_finds_the_lesson_at_once(
    house: House, person: Someone, lesson: Record
) -> None:
    officer, reviewer = person("officer"), person("reviewer")
    house.library.save(SYSTEM, "x", lesson.with_(title="Cuckooing: change the locks"), expected=1)
    assert "Cuckooing: change" not in searches(officer, "kukoo flat").text
    page = presses(reviewer, "synonym", "kukoo flat", term="cuckooing")
    assert "“kukoo flat” now means the same as “cuckooing”." in page.text
    assert row(page, "kukoo flat") == ""
    assert "Cuckooing: change the locks" in reviewer.opens(page.link("Try it: kukoo flat")).text
    assert "Cuckooing: change the locks" in searches(officer, "kukoo flat").text
    back = presses(reviewer, "undo", "kukoo flat")
    assert "“kukoo flat” is back on the list." in back.text
    assert "Nothing was found 1 time" in row(back, "kukoo flat")
    assert "Cuckooing: change" not in searches(person("lead"), "kukoo flat").text


@pytest.mark.parametrize(
    ("words", "near"),
    [("cuckoo house", "cuckooing"), ("mules accounts", "money mule"), ("prisons", "prison")],
)
def test_terms_that_look_like_the_words_are_offered(
    house: House, person: Someone, words: str, near: str
) -> None:
    house.tally.count(words, Outcome.EMPTY, house.library.today)
    page = person("reviewer").opens(LIST)
    offered = re.findall(r'<button[^>]*name="term" value="([^"]+)"', page.html)
    assert near in offered
    assert len(offered) <= 3


def test_the_list_of_synonyms_keeps_its_comments_and_everything_else(
    house: House, person: Someone
) -> None:
    file = house.settings["CONTENT_DIR"] / "synonyms.yaml"
    before = file.read_text("utf-8")
    reviewer = person("reviewer")
    searches(reviewer, "kukoo flat")
    presses(reviewer, "synonym", "kukoo flat", term="trap house")
    after = file.read_text("utf-8")
    assert after.replace(', "kukoo flat"', "") == before != after
    presses(reviewer, "undo", "kukoo flat")
    assert file.read_text("utf-8") == before


def test_a_term_of_another_list_begins_a_group_of_its_own(house: House, person: Someone) -> None:
    reviewer = person("reviewer")
    file = house.settings["CONTENT_DIR"] / "synonyms.yaml"
    before = file.read_text("utf-8")
    label = "Legal authority timing"
    searches(reviewer, "warrent lateness")
    presses(reviewer, "synonym", "warrent lateness", term=label.upper())
    assert file.read_text("utf-8") == f'{before}- {{terms: ["{label}", "warrent lateness"]}}\n'
    presses(reviewer, "undo", "warrent lateness")
    assert file.read_text("utf-8") == before


@pytest.mark.parametrize(
    ("term", "why"),
    [
        ("", "Enter the term that means the same."),
        ("no such thing", "No list has that term."),
        ("x" * 5_000, "No list has that term."),
        ("OIC", "No list has that term."),
        ("kukoo flat", "No list has that term."),
    ],
)
def test_a_term_that_will_not_do_is_told_at_its_box(person: Someone, term: str, why: str) -> None:
    reviewer = person("reviewer")
    searches(reviewer, "kukoo flat")
    page = presses(reviewer, "synonym", "kukoo flat", status=422, term=term)
    assert page.text.count(why) == 2, "in the summary and at the box"
    assert page.title.startswith("Error:")
    assert page.link(why) == "#term-1"
    assert row(page, "kukoo flat")


def test_two_terms_that_mean_the_same_already_are_told(house: House, person: Someone) -> None:
    reviewer = person("reviewer")
    searches(reviewer, "home takeover")
    page = presses(reviewer, "synonym", "home takeover", status=422, term="cuckooing")
    assert "The two mean the same already." in page.text


def test_a_list_with_a_mistake_in_it_is_left_alone(house: House, person: Someone) -> None:
    reviewer = person("reviewer")
    searches(reviewer, "kukoo flat")
    file = house.settings["CONTENT_DIR"] / "synonyms.yaml"
    broken = file.read_text("utf-8") + "- {terms: [half\n"
    reviewer.opens(LIST)
    file.write_text(broken, "utf-8")
    form = {"do": "synonym", "words": "kukoo flat", "term": "cuckooing"}
    page = reviewer.sends(LIST, form, status=422)
    assert "The file synonyms.yaml cannot be changed from here" in page.text
    assert file.read_text("utf-8") == broken
    assert row(page, "kukoo flat"), "what could not be done waits on"


# --- a theme, guidance, no gap -----------------------------------------------------------------------
def test_one_press_asks_for_a_theme(house: House, person: Someone) -> None:
    reviewer = person("reviewer")
    searches(reviewer, "e quaddles")
    page = presses(reviewer, "theme", "e quaddles", label=" Quaddles on  pavements ")
    assert "A theme was asked for because of “e quaddles”: Quaddles on pavements." in page.text
    theme = house.library.records.get("quaddles_on_pavements").record
    assert theme.line("theme_state") == "proposed"
    assert theme.keys("synonyms") == ("e quaddles",)
    assert "Quaddles on pavements" in reviewer.opens(page.link("See it")).headings[0]
    presses(reviewer, "undo", "e quaddles")
    assert (
        house.library.records.get("quaddles_on_pavements").record.line("theme_state") == "retired"
    )


@pytest.mark.parametrize("label", ["", "x" * 4_000, "Briefing quality"])
def test_a_theme_that_will_not_do_is_told(person: Someone, label: str) -> None:
    reviewer = person("reviewer")
    searches(reviewer, "quaddles")
    page = presses(reviewer, "theme", "quaddles", status=422, label=label)
    assert page.title.startswith("Error:")
    assert row(page, "quaddles")


def test_a_theme_that_somebody_works_on_is_not_undone(house: House, person: Someone) -> None:
    reviewer = person("reviewer")
    searches(reviewer, "quaddles")
    presses(reviewer, "theme", "quaddles", label="Quaddles")
    stored = house.library.records.get("quaddles")
    house.library.save(SYSTEM, "x", stored.record.with_(theme_state="current"), expected=1)
    page = presses(reviewer, "undo", "quaddles", status=422)
    assert "Somebody has worked on this theme since." in page.text
    assert house.library.records.get("quaddles").record.line("theme_state") == "current"
    assert row(page, "quaddles") == ""


def test_one_press_leads_a_search_to_guidance(house: House, person: Someone) -> None:
    officer, reviewer = person("officer"), person("reviewer")
    file = house.settings["CONTENT_DIR"] / "guidance" / "how-to-debrief.md"
    before = file.read_text("utf-8")
    assert "How to debrief" not in searches(officer, "quaddle washup").text
    page = presses(reviewer, "guidance", "quaddle washup", page="how-to-debrief")
    assert "“quaddle washup” now leads to the guidance page “How to debrief”." in page.text
    found = searches(person("lead"), "Washup of a quaddle")
    assert "Guidance that may help" in found.text
    assert file.read_text("utf-8") == before.replace(
        "\n---\n", '\nalso: ["quaddle washup"]\n---\n', 1
    )
    presses(reviewer, "undo", "quaddle washup")
    assert file.read_text("utf-8") == before


def test_a_search_that_leads_to_guidance_has_found_something(person: Someone) -> None:
    officer, reviewer = person("officer"), person("reviewer")
    searches(officer, "quaddle washup")
    presses(reviewer, "guidance", "quaddle washup", page="how-to-debrief")
    lead = person("lead")
    searches(lead, "quaddle washup")
    opens_from(lead, "/guidance/how-to-debrief", "quaddle washup")
    assert row(reviewer.opens(LIST), "quaddle washup") == ""


def test_a_page_that_is_asked_for_stays_hidden_until_it_is_written(
    house: House, person: Someone
) -> None:
    officer, reviewer = person("officer"), person("reviewer")
    searches(officer, "quaddle permits")
    page = presses(reviewer, "new_page", "quaddle permits")
    file = house.settings["CONTENT_DIR"] / "guidance" / "quaddle-permits.md"
    assert "content/guidance/quaddle-permits.md" in page.text
    officer.opens("/guidance/quaddle-permits", status=404)
    assert "Quaddle permits" not in officer.opens("/guidance/").text
    text = file.read_text("utf-8")
    file.write_text(text.replace("draft: yes\n", "") + "\nAsk the quaddle desk.\n", "utf-8")
    house.library.reference._next = 0  # type: ignore[attr-defined]  # a second later
    assert "Ask the quaddle desk." in officer.opens("/guidance/quaddle-permits").text
    assert "Quaddle permits" in searches(person("lead"), "quaddle permits").text
    presses(reviewer, "undo", "quaddle permits")
    assert file.exists(), "a page that somebody wrote is not taken away"


def test_a_page_nobody_wrote_goes_when_it_is_undone(house: House, person: Someone) -> None:
    reviewer = person("reviewer")
    searches(reviewer, "quaddle permits")
    presses(reviewer, "new_page", "quaddle permits")
    presses(reviewer, "undo", "quaddle permits")
    assert not list(house.settings["CONTENT_DIR"].glob("guidance/quaddle*"))
    assert house.library.reference.problems() == []


@pytest.mark.parametrize(("words", "page"), [("how to", "how-to-debrief"), ("quaddle", "../x")])
def test_guidance_that_will_not_do_is_told(person: Someone, words: str, page: str) -> None:
    reviewer = person("reviewer")
    searches(reviewer, words)
    shown = presses(reviewer, "guidance", words, status=422, page=page)
    assert shown.title.startswith("Error:")
    assert row(shown, words)


def test_what_is_no_gap_stays_away_until_it_has_grown_by_five(
    house: House, person: Someone
) -> None:
    reviewer = person("reviewer")
    searches(reviewer, "quaddles")
    page = presses(reviewer, "no_gap", "quaddles")
    assert "“quaddles” was set aside: no gap." in page.text
    for _ in range(4):
        house.tally.count("quaddles", Outcome.EMPTY, house.library.today)
    assert row(reviewer.opens(LIST), "quaddles") == ""
    house.tally.count("quaddles", Outcome.EMPTY, house.library.today)
    said = row(reviewer.opens(LIST), "quaddles")
    assert "Nothing was found 5 times" in said
    assert "It fails again since somebody dealt with it on" in said


# --- two at once, and nonsense ------------------------------------------------------------------------
def test_of_two_reviewers_one_mends_and_the_other_is_told(person: Someone, house: House) -> None:
    first, second = person("reviewer"), person("reviewer", "rev2")
    searches(first, "kukoo flat")
    second.opens(LIST)
    presses(first, "no_gap", "kukoo flat")
    form = {"do": "synonym", "words": "kukoo flat", "term": "cuckooing"}
    page = second.sends(LIST, form, status=409)
    assert "somebody else has dealt with them" in page.text
    assert "kukoo" not in (house.settings["CONTENT_DIR"] / "synonyms.yaml").read_text("utf-8")
    presses(first, "undo", "kukoo flat")
    assert "somebody else" in presses(second, "undo", "kukoo flat", status=409).text


@pytest.mark.parametrize("words", ["", "never typed", "x" * 3_000, "\0", "<script>", "%(words)s"])
def test_words_that_nobody_typed_cannot_be_mended(person: Someone, words: str) -> None:
    reviewer = person("reviewer")
    for do, box in (("synonym", "cuckooing"), ("theme", "A new one"), ("no_gap", ""), ("undo", "")):
        presses(reviewer, do, words, status=409, term=box, label=box)
    presses(reviewer, "new_page", "never typed", status=409)


@pytest.mark.parametrize("do", ["", "delete", "__init__"])
def test_a_press_of_no_button_is_not_found(person: Someone, do: str) -> None:
    presses(person("reviewer"), do, "x", status=404)


def test_words_with_signs_in_them_do_no_harm(person: Someone) -> None:
    reviewer = person("reviewer")
    searches(reviewer, '<b>100%(x)s {{7*7}} "kwa')
    page = presses(reviewer, "no_gap", "b 100 x s 7 7 kwa")
    assert "set aside" in page.text


def test_every_mend_is_in_the_audit_log_without_the_words(house: House, person: Someone) -> None:
    reviewer = person("reviewer")
    searches(reviewer, "kukoo flat")
    presses(reviewer, "synonym", "kukoo flat", term="cuckooing")
    presses(reviewer, "undo", "kukoo flat")
    noted = [e for e in house.library.audit.events() if e.verb == "search mend"]
    assert [(e.who, e.note) for e in noted] == [
        ("reviewer", "undo synonym: cuckooing"),
        ("reviewer", "synonym: cuckooing"),
    ]


def test_a_page_that_is_asked_for_is_in_the_audit_log_without_the_words(
    house: House, person: Someone
) -> None:
    reviewer = person("reviewer")
    searches(reviewer, "quaddle vault")
    presses(reviewer, "new_page", "quaddle vault")
    presses(reviewer, "undo", "quaddle vault")
    noted = [e.note for e in house.library.audit.events() if e.verb == "search mend"]
    assert noted == ["undo new_page", "new_page"]


def test_reviewers_who_mend_side_by_side_lose_nothing_of_the_list(
    house: House, person: Someone
) -> None:
    words = [f"kukoo {each}" for each in ("flat", "yard", "shop", "barge", "caravan", "lockup")]
    reviewers = [person("reviewer", f"rev{n}") for n in range(len(words))]
    for each in words:
        house.tally.count(each, Outcome.EMPTY, house.library.today)
    jobs = [
        Thread(target=presses, args=(someone, "synonym", each), kwargs={"term": "cuckooing"})
        for someone, each in zip(reviewers, words, strict=True)
    ]
    for job in jobs:
        job.start()
    for job in jobs:
        job.join()
    [group] = [g for g in house.library.reference.synonyms().groups if g.terms[0] == "cuckooing"]
    assert set(words) <= set(group.terms)


def test_what_is_older_than_a_year_is_gone(house: House, person: Someone) -> None:
    long_ago = house.library.today - timedelta(days=380)
    house.tally.count("old quaddles", Outcome.EMPTY, long_ago)
    assert "old quaddles" not in person("reviewer").opens(LIST).text
    assert b"old quaddles" not in stored(house)
    assert date.today() > long_ago
