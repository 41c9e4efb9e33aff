"""The dashboard: what the registers add up to. And the monthly pack."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date

from flask import Blueprint, Response, render_template, request
from flask_babel import gettext as _

from lessons.domain import access
from lessons.domain.access import Permit
from lessons.domain.errors import Invalid, NotFound
from lessons.domain.measure import Figure
from lessons.services.insight import dashboard
from lessons.web import dashboard_asked, dashboard_paper, tables, words
from lessons.web.dashboard_asked import Asked
from lessons.web.dashboard_sections import PLANS, PLOTS, plot, sections
from lessons.web.dashboard_words import SMALL, part_words, told
from lessons.web.doors import doors, library, me
from lessons.web.errors import status_of
from lessons.web.labels import label, language

bp = Blueprint("dashboard", __name__, url_prefix="/dashboard")
HEADLINES = (
    "debrief_rate", "debriefs_overdue", "evaluations_overdue", "four_p_share", "threat_kinds", "actions_overdue",
    "positive_share", "days_to_answer",
)  # fmt: skip
Page = str | tuple[str, int]
Rows = Iterable[Sequence[str]]


@bp.get("")
def show() -> Page:
    access.demand(me(), Permit.FIGURES)
    asked = Asked.read()
    board = dashboard.figures(library(), me(), asked.wanted)
    page = render_template(
        "dashboard/dashboard.html", asked=asked, scope=scope(asked), units=[(unit, unit) for unit in board.units],
        threats=[(term.key, term.label(language())) for term in library().vocabularies["threat"].current],
        periods=[(key, _(told_)) for key, told_ in dashboard_asked.PERIODS.items()],
        headlines=[told(board.figures[key]) for key in HEADLINES], sections=sections(board),
        where={name: key for key, plan in PLANS.items() for name in plan.figures},
        problems=asked.problems, may_take=me().may(Permit.MONTHLY), small=_(SMALL),
        page_marking=words.page_marking([]),
    )  # fmt: skip
    return (page, 422) if asked.problems else page


@bp.get("/<key>.csv")
def table(key: str) -> Response:
    """A plot, a figure, or with `figures` all of them. No cell runs in a spreadsheet."""
    access.demand(me(), Permit.FIGURES)
    asked = Asked.read()
    if asked.problems:
        raise Invalid(list(asked.problems))
    board = dashboard.figures(library(), me(), asked.wanted)
    if key in PLOTS:
        drawn = plot(board, key)
        behind = [
            board.figures[n]
            for p in PLANS.values()
            if key in p.plots
            for n in p.figures
            if n in board.figures
        ]
        return _csv(key, asked, behind, [drawn.head, *drawn.rows])
    chosen = (
        board.figures
        if key == "figures"
        else {key: board.figures[key]}
        if key in board.figures
        else {}
    )
    if not chosen:
        raise NotFound()
    return _csv(key, asked, list(chosen.values()), _figures(chosen))


def _figures(chosen: Mapping[str, Figure]) -> Rows:
    yield ("figure", "label", "part", "words", "value", "n")
    for figure in chosen.values():
        n = "" if figure.n is None else str(figure.n)
        if not isinstance(figure.value, Mapping):
            hidden = _(SMALL) if figure.all_hidden else ""
            yield (figure.key, _(figure.label), "", "", hidden or _cell(figure.value), n)
            continue
        for part, value in (figure.value or {"": None}).items():
            hidden = _(SMALL) if part in figure.hidden else ""
            yield (
                figure.key,
                _(figure.label),
                part,
                part_words(figure.key, part),
                hidden or _cell(value),
                n,
            )


def _cell(value: float | int | None) -> str:
    if value is None:
        return ""
    return str(value) if isinstance(value, int) else f"{value:.4f}"


def _csv(key: str, asked: Asked, figures: Sequence[Figure], rows: Rows) -> Response:
    marking = words.page_marking([])
    about = [
        (marking,),
        (_("Counted from what you may read, on %(day)s", day=str(library().today)),),
    ]
    about += [(scope(asked),)]
    about += [(f"{_(figure.label)}: {_(figure.definition)}",) for figure in figures]
    return tables.send(marking, [*about, (), *rows], "dashboard", key, str(library().today))


def scope(asked: Asked) -> str:
    """What was asked for, in one line: unit, threat, days."""
    wanted = asked.wanted
    parts = [
        wanted.unit or _("All units"),
        label("threat", wanted.threat) if wanted.threat else _("all threats"),
        _days(wanted.since, wanted.until),
    ]
    return ", ".join(parts)


def _days(since: date | None, until: date | None) -> str:
    if since and until:
        return str(_("%(first)s to %(last)s", first=words.day(since), last=words.day(until)))
    if since:
        return str(_("from %(first)s", first=words.day(since)))
    return str(_("until %(last)s", last=words.day(until)) if until else _("all there is"))


# --- the monthly pack -------------------------------------------------------------------------------
@bp.get("/monthly")
def monthly() -> Response | Page:
    """A page that shows it, and with `as` the pack itself, as PDF or Word."""
    access.demand(me(), Permit.MONTHLY)
    typed, form = request.args.get("month", "").strip()[:20], request.args.get("as", "")
    try:
        month = dashboard.month_of(typed, library().today)
    except Invalid as error:
        shown = dashboard.month_of("", library().today)
        return _pack_page(shown, typed, error), status_of(error)
    if not form:
        return _pack_page(month, f"{month:%Y-%m}", None)
    printer = doors().printers.get(form)
    if printer is None:
        raise NotFound()
    pack = dashboard.monthly(library(), me(), month)
    paper = dashboard_paper.of(pack)
    response = Response(printer.print(paper), content_type=printer.type)
    name = f"{paper.marking}-monthly-pack-{month:%Y-%m}.{printer.suffix}".replace(" ", "-")
    response.headers.set("Content-Disposition", "attachment", filename=name)
    return response


def _pack_page(month: date, typed: str, error: Invalid | None) -> str:
    pack = dashboard.monthly(library(), me(), month)
    return render_template(
        "dashboard/monthly.html", pack=pack, typed=typed, month=dashboard_paper.month_words(month),
        rows=dashboard_paper.headline_rows(pack), waiting=dashboard_paper.waiting_lines(pack),
        balance=dashboard_paper.balance_words(pack), themes=dashboard_paper.theme_rows(pack),
        decisions=[(ask, dashboard_paper.decision_words(ask)) for ask in pack.decisions],
        left=dashboard_paper.left_words(pack), forms=[f for f in ("pdf", "docx") if f in doors().printers],
        problems=error.problems if error else (), page_marking=words.page_marking(pack.markings),
    )  # fmt: skip
