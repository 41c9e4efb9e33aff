"""The list of themes: its states, its keys, and what must hold of it after every change.

Every word (key, label in any language, synonym) leads to one theme. A theme that was merged leads on to what it became,
and neither merges nor broader themes run in a ring.
"""

import hashlib
from collections.abc import Callable, Iterable, Iterator, Mapping
from enum import StrEnum

from lessons.domain.errors import Problem
from lessons.domain.record import Kind, Record
from lessons.domain.schema import SHAPES
from lessons.domain.synonyms import Group
from lessons.domain.text import N_
from lessons.domain.vocabulary import Term, Vocabularies, Vocabulary
from lessons.domain.words import plain_words

LONGEST_KEY = 60
# Addresses under /themes that are no theme.
RESERVED = frozenset({"new", "proposals", "batches", "tag"})
# The kinds of record that hold keys of themes.
TAGGED = tuple(kind for kind, shape in SHAPES.items() if "themes" in shape.by_name)
MOST_THEMES = SHAPES[Kind.LESSON]["themes"].most


class ThemeState(StrEnum):
    """What may be done with a theme; labels and help stand in the vocabulary `theme_state`."""

    PROPOSED = "proposed"
    CURRENT = "current"
    MERGED = "merged"
    RETIRED = "retired"


# --- keys ---------------------------------------------------------------------------------------------
def squeezed(label: str) -> str:
    """Letters and digits of any script: words that differ in nothing else are one."""
    words = "".join(c if c.isalnum() else " " for c in label.casefold())
    return " ".join(words.split()) or label


def theme_key(label: str, taken: Callable[[str], bool] = lambda key: False) -> str:
    """A stable key for a new theme: the letters and digits of its label; where that is taken, a few of a digest too."""
    plain = "".join(c if c.isascii() and c.isalnum() else " " for c in label.casefold())
    key = "_".join(plain.split())[:LONGEST_KEY].rstrip("_") or "theme"
    key = key if key[0].isalpha() else f"t_{key}"[:LONGEST_KEY]
    if key not in RESERVED and not taken(key):
        return key
    digest = hashlib.sha256(squeezed(label).encode()).hexdigest()[:8]
    return f"{key[: LONGEST_KEY - 9].rstrip('_')}_{digest}"


# --- what leads where ---------------------------------------------------------------------------------
def with_themes(themes: Vocabulary, records: Iterable[Record]) -> Vocabulary:
    """The list as it will be with these themes in it, new or changed."""
    made = Vocabularies({}).with_themes(records)["theme"].terms
    return Vocabulary(themes.name, themes.labels, {**themes.terms, **made}, themes.helps)


def words_of(term: Term) -> tuple[str, ...]:
    return tuple(dict.fromkeys((*term.labels.values(), *term.synonyms)))


def leads(themes: Vocabulary) -> Mapping[str, frozenset[str]]:
    """For every word, squeezed: the keys of the themes that it leads to."""
    found: dict[str, set[str]] = {}
    for term in themes.terms.values():
        for word in (term.key, *words_of(term)):
            found.setdefault(squeezed(word), set()).add(themes.current_key(term.key))
    return {word: frozenset(keys) for word, keys in found.items()}


def in_rings(themes: Vocabulary) -> frozenset[str]:
    """Keys of themes that come back to themselves by merges, or by broader themes."""
    merged = {key: term.merged_into for key, term in themes.terms.items()}
    broader = {
        key: themes.current_key(term.broader) if term.broader else ""
        for key, term in themes.terms.items()
        if not term.merged_into
    }
    return frozenset(key for to in (merged, broader) for key in to if _comes_back(key, to))


def _comes_back(key: str, to: Mapping[str, str]) -> bool:
    seen, now = set[str](), to.get(key, "")
    while now and now not in seen:
        if now == key:
            return True
        seen.add(now)
        now = to.get(now, "")
    return False


def problems(themes: Vocabulary, *after: Record) -> list[Problem]:
    """What would be wrong with the list if these themes were saved, and is not wrong already."""
    new = with_themes(themes, after)
    found = [each for record in after for each in _of_links(themes, new, record)]
    found += _clashes(themes, new, after)
    rings = in_rings(new) - in_rings(themes)
    if rings and not any(p.field in ("broader", "into") for p in found):
        names = "; ".join(sorted(new.label(key) for key in rings))
        found.append(Problem("broader", RING, values=(("themes", names),)))
    return found


RING = N_(
    "These themes would stand above one another in a ring: %(themes)s. Change the broader theme of one first."
)
TAKEN = N_(
    "“%(word)s” already leads to the theme “%(theme)s”. Choose another word, or merge the two."
)
ITSELF = N_("A theme cannot be merged into itself. Choose another.")
NO_SUCH = N_("There is no such theme. Choose one from the list.")
NOT_IN_USE = {
    ThemeState.MERGED: N_("“%(theme)s” was merged into “%(now)s”. Choose that instead."),
    ThemeState.RETIRED: N_("“%(theme)s” is retired. Bring it back first, or choose another."),
    ThemeState.PROPOSED: N_("“%(theme)s” is only asked for. Take it into use first, or choose another."),
}  # fmt: skip
# Where what it became is not in the list, or not for this person.
MERGED_AWAY = N_("“%(theme)s” was merged into another theme. Choose a theme that is in use.")
ABOVE_ITSELF = N_("A theme cannot be its own broader theme.")


def state_of(term: Term) -> ThemeState:
    if term.merged_into:
        return ThemeState.MERGED
    if term.retired:
        return ThemeState.RETIRED
    return ThemeState.PROPOSED if term.asked_for else ThemeState.CURRENT


def not_in_use(themes: Vocabulary, key: str, field: str) -> Problem | None:
    """Why a theme may not be chosen now; None where it may."""
    term = themes.terms.get(key)
    if term is None:
        return Problem(field, NO_SUCH)
    state = state_of(term)
    if state is ThemeState.CURRENT:
        return None
    now = themes.terms.get(themes.current_key(key))
    if now is None:
        return Problem(field, MERGED_AWAY, values=(("theme", term.label()),))
    return Problem(field, NOT_IN_USE[state], values=(("theme", term.label()), ("now", now.label())))


def _of_links(themes: Vocabulary, new: Vocabulary, record: Record) -> Iterator[Problem]:
    """Of what this theme is merged into and stands under, where that changes."""
    before, after = themes.terms.get(record.id), new.terms[record.id]
    into, broader = after.merged_into, after.broader
    if into and (before is None or before.merged_into != into):
        wrong = Problem("into", ITSELF) if into == record.id else not_in_use(themes, into, "into")
        if wrong:
            yield wrong
    if broader and (before is None or before.broader != broader):
        if new.current_key(broader) == record.id:
            yield Problem("broader", ABOVE_ITSELF)
        elif wrong := not_in_use(themes, broader, "broader"):
            yield wrong


def _clashes(themes: Vocabulary, new: Vocabulary, after: Iterable[Record]) -> Iterator[Problem]:
    """Words that would lead to several themes, and do not yet."""
    already = {word for word, keys in leads(themes).items() if len(keys) > 1}
    clashing = {w: keys for w, keys in leads(new).items() if len(keys) > 1 and w not in already}
    told = set[str]()
    for record in after:
        for field, word in _typed(record):
            keys = clashing.get(squeezed(word))
            if keys and squeezed(word) not in told:
                told.add(squeezed(word))
                yield _taken(new, field, word, keys - {new.current_key(record.id)})
    for word in clashing.keys() - told:  # of a theme that was merged into one of these
        yield _taken(new, "", word, clashing[word])


def _typed(record: Record) -> Iterator[tuple[str, str]]:
    yield "label", record.title
    yield "label_cy", record.line("label_cy")
    yield from (("synonyms", word) for word in record.keys("synonyms"))
    yield "label", record.id


def _taken(themes: Vocabulary, field: str, word: str, keys: Iterable[str]) -> Problem:
    names = "”, “".join(sorted(themes.label(key) for key in keys))
    return Problem(field, TAKEN, values=(("word", word), ("theme", names)))


# --- changes ------------------------------------------------------------------------------------------
def renamed(before: Record, after: Record) -> Record:
    """With the labels it had among its synonyms, and none of them twice."""
    own = {squeezed(after.title), squeezed(after.line("label_cy"))}
    old = [before.title] if before.fields.get("label") else []
    old += [before.line("label_cy")] if before.line("label_cy") else []
    kept: dict[str, str] = {}
    for word in (*after.keys("synonyms"), *old):
        if squeezed(word) not in own:
            kept.setdefault(squeezed(word), word)
    return after.with_(synonyms=tuple(kept.values()))


def retagged(keys: tuple[str, ...], add: Iterable[str], remove: Iterable[str]) -> tuple[str, ...]:
    """Keys of themes after a change; what is added takes the place of the first that is removed."""
    gone = set(remove)
    new = [key for key in dict.fromkeys(add) if key not in keys]
    at = next((n for n, key in enumerate(keys) if key in gone), len(keys))
    return (
        *(key for key in keys[:at] if key not in gone),
        *new,
        *(key for key in keys[at:] if key not in gone),
    )


# --- search -------------------------------------------------------------------------------------------
def groups(themes: Vocabulary) -> tuple[Group, ...]:
    """Words that mean the same because a theme was renamed or merged.

    A record is found by the words of its theme's key, which are those of the first label; the later labels, and those
    of themes that were merged into it, stand beside them.
    """
    found: dict[str, list[str]] = {}
    for term in themes.terms.values():
        now = themes.current_key(term.key)
        of_key = term.key.replace("_", " ")
        was = plain_words(of_key)
        moved = now != term.key or (
            plain_words(term.label()) != was
            and any(plain_words(word) == was for word in term.synonyms)
        )
        if moved:
            key = now.replace("_", " ")
            found.setdefault(now, [key]).extend((of_key, *term.labels.values()))
            found[now].extend(themes.terms[now].labels.values() if now in themes.terms else ())
    return tuple(Group(tuple(_once(words))) for words in found.values())


def _once(words: Iterable[str]) -> list[str]:
    kept: dict[tuple[str, ...], str] = {}
    for word in words:
        kept.setdefault(plain_words(word), word)
    return [word for plain, word in kept.items() if plain]
