"""From document numbers to what a results page shows of them."""

from collections.abc import Sequence
from typing import Any

import numpy as np

from lessons.adapters.whoosh_index.changes import plain
from lessons.adapters.whoosh_index.extracts import extract
from lessons.adapters.whoosh_index.order import Line
from lessons.adapters.whoosh_index.ranking import Ranker
from lessons.adapters.whoosh_index.schema import ID, VERSION
from lessons.adapters.whoosh_index.snapshot import Snapshot
from lessons.adapters.whoosh_index.terms import Terms
from lessons.domain.query import Copy, Hit, Query
from lessons.domain.record import Kind, kind_of


def hits(
    snapshot: Snapshot,
    query: Query,
    lines: Sequence[Line],
    terms: Terms,
    ranker: Ranker,
    today: int,
) -> tuple[Hit, ...]:
    """today: as an ordinal, for who may read which briefing."""
    if not lines:
        return ()
    numbers = np.array([line.number for line in lines], np.int32)
    raised = [()] * len(lines) if query.empty else ranker.reasons(numbers)
    stems, together = terms.stems, terms.together
    found = []
    for line, reasons in zip(lines, raised, strict=True):
        id, version, shown = _shown(snapshot, line.number)
        [uses] = snapshot.uses(query.keys, today, id)
        found.append(
            Hit(
                id,
                kind_of(id) or Kind.LESSON,
                shown["title"],
                line.score,
                extract(shown["text"], stems, together) if query.extracts else (),
                shown["facts"],
                uses=uses,
                raised=reasons,
                copies=tuple(_copy(snapshot, number) for number in line.copies),
                match=line.match,
                version=version,
            )
        )
    return tuple(found)


def _copy(snapshot: Snapshot, number: int) -> Copy:
    id, version, shown = _shown(snapshot, number)
    return Copy(id, shown["title"], version)


def _shown(snapshot: Snapshot, number: int) -> tuple[str, str, dict[str, Any]]:
    """Id, version, and what a results page shows."""
    part = snapshot.part_of(number)
    row = number - part.base
    id, version = (part.segment.texts(name)[row].decode() for name in (ID, VERSION))
    return id, plain(version), part.segment.shown(row)
