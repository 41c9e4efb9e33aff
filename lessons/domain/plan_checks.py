"""Questions about a plan, from what inspectors found missing in plans; and what the service can see of each by itself.

What it sees is an observation or a question, never a score: whoever plans knows more than a list of words. The words
are looked for in English and in Welsh.
"""

import re
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum

from lessons.domain import tailored
from lessons.domain.due import Facts
from lessons.domain.plan_reading import (
    AFTER_CARE,
    EVALUATED,
    PROFILE,
    Quote,
    days_in,
    lacking,
    mentions,
    partners_in,
    speaking_of,
    what_is_done,
)
from lessons.domain.text import N_

STALE = 28  # days after it was issued, from which on a pack asks whether it still holds
LISTED, FEW = 10, 3  # sentences shown under one observation


class Check(StrEnum):
    """The questions, in the order in which they are asked; words and help stand in the list `plan_check`."""

    OWNER = "owner"
    ACTIONS = "actions"
    IN_DATE = "in_date"
    TAILORED = "tailored"
    COMMUNITY_PROFILE = "community_profile"
    PARTNERS = "partners"
    EVALUATION = "evaluation"
    AFTER_CARE = "after_care"


class Saw(StrEnum):
    """What was seen. Those with a number in them are worded where they are shown."""

    RESTING = "resting"
    NO_OPERATION = "no_operation"
    NO_TEXT = "no_text"
    OWNER_NAMED = "owner_named"
    OWNER_WITHOUT_ACCOUNT = "owner_without_account"
    OWNER_LEFT = "owner_left"
    NO_OWNER = "no_owner"
    ACTIONS_OPEN = "actions_open"
    ACTIONS_SAY = "actions_say"
    NO_ACTIONS = "no_actions"
    ENDED = "ended"
    DAYS_PAST = "days_past"
    NO_DAYS = "no_days"
    DAYS_TO_COME = "days_to_come"
    ISSUED_AGO = "issued_ago"
    SHARED = "shared"
    NOT_SHARED = "not_shared"
    NOTHING_TO_COMPARE = "nothing_to_compare"
    PROFILE_NAMED = "profile_named"
    NO_PROFILE = "no_profile"
    PARTNERS_NAMED = "partners_named"
    NO_PARTNERS = "no_partners"
    PARTNERS_IN_TEXT = "partners_in_text"
    PARTNERS_NOT_IN_TEXT = "partners_not_in_text"
    EVALUATION_DUE = "evaluation_due"
    EVALUATION_ENTERED = "evaluation_entered"
    EVALUATION_DONE = "evaluation_done"
    EVALUATION_NOT_NEEDED = "evaluation_not_needed"
    NO_EVALUATION = "no_evaluation"
    EVALUATION_IN_TEXT = "evaluation_in_text"
    AFTER_CARE_NAMED = "after_care_named"
    NO_AFTER_CARE = "no_after_care"


SAID: Mapping[Saw, str] = {
    Saw.RESTING: N_("Search is being rebuilt, so this cannot be looked up just now. Come back in a minute."),
    Saw.NO_OPERATION: N_("This briefing is tied to no operation that you may read, so nothing can be looked up there."),
    Saw.NO_TEXT: N_("This briefing holds no text of the plan, so there is nothing to look at."),
    Saw.OWNER_NAMED: N_("The register names %(name)s as plan owner."),
    Saw.OWNER_WITHOUT_ACCOUNT: N_(
        "The register names %(name)s as plan owner. There is no account of that name, so nobody is reminded."),
    Saw.OWNER_LEFT: N_(
        "The register names %(name)s as plan owner, whose account is closed. Who owns the plan now?"),
    Saw.NO_OWNER: N_("The register names no plan owner. Who answers for this plan?"),
    Saw.ACTIONS_OPEN: N_("These sentences do not say all of who, what and by when:"),
    Saw.ACTIONS_SAY: N_("Wherever the plan says what will be done, it seems to say who and by when."),
    Saw.NO_ACTIONS: N_("No sentence of the plan seems to say what somebody will do. What are the actions?"),
    Saw.ENDED: N_("The register says that the operation ended on %(day)s. Is this plan for what comes after it?"),
    Saw.DAYS_PAST: N_("The plan names days that have passed: %(days)s. Is that still the plan?"),
    Saw.NO_DAYS: N_("The plan names no day. When was it last looked at, and until when does it hold?"),
    Saw.DAYS_TO_COME: N_("The last day that the plan names is %(day)s."),
    Saw.NOTHING_TO_COMPARE: N_("No sentence of the plan is long enough to be compared with other plans."),
    Saw.PROFILE_NAMED: N_("The plan seems to speak of it here:"),
    Saw.NO_PROFILE: N_(
        "The plan does not seem to speak of a community profile or of what is known of the place. Was one read?"),
    Saw.PARTNERS_NAMED: N_("Partners named: %(partners)s."),
    Saw.NO_PARTNERS: N_("No partner is named. Who else knows these people or this place?"),
    Saw.PARTNERS_IN_TEXT: N_(
        "No partner is chosen for this briefing, but the plan seems to speak of some here:"),
    Saw.PARTNERS_NOT_IN_TEXT: N_("The text of the plan does not mention: %(partners)s. Were they asked, and what do "
                                 "they do?"),
    Saw.EVALUATION_DUE: N_("An evaluation is entered, due on %(day)s."),
    Saw.EVALUATION_ENTERED: N_("An evaluation is entered, with no day on which it is due."),
    Saw.EVALUATION_DONE: N_("An evaluation was finished on %(day)s."),
    Saw.EVALUATION_NOT_NEEDED: N_("The register says that an evaluation is not needed because: %(why)s"),
    Saw.NO_EVALUATION: N_(
        "The register holds no evaluation of it that you may read. What would show that it worked, and who will look?"),
    Saw.EVALUATION_IN_TEXT: N_("The plan seems to speak of it here:"),
    Saw.AFTER_CARE_NAMED: N_("The plan seems to speak of it here:"),
    Saw.NO_AFTER_CARE: N_(
        "The plan does not seem to say who looks after people and the place when the teams have gone. Who does?"),
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Observation:
    """values: for its words; keys of partners stand for their labels."""

    saw: Saw
    values: Mapping[str, str | int | date | Sequence[date | str]] = field(
        default_factory=dict, hash=False
    )
    quotes: tuple[Quote, ...] = ()


@dataclass(frozen=True, slots=True)
class Owner:
    """Of the plan, as the register names them. account: whether there is one; closed: whether it is shut."""

    name: str = ""
    account: bool = False
    closed: bool = False


@dataclass(frozen=True, slots=True)
class Known:
    """What one reader may know of a plan and around it.

    others: texts of other plans. partners: keys; every_partner: those of the list; called: the words that
    each of them goes by. resting: whether search could not be asked for other plans and evaluations.
    """

    plan: str
    today: date
    operation: Facts | None = None
    owner: Owner = field(default_factory=Owner)
    issued: date | None = None
    others: Sequence[str] = ()
    partners: Sequence[str] = ()
    every_partner: Sequence[str] = ()
    called: Callable[[str], Collection[str]] = lambda key: ()
    evaluations: Sequence[Facts] = ()
    resting: bool = False


def observe(known: Known) -> Mapping[Check, Sequence[Observation]]:
    """What can be seen by itself, for each question."""
    looks: Mapping[Check, Callable[[Known], Iterable[Observation]]] = {
        Check.OWNER: _owner, Check.ACTIONS: _actions, Check.IN_DATE: _in_date, Check.TAILORED: _tailored,
        Check.COMMUNITY_PROFILE: _profile, Check.PARTNERS: _partners, Check.EVALUATION: _evaluation,
        Check.AFTER_CARE: _after_care,
    }  # fmt: skip
    return {check: tuple(look(known)) for check, look in looks.items()}


# --- the questions, one after the other --------------------------------------------------------------
def _owner(known: Known) -> Iterator[Observation]:
    if known.operation is None:
        yield Observation(Saw.NO_OPERATION)
    elif not known.owner.name:
        yield Observation(Saw.NO_OWNER)
    else:
        named = Saw.OWNER_NAMED if known.owner.account else Saw.OWNER_WITHOUT_ACCOUNT
        saw = Saw.OWNER_LEFT if known.owner.closed else named
        yield Observation(saw, {"name": known.owner.name})


def _actions(known: Known) -> Iterator[Observation]:
    if not known.plan.strip():
        yield Observation(Saw.NO_TEXT)
        return
    done = what_is_done(known.plan)
    left_open = [quote for each in done if (quote := lacking(each))]
    if left_open:
        yield Observation(Saw.ACTIONS_OPEN, quotes=tuple(left_open[:LISTED]))
    else:
        yield Observation(Saw.ACTIONS_SAY if done else Saw.NO_ACTIONS)


def _in_date(known: Known) -> Iterator[Observation]:
    ended = known.operation.day("ended") if known.operation else None
    if ended and ended < known.today:
        yield Observation(Saw.ENDED, {"day": ended})
    ago = (known.today - known.issued).days if known.issued else 0
    if known.issued and ago >= STALE:
        yield Observation(Saw.ISSUED_AGO, {"num": ago, "day": known.issued})
    days = days_in(known.plan)
    past = [day for day in days if day < known.today]
    if past:
        yield Observation(Saw.DAYS_PAST, {"days": past[-LISTED:]})
    if days and days[-1] >= known.today:
        yield Observation(Saw.DAYS_TO_COME, {"day": days[-1]})
    if not days:
        yield Observation(Saw.NO_DAYS if known.plan.strip() else Saw.NO_TEXT)


def _tailored(known: Known) -> Iterator[Observation]:
    if not known.plan.strip():
        yield Observation(Saw.NO_TEXT)
        return
    if known.resting:
        yield Observation(Saw.RESTING)
        return
    found = tailored.compare(known.plan, known.others)
    numbers = {"num": len(found.shared), "all": found.counted}
    if not found.counted:
        yield Observation(Saw.NOTHING_TO_COMPARE)
    elif found.shared:
        yield Observation(Saw.SHARED, numbers, tuple(map(Quote, found.shared[:LISTED])))
    else:
        yield Observation(Saw.NOT_SHARED, numbers)


def _speaks(
    known: Known, words: re.Pattern[str], named: Saw, missing: Saw
) -> Iterator[Observation]:
    if not known.plan.strip():
        yield Observation(Saw.NO_TEXT)
        return
    found = speaking_of(known.plan, words)
    yield Observation(named, quotes=found[:FEW]) if found else Observation(missing)


def _profile(known: Known) -> Iterator[Observation]:
    return _speaks(known, PROFILE, Saw.PROFILE_NAMED, Saw.NO_PROFILE)


def _after_care(known: Known) -> Iterator[Observation]:
    return _speaks(known, AFTER_CARE, Saw.AFTER_CARE_NAMED, Saw.NO_AFTER_CARE)


def _partners(known: Known) -> Iterator[Observation]:
    if not known.partners:
        found = partners_in(known.plan, map(known.called, known.every_partner))
        yield (
            Observation(Saw.PARTNERS_IN_TEXT, quotes=found[:FEW])
            if found
            else Observation(Saw.NO_PARTNERS)
        )
        return
    yield Observation(Saw.PARTNERS_NAMED, {"partners": known.partners})
    silent = [key for key in known.partners if not mentions(known.plan, known.called(key))]
    if silent and known.plan.strip():
        yield Observation(Saw.PARTNERS_NOT_IN_TEXT, {"partners": silent})


def _evaluation(known: Known) -> Iterator[Observation]:
    yield from map(_entered, known.evaluations)
    found = speaking_of(known.plan, EVALUATED)
    if found:
        yield Observation(Saw.EVALUATION_IN_TEXT, quotes=found[:FEW])
    if not known.evaluations:
        yield Observation(Saw.RESTING if known.resting else Saw.NO_EVALUATION)


def _entered(evaluation: Facts) -> Observation:
    done, due = evaluation.day("done"), evaluation.day("due")
    why = evaluation.line("not_needed")
    if done:
        return Observation(Saw.EVALUATION_DONE, {"day": done})
    if why:
        return Observation(Saw.EVALUATION_NOT_NEEDED, {"why": why})
    return (
        Observation(Saw.EVALUATION_DUE, {"day": due})
        if due
        else Observation(Saw.EVALUATION_ENTERED)
    )
