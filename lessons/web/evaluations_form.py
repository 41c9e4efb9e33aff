"""The form of an evaluation: what it is about, and its stages after OSARA and EMMIE."""

from typing import Any

from flask import Blueprint, flash, redirect, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from lessons.domain import access, boxes, keeping_rules
from lessons.domain.access import Permit
from lessons.domain.boxes import Boxes
from lessons.domain.errors import NotFound
from lessons.domain.record import Kind, Record
from lessons.domain.schema import SHAPES
from lessons.domain.text import N_
from lessons.library import owning
from lessons.services.track import evaluation_rules, evaluations
from lessons.services.track.evaluation_rules import BY_KEY, STAGES, Stage
from lessons.web import evaluation_words, posted
from lessons.web.doors import doors, library, me
from lessons.web.record_forms import REFUSALS, Page, Part, View

bp = Blueprint("form", __name__)
SHAPE = SHAPES[Kind.EVALUATION]
STOP = (("stop", N_("Save and stop")),)
ABOUT_PARTS = (
    Part("", ("title", "activity", "due", "owner")),
    Part(N_("What it is about"),
         ("four_p", "threats", "threat_kinds", "vulnerabilities", "tactics", "unit", "themes"), folded=True),
    Part(N_("Who may read it"), ("marking", "restricted_because"), folded=True),
)  # fmt: skip
HINTS = {
    "partners": N_("Everybody who gave time, money, places or data."),
    "title": N_("The activity and the time: “Next Step mentoring: first year”."),
    "activity": N_(
        "The reference of the activity in the register of operations, such as O-2026-7K3QD."
    ),
    "due": N_("Usually six months after the activity began. It may be changed here."),
}


# --- what it is about -------------------------------------------------------------------------------
def _parts(record: Record) -> tuple[Part, ...]:
    """Without what this person does not see, and without an activity that they may not read."""
    hidden = {name for part in ABOUT_PARTS for name in part.names
              if not access.sees(me(), SHAPE[name], record)}  # fmt: skip
    activity = record.line("activity")
    if activity and library().peek(me(), activity) is None:
        hidden.add("activity")
    return tuple(
        Part(p.heading, tuple(n for n in p.names if n not in hidden), folded=p.folded)
        for p in ABOUT_PARTS
    )


def _about(record: Record, seen: int, form: Boxes | None = None) -> View:
    new = not seen
    where = {"activity": request.args.get("activity")} if new else {"id": record.id}
    heading = _("A new evaluation") if new else _("What the evaluation is about")
    names = owning.active(doors().accounts) if me().may(Permit.STEER) else []
    return View(
        heading, access.visible(me(), record), _parts(record),
        url_for(".begin" if new else ".change", **where), _back(record if seen else None),
        form=form or {}, seen=seen, save=N_("Save and go on") if new else N_("Save"),
        options={"owner": names}, hints={name: _(words) for name, words in HINTS.items() if name != "partners"},
        confirmed=posted.confirmed(),
    )  # fmt: skip


def _back(record: Record | None) -> tuple[str, str]:
    if record is None:
        return url_for("evaluations.register"), _("Evaluations")
    return url_for("evaluations.show", id=record.id), _("Back to the evaluation")


@bp.get("/new")
def new() -> Page | Response:
    activity = request.args.get("activity", "")
    record = evaluations.begun(library(), me(), activity)
    waiting = evaluations.of_activity(library(), me(), activity) if activity else None
    if waiting:
        flash(_("This activity has an evaluation already. Here it is."))
        return redirect(url_for("evaluations.show", id=waiting.id))
    return _about(record, 0).page()


@bp.post("/new")
def begin() -> Page | Response:
    record = evaluations.begun(library(), me(), request.args.get("activity", ""))
    return _save_about(record, 0)


@bp.get("/<id>/about")
def about(id: str) -> Page:
    stored = evaluations.writable(library(), me(), id)
    access.demand(me(), Permit.EVALUATE)
    return _about(stored.record, stored.revision.number).page()


@bp.post("/<id>/about")
def change(id: str) -> Page | Response:
    stored = evaluations.writable(library(), me(), id)
    access.demand(me(), Permit.EVALUATE)
    return _save_about(stored.record, posted.number("version"))


def _save_about(before: Record, seen: int) -> Page | Response:
    form = posted.form()
    view = _about(before, seen, form)
    names = [name for part in view.parts for name in part.names]
    try:
        owner = owning.owner_of(doors().accounts, me(), boxes.words(form, "owner"), before)
        stored = evaluations.save_about(
            library(), me(), before, names, {**form, "owner": [owner]}, expected=seen,
            confirmed=posted.confirmed(),
        )  # fmt: skip
    except REFUSALS as error:
        return view.refusing(error)
    if seen:
        flash(_("Saved."), "success")
        return redirect(url_for("evaluations.show", id=stored.record.id), 303)
    return redirect(url_for(".stage", id=stored.record.id, key=STAGES[0].key), 303)


# --- stage by stage ---------------------------------------------------------------------------------
def steps(record: Record, here: str = "") -> list[dict[str, Any]]:
    """The stages with how far each is filled in, for the strip."""
    found = []
    for stage in STAGES:
        progress = evaluation_rules.progress(record, stage)
        name, told = evaluation_words.step_words(stage, progress)
        href = url_for("evaluations.form.stage", id=record.id, key=stage.key)
        found.append(
            {
                "name": name,
                "told": told,
                "progress": progress,
                "href": href,
                "here": stage.key == here,
            }
        )
    return found


def _stage(key: str) -> Stage:
    if key not in BY_KEY:
        raise NotFound()
    return BY_KEY[key]


def _view(record: Record, stage: Stage, seen: int, form: Boxes | None = None) -> View:
    claim = evaluation_words.claim_panel(record) if stage.key in ("measured", "decide") else None
    return View(
        _(stage.label), record, (Part("", stage.names, intro=stage.intro),),
        url_for(".save", id=record.id, key=stage.key), _back(record),
        form=form or {}, seen=seen, save=N_("Save and go on"), buttons=STOP,
        optional=False, hints={"partners": _(HINTS["partners"])}, confirmed=posted.confirmed(),
        template="track/evaluation_form.html",
        more={"steps": steps(record, stage.key), "claim": claim, "claim_last": stage.key == "measured"},
    )  # fmt: skip


@bp.get("/<id>/stage/<key>")
def stage(id: str, key: str) -> Page | Response:
    stored = evaluations.writable(library(), me(), id)
    if stored.record.day("done"):
        _stage(key)
        flash(_(keeping_rules.FINISHED))
        return redirect(url_for("evaluations.show", id=id))
    return _view(stored.record, _stage(key), stored.revision.number).page()


@bp.post("/<id>/stage/<key>")
def save(id: str, key: str) -> Page | Response:
    stored, here, form = evaluations.writable(library(), me(), id), _stage(key), posted.form()
    seen = posted.number("version")
    view = _view(stored.record, here, seen, form)
    if "add_row" in request.form:
        boxes.add_row(SHAPE, form, request.form["add_row"])
        return view.page()
    try:
        confirmed = posted.confirmed()
        evaluations.save_stage(library(), me(), id, here, form, expected=seen, confirmed=confirmed)
    except REFUSALS as error:
        return view.refusing(error)
    return redirect(_onward(id, here), 303)


def _onward(id: str, here: Stage) -> str:
    following = evaluation_rules.after(here)
    if request.form.get("do") == "stop":
        flash(_("Saved. You can go on at any time."), "success")
        return url_for("evaluations.show", id=id)
    if following is None:
        return url_for("evaluations.moves.finish", id=id)
    return url_for(".stage", id=id, key=following.key)
