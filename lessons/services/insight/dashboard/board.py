"""The dashboard for one reader: every figure, over the lines of the ledger that they may read."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from functools import cache, cached_property

from lessons.domain import measure_small
from lessons.domain.access import KEEPERS, System, User
from lessons.domain.due import Standing
from lessons.domain.ledger import Line
from lessons.domain.measure import FIGURES, Counted, Figure, Period, World, figure_of
from lessons.domain.record import Kind
from lessons.domain.recurrence import Quarter
from lessons.library import Library

QUARTERS = 8  # of the debriefs that are drawn


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which records the figures are of. unit: words of a unit; threat: a key; "" for all."""

    unit: str = ""
    since: date | None = None
    until: date | None = None
    threat: str = ""

    @property
    def narrowed(self) -> bool:
        return bool(self.unit or self.threat)

    @property
    def period(self) -> Period:
        return Period(self.since, self.until)


@dataclass(frozen=True, slots=True)
class QuarterOf:
    """Operations that ended in a quarter and are to be debriefed."""

    quarter: Quarter
    debriefed: int
    overdue: int
    to_come: int


@dataclass(frozen=True)
class Board:
    """figures: by key. units: there are to choose from. world: what they were counted from, trimmed to the reader."""

    wanted: Wanted
    figures: Mapping[str, Figure]
    units: Sequence[str]
    world: World

    @cached_property
    def quarters(self) -> Sequence[QuarterOf]:
        """Of the whole force, oldest first; nothing where the board is narrowed, since quarters of a unit are small."""
        if self.wanted.narrowed:
            return ()
        tallies: dict[Quarter, list[Standing]] = {}
        for line, standing in self.world.ended:
            ended = line.day("ended")
            if ended and self.world.period.holds(ended):
                tallies.setdefault(Quarter.of(ended), []).append(standing)
        last = Quarter.of(self.world.at)
        shown = [last.back(age) for age in reversed(range(QUARTERS))]
        first = min(tallies, default=last)
        return [_quarter(each, tallies.get(each, [])) for each in shown if each >= first]


def _quarter(quarter: Quarter, standings: list[Standing]) -> QuarterOf:
    waiting = sum(s in (Standing.TO_COME, Standing.DUE_SOON) for s in standings)
    return QuarterOf(
        quarter, standings.count(Standing.DONE), standings.count(Standing.OVERDUE), waiting
    )


def figures(library: Library, reader: User, wanted: Wanted) -> Board:
    """Raises SearchUnavailable."""
    everything = world_of(library, reader, wanted.period)
    units = _units(everything)
    world = _of_threat(everything, wanted.threat) if wanted.threat else everything
    if not wanted.unit:
        counted = count(world)
        kept = measure_small.guard({"": counted}, "") if wanted.threat else {}
    else:
        by_unit = _by_unit(world, {*units, wanted.unit})
        world = by_unit[_same(wanted.unit)]
        counts = {unit: count(each) for unit, each in by_unit.items()}
        counted = counts[_same(wanted.unit)]
        kept = measure_small.guard(counts, _same(wanted.unit))
    return Board(wanted, dict(_figures(world, counted, kept)), units, world)


def count(world: World) -> dict[str, Counted]:
    """Every figure, by key, before anything small is taken out."""
    return {
        key: each.count(world) for key, each in FIGURES.items() if not (each.whole and world.narrowed)
    }  # fmt: skip


def _figures(
    world: World, counted: Mapping[str, Counted], kept: measure_small.Kept
) -> Iterator[tuple[str, Figure]]:
    for key, each in counted.items():
        figure = figure_of(FIGURES[key], world, each)
        narrowed = world.narrowed
        yield key, measure_small.shown(figure, kept.get(key, frozenset())) if narrowed else figure


def world_of(library: Library, reader: User, period: Period) -> World:
    """All that this person may read. Raises SearchUnavailable."""

    def lines(kind: Kind) -> Sequence[Line]:
        return library.ledger(reader, kind)

    reads_debriefs = isinstance(reader, System) or reader.role in KEEPERS
    lists = library.lists_for(reader)
    themes = lists["theme"]
    return World(
        operations=lines(Kind.OPERATION), debriefs=lines(Kind.DEBRIEF) if reads_debriefs else None,
        lessons=lines(Kind.LESSON), evaluations=lines(Kind.EVALUATION), actions=lines(Kind.ACTION),
        findings=lines(Kind.FINDING), briefings=lines(Kind.BRIEFING), timetable=library.timetable, period=period,
        lists={name: lists[name] for name in ("four_p", "threat_kind", "action_strength", "threat", "theme")},
        theme=cache(lambda key: now if (now := themes.current_key(key)) in themes.terms else ""),
    )  # fmt: skip


# --- narrowed ---------------------------------------------------------------------------------------
def _same(unit: str) -> str:
    return " ".join(unit.casefold().split())


def _units(world: World) -> list[str]:
    """Units as people wrote them, the commonest way first met."""
    kinds = (world.operations, world.lessons, world.evaluations, world.actions)
    found = {line.line("unit") for lines in kinds for line in lines} - {""}
    by_same = {_same(unit): unit for unit in sorted(found)}
    return sorted(by_same.values(), key=str.casefold)


def _by_unit(world: World, units: Iterable[str]) -> dict[str, World]:
    """Each unit by itself, and under "" what names none. Briefings count for every unit: what a unit learned may be
    used by any.
    """
    same = cache(_same)
    names = {same(unit) for unit in units} | {""}

    def split(lines: Sequence[Line] | None) -> dict[str, list[Line]]:
        found: dict[str, list[Line]] = {}
        for line in lines or ():
            found.setdefault(same(line.line("unit")), []).append(line)
        return found

    operations, lessons, evaluations, actions, debriefs = (
        split(lines)
        for lines in (
            world.operations,
            world.lessons,
            world.evaluations,
            world.actions,
            world.debriefs,
        )
    )
    for each in (operations, lessons, evaluations, actions, debriefs):
        names |= each.keys()
    return {
        name: replace(
            world, operations=operations.get(name, ()), lessons=lessons.get(name, ()),
            evaluations=evaluations.get(name, ()), actions=actions.get(name, ()),
            debriefs=None if world.debriefs is None else debriefs.get(name, ()), findings=(), narrowed=True,
        )
        for name in names
    }  # fmt: skip


def _of_threat(world: World, threat: str) -> World:
    """What names the threat; an action does where something does that it comes from and that this person may read."""

    def about(lines: Sequence[Line]) -> list[Line]:
        return [line for line in lines if threat in line.keys("threats")]

    lessons, evaluations = about(world.lessons), about(world.evaluations)
    debriefs = None if world.debriefs is None else about(world.debriefs)
    named = {line.id for line in (*lessons, *evaluations, *(debriefs or ()))}
    return replace(
        world, operations=about(world.operations), debriefs=debriefs, lessons=lessons, evaluations=evaluations,
        actions=[line for line in world.actions if not named.isdisjoint(line.keys("of"))], findings=(), narrowed=True,
    )  # fmt: skip
