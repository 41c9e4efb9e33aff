"""Vectors of records beside the index: a file for each segment, made anew when segments are merged."""

from collections.abc import Iterable, Mapping
from contextlib import suppress
from pathlib import Path
from typing import Any, Protocol

import numpy as np

from lessons.adapters.whoosh_index.arrays import Mapped, load_array, save_array
from lessons.adapters.whoosh_index.codec import Floats, Ints
from lessons.adapters.whoosh_index.snapshot import Part, Snapshot


class Space(Protocol):
    """Where queries and records lie near one another."""

    @property
    def size(self) -> int:
        """Of a vector."""

    @property
    def weight(self) -> float:
        """Of likeness in this space beside the match of words."""

    def query(self, stems: Mapping[str, float], text: str) -> Floats | None:
        """The unit vector of a query; None where nothing is known of it. stems: how often each is asked for, or by
        which share.
        """


class View:
    """Vectors for the documents of one snapshot. Immutable; threads share it."""

    def __init__(self, snapshot: Snapshot, space: Space, held: Mapping[str, Any]) -> None:
        """held: of each segment that has any, by its name."""
        self._snapshot = snapshot
        self._held = held
        self.space = space

    def rows(self, numbers: Ints) -> Floats:
        """(numbers, size): unit vectors; zeros for what has none yet."""
        found = np.zeros((len(numbers), self.space.size), np.float32)
        for part, here, rows in self._snapshot.by_part(numbers):
            vectors = self._held.get(part.segment.name)
            if vectors is not None:
                found[here] = vectors[rows]
        return found


class Shelf:
    """The files of one folder, as this process has mapped them."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._held: dict[str, Mapped] = {}

    def of(self, parts: Iterable[Part]) -> dict[str, Any]:
        """The vectors there are, by the names of segments; what is damaged is not there."""
        found = {}
        for name, count in ((p.segment.name, p.segment.count) for p in parts):
            with suppress(OSError, ValueError):
                held = self._held.get(name)
                if held is None or not held.is_as_read():
                    held = load_array(self._path(name))
                if len(held.values) == count:
                    found[name] = held
        self._held = found
        return {name: held.values for name, held in found.items()}

    def is_as_read(self) -> bool:
        return all(held.is_as_read() for held in self._held.values())

    def one(self, name: str) -> Any | None:
        """The array of this name; None where it is not there or damaged."""
        try:
            return load_array(self._path(name)).values
        except (OSError, ValueError):
            return None

    def keep(self, name: str, vectors: Any) -> None:
        save_array(self._path(name), vectors)

    def tidy(self, parts: Iterable[Part]) -> None:
        """Take away what belongs to segments that are gone."""
        kept = {self._path(p.segment.name).name for p in parts}
        for path in self.folder.glob("MAIN_*"):
            if path.name.removesuffix(".seal") not in kept:
                path.unlink(missing_ok=True)

    def _path(self, name: str) -> Path:
        return self.folder / f"{name}.npy"
