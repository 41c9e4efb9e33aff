"""Themes as rows name them: found by any of their words, added where that was asked for, or left out and told."""

import hashlib

from lessons.domain.access import SYSTEM
from lessons.domain.errors import LessonsError, Problem
from lessons.domain.record import Kind, Record
from lessons.domain.schema import SHAPES
from lessons.domain.text import N_
from lessons.library import Library

LONGEST = SHAPES[Kind.THEME]["label"].limit
LONGEST_KEY = 60


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
            _squeezed(word): (known.find(term.key) or term).key
            for term in known.terms.values()
            for word in (*term.labels.values(), *term.synonyms)
        }

    def expect(self, theme: Record) -> None:
        """A theme that the same import brings, which lessons on later lines may name."""
        for word in (theme.id, theme.title, *theme.keys("synonyms")):
            self._expected[_squeezed(word)] = theme.id

    def knows(self, key: str) -> bool:
        return key in self.added or key in self._expected.values()

    def key(self, label: str) -> str | Problem:
        """The key, or why the label is left out."""
        term = self._library.vocabularies["theme"].find(label)
        squeezed = _squeezed(label)
        known = term.key if term else self._here.get(squeezed) or self._expected.get(squeezed)
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
        key = self._free_key(label)
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

    def _free_key(self, label: str) -> str:
        """From the letters of the label; with a few of its digest where another theme has that key."""
        key = theme_key(label)
        if key not in self._library.vocabularies["theme"].terms and not self.knows(key):
            return key
        digest = hashlib.sha256(_squeezed(label).encode()).hexdigest()[:8]
        return f"{key[: LONGEST_KEY - 9]}_{digest}"


def _left_out(why: str, label: str) -> Problem:
    return Problem("themes", why, values=(("word", label[:LONGEST]),))


def _squeezed(label: str) -> str:
    """Letters and digits of any script: labels that differ in nothing else are one theme."""
    words = "".join(c if c.isalnum() else " " for c in label.casefold())
    return " ".join(words.split()) or label


def theme_key(label: str) -> str:
    """A stable key for a new theme: the letters and digits of its label."""
    plain = "".join(c if c.isascii() and c.isalnum() else " " for c in label.casefold())
    key = "_".join(plain.split())[:LONGEST_KEY].rstrip("_") or "theme"
    return key if key[0].isalpha() else f"t_{key}"[:LONGEST_KEY]
