"""Stories of actions: agreed because of something learned, carried out, shown, and checked by somebody else."""

import csv
import io
import re
from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from icalendar import Calendar

from lessons.app import House
from lessons.domain import action_life
from lessons.domain.access import SYSTEM, Role, User
from lessons.domain.action_life import MOVES, state_of
from lessons.domain.deciding import IllegalMove, is_person
from lessons.domain.errors import LessonsError
from lessons.domain.record import Kind, Record
from lessons.services.track.actions import left_behind
from tests.people import Page, Person
from tests.review.kit import add, id_of, lesson

Someone = Callable[..., Person]
WHAT = "Build a box for the side gate into the warrant form"
ACTION = "A-2026-00001"


def action(n: int, title: str = WHAT, **fields: Any) -> Record:
    given = {
        "title": title, "owner": "officer", "due": date(2099, 1, 5), "strength": "design", "action_state": "open",
        "marking": "official", "author": "lead", **fields,
    }  # fmt: skip
    texts = {n: given.pop(n) for n in ("progress", "evidence") if n in given}
    kept = {name: value for name, value in given.items() if value is not None}
    return Record(f"A-2026-{n:05d}", Kind.ACTION, fields=kept, texts=texts)


def now(house: House, id: str = ACTION) -> Record:
    return house.library.records.get(id).record


def working_day(house: House, days: int = 20) -> date:
    table = house.library.timetable
    return table.after(table.today, days)


def boxes(due: date | None, **more: Any) -> dict[str, Any]:
    parts = {"due-day": due.day, "due-month": due.month, "due-year": due.year} if due else {}
    return {
        "title": WHAT,
        "owner": "officer",
        "strength": "design",
        "marking": "official",
        **parts,
        **more,
    }


def agrees(someone: Person, of: str, due: date, **more: Any) -> Page:
    page = someone.opens(f"/actions/new?of={of}")
    return someone.sends("/actions/new", {"of": of, "id": page.hidden["id"], **boxes(due, **more)})


def moves(someone: Person, id: str, key: str, status: int = 200, **said: Any) -> Page:
    page = someone.opens(f"/actions/{id}/move/{key}", status=status if status == 409 else 200)
    form = {"version": page.hidden["version"], **said}
    return someone.sends(f"/actions/{id}/move/{key}", form, status=status)


def confirmed(page: Page) -> list[str]:
    """What pressing the button again says yes to."""
    return re.findall(r'name="confirmed" value="([^"]+)"', page.html)


def made(house: House) -> Record:
    [line] = house.library.ledger(SYSTEM, Kind.ACTION)
    return now(house, line.id)


def test_an_action_is_agreed_carried_out_and_checked_by_somebody_else(
    house: House, person: Someone
) -> None:
    add(house, lesson(1))
    officer, lead, analyst = person("officer"), person("lead"), person("analyst")
    page = lead.opens(f"/lessons/{id_of(1)}")
    assert page.link("Agree an action") == f"/actions/new?of={id_of(1)}"
    due = working_day(house)
    page = agrees(lead, id_of(1), due)
    assert "The action is agreed" in page.text and WHAT in page.headings[0]
    new = made(house)
    assert (new.line("owner"), new.day("due"), new.line("action_state")) == ("officer", due, "open")
    assert new.line("author") == "lead" and new.day("agreed") == house.library.today

    moves(officer, new.id, "begin", progress="Asked for the form.")
    page = moves(officer, new.id, "done", status=422)
    assert "Say what shows it" in page.text
    moves(officer, new.id, "done", evidence="Ten forms of May all say who has the fob.")
    assert now(house, new.id).line("done_by") == "officer"

    page = analyst.opens(f"/actions/{new.id}")
    assert "It works and lasts" in page.text
    moves(analyst, new.id, "verify")
    checked = now(house, new.id)
    assert (checked.line("action_state"), checked.line("verified_by")) == ("verified", "analyst")
    history = analyst.opens(f"/actions/{new.id}/history")
    assert "Checked: it works and lasts" in history.text
    moves(analyst, new.id, "not_lasting", decision="Since June the box is left empty.")
    again = now(house, new.id)
    assert state_of(again) == "under_way"
    assert not again.line("verified_by") and not again.line("done_by")


def test_nobody_checks_their_own_action_by_whatever_door(house: House, person: Someone) -> None:
    add(house, action(1, owner="lead", action_state="under_way", evidence="Ten forms."))
    lead = person("lead")
    moves(lead, ACTION, "done")
    page = moves(lead, ACTION, "verify", status=409)
    assert "Somebody other than its owner" in page.text
    assert "Somebody other than its owner" in lead.opens(f"/actions/{ACTION}").text

    user = User("lead", Role.LEAD)
    whole = house.library.records.get(ACTION)
    for verb in ("verify", "edit", "put_right", "import", "anything"):
        after = whole.record.with_(action_state="verified", verified_by="somebody")
        with pytest.raises(IllegalMove):
            house.library.save(user, verb, after, expected=whole.revision.number)
    with pytest.raises(IllegalMove):  # by giving it away first
        given_away = whole.record.with_(owner="officer", done_by="officer")
        house.library.save(user, "edit", given_away, expected=whole.revision.number)
    checked = action(2, action_state="verified", verified_by="reviewer")
    with pytest.raises(IllegalMove):
        house.library.save(user, "agree", checked.with_(author="lead"), expected=0)
    assert state_of(now(house)) == "done"


def test_who_has_no_part_in_an_action_changes_nothing(house: House, person: Someone) -> None:
    add(house, action(1))
    other = person("officer", "other")
    page = other.opens(f"/actions/{ACTION}")
    assert "What happens next" not in page.text
    page = moves(other, ACTION, "begin", status=409)
    assert "for its owner" in page.text
    other.opens("/actions/new", status=403)
    other.opens("/actions/hand-over", status=403)
    with pytest.raises(IllegalMove):
        house.library.save(
            User("other", Role.OFFICER), "edit", now(house).with_(unit="Mine"), expected=1
        )


@settings(max_examples=25, deadline=None, suppress_health_check=list(HealthCheck))
@given(
    st.lists(
        st.tuples(st.sampled_from([*MOVES, "edit"]), st.integers(0, 3), st.integers(0, 4)),
        max_size=8,
    )
)
def test_no_row_of_decisions_checks_an_action_without_a_second_person(
    steps: list[tuple[str, int, int]],
) -> None:
    people = [User("owner", Role.LEAD), User("author", Role.ANALYST), User("other", Role.REVIEWER),
              User("officer", Role.OFFICER)]  # fmt: skip
    states = ["open", "under_way", "done", "verified", "not_taken"]
    record = action(1, owner="owner", author="author", evidence="Seen.")
    for verb, who, state in steps:
        by = people[who]
        after = record.with_(action_state=states[state], decision="Because of this.")
        if verb == "done":
            after = after.with_(done_by=by.name)
        if verb == "verify":
            after = after.with_(verified_by=by.name)
        if verb == "hand_over":
            after = after.with_(owner=people[state % 4].name)
        try:
            action_life.hold(record, after, by, verb)
        except LessonsError:
            continue
        if state_of(after) == "verified" != state_of(record):
            assert verb == "verify"
            assert not is_person(record.line("owner"), by)
            assert not is_person(record.line("done_by"), by)
        record = after


# --- dates, owners, wording ------------------------------------------------------------------------------
def test_due_dates(house: House, person: Someone) -> None:
    person("officer")
    lead = person("lead")
    page = lead.opens("/actions/new")
    past = house.library.today - timedelta(days=1)
    page = lead.sends("/actions/new", boxes(past, id=page.hidden["id"]), status=422)
    assert "This day has gone by" in page.text and WHAT in page.html
    page = lead.sends("/actions/new", boxes(None, id=page.hidden["id"]), status=422)
    assert "Enter the day by which" in page.text
    wrong = boxes(None, **{"due-day": "29", "due-month": "2", "due-year": "2027"})
    page = lead.sends("/actions/new", wrong, status=422)
    assert "Enter a real day" in page.text
    christmas = date(house.library.today.year + 1, 12, 25)
    page = lead.sends("/actions/new", boxes(christmas))
    assert "bank holiday (Christmas Day" in page.text
    due = made(house).day("due")
    assert due is not None and due > christmas + timedelta(days=1) and due.weekday() < 5


def test_a_date_that_moves_later_needs_a_reason_that_is_kept(house: House, person: Someone) -> None:
    add(house, action(1, due=date(2098, 3, 3)))
    person("officer")
    lead = person("lead")
    later = {"title": WHAT, "due-day": "4", "due-month": "3", "due-year": "2098", "strength": "design", "lead": "",
             "unit": "", "marking": "official"}  # fmt: skip
    page = moves(lead, ACTION, "put_right", status=422, **later)
    assert "ten years" in page.text or "moves later" in page.text
    soon = working_day(house, 30)
    add(house, action(2, due=working_day(house, 10)))
    later |= {"due-day": str(soon.day), "due-month": str(soon.month), "due-year": str(soon.year)}
    page = moves(lead, "A-2026-00002", "put_right", status=422, **later)
    assert "The date moves later" in page.text
    page = moves(
        lead, "A-2026-00002", "put_right", **later, decision="The form is printed in June."
    )
    assert "The form is printed in June." in page.text
    assert now(house, "A-2026-00002").rows("moved")[0]["now"] == soon.isoformat()


def test_an_owner_is_a_person_who_may_read_it_or_a_role(house: House, person: Someone) -> None:
    person("officer")
    lead = person("lead")
    due = working_day(house)
    lead.opens("/actions/new")
    page = lead.sends("/actions/new", boxes(due, owner="Nobody Here"), status=422)
    assert "no account of that name" in page.text
    secret = boxes(due, marking="official_sensitive", restricted_because="A tactic.")
    page = lead.sends("/actions/new", secret, status=422)
    assert "officer may not read this action" in page.text
    lead.sends("/actions/new", boxes(due, owner="Custody sergeant", is_role="yes"))
    assert made(house).line("owner") == "Custody sergeant"


def test_vague_words_and_a_lone_reminder_are_questioned_and_may_be_kept(
    house: House, person: Someone
) -> None:
    add(house, lesson(1))
    person("officer")
    lead = person("lead")
    page = lead.opens(f"/actions/new?of={id_of(1)}")
    form = {"of": id_of(1), "id": page.hidden["id"], **boxes(working_day(house))}
    form |= {"title": "Remind staff", "strength": "reminder"}
    page = lead.sends("/actions/new", form, status=422)
    assert "“remind”: how would somebody else see" in page.text and "People forget" in page.text
    assert "Change who does it" in page.text and "Remind staff" in page.html
    prints = confirmed(page)
    page = lead.sends(
        "/actions/new", {**form, "title": "Consider it", "confirmed": prints}, status=422
    )
    assert "“consider”" in page.text
    lead.sends("/actions/new", {**form, "confirmed": prints})
    assert made(house).line("strength") == "reminder"

    answer = lead.client.get(
        "/actions/wording", query_string={"title": "Better briefing", "strength": "policy"}
    )
    said = [each["words"] for each in answer.json["questions"]]
    assert any("begin with what somebody will do" in words for words in said)
    assert person("officer", "other").client.get("/actions/wording?title=x").status_code == 403


def test_words_that_are_changed_are_questioned_as_well(house: House, person: Someone) -> None:
    due = working_day(house)
    add(house, action(1, due=due))
    lead = person("lead")
    said = boxes(due, title="Be aware of the gate", strength="training")
    page = moves(lead, ACTION, "put_right", status=422, **said)
    assert "“be aware”" in page.text and "Change who does it" in page.text
    assert "Be aware of the gate" in page.html and now(house).title == WHAT
    moves(lead, ACTION, "put_right", **said, confirmed=confirmed(page))
    assert now(house).title == "Be aware of the gate"


def test_pressing_twice_agrees_one_action(house: House, person: Someone) -> None:
    person("officer")
    lead = person("lead")
    page = lead.opens("/actions/new")
    form = boxes(working_day(house), id=page.hidden["id"])
    lead.sends("/actions/new", form)
    page = lead.sends("/actions/new", form)
    assert WHAT in page.headings[0] and made(house).id == form["id"]


# --- what it comes from ----------------------------------------------------------------------------------
def test_an_action_on_a_merged_lesson_is_agreed_on_what_it_became(
    house: House, person: Someone
) -> None:
    add(
        house,
        lesson(1, state="merged", replaced_by=id_of(2)),
        lesson(2),
        lesson(3, state="retired"),
    )
    person("officer")
    lead = person("lead")
    page = lead.opens(f"/actions/new?of={id_of(1)}")
    assert f"{id_of(1)} was merged into this lesson" in page.text
    agrees(lead, id_of(1), working_day(house))
    assert made(house).keys("of") == (id_of(2),)
    page = lead.opens(f"/actions/new?of={id_of(3)}")
    form = {"of": id_of(3), "id": page.hidden["id"], **boxes(working_day(house))}
    page = lead.sends("/actions/new", form, status=422)
    assert f"{id_of(3)} is out of use" in page.text
    prints = confirmed(page)
    lead.sends("/actions/new", {**form, "confirmed": prints})
    assert now(house, form["id"]).keys("of") == (id_of(3),)


def test_an_action_is_for_no_more_people_than_what_it_comes_from(
    house: House, person: Someone
) -> None:
    until = house.library.today + timedelta(days=90)
    add(house, lesson(1, groups=("gold",), restricted_because="Live case", restricted_until=until))
    lead, outsider = person("lead", "lead", "gold"), person("lead", "outsider")
    agrees(lead, id_of(1), working_day(house), owner="lead")
    new = made(house)
    assert new.keys("groups") == ("gold",) and new.day("restricted_until") == until
    there = outsider.opens(f"/actions/{new.id}", status=404).text
    assert outsider.opens("/actions/A-2026-ZZZZZ", status=404).text == there
    hidden = outsider.opens(f"/actions/new?of={id_of(1)}", status=404).text
    assert outsider.opens("/actions/new?of=L-2026-ZZZZZ", status=404).text == hidden
    page = outsider.opens("/actions?tab=all")
    assert (
        "(0)" in page.text
        and WHAT not in page.text
        and "lead" not in page.html.split("owner")[-1][:200]
    )
    assert WHAT not in outsider.client.get("/actions/list.csv?tab=all").text
    assert "nothing" not in outsider.client.get("/actions/mine.ics").text


def test_an_action_of_a_sensitive_lesson_is_sensitive(house: House, person: Someone) -> None:
    add(house, lesson(1, marking="official_sensitive", restricted_because="Tactic"))
    lead = person("lead")
    agrees(lead, id_of(1), working_day(house), owner="lead", marking="official")
    new = made(house)
    assert new.line("marking") == "official_sensitive" and new.line("restricted_because")
    with pytest.raises(IllegalMove):
        house.library.save(
            User("lead", Role.LEAD), "put_right", new.with_(marking="official"), expected=1
        )


# --- the register ----------------------------------------------------------------------------------------
def test_the_register_shows_what_is_overdue_first_and_only_what_one_may_read(
    house: House, person: Someone
) -> None:
    today = house.library.today
    add(
        house, lesson(1), lesson(2, marking="official_sensitive", author="lead"),
        action(1, "Add the first thing", due=today + timedelta(days=300), of=(id_of(1), id_of(2))),
        action(2, "Add the late thing", due=today - timedelta(days=9), owner="lead", unit="North"),
        action(3, "=HYPERLINK(1)", due=today + timedelta(days=3), strength="reminder"),
        action(4, "Add the done thing", action_state="done", evidence="Seen"),
        action(5, "Add the secret thing", marking="official_sensitive", owner="spy"),
    )  # fmt: skip
    officer = person("officer")
    page = officer.opens("/actions")
    assert (
        page.text.index("late thing")
        < page.text.index("HYPERLINK")
        < page.text.index("first thing")
    )
    assert "secret" not in page.text and "spy" not in page.html and id_of(2) not in page.html
    assert (
        "To do (3)" in page.text
        and "Overdue (1)" in page.text
        and "Waiting for a check (1)" in page.text
    )
    assert "Mine (2)" in page.text and "Due soon (1)" in page.text
    assert "done thing" in officer.opens("/actions?tab=check").text
    assert "late thing" not in officer.opens("/actions?tab=mine").text
    assert "first thing" not in officer.opens("/actions?unit=North").text
    assert "late thing" not in officer.opens("/actions?origin=lesson").text
    assert (
        "late thing" in officer.opens("/actions?owner=spy").text
    )  # a name not listed narrows nothing
    rows = list(
        csv.reader(io.StringIO(officer.client.get("/actions/list.csv").text.lstrip("\ufeff")))
    )
    assert [row[1] for row in rows[1:]] == [
        "Add the late thing",
        "'=HYPERLINK(1)",
        "Add the first thing",
    ]


def test_a_partner_sees_no_action(house: House, person: Someone) -> None:
    add(house, action(1))
    partner = person("partner")
    assert WHAT not in partner.opens("/actions?tab=all", status=404).text
    partner.opens(f"/actions/{ACTION}", status=404)


def test_what_somebody_who_left_still_owns_is_handed_over_in_one_go(
    house: House, person: Someone
) -> None:
    add(house, action(1), action(2, "Add another box"), action(3, "Add a third", owner="lead"))
    person("officer")
    person("analyst", "second.owner")
    lead = person("lead")
    assert not left_behind(house.library, house.accounts)
    house.accounts.change("officer", disabled=True)
    left = left_behind(house.library, house.accounts)
    assert [each.line.id for each in left] == [ACTION, "A-2026-00002"] and all(
        e.has_left for e in left
    )
    page = lead.opens("/actions/hand-over?from=officer")
    assert "Add another box" in page.text and "Add a third" not in page.text
    form = {"from": "officer", "item": [ACTION, "A-2026-00002"], f"seen-{ACTION}": "1", "seen-A-2026-00002": "1",
            "owner": "second.owner"}  # fmt: skip
    page = lead.sends("/actions/hand-over", form, status=422)
    assert "Say why in a sentence" in page.text
    page = lead.sends("/actions/hand-over", {**form, "decision": "Moved to another force."})
    assert "Handed over: 2 actions" in page.text
    assert now(house).line("owner") == now(house, "A-2026-00002").line("owner") == "second.owner"
    assert not left_behind(house.library, house.accounts)


def test_my_days_as_a_calendar(house: House, person: Someone) -> None:
    clocks = date(2027, 3, 28)  # the day on which the clocks change
    add(
        house, action(1, due=clocks, owner="lead"), action(2, "Add more", due=date(2027, 5, 4)),
        action(3, "Add the secret thing", due=clocks, owner="lead", marking="official_sensitive"),
    )  # fmt: skip
    lead = person("lead")
    answer = lead.client.get("/actions/mine.ics")
    assert answer.mimetype == "text/calendar"
    events = {str(e["uid"]): e for e in Calendar.from_ical(answer.data).walk("VEVENT")}
    assert set(events) == {"A-2026-00001-due@lessons", "A-2026-00003-due@lessons"}
    mine = events["A-2026-00001-due@lessons"]
    assert mine["dtstart"].dt == clocks and WHAT in mine["summary"] and ACTION in mine["url"]
    assert events["A-2026-00003-due@lessons"]["summary"] == "An action is due"
    assert b"secret" not in answer.data


def test_two_people_at_once_lose_no_words(house: House, person: Someone) -> None:
    add(house, action(1))
    officer, lead = person("officer"), person("lead")
    officer.opens(f"/actions/{ACTION}/move/add_evidence")
    moves(lead, ACTION, "begin")
    page = officer.sends(
        f"/actions/{ACTION}/move/add_evidence", {"version": "1", "progress": "Half of it is built."}, status=409
    )  # fmt: skip
    assert "Half of it is built." in page.html and "Begun" in page.text


def test_the_examples_load_and_read(example_house: House, person: Someone) -> None:
    reader = person("officer")
    page = reader.opens("/actions?tab=all")
    there = example_house.library.ledger(SYSTEM, Kind.ACTION)
    assert len(there) >= 14 and f"All ({len(there)})" in page.text
    for line in there[:5]:
        assert line.title in reader.opens(f"/actions/{line.id}").headings[0]
