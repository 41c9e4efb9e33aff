"""The one door to records: open, save, history, search, sync. Access first, then audit, then keep, then index."""

import logging
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import replace
from datetime import UTC, date, datetime

from lessons.domain import access, action_life, briefings, keeping_rules
from lessons.domain.access import User
from lessons.domain.clearing import prints
from lessons.domain.debrief import keep_as_sent
from lessons.domain.deciding import hold
from lessons.domain.due import Timetable, rules
from lessons.domain.errors import (
    Busy,
    LessonsError,
    NotFound,
    SearchUnavailable,
    StaleWrite,
    Unreadable,
)
from lessons.domain.ledger import Line
from lessons.domain.query import Query, Results, Uses
from lessons.domain.record import Kind, Record, Stored, kind_of, new_id
from lessons.domain.vocabulary import Vocabularies
from lessons.library.lists import Lists
from lessons.library.outside import OutsideEdits
from lessons.library.upkeep import SyncReport, Upkeep
from lessons.ports import (
    Attachments,
    AuditLog,
    Change,
    Event,
    Herald,
    Holidays,
    NoHolidays,
    RecordStore,
    Reference,
    Saving,
    SearchIndex,
    Silence,
)

log = logging.getLogger(__name__)


def utc_now() -> datetime:
    return datetime.now(UTC).replace(microsecond=0)


class Library:
    """Records as people may use them. Every method that takes a reader trims what it gives to that reader."""

    def __init__(
        self,
        records: RecordStore,
        index: SearchIndex,
        audit: AuditLog,
        reference: Reference,
        clock: Callable[[], datetime] = utc_now,
        herald: Herald | None = None,
        holidays: Holidays | None = None,
        attachments: Attachments | None = None,
    ) -> None:
        self.records = records
        self.index = index
        self.audit = audit
        self.reference = reference
        self.clock = clock
        self.herald: Herald = herald or Silence()
        self.holidays: Holidays = holidays or NoHolidays()
        self.attachments = attachments
        self._lists = Lists(self)
        self._outside = OutsideEdits(self)
        self._upkeep = Upkeep(self, self._outside)

    @property
    def today(self) -> date:
        return self.clock().astimezone().date()

    @property
    def timetable(self) -> Timetable:
        """When things fall due, as of today."""
        kinds = self.vocabularies["operation_kind"]
        return Timetable(self.today, rules(kinds), self.holidays.holiday)

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
        synonyms = self._lists.synonyms_for(reader)
        results = self.index.search(query, synonyms)
        stale = self._stale(reader, results)
        if not stale:
            return results
        log.warning("search found what may no longer be read: %s", ", ".join(stale[:5]))
        self._upkeep.index_again(stale)
        results = self.index.search(query, synonyms)
        return _without(results, frozenset(self._stale(reader, results)))

    def among(self, reader: User, query: Query) -> frozenset[str]:
        """Which ids of `query.within` a search finds, for what looks by itself. Whoever asks looks at each with `peek`,
        as the index may be behind the files. Raises SearchUnavailable.
        """
        if query.keys != access.keyring(reader):
            raise NotFound()
        return self.index.among(query, self._lists.synonyms_for(reader))

    def ledger(self, reader: User, *kinds: Kind) -> Sequence[Line]:
        """A line for every record of these kinds that this person may read, in the order of their ids. For registers
        and figures: the audit log is told nothing, as no text is shown. Raises SearchUnavailable.
        """
        return self.index.ledger(access.keyring(reader), frozenset(kinds))

    def uses(self, reader: User, id: str) -> Uses:
        """How often a lesson was briefed, and what came of it, as far as this person may read the briefings; nothing
        while search is being rebuilt.
        """
        try:
            return self.index.uses(access.keyring(reader), id)
        except SearchUnavailable:
            return Uses()

    def _stale(self, reader: User, results: Results) -> list[str]:
        """Hits and near-copies that this person may not open: the index may be behind the files."""
        found = []
        shown = [(hit.id, hit.version) for hit in results.hits]
        shown += [(copy.id, copy.version) for hit in results.hits for copy in hit.copies]
        for id, version in shown:
            if version and version == self.records.version(id):
                continue  # the index holds this very text, and trimmed it by the same rule
            try:
                self._readable(reader, id)
            except (NotFound, Unreadable):
                found.append(id)
        return found

    # --- lists and upkeep ------------------------------------------------------------------------
    @property
    def vocabularies(self) -> Vocabularies:
        """All lists, themes among them (see `Lists.all`)."""
        return self._lists.all()

    def lists_for(self, reader: User) -> Vocabularies:
        """See `Lists.seen_by`."""
        return self._lists.seen_by(reader)

    def forget_lists(self) -> None:
        """See `Lists.forget`."""
        self._lists.forget()

    def make_findable(self, *stored: Stored) -> None:
        """See `Upkeep.make_findable`."""
        self._upkeep.make_findable(*stored)

    def sync(self, progress: Callable[[int, int], None] = lambda done, total: None) -> SyncReport:
        """See `Upkeep.sync`."""
        return self._upkeep.sync(progress)

    def rebuild(
        self, progress: Callable[[int], None] = lambda done: None, *, processes: int = 1
    ) -> int:
        """See `Upkeep.rebuild`."""
        return self._upkeep.rebuild(progress, processes=processes)

    # --- keeping ---------------------------------------------------------------------------------
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

    def save(
        self, by: User, verb: str, record: Record, *, expected: int, findable: bool = True
    ) -> Stored:
        """Keep as the next revision. The event is written first: a crash may leave an event without a change,
        never a change without an event. Raises StaleWrite; Invalid for a change to a debrief that was sent; Invalid,
        IllegalMove for a change of a lesson that its life cycle does not allow; Busy, with the record kept, where the
        index would go on showing it to people who may no longer read it.

        findable: False where the caller keeps several and then hands them to `make_findable` together.
        """
        now = self.clock()
        self.audit.note(_change(now, by, verb, record.id, expected + 1))
        told: Sequence[str] = ()
        try:
            told = self.herald.announce([self._lawful(by, verb, record, expected, now)])
            stored = self.records.put(record, expected=expected, by=by.name, verb=verb, at=now)
        except LessonsError as error:
            self.herald.drop(told)
            self.audit.note(_refusal(now, by, record.id, expected + 1, error))
            self._outside.note([(record.id, expected + 1)])
            raise
        self.herald.settle(told)
        self._outside.note([(record.id, expected)])
        if findable:
            self.make_findable(stored)
        return stored

    def save_many(
        self, by: User, verb: str, changes: Sequence[Change]
    ) -> list[Stored | LessonsError]:
        """Many at once; each answer in the place of its change."""
        now = self.clock()
        self.audit.note(*(_change(now, by, verb, c.record.id, c.expected + 1) for c in changes))
        looked = [self._looked_at(by, verb, c, now) for c in changes]
        told = self.herald.announce([s for s in looked if isinstance(s, Saving)])
        allowed = [c for c, s in zip(changes, looked, strict=True) if isinstance(s, Saving)]
        kept = self.records.put_many(allowed, by=by.name, verb=verb, at=now)
        made = [isinstance(each, Stored) for each in kept]
        self.herald.settle([t for t, was in zip(told, made, strict=True) if was])
        self.herald.drop([t for t, was in zip(told, made, strict=True) if not was])
        done = iter(kept)
        answers = [next(done) if isinstance(s, Saving) else s for s in looked]
        refused = [
            (c, a) for c, a in zip(changes, answers, strict=True) if not isinstance(a, Stored)
        ]
        if refused:
            self.audit.note(
                *(_refusal(now, by, c.record.id, c.expected + 1, a) for c, a in refused)
            )
        self._outside.note(
            [
                (c.record.id, c.expected + (not isinstance(a, Stored)))
                for c, a in zip(changes, answers, strict=True)
            ]
        )
        self.make_findable(*(a for a in answers if isinstance(a, Stored)))
        return answers

    def _lawful(self, by: User, verb: str, record: Record, expected: int, now: datetime) -> Saving:
        """The change, where it may be made: a debrief that was sent in takes corrections and nothing else, whoever
        asks; a lesson moves as its life cycle allows, and so does an action; a pack that was issued stays as it is; the
        registers are kept by those whose work they are. Raises Invalid, IllegalMove, NotAllowed, StaleWrite.
        """
        before = self._replaced(record, expected)
        if record.kind is Kind.LESSON:
            known = self.vocabularies.words
            hold(before, record, by, verb, uncleared=lambda each: prints(each, known))
        elif record.kind is Kind.DEBRIEF and before is not None:
            keep_as_sent(before, record)
        elif record.kind is Kind.ACTION:
            action_life.hold(before, record, by, verb)
        elif record.kind in keeping_rules.KINDS:
            keeping_rules.hold(before, record, by, self._find)
        elif record.kind is Kind.BRIEFING:
            briefings.hold(before, record, by, self._find)
        return Saving(before, record, by, verb, expected + 1, now)

    def _find(self, id: str) -> Record | None:
        try:
            return self.records.get(id).record
        except LessonsError:
            return None

    def _replaced(self, record: Record, expected: int) -> Record | None:
        """Raises StaleWrite."""
        if not expected:
            return None
        with suppress(NotFound):
            stored = self.records.get(record.id)
            if stored.revision.number != expected:
                raise StaleWrite(record.id)
            return stored.record
        return None

    def _looked_at(
        self, by: User, verb: str, change: Change, now: datetime
    ) -> Saving | LessonsError:
        try:
            return self._lawful(by, verb, change.record, change.expected, now)
        except LessonsError as error:
            return error

    def purge(self, by: User, id: str, why: str) -> None:
        """Destroy a record and its history; the index forgets it first, so that it is never found half gone, and
        again afterwards, because somebody may have indexed it meanwhile. Raises NotFound, Busy.
        """
        self.audit.note(Event(self.clock(), by.name, "erasure", record=id, note=why))
        try:
            self._scour(id)
            if self.attachments:
                self.attachments.purge(id)
            self.records.purge(id, by=by.name, why=why, at=self.clock())
        except Exception as error:
            self.audit.note(_refusal(self.clock(), by, id, 0, error))
            raise
        try:
            self._scour(id)
        except Busy:  # only what came in since the first time is left
            log.warning("%s is erased; `sync` takes out of the index what is left of it", id)

    def redact(self, by: User, id: str, number: int, why: str) -> None:
        """Destroy the text of one earlier revision; see `RecordStore.redact`. The index forgets what it once held of
        the record and takes in the current text anew. Raises NotFound, Invalid, Unreadable, Busy.
        """
        self.audit.note(Event(self.clock(), by.name, "erasure", record=id, revision=number, note=why))  # fmt: skip
        try:
            self.records.redact(id, number, by=by.name, why=why, at=self.clock())
            self._scour(id)
        except Exception as error:
            self.audit.note(_refusal(self.clock(), by, id, number, error))
            raise
        self.make_findable(self.records.get(id))

    def _scour(self, id: str) -> None:
        with suppress(SearchUnavailable):  # an index that cannot be read shows nothing either
            self.index.remove(id, destroy=True)


def _without(results: Results, gone: frozenset[str]) -> Results:
    """As if these hits and near-copies had not been found."""
    left = tuple(
        replace(hit, copies=tuple(copy for copy in hit.copies if copy.id not in gone))
        for hit in results.hits
        if hit.id not in gone
    )
    lines = results.lines - (len(results.hits) - len(left))
    return replace(results, hits=left, total=results.total - len(gone), lines=lines)


def _refusal(at: datetime, by: User, id: str, revision: int, why: Exception) -> Event:
    return Event(at, by.name, "refused", record=id, revision=revision, note=type(why).__name__)


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
