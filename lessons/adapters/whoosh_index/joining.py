"""Records that come from other records, as actions come from lessons."""

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from lessons.adapters.whoosh_index.codec import Ints
from lessons.adapters.whoosh_index.readable import Mask, Part


class Links(NamedTuple):
    """Pairs of document numbers, side by side: what comes from something, and what it comes from.

    What was deleted or replaced is among both; so nothing may be told of them but under masks of what is readable.
    """

    coming: Ints
    source: Ints

    def coming_from(self, sources: Mask) -> Mask:
        """Which documents come from any of these. sources: only what the reader may read."""
        found = np.zeros(len(sources), bool)
        found[self.coming[sources[self.source]]] = True
        return found


def links(parts: Sequence[Part]) -> Links:
    """Every pair whose two sides are in the index."""
    coming, source = [np.empty(0, np.int32)], [np.empty(0, np.int32)]
    for here in parts:
        named, rows = here.segment.links()
        if not len(rows):
            continue
        for there in parts:
            ids, order = there.segment.ids(), there.segment.by_id()
            at = np.searchsorted(ids, named, sorter=order)
            held = order[np.minimum(at, len(order) - 1)]
            same = ids[held] == named
            coming.append(here.base + rows[same])
            source.append(there.base + held[same])
    return Links(np.concatenate(coming), np.concatenate(source))
