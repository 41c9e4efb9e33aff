"""The whole index at one moment: its segments, what is deleted in them, and figures over all."""

from collections import Counter, OrderedDict
from collections.abc import Iterable, Iterator, Mapping
from functools import cached_property
from pathlib import Path
from threading import Lock
from typing import Any

import numpy as np
from numpy.typing import NDArray
from whoosh.filedb.filestore import FileStorage
from whoosh.filedb.structfile import BufferFile
from whoosh.index import TOC

from lessons.adapters.whoosh_index.codec import Ints
from lessons.adapters.whoosh_index.joining import Links, links
from lessons.adapters.whoosh_index.readable import Mask, Part, Readable
from lessons.adapters.whoosh_index.schema import (
    AUDIENCE,
    DAY,
    ID,
    KIND,
    LATER,
    OPEN,
    UNTIL,
    USES,
    VERSION,
    whoosh_schema,
)  # fmt: skip
from lessons.adapters.whoosh_index.sealed import check, read_sealed, stamp
from lessons.adapters.whoosh_index.segments import PostingCache, Segment
from lessons.adapters.whoosh_index.writer import INDEX_NAME
from lessons.domain.ledger import Line
from lessons.domain.query import Uses
from lessons.domain.record import Kind

__all__ = ["Mask", "Part", "Readable", "Snapshot", "as_key", "contents_of", "latest", "live_of",
           "read_contents"]  # fmt: skip
_SCHEMA = whoosh_schema()
MOST_MASKS = 32


def latest(folder: Path) -> int:
    """Whoosh's own generation number of a folder, -1 where there is none."""
    return int(TOC._latest_generation(FileStorage(str(folder)), INDEX_NAME))


class _Reading(FileStorage):  # type: ignore[misc]
    """Files read whole: Whoosh leaves a table of contents open where it cannot make sense of it."""

    def open_file(self, name: str, **options: Any) -> Any:
        return BufferFile(memoryview(read_sealed(Path(self.folder, name))), name=name)


def contents_of(folder: Path, generation: int) -> Path:
    """The file of a table of contents."""
    return folder / str(TOC._filename(INDEX_NAME, generation))


def read_contents(folder: Path) -> Any:
    """The table of contents: a pickle, so only of a folder found safe. Raises ValueError where it is damaged."""
    return TOC.read(_Reading(str(folder)), INDEX_NAME, schema=_SCHEMA)


class Snapshot:
    """Immutable but for what it makes when first asked for; threads share it."""

    def __init__(
        self, number: int, folder: Path, cache: PostingCache, before: "Snapshot | None"
    ) -> None:
        self.number = number
        contents = read_contents(folder)
        self.generation: int = contents.generation
        self._contents = contents_of(folder, self.generation)
        self._stamp = stamp(self._contents)
        known = before.parts_by_name if before and before.number == number else {}
        self.parts: list[Part] = []
        base = 0
        for segment in contents.segments:
            old = known.get(segment.segment_id())
            arrays = (
                old.segment if old and old.segment.is_as_read() else Segment(folder, segment, cache)
            )
            self.parts.append(Part(arrays, base, live_of(segment)))
            base += arrays.count
        self.count = base
        self._masks: OrderedDict[Any, Readable] = OrderedDict()
        self._told: dict[tuple[frozenset[str], int, str], Mapping[bytes, int]] = {}
        self._having: dict[tuple[str, frozenset[str]], Mask] = {}
        self._ledgers: dict[tuple[frozenset[str], frozenset[str], int], tuple[Line, ...]] = {}
        self._lock = Lock()

    @cached_property
    def parts_by_name(self) -> Mapping[str, Part]:
        return {p.segment.name: p for p in self.parts}

    def is_whole(self) -> bool:
        """Whether every file is there as it was read: reading past the end of a mapped file would end the process."""
        try:
            return stamp(self._contents) == self._stamp and all(
                part.segment.is_as_read() for part in self.parts
            )
        except OSError:
            return False

    def is_sound(self) -> bool:
        """Whether every file is what it was sealed as; reads all of them."""
        try:
            for part in self.parts:
                check(part.segment.path, part.segment.described.seal)
        except (OSError, ValueError):
            return False
        return self.is_whole()

    # --- masks -------------------------------------------------------------------------------

    def readable(self, keys: frozenset[str], kinds: frozenset[str], today: int) -> Readable:
        """Which documents may be shown at all."""
        key = (keys, kinds, today)
        with self._lock:
            found = self._masks.get(key)
            if found is not None:
                self._masks.move_to_end(key)
                return found
        found = Readable(self, self._readable(keys, kinds, today))
        with self._lock:
            self._masks[key] = found
            if len(self._masks) > MOST_MASKS:
                self._masks.popitem(last=False)
        return found

    def _readable(self, keys: frozenset[str], kinds: frozenset[str], today: int) -> Mask:
        mask = np.zeros(self.count, bool)
        for part in self.parts:
            seen = any_of(part.segment, AUDIENCE, keys)
            lapsed = part.segment.numbers(UNTIL) < today
            seen |= any_of(part.segment, LATER, keys) & lapsed
            seen &= any_of(part.segment, KIND, kinds)
            mask[part.span] = seen & part.live
        return mask

    def told(self, keys: frozenset[str], today: int, field: str) -> Mapping[bytes, int]:
        """In how many briefings that a reader may read a lesson stands under this field, by its id."""
        key = (keys, today, field)
        found = self._told.get(key)
        if found is None:
            mask = self.readable(keys, frozenset({str(Kind.BRIEFING)}), today).mask
            counts: Counter[bytes] = Counter()
            for part in self.parts:
                here = mask[part.span]
                if here.any():
                    terms, which, rows = part.segment.named(field)
                    times = np.bincount(which[here[rows]], minlength=len(terms))
                    counts.update({terms[n]: int(times[n]) for n in np.flatnonzero(times).tolist()})
            found = dict(counts)
            if len(self._told) >= MOST_MASKS:
                self._told.clear()  # another thread may do so as well: what is held is not looked up again
            self._told[key] = found
        return found

    def uses(self, keys: frozenset[str], today: int, *ids: str) -> list[Uses]:
        """What briefings that a reader may read say of these lessons."""
        told = [self.told(keys, today, field) for field in USES]
        return [Uses(*(counts.get(as_key(id), 0) for counts in told)) for id in ids]

    @cached_property
    def open(self) -> Mask:
        """What everybody of the force may read: from this alone search learns."""
        mask = np.zeros(self.count, bool)
        for part in self.parts:
            mask[part.span] = any_of(part.segment, OPEN, ("yes",)) & part.live
        return mask

    def having(self, field: str, values: Iterable[str]) -> Mask:
        """Which documents hold any of these values. Not to be written to."""
        key = (field, frozenset(values))
        found = self._having.get(key)
        if found is None:
            found = np.zeros(self.count, bool)
            for part in self.parts:
                found[part.span] = any_of(part.segment, field, key[1])
            found.flags.writeable = False
            if len(self._having) >= MOST_MASKS:
                self._having.clear()
            self._having[key] = found
        return found

    @cached_property
    def links(self) -> Links:
        """What comes from what, whoever may read it."""
        return links(self.parts)

    @cached_property
    def days(self) -> Ints:
        """The date of each document as an ordinal, 0 for none."""
        return np.concatenate(
            [np.empty(0, np.int32), *(p.segment.numbers(DAY) for p in self.parts)]
        )

    # --- facets ------------------------------------------------------------------------------

    @cached_property
    def _facet_codes(self) -> tuple[list[tuple[str, str]], list[NDArray[np.int64]]]:
        """Every (parameter, value) of the index, and for each segment which of them its codes are."""
        known: dict[tuple[str, str], int] = {}
        codes = [
            np.array(
                [known.setdefault(label, len(known)) for label in p.segment.facets().labels],
                np.int64,
            )
            for p in self.parts
        ]
        return list(known), codes

    def facet_counts(self, mask: Mask) -> dict[str, dict[str, int]]:
        """How many documents under the mask hold each value, by parameter; without the values of none."""
        labels, codes = self._facet_codes
        totals = np.zeros(len(labels), np.int64)
        for part, known in zip(self.parts, codes, strict=True):
            here = mask[part.span]
            within = int(np.count_nonzero(here))
            if within:
                totals[known] += part.segment.facets().counts(here, within)
        counted: dict[str, dict[str, int]] = {}
        held = np.flatnonzero(totals)
        for code, count in zip(held.tolist(), totals[held].tolist(), strict=True):
            param, value = labels[code]
            counted.setdefault(param, {})[value] = count
        return counted

    # --- the ledger --------------------------------------------------------------------------

    def ledger(self, keys: frozenset[str], kinds: frozenset[str], today: int) -> tuple[Line, ...]:
        """Every line that a reader may know of, in the order of their ids."""
        key = (keys, kinds, today)
        found = self._ledgers.get(key)
        if found is None:
            mask = self.readable(keys, kinds, today).mask
            lines = [
                part.segment.line(row)
                for part in self.parts
                for row in np.flatnonzero(mask[part.span]).tolist()
            ]
            found = tuple(sorted(lines, key=lambda line: line.id))
            if len(self._ledgers) >= MOST_MASKS:
                self._ledgers.clear()
            self._ledgers[key] = found
        return found

    # --- single documents --------------------------------------------------------------------

    def by_part(self, numbers: Ints) -> Iterator[tuple[Part, NDArray[np.intp], Ints]]:
        """For each part that holds any of these documents: where they stand in `numbers`, and their rows in it."""
        for part in self.parts:
            here = np.flatnonzero(
                (numbers >= part.base) & (numbers < part.base + part.segment.count)
            )
            if len(here):
                yield part, here, numbers[here] - part.base

    def part_of(self, number: int) -> Part:
        return next(p for p in reversed(self.parts) if p.base <= number)

    def ids_of(self, numbers: Ints) -> NDArray[np.bytes_]:
        if not len(numbers):
            return np.empty(0, "S1")
        found = []
        order = np.argsort(numbers, kind="stable")
        ranked = numbers[order]
        for part in self.parts:
            lo, hi = np.searchsorted(ranked, [part.base, part.base + part.segment.count])
            if lo < hi:
                found.append(part.segment.ids()[ranked[lo:hi] - part.base])
        joined = np.concatenate(found)
        back = np.empty_like(joined)
        back[order] = joined
        return back

    def find(self, id: str) -> list[tuple[Segment, int]]:
        """Where a record stands: at most one place, but a damaged past is put right too."""
        return [(part.segment, doc) for part, doc in self._places_of(id)]

    def numbers_of(self, id: str) -> list[int]:
        """As `find`, by document number."""
        return [part.base + doc for part, doc in self._places_of(id)]

    def _places_of(self, id: str) -> list[tuple[Part, int]]:
        return [
            (part, int(doc))
            for part in self.parts
            for doc in part.segment.posting(ID, as_key(id)).ids
            if part.live[doc]
        ]

    def versions(self) -> dict[str, str]:
        found: dict[str, str] = {}
        for part in self.parts:
            rows = zip(
                part.live.tolist(), part.segment.texts(ID), part.segment.texts(VERSION), strict=True
            )
            found.update((id.decode(), version.decode()) for live, id, version in rows if live)
        return found


def as_key(value: str) -> bytes:
    """A value or word as the term table holds it; what no UTF-8 can hold is simply not there."""
    return value.encode("utf-8", "replace")


def any_of(segment: Segment, field: str, values: Iterable[str]) -> Mask:
    mask = np.zeros(segment.count, bool)
    for value in values:
        mask[segment.posting(field, as_key(value)).ids] = True
    return mask


def live_of(segment: Any) -> Mask:
    live = np.ones(segment.doc_count_all(), bool)
    gone = list(segment.deleted_docs())
    if gone:
        live[gone] = False
    return live
