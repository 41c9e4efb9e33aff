"""Review: the page on which one item is cleared, and what is said where two are at the same one."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import ngettext
from werkzeug.wrappers import Response

from lessons.domain import access
from lessons.domain.access import Permit
from lessons.domain.boxes import MAIN_FIRST, Boxes
from lessons.domain.clearing import marked
from lessons.domain.deciding import IllegalMove, is_person
from lessons.domain.errors import (
    Busy,
    Invalid,
    LessonsError,
    Problem,
    SearchUnavailable,
    StaleWrite,
)
from lessons.domain.lifecycle import MOVES, OWN_WORDS, USUAL_LIFE
from lessons.domain.personal_data import KINDS
from lessons.domain.record import Kind, Record, Stored
from lessons.domain.schema import SHAPES
from lessons.domain.states import OPEN, State
from lessons.domain.waiting import first_of_two
from lessons.services import find, insight, review
from lessons.services.review import Wanted
from lessons.services.review.clearing import Found
from lessons.web import forms, history, labels, merging, review_form, words
from lessons.web.differences import Difference, differences
from lessons.web.doors import library, me
from lessons.web.errors import say, status_of
from lessons.web.history import Step
from lessons.web.posted import number
from lessons.web.review_filters import carried, in_words, query_of

bp = Blueprint("item", __name__)
SIMILAR = 4
MOST_FLAGS = (
    150  # asked about on one page: more boxes than a form may have would hold an item up for good
)


@dataclass(frozen=True, slots=True)
class Meanwhile:
    """What others did since this person opened the page. both: labels of fields that both changed.

    markings: of linked records that are named in it.
    """

    steps: Sequence[Step]
    both: Sequence[str]
    markings: Sequence[str]


@dataclass(frozen=True, slots=True)
class View:
    """The page as it is to be shown. form: its boxes; typed: the record with what stands in them."""

    stored: Stored
    form: Boxes
    typed: Record
    wanted: Wanted
    problems: Sequence[Problem] = ()
    meanwhile: Meanwhile | None = None
    status: int = 200


@dataclass(frozen=True, slots=True)
class Again:
    """What was asked of its author before it came in again, and what they changed. by: who asked; "" if unknown."""

    record: Record
    by: str
    changes: Sequence[Difference]


# --- looking ---------------------------------------------------------------------------------------
@bp.get("/<id>")
def show(id: str) -> str | tuple[str, int]:
    stored = review.opened(library(), me(), id)
    wanted = carried(request.args.get("queue"))
    if stored.record.line("state") not in OPEN:
        return _decided(stored, wanted)
    return _page(View(stored, review_form.boxes(stored.record), stored.record, wanted))


def _page(view: View) -> tuple[str, int]:
    record = view.stored.record
    lesson = review.row(library(), me(), view.stored)
    debrief = review.debrief_of(library(), me(), record)
    again = _again(view.stored)
    alike = merging.panels(view.stored)
    near = find.similar(library(), me(), view.typed, most=SIMILAR + len(alike["shown"]))
    near = tuple(each for each in near if each.hit.id not in alike["shown"])[:SIMILAR]
    suggested, shown = _suggested(view.typed)
    marks = list(marked(view.typed, review_form.known()))
    found = review.found(view.typed, marks)
    html = render_template(
        "review/item.html", view=view, row=lesson, record=record, form=view.form, shape=SHAPES[Kind.LESSON],
        revision=view.stored.revision, problems=forms.summary(view.problems, {}), debrief=debrief, near=near,
        errors=forms.errors_by_box(view.problems), anchors=_anchors(view.problems), kinds=KINDS,
        found=found, asked=_asked(found), first_eyes=first_of_two(record),
        to_clear=[each for each in found if not each.cleared], pieces=review.pieces(view.typed, marks),
        debrief_shape=SHAPES[Kind.DEBRIEF], suggested=suggested, alike=alike, first=review_form.FIRST,
        tags=review_form.TAGS, facts=review_form.FACTS, more=[f.name for f in review_form.more()],
        main_first=MAIN_FIRST, with_chosen=forms.with_chosen, queue_words=in_words(view.wanted),
        queue_query=query_of(view.wanted), decisions=_decisions(view, lesson.own), left=_left(),
        usual={kind: _usual(life) for kind, life in USUAL_LIFE.items()},
        usual_life=_usual(USUAL_LIFE.get(view.typed.line("learning"), "year")),
        may_merge=not lesson.own and record.line("state") == State.SENT, is_me=lambda n: is_person(n, me()),
        meanwhile=view.meanwhile, again=again, sensitive=access.is_sensitive(view.typed),
        page_marking=words.page_marking([
            record.line("marking"), view.typed.line("marking"), debrief.line("marking") if debrief else "",
            *(words.marking_of(each.hit.facts) for each in near), *shown, *alike["markings"],
            again.record.line("marking") if again else "",
            *(view.meanwhile.markings if view.meanwhile else ()),
        ]),
    )  # fmt: skip
    return html, view.status


def _again(stored: Stored) -> Again | None:
    found = review.again(library(), me(), stored)
    if found is None:
        return None
    shape, titles = SHAPES[Kind.LESSON], history.Titles()
    changes = differences(shape, found.before, found.after, labels.label, titles.of)
    own = [each for each in changes if each.field.name in OWN_WORDS]
    return Again(found.before, found.asked.by if found.asked else "", own)


def _asked(found: Sequence[Found]) -> Sequence[Found]:
    """Those that the page asks about; where they are too many, first those that nobody has cleared."""
    if len(found) <= MOST_FLAGS:
        return found
    return sorted(found, key=lambda each: each.cleared)[:MOST_FLAGS]


def _decisions(view: View, own: bool) -> list[dict[str, str]]:
    """The buttons, the usual one first."""
    moves = [] if own else review.decisions(me(), view.stored.record, view.typed)
    return [{"key": move.key, "label": str(_(move.label))} for move in moves]


def _suggested(record: Record) -> tuple[list[Any], list[str]]:
    """Themes to tick, each with its reason, and the markings of the lessons named in the reasons."""
    offered = list(insight.suggest_for(library(), me(), record))
    ids = {id for each in offered for id, _title in each.lessons}
    peeked = (library().peek(me(), id) for id in sorted(ids))
    return offered, [stored.record.line("marking") for stored in peeked if stored]


def _left() -> int:
    """How many wait for a reviewer."""
    try:
        return review.figures(library(), me()).waiting
    except SearchUnavailable:
        return 0


def _usual(life: str) -> str:
    return str(_("As usual for its kind: %(when)s", when=labels.label("life", life)))


def _anchors(problems: Sequence[Problem]) -> dict[str, str]:
    """Where the list of problems leads, for boxes that are not named as their field."""
    return {"cleared": "clear"} | {
        p.field: "occurred-day" for p in problems if p.field == "occurred"
    }


def _decided(
    stored: Stored, wanted: Wanted, form: Boxes | None = None, meanwhile: Meanwhile | None = None
) -> tuple[str, int]:
    """The page of an item that needs no decision any more. form: what somebody typed for it in vain."""
    record, typed = stored.record, form or {}
    html = render_template(
        "review/decided.html", record=record, meanwhile=meanwhile, kept=_kept(typed),
        step=review.last_decision(library(), me(), record.id), left=_left(), queue_words=in_words(wanted),
        queue_query=query_of(wanted),
        page_marking=words.page_marking([
            record.line("marking"), *typed.get("marking", ()), *(meanwhile.markings if meanwhile else ()),
        ]),
    )  # fmt: skip
    return html, 409 if form else 200


def _kept(form: Boxes) -> list[tuple[str, str]]:
    """What was typed, by label, for somebody to take away."""
    shape, kept = SHAPES[Kind.LESSON], []
    for name, values in form.items():
        said = "\n".join(v for v in values if v.strip())
        if name in shape.by_name and said and not shape[name].vocabulary:
            kept.append((str(_(shape[name].label)), said))
    return kept


# --- deciding --------------------------------------------------------------------------------------
@bp.post("/<id>")
def decide(id: str) -> Any:
    """Save, or take the decision whose button was pressed."""
    access.demand(me(), Permit.REVIEW)
    stored = review.opened(library(), me(), id)
    form, wanted = review_form.posted(request.form), carried(request.form.get("queue"))
    seen = number("revision")
    if stored.revision.number != seen:
        return _stale(id, form, wanted, seen)
    typed, problems = review_form.read(form, stored.record)
    key = request.form.get("do", review.SAVE)
    view = View(stored, form, review.as_typed(stored.record, typed.words), wanted)
    try:
        if problems:
            raise Invalid(problems)
        after = review.decide(library(), me(), id, key, typed, expected=seen)
    except StaleWrite:
        return _stale(id, form, wanted, seen)
    except (Invalid, IllegalMove, Busy) as error:
        return _refused(view, error)
    if key == review.SAVE:
        flash(_("Saved. Nothing is decided yet."), "success")
        return redirect(url_for(".show", id=id, queue=in_words(wanted) or None), 303)
    return _go_on(after.record, str(_(MOVES[key].done)), wanted)


def _refused(view: View, error: LessonsError) -> Any:
    problems = error.problems if isinstance(error, Invalid) else [Problem("", say(error))]
    now = review.opened(library(), me(), view.stored.record.id)
    mine = now.revision == view.stored.revision or is_person(now.revision.by, me())
    if not mine:  # this person's own: the words may have been saved before the decision was refused
        return _stale(now.record.id, view.form, view.wanted, view.stored.revision.number)
    return _page(View(now, view.form, view.typed, view.wanted, problems, status=status_of(error)))


def _go_on(record: Record, done: str, wanted: Wanted) -> Response:
    """Straight on to the next item."""
    try:
        following = review.next_item(library(), me(), wanted, record)
    except SearchUnavailable:
        flash(_("%(done)s.", done=done), "success")
        return redirect(url_for("find.home"), 303)
    if following is None:
        flash(_("%(done)s. Nothing else here waits for you.", done=done), "success")
        return redirect(url_for("review.queue", **query_of(wanted)), 303)
    left = _left()
    told = ngettext("%(num)s lesson waits.", "%(num)s lessons wait.", left)
    flash(
        _("%(done)s. Next: %(title)s", done=done, title=following.record.title) + " – " + told,
        "success",
    )
    return redirect(url_for(".show", id=following.record.id, queue=in_words(wanted) or None), 303)


# --- two at one item -------------------------------------------------------------------------------
def _stale(id: str, form: Boxes, wanted: Wanted, seen: int) -> Any:
    """Everything this person typed, what the other did, and a way on."""
    now = review.opened(library(), me(), id)
    steps = review.since(library(), me(), id, seen)
    shown = steps[0].record if steps and steps[0].revision.number == seen else now.record
    meanwhile = _meanwhile(steps, form, shown, now.record)
    if now.record.line("state") not in OPEN:
        if _pressed_twice(now, form, seen):
            return _go_on(now.record, str(_(MOVES[now.revision.verb].done)), wanted)
        return _decided(now, wanted, form, meanwhile)
    merged = review_form.merged(form, shown, now.record)
    typed, _problems = review_form.read(merged, now.record)
    view = View(
        now,
        merged,
        review.as_typed(now.record, typed.words),
        wanted,
        meanwhile=meanwhile,
        status=409,
    )
    return _page(view)


def _pressed_twice(now: Stored, form: Boxes, seen: int) -> bool:
    """Whether it is this very decision of this very person that was first."""
    same = now.revision.verb == form.get("do", [""])[0] and now.revision.number == seen + 1
    return same and is_person(now.revision.by, me()) and now.revision.verb in MOVES


def _meanwhile(steps: Sequence[Stored], form: Boxes, shown: Record, now: Record) -> Meanwhile:
    titles = history.Titles()
    told = history.steps(steps, titles)[1:]  # the first is what this person saw
    both = [str(_(f.label)) for f in review_form.both(form, shown, now)]
    return Meanwhile(told, both, titles.markings)


# --- side by side ----------------------------------------------------------------------------------
@bp.get("/<id>/compare/<other>")
def compare(id: str, other: str) -> str:
    """The words of two lessons beside one another."""
    one = review.opened(library(), me(), id)
    two = review.opened(library(), me(), other)
    return render_template(
        "review/compare.html", one=one.record, two=two.record, shape=SHAPES[Kind.LESSON],
        queue_words=in_words(carried(request.args.get("queue"))),
        page_marking=words.page_marking([one.record.line("marking"), two.record.line("marking")]),
    )  # fmt: skip
