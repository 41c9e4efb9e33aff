"""History: what changed in words, edits from outside, earlier words brought back, and earlier words destroyed."""

from collections.abc import Callable
from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from lessons.app import House
from lessons.domain.access import SYSTEM, Role, User
from lessons.domain.deciding import IllegalMove
from lessons.domain.errors import Invalid, NotAllowed, NotFound, StaleWrite
from lessons.domain.record import Kind, Record
from lessons.services import find
from lessons.services.review import restoring
from tests.people import Page, Person
from tests.review.kit import keep

Someone = Callable[..., Person]
REV, DEE, OLLY = (
    User("rev", Role.REVIEWER),
    User("dee", Role.DISCLOSURE),
    User("olly", Role.OFFICER),
)
ID = "L-2026-7K3QD"
FIRST = Record(
    ID, Kind.LESSON,
    fields={"title": "Share one channel", "state": "observation", "learning": "change", "marking": "official",
            "author": "olly", "themes": ("radio",), "unit": "North"},
    texts={"lesson": "Say which channel.", "happened": "Two doors."},
)  # fmt: skip
HISTORY = f"/lessons/{ID}/history"


def now(house: House, id: str = ID) -> Record:
    return house.library.records.get(id).record


SECOND = FIRST.with_(
    title="Share it", unit="South", themes=("handover",), state="identified", owner="owen"
).with_texts(lesson="", evidence="Seen.")


def test_days_and_moments_are_told_as_people_say_them(house: House, person: Someone) -> None:
    sent, pushed = (
        datetime(2026, 3, 4, 9, 0, tzinfo=UTC),
        datetime(2026, 11, 22, 15, 49, 2, tzinfo=UTC),
    )
    before = FIRST.with_(sent=sent, check_by=date(2026, 12, 1), example=False)
    keep(house, before, before.with_(pushed=pushed, check_by=date(2027, 11, 22), example=True))
    page = person("reviewer").opens(HISTORY)
    assert "22 November 2027" in page.text and "22 November 2026, 15:49" in page.text
    assert "2027-11-22" not in page.text and "2026-11-22T" not in page.text
    assert "Yes" in page.text


def test_a_reviewer_looks_at_the_difference_and_brings_earlier_words_back_as_a_new_version(
    house: House, person: Someone
) -> None:
    keep(house, FIRST, SECOND)
    reviewer = person("reviewer")
    page = reviewer.opens(reviewer.opens(HISTORY).link("Bring these words back"))
    assert "What would change" in page.text and "Say which channel." in page.text
    assert now(house) == SECOND, "to look changes nothing"
    page = reviewer.sends(f"{HISTORY}/1/restore", {"version": page.hidden["version"]})
    assert "Earlier text brought back" in page.text
    after = now(house)
    assert (after.title, after.line("unit")) == ("Share one channel", "North")
    assert after.keys("themes") == ("radio",)
    assert after.texts == {**FIRST.texts, "evidence": "Seen."}
    assert (after.line("state"), after.line("owner")) == ("identified", "owen"), "as was decided"
    assert [r.verb for r in house.library.records.history(ID)] == [
        "import",
        "import",
        "restore_text",
    ]
    assert house.library.records.revision(ID, 2).record == SECOND, "nothing of it is lost"


def test_only_reviewers_are_offered_it_and_nobody_else_can(house: House, person: Someone) -> None:
    keep(house, FIRST, SECOND)
    for role in ("officer", "lead", "analyst", "disclosure", "admin"):
        someone = person(role)
        assert "Bring these words back" not in someone.opens(HISTORY).text
        someone.opens(f"{HISTORY}/1/restore", status=403)
        someone.sends(f"{HISTORY}/1/restore", {"version": "2"}, status=403)
    assert now(house) == SECOND


def test_of_two_the_second_is_told_what_the_first_did(house: House, person: Someone) -> None:
    keep(house, FIRST, SECOND)
    reviewer = person("reviewer")
    page = reviewer.opens(f"{HISTORY}/1/restore")
    house.library.save(REV, "edit", SECOND.with_(unit="West"), expected=2)
    page = reviewer.sends(f"{HISTORY}/1/restore", {"version": page.hidden["version"]}, status=409)
    assert "Somebody changed this record while you looked" in page.text
    assert "What was done meanwhile" in page.text and "West" in page.text and ", rev" in page.text
    assert now(house).line("unit") == "West"
    reviewer.sends(f"{HISTORY}/1/restore", {"version": page.hidden["version"]})
    assert now(house).line("unit") == "North"


def test_what_was_taken_out_for_a_reason_does_not_come_back(house: House, person: Someone) -> None:
    keep(house, FIRST.with_texts(happened="We rang 07700 900123."), FIRST)
    page = person("reviewer").opens(f"{HISTORY}/1/restore", status=409)
    assert restoring.TAKEN_OUT in page.text and "900123" not in page.text
    with pytest.raises(IllegalMove):
        restoring.restore(house.library, REV, ID, 1, expected=2)
    assert now(house) == FIRST


@pytest.mark.parametrize("then", [{"groups": ("kidnap",), "restricted_because": "Live"}])
def test_words_that_were_for_fewer_people_do_not_come_back_for_more(house: House, then) -> None:
    insider = User("ina", Role.REVIEWER, groups=frozenset({"kidnap"}))
    keep(house, FIRST.with_(title="Secret", **then), FIRST)
    with pytest.raises(IllegalMove, match="for fewer people"):
        restoring.restore(house.library, insider, ID, 1, expected=2)
    with pytest.raises(NotFound):
        restoring.restore(house.library, REV, ID, 1, expected=2)


def test_a_marking_is_never_lowered_and_words_from_under_a_higher_one_bring_it_with_them(
    house: House,
) -> None:
    high = FIRST.with_(title="High", marking="official_sensitive")
    keep(house, FIRST, high, FIRST)
    assert restoring.restore(house.library, REV, ID, 2, expected=3).record == high
    assert restoring.restore(house.library, REV, ID, 1, expected=4).record == high.with_(
        title=FIRST.title
    )


def test_nobody_brings_words_back_into_what_they_sent_in_and_what_is_the_same_is_said(
    house: House,
) -> None:
    keep(house, FIRST, SECOND, SECOND.with_(state="under_way"))
    with pytest.raises(IllegalMove, match="You sent this in yourself"):
        restoring.restore(house.library, User("olly", Role.REVIEWER), ID, 1, expected=3)
    with pytest.raises(IllegalMove, match="nothing to bring back"):
        restoring.restore(house.library, REV, ID, 2, expected=3)
    for number in (3, 4, 0):
        with pytest.raises(NotFound):
            restoring.restore(house.library, REV, ID, number, expected=3)
    with pytest.raises(StaleWrite):
        restoring.restore(house.library, REV, ID, 1, expected=2)


def test_a_theme_gets_its_words_back_unless_another_has_taken_them(
    house: House, person: Someone
) -> None:
    here = house.library
    theme = here.records.settle("radio", at=here.clock()).record
    less = theme.with_(label="Airwaves", help="Second", synonyms=("comms",))
    here.save(SYSTEM, "theme", less, expected=1)
    page = person("admin").opens("/themes/radio/history/1/restore")
    assert "Radio and communications" in page.text
    taken = Record("ether", Kind.THEME, fields={"label": "Comms", "synonyms": ("talkgroup",)})
    here.save(SYSTEM, "theme", taken, expected=0)
    here.forget_lists()
    with pytest.raises(Invalid, match="goes by that word"):
        restoring.restore(here, REV, "radio", 1, expected=2)
    here.save(SYSTEM, "theme", taken.with_(label="Ether", synonyms=None), expected=1)
    here.forget_lists()
    restoring.restore(here, REV, "radio", 1, expected=2)
    assert here.vocabularies.label("theme", "radio") == "Radio and communications"


def test_a_debrief_never_goes_back_nor_does_what_nobody_decides_on(
    house: House, person: Someone
) -> None:
    for id, kind in (("D-2026-AAAAA", Kind.DEBRIEF), ("B-2026-AAAAA", Kind.BRIEFING)):
        record = Record(id, kind, fields={"title": "One", "marking": "official"})
        house.library.save(SYSTEM, "import", record, expected=0)
        with pytest.raises(NotFound):
            restoring.earlier(house.library, REV, id, 0)
        person("reviewer", f"r{kind}").opens(f"/{kind.folder}/{id}/history/1/restore", status=404)


REGISTERS = (
    ("O-2026-AAAAA", "lead", {"debriefed": date(2026, 3, 4), "sio": "owen"}, "summary"),
    ("E-2026-AAAAA", "analyst", {"owner": "owen", "due": date(2026, 9, 1)}, "problem"),
    ("A-2026-AAAAA", "lead", {"owner": "owen", "action_state": "under_way"}, "progress"),
    ("F-2026-AAAAA", "liaison", {"finding_status": "progressing", "responded": date(2026, 3, 4)}, "text"),
)  # fmt: skip


@pytest.mark.parametrize(("id", "role", "since", "text"), REGISTERS, ids=lambda each: str(each)[:6])
def test_words_of_the_registers_come_back_and_nothing_that_was_decided_since(
    house: House, person: Someone, id: str, role: str, since: dict[str, object], text: str
) -> None:
    kind = next(k for k in Kind if k.letter == id[0] and k is not Kind.THEME)
    fields = {"title": "Then", "marking": "official", "author": "olly", "owner": "olly"}
    if kind is Kind.OPERATION:
        del fields["owner"]
    then = Record(id, kind, fields=fields).with_texts(**{text: "As it was."})
    keep(house, then, then.with_(title="Now", **since).with_texts(**{text: "As it is."}))
    page = person(role).opens(f"/{kind.folder}/{id}/history").link("Bring these words back")
    person("officer").opens(page, status=403)
    restoring.restore(house.library, User("x", Role(role)), id, 1, expected=2)
    back = now(house, id)
    assert (back.title, back.texts[text]) == ("Then", "As it was.")
    assert {name: back.fields.get(name) for name in since} == since


@pytest.mark.parametrize(
    ("id", "over"),
    [
        ("A-2026-AAAAA", {"action_state": "done", "done_by": "olly"}),
        ("A-2026-BBBBB", {"action_state": "verified"}),
        ("E-2026-AAAAA", {"done": date(2026, 3, 4)}),
    ],
)
def test_what_is_finished_keeps_its_words(house: House, id: str, over: dict[str, object]) -> None:
    kind = Kind.ACTION if id[0] == "A" else Kind.EVALUATION
    then = Record(id, kind, fields={"title": "Then", "marking": "official", "owner": "olly"})
    keep(house, then, then.with_(title="Now", **over))
    lead = User("x", Role.LEAD)
    assert restoring.restorable(house.library, lead, id, [1]) == frozenset()
    with pytest.raises(IllegalMove):
        restoring.restore(house.library, lead, id, 1, expected=2)


def test_an_edit_from_outside_is_shown_as_such(
    house: House, person: Someone, content: Path
) -> None:
    keep(house, FIRST)
    file = content / "lessons" / f"{ID}.md"
    file.write_text(file.read_text().replace("Say which channel.", "Say which door."))
    house.library.sync()
    page = person("officer").opens(HISTORY)
    assert "Outside edit" in page.text and "changed the file itself" in page.text
    assert "channel." in page.text and "door." in page.text


# --- earlier words destroyed ---------------------------------------------------------------------------
NAMED = FIRST.with_(title="Ask Jo Bloggs first").with_texts(happened="Jo Bloggs was late.")


def closes(person: Person, number: int, status: int = 200, **said: str) -> Page:
    person.opens(f"{HISTORY}/{number}/close")
    return person.sends(f"{HISTORY}/{number}/close", said, status=status)


@pytest.mark.parametrize("role", ["reviewer", "disclosure"])
def test_a_name_that_stood_in_earlier_versions_is_destroyed_in_all_of_them(
    role: str, house: House, person: Someone, content: Path
) -> None:
    keep(house, NAMED, NAMED.with_(unit="South"), FIRST)
    officer, keeper = person("officer"), person(role, "kim")
    assert "Bloggs" in officer.opens(HISTORY).text, "as long as nobody does something"
    page = closes(keeper, 2, status=422, why=" ")
    assert restoring.SAY_WHY in page.text
    page = closes(keeper, 2, why="A person was named.", before="yes")
    assert "The texts of 2 versions are destroyed." in page.text
    assert page.text.count("Text destroyed") == 2 and "kim: A person was named." in page.text
    told = officer.opens(HISTORY)
    assert "Bloggs" not in told.html and "A person was named" not in told.text
    assert told.html.count("app-history__step") == 3, "that there was a version stays"
    assert not [p for p in content.rglob("*") if p.is_file() and b"Bloggs" in p.read_bytes()]
    assert now(house) == FIRST
    found = find.by_words(house.library, OLLY, "channel", 5)
    assert [hit.id for hit in found.hits] == [ID]
    noted = [e for e in house.library.audit.events(record=ID) if e.verb == "erasure"]
    assert {(e.who, e.revision) for e in noted} == {("kim", 1), ("kim", 2)}
    assert {e.note for e in noted} == {"A person was named."}
    assert restoring.earlier(house.library, REV, ID, 1).refused == restoring.CLOSED


def test_the_words_that_hold_now_are_never_destroyed_nor_by_just_anybody(
    house: House, person: Someone
) -> None:
    keep(house, NAMED, FIRST)
    for role in ("officer", "lead", "analyst", "admin"):
        someone = person(role)
        assert "Destroy this text" not in someone.opens(HISTORY).text
        someone.opens(f"{HISTORY}/1/close", status=403)
        someone.sends(f"{HISTORY}/1/close", {"why": "x"}, status=403)
    for number in (2, 3, 0):
        with pytest.raises(NotFound):
            restoring.close(house.library, DEE, ID, number, "x")
    with pytest.raises(NotAllowed):
        restoring.close(house.library, OLLY, ID, 1, "x")
    assert house.library.records.revision(ID, 1).record == NAMED


def test_destroyed_words_open_to_nobody_new(house: House) -> None:
    """What is left of a version that only keepers could read is for keepers only."""
    keep(house, NAMED.with_(state="sent", author="ann"), FIRST.with_(author="ann"))
    restoring.close(house.library, DEE, ID, 1, "A name.")
    assert [s.revision.number for s in house.library.history(OLLY, ID)] == [2]
    assert [s.revision.number for s in house.library.history(DEE, ID)] == [1, 2]
    assert house.library.records.history(ID)[0].closed.by == "dee"
    assert house.library.records.history(ID)[0].at <= datetime.now(UTC)


# --- what is offered -------------------------------------------------------------------------------
def offered(page: Page, what: str) -> list[str]:
    """The numbers of the versions at which the history offers it, oldest first."""
    return sorted(href.split("/")[-2] for href, text in page.links if what in text)


def test_words_are_offered_back_only_where_they_can_come_back(
    house: House, person: Someone
) -> None:
    named = FIRST.with_texts(happened="We rang 07700 900123.")
    keep(house, NAMED, FIRST, named, SECOND, SECOND.with_(state="under_way"))
    restoring.close(house.library, DEE, ID, 1, "A person was named.")
    page = person("reviewer").opens(HISTORY)
    assert offered(page, "Bring these words back") == ["2"], "1 destroyed, 3 flagged, 4 the same"
    its_author = person("reviewer", "olly").opens(HISTORY)
    assert offered(its_author, "Bring these words back") == [], "somebody else decides"


def test_destroying_is_offered_only_where_there_is_something_to_destroy(
    house: House, person: Someone
) -> None:
    said = FIRST.with_(decision="Ask Jo Bloggs.")
    keep(house, NAMED, NAMED.with_(unit="West"), said, FIRST, FIRST.with_(state="identified"))
    restoring.close(house.library, DEE, ID, 1, "A person was named.")
    page = person("disclosure", "kim").opens(HISTORY)
    assert offered(page, "Destroy this text") == ["2", "3"], (
        "1 is destroyed, 4 says the same as now"
    )
