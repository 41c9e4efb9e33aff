"""Agreeing an action: the form, what is asked of its wording, and from where it leads here."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from flask import Blueprint, flash, jsonify, redirect, request, url_for
from flask_babel import gettext as _
from flask_login import current_user
from werkzeug.wrappers import Response

from lessons.domain import access, wording
from lessons.domain.access import Permit
from lessons.domain.boxes import Form
from lessons.domain.boxes import words as words_in
from lessons.domain.clearing import Refused
from lessons.domain.errors import Invalid, StaleWrite
from lessons.domain.record import Kind, Record, kind_of
from lessons.domain.text import N_
from lessons.domain.wording import Question
from lessons.library import owning
from lessons.services.track import actions as track
from lessons.services.track import actions_agreeing as agreeing
from lessons.services.track.actions_agreeing import Moved, Origin
from lessons.web import posted, words
from lessons.web.doors import doors, library, me
from lessons.web.labels import label
from lessons.web.record_forms import REFUSALS, Page, Part, View

bp = Blueprint("agreeing", __name__)
IS_ROLE = "is_role"  # the tick that says that the owner is a role
PARTS = (
    Part("", ("title", "strength", "owner", "due")),
    Part(N_("More about it (optional)"), ("lead", "unit"), folded=True),
    Part(N_("Who may read it"), ("marking", "restricted_because", "restricted_until"), folded=True),
)
LABELS = {"due": N_("To be done by")}
HINTS = {
    "title": N_("Begin with a verb. One thing, that others can see is done. Roles, not names."),
    "owner": N_("Start typing a name, or enter a role that a person holds."),
    "due": N_("For example, 27 3 2027. A weekend or bank holiday becomes the next working day."),
    "strength": N_("Strongest first. Strong actions change the work; weak ones ask people to remember."),
    "marking": N_("At least that of what it comes from."),
}  # fmt: skip
DUE_MOVED = N_("%(was)s is no working day, so it is due on %(now)s.")
DUE_MOVED_BECAUSE = N_("%(was)s is a bank holiday (%(holiday)s), so it is due on %(now)s.")


# --- what is asked of the words --------------------------------------------------------------------------
def questions(title: str, strength: str, origins: Sequence[str], but: str = "") -> tuple[Question, ...]:  # fmt: skip
    kinds = library().vocabularies["action_strength"]
    weak = wording.grade(kinds, strength) == wording.WEAK
    stronger = weak and track.has_stronger(library(), me(), origins, but)
    return wording.questions(title, strength, kinds, stronger=stronger)


def as_words(question: Question) -> str:
    return str(_(question.text, words=question.words) if question.words else _(question.text))


def stronger_kinds() -> list[str]:
    kinds = library().vocabularies["action_strength"]
    return [label("action_strength", key) for key in wording.stronger_kinds(kinds)]


def told(found: Sequence[Question], title: str, strength: str) -> list[dict[str, Any]]:
    """Questions for a page: where each belongs, its words, what is offered instead, and what confirms it."""
    return [
        {
            "box": "strength" if each.about_strength else "title",
            "words": as_words(each),
            "stronger": stronger_kinds() if each.about_strength else [],
            "print": wording.fingerprint(each, title, strength),
        }
        for each in found
    ]


@bp.get("/wording")
def ask() -> Response:
    """While somebody types."""
    access.demand(me(), Permit.AGREE)
    title = request.args.get("title", "")[:500]
    given = request.args.getlist("of")[: agreeing.MOST_ORIGINS]
    ids = [id for id in given if library().peek(me(), id)]
    found = told(questions(title, request.args.get("strength", "")[:60], ids), title, "")
    return jsonify(
        questions=[{name: each[name] for name in ("words", "stronger")} for each in found]
    )


# --- the form --------------------------------------------------------------------------------------------
def _view(action: Record, origins: Sequence[Origin], form: Form, **more: Any) -> View:
    first = origins[0].record if origins else None
    register = (url_for("actions.register"), str(_("Actions")))
    back = (words.record_url(first.id), first.id) if first else register
    return View(
        str(_("Agree an action")), action, PARTS, url_for("actions.agreeing.make"), back, form=form,
        save=N_("Agree this action"), labels={k: str(_(v)) for k, v in LABELS.items()},
        hints={k: str(_(v)) for k, v in HINTS.items()},
        options={name: owning.active(doors().accounts) for name in ("owner", "lead")},
        template="track/action_form.html", optional=False,
        more={
            "origins": origins, "questions": [], "is_role": bool(form.get(IS_ROLE)), "kept_prints": [],
            "closed": bool(action.keys("groups")), "raised": access.is_sensitive(action) and bool(origins), **more,
        },
    )  # fmt: skip


@bp.get("/new")
def new() -> Page:
    access.demand(me(), Permit.AGREE)
    origins = agreeing.origins(library(), me(), request.args.getlist("of"))
    try:
        action = agreeing.begun(library(), me(), library().fresh_id(Kind.ACTION), origins)
    except Invalid as error:
        return _view(_blank(), origins, {}).refusing(error)
    return _view(action, origins, {}).page()


def _blank() -> Record:
    return Record(library().fresh_id(Kind.ACTION), Kind.ACTION)


@bp.post("/new")
def make() -> Response | Page:
    access.demand(me(), Permit.AGREE)
    form, confirmed = posted.form(), posted.confirmed()
    origins = agreeing.origins(library(), me(), form.get("of", ()))
    id = _id_of(form)
    try:
        action = agreeing.begun(library(), me(), id, origins)
    except Invalid as error:
        return _view(_blank(), origins, form).refusing(error)
    ready = agreeing.prepared(
        library(), doors().accounts, me(), action, form, is_role=IS_ROLE in form, confirmed=confirmed
    )  # fmt: skip
    title, strength = ready.entry.record.line("title"), ready.entry.record.line("strength")
    found = told(questions(title, strength, action.keys("of")), title, strength)
    if any(origin.over for origin in origins):
        found.append(_over(origins))
    open_ = [each for each in found if each["print"] not in confirmed]
    asked = {"questions": found if open_ else [], "kept_prints": [each["print"] for each in found]}
    view = replace(_view(action, origins, form, **asked), confirmed=confirmed)
    try:
        if ready.entry.problems or ready.entry.marked:
            raise Refused(ready.entry.problems, ready.entry.marked)
        if open_:
            return view.page(422)
        kept = agreeing.agree(library(), me(), ready.entry)
    except REFUSALS as error:
        if isinstance(error, StaleWrite) and library().peek(me(), id):
            return redirect(words.record_url(id), 303)  # the button was pressed twice
        return view.refusing(error)
    _tell(ready.moved)
    flash(_("The action is agreed."), "success")
    return redirect(words.record_url(kept.record.id), 303)


def _id_of(form: Form) -> str:
    """The id that the form was given, so that pressing twice makes one action; a new one where it was not ours."""
    typed = words_in(form, "id")
    ours = kind_of(typed) is Kind.ACTION and typed.startswith(f"A-{library().today.year:04d}-")
    return typed if ours else library().fresh_id(Kind.ACTION)


def _over(origins: Sequence[Origin]) -> dict[str, Any]:
    over = [origin.record for origin in origins if origin.over]
    ids = " ".join(record.id for record in over)
    return {
        "box": "of", "print": f"over-{ids.replace(' ', '-')}", "stronger": [],
        "words": str(_("%(id)s is out of use. Is this action still wanted because of it?", id=ids)),
    }  # fmt: skip


def _tell(moved: Moved | None) -> None:
    if moved:
        flash(in_words(moved))


def in_words(moved: Moved) -> str:
    values: Mapping[str, str] = {"was": words.day(moved.was), "now": words.day(moved.now)}
    if moved.holiday:
        return str(_(DUE_MOVED_BECAUSE, holiday=moved.holiday, **values))
    return str(_(DUE_MOVED, **values))


@bp.app_template_global()
def agree_href(id: str) -> str:
    """Where an action is agreed because of a record; "" for those who agree none."""
    may = current_user.is_authenticated and me().may(Permit.AGREE)
    return url_for("actions.agreeing.new", of=id) if may else ""
