"""What becomes of an evaluation: finished, not needed, late, opened again; and lessons sent from it."""

from collections.abc import Sequence

from flask import Blueprint, flash, redirect, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from lessons.domain import keeping_rules
from lessons.domain.access import Permit, demand, visible
from lessons.domain.boxes import Boxes
from lessons.domain.record import Kind, Record, Stored, kind_of
from lessons.domain.text import N_
from lessons.services.track import evaluation_rules, evaluations
from lessons.services.track.keeping import current
from lessons.web import evaluation_words, evaluations_form, posted
from lessons.web.doors import library, me
from lessons.web.record_forms import REFUSALS, Page, Part, View

bp = Blueprint("moves", __name__)
LESSON_HINTS = {
    "learning": N_("“Didn’t work” is as useful as “Keep doing”."),
    "title": N_("When…, do…, because… Roles, not names."),
    "action": N_("One thing that somebody could do. Start with a verb."),
}
# One sentence each: the boxes, the heading, the words above them.
SAYINGS = {
    "not-needed": (evaluations.NOT_NEEDED, N_("Not needed"),
                   N_("Say in a sentence why this evaluation is not needed. Everybody who reads it can see the "
                      "sentence. An empty box takes it back.")),
    "late": (evaluations.LATE, N_("Why it is late"),
             N_("Say in a sentence what holds it up. The sentence is kept. It stays overdue until it is finished.")),
    "due": (evaluations.DUE, N_("When it is due"),
            N_("Set another day, and say why where it is later than the usual one.")),
}  # fmt: skip


def _view(
    stored: Stored, heading: str, names: Sequence[str], action: str, form: Boxes | None = None, *,
    intro: str = "", save: str = N_("Save"), seen: int = 0, template: str = "track/form.html", **more: object,
) -> View:  # fmt: skip
    back = (url_for("evaluations.show", id=stored.record.id), _("Back to the evaluation"))
    return View(
        heading, visible(me(), stored.record), (Part("", tuple(names)),), action, back, form=form or {},
        seen=seen or stored.revision.number, intro=intro, save=save, optional=False,
        confirmed=posted.confirmed(), template=template, more=more,
    )  # fmt: skip


def _shown(id: str, said: str) -> Response:
    flash(said, "success")
    return redirect(url_for("evaluations.show", id=id), 303)


# --- finishing --------------------------------------------------------------------------------------
def _finishing(stored: Stored, form: Boxes | None = None, seen: int = 0) -> View:
    record = stored.record
    elsewhere = [
        (_(m.words), url_for("evaluations.form.stage", id=record.id, key=m.stage))
        for m in evaluation_rules.missing(record) if m.field not in evaluations.FINISHING
    ]  # fmt: skip
    intro = _("Once it is finished it stands as it is. You can open it again, and say why.")
    return _view(
        stored, _("Finish the evaluation"), evaluations.FINISHING, url_for(".stamp", id=record.id), form,
        intro=intro, save=N_("Finish"), seen=seen, template="track/evaluation_form.html",
        steps=evaluations_form.steps(record), claim=evaluation_words.claim_panel(record), elsewhere=elsewhere,
    )  # fmt: skip


@bp.get("/<id>/finish")
def finish(id: str) -> Page | Response:
    stored = evaluations.writable(library(), me(), id)
    if stored.record.day("done"):
        flash(_(keeping_rules.FINISHED))
        return redirect(url_for("evaluations.show", id=id))
    return _finishing(stored).page()


@bp.post("/<id>/finish")
def stamp(id: str) -> Page | Response:
    form, seen = posted.form(), posted.number("version")
    stored = evaluations.writable(library(), me(), id)
    try:
        evaluations.finish(library(), me(), id, form, expected=seen, confirmed=posted.confirmed())
    except REFUSALS as error:
        return _finishing(stored, form, seen).refusing(error)
    return _shown(id, _("The evaluation is finished. What should others learn from it?"))


# --- one sentence -----------------------------------------------------------------------------------
def _saying(id: str, what: str) -> Stored:
    stored = evaluations.writable(library(), me(), id)
    if what == "due":
        demand(me(), Permit.EVALUATE)
    return stored


@bp.get("/<id>/<any('not-needed', late, due):what>")
def ask(id: str, what: str) -> Page:
    names, heading, intro = SAYINGS[what]
    stored = _saying(id, what)
    return _view(
        stored, _(heading), names, url_for(".say", id=id, what=what), intro=_(intro)
    ).page()


@bp.post("/<id>/<any('not-needed', late, due):what>")
def say(id: str, what: str) -> Page | Response:
    names, heading, intro = SAYINGS[what]
    stored, form, seen = _saying(id, what), posted.form(), posted.number("version")
    view = _view(
        stored,
        _(heading),
        names,
        url_for(".say", id=id, what=what),
        form,
        intro=_(intro),
        seen=seen,
    )
    try:
        evaluations.say(
            library(), me(), id, names, form, expected=seen, confirmed=posted.confirmed()
        )
    except REFUSALS as error:
        return view.refusing(error)
    return _shown(id, _("Saved."))


def _reopening(stored: Stored, form: Boxes | None = None, seen: int = 0) -> View:
    intro = _(
        "The evaluation as it was finished stays in its history. Say what has to be looked at again."
    )
    blank = Stored(stored.record.with_(reopened=None), stored.revision)
    address = url_for(".open_again", id=stored.record.id)
    return _view(
        blank, _("Open the evaluation again"), evaluations.REOPENING, address, form, intro=intro,
        save=N_("Open again"), seen=seen,
    )  # fmt: skip


@bp.get("/<id>/reopen")
def reopen(id: str) -> Page:
    return _reopening(evaluations.writable(library(), me(), id)).page()


@bp.post("/<id>/reopen")
def open_again(id: str) -> Page | Response:
    form, seen = posted.form(), posted.number("version")
    stored = evaluations.writable(library(), me(), id)
    try:
        evaluations.reopen(library(), me(), id, form, expected=seen, confirmed=posted.confirmed())
    except REFUSALS as error:
        return _reopening(stored, form, seen).refusing(error)
    return _shown(id, _("The evaluation is open again."))


# --- lessons ----------------------------------------------------------------------------------------
def _lesson(evaluation: Record, id: str, form: Boxes | None = None) -> View:
    record = evaluations.lesson_in_writing(library(), me(), evaluation, id)
    return View(
        _("A lesson from this evaluation"), record, (Part("", evaluations.LESSON),),
        url_for(".send_lesson", id=evaluation.id, lesson=id),
        (url_for("evaluations.show", id=evaluation.id), _("Back to the evaluation")), form=form or {},
        intro=_("It goes to a reviewer, as every lesson does. It takes over the 4P strand, the threat and the like."),
        save=N_("Send the lesson"), hints={name: _(hint) for name, hint in LESSON_HINTS.items()},
        confirmed=posted.confirmed(),
    )  # fmt: skip


def _evaluation(id: str) -> Record:
    """Whole, for somebody who may read it and may send lessons. Raises NotFound, NotAllowed."""
    stored = current(library(), me(), id, Kind.EVALUATION)
    demand(me(), Permit.SEND)
    return stored.record


@bp.get("/<id>/lesson")
def lesson(id: str) -> Page:
    return _lesson(_evaluation(id), library().fresh_id(Kind.LESSON)).page()


@bp.post("/<id>/lesson")
def send_lesson(id: str) -> Page | Response:
    evaluation, form = _evaluation(id), posted.form()
    given = request.args.get("lesson", "")
    lesson_id = given if kind_of(given) is Kind.LESSON else library().fresh_id(Kind.LESSON)
    try:
        evaluations.send_lesson(library(), me(), evaluation, lesson_id, form, posted.confirmed())
    except REFUSALS as error:
        return _lesson(evaluation, lesson_id, form).refusing(error)
    return _shown(id, _("The lesson was sent in. A reviewer looks at it next."))
