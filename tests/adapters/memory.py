"""A record store in memory: the shortest thing that keeps the promise, and a second reader of the contract tests."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from threading import Lock

from lessons.domain.access import without_words
from lessons.domain.errors import Invalid, LessonsError, NotFound, Problem, StaleWrite
from lessons.domain.record import Closed, Kind, Record, Revision, Stored
from lessons.ports import Change


class MemoryRecords:
    """Keeps `ports.RecordStore` for one process and until it ends. Nobody can edit it by hand."""

    def __init__(self) -> None:
        self._texts: dict[str, list[Stored]] = {}
        self._purged: dict[str, Revision] = {}
        self._lock = Lock()

    def get(self, id: str) -> Stored:
        if id not in self._texts:
            raise NotFound()
        return self._texts[id][-1]

    def put(self, record: Record, *, expected: int, by: str, verb: str, at: datetime) -> Stored:
        with self._lock:
            kept = self._texts.get(record.id, [])
            if record.id in self._purged or len(kept) != expected:
                raise StaleWrite(record.id)
            number = expected + 1
            stored = Stored(record, Revision(number, at, by, verb), version=str(number))
            self._texts[record.id] = [*kept, stored]
            return stored

    def put_many(
        self, changes: Sequence[Change], *, by: str, verb: str, at: datetime
    ) -> list[Stored | LessonsError]:
        answers: list[Stored | LessonsError] = []
        for change in changes:
            try:
                answers.append(
                    self.put(change.record, expected=change.expected, by=by, verb=verb, at=at)
                )
            except LessonsError as error:
                answers.append(error)
        return answers

    def version(self, id: str) -> str:
        return self.versions().get(id, "")

    def versions(self, kind: Kind | None = None) -> Mapping[str, str]:
        return {
            id: kept[-1].version
            for id, kept in self._texts.items()
            if kind in (None, kept[-1].record.kind)
        }

    def settle(self, id: str, *, at: datetime) -> Stored:
        return self.get(id)

    def history(self, id: str) -> Sequence[Revision]:
        if id in self._purged:
            return (self._purged[id],)
        self.get(id)
        return tuple(stored.revision for stored in self._texts[id])

    def revision(self, id: str, number: int) -> Stored:
        kept = self._texts.get(id, [])
        if not 1 <= number <= len(kept):
            raise NotFound()
        return replace(kept[number - 1], version="")

    def purge(self, id: str, *, by: str, why: str, at: datetime) -> None:
        with self._lock:
            number = self.get(id).revision.number + 1
            self._purged[id] = Revision(number, at, by, "purge")
            del self._texts[id]

    def redact(self, id: str, number: int, *, by: str, why: str, at: datetime) -> None:
        with self._lock:
            stored = self.revision(id, number)
            if number >= len(self._texts[id]):
                raise Invalid([Problem("number", "current")])
            if stored.revision.closed is None:
                left = replace(stored.revision, closed=Closed(at, by, why))
                self._texts[id][number - 1] = Stored(without_words(stored.record), left)

    def strays(self) -> Sequence[tuple[str, str]]:
        return ()

    def writable(self) -> bool:
        return True
