"""A Whoosh codec whose posting lists are plain arrays, so that numpy reads them where they lie.

Everything else of a segment (term table, columns, compound file) is Whoosh's own third format.
One posting list: a byte of type codes, then the gaps between document numbers, then how often the
term occurs in each (left out where it is once everywhere), then the places in each, one after another.
"""

from struct import Struct
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray
from whoosh.codec.whoosh3 import W3Codec, W3FieldWriter, W3Segment, W3TermInfo
from whoosh.matching import ListMatcher

Ints = NDArray[np.int32]
Floats = NDArray[np.float32]

_IDS = ("<u1", "<u2", "<u4")
_TFS = ("", "<u1", "<u2", "<u4")
_PLACES = ("", "<u2", "<u4")
_LIMITS = (1 << 8, 1 << 16)


class Posting(NamedTuple):
    """Where a term occurs. ids: rising document numbers; tf: times in each; places: all, document by document."""

    ids: Ints
    tf: Floats
    places: Ints

    @property
    def size(self) -> int:
        """Bytes held."""
        return int(self.ids.nbytes + self.tf.nbytes + self.places.nbytes) + 200


class TermAt(NamedTuple):
    """A line of the term table."""

    df: int
    weight: int
    offset: int
    length: int


_LINE = Struct(W3TermInfo._struct.format + "qi")


def term_at(line: bytes) -> TermAt:
    """Raises struct.error where the line is not whole."""
    _, weight, df, _, _, _, _, _, offset, length = _LINE.unpack(line)
    return TermAt(df, int(weight), offset, length)


def read_posting(buffer: Any, at: TermAt, *, places: bool = False) -> Posting:
    """Decode one list. Raises ValueError where the bytes do not reach as far as they should."""
    codes = buffer[at.offset]
    pos = at.offset + 1
    kind = np.dtype(_IDS[codes & 3])
    gaps = np.frombuffer(buffer, kind, at.df, pos)
    pos += at.df * kind.itemsize
    ids = np.cumsum(gaps, dtype=np.int32)
    if codes >> 2 & 3:
        kind = np.dtype(_TFS[codes >> 2 & 3])
        tf = np.frombuffer(buffer, kind, at.df, pos).astype(np.float32)
        pos += at.df * kind.itemsize
    else:
        tf = np.ones(at.df, np.float32)
    found = np.empty(0, np.int32)
    if places and codes >> 4 & 3:
        found = np.frombuffer(buffer, _PLACES[codes >> 4 & 3], at.weight, pos).astype(np.int32)
    return Posting(ids, tf, found)


def view_places(buffer: Any, at: TermAt) -> NDArray[Any]:
    """The places of one list where they lie, document by document; nothing of it is decoded."""
    codes = buffer[at.offset]
    if not codes >> 4 & 3:
        return np.empty(0, np.uint16)
    widths = np.dtype(_IDS[codes & 3]).itemsize
    if codes >> 2 & 3:
        widths += np.dtype(_TFS[codes >> 2 & 3]).itemsize
    begin = at.offset + 1 + at.df * widths
    return np.frombuffer(buffer, _PLACES[codes >> 4 & 3], at.weight, begin)


class Inverted(NamedTuple):
    """A whole field turned round, terms in order of their bytes.

    terms[i] has postings starts[i]:starts[i + 1] of docs and tf, whose places are
    reaches[i]:reaches[i + 1] of places. tf and places are None for fields that hold only what occurs.
    """

    terms: list[bytes]
    starts: NDArray[np.int64]
    docs: Ints
    tf: Ints | None = None
    reaches: NDArray[np.int64] | None = None
    places: Ints | None = None


class ArrayCodec(W3Codec):  # type: ignore[misc]
    """Whoosh's own codec but for the posting lists."""

    def field_writer(self, storage: Any, segment: Any) -> "ArrayFieldWriter":
        return ArrayFieldWriter(self, storage, segment)

    def new_segment(self, storage: Any, indexname: str) -> Any:
        return W3Segment(self, indexname)

    def postings_reader(
        self, dbfile: Any, terminfo: Any, format_: Any, term: Any = None, scorer: Any = None
    ) -> Any:
        """For a stock searcher: slow, and without places."""
        offset, length = terminfo.extent()
        at = TermAt(terminfo.doc_frequency(), int(terminfo.weight()), offset, length)
        posting = read_posting(dbfile._buf, at)
        return ListMatcher(
            posting.ids.tolist(), posting.tf.tolist(), None, format_,
            scorer=scorer, term=term, terminfo=terminfo,
        )  # fmt: skip


class ArrayFieldWriter(W3FieldWriter):  # type: ignore[misc]
    """Writes whole fields at once; fields must come in order of their names."""

    def write_field(self, name: str, declared: Any, field: Inverted) -> None:
        if not field.terms:
            return
        self.start_field(name, declared)
        lists = _Lists(field)
        key = self._fieldid.to_bytes(2, "big")
        starts, docs = field.starts.tolist(), field.docs
        firsts, lasts = docs[field.starts[:-1]].tolist(), docs[field.starts[1:] - 1].tolist()
        at = self._postfile.tell()
        for i, term in enumerate(field.terms):
            data = lists.bytes(i)
            self._postfile.write(data)
            line = _LINE.pack(0, lists.weights[i], starts[i + 1] - starts[i], 0, 255,
                              lists.most[i], firsts[i], lasts[i], at, len(data))  # fmt: skip
            self._tindex.add(key + term, line)
            at += len(data)
        self.finish_field()


class _Lists:
    """The lists of a field as bytes, with the narrowest type for each."""

    def __init__(self, field: Inverted) -> None:
        begins = field.starts[:-1]
        gaps = np.diff(field.docs, prepend=0).astype(np.int64)
        gaps[begins] = field.docs[begins]
        self._starts = field.starts.tolist()
        self._gaps = _bytes_in(gaps, _IDS)
        self._gap_kind = _narrowest(np.maximum.reduceat(gaps, begins))
        self._tf_kind = [0] * len(begins)
        self.weights = np.diff(field.starts).tolist()
        self.most = [1] * len(begins)
        if field.tf is not None:
            self._read_tf(field.tf, begins)
        self._place_kind = [0] * len(begins)
        if field.places is not None and field.reaches is not None:
            widest = np.maximum.reduceat(field.places, field.reaches[:-1])
            self._places = _bytes_in(field.places, _PLACES)
            self._reaches = field.reaches.tolist()
            self._place_kind = np.where(widest < _LIMITS[1], 1, 2).tolist()

    def _read_tf(self, tf: Ints, begins: NDArray[np.int64]) -> None:
        most = np.maximum.reduceat(tf, begins)
        self.weights = np.add.reduceat(tf.astype(np.int64), begins).tolist()
        self.most = most.tolist()
        kinds = np.asarray(_narrowest(most)) + 1
        self._tf_kind = np.where(most == 1, 0, kinds).tolist()
        self._tf = _bytes_in(tf, _TFS)

    def bytes(self, i: int) -> bytes:
        begin, end = self._starts[i], self._starts[i + 1]
        gap, tf, place = self._gap_kind[i], self._tf_kind[i], self._place_kind[i]
        data = bytes((gap | tf << 2 | place << 4,)) + _cut(self._gaps[gap], begin, end)
        if tf:
            data += _cut(self._tf[tf], begin, end)
        if place:
            data += _cut(self._places[place], self._reaches[i], self._reaches[i + 1])
        return data


_Packed = tuple[bytes, int]


def _bytes_in(values: NDArray[Any], kinds: tuple[str, ...]) -> list[_Packed]:
    return [(values.astype(k).tobytes(), np.dtype(k).itemsize) if k else (b"", 0) for k in kinds]


def _cut(packed: _Packed, begin: int, end: int) -> bytes:
    data, width = packed
    return data[begin * width : end * width]


def _narrowest(highest: NDArray[Any]) -> list[int]:
    kinds: list[int] = np.searchsorted(_LIMITS, highest, side="right").tolist()
    return kinds
