"""A process may end at any moment, and two may send at once: no news is lost, made up, or mailed twice."""

import json
import os
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path

import pytest

from lessons.app import House
from lessons.services.telling import catch_up
from tests.telling.post_office import PostOffice
from tests.telling.scenes import Scene

ROOT = Path(__file__).resolve().parents[2]
PATIENCE = 60
LEASE_OVER = 11 * 60  # seconds
Known = Callable[..., None]


@contextmanager
def process(settings: Mapping[str, object], *order: str) -> Iterator[subprocess.Popen[str]]:
    given = json.dumps({name: str(value) for name, value in settings.items()})
    command = [sys.executable, "-m", "tests.telling.sender", given, *order]
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True) as running:
        try:
            yield running
        finally:
            running.kill()


def ends(running: subprocess.Popen[str]) -> int:
    """How many it sent."""
    told, _ = running.communicate(timeout=PATIENCE)
    assert running.returncode == 0
    return int(told)


def accepted(scene: Scene, known: Known, *names: str) -> list[str]:
    """Each of these has a lesson accepted and wants to hear at once; their addresses."""
    known(rae="reviewer", **dict.fromkeys(names, "officer"))
    addresses = [scene.hears(name) for name in names]
    for name in names:
        scene.move("rae", scene.lesson(name), "accept")
    return addresses


@pytest.mark.parametrize("letters", [1, 2])
def test_a_sender_killed_in_the_middle_leaves_no_repeat(
    scene: Scene, known: Known, post: PostOffice, settings: Mapping[str, object], letters: int
) -> None:
    """Killed before the server is given the letter, it is sent by another; after that, by nobody."""
    [address] = accepted(scene, known, "olly")
    with process(settings, "deliver", "0") as running:

        def kill() -> None:
            os.kill(running.pid, signal.SIGKILL)

        if letters == 1:
            post.on_recipient = kill
        else:
            post.on_letter = kill
        running.communicate(timeout=PATIENCE)
        assert running.returncode == -signal.SIGKILL
    post.on_recipient = post.on_letter = lambda: None
    assert len(post.to(address)) == letters - 1
    with process(settings, "deliver", "0") as running:
        assert ends(running) == 0, "the letter may still be under way"
    for _ in range(2):
        with process(settings, "deliver", str(LEASE_OVER)) as running:
            ends(running)
    assert len(post.to(address)) == 1


def test_two_senders_at_once_send_nothing_twice(
    scene: Scene, known: Known, post: PostOffice, settings: Mapping[str, object]
) -> None:
    addresses = accepted(scene, known, *(f"olly{n}" for n in range(24)))
    with process(settings, "deliver", "0") as one, process(settings, "deliver", "0") as two:
        assert ends(one) + ends(two) == len(addresses)
    assert sorted(letter["To"] for letter in post.letters) == sorted(addresses)


@pytest.mark.parametrize(("when", "told"), [("before", []), ("after", ["accept"])])
def test_what_is_told_after_a_crash_is_what_was_saved(
    scene: Scene,
    known: Known,
    house: House,
    settings: Mapping[str, object],
    when: str,
    told: list[str],
) -> None:
    known(olly="officer", rae="reviewer")
    id = scene.lesson("olly")
    with process(settings, "die", when, id) as running:
        running.communicate(timeout=PATIENCE)
        assert running.returncode == -signal.SIGKILL
    assert scene.told("olly") == [], "not before it is known whether it was saved"
    now = house.library.clock()
    assert catch_up(house.outbox, house.library.records, now) == 0, "it may still be being saved"
    for wait in (timedelta(minutes=2), timedelta(minutes=62)):
        catch_up(house.outbox, house.library.records, now + wait)
    assert scene.told("olly") == [(event, id) for event in told]
    assert house.outbox.unsettled(now + timedelta(days=1)) == []
    if not told:  # another goes on from the same text, and that is told, once
        scene.move("rae", id, "accept")
        assert scene.told("olly") == [("accept", id)]


def test_a_save_that_another_was_quicker_than_is_not_told_after_a_crash(
    scene: Scene, known: Known, house: House, settings: Mapping[str, object]
) -> None:
    """Both were about to make the second revision; the one that died never made it."""
    known(olly="officer", rae="reviewer", rex="reviewer")
    id = scene.lesson("olly")
    with process(settings, "die", "before", id) as running:
        running.communicate(timeout=PATIENCE)
    scene.change("rex", "assign", id, reviewer="rex")
    catch_up(house.outbox, house.library.records, house.library.clock() + timedelta(minutes=2))
    assert scene.told("olly") == []
    assert house.outbox.unsettled(house.library.clock() + timedelta(days=1)) == []
