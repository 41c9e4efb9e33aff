"""Acronyms and synonyms of the field, added to a query at lower weight."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from functools import cached_property

from lessons.domain.query import BROAD_WEIGHT, SYNONYM_WEIGHT, Expansion, plain_words

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
    """One term brought in: a word, or several that must stand together. term: as the list writes it."""

    words: Words
    weight: float
    term: str = field(default="", compare=False)


@dataclass(frozen=True, slots=True)
class _Entry:
    """One term of one group, made ready: plain as compared, singular as looked up."""

    plain: Words
    singular: Words
    term: str
    group: Group


def _singular(word: str) -> str:
    """NCAs and informants are found as NCA and informant; only for comparing."""
    plural = len(word) >= SHORTEST_PLURAL and word.endswith("s") and not word.endswith("ss")
    return word[:-1] if plural else word


def _singulars(words: Iterable[str]) -> Words:
    return tuple(_singular(w) for w in words)


@dataclass(frozen=True)
class Synonyms:
    """All groups of one knowledge base."""

    groups: tuple[Group, ...] = ()

    @cached_property
    def _entries(self) -> dict[int, list[_Entry]]:
        """The terms of each group, by the group's identity."""
        return {
            id(group): [
                _Entry(words, _singulars(words), term, group)
                for term in group.terms
                if (words := plain_words(term))
            ]
            for group in self.groups
        }

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
                    added[other.plain] = Added(other.plain, entry.group.weight, other.term)
                told.setdefault(" ".join(entry.plain), []).append(added[other.plain].term)
        kept = sorted(added.values(), key=lambda a: -a.weight)[:MOST_ADDED]
        return kept, _expansions(told, {a.term for a in kept})

    def _others(self, entry: _Entry, words: Words) -> Iterable[_Entry]:
        """The rest of the group, without what was typed already and what would be ambiguous."""
        for other in self._entries[id(entry.group)]:
            if other.term in entry.group.ambiguous or _within(other.singular, words):
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
        if entry.term not in entry.group.ambiguous:
            return False
        return not any(e.group is entry.group and e.singular != entry.singular for e in found)


def _expansions(told: dict[str, list[str]], kept: set[str]) -> list[Expansion]:
    both = (
        (typed, tuple(dict.fromkeys(t for t in terms if t in kept)))
        for typed, terms in told.items()
    )
    return [Expansion(typed, terms) for typed, terms in both if terms]


def _within(term: Words, words: Words) -> bool:
    return any(words[i : i + len(term)] == term for i in range(len(words)))
