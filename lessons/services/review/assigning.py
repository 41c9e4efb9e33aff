"""Who looks at what waits: taken, given to another reviewer, put back."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from lessons.domain import access
from lessons.domain.access import Permit, User
from lessons.domain.errors import NotFound, StaleWrite
from lessons.domain.record import Record, Stored
from lessons.domain.states import OPEN
from lessons.domain.waiting import held_by
from lessons.library import Library
from lessons.ports import Change
from lessons.services.review.moving import current


@dataclass(frozen=True, slots=True)
class Assigned:
    """done: as they are now. meanwhile: those that somebody changed first, as they are now, left as that made them.
    own: those that the reviewer sent in themselves.
    """

    done: Sequence[Record]
    meanwhile: Sequence[Stored]
    own: Sequence[Record]


def assign(library: Library, by: User, seen: Mapping[str, int], to: str) -> Assigned:
    """Give lessons that wait to one reviewer, "" to put them back. seen: the revision this person saw, by id; what
    they may not read is passed over. Raises NotAllowed.
    """
    access.demand(by, Permit.REVIEW)
    done: list[Record] = []
    meanwhile: list[Stored] = []
    own: list[Record] = []
    changes: list[Change] = []
    for id, revision in seen.items():
        try:
            stored = current(library, by, id)
        except NotFound:
            continue
        record = stored.record
        if record.line("state") in OPEN and _has(record, to):
            done.append(record)
        elif stored.revision.number != revision or record.line("state") not in OPEN:
            meanwhile.append(stored)
        elif to and held_by(to) == held_by(record.line("author")):
            own.append(record)
        else:
            changes.append(Change(record.with_(reviewer=to or None), stored.revision.number))
    answers = library.save_many(by, "assign", changes) if changes else []
    for change, answer in zip(changes, answers, strict=True):
        if isinstance(answer, Stored):
            done.append(answer.record)
        elif isinstance(answer, StaleWrite):
            meanwhile.append(current(library, by, change.record.id))
        else:
            raise answer
    return Assigned(done, meanwhile, own)


def _has(record: Record, name: str) -> bool:
    """Whether it is in this reviewer's hands already."""
    return held_by(record.line("reviewer")) == held_by(name)
