"""The search index behind `ports.SearchIndex`: a Whoosh index in generations, read by arrays."""

import logging
import pickle
import shutil
import struct
import time
import zlib
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import ExitStack, contextmanager, suppress
from datetime import date
from pathlib import Path
from tempfile import mkdtemp
from threading import Lock
from typing import Any

from whoosh.index import TOC

from lessons.adapters.whoosh_index import changes
from lessons.adapters.whoosh_index.folder import Folder, Pointer, locked
from lessons.adapters.whoosh_index.merging import absorbed_by_a_save, worth_merging
from lessons.adapters.whoosh_index.schema import Entry, whoosh_schema
from lessons.adapters.whoosh_index.search import Search
from lessons.adapters.whoosh_index.segments import PostingCache
from lessons.adapters.whoosh_index.snapshot import Part, Snapshot, latest, read_contents
from lessons.domain.errors import Busy, SearchUnavailable
from lessons.domain.query import Query, Results
from lessons.domain.record import Stored
from lessons.domain.synonyms import Synonyms

log = logging.getLogger(__name__)

CACHE_BYTES = 64 << 20
WAIT = 10.0  # seconds for another process that writes
TRIES = 5  # readings while another process moves files
SCRATCH = "new-"
ABANDONED = 3_600.0  # seconds
DAMAGE = (OSError, ValueError, LookupError, EOFError, struct.error, zlib.error, pickle.PickleError)


class WhooshIndex:
    """See `ports.SearchIndex`. One object serves all threads of a process; every process has its own.

    folder: made when first written to, readable by this account alone. clock: today, for restrictions that end.
    cache_bytes: posting lists kept decoded.
    """

    def __init__(
        self, folder: Path, clock: Callable[[], date], *, cache_bytes: int = CACHE_BYTES
    ) -> None:
        self._folder = Folder(folder)
        self._clock = clock
        self._cache = PostingCache(cache_bytes)
        self._held: Snapshot | None = None
        self._bad: tuple[int, int] | None = None
        self._lock = Lock()

    # --- reading -----------------------------------------------------------------------------

    def search(self, query: Query, synonyms: Synonyms) -> Results:
        with self._reading() as snapshot:
            return Search(snapshot, query, synonyms, self._clock()).results()

    def versions(self) -> Mapping[str, str]:
        """Raises SearchUnavailable."""
        with self._reading() as snapshot:
            return {id: changes.plain(held) for id, held in snapshot.versions().items()}

    def ready(self) -> bool:
        try:
            self._current()
        except SearchUnavailable:
            return False
        return True

    @contextmanager
    def _reading(self) -> Iterator[Snapshot]:
        snapshot = self._current()
        try:
            yield snapshot
        except DAMAGE as error:
            log.exception("the index cannot be read and must be made again")
            self._bad = (snapshot.number, snapshot.generation)
            raise SearchUnavailable() from error

    def _current(self) -> Snapshot:
        """The index as it is on disk now; a few file look-ups where nothing has changed."""
        pointer = self._folder.pointer()
        held = self._held
        if held and self._is_fresh(held, pointer):
            return held
        with self._lock:
            return self._load()

    def _is_fresh(self, held: Snapshot, pointer: Pointer) -> bool:
        return (
            held.number == pointer.number
            and held.generation == latest(self._folder.generation(pointer.number))
            and held.is_whole()
            and self._bad != (held.number, held.generation)
        )

    def _load(self) -> Snapshot:
        """Read again until nobody moved anything meanwhile."""
        for _ in range(TRIES):
            pointer = self._folder.pointer()
            if self._held and self._is_fresh(self._held, pointer):
                return self._held
            if not self._folder.is_safe(pointer.number):
                raise SearchUnavailable()
            found = self._try_to_open(pointer.number)
            if found:
                self._replace(found)
                return found
            time.sleep(0.01)
        raise SearchUnavailable()

    def _try_to_open(self, number: int) -> Snapshot | None:
        try:
            found = Snapshot(number, self._folder.generation(number), self._cache, self._held)
        except Exception as error:
            # Whoosh raises many classes on broken files, its own and pickle's; a writer elsewhere is gone in a moment.
            log.info("the index could not be opened: %r", error)
            return None
        if not found.is_whole() or self._bad == (found.number, found.generation):
            return None
        return found

    def _replace(self, found: Snapshot) -> None:
        if self._held:
            gone = set(self._held.parts_by_name) - set(found.parts_by_name)
            if gone:
                self._cache.forget(gone)
        self._held = found

    # --- writing -----------------------------------------------------------------------------

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
        self._folder.pointer()
        with locked(self._folder.path / "upkeep.lock", WAIT):
            self._change({}, frozenset(ids))
            for part in changes.holding(self._current(), ids):
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
            yield number, self._current()

    def _hold(self, stack: ExitStack, until: float) -> int:
        while True:
            number = self._folder.pointer().number
            try:
                stack.enter_context(locked(self._lock_of(number), until - time.monotonic()))
            except FileNotFoundError:  # a rebuild took the generation away: look again
                if time.monotonic() > until:
                    raise Busy() from None
                continue
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
        parts = [changes.part(generation, s, self._cache) for s in small]
        with self._scratch() as scratch:
            merged, _ = changes.merge(scratch, parts)
            contents.segments[:] = [s for s in contents.segments if s not in small]
            if merged:
                changes.take_in(self._folder.generation(number), scratch, contents, merged)

    # --- upkeep ------------------------------------------------------------------------------

    def tend(self) -> bool:
        """Merge some small segments, without keeping readers or savers waiting."""
        try:
            with locked(self._folder.path / "upkeep.lock", 0.0):
                self._drop_scratch()
                chosen = worth_merging(self._current().parts)
                return bool(chosen) and self._rewrite(chosen)
        except (Busy, SearchUnavailable, FileNotFoundError):
            return False

    def _rewrite(self, chosen: list[Part]) -> bool:
        """One segment of what lives in these, in their place. The upkeep lock is held, so nobody swaps generations."""
        with self._scratch() as scratch:
            merged, moved = changes.merge(scratch, chosen)
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
        self._folder.prepare()
        with locked(self._folder.path / "upkeep.lock", WAIT):
            before = self._current() if self.ready() else None
            number = self._folder.new_generation()
            try:
                count = self._fill(number, stored)
                self._swap(number, before)
            except BaseException:
                shutil.rmtree(self._folder.generation(number), ignore_errors=True)
                raise
            self._folder.drop_all_but(number)
            self._drop_scratch()
        return count

    def _fill(self, number: int, stored: Iterable[Stored]) -> int:
        contents = TOC(whoosh_schema(), [], 0)
        seen: set[str] = set()
        entries = self._entries(stored, seen)
        with self._scratch() as scratch:
            for segment in changes.built(scratch, entries):
                changes.take_in(self._folder.generation(number), scratch, contents, segment)
        changes.commit(self._folder.generation(number), contents)
        return len(seen)

    def _entries(self, stored: Iterable[Stored], seen: set[str]) -> Iterator[Entry]:
        today = self._clock()
        for each in stored:
            if each.record.id not in seen:
                seen.add(each.record.id)
                yield changes.numbered(each, today)

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

    def _drop_scratch(self) -> None:
        """What killed processes left; live ones keep theirs for seconds only."""
        for path in self._folder.path.glob(f"{SCRATCH}*"):
            with suppress(FileNotFoundError):
                if time.time() - path.stat().st_mtime > ABANDONED:
                    shutil.rmtree(path, ignore_errors=True)
