"""The search index behind `ports.SearchIndex`: a Whoosh index in generations, read by arrays."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date
from pathlib import Path

from lessons.adapters.whoosh_index import changes, sentences
from lessons.adapters.whoosh_index.current import Current
from lessons.adapters.whoosh_index.folder import Folder
from lessons.adapters.whoosh_index.keeper import Keeper
from lessons.adapters.whoosh_index.meaning import FEWEST, Meaning
from lessons.adapters.whoosh_index.search import Search
from lessons.adapters.whoosh_index.segments import PostingCache
from lessons.adapters.whoosh_index.sentences import Sentences
from lessons.adapters.whoosh_index.snapshot import Snapshot
from lessons.domain.errors import Busy, SearchUnavailable
from lessons.domain.ledger import Line
from lessons.domain.query import Query, Results, Uses
from lessons.domain.ranking import BY_VECTORS, EVERY_PART, Part
from lessons.domain.record import Kind, Stored
from lessons.domain.synonyms import Synonyms
from lessons.ports import SentenceModel

CACHE_BYTES = 64 << 20


class WhooshIndex:
    """See `ports.SearchIndex`. One object serves all threads of a process; every process has its own.

    folder: made when first written to, readable by this account alone. clock: today, for restrictions that end.
    cache_bytes: posting lists kept decoded. parts: of the ranking, those in use. fewest: records from which on
    vectors are learnt. model: of sentences, to use in place of what is learnt.
    """

    def __init__(
        self,
        folder: Path,
        clock: Callable[[], date],
        *,
        cache_bytes: int = CACHE_BYTES,
        parts: frozenset[Part] = EVERY_PART,
        fewest: int = FEWEST,
        model: SentenceModel | None = None,
    ) -> None:
        self._folder = Folder(folder)
        self._parts = parts
        self._clock = clock
        self.meaning = Meaning(folder, self._folder.signature, fewest=fewest)
        self._vectors = Sentences(folder, model) if model else self.meaning
        self._current = Current(self._folder, PostingCache(cache_bytes))
        self._keeper = Keeper(
            self._folder, self._current, clock, self._forget, self.meaning.drop_forgotten
        )

    @property
    def folder(self) -> Path:
        return self._folder.path

    # --- reading -----------------------------------------------------------------------------

    def search(self, query: Query, synonyms: Synonyms) -> Results:
        with self._current.reading() as snapshot:
            view = self._vectors.view(snapshot, query.keys) if self._parts & BY_VECTORS else None
            return Search(snapshot, query, synonyms, self._clock(), view, self._parts).results()

    def among(self, query: Query, synonyms: Synonyms) -> frozenset[str]:
        with self._current.reading() as snapshot:
            return Search(snapshot, query, synonyms, self._clock(), None, self._parts).among()

    def ledger(self, keys: frozenset[str], kinds: frozenset[Kind]) -> Sequence[Line]:
        """Raises SearchUnavailable."""
        with self._current.reading() as snapshot:
            names = frozenset(str(kind) for kind in kinds)
            return snapshot.ledger(keys, names, self._clock().toordinal())

    def uses(self, keys: frozenset[str], id: str) -> Uses:
        """Raises SearchUnavailable."""
        with self._current.reading() as snapshot:
            return snapshot.uses(keys, self._clock().toordinal(), id)[0]

    def versions(self) -> Mapping[str, str]:
        """Raises SearchUnavailable."""
        with self._current.reading() as snapshot:
            return {id: changes.plain(held) for id, held in snapshot.versions().items()}

    def snapshot(self) -> Snapshot:
        """The index as it is on disk now. Raises SearchUnavailable."""
        return self._current.snapshot()

    def ready(self) -> bool:
        return self._current.ready()

    # --- changing ----------------------------------------------------------------------------

    def put(self, *stored: Stored) -> None:
        """Raises Busy, SearchUnavailable."""
        self._keeper.put(*stored)

    def remove(self, *ids: str, destroy: bool = False) -> None:
        """Raises Busy, SearchUnavailable."""
        self._keeper.remove(*ids, destroy=destroy)

    def rebuild(self, stored: Iterable[Stored]) -> int:
        """Raises Busy when another process rebuilds. What is saved meanwhile is carried over."""
        return self._keeper.rebuild(stored)

    def rebuild_shares(
        self, shares: Sequence[Iterable[Stored]], progress: Callable[[int], None]
    ) -> int:
        """As `rebuild`; raises OSError where one of the processes is ended."""
        return self._keeper.rebuild_shares(shares, progress)

    def _forget(self, ids: frozenset[str]) -> None:
        """Nothing that was learnt from these stays."""
        self.meaning.forget()
        sentences.forget(self.folder, ids)

    # --- upkeep ------------------------------------------------------------------------------

    def tend(self) -> bool:
        try:
            if self._keeper.tend():
                return True
            return bool(self._parts & BY_VECTORS) and self._vectors.tend(self.snapshot())
        except (Busy, SearchUnavailable, FileNotFoundError):
            return False

    def settle(self) -> None:
        while self.tend() or self._vectors.wait():
            pass
