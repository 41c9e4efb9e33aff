"""Vectors of whole sentences, from a model that the force gave: see `ports.SentenceModel`.

A record's vector says nothing of any other record, so everybody profits. Of every segment of the index there is one
file of vectors and one of keys, by which a merged or rebuilt segment takes over what was read before.
"""

import hashlib
import logging
import shutil
import textwrap
import time
from collections import OrderedDict
from collections.abc import Callable, Collection, Mapping
from contextlib import suppress
from math import ceil
from pathlib import Path
from threading import Lock
from typing import Any

import numpy as np
from numpy.typing import NDArray

from lessons.adapters.whoosh_index.arrays import drop_array
from lessons.adapters.whoosh_index.codec import Floats
from lessons.adapters.whoosh_index.folder import PRIVATE, UPKEEP, locked
from lessons.adapters.whoosh_index.schema import SHOWN
from lessons.adapters.whoosh_index.segments import Segment
from lessons.adapters.whoosh_index.shelf import Shelf, View
from lessons.adapters.whoosh_index.snapshot import Mask, Part, Snapshot
from lessons.domain.errors import Busy
from lessons.domain.ranking import SENTENCES
from lessons.ports import SentenceModel

log = logging.getLogger(__name__)

FOLDER, KEYS = "sentences", "keys"
MADE_BY = 1  # raised when the same record would be read as another text
BEGUN = "begun-"  # before the name of a segment that is read in part
STEP = 0.5  # seconds of one step of upkeep
SAVED_AFTER = 60.0  # seconds of reading that a restart may lose
AGAIN_AFTER = 300.0  # seconds after the disk refused
PATIENCE = 0.5  # seconds for others who keep the index up
SMALL = 500  # documents of a segment that may lack its vectors for a moment
MOST_QUERIES = 256  # whose vectors are remembered
MOST_ASKED = 2_000  # characters of a query
MOST_CHARS = 6_000  # of a record
STRETCH = 1_200  # of a text that is read at once: small models take in some 200 words

# (documents, 2): of the record, of what it says; zeros where nothing was read.
Keys = NDArray[np.uint64]


class Sentences:
    """The vectors of one index, and where queries lie among them. One object serves all threads of a process."""

    def __init__(self, folder: Path, model: SentenceModel) -> None:
        """folder: of the index."""
        self._model = model
        self._index = folder
        self._folder = folder / FOLDER / f"{model.name}-{MADE_BY}"
        self._rows, self._keys = Shelf(self._folder), Shelf(self._folder / KEYS)
        self._reading: _Reading | None = None
        self._resting = 0.0  # until when nothing is read
        self._asked: OrderedDict[str, Floats] = OrderedDict()
        self._lock = Lock()
        self._tending = Lock()

    # --- as a space --------------------------------------------------------------------------

    @property
    def size(self) -> int:
        return self._model.size

    @property
    def weight(self) -> float:
        return SENTENCES

    def query(self, stems: Mapping[str, float], text: str) -> Floats | None:
        text = text[:MOST_ASKED]
        with self._lock:
            known = self._asked.get(text)
            if known is not None:
                self._asked.move_to_end(text)
                return known
        try:
            found: Floats = self._model.vectors([text])[0]
        except Exception:  # whatever a model raises, the words still find
            log.exception("the sentence model failed on a query")
            return None
        with self._lock:
            self._asked[text] = found
            if len(self._asked) > MOST_QUERIES:
                self._asked.popitem(last=False)
        return found

    # --- reading and keeping up --------------------------------------------------------------

    def view(self, snapshot: Snapshot, keys: frozenset[str]) -> View | None:
        """keys: of the reader; everybody has the same vectors. None until most is read: records with vectors would
        stand before those that wait for theirs.
        """
        held = self._rows.of(snapshot.parts)
        waiting = (p for p in snapshot.parts if p.segment.name not in held)
        if not held or any(p.segment.count > SMALL for p in waiting):
            return None
        return View(snapshot, self, held)

    def tend(self, snapshot: Snapshot) -> bool:
        """Read on for about STEP; False where there is nothing to do just now."""
        if time.monotonic() < self._resting or not self._tending.acquire(blocking=False):
            return False
        try:
            return self._step(snapshot)
        except FileNotFoundError:  # the index was taken away meanwhile
            return False
        except OSError as error:
            log.warning("the vectors of the sentence model cannot be kept: %s", error)
            self._resting = time.monotonic() + AGAIN_AFTER
            return False
        finally:
            self._tending.release()

    def wait(self) -> bool:
        return False

    def _step(self, snapshot: Snapshot) -> bool:
        there = self._rows.of(snapshot.parts).keys() & self._keys.of(snapshot.parts).keys()
        missing = {p.segment.name: p for p in snapshot.parts if p.segment.name not in there}
        if self._reading and self._reading.segment.name not in missing:
            if not self._locked(snapshot, lambda: self._set_aside(snapshot)):
                return True
            self._reading = None
        if not missing:
            return False
        part = next(iter(missing.values()))
        if self._reading is None:
            self._reading = _Reading(part.segment, self._model, self._known(snapshot))
        part = missing[self._reading.segment.name]
        if self._reading.read_on(part.live, time.monotonic() + STEP):
            self._locked(snapshot, lambda: self._keep(snapshot, part))
        elif self._reading.is_worth_saving():
            self._locked(snapshot, lambda: self._set_aside(snapshot))
        return True

    def _locked(self, snapshot: Snapshot, write: Callable[[], None]) -> bool:
        """Write where the index is still the one that was read: an erasure holds the same lock, so nothing of what
        is erased comes back. False where somebody else is at work or has changed it; for another step.
        """
        with suppress(Busy), locked(self._index / UPKEEP, PATIENCE):
            if snapshot.is_whole():
                self._make_folders()
                write()
                return True
        return False

    def _make_folders(self) -> None:
        for folder in (self._folder.parent, self._folder, self._folder / KEYS):
            folder.mkdir(mode=PRIVATE, exist_ok=True)
            folder.chmod(PRIVATE)

    def _keep(self, snapshot: Snapshot, part: Part) -> None:
        assert self._reading is not None
        self._save(part.segment.name, part.live)
        self._reading = None
        if len(self._rows.of(snapshot.parts)) == len(snapshot.parts):
            self._tidy(snapshot)

    def _set_aside(self, snapshot: Snapshot) -> None:
        """What was read so far, of records that are still there."""
        assert self._reading is not None
        living = [_key(id) for p in snapshot.parts for id in p.segment.ids()[p.live].tolist()]
        still = np.isin(self._reading.keys[:, 0], np.array(living, np.uint64))
        self._save(BEGUN + self._reading.segment.name, still)

    def _save(self, name: str, rows: Mask) -> None:
        assert self._reading is not None
        self._keys.keep(name, self._reading.keys * rows[:, None].astype(np.uint64))
        self._rows.keep(name, np.where(rows[:, None], self._reading.vectors, np.float16(0)))
        self._reading.saved = time.monotonic()

    def _known(self, snapshot: Snapshot) -> dict[int, Any]:
        """Vectors of segments that are no more, or were read in part, by the keys of what they say."""
        now = {p.segment.name for p in snapshot.parts}
        found: dict[int, Any] = {}
        for path in self._folder.glob("*.npy"):
            if path.stem not in now:
                rows, keys = self._rows.one(path.stem), self._keys.one(path.stem)
                if rows is not None and keys is not None and len(rows) == len(keys):
                    found.update(zip(keys[:, 1].tolist(), rows, strict=True))
        found.pop(0, None)
        return found

    def _tidy(self, snapshot: Snapshot) -> None:
        """Once all that is in force is read: until then merged segments are taken over from what they were."""
        now = {p.segment.name for p in snapshot.parts}
        for folder in (self._folder, self._folder / KEYS):
            for path in folder.glob("*.npy*"):
                if path.name.partition(".")[0] not in now:
                    path.unlink(missing_ok=True)
        for other in self._folder.parent.iterdir():
            if other != self._folder:
                shutil.rmtree(other, ignore_errors=True)


class _Reading:
    """The vectors of one segment on their way. For one thread.

    vectors: zeros where nothing is read yet. saved: when they were last written down.
    """

    def __init__(self, segment: Segment, model: SentenceModel, known: Mapping[int, Any]) -> None:
        """known: vectors that need no reading, by the keys of what they say."""
        self.segment = segment
        self.vectors = np.zeros((segment.count, model.size), np.float16)
        self.keys: Keys = np.zeros((segment.count, 2), np.uint64)
        self.saved = time.monotonic()
        self._model = model
        self._failed = False
        self._left = [row for row in range(segment.count) if not self._take_over(row, known)]
        self._left.reverse()

    def _take_over(self, row: int, known: Mapping[int, Any]) -> bool:
        vector = known.get(_key(self.segment.texts(SHOWN)[row])) if known else None
        if vector is None:
            return False
        self._put(row, vector)
        return True

    def _put(self, row: int, vector: Any) -> None:
        self.vectors[row] = vector
        self.keys[row] = _key(self.segment.ids()[row]), _key(self.segment.texts(SHOWN)[row])

    def read_on(self, live: Mask, until: float) -> bool:
        """At least one; whether it is at its end. until: on the clock of `time.monotonic`."""
        while self._left:
            row = self._left.pop()
            if live[row]:
                self._read(row)
                if time.monotonic() >= until:
                    break
        return not self._left

    def _read(self, row: int) -> None:
        """What fails has no key, so that it is tried again when its segment is merged."""
        try:
            self._put(row, _vector(self._model, _text(self.segment, row)))
        except Exception:  # whatever a model raises, the other records go on
            if not self._failed:
                id = self.segment.ids()[row].decode()
                log.exception("the sentence model failed on %s, and perhaps on others", id)
            self._failed = True

    def is_worth_saving(self) -> bool:
        return time.monotonic() - self.saved > SAVED_AFTER


def forget(index: Path, ids: Collection[str]) -> None:
    """Destroy every vector of these records, whichever model it is from. The upkeep lock is held.

    index: its folder.
    """
    erased = np.array([_key(id.encode()) for id in ids], np.uint64)
    for folder in (index / FOLDER).glob("*"):
        rows, keys = Shelf(folder), Shelf(folder / KEYS)
        for name in _names(folder):
            held, known = rows.one(name), keys.one(name)
            if held is None or known is None or len(held) != len(known):
                drop_array(folder / f"{name}.npy")
                drop_array(folder / KEYS / f"{name}.npy")
                continue
            gone = np.isin(known[:, 0], erased)[:, None]
            if gone.any():
                keys.keep(name, np.where(gone, np.uint64(0), known))
                rows.keep(name, np.where(gone, np.float16(0), held))


def _names(folder: Path) -> set[str]:
    """Of all that is kept there; what a killed process left half-written is taken away."""
    both = (folder, folder / KEYS)
    for path in [path for each in both for path in each.glob("*.new")]:
        path.unlink(missing_ok=True)
    return {path.stem for each in both for path in each.glob("*.npy")}


def _key(held: bytes) -> int:
    return int.from_bytes(hashlib.blake2b(held, digest_size=8).digest())


def _vector(model: SentenceModel, text: str) -> Floats:
    """Of unit length: the mean over stretches of a text, each by its length; zeros where it holds no word."""
    parts = textwrap.wrap(text, ceil(len(text) / ceil(len(text) / STRETCH))) or [""]
    found: Floats = np.average(model.vectors(parts), axis=0, weights=[len(p) + 1 for p in parts])
    length = float(np.linalg.norm(found))
    return found / length if length else found


def _text(segment: Segment, row: int) -> str:
    shown = segment.shown(row)
    return f"{shown['title']}. {shown['text']}"[:MOST_CHARS]
