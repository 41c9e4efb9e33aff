"""Controlled vocabularies: records hold keys, vocabularies hold the words that people see."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from functools import cached_property

from lessons.domain.record import Kind, Record


@dataclass(frozen=True, slots=True)
class Term:
    """One entry of a list. `labels`, `helps`: by language code; "en" is always there."""

    key: str
    labels: Mapping[str, str]
    helps: Mapping[str, str] = field(default_factory=dict)
    synonyms: tuple[str, ...] = ()
    broader: str = ""
    retired: bool = False
    merged_into: str = ""
    asked_for: bool = False
    split_into: tuple[str, ...] = ()
    facts: Mapping[str, str] = field(default_factory=dict)

    def label(self, language: str = "en") -> str:
        return self.labels.get(language) or self.labels["en"]

    def help(self, language: str = "en") -> str:
        return self.helps.get(language) or self.helps.get("en", "")


@dataclass(frozen=True)
class Vocabulary:
    """A list of terms in the order in which people see them."""

    name: str
    labels: Mapping[str, str]
    terms: Mapping[str, Term]
    helps: Mapping[str, str] = field(default_factory=dict)

    @cached_property
    def current(self) -> tuple[Term, ...]:
        """What a person may choose today."""
        return tuple(
            t for t in self.terms.values() if not (t.retired or t.merged_into or t.asked_for)
        )

    @cached_property
    def _by_word(self) -> Mapping[str, str]:
        words: dict[str, str] = {}
        for term in self.terms.values():
            for word in (term.key, *term.labels.values(), *term.synonyms):
                words.setdefault(word.casefold().strip(), term.key)
        return words

    def find(self, word: str) -> Term | None:
        """A term by key, label in any language, or synonym; a merged one leads to what it became."""
        return self.terms.get(self.current_key(self._by_word.get(word.casefold().strip(), "")))

    def current_key(self, key: str) -> str:
        """What a key has become by merges; itself where it was not merged, or where the merges run in a ring."""
        seen: set[str] = set()
        now = key
        while now in self.terms and self.terms[now].merged_into:
            if now in seen:
                return key
            seen.add(now)
            now = self.terms[now].merged_into
        return now

    def names(self, key: str) -> tuple[str, ...]:
        """Every word that leads to a term: its labels and synonyms, and those of terms that were merged into it."""
        return self._names.get(key, ())

    @cached_property
    def _names(self) -> Mapping[str, tuple[str, ...]]:
        found: dict[str, list[str]] = {}
        for term in self.terms.values():
            words = (*term.labels.values(), *term.synonyms)
            found.setdefault(self.current_key(term.key), []).extend(words)
        return {key: tuple(dict.fromkeys(words)) for key, words in found.items()}

    def became(self, key: str) -> frozenset[str]:
        """Under which keys to look for what once had this one: what it was merged into; for one that was split and is
        out of use, its parts as well.
        """
        now = self.current_key(key)
        term = self.terms.get(now)
        parts = term.split_into if term and term.retired else ()
        return frozenset({now, *(self.current_key(part) for part in parts)})

    def label(self, key: str, language: str = "en") -> str:
        """The label; the key itself where the list has lost it, so that a page never breaks."""
        term = self.terms.get(key)
        return term.label(language) if term else key


@dataclass(frozen=True)
class Vocabularies:
    """All lists of one knowledge base, themes among them."""

    lists: Mapping[str, Vocabulary]

    def __getitem__(self, name: str) -> Vocabulary:
        return self.lists.get(name) or Vocabulary(name, {"en": name}, {})

    def label(self, name: str, key: str, language: str = "en") -> str:
        return self[name].label(key, language)

    def with_themes(self, records: Iterable[Record]) -> "Vocabularies":
        """The same lists, with `theme` made from theme records."""
        terms = {r.id: _theme(r) for r in sorted(records, key=lambda r: r.title.casefold())}
        return Vocabularies({**self.lists, "theme": Vocabulary("theme", {"en": "Theme"}, terms)})

    def without_themes(self, keys: Collection[str]) -> "Vocabularies":
        """The same lists, with these themes taken out."""
        theme = self["theme"]
        terms = {k: t for k, t in theme.terms.items() if k not in keys}
        return Vocabularies({**self.lists, "theme": Vocabulary(theme.name, theme.labels, terms)})

    @cached_property
    def words(self) -> frozenset[str]:
        """Every label and synonym, for allow-lists and spelling."""
        return frozenset(
            word
            for vocabulary in self.lists.values()
            for term in vocabulary.terms.values()
            for word in (*term.labels.values(), *term.synonyms)
        )


def _theme(record: Record) -> Term:
    assert record.kind is Kind.THEME
    labels = {"en": record.title}
    if record.line("label_cy"):
        labels["cy"] = record.line("label_cy")
    return Term(
        record.id,
        labels,
        {"en": record.line("help")},
        record.keys("synonyms"),
        record.line("broader"),
        retired=record.line("theme_state") == "retired",
        merged_into=record.line("merged_into"),
        asked_for=record.line("theme_state") == "proposed",
        split_into=record.keys("split_into"),
    )
