"""What a person asks of search, and what they get. How a line of text is read: see `language`."""

from collections.abc import Mapping
from dataclasses import KW_ONLY, dataclass, field, replace
from datetime import date
from enum import StrEnum

from lessons.domain.language import (
    MOST_CHARS,
    MOST_PHRASES,
    MOST_WORDS,
    Parsed,
    Resolve,
    as_typed,
    parse,
)
from lessons.domain.record import Kind, Record
from lessons.domain.words import WORD, Token, folded, plain_words, token

__all__ = [
    "BROAD_WEIGHT", "DEEPEST", "EXACT_WEIGHT", "K1", "MOST_CHARS", "MOST_PHRASES", "MOST_WORDS", "PAGE_SIZE",
    "SYNONYM_WEIGHT", "TITLE_WEIGHT", "WORD", "B", "Copy", "Count", "Expansion", "Hit", "Parsed", "Piece", "Query",
    "Results", "Sort", "Token", "ask", "asked", "day_of", "folded", "parse", "plain_words", "token",
]  # fmt: skip

PAGE_SIZE = 10
DEEPEST = 1_000  # last result that can be paged to

# BM25F weights and parameters; see Robertson & Zaragoza, "The Probabilistic Relevance Framework" (2009).
TITLE_WEIGHT = 0.3
EXACT_WEIGHT = 0.2
K1 = 1.6
B = 0.7
SYNONYM_WEIGHT = 0.7
BROAD_WEIGHT = 0.3

DATES = ("occurred", "ended", "done", "published", "issued", "started", "sent")


def day_of(record: Record) -> date | None:
    """The date that a record is about: the first of DATES that it has."""
    return next((day for name in DATES if (day := record.day(name))), None)


class Sort(StrEnum):
    """In which order hits come."""

    RELEVANCE = "relevance"
    NEWEST = "newest"
    OLDEST = "oldest"
    APPLIED = "applied"


@dataclass(frozen=True, slots=True)
class Query:
    """One question to the index.

    words: as typed, in order, repeats kept. phrases: tuples of words that must stand together.
    prefixes: beginnings of words. fuzzies: words of which any near spelling will do; word~2 says by how many letters.
    like: plain text to find the like of, in which nothing is an operator; only its telling words are asked for.
    excluded: words and phrases that must not occur. without: ids left out, as if they were not there. within: ids that
    alone are looked at, None for all.
    chosen: values by facet parameter; OR within, AND between.
    keys: the reader's keyring (`access.keyring`); it is part of the question, so nothing else can answer.
    since, until: on the date a record is about (`day_of`), both included. page: from 1.
    suggest: whether a better spelling is offered for words that stand in nothing the reader may read.
    fold: whether near-copies of a hit are told under it instead of after it; total and facets count them all the same.
    desk: whether what reviewers ask of lessons that wait is counted too (see `waiting.DESK`).
    extracts: whether each hit has one; making them is most of the work where many hits are asked for.
    """

    words: tuple[str, ...] = ()
    _: KW_ONLY
    keys: frozenset[str]
    phrases: tuple[tuple[str, ...], ...] = ()
    prefixes: tuple[str, ...] = ()
    fuzzies: tuple[str, ...] = ()
    like: str = ""
    excluded: tuple[tuple[str, ...], ...] = ()
    without: frozenset[str] = frozenset()
    within: frozenset[str] | None = None
    chosen: Mapping[str, frozenset[str]] = field(default_factory=dict)
    kinds: frozenset[Kind] = frozenset({Kind.LESSON})
    since: date | None = None
    until: date | None = None
    sort: Sort = Sort.RELEVANCE
    page: int = 1
    size: int = PAGE_SIZE
    expand: bool = True
    facets: bool = True
    suggest: bool = True
    fold: bool = False
    desk: bool = False
    extracts: bool = True

    @property
    def empty(self) -> bool:
        return not (self.words or self.phrases or self.prefixes or self.fuzzies or self.like)


@dataclass(frozen=True, slots=True)
class Piece:
    """A stretch of an extract; `marked` where it is why the record was found."""

    text: str
    marked: bool = False


@dataclass(frozen=True, slots=True)
class Copy:
    """A near-copy of a hit, told under it. version: as in `Hit`."""

    id: str
    title: str
    version: str = field(default="", compare=False)


@dataclass(frozen=True, slots=True)
class Uses:
    """In how many briefings that a reader may read a lesson stands, and in how many of them it was applied, worked, was
    done and did not help, and happened again. Each briefing counts once in each.
    """

    briefed: int = 0
    applied: int = 0
    worked: int = 0
    not_helped: int = 0
    again: int = 0


@dataclass(frozen=True, slots=True)
class Hit:
    """One result: what the results page needs, read from the index alone.

    facts: the record's fields as plain words (see `schema.to_words`), only those that everybody
    who may read the record may see. uses: what briefings say of it. raised: names of what raised it (see
    `ranking.Part`). match: by its words alone, as a share of what a record would reach that holds every word asked
    for, again and again. version: `Stored.version` of the text that was found.
    """

    id: str
    kind: Kind
    title: str
    score: float
    extract: tuple[Piece, ...]
    facts: Mapping[str, object]
    uses: Uses = Uses()
    raised: tuple[str, ...] = ()
    copies: tuple[Copy, ...] = ()
    match: float = 0.0
    version: str = field(default="", compare=False)


@dataclass(frozen=True, slots=True)
class Count:
    """How many results hold this value, under all filters but those of its own field."""

    key: str
    count: int
    chosen: bool = False


@dataclass(frozen=True, slots=True)
class Expansion:
    """A word or phrase of the query, and what else was searched for because of it.

    spelling: whether the word is unknown and those added are spelt nearly like it; else they mean the same.
    """

    typed: str
    added: tuple[str, ...]
    spelling: bool = False


@dataclass(frozen=True, slots=True)
class Results:
    """The answer to a query: total is exact; hits are the page asked for, best first.

    lines: how many hits there are on all pages; less than total where near-copies are folded.
    """

    total: int
    hits: tuple[Hit, ...]
    facets: Mapping[str, tuple[Count, ...]]
    expanded: tuple[Expansion, ...] = ()
    suggestion: str = ""
    lines: int = 0


def ask(
    text: str,
    *,
    keys: frozenset[str],
    today: date | None = None,
    resolve: Resolve = as_typed,
    **rest: object,
) -> Query:
    """A query from a line of text; `rest` as in Query, `today` and `resolve` as in `parse`."""
    return asked(parse(text, today, resolve), keys=keys, **rest)


def asked(parsed: Parsed, *, keys: frozenset[str], **rest: object) -> Query:
    """A query from what a line of text says; `rest` as in Query. Filters and dates typed narrow those given."""
    query = Query(
        parsed.words,
        keys=keys,
        phrases=parsed.phrases,
        prefixes=parsed.prefixes,
        fuzzies=parsed.fuzzies,
        excluded=parsed.excluded,
        **rest,  # type: ignore[arg-type]
    )
    typed = parsed.chosen
    merged = {k: query.chosen.get(k, frozenset()) | typed.get(k, frozenset())
              for k in {*query.chosen, *typed}}  # fmt: skip
    return replace(
        query,
        chosen=merged,
        kinds=parsed.kinds or query.kinds,
        since=max((d for d in (query.since, parsed.since) if d), default=None),
        until=min((d for d in (query.until, parsed.until) if d), default=None),
    )
