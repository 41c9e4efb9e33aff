"""One move of one action, whoever asks for it; its files; and all that somebody leaves behind handed over at once."""

from collections.abc import Collection, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from pathlib import PurePath
from typing import BinaryIO

from lessons.domain.access import User, sees
from lessons.domain.action_life import (
    MOVES,
    NO_SUCH_MOVE,
    ActionMove,
    barred,
    moves_later,
)
from lessons.domain.boxes import Form
from lessons.domain.clearing import Marked, fingerprint
from lessons.domain.deciding import IllegalMove
from lessons.domain.errors import Busy, Invalid, LessonsError, NotFound, Problem, StaleWrite
from lessons.domain.personal_data import scan
from lessons.domain.record import Kind, Record, Stored
from lessons.domain.schema import SHAPES
from lessons.domain.text import N_
from lessons.library import Library
from lessons.ports import Accounts, Attached, Event, NotTaken
from lessons.services.track import keeping
from lessons.services.track.actions_agreeing import (
    Moved,
    Prepared,
    day_problems,
    with_people,
    working_day,
)

SHAPE = SHAPES[Kind.ACTION]
MOST_FILES = SHAPE["files"].most
NO_TITLE = N_("Enter what will be done.")
NO_DAY = N_("Enter the day by which it is to be done.")
NO_SUCH_FILE = N_("Choose the file to remove.")
TOO_MANY = N_("An action takes %(most)s files at most. Remove one first.")
CHANGED = N_(
    "This file is no longer what it was when it was added, so it is not given out. Tell your administrator."
)


@dataclass(frozen=True, slots=True)
class Upload:
    """A file as it came. name: as the browser has it."""

    name: str
    content: BinaryIO


@dataclass(frozen=True, slots=True)
class Done:
    stored: Stored
    moved: Moved | None = None


def current(library: Library, by: User, id: str) -> Stored:
    """An action whole, for somebody who may read it. Raises NotFound, Unreadable."""
    return keeping.current(library, by, id, Kind.ACTION)


def make(
    library: Library, accounts: Accounts, by: User, id: str, key: str, form: Form, *, expected: int,
    uploads: Sequence[Upload] = (), remove: str = "", is_role: bool = False,
    confirmed: Collection[str] = keeping.NOTHING,
) -> Done:  # fmt: skip
    """Make the move `key`. form: what its boxes say; those that it does not have stay as they are. expected: the
    revision that this person saw. remove: the name of the file to take away.

    Raises NotFound, StaleWrite, IllegalMove, Refused, MarkingTooHigh, Invalid, Busy.
    """
    stored = current(library, by, id)
    move = MOVES.get(key)
    if move is None:
        raise IllegalMove(NO_SUCH_MOVE)
    if stored.revision.number != expected:
        raise StaleWrite(id)
    no = barred(move, by, stored.record)
    if no:
        raise IllegalMove(no)
    found = _prepared(library, accounts, by, move, stored.record, form, is_role, confirmed)
    entry = replace(found.entry, marked=(*found.entry.marked, *marked_names(uploads, confirmed)))
    after = keeping.demand(entry)
    if key == "remove_file":
        return Done(_without_file(library, by, stored, after, remove))
    if uploads and move.takes_files:
        return Done(_with_files(library, by, move, stored, after, uploads), found.moved)
    return Done(library.save(by, key, after, expected=expected), found.moved)


def _prepared(
    library: Library, accounts: Accounts, by: User, move: ActionMove, before: Record, form: Form, is_role: bool,
    confirmed: Collection[str],
) -> Prepared:  # fmt: skip
    """The action as the move leaves it, not yet kept."""
    asked = [name for name in move.takes if _stands(name, form) and sees(by, SHAPE[name], before)]
    if "decision" in move.takes and "decision" not in asked:
        asked.append("decision")  # what is said with a move is said anew each time
    entry = keeping.entered(
        library, before, asked, form, confirmed=confirmed, complete=False,
        rules=lambda record: _rules(library, before, record),
    )  # fmt: skip
    record, problems = with_people(library, accounts, by, before, entry.record, is_role=is_role)
    said = tuple(_marks_of("decision", record.line("decision"), confirmed)) if "decision" in asked else ()  # fmt: skip
    moved = None
    if record.day("due") != before.day("due"):
        record, moved = working_day(library, record)
    record = _stamped(library, by, move, before, record)
    there = {problem.field for problem in entry.problems}
    more = tuple(problem for problem in problems if problem.field not in there)
    return Prepared(keeping.Entered(record, entry.problems + more, entry.marked + said), moved)


def _stands(name: str, form: Form) -> bool:
    return any(box == name or box.startswith(f"{name}-") for box in form)


def _rules(library: Library, before: Record, record: Record) -> list[Problem]:
    problems = []
    if not record.line("title").strip():
        problems.append(Problem("title", NO_TITLE))
    if record.day("due") != before.day("due"):
        problems += day_problems(library, record)
        if record.day("due") is None:
            problems.append(Problem("due", NO_DAY))
    return problems


def _stamped(
    library: Library, by: User, move: ActionMove, before: Record, record: Record
) -> Record:
    """With what the product sets by itself."""
    today = library.today
    if move.to is not None:
        record = record.with_(action_state=move.to.value)
    if move.key == "done":
        record = record.with_(done_by=by.name, done_on=today)
    elif move.key == "verify":
        record = record.with_(verified_by=by.name, verified_on=today)
    elif move.key in ("not_lasting", "decide_against"):
        gone = ("done_by", "done_on", "verified_by", "verified_on")
        record = record.with_(**dict.fromkeys(name for name in gone if name in move.stamps))
    if "moved" in move.stamps and record.day("due") != before.day("due"):
        why = record.line("decision") if moves_later(before, record) else ""
        row = {"on": today.isoformat(), "was": _iso(before), "now": _iso(record), "why": why}
        record = record.with_(moved=(*before.rows("moved"), row)[-SHAPE["moved"].most :])
    return record


def _iso(record: Record) -> str:
    due = record.day("due")
    return due.isoformat() if due else ""


# --- files -----------------------------------------------------------------------------------------------
def marked_names(uploads: Sequence[Upload], confirmed: Collection[str]) -> list[Marked]:
    """What in the names of files may identify somebody."""
    words = (PurePath(upload.name.replace("\\", "/")).stem for upload in uploads)
    plain = (name.replace("_", " ").replace("-", " ") for name in words)
    return [mark for name in plain for mark in _marks_of("files", name, confirmed)]


def _marks_of(field: str, words: str, confirmed: Collection[str]) -> list[Marked]:
    return [Marked(SHAPE[field], flag) for flag in scan(words) if fingerprint(flag) not in confirmed]  # fmt: skip


def _with_files(
    library: Library, by: User, move: ActionMove, stored: Stored, after: Record,
    uploads: Sequence[Upload],
) -> Stored:  # fmt: skip
    """Files are kept before the record that names them, so that it never names one that is not there."""
    keep = library.attachments
    if keep is None:
        raise Busy()
    id, kept = after.id, {row.get("name", "") for row in after.rows("files")}
    if len(kept) + len(uploads) > MOST_FILES:
        raise Invalid([Problem("files", TOO_MANY, values=(("most", str(MOST_FILES)),))])
    taken: list[Attached] = []
    try:
        for upload in uploads:
            taken.append(_put(library, id, upload))
        new = {each.name: each for each in taken if each.name not in kept}
        rows = (*after.rows("files"), *(_row(library, by, each) for each in new.values()))
        return library.save(by, move.key, after.with_(files=rows), expected=stored.revision.number)
    except LessonsError:
        named = {row.get("name", "") for row in library.records.get(id).record.rows("files")}
        for each in taken:
            if each.name not in named:
                with suppress(NotFound):
                    keep.remove(id, each.name)
        raise


def _put(library: Library, id: str, upload: Upload) -> Attached:
    assert library.attachments is not None
    try:
        return library.attachments.put(id, upload.name, upload.content)
    except NotTaken as error:
        values = tuple((name, str(value)) for name, value in error.values.items())
        raise Invalid([Problem("files", error.message, values=values)]) from error


def _row(library: Library, by: User, each: Attached) -> dict[str, str]:
    at = library.clock().isoformat().replace("+00:00", "Z")
    return {
        "name": each.name, "type": each.type, "size": str(each.size), "sha256": each.sha256, "by": by.name, "at": at,
    }  # fmt: skip


def _without_file(library: Library, by: User, stored: Stored, after: Record, name: str) -> Stored:
    """The row goes first: a file that no record names is given to nobody."""
    left = tuple(row for row in after.rows("files") if row.get("name") != name)
    if len(left) == len(after.rows("files")):
        raise Invalid([Problem("file", NO_SUCH_FILE)])
    kept = library.save(by, "remove_file", after.with_(files=left), expected=stored.revision.number)
    if library.attachments:
        with suppress(NotFound):
            library.attachments.remove(after.id, name)
    return kept


def file_of(library: Library, reader: User, id: str, name: str) -> tuple[Attached, BinaryIO]:
    """A file of an action for somebody who may read it; the audit log is told which by its number and sum.

    Raises NotFound; NotTaken where it is no longer what it was.
    """
    stored = current(library, reader, id)
    rows = stored.record.rows("files")
    place, row = next(((n, r) for n, r in enumerate(rows, 1) if r.get("name") == name), (0, None))
    if row is None or library.attachments is None:
        raise NotFound()
    found, content = library.attachments.open(id, name)
    note = f"file {place} {found.sha256[:12]}"
    library.audit.note(
        Event(library.clock(), reader.name, "consultation", record=id, revision=stored.revision.number, note=note)
    )  # fmt: skip
    if found.sha256 != row.get("sha256"):
        content.close()
        raise NotTaken(CHANGED)
    return found, content


# --- all of somebody who has left ------------------------------------------------------------------------
def hand_over_all(
    library: Library, accounts: Accounts, by: User, seen: Mapping[str, int], form: Form, *, is_role: bool,
    confirmed: Collection[str] = keeping.NOTHING,
) -> tuple[list[Stored], list[tuple[str, LessonsError]]]:  # fmt: skip
    """Each of these actions as it was seen. form: the boxes of `hand_over`. What could not be handed over is given
    back with why; what is wrong with the form itself is raised before any is. Raises Refused, Invalid.
    """
    done: list[Stored] = []
    refused: list[tuple[str, LessonsError]] = []
    for id, expected in seen.items():
        try:
            made = make(
                library, accounts, by, id, "hand_over", form, expected=expected, is_role=is_role, confirmed=confirmed
            )  # fmt: skip
            done.append(made.stored)
        except Invalid as error:
            if not done:
                raise
            refused.append((id, error))
        except LessonsError as error:
            refused.append((id, error))
    return done, refused
