"""Lists and guidance, which people edit as files."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from lessons.domain.errors import Problem
from lessons.domain.synonyms import Synonyms
from lessons.domain.vocabulary import Vocabularies


@dataclass(frozen=True, slots=True)
class Page:
    """A guidance page: text is markdown. also: words that lead to it, besides its title. draft: not to be shown yet."""

    name: str
    title: str
    summary: str
    order: int
    text: str
    also: tuple[str, ...] = ()
    draft: bool = False


class Reference(Protocol):
    """Lists and pages that people edit beside the records; read again when a file changes."""

    def vocabularies(self) -> Vocabularies:
        """Without themes, which are records."""

    def synonyms(self) -> Synonyms: ...

    def guidance(self, name: str) -> Page:
        """Raises NotFound."""

    def guidance_pages(self) -> Sequence[Page]: ...

    def wanted_pages(self) -> Sequence[Page]:
        """Guidance pages that nobody has finished: they are not among the others."""

    # Changes, made in the files as a person would make them: comments and order stay. Each is on disk and in force
    # here on return. Raises Invalid where the file cannot be changed, Busy.
    def add_synonym(self, words: str, term: str) -> None:
        """Put words into the group of a term; into a new group of the two where the term has none."""

    def drop_synonym(self, words: str, term: str) -> None:
        """Take out what `add_synonym` put in, where it still stands."""

    def add_also(self, page: str, words: str) -> None:
        """Let words lead to a guidance page. Raises NotFound."""

    def drop_also(self, page: str, words: str) -> None:
        """Take out what `add_also` put in, where it still stands."""

    def ask_for_page(self, name: str, title: str, words: str) -> None:
        """Begin a guidance page to which words lead; it is not shown until somebody has written it."""

    def drop_page(self, name: str) -> None:
        """Take away a page that was asked for. Raises Invalid where somebody has begun to write it."""

    def problems(self) -> Sequence[tuple[str, Problem]]:
        """Files that cannot be read, with line and reason; the last good reading stays in use."""
