"""Drafts of packs: private to whoever makes them, on any device of theirs, until they are issued."""

import re
import secrets
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import KW_ONLY, dataclass, replace
from datetime import datetime
from typing import Any

from lessons.domain.access import Permit, User, demand
from lessons.domain.briefings import SHAPE, in_pack, version_of
from lessons.domain.errors import LessonsError, NotFound, SearchUnavailable, StaleWrite
from lessons.domain.record import Kind, Record, Row, Value
from lessons.domain.schema import NotOfType, Type, to_value, to_words
from lessons.domain.text import N_
from lessons.domain.why import as_words
from lessons.library import Library
from lessons.ports import Note, Notebook
from lessons.services.brief import building
from lessons.services.brief.asking import beginning
from lessons.services.brief.building import USUAL, Picked

SUBJECT = "briefing"
ISSUED = "issued briefing"  # what a draft becomes: the mark that stops it from being issued twice
LEAST_NEW = 2  # lessons that are looked for again, however many stay


@dataclass(frozen=True, slots=True)
class Draft:
    """A pack before it is issued.

    version: of the draft as kept, 0 before that. record: what will be issued, under the id that it will have; its
    `lessons` are in order. order: an operation order to find lessons by, which goes into no record. removed: lessons
    that were taken out, not to be found again. touched: those that somebody placed by hand, which stay whatever is
    found. dropped: rows of lessons that went out of use, kept for their notes. carried: lessons of the pack that this
    is a new version of, not open to this person. follows: the version it comes after, 0 for a first one. began: the
    revision of the pack that it began with. cut: more of an order was given than is read or kept. resting: search could
    not be asked. guidance: pages to read where nothing was found. thin: so little was said that the nearest are in.
    """

    id: str
    version: int
    saved: datetime
    record: Record
    _: KW_ONLY
    order: str = ""
    removed: tuple[str, ...] = ()
    touched: tuple[str, ...] = ()
    dropped: tuple[Row, ...] = ()
    carried: tuple[str, ...] = ()
    follows: int = 0
    began: int = 0
    cut: bool = False
    resting: bool = False
    guidance: tuple[str, ...] = ()
    thin: bool = False


class AlreadyIssued(LessonsError):
    """The draft was issued: `briefing` is the record's id."""

    message = N_("This pack was already issued.")

    def __init__(self, briefing: str) -> None:
        super().__init__()
        self.briefing = briefing


# --- kept --------------------------------------------------------------------------------------------
def new_id() -> str:
    return secrets.token_urlsafe(12)


def opened(notebook: Notebook, library: Library, by: User, id: str, seen: int = 0) -> Draft:
    """A draft of this person's. seen: the version that their page shows, where it matters.

    Raises NotFound, also where it is somebody else's, or follows a pack that is closed to them since; AlreadyIssued;
    StaleWrite where it was changed since.
    """
    if not re.fullmatch(r"[A-Za-z0-9_-]{16}", id):
        raise NotFound()
    note = notebook.get(id, by.name)
    if note.subject == ISSUED:
        raise AlreadyIssued(str(note.body["briefing"]))
    if note.subject != SUBJECT:
        raise NotFound()
    draft = _draft(note)
    if not _is_open(library, by, draft):
        raise NotFound()
    if seen and note.version != seen:
        raise StaleWrite(id)
    return draft


def mine(notebook: Notebook, library: Library, by: User) -> list[Draft]:
    """Newest first."""
    begun = [_draft(note) for note in notebook.all(by.name, SUBJECT)]
    return [draft for draft in begun if _is_open(library, by, draft)]


def _is_open(library: Library, by: User, draft: Draft) -> bool:
    """Whether this person may still read the pack whose words a new version began with."""
    return not draft.follows or library.peek(by, draft.record.id) is not None


def keep(notebook: Notebook, library: Library, by: User, draft: Draft) -> Draft:
    """Raises StaleWrite where it was changed since; Invalid where it is too long; NotAllowed."""
    demand(by, Permit.BRIEF)
    body = _body(draft)
    now = library.clock()
    return _draft(notebook.keep(draft.id, by.name, SUBJECT, body, expected=draft.version, now=now))


def keep_as_issued(notebook: Notebook, library: Library, by: User, draft: Draft) -> None:
    """In place of the draft, the mark that it was issued."""
    body = {"briefing": draft.record.id}
    notebook.keep(draft.id, by.name, ISSUED, body, expected=None, now=library.clock())


def issued_by(notebook: Notebook, by: User) -> frozenset[str]:
    """Ids of the packs that this person issued here."""
    return frozenset(str(note.body["briefing"]) for note in notebook.all(by.name, ISSUED))


_LISTS = ("removed", "touched", "carried", "guidance")


def _body(draft: Draft) -> dict[str, Any]:
    record = draft.record
    return {
        "id": record.id, "fields": {name: to_words(value) for name, value in record.fields.items()},
        "texts": dict(record.texts), "order": draft.order, "dropped": [dict(row) for row in draft.dropped],
        "follows": draft.follows, "began": draft.began, "cut": draft.cut, "resting": draft.resting,
        "thin": draft.thin, **{name: list(getattr(draft, name)) for name in _LISTS},
    }  # fmt: skip


def _draft(note: Note) -> Draft:
    body = note.body
    record = Record(
        body["id"], Kind.BRIEFING, fields=dict(_typed(body["fields"])), texts=body["texts"]
    )
    return Draft(
        note.id, note.version, note.saved, record, order=body["order"], dropped=tuple(body["dropped"]),
        follows=body["follows"], began=body.get("began", 0), cut=body["cut"], resting=body["resting"],
        thin=body.get("thin", False), **{name: tuple(body[name]) for name in _LISTS},
    )  # fmt: skip


def _typed(words: Mapping[str, Any]) -> Iterable[tuple[str, Value]]:
    """A field that the schema no longer has is left out."""
    for name, said in words.items():
        field = SHAPE.by_name.get(name)
        try:
            value = to_value(field, said) if field and field.type is not Type.TEXT else None
        except NotOfType:
            continue
        if value is not None:
            yield name, value


# --- begun -------------------------------------------------------------------------------------------
def blank(library: Library, by: User) -> Record:
    """What a first pack of theirs begins with."""
    fields: dict[str, Value] = {"marking": "official", "author": by.name}
    return Record(library.fresh_id(Kind.BRIEFING), Kind.BRIEFING, fields=fields)


def begin(notebook: Notebook, library: Library, by: User, asked: Record, order: str = "") -> Draft:
    """A draft with the pack already built. Raises NotAllowed, Invalid."""
    demand(by, Permit.BRIEF)
    whole = found(library, by, Draft(new_id(), 0, library.clock(), asked, order=order))
    return keep(notebook, library, by, with_order(whole, order))


def with_order(draft: Draft, order: str) -> Draft:
    """With as much of an order as a draft keeps."""
    kept = beginning(order)
    return replace(draft, order=kept, cut=draft.cut or kept != order)


def of_operation(notebook: Notebook, library: Library, by: User, operation: str) -> Draft | None:
    """A draft of theirs of a first pack for that operation."""
    drafts = (draft for draft in mine(notebook, library, by) if not draft.follows)
    return next((d for d in drafts if d.record.line("operation") == operation), None)


def again(notebook: Notebook, library: Library, by: User, id: str) -> Draft:
    """A new version of a pack, begun with all that it holds; one that they have begun already is given back.

    Raises NotFound, NotAllowed.
    """
    demand(by, Permit.BRIEF)
    if library.peek(by, id) is None:
        raise NotFound()
    for begun in mine(notebook, library, by):
        if begun.record.id == id and begun.follows:
            return begun
    now = library.records.get(id)
    pack = now.record
    hidden = tuple(lesson for lesson in in_pack(pack) if library.peek(by, lesson) is None)
    record = pack.with_(answers=None, issued=None)
    draft = Draft(
        new_id(), 0, library.clock(), record, carried=hidden, touched=in_pack(pack),
        follows=version_of(pack), began=now.revision.number,
    )  # fmt: skip
    return keep(notebook, library, by, draft)


# --- what is found -----------------------------------------------------------------------------------
def found(library: Library, by: User, draft: Draft) -> Draft:
    """The lessons looked for anew: those that somebody placed by hand stay, and what they took out stays out."""
    stay = [row for row in draft.record.rows("lessons") if _stays(draft, row)]
    out = [{"lesson": id} for id in draft.removed]
    asked = draft.record.with_(lessons=(*stay, *out))
    most = max(USUAL - len(stay), LEAST_NEW)
    try:
        built = building.build(library, by, asked, order=draft.order, most=most)
    except SearchUnavailable:
        return replace(draft, resting=True)
    rows = (*stay, *(row_of(each) for each in built.picked))
    return replace(
        draft, record=with_rows(draft.record, rows), cut=built.cut or draft.cut, resting=False,
        guidance=tuple(page.name for page in built.guidance), thin=built.thin,
    )  # fmt: skip


def row_of(picked: Picked) -> Row:
    return {
        "lesson": picked.lesson.id, "revision": str(picked.revision), "element": picked.element,
        "why": as_words(picked.reasons),
    }  # fmt: skip


def _stays(draft: Draft, row: Row) -> bool:
    lesson = row.get("lesson", "")
    return bool(row.get("note")) or lesson in draft.touched or lesson in draft.carried


def with_rows(record: Record, rows: Sequence[Row]) -> Record:
    """With these lessons, each once."""
    once = {row.get("lesson", ""): row for row in reversed(rows)}
    kept = [row for row in rows if once.get(row.get("lesson", "")) is row]
    return record.with_(lessons=tuple(kept))
