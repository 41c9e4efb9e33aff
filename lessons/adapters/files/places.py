"""Where everything lies in the content folder, and what is there.

lessons/L-2026-7K3QD.md                         the current text, which people may edit
actions/A-2026-32RXC.files/plan.pdf             files added to a record; see the adapter of attachments
.history/lessons/L-2026-7K3QD/000001.md         every revision, a file of its own (not a link to the current one)
.history/pending/L-2026-7K3QD.md                a text that is about to become the current one
.history/temp/L-2026-7K3QD.md                   a revision being written
.history/purged/L-2026-7K3QD.json               a tombstone: when, by whom, why; no content
.history/locks/00 …                             held while somebody writes
"""

import json
import os
import re
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from lessons.adapters.files import disk
from lessons.domain.errors import NotFound, Problem, Unreadable
from lessons.domain.record import Kind, Revision, kind_of
from lessons.domain.text import N_

_NUMBER = re.compile(r"(\d{6,9})\.md", re.ASCII)
PURGE = "purge"


@dataclass(frozen=True, slots=True)
class Tombstone:
    """That a record was destroyed."""

    id: str
    revision: Revision
    why: str

    def render(self) -> bytes:
        made = {
            "id": self.id,
            "revision": self.revision.number,
            "saved": self.revision.at.isoformat(),
            "saved_by": self.revision.by,
            "change": self.revision.verb,
            "why": self.why,
        }
        return json.dumps(made, ensure_ascii=False, indent=2).encode()

    @classmethod
    def parse(cls, data: bytes) -> "Tombstone":
        made = json.loads(data)
        at = datetime.fromisoformat(made["saved"]).astimezone(UTC)
        revision = Revision(made["revision"], at, made["saved_by"], made["change"])
        return cls(made["id"], revision, made["why"])


class Places:
    """Paths are made only from ids that `kind_of` knows, and so stay inside the folder; NotFound for others."""

    def __init__(self, content: Path) -> None:
        self.content = content
        self.inside = content / ".history"
        self.waiting = self.inside / "pending"
        self.temps = self.inside / "temp"
        self.tombs = self.inside / "purged"
        self.locks = self.inside / "locks"

    def folder(self, kind: Kind) -> Path:
        return self.content / kind.folder

    def current(self, id: str) -> Path:
        return self.content / _kind(id).folder / f"{id}.md"

    def revisions(self, id: str) -> Path:
        return self.inside / _kind(id).folder / id

    def revision(self, id: str, number: int) -> Path:
        return self.revisions(id) / f"{number:06d}.md"

    def pending(self, id: str) -> Path:
        return self.waiting / f"{id}.md"

    def temp(self, id: str) -> Path:
        return self.temps / f"{id}.md"

    def tombstone(self, id: str) -> Path:
        return self.tombs / f"{id}.json"

    # --- what is there ---------------------------------------------------------------------------
    def numbers(self, id: str) -> list[int]:
        """Of the revisions that are kept, rising."""
        names = _names(self.revisions(id))
        return sorted(int(match[1]) for name in names if (match := _NUMBER.fullmatch(name)))

    def newest(self, id: str) -> int:
        """0 where the product has never saved it."""
        return max(self.numbers(id), default=0)

    def text_of(self, id: str, number: int) -> bytes | None:
        try:
            return disk.read(self.revision(id, number))[0]
        except (FileNotFoundError, NotADirectoryError):
            return None

    def read_current(self, id: str) -> tuple[bytes, os.stat_result] | None:
        """None where there is none. Raises Unreadable where something else stands in its place."""
        path = self.current(id)
        try:
            if path.parent.is_symlink():
                raise disk.NotPlain
            return disk.read(path)
        except (FileNotFoundError, NotADirectoryError):
            return None
        except disk.NotPlain:
            message = N_("This is a link or a folder, not a plain file.")
            raise Unreadable(str(path), [Problem("file", message)]) from None

    def entries(self, kind: Kind) -> Iterator[os.DirEntry[str]]:
        folder = self.folder(kind)
        if folder.is_symlink():
            return
        with suppress(FileNotFoundError, NotADirectoryError), os.scandir(folder) as found:
            yield from found

    def left(self, folder: Path) -> list[str]:
        """The ids that files in one of the inside folders are named by."""
        return [stem for name in _names(folder) if kind_of(stem := name.partition(".")[0])]


def _kind(id: str) -> Kind:
    kind = kind_of(id)
    if kind is None:
        raise NotFound()
    return kind


def _names(folder: Path) -> list[str]:
    try:
        with os.scandir(folder) as found:
            return [entry.name for entry in found]
    except (FileNotFoundError, NotADirectoryError):
        return []
