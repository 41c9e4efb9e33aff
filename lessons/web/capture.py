"""Capture: the debrief form, its drafts, the record it becomes, and what became of it."""

from dataclasses import replace
from typing import Any

from flask import Blueprint, flash, jsonify, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_wtf.csrf import CSRFError, generate_csrf
from werkzeug.exceptions import RequestEntityTooLarge
from werkzeug.wrappers import Response

from lessons.domain.access import Permit
from lessons.domain.errors import Busy, Invalid, LessonsError, NotFound, Problem, StaleWrite
from lessons.domain.record import Kind, Record, Stored
from lessons.domain.schema import SHAPES
from lessons.services import capture, find
from lessons.services.capture import AlreadySent, Form, Mark, Refused, Stop, TooHigh
from lessons.web import words
from lessons.web.doors import doors, library, me
from lessons.web.errors import answer, say, status_of
from lessons.web.forms import Page, View, marking_of_forms
from lessons.web.guard import ask_to_sign_in, signed_in

bp = Blueprint("capture", __name__, url_prefix="/debriefs")
# Boxes that are the page's own, not the officer's words.
OWN_BOXES = frozenset({
    "csrf_token", "do", "confirmed", "version", "page", "after", "edit", "draft", "add_point", "remove_point",
    "add_row",
})  # fmt: skip


# --- what the form sends ---------------------------------------------------------------------------
def _form() -> dict[str, list[str]]:
    return {k: v for k, v in request.form.lists() if k not in OWN_BOXES}


def _number(name: str) -> int:
    typed = request.form.get(name, "")
    return int(typed) if typed.isascii() and typed.isdigit() and len(typed) < 9 else 0


def _mark() -> Mark:
    page, after = (request.form.get(name, "")[:40] for name in ("page", "after"))
    return Mark(_number("version"), page, _number("edit"), after)


def _confirmed() -> list[str]:
    said = " ".join(request.form.getlist("confirmed")).split()
    return list(dict.fromkeys(said))


def _draft() -> str:
    draft = request.form.get("draft", "")
    return draft if capture.is_draft_id(draft) else capture.new_draft_id()


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
        return View(draft, capture.starting_form(library().today, operation)).page()
    saved_by = str(note.body.get("page", ""))
    return View(
        draft, capture.draft_form(note), note.version, saved=note.saved, saved_by=saved_by
    ).page()


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
    form, draft = _form(), _draft()
    do = request.form.get("do", "save")
    try:
        if do == "send":
            return _send(draft, form)
        anchor = _change_points(form)
        capture.keep_draft(doors().notebook, library(), me(), draft, form, _mark())
    except LessonsError as error:
        return _refusal(error, View(draft, form, _number("version"), confirmed=_confirmed()))
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
        number = capture.add_row(form, box)
        return f"{box}-row-{number}" if number >= 0 else "more"
    return ""


def _send(draft: str, form: Form) -> Response:
    sent = capture.send(doors().notebook, library(), me(), draft, form, _mark(), _confirmed())
    if sent.apart:
        flash(
            _(
                "An earlier try had sent this already. What you changed since is kept as a new draft."
            )
        )
    return redirect(url_for(".sent", id=sent.debrief.record.id, draft=draft), 303)


def _refusal(error: LessonsError, view: View) -> Response | Page:
    """The form again with every word in it, and what to do about it. Raises what no form can mend."""
    try:
        if isinstance(error, AlreadySent):
            raise error
        return _mendable(error, view)
    except AlreadySent as sent:  # perhaps only since this request began
        return _after_sending(sent, view)


def _mendable(error: LessonsError, view: View) -> Response | Page:
    if isinstance(error, StaleWrite):
        theirs = capture.open_draft(doors().notebook, me(), view.draft, view.form)
        clash = capture.draft_form(theirs)
        return replace(view, version=theirs.version, saved=theirs.saved, clash=clash).page(409)
    if not isinstance(error, Stop | TooHigh | Invalid | Busy):
        raise error
    view = _with_kept(view)
    if isinstance(error, Stop):
        seen = [capture.fingerprint(w.flag) for w in error.warned]
        return render_template(
            "capture/stop.html", view=view, warned=error.warned, seen=[*view.confirmed, *seen],
            page_marking=marking_of_forms(view.form),
        ), 422  # fmt: skip
    if isinstance(error, TooHigh):
        view = replace(view, too_high=say(error), warned=error.warned)
    elif isinstance(error, Refused):
        view = replace(view, problems=error.problems, warned=error.warned)
    elif isinstance(error, Invalid):
        view = replace(view, problems=[replace(p, field="") for p in error.problems])
    else:
        view = replace(view, problems=[Problem("", say(error))])
    return view.page(status_of(error))


def _with_kept(view: View) -> View:
    """As the draft is now, where it could be kept at all."""
    try:
        note = capture.open_draft(doors().notebook, me(), view.draft, view.form)
    except NotFound:
        return view
    return replace(view, version=note.version, saved=note.saved)


def _after_sending(error: AlreadySent, view: View) -> Response:
    """Pressed twice, or written on after it was sent from elsewhere: the later words become a draft of their own."""
    if error.same:
        return redirect(url_for(".sent", id=error.debrief, draft=view.draft), 303)
    apart = capture.keep_apart(doors().notebook, library(), me(), view.form)
    flash(_("This debrief was already sent. What you typed since is kept here, as a new draft."))
    return redirect(url_for(".new", draft=apart.id), 303)


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
        note = capture.keep_draft(doors().notebook, library(), me(), id, _form(), _mark())
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


# --- what cannot be taken, with every word kept ----------------------------------------------------
@bp.errorhandler(CSRFError)
def without_token(error: CSRFError) -> Response | Page | tuple[Response, int]:
    """A page that stood open too long: the same words with a fresh token. A forged form gets no further than that."""
    if not signed_in():
        return ask_to_sign_in()
    if request.endpoint == "capture.autosave":
        return jsonify(csrf_token=generate_csrf()), 400
    text = _("This page was open for too long. Your words are here: press the button again.")
    if request.endpoint != "capture.write" or not me().may(Permit.SEND):
        return answer(400, "csrf", text)
    view = View(_draft(), _form(), _number("version"), confirmed=_confirmed())
    return replace(view, problems=[Problem("", text)]).page(400)


@bp.errorhandler(RequestEntityTooLarge)
def too_large(error: RequestEntityTooLarge) -> Page:
    megabytes = int(doors().settings["MAX_BODY_MB"])
    html = render_template(
        "errors/error.html",
        title=_("That is too large"),
        happened=_("Nothing was sent. One form takes %(most)s megabytes at most.", most=megabytes),
        can=[
            _("Go back with the back button of your browser: your words are still in the form."),
            _("Shorten the longest text; each takes 40,000 characters, about 15 pages."),
            _("Send a longer report as it is to a reviewer, and only its learning points here."),
        ],
        kept={},
    )
    return html, 413


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
    return render_template(
        "capture/sent.html", debrief=stored.record, lessons=lessons,
        page_marking=_marking(stored.record, *(lesson for _row, lesson in lessons)),
    )  # fmt: skip


def _marking(*shown: Record | None) -> str:
    return words.page_marking(r.line("marking") for r in shown if r)


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
        capture.correct(library(), me(), id, text, expected=_number("version"))
    except StaleWrite as error:
        later = _("Somebody added a correction meanwhile; it is above. Read it, then add yours.")
        page = _shown(_debrief(id), text=text, problems=[Problem("text", later)])
        return page, status_of(error)
    except TooHigh as error:
        return _shown(_debrief(id), text=text, problems=[Problem("text", say(error))]), 422
    except Invalid as error:
        return _shown(_debrief(id), text=text, problems=error.problems), 422
    return redirect(url_for(".show", id=id, _anchor="corrections"), 303)
