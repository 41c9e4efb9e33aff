"""Where the index lies: generations in folders of their own, and a pointer to the one in use.

The files hold pickles (Whoosh's table of contents), so nothing is read from a folder that somebody else
could have written to.
"""

import fcntl
import os
import shutil
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import NamedTuple

from lessons.adapters.whoosh_index.schema import signature
from lessons.adapters.whoosh_index.sealed import read_sealed, write_sealed
from lessons.domain.errors import Busy, SearchUnavailable

POINTER = "current"
UPKEEP = "upkeep.lock"  # held by whoever merges, mends, erases or makes a new generation
PRIVATE = 0o700
_OTHERS = 0o077


class Pointer(NamedTuple):
    """The generation in use, and the schema it was made with."""

    number: int
    signature: str


class Folder:
    """The index folder of one knowledge base."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.signature = signature()

    def prepare(self) -> None:
        """Make the folder, private. Raises SearchUnavailable where it belongs to somebody else."""
        self.path.mkdir(parents=True, exist_ok=True, mode=PRIVATE)
        if self.path.stat().st_uid != os.geteuid():
            raise SearchUnavailable()
        self.path.chmod(PRIVATE)

    def is_private(self, path: Path) -> bool:
        try:
            found = path.lstat()
        except OSError:
            return False
        return found.st_uid == os.geteuid() and not found.st_mode & _OTHERS and path.is_dir()

    def pointer(self) -> Pointer:
        """Raises SearchUnavailable: no index, one made otherwise, or one that is not safe to read."""
        try:
            words = read_sealed(self.path / POINTER).decode("ascii").split()
            found = Pointer(int(words[0]), words[1])
        except (OSError, ValueError, IndexError):
            raise SearchUnavailable() from None
        if found.signature != self.signature:
            raise SearchUnavailable()
        return found

    def generation(self, number: int) -> Path:
        return self.path / str(number)

    def is_safe(self, number: int) -> bool:
        return self.is_private(self.path) and self.is_private(self.generation(number))

    def numbers(self) -> list[int]:
        return sorted(int(p.name) for p in self.path.iterdir() if p.name.isdigit())

    def new_generation(self) -> int:
        number = max(self.numbers(), default=0) + 1
        self.generation(number).mkdir(mode=PRIVATE)
        return number

    def point_to(self, number: int) -> None:
        write_sealed(
            self.path / POINTER, f"{number} {self.signature}\n".encode("ascii"), lasting=True
        )

    def drop_all_but(self, number: int) -> None:
        for other in self.numbers():
            if other != number:
                shutil.rmtree(self.generation(other), ignore_errors=True)


@contextmanager
def locked(path: Path, seconds: float) -> Iterator[None]:
    """Hold a lock between threads and processes; the system lets go of it when its holder dies. Raises Busy."""
    descriptor = os.open(path, os.O_CREAT | os.O_RDWR, 0o600)
    try:
        _acquire(descriptor, time.monotonic() + seconds)
        yield
    finally:
        with suppress(OSError):
            os.close(descriptor)


def _acquire(descriptor: int, until: float) -> None:
    while True:
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            if time.monotonic() >= until:
                raise Busy() from None
            time.sleep(0.003)
        else:
            return
