"""What came of an operation as its two leads see it: pursue beside prevent, protect and prepare."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, fields
from enum import StrEnum

from lessons.domain.access import User
from lessons.domain.briefings import LEAD_ROLES, LRO, SIO, in_pack, lead_of, settled
from lessons.domain.ledger import Line
from lessons.domain.record import Kind
from lessons.domain.states import GOOD
from lessons.library import Library
from lessons.services.track.operations import Around


class Side(StrEnum):
    """UNSAID: of no strand, so that nobody knows on which side it belongs."""

    PURSUE = "pursue"
    RESPONSE = "response"
    UNSAID = "unsaid"


SIDE_OF = {SIO: Side.PURSUE, LRO: Side.RESPONSE}


@dataclass(frozen=True, slots=True)
class Half:
    """What stands on one side; what is of both sides stands in both."""

    side: Side
    debriefs: Sequence[Line] = ()
    lessons: Sequence[Line] = ()
    evaluations: Sequence[Line] = ()
    actions: Sequence[Line] = ()
    briefings: Sequence[Line] = ()

    @property
    def count(self) -> int:
        return sum(len(getattr(self, name)) for name in KINDS)


KINDS = tuple(field.name for field in fields(Half) if field.name != "side")


def split(around: Around) -> dict[Side, Half]:
    """By the 4P strands of each; an action has those of what it comes from, as far as that may be read."""
    strands = {line.id: frozenset(line.keys("four_p")) for line in around.all}
    for action in around.actions:
        origins = (strands.get(id, frozenset()) for id in action.keys("of"))
        strands[action.id] = frozenset().union(*origins)
    sides = {id: _sides(found) for id, found in strands.items()}

    def on(side: Side, lines: Iterable[Line]) -> Sequence[Line]:
        return [line for line in lines if side in sides[line.id]]

    return {
        side: Half(side, **{name: on(side, getattr(around, name)) for name in KINDS})
        for side in Side
    }


def _sides(strands: frozenset[str]) -> frozenset[Side]:
    if not strands:
        return frozenset({Side.UNSAID})
    return frozenset(SIDE_OF[lead_of(strand)] for strand in strands)


def unanswered(
    library: Library, reader: User, briefings: Iterable[Line]
) -> Mapping[str, Sequence[tuple[str, int]]]:
    """By pack: for each lead who has not settled all of its lessons, how many are left of those in use that this person
    may read. Raises SearchUnavailable.
    """
    lines = library.ledger(reader, Kind.LESSON)
    open_ = {line.id for line in lines if line.line("state") in GOOD}
    found = {}
    for pack in briefings:
        lessons = open_.intersection(in_pack(pack))
        left = [(role, len(lessons - settled(pack, role))) for role in LEAD_ROLES]
        found[pack.id] = [(role, number) for role, number in left if number]
    return found
