"""One slice of a batch at a time, so that a kill at any instant loses nothing of what is done nor of what to undo."""

from collections.abc import Collection, Mapping, Sequence
from contextlib import suppress
from datetime import datetime, timedelta

from lessons.domain import access
from lessons.domain.access import Role, System, User
from lessons.domain.errors import Busy, LessonsError, NotFound, StaleWrite, Unreadable
from lessons.domain.record import Stored
from lessons.domain.themes import ThemeState, state_of
from lessons.library import Library
from lessons.ports import Change, Notebook
from lessons.services.insight.batch import DONE, Batch, Pair, keep, retagging, under

VERB = "tag"
SLICE = 200  # records
LEASE = timedelta(seconds=60)  # for one slice; then another may take it over
# Other processes may know a theme for a second after it was merged, and tag with it.
SETTLE = timedelta(seconds=5)
TRIES = 5  # of a record that somebody else changes again and again
KEPT = 20  # batches of one person that can still be looked at and undone,
KEPT_OF_THEMES = 100  # and those that belong to changes of themes


def work(
    library: Library, notebook: Notebook, batch: Batch, on_the_way: Collection[str] = ()
) -> bool:
    """One slice. False where another has it, or nothing is to be done now. on_the_way: keys that other batches add.

    Raises Busy, with the slice claimed.
    """
    now = library.clock()
    if batch.claim and str(batch.claim["until"]) > now.isoformat():
        return False
    try:
        if not _may_begin(library, notebook, batch, now):
            return False
        take_up(library, batch)
        if not batch.todo:
            return _finish(library, notebook, batch, now, on_the_way)
        planned = _planned(library, batch)
        batch.claim = {
            "until": (now + LEASE).isoformat(),
            "plan": {c.record.id: [c.expected, did] for c, did in planned},
        }
        batch = keep(library, notebook, batch)
        answers = library.save_many(batch.by, VERB, [change for change, _ in planned])
        for (change, did), answer in zip(planned, answers, strict=True):
            _note(batch, change.record.id, did, answer)
        batch.claim = {}
        if not batch.todo and not batch.sweep:
            batch.finished = library.clock().isoformat()
        keep(library, notebook, batch)
        _tidy(notebook, batch)
    except StaleWrite:
        return False  # another worker was first
    return True


def _may_begin(library: Library, notebook: Notebook, batch: Batch, now: datetime) -> bool:
    """Whether the change of a theme that it belongs to was made; it is kept before that is."""
    if not batch.theme:
        return True
    try:
        made = library.records.revision(batch.theme, batch.revision).revision
    except LessonsError:
        if batch.saved + LEASE < now:
            notebook.drop(batch.id, batch.owner)
        return False
    if made.by != batch.owner:
        notebook.drop(batch.id, batch.owner)
        return False
    return True


def take_up(library: Library, batch: Batch) -> None:
    """What a worker that was killed had done of its slice."""
    plan: Mapping[str, Sequence[int]] = batch.claim.get("plan", {})
    for id, (expected, did) in plan.items():
        if id not in batch.todo:
            continue
        with suppress(LessonsError):
            kept = library.records.revision(id, expected + 1).revision
            if kept.by == batch.owner and kept.verb == VERB:
                del batch.todo[id]
                batch.done[id] = did
    batch.claim = {}


def _planned(library: Library, batch: Batch) -> list[tuple[Change, int]]:
    """The changes of the next slice, each with its place in `did`; what needs none leaves the list."""
    resolved = [_resolved(library, batch, pair) for pair in batch.changes]
    planned = []
    for id, which in list(batch.todo.items())[:SLICE]:
        pair = resolved[which]
        stored = _held(library, batch, id)
        change = stored if isinstance(stored, str) else _change(batch, stored, pair)
        if isinstance(change, str):
            del batch.todo[id]
            batch.refused[id] = change
        elif change is None:
            del batch.todo[id]
            batch.done[id] = -1
        else:
            planned.append(change)
    return planned


def _resolved(library: Library, batch: Batch, pair: list[list[str]]) -> Pair | str:
    """What people chose, as it is called now; why it cannot be chosen any more."""
    add, remove = tuple(pair[0]), tuple(pair[1])
    if batch.machine or batch.strict:
        return add, remove
    themes = library.vocabularies["theme"]
    now = tuple(themes.current_key(key) for key in add)
    for was, became in zip(add, now, strict=True):
        if was != became and not any(told["was"] == was for told in batch.told):
            batch.told.append({"was": was, "now": became, "who": _who(library, was)})
    terms = [themes.terms.get(key) for key in now]
    if any(term is None or state_of(term) is not ThemeState.CURRENT for term in terms):
        return "retired"
    return now, tuple(dict.fromkeys(k for key in remove for k in (key, themes.current_key(key))))


def _who(library: Library, key: str) -> str:
    try:
        return library.records.get(key).revision.by
    except LessonsError:
        return ""


def _held(library: Library, batch: Batch, id: str) -> Stored | str:
    try:
        stored = library.records.get(id)
        if id in batch.tries or not stored.revision.number:  # perhaps edited by hand
            stored = library.records.settle(id, at=library.clock())
    except NotFound:
        return "gone"
    except Unreadable:
        return "unreadable"
    except LessonsError:
        return "refused"
    return stored if access.may_read(batch.by, stored.record, library.today) else "gone"


def _change(batch: Batch, stored: Stored, pair: Pair | str) -> tuple[Change, int] | str | None:
    """The record as it is to be; None where it is so already; why it is left as it is."""
    if isinstance(pair, str):
        return pair
    before = stored.record.keys("themes")
    after = retagging(before, pair, strict=batch.strict)
    if after is None or isinstance(after, str):
        return after
    did = [[k for k in after if k not in before], [k for k in before if k not in after]]
    if did not in batch.did:
        batch.did.append(did)
    record = stored.record.with_(themes=after)
    return Change(record, stored.revision.number), batch.did.index(did)


def _note(batch: Batch, id: str, did: int, answer: Stored | LessonsError) -> None:
    """What became of one record; one that somebody was quicker to change goes to the end of the list."""
    which = batch.todo.pop(id)
    if isinstance(answer, Stored):
        batch.done[id] = did
        batch.tries.pop(id, None)
    elif isinstance(answer, StaleWrite | Busy) and batch.tries.get(id, 0) < TRIES:
        batch.tries[id] = batch.tries.get(id, 0) + 1
        batch.todo[id] = which
    else:
        stale = isinstance(answer, StaleWrite)
        why = "unreadable" if isinstance(answer, Unreadable) else "changed" if stale else "refused"
        batch.refused[id] = why


def _finish(
    library: Library, notebook: Notebook, batch: Batch, now: datetime, on_the_way: Collection[str]
) -> bool:
    """Once more through what still has a theme that was merged; whether there was any."""
    if batch.sweep:
        was, _ = batch.sweep
        if batch.saved + SETTLE > now or was in on_the_way:
            return False
        left = _left(library, batch)
        if left:
            batch.changes.append([[batch.sweep[1]], [was]])
            batch.todo |= dict.fromkeys(left, len(batch.changes) - 1)
            seen = set(under(library, _reader(batch), was))
            batch.unseen += [id for id in left if id not in seen]
            keep(library, notebook, batch)
            return True
    batch.finished = now.isoformat()
    keep(library, notebook, batch)
    _tidy(notebook, batch)
    return False


def _reader(batch: Batch) -> User:
    """Whoever asked for it, as a reader: never the machine."""
    return User(batch.owner, Role(batch.role), groups=frozenset(batch.groups))


def _left(library: Library, batch: Batch) -> list[str]:
    """Records that have got the merged theme since; nothing where it was taken out of the merge again."""
    was = batch.sweep[0]
    library.forget_lists()
    if library.vocabularies["theme"].current_key(was) == was:
        return []
    known = {*batch.refused}
    return [
        id for id in under(library, System(batch.owner, Role(batch.role)), was) if id not in known
    ]


def _tidy(notebook: Notebook, batch: Batch) -> None:
    """What belongs to a change of a theme is kept longer, for that change to be undone whole."""
    if not batch.finished:
        return
    notes = notebook.all(batch.owner, DONE)
    of_themes = [note for note in notes if note.body["theme"]]
    others = [note for note in notes if not note.body["theme"]]
    for note in (*others[KEPT:], *of_themes[KEPT_OF_THEMES:]):
        notebook.drop(note.id, note.owner)
