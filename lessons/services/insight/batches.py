"""Many records tagged at once: kept durably, done slice by slice, told of, and undone.

A batch is a note of whoever asked for it. Each slice is claimed before it is done, with the revisions that it means to
replace, so that whoever goes on after a kill can tell what of it was done, and the list of what to undo is never short.
"""

import secrets
import time
from collections.abc import Iterable, Iterator, Sequence
from contextlib import suppress

from lessons.domain import access
from lessons.domain.access import Permit, User
from lessons.domain.errors import Busy, Invalid, LessonsError, NotFound, Problem, StaleWrite
from lessons.domain.record import Record, kind_of
from lessons.domain.text import N_
from lessons.domain.themes import TAGGED, ThemeState, state_of
from lessons.library import Library
from lessons.ports import Notebook
from lessons.services.insight.batch import (
    DONE,
    SUBJECT,
    Batch,
    Pair,
    Plan,
    keep,
    read,
    under,
)
from lessons.services.insight.batch_work import take_up, work

MOST = 20_000  # records of one batch; a note holds no more
PATIENCE = 5.0  # seconds
SHARE = 3.0  # seconds of one sweep of the process that keeps watch
# Why a record was left as it was.
REFUSED = {
    "gone": N_("It is no longer there, or no longer yours to read."),
    "unreadable": N_("Its file was changed by hand and cannot be read."),
    "full": N_("It has as many themes as a record can have."),
    "changed": N_("Somebody has changed its themes since."),
    "retired": N_("The theme was taken out of use meanwhile."),
    "refused": N_("The change was refused. Open it to see why."),
}


# --- what there is ----------------------------------------------------------------------
def batch(notebook: Notebook, by: User, id: str) -> Batch:
    """Raises NotFound, also where it is somebody else's."""
    note = notebook.get(id, by.name)
    if note.subject not in (SUBJECT, DONE):
        raise NotFound()
    return read(note)


def batches(notebook: Notebook, by: User) -> Sequence[Batch]:
    """This person's, newest first."""
    return [read(note) for s in (SUBJECT, DONE) for note in notebook.all(by.name, s)]


def tagging(
    library: Library, by: User, key: str, ids: Sequence[str], *, remove: bool = False
) -> Plan:
    """Put a theme on records that this person found, or take it off them. Raises NotAllowed, Invalid."""
    access.demand(by, Permit.MANAGE_LISTS)
    themes = library.lists_for(by)["theme"]
    term = themes.terms.get(themes.current_key(key))
    if term is None or (not remove and state_of(term) is not ThemeState.CURRENT):
        raise Invalid([Problem("theme", N_("Choose a theme that is in use."))])
    fitting = [id for id in dict.fromkeys(ids) if kind_of(id) in TAGGED]
    if not fitting:
        raise Invalid([Problem("theme", N_("Nothing is chosen that can have a theme."))])
    if len(fitting) > MOST:
        message = N_("These are more than %(most)s. Narrow the search, and tag them in parts.")
        raise Invalid([Problem("theme", message, values=(("most", f"{MOST:,}"),))])
    change: Pair = ((), (key,)) if remove else ((key,), ())
    return Plan("untag" if remove else "tag", (key,), dict.fromkeys(fitting, 0), (change,))


# --- beginning ----------------------------------------------------------------------
def prepare(
    library: Library, notebook: Notebook, by: User, plan: Plan, *, id: str = "",
    theme: str = "", revision: int = 0,
) -> list[Batch]:  # fmt: skip
    """Keep what is to be done, in as many parts as it takes; nothing is done yet."""
    first, parts = id or secrets.token_urlsafe(12), []
    ids = list(plan.ids.items())
    for number, start in enumerate(range(0, max(len(ids), 1), MOST), 1):
        some = dict(ids[start : start + MOST])
        made = Batch(
            part_id(first, number), by.name, 0, library.clock(), plan.what, list(plan.keys), by.role, sorted(by.groups),
            [[list(a), list(r)] for a, r in plan.changes], some, [i for i in plan.unseen if i in some],
            plan.machine, plan.strict, list(plan.sweep or ()), [list(o) for o in plan.others if number == 1],
            theme, revision,
        )  # fmt: skip
        parts.append(keep(library, notebook, made))
    return parts


def part_id(first: str, number: int) -> str:
    return first if number == 1 else f"{first}-{number}"


def begin(library: Library, notebook: Notebook, parts: Sequence[Batch]) -> Batch:
    """Do the first slice at once; a chore does the rest."""
    with suppress(Busy):  # what was claimed is taken up again
        work(library, notebook, parts[0])
    return batch(notebook, parts[0].by, parts[0].id)


def tag(library: Library, notebook: Notebook, by: User, plan: Plan) -> Batch:
    """Do what `tagging` planned."""
    return begin(library, notebook, prepare(library, notebook, by, plan))


def drop(notebook: Notebook, parts: Iterable[Batch]) -> None:
    for each in parts:
        notebook.drop(each.id, each.owner)


def work_batches(library: Library, notebook: Notebook, *, seconds: float = SHARE) -> bool:
    """Slices of every batch that waits, for about so long. Returns whether the last of them did anything, so that there
    may be more. Raises Busy, SearchUnavailable; nothing is lost by it.
    """
    give_up = time.monotonic() + seconds
    while _one_of_each(library, notebook):
        if time.monotonic() > give_up:
            return True
    return False


def _one_of_each(library: Library, notebook: Notebook) -> bool:
    waiting = [read(note) for note in notebook.every(SUBJECT)]
    worked = False
    for each in waiting:
        on_the_way = {
            key for other in waiting if other.todo and other.id != each.id
            for add, _ in other.changes for key in add
        }  # fmt: skip
        worked = work(library, notebook, each, on_the_way) or worked
    return worked


# --- undoing ----------------------------------------------------------------------
def stop(library: Library, notebook: Notebook, batch: Batch) -> Batch:
    """With nothing left to do. Raises Busy where a slice is being done for longer than we wait."""
    give_up = time.monotonic() + PATIENCE
    while True:
        batch = read(notebook.get(batch.id, batch.owner))
        claimed = batch.claim and str(batch.claim["until"]) > library.clock().isoformat()
        if not claimed:
            take_up(library, batch)
            batch.stopped = batch.stopped or bool(batch.todo)
            batch.todo, batch.sweep = {}, []
            batch.finished = batch.finished or library.clock().isoformat()
            with suppress(StaleWrite):
                return keep(library, notebook, batch)
        if time.monotonic() > give_up:
            raise Busy()
        time.sleep(0.05)


def reversal(library: Library, by: User, parts: Sequence[Batch]) -> Plan:
    """What takes back what these did, where nobody has changed it since. Raises SearchUnavailable."""
    changes: list[Pair] = []
    ids: dict[str, int] = {}
    for each in parts:
        start = len(changes)
        changes += [(tuple(removed), tuple(added)) for added, removed in each.did]
        ids |= {id: start + did for id, did in each.done.items() if did >= 0}
    machine = any(each.machine for each in parts)
    keys = {key for pair in changes for some in pair for key in some}
    seen = set(under(library, by, *keys)) if machine and keys else set(ids)
    return Plan(
        "undo", tuple(parts[0].keys), ids, tuple(changes), unseen=[i for i in ids if i not in seen],
        machine=machine, strict=True,
    )  # fmt: skip


class Undone(LessonsError):
    """Somebody pressed twice."""

    message = N_("This was undone already.")


def undo(library: Library, notebook: Notebook, by: User, id: str) -> Batch:
    """Take back what one's own search tagged. Raises NotFound, NotAllowed, Invalid, Undone, Busy."""
    access.demand(by, Permit.MANAGE_LISTS)
    done = batch(notebook, by, id)
    if done.theme:
        raise Invalid([Problem("", N_("This belongs to a change of a theme. Undo it there."))])
    if done.undone and _exists(notebook, by, done.undone):
        raise Undone()
    done = stop(library, notebook, done)
    done.undone = secrets.token_urlsafe(12)
    try:
        done = keep(library, notebook, done)
    except StaleWrite:
        raise Undone() from None
    plan = reversal(library, by, [done])
    return begin(library, notebook, prepare(library, notebook, by, plan, id=done.undone))


def _exists(notebook: Notebook, by: User, id: str) -> bool:
    with suppress(NotFound):
        return bool(notebook.get(id, by.name))
    return False


def parts_of(notebook: Notebook, owner: str, first: str) -> Iterator[Batch]:
    """All parts of one batch, in order; none where it is too long ago."""
    number = 1
    with suppress(NotFound):
        while True:
            yield read(notebook.get(part_id(first, number), owner))
            number += 1


def titles(
    library: Library, reader: User, batch: Batch, most: int = 100
) -> Sequence[tuple[Record, str]]:
    """Records that were left as they were and that this person may read, each with the reason."""
    found: list[tuple[Record, str]] = []
    for id, why in batch.refused.items():
        stored = library.peek(reader, id)
        if stored and len(found) < most:
            found.append((stored.record, why))
    return found
