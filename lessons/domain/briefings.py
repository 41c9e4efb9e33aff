"""A briefing: what stands fast once it is issued, who answers for its lessons, and what their answers add up to.

Versions are revisions: one that is issued anew raises `version`, and the history keeps what each of them said.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from enum import StrEnum

from lessons.domain.access import Permit, Role, System, User, highest, plain_name
from lessons.domain.due import Facts
from lessons.domain.errors import Invalid, NotAllowed, Problem
from lessons.domain.ledger import Line
from lessons.domain.plan_answers import may_check
from lessons.domain.record import Kind, Record, Row
from lessons.domain.schema import SHAPES
from lessons.domain.text import N_

MOST = 25  # lessons of one pack
UNKEPT = "B-2000-00000"  # the id of a briefing that is never kept
SHAPE = SHAPES[Kind.BRIEFING]


class Answer(StrEnum):
    """What a lead does with a lesson; labels stand in the list `briefing_answer`."""

    APPLIED = "applied"
    NOT_RELEVANT = "not_relevant"
    NOT_YET = "not_yet"


class Outcome(StrEnum):
    """What the debrief tells of it afterwards; labels stand in the list `briefing_outcome`."""

    WORKED = "worked"
    DID_NOT_HELP = "did_not_help"
    HAPPENED_AGAIN = "happened_again"


SIO, LRO, DEBRIEF = "sio", "lro", "debrief"  # keys of the list `briefing_role`
LEAD_ROLES = (SIO, LRO)
PURSUE = "pursue"  # the 4P strand that is the SIO's; all others are the LRO's
# What may be written on a pack that is issued; all else needs a new version.
LIVING = frozenset({"answers", "checks"})
RESTRICTION = frozenset({"marking", "groups", "restricted_because", "restricted_until"})

ISSUED = N_("This pack is issued and stays as it is. Make a new version of it to change something.")
EMPTY = N_("Put at least one lesson into the pack.")
TWICE = N_("A lesson stands in the pack twice. Take one of them out.")
TOO_LOW = N_(
    "The pack holds something that is marked higher. Its marking is the highest of what it holds."
)
LOWERED = N_("Only a reviewer or a disclosure officer lowers a marking.")
OPENED = N_("Only a reviewer or a disclosure officer changes to whom a restricted record opens.")
NOT_IN_IT = N_("Only lessons that stand in the pack can be answered.")
NOT_AUTHOR = N_("A pack stands under the name of whoever made it first.")
NOT_YOURS = N_(
    "The SIO and the LRO of the operation answer, each for themselves; after it, whoever sends its debrief."
)


def rows_of(briefing: Record, name: str) -> dict[tuple[str, str], Row]:
    """Its answers by (lesson, role); a later row counts."""
    return {(row.get("lesson", ""), row.get("role", "")): row for row in briefing.rows(name)}


def in_pack(briefing: Record | Line) -> tuple[str, ...]:
    """Ids of its lessons, in order."""
    return tuple(id for row in briefing.rows("lessons") if (id := row.get("lesson", "")))


def settled(briefing: Record | Line, role: str) -> frozenset[str]:
    """The lessons that a lead has answered, and not with “not yet”."""
    return frozenset(
        row.get("lesson", "")
        for row in briefing.rows("answers")
        if row.get("role") == role and row.get("answer", "") not in ("", Answer.NOT_YET)
    )


def with_answers(briefing: Record, role: str, given: Mapping[str, Row]) -> Record:
    """With the answers of one role. given: by lesson; columns that are not given stay as they are. What was answered to
    lessons that stand in the pack no more is left to the history.
    """
    rows = rows_of(briefing, "answers")
    for lesson, row in given.items():
        whole = {**rows.get((lesson, role), {}), **row, "lesson": lesson, "role": role}
        rows[lesson, role] = {column: words for column, words in whole.items() if words}
    order = {id: n for n, id in enumerate(in_pack(briefing))}
    kept = sorted(
        (row for (lesson, _role), row in rows.items() if lesson in order),
        key=lambda row: (order[row["lesson"]], row.get("role", "")),
    )
    said = [row for row in kept if row.get("answer") or row.get("outcome")]
    return briefing.with_(answers=tuple(said))


def roles_of(by: User, operation: Facts | None) -> tuple[str, ...]:
    """As which lead this person may answer. operation: None where the pack is of none in the register, or it is not
    open to them: whoever leads operations says then as which of the two.
    """
    named = leads_as(by.name, operation) if operation else ()
    if named:
        return named
    return LEAD_ROLES if by.role is Role.LEAD else ()


def leads_as(name: str, operation: Facts) -> tuple[str, ...]:
    """As which of its two leads the operation names somebody."""
    return tuple(r for r in LEAD_ROLES if plain_name(operation.line(r)) == plain_name(name))


def lead_of(strand: str) -> str:
    """Whose side a 4P strand is on."""
    return SIO if strand == PURSUE else LRO


# --- at the door -----------------------------------------------------------------------------------
def hold(
    before: Record | None, after: Record, by: User, find: Callable[[str], Record | None]
) -> None:
    """Asked by `Library.save` at every change by a person. before: None for a new one. find: a record by its id,
    whoever may read it. Raises NotAllowed, Invalid.
    """
    if isinstance(by, System):
        return
    problems: list[Problem] = []
    if before is None or _is_new_version(before, after):
        if not (by.may(Permit.BRIEF) or (before is None and by.may(Permit.IMPORT))):
            raise NotAllowed()
        problems += [*_as_issued(after, find), *_as_made(before, after, by)]
    elif (
        set(_changed(before, after)) - LIVING - (RESTRICTION if by.may(Permit.RESTRICT) else set())
    ):
        problems.append(Problem("", ISSUED))
    stray = {row.get("lesson", "") for row in after.rows("answers")} - set(in_pack(after))
    if stray and (before is None or after.rows("answers") != before.rows("answers")):
        problems.append(Problem("answers", NOT_IN_IT))
    if before is not None and not by.may(Permit.RESTRICT):
        problems += _opened(before, after)
    if problems:
        raise Invalid(problems)
    checked = before is not None and after.rows("checks") != before.rows("checks")
    if checked and not may_check(by, find(after.line("operation"))):
        raise NotAllowed()
    imported = before is None and by.may(Permit.IMPORT)
    if not (imported or _answered(before, after) <= _answers_as(by, find(after.line("operation")))):
        raise NotAllowed(NOT_YOURS)


def _answers_as(by: User, operation: Facts | None) -> frozenset[str]:
    """The roles whose rows this person may change."""
    return frozenset({*roles_of(by, operation), *([DEBRIEF] if by.may(Permit.SEND) else ())})


def _answered(before: Record | None, after: Record) -> frozenset[str]:
    """Roles of the rows that change; what left the pack took its answers along."""
    was, now = (_by_whom(each) if each else {} for each in (before, after))
    pack = set(in_pack(after))
    return frozenset(
        role for lesson, role in {*was, *now}
        if lesson in pack and was.get((lesson, role)) != now.get((lesson, role))
    )  # fmt: skip


def _by_whom(briefing: Record) -> dict[tuple[str, str], list[Row]]:
    found: dict[tuple[str, str], list[Row]] = {}
    for row in briefing.rows("answers"):
        found.setdefault((row.get("lesson", ""), row.get("role", "")), []).append(row)
    return found


def _changed(before: Record, after: Record) -> list[str]:
    names = {*before.fields, *after.fields, *before.texts, *after.texts}
    return [
        n
        for n in names
        if (before.fields.get(n), before.texts.get(n, ""))
        != (after.fields.get(n), after.texts.get(n, ""))
    ]


def version_of(briefing: Facts) -> int:
    """1 where none is written down."""
    words = briefing.line("version")
    return int(words) if words.isdigit() else 1


def _is_new_version(before: Record, after: Record) -> bool:
    was, now = before.moment("issued"), after.moment("issued")
    return (
        version_of(after) == version_of(before) + 1
        and now is not None
        and (was is None or now > was)
    )


def _as_issued(pack: Record, find: Callable[[str], Record | None]) -> Iterable[Problem]:
    lessons = in_pack(pack)
    if not lessons:
        yield Problem("lessons", EMPTY)
    if len(set(lessons)) < len(lessons):
        yield Problem("lessons", TWICE)
    if pack.line("marking") != marking_of(
        pack, [r for id in lessons if (r := find(id))], find(pack.line("operation"))
    ):
        yield Problem("marking", TOO_LOW)


def _as_made(before: Record | None, after: Record, by: User) -> Iterable[Problem]:
    """Its author may always read it, so nobody makes one in another's name, or takes it over."""
    own, now = plain_name(by.name), plain_name(after.line("author"))
    if before is None and not by.may(Permit.IMPORT):
        if now not in ("", own):
            yield Problem("author", NOT_AUTHOR)
        if version_of(after) != 1:
            yield Problem("version", ISSUED)
    if before is not None and now != plain_name(before.line("author")):
        yield Problem("author", NOT_AUTHOR)


def marking_of(pack: Record, lessons: Sequence[Facts], operation: Facts | None = None) -> str:
    """The highest of what it holds, of the operation, and of what was chosen for it."""
    held = [*lessons, *([operation] if operation else []), pack]
    return highest(each.line("marking") for each in held)


def _opened(before: Record, after: Record) -> Iterable[Problem]:
    markings = [each.line("marking") for each in (before, after)]
    if highest(markings[1:]) != highest(markings):
        yield Problem("marking", LOWERED)
    for name in ("groups", "restricted_until"):
        if before.keys("groups") and before.fields.get(name) != after.fields.get(name):
            yield Problem(name, OPENED)
