"""What a person may be about to type: filters, names and words that lead to something they may read."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from functools import lru_cache
from itertools import islice

from lessons.domain.access import User
from lessons.domain.language import ALIASES, KIND, SHORTEST_START, YEAR
from lessons.domain.query import MOST_CHARS, Count, plain_words
from lessons.domain.record import Kind
from lessons.domain.schema import FACETS, SHAPES
from lessons.domain.text import N_
from lessons.library import Library
from lessons.services.find.asking import FILTERS, all_of, as_filter, question
from lessons.services.find.meaning import understood

MOST = 8
MOST_TRIED = 12  # words of the lists that are looked for in the index
MOST_OPERATIONS = 3
LONGEST = 3  # words at the end of a line that may begin a name
# Filters of which the terms are offered without their name before them.
NAMED = ("theme", "threat", "vulnerability", "tactic", "partner")
OFFERED = (*FILTERS, KIND)
# What the filters that are no fields of a record are about.
OTHERS = {YEAR: N_("Year"), KIND: N_("Look for")}
_LAST = re.compile(
    r'(?:(?<!\S)(?P<field>[a-z_0-9]{1,20}):(?P<value>"[^"]*|[^\s"]*))$', re.IGNORECASE
)
_Words = tuple[str, ...]
_Counts = Mapping[str, tuple[Count, ...]]


@dataclass(frozen=True, slots=True)
class Completion:
    """text: the whole line after choosing. label: what to show. about: what it is, a message to translate."""

    text: str
    label: str
    about: str


def complete(
    library: Library, reader: User, text: str, language: str = "en"
) -> tuple[Completion, ...]:
    """At most MOST offers for what is being typed last, best first; nothing leads to an empty page.

    Raises SearchUnavailable.
    """
    text = text[:MOST_CHARS]
    if not text.strip() or text[-1].isspace() or (text.count('"') % 2 and not _LAST.search(text)):
        return ()
    offers = _Offers(library, reader, language)
    match = _LAST.search(text)
    found = offers.values(text[: match.start()], match) if match else offers.anything(text)
    unique = {offer.text: offer for offer in islice(found, MOST * 2)}
    return tuple(o for o in unique.values() if o.text.strip() != text.strip())[:MOST]


class _Offers:
    """For one person and one line of text."""

    def __init__(self, library: Library, reader: User, language: str) -> None:
        self._library = library
        self._reader = reader
        self._language = language
        self._lists = library.lists_for(reader)
        self._meaning = understood(library, reader)
        self._found: dict[str, _Counts] = {}

    def values(self, before: str, match: re.Match[str]) -> Iterator[Completion]:
        """Values of a filter, those of the most records first."""
        name = match["field"].casefold()
        param = ALIASES.get(name, name)
        typed = plain_words(match["value"])
        if param == KIND:
            yield from self._kinds(before, typed)
        elif param in OFFERED:
            yield from self._valued(before, param, typed)

    def _valued(self, before: str, param: str, typed: _Words) -> Iterator[Completion]:
        """Values of which a name has the words typed: those called so first, then by records."""
        counts = self._counts(before).get(param, ())
        found = [c.key for c in counts if c.count and self._begins(typed, param, c.key)]
        labels = {key: self._label(param, key) for key in found}
        first = sorted(found, key=lambda key: _place(typed, _plain(labels[key])))
        for key in first:
            yield Completion(before + as_filter(param, key), labels[key], _about(param))

    def anything(self, text: str) -> Iterator[Completion]:
        """Names of filters, terms, operations and words for the last words of a line."""
        yield from self._fields(text)
        yield from self._terms(text)
        yield from self._operations(text)
        yield from self._words(text)

    def _fields(self, text: str) -> Iterator[Completion]:
        before, last = _cut(text, 1)
        if len(last) != 1 or len(last[0]) < 2:
            return
        for param in OFFERED:
            if param.startswith(last[0]) and (param == KIND or self._counts().get(param)):
                yield Completion(f"{before}{param}:", f"{param}:", _about(param))

    def _terms(self, text: str) -> Iterator[Completion]:
        """Terms of which a name begins with the last words, the longest run of words first."""
        for size in range(LONGEST, 0, -1):
            before, last = _cut(text, size)
            if len(last) != size or len(last[-1]) < 2 or sum(map(len, last)) < SHORTEST_START:
                continue
            for param in NAMED:
                yield from self._valued(before, param, last)

    def _operations(self, text: str) -> Iterator[Completion]:
        """Operations that have a word which begins as the last one does, and the words before it."""
        last = plain_words(text)[-LONGEST:]
        if not last or len(last[-1]) < SHORTEST_START or not last[-1].isalpha():
            return
        query = all_of(
            self._reader, prefixes=last[-1:], kinds=frozenset({Kind.OPERATION}), size=20,
            facets=False, expand=False, suggest=False,
        )  # fmt: skip
        hits = self._library.search(self._reader, query, noted=False).hits
        named = (hit.title for hit in hits if _run(last[-1:], plain_words(hit.title)))
        for title in islice(named, MOST_OPERATIONS):
            yield Completion(title, title, SHAPES[Kind.OPERATION].label)

    def _words(self, text: str) -> Iterator[Completion]:
        """Words of the lists that begin as the last one does and stand in something."""
        before, last = _cut(text, 1)
        if len(last) != 1 or len(last[0]) < SHORTEST_START:
            return
        known = {
            word
            for name in (*self._lists.words, *self._synonyms())
            if last[0] in (folded := name.casefold())
            for word in plain_words(folded)
            if word.startswith(last[0]) and word != last[0]
        }
        for word in sorted(known)[:MOST_TRIED]:
            query = all_of(
                self._reader, words=(word,), size=0, facets=False, expand=False, suggest=False
            )
            if self._library.search(self._reader, query, noted=False).total:
                yield Completion(before + word, word, N_("Word"))

    def _synonyms(self) -> Iterator[str]:
        return (term for group in self._library.reference.synonyms().groups for term in group.terms)

    def _kinds(self, before: str, typed: _Words) -> Iterator[Completion]:
        for kind in Kind:
            plural = SHAPES[kind].plural
            if not _run(typed, (kind.value, *plain_words(plural))):
                continue
            query = all_of(self._reader, kinds=frozenset({kind}), size=0, facets=False)
            if self._library.search(self._reader, query, noted=False).total:
                yield Completion(f"{before}kind:{kind.value}", plural, _about(KIND))

    def _counts(self, before: str = "") -> _Counts:
        """How many records hold each value, of those that the line before it finds."""
        before = before.strip()
        if before not in self._found:
            query, _ = question(self._reader, {"q": [before]}, self._meaning)
            asked = replace(query, size=0, suggest=False)
            self._found[before] = self._library.search(self._reader, asked, noted=False).facets
        return self._found[before]

    def _label(self, param: str, key: str) -> str:
        field = FACETS.get(param)
        if not field or not field.vocabulary:
            return key
        return self._lists.label(field.vocabulary, key, self._language)

    def _begins(self, typed: _Words, param: str, key: str) -> bool:
        """Whether key, a label or a synonym has these words in a row, the last of them perhaps unfinished."""
        field = FACETS.get(param)
        names = [key]
        if field and field.vocabulary:
            listed = self._lists[field.vocabulary]
            if key not in listed.terms:
                return False  # a theme that may not be read is told by its key alone
            names += listed.names(key)
        return any(_run(typed, _plain(name)) for name in names)


@lru_cache(4_000)
def _plain(name: str) -> _Words:
    return plain_words(name.replace("_", " "))


def _about(param: str) -> str:
    return FACETS[param].label if param in FACETS else OTHERS[param]


def _cut(text: str, size: int) -> tuple[str, _Words]:
    """A line without its last words, and these words; no words where something else stands among them."""
    parts = text.split(" ")
    last = " ".join(parts[-size:])
    if not re.fullmatch(r"[\w'’ /&.-]+", last) or last.startswith("-"):
        return text, ()
    return text[: len(text) - len(last)], plain_words(last)


def _run(typed: _Words, words: _Words) -> bool:
    """Whether the words typed stand in a row among others, the last of them perhaps unfinished."""
    return _place(typed, words) <= len(words)


def _place(typed: _Words, words: _Words) -> int:
    """Where the words typed stand in a row among others; behind them all where they do not."""
    size = len(typed)
    if not size:
        return 0
    places = range(len(words) - size + 1)
    found = (
        i
        for i in places
        if words[i : i + size - 1] == typed[:-1] and words[i + size - 1].startswith(typed[-1])
    )
    return next(found, len(words) + 1)
