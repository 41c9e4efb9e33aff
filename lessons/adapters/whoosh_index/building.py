"""Segments made in other processes: the shares of a rebuild on all cores, and large merges out of readers' way.

The processes start afresh, so that they share no lock, no thread and no open file with this one. Where this one
dies, they cannot say what they made, and end.
"""

import os
import pickle
import sys
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from datetime import date
from multiprocessing.connection import Connection, wait
from pathlib import Path
from subprocess import DEVNULL, Popen
from tempfile import mkstemp
from typing import Any

from lessons.adapters.whoosh_index import changes
from lessons.adapters.whoosh_index.elsewhere import environment
from lessons.adapters.whoosh_index.schema import Entry
from lessons.adapters.whoosh_index.segments import PostingCache, Segment
from lessons.adapters.whoosh_index.snapshot import Mask, Part
from lessons.domain.record import Stored

START = "from lessons.adapters.whoosh_index.building import work; work()"
TOLD = 50  # records after which a process says how far it is
# Documents from which on a merge is worth a process of its own, which takes 0.3 s to start.
APART = 500


@dataclass(frozen=True, slots=True)
class Built:
    """New segments, and how many records are in them."""

    segments: list[Any]
    count: int


def build(
    scratch: Path, stored: Iterable[Stored], today: date, done: Callable[[int], None] = lambda n: None
) -> Built:  # fmt: skip
    """Segments of these in the folder. Of an id that comes twice, the first counts."""
    seen: set[str] = set()

    def entries() -> Iterator[Entry]:
        for each in stored:
            if each.record.id not in seen:
                seen.add(each.record.id)
                yield changes.numbered(each, today)
                if len(seen) % TOLD == 0:
                    done(len(seen))

    segments = list(changes.built(scratch, entries()))
    return Built(segments, len(seen))


def build_shares(
    scratch: Path, shares: Sequence[Iterable[Stored]], today: date, progress: Callable[[int], None]
) -> Built:
    """As `build`, each share in a process of its own. Raises what went wrong in one; the others are then ended."""
    told: dict[Connection, int] = {}
    found: list[Built] = []
    with ExitStack() as stack:
        for share in shares:
            told[stack.enter_context(_process(scratch, _build, scratch, share, today))] = 0
        waiting = set(told)
        while waiting:
            for heard in wait(list(waiting)):
                assert isinstance(heard, Connection)
                message = _heard(heard)
                if isinstance(message, Built):
                    found.append(message)
                    waiting.remove(heard)
                told[heard] = message.count if isinstance(message, Built) else message
            progress(sum(told.values()))
    return Built([s for b in found for s in b.segments], sum(b.count for b in found))


def merge(scratch: Path, parts: list[Part]) -> tuple[Any, list[Any]]:
    """As `changes.merge`; where it would hold up this process's other threads, in a process of its own."""
    if sum(int(p.live.sum()) for p in parts) < APART:
        return changes.merge(scratch, parts)
    given = [(p.segment.path.parent, p.segment.described, p.live) for p in parts]
    with _process(scratch, _merge, scratch, given) as other:
        merged: tuple[Any, list[Any]] = _heard(other)
    return merged


@contextmanager
def _process(scratch: Path, work: Callable[..., Any], *given: Any) -> Iterator[Connection]:
    """Another Python, told by a file what to do. It imports what it needs and nothing of what started this one,
    which multiprocessing would run a second time.
    """
    handle, job = mkstemp(suffix=".job", dir=scratch)
    with os.fdopen(handle, "wb") as file:
        pickle.dump((work, given), file)
    reading, writing = os.pipe()
    command = [sys.executable, "-P", "-c", START, job, str(writing)]
    env = environment(os.pathsep.join(filter(None, sys.path)))
    try:
        process = Popen(command, env=env, pass_fds=[writing], stdin=DEVNULL, start_new_session=True)
    finally:
        os.close(writing)
    try:
        with Connection(reading, writable=False) as here:
            yield here
    finally:
        process.kill()
        process.wait()


def _heard(other: Connection) -> Any:
    """What a process says. Raises what it raised; OSError where it was ended."""
    try:
        message = other.recv()
    except EOFError:
        raise OSError("a process that made a part of the index was ended") from None
    if isinstance(message, Exception):
        raise message
    return message


# --- in the other process ------------------------------------------------------------------------


def work() -> None:
    """What the other process does, as the file says that its arguments name."""
    job, writing = Path(sys.argv[1]), int(sys.argv[2])
    with Connection(writing, readable=False) as there:
        try:
            with job.open("rb") as file:
                what, given = pickle.load(file)
            there.send(what(there, *given))
        except BrokenPipeError:
            return
        except Exception as error:
            there.send(error)


def _build(there: Connection, scratch: Path, share: Iterable[Stored], today: date) -> Built:
    return build(scratch, share, today, there.send)


def _merge(
    there: Connection, scratch: Path, given: list[tuple[Path, Any, Mask]]
) -> tuple[Any, list[Any]]:
    opened = [(Segment(folder, segment, PostingCache(0)), live) for folder, segment, live in given]
    return changes.merge(scratch, [Part(segment, 0, live) for segment, live in opened])
