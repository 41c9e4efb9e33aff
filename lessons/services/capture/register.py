"""The register of operations, as the debrief form picks from it."""

from collections.abc import Sequence

from lessons.domain import access
from lessons.domain.access import User
from lessons.domain.errors import SearchUnavailable
from lessons.domain.query import Hit, Query, Sort, plain_words
from lessons.domain.record import Kind, Record, tidy_id
from lessons.library import Library


def operations(library: Library, by: User, *, limit: int = 200) -> list[str]:
    """The names of the operations that this person may pick from, newest first.

    None while search is being rebuilt: the name is then typed.
    """
    try:
        return list(dict.fromkeys(hit.title for hit in _register(library, by, (), limit)))
    except SearchUnavailable:
        return []


def _register(library: Library, by: User, wanted: Sequence[str], limit: int) -> Sequence[Hit]:
    query = Query(
        tuple(wanted), keys=access.keyring(by), kinds=frozenset({Kind.OPERATION}), size=limit,
        sort=Sort.RELEVANCE if wanted else Sort.NEWEST, expand=False, facets=False,
    )  # fmt: skip
    return library.index.search(query, library.reference.synonyms()).hits


def find_operation(library: Library, by: User, name: str) -> Record | None:
    """The operation of the register with that name or reference, where this person may know of it.

    Its leads are read past the person's own view: they may read the debrief.
    """
    wanted = " ".join(name.casefold().split())
    if not wanted:
        return None
    by_reference = library.peek(by, tidy_id(name))
    if by_reference and by_reference.record.kind is Kind.OPERATION:
        return library.records.get(by_reference.record.id).record
    for id in _perhaps_named(library, by, name):
        stored = library.peek(by, id)
        if stored and " ".join(stored.record.title.casefold().split()) == wanted:
            return library.records.get(id).record
    return None


def _perhaps_named(library: Library, by: User, name: str) -> Sequence[str]:
    """Ids of operations that may have that name; while search is being rebuilt, of all there are."""
    try:
        return [hit.id for hit in _register(library, by, plain_words(name)[:20], 50)]
    except SearchUnavailable:
        return sorted(library.records.versions(Kind.OPERATION), reverse=True)
