"""The one door to records: open, save, history, search, sync. Access first, then audit, then keep, then index."""

import logging
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime
from threading import Lock
from time import monotonic

from lessons.domain import access
from lessons.domain.access import User
from lessons.domain.debrief import keep_as_sent
from lessons.domain.errors import (
    Busy,
    LessonsError,
    NotFound,
    SearchUnavailable,
    StaleWrite,
    Unreadable,
)
from lessons.domain.query import Query, Results
from lessons.domain.record import OUTSIDE, OUTSIDE_EDIT, Kind, Record, Stored, kind_of, new_id
from lessons.domain.vocabulary import Vocabularies
from lessons.ports import AuditLog, Change, Event, RecordStore, Reference, SearchIndex

log = logging.getLogger(__name__)

BATCH = 500  # records of one commit when many come at once


def utc_now() -> datetime:
    return datetime.now(UTC).replace(microsecond=0)


@dataclass(slots=True)
class SyncReport:
    """What a sync found: ids indexed anew and taken out, files that cannot be read, names that are not records.

    news: those of `unreadable` that the sync before had not met.
    """

    indexed: int = 0
    removed: int = 0
    edited_outside: list[str] = field(default_factory=list)
    unreadable: list[Unreadable] = field(default_factory=list)
    news: list[Unreadable] = field(default_factory=list)
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
        self._guarded: tuple[Record, ...] = ()
        self._unreadable: dict[str, tuple[str, Unreadable]] = {}
        self._lock = Lock()

    @property
    def today(self) -> date:
        return self.clock().astimezone().date()

    # --- reading ---------------------------------------------------------------------------------
    def open(self, reader: User, id: str) -> Stored:
        """The record, without the fields this person does not see. Raises NotFound, Unreadable."""
        stored = self._readable(reader, id)
        self.audit.note(self._consulted(reader, id, stored.revision.number))
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
        try:
            stored = self.records.get(id)
        except Unreadable:
            if not self._was_readable(reader, id):
                raise NotFound() from None
            raise
        if not access.may_read(reader, stored.record, self.today):
            raise NotFound()
        return stored

    def _was_readable(self, reader: User, id: str) -> bool:
        """Whether the last text that could be read was for this person: only they learn that the file is broken."""
        try:
            kept = self.records.history(id)
        except LessonsError:
            return False
        return bool(kept) and self._may_read_revision(reader, id, kept[-1].number)

    def _shown(self, reader: User, stored: Stored) -> Stored:
        return Stored(access.visible(reader, stored.record), stored.revision, stored.version)

    def history(self, reader: User, id: str) -> list[Stored]:
        """The revisions that this person may read, trimmed, oldest first. Raises NotFound, Unreadable."""
        self._readable(reader, id)
        found = []
        for each in self.records.history(id):
            try:
                stored = self.records.revision(id, each.number)
            except LessonsError:
                continue
            if access.may_read(reader, stored.record, self.today):
                found.append(Stored(access.visible(reader, stored.record), each, stored.version))
        self.audit.note(*(self._consulted(reader, id, s.revision.number) for s in found))
        return found

    def revision(self, reader: User, id: str, number: int) -> Stored:
        """One revision, trimmed. Raises NotFound, Unreadable."""
        self._readable(reader, id)
        stored = self.records.revision(id, number)
        if not access.may_read(reader, stored.record, self.today):
            raise NotFound()
        self.audit.note(self._consulted(reader, id, number))
        return self._shown(reader, stored)

    def _consulted(self, reader: User, id: str, number: int) -> Event:
        return Event(self.clock(), reader.name, "consultation", record=id, revision=number)

    def _may_read_revision(self, reader: User, id: str, number: int) -> bool:
        try:
            return access.may_read(reader, self.records.revision(id, number).record, self.today)
        except LessonsError:
            return False

    # --- finding ---------------------------------------------------------------------------------
    def search(self, reader: User, query: Query, *, noted: bool = True) -> Results:
        """Raises SearchUnavailable. The query's keys must be this reader's own.

        noted: whether the audit log says so; not for what a page looks up by itself.
        """
        if query.keys != access.keyring(reader):
            raise NotFound()
        if noted:
            self.audit.note(Event(self.clock(), reader.name, "search"))
        results = self.index.search(query, self.reference.synonyms())
        stale = self._stale(reader, results)
        if not stale:
            return results
        log.warning("search found what may no longer be read: %s", ", ".join(stale[:5]))
        self._index_again(stale)
        results = self.index.search(query, self.reference.synonyms())
        gone = set(self._stale(reader, results))
        left = tuple(hit for hit in results.hits if hit.id not in gone)
        return replace(results, hits=left, total=results.total - len(gone))

    def _stale(self, reader: User, results: Results) -> list[str]:
        """Hits that this person may not open: the index may be behind the files."""
        found = []
        for hit in results.hits:
            try:
                self._readable(reader, hit.id)
            except (NotFound, Unreadable):
                found.append(hit.id)
        return found

    def _index_again(self, ids: Iterable[str]) -> None:
        """As far as it can be done now; `sync` does the rest."""
        found, gone = [], []
        for each in ids:
            try:
                found.append(self._settled(each))
            except (NotFound, Unreadable):
                gone.append(each)
            except LessonsError as error:
                log.warning("the index is behind on %s: %s", each, error)
        self._note_outside((s.record.id, s.revision.number) for s in found)
        try:
            self.index.put(*found)
            self.index.remove(*gone)
        except LessonsError as error:
            log.warning("the index is behind on %s records: %s", len(found) + len(gone), error)

    @property
    def vocabularies(self) -> Vocabularies:
        """All lists, themes among them; made again when a list or a theme file changes (seen within a second)."""
        base = self.reference.vocabularies()
        with self._lock:
            now = monotonic()
            if self._lists is None or now - self._lists_checked > 1 or self._lists_from is not base:
                themes = dict(self.records.versions(Kind.THEME))
                if self._lists is None or themes != self._themes or self._lists_from is not base:
                    read = tuple(self._read_all(themes))
                    self._lists = base.with_themes(read)
                    self._guarded = tuple(r for r in read if not access.is_open(r))
                self._lists_from, self._themes, self._lists_checked = base, themes, now
            return self._lists

    def lists_for(self, reader: User) -> Vocabularies:
        """All lists, without the themes that this person may not read: a page then shows no more than their keys."""
        lists = self.vocabularies
        hidden = {r.id for r in self._guarded if not access.may_read(reader, r, self.today)}
        return lists.without_themes(hidden) if hidden else lists

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
    def save(
        self, by: User, verb: str, record: Record, *, expected: int, findable: bool = True
    ) -> Stored:
        """Keep as the next revision. The event is written first: a crash may leave an event without a change,
        never a change without an event. Raises StaleWrite; Invalid for a change to a debrief that was sent; Busy,
        with the record kept, where the index would go on showing it to people who may no longer read it.

        findable: False where the caller keeps several and then hands them to `make_findable` together.
        """
        now = self.clock()
        self.audit.note(_change(now, by, verb, record.id, expected + 1))
        try:
            self._demand_as_sent(record, expected)
            stored = self.records.put(record, expected=expected, by=by.name, verb=verb, at=now)
        except LessonsError as error:
            self.audit.note(_refusal(now, by, record.id, expected + 1, error))
            self._note_outside([(record.id, expected + 1)])
            raise
        self._note_outside([(record.id, expected)])
        if findable:
            self.make_findable(stored)
        return stored

    def save_many(
        self, by: User, verb: str, changes: Sequence[Change]
    ) -> list[Stored | LessonsError]:
        """Many at once; each answer in the place of its change."""
        now = self.clock()
        self.audit.note(*(_change(now, by, verb, c.record.id, c.expected + 1) for c in changes))
        no = [self._not_as_sent(c.record, c.expected) for c in changes]
        allowed = [c for c, refusal in zip(changes, no, strict=True) if refusal is None]
        done = iter(self.records.put_many(allowed, by=by.name, verb=verb, at=now))
        answers = [refusal or next(done) for refusal in no]
        refused = [
            (c, a) for c, a in zip(changes, answers, strict=True) if not isinstance(a, Stored)
        ]
        if refused:
            self.audit.note(
                *(_refusal(now, by, c.record.id, c.expected + 1, a) for c, a in refused)
            )
        self._note_outside(
            [
                (c.record.id, c.expected + (not isinstance(a, Stored)))
                for c, a in zip(changes, answers, strict=True)
            ]
        )
        self.make_findable(*(a for a in answers if isinstance(a, Stored)))
        return answers

    def _note_outside(self, revisions: Iterable[tuple[str, int]]) -> None:
        """Of these (id, number), those that an edit by hand became and that the audit log does not know yet. They
        are made whenever the store comes upon such an edit, and a crash may come in between.
        """
        events = []
        for id, number in revisions:
            with suppress(LessonsError):
                made = self.records.revision(id, number).revision if number else None
                if made and made.verb == OUTSIDE_EDIT and not self._is_noted(id, number):
                    events.append(_outside(self.clock(), id, number))
        if events:
            self.audit.note(*events)

    def _is_noted(self, id: str, number: int) -> bool:
        known = self.audit.events(record=id, who=OUTSIDE)
        return any(e.revision == number and e.note == OUTSIDE_EDIT for e in known)

    def _demand_as_sent(self, record: Record, expected: int) -> None:
        """A debrief that was sent in takes corrections and nothing else, whoever asks. Raises Invalid."""
        if record.kind is not Kind.DEBRIEF or not expected:
            return
        with suppress(NotFound):
            before = self.records.get(record.id)
            if before.revision.number == expected:
                keep_as_sent(before.record, record)

    def _not_as_sent(self, record: Record, expected: int) -> LessonsError | None:
        try:
            self._demand_as_sent(record, expected)
        except LessonsError as error:
            return error
        return None

    def make_findable(self, *stored: Stored) -> None:
        """A record that is safe on disk must not fail for the index's sake: `sync` catches up by its version.

        Raises Busy where the index keeps an earlier text that was for people who may no longer read the record.
        """
        if not stored:
            return
        try:
            self.index.put(*stored)
            return
        except LessonsError as error:
            log.warning("the index is behind on %s records: %s", len(stored), error)
        except Exception:
            log.exception("the index is behind on %s", ", ".join(s.record.id for s in stored[:5]))
        closed = [s.record.id for s in stored if self._is_closed_further(s)]
        if closed:
            self._forget(closed)

    def _is_closed_further(self, stored: Stored) -> bool:
        """Whether the revision before was for people for whom this one is not."""
        if stored.revision.number < 2:
            return False
        try:
            before = self.records.revision(stored.record.id, stored.revision.number - 1).record
        except LessonsError:
            return True  # nobody can tell
        now = access.audience(stored.record, self.today)
        return not access.audience(before, self.today) <= now

    def _forget(self, ids: Sequence[str]) -> None:
        """Raises Busy."""
        try:
            self.index.remove(*ids)
        except SearchUnavailable:
            return  # an index that cannot be read shows nothing either
        except Exception as error:
            log.exception("the index still shows earlier texts of %s", ", ".join(ids[:5]))
            raise Busy() from error

    def purge(self, by: User, id: str, why: str) -> None:
        """Destroy a record and its history; the index forgets it first, so that it is never found half gone, and
        again afterwards, because somebody may have indexed it meanwhile. Raises NotFound, Busy.
        """
        self.audit.note(Event(self.clock(), by.name, "erasure", record=id, note=why))
        try:
            self._scour(id)
            self.records.purge(id, by=by.name, why=why, at=self.clock())
        except Exception as error:
            self.audit.note(_refusal(self.clock(), by, id, 0, error))
            raise
        try:
            self._scour(id)
        except Busy:  # only what came in since the first time is left
            log.warning("%s is erased; `sync` takes out of the index what is left of it", id)

    def _scour(self, id: str) -> None:
        with suppress(SearchUnavailable):  # an index that cannot be read shows nothing either
            self.index.remove(id, destroy=True)

    # --- keeping up ------------------------------------------------------------------------------
    def sync(self, progress: Callable[[int, int], None] = lambda done, total: None) -> SyncReport:
        """Bring the index to what the files say: edits by hand, saves the index missed, deletions.

        progress(done, total) is called after each batch. Raises Busy, SearchUnavailable.
        """
        report = SyncReport(strays=list(self.records.strays()))
        # The index before the files: what is saved between the two is only done twice.
        held = self.index.versions()
        wanted = self.records.versions()
        known = set(self._unreadable.values())
        changed = [i for i, version in wanted.items() if held.get(i) != version]
        for start in range(0, len(changed), BATCH):
            self._sync_batch(changed[start : start + BATCH], wanted, report)
            progress(min(start + BATCH, len(changed)), len(changed))
        self._unreadable = {i: v for i, v in self._unreadable.items() if i in wanted}
        report.unreadable = [error for _, error in self._unreadable.values()]
        report.news = [e for v, e in self._unreadable.values() if (v, e) not in known]
        if report.indexed:
            self._put_back(changed, held)
        # A record purged while its batch was being read must not come back with it.
        left = self.records.versions() if report.indexed else wanted
        gone = [i for i in {**held, **dict.fromkeys(changed)} if i not in left]
        broken = [i for i in held if i in left and i in self._unreadable]
        self.index.remove(*gone, destroy=True)  # they may have been erased
        self.index.remove(*broken)
        report.removed = len(gone) + len(broken)
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
            by_hand = [s for s in found if s.revision.verb == OUTSIDE_EDIT]
            self._note_outside((s.record.id, s.revision.number) for s in by_hand)
            self.index.put(*found)
            report.indexed += len(found)

    def _put_back(self, ids: Iterable[str], before: Mapping[str, str]) -> None:
        """The index refuses a revision older than its own; where the files themselves went back, as to a backup,
        it must take it.
        """
        now, wanted = self.index.versions(), self.records.versions()
        behind = [
            i for i in ids if i in now and i in wanted and now[i] == before.get(i) != wanted[i]
        ]
        behind = [i for i in behind if i not in self._unreadable]
        if behind:
            self.index.remove(*behind)
            self._index_again(behind)

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


def _refusal(at: datetime, by: User, id: str, revision: int, why: Exception) -> Event:
    return Event(at, by.name, "refused", record=id, revision=revision, note=type(why).__name__)


def _outside(at: datetime, id: str, revision: int) -> Event:
    return Event(at, OUTSIDE, "alteration", record=id, revision=revision, note=OUTSIDE_EDIT)


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
