"""Capture: the debrief form, its drafts, the record it becomes, and what became of it."""

from datetime import date
from typing import Any

from flask import Blueprint, flash, jsonify, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_wtf.csrf import CSRFError
from werkzeug.exceptions import RequestEntityTooLarge
from werkzeug.wrappers import Response

from lessons.domain.boxes import Form, add_row
from lessons.domain.errors import (
    Invalid,
    LessonsError,
    NotAllowed,
    NotFound,
    Problem,
    StaleWrite,
)
from lessons.domain.record import Kind, Record, Stored, kind_of
from lessons.domain.schema import SHAPES
from lessons.services import capture, find
from lessons.services.capture import AlreadySent, TooHigh
from lessons.web import alike, posted, words
from lessons.web.doors import doors, library, me
from lessons.web.errors import say, status_of
from lessons.web.forms import Page, View, marking_of_forms

bp = Blueprint("capture", __name__, url_prefix="/debriefs")
bp.register_error_handler(CSRFError, posted.without_token)
bp.register_error_handler(RequestEntityTooLarge, posted.too_large)


# --- the form --------------------------------------------------------------------------------------
@bp.get("/new")
def new() -> Response | Page | str:
    """The form of one draft. begin: it may be a new one; without it, an unknown draft is not found."""
    capture.may_begin(me())
    draft = request.args.get("draft", "")
    operation = request.args.get("operation_name", "")
    if not draft:
        return _begin(operation)
    try:
        note = capture.open_draft(doors().notebook, me(), draft)
    except AlreadySent as error:
        return redirect(url_for(".sent", id=error.debrief, draft=draft), 303)
    except NotFound:
        if "begin" not in request.args or not capture.is_draft_id(draft):
            raise
        return View(draft, capture.starting_form(_happened(operation), operation)).page()
    saved_by = str(note.body.get("page", ""))
    return View(
        draft, capture.draft_form(note), note.version, saved=note.saved, saved_by=saved_by
    ).page()


def _happened(operation: str) -> date:
    """The day on which that operation ended, where the reader may know of it; else today."""
    found = capture.find_operation(library(), me(), operation)
    seen = library().peek(me(), found.id) if found else None
    ended = seen.record.day("ended") if seen else None
    return ended if ended and ended < library().today else library().today


def _begin(operation: str) -> Response | str:
    begun = doors().notebook.all(me().name, capture.SUBJECT)
    fresh = url_for(".new", draft=capture.new_draft_id(), begin=1, operation_name=operation or None)
    if not begun or "fresh" in request.args:
        return redirect(fresh, 302)
    return render_template(
        "capture/drafts.html", drafts=begun, title_of=capture.draft_title, fresh=fresh,
        page_marking=marking_of_forms(*(capture.draft_form(note) for note in begun)),
    )  # fmt: skip


@bp.post("/new")
def write() -> Response | Page:
    """Every button of the form comes here; what was typed is kept before anything else is done."""
    form, draft = posted.form(), posted.draft()
    do = request.form.get("do", "save")
    try:
        if do == "send":
            return _send(draft, form)
        anchor = _change_points(form)
        capture.keep_draft(doors().notebook, library(), me(), draft, form, posted.mark())
    except LessonsError as error:
        return posted.refusal(
            error, View(draft, form, posted.number("version"), confirmed=posted.confirmed())
        )
    if do == "later":
        flash(_("Saved. Go on with it from here, on any device."), "success")
        return redirect(url_for("find.home"), 303)
    return redirect(url_for(".new", draft=draft, _anchor=anchor or "saved"), 303)


def _change_points(form: dict[str, list[str]]) -> str:
    """Add or take away a learning point or a row where the browser could not; where the page should then be."""
    buttons = request.form
    if "add_point" in buttons:
        return f"points-{capture.add_point(form)}-learning"
    if "remove_point" in buttons:
        capture.remove_point(form, buttons["remove_point"])
        return "points"
    if "add_row" in buttons:
        box = buttons["add_row"]
        number = add_row(SHAPES[Kind.DEBRIEF], form, box)
        return f"{box}-row-{number}" if number >= 0 else "more"
    return ""


def _send(draft: str, form: Form) -> Response:
    sent = capture.send(
        doors().notebook, library(), me(), draft, form, posted.mark(), posted.confirmed()
    )
    if sent.apart:
        flash(
            _(
                "An earlier try had sent this already. What you changed since is kept as a new draft."
            )
        )
    other = [] if sent.apart else alike.something_else(form, sent.lessons)
    address = url_for(".sent", id=sent.debrief.record.id, draft=draft, other=other)
    return redirect(address, 303)


@bp.errorhandler(AlreadySent)
def sent_already(error: AlreadySent) -> Response:
    """Wherever a draft is asked for that is none any more: what became of it."""
    draft = (request.view_args or {}).get("id")
    return redirect(url_for(".sent", id=error.debrief, draft=draft), 303)


# --- drafts ----------------------------------------------------------------------------------------
@bp.post("/drafts/<id>")
def autosave(id: str) -> Response | tuple[Response, int]:
    """What the page sends by itself while the officer types."""
    try:
        note = capture.keep_draft(
            doors().notebook, library(), me(), id, posted.form(), posted.mark()
        )
    except StaleWrite:
        return jsonify(compare=url_for(".new", draft=id)), 409
    except AlreadySent as error:
        return jsonify(compare=url_for(".sent", id=error.debrief)), 409
    return jsonify(version=note.version, saved=note.saved.isoformat())


@bp.get("/drafts/<id>/delete")
def ask_to_delete(id: str) -> str:
    note = capture.open_draft(doors().notebook, me(), id)
    return render_template(
        "capture/delete.html", draft=note, title=capture.draft_title(note),
        page_marking=marking_of_forms(capture.draft_form(note)),
    )  # fmt: skip


@bp.post("/drafts/<id>/delete")
def delete(id: str) -> Response:
    capture.open_draft(doors().notebook, me(), id)
    doors().notebook.drop(id, me().name)
    flash(_("The draft is deleted."), "success")
    return redirect(url_for("find.home"), 303)


# --- after sending ---------------------------------------------------------------------------------
def _debrief(id: str) -> Stored:
    stored = library().open(me(), id)
    if stored.record.kind is not Kind.DEBRIEF:
        raise NotFound()
    return stored


@bp.get("/<id>/sent")
def sent(id: str) -> str:
    stored = _debrief(id)
    lessons = capture.lessons_of(library(), me(), stored.record)
    own = [lesson for _row, lesson in lessons if lesson]
    told = capture.briefed_of(library(), me(), stored.record)
    near = alike.to_lessons(own, request.args.getlist("other"), told)
    before = alike.said_before(own)
    briefed = [each for each in told if not each.outcome]
    shown = (stored.record, *own, *before.values(), *(each.lesson for each in briefed))
    return render_template(
        "capture/sent.html", debrief=stored.record, lessons=lessons, alike=near, before=before, briefed=briefed,
        page_marking=words.page_marking([*_markings(*shown), *alike.markings(near)]),
    )  # fmt: skip


@bp.post("/<id>/again")
def again(id: str) -> Response:
    """What the author says of the lessons just sent: each box is named by the lesson's id."""
    answers = request.form.to_dict()
    kept = capture.happened_again(library(), me(), id, answers)
    if kept:
        flash(_("Thank you. The reviewer sees that it happened again."), "success")
    other = [box for box, said in answers.items() if said == capture.SOMETHING_ELSE]
    other = [i for i in (*request.args.getlist("other"), *other) if kind_of(i) is Kind.LESSON]
    address = url_for(
        ".sent", id=id, draft=request.args.get("draft"), other=other[: capture.MOST_POINTS]
    )
    return redirect(address, 303)


@bp.post("/<id>/briefed")
def tell_of_briefed(id: str) -> Response:
    """What became of lessons that were briefed, from its author, who had not said so in the form."""
    debrief = _debrief(id).record
    if debrief.line("author") != me().name:
        raise NotAllowed()
    if capture.tell(library(), me(), debrief, capture.outcomes_in(posted.form())):
        flash(_("Thank you. What became of these lessons is kept with the briefing."), "success")
    address = url_for(".sent", id=id, draft=request.args.get("draft"), other=request.args.getlist("other"))  # fmt: skip
    return redirect(address, 303)


def _markings(*shown: Record | None) -> list[str]:
    return [r.line("marking") for r in shown if r]


def _marking(*shown: Record | None) -> str:
    return words.page_marking(_markings(*shown))


@bp.get("/<id>")
def show(id: str) -> str:
    return _shown(_debrief(id))


def _shown(stored: Stored, **more: Any) -> str:
    lessons = capture.lessons_of(library(), me(), stored.record)
    linked = find.linked(library(), me(), stored.record)
    return render_template(
        "capture/debrief.html",
        record=stored.record,
        revision=stored.revision,
        shape=SHAPES[Kind.DEBRIEF],
        lessons=lessons,
        linked=linked,
        may_correct=capture.may_correct(me(), stored.record),
        most=capture.LONGEST_CORRECTION,
        page_marking=_marking(
            stored.record, *(lesson for _row, lesson in lessons), *linked.values()
        ),
        **more,
    )


@bp.post("/<id>/corrections")
def correct(id: str) -> Response | Page:
    text = request.form.get("text", "")
    try:
        capture.correct(library(), me(), id, text, expected=posted.number("version"))
    except StaleWrite as error:
        later = _("Somebody added a correction meanwhile; it is above. Read it, then add yours.")
        page = _shown(_debrief(id), text=text, problems=[Problem("text", later)])
        return page, status_of(error)
    except TooHigh as error:
        return _shown(_debrief(id), text=text, problems=[Problem("text", say(error))]), 422
    except Invalid as error:
        return _shown(_debrief(id), text=text, problems=error.problems), 422
    return redirect(url_for(".show", id=id, _anchor="corrections"), 303)
