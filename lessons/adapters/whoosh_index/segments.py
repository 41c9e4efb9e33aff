"""One segment of the index as arrays. It never changes, so threads and later readings share it."""

import json
import zlib
from collections import OrderedDict
from collections.abc import Iterator
from pathlib import Path
from threading import Lock, RLock
from typing import Any

import numpy as np
from numpy.typing import NDArray
from whoosh.codec.whoosh3 import LENGTHS_COLUMN, W3Codec
from whoosh.columns import VarBytesColumn
from whoosh.util.numeric import byte_to_length

from lessons.adapters.whoosh_index.codec import (
    Ints,
    Posting,
    TermAt,
    read_posting,
    term_at,
    view_places,
)
from lessons.adapters.whoosh_index.facets import FacetPairs
from lessons.adapters.whoosh_index.mapping import mapped
from lessons.adapters.whoosh_index.schema import ID, LINE, OF, PARAMS, SHOWN, SKETCH, facet
from lessons.adapters.whoosh_index.sealed import check, stamp
from lessons.adapters.whoosh_index.sketches import WIDTH, Sketches
from lessons.domain.ledger import Line, line_of
from lessons.domain.record import Kind, kind_of

LENGTHS: NDArray[np.float32] = np.array([byte_to_length(i) for i in range(256)], np.float32)
NOTHING = Posting(np.empty(0, np.int32), np.empty(0, np.float32), np.empty(0, np.int32))


def pack_shown(shown: bytes) -> bytes:
    return zlib.compress(shown, 1)


def unpack_shown(packed: bytes) -> bytes:
    return zlib.decompress(packed)


class PostingCache:
    """The posting lists used last, in all segments of a process, up to a number of bytes."""

    def __init__(self, budget: int) -> None:
        self._budget = budget
        self._used = 0
        self._held: OrderedDict[tuple[str, str, bytes, bool], Posting] = OrderedDict()
        self._lock = Lock()

    def get(self, key: tuple[str, str, bytes, bool]) -> Posting | None:
        with self._lock:
            found = self._held.get(key)
            if found is not None:
                self._held.move_to_end(key)
            return found

    def keep(self, key: tuple[str, str, bytes, bool], posting: Posting) -> None:
        with self._lock:
            if key in self._held:
                return
            self._held[key] = posting
            self._used += posting.size
            while self._used > self._budget and len(self._held) > 1:
                self._used -= self._held.popitem(last=False)[1].size

    def forget(self, segments: set[str]) -> None:
        """Drop what belongs to segments that are gone."""
        with self._lock:
            for key in [k for k in self._held if k[0] in segments]:
                self._used -= self._held.pop(key).size


class Segment:
    """Arrays and tables of one segment file, mapped or made when first asked for.

    Raises OSError, ValueError where the file is missing or damaged: its sum is compared before it is read.
    """

    def __init__(self, folder: Path, segment: Any, cache: PostingCache) -> None:
        self.name: str = segment.segment_id()
        self.count: int = segment.doc_count_all()
        self.field_lengths: dict[str, int] = dict(segment._fieldlengths)
        self.path = folder / segment.make_filename(segment.COMPOUND_EXT)
        self._stamp = stamp(self.path)
        check(self.path, segment.seal)
        codec = segment.codec()
        self.described = segment
        self._files = mapped(self.path)
        self._terms = codec.terms_reader(self._files, segment)
        self._lists = self._terms._postfile._buf
        self._cache = cache
        self._made: dict[tuple[str, str], Any] = {}
        self._lock = RLock()  # one column may need another

    def is_as_read(self) -> bool:
        """Whether nobody has touched the file since its sum was compared. Raises OSError where it is gone."""
        return stamp(self.path) == self._stamp

    # --- terms -------------------------------------------------------------------------------

    def at(self, field: str, term: bytes) -> TermAt | None:
        try:
            return term_at(self._terms._tindex[self._terms._keycoder(field, term)])
        except KeyError:
            return None

    def posting(self, field: str, term: bytes, *, places: bool = False) -> Posting:
        key = (self.name, field, term, places)
        found = self._cache.get(key)
        if found is None:
            found = self.uncached(field, term, places=places)
            self._cache.keep(key, found)
        return found

    def uncached(self, field: str, term: bytes, *, places: bool = False) -> Posting:
        at = self.at(field, term)
        return self.read(at, places=places) if at else NOTHING

    def places(self, field: str, term: bytes) -> tuple[Posting, NDArray[Any]]:
        """A list without its places, and these as they lie in the file."""
        at = self.at(field, term)
        if not at:
            return NOTHING, NOTHING.places
        return self.posting(field, term), view_places(self._lists, at)

    def all_terms(self) -> Iterator[tuple[str, bytes, TermAt]]:
        """Field, term and where its list lies, in order of both."""
        for key, line in self._terms._tindex.items():
            field, term = self._terms._keydecoder(key)
            yield field, term, term_at(line)

    def read(self, at: TermAt, *, places: bool) -> Posting:
        return read_posting(self._lists, at, places=places)

    def terms(self, field: str, prefix: bytes = b"") -> Iterator[bytes]:
        for name, term in self._terms.terms_from(field, prefix):
            if name != field or not term.startswith(prefix):
                return
            yield term

    # --- columns -----------------------------------------------------------------------------

    def _make(self, what: str, name: str, make: Any) -> Any:
        key = (what, name)
        found = self._made.get(key)
        if found is None:
            with self._lock:
                found = self._made.get(key)
                if found is None:
                    found = self._made[key] = make()
        return found

    def _raw(self, name: str) -> Any:
        return self._files.open_file(W3Codec.column_filename(self.described, name))

    def _has(self, name: str) -> bool:
        return bool(self._files.file_exists(W3Codec.column_filename(self.described, name)))

    def length_codes(self, field: str) -> NDArray[np.uint8]:
        """Whoosh's one-byte code of each document's length in words; see LENGTHS."""

        def make() -> NDArray[np.uint8]:
            codes = np.zeros(self.count, np.uint8)
            name = f"_{field}_len"
            if self._has(name):
                raw = np.frombuffer(self._raw(name)._buf, LENGTHS_COLUMN._typecode)[: self.count]
                codes[: len(raw)] = raw
            return codes

        codes: NDArray[np.uint8] = self._make("length", field, make)
        return codes

    def length_of(self, field: str) -> NDArray[np.int64]:
        return LENGTHS[self.length_codes(field)].astype(np.int64)

    def numbers(self, field: str) -> Ints:
        def make() -> Ints:
            values = np.zeros(self.count, np.int32)
            if self._has(field):
                raw = np.frombuffer(self._raw(field)._buf, ">i4")[: self.count]
                values[: len(raw)] = raw
            return values

        values: Ints = self._make("number", field, make)
        return values

    def sketches(self) -> Sketches:
        """A row for each document; see `sketches`."""

        def make() -> Sketches:
            rows = np.frombuffer(self._raw(SKETCH)._buf, np.uint8).reshape(-1, WIDTH)
            missing = self.count - len(rows)  # those of records without words, at the end
            return np.pad(rows, ((0, missing), (0, 0))) if missing else rows

        rows: Sketches = self._make("sketches", SKETCH, make)
        return rows

    def texts(self, field: str) -> Any:
        """A column of bytes, by document number."""

        def make() -> Any:
            raw = self._raw(field)
            return VarBytesColumn().reader(raw, 0, len(raw._buf), self.count)

        return self._make("text", field, make)

    def shown(self, row: int) -> dict[str, Any]:
        """What a results page needs of one document (see `Entry.shown`)."""
        found: dict[str, Any] = json.loads(unpack_shown(self.texts(SHOWN)[row]))
        line = self.line(row)
        return found | {"title": line.title, "facts": line.facts}

    def line(self, row: int) -> Line:
        """One document in the ledger; decoded once."""
        held: list[Line | None] = self._make("lines", LINE, lambda: [None] * self.count)
        found = held[row]
        if found is None:
            id = self.texts(ID)[row].decode()
            entry = json.loads(unpack_shown(self.texts(LINE)[row]))
            found = held[row] = line_of(id, kind_of(id) or Kind.LESSON, entry)
        return found

    def ids(self) -> NDArray[np.bytes_]:
        found: NDArray[np.bytes_] = self._make("ids", ID, lambda: np.array(list(self.texts(ID))))
        return found

    def by_id(self) -> NDArray[np.intp]:
        """The documents in the order of their ids."""
        order: NDArray[np.intp] = self._make("by id", ID, lambda: np.argsort(self.ids()))
        return order

    def named(self, field: str) -> tuple[list[bytes], NDArray[np.intp], Ints]:
        """The terms of a field of few; and for each time that one stands in a document, which of them, and the
        document.
        """

        def make() -> tuple[list[bytes], NDArray[np.intp], Ints]:
            lists = [(term, self.uncached(field, term).ids) for term in self.terms(field)]
            times = [len(ids) for _, ids in lists]
            rows = np.concatenate([NOTHING.ids, *(ids for _, ids in lists)])
            return [term for term, _ in lists], np.repeat(np.arange(len(lists)), times), rows

        found: tuple[list[bytes], NDArray[np.intp], Ints] = self._make("named", field, make)
        return found

    def links(self) -> tuple[NDArray[np.bytes_], Ints]:
        """Ids under OF, and beside each the document that names it."""
        terms, which, rows = self.named(OF)
        return np.array(terms, np.bytes_)[which], rows

    def facets(self) -> FacetPairs:
        def make() -> FacetPairs:
            return FacetPairs(
                self.count,
                [
                    ((param, term.decode()), self.uncached(facet(param), term).ids)
                    for param in PARAMS
                    for term in self.terms(facet(param))
                ],
            )

        pairs: FacetPairs = self._make("facets", "", make)
        return pairs

    def words_starting(self, field: str, letter: str) -> list[str]:
        """Every term of a field that begins so; a plain word each, for spelling."""

        def make() -> list[str]:
            found = (t.decode() for t in self.terms(field, letter.encode()))
            return [w for w in found if w.isalpha()]

        words: list[str] = self._make(f"words {field}", letter, make)
        return words
