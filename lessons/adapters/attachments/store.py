"""Files of records as plain files: `actions/A-2026-32RXC.files/plan.pdf`, beside the record that they belong to."""

import hashlib
import logging
import os
import shutil
import stat
import tempfile
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path
from typing import BinaryIO

from lessons.adapters.attachments import kinds, names
from lessons.domain.errors import Busy, NotFound
from lessons.domain.record import Kind, kind_of
from lessons.domain.text import N_
from lessons.ports import Attached, NotTaken

log = logging.getLogger(__name__)
MOST = 20  # files of one record
CHUNK = 1 << 16
TAKEN_IN = ".taking-"  # before the name of a file that is being taken in
TOO_LARGE = N_("This file is larger than %(most)s megabytes. Add a smaller one, or the pages that matter.")  # fmt: skip
TOO_MANY = N_("There are %(most)s files here already, which is the most. Remove one first.")


class FileAttachments:
    """`Attachments` in the content folder. Paths are made only from ids and names that are clean.

    A file is written under another name, flushed, and linked in under its own, which fails where somebody was first:
    it is there whole or not at all, and none is ever written over.
    """

    def __init__(self, content: Path, most_mb: int = 10) -> None:
        self._content = content
        self._limit = most_mb << 20

    def put(self, record: str, name: str, content: BinaryIO) -> Attached:
        folder, name = self._folder(record), names.clean(name)
        if folder.is_symlink():
            raise NotFound()
        try:
            folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            try:
                return self._take_in(record, folder, name, content)
            finally:
                with suppress(OSError):
                    folder.rmdir()  # only where nothing is in it
        except OSError as error:
            log.warning("a file for %s could not be kept: %s", record, error.strerror)
            raise Busy() from error

    def _take_in(self, record: str, folder: Path, name: str, content: BinaryIO) -> Attached:
        handle, temporary = tempfile.mkstemp(dir=folder, prefix=TAKEN_IN)  # mode 0600
        taken = Path(temporary)
        try:
            with os.fdopen(handle, "wb") as file:
                size, sha256 = self._copy(content, file)
            return self._link(
                record, taken, Attached(name, kinds.type_of(taken, name), size, sha256)
            )
        finally:
            taken.unlink(missing_ok=True)

    def _copy(self, content: BinaryIO, file: BinaryIO) -> tuple[int, str]:
        size, digest = 0, hashlib.sha256()
        while chunk := content.read(CHUNK):
            size += len(chunk)
            if size > self._limit:
                raise NotTaken(TOO_LARGE, most=self._limit >> 20)
            digest.update(chunk)
            file.write(chunk)
        file.flush()
        os.fsync(file.fileno())
        return size, digest.hexdigest()

    def _link(self, record: str, taken: Path, found: Attached) -> Attached:
        """Under its name, or the next one that is free; the same content again is the same file."""
        folder, there = taken.parent, {each.name: each for each in self.all(record)}
        same = next((each for each in there.values() if each.sha256 == found.sha256), None)
        if same:
            return same
        if len(there) >= MOST:
            raise NotTaken(TOO_MANY, most=MOST)
        for number in range(1, MOST + 2):
            name = names.numbered(found.name, number)
            try:
                os.link(taken, folder / name)
            except FileExistsError:
                continue
            _flush(folder)
            _flush(folder.parent)
            return Attached(name, found.type, found.size, found.sha256)
        raise Busy()

    def open(self, record: str, name: str) -> tuple[Attached, BinaryIO]:
        path = self._path(record, name)
        try:
            handle = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC)
        except OSError:
            raise NotFound() from None
        file = os.fdopen(handle, "rb")
        type = kinds.BY_SUFFIX.get(names.suffix_of(name))
        if type is None or not stat.S_ISREG(os.fstat(handle).st_mode):
            file.close()
            raise NotFound()
        digest = hashlib.file_digest(file, "sha256").hexdigest()
        size = file.tell()
        file.seek(0)
        return Attached(name, type, size, digest), file

    def all(self, record: str) -> Sequence[Attached]:
        try:
            there = sorted(path.name for path in self._folder(record).iterdir())
        except (FileNotFoundError, NotADirectoryError):
            return ()
        found = []
        for name in there:
            if not names.is_clean(name):
                continue
            try:
                attached, file = self.open(record, name)
            except NotFound:
                continue
            file.close()
            found.append(attached)
        return tuple(found)

    def remove(self, record: str, name: str) -> None:
        path = self._path(record, name)
        try:
            path.unlink()
        except FileNotFoundError:
            raise NotFound() from None
        _flush(path.parent)
        with suppress(OSError):
            path.parent.rmdir()

    def purge(self, record: str) -> None:
        if kind_of(record) in (None, Kind.THEME):
            return  # nobody adds files to those
        folder = self._folder(record)
        if folder.is_symlink():
            folder.unlink()
        elif folder.exists():
            shutil.rmtree(folder)
            _flush(folder.parent)

    def _folder(self, record: str) -> Path:
        """Raises NotFound, for what is no id before it comes near the disk."""
        kind = kind_of(record)
        if kind in (None, Kind.THEME):
            raise NotFound()
        assert kind is not None
        return self._content / kind.folder / f"{record}.files"

    def _path(self, record: str, name: str) -> Path:
        if not names.is_clean(name):
            raise NotFound()
        folder = self._folder(record)
        if folder.is_symlink():
            raise NotFound()
        return folder / name


def _flush(folder: Path) -> None:
    handle = os.open(folder, os.O_RDONLY | os.O_CLOEXEC)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
