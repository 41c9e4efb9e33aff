"""Records as plain files: the truth of the knowledge base. See `places` for what lies where, `desk` for its safety."""

import errno
import os
import stat
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

from lessons.adapters.files import disk
from lessons.adapters.files.desk import Desk, Found, Ready
from lessons.adapters.files.places import PURGE, Places, Tombstone
from lessons.domain.access import without_words
from lessons.domain.errors import (
    Busy,
    Invalid,
    LessonsError,
    NotFound,
    Problem,
    StaleWrite,
    Unreadable,
)
from lessons.domain.record import (
    OUTSIDE,
    OUTSIDE_EDIT,
    Closed,
    Kind,
    Record,
    Revision,
    Stored,
    kind_of,
)
from lessons.domain.text import N_
from lessons.ports import Change, RecordText

BATCH = 200  # records flushed together: others wait this long for a lock, some 0.1 s
CURRENT = N_("This is the text that holds now. Change it first; then what it was can be closed.")
FILES = ".files"  # after the id, of the folder that holds what people added to a record
_READ_ONLY = {errno.EROFS, errno.EACCES, errno.EPERM}


class FileRecords:
    """Keeps `ports.RecordStore` in a folder of plain files that people may also edit.

    The current file counts as edited by hand when it differs from the newest revision, with two exceptions in
    which the newest revision is put back: it is a copy of an older revision (as a save that was cut off, or a
    backup copied while people were saving, leaves behind, or one whose text was since destroyed), or only its layout
    or stamp differs, not a word of it.
    A file with no revision at all is one that the product never saved.
    """

    def __init__(self, content: Path, text: RecordText) -> None:
        """Finishes what killed processes began. A folder that cannot be written is read all the same."""
        self._places = Places(content)
        self._desk = Desk(self._places)
        self._locks = disk.Locks(self._places.locks)
        self._text = text
        places = self._places
        for id in {*places.left(places.waiting), *places.left(places.temps)}:
            self._finish(id)
        for id in places.left(places.tombs):
            if places.revisions(id).exists():
                with _unless_read_only(), self._locks.try_hold(id) as held:
                    if held and places.revisions(id).exists():
                        self._desk.destroy(id)

    # --- reading ---------------------------------------------------------------------------------
    def get(self, id: str) -> Stored:
        if self._places.pending(_known(id)).exists():
            self._finish(id)
        found = None if self._purged(id) else self._places.read_current(id)
        if found is None:
            raise NotFound()
        return self._current(id, found)

    def history(self, id: str) -> Sequence[Revision]:
        if self._purged(_known(id)):
            return (Tombstone.parse(self._places.tombstone(id).read_bytes()).revision,)
        numbers = self._places.numbers(id)
        if not numbers and self._places.read_current(id) is None:
            raise NotFound()
        return tuple(self.revision(id, number).revision for number in numbers)

    def revision(self, id: str, number: int) -> Stored:
        data = None if self._purged(_known(id)) else self._places.text_of(id, number)
        if data is None:
            raise NotFound()
        return self._parse(id, self._places.revision(id, number), data)

    def version(self, id: str) -> str:
        places = self._places
        kind = kind_of(id)
        if kind is None or places.pending(id).exists() or self._purged(id):
            return ""
        try:
            state = places.current(id).lstat()
        except OSError:
            return ""
        plain = stat.S_ISREG(state.st_mode) and not places.folder(kind).is_symlink()
        return disk.version_of(state) if plain else ""

    def versions(self, kind: Kind | None = None) -> Mapping[str, str]:
        purged = set(self._places.left(self._places.tombs))
        versions: dict[str, str] = {}
        for each in (kind,) if kind else Kind:
            for entry in self._places.entries(each):
                id = entry.name[:-3]
                if kind_of(id) is not each or not entry.name.endswith(".md") or id in purged:
                    continue
                with suppress(FileNotFoundError):
                    if entry.is_file(follow_symlinks=False):
                        versions[id] = disk.version_of(entry.stat(follow_symlinks=False))
        return versions

    def strays(self) -> Sequence[tuple[str, str]]:
        return [
            (path.encode(errors="replace").decode(), why)  # a name may be no UTF-8
            for kind in Kind
            for path, why in self._strays(kind)
        ]

    def _strays(self, kind: Kind) -> Iterator[tuple[str, str]]:
        if self._places.folder(kind).is_symlink():
            yield str(self._places.folder(kind)), N_("This is a link, and links are not followed.")
        for entry in self._places.entries(kind):
            id = entry.name.removesuffix(".md")
            if entry.name.startswith("."):
                continue  # an editor's or the file manager's own
            if _holds_files(entry, kind) and not self._purged(entry.name.removesuffix(FILES)):
                continue  # of a record, which the adapter of attachments keeps
            if not entry.is_file(follow_symlinks=False):
                yield entry.path, N_("This is a link or a folder, not a plain file.")
            elif not entry.name.endswith(".md") or kind_of(id) is not kind:
                yield entry.path, N_("This is not named as a record of this kind.")
            elif self._purged(id):
                yield entry.path, N_("This record was destroyed. Delete the file here too.")

    def writable(self) -> bool:
        try:
            disk.make_folder(self._places.temps)
            with tempfile.TemporaryFile(dir=self._places.temps) as probe:
                probe.write(b"lessons")
                probe.flush()
        except OSError:
            return False
        return True

    # --- writing ---------------------------------------------------------------------------------
    def put(self, record: Record, *, expected: int, by: str, verb: str, at: datetime) -> Stored:
        """Raises also Unreadable, where somebody edited the file by hand in a way that cannot be read or kept;
        Invalid, for values that the schema does not have; Busy.
        """
        [answer] = self._save([Change(record, expected)], by, verb, at)
        if isinstance(answer, LessonsError):
            raise answer
        return answer

    def put_many(
        self, changes: Sequence[Change], *, by: str, verb: str, at: datetime
    ) -> list[Stored | LessonsError]:
        answers: list[Stored | LessonsError] = []
        for batch in _batches(changes):
            try:
                answers += self._save(batch, by, verb, at)
            except Busy as error:
                answers += [error] * len(batch)
        return answers

    def settle(self, id: str, *, at: datetime) -> Stored:
        """Where the folder cannot be written, the text is given as it is."""
        found = self._undisputed(_known(id))
        if found is None:
            try:
                with self._locks.hold([id]):
                    _, found = self._reconcile(id, at)
            except OSError as error:
                if error.errno not in _READ_ONLY:
                    raise
                return self.get(id)
        if found is None:
            raise NotFound()
        return self._current(id, found)

    def purge(self, id: str, *, by: str, why: str, at: datetime) -> None:
        places, current = self._places, self._places.current(_known(id))
        if not places.revisions(id).exists() and not os.path.lexists(current):
            raise NotFound()
        with self._locks.hold([id]):
            newest = places.newest(id)
            if self._purged(id) and places.revisions(id).exists():
                self._desk.destroy(id)
            elif self._purged(id) or not (newest or os.path.lexists(current)):
                raise NotFound()
            else:
                revision = Revision(newest + 1, _moment(at), by, PURGE)
                self._desk.bury(Tombstone(id, revision, why))

    def redact(self, id: str, number: int, *, by: str, why: str, at: datetime) -> None:
        """Raises also Unreadable, where a revision was damaged."""
        if self._purged(_known(id)):
            raise NotFound()
        with self._locks.hold([id]):
            self._desk.finish(id)
            stored = self.revision(id, number)
            if number >= self._places.newest(id):
                raise Invalid([Problem("number", CURRENT)])
            if stored.revision.closed is None:
                closed = Closed(_moment(at), by, why)
                left = replace(stored.revision, closed=closed)
                words = self._text.render(Stored(without_words(stored.record), left))
                self._desk.redact(id, number, words.encode())

    def _save(
        self, changes: Sequence[Change], by: str, verb: str, at: datetime
    ) -> list[Stored | LessonsError]:
        """Each id once."""
        stamp = Revision(0, _moment(at), by, verb)
        texts = [self._render(change, stamp) for change in changes]
        answers: list[Stored | LessonsError] = []
        ready: dict[int, Ready] = {}
        with self._locks.hold(change.record.id for change in changes):
            for place, (change, text) in enumerate(zip(changes, texts, strict=True)):
                try:
                    ready[place] = self._ready(change, text, at)
                    answers.append(text[0] if isinstance(text, tuple) else text)
                except LessonsError as error:
                    answers.append(error)
            if ready:
                for place, saved in zip(ready, self._desk.write([*ready.values()]), strict=True):
                    answers[place] = saved
        return answers

    def _render(self, change: Change, stamp: Revision) -> tuple[Stored, bytes] | LessonsError:
        stored = Stored(change.record, replace(stamp, number=change.expected + 1))
        try:
            return stored, self._text.render(stored).encode()
        except LessonsError as error:
            return error

    def _ready(
        self, change: Change, text: tuple[Stored, bytes] | LessonsError, at: datetime
    ) -> Ready:
        if isinstance(text, LessonsError):
            raise text
        id = change.record.id
        if self._purged(id):
            raise StaleWrite(id)
        newest, found = self._reconcile(id, at)
        if newest != change.expected:
            raise StaleWrite(id)
        return Ready(*text, found)

    # --- agreement between the current file and the history ---------------------------------------
    def _reconcile(self, id: str, at: datetime) -> tuple[int, Found | None]:
        """Under the lock: the newest number and the current file, after what was begun is finished and what was
        edited by hand is kept. Raises Unreadable.
        """
        places = self._places
        self._desk.finish(id)
        newest = places.newest(id)
        found = None if self._purged(id) else places.read_current(id)
        kept = places.text_of(id, newest)
        if found is None or found[0] == kept:
            return newest, found
        edited = self._parse(id, places.current(id), found[0])
        if kept is not None and self._nothing_new(id, edited, found[0], kept):
            self._desk.restore(id, kept, found)
        else:
            newest += 1
            stored = Stored(edited.record, Revision(newest, _moment(at), OUTSIDE, OUTSIDE_EDIT))
            self._desk.write([Ready(stored, self._text.render(stored).encode(), found)])
        return newest, places.read_current(id)

    def _nothing_new(self, id: str, edited: Stored, data: bytes, newest: bytes) -> bool:
        number = edited.revision.number
        older = self._places.text_of(id, number)
        if data == older:
            return True
        with suppress(Unreadable):
            if (
                older is not None
                and self._parse(id, self._places.revision(id, number), older).revision.closed
            ):
                return True  # a copy from before that text was destroyed must not bring it back
            return edited.record == self._parse(id, self._places.current(id), newest).record
        return False

    def _undisputed(self, id: str) -> Found | None:
        """The current file where nothing has to be done about it; needs no lock."""
        places = self._places
        if places.pending(id).exists() or self._purged(id):
            return None
        found = places.read_current(id)
        newest = places.newest(id)
        return found if found and newest and found[0] == places.text_of(id, newest) else None

    def _finish(self, id: str) -> None:
        """Unless somebody is writing it now: what they have not finished has not happened yet."""
        with _unless_read_only(), self._locks.try_hold(id) as held:
            if held:
                self._desk.finish(id)

    def _purged(self, id: str) -> bool:
        return self._places.tombstone(id).exists()

    # --- texts -----------------------------------------------------------------------------------
    def _current(self, id: str, found: Found) -> Stored:
        data, state = found
        stored = self._parse(id, self._places.current(id), data)
        return replace(stored, version=disk.version_of(state))

    def _parse(self, id: str, path: Path, data: bytes) -> Stored:
        try:
            text = data.decode()
        except UnicodeDecodeError as error:
            line = 1 + data.count(b"\n", 0, error.start)
            problem = Problem("file", N_("This is not UTF-8 text. Save the file as UTF-8."), line)
            raise Unreadable(str(path), [problem]) from None
        stored = self._text.parse(text, str(path))
        if stored.record.id != id:
            message = N_("The file is named after another reference than this.")
            raise Unreadable(str(path), [Problem("id", message, 2)])
        return stored


def _holds_files(entry: os.DirEntry[str], kind: Kind) -> bool:
    """Whether this is the folder of files that people added to a record of this kind."""
    named = entry.name.endswith(FILES) and kind_of(entry.name.removesuffix(FILES)) is kind
    return named and entry.is_dir(follow_symlinks=False)


def _known(id: str) -> str:
    """Raises NotFound for what is no id, before it comes near the disk."""
    if kind_of(id) is None:
        raise NotFound()
    return id


def _moment(at: datetime) -> datetime:
    return at.astimezone(UTC).replace(microsecond=0)


def _batches(changes: Sequence[Change]) -> Iterator[list[Change]]:
    """In order, none larger than BATCH and none with an id twice."""
    batch: dict[str, Change] = {}
    for change in changes:
        if len(batch) == BATCH or change.record.id in batch:
            yield [*batch.values()]
            batch = {}
        batch[change.record.id] = change
    if batch:
        yield [*batch.values()]


@contextmanager
def _unless_read_only() -> Iterator[None]:
    try:
        yield
    except OSError as error:
        if error.errno not in _READ_ONLY:
            raise
