"""Documents for people, and documents of people."""

from dataclasses import dataclass
from typing import BinaryIO, Protocol

from lessons.domain.paper import Paper


class Printer(Protocol):
    """Makes a document of one kind. The same paper gives the same bytes."""

    @property
    def suffix(self) -> str:
        """Of its files, such as "pdf"."""

    @property
    def type(self) -> str:
        """Its media type."""

    def print(self, paper: Paper) -> bytes: ...

    def fits(self, paper: Paper) -> bool:
        """Whether it stands on one side of a sheet."""


@dataclass(frozen=True, slots=True)
class Order:
    """The words of an operation order. cut: it was longer than is read, and this is its beginning."""

    text: str
    cut: bool = False


class OrderReader(Protocol):
    """Reads operation orders that people have: Word files and plain text. Nothing of them is kept."""

    def read(self, name: str, content: BinaryIO) -> Order:
        """Its words, headers and tables among them; what was deleted under tracked changes is left out.

        name: as a browser gave it; the content alone decides. Raises NotTaken, which says what to do instead.
        """
