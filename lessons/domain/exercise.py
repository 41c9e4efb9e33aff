"""Three questions for a team, drawn from a lesson: where it could happen to us, why it did, and what we will do.

Each step asks one question: the first of the table below that fits the lesson. They run from the most special to one
that fits every lesson, so the same lesson always asks the same. The help explains the table (`before-an-operation`).
"""

from collections.abc import Callable, Sequence
from dataclasses import KW_ONLY, dataclass
from enum import StrEnum

from lessons.domain.points import Points, drawn
from lessons.domain.record import Record
from lessons.domain.states import State
from lessons.domain.text import N_


class Step(StrEnum):
    LOOK = "look"
    WHY = "why"
    DO = "do"


STEPS = {
    Step.LOOK: N_("Look at our own work"),
    Step.WHY: N_("Ask why"),
    Step.DO: N_("Agree one thing"),
}
KEEP, CHANGE, WARNING, IDEA, DIDNT = "keep", "change", "warning", "idea", "didnt"
ON_THE_DAY = frozenset({"arrest_phase", "search_warrant", "stop_search", "vehicles"})
CARE = frozenset({"safeguarding", "victim_support", "referral", "families", "mentoring"})


@dataclass(frozen=True, slots=True)
class When:
    """What a lesson must be for a question to fit. What is left out does not matter.

    learning: kinds of learning, any of them. tactics: any of them. with_: fields that must be filled.
    """

    learning: tuple[str, ...] = ()
    _: KW_ONLY
    tactics: frozenset[str] = frozenset()
    with_: tuple[str, ...] = ()
    again: bool = False
    learned: bool = False

    def fits(self, lesson: Record, again: bool) -> bool:
        return (
            (not self.learning or lesson.line("learning") in self.learning)
            and (not self.tactics or not self.tactics.isdisjoint(lesson.keys("tactics")))
            and all(lesson.keys(name) for name in self.with_)
            and (again or not self.again)
            and (lesson.line("state") == State.LEARNED or not self.learned)
        )


@dataclass(frozen=True, slots=True)
class Question:
    """covers: the text of the lesson that a good answer is held against.

    about: a field of the lesson whose values stand beside the question.
    """

    step: Step
    words: str
    when: When = When()
    _: KW_ONLY
    covers: str
    about: str = ""


QUESTIONS: Sequence[Question] = (
    Question(
        Step.LOOK, N_("At which point of our next arrest, search or stop could this happen to us?"),
        When((WARNING,), tactics=ON_THE_DAY), covers="happened", about="tactics",
    ),
    Question(
        Step.LOOK, N_("Think of our last arrest, search or stop. Where did we come close to the same?"),
        When((CHANGE,), tactics=ON_THE_DAY), covers="happened", about="tactics",
    ),
    Question(
        Step.LOOK, N_("What would somebody in the same position say of the way we treat them now?"),
        When((WARNING, CHANGE, DIDNT), tactics=CARE, with_=("vulnerabilities",)), covers="happened",
        about="vulnerabilities",
    ),
    Question(Step.LOOK, N_("Where could this happen to us in the next month?"), When((WARNING,)), covers="happened"),
    Question(
        Step.LOOK, N_("When did something like this last happen in our own work, and how did we notice?"),
        When((CHANGE,)), covers="happened",
    ),
    Question(
        Step.LOOK, N_("Where in our work would the same thing help, and where do we do it already?"),
        When((KEEP,)), covers="happened",
    ),
    Question(
        Step.LOOK, N_("What do we do that is like this, and what shows that it works?"), When((DIDNT,)),
        covers="happened",
    ),
    Question(Step.LOOK, N_("Which problem of ours would this help with?"), When((IDEA,)), covers="happened"),
    Question(Step.LOOK, N_("What in our own work is like this?"), covers="happened"),
    Question(
        Step.WHY, N_("This has happened more than once. Why was it not enough that people knew?"),
        When(again=True), covers="lesson",
    ),
    Question(
        Step.WHY, N_("What did each side know, and what would our partners have needed to hear sooner?"),
        When((WARNING, CHANGE), with_=("partners",)), covers="lesson", about="partners",
    ),
    Question(Step.WHY, N_("What made it work, and which part of that do we lack?"), When((KEEP,)), covers="lesson"),
    Question(
        Step.WHY, N_("Why did it seem right at the time, and what did it leave out?"), When((DIDNT,)),
        covers="lesson",
    ),
    Question(Step.WHY, N_("What would have to be true for it to work here?"), When((IDEA,)), covers="lesson"),
    Question(
        Step.WHY, N_("Which signs would tell us early, and in which role would somebody see them first?"),
        When((WARNING,)), covers="lesson",
    ),
    Question(Step.WHY, N_("Why did it make sense to the people who were there?"), When((CHANGE,)), covers="lesson"),
    Question(Step.WHY, N_("Why did it go the way it did?"), covers="lesson"),
    Question(
        Step.DO, N_("This change was checked, and it lasts. What will we do so that it lasts with us too?"),
        When((CHANGE, KEEP, WARNING), learned=True), covers="action",
    ),
    Question(
        Step.DO, N_("What will we do before the next job, so that this cannot take us by surprise?"),
        When((WARNING,)), covers="action",
    ),
    Question(
        Step.DO, N_("What will we do another way from the next shift on, and how will we know that it lasts?"),
        When((CHANGE,)), covers="action",
    ),
    Question(
        Step.DO, N_("What will we keep, and how will the next team come to do it as well?"), When((KEEP,)),
        covers="action",
    ),
    Question(
        Step.DO, N_("What will we stop or do instead, and what will show early whether that is better?"),
        When((DIDNT,)), covers="action",
    ),
    Question(
        Step.DO, N_("How could we try it on a small scale, and what would we count?"), When((IDEA,)),
        covers="action",
    ),
    Question(Step.DO, N_("What one thing will we do about it, and by when?"), covers="action"),
)  # fmt: skip
INSTEAD = ("summary", "lesson", "happened", "action", "evidence", "detail")
MOST, LONGEST = 3, 260  # sentences of the lesson beside a question, and characters of each


@dataclass(frozen=True, slots=True)
class Asked:
    """A question, and what of the lesson stands beside it. section: name of the text; "title" for its sentence."""

    question: Question
    section: str
    says: Points


def question_for(lesson: Record, step: Step, *, again: bool = False) -> Question:
    """again: whether it is known to have happened again, besides what the lesson itself says."""
    again = again or any(lesson.keys(name) for name in ("recurrence", "seen_before"))
    return next(q for q in QUESTIONS if q.step is step and q.when.fits(lesson, again))


def asked_of(
    lesson: Record, plain: Callable[[str], str], *, again: bool = False
) -> tuple[Asked, ...]:
    """One question for each step. plain: markdown to plain words. Two never show the same text, but for the title,
    which stands in where the lesson says too little.
    """
    chosen = [question_for(lesson, step, again=again) for step in Step]
    says = {name: points for name in INSTEAD if (points := _drawn(lesson, name, plain))}
    spare = [name for name in says if name not in {q.covers for q in chosen}]
    asked = []
    for question in chosen:
        section = (
            question.covers if question.covers in says else (spare.pop(0) if spare else "title")
        )
        asked.append(Asked(question, section, says.get(section) or Points(items=(lesson.title,))))
    return tuple(asked)


def _drawn(lesson: Record, name: str, plain: Callable[[str], str]) -> Points:
    text = lesson.texts.get(name, "")
    return drawn(plain(text), most=MOST, longest=LONGEST) if text else Points()
