"""What a results page offers besides hits: the record that was meant, guidance, other words, ways out of nothing."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import timedelta
from functools import lru_cache

from lessons.domain.access import User
from lessons.domain.ageing import OWNER
from lessons.domain.query import Hit, Query, Results, Sort, plain_words
from lessons.domain.record import Kind, Record, kind_of, tidy_id
from lessons.domain.schema import FACETS
from lessons.domain.states import GOOD, State
from lessons.domain.vocabulary import Vocabularies
from lessons.domain.waiting import held_by
from lessons.library import Library
from lessons.ports import Page
from lessons.services.find.asking import (
    all_of,
    text_without,
    without_dates,
    without_minus,
    without_quotes,
)
from lessons.services.find.meaning import Meaning

PUSHED_DAYS = 14  # for which a warning stands on everybody's home page
MOST_WARNINGS = 200  # the newest, among which those are looked for
MOST_OFFERED = 3
SHORT = 8  # words; a longer text is a plan, in which single words name nothing
SHORTEST = 3  # letters of a word that may name a term
CODE_WORDS = frozenset({"operation", "op", "exercise"})  # before the name of an operation
LOOK_UNDER = ("threat", "vulnerability", "tactic", "theme", "partner", "four_p")
COMMON = frozenset({
    "a", "about", "an", "and", "are", "at", "by", "do", "does", "for", "from", "good", "how", "in",
    "is", "it", "kind", "make", "next", "of", "on", "or", "page", "service", "that", "the", "this",
    "to", "type", "use", "using", "what", "when", "where", "which", "who", "why", "with",
})  # fmt: skip
LONGEST_NAME = 80  # characters
_OTHER = re.compile(r'[":*~]|(?:^|\s)-')  # what makes a text more than a name
_LOOK_ALIKE = str.maketrans("ILO", "110")


@dataclass(frozen=True, slots=True)
class Way:
    """A way out of an empty results page, and how many results it gives.

    change: "filter" (leave out all `keys` of `param`), "filters" (all of them), "dates", "phrases",
    "excluded", "synonyms" or "kinds".
    text: the words to ask then.
    """

    change: str
    total: int
    text: str
    param: str = ""
    keys: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Offer:
    """A term of a list that says what was typed, and how many lessons stand under it."""

    param: str
    key: str
    total: int


def straight_to(library: Library, reader: User, text: str) -> Record | None:
    """The record whose reference was typed, however typed, or the one operation whose whole name was, where this
    person may read it. Raises SearchUnavailable.
    """
    id = _reference(text) or _one_operation(library, reader, text)
    if not id:
        return None
    stored = library.peek(reader, id)
    return stored.record if stored else None


def _one_operation(library: Library, reader: User, text: str) -> str:
    """The operation that is called just so, "" where there is none or more than one.

    Without the word "operation" before it, a single word is searched for, and so is a name that a list has too.
    """
    whole = _names(text) if len(text) <= LONGEST_NAME else ()
    words = tuple(w for w in whole if w not in CODE_WORDS)
    if not words or len(words) > SHORT or _OTHER.search(text):
        return ""
    bare = words == whole
    if bare and len(words) < 2:
        return ""
    hits = _operations(library, reader, words, size=20)
    found = [hit.id for hit in hits if _code_name(hit.title) == words]
    if len(found) != 1 or (bare and _is_term(library.lists_for(reader), words)):
        return ""
    return found[0]


def _code_name(title: str) -> tuple[str, ...]:
    return tuple(w for w in _names(title) if w not in CODE_WORDS)


def _is_term(lists: Vocabularies, words: tuple[str, ...]) -> bool:
    return any(_names(name) == words for name in lists.words)


def _reference(text: str) -> str:
    """The record reference that a text is, with look-alikes put right; "" where it is none."""
    if len(text) > 40:
        return ""
    typed = "".join(c for c in text.upper() if c.isalnum())
    if len(typed) == 10 and typed.isascii():
        letter, year, rest = typed[0].translate(str.maketrans("1I0", "LLO")), typed[1:5], typed[5:]
        typed = f"{letter}-{year.translate(_LOOK_ALIKE)}-{rest}"
    id = tidy_id(typed)
    return id if kind_of(id) not in (None, Kind.THEME) else ""


def _singular(word: str) -> str:
    return word[:-1] if len(word) > 2 and word.endswith("s") and not word.endswith("ss") else word


@lru_cache(2_000)
def _names(text: str) -> tuple[str, ...]:
    return tuple(_singular(w) for w in plain_words(text))


def operations_named(library: Library, reader: User, text: str) -> tuple[Hit, ...]:
    """Operations whose name stands in the text, or whose code name begins with it."""
    words = tuple(w for w in _names(text) if w not in CODE_WORDS)
    if not 1 <= len(words) <= SHORT:
        return ()
    hits = _operations(library, reader, words, size=5)
    return tuple(hit for hit in hits if _is_named(hit.title, words))[:MOST_OFFERED]


def _operations(
    library: Library, reader: User, words: tuple[str, ...], *, size: int
) -> tuple[Hit, ...]:
    query = all_of(
        reader,
        words=words,
        kinds=frozenset({Kind.OPERATION}),
        size=size,
        facets=False,
        expand=False,
        suggest=False,
    )
    return library.search(reader, query, noted=False).hits


def _is_named(title: str, words: tuple[str, ...]) -> bool:
    whole = _names(title)
    name = tuple(w for w in whole if w not in CODE_WORDS)
    starts = range(len(words) - len(name) + 1)
    if name and any(words[i : i + len(name)] == name for i in starts):
        return True
    return name != whole and name[: len(words)] == words


def guidance_for(library: Library, text: str) -> tuple[Page, ...]:
    """Guidance pages whose titles share a telling word with a short text, the most shared first; before them those
    that reviewers let words of the text lead to.
    """
    words = telling_names(text)
    shared = [(_led_to(page, words), page) for page in library.reference.guidance_pages()]
    found = sorted((pair for pair in shared if pair[0]), key=lambda pair: -pair[0])
    return tuple(page for _, page in found[:MOST_OFFERED])


def telling_names(text: str) -> frozenset[str]:
    """The words of a short text that may name something; none of a text that is long."""
    words = frozenset(_names(text)) - COMMON
    return words if len(words) <= SHORT else frozenset()


def _led_to(page: Page, words: frozenset[str]) -> int:
    also = [telling_names(each) for each in page.also]
    return len(words & frozenset(_names(page.title))) + SHORT * any(a and a <= words for a in also)


def look_under(library: Library, reader: User, text: str) -> tuple[Offer, ...]:
    """Terms of the lists that hold a word of a short text and have lessons under them, the most first."""
    words = frozenset(w for w in _names(text) if len(w) >= SHORTEST) - COMMON
    if not 1 <= len(words) <= SHORT:
        return ()
    counts = library.search(reader, all_of(reader, size=0), noted=False).facets
    lists = library.lists_for(reader)
    found = [
        Offer(param, count.key, count.count)
        for param in LOOK_UNDER
        for count in counts.get(param, ())
        if not words.isdisjoint(_all_names(lists[FACETS[param].vocabulary].names(count.key)))
    ]
    return tuple(sorted(found, key=lambda o: -o.total)[:MOST_OFFERED])


def _all_names(texts: Iterable[str]) -> frozenset[str]:
    return frozenset(word for text in texts for word in _names(text)) - COMMON


def ways_out(
    library: Library, reader: User, query: Query, text: str, meaning: Meaning
) -> tuple[Way, ...]:
    """Changes to a query that found nothing, each of which finds something."""
    found = []
    for way, changed in _changes(query, text, meaning):
        asked = replace(changed, page=1, size=0, facets=False, suggest=False)
        total = library.search(reader, asked, noted=False).total
        if total:
            found.append(replace(way, total=total))
    return tuple(found)


def _changes(query: Query, text: str, meaning: Meaning) -> Iterator[tuple[Way, Query]]:
    for param, keys in list(query.chosen.items())[:5]:
        rest = {p: k for p, k in query.chosen.items() if p != param}
        plain = text_without(text, param, keys, meaning)
        yield Way("filter", 0, plain, param, tuple(sorted(keys))), replace(query, chosen=rest)
    undated = without_dates(text, meaning)
    if len(query.chosen) + bool(query.since or query.until) > 1:
        plain = undated
        for param, keys in query.chosen.items():
            plain = text_without(plain, param, keys, meaning)
        yield Way("filters", 0, plain), replace(query, chosen={}, since=None, until=None)
    if query.since or query.until:
        yield Way("dates", 0, undated), replace(query, since=None, until=None)
    if query.phrases:
        words = (*query.words, *(w for p in query.phrases for w in p))
        yield Way("phrases", 0, without_quotes(text)), replace(query, words=words, phrases=())
    if query.excluded:
        yield Way("excluded", 0, without_minus(text)), replace(query, excluded=())
    if not query.expand:
        yield Way("synonyms", 0, text), replace(query, expand=True)
    if len(query.kinds) < len(Kind):
        plain = text_without(text, "kind", query.kinds, meaning)
        yield Way("kinds", 0, plain), replace(query, kinds=frozenset(Kind))


def newest(library: Library, reader: User, *, size: int = 5) -> Results:
    """The newest lessons that hold good, for the home page: what a person sent in stands elsewhere on it."""
    query = all_of(reader, chosen={"state": GOOD}, sort=Sort.NEWEST, size=size, facets=False)
    return library.search(reader, query, noted=False)


def pushed_out(library: Library, reader: User) -> tuple[Hit, ...]:
    """Warnings that a reviewer pushed out in the last PUSHED_DAYS, the latest first, for the home page."""
    since = (library.today - timedelta(days=PUSHED_DAYS)).isoformat()
    chosen = {"state": GOOD, "learning": frozenset({"warning"})}
    query = all_of(reader, chosen=chosen, sort=Sort.NEWEST, size=MOST_WARNINGS, facets=False)
    hits = library.search(reader, query, noted=False).hits
    pushed = [hit for hit in hits if str(hit.facts.get("pushed", "")) >= since]
    return tuple(sorted(pushed, key=lambda hit: str(hit.facts["pushed"]), reverse=True))


def in_state(library: Library, reader: User, state: str) -> int:
    """How many lessons in a state this person may read."""
    query = all_of(reader, chosen={"state": frozenset({state})}, size=0, facets=False)
    return library.search(reader, query, noted=False).total


def owned(
    library: Library, reader: User, states: frozenset[State], owner: str, *, size: int = 0
) -> Results:
    """Lessons in these states, all of them in use, that somebody owns; of nobody where `owner` is ""."""
    chosen = {"state": frozenset(map(str, states)), OWNER: frozenset({held_by(owner)})}
    query = all_of(reader, chosen=chosen, sort=Sort.OLDEST, size=size, facets=False)
    return library.search(reader, query, noted=False)
