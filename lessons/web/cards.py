"""One lesson as a card for a shift briefing, and as questions for a team."""

from collections.abc import Iterator
from dataclasses import replace
from typing import NamedTuple

from flask import Blueprint, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from lessons.domain.errors import NotFound
from lessons.domain.exercise import STEPS, Asked, Step, asked_of, question_for
from lessons.domain.paper import Block, Bullets, Facts, Heading, Paper, Para, Shape, Sign
from lessons.domain.points import ADVICE, Points, drawn
from lessons.domain.record import Kind, Record, Stored, kind_of
from lessons.domain.schema import SHAPES
from lessons.domain.states import GOOD
from lessons.domain.text import N_
from lessons.services import review
from lessons.web import papers, prose, words
from lessons.web.doors import doors, library, me
from lessons.web.labels import label

bp = Blueprint("cards", __name__)
SHAPE = SHAPES[Kind.LESSON]
SIGNS = {
    "keep": Shape.DISC, "change": Shape.SQUARE, "warning": Shape.TRIANGLE, "idea": Shape.DIAMOND, "didnt": Shape.CROSS,
}  # fmt: skip
FACTS = ("occurred", "state")
HOW_LONG = N_("Five minutes, before a shift or after a job.")
HOW = (
    N_("One minute: read the lesson aloud."),
    N_("Three minutes: take the questions in order. Let people speak before you read out what the lesson says."),
    N_("One minute: agree one thing, in which role it will be done, and by when."),
)  # fmt: skip
NO_NAMES = N_(
    "Use no names. Speak of roles and of how the work is set up, not of who did what. "
    "Nothing that is said is kept here."
)
NOT_A_CARD = {
    "retired": N_("This lesson is no longer in use, so nothing is made from it."),
    "merged": N_(
        "This lesson was joined with another that says the same, so nothing is made from it."
    ),
    "not_taken": N_("This lesson was not taken forward, so nothing is made from it."),
}
NOT_YET = N_("This lesson has not been reviewed yet, so nothing is made from it.")


class Card(NamedTuple):
    """section: name of the text that the points are drawn from, "" where it says nothing that the title does not."""

    section: str
    points: Points
    question: str


@bp.get("/lessons/<id>/card")
def card(id: str) -> str | Response:
    """Raises NotFound."""
    stored = _open(id)
    lesson = stored.record
    if not makes_cards(lesson):
        return _over(stored, _("Card for a shift briefing"), ".card")
    made = _card(lesson)
    if "as" in request.args:
        return papers.send(_card_paper(lesson, made), request.args["as"], "card", id)
    return render_template(
        "brief/card.html", record=lesson, card=made, today=library().today,
        sign=SIGNS.get(lesson.line("learning")), facts=_facts(lesson),
        forms=list(doors().printers), page_marking=words.page_marking([lesson.line("marking")]),
    )  # fmt: skip


@bp.get("/lessons/<id>/exercise")
def exercise(id: str) -> str | Response:
    """Raises NotFound."""
    stored = _open(id)
    lesson = stored.record
    if not makes_cards(lesson):
        return _over(stored, _("Questions for your team"), ".exercise")
    asked = asked_of(lesson, prose.plain, again=_again(lesson))
    if "as" in request.args:
        paper = _exercise_paper(lesson, asked)
        return papers.send(paper, request.args["as"], "questions", id)
    return render_template(
        "brief/exercise.html", record=lesson, asked=asked, steps=STEPS, how=HOW, how_long=HOW_LONG, no_names=NO_NAMES,
        section=_section, about=_about, forms=list(doors().printers),
        page_marking=words.page_marking([lesson.line("marking")]),
    )  # fmt: skip


@bp.app_template_global()
def makes_cards(lesson: Record) -> bool:
    """Whether a card and questions are made from it: it holds good."""
    return lesson.line("state") in GOOD


def _open(id: str) -> Stored:
    """Noted in the audit log, as opening its page is. Raises NotFound."""
    if kind_of(id) is not Kind.LESSON:
        raise NotFound()
    return library().open(me(), id)


def _over(stored: Stored, heading: str, endpoint: str) -> str | Response:
    """In place of a paper from a lesson that does not hold good: why there is none, and what took its place."""
    lesson = stored.record
    if "as" in request.args:
        return redirect(url_for(endpoint, id=lesson.id))
    after = library().peek(me(), next_id) if (next_id := lesson.line("replaced_by")) else None
    shown = [each.record.line("marking") for each in (stored, after) if each]
    good = after is not None and after.record.line("state") in GOOD
    return render_template(
        "brief/over.html", record=lesson, heading=heading, why=NOT_A_CARD.get(lesson.line("state"), NOT_YET),
        after=after.record if after else None, again=url_for(endpoint, id=next_id) if good else "",
        page_marking=words.page_marking(shown),
    )  # fmt: skip


def _again(lesson: Record) -> bool:
    return review.reopened(library(), me(), lesson) is not None


# --- what stands on them ------------------------------------------------------------------------------
def _card(lesson: Record) -> Card:
    question = _(question_for(lesson, Step.LOOK).words)
    for name in ADVICE:
        points = drawn(prose.plain(lesson.texts.get(name, "")))
        if points:
            return Card(name, points, question)
    return Card("", Points(), question)


def _section(name: str) -> str:
    """The heading of a text of the lesson."""
    return str(_(SHAPE[name].label))


def _about(lesson: Record, asked: Asked) -> tuple[str, str] | None:
    """The facts that the lesson has on what a question asks of, as a line of their own."""
    name = asked.question.about
    if not name or name not in lesson.fields:
        return None
    return _section(name), "; ".join(words.worded(SHAPE[name], lesson.fields[name]))


def _facts(lesson: Record) -> list[tuple[str, str]]:
    rows = [(str(_("Reference")), lesson.id)]
    for name in FACTS:
        if name in lesson.fields:
            rows.append((_section(name), "; ".join(words.worded(SHAPE[name], lesson.fields[name]))))
    if lesson.flag("example"):
        rows.append((_section("example"), str(_(SHAPE["example"].help))))
    return rows


# --- as documents -------------------------------------------------------------------------------------
def _made() -> str:
    """Without a name: it is pinned up, or goes from hand to hand."""
    return str(_("Made by Lessons on %(day)s", day=words.day(library().today)))


def _paper(lesson: Record, title: str, blocks: list[Block]) -> Paper:
    return Paper(
        title, blocks, marking=words.page_marking([lesson.line("marking")]), made=_made(),
        subject=f"{_(SHAPE.label)} {lesson.id}",
    )  # fmt: skip


def _card_paper(lesson: Record, card: Card) -> Paper:
    blocks: list[Block] = [*_sign(lesson)]
    if card.section:
        blocks += [Heading(_section(card.section)), *_points(card.points)]
    blocks += [Heading(_("Ask your team")), Para(card.question), Facts(tuple(_facts(lesson)))]
    return replace(_paper(lesson, lesson.title, blocks), card=True)


def _sign(lesson: Record) -> Iterator[Block]:
    learning = lesson.line("learning")
    if learning in SIGNS:
        yield Sign(label("learning", learning), SIGNS[learning])


def _points(points: Points) -> Iterator[Block]:
    if points.lead:
        yield Para(points.lead)
    yield Bullets(points.items)
    if points.more:
        yield Para(_("There is more in the lesson."), quiet=True)


def _exercise_paper(lesson: Record, asked: tuple[Asked, ...]) -> Paper:
    blocks: list[Block] = [
        *_sign(lesson), Para(lesson.title), Facts(tuple(_facts(lesson))),
        Heading(_("How to use this")), Para(_(HOW_LONG)), Bullets(tuple(_(each) for each in HOW)), Para(_(NO_NAMES)),
    ]  # fmt: skip
    for number, each in enumerate(asked, 1):
        about = _about(lesson, each)
        blocks += [
            Heading(f"{number}. {_(each.question.words)}"), Para(_(STEPS[each.question.step]), quiet=True),
            *([Facts((about,))] if about else []),
            Heading(_("What a good answer covers"), 2), *_points(each.says),
        ]  # fmt: skip
    blocks += [
        Heading(_("What did your team agree?")),
        Para(_("Write it in a debrief, or agree an action.")),
    ]
    return replace(
        _paper(lesson, str(_("Questions for your team")), blocks), brief=True, grown=True
    )
