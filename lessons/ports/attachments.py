"""Files that people add to a record as evidence: kept beside it, looked at before they are taken, given out safely."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import BinaryIO, Protocol

from lessons.domain.errors import LessonsError
from lessons.domain.text import N_


class NotTaken(LessonsError):
    """A file that is not of a type that is taken, or is not what its name says."""

    message = N_("This file was not taken. Nothing else was lost.")


@dataclass(frozen=True, slots=True)
class Attached:
    """One file. name: as it is kept and given out, safe in a path. type: media type, by content. size: bytes."""

    name: str
    type: str
    size: int
    sha256: str


class Attachments(Protocol):
    """Files by record. Nothing is believed of what a browser says of a file but its name, and that is cleaned."""

    def put(self, record: str, name: str, content: BinaryIO) -> Attached:
        """Take a file in whole or not at all; the same content again is the same file. Raises NotTaken, with why; Busy
        where it cannot be kept.
        """

    def open(self, record: str, name: str) -> tuple[Attached, BinaryIO]:
        """The file as it is now: whether it is still what it was is told by its sum. Raises NotFound."""

    def all(self, record: str) -> Sequence[Attached]: ...

    def remove(self, record: str, name: str) -> None: ...

    def purge(self, record: str) -> None:
        """Destroy all files of a record; none is no mistake."""
