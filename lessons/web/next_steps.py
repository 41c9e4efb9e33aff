"""What happens next with a lesson: where it is in its life, and what this person may do, for its page."""

from collections.abc import Sequence
from dataclasses import dataclass

from flask import request, url_for
from flask_babel import gettext as _
from flask_login import current_user

from lessons.domain.access import Permit
from lessons.domain.deciding import barred, is_person, moves_for
from lessons.domain.errors import LessonsError
from lessons.domain.lifecycle import MOVES, Move
from lessons.domain.record import Record
from lessons.domain.states import State
from lessons.services import review
from lessons.web.doors import library, me

# The life of a lesson as people are shown it.
LINE = (
    State.SENT, State.OBSERVATION, State.IDENTIFIED, State.UNDER_WAY, State.AWAITING_CHECK, State.LEARNED,
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Way:
    """One thing that this person may do next. barred: why not now, in words; then it leads nowhere."""

    label: str
    href: str
    barred: str = ""


@dataclass(frozen=True, slots=True)
class Next:
    """What happens next with a lesson. at: where on LINE it is, -1 where it has left it."""

    at: int
    state: str
    ways: Sequence[Way]


def next_for(record: Record) -> Next | None:
    """For those who may make a move; None for everybody else."""
    if not current_user.is_authenticated:
        return None
    try:
        whole = review.current(library(), me(), record.id).record
    except LessonsError:
        return None
    ways = list(_ways(whole))
    state = whole.line("state")
    own = is_person(whole.line("author"), me()) and me().may(Permit.REVIEW) and state == State.SENT
    if own and not ways:
        ways = [Way(str(_("Review it")), "", str(_(barred(MOVES["accept"], me(), whole))))]
    at = LINE.index(State(state)) if state in LINE else -1
    return Next(at, state, ways) if ways else None


def fix_for(record: Record) -> str:
    """Where its author sends this lesson in again; "" where it was not sent back to whoever reads it."""
    back = current_user.is_authenticated and record.line("state") == State.NEEDS_FIX
    mine = back and is_person(record.line("author"), me())
    return address(MOVES["resend"], record) if mine else ""


def _ways(record: Record) -> Sequence[Way]:
    ways: dict[str, Way] = {}
    for move in sorted(moves_for(me(), record), key=_onward_first):
        href = address(move, record)
        label = _("Review it") if _on_item_page(move, record) else _(move.label)
        why = barred(move, me(), record)
        ways.setdefault(href, Way(str(label), href, str(_(why)) if why else ""))
    return list(ways.values())


def _onward_first(move: Move) -> int:
    """What leads along the line comes first; what takes a lesson off it, or back to its start, comes last."""
    if move.to is None:
        return 1
    return 0 if move.to in LINE[1:] else 2


def _on_item_page(move: Move, record: Record) -> bool:
    return record.line("state") == State.SENT and move.key not in ("merge", "resend")


def address(move: Move, record: Record) -> str:
    """Where this move of this lesson is made."""
    if move.key in ("merge", "unmerge"):
        return f"{request.script_root}/review/{record.id}/{move.key}"
    if _on_item_page(move, record):
        return f"{request.script_root}/review/{record.id}"
    if move.key == "resend":
        return url_for("moves.fix", id=record.id)
    return url_for("moves.ask", id=record.id, key=move.key)
