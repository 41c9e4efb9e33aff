"""What a person does with a search besides reading it: complete it, save it, take its results away."""

import io
import re
from collections.abc import Sequence

from flask import Blueprint, Response, flash, jsonify, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response as AnyResponse

from lessons.domain.errors import Invalid
from lessons.domain.query import Query
from lessons.domain.record import Stored
from lessons.services import exchange, find
from lessons.services.find import Saved
from lessons.web import addresses, follows, labels, words
from lessons.web.addresses import Address
from lessons.web.doors import doors, library, me
from lessons.web.errors import say

bp = Blueprint("searches", __name__, url_prefix="/search")
TYPES = {"csv": "text/csv", "jsonl": "application/jsonl", "md": "text/markdown"}


@bp.get("/complete")
def complete() -> Response:
    """What may be meant by what is being typed, for the list under the search box."""
    offers = find.complete(library(), me(), request.args.get("q", ""), labels.language())
    return jsonify(
        offers=[{"text": o.text, "label": o.label, "about": _(o.about) if o.about else ""} for o in offers]
    )  # fmt: skip


# --- saved searches -----------------------------------------------------------------------------------
@bp.app_template_global()
def saved_searches() -> list[tuple[Saved, str]]:
    """What this person has saved, newest first, each with its address."""
    return [(s, Address.read(s.asked).href) for s in find.saved(doors().notebook, me())]


@bp.post("/save")
def save() -> AnyResponse:
    meaning = find.understood(library(), me())
    here = Address.read(request.form.get("asked", ""), meaning)
    query, _wrong = find.question(me(), here.params, meaning)
    name = addresses.in_words(here.words, addresses.chosen_filters(query, here))
    try:
        kept = find.save(doors().notebook, library(), me(), name, here.asked)
    except Invalid as error:
        flash(say(error.problems[0]))
    else:
        told = _(
            "Saved as “%(name)s”. It is on your home page and in your account.", name=kept.name
        )
        flash(told, "success")
        if request.form.get("often"):
            _follow(kept.id)
    return redirect(here.href, 303)


def _follow(id: str) -> None:
    """Tell of what it finds anew, as often as the form says."""
    try:
        follows.follow_search(id, request.form.get("often", ""))
    except Invalid as error:
        flash(say(error.problems[0]))


@bp.post("/saved/<id>/rename")
def rename(id: str) -> AnyResponse:
    before = {each.id: each.name for each in find.saved(doors().notebook, me())}
    kept = find.rename(doors().notebook, library(), me(), id, request.form.get("name", ""))
    if "often" in request.form:
        _follow(id)
    if before.get(id) == kept.name:
        flash(_("“%(name)s” is kept as you chose.", name=kept.name), "success")
    else:
        flash(_("The search is now called “%(name)s”.", name=kept.name), "success")
    return redirect(url_for("people.account", _anchor="searches"), 303)


@bp.post("/saved/<id>/remove")
def remove(id: str) -> AnyResponse:
    gone = find.remove(doors().notebook, me(), id)
    follows.follow_search(id, "")
    flash(_("“%(name)s” is no longer among your searches.", name=gone.name), "success")
    return redirect(url_for("people.account", _anchor="searches"), 303)


# --- results to take away -----------------------------------------------------------------------------
@bp.get("/export.<any(csv, jsonl, md):form>")
def export(form: str) -> Response:
    """All that a search finds, as far as it can be paged to; the file's name carries the highest marking."""
    here = Address.of(request.args.items(multi=True), find.understood(library(), me()))
    query, found = find.every_hit(library(), me(), here.params)
    marking = words.page_marking(s.record.line("marking") for s in found)
    file = io.StringIO(newline="")
    if form == "csv":
        file.write("\ufeff")  # without which a spreadsheet misreads what is not ASCII
        kinds = [k for k in find.FINDABLE if k in query.kinds]
        exchange.write_csv(file, found, *kinds)
    elif form == "jsonl":
        exchange.write_json_lines(file, found)
    else:
        file.write(_listing(here, query, found, marking))
    name = f"{marking}-lessons-{library().today}.{form}".replace(" ", "-")
    response = Response(file.getvalue(), content_type=f"{TYPES[form]}; charset=utf-8")
    response.headers.set("Content-Disposition", "attachment", filename=name)
    return response


def _listing(here: Address, query: Query, found: Sequence[Stored], marking: str) -> str:
    """Results as one text to read, in markdown."""
    told = addresses.in_words(here.words, addresses.chosen_filters(query, here))
    return render_template(
        "find/results.md", address=request.url_root.rstrip("/") + here.href, asked=told, found=found,
        marking=marking, page=request.url_root.rstrip("/"), plain=_unmarked, today=library().today,
    )  # fmt: skip


def _unmarked(line: str) -> str:
    """A line of words in which markdown finds nothing of its own."""
    return re.sub(r"([\\`*_{}\[\]<>#|&!])", r"\\\1", " ".join(line.split()))
