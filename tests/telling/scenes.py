"""Records as they came to be, and what people then do to them, for stories about hearing of it."""

from dataclasses import dataclass
from datetime import date
from itertools import count
from typing import Any

from lessons.app import House
from lessons.domain.access import SYSTEM, User
from lessons.domain.record import Kind, Record, Stored, Value
from lessons.domain.schema import SHAPES
from lessons.services import review, telling

WORDS = "When the radio fails indoors, agree a runner first, because shouting was not heard"


@dataclass
class Scene:
    house: House

    def __post_init__(self) -> None:
        self._numbers = count(1)

    def user(self, name: str) -> User:
        return self.house.accounts.get(name).user

    def lesson(self, author: str = "olly", state: str = "sent", **fields: Value) -> str:
        """A lesson as it stands after an import: nobody hears of that."""
        id = f"L-2026-A{next(self._numbers):04}"
        given: dict[str, Value] = {"title": WORDS, "state": state, "learning": "change", "marking": "official",
                                   "author": author, "occurred": date(2026, 5, 4)}  # fmt: skip
        record = Record(id, Kind.LESSON, fields=given | fields, texts={"lesson": "Agree a runner."})
        self.house.library.save(SYSTEM, "import", record, expected=0)
        return id

    def now(self, id: str) -> Stored:
        return self.house.library.records.get(id)

    def move(self, by: str, id: str, key: str, **given: Value) -> Stored:
        expected = self.now(id).revision.number
        return review.make(self.house.library, self.user(by), id, key, given, expected=expected)

    def change(self, by: str, verb: str, id: str, **fields: Value | None) -> Stored:
        """Any other change of a record."""
        stored = self.now(id)
        texts = {t.name for t in SHAPES[stored.record.kind].texts}
        written = {name: str(words) for name, words in fields.items() if name in texts}
        kept = {name: value for name, value in fields.items() if name not in texts}
        record = stored.record.with_(**kept).with_texts(**written)
        library = self.house.library
        return library.save(self.user(by), verb, record, expected=stored.revision.number)

    def record(self, by: str, kind: Kind, **fields: Value) -> str:
        id = f"{kind.letter}-2026-B{next(self._numbers):04}"
        given = {"title": f"A {kind}", "marking": "official", "author": by}
        record = Record(id, kind, fields=given | fields)
        self.house.library.save(self.user(by), "save", record, expected=0)
        return id

    def told(self, name: str) -> list[tuple[str, str]]:
        """What somebody was told, oldest first: event and record."""
        found = self.house.outbox.for_person(name, limit=1000)
        return [(n.event, n.about) for n in reversed(found)]

    def hears(self, name: str, told: str = "at_once", language: str = "en") -> str:
        """Somebody chooses how they hear; their address."""
        address, here = f"{name}@force.example", self.house
        telling.choose(
            here.accounts, here.outbox, here.library, self.user(name), mail=address, told=told,
            language=language,
        )  # fmt: skip
        return address

    def deliver(self) -> Any:
        return self.house.mailroom.deliver()
