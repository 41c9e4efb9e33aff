"""Evaluations: the register, and one evaluation with what its evidence can bear."""

from collections.abc import Mapping
from urllib.parse import urlencode

from flask import Blueprint, Response, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import ngettext

from lessons.domain.access import Permit
from lessons.domain.due import STANDINGS, WAITING, Standing
from lessons.domain.errors import NotFound
from lessons.domain.ledger import Line
from lessons.domain.record import Kind, Record, kind_of
from lessons.domain.schema import SHAPES
from lessons.domain.text import N_
from lessons.library import Library
from lessons.services.track import evaluation_register, evaluations
from lessons.services.track.evaluation_register import REVIEW_DUE, Row, Wanted
from lessons.web import (
    addresses,
    evaluation_plots,
    evaluation_words,
    evaluations_form,
    evaluations_moves,
    tables,
    words,
)
from lessons.web.doors import library, me, vocabularies
from lessons.web.labels import label
from lessons.web.posted import whole

bp = Blueprint("evaluations", __name__, url_prefix="/evaluations")
bp.register_blueprint(evaluations_form.bp)
bp.register_blueprint(evaluations_moves.bp)

PAGE = 50
LONGEST = 100  # characters of one parameter
TILES: Mapping[str, str] = {
    Standing.OVERDUE: N_("Overdue"), Standing.DUE_SOON: N_("Due soon"), Standing.TO_COME: N_("To come"),
    Standing.DONE: N_("Done"), Standing.NOT_NEEDED: N_("Not needed"), REVIEW_DUE: N_("Review due"),
}  # fmt: skip
# EMMIE: a heading, a question, and the texts and facts that answer it.
EMMIE = (
    (N_("Effect: did it work, and how much?"), ("result", "unintended"), ("direction", "size", "confidence", "design")),
    (N_("Mechanism: how was it meant to work?"), ("objective", "problem", "theory"), ()),
    (N_("Moderators: for whom, and where?"), ("target", "compared", "voices"), ()),
    (N_("Implementation: what does it take?"), ("dose", "delivered", "partners_part"), ("began", "finished")),
    (N_("Economics: what did it cost?"), ("cost",), ()),
    (N_("What was decided"), ("change", "decision"),
     ("next_step", "stronger_because", "evaluator", "independent", "independence", "review", "reopened")),
)  # fmt: skip


# --- the register -----------------------------------------------------------------------------------
def asked() -> Wanted:
    given = {n: request.args.get(n, "").strip()[:LONGEST] for n in
             ("standing", "verdict", "unit", "four_p", "threat")}  # fmt: skip
    return Wanted(mine=request.args.get("mine") == "1", **given)


def address(wanted: Wanted, **changes: str | int | bool | None) -> str:
    """Of the register with these filters and no empty ones."""
    given = {
        "standing": wanted.standing, "verdict": wanted.verdict, "mine": wanted.mine, "unit": wanted.unit,
        "four_p": wanted.four_p, "threat": wanted.threat,
    } | changes  # fmt: skip
    shown = [(k, 1 if v is True else v) for k, v in given.items() if v]
    query = urlencode(shown)
    return url_for("evaluations.register") + (f"?{query}" if query else "")


def _demand_staff() -> None:
    """A partner reads no evaluation, so there is no register for them. Raises NotFound."""
    if not me().may(Permit.FIGURES):
        raise NotFound()


@bp.get("")
def register() -> str:
    _demand_staff()
    wanted = asked()
    everything = evaluation_register.rows(library(), me())
    found = evaluation_register.find(everything, me(), wanted)
    pages = max(-(-len(found.rows) // PAGE), 1)
    page = min(max(whole(request.args.get("page", ""), 1), 1), pages)
    shown = found.rows[(page - 1) * PAGE : page * PAGE]
    return render_template(
        "track/evaluations.html",
        wanted=wanted, found=found, shown=shown, page=page, pages=pages, address=address, tiles=TILES,
        standing_words=standing_words, units=evaluation_register.units(everything), total=len(everything),
        may_begin=me().may(Permit.EVALUATE), verdicts=vocabularies()["verdict"].terms,
        csv_address=address(wanted).replace("/evaluations", "/evaluations/register.csv", 1),
        page_marking=words.page_marking(each for row in shown for each in row.markings),
    )  # fmt: skip


def standing_words(standing: str) -> str:
    return str(_(TILES[REVIEW_DUE] if standing == REVIEW_DUE else STANDINGS[Standing(standing)]))


@bp.get("/register.csv")
def table() -> Response:
    """The register with its filters. No cell runs in a spreadsheet."""
    _demand_staff()
    wanted = asked()
    found = evaluation_register.find(evaluation_register.rows(library(), me()), me(), wanted)
    head = ("id", "title", "activity", "standing", "due", "done", "review", "owner", "unit", "four_p", "threats",
            "verdict", "stage", "decision", "not_needed", "why_late", "marking")  # fmt: skip
    marking = words.page_marking(each for row in found.rows for each in row.markings)
    rows = [head, *(_cells(row) for row in found.rows)]
    return tables.send(marking, rows, "evaluations", str(library().today))


def _cells(row: Row) -> list[str]:
    line = row.line
    kinds = [(n, v) for n, v in (("four_p", "four_p"), ("threats", "threat"))]
    listed = {n: ", ".join(label(v, key) for key in line.keys(n)) for n, v in kinds}
    return [
        line.id, line.title, row.activity, standing_words(row.standing), line.line("due"), line.line("done"),
        line.line("review"), line.line("owner"), line.line("unit"), listed["four_p"], listed["threats"],
        _said("verdict", line.line("verdict")), _said("stage", line.line("stage")),
        _said("decision", line.line("next_step")), line.line("not_needed"), line.line("why_late"),
        _said("marking", line.line("marking")),
    ]  # fmt: skip


def _said(vocabulary: str, key: str) -> str:
    return label(vocabulary, key) if key else ""


# --- one evaluation ---------------------------------------------------------------------------------
@bp.get("/<id>")
def show(id: str) -> str:
    if kind_of(id) is not Kind.EVALUATION:
        raise NotFound()
    here = library()
    stored = here.open(me(), id)
    record = stored.record
    activity = here.peek(me(), record.line("activity")) if record.line("activity") else None
    learned = evaluations.lessons_of(here, me(), id)
    acted = evaluations.actions_of(here, me(), id)
    shown: list[Record | Line] = [record, *learned, *acted]
    shown += [activity.record] if activity else []
    return render_template(
        "track/evaluation.html",
        record=record, shape=SHAPES[Kind.EVALUATION], version=stored.revision.number, emmie=EMMIE,
        activity=activity.record if activity else None, lessons=learned, actions=acted,
        standing=here.timetable.evaluation(record), standing_words=standing_words, waiting=WAITING,
        review_due=is_review_due(here, record), reach=evaluation_words.reach(record),
        claim=evaluation_words.claim_panel(record), steps=evaluations_form.steps(record),
        plot=evaluation_plots.before_and_after(record), undrawn=_undrawn(record),
        measures=evaluation_words.measured(record),
        may_write=evaluations.may_write(here, me(), record), may_evaluate=me().may(Permit.EVALUATE),
        may_agree=me().may(Permit.AGREE), has_similar=True, back=addresses.before(),
        page_marking=words.page_marking([each.line("marking") for each in shown]),
    )  # fmt: skip


def is_review_due(library: Library, record: Record) -> bool:
    review = record.day("review")
    return bool(record.day("done") and review and review <= library.today)


def _undrawn(record: Record) -> str:
    count = evaluation_plots.undrawn(record)
    if not count:
        return ""
    told = ngettext(
        "%(num)s measure is a number that is no share; it stands in the table only.",
        "%(num)s measures are numbers that are no shares; they stand in the table only.", count,
    )  # fmt: skip
    return str(told)
