"""Vectors learnt from the records: which are in force, who may profit from them, and keeping them up."""

import logging
import shutil
import subprocess
import sys
import time
import weakref
from contextlib import suppress
from pathlib import Path
from typing import NamedTuple

import numpy as np

import lessons
from lessons.adapters.whoosh_index.elsewhere import environment
from lessons.adapters.whoosh_index.folder import PRIVATE
from lessons.adapters.whoosh_index.latent import Latent
from lessons.adapters.whoosh_index.sealed import read_sealed, write_sealed
from lessons.adapters.whoosh_index.shelf import Shelf, View
from lessons.adapters.whoosh_index.snapshot import Mask, Part, Snapshot
from lessons.domain.access import EVERY_STAFF, EVERYTHING

log = logging.getLogger(__name__)

FEWEST = 200  # records; fewer teach nothing
GROWN = 0.1  # share of new records from which it is worth learning anew
SMALL = 500  # documents of a segment that is laid out in this process
AGAIN_AFTER = 300.0  # seconds after learning failed
LONGEST = 3_600  # seconds of learning
MOST_RECORDS = 30_000  # learnt from; more teach little that is new
MOST_MEMBERS = 200  # segments of which it is remembered
LEARNER = "lessons.adapters.whoosh_index.learning"
POINTER = "current"
FORGOTTEN = "forgotten-"


class _Held(NamedTuple):
    """What one process has read: of which stamp of the pointer, the model, its folder."""

    stamp: tuple[int, int]
    model: Latent
    shelf: Shelf


def _end(learner: subprocess.Popen[bytes]) -> None:
    """Nobody is left to take up what would be learnt."""
    if learner.poll() is None:
        learner.kill()
        learner.wait()


class Meaning:
    """The vectors of one index. One object serves all threads of a process."""

    def __init__(self, folder: Path, signature: str, *, fewest: int = FEWEST) -> None:
        """folder: of the index. fewest: records from which vectors are learnt."""
        self._index = folder
        self._folder = folder / "meaning"
        self._signature = signature
        self._fewest = fewest
        self._read: _Held | None = None
        self._members: dict[str, Mask] = {}
        self._view: tuple[Snapshot, tuple[int, int], View] | None = None
        self._learner: subprocess.Popen[bytes] | None = None
        self._errors = folder / "learning.log"
        self._resting = 0.0  # until when nothing is learnt, after it failed

    # --- reading -----------------------------------------------------------------------------

    def view(self, snapshot: Snapshot, keys: frozenset[str]) -> View | None:
        """None where nothing was learnt, where what was learnt from is no longer open to all, and for people who
        may not read everything that was learnt from.
        """
        if EVERYTHING not in keys and keys.isdisjoint(EVERY_STAFF):
            return None
        stamp = self._stamp()
        known = self._view
        if known and known[0] is snapshot and known[1] == stamp and self._is_as_read():
            return known[2]
        model, held = self.model_for(snapshot), self._read
        if model is None or held is None:
            return None
        view = View(snapshot, model, held.shelf.of(snapshot.parts))
        self._view = snapshot, stamp, view
        return view

    def _is_as_read(self) -> bool:
        held = self._read
        return held is not None and held.model.is_as_read() and held.shelf.is_as_read()

    def _stamp(self) -> tuple[int, int]:
        try:
            found = (self._folder / POINTER).stat()
        except OSError:
            return 0, 0
        return found.st_ino, found.st_mtime_ns

    def model_for(self, snapshot: Snapshot) -> Latent | None:
        """What was learnt, if all that it was learnt from is still there and open to all."""
        held = self._model()
        if held is None:
            return None
        still = sum(
            int(np.count_nonzero(self._is_member(p, held) & snapshot.open[p.span]))
            for p in snapshot.parts
        )
        return held.model if still == len(held.model.learnt) else None

    def _is_member(self, part: Part, held: _Held) -> Mask:
        """Which documents of a segment were learnt from."""
        name = part.segment.name
        found = self._members.get(name)
        if found is None:
            if len(self._members) > MOST_MEMBERS:
                self._members.clear()
            found = self._members[name] = np.isin(part.segment.ids(), held.model.learnt)
        return found

    def _model(self) -> _Held | None:
        stamp = self._stamp()
        held = self._read
        if held and not held.model.is_as_read():
            held = self._read = None
        if held and held.stamp == stamp:
            return held
        try:
            name = read_sealed(self._folder / POINTER).decode("ascii")
            if not name.startswith(f"latent-{self._signature}-"):
                return None
            folder = self._folder / name
            same = held if held and held.shelf.folder == folder else None
            model = same.model if same else Latent.load(folder)
        except (OSError, ValueError):
            return None
        if same is None:
            self._members = {}
        self._read = _Held(stamp, model, same.shelf if same else Shelf(folder))
        return self._read

    # --- keeping up --------------------------------------------------------------------------

    def tend(self, snapshot: Snapshot) -> bool:
        """One step: begin to learn, or lay out new segments; False where there is nothing to do just now."""
        if self._learner and self._learner.poll() is None:
            return False
        self._note_end()
        if time.monotonic() < self._resting:
            return False
        try:
            return self._step(snapshot)
        except OSError as error:
            self._rest(str(error))
            return False

    def _step(self, snapshot: Snapshot) -> bool:
        model = self.model_for(snapshot)
        if model is None or self.is_outgrown(model, snapshot):
            if np.count_nonzero(snapshot.open) < self._fewest:
                return False
            return self._learn()
        assert self._read is not None
        there = self._read.shelf.of(snapshot.parts)
        missing = [p for p in snapshot.parts if p.segment.name not in there]
        if any(p.segment.count > SMALL for p in missing):
            return self._learn()
        if missing:
            self.lay_out(snapshot, model)
        return bool(missing)

    def is_outgrown(self, model: Latent, snapshot: Snapshot) -> bool:
        """Whether much came in since."""
        now, then = int(np.count_nonzero(snapshot.open)), len(model.learnt)
        return then < MOST_RECORDS and now > then * (1 + GROWN) + 20

    def _learn(self) -> bool:
        """Begin, in a process of its own: nobody waits, and its memory is given back."""
        root = str(Path(lessons.__file__).resolve().parent.parent)
        env = environment(root, OMP_NUM_THREADS="1", OPENBLAS_NUM_THREADS="1")
        command = [sys.executable, "-P", "-m", LEARNER, str(self._index), str(self._fewest)]
        with self._errors.open("wb") as errors:
            self._learner = subprocess.Popen(
                command, env=env, stdin=subprocess.DEVNULL, stderr=errors
            )
        weakref.finalize(self, _end, self._learner)
        return True

    def wait(self) -> bool:
        """Until what was begun is learnt; False where nothing was."""
        return self._learner is not None and self._note_end()

    def _note_end(self) -> bool:
        """Whether what was begun came to a good end; waits for it."""
        learner, self._learner = self._learner, None
        if learner is None:
            return False
        learner.wait(timeout=LONGEST)
        if learner.returncode:
            said = self._errors.read_text(errors="replace").strip()[-500:]
            self._rest(said or f"ended with {learner.returncode}")
        return not learner.returncode

    def _rest(self, why: str) -> None:
        log.warning("nothing was learnt from the records: %s", why)
        self._resting = time.monotonic() + AGAIN_AFTER

    def keep(self, model: Latent) -> None:
        """Take a model into use."""
        self._folder.mkdir(mode=PRIVATE, exist_ok=True)
        numbers = [int(p.name.rpartition("-")[2]) for p in self._folder.glob("latent-*-*")]
        folder = self._folder / f"latent-{self._signature}-{max(numbers, default=0) + 1}"
        folder.mkdir(mode=PRIVATE)
        model.save(folder)
        self._point_to(folder)
        for other in self._folder.glob("latent-*"):
            if other != folder:
                shutil.rmtree(other, ignore_errors=True)

    def lay_out(self, snapshot: Snapshot, model: Latent) -> None:
        """Vectors for every segment that has none; those of segments that are gone are taken away."""
        held = self._model()
        if held is None:
            return
        there = held.shelf.of(snapshot.parts)
        for part in snapshot.parts:
            if part.segment.name not in there:
                held.shelf.keep(part.segment.name, model.project(part.segment))
        held.shelf.tidy(snapshot.parts)
        self._point_to(held.shelf.folder)

    def forget(self) -> None:
        """Destroy all that was learnt. Raises OSError where something of it is left."""
        self._read = self._view = None
        away = self._folder.with_name(f"{FORGOTTEN}{time.monotonic_ns()}")
        with suppress(FileNotFoundError):
            self._folder.rename(away)  # so that nobody who still lays out writes into it meanwhile
        self.drop_forgotten()

    def drop_forgotten(self) -> None:
        """What `forget` left where it was ended in the middle. Raises OSError."""
        for each in self._index.glob(f"{FORGOTTEN}*"):
            with suppress(FileNotFoundError):  # somebody else is at it
                shutil.rmtree(each)

    def _point_to(self, folder: Path) -> None:
        write_sealed(self._folder / POINTER, folder.name.encode("ascii"))
