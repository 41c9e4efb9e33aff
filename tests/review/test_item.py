"""A reviewer clears one item: what is found in it, its words, its themes, the decision, and the next one."""

import re
from collections.abc import Callable, Mapping
from html import unescape
from typing import Any

import pytest

from lessons.app import House
from lessons.domain.access import SYSTEM
from lessons.domain.clearing import fingerprint, marked
from lessons.domain.record import Kind, Record
from lessons.domain.states import State
from lessons.ports import Change
from tests.people import Page, Person
from tests.review.desk import now, waiting

People = Callable[..., Person]
NAMED = {"happened": "We asked DC Rowan to ring the landlord. DC Rowan had no number for him."}


def form_of(page: Page) -> dict[str, Any]:
    """What a browser would send of the page as it stands, whichever button is pressed."""
    html = page.html[page.html.index('id="review"') :]
    html = html[: html.index("</form>")]
    form: dict[str, Any] = {}
    for tag in re.findall(r"<input[^>]*>", html):
        given = {k: unescape(v) for k, v in re.findall(r'([a-z-]+)="([^"]*)"', tag)}
        name, value = given.get("name", ""), given.get("value", "")
        if given.get("type") in ("radio", "checkbox"):
            if " checked" in tag and given["type"] == "checkbox":
                form.setdefault(name, []).append(value)
            elif " checked" in tag:
                form[name] = value
        elif name:
            form[name] = value
    for name, inside in re.findall(r'<select[^>]*name="([^"]+)"[^>]*>(.*?)</select>', html, re.S):
        chosen = re.search(r'<option value="([^"]*)" selected', inside)
        form[name] = unescape(chosen[1]) if chosen else ""
    for name, text in re.findall(
        r'<textarea[^>]*name="([^"]+)"[^>]*>\n?(.*?)</textarea>', html, re.S
    ):
        form[name] = unescape(text).replace("\n", "\r\n")
    return form


def clears(
    person: Person, record: Record, do: str, changes: Mapping[str, Any] | None = None, *, status: int = 200
) -> Page:  # fmt: skip
    page = person.opens(f"/review/{record.id}")
    return person.sends(
        f"/review/{record.id}", form_of(page) | dict(changes or {}) | {"do": do}, status=status
    )


def flag_of(house: House, record: Record, words: str) -> str:
    known = house.library.vocabularies.words
    found = [e.flag for e in marked(now(house, record).record, known) if e.flag.text == words]
    return "flag-" + fingerprint(found[0])


def state(house: House, record: Record) -> str:
    return now(house, record).record.line("state")


# --- an ordinary one -------------------------------------------------------------------------------
def test_one_is_accepted_and_the_next_one_is_there(house: House, person: People) -> None:
    one, two = waiting(house, "When keys do not fit, ring the landlord first", "The second one")
    reviewer = person("reviewer")
    page = clears(reviewer, one, "accept")
    assert "Accepted. Next: The second one – 1 lesson waits." in page.text
    assert page.headings == ["The second one"]
    stored = now(house, one)
    assert stored.record.line("state") == State.OBSERVATION
    assert (stored.revision.by, stored.revision.verb) == ("reviewer", "accept")
    assert stored.record.line("life") == "two_years"  # the usual one of “keep doing”
    page = clears(reviewer, two, "accept")
    assert "Accepted. Nothing else here waits for you." in page.text
    assert page.headings == ["Review"]


def test_what_was_not_touched_stays_letter_by_letter(house: House, person: People) -> None:
    texts = {"happened": "One  line\n\nwith   blanks \n", "lesson": "* a\n* b\n"}
    (one,) = waiting(
        house, "Two  blanks", texts=texts, threats=("firearms", "drugs"), unit="Team A",
        seen_before=(), themes=("handover",), partner_safe=True,
    )  # fmt: skip
    clears(person("reviewer"), one, "accept")
    after = now(house, one).record
    assert dict(after.texts) == dict(one.texts)
    for name in ("title", "threats", "unit", "themes", "partner_safe", "occurred", "sent"):
        assert after.fields[name] == one.fields[name], name


def test_words_and_facts_are_put_right_with_the_decision(house: House, person: People) -> None:
    (one,) = waiting(house, "Kees dont fit", threats=("firearms",), themes=("handover", "radio"))
    changes = {
        "title": "When keys do not fit, ring the landlord", "learning": "didnt", "action": "Ring first.",
        "threats": ["drugs", "firearms"], "themes": ["housing"], "occurred-day": "2", "occurred-month": "3",
        "occurred-year": "2026", "life": "change", "scope": "force",
    }  # fmt: skip
    clears(person("reviewer"), one, "accept", changes)
    after = now(house, one).record
    assert after.title == "When keys do not fit, ring the landlord"
    assert after.texts["action"] == "Ring first."
    assert after.keys("threats") == ("drugs", "firearms")
    assert after.keys("themes") == ("housing",)
    assert str(after.day("occurred")) == "2026-03-02"
    assert (after.line("life"), after.day("check_by")) == ("change", None)


def test_what_cannot_be_is_said_at_its_box_and_every_word_is_kept(
    house: House, person: People
) -> None:
    (one,) = waiting(house, "A title")
    changes = {"title": "", "action": "My new words", "occurred-day": "31", "occurred-month": "2"}
    page = clears(person("reviewer"), one, "accept", changes, status=422)
    assert "Enter a real day, month and year" in page.text
    assert form_of(page)["action"] == "My new words"
    assert form_of(page)["occurred-day"] == "31"
    assert now(house, one).revision.number == 1
    changes = {"title": " ", "action": "My new words"}
    page = clears(person("reviewer", "rev2"), one, "accept", changes, status=422)
    assert "Enter the lesson in one sentence." in page.text
    assert form_of(page)["action"] == "My new words"


def test_saving_decides_nothing(house: House, person: People) -> None:
    (one,) = waiting(house, "A title")
    page = clears(person("reviewer"), one, "save", {"title": "A better title"})
    assert "Saved. Nothing is decided yet." in page.text
    assert page.headings == ["A better title"]
    stored = now(house, one)
    assert (stored.revision.verb, stored.record.line("state")) == ("edit", "sent")
    clears(person("reviewer", "rev2"), one, "save")
    assert now(house, one).revision.number == 2  # nothing was changed, so nothing was saved


def test_sending_back_needs_a_reason_and_a_sentence(house: House, person: People) -> None:
    (one,) = waiting(house, "Thin")
    reviewer = person("reviewer")
    page = clears(reviewer, one, "return", {"action": "Kept"}, status=422)
    assert "Choose a reason. Its author is shown it." in page.text
    assert "Say why in a sentence." in page.text
    assert form_of(page)["action"] == "Kept"
    page = clears(reviewer, one, "return", {"reason": "thin", "decision": "What did you do then?"})
    assert "Sent back to its author." in page.text
    after = now(house, one).record
    assert after.line("state") == State.NEEDS_FIX
    assert (after.line("reason"), after.line("decision")) == ("thin", "What did you do then?")
    page = reviewer.opens(f"/review/{one.id}")
    assert "who was asked: What did you do then?" in page.text


def test_not_taking_forward_keeps_what_was_put_right_and_why(house: House, person: People) -> None:
    (one,) = waiting(house, "Old")
    reviewer = person("reviewer")
    page = clears(reviewer, one, "not_take", {"title": "Older", "reason": "old"}, status=422)
    assert "Say why in a sentence." in page.text
    assert now(house, one).revision.number == 1
    changes = {"title": "Older", "reason": "old", "decision": "The law has changed."}
    clears(reviewer, one, "not_take", changes)
    after = now(house, one).record
    assert (after.line("state"), after.title) == (State.NOT_TAKEN, "Older")
    assert after.line("decision") == "The law has changed."


def test_a_warning_is_pushed_out_at_once(house: House, person: People) -> None:
    one, two = waiting(house, "Knives in boots", "Not one", learning="warning")
    reviewer = person("reviewer")
    page = clears(reviewer, one, "warn")
    assert "Pushed out as a warning. Next: Not one" in page.text
    assert now(house, one).record.moment("pushed")
    page = clears(reviewer, two, "warn", {"learning": "keep"}, status=422)
    assert "Only a warning can be pushed out." in page.text
    plain = waiting(house, "Plain")[0]
    assert "Push out as a warning now" not in reviewer.opens(f"/review/{plain.id}").text


# --- what was found --------------------------------------------------------------------------------
def test_what_is_found_is_marked_in_the_text_and_holds_it_up(house: House, person: People) -> None:
    (one,) = waiting(house, "Ring first", texts=NAMED)
    reviewer = person("reviewer")
    page = reviewer.opens(f"/review/{one.id}")
    assert "1 thing to clear in the text" in page.text
    assert "(2 times)" in page.text
    assert (
        page.html.count('<mark class="app-flag__text">Rowan</mark>') == 3
    )  # twice in the text, once by its choice
    page = clears(reviewer, one, "accept", status=422)
    assert "There is still something to clear in the text." in page.text
    assert state(house, one) == State.SENT


def test_it_is_generalised_wherever_it_stands(house: House, person: People) -> None:
    (one,) = waiting(house, "DC Rowan rang first", texts=NAMED)
    box = flag_of(house, one, "Rowan")
    changes = {box: "replace", f"{box}-words": "a colleague"}
    clears(person("reviewer"), one, "accept", changes)
    after = now(house, one).record
    assert state(house, one) == State.OBSERVATION
    assert "Rowan" not in after.title + after.texts["happened"]
    assert after.texts["happened"].count("a colleague") == 2


@pytest.mark.parametrize(
    ("text", "proposed", "after"),
    [
        ("We asked DC Rowan to ring.", "an officer", "We asked an officer to ring."),
        ("We asked T/DS Rowan to ring.", "an officer", "We asked an officer to ring."),
        ("We asked Mr Rowan to ring.", "a person", "We asked a person to ring."),
    ],
)
def test_the_rank_goes_with_the_name(
    house: House, person: People, text: str, proposed: str, after: str
) -> None:
    (one,) = waiting(house, "Ring first", texts={"happened": text})
    box = flag_of(house, one, "Rowan")
    reviewer = person("reviewer")
    assert form_of(reviewer.opens(f"/review/{one.id}"))[f"{box}-words"] == proposed
    clears(reviewer, one, "accept", {box: "replace"})
    assert now(house, one).record.texts["happened"] == after


OFFICERS = [
    ("PC Example 1234 had the only key.", "an officer had the only key."),
    ("PC Jones 1234 had to drive back.", "an officer had to drive back."),
    ("Only PC Example (1234) had it.", "Only an officer had it."),
    ("PC 1234 Jones’s key did not fit.", "an officer’s key did not fit."),
    ("We rang 1234 PC Jones, who came.", "We rang an officer, who came."),
    ("We rang Detective Constable Jones 1234.", "We rang an officer."),
    ("We rang PC\u00a0Gethin Example  1234 first.", "We rang an officer first."),
    ("PC4471 drove. We rang PC 4471.", "an officer drove. We rang an officer."),
    ("PC Jones 1234 and PC Example 5678 came.", "an officer and an officer came."),
    ("PC Jones 1234\nPC Example 5678", "an officer\nan officer"),
]


@pytest.mark.parametrize(("text", "after"), OFFICERS)
def test_rank_name_and_number_become_one_officer(
    house: House, person: People, text: str, after: str
) -> None:
    (one,) = waiting(house, "Ring first", texts={"happened": text})
    reviewer = person("reviewer")
    form = form_of(reviewer.opens(f"/review/{one.id}"))
    boxes = [name for name in form if name.startswith("flag-") and name.endswith("-words")]
    assert {form[name] for name in boxes} == {"an officer"}
    clears(reviewer, one, "accept", {name.removesuffix("-words"): "replace" for name in boxes})
    assert now(house, one).record.texts["happened"] == after
    assert state(house, one) == State.OBSERVATION


@pytest.mark.parametrize("said", ["Jones", "1234"])
@pytest.mark.parametrize(
    ("do", "after"), [("replace", "Then a colleague drove."), ("remove", "Then drove.")]
)
def test_what_is_said_of_the_name_or_the_number_is_said_of_the_officer(
    house: House, person: People, said: str, do: str, after: str
) -> None:
    (one,) = waiting(house, "Ring first", texts={"happened": "Then PC Jones 1234 drove."})
    box = flag_of(house, one, said)
    clears(person("reviewer"), one, "accept", {box: do, f"{box}-words": "a colleague"})
    assert now(house, one).record.texts["happened"] == after


def test_a_number_that_may_stay_is_left_when_the_name_goes(house: House, person: People) -> None:
    (one,) = waiting(house, "Ring first", texts={"happened": "Then PC Jones 1234 drove."})
    name, number = flag_of(house, one, "Jones"), flag_of(house, one, "1234")
    changes = {name: "replace", number: "stay", f"{number}-why": "It is the number of the car."}
    clears(person("reviewer"), one, "save", changes)
    assert now(house, one).record.texts["happened"] == "Then an officer 1234 drove."


def test_two_things_side_by_side_with_the_same_words_are_written_once(
    house: House, person: People
) -> None:
    text = "It was on 07700 900123 07700 900124 and 07700 900125."
    (one,) = waiting(house, "Ring first", texts={"happened": text})
    boxes = [flag_of(house, one, f"07700 90012{n}") for n in "345"]
    clears(person("reviewer"), one, "accept", dict.fromkeys(boxes, "replace"))
    after = "It was on a phone number and a phone number."
    assert now(house, one).record.texts["happened"] == after


def test_it_is_taken_out(house: House, person: People) -> None:
    (one,) = waiting(
        house,
        "Ring first",
        texts={"happened": "He rang 07700 900123, then left. Call 07700 900123."},
    )
    box = flag_of(house, one, "07700 900123")
    clears(person("reviewer"), one, "accept", {box: "remove"})
    assert now(house, one).record.texts["happened"] == "He rang, then left. Call."


def test_a_false_alarm_needs_a_reason_and_is_remembered(house: House, person: People) -> None:
    (one,) = waiting(house, "Ring first", texts=NAMED)
    box = flag_of(house, one, "Rowan")
    reviewer = person("reviewer")
    page = clears(reviewer, one, "save", {box: "stay", "action": "Kept"}, status=422)
    assert "Say why it may stay." in page.text
    assert form_of(page)["action"] == "Kept"
    assert form_of(page)[box] == "stay"
    page = clears(reviewer, one, "save", {box: "stay", f"{box}-why": "It is a tree."})
    assert "All that was found is cleared" in page.text
    assert "reviewer said that it may stay." in page.text
    row = now(house, one).record.rows("cleared")[0]
    assert (row["why"], row["by"], row["kind"]) == ("It is a tree.", "reviewer", "name")
    clears(person("reviewer", "rev2"), one, "accept")
    assert state(house, one) == State.OBSERVATION
    assert now(house, one).record.rows("cleared")[0]["by"] == "reviewer"


def test_a_new_name_typed_on_the_page_is_found_too(house: House, person: People) -> None:
    (one,) = waiting(house, "Ring first")
    changes = {"action": "Ask Sgt Willow for the list."}
    page = clears(person("reviewer"), one, "accept", changes, status=422)
    assert "1 thing to clear in the text" in page.text
    assert "Willow" in page.text


def test_a_marking_above_what_we_hold_can_only_be_taken_out(house: House, person: People) -> None:
    (one,) = waiting(house, "Ring first", texts={"happened": "TOP SECRET: the plan. We rang."})
    reviewer = person("reviewer")
    page = reviewer.opens(f"/review/{one.id}")
    assert "It can only be taken out." in page.text
    box = flag_of(house, one, "TOP SECRET")
    assert f"{box}-why" not in page.html
    page = clears(reviewer, one, "accept", {box: "stay", f"{box}-why": "I like it"}, status=422)
    assert "There is still something to clear" in page.text
    clears(reviewer, one, "accept", {box: "remove"})
    assert now(house, one).record.texts["happened"] == ": the plan. We rang."


def test_of_a_long_text_the_page_shows_what_stands_around_it(house: House, person: People) -> None:
    long = "Nothing here. " * 200
    (one,) = waiting(house, "Ring first", texts={"happened": f"{long}DC Rowan rang. {long}"})
    page = person("reviewer").opens(f"/review/{one.id}")
    shown = page.html.split('class="govuk-body app-marked__text">')[1].split("</p>")[0]
    assert "Rowan" in shown
    assert len(shown) < 600


# --- two pairs of eyes -----------------------------------------------------------------------------
def test_sensitive_ones_are_accepted_by_two(house: House, person: People) -> None:
    (one,) = waiting(house, "Sensitive", marking="official_sensitive")
    first, second = person("reviewer"), person("reviewer", "rev2")
    page = first.opens(f"/review/{one.id}")
    assert "Accept as the first of two and go on" in page.text
    assert 'value="accept"' not in page.html
    clears(first, one, "first_look", {"action": "Put right"})
    assert state(house, one) == State.SENT
    assert now(house, one).record.line("first_eyes") == "reviewer"
    assert "Now a second reviewer must accept" in first.opens(f"/review/{one.id}").text
    clears(second, one, "accept")
    assert state(house, one) == State.OBSERVATION


def test_whoever_changes_what_another_accepted_becomes_the_first(
    house: House, person: People
) -> None:
    (one,) = waiting(house, "Sensitive", marking="official_sensitive")
    first, second = person("reviewer"), person("reviewer", "rev2")
    clears(first, one, "first_look")
    page = clears(second, one, "accept", {"action": "Changed by the second"}, status=409)
    assert "a second reviewer must accept exactly what the first saw" in page.text
    assert form_of(page)["action"] == "Changed by the second"
    clears(second, one, "save", {"action": "Changed by the second"})
    assert now(house, one).record.line("first_eyes") == "rev2"
    clears(first, one, "accept")
    assert state(house, one) == State.OBSERVATION


def test_lowering_a_marking_takes_two(house: House, person: People) -> None:
    (one,) = waiting(house, "Sensitive", marking="official_sensitive")
    first, second = person("reviewer"), person("reviewer", "rev2")
    clears(first, one, "accept", {"marking": "official"}, status=409)
    clears(first, one, "first_look", {"marking": "official"})
    clears(second, one, "accept")
    after = now(house, one).record
    assert (after.line("state"), after.line("marking")) == (State.OBSERVATION, "official")


def test_nobody_decides_on_their_own(house: House, person: People) -> None:
    (mine,) = waiting(house, "Mine", author="Reviewer")
    (other,) = waiting(house, "Another")
    reviewer = person("reviewer")
    form = form_of(reviewer.opens(f"/review/{other.id}"))
    for do in ("accept", "save", "not_take", "first_look"):
        page = reviewer.sends(
            f"/review/{mine.id}", form | {"do": do, "reason": "old", "decision": "x"}, status=409
        )
        assert "You sent this in yourself" in page.text
    assert now(house, mine).revision.number == 1


# --- two at one item -------------------------------------------------------------------------------
def test_the_second_of_two_is_told_what_the_first_wrote_and_loses_no_word(
    house: House, person: People
) -> None:
    (one,) = waiting(house, "A title", texts={"action": "Ring.", "lesson": "Old words"})
    first, second = person("reviewer"), person("reviewer", "rev2")
    form = form_of(second.opens(f"/review/{one.id}"))
    clears(first, one, "save", {"title": "The first’s title", "action": "Ring the landlord."})
    mine = {
        "lesson": "The second’s words",
        "action": "Ring the tenant.",
        "decision": "Thank you",
        "do": "accept",
    }
    page = second.sends(f"/review/{one.id}", form | mine, status=409)
    assert "Somebody was here before you" in page.text
    assert re.search(r"reviewer , [^:]*:[0-9]{2}: Put right", page.text)
    assert "the landlord." in page.text
    assert "Both of you changed: What to do." in page.text
    kept = form_of(page)
    assert kept["title"] == "The first’s title"  # untouched by the second, so the first’s stands
    assert kept["lesson"] == "The second’s words"
    assert kept["action"] == "Ring the tenant."
    assert kept["decision"] == "Thank you"
    assert state(house, one) == State.SENT
    second.sends(f"/review/{one.id}", kept | {"do": "accept"})
    after = now(house, one).record
    assert after.line("state") == State.OBSERVATION
    assert (after.title, after.texts["lesson"]) == ("The first’s title", "The second’s words")


def test_the_second_who_comes_after_a_decision_is_told_of_it(house: House, person: People) -> None:
    one, _two = waiting(house, "A title", "The next one")
    first, second = person("reviewer"), person("reviewer", "rev2")
    form = form_of(second.opens(f"/review/{one.id}"))
    clears(first, one, "accept")
    page = second.sends(
        f"/review/{one.id}", form | {"action": "My words", "do": "not_take"}, status=409
    )
    assert re.search(r"reviewer did on .*\. Accepted", page.text)
    assert "Nothing of yours was saved." in page.text
    assert "My words" in page.text
    page = second.opens(page.link("Next item"))
    assert page.headings == ["The next one"]
    assert now(house, one).revision.number == 2


def test_a_button_pressed_twice_goes_on_as_if_pressed_once(house: House, person: People) -> None:
    one, two = waiting(house, "A title", "The next one")
    reviewer = person("reviewer")
    form = form_of(reviewer.opens(f"/review/{one.id}")) | {"do": "accept"}
    reviewer.sends(f"/review/{one.id}", form)
    page = reviewer.sends(f"/review/{one.id}", form)
    assert page.headings == ["The next one"]
    assert now(house, one).revision.number == 2
    assert now(house, two).revision.number == 1


def test_an_item_that_is_decided_says_so_and_leads_on(house: House, person: People) -> None:
    one, _two = waiting(house, "A title", "The next one")
    reviewer = person("reviewer")
    clears(reviewer, one, "not_take", {"reason": "old", "decision": "The law has changed."})
    page = reviewer.opens(f"/review/{one.id}")
    assert "Not taken forward" in page.text
    assert "The law has changed." in page.text
    assert reviewer.opens(page.link("Next item")).headings == ["The next one"]


def test_an_item_that_was_never_reviewed_here(house: House, person: People) -> None:
    (one,) = waiting(house, "Imported as it is", state="observation")
    page = person("reviewer").opens(f"/review/{one.id}")
    assert "Nothing is to be decided here." in page.text


@pytest.mark.parametrize("revision", ["", "x", "²", "0", "99", "999999999999"])
def test_a_form_without_a_proper_revision_changes_nothing(
    house: House, person: People, revision: str
) -> None:
    (one,) = waiting(house, "A title")
    page = clears(
        person("reviewer"), one, "accept", {"revision": revision, "action": "Kept"}, status=409
    )
    assert form_of(page)["action"] == "Kept"
    assert now(house, one).revision.number == 1


def test_a_decision_that_does_not_exist(house: House, person: People) -> None:
    (one,) = waiting(house, "A title")
    for do in ("learned", "merge", "nonsense", "identify"):
        page = clears(person("reviewer", f"r{do}"), one, do, {"action": "Kept"}, status=409)
        assert form_of(page)["action"] == "Kept"
    assert now(house, one).revision.number == 1


# --- beside it -------------------------------------------------------------------------------------
def test_the_debrief_stands_beside_it(house: House, person: People) -> None:
    debrief = Record(
        house.library.fresh_id(Kind.DEBRIEF), Kind.DEBRIEF,
        fields={"title": "Operation Kestrel", "author": "officer", "marking": "official"},
        texts={"happened": "The whole story of the day."},
    )  # fmt: skip
    house.library.save_many(SYSTEM, "import", [Change(debrief, 0)])
    (one,) = waiting(house, "A title", debrief=debrief.id)
    page = person("reviewer").opens(f"/review/{one.id}")
    assert "Operation Kestrel" in page.text
    assert "The whole story of the day." in page.text
    secret = debrief.with_(groups=("cyber",))
    house.library.save_many(SYSTEM, "import", [Change(secret, 1)])
    page = person("reviewer", "rev2").opens(f"/review/{one.id}")
    assert "Kestrel" not in page.html
    assert "There is none that you may read." in page.text


def test_like_lessons_are_shown_and_compared_side_by_side(
    example_house: House, person: People
) -> None:
    known = example_house.library.records.get("L-2026-WYM2R").record
    (one,) = waiting(example_house, known.title, texts=dict(known.texts))
    reviewer = person("reviewer")
    page = reviewer.opens(f"/review/{one.id}")
    assert page.link(known.title) == f"/lessons/{known.id}"
    page = reviewer.opens(f"/review/{one.id}/compare/{known.id}")
    assert page.headings == ["Two lessons side by side"]
    assert page.text.count(known.title) == 2


def test_a_lesson_that_i_may_not_read_cannot_be_compared(house: House, person: People) -> None:
    one, secret = waiting(house, "A title", "Only the cyber team", groups=("cyber",))
    (mine,) = waiting(house, "Mine to read")
    reviewer = person("reviewer")
    for address in (
        f"/review/{mine.id}/compare/{secret.id}",
        f"/review/{one.id}",
        f"/review/{secret.id}",
    ):
        page = reviewer.opens(address, status=404)
        assert "cyber" not in page.text
    reviewer.sends(f"/review/{secret.id}", {"do": "accept", "revision": "1"}, status=404)


def test_themes_are_suggested_with_their_reason(example_house: House, person: People) -> None:
    texts = {
        "happened": "The handover between the two shifts was rushed, and the radio did not work."
    }
    (one,) = waiting(example_house, "Hand over face to face at the change of shift", texts=texts)
    page = person("reviewer").opens(f"/review/{one.id}")
    assert "Chosen and suggested" in page.text
    assert "Words:" in page.text
    clears(person("reviewer", "rev2"), one, "accept", {"themes": ["handover"]})
    assert now(example_house, one).record.keys("themes") == ("handover",)


# --- going on --------------------------------------------------------------------------------------
def test_filters_are_carried_from_item_to_item(house: House, person: People) -> None:
    one = waiting(house, "Drugs one", days=3, threats=("drugs",))[0]
    waiting(house, "Firearms", days=2, threats=("firearms",))
    waiting(house, "Drugs two", days=1, threats=("drugs",))
    reviewer = person("reviewer")
    page = reviewer.opens(reviewer.opens("/review?threat=drugs").link("Drugs one"))
    assert page.headings == ["Drugs one"]
    skipped = reviewer.opens(page.link("Skip to the next item"))
    assert skipped.headings == ["Drugs two"]
    page = reviewer.sends(f"/review/{one.id}", form_of(page) | {"do": "accept"})
    assert page.headings == ["Drugs two"]
    assert page.link("The queue") == "/review?threat=drugs"
