"""Ageing: lessons to be looked at again, and sending what a search finds to be checked."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import ngettext
from flask_login import current_user
from werkzeug.wrappers import Response

from lessons.domain import access, lifecycle
from lessons.domain.access import Permit
from lessons.domain.errors import Invalid, LessonsError, NotFound, Problem
from lessons.domain.lifecycle import LIFE
from lessons.domain.query import Query
from lessons.domain.record import Record, Stored
from lessons.services import find, review
from lessons.web import addresses, words
from lessons.web.addresses import Address
from lessons.web.doors import doors, library, me
from lessons.web.errors import say
from lessons.web.posted import number

bp = Blueprint("ageing", __name__, url_prefix="/ageing")
SHOWN = 25  # on a page
MOST_COUNTED = 100  # for the line on the home page
MOST_TICKED = 100
Page = tuple[str, int]


# --- what is due --------------------------------------------------------------------------------------
@bp.get("")
def show() -> str:
    found = review.due(library(), me(), is_account=_is_account, most=SHOWN + 1)
    rows = found[:SHOWN]
    return render_template(
        "review/ageing.html", rows=rows, more=len(found) > SHOWN, today=library().today, overdue=_overdue,
        lives=words.terms("life"), reviewer=me().may(Permit.REVIEW), left=review.left_to_sweep(doors().notebook, me()),
        page_marking=words.page_marking(each.stored.record.line("marking") for each in rows),
    )  # fmt: skip


def _is_account(name: str) -> bool:
    try:
        return not doors().accounts.get(name).disabled
    except NotFound:
        return False


def _overdue(day: date) -> int:
    """Days since it should have been looked at."""
    return (library().today - day).days


@bp.post("")
def still_true() -> Response:
    """Of those ticked, or of the one whose own button was pressed."""
    form = request.form
    one = form.get("one", "")
    ids = [one] if one else form.getlist("item")[:MOST_TICKED]
    life = form.get("life", "")
    seen = {id: number(f"seen-{id}") for id in ids}
    if not seen:
        flash(_("Tick the lessons that are still true first. Nothing was changed."))
    else:
        answers = review.still_true(library(), me(), seen, life=life if life in LIFE else "")
        _tell(answers)
    return redirect(url_for(".show"), 303)


def _tell(answers: Mapping[str, Stored | LessonsError]) -> None:
    done = [answer for answer in answers.values() if isinstance(answer, Stored)]
    if done:
        text = ngettext(
            "Thank you. %(num)s lesson is still true.", "Thank you. %(num)s lessons are still true.", len(done)
        )  # fmt: skip
        flash(text, "success")
    for id, answer in answers.items():
        if isinstance(answer, LessonsError):
            stored = library().peek(me(), id)
            title = f"“{stored.record.title}”: " if stored else ""
            flash(title + say(answer))


@bp.app_template_global()
def due_for_me() -> tuple[int, bool]:
    """For the line on the home page: how many lessons this person should look at, and whether there are more."""
    if not current_user.is_authenticated:
        return 0, False
    found = review.due(library(), me(), is_account=_is_account, most=MOST_COUNTED + 1)
    return min(len(found), MOST_COUNTED), len(found) > MOST_COUNTED


@bp.app_template_global()
def stale_since(lesson: Record | Mapping[str, Any]) -> date | None:
    """The day by which a lesson that holds good should have been looked at, where that is over. lesson: a record, or
    the facts of a hit.
    """
    if isinstance(lesson, Record):
        state, day = lesson.line("state"), lesson.day("check_by")
    else:
        state, day = str(lesson.get("state", "")), _day(str(lesson.get("check_by", "")))
    return day if lifecycle.stale(state, day, library().today) else None


def _day(words: str) -> date | None:
    try:
        return date.fromisoformat(words) if words else None
    except ValueError:
        return None


# --- a sweep ------------------------------------------------------------------------------------------
@bp.get("/sweep")
def ask() -> Page:
    return _sweep_page(request.query_string.decode("utf-8", "replace"))


def _sweep_page(asked: str, problems: Sequence[Problem] = (), said: str = "") -> Page:
    access.demand(me(), Permit.REVIEW)
    here, query, wrong = _asked(asked)
    html = render_template(
        "review/sweep.html", here=here, number=len(review.found_by(library(), me(), query)), problems=problems,
        said=said, most=review.MOST_SWEPT, wrong=wrong,
        told=addresses.in_words(here.words, addresses.chosen_filters(query, here)),
    )  # fmt: skip
    return html, 422 if problems else 200


def _asked(asked: str) -> tuple[Address, Query, tuple[str, ...]]:
    """The search, and what of it makes no sense. Raises NotFound where it cannot be read at all: it would find all."""
    here = Address.read(asked, find.understood(library(), me()))
    if asked.strip() and not here.pairs:
        raise NotFound()
    query, wrong = find.question(me(), here.params, here.meaning)
    return here, query, wrong


@bp.post("/sweep")
def sweep() -> Response | Page:
    access.demand(me(), Permit.REVIEW)
    asked, why = request.form.get("asked", ""), request.form.get("why", "")
    here, query, _wrong = _asked(asked)
    ids = review.found_by(library(), me(), query)
    try:
        done = review.sweep(library(), doors().notebook, me(), ids, why)
    except Invalid as error:
        return _sweep_page(asked, error.problems, why)
    text = ngettext(
        "%(num)s lesson was sent to be checked.", "%(num)s lessons were sent to be checked.", done.asked
    )  # fmt: skip
    if done.left:
        text += " " + ngettext(
            "%(num)s more follows by itself.", "%(num)s more follow by themselves.", done.left
        )
    flash(text, "success")
    return redirect(here.href, 303)
