"""Sending: a form becomes one debrief record, which never changes again, and a lesson for each learning point."""

import logging
from collections.abc import Collection
from dataclasses import dataclass, field, replace

from lessons.domain.access import User
from lessons.domain.boxes import Form
from lessons.domain.errors import (
    Invalid,
    LessonsError,
    NotFound,
    OutOfScope,
    Problem,
    StaleWrite,
)
from lessons.domain.personal_data import stops
from lessons.domain.record import Kind, Record, Stored
from lessons.domain.states import State
from lessons.library import Library
from lessons.library.registering import debriefs_it, mark_debriefed
from lessons.ports import Note, Notebook
from lessons.services.capture.briefed import outcomes_in, tell
from lessons.services.capture.drafts import (
    SUBJECT,
    TRIES,
    Mark,
    draft_form,
    keep_apart,
    keep_as_sent,
    keep_draft,
    may_begin,
)
from lessons.services.capture.flags import TooHigh, Warned, fingerprint, too_high, warnings
from lessons.services.capture.form import MOST_POINTS, Entry, filled_points, read_form

log = logging.getLogger(__name__)

NOTHING: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Sent:
    """What one sending made. apart: the draft that now holds words which came after an earlier try, if any."""

    debrief: Stored
    lessons: tuple[Stored, ...] = field(default_factory=tuple)
    apart: str = ""


class Refused(Invalid):
    """Not sent: `problems` must be put right, and what is `warned` of looked at."""

    def __init__(self, problems: tuple[Problem, ...], warned: tuple[Warned, ...]) -> None:
        super().__init__(problems)
        self.warned = warned


class Stop(OutOfScope):
    """The matter looks like one for a post-incident procedure, because of what is `warned` of."""

    def __init__(self, warned: tuple[Warned, ...]) -> None:
        super().__init__()
        self.warned = warned


def send(
    notebook: Notebook, library: Library, by: User, draft: str, form: Form, mark: Mark,
    confirmed: Collection[str] = NOTHING,
) -> Sent:  # fmt: skip
    """Send a draft in. Whatever is raised, the words are kept, and sending again is safe: one debrief, once.

    confirmed: fingerprints of the flags that the officer has looked at. Raises Stop, TooHigh, Refused;
    AlreadySent; StaleWrite where other words were saved meanwhile; NotFound, Invalid, NotAllowed, Busy.
    """
    may_begin(by)
    for _ in range(TRIES):
        note = keep_draft(notebook, library, by, draft, form, mark)
        if not _has_begun(library, note):
            ids = fresh_ids(library, form)
            ids[:1] = note.body.get("ids", ids)[:1]
            examine(library, by, form, ids, confirmed)
            try:
                note = _begin(notebook, library, by, note, form, ids)
            except StaleWrite:
                continue  # pressed twice: the other press has begun
        return _finish(notebook, library, by, note, form)
    raise StaleWrite(draft)


def fresh_ids(library: Library, form: Form) -> list[str]:
    """The debrief's, and one for each learning point."""
    points = filled_points(form)[:MOST_POINTS]
    return [library.fresh_id(Kind.DEBRIEF), *(library.fresh_id(Kind.LESSON) for _ in points)]


def examine(
    library: Library, by: User, form: Form, ids: list[str], confirmed: Collection[str] = NOTHING
) -> Entry:
    """The records that a form says, where nothing stands against them. Raises Stop, TooHigh, Refused."""
    entry = read_form(library, by, form, ids)
    name = entry.debrief.line("operation_name") if entry.debrief.line("operation") else ""
    warned = warnings(library, form, name)
    open_ = tuple(w for w in warned if fingerprint(w.flag) not in confirmed)
    stopped = set(stops([w.flag for w in open_]))
    if stopped:
        raise Stop(tuple(w for w in open_ if w.flag in stopped))
    if too_high(warned):
        raise TooHigh(too_high(warned))
    if entry.problems or open_:
        raise Refused(entry.problems, open_)
    return entry


def _has_begun(library: Library, note: Note) -> bool:
    """Whether an earlier try fixed what is sent: for good once the debrief stands, else for the same words."""
    if "ids" not in note.body:
        return False
    if draft_form(note) == note.body["sending"]:
        return True
    try:
        library.records.get(note.body["ids"][0])
    except NotFound:
        return False
    return True


def _begin(
    notebook: Notebook, library: Library, by: User, note: Note, form: Form, ids: list[str]
) -> Note:
    """Fix what will be sent, and under which ids, before anything is. Raises StaleWrite."""
    body = {**note.body, "ids": ids, "sending": draft_form(note)}
    return notebook.keep(
        note.id, by.name, SUBJECT, body, expected=note.version, now=library.clock()
    )


def _finish(notebook: Notebook, library: Library, by: User, note: Note, form: Form) -> Sent:
    """Make the records of a sending that has begun, as far as an earlier try has not made them."""
    sending: Form = note.body["sending"]
    entry = read_form(library, by, sending, note.body["ids"])
    sent = _keep_all(library, by, entry)
    tell(library, by, sent.debrief.record, outcomes_in(sending))
    apart = draft_form(note) != sending
    kept = keep_apart(notebook, library, by, form).id if apart else ""
    keep_as_sent(notebook, library, by, note.id, form, sent.debrief.record.id)
    _tell_register(library, sent.debrief.record)
    return replace(sent, apart=kept)


def _tell_register(library: Library, debrief: Record) -> None:
    """That the operation was debriefed. The debrief stands whatever hinders this, which is caught up with later."""
    if not debriefs_it(debrief):
        return
    operation = debrief.line("operation")
    try:
        mark_debriefed(library, operation, library.today)
    except (LessonsError, OSError):
        log.warning("%s could not be marked as debriefed just now", operation, exc_info=True)


def _keep_all(library: Library, by: User, entry: Entry) -> Sent:
    now = library.clock()
    rows = tuple(
        {"lesson": p.id, "learning": p.line("learning"), "sentence": p.title,
         "scope": p.line("scope"), "action": p.texts.get("action", "")}
        for p in entry.points
    )  # fmt: skip
    records = [entry.debrief.with_(points=rows, sent=now)]
    records += [p.with_(state=State.SENT, sent=now) for p in entry.points]
    kept: list[Stored] = []
    try:
        for record in records:
            kept.append(_put_once(library, by, record))
    finally:
        library.make_findable(*kept)  # one commit for all of them
    debrief, *lessons = kept
    return Sent(debrief, tuple(lessons))


def _put_once(library: Library, by: User, record: Record) -> Stored:
    """Save as new; where an earlier try of the same draft already did, that is the one. Raises StaleWrite."""
    try:
        return library.save(by, "send", record, expected=0, findable=False)
    except StaleWrite:
        earlier = library.records.revision(record.id, 1)
        if earlier.record.line("author") != by.name or earlier.record.title != record.title:
            raise
        return library.records.get(record.id)  # a reviewer may have gone on from it
