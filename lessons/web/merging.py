"""Merging: lessons that say the same become one, and old addresses lead to it."""

from collections.abc import Sequence
from typing import Any, NamedTuple

from flask import Blueprint, flash, redirect, render_template, request
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from lessons.domain.deciding import IllegalMove, barred
from lessons.domain.errors import Busy, Invalid, LessonsError, Problem, StaleWrite
from lessons.domain.lifecycle import MOVES
from lessons.domain.record import Record, Stored, tidy_id
from lessons.domain.schema import SHAPES, Type
from lessons.domain.states import GOOD, State
from lessons.services import review
from lessons.services.review import Alike
from lessons.web import happened_again, labels, words
from lessons.web.differences import Run, runs
from lessons.web.doors import library, me
from lessons.web.errors import problems_of, status_of
from lessons.web.posted import number

bp = Blueprint("merging", __name__)
bp.register_blueprint(happened_again.bp)
COMPARED = ("title", "happened", "lesson", "action", "themes", "unit", "occurred")
AS_MERGED = "merged"  # value of `as` in the address of the text that was merged
Answer = str | tuple[str, int] | Response


class Side(NamedTuple):
    """One field of two lessons side by side. mine, theirs: runs of words; those the other does not have are marked."""

    label: str
    mine: Sequence[Run]
    theirs: Sequence[Run]


def sides(one: Record, other: Record) -> list[Side]:
    """Both lessons field by field, where either says anything."""
    shape, found = SHAPES[one.kind], []
    for name in COMPARED:
        if shape[name].type is Type.TEXT or name == "title":
            both = runs(*(r.texts.get(name) or r.line(name) for r in (one, other)))
        else:
            both = _items(*(_worded(r, name) for r in (one, other)))
        if both:
            mine = [run for run in both if run.change != "added"]
            theirs = [run for run in both if run.change != "removed"]
            found.append(Side(shape[name].label, mine, theirs))
    return found


def _worded(record: Record, name: str) -> list[str]:
    value = record.fields.get(name)
    return words.worded(SHAPES[record.kind][name], value) if value else []


def _items(mine: Sequence[str], theirs: Sequence[str]) -> list[Run]:
    """A list against another, each entry on a line of its own."""
    found = [Run("same" if each in theirs else "removed", each + "\n") for each in mine]
    return found + [Run("added", each + "\n") for each in theirs if each not in mine]


# --- what the page of an item shows of it -------------------------------------------------------------
class Near(NamedTuple):
    """alike: a lesson that may say the same. into: whether this one may be merged into it as it stands."""

    alike: Alike
    sides: Sequence[Side]
    into: bool


def panels(stored: Stored) -> dict[str, Any]:
    """For “review/alike.html”, as `alike`: lessons that may say the same, and learned ones that may have happened
    again; "markings" of all that it shows. Their texts are shown, so the audit log names them.
    """
    record = stored.record
    near = []
    for each in review.looks_like(library(), me(), record):
        opened = _opened(each.stored.record.id)
        if opened:
            good = opened.record.line("state") in GOOD
            near.append(Near(each, sides(record, opened.record), good))
    again = review.candidates(library(), me(), record)
    shown = [each.alike.stored.record for each in near] + [each.stored.record for each in again]
    return {
        "record": record,
        "near": near,
        "again": again,
        "shown": frozenset(each.id for each in shown),
        "own": bool(barred(MOVES["merge"], me(), record)),
        "markings": [each.line("marking") for each in shown],
    }


def _opened(id: str) -> Stored | None:
    try:
        return library().open(me(), id)
    except LessonsError:
        return None


# --- merging ------------------------------------------------------------------------------------------
@bp.get("/review/<id>/merge")
def show(id: str) -> Answer:
    """Choose the other lesson; once one is named, look at the two side by side."""
    source = _source(id)
    typed = request.args.get("into", "").strip()
    return _compare(source, typed) if typed else _choose(source)


def _source(id: str) -> Stored:
    """Raises NotAllowed, NotFound, IllegalMove."""
    source = review.opened(library(), me(), id)
    no = barred(MOVES["merge"], me(), source.record)
    if no:
        raise IllegalMove(no)
    return source


def _choose(source: Stored, problems: Sequence[Problem] = (), typed: str = "") -> Answer:
    near = [
        each
        for each in review.looks_like(library(), me(), source.record)
        if each.stored.record.line("state") in GOOD
    ]
    shown = [source.record, *(each.stored.record for each in near)]
    html = render_template(
        "review/merge.html", source=source, near=near, problems=problems, typed=typed,
        page_marking=words.page_marking(record.line("marking") for record in shown),
    )  # fmt: skip
    return html, 422 if problems else 200


def _compare(source: Stored, typed: str, error: LessonsError | None = None, said: str = "") -> Answer:  # fmt: skip
    try:
        target = review.target_of(library(), me(), source.record, typed)
    except Invalid as wrong:
        return _choose(source, wrong.problems, typed)
    other = library().open(me(), target.record.id)
    html = render_template(
        "review/merge_two.html", source=source, target=other, typed=tidy_id(typed), said=said, error=error,
        sides=sides(source.record, other.record), problems=problems_of(error),
        gains=_gains(source.record, other.record), again=_may_be_again(source.record, other.record),
        page_marking=words.page_marking([source.record.line("marking"), other.record.line("marking")]),
    )  # fmt: skip
    return html, status_of(error) if error else 200


def _may_be_again(source: Record, target: Record) -> bool:
    """Whether the lesson that stays is learned and the other newer, so that a merge may hide that it happened again."""
    if target.line("state") != State.LEARNED:
        return False
    new, old = source.day("occurred"), target.day("occurred")
    if new and old:
        return new > old
    sent, before = source.moment("sent"), target.moment("sent")
    return bool(sent and before and sent > before)


def _gains(source: Record, target: Record) -> list[str]:
    """The themes that the lesson that stays would gain, in words."""
    keys = review.gained_themes(library(), source, target)
    return [labels.label("theme", key) for key in keys]


@bp.post("/review/<id>/merge")
def merge(id: str) -> Answer:
    source = _source(id)
    into, said = request.form.get("into", ""), request.form.get("decision", "")
    try:
        done = review.merge(
            library(), me(), id, into, expected=number("revision"), expected_into=number("into_revision"),
            decision=" ".join(said.split()),
        )  # fmt: skip
    except (Invalid, IllegalMove, StaleWrite, Busy) as error:
        return _compare(_again_opened(source), into, error, said)
    stays = done.record.line("replaced_by")
    flash(_("Merged. Nothing is lost: what was merged is kept, and its address leads here."), "success")  # fmt: skip
    return redirect(words.record_url(stays), 303)


def _again_opened(source: Stored) -> Stored:
    """As it is by now."""
    return _opened(source.record.id) or source


@bp.get("/review/<id>/unmerge")
def ask_unmerge(id: str) -> Answer:
    return _unmerge_page(review.opened(library(), me(), id))


def _unmerge_page(source: Stored, error: LessonsError | None = None, said: str = "") -> Answer:
    no = barred(MOVES["unmerge"], me(), source.record)
    if no and error is None:
        raise IllegalMove(no)
    into = library().peek(me(), source.record.line("replaced_by"))
    shown = [source.record, *([into.record] if into else [])]
    html = render_template(
        "review/unmerge.html", source=source, into=into, problems=problems_of(error), said=said,
        page_marking=words.page_marking(record.line("marking") for record in shown),
    )  # fmt: skip
    return html, status_of(error) if error else 200


@bp.post("/review/<id>/unmerge")
def unmerge(id: str) -> Answer:
    source = review.opened(library(), me(), id)
    said = request.form.get("decision", "")
    try:
        review.unmerge(
            library(), me(), id, expected=number("revision"), decision=" ".join(said.split())
        )
    except (Invalid, IllegalMove, StaleWrite, Busy) as error:
        return _unmerge_page(_again_opened(source), error, said)
    flash(_("The merge is undone: this is a lesson of its own again."), "success")
    return redirect(words.record_url(id), 303)


@bp.post("/review/<id>/mend")
def mend(id: str) -> Response:
    """Take out of a lesson what was never wholly merged into it."""
    if review.mend(library(), me(), id):
        flash(_("Put right: what is not merged into this lesson no longer stands under it."), "success")  # fmt: skip
    return redirect(words.record_url(id), 303)


# --- old addresses ------------------------------------------------------------------------------------
def became(record: Record) -> str:
    """The id of the lesson that this one became by merges, as far as this person may follow; "" where it is still
    itself.
    """
    if record.line("state") != State.MERGED:
        return ""
    reached = review.leads_to(library(), me(), record.id)
    return reached.record.id if reached and reached.record.id != record.id else ""


def followed(record: Record, old: str) -> Record | None:
    """The merged lesson whose address led to this page, where it really did and this person may know of it."""
    stored = library().peek(me(), tidy_id(old)[:20]) if old else None
    return stored.record if stored and became(stored.record) == record.id else None


@bp.app_template_global()
def reported_too(record: Record) -> list[tuple[Record, bool]]:
    """The lessons merged into this one that this person may read, each with whether it really is."""
    found = (library().peek(me(), id) for id in record.keys("merged"))
    return [(s.record, s.record.line("state") == State.MERGED) for s in found if s]
