"""Terms of lists that stand in a plan in words: by label in any language, by synonym, and in Welsh mutated as well."""

import re
from collections.abc import Iterable, Iterator, Mapping

from lessons.domain.synonyms import Synonyms
from lessons.domain.vocabulary import Term, Vocabularies

Words = tuple[str, ...]

SHORTEST = 3  # letters of a term of one word
_SAYS_NOTHING = frozenset({"other", "several"})
MOST_WORDS = 20_000  # of a text that are looked at
# Between the alternatives in one label.
_OR = re.compile(r"[,/;]|\b(?:and|or|a|ac|neu|a masnachu)\b(?= )| (?:a|â)’r ", re.IGNORECASE)
_WORD = re.compile(r"[^\W_]{1,40}(?:'[^\W_]{1,20})?")
_UNMARKED = str.maketrans("âêîôûŵŷáéíóúẃýàèìòùẁỳäëïöüẅÿ", "aeiouwy" * 4)
_BRACKETS = re.compile(r"\s*\([^)]*\)")
# How the first letters of a Welsh word change: soft, nasal and aspirate mutation.
_MUTATED = {
    "c": ("g", "ngh", "ch"), "p": ("b", "mh", "ph"), "t": ("d", "nh", "th"), "g": ("", "ng"), "b": ("f", "m"),
    "d": ("dd", "n"), "ll": ("l",), "m": ("f",), "rh": ("r",),
}  # fmt: skip
_LETTERS = ("ll", "rh", "ch", "dd", "ff", "ng", "ph", "th")


def mutated(word: str) -> tuple[str, ...]:
    """The forms that a Welsh word takes, besides its own; after a vowel that is put before it too (`h`)."""
    first = next((pair for pair in _LETTERS if word.startswith(pair)), word[:1])
    forms = tuple(new + word[len(first) :] for new in _MUTATED.get(first, ()))
    return forms if len(word) > SHORTEST else ()


class Recogniser:
    """For some lists of one knowledge base."""

    def __init__(self, lists: Vocabularies, synonyms: Synonyms, names: Mapping[str, str]) -> None:
        """names: by field, the list whose terms are looked for."""
        self._first: dict[str, list[tuple[Words, str, str]]] = {}
        self._radicals: dict[str, set[str]] = {}
        groups = _groups(synonyms)
        for field, name in names.items():
            for term in lists[name].current:
                if term.key not in _SAYS_NOTHING:
                    self._learn(field, term, groups)

    def _learn(self, field: str, term: Term, groups: Mapping[Words, Iterable[Words]]) -> None:
        known = {*_said(term), *(w for each in term.synonyms if (w := _plain(each)))}
        for words in tuple(known):
            known.update(groups.get(words, ()))
        for words in known:
            if len(words) > 1 or len(words[0]) >= SHORTEST:
                self._first.setdefault(words[0], []).append((words, field, term.key))
        for words in (w for part in _parts(term.labels.get("cy", "")) if (w := _plain(part))):
            for word in words:
                for form in mutated(word):
                    self._radicals.setdefault(form, set()).add(word)

    def find(self, text: str) -> dict[str, dict[str, int]]:
        """By field, the keys of the terms that stand in a text, and how often."""
        words = _plain(text)[:MOST_WORDS]
        read = [frozenset((w, *self._radicals.get(w, ()))) for w in words]
        found: dict[str, dict[str, int]] = {}
        for at, forms in enumerate(read):
            for form in forms:
                for term, field, key in self._first.get(form, ()):
                    here = read[at : at + len(term)]
                    if len(here) == len(term) and all(
                        w in f for w, f in zip(term, here, strict=True)
                    ):
                        keys = found.setdefault(field, {})
                        keys[key] = keys.get(key, 0) + 1
        return found


def _groups(synonyms: Synonyms) -> dict[Words, set[Words]]:
    """By each term of a group, all that mean the same and mean nothing else as well."""
    found: dict[Words, set[Words]] = {}
    for group in synonyms.groups:
        if group.broad:
            continue
        ambiguous = {_plain(term) for term in group.ambiguous}
        words = {w for term in group.terms if (w := _plain(term)) and w not in ambiguous}
        for each in words:
            found.setdefault(each, set()).update(words)
    return found


def _said(term: Term) -> Iterator[Words]:
    for label in term.labels.values():
        yield from (words for part in _parts(label) if (words := _plain(part)))


def _parts(label: str) -> Iterator[str]:
    """A label, without what stands in brackets; and its alternatives, of which those of one word say too little."""
    whole = _BRACKETS.sub("", label).strip()
    if whole:
        yield whole
    for part in _OR.split(whole):
        if part and len(part.split()) > 1 and part.strip() != whole:
            yield part.strip()


def words_of(text: str) -> Words:
    """The words of a text as they are compared here: quicker than `words.plain_words`, since orders are long."""
    found = _WORD.findall(text.casefold().replace("’", "'").translate(_UNMARKED))
    return tuple(word.removesuffix("'s") for word in found)


def _plain(text: str) -> Words:
    return tuple(_singular(word) for word in words_of(text))


def _singular(word: str) -> str:
    return (
        word[:-1]
        if len(word) > SHORTEST and word.endswith("s") and not word.endswith("ss")
        else word
    )
