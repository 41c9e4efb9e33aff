"""The sections of the dashboard: which figures stand together, and what is drawn of them."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date

from flask import url_for
from flask_babel import format_date
from flask_babel import gettext as _

from lessons.domain.measure import Figure
from lessons.domain.text import N_
from lessons.services.insight.dashboard import Board
from lessons.web.dashboard_plots import percent, strips
from lessons.web.dashboard_words import PARTS, Told, part_words, told
from lessons.web.drawing import Plot, number
from lessons.web.plots import Column, bars, stacked
from lessons.web.theme_plots import quarter_words

MORE = N_("And more: see the table.")


@dataclass(frozen=True, slots=True)
class Section:
    """links: words and address. kept: whether something is not shown because it is small."""

    key: str
    title: str
    figures: tuple[Told, ...]
    plots: tuple[Plot, ...]
    links: tuple[tuple[str, str], ...]
    kept: bool


@dataclass(frozen=True, slots=True)
class _Plan:
    title: str
    figures: tuple[str, ...]
    plots: tuple[str, ...]


PLANS: Mapping[str, _Plan] = {
    "debriefs": _Plan(N_("Debriefs"), ("debrief_rate", "debriefs_overdue"), ("debriefs",)),
    "evaluations": _Plan(
        N_("Evaluations"), ("evaluations_done", "evaluations_due", "evaluations_overdue"), ("evaluations",)
    ),
    "balance": _Plan(
        N_("4P balance"), ("four_p_share", "four_p_debriefs", "four_p_lessons", "four_p_evaluations"), ("balance",)
    ),
    "threats": _Plan(N_("Kinds of threat"), ("threat_kinds",), ("threat_kinds",)),
    "themes": _Plan(N_("What keeps happening"), ("recurring_themes",), ("recurring_themes",)),
    "actions": _Plan(
        N_("Actions and findings"),
        ("actions_open", "actions_overdue", "action_age", "strength_mix", "findings_unanswered"),
        ("action_age", "strength_mix"),
    ),
    "learning": _Plan(
        N_("Learning"), ("positive_share", "days_to_answer", "days_to_learn", "lessons_briefed"), ("learning",)
    ),
}  # fmt: skip


def sections(board: Board) -> list[Section]:
    return [_section(board, key, plan) for key, plan in PLANS.items()]


def _section(board: Board, key: str, plan: _Plan) -> Section:
    figures = [board.figures[name] for name in plan.figures if name in board.figures]
    return Section(
        key, _(plan.title), tuple(map(told, figures)), tuple(plot(board, name) for name in plan.plots),
        tuple((words, href) for words, href in _links(key)), any(figure.hidden for figure in figures),
    )  # fmt: skip


def _links(key: str) -> list[tuple[str, str]]:
    links = {
        "debriefs": [(_("Operations in the register"), url_for("operations.register"))],
        "evaluations": [(_("Evaluations that are overdue"), url_for("evaluations.register", standing="overdue"))],
        "themes": [(_("All themes, and why they are recurring"), url_for("insight.all_themes"))],
        "actions": [(_("Actions"), url_for("actions.register")), (_("Findings"), url_for("findings.register"))],
    }  # fmt: skip
    return links.get(key, [])


def plot(board: Board, key: str) -> Plot:
    """One of PLOTS by its key."""
    return PLOTS[key](board)


def _all_of(words: str, counts: Iterable[float]) -> str:
    return f"{words}: {number(sum(counts))}"


def _month(day: date) -> str:
    return str(format_date(day, "MMM"))


# --- debriefs and evaluations ------------------------------------------------------------------------
def _debriefs(board: Board) -> Plot:
    legend = [_("Debriefed"), _("Overdue"), _("Not yet due")]
    columns = [
        Column(quarter_words(each.quarter), _month(each.quarter.first), (each.debriefed, each.overdue, each.to_come),
               str(each.quarter.year))
        for each in board.quarters
    ]  # fmt: skip
    ended = sum(q.debriefed + q.overdue + q.to_come for q in board.quarters)
    desc = _(
        "Of %(ended)s operations that ended, %(debriefed)s were debriefed and %(overdue)s are overdue.",
        ended=ended, debriefed=sum(q.debriefed for q in board.quarters),
        overdue=sum(q.overdue for q in board.quarters),
    )  # fmt: skip
    return stacked(
        "debriefs", _("Operations that ended, by quarter"), desc, columns if ended else [], legend=legend,
        head=[_("Quarter"), *legend, _("All")],
    )  # fmt: skip


def _evaluations(board: Board) -> Plot:
    # Overdue has the second pattern, as among the debriefs.
    parts = ("evaluations_done", "evaluations_overdue", "evaluations_due")
    legend = [_("Finished in the period"), _("Overdue"), _("To come")]
    values = [board.figures[key].parts.get("count", 0) for key in parts]
    shown = not any(board.figures[key].hidden for key in parts) and any(values)
    desc = ", ".join(
        f"{words}: {number(value)}" for words, value in zip(legend, values, strict=True)
    )
    return strips(
        "evaluations", _("Evaluations finished, to come and overdue"), desc,
        [(_all_of(_("Evaluations"), values), values)] if shown else [], legend=legend, head=["", *legend, _("All")],
    )  # fmt: skip


# --- what is recorded --------------------------------------------------------------------------------
def _balance(board: Board) -> Plot:
    restricted = board.world.debriefs is None
    rows = {
        "four_p_debriefs": _("Debriefed operations") if restricted else _("Debriefs"),
        "four_p_lessons": _("Lessons"), "four_p_evaluations": _("Evaluations"),
    }  # fmt: skip
    strands = list(board.world.lists["four_p"].terms)[:4]
    drawn = [
        (_all_of(words, board.figures[key].parts.values()), [board.figures[key].parts.get(s, 0) for s in strands])
        for key, words in rows.items() if board.figures[key].n and not board.figures[key].hidden
    ]  # fmt: skip
    legend = [part_words("four_p_share", s) for s in strands]
    desc = "; ".join(
        f"{words}: "
        + ", ".join(f"{percent(v, sum(values))} {s}" for v, s in zip(values, legend, strict=True))
        for words, values in drawn
    )
    return strips(
        "balance", _("Main strand of debriefs, lessons and evaluations"), desc, drawn, legend=legend,
        head=["", *legend, _("All")],
    )  # fmt: skip


def _counted(key: str, title: str, head: tuple[str, str], most: int = 8) -> Callable[[Board], Plot]:
    """Bars of the parts of one figure, in the order in which they stand."""

    def draw(board: Board) -> Plot:
        figure = board.figures[key]
        rows = _rows(figure)
        desc = ", ".join(f"{words}: {number(value)}" for words, value in rows[:most])
        return bars(
            key, _(title), desc, rows, head=(_(head[0]), _(head[1])), more=_(MORE), most=most
        )  # fmt: skip

    return draw


def _rows(figure: Figure) -> list[tuple[str, float]]:
    if not figure.n or figure.all_hidden:
        return []
    return [(part_words(figure.key, key), float(count)) for key, count in figure.parts.items()]


# --- learning ----------------------------------------------------------------------------------------
def _learning(board: Board) -> Plot:
    """Three shares, each cut in two."""
    rows = []
    for key in ("positive_share", "days_to_answer", "lessons_briefed"):
        figure = board.figures[key]
        if figure.parts and figure.n:
            part, *others = figure.parts.values()
            all_ = number(part + sum(others))
            words = _(
                "%(part)s, of %(all)s lessons", part=_(PARTS[next(iter(figure.parts))]), all=all_
            )
            rows.append((words, [part, sum(others)]))
    legend = [_("These"), _("The others")]
    desc = ", ".join(f"{words}: {percent(values[0], sum(values))}" for words, values in rows)
    return strips(
        "learning", _("How much of it works, is answered, is used"), desc, rows, legend=legend,
        head=["", *legend, _("All")],
    )  # fmt: skip


PLOTS: Mapping[str, Callable[[Board], Plot]] = {
    "debriefs": _debriefs,
    "evaluations": _evaluations,
    "balance": _balance,
    "threat_kinds": _counted("threat_kinds", N_("Records by kind of threat"), (N_("Kind of threat"), N_("Records"))),
    "recurring_themes": _counted(
        "recurring_themes", N_("Lessons that tell of trouble, by theme"), (N_("Theme"), N_("Lessons")), most=10
    ),
    "action_age": _counted("action_age", N_("Open actions by age"), (N_("Age"), N_("Actions"))),
    "strength_mix": _counted("strength_mix", N_("Actions by strength, strongest first"), (N_("Type"), N_("Actions"))),
    "learning": _learning,
}  # fmt: skip
