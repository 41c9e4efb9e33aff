"""What a person may not read changes no number, no trend, no order and no list on the pages of themes."""

import tempfile
from collections.abc import Mapping
from contextlib import ExitStack
from datetime import timedelta
from pathlib import Path
from random import Random
from typing import Any

import pytest

from lessons.app import House, create_app
from lessons.domain.access import User
from lessons.domain.record import Kind, Record
from lessons.services import insight
from tests.find import worlds
from tests.find.worlds import TODAY, Clock, World
from tests.people import Page, Person

WORLDS = 5  # with nine readers each
MEMORY = Path("/dev/shm")
LEARNING = ("warning", "change", "didnt", "keep")


def troubled(random: Random) -> World:
    """A world with much trouble under few themes, some of it again, and actions that run late."""
    made = worlds.world(random, records=40)
    themes = [id for id, kept in made.records.items() if kept[-1].kind is Kind.THEME]
    lessons = [id for id, kept in made.records.items() if kept[-1].kind is Kind.LESSON]
    if len(themes) > 2:
        random.shuffle(themes)
    return World(
        {id: tuple(_troubled(random, r, themes, lessons) for r in kept) for id, kept in made.records.items()},
        made.readers,
    )  # fmt: skip


def _troubled(random: Random, record: Record, themes: list[str], lessons: list[str]) -> Record:
    if record.kind is Kind.LESSON:
        again = random.choice(("", "", "after_learned", "known"))
        return record.with_(
            learning=random.choice(LEARNING), themes=tuple(random.sample(themes, min(2, len(themes)))),
            occurred=TODAY - timedelta(random.randint(0, 1_200)), recurrence=again,
            seen_before=tuple(random.sample(lessons, 2)) if again else None,
        )  # fmt: skip
    if record.kind is Kind.ACTION:
        return record.with_(
            of=tuple(random.sample(lessons, 3)), action_state=random.choice(("open", "done", "verified")),
            due=TODAY + timedelta(random.randint(-90, 90)),
        )  # fmt: skip
    if record.kind is Kind.THEME:
        linked = random.choice(themes)
        changes: dict[str, Any] = random.choice(
            ({}, {}, {"broader": linked}, {"merged_into": linked, "theme_state": "merged"})
        )
        written = tuple(random.sample(lessons, 3))
        return record.with_(insight_on=TODAY, insight_from=written, **changes)
    return record


@pytest.mark.parametrize("seed", range(WORLDS))
def test_every_reader_sees_themes_as_if_the_rest_were_not_there(seed: int) -> None:
    random = Random(seed)
    world = troubled(random)
    place = MEMORY if MEMORY.is_dir() else None
    with tempfile.TemporaryDirectory(dir=place) as folder, ExitStack() as open_houses:
        whole = open_houses.enter_context(
            worlds.stocked(Path(folder) / "whole", world.records, world.readers, Clock())
        )
        for n, reader in enumerate(world.readers):
            own = readable(world, reader)
            lean = open_houses.enter_context(
                worlds.stocked(Path(folder) / str(n), own, [reader], Clock())
            )
            same_numbers(whole, lean, reader)
            if n % 3 == random.randrange(3):
                same_pages(whole, lean, reader, list(world.records))


def readable(world: World, reader: User) -> Mapping[str, tuple[Record, ...]]:
    """The records that a person may read, with the revisions that they may read."""
    return {
        id: tuple(each for each in kept if worlds.may_read(reader, each, TODAY))
        for id, kept in world.records.items()
        if worlds.may_read(reader, kept[-1], TODAY)
    }


def same_numbers(whole: House, lean: House, reader: User) -> None:
    first, second = (insight.standings(house.library, reader) for house in (whole, lean))
    assert first == second
    for key in first:
        ours, theirs = (insight.under_theme(h.library, reader, key) for h in (whole, lean))
        assert told(ours) == told(theirs), (reader, key)
        assert numbers(insight.standing(whole.library, reader, key)) == numbers(first[key])


def numbers(each: insight.Standing) -> list[Any]:
    """What the list and the page both tell."""
    return [
        each.score, each.recurring, each.points, each.lessons, each.troubles, each.warnings, each.returned,
        each.years, each.again, each.last,
    ]  # fmt: skip


def told(found: insight.UnderTheme) -> list[Any]:
    again = [(each.hit.id, each.before) for each in found.again]
    newest = [hit.id for hit in found.newest]
    return [
        found.keys, found.states, found.spread, newest, found.learned, again, found.actions, sorted(found.markings)
    ]  # fmt: skip


def same_pages(whole: House, lean: House, reader: User, ids: list[str]) -> None:
    apps = [create_app(house=house) for house in (whole, lean)]
    ours, theirs = (Person(app, reader.name, reader.role).signs_in() for app in apps)
    themes = [id for id in ids if "-" not in id]
    for address in ("/themes", "/themes?sort=name", *(f"/themes/{key}" for key in themes)):
        first, second = (
            someone.client.get(address, follow_redirects=True) for someone in (ours, theirs)
        )
        assert first.status_code == second.status_code, (reader, address)
        seen, lacking = Page(first.text), Page(second.text)
        assert seen.words == lacking.words, (reader, address)
        assert seen.links == lacking.links, (reader, address)
        for hidden in set(ids) - set(readable_ids(lean)):
            assert hidden not in first.text.replace(address, "") or first.status_code == 404
    assert ours.client.get("/themes.csv").text == theirs.client.get("/themes.csv").text


def readable_ids(house: House) -> list[str]:
    return list(house.library.records.versions())
