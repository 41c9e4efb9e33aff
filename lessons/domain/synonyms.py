"""Acronyms and synonyms of the field, added to a query at lower weight."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import cached_property

from lessons.domain.query import BROAD_WEIGHT, SYNONYM_WEIGHT, Expansion
from lessons.domain.words import plain_words

MOST_ADDED = 40  # terms brought into one query, best weight first
SHORTEST_PLURAL = 4  # NCAs, but not GPS
Words = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Group:
    """Terms that mean the same; the first is the canonical one.

    broad: related rather than the same, so weighed low. ambiguous: short forms that also mean something else
    here; they bring nothing in unless another term of their group is in the query.
    """

    terms: tuple[str, ...]
    broad: bool = False
    ambiguous: frozenset[str] = frozenset()

    @property
    def weight(self) -> float:
        return BROAD_WEIGHT if self.broad else SYNONYM_WEIGHT


@dataclass(frozen=True, slots=True)
class Added:
    """One term brought in: a word, or several that must stand together.

    term: as the list writes it. because: the words of the query that it means the same as.
    """

    words: Words
    weight: float
    term: str = field(default="", compare=False)
    because: Words = field(default=(), compare=False)


@dataclass(frozen=True, slots=True)
class _Entry:
    """One term of one group, made ready: plain as compared, singular as looked up."""

    plain: Words
    singular: Words
    term: str
    group: Group
    ambiguous: bool


def _singular(word: str) -> str:
    """NCAs and informants are found as NCA and informant; only for comparing."""
    plural = len(word) >= SHORTEST_PLURAL and word.endswith("s") and not word.endswith("ss")
    return word[:-1] if plural else word


def _singulars(words: Iterable[str]) -> Words:
    return tuple(_singular(w) for w in words)


def _ready(group: Group) -> Iterator[_Entry]:
    """SARs is as ambiguous as SAR."""
    ambiguous = {_singulars(plain_words(term)) for term in group.ambiguous}
    for term in group.terms:
        if words := plain_words(term):
            singular = _singulars(words)
            yield _Entry(words, singular, term, group, singular in ambiguous)


@dataclass(frozen=True)
class Synonyms:
    """All groups of one knowledge base."""

    groups: tuple[Group, ...] = ()

    @cached_property
    def words(self) -> frozenset[str]:
        """Every word of every term, as it is compared."""
        return frozenset(
            w for group in self.groups for term in group.terms for w in plain_words(term)
        )

    @cached_property
    def _entries(self) -> dict[int, list[_Entry]]:
        """The terms of each group, by the group's identity."""
        return {id(group): list(_ready(group)) for group in self.groups}

    @cached_property
    def _first(self) -> dict[str, list[_Entry]]:
        """Terms by their first word, longest first: one dictionary look-up per word of a query."""
        table: dict[str, list[_Entry]] = {}
        for entries in self._entries.values():
            for entry in entries:
                table.setdefault(entry.singular[0], []).append(entry)
        for found in table.values():
            found.sort(key=lambda e: -len(e.singular))
        return table

    def expand(self, typed: Sequence[str]) -> tuple[list[Added], list[Expansion]]:
        """What to search for besides the words typed, and how to tell the person so.

        At most MOST_ADDED terms, those of the highest weight; every term told was added.
        """
        words = _singulars(w for raw in typed for w in plain_words(raw))
        found = list(self._occurrences(words))
        added: dict[Words, Added] = {}
        told: dict[str, list[str]] = {}
        for entry in found:
            if self._is_ambiguous(entry, found):
                continue
            for other in self._others(entry, words):
                known = added.get(other.plain)
                if known is None or known.weight < entry.group.weight:
                    added[other.plain] = Added(
                        other.plain, entry.group.weight, other.term, entry.plain
                    )
                told.setdefault(" ".join(entry.plain), []).append(added[other.plain].term)
        kept = sorted(added.values(), key=lambda a: -a.weight)[:MOST_ADDED]
        return kept, _expansions(told, {a.term for a in kept})

    def _others(self, entry: _Entry, words: Words) -> Iterable[_Entry]:
        """The rest of the group, without what was typed already and what would be ambiguous."""
        for other in self._entries[id(entry.group)]:
            if other.ambiguous or _within(other.singular, words):
                continue
            yield other

    def _occurrences(self, words: Words) -> Iterable[_Entry]:
        seen: set[int] = set()
        for i, word in enumerate(words):
            for entry in self._first.get(word, ()):
                length = len(entry.singular)
                if words[i : i + length] == entry.singular and id(entry) not in seen:
                    seen.add(id(entry))
                    yield entry

    @staticmethod
    def _is_ambiguous(entry: _Entry, found: Sequence[_Entry]) -> bool:
        if not entry.ambiguous:
            return False
        return not any(e.group is entry.group and _apart(e.singular, entry.singular) for e in found)


def _expansions(told: dict[str, list[str]], kept: set[str]) -> list[Expansion]:
    both = (
        (typed, tuple(dict.fromkeys(t for t in terms if t in kept)))
        for typed, terms in told.items()
    )
    return [Expansion(typed, terms) for typed, terms in both if terms]


def _within(term: Words, words: Words) -> bool:
    return any(words[i : i + len(term)] == term for i in range(len(words)))


def _apart(one: Words, other: Words) -> bool:
    """Whether neither holds the other: `the nick` does not say what is meant by `nick`."""
    return not (_within(one, other) or _within(other, one))
