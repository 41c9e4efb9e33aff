"""“This looks like…”: an officer hears at once that others learned it before, and may say that it happened again."""

import shutil
from datetime import date
from pathlib import Path

import pytest

from lessons.domain.access import SYSTEM
from lessons.domain.record import Kind, Record
from tests.capture.conftest import NEW, SENTENCE, form, records, value_of
from tests.people import Page

EARLIER = "When several teams search, name one runner between them, because phones lose signal in a basement"
BOX = "points-0-seen_before"
SAYS = "This looks like…"
ELSEWHERE = (
    "When a horse is seized, ring the vet before the lorry comes",
    "When a school asks for a talk, bring the youth worker who knows the pupils",
    "When statements are typed late, keep the handwritten notes with them",
    "When letters go to victims, let somebody outside the unit read them first",
    "When drones fly near an airfield, book the slot a day before",
)


def lesson(house, title=EARLIER, **fields):
    given = {
        "title": title, "learning": "change", "state": "learned", "occurred": date(2026, 3, 4),
        "author": "somebody", **fields,
    }  # fmt: skip
    record = Record(house.library.fresh_id(Kind.LESSON), Kind.LESSON, fields=given)
    return house.library.save(SYSTEM, "send", record, expected=0).record


@pytest.fixture
def earlier(house):
    """What others learned before, on a shelf of other things."""
    for title in ELSEWHERE:
        lesson(house, title)
    return lesson(house)


def own(house):
    """The lessons that this story's officer sent."""
    return [r for r in records(house, Kind.LESSON) if r.line("author") == "officer"]


def choices(page: Page, name: str = BOX) -> dict[str, bool]:
    """What may be answered, and what is ticked."""
    return {b["value"]: "checked" in b for b in page.boxes if b.get("name") == name}


def test_a_clean_debrief_is_sent_by_one_press_and_only_then_asked_about(officer, house, earlier):
    officer.sends_in()
    (mine,) = own(house)
    page = officer.page
    assert SAYS in page.text and EARLIER in page.text
    assert "It happened again" in page.text and "It is something else" in page.text
    assert choices(page, mine.id) == {earlier.id: False, "no": False}


def test_what_happened_again_is_kept_with_the_lesson_for_the_reviewer(
    officer, house, earlier, person
):
    id = officer.sends_in()
    (mine,) = own(house)
    page = officer.sends(f"/debriefs/{id}/again", {mine.id: earlier.id})
    assert "The reviewer sees that it happened again." in page.text
    assert SAYS not in page.text
    assert f"Happened again after: {EARLIER}" in page.text
    assert own(house)[0].keys("seen_before") == (earlier.id,)
    reviewer = person("reviewer")
    page = reviewer.opens(f"/lessons/{mine.id}")
    assert f"Happened again after {EARLIER}" in page.text
    assert "Said to have happened again" in reviewer.opens(f"/lessons/{mine.id}/history").text


def test_something_else_is_not_asked_twice_and_changes_nothing(officer, house, earlier):
    id = officer.sends_in()
    (mine,) = own(house)
    page = officer.sends(f"/debriefs/{id}/again", {mine.id: "no"})
    assert SAYS not in page.text and "Debrief sent" in page.headings[0]
    assert "seen_before" not in own(house)[0].fields
    assert len(house.library.records.history(mine.id)) == 1


def test_no_answer_at_all_is_an_answer(officer, house, earlier):
    id = officer.sends_in()
    page = officer.sends(f"/debriefs/{id}/again", {})
    assert "Debrief sent" in page.headings[0] and SAYS in page.text
    assert "seen_before" not in own(house)[0].fields


def test_nothing_is_said_and_no_box_is_shown_where_nothing_is_near(officer, house, earlier):
    title = "When money is counted, film the table, because the tally is questioned at court"
    happened = "Notes were counted by hand and the sum was doubted later."
    officer.sends_in(points__0__title=title, happened=happened)
    assert SAYS not in officer.page.text and "seen_before" not in officer.page.html


def test_the_form_shows_it_at_the_point_when_it_comes_back_for_another_reason(
    officer, house, earlier
):
    officer.begins()
    assert SAYS not in officer.page.text
    page = officer.fills(form(operation_name=""), status=422)
    assert SAYS in page.text and choices(page) == {earlier.id: False, "no": False}
    links = [href for href, words in page.links if EARLIER in words]
    assert links == [f"/lessons/{earlier.id}"]


def test_an_answer_on_the_form_is_sent_with_it(officer, house, earlier):
    officer.begins()
    officer.fills(form(operation_name=""), status=422)
    page = officer.fills({**form(), BOX: earlier.id})
    assert "Debrief sent" in page.headings[0] and SAYS not in page.text
    assert f"Happened again after: {EARLIER}" in page.text
    assert own(house)[0].keys("seen_before") == (earlier.id,)


def test_something_else_on_the_form_is_not_asked_again_after_sending(officer, house, earlier):
    officer.begins()
    page = officer.fills({**form(), BOX: "no"})
    assert "Debrief sent" in page.headings[0] and SAYS not in page.text
    assert "seen_before" not in own(house)[0].fields


def test_each_point_is_asked_about_by_itself(officer, house, earlier):
    two = {"points-1-learning": "keep", "points-1-title": ELSEWHERE[0] + " to the yard"}
    officer.begins()
    page = officer.fills(form(operation_name="", **two), status=422)
    assert earlier.id in choices(page) and earlier.id not in choices(page, "points-1-seen_before")
    assert len(choices(page, "points-1-seen_before")) == 2


@pytest.mark.parametrize("press", ["save", "later"])
@pytest.mark.parametrize("answer", ["earlier", "no"])
def test_an_answer_is_kept_with_the_draft(officer, house, earlier, press, answer):
    said = earlier.id if answer == "earlier" else answer
    page = officer.begins()
    officer.fills({**form(), BOX: said}, press=press)
    page = officer.opens(f"{NEW}?draft={page.hidden['draft']}")
    assert choices(page)[said] is True
    assert value_of(page, "points-0-title") == [SENTENCE]


def test_an_answer_comes_through_warnings_and_one_more_point(officer, house, earlier):
    officer.begins()
    page = officer.fills({**form(), BOX: earlier.id}, add_point="1")
    assert choices(page)[earlier.id] is True
    named = form(happened="Sgt Alan Rowan rang. Phones had no signal in the basement.")
    page = officer.fills({**named, BOX: earlier.id}, status=422)
    assert choices(page)[earlier.id] is True


def test_an_answer_comes_through_the_stop_page(officer, house, earlier):
    officer.begins()
    typed = form(happened="The driver was seriously injured in the police pursuit.")
    page = officer.fills({**typed, BOX: earlier.id}, status=422)
    assert f'<textarea name="{BOX}"' in page.html and earlier.id in page.html


def test_an_answer_given_before_the_sentence_was_changed_is_not_lost(officer, house, earlier):
    officer.begins()
    typed = form(
        operation_name="", points__0__title="When it rains, cover the kit.", happened="It rained."
    )
    page = officer.fills({**typed, BOX: earlier.id}, status=422)
    assert choices(page) == {} and page.hidden[BOX] == earlier.id


def test_an_answer_comes_through_a_page_that_stood_open_too_long(officer, house, earlier):
    officer.begins()
    officer.token = "stale"
    page = officer.fills({**form(), BOX: "no"}, status=400)
    assert choices(page)["no"] is True


def test_a_point_taken_away_takes_its_answer_with_it(officer, house, earlier):
    two = {"points-1-learning": "keep", "points-1-title": "When it rains, cover the kit."}
    officer.begins()
    page = officer.fills({**form(**two), BOX: earlier.id}, remove_point="0")
    assert BOX not in page.html


@pytest.mark.parametrize(
    "answer", ["L-2026-ZZZZZ", "D-2026-7K3QD", "../../etc", "yes", "\x00", "radio", "L" * 5_000]
)
def test_only_a_lesson_that_there_is_can_be_the_answer(officer, house, earlier, answer):
    officer.begins()
    officer.fills({**form(), BOX: answer})
    (mine,) = own(house)
    assert "seen_before" not in mine.fields
    id = mine.line("debrief")
    officer.sends(f"/debriefs/{id}/again", {mine.id: answer})
    assert "seen_before" not in own(house)[0].fields


def test_what_i_may_not_read_is_neither_shown_nor_taken_for_an_answer(officer, house, earlier):
    hidden = lesson(house, EARLIER, groups=("kidnap",))
    raw = lesson(house, EARLIER, state="sent")
    strict = lesson(house, EARLIER, marking="official_sensitive")
    officer.begins()
    page = officer.fills(form(operation_name=""), status=422)
    assert set(choices(page)) == {earlier.id, "no"}
    for secret in (hidden, raw, strict):
        assert secret.id not in page.html
        officer.begins()
        officer.fills({**form(), BOX: secret.id})
    assert all("seen_before" not in mine.fields for mine in own(house))


def test_a_lesson_that_was_withheld_later_is_not_told_of(officer, house, earlier):
    officer.begins()
    officer.fills({**form(), BOX: earlier.id})
    (mine,) = own(house)
    kept = house.library.records.get(earlier.id)
    shut = kept.record.with_(groups=("kidnap",))
    house.library.save(SYSTEM, "restrict", shut, expected=kept.revision.number)
    for address in (f"/lessons/{mine.id}", f"/debriefs/{mine.line('debrief')}/sent"):
        page = officer.opens(address)
        assert earlier.id not in page.html and EARLIER not in page.text
        assert "Happened again after" not in page.text


def test_nobody_but_the_author_is_asked_or_may_answer(officer, another, house, earlier, person):
    id = officer.sends_in()
    (mine,) = own(house)
    another.sends(f"/debriefs/{id}/again", {mine.id: earlier.id}, status=404)
    reviewer = person("reviewer")
    assert SAYS not in reviewer.opens(f"/debriefs/{id}/sent").text
    reviewer.sends(f"/debriefs/{id}/again", {mine.id: earlier.id}, status=403)
    assert "seen_before" not in own(house)[0].fields


def test_once_a_reviewer_has_accepted_it_the_author_is_asked_no_more(officer, house, earlier):
    id = officer.sends_in()
    (mine,) = own(house)
    house.library.save(SYSTEM, "accept", mine.with_(state="observation"), expected=1)
    assert SAYS not in officer.opens(f"/debriefs/{id}/sent").text
    officer.sends(f"/debriefs/{id}/again", {mine.id: earlier.id}, status=403)


def test_the_same_answer_pressed_twice_is_kept_once(officer, house, earlier):
    id = officer.sends_in()
    (mine,) = own(house)
    for _ in range(2):
        officer.sends(f"/debriefs/{id}/again", {mine.id: earlier.id})
    assert len(house.library.records.history(mine.id)) == 2


def test_another_debriefs_lesson_is_not_reached_through_mine(officer, another, house, earlier):
    first = officer.sends_in()
    another.sends_in()
    (theirs,) = [r for r in records(house, Kind.LESSON) if r.line("author") == "officer2"]
    officer.sends(f"/debriefs/{first}/again", {theirs.id: earlier.id})
    assert "seen_before" not in house.library.records.get(theirs.id).record.fields


def test_while_search_rests_the_debrief_goes_in_all_the_same(officer, house, earlier):
    shutil.rmtree(Path(house.settings["INSTANCE_DIR"]) / "index")
    officer.opens("/search?q=radio", status=503)
    officer.sends_in()
    assert SAYS not in officer.page.text


def test_the_marking_of_what_is_shown_marks_the_form(app, house, earlier, person):
    from tests.capture.conftest import become_officer

    lesson(house, EARLIER, marking="official_sensitive")
    lead = become_officer(app, person("lead"))
    lead.begins()
    assert "OFFICIAL-SENSITIVE</p>" not in lead.page.html
    page = lead.fills(form(operation_name=""), status=422)
    assert "OFFICIAL-SENSITIVE</p>" in page.html
