"""What a person is told, as they may read it now: access is asked anew every time it is shown or sent."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from lessons.domain import access
from lessons.domain.access import User
from lessons.domain.ageing import DUE
from lessons.domain.errors import LessonsError, NotFound
from lessons.domain.lifecycle import MOVES, Need, Whom
from lessons.domain.record import Record, kind_of
from lessons.domain.text import N_
from lessons.library import Library
from lessons.ports import Notice
from lessons.ports.telling import AS, OTHER, THEMES
from lessons.services.telling.deriving import DECLINED, OF_ANOTHER, TOLD

CLOSED = N_("Something changed about a record that concerned you. It is not open to you now.")


@dataclass(frozen=True, slots=True)
class News:
    """One notice with what its reader may know of it.

    record: None where it is not open to them; then all else but `told` is empty. told: to be translated.
    reason: key of the list `reject`. themes: keys. other: the record that plays a part in it, if they may read that.
    guarded: whether it, or what is said of it, is more than OFFICIAL or for some groups alone.
    """

    notice: Notice
    record: Record | None = None
    told: str = CLOSED
    reason: str = ""
    sentence: str = ""
    themes: tuple[str, ...] = ()
    other: Record | None = None
    guarded: bool = True

    @property
    def markings(self) -> list[str]:
        """Of all that is shown of it."""
        return [r.line("marking") for r in (self.record, self.other) if r is not None]


def as_read_by(library: Library, reader: User, notices: Sequence[Notice]) -> Iterator[News]:
    """One after the other: a reader may stop when there is enough."""
    for notice in notices:
        found = _read(library, reader, notice)
        if found is not None:
            yield found


def _read(library: Library, reader: User, notice: Notice) -> News | None:
    """None where there is nothing left to tell of."""
    stored = library.peek(reader, notice.about)
    if stored is None:
        return News(notice) if _exists(library, notice.about) else None
    other = _peek(library, reader, notice.said.get(OTHER, ""))
    if notice.event not in TOLD or (notice.event in OF_ANOTHER and other is None):
        return None
    said = stored.record if notice.event == DUE else _text_then(library, reader, notice)
    reason, sentence = _why(notice, said) if said else ("", "")
    return News(
        notice, stored.record, _told(notice), reason, sentence,
        _themes(library, reader, notice), other, guarded(stored.record) or (said is None or guarded(said)),
    )  # fmt: skip


def _told(notice: Notice) -> str:
    move = MOVES.get(notice.event)
    of_author = move.told_author if move and notice.said.get(AS) == Whom.AUTHOR else ""
    return of_author or TOLD[notice.event]


def _exists(library: Library, id: str) -> bool:
    try:
        library.records.get(id)
    except NotFound:
        return False
    except LessonsError:
        return True
    return True


def _peek(library: Library, reader: User, id: str) -> Record | None:
    stored = library.peek(reader, id) if kind_of(id) else None
    return stored.record if stored else None


def _text_then(library: Library, reader: User, notice: Notice) -> Record | None:
    """The text that was saved, where this person may read that one too."""
    try:
        record = library.records.revision(notice.source, notice.revision).record
    except LessonsError:
        return None
    return record if access.may_read(reader, record, library.today) else None


def _why(notice: Notice, said: Record) -> tuple[str, str]:
    """Reason and sentence of a decision. Whoever decided was told that those who hear of it are shown them; a move
    that takes none leaves only what was said before, to somebody else.
    """
    if notice.event == DECLINED:
        return "", said.line("decision")
    move = MOVES.get(notice.event)
    if move is None or "decision" not in move.takes or notice.said.get(AS) == Whom.EVERYBODY:
        return "", ""
    sentence = said.line("recheck") if move.key == "recheck" else said.line("decision")
    return said.line("reason") if Need.REASON in move.needs else "", sentence


def _themes(library: Library, reader: User, notice: Notice) -> tuple[str, ...]:
    known = library.lists_for(reader)["theme"].terms
    return tuple(key for key in notice.said.get(THEMES, "").split() if key in known)


def guarded(record: Record) -> bool:
    """Whether it is more than OFFICIAL, or for some groups alone."""
    return access.is_sensitive(record) or bool(record.keys("groups"))
