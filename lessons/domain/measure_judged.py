"""Whether a figure is as it should be. Said in words beside it, with what is to be done."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import StrEnum

from lessons.domain.measure import Figure
from lessons.domain.text import N_
from lessons.domain.working_days import PROMISE

NEARLY_ALL = 0.9
ONE_SIDED = 0.75  # of one strand; a force at 84 % pursue was told to understand its threats better
ENOUGH_TO_JUDGE = 10
FEW_GOOD = 0.15


class Verdict(StrEnum):
    GOOD = "good"
    LOOK = "look"
    ACT = "act"
    CALM = "calm"
    NONE = "none"


VERDICTS: Mapping[Verdict, str] = {
    Verdict.GOOD: N_("As it should be"),
    Verdict.LOOK: N_("Look at this"),
    Verdict.ACT: N_("Needs action"),
    Verdict.CALM: N_("Nothing stands out"),
    Verdict.NONE: N_("Too little to say"),
}


@dataclass(frozen=True, slots=True)
class Judged:
    """why: in a sentence, "" where the verdict says it."""

    verdict: Verdict
    why: str = ""


def judge(figure: Figure) -> Judged:
    rule = _RULES.get(figure.key)
    if rule is None or figure.value is None or figure.all_hidden:
        return Judged(Verdict.NONE)
    return rule(figure)


def _rate(figure: Figure) -> Judged:
    value = figure.value
    if not isinstance(value, float):
        return Judged(Verdict.NONE)
    if value >= NEARLY_ALL:
        return Judged(Verdict.GOOD)
    return Judged(Verdict.ACT, N_("What is not debriefed is not learned from."))


def _none_left(why: str) -> Callable[[Figure], Judged]:
    return lambda figure: Judged(Verdict.ACT, why) if figure.value else Judged(Verdict.GOOD)


def _balance(figure: Figure) -> Judged:
    shares = _numbers(figure)
    if figure.n is None or figure.n < ENOUGH_TO_JUDGE or not shares:
        return Judged(Verdict.NONE)
    if max(shares.values()) >= ONE_SIDED:
        return Judged(Verdict.LOOK, N_("One strand has three quarters or more."))
    if 0 in shares.values():
        return Judged(Verdict.LOOK, N_("One strand has nothing at all."))
    return Judged(Verdict.CALM)


def _kinds(figure: Figure) -> Judged:
    counts = _numbers(figure)
    if not figure.n or not counts:
        return Judged(Verdict.NONE)
    if not counts.get("vulnerability", 1):
        return Judged(
            Verdict.LOOK, N_("No vulnerability is recorded. Are all kinds of threat understood?")
        )
    if 0 in counts.values():
        return Judged(Verdict.LOOK, N_("One kind is not recorded at all."))
    return Judged(Verdict.CALM)


def _positive(figure: Figure) -> Judged:
    if not isinstance(figure.value, float) or (figure.n or 0) < ENOUGH_TO_JUDGE:
        return Judged(Verdict.NONE)
    if figure.value < FEW_GOOD:
        return Judged(Verdict.LOOK, N_("Ask what worked as well: it is learning too."))
    return Judged(Verdict.CALM)


def _answer(figure: Figure) -> Judged:
    within = _numbers(figure).get("within_5")
    if within is None:
        return Judged(Verdict.NONE)
    if within >= NEARLY_ALL:
        return Judged(Verdict.GOOD)
    return Judged(Verdict.LOOK, N_("People were promised an answer within five working days."))


def _numbers(figure: Figure) -> dict[str, float | int]:
    if not isinstance(figure.value, Mapping):
        return {}
    return {key: part for key, part in figure.value.items() if part is not None}


_RULES: Mapping[str, Callable[[Figure], Judged]] = {
    "debrief_rate": _rate,
    "debriefs_overdue": _none_left(N_("Hold the debrief, or write down why none is needed.")),
    "evaluations_overdue": _none_left(N_("Finish them, or write down why one is not needed.")),
    "actions_overdue": _none_left(N_("Finish them, or agree a new day.")),
    "findings_unanswered": _none_left(N_("A response was due within 56 days.")),
    "four_p_share": _balance,
    "threat_kinds": _kinds,
    "positive_share": _positive,
    "days_to_answer": _answer,
}
assert PROMISE == 5, "the words above say five"
