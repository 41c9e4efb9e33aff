"""Beginnings, near spellings, filters in words and completion answer as if the rest were not there."""

from contextlib import ExitStack
from pathlib import Path
from random import Random

from lessons.services import find
from tests.find import worlds
from tests.find.test_what_you_may_not_read import part
from tests.find.worlds import Clock

READERS = 4
TYPED = (
    "rad*", "warran* fire*", "lar* wolfs* tamar*", "radoi~", "larkspr~2 custdy~", "unit:nor", "unit:north radio",
    "theme:radio", "kind:operations op*", "state:learned", "what did we learn about juniper", "since 2025 hel*",
    "year:2026 dealr~1", "theme:larkspur foxglov*",
)  # fmt: skip
BEGUN = (
    "la",
    "lark",
    "unit:",
    "unit:n",
    "theme:",
    "kind:",
    "the",
    "opera",
    "wolf",
    "year:",
    "state:",
    "cuck",
)


def test_what_is_typed_in_the_language_finds_and_offers_only_what_may_be_read(
    tmp_path: Path,
) -> None:
    world = worlds.world(Random(11), records=40)
    with ExitStack() as houses:
        whole = houses.enter_context(
            worlds.stocked(tmp_path / "whole", world.records, world.readers, Clock())
        )
        for n, reader in enumerate(world.readers[:READERS]):
            own = part(world, reader)
            lean = houses.enter_context(worlds.stocked(tmp_path / str(n), own, [reader], Clock()))
            for text in TYPED:
                ours, theirs = (
                    find.search(h.library, reader, {"q": [text]}) for h in (whole, lean)
                )
                assert ours == theirs, (reader, text)
                straight = [find.straight_to(h.library, reader, text) for h in (whole, lean)]
                assert straight[0] == straight[1]
            for text in BEGUN:
                ours, theirs = (find.complete(h.library, reader, text) for h in (whole, lean))
                assert ours == theirs, (reader, text)
