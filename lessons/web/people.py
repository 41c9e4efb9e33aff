"""People: signing in and out, and a person's own account."""

from urllib.parse import urlsplit

from flask import (
    Blueprint,
    current_app,
    flash,
    redirect,
    render_template,
    request,
    session,
    url_for,
)
from flask_babel import gettext as _
from flask_login import login_user, logout_user
from werkzeug.exceptions import HTTPException
from werkzeug.wrappers import Response

from lessons.domain.errors import Invalid, SignInRefused
from lessons.ports import Session
from lessons.services import people
from lessons.web.doors import SignedIn, doors, library, me, my_token
from lessons.web.errors import say

bp = Blueprint("people", __name__)

HOME = "/"
KEPT = "kept:"  # before the name of each box of a form that is carried through sign-in


def _ours(path: str, method: str = "GET") -> str:
    """The path where it leads to a page of ours that answers this method; otherwise home. Never another site."""
    if not path.startswith("/") or path.startswith(("//", "/\\")) or not path.isprintable():
        return HOME
    try:
        endpoint, _values = current_app.url_map.bind("").match(urlsplit(path).path, method)
    except (HTTPException, ValueError):
        return HOME
    own_business = method == "POST" and endpoint.startswith(f"{bp.name}.")
    return HOME if own_business else path


def _begin(started: Session) -> None:
    """A new session of the browser as well, so that nothing set before signing in lives on in it."""
    session.clear()
    login_user(SignedIn(started.account, started.token))


def _end() -> None:
    logout_user()
    session.clear()


@bp.get("/login")
def login() -> str:
    return render_template(
        "people/login.html",
        wanted=_ours(request.args.get("next", HOME)),
        kept={},
        name="",
        refused="",
    )


@bp.post("/login")
def sign_in() -> Response | tuple[str, int]:
    form = request.form
    name = form.get("name", "")
    kept = [(n.removeprefix(KEPT), v) for n, v in form.items(multi=True) if n.startswith(KEPT)]
    wanted = _ours(form.get("next", HOME), "POST" if kept else "GET")
    try:
        started = people.sign_in(
            doors().accounts, library(), name, form.get("password", ""),
            address=request.remote_addr or "",
        )  # fmt: skip
    except SignInRefused as error:
        page = render_template(
            "people/login.html", wanted=wanted, kept=kept, name=name, refused=say(error)
        )
        return page, 401
    _begin(started)
    if kept and wanted != HOME:
        return render_template("people/go_on.html", wanted=wanted, kept=kept), 200
    return redirect(wanted, 303)


@bp.post("/logout")
def logout() -> Response:
    people.sign_out(doors().accounts, library(), me(), my_token())
    _end()
    return redirect(url_for(".login"), 303)


@bp.get("/account")
def account() -> str:
    return render_template("people/account.html", problems=[])


@bp.post("/account/password")
def password() -> Response | tuple[str, int]:
    form = request.form
    try:
        started = people.change_own_password(
            doors().accounts, library(), me(), form.get("old", ""), form.get("new", ""),
            form.get("again", ""), address=request.remote_addr or "",
        )  # fmt: skip
    except Invalid as error:
        return render_template("people/account.html", problems=error.problems), 422
    _begin(started)
    flash(_("Your password is changed. You were signed out everywhere else."))
    return redirect(url_for(".account"), 303)


@bp.post("/account/sign-out-everywhere")
def everywhere() -> Response:
    people.sign_out_everywhere(doors().accounts, library(), me())
    _end()
    flash(_("You are signed out on every device."))
    return redirect(url_for(".login"), 303)


@bp.get("/language/<any(en, cy):chosen>")
def language(chosen: str) -> Response:
    """The language of the pages, kept in a cookie."""
    response = redirect(_ours(request.args.get("next", HOME)), 303)
    secure = bool(current_app.config["SESSION_COOKIE_SECURE"])
    response.set_cookie(
        "language", chosen, max_age=365 * 86_400, samesite="Lax", httponly=True, secure=secure
    )
    return response
