"""People hear of what falls due in the registers, each stage once, and only of what is theirs and open to them."""

import json
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from itertools import count

import pytest
from click.testing import CliRunner

from lessons.app import House, build_house, chores
from lessons.cli import command
from lessons.cli.common import House as House_
from lessons.domain.access import SYSTEM
from lessons.domain.record import Kind, Record, Value
from lessons.services.telling import catch_up
from lessons.services.track.reminding import remind
from lessons.services.watch import do_all
from tests.conftest import CHEAP
from tests.people import Person
from tests.telling.post_office import PostOffice
from tests.telling.scenes import Scene

Known = Callable[..., None]


@dataclass
class Register:
    """Records of the registers, and what time it is."""

    house: House

    def __post_init__(self) -> None:
        self._numbers = count(1)

    def at(self, when: str) -> "Register":
        moment = datetime.fromisoformat(when).replace(tzinfo=UTC)
        self.house.library.clock = lambda: moment
        return self

    def on(self, day: str | date) -> "Register":
        return self.at(f"{day}T09:00")

    def put(self, kind: Kind, title: str = "", **fields: Value) -> str:
        """As an import brings it, of which nobody hears."""
        id = f"{kind.letter}-2026-C{next(self._numbers):04}"
        given: dict[str, Value] = {"title": title or f"Something {id}", "marking": "official"}
        self.house.library.save(
            SYSTEM, "import", Record(id, kind, fields=given | fields), expected=0
        )
        return id

    def operation(self, ended: str, title: str = "", **fields: Value) -> str:
        given = {"operation_kind": "operation", "ended": date.fromisoformat(ended)} | fields
        return self.put(Kind.OPERATION, title, **given)

    def action(self, due: str, title: str = "", **fields: Value) -> str:
        given = {"owner": "olly", "due": date.fromisoformat(due), "author": "ana"} | fields
        return self.put(Kind.ACTION, title, **given)

    def set(self, id: str, **fields: Value | None) -> None:
        stored = self.house.library.records.get(id)
        record = stored.record.with_(**fields)
        self.house.library.save(SYSTEM, "import", record, expected=stored.revision.number)

    def remind(self) -> int:
        return remind(self.house.library, self.house.outbox, self.house.accounts)

    def told(self, name: str) -> list[tuple[str, str]]:
        found = self.house.outbox.for_person(name, limit=1000)
        return [(notice.event, notice.about) for notice in reversed(found)]

    def days_told(self, name: str, since: str, until: str) -> list[tuple[str, str]]:
        """Run twice on each of these days: on which somebody heard, and what."""
        day, heard = date.fromisoformat(since), []
        while day <= date.fromisoformat(until):
            before = len(self.told(name))
            self.on(day).remind()
            assert self.remind() == 0, "the second time nobody hears anything"
            heard += [(str(day), event) for event, _ in self.told(name)[before:]]
            day += timedelta(days=1)
        return heard


@pytest.fixture
def register(house: House) -> Register:
    return Register(house)


# --- debriefs -------------------------------------------------------------------------------------------
def test_the_sio_and_the_lro_hear_before_a_debrief_is_due_and_again_while_it_is_overdue(
    register: Register, known: Known
) -> None:
    known(sid="lead", lou="lead", other="lead")
    register.operation("2026-03-02", sio="Sid", lro="lou", plan_owner="a role")  # due on 30 March
    assert register.days_told("sid", "2026-03-21", "2026-04-29") == [
        ("2026-03-23", "debrief_soon"), ("2026-03-31", "debrief_overdue"), ("2026-04-14", "debrief_overdue"),
        ("2026-04-28", "debrief_overdue"),
    ]  # fmt: skip
    assert register.told("lou") == register.told("sid") and register.told("other") == []


def test_a_due_day_on_a_bank_holiday_moves_and_so_do_its_reminders(
    register: Register, known: Known
) -> None:
    """Four weeks after 6 March is Good Friday; the next working day is the Tuesday after Easter."""
    known(sid="lead")
    register.operation("2026-03-06", sio="sid")
    assert register.days_told("sid", "2026-03-27", "2026-04-08") == [
        ("2026-03-31", "debrief_soon"), ("2026-04-08", "debrief_overdue"),
    ]  # fmt: skip


def test_what_was_missed_for_a_month_is_told_once_as_it_stands_now(
    register: Register, known: Known
) -> None:
    known(sid="lead")
    late, later = register.operation("2026-03-02", sio="sid"), register.operation("2026-03-20", sio="sid")  # fmt: skip
    register.on("2026-04-22").remind()
    assert sorted(register.told("sid")) == [("debrief_overdue", late), ("debrief_overdue", later)]
    assert register.remind() == 0


@pytest.mark.parametrize(
    "settled", [{"debriefed": date(2026, 4, 2)}, {"no_debrief": "It was an exercise."}]
)
def test_what_was_done_is_told_no_more_and_leaves_the_news(
    register: Register, known: Known, person: Callable[..., Person], settled: dict[str, Value]
) -> None:
    id = register.operation("2026-03-02", "Operation Alder", sio="sid")
    sid = person("lead", "sid")
    register.on("2026-04-01").remind()
    news = sid.opens("/account/notices").text
    assert "Operation Alder" in news
    assert "Its debrief is overdue: it was due on 30 March 2026." in news
    register.set(id, **settled)
    assert "overdue" not in sid.opens("/account/notices").text
    assert register.on("2026-05-20").remind() == 0


def test_a_later_reminder_takes_the_place_of_an_earlier_one_that_nobody_saw(
    register: Register, known: Known
) -> None:
    known(sid="lead")
    register.operation("2026-03-02", sio="sid")
    for day in ("2026-03-23", "2026-03-31", "2026-04-14"):
        register.on(day).remind()
    assert len(register.told("sid")) == 3
    assert register.house.outbox.unseen("sid") == 1


# --- evaluations and findings ------------------------------------------------------------------------------
def test_all_whose_evaluation_it_is_hear_of_it(register: Register, known: Known) -> None:
    known(olly="officer", eve="analyst", pat="lead", lou="lead", gone="lead")
    register.house.accounts.change("gone", disabled=True)
    activity = register.put(
        Kind.OPERATION, operation_kind="prevent_activity", started=date(2025, 12, 1),
        plan_owner="pat", lro="lou", sio="gone",
    )  # fmt: skip
    register.put(
        Kind.EVALUATION, activity=activity, due=date(2026, 6, 1), owner="olly", evaluator="eve"
    )
    heard = register.days_told("olly", "2026-05-01", "2026-06-20")
    assert heard == [
        ("2026-05-04", "evaluation_soon"), ("2026-05-25", "evaluation_soon"), ("2026-06-02", "evaluation_overdue"),
        ("2026-06-16", "evaluation_overdue"),
    ]  # fmt: skip
    for name in ("pat", "lou"):
        assert register.told(name) == register.told("olly")
    assert [event for event, _ in register.told("eve") if event != "weekly"] == [
        e for _, e in heard
    ]
    assert register.told("gone") == []


def test_an_evaluation_that_is_done_is_looked_at_again(register: Register, known: Known) -> None:
    known(olly="officer")
    id = register.put(
        Kind.EVALUATION, owner="olly", due=date(2026, 1, 5), done=date(2026, 1, 4), review=date(2026, 6, 1)
    )  # fmt: skip
    register.on("2026-05-26").remind()
    register.on("2026-06-02").remind()
    assert register.told("olly") == [("review_soon", id), ("review_overdue", id)]
    register.set(id, review=date(2027, 6, 1))
    assert register.on("2026-07-02").remind() == 0


def test_a_response_to_a_finding_falls_due_after_fifty_six_days(
    register: Register, known: Known
) -> None:
    known(lia="liaison")
    told = register.put(
        Kind.FINDING, owner="lia", finding_type="recommendation", published=date(2026, 2, 2)
    )
    register.put(Kind.FINDING, owner="lia", finding_type="promising", published=date(2026, 2, 2))
    register.put(
        Kind.FINDING, owner="lia", finding_type="recommendation", published=date(2026, 2, 2),
        finding_status="complete",
    )  # fmt: skip
    register.put(
        Kind.FINDING, owner="lia", finding_type="recommendation", published=date(2026, 2, 2),
        no_response="It is about another force.",
    )  # fmt: skip
    register.on("2026-03-23").remind()  # due on 30 March
    register.on("2026-03-31").remind()
    assert register.told("lia") == [("response_soon", told), ("response_overdue", told)]


def test_the_law_counts_days_so_the_last_for_a_response_may_be_a_bank_holiday(
    register: Register, known: Known
) -> None:
    known(lia="liaison")
    told = register.put(
        Kind.FINDING, owner="lia", finding_type="recommendation", published=date(2026, 2, 6)
    )  # due on Good Friday, 3 April
    register.on("2026-04-03").remind()
    register.on("2026-04-04").remind()
    assert register.told("lia") == [("response_soon", told), ("response_overdue", told)]


# --- actions --------------------------------------------------------------------------------------------------
def test_an_owner_hears_and_after_two_weeks_their_lead_does(
    register: Register, known: Known
) -> None:
    known(olly="officer", lee="lead", ana="reviewer")
    register.action("2026-05-06", lead="lee")
    assert register.days_told("olly", "2026-04-27", "2026-05-28") == [
        ("2026-04-29", "action_soon"), ("2026-05-05", "action_soon"), ("2026-05-07", "action_overdue"),
        ("2026-05-14", "action_overdue"), ("2026-05-21", "action_overdue"), ("2026-05-28", "action_overdue"),
    ]  # fmt: skip
    assert [event for event, _ in register.told("lee")] == ["action_stuck"], "once for its day"
    assert register.told("ana") == []


def test_without_a_lead_it_goes_to_whoever_agreed_it_once_for_each_day_it_is_due_on(
    register: Register, known: Known
) -> None:
    known(olly="officer", lee="lead", ana="reviewer")
    register.house.accounts.change("lee", disabled=True)
    id = register.action("2026-05-06", lead="lee")
    register.on("2026-05-19").remind()
    assert register.told("ana") == []
    register.on("2026-05-20").remind()
    register.on("2026-06-20").remind()
    assert register.told("ana") == [("action_stuck", id)]
    register.set(id, due=date(2026, 7, 1))
    register.on("2026-07-15").remind()
    assert register.told("ana") == [("action_stuck", id)] * 2
    assert register.told("lee") == []


def test_whoever_agreed_their_own_action_is_not_told_twice(
    register: Register, known: Known
) -> None:
    known(olly="lead")
    register.action("2026-05-06", author="olly")
    register.on("2026-06-02").remind()
    assert [event for event, _ in register.told("olly")] == ["action_overdue"]


@pytest.mark.parametrize("state", ["done", "verified", "not_taken"])
def test_what_is_done_or_not_taken_is_nobodys_to_hear_of(
    register: Register, known: Known, state: str
) -> None:
    known(olly="officer", ana="analyst")
    register.action("2026-05-06", action_state=state)
    assert register.on("2026-06-30").remind() == 0


def test_an_action_whose_owner_left_is_told_to_those_who_can_hand_it_over(
    register: Register, person: Callable[..., Person], known: Known
) -> None:
    known(olly="officer", ana="reviewer", off="officer")
    lee = person("lead", "lee")
    id = register.action("2026-09-01", "Print the radio card")
    register.action("2026-09-01", "Ask the custody desk", owner="Custody inspector")
    assert register.on("2026-05-04").remind() == 0, "a role has not left"
    register.house.accounts.change("olly", disabled=True)
    register.on("2026-05-05").remind()
    assert register.told("ana") == [("action_left", id), ("left_weekly", "")]
    assert register.told("off") == register.told("olly") == []
    page = lee.opens("/account/notices")
    assert "Actions whose owner has left: 1." in page.text
    assert page.link("Hand over actions") == "/actions/hand-over"
    assert "Print the radio card" not in page.text
    assert register.on("2026-05-10").remind() == 0
    assert register.on("2026-05-11").remind() > 0, "a count each week, beginning on Monday"
    assert [event for event, _ in register.told("ana")] == [
        "action_left",
        "left_weekly",
        "left_weekly",
    ]


# --- what may not be read ---------------------------------------------------------------------------------------
def test_nobody_hears_of_what_they_may_not_read(register: Register, known: Known) -> None:
    known(olly="officer", ana="analyst")
    register.action(
        "2026-05-06", marking="official_sensitive", restricted_because="A source is near."
    )
    register.action("2026-05-06", groups=("alder",), restricted_because="Named.", author="nobody")
    register.on("2026-06-02").remind()
    assert register.told("olly") == []
    assert {event for event, _ in register.told("ana")} == {"action_stuck", "weekly"}


def test_an_action_restricted_after_the_notice_tells_nothing_on_the_page_or_by_mail(
    register: Register, scene: Scene, person: Callable[..., Person], post: PostOffice
) -> None:
    olly = person("officer", "olly")
    address = scene.hears("olly")
    id = register.action("2026-05-06", "Move the covert post")
    register.on("2026-05-07").remind()
    assert "Move the covert post" in olly.opens("/account/notices").text
    register.set(id, groups=("alder",), restricted_because="Named.")
    page = olly.opens("/account/notices").text
    assert "covert" not in page and "overdue" not in page and "2026" not in page
    scene.deliver()
    assert post.to(address) == []


def test_counts_are_of_what_the_reader_may_read(register: Register, known: Known) -> None:
    known(ana="analyst", abe="analyst alder")
    register.operation("2026-03-02")
    register.operation("2026-03-02", groups=("alder",), restricted_because="Named.")
    register.on("2026-05-06").remind()
    said = {name: register.house.outbox.for_person(name)[0].said for name in ("ana", "abe")}
    assert said["ana"]["operations"] == "1" and said["abe"]["operations"] == "2"


# --- the digest -----------------------------------------------------------------------------------------------
def test_an_analyst_hears_counts_once_a_week_and_not_one_by_one(
    register: Register, person: Callable[..., Person]
) -> None:
    ana = person("analyst", "ana")
    for n in range(4):
        register.operation("2026-03-02", f"Operation {n}", sio="nobody")
    assert [day for day, _ in register.days_told("ana", "2026-05-06", "2026-05-19")] == [
        "2026-05-06", "2026-05-11", "2026-05-18",
    ]  # fmt: skip
    page = ana.opens("/account/notices")
    assert "Operations not debriefed in time: 4. Evaluations overdue: 0. Actions overdue: 0." in page.text  # fmt: skip
    assert page.link("Operations not debriefed in time").startswith("/operations?")


def test_a_mail_begins_with_what_is_overdue_and_lists_seven(
    register: Register, scene: Scene, known: Known, post: PostOffice
) -> None:
    known(olly="officer")
    address = scene.hears("olly")
    register.action("2026-05-13", "Book the hall")
    for n in range(9):
        register.action(f"2026-04-{10 + n}", f"Late thing {n}")
    register.action("2026-04-05", "Source at the docks", marking="official_sensitive",
                    restricted_because="A source.", author="olly")  # fmt: skip
    register.on("2026-05-06").remind()
    scene.deliver()
    [letter] = post.to(address)
    text = letter.get_content()
    assert text.index("These actions are overdue.") < text.index(
        "This action is due on 13 May 2026."
    )
    assert "Late thing 0 (" in text and "was due on 10 April 2026" in text
    assert "Late thing 6" in text and "Late thing 7" not in text
    assert "And 2 more, which are among your news." in text
    assert "docks" not in text and "A record you are concerned with: sign in to read." in text


def test_many_that_are_overdue_are_one_item_of_news(
    register: Register, person: Callable[..., Person]
) -> None:
    sid = person("lead", "sid")
    for n in range(4):
        register.operation(f"2026-03-0{2 + n}", f"Operation {n}", sio="sid")
    register.on("2026-05-06").remind()
    text = sid.opens("/account/notices").text
    assert text.count("The debriefs of these operations are overdue.") >= 1
    assert "Its debrief is overdue" not in text and "was due on 30 March 2026" in text


def test_home_does_not_say_twice_what_is_due(
    register: Register, person: Callable[..., Person]
) -> None:
    """What stands under “Yours to do” with its day is no news there; what does not fit in there is."""
    olly = person("officer", "olly")
    for n in range(6):
        register.action("2026-05-06", f"Thing {n}", author="nobody")
    register.on("2026-05-07").remind()
    text = olly.opens("/").text
    assert text.count("Thing 0") == 1 and text.count("Thing 5") >= 1
    assert text.count("This action is overdue") == 1
    assert "These actions are overdue." in olly.opens("/account/notices").text


def test_a_mail_in_welsh_has_its_day_in_welsh(
    register: Register, scene: Scene, known: Known, post: PostOffice
) -> None:
    known(olly="officer")
    address = scene.hears("olly", language="cy")
    register.action("2026-05-06")
    register.on("2026-05-07").remind()
    scene.deliver()
    assert "6 Mai 2026" in post.to(address)[0].get_content()


# --- clocks -----------------------------------------------------------------------------------------------------
@pytest.fixture
def london(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setenv("TZ", "Europe/London")
    time.tzset()
    yield
    monkeypatch.undo()
    time.tzset()


@pytest.mark.parametrize(
    ("due", "before", "after"),
    [
        ("2026-10-24", "2026-10-24T22:50", "2026-10-24T23:10"),  # midnight in summer time
        ("2026-10-25", "2026-10-25T23:50", "2026-10-26T00:10"),  # the day with 25 hours
        ("2026-03-28", "2026-03-28T23:50", "2026-03-29T00:10"),
        ("2026-03-29", "2026-03-29T22:50", "2026-03-29T23:10"),  # the day with 23 hours
    ],
)
def test_a_day_ends_at_midnight_here_whatever_the_clocks_do(
    register: Register, known: Known, london: None, due: str, before: str, after: str
) -> None:
    known(olly="officer")
    register.action(due, lead="nobody", author="nobody")
    register.at(before).remind()
    assert "action_overdue" not in {event for event, _ in register.told("olly")}
    register.at(after).remind()
    assert register.told("olly")[-1][0] == "action_overdue"
    told = len(register.told("olly"))
    moment = datetime.fromisoformat(after)
    for hours in range(1, 23):  # through the hour that comes twice, or not at all
        register.at((moment + timedelta(hours=hours)).isoformat()).remind()
    assert len(register.told("olly")) == told


# --- twice, at once, and cut off --------------------------------------------------------------------------------
def test_two_at_once_tell_each_once(register: Register, known: Known) -> None:
    known(olly="officer", sid="lead")
    for n in range(12):
        register.action("2026-05-06", f"Thing {n}", author="sid")
        register.operation("2026-03-02", f"Operation {n}", sio="sid")
    register.on("2026-06-02")
    with ThreadPoolExecutor(4) as pool:
        list(pool.map(lambda _: register.remind(), range(4)))
    for name, told in (("olly", 12), ("sid", 24)):
        heard = register.told(name)
        assert len(heard) == len(set(heard)), f"{name} heard something twice"
        assert len([each for each in heard if each[1]]) == told


def test_cut_off_between_writing_and_telling_each_is_told_once_in_the_end(
    register: Register, known: Known, monkeypatch: pytest.MonkeyPatch
) -> None:
    known(olly="officer")
    ids = [register.action("2026-05-06", author="nobody") for _ in range(3)]
    register.on("2026-05-07")
    outbox = register.house.outbox

    def cut(tokens: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(outbox, "settle", cut)
        with pytest.raises(KeyboardInterrupt):
            register.remind()
    assert register.told("olly") == []
    assert register.remind() == 3
    now = register.house.library.clock()
    for hours in (0, 1, 3):
        catch_up(outbox, register.house.library.records, now + timedelta(hours=hours))
        assert register.remind() == 0
    assert sorted(register.told("olly")) == [("action_overdue", id) for id in ids]
    assert outbox.unsettled(now + timedelta(days=9)) == []


def test_a_portion_at_a_time_comes_to_the_same(register: Register, known: Known) -> None:
    known(olly="officer")
    for _ in range(5):
        register.action("2026-05-06", author="nobody")
    here = register.on("2026-05-07").house
    done = [remind(here.library, here.outbox, here.accounts, most=2) for _ in range(4)]
    assert done == [2, 2, 1, 0] and len(set(register.told("olly"))) == 5


# --- the command ------------------------------------------------------------------------------------------------
def test_the_command_enters_what_fell_due_reminds_and_then_sends(
    register: Register, scene: Scene, known: Known, post: PostOffice, settings: dict[str, object],
    monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    known(pat="lead")
    address = scene.hears("pat")
    register.put(Kind.OPERATION, "Safer homes", operation_kind="protect_activity",
                 started=date(2025, 1, 6), plan_owner="pat")  # fmt: skip
    monkeypatch.setattr(House_, "builder", lambda: build_house(settings, cost=CHEAP))

    def alerts() -> dict[str, int]:
        result = CliRunner().invoke(command, ["alerts", "--json"], prog_name="lessons")
        assert result.exit_code == 0, result.output
        found: dict[str, int] = json.loads(result.stdout)
        return found

    first, second = alerts(), alerts()
    assert (first["fell_due"], first["reminded"], first["sent"]) == (1, 1, 1)
    assert (second["fell_due"], second["reminded"], second["sent"]) == (0, 0, 0)
    assert "This evaluation is overdue" in post.to(address)[0].get_content()


def test_whoever_keeps_watch_does_the_same_once_a_day(register: Register, known: Known) -> None:
    known(olly="officer")
    register.action("2026-05-06", author="nobody")
    work = chores(register.house)

    def heard(day: str) -> list[str]:
        register.on(day)
        while do_all(work):
            pass
        return [event for event, _ in register.told("olly")]

    assert heard("2026-05-07") == ["action_overdue"]
    late = register.action("2026-05-01", author="nobody")
    assert heard("2026-05-07") == ["action_overdue"], "today it has looked already"
    assert heard("2026-05-08") == ["action_overdue"] * 2
    assert register.told("olly")[-1] == ("action_overdue", late)


# --- what happens to an action ----------------------------------------------------------------------------------
def test_who_owns_and_who_agreed_an_action_hear_what_becomes_of_it(
    scene: Scene, known: Known, person: Callable[..., Person]
) -> None:
    known(ana="analyst", lee="lead", rae="reviewer", una="officer")
    olly = person("officer", "olly")
    id = scene.record("lee", Kind.ACTION, owner="olly", due=date(2031, 5, 6), action_state="open")
    assert scene.told("olly") == [("action_given", id)]
    page = olly.opens("/account/notices").text
    assert "This action was given to you. It is due on 6 May 2031." in page
    scene.change(
        "olly", "done", id, action_state="done", done_by="olly", evidence="It is on the wall."
    )
    scene.change("ana", "not_lasting", id, action_state="under_way", done_by=None,
                 decision="The card is gone.")  # fmt: skip
    assert scene.told("lee") == [("action_done", id), ("action_not_lasting", id)]
    assert "The card is gone." in olly.opens("/account/notices").text
    scene.change("lee", "hand_over", id, owner="una", decision="Olly moved to custody.")
    assert scene.told("una") == [("action_given", id)]
    assert scene.told("olly")[-1] == ("action_hand_over", id)
    assert scene.told("rae") == [], "those who check see a count, and are not told one by one"


def test_whoever_is_newly_named_in_the_register_hears_it_once(scene: Scene, known: Known) -> None:
    known(lee="lead", sid="lead", ana="analyst")
    id = scene.record("ana", Kind.OPERATION, operation_kind="operation", sio="sid", lro="lee")
    scene.change("ana", "edit", id, sio="lee", lro="sid")
    assert scene.told("sid") == scene.told("lee") == [("operation_named", id)]
