"""Which segments to merge: few enough to search quickly, without copying large ones often."""

from collections.abc import Sequence
from typing import Any

from lessons.adapters.whoosh_index.snapshot import Part

MOST_SEGMENTS = 8  # more than this, and upkeep merges
TOO_MANY = 16  # more than this, and a save merges a few small ones itself
FEW = 6  # segments that one save may merge
SMALL = 300  # documents that one save may copy
LARGEST = 30_000  # documents above which a segment is left alone
MOSTLY = 0.3  # share of deleted documents from which a segment is worth copying
RATIO = 2  # a segment joins a merge while it is at most so many times what is smaller


def worth_merging(parts: Sequence[Part]) -> list[Part]:
    """What one step of upkeep should merge, smallest first; [] where all is well."""
    living = {p.segment.name: int(p.live.sum()) for p in parts}
    ranked = sorted(parts, key=lambda p: living[p.segment.name])
    if len(parts) > MOST_SEGMENTS:
        chosen = ranked[: len(parts) - MOST_SEGMENTS + 1]
        total = sum(living[p.segment.name] for p in chosen)
        for part in ranked[len(chosen) :]:
            if living[part.segment.name] > RATIO * total or total > LARGEST:
                break
            chosen.append(part)
            total += living[part.segment.name]
        return chosen
    return [p for p in ranked if living[p.segment.name] < (1 - MOSTLY) * p.segment.count][:1]


def absorbed_by_a_save(segments: Sequence[Any]) -> list[Any]:
    """Segments of the table of contents that a save should merge at once; [] nearly always."""
    if len(segments) <= TOO_MANY:
        return []
    chosen: list[Any] = []
    total = 0
    for segment in sorted(segments, key=lambda s: s.doc_count_all())[:FEW]:
        total += segment.doc_count_all()
        if total > SMALL:
            break
        chosen.append(segment)
    return chosen if len(chosen) > 1 else []
