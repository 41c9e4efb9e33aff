"""Who is asking, and what every answer carries: sign-in, forgery protection, security headers."""

from flask import Flask, Response, make_response, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_login import LoginManager, current_user
from flask_wtf.csrf import CSRFProtect

from lessons.web.doors import SignedIn, doors
from lessons.web.errors import SECRET_BOXES, answer, refuse_too_many_boxes
from lessons.web.forms import kept_pairs

CSP = "; ".join((
    "default-src 'none'", "script-src 'self'", "style-src 'self'", "img-src 'self'",
    "connect-src 'self'", "manifest-src 'self'", "form-action 'self'", "base-uri 'none'",
    "frame-ancestors 'none'",
))  # fmt: skip
HEADERS = {
    "Content-Security-Policy": CSP,
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=(self), payment=(), usb=()",
    "X-Robots-Tag": "noindex, nofollow",
}
NOT_CARRIED = SECRET_BOXES | {"do"}  # what was pressed is asked again after signing in
PUBLIC = frozenset({
    "people.login", "people.sign_in", "people.language", "watch.alive", "watch.ready", "exchange.openapi",
})  # fmt: skip
BY_TOKEN = "exchange"  # the room that asks for a bearer token by itself
csrf = CSRFProtect()


def headers(*, https: bool) -> dict[str, str]:
    """What every answer carries, a static file too."""
    strict = {"Strict-Transport-Security": "max-age=31536000; includeSubDomains"}
    return HEADERS | (strict if https else {})


def register(app: Flask, *, https: bool) -> None:
    app.before_request(refuse_too_many_boxes)  # first: all that follows may render the form
    csrf.init_app(app)
    manager = LoginManager()
    manager.session_protection = None  # our own sessions are revocable and expire by themselves
    manager.init_app(app)

    @manager.user_loader
    def who(token: str) -> SignedIn | None:
        here = doors()
        session = here.accounts.session(token, now=here.library.clock())
        return SignedIn(session.account, token) if session else None

    @app.before_request
    def nobody_unknown() -> Response | None:
        """Every page needs somebody signed in, but for those that say otherwise."""
        nowhere = request.endpoint is None
        public = nowhere or request.endpoint in PUBLIC or request.blueprint == BY_TOKEN
        return None if public or current_user.is_authenticated else ask_to_sign_in()

    @app.after_request
    def protect(response: Response) -> Response:
        for name, value in headers(https=https).items():
            response.headers.setdefault(name, value)
        response.headers.setdefault("Cache-Control", "no-store")
        return response


def ask_to_sign_in() -> Response:
    """The sign-in page in place of the one asked for; what was being sent is carried along, not lost."""
    if request.path.startswith("/api/") or request.headers.get("X-Requested-With"):
        return answer(401, "sign_in", _("You have been signed out."))
    if request.method in ("GET", "HEAD"):
        wanted = request.full_path.rstrip("?")
        return make_response(redirect(url_for("people.login", next=wanted)))
    page = render_template(
        "people/login.html",
        wanted=request.path,
        kept=kept_pairs(request.form, NOT_CARRIED),
        name="",
        refused="",
    )
    response = make_response(page)
    response.status_code = 401
    return response


def signed_in() -> bool:
    return bool(current_user.is_authenticated)
