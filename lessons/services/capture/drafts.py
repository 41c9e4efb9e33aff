"""Drafts: what an officer has typed is kept on the server, for any device of theirs, until it is sent."""

import hashlib
import json
import re
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from lessons.domain.access import Permit, User
from lessons.domain.boxes import Boxes, Form, words
from lessons.domain.errors import LessonsError, NotAllowed, NotFound, StaleWrite
from lessons.domain.text import N_
from lessons.library import Library
from lessons.ports import Note, Notebook

SUBJECT = "debrief"
SENT = "sent debrief"  # what a draft becomes: the mark that stops it from being sent twice
TRIES = 5


@dataclass(frozen=True, slots=True)
class Mark:
    """Where the words come from. version: of the draft that the page was made from, 0 for a new one.

    page: which page, as opened once in one tab. edit: how many changes that page had seen. With them, a page's
    own later words are told from those of another device. after: the page of the same tab whose words this one
    took over, which may save once more while it goes.
    """

    version: int
    page: str = ""
    edit: int = 0
    after: str = ""

    def follows(self, note: Note) -> bool:
        if note.version == self.version:
            return True
        page = note.body.get("page") or None
        if page == self.page:
            return self.edit > int(note.body.get("edit", 0))
        return page is not None and page == self.after


class AlreadySent(LessonsError):
    """The draft was sent: `debrief` is the record's id; `same` where it was sent with these very words."""

    message = N_("This debrief was already sent.")

    def __init__(self, debrief: str, *, same: bool) -> None:
        super().__init__()
        self.debrief = debrief
        self.same = same


def may_begin(by: User) -> None:
    """Raises NotAllowed, in words that say who can help."""
    if not by.may(Permit.SEND):
        raise NotAllowed(
            N_(
                "Debriefs are sent in by police staff. Tell the officer you work with what should be "
                "learned, or ask your administrator if your role is wrong."
            )
        )


def new_draft_id() -> str:
    return secrets.token_urlsafe(12)


def is_draft_id(id: str) -> bool:
    return re.fullmatch(r"[A-Za-z0-9_-]{16}", id) is not None


def open_draft(notebook: Notebook, by: User, id: str, typed: Form | None = None) -> Note:
    """A draft of this person's. Raises NotFound, also where it is somebody else's; AlreadySent.

    typed: what stands in the form that asks, for AlreadySent to tell whether these very words were sent.
    """
    note = notebook.get(id, by.name)
    if note.subject == SENT:
        same = typed is None or note.body.get("digest") == digest(typed)
        raise AlreadySent(note.body["debrief"], same=same)
    if note.subject != SUBJECT:
        raise NotFound()
    return note


def keep_draft(
    notebook: Notebook, library: Library, by: User, id: str, form: Form, mark: Mark
) -> Note:
    """Keep what has been typed so far, as it was typed.

    The same words once more change nothing. Raises StaleWrite where other words were saved meanwhile;
    AlreadySent; NotFound where the draft is somebody else's; Invalid where it is too long; NotAllowed.
    """
    may_begin(by)
    if not is_draft_id(id):
        raise NotFound()
    for _ in range(TRIES):
        note = _held(notebook, by, id, form)
        if note is not None and draft_form(note) == _plain(form):
            return note
        if note is not None and not mark.follows(note):
            raise StaleWrite(id)
        body = {
            **(note.body if note else {}),
            "form": _plain(form),
            "page": mark.page,
            "edit": mark.edit,
        }
        expected = note.version if note else 0
        try:
            return notebook.keep(id, by.name, SUBJECT, body, expected=expected, now=library.clock())
        except StaleWrite:
            continue  # another request of this very page may have been first: look again
    raise StaleWrite(id)


def keep_apart(notebook: Notebook, library: Library, by: User, form: Form) -> Note:
    """Words that came too late for the debrief they were meant for, as a draft of their own."""
    return keep_draft(notebook, library, by, new_draft_id(), form, Mark(0))


def _held(notebook: Notebook, by: User, id: str, form: Form) -> Note | None:
    """What is kept under that id, if anything is. Raises AlreadySent."""
    try:
        note = notebook.get(id, by.name)
    except NotFound:
        return None
    if note.subject == SENT:
        raise AlreadySent(note.body["debrief"], same=note.body.get("digest") == digest(form))
    return note


def keep_as_sent(
    notebook: Notebook, library: Library, by: User, id: str, form: Form, debrief: str
) -> None:
    """In place of the draft, the mark that it was sent; its words stand in the record alone."""
    body = {"debrief": debrief, "digest": digest(form)}
    notebook.keep(id, by.name, SENT, body, expected=None, now=library.clock())


def digest(form: Form) -> str:
    exact = json.dumps(_plain(form), sort_keys=True)
    return hashlib.sha256(exact.encode()).hexdigest()


def _plain(form: Mapping[str, Any]) -> Boxes:
    return {name: list(values) for name, values in form.items()}


def draft_form(note: Note) -> Boxes:
    return _plain(note.body.get("form", {}))


def draft_title(note: Note) -> str:
    """A few words by which an officer knows the draft again; "" where nothing is typed that could serve."""
    form = draft_form(note)
    for name in ("operation_name", "happened", "points-0-title"):
        start = words(form, name)[:60].strip()
        if start:
            return start
    return ""
