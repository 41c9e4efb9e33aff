"""Findings of inspections: who keeps them, when comments are due, and what the evidence does not show yet."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

from lessons.domain.access import Permit, System, User
from lessons.domain.deciding import is_person
from lessons.domain.due import Facts, Standing, Timetable
from lessons.domain.errors import Problem
from lessons.domain.record import Kind, Record
from lessons.domain.text import N_

COMMENTS_WITHIN = 56  # days from publication in which the policing body publishes its comments (Police Act 1996, s 55)
SHOWN_TO_BE_DONE = frozenset(
    {"evidence_ready", "complete"}
)  # statuses that say that the evidence is whole
OVER = frozenset(
    {"merged", "not_taken", "retired"}
)  # states of lessons that nobody follows any more
WEAK = frozenset({"training", "reminder"})  # types of action that seldom last by themselves

SPEAKS_FOR_IT = frozenset({"worked", "promising"})  # verdicts
# Types of finding on which comments are due.
COMMENTED = frozenset({"cause_of_concern", "accelerated", "recommendation"})

IN_THE_FUTURE = N_("This date is in the future. Enter the day it happened.")
BEFORE_PUBLISHED = N_("This is before the report was published. Check both dates.")
SAY_WHY = N_(
    "Its page names gaps in the evidence. Close them first, or say in a sentence why this status is right all the same."
)


def may_keep(by: User, finding: Record) -> bool:
    """Whether this person may say how far it has come: those who keep findings, and its owner."""
    return isinstance(by, System) or by.may(Permit.INSPECT) or is_person(finding.line("owner"), by)


def may_pack(by: User, finding: Record) -> bool:
    """Whether this person may take the evidence away."""
    return may_keep(by, finding) or by.may(Permit.DISCLOSE)


# --- the clock of comments --------------------------------------------------------------------------
def comments_due(finding: Facts) -> date | None:
    """The last day for comments, counted in calendar days, as the law does; None where none are due."""
    published = finding.day("published")
    if (
        published is None
        or finding.line("finding_type") not in COMMENTED
        or published > date.max - timedelta(days=COMMENTS_WITHIN)
    ):
        return None
    return published + timedelta(days=COMMENTS_WITHIN)


def comments(timetable: Timetable, finding: Facts) -> Standing:
    if finding.day("responded") or finding.line("finding_status") == "complete":
        return Standing.DONE
    if finding.line("no_response"):
        return Standing.NOT_NEEDED
    return timetable.standing(comments_due(finding))


def wrong_dates(finding: Record, today: date) -> list[Problem]:
    published, responded = finding.day("published"), finding.day("responded")
    problems = [
        Problem(name, IN_THE_FUTURE)
        for name, day in (("published", published), ("responded", responded))
        if day and day > today
    ]
    if published and responded and responded < published:
        problems.append(Problem("responded", BEFORE_PUBLISHED))
    return problems


# --- gaps -------------------------------------------------------------------------------------------
class Gap(StrEnum):
    """Something that the evidence does not show."""

    NO_OWNER = "no_owner"
    NO_LESSON = "no_lesson"
    AGAIN = "again"
    NO_ACTION = "no_action"
    NOT_DONE = "not_done"
    LATE = "late"
    WEAK_ONLY = "weak_only"
    NOT_CHECKED = "not_checked"
    NO_EVIDENCE = "no_evidence"
    NOT_EVALUATED = "not_evaluated"
    NOTHING_LASTS = "nothing_lasts"


GAPS: Mapping[Gap, str] = {
    Gap.NO_OWNER: N_("Nobody owns this finding yet."),
    Gap.NO_LESSON: N_("Nothing shows yet what was learned from it."),
    Gap.AGAIN: N_("It has happened again since, so the change did not last: %(title)s (%(id)s)."),
    Gap.NO_ACTION: N_("Nothing shows yet that anything was changed."),
    Gap.NOT_DONE: N_("This is not done yet: %(title)s (%(id)s)."),
    Gap.LATE: N_("This is overdue: %(title)s (%(id)s)."),
    Gap.WEAK_ONLY: N_(
        "All that was agreed is training or reminders. Alone, these seldom last: nothing shows yet that "
        "the way of working changed."
    ),
    Gap.NOT_CHECKED: N_("This is said to be done, but nobody else has checked it: %(title)s (%(id)s)."),
    Gap.NO_EVIDENCE: N_("Nothing is kept that shows this was done: %(title)s (%(id)s)."),
    Gap.NOT_EVALUATED: N_("This evaluation is not finished: %(title)s (%(id)s)."),
    Gap.NOTHING_LASTS: N_("Nothing shows yet that the change lasts."),
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Missing:
    """One gap. id, title: of the record that it is about; "" where it is about the finding."""

    gap: Gap
    id: str = ""
    title: str = ""


def gaps(
    finding: Record, lessons: Sequence[Record], actions: Sequence[Record], evaluations: Sequence[Record],
    today: date,
) -> tuple[Missing, ...]:  # fmt: skip
    """What these records of one finding do not show, in the order of the chain."""
    found = [] if finding.line("owner") else [Missing(Gap.NO_OWNER)]
    followed = [each for each in lessons if each.line("state") not in OVER]
    if not followed:
        found.append(Missing(Gap.NO_LESSON))
    found += [_of(Gap.AGAIN, each) for each in followed if came_again(each)]
    found += _of_actions([a for a in actions if a.line("action_state") != "not_taken"], today)
    found += [_of(Gap.NOT_EVALUATED, each) for each in evaluations if _is_awaited(each)]
    if not any(proves(each) for each in (*followed, *actions, *evaluations)):
        found.append(Missing(Gap.NOTHING_LASTS))
    return tuple(found)


def _of(gap: Gap, record: Record) -> Missing:
    return Missing(gap, record.id, record.title)


def _of_actions(taken: Sequence[Record], today: date) -> Iterator[Missing]:
    if not taken:
        yield Missing(Gap.NO_ACTION)
        return
    for action in taken:
        due, state = action.day("due"), action.line("action_state")
        if state not in ("done", "verified"):
            yield _of(Gap.LATE if due and due < today else Gap.NOT_DONE, action)
            continue
        if not has_evidence(action):
            yield _of(Gap.NO_EVIDENCE, action)
        if state == "done":
            yield _of(Gap.NOT_CHECKED, action)
    if all(action.line("strength") in WEAK for action in taken):
        yield Missing(Gap.WEAK_ONLY)


def _is_awaited(evaluation: Record) -> bool:
    return not evaluation.day("done") and not evaluation.line("not_needed")


def came_again(lesson: Record) -> bool:
    """Whether the same happened again after it had been learned."""
    return lesson.line("recurrence") == "after_learned" and lesson.line("state") != "learned"


def has_evidence(record: Record) -> bool:
    return bool(record.texts.get("evidence") or record.rows("files"))


def proves(record: Record) -> bool:
    """Whether it shows that a change lasts: a checked action and a learned lesson with evidence, an evaluation that
    found something. What it found may be bad news: then it is no proof of this.
    """
    match record.kind:
        case Kind.ACTION:
            return record.line("action_state") == "verified" and has_evidence(record)
        case Kind.LESSON:
            return record.line("state") == "learned" and has_evidence(record)
        case Kind.EVALUATION:
            return bool(record.day("done")) and record.line("verdict") in SPEAKS_FOR_IT
        case _:
            return False
