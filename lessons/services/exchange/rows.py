"""What comes in from outside, how it is mapped to our fields, and what became of each row."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from lessons.domain.errors import Problem
from lessons.domain.record import Kind
from lessons.domain.states import State


@dataclass(frozen=True, slots=True)
class Row:
    """One row of an outside file: its line, counted from 1, and its values by column."""

    line: int
    values: Mapping[str, Any]
    problem: str = ""  # why the line could not even be read as a row


@dataclass(frozen=True, slots=True)
class Mapped:
    """How one field of ours is made from columns of theirs.

    columns: joined by a blank line where there are several. instead: columns of which the first that is not empty
    is taken where those are empty. dates: formats of strptime, tried in turn.
    separator: splits one cell into several values. values: their word to our key. default: where the cell is empty.
    headings: a heading before each column's text, by column.
    """

    name: str
    columns: tuple[str, ...] = ()
    instead: tuple[str, ...] = ()
    dates: tuple[str, ...] = ()
    separator: str = ""
    values: Mapping[str, str] = field(default_factory=dict)
    default: str = ""
    limit: int = 0
    headings: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Plan:
    """How a file is taken in."""

    kind: Kind = Kind.LESSON
    state: str = (
        State.OBSERVATION
    )  # what is imported was published elsewhere, so it counts as accepted
    source: str = ""
    source_id: str = ""  # the column that holds their reference; source_id or id where not named
    fields: tuple[Mapped, ...] = ()
    create_themes: bool = False


@dataclass(frozen=True, slots=True)
class RowResult:
    """What became of one row. outcome: added, changed, same, refused. problems: why it was refused, or what was
    left out of it.
    """

    line: int
    source_id: str
    outcome: str
    id: str = ""
    problems: tuple[Problem, ...] = ()


@dataclass(slots=True)
class Report:
    rows: list[RowResult] = field(default_factory=list)
    themes_added: list[str] = field(default_factory=list)

    def count(self, outcome: str) -> int:
        return sum(1 for r in self.rows if r.outcome == outcome)
