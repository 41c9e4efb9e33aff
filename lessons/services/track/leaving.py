"""What somebody leaves behind who can no longer sign in."""

from dataclasses import dataclass

from lessons.domain.access import User, plain_name
from lessons.domain.actions import NOT_DONE
from lessons.domain.ledger import Line
from lessons.domain.record import Kind
from lessons.library import Library
from lessons.ports import Accounts
from lessons.services.track import actions


def left_behind(library: Library, reader: User, accounts: Accounts) -> list[Line]:
    """Actions not done whose owner's account is disabled: a name without an account may be that of a role.

    Raises SearchUnavailable.
    """
    found = actions.left_behind(library, accounts, reader)
    return [each.line for each in found if each.has_left]


@dataclass(frozen=True, slots=True)
class Holds:
    """How much is in somebody's name and not done."""

    actions: int
    evaluations: int
    operations: int

    @property
    def any(self) -> bool:
        return bool(self.actions or self.evaluations or self.operations)


def held_by(library: Library, reader: User, name: str) -> Holds:
    """Of what `reader` may read. An operation is held until it is debriefed. Raises SearchUnavailable."""
    name, timetable = plain_name(name), library.timetable
    to_do = sum(
        line.line("action_state") in NOT_DONE and plain_name(line.line("owner")) == name
        for line in library.ledger(reader, Kind.ACTION)
    )
    evaluations = sum(
        not line.day("done") and not line.line("not_needed")
        and name in (plain_name(line.line("owner")), plain_name(line.line("evaluator")))
        for line in library.ledger(reader, Kind.EVALUATION)
    )  # fmt: skip
    operations = sum(
        name in {plain_name(line.line(each)) for each in ("sio", "lro", "plan_owner")}
        and not (line.day("debriefed") or line.line("no_debrief"))
        and (timetable.is_debriefed(line) or not line.day("ended"))
        for line in library.ledger(reader, Kind.OPERATION)
    )
    return Holds(to_do, evaluations, operations)
