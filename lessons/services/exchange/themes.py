"""Themes as rows name them: found by any of their words, added where that was asked for, or left out and told."""

from lessons.domain.access import SYSTEM
from lessons.domain.errors import LessonsError, Problem
from lessons.domain.record import Kind, Record
from lessons.domain.schema import SHAPES
from lessons.domain.text import N_
from lessons.domain.themes import squeezed, theme_key
from lessons.library import Library

LONGEST = SHAPES[Kind.THEME]["label"].limit


class ThemeKeys:
    """Keys for labels, during one import. added: keys made on the way, or in a dry run that would have been made."""

    def __init__(self, library: Library, *, create: bool, dry_run: bool) -> None:
        self.added: list[str] = []
        self._library = library
        self._create = create
        self._dry_run = dry_run
        self._expected: dict[str, str] = {}  # key by squeezed word, of themes that are on their way
        known = library.vocabularies["theme"]
        self._here = {
            squeezed(word): (known.find(term.key) or term).key
            for term in known.terms.values()
            for word in (*term.labels.values(), *term.synonyms)
        }

    def expect(self, theme: Record) -> None:
        """A theme that the same import brings, which lessons on later lines may name."""
        for word in (theme.id, theme.title, *theme.keys("synonyms")):
            self._expected[squeezed(word)] = theme.id

    def knows(self, key: str) -> bool:
        return key in self.added or key in self._expected.values()

    def key(self, label: str) -> str | Problem:
        """The key, or why the label is left out."""
        term = self._library.vocabularies["theme"].find(label)
        plain = squeezed(label)
        known = term.key if term else self._here.get(plain) or self._expected.get(plain)
        if known:
            return known
        if not self._create:
            return _left_out(
                N_("Left out: “%(word)s” is not a theme here. --create-themes adds it."), label
            )
        if len(label) > LONGEST:
            return _left_out(N_("Left out: “%(word)s” is too long for a theme."), label)
        return self._add(label)

    def _add(self, label: str) -> str | Problem:
        known = self._library.vocabularies["theme"].terms
        key = theme_key(label, lambda each: each in known or self.knows(each))
        fields = {"label": label, "theme_state": "current", "marking": "official"}
        theme = Record(key, Kind.THEME, fields=fields)
        try:
            if not self._dry_run:
                self._library.save(SYSTEM, "import", theme, expected=0)
        except LessonsError:
            return _left_out(N_("Left out: the theme “%(word)s” could not be added."), label)
        self.added.append(key)
        self.expect(theme)
        return key


def _left_out(why: str, label: str) -> Problem:
    return Problem("themes", why, values=(("word", label[:LONGEST]),))
