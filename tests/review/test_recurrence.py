"""What was learned and happens again is not learned: a reviewer confirms it, and the old lesson reopens."""

from datetime import UTC, datetime

import pytest

from lessons.domain.access import SYSTEM, Role, User
from lessons.services import review
from tests.review.kit import KEYS, RADIO, RADIO_TOLD, add, id_of, lesson, now, revision

REVIEWER = User("rev", Role.REVIEWER)
OTHERS = (
    "When drones fly near an airfield, book the slot a day before",
    "When a school asks for a talk, bring the youth worker who knows the pupils",
    "When statements are typed late, keep the handwritten notes with them",
)


def learned(n: int, title: str = RADIO, **fields):
    given = {
        "state": "learned",
        "owner": "owner",
        "done_by": "owner",
        "checked_by": "analyst",
        **fields,
    }
    return lesson(n, title, **given)


def with_evidence(record):
    return record.with_texts(evidence="Nine warrants, nine keys.")


def recur(house, new: int, *old: int, by=REVIEWER, why=""):
    ids = [id_of(n) for n in old]
    return review.recur(house.library, by, id_of(new), ids, expected=revision(house, new), why=why)


def candidates(house, n: int, reader=REVIEWER):
    found = review.candidates(house.library, reader, now(house, n))
    return {each.stored.record.id: each for each in found}


def verbs(house, n: int) -> list[str]:
    return [each.verb for each in house.library.records.history(id_of(n))]


@pytest.fixture
def shelf(house):
    """A learned lesson, a new one under its theme that was accepted, and others."""
    add(
        house, learned(1, happened=RADIO_TOLD, themes=("radio",)),
        lesson(2, "Both teams kept to their own channel again", themes=("radio", "briefing"), author="officer2"),
        *(lesson(10 + n, title) for n, title in enumerate(OTHERS)),
    )  # fmt: skip
    return house


def test_the_reviewer_is_shown_the_learned_lesson_confirms_and_it_reopens(shelf, person):
    reviewer = person("reviewer")
    page = reviewer.opens(f"/review/{id_of(2)}/again")
    assert RADIO in page.text and "Same theme: Radio" in page.text
    boxes = {
        "revision": page.hidden["revision"],
        "before": id_of(1),
        "decision": "Two doors, two channels.",
    }
    page = reviewer.sends(f"/review/{id_of(2)}/again", boxes)
    assert "it happened again" in page.text
    new, old = now(shelf, 2), now(shelf, 1)
    assert new.keys("seen_before") == (id_of(1),) and new.line("recurrence") == "after_learned"
    assert old.line("state") == "identified" and old.line("owner") == "owner"
    assert old.line("decision") == f"Two doors, two channels. See {id_of(2)}."
    assert (
        "Reopened, because it happened again" in reviewer.opens(f"/lessons/{id_of(1)}/history").text
    )


def test_its_owner_is_told(shelf, person):
    owner, reviewer = person("lead", "owner"), person("reviewer")
    page = reviewer.opens(f"/review/{id_of(2)}/again")
    reviewer.sends(
        f"/review/{id_of(2)}/again", {"revision": page.hidden["revision"], "before": id_of(1)}
    )
    assert "It happened again, so this lesson is open again." in owner.opens("/").text


def test_what_its_author_says_comes_first_then_what_says_the_same_then_the_theme(shelf):
    add(
        shelf, learned(3, f"{RADIO} the cellar", happened=RADIO_TOLD), learned(4, KEYS, themes=("briefing",)),
        learned(5, "Count the keys at the start of a shift"),
        lesson(6, RADIO, happened=RADIO_TOLD, themes=("briefing",), seen_before=(id_of(5),), state="sent"),
    )  # fmt: skip
    found = list(candidates(shelf, 6))
    assert found[0] == id_of(5) and set(found[1:3]) == {id_of(1), id_of(3)} and found[3] == id_of(4)


def test_only_what_was_learned_is_looked_for(shelf):
    add(shelf, lesson(3, themes=("radio",), happened=RADIO_TOLD))
    assert list(candidates(shelf, 2)) == [id_of(1)]


def test_the_item_shows_it_and_leads_there(shelf, person):
    add(shelf, lesson(6, "The radios again", themes=("radio",), state="sent"))
    page = person("reviewer").opens(f"/review/{id_of(6)}")
    assert "Had this happened before?" in page.text
    assert page.link("Say whether it had happened before") == f"/review/{id_of(6)}/again"


def test_before_it_is_accepted_nothing_reopens_and_then_it_does_by_itself(shelf, person):
    add(shelf, lesson(6, "The radios again", themes=("radio",), state="sent"))
    reviewer = person("reviewer")
    page = reviewer.opens(f"/review/{id_of(6)}/again")
    boxes = {"revision": page.hidden["revision"], "before": id_of(1)}
    page = reviewer.sends(f"/review/{id_of(6)}/again", boxes)
    assert "reopens when you accept this" in page.text
    assert now(shelf, 1).line("state") == "learned"
    review.make(shelf.library, REVIEWER, id_of(6), "accept", {}, expected=revision(shelf, 6))
    assert now(shelf, 1).line("state") == "identified"


def test_what_a_reviewer_says_of_one_that_waits_reaches_the_owner_when_it_is_accepted(
    shelf, person
):
    add(shelf, lesson(6, "The radios again", themes=("radio",), state="sent"))
    reviewer = person("reviewer")
    page = reviewer.opens(f"/review/{id_of(6)}/again")
    boxes = {"revision": page.hidden["revision"], "before": id_of(1), "decision": "Two doors."}
    reviewer.sends(f"/review/{id_of(6)}/again", boxes)
    assert "Two doors." in reviewer.opens(f"/review/{id_of(6)}/again").html
    assert "Two doors." not in person("officer", "officer3").opens(f"/lessons/{id_of(1)}").text
    other = User("rev2", Role.REVIEWER)
    review.make(shelf.library, other, id_of(6), "accept", {}, expected=revision(shelf, 6))
    assert now(shelf, 1).line("decision") == f"Two doors. See {id_of(6)}."
    assert "Two doors." not in person("officer", "officer4").opens(f"/lessons/{id_of(6)}").text


def test_a_lesson_that_is_open_again_says_why_and_whose_evidence_that_was(shelf, person):
    add(shelf, with_evidence(learned(3, KEYS, themes=("briefing",))))
    heading = "Evidence when it was learned"
    officer = person("officer", "reader")
    assert heading not in officer.opens(f"/lessons/{id_of(3)}").text
    recur(shelf, 2, 3)
    page = officer.opens(f"/lessons/{id_of(3)}")
    assert "because it happened again." in page.text and heading in page.text
    assert page.link(now(shelf, 2).title) == f"/lessons/{id_of(2)}"


def test_what_is_written_since_is_evidence_like_any_other(shelf, person):
    add(shelf, with_evidence(learned(3, KEYS)))
    recur(shelf, 2, 3)
    stored = shelf.library.records.get(id_of(3))
    newly = stored.record.with_texts(evidence="Six warrants, six keys.")
    shelf.library.save(SYSTEM, "edit", newly, expected=stored.revision.number)
    page = person("officer", "reader").opens(f"/lessons/{id_of(3)}")
    assert "Reopened on" in page.text and "Evidence when it was learned" not in page.text


def test_once_it_is_learned_anew_nothing_is_said_of_it(shelf, person):
    recur(shelf, 2, 1)
    stored = shelf.library.records.get(id_of(1))
    anew = stored.record.with_(state="learned", done_by="owner", checked_by="analyst")
    shelf.library.save(SYSTEM, "learned", anew, expected=stored.revision.number)
    assert "Reopened on" not in person("officer", "reader").opens(f"/lessons/{id_of(1)}").text


def test_the_newer_lesson_is_named_only_to_those_who_may_read_it(shelf, person):
    title = now(shelf, 2).title
    recur(shelf, 2, 1)
    stored = shelf.library.records.get(id_of(2))
    closed = stored.record.with_(groups=("alder",), restricted_because="named")
    shelf.library.save(SYSTEM, "edit", closed, expected=stored.revision.number)
    page = person("officer", "reader").opens(f"/lessons/{id_of(1)}")
    assert "Reopened on" in page.text and title not in page.text and id_of(2) not in page.html
    assert title in person("officer", "inside", "alder").opens(f"/lessons/{id_of(1)}").text


def test_only_one_that_is_not_learned_is_asked_whether_it_had_happened_before(shelf, person):
    reviewer = person("reviewer")
    asked = "Had this happened before? Say so"
    assert reviewer.opens(f"/lessons/{id_of(2)}").link(asked) == f"/review/{id_of(2)}/again"
    page = reviewer.opens(f"/lessons/{id_of(1)}")
    assert asked not in page.text and "It happened again: reopen" in page.text


def test_what_its_author_alone_says_reopens_nothing(shelf):
    add(shelf, lesson(6, "The radios again", state="sent", seen_before=(id_of(1),)))
    review.make(shelf.library, REVIEWER, id_of(6), "accept", {}, expected=revision(shelf, 6))
    assert now(shelf, 1).line("state") == "learned"


def test_something_new_is_said_by_ticking_none(shelf, person):
    add(shelf, lesson(6, "The radios again", state="sent", seen_before=(id_of(1),)))
    reviewer = person("reviewer")
    page = reviewer.opens(f"/review/{id_of(6)}/again")
    assert {b["value"] for b in page.boxes if b.get("name") == "before" and "checked" in b} == {
        id_of(1)
    }
    page = reviewer.sends(f"/review/{id_of(6)}/again", {"revision": page.hidden["revision"]})
    assert "has not happened before" in page.text
    assert not now(shelf, 6).keys("seen_before") and now(shelf, 1).line("state") == "learned"


def test_an_earlier_one_that_was_never_learned_is_known_and_stays_as_it_is(shelf):
    add(shelf, lesson(3, KEYS))
    recur(shelf, 2, 3)
    assert (
        now(shelf, 2).line("recurrence") == "known" and now(shelf, 3).line("state") == "observation"
    )


def test_pressing_again_changes_nothing_more(shelf):
    recur(shelf, 2, 1)
    before = revision(shelf, 2), revision(shelf, 1)
    recur(shelf, 2, 1)
    assert (revision(shelf, 2), revision(shelf, 1)) == before
    assert now(shelf, 2).line("recurrence") == "after_learned"


def test_a_press_that_stopped_in_between_is_ended_by_pressing_again(shelf, monkeypatch):
    real = shelf.library.save

    def save(by, what, record, **rest):
        if what == "reopen":
            raise KeyboardInterrupt
        return real(by, what, record, **rest)

    with monkeypatch.context() as broken, pytest.raises(KeyboardInterrupt):
        broken.setattr(shelf.library, "save", save)
        recur(shelf, 2, 1)
    assert now(shelf, 1).line("state") == "learned"
    assert candidates(shelf, 2)[id_of(1)].pending
    recur(shelf, 2, 1)
    assert now(shelf, 1).line("state") == "identified"
    assert not candidates(shelf, 2)[id_of(1)].pending


def test_what_was_learned_anew_since_is_not_reopened_by_the_same_press(shelf):
    recur(shelf, 2, 1)
    stored = shelf.library.records.get(id_of(1))
    again = stored.record.with_(state="learned", done_by="owner", checked_by="analyst")
    shelf.library.records.put(
        again, expected=stored.revision.number, by="analyst", verb="learned", at=datetime.now(UTC)
    )
    recur(shelf, 2, 1)
    assert now(shelf, 1).line("state") == "learned" and verbs(shelf, 1).count("reopen") == 1


def test_the_second_of_two_reviewers_is_told(shelf, person):
    first, second = person("reviewer", "first"), person("reviewer", "second")
    page = second.opens(f"/review/{id_of(2)}/again")
    add(shelf, learned(3, KEYS, themes=("briefing",)))
    recur(shelf, 2, 3, by=User(first.name, Role.REVIEWER))
    boxes = {"revision": page.hidden["revision"], "before": id_of(1), "decision": "Mine."}
    page = second.sends(f"/review/{id_of(2)}/again", boxes, status=409)
    assert "was changed by someone else" in page.text and "Mine." in page.html


def test_nobody_confirms_it_of_what_they_sent_in(shelf, person):
    own = person("reviewer", "officer2")
    page = own.opens(f"/review/{id_of(2)}/again")
    boxes = {"revision": page.hidden["revision"], "before": id_of(1)}
    page = own.sends(f"/review/{id_of(2)}/again", boxes, status=409)
    assert "You sent this in yourself" in page.text and now(shelf, 1).line("state") == "learned"


def test_a_learned_lesson_for_another_group_shows_nowhere_and_cannot_be_named(shelf, person):
    add(shelf, learned(3, f"{RADIO} Harbour Lane", happened=RADIO_TOLD, themes=("radio",), groups=("alder",),
                       restricted_because="named"))  # fmt: skip
    reviewer = person("reviewer")
    page = reviewer.opens(f"/review/{id_of(2)}/again")
    assert "Harbour Lane" not in page.text and id_of(3) not in page.html
    boxes = {"revision": page.hidden["revision"], "other": id_of(3)}
    page = reviewer.sends(f"/review/{id_of(2)}/again", boxes, status=422)
    assert "There is no lesson with this reference that you may read." in page.text
    assert now(shelf, 3).line("state") == "learned"


def test_what_a_reviewer_may_not_read_stays_as_its_author_said(shelf):
    add(shelf, learned(3, groups=("alder",), restricted_because="named"))
    add(shelf, lesson(6, "The radios again", seen_before=(id_of(3),)))
    recur(shelf, 6, 1)
    assert now(shelf, 6).keys("seen_before") == (id_of(3), id_of(1))
    assert now(shelf, 3).line("state") == "learned"


def test_the_owner_is_not_given_the_reference_of_what_they_may_not_read(shelf):
    add(shelf, lesson(6, "The radios again", marking="official_sensitive"))
    recur(shelf, 6, 1, why="Two doors.")
    assert now(shelf, 1).line("decision") == "Two doors."


@pytest.mark.parametrize(
    ("typed", "says"),
    [("L-2026-00002", "cannot be an earlier one of itself"), ("nonsense", "There is no lesson"),
     ("L-2026-00007", "not in use")],
)  # fmt: skip
def test_what_cannot_have_happened_before_is_refused_with_the_reason(shelf, person, typed, says):
    add(shelf, lesson(7, KEYS, state="retired"))
    reviewer = person("reviewer")
    page = reviewer.opens(f"/review/{id_of(2)}/again")
    boxes = {"revision": page.hidden["revision"], "other": typed, "decision": "Kept."}
    page = reviewer.sends(f"/review/{id_of(2)}/again", boxes, status=422)
    assert says in page.text and "Kept." in page.html and typed in page.html
    assert revision(shelf, 2) == 1
