"""The one table that turns what went wrong into HTTP, as a page or as JSON."""

import logging
import re
import secrets
from collections.abc import Mapping, Sequence
from typing import Any

from flask import Flask, Response, jsonify, make_response, render_template, request, url_for
from flask_babel import gettext as _
from flask_login import current_user
from flask_wtf.csrf import CSRFError
from markupsafe import escape
from werkzeug.exceptions import HTTPException

from lessons.domain import errors as wrong
from lessons.domain.access import Permit
from lessons.domain.deciding import IllegalMove
from lessons.domain.errors import Invalid, LessonsError, Problem
from lessons.domain.text import N_
from lessons.ports import NotTaken

log = logging.getLogger(__name__)

STATUS: dict[type[LessonsError], int] = {
    wrong.NotFound: 404,
    wrong.NotAllowed: 403,
    wrong.StaleWrite: 409,
    IllegalMove: 409,
    NotTaken: 422,
    wrong.Unreadable: 500,
    wrong.Invalid: 422,
    wrong.OutOfScope: 422,
    wrong.MarkingTooHigh: 422,
    wrong.SignInRefused: 401,
    wrong.Busy: 503,
    wrong.SearchUnavailable: 503,
}
TITLES = {
    400: N_("That did not arrive as we expected"),
    401: N_("Sign in first"),
    403: N_("You cannot do that"),
    404: N_("We cannot find that page"),
    405: N_("That is not how this page works"),
    409: N_("Somebody else saved first"),
    413: N_("That is too large"),
    422: N_("There is a problem"),
    429: N_("Too many tries"),
    500: N_("Something went wrong on our side"),
    503: N_("The service is busy"),
}
# The sentence under the title, where the error brings none of its own.
HAPPENED = {
    400: N_("Something in the address or the form could not be understood."),
    401: N_("You have been signed out."),
    403: wrong.NotAllowed.message,
    404: wrong.NotFound.message,
    405: N_("This address does not take what was sent to it."),
    409: N_("What you saved had changed meanwhile."),
    413: N_("What you sent is larger than this service takes. Nothing was kept of it."),
    422: wrong.Invalid.message,
    429: N_("This was tried too often in a short time."),
    500: LessonsError.message,
    503: wrong.Busy.message,
}
UNREADABLE = N_(
    "The file of this record was changed by hand and cannot be read just now. Your administrator can see why."
)
ADVICE = {
    400: (N_("Go back, reload the page and try again."),),
    403: (N_("Ask a reviewer to do it, or your administrator if your role is wrong."),),
    404: (
        N_("Check the address or the reference."),
        N_("If a record was withdrawn, or is not for your role, it is not here."),
    ),
    405: (N_("Start again from a link or a button on a page."),),
    409: (N_("Copy your words from below, open the record again and put them in."),),
    413: (
        N_("Go back: your browser may still hold what you typed, and your last draft is kept."),
        N_("Send less at once: shorter text, or a smaller file."),
    ),
    422: (N_("Go back and change what the message says."),),
    429: (
        N_("Wait a few minutes, then try again."),
        N_("If it was not you, tell your administrator."),
    ),
    500: (N_("Try again in a minute. If it goes on, tell your administrator when it happened."),),
    503: (N_("Try again in a minute. Reading and drafts still work."),),
}  # fmt: skip
PLACES = (
    (N_("Home, with your drafts"), "find.home"),
    (N_("Search"), "find.search"),
    (N_("Send a debrief"), "capture.new"),
    (N_("Guidance"), "find.guidance"),
)
CARRIED = ("Allow", "Retry-After")  # headers of an error that its answer keeps
BARE = (
    '<!doctype html><html lang="en"><meta charset="utf-8"><title>{title} – Lessons</title>'
    "<h1>{title}</h1><p>{happened}</p>"
)
SECRET_BOXES = frozenset({"csrf_token", "password", "old", "new", "again"})
MOST_KEPT = 100_000  # characters, names and all, of what was typed that an error page gives back
MOST_BOXES = 2_000  # of one form, more than any page of ours has
TOO_MANY = N_(
    "What you sent has more than %(most)s boxes, and no form here has so many. Nothing was kept of it."
)


def problems_of(error: LessonsError | None) -> Sequence[Problem]:
    """A refusal as the list of problems at the top of a form; none where there is none."""
    if isinstance(error, Invalid):
        return error.problems
    if error is None:
        return ()
    return [Problem("", error.message, values=tuple((n, str(v)) for n, v in error.values.items()))]


def status_of(error: LessonsError) -> int:
    return next((s for c, s in STATUS.items() if isinstance(error, c)), 500)


def say(problem: Problem | LessonsError) -> str:
    """The sentence in the reader's language; the values in it are labels, translated as well."""
    raw = dict(problem.values) if problem.values else {}
    values = {k: _(str(v)) if k == "label" and v else v for k, v in raw.items()}
    text = str(_(problem.message))
    return text % values if values else text


def typed() -> dict[str, str]:
    """What was in the form that could not be taken, to be given back."""
    try:
        form = request.form
    except HTTPException:
        return {}
    kept: dict[str, str] = {}
    left = 0 if too_many_boxes() else MOST_KEPT
    for name, values in form.lists():
        words = "\n".join(values)
        if name not in SECRET_BOXES and words.strip() and len(name) < left:
            left -= len(name)
            kept[name] = words[:left]
            left -= len(kept[name])
    return kept


def too_many_boxes() -> bool:
    return sum(map(len, request.form.listvalues())) > MOST_BOXES


def refuse_too_many_boxes() -> Response | None:
    """Runs before anything looks at a form: the limit on parts in Werkzeug counts those of uploads alone."""
    if request.mimetype != "application/x-www-form-urlencoded" or not too_many_boxes():
        return None
    most = f"{MOST_BOXES:,}"
    return answer(413, "request_entity_too_large", str(_(TOO_MANY, most=most)))


def _code(error: LessonsError) -> str:
    """What programs know an error by: not_found for NotFound."""
    return re.sub(r"(?<=[a-z])(?=[A-Z])", "_", type(error).__name__).lower()


def answer(
    status: int,
    code: str,
    message: str,
    fields: Mapping[str, str] | None = None,
    reference: str = "",
) -> Response:
    if request.path.startswith("/api/"):
        body: dict[str, Any] = {"code": code, "message": message, "fields": dict(fields or {})}
        response = jsonify({"error": body})
    else:
        response = make_response(_page(status, message, reference))
    response.status_code = status
    return response


def _page(status: int, message: str, reference: str) -> str:
    """The page of an error; the barest one where even the words around it cannot be had, as without a database."""
    title = str(_(TITLES.get(status, TITLES[400 if status < 500 else 500])))
    try:
        return render_template(
            "errors/error.html",
            title=title,
            happened=message,
            can=_ways_on(status),
            kept=typed() if request.method == "POST" else {},
            reference=reference,
        )
    except Exception:
        log.exception("the page of an error could not be made")
        return BARE.format(title=escape(title), happened=escape(message))


def _ways_on(status: int) -> list[str | dict[str, str]]:
    """Advice, then places to go on from for whoever is signed in; those that may not work now are left out."""
    advice: list[str | dict[str, str]] = [str(_(words)) for words in ADVICE.get(status, ())]
    if not current_user.is_authenticated:
        return [*advice, {"text": str(_("Sign in")), "href": url_for("people.login")}]
    user = current_user.account.user
    return advice + [
        {"text": str(_(words)), "href": url_for(endpoint)}
        for words, endpoint in PLACES
        if not (status == 503 and endpoint == "find.search")
        and not (endpoint == "capture.new" and not user.may(Permit.SEND))
    ]


def _broken(error: Exception) -> Response:
    """Something unforeseen: logged under a reference that the page gives to the person, and no word more."""
    reference = secrets.token_hex(4)
    log.error("unforeseen error %s on %s", reference, request.path, exc_info=error)
    return answer(500, "internal", str(_(LessonsError.message)), reference=reference)


def register(app: Flask) -> None:
    @app.errorhandler(LessonsError)
    def refused(error: LessonsError) -> Response:
        status = status_of(error)
        if isinstance(error, wrong.Unreadable):
            log.error("%s", error)
            return answer(500, "unreadable", str(_(UNREADABLE)))
        if status == 500:
            return _broken(error)
        fields = {p.field: say(p) for p in error.problems} if isinstance(error, Invalid) else {}
        return answer(status, _code(error), say(error), fields)

    @app.errorhandler(CSRFError)
    def forged(error: CSRFError) -> Response:
        text = _("This page was open for too long, or the form came from somewhere else.")
        return answer(400, "csrf", str(text))

    @app.errorhandler(HTTPException)
    def http(error: HTTPException) -> Response:
        status = error.code or 500
        if error.response is not None and status < 400:
            return make_response(error.response)
        code = error.name.lower().replace(" ", "_")
        response = answer(status, code, str(_(HAPPENED.get(status, HAPPENED[400]))))
        for name, value in error.get_headers():
            if name in CARRIED:
                response.headers[name] = value
        return response

    @app.errorhandler(Exception)
    def broken(error: Exception) -> Response:
        return _broken(error)
