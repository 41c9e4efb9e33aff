"""What the pages of themes draw, and the words for quarters and trends."""

from collections.abc import Mapping
from datetime import date

from flask_babel import format_date, ngettext
from flask_babel import gettext as _

from lessons.domain.recurrence import SEVERITY, Quarter, Tally, Trend
from lessons.domain.text import N_
from lessons.services.insight import Standing
from lessons.web import words
from lessons.web.doors import vocabularies
from lessons.web.drawing import Plot, number
from lessons.web.labels import label
from lessons.web.plots import Column, bars, spark, stacked

TRENDS = {
    Trend.MORE: ("↑", N_("More")),
    Trend.FEWER: ("↓", N_("Fewer")),
    Trend.SAME: ("→", N_("About as many")),
    Trend.NONE: ("", N_("No trouble in two years")),
}
WORST = "warning"  # drawn apart from what else tells of trouble


def quarter_words(quarter: Quarter) -> str:
    """A quarter by its months: forces and others begin the year in different ones."""
    return f"{_month(quarter.first)} – {_month(quarter.last)} {quarter.year}"


def _month(day: date) -> str:
    return str(format_date(day, "MMM"))


def trend_words(trend: Trend) -> tuple[str, str]:
    """A sign for the eye, and the words."""
    sign, told = TRENDS[trend]
    return sign, str(_(told))


def small_trend(standing: Standing, most: int) -> Plot:
    """For a line of the list. most: trouble in any quarter of any theme in it."""
    tallies = [tally.troubles for tally in standing.tallies]
    told = ngettext(
        "Three years by quarter: %(num)s lesson tells of trouble",
        "Three years by quarter: %(num)s lessons tell of trouble",
        standing.troubles,
    )
    return spark(f"spark-{standing.key}", told, tallies, most)


def trend(standing: Standing) -> Plot:
    """By quarter, warnings first, then what else tells of trouble, then the rest."""
    columns = [
        Column(quarter_words(quarter), _month(quarter.first), _piled(tally), str(quarter.year))
        for quarter, tally in zip(standing.quarters, standing.tallies, strict=True)
    ]
    kinds = vocabularies()["learning"].terms
    troubles = [label("learning", kind) for kind in SEVERITY if kind != WORST]
    rest = [label("learning", kind) for kind in kinds if kind not in SEVERITY]
    legend = [label("learning", WORST), ", ".join(troubles), ", ".join(rest)]
    return stacked(
        "trend", str(_("Lessons by quarter")), _trend_desc(standing), columns,
        legend=legend, head=[str(_("Quarter")), *legend, str(_("All"))],
    )  # fmt: skip


def _piled(tally: Tally) -> tuple[float, ...]:
    warnings = tally.by_kind.get(WORST, 0)
    return (warnings, tally.troubles - warnings, tally.lessons - tally.troubles)


def _trend_desc(standing: Standing) -> str:
    lessons = sum(tally.lessons for tally in standing.tallies)
    told = ngettext("%(num)s lesson in three years.", "%(num)s lessons in three years.", lessons)
    most, quarter = max(
        (tally.lessons, quarter)
        for tally, quarter in zip(standing.tallies, standing.quarters, strict=True)
    )
    if not most:
        return str(told)
    peak = _("Most in %(quarter)s: %(count)s.", quarter=quarter_words(quarter), count=most)
    return f"{told} {peak}"


def spread(param: str, counts: Mapping[str, int]) -> Plot:
    """How many lessons hold each value of a facet, most first."""
    name = words.facet_name(param)
    rows = [(words.facet_label(param, key), float(n)) for key, n in counts.items()]
    most = rows[0] if rows else ("", 0.0)
    desc = _("Most: %(words)s, %(count)s.", words=most[0], count=number(most[1])) if rows else ""
    return bars(
        f"spread-{param.replace('_', '-')}", name, str(desc), rows,
        head=(name, str(_("Lessons"))), more=str(_("And more: see the table.")),
    )  # fmt: skip
