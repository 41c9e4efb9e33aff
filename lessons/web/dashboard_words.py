"""The words for figures: values, what they are of, and whether that is as it should be."""

from collections.abc import Mapping
from dataclasses import dataclass

from flask_babel import gettext as _
from flask_babel import ngettext

from lessons.domain.measure import FIGURES, Figure, Unit
from lessons.domain.measure_judged import VERDICTS, Verdict, judge
from lessons.domain.text import N_
from lessons.web.dashboard_plots import percent
from lessons.web.drawing import number
from lessons.web.labels import label

PARTS: Mapping[str, str] = {
    "median": N_("Median, in days"),
    "oldest": N_("Oldest, in days"),
    "within_5": N_("Answered within five working days"),
    "later": N_("Later, or not yet"),
    "debriefed": N_("Debriefed"),
    "overdue": N_("Overdue"),
    "keep": N_("What worked"),
    "other": N_("Other kinds of learning"),
    "briefed": N_("In a briefing"),
    "not_briefed": N_("In none"),
    "count": N_("Number"),
    "to_30": N_("Up to 30 days"),
    "to_90": N_("31 to 90 days"),
    "to_182": N_("91 days to half a year"),
    "over_182": N_("More than half a year"),
}
STANDS_OUT = (
    "vulnerability"  # said first whether most or not: a force may record none of it for years
)
SMALL = N_("Not shown: fewer than 5, or a number from which a small one could be worked out")


@dataclass(frozen=True, slots=True)
class Told:
    """A figure as the page says it. of: what it was counted among. sign: of the verdict, for the eye."""

    key: str
    label: str
    value: str
    of: str
    definition: str
    verdict: Verdict
    verdict_words: str
    why: str
    hidden: bool


def told(figure: Figure) -> Told:
    judged = judge(figure)
    return Told(
        figure.key, _(figure.label), value_words(figure), among(figure), _(figure.definition), judged.verdict,
        _(VERDICTS[judged.verdict]), _(judged.why) if judged.why else "", bool(figure.hidden),
    )  # fmt: skip


def value_words(figure: Figure) -> str:
    """The value in a few words; a balance by its largest part."""
    value = figure.value
    if figure.all_hidden:
        return str(_("Not shown"))
    if value is None:
        return "–"
    if not isinstance(value, Mapping):
        return _single(value, figure.unit)
    if figure.unit in (Unit.MIXED, Unit.DAYS):
        median = value.get("median")
        return _days(median) if median is not None else "–"
    parts = {key: part for key, part in value.items() if part is not None}
    if not parts or not any(parts.values()):
        return str(_("Not shown")) if figure.hidden else "–"
    key = STANDS_OUT if STANDS_OUT in parts else max(parts, key=lambda each: parts[each])
    words = part_words(figure.key, key)
    if figure.unit is Unit.SHARES:
        return f"{percent(parts[key], 1)} {words.lower()}"
    return f"{words}: {number(parts[key])}"


def _single(value: float | int, unit: Unit) -> str:
    if unit is Unit.SHARE:
        return percent(value, 1)
    return _days(value) if unit is Unit.DAYS else number(value)


def _days(value: float | int) -> str:
    if value == int(value):
        return str(ngettext("%(num)s day", "%(num)s days", int(value)))
    return str(_("%(days)s days", days=number(value)))


def among(figure: Figure) -> str:
    """What a value is of, in words; "" where the value is only a count, or that is not shown."""
    if figure.unit is Unit.COUNT or not figure.n or figure.all_hidden:
        return ""
    if figure.unit is Unit.SHARE and figure.parts:
        part = next(iter(figure.parts.values()))
        return str(_("%(part)s of %(all)s", part=number(part), all=number(figure.n)))
    return str(_("from %(all)s records", all=number(figure.n)))


def part_words(figure: str, key: str) -> str:
    """The words for a part of a value."""
    listed = FIGURES[figure].told_of
    if listed:
        return label(listed, key)
    return str(_(PARTS[key])) if key in PARTS else key
