"""Review: the queue of what came in, and who looks at what; the page of one item is in `review_item`."""

from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import ngettext
from flask_login import current_user
from werkzeug.wrappers import Response

from lessons.domain import access
from lessons.domain.access import Permit
from lessons.domain.deciding import is_person
from lessons.domain.errors import NotFound, SearchUnavailable
from lessons.domain.record import Record
from lessons.domain.text import N_
from lessons.domain.waiting import first_of_two, held_by
from lessons.domain.working_days import PROMISE
from lessons.services import review
from lessons.services.review import Wanted
from lessons.web import review_item, words
from lessons.web.doors import doors, library, me
from lessons.web.posted import number, whole
from lessons.web.review_filters import carried, in_words, query_of, wanted_of

bp = Blueprint("review", __name__, url_prefix="/review")
bp.register_blueprint(review_item.bp)
TAB_NAMES = {
    "waiting": N_("Waiting for review"),
    "second": N_("A second pair of eyes"),
    "back": N_("Back with the author"),
}
MOST_MARKED = 100  # tick boxes of one form that are looked at; a page has 25


# --- the queue -------------------------------------------------------------------------------------
@bp.get("")
def queue() -> str:
    wanted = wanted_of(request.args.items())
    found = review.queue(library(), me(), wanted, whole(request.args.get("page", "")))
    return render_template(
        "review/queue.html", found=found, wanted=wanted, tab_names=TAB_NAMES, promise=PROMISE,
        reviewers=reviewers(), held=held, link=link, queue_words=in_words(wanted), is_me=is_me, each_page=review.PAGE,
        first_of_two=first_of_two,
        page_marking=words.page_marking(r.record.line("marking") for r in found.rows),
    )  # fmt: skip


def link(wanted: Wanted, **changes: Any) -> str:
    """The queue under these filters, with some of them changed; "" takes one away."""
    kept = {**query_of(wanted), **{name: str(value) for name, value in changes.items()}}
    return url_for("review.queue", **{name: value for name, value in kept.items() if value})


def reviewers() -> list[str]:
    """Those to whom an item can be given, by name."""
    people = (account for account in doors().accounts.all() if not account.disabled)
    return sorted((p.name for p in people if p.user.may(Permit.REVIEW)), key=str.casefold)


def held(found: review.Queue, name: str) -> int:
    """How many of those under this tab somebody has; for "": how many nobody has."""
    return found.held.get(held_by(name), 0)


def is_me(name: str) -> bool:
    return is_person(name, me())


@bp.app_template_global()
def review_figures() -> review.Figures | None:
    """For the line on the home page; None for those who do not review, or while search rests."""
    if not current_user.is_authenticated or not me().may(Permit.REVIEW):
        return None
    try:
        return review.figures(library(), me())
    except SearchUnavailable:
        return None


# --- who looks at what -----------------------------------------------------------------------------
@bp.post("/assign")
def assign() -> Response:
    """Take what is ticked, give it to another reviewer, or put it back."""
    access.demand(me(), Permit.REVIEW)
    form = request.form
    seen = {id: number(f"seen-{id}") for id in form.getlist("item")[:MOST_MARKED]}
    to = _to(form.get("do", ""), form.get("to", ""))
    if not seen:
        flash(_("Tick what it is about first. Nothing was changed."))
    elif to is None:
        flash(_("Choose the reviewer to give it to. Nothing was changed."))
    else:
        _tell(review.assign(library(), me(), seen, to), to)
    if len(seen) == 1 and form.get("then") == "item":
        address = url_for("review.item.show", id=next(iter(seen)), queue=form.get("queue"))
        return redirect(address, 303)
    return redirect(url_for("review.queue", **query_of(carried(form.get("queue")))), 303)


def _to(do: str, name: str) -> str | None:
    """The reviewer meant, "" for nobody; None where there is no such reviewer."""
    if do in ("take", "back"):
        return me().name if do == "take" else ""
    return next((r for r in reviewers() if held_by(r) == held_by(name)), None)


def _tell(done: review.Assigned, to: str) -> None:
    count = len(done.done)
    if count and not to:
        flash(ngettext("Put back: %(num)s lesson.", "Put back: %(num)s lessons.", count), "success")
    elif count:
        text = ngettext(
            "%(who)s now has %(num)s lesson more to look at.",
            "%(who)s now has %(num)s lessons more to look at.", count, who=to,
        )  # fmt: skip
        flash(text, "success")
    for stored in done.meanwhile:
        flash(
            _("“%(title)s” was changed first by %(who)s: %(what)s. It was left as it is now.",
              title=stored.record.title, who=stored.revision.by, what=words.verb(stored.revision.verb))
        )  # fmt: skip
    for record in done.own:
        own = _(
            "“%(title)s” was sent in by that reviewer, so somebody else must decide on it.",
            title=record.title,
        )
        flash(own)


# --- the next one ----------------------------------------------------------------------------------
@bp.get("/next")
def onward() -> Response:
    """To the next item, from the one named in `after`."""
    wanted = carried(request.args.get("queue"))
    after = _come_from(request.args.get("after", ""))
    following = review.next_item(library(), me(), wanted, after)
    if following is None:
        flash(_("Nothing else here waits for you."))
        return redirect(url_for("review.queue", **query_of(wanted)), 303)
    return redirect(
        url_for("review.item.show", id=following.record.id, queue=request.args.get("queue")), 303
    )


def _come_from(id: str) -> Record | None:
    try:
        return review.current(library(), me(), id).record if id else None
    except NotFound:
        return None
