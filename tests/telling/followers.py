"""People who follow things, and what happens to records meanwhile."""

from collections.abc import Mapping
from datetime import date, datetime, timedelta

from lessons.app import House
from lessons.cli.telling import following
from lessons.domain.access import SYSTEM
from lessons.domain.record import Kind, Record, Value
from lessons.services import find, telling
from tests.telling.scenes import Scene

BEGIN = datetime.fromisoformat("2026-05-04T12:00+00:00")  # a Monday


class Followers(Scene):
    """A scene at a moment of its own, which goes on when the story says so."""

    def __init__(self, house: House) -> None:
        super().__init__(house)
        self.moment = BEGIN
        house.library.clock = lambda: self.moment

    def passes(self, **time: float) -> None:
        self.moment += timedelta(**time)

    def on(self, day: str, hour: int = 7) -> None:
        """Go on to a day, as ISO 8601, and an hour of it."""
        self.moment = datetime.fromisoformat(f"{day}T{hour:02}:00").astimezone()

    def follows(self, name: str, what: str, key: str, often: str = "daily") -> None:
        here, user = self.house, self.user(name)
        names = {s.id: s.name for s in find.saved(here.notebook, user)}
        telling.follow(here.notebook, here.library, user, what, key, often, names)

    def saves_search(self, name: str, asked: str, often: str = "daily") -> str:
        user = self.user(name)
        kept = find.save(self.house.notebook, self.house.library, user, f"My {asked}", asked)
        self.follows(name, "search", kept.id, often)
        return kept.id

    def accepted(self, title: str, by: str = "rae", **fields: Value) -> str:
        """A lesson that olly sent in is accepted."""
        id = self.lesson(title=title, **fields)
        self.move(by, id, "accept")
        return id

    def operation(self, title: str = "Operation Alder", **fields: Value) -> str:
        given = {"operation_kind": "warrant", "started": date(2026, 5, 1)}
        return self.record_of(Kind.OPERATION, title=title, **(given | fields))

    def record_of(self, kind: Kind, texts: Mapping[str, str] | None = None, **fields: Value) -> str:
        id = f"{kind.letter}-2026-C{next(self._numbers):04}"
        given: dict[str, Value] = {"marking": "official", "author": "olly"}
        record = Record(id, kind, fields=given | fields, texts=texts or {})
        self.house.library.save(SYSTEM, "import", record, expected=0)
        return id

    def digests(self) -> int:
        return following(self.house).digests()

    def at_once(self) -> int:
        return following(self.house).at_once()

    def in_digest(self, name: str, which: int = 0) -> list[str]:
        """Titles of the last digest that somebody can read, or of an earlier one, in order."""
        page = telling.page(self.house.library, self.house.outbox, self.user(name))
        found = [n.digest for each in page.news for n in each.items if n.digest]
        return [line.record.title for line in found[which].lines] if len(found) > which else []
