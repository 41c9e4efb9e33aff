"""Similar lessons are those of a service that never held what the reader may not read."""

import tempfile
from collections.abc import Mapping
from pathlib import Path
from random import Random
from typing import Any

import pytest

from lessons.app import House
from lessons.domain.access import User
from lessons.domain.record import Kind, Record
from lessons.services import find
from tests.find import worlds
from tests.find.test_what_you_may_not_read import MEMORY, part
from tests.find.worlds import TODAY, Clock, World

ASKED = 12  # of a world by each of nine readers: some 470 lists in all


@pytest.mark.parametrize("seed", range(4))
def test_similar_lessons_are_neither_taken_from_nor_changed_by_what_i_may_not_read(
    seed: int,
) -> None:
    random = Random(seed)
    world = worlds.world(random, records=40)
    place = MEMORY if MEMORY.is_dir() else None
    some = 0
    with (
        tempfile.TemporaryDirectory(dir=place) as folder,
        worlds.stocked(Path(folder) / "whole", world.records, [], Clock()) as whole,
    ):
        for n, reader in enumerate(world.readers):
            own = part(world, reader)
            with worlds.stocked(Path(folder) / str(n), own, [], Clock()) as lean:
                some += same_lists(whole, lean, reader, world, own, random)
    assert some > 20, "lists that were empty on both sides show nothing"


def same_lists(
    whole: House, lean: House, reader: User, world: World, own: Mapping[str, Any], random: Random
) -> int:
    """How many of the lists held anything."""
    some = 0
    for record in asked(world, own, random):
        ours, theirs = (lists(house, reader, record) for house in (whole, lean))
        assert ours == theirs, (reader, record)
        for id in ours:
            latest = world.records[id][-1]
            assert worlds.may_read(reader, latest, TODAY)
            assert latest.line("state") in ("observation", "identified", "learned")
        assert record.id not in ours
        some += bool(ours)
    return some


def asked(world: World, own: Mapping[str, Any], random: Random) -> list[Record]:
    """Records that the reader has before them, and one that is only being written."""
    kept = [revisions[-1] for revisions in own.values()]
    words = " ".join(random.choice((*worlds.WORDS, *worlds.SECRETS)) for _ in range(12))
    named = tuple(i for i in world.records if i.startswith("L-"))[:2]
    themes = tuple(i for i, texts in world.records.items() if texts[-1].kind is Kind.THEME)
    writing = Record(
        "L-2000-00000", Kind.LESSON,
        fields={"title": words, "threats": ("drugs",), "merged": named, "themes": themes},
    )  # fmt: skip
    return [writing, *random.sample(kept, min(len(kept), ASKED))]


def lists(house: House, reader: User, record: Record) -> dict[str, Any]:
    """All that a list says, without its order: ties fall as the records lie."""
    near = find.similar(house.library, reader, record, most=100)
    return {n.hit.id: (n.hit.title, n.hit.facts, n.why, n.terms) for n in near}
