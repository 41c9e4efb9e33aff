"""Sending by a timer, chores while serving, and the settings of mail."""

import json
import logging
from collections.abc import Callable
from contextlib import closing
from datetime import timedelta
from threading import Event, Thread
from time import monotonic, sleep

import pytest
from click.testing import CliRunner, Result

import config
from lessons.app import House, build_house, chores
from lessons.cli import command
from lessons.cli.common import House as House_
from lessons.cli.telling import following
from lessons.domain.errors import Busy
from lessons.services import telling
from lessons.services.watch import do_all, keep_watch
from tests.conftest import CHEAP
from tests.telling.post_office import PostOffice
from tests.telling.scenes import Scene

Known = Callable[..., None]
PATIENCE = 30


@pytest.fixture
def alerts(settings: dict[str, object], monkeypatch: pytest.MonkeyPatch) -> Callable[..., Result]:
    """Runs `lessons alerts` for the house of this story."""

    def run(*words: str, status: int = 0, **other: object) -> Result:
        monkeypatch.setattr(House_, "builder", lambda: build_house(settings | other, cost=CHEAP))
        result = CliRunner().invoke(command, ["alerts", *words], prog_name="lessons")
        assert result.exit_code == status, result.output
        return result

    return run


def accepted(scene: Scene, known: Known) -> str:
    known(olly="officer", rae="reviewer")
    address = scene.hears("olly")
    scene.move("rae", scene.lesson("olly"), "accept")
    return address


def test_a_timer_sends_what_is_due_and_says_how_much(
    scene: Scene, known: Known, post: PostOffice, alerts: Callable[..., Result]
) -> None:
    address = accepted(scene, known)
    told = alerts().output.splitlines()
    assert told == [
        "Noted as due or done: 0. Reminders: 0.",
        "Told at once: 0. Digests: 0.",
        "Mails sent: 1. To be tried again: 0.",
    ]
    assert len(post.to(address)) == 1
    assert json.loads(alerts("--json").output) == {
        "fell_due": 0, "reminded": 0, "to_check": 0, "digests": 0, "followed": 0, "sent": 0, "failed": 0,
        "unreachable": False, "may_not_have_gone": 0,
    }  # fmt: skip


def test_a_timer_tells_people_of_what_they_follow_and_what_may_not_have_gone(
    scene: Scene, known: Known, post: PostOffice, alerts: Callable[..., Result], house: House
) -> None:
    known(olly="officer", rae="reviewer", fay="lead")
    scene.hears("fay", "weekly")
    here, fay = house.library, scene.user("fay")
    telling.follow(house.notebook, here, fay, "theme", "radio", "at_once", {})
    scene.move("rae", scene.lesson("olly", themes=("radio",)), "accept")
    assert "Told at once: 1. Digests: 0." in alerts().output
    assert len(post.letters) == 1
    assert "Told at once: 0. Digests: 0." in alerts().output
    scene.move("rae", scene.lesson("olly", themes=("radio",)), "accept")
    following(house).at_once()
    start = here.clock()
    batch = house.outbox.claim(now=start - timedelta(hours=1))
    assert batch and house.outbox.hand(batch, now=start - timedelta(hours=1))
    assert "May not have gone, and are not sent again: 1." in alerts().output
    assert len(post.letters) == 1


def test_a_timer_tells_when_it_could_not_send(
    scene: Scene, known: Known, alerts: Callable[..., Result]
) -> None:
    accepted(scene, known)
    with closing(PostOffice()) as gone:
        url = gone.url
    told = alerts(MAIL_URL=url, status=1)
    assert "To be tried again: 1." in told.output
    assert "The mail server cannot be reached." in told.stderr
    assert "No mail server is set" in alerts(MAIL_URL=None, MAIL_FROM=None).stderr


def test_whoever_keeps_watch_sends_by_itself(
    scene: Scene, known: Known, post: PostOffice, house: House
) -> None:
    address, stop = accepted(scene, known), Event()
    work = {"every": 0.2, "may_work": lambda: True, "chores": chores(house)}
    thread = Thread(target=keep_watch, args=(house.library, stop), kwargs=work)
    thread.start()
    try:
        until = monotonic() + PATIENCE
        while not post.to(address) and monotonic() < until:
            sleep(0.05)
    finally:
        stop.set()
        thread.join(PATIENCE)
    assert len(post.to(address)) == 1


def test_a_process_that_does_not_keep_watch_does_no_chores(house: House) -> None:
    done, looked, stop = list[int](), list[int](), Event()

    def may_work() -> bool:
        looked.append(1)
        if len(looked) == 3:
            stop.set()
        return False

    keep_watch(house.library, stop, every=0.1, may_work=may_work, chores=[lambda: done.append(1)])
    assert looked and not done


def test_a_chore_that_fails_is_logged_and_stops_no_other(
    caplog: pytest.LogCaptureFixture,
) -> None:
    done = []

    def busy() -> None:
        raise Busy()

    def broken() -> None:
        raise ZeroDivisionError

    with caplog.at_level(logging.WARNING):
        do_all([busy, broken, lambda: done.append(1)])
    assert done == [1]
    assert "left for later" in caplog.text and "ZeroDivisionError" in caplog.text


@pytest.mark.parametrize(
    "url",
    ["smtp://127.0.0.1", "smtp://mail.example:2525", "smtp+starttls://user:p%40ss@mail.example:587",
     "smtps://mail.example", "smtp+starttls://mail.example/"],
)  # fmt: skip
def test_a_mail_server_can_be_named(url: str) -> None:
    given = {"LESSONS_MAIL_URL": url, "LESSONS_MAIL_FROM": "Lessons <lessons@example.police.uk>"}
    settings = config.load(given)
    assert settings["MAIL_URL"] == url
    assert settings["MAIL_FROM"] == "Lessons <lessons@example.police.uk>"


@pytest.mark.parametrize(
    "url",
    ["mail.example", "http://mail.example", "smtp://", "smtp://h:0", "smtp://h:99999", "smtps://h/path",
     "smtp://user:pa55word@h", "smtp://h?x=1", "smtp://h\n.example"],
)  # fmt: skip
def test_what_is_no_mail_server_is_told_without_the_password(url: str) -> None:
    with pytest.raises(ValueError, match="LESSONS_MAIL_URL must") as caught:
        config.load({"LESSONS_MAIL_URL": url, "LESSONS_MAIL_FROM": "a@b.example"})
    assert "pa55word" not in str(caught.value) and "\n" not in str(caught.value)


@pytest.mark.parametrize(
    "sender", ["", "lessons", "a@b@c", "a b@c.example", "x@y.example\nBcc: z@w.example", "öl@b.example"]
)  # fmt: skip
def test_mail_needs_somebody_to_come_from(sender: str) -> None:
    given = {"LESSONS_MAIL_URL": "smtp://mail.example"}
    with pytest.raises(ValueError, match="LESSONS_MAIL_FROM must be set"):
        config.load(given)
    with pytest.raises(ValueError, match="LESSONS_MAIL_FROM"):
        config.load(given | {"LESSONS_MAIL_FROM": sender})
