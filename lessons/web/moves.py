"""Moves: what becomes of a lesson after review, and its author sending it in again."""

from collections.abc import Mapping, Sequence
from dataclasses import KW_ONLY, dataclass
from typing import Any

from flask import Blueprint, flash, redirect, render_template, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from lessons.domain import access, clearing
from lessons.domain.boxes import Form, typed
from lessons.domain.clearing import Marked
from lessons.domain.deciding import IllegalMove, barred
from lessons.domain.errors import (
    Busy,
    Invalid,
    LessonsError,
    NotFound,
    Problem,
    StaleWrite,
)
from lessons.domain.lifecycle import MOVES, Move, Need, Whom
from lessons.domain.record import Record, Stored
from lessons.domain.schema import Field, Type
from lessons.domain.text import N_
from lessons.library import owning
from lessons.services import review
from lessons.services.review import asking
from lessons.web import forms, history, posted, record_forms, words
from lessons.web.doors import doors, library, me
from lessons.web.errors import problems_of, say, status_of
from lessons.web.move_offers import offers, who_decided
from lessons.web.next_steps import LINE, address, fix_for, next_for

bp = Blueprint("moves", __name__)
bp.register_blueprint(history.bp)
Page = tuple[str, int]

# What is said at a box here, where the schema says nothing.
HINTS = {
    "owner": N_("Start typing a name, or enter a role that a person holds."),
    "replaced_by": N_("The reference of the lesson that takes its place, such as L-2026-7K3QD."),
    "decision": N_("Roles, not names. Those who are told are shown it."),
    "evidence": N_(
        "What shows that the change lasts, and where it can be looked up. Roles, not names."
    ),
}
IS_ROLE = "is_role"  # the tick that says that the owner is a role
# Whom a move tells, for those about to make it.
TOLD: Mapping[Whom, str] = {
    Whom.AUTHOR: N_("its author"), Whom.OWNER: N_("its owner"), Whom.EVERYBODY: N_("everybody"),
    Whom.REVIEWERS: N_("the reviewers"),
}  # fmt: skip
CHANGED = N_(
    "Somebody was first: this lesson has changed since you opened this page. What they did is told below. "
    "Your words are in the form."
)


@bp.app_context_processor
def on_lesson_pages() -> dict[str, Any]:
    return {"next_for": next_for, "fix_for": fix_for, "life_line": LINE, "who_decided": who_decided}


# --- one move --------------------------------------------------------------------------------------
@dataclass(frozen=True, slots=True)
class View:
    """The form of a move as it is to be shown. seen: the revision that the person looked at."""

    stored: Stored
    move: Move
    form: Form
    _: KW_ONLY
    seen: int = 0
    problems: Sequence[Problem] = ()
    refused: str = ""
    marked: Sequence[Marked] = ()
    confirmed: Sequence[str] = ()

    def page(self, template: str, status: int = 200, **more: Any) -> Page:
        record = access.visible(me(), self.stored.record)
        number = self.stored.revision.number
        titles = history.Titles()
        meanwhile = history.since(record.id, self.seen, titles) if 0 < self.seen < number else []
        html = render_template(
            template,
            record=record, move=self.move, form=self.form, version=number,
            fields=[asking.SHAPE[name] for name in self.move.takes], shape=asking.SHAPE,
            value_of=lambda field: _value(field, self.form, record),
            optional=lambda field: field.name not in _asked(self.move),
            hints={name: _(hint) for name, hint in HINTS.items()}, labels=_labels(self.move),
            needed=[_(words) for words in asking.needed(self.move)],
            told=[str(_(TOLD[whom])) for whom in self.move.tells],
            problems=self.problems, errors=forms.errors_by_box(self.problems), refused=self.refused,
            flags=[record_forms.flag(each) for each in self.marked], confirmed=self.confirmed,
            found=record_forms.by_field(self.marked), keeper=me().role in access.KEEPERS, meanwhile=meanwhile,
            page_marking=words.page_marking([record.line("marking"), *titles.markings]),
            **more,
        )  # fmt: skip
        return html, status


# The box that meets each need, of those that a form can meet.
_BOXES = {
    Need.REASON: "reason", Need.SENTENCE: "decision", Need.OWNER: "owner", Need.TARGET: "replaced_by",
    Need.EVIDENCE: "evidence", Need.WHAT_WAS_DONE: "decision",
}  # fmt: skip


def _labels(move: Move) -> dict[str, str]:
    """Names of boxes that say more than those of the fields."""
    return {"decision": _("What was done")} if Need.WHAT_WAS_DONE in move.needs else {}


def _asked(move: Move) -> set[str]:
    return {_BOXES[need] for need in move.needs if need in _BOXES} | {"title"}


def _value(field: Field, form: Form, record: Record) -> Any:
    """What was typed; else what the lesson says. What is said with a decision is said anew each time."""
    if any(box == field.name or box.startswith(f"{field.name}-") for box in form):
        return forms.typed_value(field, form)
    if field.name in ("decision", "reason", "replaced_by"):
        return ""
    if field.type is Type.TEXT:
        return record.texts.get(field.name, "")
    if field.type is Type.DATE:
        return forms.typed_value(field, {field.name: [record.line(field.name)]})
    return record.keys(field.name) if field.many else record.line(field.name)


def _move(id: str, key: str) -> tuple[Stored, Move]:
    """Raises NotFound, for a move that there is not as well."""
    stored = review.current(library(), me(), id)
    if key not in MOVES:
        raise NotFound()
    return stored, MOVES[key]


@bp.get("/lessons/<id>/move/<key>")
def ask(id: str, key: str) -> Response | Page:
    stored, move = _move(id, key)
    no = barred(move, me(), stored.record)
    here = url_for(".ask", id=id, key=key)
    elsewhere = address(move, stored.record)
    if not no and elsewhere != here:
        return redirect(elsewhere)
    view = View(stored, move, {}, refused=say_plain(no))
    return view.page("review/move.html", 409 if no else 200, **offers(move, stored.record))


def say_plain(words: str) -> str:
    return str(_(words)) if words else ""


@bp.post("/lessons/<id>/move/<key>")
def make(id: str, key: str) -> Response | Page:
    form, seen = posted.form(), posted.number("version")
    stored = review.current(library(), me(), id)
    move = MOVES.get(key)
    try:
        said = _said(move, form) if move else {}
        rows = _may_stay(stored.record, move, form) if move else ()
        done = _take(id, key, said, seen, rows)
    except (StaleWrite, IllegalMove, Invalid, Busy) as error:
        if move is None:
            raise
        return _refused(error, id, move, form, seen, "review/move.html")
    return _onward(done, MOVES[key])


def _take(
    id: str, key: str, said: dict[str, Any], seen: int, rows: tuple[dict[str, str], ...] = ()
) -> Stored:
    """Raises as `asking.ask` does."""
    who = doors().accounts
    return asking.ask(library(), me(), id, key, said, expected=seen, accounts=who, cleared=rows)


def _said(move: Move | None, form: Form) -> dict[str, Any]:
    """What stands in the boxes that the form has; blanks around words and line ends of browsers left out."""
    shape = asking.SHAPE
    said = {
        name: typed(shape[name], name, form)
        for name in (move.takes if move else ())
        if any(box == name or box.startswith(f"{name}-") for box in form)
    }
    if said.get("owner") and form.get(IS_ROLE):
        said["owner"] = f"{owning.ROLE}{said['owner']}"
    return said


def _may_stay(record: Record, move: Move | None, form: Form) -> tuple[dict[str, str], ...]:
    """Rows that say why something may stay, for what is really in the words and was given a reason."""
    boxes = [box for box in form if box.startswith("stays-") and form[box]]
    said = {box.removeprefix("stays-"): form[box][0].strip() for box in boxes}
    if not said or move is None:
        return ()
    rows = {
        clearing.fingerprint(m.flag): {
            "flag": clearing.fingerprint(m.flag), "kind": m.flag.kind, "by": me().name,
            "why": said.get(clearing.fingerprint(m.flag), "")[: asking.WHY_LIMIT],
        }
        for m in _anew(record, move, form)
    }  # fmt: skip
    return tuple(row for row in rows.values() if row["why"])


def _anew(record: Record, move: Move, form: Form) -> list[Marked]:
    """What these words bring in that has to be cleared."""
    try:
        typed_in = review.as_typed(record, asking.read(move.key, _said(move, form)))
    except Invalid:
        return []
    known = library().vocabularies.words
    before = clearing.prints(record, known)
    return [m for m in clearing.uncleared(typed_in, known) if clearing.fingerprint(m.flag) not in before]  # fmt: skip


def _refused(
    error: LessonsError, id: str, move: Move, form: Form, seen: int, template: str, **more: Any
) -> Page:
    """The same form with every word in it, what is wrong, and what others did meanwhile. Raises NotFound."""
    stored = review.current(library(), me(), id)
    problems, marked, refused = list(problems_of(error)), [], ""
    if any(p.field == "cleared" for p in problems):
        marked = _anew(stored.record, move, form)
        problems = [p if p.field != "cleared" else Problem("flags", p.message) for p in problems]
    if isinstance(error, StaleWrite):
        problems = [Problem("", CHANGED)]
        refused = say_plain(barred(move, me(), stored.record))
    elif isinstance(error, IllegalMove):
        refused, problems = say(error), []
    view = View(stored, move, form, seen=seen, problems=problems, refused=refused, marked=marked)
    return view.page(template, status_of(error), **offers(move, stored.record), **more)


def _onward(done: Stored, move: Move) -> Response:
    flash(f"{_(move.done)}.", "success")
    if access.may_read(me(), done.record, library().today):
        return redirect(url_for("find.show", plural="lessons", id=done.record.id), 303)
    return redirect(url_for("find.home"), 303)


# --- the author sends it in again ------------------------------------------------------------------
@bp.get("/lessons/<id>/fix")
def fix(id: str) -> Page:
    stored, move = _move(id, "resend")
    no = barred(move, me(), stored.record)
    marked = [] if no else clearing.uncleared(stored.record, library().vocabularies.words)
    view = View(stored, move, {}, refused=say_plain(no), marked=marked, confirmed=_prints(marked))
    return view.page("review/fix.html", 409 if no else 200)


def _prints(marked: Sequence[Marked]) -> list[str]:
    return list(dict.fromkeys(clearing.fingerprint(m.flag) for m in marked))


@bp.post("/lessons/<id>/fix")
def send_again(id: str) -> Response | Page:
    form, seen, confirmed = posted.form(), posted.number("version"), posted.confirmed()
    stored, move = _move(id, "resend")
    try:
        warned = _to_look_at(stored, move, form)
        if not barred(move, me(), stored.record) and any(
            clearing.too_high(m.flag) or clearing.fingerprint(m.flag) not in confirmed
            for m in warned
        ):
            view = View(stored, move, form, seen=seen, marked=warned, confirmed=_prints(warned))
            return view.page("review/fix.html", 422)
        done = _take(id, move.key, _said(move, form), seen)
    except (StaleWrite, IllegalMove, Invalid, Busy) as error:
        return _refused(error, id, move, form, seen, "review/fix.html")
    return _onward(done, move)


def _to_look_at(stored: Stored, move: Move, form: Form) -> list[Marked]:
    """What may identify people, or is too sensitive, in the words as typed. Raises Invalid."""
    typed_in = review.as_typed(stored.record, asking.read(move.key, _said(move, form)))
    return clearing.uncleared(typed_in, library().vocabularies.words)
