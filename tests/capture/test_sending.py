"""Sending makes one debrief and a lesson for each point: once, whatever is pressed and whatever breaks."""

from concurrent.futures import ThreadPoolExecutor

import pytest

from lessons.domain.errors import Busy, StaleWrite
from lessons.domain.record import Kind
from lessons.services import capture
from lessons.services.capture import AlreadySent, Mark, Refused
from tests.capture.conftest import HAPPENED, NEW, SENTENCE, form, records, value_of

TWO = {
    "points-1-learning": "change",
    "points-1-title": "When it rains, cover the kit, because it rusts.",
}


@pytest.fixture
def breaks(house, monkeypatch):
    """Let the store fail once, at the save with this number."""

    def at(number, error):
        put, saves = house.library.records.put, iter(range(1, 100))

        def failing(record, **how):
            if next(saves) == number:
                raise error
            return put(record, **how)

        monkeypatch.setattr(house.library.records, "put", failing)

    return at


def test_a_debrief_and_its_lessons_are_sent_in(officer, house):
    id = officer.sends_in(**TWO)
    page = officer.page
    assert "A reviewer reads it Our aim is five working days." in page.text
    assert (
        "Others find it" in page.text
        and "In search, once a reviewer has let it through." in page.text
    )
    assert "pack" not in page.text, "nothing is promised that is not there"
    assert id in page.text
    (debrief,), lessons = records(house, Kind.DEBRIEF), records(house, Kind.LESSON)
    assert debrief.id == id
    assert debrief.texts == {"happened": HAPPENED}
    assert [dict(row)["sentence"] for row in debrief.rows("points")] == [
        SENTENCE,
        TWO["points-1-title"],
    ]
    by_title = {lesson.title: lesson for lesson in lessons}
    for row in debrief.rows("points"):
        lesson = by_title[row["sentence"]]
        assert (lesson.id, lesson.line("learning")) == (row["lesson"], row["learning"])
        assert (lesson.line("state"), lesson.line("debrief")) == ("sent", id)
        assert lesson.fields["occurred"] == debrief.fields["occurred"]


def test_a_draft_is_gone_once_it_is_sent(officer, house):
    officer.sends_in()
    assert house.notebook.all("officer", capture.SUBJECT) == []
    assert "Go on with" not in officer.opens("/").text


def test_send_pressed_twice_sends_once(officer, house):
    page = officer.begins()
    first = officer.fills(form(**TWO))
    officer.page = page
    second = officer.fills(form(**TWO))
    assert first.text == second.text
    assert len(records(house, Kind.DEBRIEF)) == 1
    assert len(records(house, Kind.LESSON)) == 2


def test_the_back_button_after_sending_leads_to_what_was_sent(officer):
    page = officer.begins()
    officer.fills(form())
    again = officer.opens(f"{NEW}?draft={page.hidden['draft']}")
    assert "Debrief sent" in again.headings[0]


def test_words_added_after_sending_become_a_draft_of_their_own(officer, house):
    page = officer.begins()
    officer.fills(form())
    officer.page = page
    page = officer.fills(form(happened="There was more."))
    assert "already sent" in page.text
    assert value_of(page, "happened") == ["There was more."]
    assert len(records(house, Kind.DEBRIEF)) == 1


@pytest.mark.parametrize("save", [1, 2, 3])
@pytest.mark.parametrize(
    "error", [Busy(), OSError(28, "No space left on device")], ids=["busy", "full"]
)
def test_a_break_while_sending_is_mended_by_sending_again(officer, house, breaks, save, error):
    officer.begins()
    breaks(save, error)
    status = 503 if isinstance(error, Busy) else 500
    page = officer.fills(form(**TWO), status=status)
    assert HAPPENED in page.text
    officer.page = officer.opens(f"{NEW}?draft={house.notebook.all('officer', 'debrief')[0].id}")
    assert value_of(officer.page, "points-1-title") == [TWO["points-1-title"]]
    assert "Debrief sent" in officer.fills(form(**TWO)).headings[0]
    (debrief,), lessons = records(house, Kind.DEBRIEF), records(house, Kind.LESSON)
    assert {row["lesson"] for row in debrief.rows("points")} == {lesson.id for lesson in lessons}
    assert len(lessons) == 2


def test_words_changed_after_a_break_that_left_the_debrief_are_not_lost(officer, house, breaks):
    officer.begins()
    breaks(2, Busy())
    officer.fills(form(**TWO), status=503)
    page = officer.fills(form(happened="Changed since"))
    assert "kept as a new draft" in page.text
    (debrief,) = records(house, Kind.DEBRIEF)
    assert debrief.texts["happened"] == HAPPENED
    assert len(records(house, Kind.LESSON)) == 2
    (draft,) = house.notebook.all("officer", "debrief")
    assert capture.draft_form(draft)["happened"] == ["Changed since"]


def test_words_changed_after_a_break_before_the_debrief_are_what_is_sent(officer, house, breaks):
    officer.begins()
    breaks(1, Busy())
    officer.fills(form(**TWO), status=503)
    officer.fills(form(happened="Changed since"))
    (debrief,) = records(house, Kind.DEBRIEF)
    assert debrief.texts["happened"] == "Changed since"
    assert len(records(house, Kind.LESSON)) == 1
    assert house.notebook.all("officer", "debrief") == []


def test_eight_presses_at_once_send_once(officer, house):
    user, draft = house.accounts.get("officer").user, capture.new_draft_id()
    words = {name: [value] for name, value in form(**TWO).items()}

    def press(_):
        try:
            return capture.send(
                house.notebook, house.library, user, draft, words, Mark(0)
            ).debrief.record.id
        except AlreadySent as error:
            return error.debrief
        except StaleWrite:
            return ""

    with ThreadPoolExecutor(8) as pool:
        answers = set(pool.map(press, range(8)))
    (debrief,) = records(house, Kind.DEBRIEF)
    assert answers - {""} == {debrief.id}
    assert len(records(house, Kind.LESSON)) == 2


def test_an_id_that_somebody_else_took_is_never_written_over(officer, house, monkeypatch):
    id = officer.sends_in()
    monkeypatch.setattr(
        house.library, "fresh_id", lambda kind: id if kind is Kind.DEBRIEF else "L-2026-00000"
    )
    officer.begins()
    page = officer.fills(form(operation_name="Another name"), status=409)
    assert house.library.records.get(id).record.title == "Operation Example Alder"
    assert value_of(page, "operation_name") == ["Another name"]


def test_a_refusal_names_what_is_wrong_and_makes_nothing(officer, house):
    user = house.accounts.get("officer").user
    with pytest.raises(Refused) as refused:
        capture.send(house.notebook, house.library, user, capture.new_draft_id(), {}, Mark(0))
    assert "operation_name" in str(refused.value)
    assert records(house, Kind.DEBRIEF) == records(house, Kind.LESSON) == []
