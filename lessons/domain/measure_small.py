"""Small numbers: what is not shown where figures are narrowed to a unit or a threat, and why.

Counts over the whole force are counts of records and are shown. Narrowed to one team they come near to being about the
few people in it, so the usual rule for published tables holds (primary and secondary suppression; see the Government
Statistical Service, "Disclosure control guidance for tables produced from administrative sources", 2014, and Hundepool
and others, "Statistical Disclosure Control", 2012, chapter 4):

1. A count from 1 to 4 is not shown; nor is anything counted among fewer than five.
2. So that it cannot be worked out from a total, the next smallest of the same breakdown is not shown either, until at
   least two are kept back that come to ten or more together, or until none is left.
3. The figure for the whole force is such a total over its units, so the same holds from unit to unit.
4. A share is a breakdown in two: where one of its two parts is small, neither it nor what it is a share of is shown.
5. Where one figure adds up others, a part that is kept back in one of them is kept back in all.

Nought is shown: that something is missing is what people must see. Two periods that overlap can still be compared; that
is borne, since nothing here is about a person by name.
"""

from collections.abc import Mapping
from dataclasses import replace

from lessons.domain.measure import FIGURES, Counted, Figure, Unit, Value

FEWEST = 5
TOGETHER = 2 * FEWEST
ALL = "*"  # among what is kept back: everything
Kept = Mapping[str, frozenset[str]]  # by figure
# What adds up others.
SUMS: Mapping[str, tuple[str, ...]] = {
    "four_p_share": ("four_p_debriefs", "four_p_lessons", "four_p_evaluations"),
}


def kept_back(cells: Mapping[str, int], already: frozenset[str] = frozenset()) -> frozenset[str]:
    """Keys of the counts that are not shown where the others and their total are. already: kept back anyhow."""
    found = {
        key for key, count in cells.items() if 0 < count < FEWEST or (count and key in already)
    }
    if not found:
        return frozenset()
    left = sorted(
        (key for key in cells if cells[key] and key not in found), key=lambda k: (cells[k], k)
    )
    while left and (len(found) < 2 or sum(cells[key] for key in found) < TOGETHER):
        found.add(left.pop(0))
    return frozenset(found)


def guard(counts: Mapping[str, Mapping[str, Counted]], unit: str) -> Kept:
    """What is kept back of the figures of one unit. counts: of every unit there is, each by figure; or of `unit` alone
    where the view is narrowed by something whose parts do not make up the whole force.
    """
    kept = {key: _of_figure(key, {u: by_key[key] for u, by_key in counts.items()})[unit]
            for key in counts[unit]}  # fmt: skip
    for total, parts in SUMS.items():
        linked = [key for key in (total, *parts) if key in kept]
        together = frozenset[str]().union(*(kept[key] for key in linked))
        for key in linked:
            kept[key] = _widened(counts[unit][key], together, whole=key == total)
    return kept


def _widened(counted: Counted, together: frozenset[str], *, whole: bool) -> frozenset[str]:
    """What a figure keeps back with those it is linked to; `whole` for the one that adds up the others."""
    if counted.n < FEWEST or (whole and ALL in together):
        return frozenset({ALL}) if counted.n else frozenset()
    return kept_back(counted.cells, together)


def _of_figure(key: str, rows: Mapping[str, Counted]) -> dict[str, frozenset[str]]:
    """For each unit, along its breakdown and across the units, until nothing more is to be kept back."""
    alone = FIGURES[key].unit is Unit.COUNT
    columns = dict.fromkeys(cell for row in rows.values() for cell in row.cells)
    kept: dict[str, frozenset[str]] = {unit: frozenset() for unit in rows}
    while True:
        before = dict(kept)
        for unit, row in rows.items():
            kept[unit] = _along(row, kept[unit], alone=alone)
        for column in columns:
            _across(kept, {u: row.cells.get(column, 0) for u, row in rows.items()}, column)
        if not alone:
            _across(kept, {unit: row.n for unit, row in rows.items()}, ALL)
        if kept == before:
            return kept


def _along(row: Counted, kept: frozenset[str], *, alone: bool) -> frozenset[str]:
    if alone:
        return kept | {cell for cell, count in row.cells.items() if 0 < count < FEWEST}
    if ALL in kept or 0 < row.n < FEWEST:
        return frozenset({ALL, *(cell for cell, count in row.cells.items() if count)})
    return kept | kept_back(row.cells, kept)


def _across(kept: dict[str, frozenset[str]], column: Mapping[str, int], cell: str) -> None:
    if len(column) < 2:
        return
    already = frozenset(unit for unit in column if cell in kept[unit])
    for unit in kept_back(column, already):
        kept[unit] |= {cell}


def shown(figure: Figure, kept: frozenset[str]) -> Figure:
    """The figure of a narrowed view."""
    if figure.unit is Unit.COUNT:
        figure = replace(
            figure, n=None
        )  # with it and the others of its kind a small one could be worked out
    if not kept:
        return figure
    left = {key: count for key, count in figure.parts.items() if key not in kept}
    if ALL in kept or figure.unit in (Unit.COUNT, Unit.SHARE):
        return replace(figure, value=None, n=None, parts={}, hidden=kept, all_hidden=True)
    if figure.unit is Unit.MIXED:  # its share goes, and what it is a share of
        return replace(figure, value=_without(figure.value, {"within_5"}), n=None, parts={}, hidden=kept)  # fmt: skip
    value = figure.value if figure.unit is Unit.DAYS else _without(figure.value, kept)
    return replace(figure, value=value, parts=left, hidden=kept)


def _without(value: Value, kept: frozenset[str] | set[str]) -> Value:
    if not isinstance(value, Mapping):
        return value
    return {key: None if key in kept else part for key, part in value.items()}
