"""Making segments: from entries, and from older segments when they are merged."""

from array import array
from collections import defaultdict
from collections.abc import Iterable, Iterator
from contextlib import suppress
from heapq import merge
from itertools import groupby
from pathlib import Path
from typing import Any, Self

import numpy as np
from numpy.typing import NDArray
from whoosh import columns
from whoosh.filedb.filestore import FileStorage
from whoosh.util.numeric import byte_to_length, length_to_byte

from lessons.adapters.whoosh_index.analysis import WORD, read
from lessons.adapters.whoosh_index.codec import ArrayCodec, Ints, Inverted, Posting, TermAt
from lessons.adapters.whoosh_index.schema import (
    DAY,
    EXACT,
    ID,
    LINE,
    SHOWN,
    SKETCH,
    TEXT_FIELDS,
    TITLE,
    UNTIL,
    VERSION,
    WORDS,
    Entry,
    whoosh_schema,
)  # fmt: skip
from lessons.adapters.whoosh_index.sealed import seal_of
from lessons.adapters.whoosh_index.segments import Segment, pack_shown
from lessons.adapters.whoosh_index.sketches import WIDTH, Sketches, sketches

INDEX_NAME = "MAIN"
GAP = 8  # places between two texts of a record, so that no phrase runs across
_BYTES = columns.VarBytesColumn()
_NUMBER = columns.NumericColumn("i", default=0)
_SKETCH = columns.FixedBytesColumn(WIDTH)


class _Text:
    """A text field while it is gathered: the code of every term, and its place, document by document."""

    def __init__(self) -> None:
        self.codes: dict[str, int] = {}
        self.found = array("i")
        self.places = array("i")
        self.lengths = array("i")

    def code(self, term: str) -> int:
        return self.codes.setdefault(term, len(self.codes))

    def end_document(self, length: int) -> None:
        self.lengths.append(length)

    def inverted(self, *, places: bool) -> Inverted:
        terms = [t.encode() for t in self.codes]
        order = sorted(range(len(terms)), key=terms.__getitem__)
        rank = np.empty(len(terms), np.int32)
        rank[order] = np.arange(len(terms), dtype=np.int32)
        key = rank[np.frombuffer(self.found, np.int32)] if terms else np.empty(0, np.int32)
        lengths = np.frombuffer(self.lengths, np.int32) if self.lengths else np.empty(0, np.int32)
        docs = np.repeat(np.arange(len(lengths), dtype=np.int32), lengths)
        by_term = np.argsort(key, kind="stable")
        key, docs = key[by_term], docs[by_term]
        new = np.ones(len(key), bool)
        new[1:] = (key[1:] != key[:-1]) | (docs[1:] != docs[:-1])
        begins = np.flatnonzero(new)
        ends = np.append(begins, len(key))
        starts = _starts(key[begins], len(terms))
        return Inverted(
            [terms[i] for i in order],
            starts,
            docs[begins],
            np.diff(ends).astype(np.int32),
            ends[starts] if places else None,
            np.frombuffer(self.places, np.int32)[by_term] if places and terms else None,
        )


def _starts(key: Ints, terms: int) -> NDArray[np.int64]:
    return np.searchsorted(key, np.arange(terms + 1)).astype(np.int64)


class SegmentBuilder:
    """One new segment, in a folder of its own until it is finished. Not for sharing between threads."""

    def __init__(self, folder: Path) -> None:
        self._storage = FileStorage(str(folder))
        self._schema = whoosh_schema()
        codec = ArrayCodec()
        self._segment = codec.new_segment(self._storage, INDEX_NAME)
        self._perdoc = codec.per_document_writer(self._storage, self._segment)
        self._fields = codec.field_writer(self._storage, self._segment)
        self._text = {name: _Text() for name in TEXT_FIELDS}
        self._keys: dict[str, dict[str, array[int]]] = defaultdict(dict)
        self._memo: dict[str, tuple[tuple[int, ...], tuple[int, ...], tuple[int, ...], int]] = {}
        self._told = array("i")
        self._stems = array("i")
        self.count = 0
        self.tokens = 0
        self.moved: list[Ints] = []

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        """Let go of files that an error left open; the folder is the caller's to remove."""
        for file in (self._perdoc._cols._temp, self._fields._tindex.dbfile, self._fields._postfile):
            if not file.is_closed:
                file.close()

    def add(self, entry: Entry) -> None:
        lengths = {WORDS: self._add_body(entry), TITLE: self._add_title(entry.title)}
        lengths[EXACT] = lengths[WORDS]
        self._add_row(entry.id.encode(), entry.version.encode(), pack_shown(entry.shown),
                      pack_shown(entry.line), entry.day, entry.until, lengths)  # fmt: skip
        doc = self.count
        for name, values in (*entry.keys.items(), (ID, (entry.id,))):
            held = self._keys[name]
            for value in values:
                if value not in held:
                    held[value] = array("i")
                held[value].append(doc)
        self.count += 1

    def _add_row(
        self, id: bytes, version: bytes, shown: bytes, line: bytes, day: int, until: int,
        lengths: dict[str, int],
    ) -> None:  # fmt: skip
        perdoc = self._perdoc
        perdoc.start_doc(self.count)
        for name, length in lengths.items():
            # As the one byte that is kept of it says: then averages over any choice of documents agree.
            told = byte_to_length(length_to_byte(length))
            perdoc.add_field(name, self._schema[name], None, told)
        perdoc.add_column_value(ID, _BYTES, id)
        perdoc.add_column_value(VERSION, _BYTES, version)
        perdoc.add_column_value(SHOWN, _BYTES, shown)
        perdoc.add_column_value(LINE, _BYTES, line)
        perdoc.add_column_value(DAY, _NUMBER, day)
        perdoc.add_column_value(UNTIL, _NUMBER, until)
        perdoc.finish_doc()

    def _add_body(self, entry: Entry) -> int:
        words, exact = self._text[WORDS], self._text[EXACT]
        found: list[int] = []
        found_exact: list[int] = []
        places: list[int] = []
        place = self._read((entry.title, *entry.body), 0, found, found_exact, places)
        self._stems.extend(found)
        self._told.append(len(found))
        self._read(entry.tags, place, found, found_exact, places)
        words.found.extend(found)
        words.places.extend(places)
        exact.found.extend(found_exact)
        words.end_document(len(found))
        exact.end_document(len(found))
        self.tokens += len(found)
        return len(found)

    def _read(
        self, texts: Iterable[str], place: int, found: list[int], found_exact: list[int], places: list[int]
    ) -> int:  # fmt: skip
        """Add what stands in the texts to the lists; returns the place of what comes next."""
        memo = self._memo
        for text in texts:
            for raw in WORD.findall(text):
                known = memo.get(raw) or self._learn(raw)
                stems, plain, offsets, advance = known
                if len(stems) == 1:
                    found.append(stems[0])
                    found_exact.append(plain[0])
                    places.append(place + offsets[0])
                else:
                    found += stems
                    found_exact += plain
                    places += [place + o for o in offsets]
                place += advance
            place += GAP
        return place

    def _learn(self, raw: str) -> tuple[tuple[int, ...], tuple[int, ...], tuple[int, ...], int]:
        reading = read(raw)
        words, exact = self._text[WORDS], self._text[EXACT]
        known = (
            tuple(words.code(s) for s in reading.stems),
            tuple(exact.code(w) for w in reading.exact),
            reading.offsets,
            reading.advance,
        )
        self._memo[raw] = known
        return known

    def _add_title(self, title: str) -> int:
        field = self._text[TITLE]
        codes = [field.code(s) for raw in WORD.findall(title) for s in read(raw).stems]
        field.found.extend(codes)
        field.end_document(len(codes))
        return len(codes)

    def finish(self) -> Any:
        """Write everything out; the segment's one file then lies in the folder. Not for an empty builder."""
        inverted = {n: t.inverted(places=n == WORDS) for n, t in self._text.items()}
        inverted |= {n: _inverted_keys(held) for n, held in self._keys.items()}
        told, stems = (np.array(held, np.int32) for held in (self._told, self._stems))
        self._add_sketches(sketches(self._text[WORDS].codes, stems, told))
        self._perdoc.close()
        for name in sorted(inverted):
            self._fields.write_field(name, self._schema[name], inverted[name])
        return self._assemble()

    def _add_sketches(self, rows: Sketches) -> None:
        self._perdoc._create_column(SKETCH, _SKETCH)
        column = self._perdoc._get_column(SKETCH)
        for number, row in enumerate(rows):
            column.add(number, row.tobytes())

    def _assemble(self) -> Any:
        self._fields.close()
        with suppress(OSError):
            (Path(self._storage.folder) / f"{INDEX_NAME}.tmp").rmdir()
        self._segment.set_doc_count(self.count)
        self._segment.create_compound_file(self._storage)
        name = self._segment.make_filename(self._segment.COMPOUND_EXT)
        self._segment.seal = seal_of(Path(self._storage.folder, name))
        return self._segment

    def merge(self, parts: list[tuple[Segment, NDArray[np.bool_]]]) -> Any:
        """The segment that holds what is kept of these, in place of `add` and `finish`.

        `moved` then has the new number of each old document, -1 for what was left out.
        """
        self.moved = maps = [self._copy_rows(segment, kept) for segment, kept in parts]
        self._add_sketches(np.concatenate([segment.sketches()[kept] for segment, kept in parts]))
        self._perdoc.close()
        lines = merge(*(_lines(segment, i) for i, (segment, _) in enumerate(parts)))
        for name, of_field in groupby(lines, key=lambda line: line[0]):
            field = _Merged(with_tf=name in TEXT_FIELDS, with_places=name == WORDS)
            for term, of_term in groupby(of_field, key=lambda line: line[1]):
                field.add(term, (_moved(parts[i][0], at, maps[i], name) for _, _, i, at in of_term))
            self._fields.write_field(name, self._schema[name], field.inverted())
        return self._assemble()

    def _copy_rows(self, segment: Segment, kept: NDArray[np.bool_]) -> Ints:
        """Rows of what is kept; returns the new number of each old one, -1 for what is left out."""
        moved = np.full(segment.count, -1, np.int32)
        rows = np.flatnonzero(kept)
        moved[rows] = np.arange(self.count, self.count + len(rows), dtype=np.int32)
        lengths = {n: segment.length_of(n)[rows].tolist() for n in TEXT_FIELDS}
        days, untils = segment.numbers(DAY)[rows].tolist(), segment.numbers(UNTIL)[rows].tolist()
        ids, versions, shown, told = (segment.texts(n) for n in (ID, VERSION, SHOWN, LINE))
        for i, row in enumerate(rows.tolist()):
            self._add_row(ids[row], versions[row], shown[row], told[row], days[i], untils[i],
                          {n: held[i] for n, held in lengths.items()})  # fmt: skip
            self.count += 1
        return moved


def _inverted_keys(held: dict[str, "array[int]"]) -> Inverted:
    terms = sorted((value.encode(), docs) for value, docs in held.items())
    starts = np.cumsum([0, *(len(d) for _, d in terms)], dtype=np.int64)
    found = array("i")
    for _, docs in terms:
        found.extend(docs)
    return Inverted([t for t, _ in terms], starts, np.array(found, np.int32))


def _lines(segment: Segment, number: int) -> Iterator[tuple[str, bytes, int, TermAt]]:
    return ((name, term, number, at) for name, term, at in segment.all_terms())


def _moved(segment: Segment, at: TermAt, moved: Ints, name: str) -> Posting:
    posting = segment.read(at, places=name == WORDS)
    ids = moved[posting.ids]
    kept = ids >= 0
    if kept.all():
        return Posting(ids, posting.tf, posting.places)
    of_place = np.repeat(kept, posting.tf.astype(np.int64))
    places = posting.places[of_place] if len(posting.places) else posting.places
    return Posting(ids[kept], posting.tf[kept], places)


class _Merged:
    """A field put together from several segments, term by term."""

    def __init__(self, *, with_tf: bool, with_places: bool) -> None:
        self._tf, self._places = with_tf, with_places
        self._terms: list[bytes] = []
        self._counts: list[tuple[int, int]] = [(0, 0)]
        self._parts: list[Posting] = []

    def add(self, term: bytes, postings: Iterable[Posting]) -> None:
        found = [p for p in postings if len(p.ids)]
        if found:
            self._terms.append(term)
            self._parts += found
            self._counts.append((sum(len(p.ids) for p in found), sum(len(p.places) for p in found)))

    def inverted(self) -> Inverted:
        counts = np.cumsum(np.array(self._counts, np.int64), axis=0)
        empty = np.empty(0, np.int32)
        docs, tf, places = (
            np.concatenate([empty, *(p[i] for p in self._parts)]).astype(np.int32) for i in range(3)
        )
        return Inverted(
            self._terms,
            counts[:, 0],
            docs,
            tf if self._tf else None,
            counts[:, 1] if self._places else None,
            places if self._places else None,
        )
