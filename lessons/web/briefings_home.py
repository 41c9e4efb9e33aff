"""Briefings on the home page: one step from an operation to its lessons."""

from collections.abc import Sequence
from dataclasses import dataclass

from lessons.domain.access import Permit
from lessons.domain.ledger import Line
from lessons.services.brief import asking, drafts, register
from lessons.services.brief.drafts import Draft
from lessons.web.doors import doors, library, me

MOST = 3  # operations; the others stand on the page of a new briefing


@dataclass(frozen=True, slots=True)
class AtHome:
    """operations: of this person, going on or to come, each with its newest pack. more: whether there are others."""

    may_brief: bool = False
    operations: Sequence[tuple[Line, Line | None]] = ()
    more: bool = False
    drafts: Sequence[Draft] = ()

    @property
    def markings(self) -> list[str]:
        lines = [line for pair in self.operations for line in pair if line]
        found = [line.line("marking") for line in lines]
        return found + [draft.record.line("marking") for draft in self.drafts]


def for_home() -> AtHome:
    """Raises SearchUnavailable."""
    if not me().may(Permit.BRIEF):
        return AtHome()
    mine = asking.mine(library(), me())
    packs = register.of_operations(library(), me()) if mine else {}
    begun = drafts.mine(doors().notebook, library(), me())
    return AtHome(
        True, [(line, packs.get(line.id)) for line in mine[:MOST]], len(mine) > MOST, begun
    )
