"""What somebody who has left still owns, handed over to another in one go."""

from collections.abc import Sequence
from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import ngettext
from werkzeug.wrappers import Response

from lessons.domain.access import Permit, User, plain_name
from lessons.domain.clearing import Refused
from lessons.domain.deciding import IllegalMove
from lessons.domain.errors import Invalid, LessonsError, NotAllowed, Problem
from lessons.domain.text import N_
from lessons.library import owning
from lessons.services.track import actions as track
from lessons.services.track import actions_moving as moving
from lessons.services.track.actions import LeftBehind
from lessons.services.track.actions_moving import SHAPE
from lessons.web import forms, posted, words
from lessons.web.actions_agreeing import IS_ROLE
from lessons.web.doors import doors, library, me
from lessons.web.errors import say
from lessons.web.record_forms import Page, flag

bp = Blueprint("handing", __name__)
MOST = 500  # handed over at once
NONE_TICKED = N_("Tick what is to be handed over. Nothing was changed.")


def may(person: User) -> bool:
    return person.may(Permit.AGREE) or person.may(Permit.MANAGE_PEOPLE)


def _left(name: str) -> tuple[list[str], list[LeftBehind]]:
    """Those whose owners cannot sign in: their names, and what one of them owns."""
    if not may(me()):
        raise NotAllowed()
    found = track.left_behind(library(), doors().accounts, me())
    names = sorted({each.owner for each in found}, key=str.casefold)
    return names, [each for each in found if plain_name(each.owner) == plain_name(name)]


@bp.get("/hand-over")
def ask() -> Page:
    return _page(request.args.get("from", "")[:120])


def _page(
    name: str, problems: Sequence[Problem] = (), form: dict[str, list[str]] | None = None, status: int = 200,
    marked: Sequence[dict[str, str]] = (), confirmed: Sequence[str] = (),
) -> Page:  # fmt: skip
    names, rows = _left(name)
    form = form or {}
    html = render_template(
        "track/action_hand_over.html", names=names, name=name, rows=rows[:MOST], total=len(rows), shape=SHAPE,
        form=form, problems=problems, errors=forms.errors_by_box(problems), people=owning.active(doors().accounts),
        revision_of=_revision, ticked=set(form.get("item", [each.line.id for each in rows])), flags=marked,
        confirmed=confirmed, is_role=bool(form.get(IS_ROLE)),
        page_marking=words.page_marking(each.line.line("marking") for each in rows),
    )  # fmt: skip
    return html, status


def _revision(id: str) -> int:
    stored = library().peek(me(), id)
    return stored.revision.number if stored else 0


@bp.post("/hand-over")
def make() -> Response | Page:
    name, form = request.form.get("from", "")[:120], posted.form()
    _names, rows = _left(name)
    there = {each.line.id for each in rows}
    seen = {id: posted.number(f"seen-{id}") for id in form.get("item", [])[:MOST] if id in there}
    if not seen:
        return _page(name, [Problem("", NONE_TICKED)], {**form, "item": []}, 422)
    boxes = {box: form.get(box, [""]) for box in ("owner", "decision")}
    try:
        done, refused = moving.hand_over_all(
            library(), doors().accounts, me(), seen, boxes, is_role=IS_ROLE in form, confirmed=posted.confirmed()
        )  # fmt: skip
    except Refused as error:
        shown = [flag(mark) for mark in error.marked]
        return _page(name, error.problems, form, 422, shown, [each["print"] for each in shown])
    except (Invalid, IllegalMove) as error:
        problems = error.problems if isinstance(error, Invalid) else [Problem("", say(error))]
        return _page(name, problems, form, 422)
    _tell(len(done), refused)
    left = len(rows) - len(done)
    onward: dict[str, Any] = {"from": name}
    return redirect(url_for(".ask", **onward) if left else url_for("actions.register"), 303)


def _tell(count: int, refused: Sequence[tuple[str, LessonsError]]) -> None:
    if count:
        flash(ngettext("Handed over: %(num)s action.", "Handed over: %(num)s actions.", count), "success")  # fmt: skip
    for id, error in refused:
        flash(_("%(id)s was left as it is: %(why)s", id=id, why=say(error)))
