"""The few motions on disk that the store is made of: files and folders that only their owner may read."""

import fcntl
import os
import stat
import time
import zlib
from collections.abc import Collection, Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from pathlib import Path

from lessons.domain.errors import Busy

_FLUSHERS = 8  # threads; the disk gathers their flushes into one


class NotPlain(OSError):
    """A link, folder, pipe or device stands where a file should be."""


def read(path: Path) -> tuple[bytes, os.stat_result]:
    """What a file holds, and its state at that moment. Never follows a link. Raises FileNotFoundError, NotPlain."""
    try:
        # a pipe would make the opener wait
        fd = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC)
    except FileNotFoundError:
        raise
    except OSError as error:
        if path.is_symlink() or not path.is_file():
            raise NotPlain(*error.args) from None
        raise
    with os.fdopen(fd, "rb") as file:
        state = os.fstat(fd)
        if not stat.S_ISREG(state.st_mode):
            raise NotPlain(f"{path} is not a plain file")
        return file.read(), state


def write_new(path: Path, data: bytes, *, after: os.stat_result | None = None) -> None:
    """Make a file, mode 0600; `flush` it afterwards. Raises FileExistsError.

    after: the file that this one will replace. The new one is dated later, though the clock of the file system may
    have stood still between the two, so that date and size together name one text.
    """
    fd = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o600)
    with os.fdopen(fd, "wb") as file:
        file.write(data)
        file.flush()
        made = os.fstat(fd)
        if after and made.st_mtime_ns <= after.st_mtime_ns:
            os.utime(fd, ns=(made.st_atime_ns, after.st_mtime_ns + 1))


def flush(paths: Collection[Path]) -> None:
    """Return once these files, or the lists of names in these folders, are on disk.

    One fsync each, several at a time. os.sync() is faster for many files (1,000 in 12 ms rather than 80 ms on the disk
    where this was measured), but waits for everybody else's data too and does not report a failing disk.
    """
    if len(paths) < _FLUSHERS:
        for path in paths:
            _flush_one(path)
        return
    with ThreadPoolExecutor(_FLUSHERS) as pool:
        for _ in pool.map(_flush_one, paths):
            pass


def _flush_one(path: Path) -> None:
    fd = os.open(path, os.O_RDONLY | os.O_CLOEXEC)
    try:
        os.fsync(fd)
    finally:
        os.close(fd)


def make_folder(path: Path) -> list[Path]:
    """Make a folder and those above it, mode 0700; the folders in which a name was added."""
    try:
        path.mkdir(0o700)
    except FileExistsError:
        if not path.is_dir():
            raise NotADirectoryError(f"{path} is not a folder") from None
        return []
    except FileNotFoundError:
        above = make_folder(path.parent)
        return [*above, *make_folder(path)]
    return [path.parent]


def version_of(state: os.stat_result) -> str:
    """`Stored.version`: known without opening the file."""
    return f"{state.st_mtime_ns:x}-{state.st_size:x}"


class Locks:
    """Who may write which record just now: between threads and between processes of one machine.

    A few lock files are shared out among all ids. The kernel lets go of a lock when its holder dies, so that
    whoever holds a lock knows that nobody is at work on its records.
    """

    STRIPES = 64

    def __init__(self, folder: Path, patience: float = 10.0) -> None:
        """patience: seconds."""
        self._folder = folder
        self._patience = patience

    @contextmanager
    def hold(self, ids: Iterable[str]) -> Iterator[None]:
        """Raises Busy after `patience`."""
        deadline = time.monotonic() + self._patience
        with ExitStack() as held:
            # always in rising order, so that two who want many cannot wait for each other
            for stripe in sorted({zlib.crc32(id.encode()) % self.STRIPES for id in ids}):
                fd = self._open(stripe, held)
                pause = 0.0005
                while not _taken(fd):
                    if time.monotonic() > deadline:
                        raise Busy()
                    time.sleep(pause)
                    pause = min(pause * 2, 0.02)
                held.callback(fcntl.flock, fd, fcntl.LOCK_UN)
            yield

    @contextmanager
    def try_hold(self, id: str) -> Iterator[bool]:
        """Whether the lock was free; it is held until the end of the block if so."""
        with ExitStack() as held:
            fd = self._open(zlib.crc32(id.encode()) % self.STRIPES, held)
            taken = _taken(fd)
            if taken:
                held.callback(fcntl.flock, fd, fcntl.LOCK_UN)
            yield taken

    def _open(self, stripe: int, held: ExitStack) -> int:
        path = self._folder / f"{stripe:02d}"
        flags = os.O_RDWR | os.O_CREAT | os.O_CLOEXEC
        try:
            fd = os.open(path, flags, 0o600)
        except FileNotFoundError:
            make_folder(self._folder)
            fd = os.open(path, flags, 0o600)
        held.callback(os.close, fd)
        return fd


def _taken(fd: int) -> bool:
    try:
        fcntl.flock(fd, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True
