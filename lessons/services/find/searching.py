"""A search as a page, a program and another room ask for it."""

from dataclasses import dataclass, field, replace
from typing import Any

from lessons.domain import access
from lessons.domain.access import User
from lessons.domain.language import opening
from lessons.domain.query import (
    DEEPEST,
    MOST_CHARS,
    MOST_WORDS,
    WORD,
    Copy,
    Hit,
    Query,
    Results,
    ask,
)
from lessons.domain.record import Kind, Stored
from lessons.domain.schema import FACETS
from lessons.library import Library
from lessons.ports import Event, Page
from lessons.services.find import offers
from lessons.services.find.asking import (
    Params,
    one,
    question,
    was_cut,
    with_what_narrows,
    words_only,
)
from lessons.services.find.links import open_facts, without_hidden_links
from lessons.services.find.meaning import PLAIN, Meaning, understood
from lessons.services.find.offers import Offer, Way

FEW = 3  # results, below which other words are offered
# Facets as the results page shows them, best first.
SHOWN = (
    "learning", "four_p", "threat", "vulnerability", "tactic", "theme", "partner", "unit", "year",
    "state", "marking", "verdict",
)  # fmt: skip
FINDABLE = (Kind.LESSON, Kind.BRIEFING, Kind.DEBRIEF, Kind.EVALUATION, Kind.OPERATION,
            Kind.ACTION, Kind.FINDING, Kind.THEME)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Answer:
    """A results page. text: what was typed, without the filters in it. wrong: parameters that were left out.
    cut: more was typed than is read. markings: of every record that it names. meaning: of what was typed.
    """

    text: str
    query: Query
    results: Results
    wrong: tuple[str, ...] = ()
    cut: bool = False
    ways: tuple[Way, ...] = ()
    terms: tuple[Offer, ...] = ()
    operations: tuple[Hit, ...] = ()
    guidance: tuple[Page, ...] = ()
    markings: frozenset[str] = frozenset()
    meaning: Meaning = field(default=PLAIN, compare=False)

    @property
    def reachable(self) -> int:
        """How many of the results can be paged to."""
        return min(self.results.total, DEEPEST)

    @property
    def pages(self) -> int:
        """Near-copies that are folded under a hit take no place of their own."""
        folded = max(0, self.results.total - self.results.lines)
        return max(1, -(-(self.reachable - folded) // self.query.size))

    @property
    def beyond(self) -> bool:
        """Whether a page was asked for that comes after the last one."""
        return self.results.total > 0 and self.query.page > self.pages

    @property
    def turned(self) -> bool:
        """Whether the first day comes after the last one."""
        since, until = self.query.since, self.query.until
        return since is not None and until is not None and since > until


def search(library: Library, reader: User, params: Params, *, help: bool = True) -> Answer:
    """help: whether to look for ways out and offers as well, as a page does. Raises SearchUnavailable."""
    meaning = understood(library, reader)
    query, wrong = question(reader, params, meaning)
    query = replace(query, fold=help)
    results = library.search(reader, query)
    typed = one(params, "q")[:MOST_CHARS]
    text = words_only(typed, meaning)
    if results.suggestion:
        better = with_what_narrows(results.suggestion, typed, meaning)
        results = replace(results, suggestion=better)
    if not help:
        return Answer(text, query, results, wrong, was_cut(params), meaning=meaning)
    first = query.page == 1 and not query.empty
    hits, markings = _with_open_copies(library, reader, results.hits)
    operations = offers.operations_named(library, reader, text) if first else ()
    results = replace(results, hits=hits)
    return Answer(
        text,
        query,
        results,
        wrong,
        was_cut(params),
        ways=offers.ways_out(library, reader, query, typed, meaning) if not results.total else (),
        terms=offers.look_under(library, reader, text) if first and results.total < FEW else (),
        operations=operations,
        guidance=offers.guidance_for(library, text) if first else (),
        markings=frozenset({*markings, *(_marking(hit) for hit in (*hits, *operations))}),
        meaning=meaning,
    )


def _marking(hit: Hit) -> str:
    return str(hit.facts.get("marking", ""))


def _with_open_copies(
    library: Library, reader: User, hits: tuple[Hit, ...]
) -> tuple[tuple[Hit, ...], set[str]]:
    """The hits with those near-copies alone that may be opened at this moment; and the markings of these."""
    shown, markings = [], set()
    for hit in hits:
        if hit.copies:
            found = [stored.record for c in hit.copies if (stored := library.peek(reader, c.id))]
            markings |= {record.line("marking") for record in found}
            hit = replace(hit, copies=tuple(Copy(record.id, record.title) for record in found))
        shown.append(hit)
    return tuple(shown), markings


def every_hit(library: Library, reader: User, params: Params) -> tuple[Query, list[Stored]]:
    """Every record that a search finds and that can be paged to, in its order, to be taken away.

    Without a trace of records that the reader may not read. The audit log names each. Raises SearchUnavailable.
    """
    query, _ = question(reader, params, understood(library, reader))
    whole = replace(query, page=1, size=DEEPEST, facets=False, suggest=False)
    hits = library.search(reader, whole).hits
    found = [stored for hit in hits if (stored := library.peek(reader, hit.id))]
    now, why = library.clock(), "export of a search"
    library.audit.note(
        *(
            Event(now, reader.name, "consultation", record=s.record.id, revision=s.revision.number, note=why)
            for s in found
        )
    )  # fmt: skip
    return query, [
        replace(s, record=without_hidden_links(library, reader, s.record)) for s in found
    ]


def by_words(library: Library, reader: User, text: str, limit: int) -> Results:
    """Lessons for a line of text in the query language."""
    resolve = understood(library, reader).keys
    query = ask(text, keys=access.keyring(reader), resolve=resolve, size=limit)
    return library.search(reader, query)


def like_text(library: Library, reader: User, text: str, limit: int) -> Results:
    """Lessons for a stretch of plain text, in which nothing is an operator; no facets. Words that only open a
    question are left out.
    """
    words = tuple(m.group() for m in WORD.finditer(text[:MOST_CHARS]))[:MOST_WORDS]
    words = words[opening(words) :] or words
    return library.search(
        reader, Query(words, keys=access.keyring(reader), size=limit, facets=False)
    )


def as_json(
    library: Library, reader: User, results: Results, language: str = "en"
) -> dict[str, Any]:
    """A results page for programs, the same from API and command line."""
    lists = library.lists_for(reader)

    def label(param: str, key: str) -> str:
        field = FACETS.get(param)
        return lists.label(field.vocabulary, key, language) if field and field.vocabulary else key

    return {
        "total": results.total,
        "hits": [
            {"id": h.id, "kind": h.kind.value, "title": h.title, "score": round(h.score, 4),
             "extract": "".join(p.text for p in h.extract), **open_facts(library, reader, h)}
            for h in results.hits
        ],
        "facets": {
            param: [{"key": c.key, "label": label(param, c.key), "count": c.count} for c in counts]
            for param, counts in results.facets.items()
        },
        "expanded": [{"typed": e.typed, "added": list(e.added)} for e in results.expanded],
        "suggestion": results.suggestion,
    }  # fmt: skip
