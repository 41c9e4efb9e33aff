"""After sending: what became of it, corrections, and a record that nothing else can change."""

import pytest

from lessons.domain.access import SYSTEM
from lessons.domain.errors import Invalid, NotFound
from lessons.domain.record import Kind
from lessons.ports import Change
from lessons.services import capture
from tests.capture.conftest import SENTENCE, form, records


def decide(house, **decision):
    """What a reviewer decides about the one lesson there is."""
    (lesson,) = records(house, Kind.LESSON)
    revision = house.library.records.get(lesson.id).revision.number
    house.library.save(SYSTEM, "decide", lesson.with_(**decision), expected=revision)


def test_home_tells_what_became_of_each(officer, house):
    officer.sends_in()
    home = officer.opens("/")
    assert SENTENCE in home.text and "Sent in" in home.text
    decide(house, state="not_taken", reason="known", decision="It stands in the search guide.")
    home = officer.opens("/").text
    assert "Not taken forward" in home
    assert "It stands in the search guide." in home
    assert house.library.vocabularies.label("reject", "known") in home


def test_the_debrief_tells_it_too(officer, house):
    id = officer.sends_in()
    decide(house, state="observation", decision="Thank you: taken into the pack.")
    page = officer.opens(f"/debriefs/{id}")
    assert "Observation Thank you: taken into the pack." in page.text


def test_the_debrief_shows_each_point_as_it_was_sent_whatever_became_of_the_lesson(officer, house):
    id = officer.sends_in(points__0__scope="force", points__0__action="Name a runner.")
    decide(house, state="observation", title="When teams split up, name a runner.")
    page = officer.opens(f"/debriefs/{id}")
    assert f"{SENTENCE} Observation Now reads: When teams split up, name a runner." in page.text
    assert "Keep doing – Whole force" in page.text
    assert "Suggested action: Name a runner." in page.text


def test_others_are_not_told(officer, another, house):
    id = officer.sends_in()
    another.opens(f"/debriefs/{id}", status=404)
    another.opens(f"/debriefs/{id}/sent", status=404)
    assert SENTENCE not in another.opens("/").text
    assert capture.mine(house.library, house.accounts.get("officer2").user) == []


def test_a_lesson_is_not_a_debrief(officer, house):
    officer.sends_in()
    (lesson,) = records(house, Kind.LESSON)
    officer.opens(f"/debriefs/{lesson.id}", status=404)
    officer.opens(f"/debriefs/{lesson.id}/sent", status=404)
    officer.sends(f"/debriefs/{lesson.id}/corrections", {"text": "x", "version": "1"}, status=404)


def test_a_lesson_that_is_gone_leaves_its_sentence_on_the_debrief(officer, house):
    id = officer.sends_in()
    (lesson,) = records(house, Kind.LESSON)
    house.library.purge(SYSTEM, lesson.id, "test")
    assert SENTENCE in officer.opens(f"/debriefs/{id}").text
    assert officer.opens("/")


# --- corrections -----------------------------------------------------------------------------------
def corrects(someone, id, text, status=200):
    page = someone.opens(f"/debriefs/{id}")
    token = {"version": page.hidden["version"], "text": text}
    return someone.sends(f"/debriefs/{id}/corrections", token, status=status)


def test_a_correction_is_added_and_nothing_is_written_over(officer, person, house):
    id = officer.sends_in()
    before = house.library.records.get(id).record
    assert "It was the north block." in corrects(officer, id, "It was the north block.").text
    page = corrects(person("disclosure"), id, "Time was 05:40.\r\nNot 06:40.")
    assert page.text.index("north block") < page.text.index("05:40")
    after = house.library.records.get(id).record
    assert [row["by"] for row in after.rows("corrections")] == ["officer", "disclosure"]
    assert after.with_(corrections=None) == before
    assert house.library.records.revision(id, 1).record == before


def test_only_the_author_and_keepers_may_correct(officer, another, person, house):
    id = officer.sends_in()
    another.opens("/account")
    another.sends(f"/debriefs/{id}/corrections", {"text": "x", "version": "1"}, status=404)
    stored = house.library.records.get(id)
    house.library.save(SYSTEM, "restrict", stored.record.with_(readers=("lead",)), expected=1)
    lead = person("lead")
    assert "Add a correction" not in lead.opens(f"/debriefs/{id}").text
    lead.opens("/account")
    lead.sends(f"/debriefs/{id}/corrections", {"text": "x", "version": "2"}, status=403)
    assert not house.library.records.get(id).record.rows("corrections")


@pytest.mark.parametrize(
    ("text", "told"),
    [("  \n", "Enter what is to be put right"), ("x" * 10_001, "at most 10000 characters"),
     ("It was marked TOP SECRET.", "OFFICIAL-SENSITIVE only")],
)  # fmt: skip
def test_a_correction_that_cannot_be_taken_comes_back(officer, house, text, told):
    id = officer.sends_in()
    page = corrects(officer, id, text, status=422)
    assert page.link(told) == "#text"
    assert text.strip() in page.html
    assert not house.library.records.get(id).record.rows("corrections")


def test_of_two_corrections_at_once_the_later_sees_the_earlier(officer, house):
    id = officer.sends_in()
    stale = {"version": "1"}
    corrects(officer, id, "First.")
    page = officer.sends(f"/debriefs/{id}/corrections", {**stale, "text": "Second."}, status=409)
    assert "First." in page.text and "Second." in page.html
    corrects(officer, id, "Second.")
    rows = house.library.records.get(id).record.rows("corrections")
    assert [row["text"] for row in rows] == ["First.", "Second."]


def test_a_correction_pressed_twice_is_added_once(officer, house):
    id = officer.sends_in()
    for _ in range(2):
        officer.sends(f"/debriefs/{id}/corrections", {"version": "1", "text": "Once."})
    assert len(house.library.records.get(id).record.rows("corrections")) == 1


def test_what_is_no_debrief_cannot_be_corrected(officer, house):
    officer.sends_in()
    (lesson,) = records(house, Kind.LESSON)
    with pytest.raises(NotFound):
        capture.correct(
            house.library, house.accounts.get("officer").user, lesson.id, "x", expected=1
        )


# --- nothing else changes a sent debrief -------------------------------------------------------------
def test_no_page_and_no_program_changes_a_sent_debrief(officer, house, app):
    id = officer.sends_in()
    before = house.library.records.get(id)
    officer.opens("/account")
    addresses = [
        str(rule).replace("<id>", id)
        for rule in app.url_map.iter_rules()
        if "debriefs" in str(rule)
    ]
    plural = "/api/v1/debriefs/" + id
    for address in {*addresses, plural, f"/debriefs/{id}", f"/debriefs/{id}/history"}:
        if address.endswith("/corrections"):
            continue
        for method in ("POST", "PUT", "PATCH", "DELETE"):
            body = {
                "csrf_token": officer.token,
                **form(happened="Written over"),
                "draft": id,
                "version": "1",
            }
            officer.client.open(address, method=method, data=body)
    after = house.library.records.get(id)
    assert after == before and len(house.library.records.history(id)) == 1


@pytest.mark.parametrize("change", [
    {"happened": "Written over"}, {"title": "Written over"}, {"points": None}, {"author": "officer2"},
    {"corrections": ({"at": "2026-01-01", "by": "x", "text": "y"},)},
])  # fmt: skip
def test_no_service_writes_over_a_sent_debrief(officer, house, change):
    id = officer.sends_in()
    corrects(officer, id, "The first correction.")
    stored = house.library.records.get(id)
    fields = {k: v for k, v in change.items() if k != "happened"}
    texts = {k: v for k, v in change.items() if k == "happened"}
    record = stored.record.with_(**fields).with_texts(**texts)
    with pytest.raises(Invalid, match="never changes"):
        house.library.save(SYSTEM, "change", record, expected=2)
    (answer,) = house.library.save_many(SYSTEM, "import", [Change(record, 2)])
    assert isinstance(answer, Invalid)
    assert house.library.records.get(id) == stored


def test_who_may_read_a_sent_debrief_can_still_be_narrowed(officer, house):
    id = officer.sends_in()
    record = house.library.records.get(id).record.with_(
        groups=("case team",), restricted_because="Trial"
    )
    assert house.library.save(SYSTEM, "restrict", record, expected=1).revision.number == 2
    officer.opens(f"/debriefs/{id}")
