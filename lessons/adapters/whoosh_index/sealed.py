"""Files that tell when they are damaged: a sum of what was written, compared before anything is made of it.

A sum finds a flipped bit, a cut or a file of another moment; it is no signature, and keeps nobody out.
"""

import mmap
import os
import zlib
from pathlib import Path
from typing import NamedTuple

_LENGTH = 9  # of the seal: eight digits and the end of a line


class Seal(NamedTuple):
    """What a file must be: its size in bytes, and the CRC-32 of them."""

    size: int
    crc: int


class Stamp(NamedTuple):
    """By which a file that was looked at before is known to be the same, without reading it."""

    inode: int
    size: int
    changed: int


def stamp(path: Path) -> Stamp:
    """Raises OSError."""
    found = path.stat()
    return Stamp(found.st_ino, found.st_size, found.st_mtime_ns)


def seal_of(path: Path) -> Seal:
    """Reads the file whole, some 3 GB a second where it is in memory. Raises OSError."""
    with path.open("rb") as file:
        size = os.fstat(file.fileno()).st_size
        if not size:
            return Seal(0, 0)
        with mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as data:
            return Seal(size, zlib.crc32(data))


def check(path: Path, seal: Seal) -> None:
    """Raises ValueError where the file is not what it was sealed as; OSError."""
    if path.stat().st_size != seal.size or seal_of(path) != seal:
        raise ValueError(f"{path.name} is damaged")


def write_sealed(path: Path, data: bytes, *, lasting: bool = False) -> None:
    """All of it or nothing, with its sum at the end. lasting: on return it outlives the machine's power."""
    beside = path.with_name(f"{path.name}.new")
    with beside.open("wb") as file:
        file.write(data)
        file.write(_seal(data))
        if lasting:
            file.flush()
            os.fsync(file.fileno())
    beside.replace(path)


def read_sealed(path: Path) -> bytes:
    """What `write_sealed` wrote. Raises ValueError where it is damaged; OSError."""
    whole = path.read_bytes()
    data = whole[:-_LENGTH]
    if whole[-_LENGTH:] != _seal(data):
        raise ValueError(f"{path.name} is damaged")
    return data


def _seal(data: bytes) -> bytes:
    return b"%08x\n" % zlib.crc32(data)
