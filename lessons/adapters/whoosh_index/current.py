"""The index as it is on disk now, as one process holds it."""

import logging
import pickle
import struct
import time
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from threading import Lock

from lessons.adapters.whoosh_index.folder import Folder, Pointer
from lessons.adapters.whoosh_index.sealed import Stamp, stamp
from lessons.adapters.whoosh_index.segments import PostingCache
from lessons.adapters.whoosh_index.snapshot import Snapshot, contents_of, latest
from lessons.domain.errors import SearchUnavailable

log = logging.getLogger(__name__)

TRIES = 5  # readings while another process moves files
DAMAGE = (OSError, ValueError, LookupError, EOFError, struct.error, zlib.error, pickle.PickleError)


class Current:
    """Read again whenever somebody has changed it. One object serves all threads of a process."""

    def __init__(self, folder: Folder, cache: PostingCache) -> None:
        self.cache = cache
        self._folder = folder
        self._held: Snapshot | None = None
        self._bad: tuple[int, int, Stamp] | None = None
        self._lock = Lock()

    def ready(self) -> bool:
        try:
            self.snapshot()
        except SearchUnavailable:
            return False
        return True

    @contextmanager
    def reading(self) -> Iterator[Snapshot]:
        snapshot = self.snapshot()
        try:
            yield snapshot
        except DAMAGE as error:
            # One query that meets a mistake of ours must not take search away from everybody.
            if snapshot.is_sound():
                log.exception("a query failed, though the index is whole")
            else:
                log.exception("the index cannot be read and must be made again")
                self._bad = self._identity(snapshot.number)
            raise SearchUnavailable() from error

    def snapshot(self) -> Snapshot:
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
            and not self._is_known_bad(held.number)
        )

    def _identity(self, number: int) -> tuple[int, int, Stamp] | None:
        """Of what a generation holds now; numbers alone come again where everything was lost and made anew."""
        folder = self._folder.generation(number)
        try:
            generation = latest(folder)
            return number, generation, stamp(contents_of(folder, generation))
        except OSError:
            return None

    def _is_known_bad(self, number: int) -> bool:
        return self._bad is not None and self._bad == self._identity(number)

    def _load(self) -> Snapshot:
        """Read again until nobody moved anything meanwhile."""
        for _ in range(TRIES):
            pointer = self._folder.pointer()
            if self._held and self._is_fresh(self._held, pointer):
                return self._held
            if not self._folder.is_safe(pointer.number) or self._is_known_bad(pointer.number):
                raise SearchUnavailable()
            found = self._try_to_open(pointer.number)
            if found:
                self._replace(found)
                return found
            time.sleep(0.01)
        raise SearchUnavailable()

    def _try_to_open(self, number: int) -> Snapshot | None:
        identity = self._identity(number)
        try:
            found = Snapshot(number, self._folder.generation(number), self.cache, self._held)
        except ValueError as error:
            log.warning("the index is damaged: %s", error)
            self._bad = identity
            return None
        except Exception as error:
            # Whoosh raises many classes on broken files, its own and pickle's; a writer elsewhere is gone in a moment.
            log.info("the index could not be opened: %r", error)
            return None
        return found if found.is_whole() else None

    def _replace(self, found: Snapshot) -> None:
        if self._held:
            gone = set(self._held.parts_by_name) - set(found.parts_by_name)
            if gone:
                self.cache.forget(gone)
        self._held = found
