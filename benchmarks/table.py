"""Figures beside their targets, for a terminal and for the README."""

from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True)
class Figure:
    """One thing measured. target: the most it may be, or the least where `least` is set; None: only told."""

    what: str
    measured: float
    unit: str
    target: float | None = None
    least: bool = False
    baseline: str = ""

    @property
    def met(self) -> bool:
        if self.target is None:
            return True
        return self.measured >= self.target if self.least else self.measured <= self.target

    @property
    def cells(self) -> tuple[str, str, str, str]:
        target = "–"
        if self.target is not None:
            target = f"{'≥' if self.least else '≤'} {shown(self.target, self.unit)}"
        missed = "" if self.met else " (missed)"
        return self.what, target, shown(self.measured, self.unit) + missed, self.baseline or "–"


RIVALS = "× tantivy"  # unit of a figure that stands beside a rival's: thousandths matter
HEADS = ("figure", "target", "measured", "baseline, same run")


def shown(value: float, unit: str) -> str:
    digits = 3 if unit == RIVALS else 0 if value >= 100 else 1 if value >= 1 else 2
    words = f"{value:,.{digits}f}"
    if "." in words and unit != RIVALS:
        words = words.rstrip("0").rstrip(".")
    return f"{words}{unit}" if unit.startswith("/") else f"{words} {unit}"


def plain(figures: Sequence[Figure]) -> str:
    return aligned([HEADS, *(f.cells for f in figures)])


def markdown(figures: Sequence[Figure]) -> str:
    return piped([HEADS, *(f.cells for f in figures)])


def aligned(rows: Sequence[Sequence[str]]) -> str:
    """For a terminal; the first row is the heads."""
    widths = [max(len(row[i]) for row in rows) for i in range(len(rows[0]))]
    return "\n".join(
        "  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip()
        for row in rows
    )


def piped(rows: Sequence[Sequence[str]]) -> str:
    """As a markdown table; the first row is the heads."""
    ruled = [rows[0], ("---",) * len(rows[0]), *rows[1:]]
    return "\n".join(f"| {' | '.join(row)} |" for row in ruled)
