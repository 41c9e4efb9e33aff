"""Watch: keeping the index to what the files say, while serving and on command."""

import logging
from collections.abc import Callable, Container, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import date
from threading import Event as Signal
from time import perf_counter

from lessons.domain.debrief import changed
from lessons.domain.errors import LessonsError, Problem, SearchUnavailable, Unreadable
from lessons.domain.record import Kind, Record, kind_of
from lessons.domain.schema import SHAPES, check
from lessons.domain.states import State
from lessons.library import Library

log = logging.getLogger(__name__)

TICK = 1.0  # seconds
PATIENCE = 10.0  # seconds for the process that keeps watch to mend the index, before another does
SHARE = 50  # a sweep that takes t seconds is followed by SHARE times t of rest,
LONGEST_REST = 20.0  # but by no more than so many seconds, unless the setting says so


@dataclass(frozen=True, slots=True)
class Complaint:
    """Something wrong in the knowledge base, and where."""

    where: str
    problem: str


def keep_watch(
    library: Library,
    stop: Signal,
    *,
    every: float,
    may_work: Callable[[], bool],
    chores: Sequence[Callable[[], object]] = (),
) -> None:
    """Until `stop` is set: notice edits by hand, catch the index up, merge its parts. For one thread per process;
    `may_work` says whether this process is the one that does it now. chores: what that process does besides, on each
    sweep, each for a few seconds at most; again on the next tick where one returns True, since it has more to do.
    """
    rest, blind, more = every, 0.0, False
    while not stop.wait(TICK):
        rest -= TICK
        mine, turn = False, more or rest <= 0
        try:
            blind = 0.0 if library.index.ready() else blind + TICK
            # Damage may show itself to this process alone, so the one that keeps watch cannot know of it.
            mine = may_work()
            if not mine and blind <= every + PATIENCE:
                continue
            library.index.tend()
            if rest <= 0 or blind:
                started = perf_counter()
                look_round(library)
                taken = perf_counter() - started
                rest = max(every, min(SHARE * taken, LONGEST_REST))
        except LessonsError as error:
            log.warning("the index could not be brought up to date: %s", error)
        except Exception:
            log.exception("the watch on the knowledge base failed; it goes on")
        if mine and turn:
            more = do_all(chores)


def do_all(chores: Sequence[Callable[[], object]]) -> bool:
    """Each of them, whatever becomes of those before it. Returns whether one of them has more to do."""
    more = False
    for chore in chores:
        try:
            more = chore() is True or more
        except LessonsError as error:
            log.warning("a chore is left for later: %s", error)
        except Exception:
            log.exception("a chore failed; the others go on")
    return more


def look_round(library: Library) -> None:
    """One sweep: make the index anew if it cannot be read, else bring it up to date."""
    if not library.index.ready():
        log.warning("the index is missing or damaged and is being made anew")
        library.rebuild()
    report = library.sync()
    if report.indexed or report.removed:
        log.info("index brought up to date: %s records, %s gone", report.indexed, report.removed)
    for error in report.news:
        log.warning("left alone, cannot be read: %s", error)


def complaints(
    library: Library, progress: Callable[[int, int], None] = lambda done, total: None
) -> list[Complaint]:
    """Everything wrong with the knowledge base: unreadable files, broken fields, links to nothing, index drift."""
    found = [Complaint(path, why) for path, why in library.records.strays()]
    found += [Complaint(f"{path}:{p.line}", str(p)) for path, p in library.reference.problems()]
    wanted = library.records.versions()
    held = _held(library)
    if held is None:
        found.append(Complaint("index", "is missing or damaged: run `lessons sync --rebuild`"))
    for done, (id, version) in enumerate(wanted.items(), 1):
        found += _record_complaints(library, id, wanted.keys(), library.today)
        if held is not None and held.get(id) != version and _is_readable(library, id):
            found.append(Complaint(id, "the index does not hold this text: run `lessons sync`"))
        progress(done, len(wanted))
    found += [
        Complaint(id, "is in the index but not on disk: run `lessons sync`")
        for id in held or ()
        if id not in wanted
    ]
    return found


def _is_readable(library: Library, id: str) -> bool:
    """What cannot be read is not in the index, and no sync brings it there."""
    try:
        library.records.get(id)
    except LessonsError:
        return False
    return True


def _held(library: Library) -> Mapping[str, str] | None:
    """What the index holds; None where it cannot be read."""
    try:
        return library.index.versions()
    except SearchUnavailable:
        return None


def _record_complaints(
    library: Library, id: str, known: Container[str], today: date
) -> list[Complaint]:
    try:
        record = library.records.get(id).record
    except Unreadable as error:
        return [Complaint(f"{error.path}:{p.line}", f"{p.field}: {p}") for p in error.problems]
    except LessonsError as error:
        return [Complaint(id, str(error))]
    # A file by hand may lack what the form asks for.
    problems: list[Problem] = check(record, library.vocabularies, today=today, complete=False)
    found = [Complaint(id, f"{p.field}: {p}") for p in problems]
    found += [
        Complaint(id, f"{name}: {target} does not exist")
        for name, target in _links(record)
        if kind_of(target) is not None and target not in known
    ]
    themes = library.vocabularies["theme"]
    found += [
        Complaint(id, f"themes: “{key}” was merged into “{now}”, which should stand there instead")
        for key in record.keys("themes")
        if (now := themes.current_key(key)) != key
    ]
    if record.kind is Kind.DEBRIEF:
        found += _not_as_sent(library, record)
    if record.kind is Kind.LESSON:
        found += _half_merged(library, record)
    return found


def _half_merged(library: Library, record: Record) -> Iterator[Complaint]:
    """A merge, or its undoing, that a kill stopped between the two lessons."""
    for id in record.keys("merged"):
        with suppress(LessonsError):
            if library.records.get(id).record.line("state") != State.MERGED:
                why = "stands here and is not merged: merge it again, or press “Put this right” on this page"
                yield Complaint(record.id, f"merged: {id} {why}")
    if record.line("state") == State.MERGED:
        with suppress(LessonsError):
            into = library.records.get(record.line("replaced_by")).record
            if record.id not in into.keys("merged"):
                why = "does not hold it: undo the merge, then merge again"
                yield Complaint(record.id, f"replaced_by: {into.id} {why}")


def _not_as_sent(library: Library, record: Record) -> Iterator[Complaint]:
    """A debrief whose file somebody edited by hand, so that what was sent no longer stands as it was."""
    try:
        texts = [
            library.records.revision(record.id, kept.number).record
            for kept in library.records.history(record.id)
        ]
    except LessonsError as error:
        yield Complaint(record.id, f"its history cannot be read: {error}")
        return
    sent = next(iter(texts), record)
    for text in texts:
        if not changed(sent, text):
            sent = text
    names = ", ".join(changed(sent, record))
    if names:
        yield Complaint(record.id, f"this debrief was sent, and then edited outside: {names}")


def _links(record: Record) -> Iterator[tuple[str, str]]:
    """Every reference to another record, with the field it stands in."""
    for field in SHAPES[record.kind].fields:
        if field.to:
            yield from ((field.name, target) for target in record.keys(field.name))
        elif "lesson" in field.columns:
            yield from ((field.name, row.get("lesson", "")) for row in record.rows(field.name))
