"""Operations: the register of what ought to be debriefed or evaluated, and the page of each entry."""

from collections.abc import Mapping, Sequence
from typing import Any

from flask import Blueprint, Response, render_template, request, url_for

from lessons.domain.access import Permit
from lessons.domain.due import STANDINGS, Standing
from lessons.domain.errors import NotFound, SearchUnavailable
from lessons.domain.operations import LEADS, may_change, usual
from lessons.domain.record import Kind, Record, kind_of
from lessons.domain.schema import SHAPES
from lessons.domain.text import N_
from lessons.services import find
from lessons.services.track import operations, two_leads
from lessons.services.track.operations import FIRST_TAB, GOING_ON, TABS, Around, Entry, Wanted
from lessons.web import addresses, operations_form, operations_import, tables, words
from lessons.web.doors import library, me
from lessons.web.posted import whole

bp = Blueprint("operations", __name__, url_prefix="/operations")
bp.register_blueprint(operations_form.bp)
bp.register_blueprint(operations_import.bp)
SHAPE = SHAPES[Kind.OPERATION]
LONGEST = 120  # characters of a filter
STANDING_WORDS = {str(s): words for s, words in STANDINGS.items()} | {GOING_ON: N_("Going on")}
# Told apart from the list of facts on the page of an operation.
TOLD_ABOVE = (
    "title", "author", "example", "debrief_due", "debriefed", "no_debrief", "why_late", *LEADS,
)  # fmt: skip


# --- the register -----------------------------------------------------------------------------------
@bp.get("")
def register() -> str:
    _demand_staff()
    wanted = _wanted()
    found = operations.register(library(), me(), wanted, whole(request.args.get("page", ""), 1))
    return render_template(
        "track/operations.html", found=found, wanted=wanted, tabs=TABS, first_tab=FIRST_TAB, link=link,
        standings=STANDING_WORDS, each_page=operations.PAGE, may_register=me().may(Permit.REGISTER),
        page_marking=words.page_marking(_markings(found.entries)),
    )  # fmt: skip


def _markings(entries: Sequence[Entry]) -> list[str]:
    """Of the operations listed, and of the evaluations beside them."""
    lines = [
        each for entry in entries for each in (entry.line, *(e for e, _s in entry.evaluations))
    ]
    return [line.line("marking") for line in lines]


def _demand_staff() -> None:
    """A partner reads no operation, so there is no register for them. Raises NotFound."""
    if not me().may(Permit.FIGURES):
        raise NotFound()


def _wanted() -> Wanted:
    """The filters of the address; what is none of ours is left out."""
    given, known = request.args, library().vocabularies
    tab = given.get("tab", "")
    return Wanted(
        tab if tab in TABS else FIRST_TAB,
        kind=_known(given.get("kind", ""), known["operation_kind"].terms),
        threat=_known(given.get("threat", ""), known["threat"].terms),
        unit=given.get("unit", "")[:LONGEST],
        mine=given.get("whose") == "mine",
        words=given.get("words", "").strip()[:LONGEST],
    )


def _known(key: str, terms: Any) -> str:
    return key if key in terms else ""


def link(wanted: Wanted, view: str = "register", **changes: Any) -> str:
    """The register under these filters, with some of them changed; "" takes one away."""
    plain = {
        "tab": "" if wanted.tab == FIRST_TAB else wanted.tab, "kind": wanted.kind, "unit": wanted.unit,
        "threat": wanted.threat, "whose": "mine" if wanted.mine else "", "words": wanted.words,
    }  # fmt: skip
    kept = {**plain, **{name: str(value) for name, value in changes.items()}}
    asked: dict[str, Any] = {name: value for name, value in kept.items() if value}
    return url_for(f"operations.{view}", **asked)


# --- taken away -------------------------------------------------------------------------------------
HEAD = (
    "reference", "title", "operation_kind", "four_p", "threats", "threat_kinds", "unit", "started", "ended", "sio",
    "lro", "plan_owner", "debrief", "debrief_due", "debriefed", "no_debrief", "why_late", "evaluation",
    "evaluation_due", "marking", "source", "source_id",
)  # fmt: skip


@bp.get("/list.csv")
def table() -> Response:
    """What the register lists under these filters, all pages of it. No cell runs in a spreadsheet."""
    _demand_staff()
    entries = operations.listed(library(), me(), _wanted())
    marking = words.page_marking(_markings(entries))
    rows = [HEAD, *(_row(entry) for entry in entries)]
    return tables.send(marking, rows, "operations", str(library().today))


def _row(entry: Entry) -> list[str]:
    line = entry.line
    own = {
        "reference": line.id, "title": line.title, "debrief": entry.standing,
        "debrief_due": entry.due.isoformat() if entry.due else "",
        "evaluation": "; ".join(standing for _line, standing in entry.evaluations),
        "evaluation_due": "; ".join(each.line("due") for each, _standing in entry.evaluations),
    }  # fmt: skip
    return [own[name] if name in own else "; ".join(line.keys(name)) for name in HEAD]


# --- one operation ----------------------------------------------------------------------------------
@bp.get("/<id>")
def show(id: str) -> str:
    if kind_of(id) is not Kind.OPERATION:
        raise NotFound()
    stored = library().open(me(), id)
    record = stored.record
    around, open_of, resting = _around(id)
    linked = find.linked(library(), me(), record)
    shown = [record.line("marking"), *(line.line("marking") for line in around.all)]
    shown += [each.line("marking") for each in linked.values()]
    timetable = library().timetable
    return render_template(
        "track/operation.html", record=record, shape=SHAPE, linked=linked, around=around, resting=resting,
        hidden_facts=TOLD_ABOVE, leads=LEADS, standings=STANDING_WORDS, debrief=_debrief(record),
        evaluations=[(line, timetable.evaluation(line)) for line in around.evaluations],
        halves=two_leads.split(around), open_of=open_of, standing_of=_standings(around),
        may_brief=me().may(Permit.BRIEF), may_name=me().may(Permit.REGISTER),
        may_change=may_change(me(), record), may_disclose=me().may(Permit.DISCLOSE),
        back=addresses.before(), page_marking=words.page_marking(shown),
        has_similar=record.kind in find.HAVE_SIMILAR,
    )  # fmt: skip


def _around(id: str) -> tuple[Around, Mapping[str, Sequence[tuple[str, int]]], bool]:
    """What belongs to it, what is not answered of its packs, and whether that cannot be told just now."""
    try:
        found = operations.around(library(), me(), id)
        return found, two_leads.unanswered(library(), me(), found.briefings), False
    except SearchUnavailable:
        return Around(), {}, True


def _standings(around: Around) -> Mapping[str, str]:
    """Where its evaluations and actions stand."""
    timetable = library().timetable
    found = {line.id: timetable.evaluation(line) for line in around.evaluations}
    return {**found, **{line.id: timetable.action(line) for line in around.actions}}


def _debrief(record: Record) -> dict[str, Any]:
    """Where its debrief stands, for the page."""
    timetable = library().timetable
    standing: str = timetable.debrief(record)
    ended = timetable.has_ended(record)
    if not ended and standing not in (Standing.DONE, Standing.NOT_NEEDED):
        standing = GOING_ON
    told: Sequence[str] = ()
    if standing in (GOING_ON, Standing.TO_COME, Standing.DUE_SOON, Standing.OVERDUE):
        told = _told(record)
    return {
        "standing": standing, "due": timetable.debrief_due(record), "told": told, "ended": ended,
        "expected": timetable.is_debriefed(record) or bool(record.day("debrief_due")),
        "late": ended and standing == Standing.OVERDUE,
    }  # fmt: skip


def _told(record: Record) -> Sequence[str]:
    """Why it is due on that day: a day was written down, or the rule gave it and may have moved it."""
    if record.day("debrief_due"):
        return ()
    found = usual(library().timetable, record)
    return operations_form.rule_words(found) if found and found.day else ()
