"""What the debrief form sends, and the form again, with every word in it, where that cannot be taken."""

from dataclasses import replace

from flask import flash, jsonify, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_wtf.csrf import CSRFError, generate_csrf
from werkzeug.exceptions import RequestEntityTooLarge
from werkzeug.wrappers import Response

from lessons.domain.access import Permit
from lessons.domain.errors import Busy, Invalid, LessonsError, NotFound, Problem, StaleWrite
from lessons.services import capture
from lessons.services.capture import AlreadySent, Mark, Refused, Stop, TooHigh
from lessons.web.doors import doors, library, me
from lessons.web.errors import answer, say, status_of
from lessons.web.forms import Page, View, marking_of_forms
from lessons.web.guard import ask_to_sign_in, signed_in

# Boxes that are the page's own, not the officer's words.
OWN_BOXES = frozenset({
    "csrf_token", "do", "confirmed", "version", "page", "after", "edit", "draft", "add_point", "remove_point",
    "add_row",
})  # fmt: skip


# --- what the form sends ---------------------------------------------------------------------------
def form() -> dict[str, list[str]]:
    return {k: v for k, v in request.form.lists() if k not in OWN_BOXES}


def number(name: str) -> int:
    """A box that holds a number, such as a revision."""
    return whole(request.form.get(name, ""))


def whole(typed: str, otherwise: int = 0) -> int:
    """A whole number of at most eight digits; `otherwise` where it is none."""
    return int(typed) if typed.isascii() and typed.isdigit() and len(typed) < 9 else otherwise


def mark() -> Mark:
    page, after = (request.form.get(name, "")[:40] for name in ("page", "after"))
    return Mark(number("version"), page, number("edit"), after)


def confirmed() -> list[str]:
    said = " ".join(request.form.getlist("confirmed")).split()
    return list(dict.fromkeys(said))


def draft() -> str:
    id = request.form.get("draft", "")
    return id if capture.is_draft_id(id) else capture.new_draft_id()


# --- what cannot be taken, with every word kept ----------------------------------------------------
def refusal(error: LessonsError, view: View) -> Response | Page:
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


def without_token(error: CSRFError) -> Response | Page | tuple[Response, int]:
    """A page that stood open too long: the same words with a fresh token. A forged form gets no further than that."""
    if not signed_in():
        return ask_to_sign_in()
    if request.endpoint == "capture.autosave":
        return jsonify(csrf_token=generate_csrf()), 400
    text = _("This page was open for too long. Your words are here: press the button again.")
    if request.endpoint != "capture.write" or not me().may(Permit.SEND):
        return answer(400, "csrf", text)
    view = View(draft(), form(), number("version"), confirmed=confirmed())
    return replace(view, problems=[Problem("", text)]).page(400)


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
