"""Segment files mapped into memory, read where they lie: processes share them through the system's cache."""

import io
import os
from pathlib import Path
from typing import Any

from whoosh.filedb.compound import CompoundStorage
from whoosh.filedb.structfile import BufferFile, StructFile


class _Bytes(io.RawIOBase):
    """A stretch of memory as a file, without a copy of it."""

    def __init__(self, view: memoryview) -> None:
        self._view = view
        self._at = 0

    def readable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return True

    def seek(self, offset: int, whence: int = os.SEEK_SET) -> int:
        self._at = (
            offset + {os.SEEK_SET: 0, os.SEEK_CUR: self._at, os.SEEK_END: len(self._view)}[whence]
        )
        return self._at

    def readinto(self, into: Any) -> int:
        found = self._view[self._at : self._at + len(into)]
        into[: len(found)] = found
        self._at += len(found)
        return len(found)


class _MappedFile(BufferFile):  # type: ignore[misc]
    """As Whoosh's own, which however copies everything."""

    def __init__(self, view: memoryview, name: str) -> None:
        self._buf = view
        self._name = name
        self.file = io.BufferedReader(_Bytes(view))
        self.onclose = None
        self.is_real = False
        self.is_closed = False


class _MappedStorage(CompoundStorage):  # type: ignore[misc]
    def open_file(self, name: str, *_: Any, **__: Any) -> _MappedFile:
        offset, length = self.range(name)
        return _MappedFile(memoryview(self._source)[offset : offset + length], name)


def mapped(path: Path) -> Any:
    """The files within a segment file. Raises OSError where it cannot be mapped into memory."""
    file = path.open("rb")
    try:
        files = _MappedStorage(StructFile(file))
    except BaseException:
        file.close()
        raise
    if files._source is None:
        file.close()
        raise OSError("the segment cannot be mapped into memory")
    return files
