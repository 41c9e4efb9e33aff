"""Lists as people may see them: those of the reference, and themes, which are records."""

from collections.abc import Iterable, Iterator
from threading import Lock
from time import monotonic

from lessons.domain import access
from lessons.domain.access import User
from lessons.domain.errors import NotFound, Unreadable
from lessons.domain.record import Kind, Record
from lessons.domain.synonyms import Synonyms
from lessons.domain.themes import groups
from lessons.domain.vocabulary import Vocabularies
from lessons.library.means import Means


class Lists:
    """All lists of one knowledge base, kept until a file changes."""

    def __init__(self, means: Means) -> None:
        self._means = means
        self._made: Vocabularies | None = None
        self._made_from: Vocabularies | None = None
        self._checked = 0.0
        self._themes: dict[str, str] = {}
        self._guarded: tuple[Record, ...] = ()
        self._same: tuple[Vocabularies, Synonyms, Synonyms] | None = None
        self._lock = Lock()

    def all(self) -> Vocabularies:
        """Made again when a list or a theme file changes (seen within a second)."""
        base = self._means.reference.vocabularies()
        with self._lock:
            now = monotonic()
            if self._made is None or now - self._checked > 1 or self._made_from is not base:
                themes = dict(self._means.records.versions(Kind.THEME))
                if self._made is None or themes != self._themes or self._made_from is not base:
                    read = tuple(self._read(themes))
                    self._made = base.with_themes(read)
                    self._guarded = tuple(r for r in read if not access.is_open(r))
                self._made_from, self._themes, self._checked = base, themes, now
            return self._made

    def seen_by(self, reader: User) -> Vocabularies:
        """Without the themes that this person may not read: a page then shows no more than their keys."""
        lists = self.all()
        hidden = {r.id for r in self._guarded if not access.may_read(reader, r, self._means.today)}
        return lists.without_themes(hidden) if hidden else lists

    def synonyms_for(self, reader: User) -> Synonyms:
        """Words that mean the same, with those of themes that were renamed or merged, as far as this person may read
        them.
        """
        lists, base = self.seen_by(reader), self._means.reference.synonyms()
        held = self._same
        if held is None or held[0] is not lists or held[1] is not base:
            more = groups(lists["theme"])
            held = (lists, base, Synonyms((*base.groups, *more)) if more else base)
            self._same = held
        return held[2]

    def forget(self) -> None:
        """Read the themes again at once, after one was added here."""
        with self._lock:
            self._made = None

    def _read(self, ids: Iterable[str]) -> Iterator[Record]:
        for each in ids:
            try:
                yield self._means.records.get(each).record
            except (NotFound, Unreadable):
                continue
