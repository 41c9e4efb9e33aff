"""The knowledge base that is measured: 20,000 lessons, with the debriefs and operations they came from.

The same seed and source of words always give the same records. Made once, through the real store, and kept.
"""

import json
import shutil
import sys
from collections.abc import Iterable, Iterator, Sequence
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from random import Random

from benchmarks.words import ROOT, Words, words
from lessons.app import House, build_house
from lessons.domain.record import CROCKFORD, Kind, Record, Value
from lessons.domain.vocabulary import Vocabularies
from lessons.ports import Change

SEED = 20_260_101
MADE_BY = 4  # raised when the records change, so that a kept folder is made anew
LESSONS, DEBRIEFS, OPERATIONS = 20_000, 2_500, 500
LONG = 250  # words of a lesson
BATCH = 500
STARTER = ("vocabularies", "themes", "guidance", "synonyms.yaml")
WHEN = datetime(2026, 1, 1, tzinfo=UTC)
STATES = {"identified": 45, "learned": 20, "under_way": 12, "observation": 10, "awaiting_check": 5,
          "retired": 3, "sent": 3, "not_taken": 2}  # fmt: skip
UNITS = tuple(
    f"{place} {team}"
    for place in ("North", "South", "East", "West", "Central", "Airport", "Harbour", "Valley")
    for team in ("Response", "Neighbourhood", "Proactive", "Investigations", "Custody")
)
GROUPS = ("cedar", "juniper", "rowan")


class Maker:
    """Records by number. `lists` are the vocabularies that the records choose from."""

    def __init__(self, source: Words, lists: Vocabularies) -> None:
        self.source = source
        self.lists = lists
        self.random = Random(SEED)
        self._weights: dict[str, list[float]] = {}

    def records(self) -> Iterator[Record]:
        operations = [self._operation(n) for n in range(OPERATIONS)]
        debriefs = [self._debrief(n, operations) for n in range(DEBRIEFS)]
        yield from operations
        yield from debriefs
        for number in range(LESSONS):
            yield self.lesson(number, debriefs if self.random.random() < 0.6 else ())

    def lesson(self, number: int, debriefs: Sequence[Record] = ()) -> Record:
        r = self.random
        fields = self._about() | self._access() | {
            "title": self._line(18),
            "learning": r.choices(("change", "keep", "warning", "idea", "didnt"), (40, 25, 15, 12, 8))[0],
            "state": r.choices([*STATES], [*STATES.values()])[0],
            "author": f"officer{r.randrange(900)}",
            "themes": self._keys("theme", 0.9, 3),
            "partner_safe": r.random() < 0.15,
        }  # fmt: skip
        if debriefs:
            fields["debrief"] = r.choice(debriefs).id
        texts = {
            "happened": self.source.text(r, LONG * 2 // 5),
            "lesson": self.source.text(r, LONG * 2 // 5),
            "action": self.source.text(r, LONG // 5),
        }
        return Record(id_of(Kind.LESSON, number), Kind.LESSON, fields=fields, texts=texts)

    def _debrief(self, number: int, operations: Sequence[Record]) -> Record:
        operation = self.random.choice(operations)
        fields = self._about() | {
            "title": operation.title, "operation": operation.id, "operation_name": operation.title,
            "debrief_type": self._keys("debrief_type", 1, 1)[0], "marking": "official",
            "author": f"officer{self.random.randrange(900)}",
        }  # fmt: skip
        texts = {"happened": self.source.text(self.random, LONG)}
        return Record(id_of(Kind.DEBRIEF, number), Kind.DEBRIEF, fields=fields, texts=texts)

    def _operation(self, number: int) -> Record:
        started = self._day()
        fields: dict[str, Value] = {
            "title": f"Benchmark {number:03d}", "started": started, "marking": "official",
            "ended": started + timedelta(days=self.random.randrange(1, 90)),
            "operation_kind": self._keys("operation_kind", 1, 1)[0],
        }  # fmt: skip
        return Record(id_of(Kind.OPERATION, number), Kind.OPERATION, fields=fields)

    def _about(self) -> dict[str, Value]:
        return {
            "occurred": self._day(),
            "four_p": self._keys("four_p", 0.9, 2),
            "threats": self._keys("threat", 0.85, 2),
            "vulnerabilities": self._keys("vulnerability", 0.4, 2),
            "tactics": self._keys("tactic", 0.6, 3),
            "partners": self._keys("partner", 0.5, 3),
            "unit": self.random.choice(UNITS) if self.random.random() < 0.8 else "",
        }

    def _access(self) -> dict[str, Value]:
        sensitive = self.random.random() < 0.12
        fields: dict[str, Value] = {"marking": "official_sensitive" if sensitive else "official"}
        if self.random.random() < 0.02:
            fields["groups"] = (self.random.choice(GROUPS),)
            fields["restricted_because"] = "A benchmark's reason."
        return fields

    def _day(self) -> date:
        return date(2026, 6, 30) - timedelta(days=int(self.random.random() ** 1.5 * 3_650))

    def _line(self, length: int) -> str:
        return self.source.text(self.random, length)[:300].rsplit(" ", 1)[0]

    def _keys(self, name: str, rate: float, most: int) -> tuple[str, ...]:
        """Up to `most` keys of a list; the first of the list are the commonest, as in real life."""
        if self.random.random() >= rate:
            return ()
        terms = [t.key for t in self.lists[name].current]
        weights = self._weights.setdefault(name, [1 / (n + 2) for n in range(len(terms))])
        return tuple(
            dict.fromkeys(self.random.choices(terms, weights, k=self.random.randint(1, most)))
        )


def id_of(kind: Kind, number: int) -> str:
    """Spread out, as real ids are; never the same for two numbers (the factor is odd, the modulus 2**25)."""
    place = number * 11_184_811 % 2**25
    letters = "".join(CROCKFORD[(place >> 5 * i) & 31] for i in range(5))
    return f"{kind.letter}-{2016 + number % 11}-{letters}"


def open_house(data: Path) -> House:
    return build_house({"CONTENT_DIR": data / "content", "INSTANCE_DIR": data / "instance"})


def new_content(folder: Path) -> None:
    """A knowledge base with the starter lists and no records."""
    folder.mkdir(parents=True, mode=0o700)
    for name in STARTER:
        source = ROOT / "content" / name
        if source.is_dir():
            shutil.copytree(source, folder / name)
        else:
            shutil.copy(source, folder / name)


def prepared(data: Path) -> str:
    """Make the knowledge base under `data` unless it is there; in words, what it is."""
    source = words()
    wanted = {"made by": MADE_BY, "origin": source.origin, "seed": SEED, "lessons": LESSONS}
    note = data / "made.json"
    if not note.is_file() or json.loads(note.read_text()) != wanted:
        shutil.rmtree(data, ignore_errors=True)
        new_content(data / "content")
        house = open_house(data)
        fill(house, Maker(source, house.library.vocabularies).records())
        note.write_text(json.dumps(wanted))
    else:
        bring_up_to_date(open_house(data))
    return f"{LESSONS:,} lessons of about {LONG} words, {source.origin}, seed {SEED}"


def bring_up_to_date(house: House) -> None:
    """The index as this version of the product makes it."""
    if not house.library.index.ready():
        house.library.rebuild()
    house.library.sync()
    house.database.close()


def fill(house: House, records: Iterable[Record]) -> None:
    """Keep new records and index them; the house is then closed."""
    batch: list[Change] = []
    for done, record in enumerate(records, 1):
        batch.append(Change(record, 0))
        if len(batch) == BATCH:
            _keep(house, batch)
            batch = []
            print(f"\rmaking records: {done:,}", end="", file=sys.stderr, flush=True)
    _keep(house, batch)
    print("\rindexing …                    ", file=sys.stderr)
    house.library.rebuild()
    house.database.close()


def _keep(house: House, batch: Sequence[Change]) -> None:
    for answer in house.library.records.put_many(batch, by="benchmark", verb="import", at=WHEN):
        if isinstance(answer, Exception):
            raise answer
