"""Where words stand together: documents that hold a phrase, by arrays of places."""

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from lessons.adapters.whoosh_index.codec import Floats, Ints, Posting
from lessons.adapters.whoosh_index.schema import WORDS
from lessons.adapters.whoosh_index.segments import NOTHING, Segment
from lessons.adapters.whoosh_index.snapshot import as_key
from lessons.adapters.whoosh_index.terms import Phrase

PLACE_BITS = 24  # of a key that joins document number and place
Keys = NDArray[np.int64]


def phrase_in(segment: Segment, phrase: Phrase) -> tuple[Ints, Floats]:
    """Documents in which the stems stand at these places from one another, and how often."""
    if len(phrase) == 1:
        alone = segment.posting(WORDS, as_key(phrase[0][0]))
        return alone.ids, alone.tf
    found = [segment.places(WORDS, as_key(stem)) for stem, _ in phrase]
    if not phrase or any(posting is NOTHING for posting, _ in found):
        return NOTHING.ids, NOTHING.tf
    common = _in_all(segment.count, [posting.ids for posting, _ in found])
    if not len(common):
        return NOTHING.ids, NOTHING.tf
    last = max(at for _, at in phrase)
    keys = [
        _keys(posting, places, common, last - at)
        for (posting, places), (_, at) in zip(found, phrase, strict=True)
    ]
    matched, *others = sorted(keys, key=len)
    for other in others:
        matched = matched[_member(matched, other)]
    ids, tf = np.unique(matched >> PLACE_BITS, return_counts=True)
    return ids.astype(np.int32), tf.astype(np.float32)


def _in_all(count: int, lists: Sequence[Ints]) -> Ints:
    """What is in every list, rising."""
    ids, *others = sorted(lists, key=len)
    for other in others:
        member = np.zeros(count, bool)
        member[other] = True
        ids = ids[member.take(ids)]
    return ids


def _keys(posting: Posting, places: NDArray[Any], wanted: Ints, shift: int) -> Keys:
    """Document number and place of each occurrence in wanted documents as one rising number.

    wanted: rising, each of them in the list. places: as they lie in the file; only those wanted are read.
    """
    rows = np.searchsorted(posting.ids, wanted)
    ends = np.cumsum(posting.tf, dtype=np.int64).take(rows)
    times = posting.tf.take(rows).astype(np.int64)
    total = np.cumsum(times)
    at = np.arange(int(total[-1])) + np.repeat(ends - total, times)
    docs = np.repeat(wanted.astype(np.int64), times)
    keys: Keys = (docs << PLACE_BITS) + places.take(at) + shift
    return keys


def _member(keys: Keys, among: Keys) -> NDArray[np.bool_]:
    at = np.searchsorted(among, keys)
    at[at == len(among)] = 0
    found: NDArray[np.bool_] = among[at] == keys
    return found
