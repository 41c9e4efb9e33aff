"""Finding records, and what becomes of searches that fail."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Any, Protocol

from lessons.domain.ledger import Line
from lessons.domain.query import Query, Results, Uses
from lessons.domain.record import Kind, Stored
from lessons.domain.synonyms import Synonyms


class SearchIndex(Protocol):
    """A disposable copy of the records, for finding. Every process sees a commit within a second."""

    def put(self, *stored: Stored) -> None:
        """Add or replace, in one commit; a revision older than the one held is left out, in silence.

        Raises Busy when another process holds the index too long.
        """

    def remove(self, *ids: str, destroy: bool = False) -> None:
        """destroy: no text of them stays on disk either, of earlier revisions too. Raises Busy."""

    def search(self, query: Query, synonyms: Synonyms) -> Results:
        """Raises SearchUnavailable while there is no index to read."""

    def among(self, query: Query, synonyms: Synonyms) -> frozenset[str]:
        """Which ids of `query.within` it finds; much quicker than `search`. Raises SearchUnavailable."""

    def ledger(self, keys: frozenset[str], kinds: frozenset[Kind]) -> Sequence[Line]:
        """A line for every record of these kinds that a reader with these keys may read today, in the order of their
        ids; held ready, so that 20,000 cost no more than a walk over them. Raises SearchUnavailable.
        """

    def uses(self, keys: frozenset[str], id: str) -> Uses:
        """What the briefings that a reader with these keys may read today say of a lesson. Raises SearchUnavailable."""

    def versions(self) -> Mapping[str, str]:
        """`Stored.version` of every record in the index, by id."""

    def rebuild(self, stored: Iterable[Stored]) -> int:
        """Make the whole index anew beside the old one, then swap it in; the old one serves until then."""

    def rebuild_shares(
        self, shares: Sequence[Iterable[Stored]], progress: Callable[[int], None]
    ) -> int:
        """As `rebuild`, with a process for each share of the records: a share must survive being pickled, and no
        record may stand in two. progress(done) is called now and then.
        """

    def tend(self) -> bool:
        """One step of background upkeep; False when there was nothing to do just now."""

    def settle(self) -> None:
        """All upkeep there is, to its end; takes a while."""

    def ready(self) -> bool: ...


class SentenceModel(Protocol):
    """A model that puts texts of the same meaning near one another. It runs here; nothing is sent anywhere."""

    @property
    def name(self) -> str:
        """Changes whenever its vectors would: those kept under another name are worth nothing."""

    @property
    def size(self) -> int:
        """Numbers in a vector."""

    def vectors(self, texts: Sequence[str]) -> Any:
        """Array (texts, size) of float32: rows of unit length, all zeros for a text without a word.

        A row depends on its own text alone, and on no more than the first few hundred words of it.
        """


class Outcome(StrEnum):
    """How a search ended, as far as pages can tell. What was OPENED had been FOUND, and is counted under both."""

    EMPTY = "empty"
    FOUND = "found"
    OPENED = "opened"


class Mend(StrEnum):
    """What a reviewer made of words that fail. `Mended.target` is then a term, a theme's key, a page's name, or ""."""

    SYNONYM = "synonym"
    THEME = "theme"
    GUIDANCE = "guidance"
    NEW_PAGE = "new_page"
    NO_GAP = "no_gap"


@dataclass(frozen=True, slots=True)
class Mended:
    """Words that somebody dealt with, and on which day."""

    words: str
    how: Mend
    target: str
    day: date


@dataclass(frozen=True, slots=True)
class Failing:
    """Words for which searches failed: nothing was found, or nothing of what was found was opened (left).

    searched: how often in all. week: the Monday of the last one. mended: what was tried before they failed again.
    """

    words: str
    nothing: int
    left: int
    searched: int
    week: date
    mended: Mended | None = None

    @property
    def times(self) -> int:
        return self.nothing + self.left


class SearchTally(Protocol):
    """Searches counted by words and week: nobody's name, no session, no time of day. Kept for a year."""

    AGAIN: int  # failures after which words that were mended come back

    def count(self, words: str, outcome: Outcome, day: date, *, withheld: str = "") -> None:
        """One search. withheld: why its words are not kept, as one word of ours; they are then not looked at.

        Raises Busy.
        """

    def failing(self) -> Sequence[Failing]:
        """What fails and waits for somebody, the most times first."""

    def withheld(self) -> Mapping[str, int]:
        """How many searches were counted without their words, by why."""

    def mend(self, words: str, how: Mend, target: str, day: date) -> None:
        """Take words off the list; of two who do so at once, one does. Raises NotFound where they do not wait."""

    def take_back(self, words: str) -> Mended:
        """Undo `mend`, counts and all. Raises NotFound."""

    def mended(self, limit: int) -> Sequence[Mended]:
        """The latest first."""

    def tidy(self, today: date) -> None:
        """Forget what is older than a year, and the rarest where there is too much. Raises Busy."""
