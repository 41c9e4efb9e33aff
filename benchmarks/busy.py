"""The knowledge base that is measured, at its busiest: actions of its lessons, and a queue that nobody has looked at.

Made once beside the other, as that one was made, and kept.
"""

import json
import shutil
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from random import Random

from benchmarks import generate
from benchmarks.generate import LESSONS, MADE_BY, SEED, Maker, id_of, open_house
from benchmarks.words import words
from lessons.domain.record import Kind, Record

ACTIONS, WAITING = 2_000, 10_000
TURNED = 1  # raised when what is added changes, so that a kept folder is made anew
LAST = date(2026, 6, 30)  # as in `generate`
STATES = {"open": 35, "under_way": 25, "done": 15, "verified": 20, "not_taken": 5}


def prepared(data: Path) -> Path:
    """The folder, beside what `generate` makes."""
    folder = data / "busy"
    wanted = {"made by": [MADE_BY, TURNED], "origin": words().origin, "seed": SEED}
    note = folder / "made.json"
    if not note.is_file() or json.loads(note.read_text()) != wanted:
        shutil.rmtree(folder, ignore_errors=True)
        generate.new_content(folder / "content")
        house = open_house(folder)
        generate.fill(house, _records(Maker(words(), house.library.vocabularies)))
        note.write_text(json.dumps(wanted))
    else:
        generate.bring_up_to_date(open_house(folder))
    return folder


def _records(maker: Maker) -> Iterator[Record]:
    yield from maker.records()
    random = Random(SEED + 4)
    for number in range(ACTIONS):
        yield _action(maker, random, number)
    for number in range(LESSONS, LESSONS + WAITING):
        yield _waiting(maker.lesson(number), random)


def _action(maker: Maker, random: Random, number: int) -> Record:
    lessons = random.sample(range(LESSONS), random.choices((1, 2, 3), (80, 15, 5))[0])
    fields = {
        "title": maker.source.text(random, 10)[:300],
        "marking": "official_sensitive" if random.random() < 0.12 else "official",
        "of": tuple(id_of(Kind.LESSON, lesson) for lesson in lessons),
        "owner": f"officer{random.randrange(900)}",
        "due": LAST + timedelta(days=random.randrange(-180, 180)),
        "action_state": random.choices([*STATES], [*STATES.values()])[0],
    }
    return Record(id_of(Kind.ACTION, number), Kind.ACTION, fields=fields)


def _waiting(lesson: Record, random: Random) -> Record:
    """As somebody sent it in, in the last three months."""
    day = LAST - timedelta(days=random.randrange(90))
    sent = datetime(
        day.year, day.month, day.day, random.randrange(24), random.randrange(60), tzinfo=UTC
    )
    return lesson.with_(state="sent", sent=sent, occurred=day)
