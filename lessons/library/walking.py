"""Every record that a query finds, beyond what can be paged to."""

from collections.abc import Iterator
from dataclasses import replace

from lessons.domain.access import User
from lessons.domain.query import Hit, Query
from lessons.library.door import Library


def every(library: Library, reader: User, query: Query) -> Iterator[Hit]:
    """However many there are, `query.size` at a time (at most DEEPEST), in its order. Nothing is counted, offered or
    folded, and the audit log is told nothing. Raises SearchUnavailable.
    """
    asked = replace(query, page=1, facets=False, suggest=False, fold=False)
    while True:
        results = library.search(reader, asked, noted=False)
        yield from results.hits
        if not results.hits or results.total <= len(results.hits):
            return
        asked = replace(asked, without=asked.without | {hit.id for hit in results.hits})
