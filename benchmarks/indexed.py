"""A test collection as lessons in a real index, made as `lessons import` makes them without a map."""

import hashlib
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from types import SimpleNamespace
from typing import Any, cast

from benchmarks.collections import Collection, Document
from benchmarks.words import ROOT
from lessons.adapters.files import FileReference
from lessons.adapters.whoosh_index import WhooshIndex, hits
from lessons.domain import access
from lessons.domain.access import SYSTEM, User
from lessons.domain.query import Query, Results
from lessons.domain.record import Kind, Record, Revision, Stored
from lessons.domain.schema import SHAPES
from lessons.library import Library
from lessons.ports import SentenceModel
from lessons.services.exchange.mapping import MAIN_TEXT, RowReader
from lessons.services.exchange.rows import Plan, Row
from lessons.services.exchange.themes import ThemeKeys
from lessons.services.find import like_text

UNTITLED = "Untitled"  # an import refuses a row that has neither a title nor a text
WHEN = datetime(2026, 1, 1, tzinfo=UTC)
LONGEST_TITLE = SHAPES[Kind.LESSON]["title"].limit
LONGEST_TEXT = SHAPES[Kind.LESSON][MAIN_TEXT[Kind.LESSON]].limit


class _Shelf(Library):
    """A library without record files: what is searched is the index alone, with the starter lists and synonyms."""

    def __init__(self, index: WhooshIndex) -> None:
        nothing = cast(Any, SimpleNamespace(versions=lambda *_: {}))
        super().__init__(nothing, index, nothing, FileReference(ROOT / "content"), lambda: WHEN)

    def search(self, reader: User, query: Query, *, noted: bool = True) -> Results:
        return self.index.search(query, self.reference.synonyms())


class Ours:
    """The product's own search over a collection. cache: folder in which indexes are kept between runs."""

    def __init__(
        self, collection: Collection, cache: Path, model: SentenceModel | None = None
    ) -> None:
        """model: of sentences, in place of what is learnt."""
        self.collection = collection
        self.index = WhooshIndex(cache / collection.name, WHEN.date, model=model)
        self.library = _Shelf(self.index)
        stored = _stored(self.library, collection)
        self._ours = {id: each.record.id for id, each in stored.items()}
        self._theirs = {ours: id for id, ours in self._ours.items()}
        wanted = {each.record.id: each.version for each in stored.values()}
        if not self.index.ready() or self.index.versions() != wanted:
            self.index.rebuild(stored.values())
        self.index.settle()

    def search(self, text: str, limit: int) -> list[str]:
        """As `lessons search --queries` asks."""
        return self._ids(like_text(self.library, SYSTEM, text, limit))

    def like(self, id: str, limit: int) -> list[str]:
        """Lessons like one of the documents, by its whole text."""
        query = Query(
            keys=access.keyring(SYSTEM),
            like=self.collection.documents[id].whole,
            without=frozenset({self._ours[id]}),
            size=limit,
            facets=False,
        )
        return self.ask(query)

    def theirs(self, id: str) -> str:
        """The collection's id of one of our records."""
        return self._theirs[id]

    def ask(self, query: Query) -> list[str]:
        """Ids of the collection for any query; its keys must be `access.keyring(SYSTEM)`."""
        return self._ids(self.library.search(SYSTEM, query))

    def _ids(self, results: Results) -> list[str]:
        return [self._theirs[hit.id] for hit in results.hits]


@contextmanager
def without_extracts() -> Iterator[None]:
    """The same ranking several times as quick, for trying settings: extracts of a hundred hits are most of the work."""
    kept = vars(hits)["extract"]
    setattr(hits, "extract", lambda *_, **__: ())  # noqa: B010
    try:
        yield
    finally:
        setattr(hits, "extract", kept)  # noqa: B010


def _stored(library: Library, collection: Collection) -> Mapping[str, Stored]:
    """Every document as the store would hold it after an import, by the collection's id."""
    reader = RowReader(library, Plan(), ThemeKeys(library, create=False, dry_run=True))
    taken: set[str] = set()
    found: dict[str, Stored] = {}
    for line, document in enumerate(collection.documents.values(), 1):
        record = _record(reader, line, document, taken)
        taken.add(record.id)
        version = hashlib.sha256(repr(record).encode()).hexdigest()[:16]
        found[document.id] = Stored(record, Revision(1, WHEN, "benchmark", "import"), version)
    return found


def _record(reader: RowReader, line: int, document: Document, taken: set[str]) -> Record:
    """What is longer than a lesson may be is cut. Of two documents that fall on one id the second gets another."""
    title, text = document.title or ("" if document.text else UNTITLED), document.text
    for attempt in range(1_000):
        row = {
            "source_id": f"{document.id}{'+' * attempt}",
            "title": title[:LONGEST_TITLE],
            "text": text[:LONGEST_TEXT],
        }
        made = reader.read(Row(line, row))
        if made.record is None:
            raise ValueError(f"document {document.id}: {'; '.join(map(str, made.refused))}")
        if made.record.id not in taken:
            return made.record
    raise ValueError(f"document {document.id}: no id is free")
