"""Tagging many at once from a search, and how far a batch has come."""

from collections.abc import Sequence
from dataclasses import replace

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import ngettext
from werkzeug.wrappers import Response

from lessons.domain import access
from lessons.domain.access import Permit
from lessons.domain.errors import Invalid
from lessons.domain.text import N_
from lessons.domain.themes import TAGGED
from lessons.services import find
from lessons.services.insight import batches as tagging
from lessons.services.insight.batch import Batch, ids_of
from lessons.services.insight.batches import REFUSED, Undone
from lessons.services.insight.themes import name_for
from lessons.web import labels, words
from lessons.web.addresses import Address
from lessons.web.doors import doors, library, me
from lessons.web.errors import say

bp = Blueprint("batches", __name__)
TITLES = {
    "tag": N_("Putting “%(first)s” on records"),
    "untag": N_("Taking “%(first)s” off records"),
    "merge": N_("Merging “%(first)s” into “%(second)s”"),
    "split": N_("Splitting “%(first)s”"),
    "take": N_("Putting “%(first)s” on the lessons it was asked for on"),
    "undo": N_("Undoing a change of “%(first)s”"),
}


@bp.app_template_global()
def batch_title(batch: Batch) -> str:
    names = [labels.label("theme", key) for key in (*batch.keys, "", "")]
    return str(_(TITLES[batch.what], first=names[0], second=names[1]))


@bp.post("/themes/tag")
def tag() -> Response | str:
    """Two steps: how many, and then the batch."""
    access.demand(me(), Permit.MANAGE_LISTS)
    form = request.form
    here = Address.read(form.get("asked", ""), find.understood(library(), me()))
    theme, remove = form.get("theme", "")[:60], form.get("change") == "remove"
    ticked = form.getlist("id") if form.get("scope") == "ticked" else None
    try:
        ids = list(ticked) if ticked is not None else _found(here)
        plan = tagging.tagging(library(), me(), theme, ids, remove=remove)
    except Invalid as invalid:
        flash(say(invalid.problems[0]))
        return redirect(here.href, 303)
    if form.get("do") == "confirm":
        return _begun(tagging.tag(library(), doors().notebook, me(), plan))
    now = library().lists_for(me())["theme"].current_key(theme)
    marking = words.page_marking([])
    return render_template(
        "insight/tag.html", here=here, theme=now, remove=remove, ids=ticked, count=len(plan.ids),
        left_out=len(set(ids)) - len(plan.ids), page_marking=marking,
    )  # fmt: skip


def _found(here: Address) -> Sequence[str]:
    """Everything that a search finds, however far it can be paged to."""
    query, _wrong = find.question(me(), here.params, here.meaning)
    kinds = query.kinds & frozenset(TAGGED)
    return ids_of(library(), me(), replace(query, kinds=kinds)) if kinds else ()


def _begun(batch: Batch) -> Response:
    for told in batch.told:
        flash(merged_meanwhile(told))
    return redirect(url_for("themes.batches.show", id=batch.id), 303)


@bp.app_template_global()
def merged_meanwhile(told: dict[str, str]) -> str:
    who = name_for(me(), told["who"]) or _("Somebody")
    was, now = (labels.label("theme", told[name]) for name in ("was", "now"))
    return str(
        _(
            "%(who)s merged “%(was)s” into “%(now)s” meanwhile, so “%(now)s” is used.",
            who=who,
            was=was,
            now=now,
        )
    )


@bp.get("/themes/batches/")
def mine() -> str:
    access.demand(me(), Permit.MANAGE_LISTS)
    return render_template("insight/batches.html", batches=tagging.batches(doors().notebook, me()))


@bp.get("/themes/batches/<id>")
def show(id: str) -> str:
    access.demand(me(), Permit.MANAGE_LISTS)
    batch = tagging.batch(doors().notebook, me(), id)
    left = tagging.titles(library(), me(), batch)
    changed = batch.count(i for i, did in batch.done.items() if did >= 0)
    return render_template(
        "insight/batch.html", batch=batch, left=left, reasons=REFUSED, changed=changed,
        already=batch.count(i for i, did in batch.done.items() if did < 0),
        waiting=batch.count(batch.todo), refused=batch.count(batch.refused),
        page_marking=words.page_marking(record.line("marking") for record, _why in left),
    )  # fmt: skip


@bp.post("/themes/batches/<id>/undo")
def undo(id: str) -> Response:
    try:
        batch = tagging.undo(library(), doors().notebook, me(), id)
    except Undone as undone:
        flash(say(undone))
        return redirect(url_for(".show", id=id), 303)
    except Invalid as invalid:
        flash(say(invalid.problems[0]))
        return redirect(url_for(".show", id=id), 303)
    done = batch.count(batch.done)
    flash(
        ngettext("%(num)s record was put back.", "%(num)s records were put back.", done), "success"
    )
    return redirect(url_for(".show", id=batch.id), 303)
