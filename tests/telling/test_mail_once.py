"""No letter goes twice and nothing is told twice, wherever a process ends, however many run, whatever a server does."""

import os
import signal
from asyncio import Event
from collections import Counter
from collections.abc import Callable
from contextlib import closing
from datetime import timedelta
from functools import partial
from multiprocessing import Pipe, get_context
from typing import Any

import pytest

from lessons.adapters import mail
from lessons.adapters.mail import SmtpPostman
from lessons.app import House
from lessons.cli.telling import following
from tests.telling.followers import Followers
from tests.telling.post_office import PostOffice

PATIENCE = 60
LEASE_OVER = timedelta(minutes=11)
Known = Callable[..., None]


class OddOffice(PostOffice):
    """keeps: whether it keeps the letters that it is given. says: what it answers then; "" for nothing, and it hangs
    up; "…" for nothing, and it stays on the line.
    """

    keeps, says = True, "250 OK"

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:
        if self.keeps:
            await super().handle_DATA(server, session, envelope)
        if self.says == "…":
            await Event().wait()
        if not self.says:
            server.transport.close()
        return self.says


@pytest.fixture
def story(house: House, known: Known) -> Followers:
    known(olly="officer", rae="reviewer")
    return Followers(house)


class Round:
    """Another process that does what `lessons alerts` does, from the same moment of the story on.

    step: a promise of the outbox, such as `tell`; the process kills itself `before` or `after` it, the numberth time.
    """

    def __init__(self, story: Followers, step: str = "", when: str = "", number: int = 0) -> None:
        self._ours, theirs = Pipe(duplex=False)
        work = partial(_work, story, theirs, step, when, number)
        self._process = get_context("fork").Process(target=work)
        self._process.start()
        theirs.close()

    def ends(self) -> list[int]:
        """Digests and notices made, mails sent, and mails that may not have gone."""
        self._process.join(PATIENCE)
        assert self._process.exitcode == 0
        found: list[int] = self._ours.recv()
        return found

    def is_killed(self) -> None:
        self._process.join(PATIENCE)
        assert self._process.exitcode == -signal.SIGKILL


def _work(story: Followers, theirs: Any, step: str, when: str, number: int) -> None:
    if step:
        _die_at(story.house, step, when, number)
    told = following(story.house)
    made = [told.digests(), told.at_once()]
    sent = story.deliver()
    theirs.send([*made, sent.sent, sent.unsure])


def _die_at(house: House, step: str, when: str, number: int) -> None:
    do, done = getattr(house.outbox, step), list[int]()

    def die_or_do(*given: Any, **named: Any) -> Any:
        done.append(1)
        if len(done) != number:
            return do(*given, **named)
        if when == "after":
            do(*given, **named)
        os.kill(os.getpid(), signal.SIGKILL)

    setattr(house.outbox, step, die_or_do)


def a_lesson_to_tell(story: Followers, known: Known, *names: str) -> list[str]:
    """Each of these follows something in which something is new this morning: by a digest, and at once. Addresses."""
    known(**dict.fromkeys(names, "lead"))
    addresses = [story.hears(name) for name in names]
    for name in names:
        story.follows(name, "theme", "radio", "daily")
        story.follows(name, "threat", "drugs", "at_once")
    story.on("2026-05-05")
    story.accepted("For the digest", themes=("radio",))
    story.on("2026-05-06")
    story.accepted("For now", threats=("drugs",))
    return addresses


def nobody_heard_twice(story: Followers, post: PostOffice, *names: str) -> None:
    for name in names:
        assert sorted(event for event, _ in story.told(name)) == ["digest", "follow_new"]
    assert max(Counter(letter["Message-ID"] for letter in post.letters).values(), default=0) <= 1
    for name in names:
        texts = "".join(str(letter) for letter in post.to(f"{name}@force.example"))
        assert texts.count("For the digest") <= 1 and texts.count("For now") <= 1


# --- processes that are killed ------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("step", "when", "letters", "unsure"),
    [("hand", "before", 1, 0), ("hand", "after", 0, 1), ("sent", "before", 1, 1), ("sent", "after", 1, 0)],
)  # fmt: skip
def test_a_sender_killed_at_any_step_sends_once_at_most(
    story: Followers, known: Known, post: PostOffice,
    step: str, when: str, letters: int, unsure: int,
) -> None:  # fmt: skip
    """A letter that may not have gone is told as such, and its news stands in the service."""
    a_lesson_to_tell(story, known, "fay")
    Round(story, step, when, 1).is_killed()
    assert story.deliver().sent == 0, "it may still be under way"
    told = 0
    for _ in range(3):
        story.moment += LEASE_OVER
        told += story.deliver().unsure
    assert (len(post.letters), told) == (letters, unsure)
    nobody_heard_twice(story, post, "fay")


@pytest.mark.parametrize(
    ("when", "number"), [("before", 1), ("after", 1), ("before", 4), ("after", 5)]
)
def test_a_round_killed_at_any_telling_is_made_good_by_the_next(
    story: Followers, known: Known, post: PostOffice, when: str, number: int
) -> None:
    names = ("fay", "fred", "flo")
    a_lesson_to_tell(story, known, *names)
    Round(story, "tell", when, number).is_killed()
    made = sum(len(story.told(name)) for name in names)
    assert made == number - (when == "before")
    assert story.digests() + story.at_once() == 6 - made
    assert story.digests() + story.at_once() == 0
    assert story.deliver().sent == 3
    nobody_heard_twice(story, post, *names)


def test_several_at_once_tell_and_send_everything_once(
    story: Followers, known: Known, post: PostOffice
) -> None:
    names = [f"fay{n}" for n in range(12)]
    addresses = a_lesson_to_tell(story, known, *names)
    done = [each.ends() for each in [Round(story) for _ in range(3)]]
    assert [sum(column) for column in zip(*done, strict=True)][:2] == [12, 12]
    story.deliver()
    assert {letter["To"] for letter in post.letters} == set(addresses)
    nobody_heard_twice(story, post, *names)


# --- two that meet in the middle ---------------------------------------------------------------------------
def test_whoever_comes_late_with_a_letter_does_not_send_it_and_brings_it_back_by_no_failure(
    story: Followers, known: Known, house: House
) -> None:
    a_lesson_to_tell(story, known, "fay")
    story.digests()
    outbox = house.outbox
    slow = outbox.claim(now=story.moment)
    assert slow and outbox.claim(now=story.moment) is None
    story.moment += LEASE_OVER
    quick = outbox.claim(now=story.moment)
    assert quick and quick.token == slow.token
    assert outbox.hand(quick, now=story.moment) and not outbox.hand(slow, now=story.moment)
    outbox.failed(slow, now=story.moment)
    assert outbox.claim(now=story.moment + timedelta(days=2)) is None
    outbox.begin_anew("fay", now=story.moment, waive=False)
    assert outbox.claim(now=story.moment) is None, "it is just being handed over"
    assert outbox.unsure(now=story.moment + LEASE_OVER) == 1
    assert outbox.claim(now=story.moment + timedelta(days=2)) is None


def test_another_address_does_not_send_anew_what_may_have_gone(
    story: Followers, known: Known, house: House, post: PostOffice
) -> None:
    a_lesson_to_tell(story, known, "fay")
    Round(story, "sent", "before", 1).is_killed()
    story.moment += LEASE_OVER
    house.accounts.choose("fay", mail="other@force.example", told="at_once", language="en")
    house.outbox.begin_anew("fay", now=story.moment, waive=False)
    story.deliver()
    assert len(post.letters) == 1


# --- servers ---------------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("says", "keeps", "failed", "unsure", "in_the_end"),
    [
        ("250 OK", True, 0, 0, 1),  # as it should be
        ("554 we do not want this", False, 1, 0, 1),  # it says that it has not taken it
        ("451 not just now", False, 1, 0, 1),
        ("", True, 0, 1, 1),  # it hangs up, and has it
        ("", False, 0, 1, 0),  # it hangs up, and has lost it
        ("…", True, 0, 1, 1),  # it says nothing for too long
        ("200 whatever", False, 0, 1, 0),  # it says what nobody can read
    ],
)
def test_whatever_a_server_says_no_letter_goes_twice(
    story: Followers, known: Known, house: House, monkeypatch: pytest.MonkeyPatch,
    says: str, keeps: bool, failed: int, unsure: int, in_the_end: int,
) -> None:  # fmt: skip
    monkeypatch.setattr(mail, "AT_THE_END", 0.3)
    a_lesson_to_tell(story, known, "fay")
    story.digests()
    with closing(OddOffice()) as office:
        house.mailroom.postman = SmtpPostman(office.url, "lessons@force.example")
        office.says, office.keeps = says, keeps
        done = story.deliver()
        assert (done.failed, done.unsure) == (failed, unsure)
        office.says, office.keeps = "250 OK", True
        for _ in range(3):
            story.moment += LEASE_OVER
            story.deliver()
        assert len(office.letters) == in_the_end
        assert len({letter["Message-ID"] for letter in office.letters}) == in_the_end
    assert story.told("fay") == [("digest", "")]
