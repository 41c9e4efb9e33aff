"""Arrays in files of their own, sealed by a sum, mapped when read."""

from contextlib import suppress
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np

from lessons.adapters.whoosh_index.sealed import (
    Seal,
    Stamp,
    check,
    read_sealed,
    seal_of,
    stamp,
    write_sealed,
)


class Mapped(NamedTuple):
    """An array and the file that it is mapped from."""

    values: Any
    path: Path
    stamp: Stamp

    def is_as_read(self) -> bool:
        """Whether the file is still what it was: reading past the end of a mapped file would end the process."""
        try:
            return stamp(self.path) == self.stamp
        except OSError:
            return False


def save_array(path: Path, values: Any) -> None:
    """Whole or not at all; what processes have mapped already stays as it was."""
    beside = path.with_name(f"{path.name}.new")
    with beside.open("wb") as file:
        np.save(file, np.ascontiguousarray(values), allow_pickle=False)
    seal = seal_of(beside)
    beside.replace(path)
    write_sealed(_seal_of(path), f"{seal.size} {seal.crc}".encode())


def load_array(path: Path) -> Mapped:
    """Read only. Raises ValueError where it is damaged, OSError where it is not there."""
    size, crc = read_sealed(_seal_of(path)).split()
    found = stamp(path)
    check(path, Seal(int(size), int(crc)))
    return Mapped(np.load(path, mmap_mode="r", allow_pickle=False), path, found)


def drop_array(path: Path) -> None:
    for each in (path, _seal_of(path)):
        with suppress(FileNotFoundError):
            each.unlink()


def _seal_of(path: Path) -> Path:
    return path.with_name(f"{path.name}.seal")
