"""What a person is told, as they may read it now: access is asked anew every time it is shown or sent."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from lessons.domain import access, action_life, following
from lessons.domain.access import User
from lessons.domain.ageing import DUE
from lessons.domain.errors import LessonsError, NotFound
from lessons.domain.lifecycle import MOVES, Need, Whom
from lessons.domain.record import Record, kind_of
from lessons.domain.reminding import COUNTS, REMINDERS, still_holds
from lessons.domain.text import N_
from lessons.library import Library
from lessons.ports import Notice
from lessons.ports.telling import AS, DAY, OTHER, THEMES
from lessons.services.telling.deriving import (
    ACTION_MOVES,
    DECLINED,
    GIVEN,
    GIVEN_DUE,
    OF_ANOTHER,
    TOLD,
)
from lessons.services.telling.followed import DIGEST_TOLD, Digest, digest, holds_good

CLOSED = N_("Something changed about a record that concerned you. It is not open to you now.")


@dataclass(frozen=True, slots=True)
class News:
    """One notice with what its reader may know of it.

    record: None where it is not open to them; then all else but `told` is empty. told: to be translated.
    reason: key of the list `reject`. themes: keys. other: the record that plays a part in it, if they may read that.
    guarded: whether it, or what is said of it, is more than OFFICIAL or for some groups alone.
    day: that it is due on, as ISO 8601, "" where nothing is. counts: by name, of news that is of no one record.
    why: ids of what they follow and are told of it for. digest: of several records that they follow.
    """

    notice: Notice
    record: Record | None = None
    told: str = CLOSED
    reason: str = ""
    sentence: str = ""
    themes: tuple[str, ...] = ()
    other: Record | None = None
    guarded: bool = True
    day: str = ""
    counts: Mapping[str, int] = field(default_factory=dict, hash=False)
    why: tuple[str, ...] = ()
    digest: Digest | None = None

    @property
    def is_reminder(self) -> bool:
        return self.notice.event in REMINDERS

    @property
    def markings(self) -> list[str]:
        """Of all that is shown of it."""
        told = [line.record for line in self.digest.lines] if self.digest else []
        return [r.line("marking") for r in (self.record, self.other, *told) if r is not None]


def as_read_by(library: Library, reader: User, notices: Sequence[Notice]) -> Iterator[News]:
    """One after the other: a reader may stop when there is enough."""
    for notice in notices:
        found = _read(library, reader, notice)
        if found is not None:
            yield found


def _read(library: Library, reader: User, notice: Notice) -> News | None:
    """None where there is nothing left to tell of."""
    if notice.event in COUNTS:
        counts = {name: int(words) for name, words in notice.said.items()}
        return News(notice, None, COUNTS[notice.event], guarded=False, counts=counts)
    if notice.event in REMINDERS:
        return _reminded(library, reader, notice)
    if notice.event == following.DIGEST or notice.event in following.TOLD:
        return _followed(library, reader, notice)
    stored = library.peek(reader, notice.about)
    if stored is None:
        return News(notice) if _exists(library, notice.about) else None
    other = _peek(library, reader, notice.said.get(OTHER, ""))
    if notice.event not in TOLD or (notice.event in OF_ANOTHER and other is None):
        return None
    said = stored.record if notice.event == DUE else _text_then(library, reader, notice)
    reason, sentence = _why(notice, said) if said else ("", "")
    due = stored.record.day("due") if notice.event == GIVEN else None
    return News(
        notice, stored.record, GIVEN_DUE if due else _told(notice), reason, sentence,
        _themes(library, reader, notice), other, guarded(stored.record) or (said is None or guarded(said)),
        due.isoformat() if due else "",
    )  # fmt: skip


def _reminded(library: Library, reader: User, notice: Notice) -> News | None:
    """None where it was done meanwhile, or is due on another day; nor is anything told of what may not be read now."""
    stored = library.peek(reader, notice.about)
    day = notice.said.get(DAY, "")
    if stored is None or not still_holds(
        notice.event, day, notice.revision, stored.record, library.timetable
    ):
        return None
    told = REMINDERS[notice.event].one
    return News(notice, stored.record, told, guarded=guarded(stored.record), day=day)


def _followed(library: Library, reader: User, notice: Notice) -> News | None:
    """Nothing is told of what may not be read now, or was merged or retired since."""
    if notice.event == following.DIGEST:
        found = digest(library, reader, notice)
        return News(notice, None, DIGEST_TOLD, guarded=False, digest=found) if found else None
    record = holds_good(library, reader, notice.about)
    if record is None:
        return None
    why = tuple(notice.said.get(following.WHY, "").split())
    return News(notice, record, following.TOLD[notice.event], guarded=guarded(record), why=why)


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
    of_action = ACTION_MOVES.get(notice.event)
    if notice.event == DECLINED or (of_action and action_life.Need.SENTENCE in of_action.needs):
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
