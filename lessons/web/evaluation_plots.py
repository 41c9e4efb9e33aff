"""The measures of an evaluation before and after, with how far chance reaches."""

from collections.abc import Sequence

from flask_babel import gettext as _
from flask_babel import ngettext

from lessons.domain import claims, shares
from lessons.domain.record import Record
from lessons.domain.shares import Bare, Figure, Share
from lessons.web.drawing import Plot
from lessons.web.evaluation_words import per_cent
from lessons.web.interval_plots import Held, intervals

Row = tuple[str, Sequence[Held | None]]


def before_and_after(record: Record) -> Plot:
    """Shares and percentages alone: counts of other things have scales of their own. A series that no measure has is
    left out.
    """
    found = [
        (m.name or "–", (_held(m.before), _held(m.after), _held(m.comparison)))
        for m in claims.measures(record)
    ]
    found = [(name, each) for name, each in found if any(each)]
    names = (_("Before"), _("After"), _("Comparison group"))
    used = [n for n in range(3) if any(each[n] for _name, each in found)]
    rows: list[Row] = [(name, [each[n] for n in used]) for name, each in found]
    legend = [str(names[n]) for n in used]
    told = ngettext("%(num)s measure.", "%(num)s measures.", len(rows))
    said = [_told(name, legend, each) for name, each in rows[:3]]
    head = [str(_("Measure"))]
    for words in legend:
        head += [words, str(_("%(what)s, from – to", what=words))]
    return intervals(
        "before-after", str(_("Before and after")), " ".join([told, *said]), rows, legend=legend, head=head,
    )  # fmt: skip


def _held(figure: Figure | None) -> Held | None:
    if isinstance(figure, Share):
        around = shares.wilson(figure)
        return Held(*(round(v * 100, 1) for v in (figure.value, around.low, around.high)))
    return Held(figure.value) if isinstance(figure, Bare) and figure.percent else None


def _told(name: str, legend: Sequence[str], each: Sequence[Held | None]) -> str:
    said = [
        f"{words} {per_cent(h.value / 100)}" for words, h in zip(legend, each, strict=True) if h
    ]
    return f"{name}: {', '.join(said)}."


def undrawn(record: Record) -> int:
    """How many measures have a figure that is no share."""
    return sum(isinstance(m.after, Bare) and not m.after.percent for m in claims.measures(record))
