"""What filters typed in words stand for: keys, labels in any language and synonyms of the lists a person sees."""

from collections.abc import Mapping
from datetime import date
from functools import cached_property, lru_cache

from lessons.domain import access
from lessons.domain.access import User
from lessons.domain.errors import SearchUnavailable
from lessons.domain.language import KIND, MOST_FILTERS, YEAR, Parsed, as_typed, parse
from lessons.domain.query import Count, Query, plain_words
from lessons.domain.record import Kind
from lessons.domain.schema import FACETS, SHAPES
from lessons.domain.vocabulary import Vocabularies
from lessons.library import Library


class Meaning:
    """How dates and filters are understood where nobody asks the lists: keys only, and dates as words."""

    today: date | None = None

    def keys(self, param: str, value: str) -> frozenset[str]:
        """The keys that a value stands for; none where it is unknown."""
        return as_typed(param, value)

    def became(self, param: str, key: str) -> frozenset[str]:
        """The keys under which to look for what was chosen by one that may have been merged or split since."""
        return frozenset({key})

    def read(self, text: str) -> Parsed:
        """What a line of text says."""
        return parse(text, self.today, self.keys)


class Understood(Meaning):
    """For one person on one day. A value in which nothing stands that they may read is told from no value by
    its list alone, so nothing about other people's records shows.
    """

    def __init__(self, library: Library, reader: User) -> None:
        self._library = library
        self._reader = reader
        self.today = library.today
        self._said: dict[str, Parsed] = {}

    def read(self, text: str) -> Parsed:
        """Once for each text: a page asks anew for every filter that can be taken away."""
        if text not in self._said:
            self._said[text] = super().read(text)
        return self._said[text]

    def keys(self, param: str, value: str) -> frozenset[str]:
        if param == KIND:
            return _kinds(value)
        if param == YEAR:
            return as_typed(param, value)
        vocabulary = FACETS[param].vocabulary
        if vocabulary:
            found = self._lists[vocabulary]
            term = found.find(value) or found.find(value.replace("_", " "))
            if term:
                return found.became(term.key)
        return self._held(param, value)

    def became(self, param: str, key: str) -> frozenset[str]:
        field = FACETS.get(param)
        if field is None or not field.vocabulary:
            return super().became(param, key)
        return self._lists[field.vocabulary].became(key)

    def _held(self, param: str, value: str) -> frozenset[str]:
        """Values of records that may be read: this one, else those of which every word begins so."""
        keys = [count.key for count in self._counts.get(param, ())]
        same = frozenset(key for key in keys if key.casefold() == value.casefold())
        if same or FACETS[param].vocabulary:
            return same
        words = plain_words(value)
        near = [key for key in keys if words and _begin(words, _plain(key))]
        return frozenset(near[:MOST_FILTERS])

    @cached_property
    def _lists(self) -> Vocabularies:
        return self._library.lists_for(self._reader)

    @cached_property
    def _counts(self) -> Mapping[str, tuple[Count, ...]]:
        query = Query(keys=access.keyring(self._reader), kinds=frozenset(Kind), size=0)
        try:
            return self._library.search(self._reader, query, noted=False).facets
        except SearchUnavailable:
            return {}


PLAIN = Meaning()


def understood(library: Library, reader: User) -> Meaning:
    return Understood(library, reader)


@lru_cache(4_000)
def _plain(key: str) -> tuple[str, ...]:
    return plain_words(key)


def _begin(words: tuple[str, ...], others: tuple[str, ...]) -> bool:
    return all(any(other.startswith(word) for other in others) for word in words)


def _kinds(value: str) -> frozenset[str]:
    """A kind by its name, in the singular or the plural."""
    word = " ".join(value.replace("_", " ").casefold().split())
    return frozenset(
        kind.value
        for kind in Kind
        if word in (kind.value, kind.folder, SHAPES[kind].label.casefold(), SHAPES[kind].plural.casefold())
    )  # fmt: skip
