"""What a person asks of search, and what they get. Parsing is bounded: any text is a query.

Words are OR-ed; "quotes" make a phrase; -word excludes; field:value filters where the field is declared;
anything else a person can type is just words.
"""

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import KW_ONLY, dataclass, field, replace
from datetime import date
from enum import StrEnum

from lessons.domain.record import Kind, Record
from lessons.domain.schema import FACETS

MOST_CHARS = 2_000  # of a query; a few sentences of a plan, no more
MOST_WORDS = 120
MOST_PHRASES = 8
PAGE_SIZE = 10
DEEPEST = 1_000  # last result that can be paged to

# BM25F weights and parameters; see Robertson & Zaragoza, "The Probabilistic Relevance Framework" (2009).
TITLE_WEIGHT = 0.3
EXACT_WEIGHT = 0.2
K1 = 1.2
B = 0.75
SYNONYM_WEIGHT = 0.7
BROAD_WEIGHT = 0.3

_TOKEN = re.compile(
    r"""(?P<minus>-)?(?:(?P<field>[a-z_0-9]{1,20}):(?P<value>"[^"]{0,100}"|[^\s"]{1,100})|"(?P<phrase>[^"]{0,300})"|(?P<word>[^\s"]+))""",
    re.IGNORECASE,
)
# A run of letters and digits, with what joins the pieces of S&OC, M/ETHANE, O-S, U.K. and officer's.
# Bounded, so that a page of gibberish is many words and not one.
WORD = re.compile(r"[^\W_]{1,40}(?:[&/.'’‐‑–-][^\W_]{1,40}){0,5}")
_JOIN = re.compile(r"[&/.‐‑–-]")
LONGEST_JOINED = 40  # characters of several pieces that may count as one word
PREFIX = 2  # longest piece before a hyphen that belongs to its word: co-ordinate, re-entry, on-call
DATES = ("occurred", "ended", "done", "published", "issued", "started", "sent")


def day_of(record: Record) -> date | None:
    """The date that a record is about: the first of DATES that it has."""
    return next((day for name in DATES if (day := record.day(name))), None)


def folded(word: str) -> str:
    """Without case, accents and possessive: the form in which words are compared."""
    if not word.isascii():
        marks = unicodedata.normalize("NFKD", word.replace("’", "'"))
        word = "".join(c for c in marks if not unicodedata.combining(c))
    word = word.casefold().removesuffix("'s")
    return word.replace("'", "")


@dataclass(frozen=True, slots=True)
class Token:
    """What one match of WORD stands for: words that follow one another, and pieces found as well."""

    words: tuple[str, ...]
    pieces: tuple[str, ...] = ()


def token(raw: str) -> Token:
    """multi-agency is two words; S&OC, O-S, U.K. and co-ordinate are one word each, with pieces."""
    parts = [p for p in map(folded, _JOIN.split(raw)) if p]
    if len(parts) > 1 and _is_one_word(raw, parts):
        pieces = tuple(p for p in parts if len(p) > 1 or p.isdigit())
        return Token(("".join(parts),), pieces)
    return Token(tuple(parts))


def _is_one_word(raw: str, parts: list[str]) -> bool:
    if len(raw) > LONGEST_JOINED:
        return False
    if "." in raw:
        return all(len(p) == 1 and p.isalpha() for p in parts)
    if "&" in raw or "/" in raw:
        return any(len(p) == 1 for p in parts)
    return len(parts[0]) <= PREFIX or any(len(p) == 1 for p in parts)


def plain_words(text: str) -> tuple[str, ...]:
    """The words of a text as they are compared: folded, split as `token` does."""
    return tuple(w for m in WORD.finditer(text) for w in token(m.group()).words)


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
    prefixes: beginnings of words. fuzzies: words of which any near spelling will do.
    like: plain text to find the like of, in which nothing is an operator; only its telling words are asked for.
    excluded: words and phrases that must not occur. without: ids left out, as if they were not there.
    chosen: values by facet parameter; OR within, AND between.
    keys: the reader's keyring (`access.keyring`); it is part of the question, so nothing else can answer.
    since, until: on the date a record is about (`day_of`), both included. page: from 1.
    suggest: whether another spelling is looked for where little is found.
    fold: whether near-copies of a hit are told under it instead of after it; total and facets count them all the same.
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
    """A near-copy of a hit, told under it."""

    id: str
    title: str


@dataclass(frozen=True, slots=True)
class Hit:
    """One result: what the results page needs, read from the index alone.

    facts: the record's fields as plain words (see `schema.to_words`), only those that everybody
    who may read the record may see. applied, again: in how many briefings that the reader may read it was
    applied, and in how many it happened again. raised: names of the boosts that raised it (see `BOOSTS`).
    """

    id: str
    kind: Kind
    title: str
    score: float
    extract: tuple[Piece, ...]
    facts: Mapping[str, object]
    applied: int = 0
    again: int = 0
    raised: tuple[str, ...] = ()
    copies: tuple[Copy, ...] = ()


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
    """The answer to a query: total is exact; hits are the page asked for, best first."""

    total: int
    hits: tuple[Hit, ...]
    facets: Mapping[str, tuple[Count, ...]]
    expanded: tuple[Expansion, ...] = ()
    suggestion: str = ""


@dataclass(frozen=True, slots=True)
class Parsed:
    """What a person's line of text says, before filters from the page are added."""

    words: tuple[str, ...]
    phrases: tuple[tuple[str, ...], ...]
    excluded: tuple[tuple[str, ...], ...]
    chosen: Mapping[str, frozenset[str]]


def parse(text: str) -> Parsed:
    """Read a query as typed. Never raises; over-long text is cut at MOST_CHARS and MOST_WORDS."""
    words: list[str] = []
    phrases: list[tuple[str, ...]] = []
    excluded: list[tuple[str, ...]] = []
    chosen: dict[str, set[str]] = {}
    for part in _TOKEN.finditer(text[:MOST_CHARS]):
        name = (part["field"] or "").lower()
        if name in FACETS or name == "year":
            chosen.setdefault(name, set()).add(part["value"].strip('"'))
            continue
        found = tuple(m.group() for m in WORD.finditer(part["phrase"] or part.group().lstrip("-")))
        if not found:
            continue
        if part["minus"]:
            excluded.append(found)
        elif part["phrase"] and len(found) > 1:
            phrases.append(found)
        else:
            words.extend(found)
    return Parsed(
        tuple(words[:MOST_WORDS]),
        tuple(phrases[:MOST_PHRASES]),
        tuple(excluded[:MOST_PHRASES]),
        {k: frozenset(v) for k, v in chosen.items()},
    )


def ask(text: str, *, keys: frozenset[str], **rest: object) -> Query:
    """A query from a line of text; `rest` as in Query. Filters typed in the text join those in `chosen`."""
    parsed = parse(text)
    query = Query(
        parsed.words,
        keys=keys,
        phrases=parsed.phrases,
        excluded=parsed.excluded,
        **rest,  # type: ignore[arg-type]
    )
    merged = {k: query.chosen.get(k, frozenset()) | parsed.chosen.get(k, frozenset())
              for k in {*query.chosen, *parsed.chosen}}  # fmt: skip
    return replace(query, chosen=merged)
