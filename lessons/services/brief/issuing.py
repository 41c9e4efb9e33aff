"""Issuing a draft: it becomes a pack, or the next version of one, and stands fast from then on."""

from collections.abc import Collection, Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from lessons.domain import plan_answers
from lessons.domain.access import Permit, User, demand, is_sensitive
from lessons.domain.briefings import (
    EMPTY,
    LIVING,
    MOST,
    RESTRICTION,
    in_pack,
    marking_of,
    version_of,
)
from lessons.domain.clearing import Refused, fingerprint, marked, to_look_at, too_high
from lessons.domain.errors import (
    LessonsError,
    NotFound,
    Problem,
    StaleWrite,
)
from lessons.domain.plan_answers import answers_of, merged
from lessons.domain.record import Record, Row, Stored, Value
from lessons.domain.schema import check
from lessons.domain.states import GOOD
from lessons.domain.text import N_
from lessons.library import Library
from lessons.ports import Notebook
from lessons.services.brief import drafts
from lessons.services.brief.arranging import (
    ELEMENT,
    FULL,
    drop,
    holding,
    notes_too_long,
    own_rows,
    rows_in_order,
)
from lessons.services.brief.asking import operation_of
from lessons.services.brief.drafts import AlreadyIssued, Draft
from lessons.services.brief.reading import as_read_by

TRIES = 5
LOOK = N_("Look at what is marked: it may identify somebody, or be too sensitive for a pack.")
TOO_HIGH = N_(
    "Something here is marked higher than OFFICIAL-SENSITIVE. This system may not hold it: take it out of the draft."
)
# Why it is restricted, where nothing else is said; not to be translated, as it is kept.
AS_HELD = "As the records that it holds."


class LessonsLost(LessonsError):
    """Lessons went out of use while the draft lay there. draft: as it is kept now, without them."""

    message = N_(
        "Not issued yet: not all lessons of this draft can be used any more. Look at those named below, then issue it."
    )

    def __init__(self, draft: Draft) -> None:
        super().__init__()
        self.draft = draft


class NewerVersion(LessonsError):
    """Somebody issued a version while this one was being made. draft: as it is kept now, to follow theirs."""

    message = N_(
        "Not issued yet: somebody issued version %(number)s of this pack while you worked. "
        "Your words are kept here. Look at theirs, then issue yours as the version after it."
    )

    def __init__(self, draft: Draft) -> None:
        super().__init__(None, number=draft.follows)
        self.draft = draft


def issue(
    library: Library, notebook: Notebook, by: User, draft: Draft, confirmed: Collection[str] = ()
) -> Stored:
    """Once, however often it is pressed. confirmed: fingerprints of what was looked at.

    Raises NotAllowed, LessonsLost, NewerVersion, Refused, Invalid, Busy.
    """
    demand(by, Permit.BRIEF)
    if holding(library, by, draft).newly:
        raise LessonsLost(drafts.keep(notebook, library, by, drop(library, by, draft)))
    _demand_sound(library, by, draft, confirmed)
    stored = _first(library, by, draft) if not draft.follows else _next(library, notebook, by, draft)  # fmt: skip
    drafts.keep_as_issued(notebook, library, by, draft)
    return stored


def _demand_sound(library: Library, by: User, draft: Draft, confirmed: Collection[str]) -> None:
    """Raises Refused. Nothing is said of lessons that are carried along."""
    rows = own_rows(draft)
    record = draft.record.with_(lessons=tuple(rows))
    found = check(record, library.vocabularies, today=library.today)
    problems = [p for p in found if p.field != "lessons"] + notes_too_long(rows)
    if not rows:
        problems.append(Problem("words", EMPTY))
    elif len(rows) > MOST:
        problems.append(Problem("words", FULL, values=(("most", str(MOST)),)))
    before = _before(library, by, draft)
    known = library.vocabularies.words
    old = {fingerprint(each.flag) for each in marked(before, known)} if before else set()
    marks = [each for each in marked(record, known) if to_look_at(each.flag, old | set(confirmed))]
    if any(too_high(each.flag) for each in marks):
        problems.append(Problem("flags", TOO_HIGH))
    if problems or marks:
        raise Refused(problems or [Problem("flags", LOOK)], marks)


def _before(library: Library, by: User, draft: Draft) -> Record | None:
    """The pack that it follows, as this person may know it."""
    stored = library.peek(by, draft.record.id) if draft.follows else None
    return as_read_by(library, by, stored.record) if stored else None


def _first(library: Library, by: User, draft: Draft) -> Stored:
    record = _as_issued(library, draft, None)
    try:
        return library.save(by, "brief", record, expected=0)
    except StaleWrite:
        raise AlreadyIssued(draft.record.id) from None


def _next(library: Library, notebook: Notebook, by: User, draft: Draft) -> Stored:
    """Answers may come in meanwhile; another version may not."""
    if library.peek(by, draft.record.id) is None:
        raise NotFound()
    for _ in range(TRIES):
        now = library.records.get(draft.record.id)
        latest = version_of(now.record)
        if latest != draft.follows:
            newer = replace(draft, follows=latest)
            raise NewerVersion(drafts.keep(notebook, library, by, newer))
        try:
            record = _as_issued(library, draft, now.record)
            return library.save(by, "brief_again", record, expected=now.revision.number)
        except StaleWrite:
            continue
    raise StaleWrite(draft.record.id)


def _as_issued(library: Library, draft: Draft, before: Record | None) -> Record:
    """The record as it will be kept. before: the version that it follows, with the answers given so far."""
    rows = _rows(library, draft)
    stays: dict[str, Value | None] = {}
    if before:
        stays = {name: before.fields.get(name) for name in (*LIVING, "author")}
        stays["checks"] = _checked(library, draft, before)
    record = draft.record.with_(
        **stays, lessons=tuple(rows), version=version_of(before) + 1 if before else 1,
        issued=_after(library.clock(), before),
    )  # fmt: skip
    kept = set(in_pack(record))
    answers = [row for row in record.rows("answers") if row.get("lesson") in kept]
    return _restricted(library, record.with_(answers=tuple(answers)), before)


def _checked(library: Library, draft: Draft, before: Record) -> tuple[Row, ...]:
    """The answers of the draft to the questions about the plan, and those that others gave since it was begun."""
    given, now = answers_of(draft.record), answers_of(before)
    try:
        seen = answers_of(library.records.revision(before.id, draft.began).record)
    except LessonsError:
        seen = {}
    return plan_answers.rows(merged(seen, given, now).answers, now)


def _after(now: datetime, before: Record | None) -> datetime:
    was = before.moment("issued") if before else None
    return max(now, was + timedelta(seconds=1)) if was else now


def _rows(library: Library, draft: Draft) -> list[Row]:
    """Each with the revision that it is issued with; those carried along only where they still hold good."""
    rows: list[Row] = []
    for row in rows_in_order(library, draft.record.rows("lessons")):
        try:
            stored = library.records.get(row["lesson"])
        except LessonsError:
            continue
        if stored.record.line("state") not in GOOD:
            continue
        number = row.get("revision", "") if row["lesson"] in draft.carried else ""
        placed = {"element": row.get("element") or ELEMENT}
        rows.append({**row, **placed, "revision": number or str(stored.revision.number)})
    return rows


def _restricted(library: Library, record: Record, before: Record | None) -> Record:
    """Marked as the highest of what it holds, and open to no more people than its operation."""
    lessons = [library.records.get(id).record for id in in_pack(record)]
    operation = _operation(library, record)
    if before:
        record = record.with_(**{name: before.fields.get(name) for name in RESTRICTION})
        lessons.append(before)
    if operation and operation.keys("groups") and not record.keys("groups"):
        record = record.with_(
            groups=operation.keys("groups"), restricted_until=operation.fields.get("restricted_until")
        )  # fmt: skip
    record = record.with_(marking=marking_of(record, lessons, operation))
    guarded = is_sensitive(record) or record.keys("groups")
    if guarded and not record.line("restricted_because"):
        record = record.with_(restricted_because=AS_HELD)
    return record


def _operation(library: Library, record: Record) -> Record | None:
    try:
        return library.records.get(record.line("operation")).record
    except LessonsError:
        return None


def marking_now(library: Library, by: User, draft: Draft, markings: Sequence[str]) -> list[str]:
    """What the pack would be marked by, if it were issued now. markings: of the lessons shown."""
    operation = operation_of(library, by, draft.record)
    own = [draft.record, *([operation] if operation else [])]
    return [*(each.line("marking") for each in own), *markings]
