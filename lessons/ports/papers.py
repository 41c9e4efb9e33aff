"""Documents for people."""

from typing import Protocol

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
