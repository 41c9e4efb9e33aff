"""Forms of findings: one entered and changed, and its links to what stands behind it."""

from collections.abc import Sequence
from dataclasses import replace

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from lessons.domain import access
from lessons.domain.access import Permit
from lessons.domain.errors import Invalid, StaleWrite
from lessons.domain.record import Kind, Record, Stored, kind_of, new_id
from lessons.domain.text import N_
from lessons.library import owning
from lessons.services.track import findings_keeping, keeping
from lessons.web import posted, record_forms, words
from lessons.web.doors import doors, library, me
from lessons.web.errors import status_of
from lessons.web.record_forms import Page, Part, View

bp = Blueprint("form", __name__)
LONGEST_TYPED = 200  # characters searched for
PARTS = (
    Part("", ("title", "finding_type", "body", "published", "heading", "grade")),
    Part(N_("Where it stands written"), ("source", "reference", "text", "themes")),
    Part(N_("Who owns it, and how far it has come"), ("owner", "finding_status", "status_why", "progress")),
    Part(
        N_("Comments of the policing body"),
        ("responded", "no_response"),
        intro=N_("On causes of concern and recommendations they are due within 56 days of publication."),
    ),
    Part(
        N_("Marking, and who may read it"),
        ("marking", "groups", "restricted_because", "restricted_until"),
        folded=True,
    ),
)  # fmt: skip


@bp.route("/new", methods=["GET", "POST"])
def new() -> Response | Page:
    access.demand(me(), Permit.INSPECT)
    fields = {"author": me().name, "marking": access.MARKINGS[0], "finding_status": "awaiting"}
    before = Record(_fresh(), Kind.FINDING, fields=fields)
    view = View(
        _("Enter a finding"), before, _parts(before), f"{url_for('.new')}?as={before.id}",
        (url_for("findings.register"), _("Findings")), options=_options(), save=N_("Enter this finding"),
    )  # fmt: skip
    return view.page() if request.method == "GET" else _taken(view, findings_keeping.ENTER)


def _fresh() -> str:
    """The id of the form that is being sent; sending it twice then makes one finding."""
    given = request.args.get("as", "")
    if request.method == "POST" and kind_of(given) is Kind.FINDING:
        return given
    return new_id(Kind.FINDING, library().today.year)


@bp.route("/<id>/edit", methods=["GET", "POST"])
def edit(id: str) -> Response | Page:
    stored = keeping.current(library(), me(), id, Kind.FINDING)
    findings_keeping.demand_change(me(), stored.record)
    view = View(
        _("Change this finding"), stored.record, _parts(stored.record), url_for(".edit", id=id),
        (url_for("findings.show", id=id), _("Back")), seen=stored.revision.number, options=_options(),
    )  # fmt: skip
    return view.page() if request.method == "GET" else _taken(view, findings_keeping.CHANGE)


def _mine(id: str) -> Stored:
    """A finding that this person may say something of. Raises NotFound, NotAllowed."""
    stored = keeping.current(library(), me(), id, Kind.FINDING)
    findings_keeping.demand(me(), stored.record)
    return stored


def _parts(record: Record) -> list[Part]:
    names = findings_keeping.boxes(me(), record)
    kept = [replace(part, names=tuple(n for n in part.names if n in names)) for part in PARTS]
    return [part for part in kept if part.names]


def _options() -> dict[str, Sequence[str]]:
    """Names to choose an owner from, for those who are offered all of them anyway."""
    return {"owner": owning.active(doors().accounts)} if me().may(Permit.INSPECT) else {}


def _taken(view: View, verb: str) -> Response | Page:
    """What the form sends: kept, or the form again with every word in it."""
    form, confirmed, before = posted.form(), posted.confirmed(), view.record
    seen = posted.number("version") if view.seen else 0
    view = replace(view, form=form, seen=seen, confirmed=confirmed)
    try:
        entry = findings_keeping.enter(
            library(), doors().accounts, me(), before, form, confirmed=confirmed
        )
        keeping.keep(library(), me(), verb, entry, expected=seen)
    except record_forms.REFUSALS as error:
        if isinstance(error, StaleWrite) and not seen and _was_sent(before.id):
            return redirect(url_for("findings.show", id=before.id), 303)
        return view.refusing(error)
    return _onward(before.id)


def _was_sent(id: str) -> bool:
    """Whether this very form was taken a moment ago, as when a button is pressed twice."""
    there = library().peek(me(), id)
    return there is not None and there.record.line("author") == me().name


def _onward(id: str) -> Response:
    """To its page; to the register, where this person has just closed it to themselves."""
    if library().peek(me(), id):
        flash(_("The finding is kept."), "success")
        return redirect(url_for("findings.show", id=id), 303)
    flash(_("It is kept. Under its new restriction it is no longer shown to you."), "success")
    return redirect(url_for("findings.register"), 303)


# --- links ------------------------------------------------------------------------------------------
@bp.get("/<id>/link")
def links(id: str) -> Page:
    return _links(id, request.args.get("words", ""))


@bp.post("/<id>/link")
def change_links(id: str) -> Response | Page:
    """One link added or taken away."""
    away, other = request.form.get("away", ""), request.form.get("other", "")
    try:
        if away:
            findings_keeping.unlink(library(), me(), id, away)
            flash(_("%(id)s is no longer linked to this finding.", id=away), "success")
        else:
            findings_keeping.link(library(), me(), id, other)
            flash(_("%(id)s is linked to this finding.", id=other), "success")
    except Invalid as error:
        return _links(id, request.form.get("words", "") or other, error)
    return redirect(url_for(".links", id=id, words=request.form.get("words") or None), 303)


def _links(id: str, typed: str, error: Invalid | None = None) -> Page:
    typed = typed.strip()[:LONGEST_TYPED]
    stored = _mine(id)
    record = stored.record
    found = findings_keeping.offers(library(), me(), record, typed)
    peeked = [library().peek(me(), each) for each in record.keys("links")]
    linked = [each.record for each in peeked if each]
    shown = [each.line("marking") for each in (record, *linked)]
    shown += [line.line("marking") for line in found]
    html = render_template(
        "track/finding_link.html", record=record, linked=linked, found=found, typed=typed,
        problems=error.problems if error else (), page_marking=words.page_marking(shown),
    )  # fmt: skip
    return html, status_of(error) if error else 200
