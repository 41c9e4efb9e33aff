"""What people hear when a debrief tells what became of a lesson that its operation was briefed with.

Its author hears how it went; its owner as well where it did not help or happened again; and the reviewers where it
happened again though it was held to be learned: it stays learned until one of them reopens it.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence

from lessons.domain import access
from lessons.domain.access import System
from lessons.domain.briefings import Outcome
from lessons.domain.lifecycle import Whom
from lessons.domain.record import Kind, Record, kind_of
from lessons.domain.states import State
from lessons.domain.text import N_
from lessons.ports import Account, Notice, Saving
from lessons.ports.telling import AS, OTHER

Find = Callable[[str], Record | None]
Accounts = Callable[[str], Sequence[Account]]

EVENTS: Mapping[str, str] = {
    Outcome.WORKED: "briefed_worked",
    Outcome.DID_NOT_HELP: "briefed_not_helped",
    Outcome.HAPPENED_AGAIN: "briefed_again",
}
TOLD: Mapping[str, str] = {
    "briefed_worked": N_("A team that was briefed with it applied it, and it worked."),
    "briefed_not_helped": N_("A team that was briefed with it applied it, and it did not help."),
    "briefed_again": N_(
        "A team that was briefed with it says that it happened again. Check whether the change has lasted."
    ),
}


def of_outcomes(
    saving: Saving, named: Accounts, reviewers: Accounts, find: Find
) -> Iterator[Notice]:
    """named: the accounts that a name in a record stands for. reviewers: those of a lesson that was given to one of
    them, or to none. find: a record as it is now, whoever may read it.
    """
    if isinstance(saving.by, System) or saving.after.kind is not Kind.BRIEFING:
        return
    told = _outcomes(saving.before)
    for id, outcome in _outcomes(saving.after).items():
        lesson = find(id) if kind_of(id) is Kind.LESSON and told.get(id) != outcome else None
        for account, whom in _whom(lesson, outcome, named, reviewers) if lesson else ():
            if _may_read(account, saving, lesson):
                said = {AS: str(whom), OTHER: saving.after.id}
                yield Notice(
                    account.name, id, EVENTS[outcome], saving.after.id, saving.revision, saving.at, said=said
                )  # fmt: skip


def _outcomes(briefing: Record | None) -> dict[str, str]:
    """By lesson; what became of it is told once for the operation."""
    rows = briefing.rows("answers") if briefing else ()
    return {row["lesson"]: row["outcome"] for row in rows
            if row.get("lesson") and row.get("outcome") in EVENTS}  # fmt: skip


def _whom(
    lesson: Record, outcome: str, named: Accounts, reviewers: Accounts
) -> Iterator[tuple[Account, Whom]]:
    yield from ((account, Whom.AUTHOR) for account in named(lesson.line("author")))
    if outcome != Outcome.WORKED:
        yield from ((account, Whom.OWNER) for account in named(lesson.line("owner")))
    if outcome == Outcome.HAPPENED_AGAIN and lesson.line("state") == State.LEARNED:
        yield from ((account, Whom.REVIEWERS) for account in reviewers(lesson.line("reviewer")))


def _may_read(account: Account, saving: Saving, lesson: Record | None) -> bool:
    today = saving.at.astimezone().date()
    return all(
        each and access.may_read(account.user, each, today) for each in (saving.after, lesson)
    )
