"""What people answer to the questions about a plan: who may, how it is kept, and two who answer at the same time."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from lessons.domain.access import Permit, User
from lessons.domain.due import Facts
from lessons.domain.operations import is_lead
from lessons.domain.record import Record, Row

NOTE_LIMIT = 500  # characters
COLUMNS = ("answer", "note")
Answers = Mapping[str, Row]  # by the key of the question


def may_check(by: User, operation: Facts | None) -> bool:
    """Of somebody who may read the briefing: those who make briefings, and whoever leads its operation."""
    return by.may(Permit.BRIEF) or (operation is not None and is_lead(by, operation))


def answers_of(briefing: Record) -> Answers:
    """A later row counts."""
    return {row.get("check", ""): row for row in briefing.rows("checks")}


def rows(given: Answers, order: Iterable[str]) -> tuple[Row, ...]:
    """As a record keeps them: those that say something, in the order of the questions, then any other."""
    keys = dict.fromkeys([*order, *given])
    kept = ({"check": key, **_said(given.get(key, {}))} for key in keys)
    return tuple(row for row in kept if len(row) > 1)


def _said(row: Row) -> dict[str, str]:
    return {name: row[name] for name in COLUMNS if row.get(name)}


@dataclass(frozen=True, slots=True)
class Merged:
    """clash: keys of questions that both have answered, and not alike; there it has what `mine` says."""

    answers: Answers
    clash: Sequence[str]


def merged(seen: Answers, mine: Answers, theirs: Answers) -> Merged:
    """What one person wrote, put into what others saved since that person looked.

    seen: as it was when they looked. What they left as it was stays as others have it now.
    """
    found, clash = dict[str, Row](), []
    for key in dict.fromkeys([*theirs, *mine]):
        was, own, other = (_said(each.get(key, {})) for each in (seen, mine, theirs))
        found[key] = {**(other if own == was else own), "check": key}
        if own not in (was, other) and other != was:
            clash.append(key)
    return Merged(found, tuple(clash))
