"""Actions: the register, as a page, as a table and as days for a calendar."""

from collections.abc import Sequence
from datetime import date
from typing import Any

from flask import Blueprint, Response, render_template, request, url_for
from flask_babel import gettext as _

from lessons.domain import access
from lessons.domain.access import Permit
from lessons.domain.due import STANDINGS
from lessons.domain.errors import LessonsError, NotFound
from lessons.domain.ledger import Line
from lessons.domain.record import Kind
from lessons.domain.schema import SHAPES
from lessons.domain.text import N_
from lessons.ports import Entry
from lessons.services.track import actions as track
from lessons.services.track import due
from lessons.services.track.actions import Asked
from lessons.web import actions_agreeing, actions_handing, actions_work, tables, words
from lessons.web.doors import doors, library, me
from lessons.web.labels import label
from lessons.web.posted import whole

bp = Blueprint("actions", __name__, url_prefix="/actions")
for part in (actions_agreeing, actions_handing, actions_work):
    bp.register_blueprint(part.bp)
LONGEST_ASKED = 120  # characters of one filter
HEAD = (
    "id", "what", "owner", "due", "standing", "state", "type", "strength", "unit", "comes_from",
    "checked_by", "marking",
)  # fmt: skip


def asked() -> Asked:
    given = {name: request.args.get(name, "")[:LONGEST_ASKED] for name in Asked.__slots__}
    return Asked(**given | {"tab": given["tab"] if given["tab"] in track.TABS else ""})


def link(wanted: Asked, **changes: object) -> str:
    """The register under these filters, with some of them changed; "" takes one away."""
    kept = {name: getattr(wanted, name) for name in Asked.__slots__} | changes
    given: dict[str, Any] = {name: str(value) for name, value in kept.items() if value}
    return url_for("actions.register", **given)


def _demand_staff() -> None:
    """A partner reads no action, so there is no register for them. Raises NotFound."""
    if not me().may(Permit.FIGURES):
        raise NotFound()


@bp.get("")
def register() -> str:
    _demand_staff()
    wanted = asked()
    found = track.register(library(), me(), wanted, whole(request.args.get("page", ""), 1))
    return render_template(
        "track/actions.html", found=found, asked=wanted, link=link, tabs=track.TABS, grades=track.GRADES,
        standings=STANDINGS, origins=[SHAPES[kind] for kind in track.ORIGINS], narrowed=_narrowed(wanted),
        may_agree=me().may(Permit.AGREE), may_hand_over=actions_handing.may(me()), each_page=track.PAGE,
        pairs=lambda names: [(name, name) for name in names],
        strengths=[(term["value"], term["label"]) for term in words.terms("action_strength")],
        page_marking=words.page_marking(each for row in found.rows for each in row.markings),
    )  # fmt: skip


def _narrowed(wanted: Asked) -> bool:
    return any((wanted.unit, wanted.strength, wanted.owner, wanted.origin))


@bp.get("/list.csv")
def table() -> Response:
    """All that stand under these filters. No cell runs in a spreadsheet."""
    _demand_staff()
    found = track.register(library(), me(), asked(), size=0)
    marking = words.page_marking(each for row in found.rows for each in row.markings)
    rows = [HEAD, *(_cells(row) for row in found.rows)]
    return tables.send(marking, rows, "actions", str(library().today))


def _cells(row: track.Row) -> list[str]:
    line = row.line
    return [
        line.id, line.title, line.line("owner"), line.line("due"), str(_(STANDINGS[row.standing])),
        label("action_state", track.state_of(line)),
        label("action_strength", line.line("strength")) if line.line("strength") else "", row.grade, line.line("unit"),
        " ".join(id for id, _title in row.origins), line.line("verified_by"), label("marking", line.line("marking")),
    ]  # fmt: skip


# --- days for a calendar ---------------------------------------------------------------------------------
TITLES = {
    Kind.ACTION: N_("Action due: %(title)s"),
    Kind.EVALUATION: N_("Evaluation due: %(title)s"),
    Kind.OPERATION: N_("Debrief due: %(title)s"),
}
# Where a calendar must not say more: it lies outside this service.
BARE = {
    Kind.ACTION: N_("An action is due"),
    Kind.EVALUATION: N_("An evaluation is due"),
    Kind.OPERATION: N_("A debrief is due"),
}


@bp.get("/mine.ics")
def diary() -> Response:
    """What falls due and is this person's own."""
    _demand_staff()
    writer = doors().diary
    if writer is None:
        raise NotFound()
    kinds = (due.actions, due.evaluations, due.debriefs)
    found = [each for kind in kinds for each in kind(library(), me()) if each.is_of(me().name)]
    entries = [_entry(each.line, each.day) for each in found]
    made = writer.write(str(_("Lessons: what is due from me")), entries)
    response = Response(made, content_type="text/calendar; charset=utf-8")
    response.headers.set("Content-Disposition", "attachment", filename="lessons-due.ics")
    return response


def _entry(line: Line, day: date) -> Entry:
    told = _(TITLES[line.kind], title=line.title) if _may_say(line.id) else _(BARE[line.kind])
    base = str(doors().settings["BASE_URL"] or request.url_root.rstrip("/"))
    root = request.script_root
    address = words.record_url(line.id).removeprefix(root) if root else words.record_url(line.id)
    return Entry(f"{line.id}-due@lessons", day, str(told), line.id, f"{base}{address}")


def _may_say(id: str) -> bool:
    """Whether the title may stand in a calendar: nothing above OFFICIAL, and nothing that is for some alone."""
    try:
        record = library().records.get(id).record
    except LessonsError:
        return False
    return not access.is_sensitive(record) and not record.keys("groups")


@bp.app_template_global()
def actions_of(id: str) -> Sequence[Line]:
    """The actions that came from a record, for its page."""
    try:
        return track.of(library(), me(), id)
    except LessonsError:
        return ()
