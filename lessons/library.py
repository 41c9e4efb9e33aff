"""The one door to records: open, save, history, search, sync. Access first, then audit, then keep, then index."""

import logging
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from threading import Lock
from time import monotonic

from lessons.domain import access
from lessons.domain.access import User
from lessons.domain.errors import LessonsError, NotFound, StaleWrite, Unreadable
from lessons.domain.query import Query, Results
from lessons.domain.record import Kind, Record, Revision, Stored, kind_of, new_id
from lessons.domain.vocabulary import Vocabularies
from lessons.ports import AuditLog, Change, Event, RecordStore, Reference, SearchIndex

log = logging.getLogger(__name__)

BATCH = 500  # records of one commit when many come at once
OUTSIDE_EDIT = "outside edit"


def utc_now() -> datetime:
    return datetime.now(UTC).replace(microsecond=0)


@dataclass(slots=True)
class SyncReport:
    """What a sync found: ids indexed anew and taken out, files that cannot be read, names that are not records."""

    indexed: int = 0
    removed: int = 0
    edited_outside: list[str] = field(default_factory=list)
    unreadable: list[Unreadable] = field(default_factory=list)
    strays: list[tuple[str, str]] = field(default_factory=list)

    @property
    def clean(self) -> bool:
        return not (self.unreadable or self.strays)


class Library:
    """Records as people may use them. Every method that takes a reader trims what it gives to that reader."""

    def __init__(
        self,
        records: RecordStore,
        index: SearchIndex,
        audit: AuditLog,
        reference: Reference,
        clock: Callable[[], datetime] = utc_now,
    ) -> None:
        self.records = records
        self.index = index
        self.audit = audit
        self.reference = reference
        self.clock = clock
        self._lists: Vocabularies | None = None
        self._lists_from: Vocabularies | None = None
        self._lists_checked = 0.0
        self._themes: dict[str, str] = {}
        self._unreadable: dict[str, tuple[str, Unreadable]] = {}
        self._lock = Lock()

    @property
    def today(self) -> date:
        return self.clock().astimezone().date()

    # --- reading ---------------------------------------------------------------------------------
    def open(self, reader: User, id: str) -> Stored:
        """The record, without the fields this person does not see. Raises NotFound, Unreadable."""
        stored = self._readable(reader, id)
        self.audit.note(
            Event(
                self.clock(),
                reader.name,
                "consultation",
                record=id,
                revision=stored.revision.number,
            )
        )
        return self._shown(reader, stored)

    def peek(self, reader: User, id: str) -> Stored | None:
        """As `open`, for a title or a link on another record's page; None where it may not be read."""
        try:
            return self._shown(reader, self._readable(reader, id))
        except (NotFound, Unreadable):
            return None

    def _readable(self, reader: User, id: str) -> Stored:
        if kind_of(id) is None:
            raise NotFound()
        stored = self.records.get(id)
        if not access.may_read(reader, stored.record, self.today):
            raise NotFound()
        return stored

    def _shown(self, reader: User, stored: Stored) -> Stored:
        return Stored(access.visible(reader, stored.record), stored.revision, stored.version)

    def history(self, reader: User, id: str) -> list[Revision]:
        """The revisions that this person may read, oldest first. Raises NotFound."""
        self._readable(reader, id)
        return [
            revision
            for revision in self.records.history(id)
            if self._may_read_revision(reader, id, revision.number)
        ]

    def revision(self, reader: User, id: str, number: int) -> Stored:
        """One revision, trimmed. Raises NotFound."""
        self._readable(reader, id)
        stored = self.records.revision(id, number)
        if not access.may_read(reader, stored.record, self.today):
            raise NotFound()
        self.audit.note(
            Event(self.clock(), reader.name, "consultation", record=id, revision=number)
        )
        return self._shown(reader, stored)

    def _may_read_revision(self, reader: User, id: str, number: int) -> bool:
        try:
            return access.may_read(reader, self.records.revision(id, number).record, self.today)
        except LessonsError:
            return False

    # --- finding ---------------------------------------------------------------------------------
    def search(self, reader: User, query: Query) -> Results:
        """Raises SearchUnavailable. The query's keys must be this reader's own."""
        if query.keys != access.keyring(reader):
            raise NotFound()
        self.audit.note(Event(self.clock(), reader.name, "search"))
        return self.index.search(query, self.reference.synonyms())

    @property
    def vocabularies(self) -> Vocabularies:
        """All lists, themes among them; made again when a list or a theme file changes (seen within a second)."""
        base = self.reference.vocabularies()
        with self._lock:
            now = monotonic()
            if self._lists is None or now - self._lists_checked > 1 or self._lists_from is not base:
                themes = dict(self.records.versions(Kind.THEME))
                if self._lists is None or themes != self._themes or self._lists_from is not base:
                    self._lists = base.with_themes(self._read_all(themes))
                self._lists_from, self._themes, self._lists_checked = base, themes, now
            return self._lists

    def forget_lists(self) -> None:
        """Read the themes again at once, after one was added here."""
        with self._lock:
            self._lists = None

    def _read_all(self, ids: Iterable[str]) -> Iterator[Record]:
        for each in ids:
            try:
                yield self.records.get(each).record
            except (NotFound, Unreadable):
                continue

    def fresh_id(self, kind: Kind) -> str:
        """An id that no record has."""
        while True:
            id = new_id(kind, self.today.year)
            try:
                self.records.get(id)
            except NotFound:
                return id
            except Unreadable:
                continue

    # --- keeping ---------------------------------------------------------------------------------
    def save(self, by: User, verb: str, record: Record, *, expected: int) -> Stored:
        """Keep as the next revision. The event is written first: a crash may leave an event without a change,
        never a change without an event. Raises StaleWrite.
        """
        now = self.clock()
        self.audit.note(_change(now, by, verb, record.id, expected + 1))
        stored = self.records.put(record, expected=expected, by=by.name, verb=verb, at=now)
        self._index(stored)
        return stored

    def save_many(
        self, by: User, verb: str, changes: Sequence[Change]
    ) -> list[Stored | LessonsError]:
        """Many at once; each answer in the place of its change."""
        now = self.clock()
        self.audit.note(*(_change(now, by, verb, c.record.id, c.expected + 1) for c in changes))
        answers = self.records.put_many(changes, by=by.name, verb=verb, at=now)
        self._index(*(a for a in answers if isinstance(a, Stored)))
        return answers

    def _index(self, *stored: Stored) -> None:
        """A record that is safe on disk must not fail for the index's sake: `sync` catches up by its version."""
        if not stored:
            return
        try:
            self.index.put(*stored)
        except LessonsError as error:
            log.warning("the index is behind on %s records: %s", len(stored), error)
        except Exception:
            log.exception("the index is behind on %s", ", ".join(s.record.id for s in stored[:5]))

    def purge(self, by: User, id: str, why: str) -> None:
        """Destroy a record and its history; the index forgets it first, so that it is never found half gone."""
        self.audit.note(Event(self.clock(), by.name, "erasure", record=id, note=why))
        self.index.remove(id)
        self.records.purge(id, by=by.name, why=why, at=self.clock())

    # --- keeping up ------------------------------------------------------------------------------
    def sync(self, progress: Callable[[int, int], None] = lambda done, total: None) -> SyncReport:
        """Bring the index to what the files say: edits by hand, saves the index missed, deletions.

        progress(done, total) is called after each batch. Raises Busy, SearchUnavailable.
        """
        report = SyncReport(strays=list(self.records.strays()))
        wanted = self.records.versions()
        held = self.index.versions()
        changed = [i for i, version in wanted.items() if held.get(i) != version]
        for start in range(0, len(changed), BATCH):
            self._sync_batch(changed[start : start + BATCH], wanted, report)
            progress(min(start + BATCH, len(changed)), len(changed))
        self._unreadable = {i: v for i, v in self._unreadable.items() if i in wanted}
        report.unreadable = [error for _, error in self._unreadable.values()]
        gone = [i for i in held if i not in wanted or i in self._unreadable]
        if gone:
            self.index.remove(*gone)
        report.removed = len(gone)
        return report

    def _sync_batch(
        self, ids: Iterable[str], wanted: Mapping[str, str], report: SyncReport
    ) -> None:
        found: list[Stored] = []
        for each in ids:
            if each in self._unreadable and self._unreadable[each][0] == wanted[each]:
                continue
            try:
                stored = self._settled(each)
            except (NotFound, StaleWrite):
                continue  # deleted or saved meanwhile: the next sync sees it
            except Unreadable as error:
                self._unreadable[each] = (wanted[each], error)
                continue
            self._unreadable.pop(each, None)
            if stored.revision.verb == OUTSIDE_EDIT:
                report.edited_outside.append(each)
            found.append(stored)
        if found:
            self.index.put(*found)
            report.indexed += len(found)

    def _settled(self, id: str) -> Stored:
        """The record, an edit by hand kept as a revision first. A theme that nobody has changed since it came with
        the product stays as it came: its file may be under somebody's own version control.
        """
        if kind_of(id) is Kind.THEME:
            stored = self.records.get(id)
            if stored.revision.number == 0:
                return stored
        return self.records.settle(id, at=self.clock())

    def rebuild(self, progress: Callable[[int], None] = lambda done: None) -> int:
        """Make the index anew from the files; search goes on with the old one meanwhile."""
        return self.index.rebuild(self._all_stored(progress))

    def _all_stored(self, progress: Callable[[int], None]) -> Iterator[Stored]:
        for done, each in enumerate(self.records.versions(), 1):
            try:
                yield self.records.get(each)
            except (NotFound, Unreadable):
                continue
            progress(done)


def _change(at: datetime, by: User, verb: str, id: str, revision: int) -> Event:
    collected = revision == 1
    return Event(
        at,
        by.name,
        "collection" if collected else "alteration",
        record=id,
        revision=revision,
        note=verb,
    )
