"""The steps by which the files of an index change; who holds which lock stands in `keeper`."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np
from whoosh.filedb.filestore import FileStorage, RamStorage
from whoosh.index import TOC, clean_files

from lessons.adapters.whoosh_index.schema import ID, VERSION, Entry, entry
from lessons.adapters.whoosh_index.sealed import Seal, seal_of, write_sealed
from lessons.adapters.whoosh_index.segments import PostingCache, Segment
from lessons.adapters.whoosh_index.snapshot import (
    Mask,
    Part,
    Snapshot,
    as_key,
    live_of,
    read_contents,
)
from lessons.adapters.whoosh_index.writer import INDEX_NAME, SegmentBuilder
from lessons.domain.record import Stored

MOST_TOKENS = 8_000_000  # of one new segment: about 25,000 lessons, 200 MB while it is made


def numbered(stored: Stored, today: date) -> Entry:
    """The entry of a record, its revision number kept before its version."""
    made = entry(stored, today)
    return replace(made, version=f"{stored.revision.number}:{made.version}")


def number_of(version: str) -> int:
    """The revision number in a version that `numbered` made."""
    return int(version.partition(":")[0])


def plain(version: str) -> str:
    """`Stored.version` of a version that `numbered` made."""
    return version.partition(":")[2]


def outrun(entries: Mapping[str, Entry], snapshot: Snapshot) -> frozenset[str]:
    """Those that come late: a newer revision of them is held already."""
    return frozenset(
        id
        for id, made in entries.items()
        for segment, row in snapshot.find(id)
        if number_of(segment.texts(VERSION)[row].decode()) > number_of(made.version)
    )


def without(built: list[Any], entries: Iterable[str], late: frozenset[str]) -> list[Any]:
    """New segments, less these entries. entries: the ids of all, in the order in which they were built."""
    order = iter(entries)
    for segment in built:
        for row in range(segment.doc_count_all()):
            if next(order) in late:
                segment.delete_document(row)
    return [s for s in built if s.deleted_count() < s.doc_count_all()]


def holding(snapshot: Snapshot, ids: Iterable[str]) -> list[Part]:
    """The parts with a text of any of these on disk, one that was deleted or replaced too."""
    keys = [as_key(id) for id in ids]
    return [p for p in snapshot.parts if any(len(p.segment.posting(ID, k).ids) for k in keys)]


def built(scratch: Path, entries: Iterator[Entry]) -> Iterator[Any]:
    """Segments of all entries, each as large as one may be."""
    for first in entries:
        with SegmentBuilder(scratch) as builder:
            builder.add(first)
            while builder.tokens < MOST_TOKENS and (each := next(entries, None)):
                builder.add(each)
            segment = builder.finish()
        yield segment


def merge(scratch: Path, parts: list[Part]) -> tuple[Any, list[Any]]:
    """The segment of all that lives in these, and where each document went; None where nothing lives."""
    with SegmentBuilder(scratch) as builder:
        merged = builder.merge([(p.segment, p.live) for p in parts])
    return (merged if builder.count else None), builder.moved


def part(generation: Path, segment: Any, cache: PostingCache) -> Part:
    return Part(Segment(generation, segment, cache), 0, live_of(segment))


def delete(contents: Any, snapshot: Snapshot, ids: Iterable[str]) -> None:
    by_name = {s.segment_id(): s for s in contents.segments}
    for id in ids:
        for segment, row in snapshot.find(id):
            by_name[segment.name].delete_document(row)
    contents.segments[:] = [s for s in contents.segments if s.deleted_count() < s.doc_count_all()]


def without_damage(generation: Path, contents: Any) -> list[Any]:
    """The segments of a table of contents whose files are what they were."""
    return [
        s
        for s in contents.segments
        if _is_whole(generation / s.make_filename(s.COMPOUND_EXT), s.seal)
    ]


def _is_whole(path: Path, seal: Seal) -> bool:
    try:
        return seal_of(path) == seal
    except OSError:
        return False


def carry_deletions(merged: Any, parts: list[Part], moved: list[Any], now: Snapshot) -> None:
    for part, to in zip(parts, moved, strict=True):
        for row in np.flatnonzero(part.live & ~live_in(now, part)).tolist():
            merged.delete_document(int(to[row]))


def live_in(snapshot: Snapshot, part: Part) -> Any:
    """What lives in the same segment at another moment; nothing where it is not there."""
    same = snapshot.parts_by_name.get(part.segment.name)
    return same.live if same else np.zeros(part.segment.count, bool)


def commit(generation: Path, contents: Any) -> None:
    """Write the table of contents under its final name in one step, then take away what it no longer names."""
    number = contents.generation + 1
    written = RamStorage()
    TOC(contents.schema, contents.segments, number).write(written, INDEX_NAME)
    name = TOC._filename(INDEX_NAME, number)
    write_sealed(generation / name, written.files[name])
    clean_files(FileStorage(str(generation)), INDEX_NAME, number, contents.segments)


def take_in(generation: Path, scratch: Path, contents: Any, segment: Any) -> None:
    """Move the file of a new segment to the others, and name it in the table of contents."""
    name = segment.make_filename(segment.COMPOUND_EXT)
    (scratch / name).replace(generation / name)
    contents.segments.append(segment)


def carry_over(
    scratch: Path, number: int, generation: Path, before: Snapshot, now: Snapshot
) -> None:
    """Into a new generation: what was saved or removed in the old one while the new one was made."""
    late = [(p.segment, p.live & ~live_in(before, p)) for p in now.parts]
    late = [(segment, rows) for segment, rows in late if rows.any()]
    changed = {id for segment, rows in late for id in ids_at(segment, rows)}
    gone = {id for p in before.parts for id in ids_at(p.segment, p.live & ~live_in(now, p))}
    if not changed and not gone:
        return
    contents = read_contents(generation)
    delete(contents, Snapshot(number, generation, PostingCache(0), None), changed | gone)
    if late:
        with SegmentBuilder(scratch) as builder:
            take_in(generation, scratch, contents, builder.merge(late))
    commit(generation, contents)


def ids_at(segment: Segment, rows: Mask) -> list[str]:
    return [id.decode() for id in segment.ids()[rows].tolist()]
