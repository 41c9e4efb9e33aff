"""Findings of inspections: the register, and the page of each with what was learned, changed and shown to last."""

from urllib.parse import urlencode

from flask import Blueprint, Response, render_template, request, url_for
from flask_babel import gettext as _

from lessons.domain.access import Permit
from lessons.domain.due import STANDINGS
from lessons.domain.errors import NotFound, SearchUnavailable
from lessons.domain.findings import comments, comments_due, has_evidence, may_keep, may_pack
from lessons.domain.record import Kind, Stored, kind_of
from lessons.domain.schema import SHAPES
from lessons.services.track import findings, findings_keeping
from lessons.services.track.findings import Chain, Row, Wanted
from lessons.web import addresses, findings_form, findings_pack, tables, words
from lessons.web.doors import library, me, vocabularies
from lessons.web.labels import label
from lessons.web.posted import whole

bp = Blueprint("findings", __name__, url_prefix="/findings")
bp.register_blueprint(findings_form.bp)
bp.register_blueprint(findings_pack.bp)
SHAPE = SHAPES[Kind.FINDING]
LONGEST = 120  # characters of a filter
HEAD = (
    "reference", "finding", "type", "body", "published", "heading", "grade", "owner", "status", "comments_due",
    "comments", "linked_records", "where_it_stands", "source", "marking",
)  # fmt: skip


# --- the register -----------------------------------------------------------------------------------
@bp.get("")
def register() -> str:
    _demand_staff()
    wanted = _wanted()
    found = findings.register(library(), me(), wanted)
    pages = max(-(-len(found.rows) // findings.PAGE), 1)
    page = min(max(whole(request.args.get("page", ""), 1), 1), pages)
    shown = found.rows[(page - 1) * findings.PAGE : page * findings.PAGE]
    return render_template(
        "track/findings.html", wanted=wanted, found=found, shown=shown, page=page, pages=pages, link=link,
        standings=STANDINGS, may_enter=me().may(Permit.INSPECT), lists=vocabularies(),
        page_marking=words.page_marking(row.line.line("marking") for row in shown),
    )  # fmt: skip


def _demand_staff() -> None:
    """Partners read no finding, so there is no register for them. Raises NotFound."""
    if not me().may(Permit.FIGURES):
        raise NotFound()


def _wanted() -> Wanted:
    """The filters of the address; what is none of ours is left out."""
    known, given = library().vocabularies, request.args

    def key(name: str) -> str:
        asked = given.get(name, "")
        return asked if asked in known[SHAPE[name].vocabulary].terms else ""

    return Wanted(
        finding_type=key("finding_type"), finding_status=key("finding_status"), heading=key("heading"),
        body=given.get("body", "")[:LONGEST], mine=given.get("whose") == "mine",
        words=given.get("words", "").strip()[:LONGEST],
    )  # fmt: skip


def link(wanted: Wanted, view: str = "register", **changes: object) -> str:
    """The register under these filters, with some of them changed; "" takes one away."""
    plain = {name: getattr(wanted, name) for name in (*findings.FILTERS, "words")}
    kept = {**plain, "whose": "mine" if wanted.mine else "", **changes}
    query = urlencode([(name, str(value)) for name, value in kept.items() if value])
    return url_for(f"findings.{view}") + (f"?{query}" if query else "")


@bp.get("/list.csv")
def table() -> Response:
    """All that stand under these filters. No cell runs in a spreadsheet."""
    _demand_staff()
    found = findings.register(library(), me(), _wanted())
    marking = words.page_marking(row.line.line("marking") for row in found.rows)
    rows = [HEAD, *(_cells(row) for row in found.rows)]
    return tables.send(marking, rows, "findings", str(library().today))


def _cells(row: Row) -> list[str]:
    line = row.line
    said = {
        name: label(SHAPE[name].vocabulary, line.line(name)) if line.line(name) else ""
        for name in ("finding_type", "heading", "finding_status", "marking")
    }
    return [
        line.id, line.title, said["finding_type"], line.line("body"), line.line("published"), said["heading"],
        line.line("grade"), line.line("owner"), said["finding_status"], row.due.isoformat() if row.due else "",
        str(_(STANDINGS[row.standing])), str(row.links), line.line("reference"), line.line("source"),
        said["marking"],
    ]  # fmt: skip


# --- one finding ------------------------------------------------------------------------------------
@bp.get("/<id>")
def show(id: str) -> str:
    if kind_of(id) is not Kind.FINDING:
        raise NotFound()
    stored = library().open(me(), id)
    chain, resting = _chain(stored)
    record, timetable = stored.record, library().timetable
    return render_template(
        "track/finding.html", record=record, shape=SHAPE, chain=chain, resting=resting,
        gaps=[findings_pack.gap_words(each) for each in chain.gaps], has_evidence=has_evidence,
        due=comments_due(record), comments=comments(timetable, record), standings=STANDINGS,
        action_standings={a.record.id: timetable.action(a.record) for a in chain.actions},
        may_keep=may_keep(me(), record), may_change=findings_keeping.may_change(me(), record),
        may_pack=may_pack(me(), record), back=addresses.before(),
        may_agree=me().may(Permit.AGREE), has_similar=True,
        page_marking=words.page_marking(each.record.line("marking") for each in chain.all),
    )  # fmt: skip


def _chain(stored: Stored) -> tuple[Chain, bool]:
    """What stands behind it, and whether that cannot be told just now."""
    try:
        return findings.chain(library(), me(), stored), False
    except SearchUnavailable:
        return Chain(stored), True
