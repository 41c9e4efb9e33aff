"""Keeping the index to what the files say: after a save, after an edit by hand, and from nothing."""

import logging
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field

from lessons.domain import access
from lessons.domain.errors import (
    Busy,
    LessonsError,
    NotFound,
    SearchUnavailable,
    StaleWrite,
    Unreadable,
)
from lessons.domain.record import OUTSIDE_EDIT, Stored
from lessons.library.means import Means
from lessons.library.outside import OutsideEdits
from lessons.ports import RecordStore

log = logging.getLogger(__name__)

BATCH = 500  # records of one commit when many come at once
WORTH_A_PROCESS = 1_000  # records for which another process is started when the index is made anew


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


class Upkeep:
    """The index of one knowledge base, and what it owes to the files."""

    def __init__(self, means: Means, outside: OutsideEdits) -> None:
        self._means = means
        self._outside = outside
        self._unreadable: dict[str, tuple[str, Unreadable]] = {}

    # --- after a save ----------------------------------------------------------------------------
    def make_findable(self, *stored: Stored) -> None:
        """A record that is safe on disk must not fail for the index's sake: `sync` catches up by its version.

        Raises Busy where the index keeps an earlier text that was for people who may no longer read the record.
        """
        if not stored:
            return
        try:
            self._means.index.put(*stored)
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
            before = self._means.records.revision(
                stored.record.id, stored.revision.number - 1
            ).record
        except LessonsError:
            return True  # nobody can tell
        now = access.audience(stored.record, self._means.today)
        return not access.audience(before, self._means.today) <= now

    def _forget(self, ids: Sequence[str]) -> None:
        """Raises Busy."""
        try:
            self._means.index.remove(*ids)
        except SearchUnavailable:
            return  # an index that cannot be read shows nothing either
        except Exception as error:
            log.exception("the index still shows earlier texts of %s", ", ".join(ids[:5]))
            raise Busy() from error

    def index_again(self, ids: Iterable[str]) -> None:
        """As far as it can be done now; `sync` does the rest."""
        found, gone = [], []
        for each in ids:
            try:
                found.append(self._outside.settled(each))
            except (NotFound, Unreadable):
                gone.append(each)
            except LessonsError as error:
                log.warning("the index is behind on %s: %s", each, error)
        self._outside.note((s.record.id, s.revision.number) for s in found)
        try:
            self._means.index.put(*found)
            self._means.index.remove(*gone)
        except LessonsError as error:
            log.warning("the index is behind on %s records: %s", len(found) + len(gone), error)

    # --- after edits by hand, and from nothing ---------------------------------------------------
    def sync(self, progress: Callable[[int, int], None] = lambda done, total: None) -> SyncReport:
        """Bring the index to what the files say: edits by hand, saves the index missed, deletions.

        progress(done, total) is called after each batch. Raises Busy, SearchUnavailable.
        """
        report = SyncReport(strays=list(self._means.records.strays()))
        # The index before the files: what is saved between the two is only done twice.
        held = self._means.index.versions()
        wanted = self._means.records.versions()
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
        left = self._means.records.versions() if report.indexed else wanted
        gone = [i for i in {**held, **dict.fromkeys(changed)} if i not in left]
        broken = [i for i in held if i in left and i in self._unreadable]
        self._means.index.remove(*gone, destroy=True)  # they may have been erased
        self._means.index.remove(*broken)
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
                stored = self._outside.settled(each)
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
            self._outside.note((s.record.id, s.revision.number) for s in by_hand)
            self._means.index.put(*found)
            report.indexed += len(found)

    def _put_back(self, ids: Iterable[str], before: Mapping[str, str]) -> None:
        """The index refuses a revision older than its own; where the files themselves went back, as to a backup,
        it must take it.
        """
        now, wanted = self._means.index.versions(), self._means.records.versions()
        behind = [
            i for i in ids if i in now and i in wanted and now[i] == before.get(i) != wanted[i]
        ]
        behind = [i for i in behind if i not in self._unreadable]
        if behind:
            self._means.index.remove(*behind)
            self.index_again(behind)

    def rebuild(
        self, progress: Callable[[int], None] = lambda done: None, *, processes: int = 1
    ) -> int:
        """Make the index anew from the files; search goes on with the old one meanwhile.

        processes: at most so many at work, and fewer where it would not pay.
        """
        ids = list(self._means.records.versions())
        count = min(processes, len(ids) // WORTH_A_PROCESS)
        if count > 1:
            shares = [_Share(self._means.records, tuple(ids[i::count])) for i in range(count)]
            return self._means.index.rebuild_shares(shares, progress)
        return self._means.index.rebuild(
            _counted(_Share(self._means.records, tuple(ids)), progress)
        )


@dataclass(frozen=True, slots=True)
class _Share:
    """Some of the records, read when it is gone through; those that cannot be read are left out."""

    records: RecordStore
    ids: tuple[str, ...]

    def __iter__(self) -> Iterator[Stored]:
        for each in self.ids:
            with suppress(NotFound, Unreadable):
                yield self.records.get(each)


def _counted(stored: Iterable[Stored], progress: Callable[[int], None]) -> Iterator[Stored]:
    for done, each in enumerate(stored, 1):
        yield each
        progress(done)
