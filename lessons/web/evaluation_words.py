"""Figures, intervals and claims of an evaluation in words."""

from typing import Any

from flask_babel import gettext as _

from lessons.domain import claims, shares
from lessons.domain.claims import Claim, Measure, Question
from lessons.domain.record import Record
from lessons.domain.shares import Bare, Figure, Share
from lessons.domain.text import N_
from lessons.services.track.evaluation_rules import Stage
from lessons.web.drawing import number

STEP_WORDS = {"filled": N_("Filled in"), "begun": N_("Begun"), "empty": N_("Nothing yet")}


def per_cent(share: float) -> str:
    """A share of 1 as people read it, with at most one decimal."""
    return f"{points(share)}\u00a0%"


def points(share: float) -> str:
    """Hundredths of a share, however it is turned."""
    return number(round(abs(share) * 100, 1))


def figure(found: Figure | None) -> str:
    """A figure with how far chance reaches around it; "" where there is none."""
    if isinstance(found, Share):
        around = shares.wilson(found)
        return str(_(
            "%(count)s of %(of)s (%(share)s, and somewhere between %(low)s and %(high)s)",
            count=f"{found.count:,}", of=f"{found.of:,}", share=per_cent(found.value),
            low=per_cent(around.low), high=per_cent(around.high),
        ))  # fmt: skip
    if isinstance(found, Bare) and found.percent:
        return str(_("%(share)s (of how many is not said)", share=per_cent(found.value / 100)))
    return number(found.value) if found else ""


def reach(record: Record) -> str:
    """Reached out of eligible, as far as known: a count of everybody and no sample, so nothing about chance."""
    reached, eligible = record.number("reached"), record.number("eligible")
    if reached is None:
        return ""
    if eligible is not None and reached > eligible:
        told = _(
            "%(reached)s reached of %(eligible)s eligible: both numbers cannot be right",
            reached=f"{reached:,}", eligible=f"{eligible:,}",
        )  # fmt: skip
        return str(told)
    if not eligible or reached < 0:
        told = _("%(reached)s reached; how many were eligible is not known", reached=f"{reached:,}")
        return str(told)
    told = _(
        "%(reached)s reached of %(eligible)s eligible (%(share)s)",
        reached=f"{reached:,}", eligible=f"{eligible:,}", share=per_cent(reached / eligible),
    )  # fmt: skip
    return str(told)


def difference(measure: Measure) -> str:
    """The figure after less the other one, with its interval; "" where they are no shares."""
    found = measure.difference
    if not (found and isinstance(measure.after, Share) and isinstance(measure.other, Share)):
        return ""
    change = measure.after.value - measure.other.value
    low, high = points(found.low), points(found.high)
    size = points(change)
    if found.high < 0:
        return str(_(
            "%(size)s percentage points lower (somewhere between %(low)s and %(high)s lower)",
            size=size, low=high, high=low,
        ))  # fmt: skip
    if found.low > 0:
        return str(_(
            "%(size)s percentage points higher (somewhere between %(low)s and %(high)s higher)",
            size=size, low=low, high=high,
        ))  # fmt: skip
    told = {"size": size, "low": low, "high": high}
    if change < 0:
        return str(_(
            "%(size)s percentage points lower (somewhere between %(low)s lower and %(high)s higher, so it may be none)",
            **told,
        ))  # fmt: skip
    return str(_(
        "%(size)s percentage points higher (somewhere between %(low)s lower and %(high)s higher, so it may be none)",
        **told,
    ))  # fmt: skip


def measured(record: Record) -> list[dict[str, str]]:
    """The measures as a table shows them: each cell as typed where no figure could be read in it."""
    return [
        {
            "measure": m.name,
            "before": _cell(m, "baseline", m.before),
            "before_period": m.words.get("baseline_period", ""),
            "after": _cell(m, "follow_up", m.after),
            "after_period": m.words.get("follow_up_period", ""),
            "comparison": _cell(m, "comparison", m.comparison),
            "difference": difference(m),
        }
        for m in claims.measures(record)
    ]


def _cell(measure: Measure, column: str, found: Figure | None) -> str:
    """Words of their own beside a figure stay: “64 of 612 matched”."""
    typed = measure.words.get(column, "")
    if not isinstance(found, Share):
        return typed
    around = shares.wilson(found)
    told = _(
        "%(figure)s: %(share)s (%(low)s to %(high)s)",
        figure=typed, share=per_cent(found.value), low=per_cent(around.low), high=per_cent(around.high),
    )  # fmt: skip
    return str(told)


def figures_told(record: Record) -> list[tuple[str, str]]:
    """The figures after of which the interval can be told: the measure, and the words."""
    return [
        (m.name, figure(m.after)) for m in claims.measures(record) if isinstance(m.after, Share)
    ]


def reasons(claim: Claim) -> list[str]:
    return [str(_(reason.words)) for reason in claim.reasons]


def question(found: Question) -> str:
    return str(_(found.words, **found.values))


def claim_panel(record: Record) -> dict[str, Any]:
    """What the page says under “What this evidence can bear”."""
    claim = claims.claim(record)
    return {
        "words": _(claim.level.words), "verdict": claim.verdict, "stage": claim.stage, "reasons": reasons(claim),
        "figures": figures_told(record), "bears": claim.bears(record.line("verdict")),
        "questions": [question(each) for each in claims.questions(record)],
    }  # fmt: skip


def step_words(stage: Stage, progress: str) -> tuple[str, str]:
    return str(_(stage.label)), str(_(STEP_WORDS[progress]))
