"""Themes suggested for a lesson without tags, each with its reason; learnt from what reviewers tagged so far.

Everything is asked of the index as the reader, so nothing comes of a lesson that they may not read. What is tagged
counts at once.
"""

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import cached_property, lru_cache

from lessons.domain import access
from lessons.domain.access import User
from lessons.domain.errors import SearchUnavailable
from lessons.domain.query import Query
from lessons.domain.record import Kind, Record
from lessons.domain.schema import SHAPES, Weigh
from lessons.domain.states import State
from lessons.domain.suggestion import (
    LONGEST_READ,
    NEAREST,
    Labels,
    Near,
    Seen,
    Suggested,
    Wording,
    suggestions,
)
from lessons.domain.vocabulary import Vocabulary
from lessons.library import Library

MOST = 8
THEME = SHAPES[Kind.LESSON]["themes"].param
STATE = SHAPES[Kind.LESSON]["state"].param
# A lesson that was merged would vote twice, and one not taken forward was closed, not tagged.
VOTING = frozenset(State) - {State.MERGED, State.NOT_TAKEN}


def suggest(
    library: Library,
    reader: User,
    title: str,
    text: str,
    *,
    without: frozenset[str] = frozenset(),
    most: int = MOST,
) -> tuple[Suggested, ...]:
    """At most so many themes for a text, best first; none where nothing speaks for any, or while search rests.

    without: ids of lessons that do not count, such as the one asked for.
    """
    return _suggest(library, reader, title, text, without, frozenset(), most)


def suggest_for(
    library: Library, reader: User, record: Record, *, most: int = MOST
) -> tuple[Suggested, ...]:
    """For a record, kept or not, as this reader sees it: without the themes that it has.

    Neither the record itself counts nor what it was merged with.
    """
    same = frozenset({record.id, record.line("replaced_by"), *record.keys("merged")}) - {""}
    has = frozenset(record.keys("themes"))
    return _suggest(library, reader, record.line("title"), _text(record), same, has, most)


def _text(record: Record) -> str:
    texts = (f.name for f in SHAPES[record.kind].texts if f.weigh is Weigh.BODY)
    return "\n\n".join(t for name in texts if (t := record.texts.get(name, "")))


def _suggest(
    library: Library,
    reader: User,
    title: str,
    text: str,
    without: frozenset[str],
    has: frozenset[str],
    most: int,
) -> tuple[Suggested, ...]:
    title, text = " ".join(title[:LONGEST_READ].split()), text[:LONGEST_READ]
    themes = library.lists_for(reader)["theme"]
    if not themes.current or not (title or text.strip()):
        return ()
    try:
        found = _Asking(library, reader, themes, without).suggestions(title, text)
    except SearchUnavailable:
        return ()
    has = frozenset(map(themes.current_key, has))
    return tuple(each for each in found if each.key not in has)[:most]


@lru_cache(maxsize=8)
def _labels(words: tuple[tuple[str, tuple[str, ...]], ...]) -> Labels:
    return Labels(dict(words))


@dataclass(frozen=True)
class _Asking:
    """What the index says of tagged lessons to one reader."""

    library: Library
    reader: User
    themes: Vocabulary
    without: frozenset[str]

    def suggestions(self, title: str, text: str) -> list[Suggested]:
        wording = Wording(title, text)
        words = tuple((term.key, self.themes.names(term.key)) for term in self.themes.current)
        labels = _labels(words)
        seen = {stem: self._seen(wording.forms(stem)) for stem in labels.asked(wording)}
        return suggestions(
            wording, labels, self._seen(()), seen, tuple(self._near(f"{title}\n{text}"))
        )

    @cached_property
    def _tagged(self) -> Query:
        """All lessons that have a theme, in whatever state it is now."""
        return Query(
            keys=access.keyring(self.reader),
            without=self.without,
            chosen={THEME: frozenset(self.themes.terms)},
            size=0,
            expand=False,
            suggest=False,
        )

    def _seen(self, words: tuple[str, ...]) -> Seen:
        """Of the tagged lessons that hold any of these words; of all of them where there are none."""
        results = self.library.search(self.reader, replace(self._tagged, words=words), noted=False)
        themes: defaultdict[str, int] = defaultdict(int)
        for count in results.facets.get(THEME, ()):
            themes[self.themes.current_key(count.key)] += count.count
        return Seen(results.total, themes)

    def _near(self, like: str) -> Iterator[Near]:
        chosen = {**self._tagged.chosen, STATE: VOTING}
        query = replace(self._tagged, like=like, chosen=chosen, size=NEAREST, facets=False)
        for hit in self.library.search(self.reader, query, noted=False).hits:
            keys = hit.facts.get("themes") or ()
            now = frozenset(self.themes.current_key(str(key)) for key in keys)  # type: ignore[attr-defined]
            if hit.score > 0:
                yield Near(hit.id, hit.title, hit.score, now)
