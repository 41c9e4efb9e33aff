"""Changing the index: saves, removals, merges, mending, making it anew; who may do what at which moment.

Two locks: `write.lock` in a generation is held for the short step that makes a change part of the index; `upkeep.lock`
by whoever merges, mends or makes a new generation.
"""

import logging
import shutil
import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager, suppress
from datetime import date
from pathlib import Path
from tempfile import mkdtemp
from typing import Any

from whoosh.index import TOC

from lessons.adapters.whoosh_index import building, changes
from lessons.adapters.whoosh_index.building import Built, build, build_shares
from lessons.adapters.whoosh_index.current import Current
from lessons.adapters.whoosh_index.folder import UPKEEP, Folder, locked
from lessons.adapters.whoosh_index.merging import absorbed_by_a_save, worth_merging
from lessons.adapters.whoosh_index.schema import Entry, whoosh_schema
from lessons.adapters.whoosh_index.snapshot import Part, Snapshot, read_contents
from lessons.domain.errors import SearchUnavailable
from lessons.domain.record import Stored

log = logging.getLogger(__name__)

WAIT = 10.0  # seconds for another process that writes
SCRATCH = "new-"
ABANDONED = 3_600.0  # seconds
MOST_LOST = 1 / 3  # share of the documents that search may do without, for as long as a sync takes


class Keeper:
    """Changes one index, for one process."""

    def __init__(
        self,
        folder: Folder,
        current: Current,
        clock: Callable[[], date],
        forget: Callable[[frozenset[str]], None],
        tidy: Callable[[], None],
    ) -> None:
        """forget: destroys what else was made of records, given their ids; tidy: what is left where that was cut
        short. Both are called under the upkeep lock.
        """
        self._folder = folder
        self._current = current
        self._clock = clock
        self._forget = forget
        self._tidy = tidy

    def put(self, *stored: Stored) -> None:
        """Raises Busy, SearchUnavailable."""
        today = self._clock()
        entries = {s.record.id: changes.numbered(s, today) for s in stored}
        if entries:
            self._change(entries, frozenset(entries))

    def remove(self, *ids: str, destroy: bool = False) -> None:
        """Raises Busy, SearchUnavailable."""
        if not ids:
            return
        if not destroy:
            self._change({}, frozenset(ids))
            return
        self._destroy(frozenset(ids))

    def _destroy(self, ids: frozenset[str]) -> None:
        """The lock is held throughout, so nobody keeps what they learnt from these meanwhile."""
        if not self._folder.path.is_dir():
            raise SearchUnavailable()
        with locked(self._folder.path / UPKEEP, WAIT):
            self._forget(ids)  # first: even where there is no index that could be read
            self._change({}, ids)
            for part in changes.holding(self._current.snapshot(), ids):
                self._rewrite([part])

    def _change(self, entries: Mapping[str, Entry], gone: frozenset[str]) -> None:
        """Built first, outside the lock; then one short step makes it part of the index."""
        self._folder.pointer()
        with self._scratch() as scratch:
            built = list(changes.built(scratch, iter(entries.values())))
            with self._writing() as (number, snapshot):
                contents = read_contents(self._folder.generation(number))
                late = changes.outrun(entries, snapshot)
                if late:
                    built = changes.without(built, entries, late)
                changes.delete(contents, snapshot, gone - late)
                for segment in built:
                    changes.take_in(self._folder.generation(number), scratch, contents, segment)
                self._absorb(number, contents)
                changes.commit(self._folder.generation(number), contents)

    @contextmanager
    def _scratch(self) -> Iterator[Path]:
        path = Path(mkdtemp(prefix=SCRATCH, dir=self._folder.path))
        try:
            yield path
        finally:
            shutil.rmtree(path, ignore_errors=True)

    @contextmanager
    def _writing(self) -> Iterator[tuple[int, Snapshot]]:
        """Hold the generation in use, and the index as it is; nobody else changes it meanwhile. Raises Busy."""
        with ExitStack() as stack:
            number = self._hold(stack, time.monotonic() + WAIT)
            yield number, self._current.snapshot()

    def _hold(self, stack: ExitStack, until: float) -> int:
        while True:
            number = self._folder.pointer().number
            try:
                stack.enter_context(locked(self._lock_of(number), until - time.monotonic()))
            except FileNotFoundError:
                if self._folder.pointer().number == number:
                    raise SearchUnavailable() from None
                continue  # a rebuild took the generation away: look again
            if self._folder.pointer().number == number:
                if not self._folder.is_safe(number):
                    raise SearchUnavailable()
                return number
            stack.close()

    def _lock_of(self, number: int) -> Path:
        return self._folder.generation(number) / "write.lock"

    def _absorb(self, number: int, contents: Any) -> None:
        """Where nobody tends the index, a save merges the smallest segments, so that they stay few."""
        small = absorbed_by_a_save(contents.segments)
        if not small:
            return
        generation = self._folder.generation(number)
        parts = [changes.part(generation, s, self._current.cache) for s in small]
        with self._scratch() as scratch:
            merged, _ = changes.merge(scratch, parts)
            contents.segments[:] = [s for s in contents.segments if s not in small]
            if merged:
                changes.take_in(self._folder.generation(number), scratch, contents, merged)

    # --- upkeep ------------------------------------------------------------------------------

    def tend(self) -> bool:
        """Mend, or merge some small segments, without keeping readers or savers waiting. Raises Busy."""
        with locked(self._folder.path / UPKEEP, 0.0):
            self._drop_left_over()
            if not self._current.ready():
                return self._salvage()
            chosen = worth_merging(self._current.snapshot().parts)
            return bool(chosen) and self._rewrite(chosen)

    def _salvage(self) -> bool:
        """Leave out damaged segments where they are few: search goes on with the rest, and records that are not
        in the index come back with the next sync.
        """
        with ExitStack() as stack:
            number = self._hold(stack, time.monotonic() + WAIT)
            generation = self._folder.generation(number)
            try:
                contents = read_contents(generation)
            except Exception:  # of many classes, Whoosh's own and pickle's
                return False
            good = changes.without_damage(generation, contents)
            lost = _living(contents.segments) - _living(good)
            if len(good) == len(contents.segments) or lost > MOST_LOST * _living(contents.segments):
                return False
            log.warning("damaged parts of the index are left out, with %s records", lost)
            contents.segments[:] = good
            changes.commit(generation, contents)
        return True

    def _rewrite(self, chosen: list[Part]) -> bool:
        """One segment of what lives in these, in their place. The upkeep lock is held, so nobody swaps generations."""
        with self._scratch() as scratch:
            merged, moved = building.merge(scratch, chosen)
            with self._writing() as (number, now):
                contents = read_contents(self._folder.generation(number))
                names = {p.segment.name for p in chosen}
                contents.segments[:] = [s for s in contents.segments if s.segment_id() not in names]
                if merged:
                    changes.carry_deletions(merged, chosen, moved, now)
                    changes.take_in(self._folder.generation(number), scratch, contents, merged)
                changes.commit(self._folder.generation(number), contents)
        return True

    def rebuild(self, stored: Iterable[Stored]) -> int:
        """Raises Busy when another process rebuilds. What is saved meanwhile is carried over."""
        return self._rebuild(lambda scratch: build(scratch, stored, self._clock()))

    def rebuild_shares(
        self, shares: Sequence[Iterable[Stored]], progress: Callable[[int], None]
    ) -> int:
        """As `rebuild`; raises OSError where one of the processes is ended."""
        return self._rebuild(lambda scratch: build_shares(scratch, shares, self._clock(), progress))

    def _rebuild(self, built_in: Callable[[Path], Built]) -> int:
        self._folder.prepare()
        with locked(self._folder.path / UPKEEP, WAIT):
            before = self._current.snapshot() if self._current.ready() else None
            number = self._folder.new_generation()
            try:
                count = self._fill(number, built_in)
                self._swap(number, before)
            except BaseException:
                shutil.rmtree(self._folder.generation(number), ignore_errors=True)
                raise
            self._drop_left_over()
        return count

    def _fill(self, number: int, built_in: Callable[[Path], Built]) -> int:
        contents = TOC(whoosh_schema(), [], 0)
        with self._scratch() as scratch:
            built = built_in(scratch)
            for segment in built.segments:
                changes.take_in(self._folder.generation(number), scratch, contents, segment)
        changes.commit(self._folder.generation(number), contents)
        return built.count

    def _swap(self, number: int, before: Snapshot | None) -> None:
        if before is None:
            self._folder.point_to(number)
            return
        try:
            with self._writing() as (_, now), self._scratch() as scratch:
                changes.carry_over(scratch, number, self._folder.generation(number), before, now)
                self._folder.point_to(number)
        except SearchUnavailable:  # the old one was lost meanwhile: nothing to carry over
            self._folder.point_to(number)

    def _drop_left_over(self) -> None:
        """What killed processes left; live ones keep scratch folders for seconds only. The upkeep lock is held."""
        with suppress(SearchUnavailable):
            self._folder.drop_all_but(self._folder.pointer().number)
        self._tidy()
        for path in self._folder.path.glob(f"{SCRATCH}*"):
            with suppress(FileNotFoundError):
                if time.time() - path.stat().st_mtime > ABANDONED:
                    shutil.rmtree(path, ignore_errors=True)


def _living(segments: Iterable[Any]) -> int:
    return sum(int(s.doc_count()) for s in segments)
