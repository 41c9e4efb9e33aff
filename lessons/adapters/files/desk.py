"""Where texts are put on disk and taken off it. Everything here is done under the lock of the records concerned.

Why a kill, at any instant, loses and halves nothing. A save makes, in this order:

1. `pending`: the text that will be the current one; on disk before the next step.
2. `temp`, then a link to it named with the revision's number, which fails if that number is there: the save has
   happened from this instant, and not before. The two are different files, so that an editor that writes in place
   cannot change history.
3. `pending` is renamed over the current file.

Whoever holds the lock next looks at `pending` first (`finish`). None: nothing was begun, or all was done. The same
text as the newest revision: step 2 happened and 3 did not, so 3 is done now. Anything else: step 2 did not happen, and
the save never was. The one who was killed had not been answered in either case that changes anything.

Why an older text never goes over a newer one. Only the holder of a record's lock renames, it finishes what the last
holder began before it begins itself, and the number it then links is one more than every number there; so the
current file follows the numbers. A process that is stopped keeps its lock, and a killed one renames no more. Where a
file system has no working locks, the link still lets only one writer have a number, and the next `settle` puts
right a current file that is a copy of an older revision.

Why nobody's edit by hand is lost. Just before the rename the current file is read again, and left alone unless it
is what this save replaces; it then counts as an edit made after the save.
"""

import os
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from lessons.adapters.files import disk
from lessons.adapters.files.places import Places, Tombstone
from lessons.domain.errors import Busy, StaleWrite, Unreadable
from lessons.domain.record import Stored

Found = tuple[bytes, os.stat_result]


@dataclass(frozen=True, slots=True)
class Ready:
    """A revision to be saved: its text, and the current file that it replaces, None where there is none."""

    stored: Stored
    data: bytes
    over: Found | None

    @property
    def id(self) -> str:
        return self.stored.record.id

    @property
    def number(self) -> int:
        return self.stored.revision.number


class Desk:
    """The writing half of the store."""

    def __init__(self, places: Places) -> None:
        self._places = places

    def write(self, ready: Sequence[Ready]) -> list[Stored | StaleWrite]:
        """Save them all, each id once; flushed together. An OSError before any link leaves nothing behind."""
        folders: set[Path] = set()
        self._lay_out(ready, folders)
        linked = [one for one in ready if self._link(one)]
        disk.flush(folders | {self._places.revisions(one.id) for one in linked})
        versions = {one.id: self._place(one.id, one.over and one.over[0]) for one in linked}
        disk.flush({self._places.current(one.id).parent for one in linked})
        return [
            replace(one.stored, version=versions[one.id])
            if one.id in versions
            else StaleWrite(one.id)
            for one in ready
        ]

    def _lay_out(self, ready: Sequence[Ready], folders: set[Path]) -> None:
        places = self._places
        made: list[Path] = []
        try:
            for folder in (places.waiting, places.temps):
                folders.update(disk.make_folder(folder))
            for one in ready:
                folders.update(disk.make_folder(places.revisions(one.id)))
                folders.update(disk.make_folder(places.current(one.id).parent))
                pending, temp = places.pending(one.id), places.temp(one.id)
                made.append(pending)
                disk.write_new(pending, one.data, after=one.over and one.over[1])
                made.append(temp)
                disk.write_new(temp, one.data)
            disk.flush(made)
        except FileExistsError:
            raise Busy() from None  # only where locks do not work: the other one's files are theirs
        except OSError:
            for path in made:
                path.unlink(missing_ok=True)
            raise

    def _link(self, one: Ready) -> bool:
        temp = self._places.temp(one.id)
        try:
            self._places.revision(one.id, one.number).hardlink_to(temp)
        except FileExistsError:
            self._places.pending(one.id).unlink()
            return False
        finally:
            temp.unlink()
        return True

    def _place(self, id: str, *over: bytes | None) -> str:
        """Rename the pending text over the current file if that is gone or one of `over`; its version, or ""."""
        pending = self._places.pending(id)
        try:
            found = self._places.read_current(id)
        except Unreadable:
            replaceable = False
        else:
            replaceable = found is None or found[0] in over
        if not replaceable:
            pending.unlink()
            return ""
        version = disk.version_of(pending.stat())
        pending.replace(self._places.current(id))
        return version

    def finish(self, id: str) -> None:
        """Finish, or clear away, what a killed process began."""
        self._places.temp(id).unlink(missing_ok=True)
        pending = self._places.pending(id)
        try:
            data, _ = disk.read(pending)
        except FileNotFoundError:
            return
        newest = self._places.newest(id)
        if newest and data == self._places.text_of(id, newest):
            self._place(id, data, self._places.text_of(id, newest - 1))
            disk.flush([self._places.current(id).parent])
        else:
            pending.unlink()

    def restore(self, id: str, data: bytes, over: Found) -> None:
        """Make a kept text the current one again."""
        pending = self._places.pending(id)
        folders = disk.make_folder(pending.parent)
        disk.write_new(pending, data, after=over[1])
        disk.flush([pending, *folders])
        self._place(id, over[0])
        disk.flush([self._places.current(id).parent])

    def redact(self, id: str, number: int, data: bytes) -> None:
        """Put another text in the place of a revision: one rename, so that either the old or the new one is there."""
        temp, revision = self._places.temp(id), self._places.revision(id, number)
        folders = disk.make_folder(temp.parent)
        temp.unlink(missing_ok=True)
        disk.write_new(temp, data)
        disk.flush([temp, *folders])
        temp.replace(revision)
        disk.flush([revision.parent])

    def bury(self, tombstone: Tombstone) -> None:
        """Leave a tombstone, then destroy every text. From the tombstone on, the record is gone for all readers."""
        places, id = self._places, tombstone.id
        touched = [places.tombs, places.revisions(id).parent]
        for folder in (places.temps, places.tombs, places.revisions(id)):
            touched += disk.make_folder(folder)
        temp = places.temp(id)
        temp.unlink(missing_ok=True)
        disk.write_new(temp, tombstone.render())
        disk.flush([temp])
        temp.replace(places.tombstone(id))
        disk.flush(touched)
        self.destroy(id)

    def destroy(self, id: str) -> None:
        """The folder of revisions goes last: while it is there beside a tombstone, this is not yet done."""
        places = self._places
        current, revisions = places.current(id), places.revisions(id)
        doomed = [places.pending(id), places.temp(id), *revisions.iterdir()]
        if not current.parent.is_symlink():
            doomed.append(current)
        for path in doomed:
            path.unlink(missing_ok=True)
        disk.flush([folder for folder in {path.parent for path in doomed} if folder.is_dir()])
        revisions.rmdir()
        disk.flush([revisions.parent])
