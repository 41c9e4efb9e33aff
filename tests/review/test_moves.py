"""What becomes of a lesson: its whole life by the right people, and every other way refused with the same reason."""

import json
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from types import SimpleNamespace
from typing import Any

import pytest
from click.testing import CliRunner
from flask import Flask
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from lessons.app import House
from lessons.cli import command
from lessons.cli.common import House as CommandHouse
from lessons.domain.access import SYSTEM, Permit, Role, User, may_read
from lessons.domain.clearing import prints
from lessons.domain.deciding import (
    NO_SUCH_MOVE,
    NOT_FROM_HERE,
    REFUSALS,
    IllegalMove,
    barred,
    hold,
    may_make,
    same_words,
)
from lessons.domain.errors import Invalid, NotFound
from lessons.domain.lifecycle import MOVES, Move, Need, Tie
from lessons.domain.record import Kind, Record
from lessons.domain.states import CLEARED, State
from lessons.ports import Change
from lessons.services import people
from lessons.services.review import asking
from lessons.services.review.merging import ITSELF
from lessons.services.review.moving import NO_SUCH_LESSON, NOT_TAKEN
from tests.people import Page, Person

Someone = Callable[..., Person]
SHARED = Record(
    "L-2026-7K3QD", Kind.LESSON,
    fields={"title": "When two teams share a door, do share a channel", "state": "sent", "learning": "change",
            "marking": "official", "author": "olly", "owner": "owen"},
    texts={"lesson": "Say which channel.", "action": "Put it on the briefing slide."},
)  # fmt: skip


def keep(house: House, *records: Record) -> None:
    house.library.save_many(SYSTEM, "import", [Change(r, 0) for r in records])


def now(house: House, id: str = SHARED.id) -> Record:
    return house.library.records.get(id).record


def moves(person: Person, key: str, id: str = SHARED.id, *, status: int = 200, **said: str) -> Page:
    """As somebody does who opens the form of a move and sends it."""
    page = person.opens(f"/lessons/{id}/move/{key}")
    boxes = {n: v for n, v in page.hidden.items() if n == "version"}
    return person.sends(f"/lessons/{id}/move/{key}", {**boxes, **said}, status=status)


# --- the whole life --------------------------------------------------------------------------------
def test_a_lesson_lives_from_sent_to_learned_by_the_right_people(
    house: House, person: Someone
) -> None:
    keep(house, SHARED.with_(owner=None))
    reviewer, lead, owner = person("reviewer"), person("lead"), person("officer", "olga")
    id = SHARED.id
    house.library.save(
        reviewer_of(reviewer), "accept", SHARED.with_(owner=None, state="observation"), expected=1
    )

    page = lead.opens(f"/lessons/{id}")
    assert "What happens next" in page.text and 'aria-current="step">Observation' in squeezed(page)
    form = lead.opens(page.link("Make it a lesson identified"))
    assert "An owner: a person, or a role that a person holds." in form.text
    assert '<option value="olga">' in form.html, "people who may own it are offered"
    done = moves(lead, "identify", owner="olga", decision="Every team has this door.")
    assert "Made a lesson identified." in done.text and "Owner: olga" in done.text

    assert "What happens next" in owner.opens(f"/lessons/{id}").text, "for its owner, an officer"
    assert "What happens next" not in person("officer").opens(f"/lessons/{id}").text
    moves(owner, "start", action="One channel on the slide.")
    page = moves(owner, "done", evidence="On the slide since May.", decision="It is on the slide.")
    assert "/move/learned" not in page.html, "that is for somebody else"
    assert now(house).line("done_by") == "olga"

    moves(person("analyst"), "learned", evidence="Six of six briefings had it.", life="year")
    learned = now(house)
    assert (learned.line("state"), learned.line("checked_by")) == ("learned", "analyst")
    assert learned.day("check_by") is not None
    verbs = [r.verb for r in house.library.records.history(id)]
    assert verbs == ["import", "accept", "identify", "start", "done", "learned"]


def reviewer_of(person: Person) -> User:
    return User(person.name, person.role)


def squeezed(page: Page) -> str:
    return re.sub(r"\s+", " ", page.html).replace("> ", ">")


def test_the_form_tells_beforehand_what_it_needs_and_keeps_every_word_when_it_is_not_there(
    house: House, person: Someone
) -> None:
    keep(house, SHARED.with_(state="under_way"))
    owner = person("officer", "owen")
    page = moves(owner, "done", status=422, evidence="On the slide & <b>in</b> the plan.")
    assert "Say in a sentence what was done. Those who are told are shown it." in page.text
    assert "What was done" in page.text
    assert "On the slide &amp; &lt;b&gt;in&lt;/b&gt; the plan." in page.html
    assert now(house).line("state") == "under_way"
    assert "reviewers" in page.text and "its author" in page.text, "who is told"


def test_somebody_who_owns_it_is_told_on_its_page_why_another_must_check_it(
    house: House, person: Someone
) -> None:
    keep(house, SHARED.with_(state="awaiting_check", owner=" OWEN ", done_by="lea"))
    for name in ("owen", "lea"):
        page = person("lead", name).opens(f"/lessons/{SHARED.id}")
        assert REFUSALS[Need.OTHER_THAN_OWNER][1] in page.text
        assert "/move/learned" not in page.html
    assert "/move/learned" in person("lead", "other").opens(f"/lessons/{SHARED.id}").html


def test_what_waits_for_review_leads_to_the_page_of_the_item_but_never_for_its_author(
    house: House, person: Someone
) -> None:
    keep(house, SHARED)
    page = person("reviewer").opens(f"/lessons/{SHARED.id}")
    assert page.link("Review it") == f"/review/{SHARED.id}"
    assert page.link("Merge into another lesson") == f"/review/{SHARED.id}/merge"
    own = person("reviewer", "olly").opens(f"/lessons/{SHARED.id}")
    assert REFUSALS[Need.NOT_OWN][1] in own.text
    assert f"/review/{SHARED.id}" not in own.html


def test_two_decide_at_once_and_the_second_is_told_what_the_first_did_and_loses_no_word(
    house: House, person: Someone
) -> None:
    keep(house, SHARED.with_(state="observation", owner=None))
    first, second = person("reviewer", "rita"), person("reviewer", "rob")
    person("officer", "nora")
    slow = second.opens(f"/lessons/{SHARED.id}/move/identify")
    moves(first, "identify", owner="nora", action="Put it on the wall.")
    said = {"version": slow.hidden["version"], "owner": "olga", "action": "Put it in the plan."}
    page = second.sends(f"/lessons/{SHARED.id}/move/identify", said, status=409)
    assert "Somebody was first" in page.text
    assert "Made a lesson identified" in page.text and ", rita" in page.text
    assert "nora" in page.text and "wall." in page.text, "the difference, in words"
    assert 'value="olga"' in page.html and "Put it in the plan." in page.html
    assert NOT_FROM_HERE in page.text, "and that it cannot go that way any more"
    assert now(house).line("owner") == "nora"


def test_words_that_name_somebody_do_not_come_in_after_review_but_a_false_alarm_may_stay(
    house: House, person: Someone
) -> None:
    keep(house, SHARED.with_(state="under_way"))
    owner = person("officer", "owen")
    told = "Ring 07700 900123 to see it."
    said = {"evidence": told, "decision": "It is on the slide."}
    page = moves(owner, "done", status=422, **said)
    assert "Look at this first" in page.text and "07700 900123" in page.text
    assert told in page.html, "no word is lost"
    [box] = [b["name"] for b in page.boxes if b.get("name", "").startswith("stays-")]
    said |= {"version": page.hidden["version"], box: "The number of the front desk."}
    owner.sends(f"/lessons/{SHARED.id}/move/done", said)
    after = now(house)
    assert after.texts["evidence"] == told
    assert after.rows("cleared")[-1]["why"] == "The number of the front desk."
    assert after.rows("cleared")[-1]["by"] == "owen"


def test_a_merge_is_undone_from_the_page_of_the_old_lesson(house: House, person: Someone) -> None:
    other = Record("L-2026-BBBBB", Kind.LESSON, fields={**SHARED.fields, "state": "observation"})
    over = SHARED.with_(state="merged", replaced_by=other.id, owner=None)
    keep(house, over, other.with_(merged=(SHARED.id,)))
    reviewer = person("reviewer")
    page = reviewer.opens(f"/lessons/{SHARED.id}/move/unmerge")
    form = {n: v for n, v in page.hidden.items() if n != "csrf_token"}
    reviewer.sends(f"/review/{SHARED.id}/unmerge", {**form, "decision": "They differ after all."})
    assert now(house).line("state") == "observation"
    assert now(house, other.id).keys("merged") == ()


def test_a_lesson_in_a_briefing_is_retired_and_nothing_is_lost(
    house: House, person: Someone
) -> None:
    better = Record(
        "L-2026-BBBBB",
        Kind.LESSON,
        fields={**SHARED.fields, "title": "The better one", "state": "observation"},
    )
    packs = [
        Record(f"B-2026-AAAA{n}", Kind.BRIEFING, fields={
            "title": f"Pack {n}", "lessons": ({"lesson": SHARED.id, "why": "same door"},),
            **({"groups": ("kidnap",)} if n == 2 else {}),
        })
        for n in range(3)
    ]  # fmt: skip
    keep(house, SHARED.with_(state="observation"), better, *packs)
    reviewer = person("reviewer")
    page = reviewer.opens(f"/lessons/{SHARED.id}/move/retire")
    assert "It stands in 2 briefings that you may read." in page.text
    wrong = moves(reviewer, "retire", status=422, replaced_by="L-2026-ZZZZZ")
    assert NO_SUCH_LESSON in wrong.text
    assert ITSELF in moves(reviewer, "retire", status=422, replaced_by=SHARED.id).text
    moves(reviewer, "retire", replaced_by=better.id)
    pack = person("officer").opens("/briefings/B-2026-AAAA0")
    assert "Changed since it was issued" in pack.text
    assert "Retired" in pack.text and "same door" in pack.text
    assert pack.link("The better one") == f"/lessons/{better.id}"


# --- every illegal move, refused alike ---------------------------------------------------------------
@dataclass
class Doors:
    """The three doors to a move: what each says, and that it says the same."""

    house: House
    person: Person
    secret: str
    told: list[str] = field(default_factory=list)

    @property
    def user(self) -> User:
        return User(self.person.name, self.person.role)

    def page(self, id: str, key: str, said: dict[str, str]) -> tuple[int, str]:
        answer = self.person.client.post(
            f"/lessons/{id}/move/{key}", data={"csrf_token": self.person.token, "version": "1", **said}
        )  # fmt: skip
        return answer.status_code, Page(answer.text).text

    def program(self, id: str, key: str, said: dict[str, str]) -> tuple[int, str]:
        answer = self.person.app.test_client().post(
            f"/api/v1/lessons/{id}/moves",
            json={"move": key, "expected": 1, "given": said},
            headers={"Authorization": f"Bearer {self.secret}"},
        )
        assert answer.json is not None
        error = answer.json.get("error", {})
        return answer.status_code, " ".join(
            [error.get("message", ""), *error.get("fields", {}).values()]
        )

    def line(self, id: str, key: str, said: dict[str, str]) -> tuple[int, str]:
        given = [word for n, v in said.items() for word in ("--set", f"{n}={v}")]
        words = ["move", id, key, "--as", self.person.name, "--expected", "1", *given]
        result = CliRunner().invoke(command, words, prog_name="lessons")
        assert "Traceback" not in result.output
        return result.exit_code, result.output

    def refused(self, id: str, key: str, words: str, status: int, exit_: int, **said: str) -> None:
        for door, right in ((self.page, status), (self.program, status), (self.line, exit_)):
            code, told = door(id, key, said)
            assert code == right, (door.__name__, self.person.name, id, key, told)
            assert words in told, (door.__name__, self.person.name, id, key, told)
        assert self.house.library.records.get(id).revision.number == 1


@pytest.fixture
def at_doors(
    house: House, app: Flask, person: Someone, monkeypatch: pytest.MonkeyPatch
) -> Callable[..., Doors]:
    # The command shares the house with the pages, and so must not close it.
    open_house = SimpleNamespace(
        library=house.library, accounts=house.accounts, database=SimpleNamespace(close=lambda: None)
    )
    monkeypatch.setattr(CommandHouse, "builder", lambda: open_house)

    def make(role: str, name: str = "") -> Doors:
        someone = person(role, name)
        _info, secret = people.add_token(
            house.accounts, house.library, SYSTEM, "k", someone.name, 1
        )
        return Doors(house, someone, secret)

    return make


def one_of_each(owner: str = "owen", author: str = "olly") -> dict[State, Record]:
    return {
        state: Record(
            f"L-2026-STAT{n}", Kind.LESSON,
            fields={**SHARED.fields, "state": state.value, "owner": owner, "author": author},
            texts=SHARED.texts,
        )
        for n, state in enumerate(State)
    }  # fmt: skip


def illegal(
    user: User, records: dict[State, Record], today: Any
) -> Iterator[tuple[Record, Move, str]]:
    """For each move one lesson for each reason why this person cannot make it; "" for a lesson that is not there."""
    for move in MOVES.values():
        seen: set[str] = set()
        for record in records.values():
            why = barred(move, user, record)
            words = why if may_read(user, record, today) else "" if why else None
            if words is not None and why and words not in seen:
                seen.add(words)
                yield record, move, words


@pytest.mark.parametrize("who", [*(r.value for r in Role), "its author", "its owner"])
def test_every_illegal_move_is_refused_with_the_same_reason_at_every_door(
    who: str, house: House, at_doors: Callable[..., Doors]
) -> None:
    tie = {"its author": ("reviewer", "olly"), "its owner": ("lead", "owen")}.get(who, (who, ""))
    doors = at_doors(*tie)
    records = one_of_each()
    keep(house, *records.values())
    tried = 0
    for record, move, words in illegal(doors.user, records, house.library.today):
        tried += 1
        if words:
            doors.refused(record.id, move.key, words, 409, 1)
        else:
            doors.refused(record.id, move.key, NotFound.message[:20], 404, 2)
    assert tried >= len(MOVES)
    every = [barred(m, doors.user, r) for m in MOVES.values() for r in records.values()]
    assert tried >= len(set(every) - {""})


@pytest.mark.parametrize(
    "key",
    [
        m.key
        for m in MOVES.values()
        if set(m.needs)
        & {Need.SENTENCE, Need.WHAT_WAS_DONE, Need.OWNER, Need.EVIDENCE, Need.REASON, Need.WHY_OVER}
    ],
)
def test_what_a_move_needs_is_asked_for_in_the_same_words_at_every_door(
    key: str, house: House, at_doors: Callable[..., Doors]
) -> None:
    doors, move = at_doors("reviewer"), MOVES[key]
    records = one_of_each(owner="reviewer" if move.who == {Tie.OWNER} else "")
    keep(house, *records.values())
    record = next(r for s, r in records.items() if s in move.sources)
    need = next(n for n in move.needs if REFUSALS[n][0] and n is not Need.FLAGS)
    doors.refused(record.id, key, REFUSALS[need][1], 422, 2)


def test_no_such_move_no_such_lesson_and_nothing_of_what_it_does_not_take(
    house: House, at_doors: Callable[..., Doors]
) -> None:
    records = one_of_each()
    keep(house, *records.values())
    doors = at_doors("reviewer")
    id = records[State.OBSERVATION].id
    doors.refused(id, "fly", NO_SUCH_MOVE, 409, 1)
    for door in (doors.program, doors.line):
        code, told = door(id, "identify", {"owner": "role:olga", "state": "learned"})
        assert code in (422, 2) and NOT_TAKEN in told
        code, told = door("L-2026-ZZZZZ", "identify", {})
        assert code in (404, 2)
    assert doors.page("L-2026-ZZZZZ", "identify", {})[0] == 404
    code, _told = doors.page(id, "identify", {"owner": "role:olga", "state": "learned"})
    assert code == 303 and now(house, id).line("state") == "identified", (
        "a box of nobody's is left out"
    )


def test_whoever_is_late_is_told_so_at_every_door(
    house: House, at_doors: Callable[..., Doors]
) -> None:
    records = one_of_each(owner="")
    keep(house, *records.values())
    doors, id = at_doors("lead"), records[State.OBSERVATION].id
    asking.ask(
        house.library, SYSTEM_REVIEWER, id, "identify", {"owner": "role:nora"}, expected=1, accounts=house.accounts,
    )  # fmt: skip
    for door, code in ((doors.page, 409), (doors.program, 409), (doors.line, 1)):
        got, told = door(id, "identify", {"owner": "olga"})
        assert got == code
        assert "Somebody was first" in told or "was changed by someone else" in told
    assert now(house, id).line("owner") == "nora"


SYSTEM_REVIEWER = User("rev", Role.REVIEWER)


# --- programs ----------------------------------------------------------------------------------------
def test_a_program_asks_what_it_may_do_and_does_it(
    house: House, app: Flask, at_doors: Callable[..., Doors]
) -> None:
    keep(house, SHARED.with_(state="observation", owner=None))
    doors = at_doors("lead")
    client, key = app.test_client(), {"Authorization": f"Bearer {doors.secret}"}
    address = f"/api/v1/lessons/{SHARED.id}/moves"
    found = client.get(address, headers=key).json
    assert found is not None and (found["revision"], found["state"]) == (1, "observation")
    [one] = [m for m in found["moves"] if m["move"] == "identify"]
    assert one["takes"] == list(MOVES["identify"].takes) and one["to"] == "identified"
    assert one["needs"] == [{"need": "owner", "words": asking.NEEDED[Need.OWNER]}]
    asked = {"move": "identify", "expected": 1, "given": {"owner": "role:olga", "action": None}}
    answer = client.post(address, json=asked, headers=key)
    assert answer.status_code == 200 and answer.json is not None
    assert (answer.json["state"], answer.json["owner"], answer.json["revision"]) == (
        "identified",
        "olga",
        2,
    )
    assert "action" not in answer.json and "author" not in answer.json, (
        "a lead does not see who sent it"
    )
    assert "start" in [m["move"] for m in answer.json["moves"]]


@pytest.mark.parametrize(
    ("body", "field"),
    [("", "move"), ("[]", "move"), ('{"move":"start"}', "expected"), ('{"move":"start","expected":true}', "expected"),
     ('{"move":"start","expected":1,"given":[]}', "given"), ('{"move":"start","expected":1,"x":1}', "x"),
     ('{"move":"start","expected":1,"given":{"action":{"a":1}}}', "action"),
     ('{"move":"start","expected":1,"given":{"action":"\\ud800"}}', "action"),
     ('{"move":"start","expected":1,"given":{"owner":"me"}}', "owner")],
)  # fmt: skip
def test_what_makes_no_sense_is_refused_by_name(
    body: str, field: str, house: House, app: Flask, at_doors: Callable[..., Doors]
) -> None:
    keep(house, SHARED.with_(state="identified"))
    key = {"Authorization": f"Bearer {at_doors('lead').secret}", "Content-Type": "application/json"}
    answer = app.test_client().post(f"/api/v1/lessons/{SHARED.id}/moves", data=body, headers=key)
    assert answer.status_code == 422 and answer.json is not None
    assert field in answer.json["error"]["fields"]
    assert now(house) == SHARED.with_(state="identified")


def test_being_signed_in_to_the_pages_is_not_enough_to_change_anything_as_a_program(
    house: House, at_doors: Callable[..., Doors]
) -> None:
    keep(house, SHARED.with_(state="observation"))
    doors = at_doors("lead")
    address = f"/api/v1/lessons/{SHARED.id}/moves"
    assert doors.person.client.get(address).status_code == 200
    for headers in ({}, {"Authorization": "Bearer nonsense"}):
        asked = {"move": "identify", "expected": 1, "given": {"owner": "x"}}
        answer = doors.person.client.post(address, json=asked, headers=headers)
        assert answer.status_code == 401 and answer.headers["WWW-Authenticate"]
    assert now(house).line("state") == "observation"


def test_the_description_tells_of_every_move_and_of_every_field_that_one_takes(app: Flask) -> None:
    answer = app.test_client().get("/api/v1/openapi.json").json
    assert answer is not None
    move = answer["components"]["schemas"]["move"]["properties"]
    assert move["move"]["enum"] == list(MOVES)
    taken = {name for m in MOVES.values() for name in m.takes}
    assert set(move["given"]["properties"]) == taken
    assert "requestBody" in answer["paths"]["/lessons/{id}/moves"]["post"]


def test_the_command_lists_and_decides(house: House, at_doors: Callable[..., Doors]) -> None:
    keep(house, SHARED.with_(state="identified"))
    at_doors("lead", "lea")

    def run(*words: str) -> str:
        result = CliRunner().invoke(command, list(words), prog_name="lessons")
        assert result.exit_code == 0, result.output
        return str(result.output)

    told = run("moves", SHARED.id.lower(), "--as", "lea")
    assert "start" in told and "takes: action, decision" in told and "revision 1" in told
    found = json.loads(run("moves", SHARED.id, "--as", "lea", "--json"))
    assert [m["move"] for m in found["moves"]] == ["hand_over", "start"]
    assert "Action under way, revision 2" in run(
        "move", SHARED.id, "start", "--as", "lea", "--set", "action=Do = it"
    )
    assert now(house).texts["action"] == "Do = it"
    out = CliRunner().invoke(command, ["move", SHARED.id, "done", "--as", "lea", "--set", "x"])
    assert out.exit_code == 2 and "FIELD=VALUE" in out.output
    nobody = CliRunner().invoke(command, ["moves", SHARED.id, "--as", "nobody"])
    assert nobody.exit_code == 2 and "lessons user list" in nobody.output


# --- whatever people do, in whatever order -----------------------------------------------------------
PEOPLE = [
    User("ann", Role.REVIEWER), User("bob", Role.REVIEWER), User("cat", Role.REVIEWER), User("lea", Role.LEAD),
    User("ana", Role.ANALYST), User("olly", Role.OFFICER), User("dee", Role.DISCLOSURE), User("adi", Role.ADMIN),
]  # fmt: skip
NAMES = st.sampled_from(["ann", "bob", "cat", "lea", "ana", "olly", " ANN", ""])
FIELDS: dict[str, st.SearchStrategy[Any]] = {
    "owner": NAMES, "done_by": NAMES, "checked_by": NAMES, "first_eyes": NAMES, "author": NAMES,
    "marking": st.sampled_from(["official", "official_sensitive"]), "learning": st.sampled_from(["warning", "keep"]),
    "state": st.sampled_from([s.value for s in State]), "replaced_by": st.just("L-2026-AAAAA"),
    "title": st.sampled_from(["One", "Two", "Ring 07700 900123"]),
}  # fmt: skip


MOSTLY = st.sampled_from([True, True, True, False])


def next_step(data: st.DataObject, record: Record) -> tuple[User, str, Record]:
    """Who does what now, and what they ask to be kept: mostly what could be lawful, and often not quite."""
    here = [m for m in MOVES.values() if record.line("state") in m.sources]
    often = ["first_look", "accept", "accept"] if record.line("state") == State.SENT else []
    verb = data.draw(st.sampled_from([*often, *(m.key for m in here), "edit"]), label="verb")
    right = [p for p in PEOPLE if verb not in MOVES or may_make(MOVES[verb], p, record)]
    by = data.draw(st.sampled_from(right if right and data.draw(MOSTLY) else PEOPLE), label="by")
    after = tried(record, by, verb, said=data.draw(MOSTLY), stamped=data.draw(MOSTLY))
    name = data.draw(st.sampled_from(["", "", *FIELDS] if verb in MOVES else list(FIELDS)))
    return by, verb, after.with_(**{name: data.draw(FIELDS[name])}) if name else after


def tried(before: Record, by: User, verb: str, *, said: bool, stamped: bool) -> Record:
    """What somebody asks to be kept."""
    after, move = before, MOVES.get(verb)
    if move and move.to:
        after = after.with_(state=move.to)
    if said:
        after = after.with_(decision="Because.", reason="unclear").with_texts(evidence="Seen.")
        after = after if after.line("owner") else after.with_(owner="olly")
        after = after.with_(replaced_by="L-2026-AAAAA") if verb == "merge" else after
    if stamped:
        stamps = {"first_look": "first_eyes", "done": "done_by", "learned": "checked_by"}
        after = after.with_(**{stamps[verb]: by.name}) if verb in stamps else after
        after = after.with_(first_eyes=None) if verb in ("accept", "warn") else after
    return after


@dataclass
class Witness:
    """Somebody who looks on and remembers what really happened, whatever the record says of it."""

    author: str
    looked: dict[str, Record] = field(default_factory=dict)
    owners: set[str] = field(default_factory=set)
    said_done: str = ""

    def sees(self, before: Record, after: Record, by: User, verb: str) -> None:
        was, is_ = before.line("state"), after.line("state")
        assert after.line("author") == self.author
        if verb == "done":
            self.said_done = by.name
        if is_ == State.LEARNED and was != State.LEARNED:
            assert by.may(Permit.CHECK)
            assert by.name not in (self.said_done, before.line("owner").strip().casefold())
            assert after.texts["evidence"]
        if is_ in CLEARED and was not in CLEARED:
            assert by.may(Permit.REVIEW) and by.name != self.author
            assert not prints(after)
            if "official_sensitive" in (before.line("marking"), after.line("marking")):
                others = [r for n, r in self.looked.items() if n not in (by.name, self.author)]
                assert any(same_words(r, after) for r in others), "two looked at the same words"
        if was in CLEARED and is_ in CLEARED:
            assert (before.line("marking"), after.line("marking")) != (
                "official_sensitive",
                "official",
            )
            assert not prints(after) - prints(before)
        if by.may(Permit.REVIEW) and is_ not in CLEARED:
            self.looked[by.name] = after


START = SHARED.with_(owner=None, author="ann", title="One")


# States to begin in: half the time before review, the rest where somebody has begun to act on it.
BEGUN = st.sampled_from(["sent", "sent", "sent", "identified", "under_way", "awaiting_check"])


@settings(max_examples=400, deadline=None)
@given(st.data(), BEGUN, st.sampled_from(["official", "official_sensitive"]))
def test_no_order_of_moves_gets_round_the_second_pair_of_eyes(data, state, marking) -> None:
    record = START.with_(state=state, marking=marking)
    if state in CLEARED:
        record = record.with_(owner="bob", done_by="lea" if state == "awaiting_check" else None)
    witness = Witness("ann", said_done=record.line("done_by"))
    for _ in range(data.draw(st.integers(3, 14))):
        by, verb, after = next_step(data, record)
        try:
            hold(record, after, by, verb, uncleared=prints)
        except (IllegalMove, Invalid):
            continue
        witness.sees(record, after, by, verb)
        record = after


@settings(
    max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(st.data())
def test_the_door_of_the_library_holds_the_same(house: House, data) -> None:
    here = house.library
    record = Record(here.fresh_id(Kind.LESSON), Kind.LESSON, fields=START.fields, texts=START.texts)
    stored = here.save(User("ann", Role.REVIEWER), "send", record, expected=0)
    witness = Witness("ann")
    for _ in range(data.draw(st.integers(3, 14))):
        by, verb, after = next_step(data, stored.record)
        try:
            kept = here.save(by, verb, after, expected=stored.revision.number)
        except (IllegalMove, Invalid):
            assert here.records.get(record.id) == stored
            continue
        witness.sees(stored.record, kept.record, by, verb)
        stored = kept


def test_two_reviewers_who_see_the_same_may_accept_what_is_sensitive() -> None:
    bob, cat = PEOPLE[1:3]
    high = START.with_(marking="official_sensitive")
    seen = high.with_(first_eyes="bob")
    hold(high, seen, bob, "first_look", uncleared=prints)
    hold(seen, seen.with_(first_eyes=None, state="observation"), cat, "accept", uncleared=prints)
    merged = {"state": "merged", "replaced_by": "L-2026-AAAAA"}
    hold(seen, seen.with_(**merged), cat, "merge", uncleared=prints)


def test_the_shortest_ways_round_are_all_closed() -> None:
    """Those that somebody would try who knows the files well."""
    ann, bob, cat, lea = PEOPLE[:4]
    waits = START.with_(state="awaiting_check", owner="lea", done_by="lea").with_texts(evidence="x")
    high = START.with_(marking="official_sensitive")
    named = START.with_(state="merged", replaced_by="L-2026-AAAAA")
    named = named.with_texts(lesson="Ring 07700 900123")
    for before, after, by, verb in (
        (waits, waits.with_(done_by="ann"), lea, "edit"),
        (waits, waits.with_(owner="ann"), bob, "edit"),
        (waits, waits.with_(state="learned", checked_by="lea"), lea, "learned"),
        (waits, waits.with_(state="learned", checked_by="bob"), lea, "learned"),
        (waits, waits.with_(state="learned", checked_by="bob", owner="ann"), bob, "edit"),
        (waits.with_(owner="ANN "), waits.with_(state="learned", checked_by="ann"), ann, "learned"),
        (high, high.with_(first_eyes="bob"), cat, "edit"),
        (high, high.with_(state="observation"), bob, "accept"),
        (high, high.with_(state="observation", marking="official"), bob, "accept"),
        (high.with_(first_eyes="ann"), high.with_(state="observation"), bob, "accept"),
        (high.with_(first_eyes="bob"), high.with_(first_eyes=None, marking="official"), bob, "edit"),
        (high.with_(first_eyes="bob"), high.with_(state="observation", title="Two"), cat, "accept"),
        (high, high.with_(state="merged", replaced_by="L-2026-AAAAA"), bob, "merge"),
        (START.with_texts(lesson="Ring 07700 900123"), named, bob, "merge"),
        (START, START.with_(title="Ring 07700 900123", state="observation"), bob, "accept"),
        (START, START.with_(author="cat"), ann, "edit"),
        (START.with_(state="observation"), START.with_(state="observation", title="Mine"), ann, "edit"),
    ):  # fmt: skip
        with pytest.raises((IllegalMove, Invalid)):
            hold(before, after, by, verb, uncleared=prints)
