"""It happened again: a reviewer confirms which lessons were learned before, and those reopen."""

from collections.abc import Sequence

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from lessons.domain.deciding import IllegalMove
from lessons.domain.errors import Busy, Invalid, LessonsError, StaleWrite
from lessons.domain.record import Record, Stored
from lessons.domain.states import GOOD, OPEN
from lessons.services import review
from lessons.services.review import Candidate
from lessons.web import labels, words
from lessons.web.doors import library, me
from lessons.web.errors import problems_of, status_of
from lessons.web.posted import number

bp = Blueprint("again", __name__)
Answer = str | tuple[str, int] | Response
MOST_TICKED = 10


@bp.get("/review/<id>/again")
def ask(id: str) -> Answer:
    new = review.opened(library(), me(), id)
    return _page(
        new,
        chosen=request.args.getlist("before")[:MOST_TICKED],
        said=new.record.line("recurrence_why"),
    )


def _page(
    new: Stored, *, chosen: Sequence[str] = (), error: LessonsError | None = None, said: str = "", typed: str = ""
) -> Answer:  # fmt: skip
    record = new.record
    if record.line("state") not in GOOD | OPEN:
        raise IllegalMove()
    found = review.candidates(library(), me(), record)
    ids = [each.stored.record.id for each in found]
    typed = typed or next((id for id in chosen if id not in ids), "")
    ticked = set(chosen) or {id for id in ids if id in record.keys("seen_before")}
    html = render_template(
        "review/again.html", new=new, found=found, ticked=ticked, problems=problems_of(error), said=said, typed=typed,
        accepted=record.line("state") in GOOD, why=why_words,
        page_marking=words.page_marking([record.line("marking"), *(c.stored.record.line("marking") for c in found)]),
    )  # fmt: skip
    return html, status_of(error) if error else 200


@bp.app_template_global("why_again")
def why_words(candidate: Candidate) -> str:
    """Why an earlier lesson is shown, in words."""
    themes = ", ".join(labels.label("theme", key) for key in candidate.themes)
    return str(_(candidate.why, terms=themes) if themes else _(candidate.why))


@bp.post("/review/<id>/again")
def confirm(id: str) -> Answer:
    form = request.form
    chosen, typed = form.getlist("before")[:MOST_TICKED], form.get("other", "")
    said = form.get("decision", "")
    try:
        new = review.recur(
            library(), me(), id, [*chosen, typed], expected=number("revision"), why=" ".join(said.split())
        )  # fmt: skip
    except (Invalid, IllegalMove, StaleWrite, Busy) as error:
        return _page(
            review.opened(library(), me(), id),
            chosen=chosen or [""],
            error=error,
            said=said,
            typed=typed,
        )
    _tell(new.record)
    waiting = new.record.line("state") in OPEN
    return redirect(url_for("review.item.show", id=id) if waiting else words.record_url(id), 303)


def _tell(new: Record) -> None:
    if not new.line("recurrence"):
        flash(_("Noted: it has not happened before, as far as we know."), "success")
    elif new.line("state") in OPEN:
        text = _("Noted: it happened again. What was learned before reopens when you accept this.")
        flash(text, "success")
    else:
        text = _(
            "Noted: it happened again. What was learned before is open, and its owner is told."
        )
        flash(text, "success")
