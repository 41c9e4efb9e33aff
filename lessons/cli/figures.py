"""`lessons figures`."""

import json
from collections.abc import Mapping
from datetime import date
from typing import Any

import click

from lessons.cli.common import house, library
from lessons.cli.content import AS_JSON
from lessons.domain.access import SYSTEM
from lessons.domain.measure import Figure, Unit, Value
from lessons.services.insight import dashboard

WIDTH = 30


class Day(click.ParamType[date]):
    """A day as year-month-day."""

    name = "date"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> date:
        if isinstance(value, date):
            return value
        try:
            if len(value) != len("2026-01-31"):
                raise ValueError
            return date.fromisoformat(value)
        except ValueError:
            self.fail(f"{value!r} is no day. Write year-month-day, such as 2026-01-31.", param, ctx)


@click.command()
@click.option("--from", "since", type=Day(), help="First day.  [default: from the beginning]")
@click.option("--to", "until", type=Day(), help="Last day.  [default: today]")
@click.option("--unit", default="", help="Only this unit; small numbers are left out then.")
@click.option("--threat", default="", help="Only this threat, by its key or words.")
@AS_JSON
def figures(since: date | None, until: date | None, unit: str, threat: str, as_json: bool) -> None:
    """Every figure of the dashboard, with what it means."""
    if since and until and since > until:
        raise click.BadParameter("the first day is after the last.", param_hint="'--from'")
    here = library()
    board = dashboard.figures(
        here, SYSTEM, dashboard.Wanted(unit, since, until, _key(threat) if threat else "")
    )
    if as_json:
        found = [as_told(each) for each in board.figures.values()]
        click.echo(json.dumps({"figures": found}, ensure_ascii=False))
        return
    for each in board.figures.values():
        _print(each)


def _key(threat: str) -> str:
    found = house().library.vocabularies["threat"].find(threat)
    if found is None:
        raise click.BadParameter(f"there is no threat {threat!r}.", param_hint="'--threat'")
    return str(found.key)


def as_told(figure: Figure) -> dict[str, Any]:
    told: dict[str, Any] = {
        "key": figure.key, "label": figure.label, "value": _plain(figure.value), "n": figure.n,
        "definition": figure.definition,
    }  # fmt: skip
    return told | {"suppressed": True} if figure.hidden else told


def _plain(value: Value) -> Any:
    return dict(value) if isinstance(value, Mapping) else value


def _print(figure: Figure) -> None:
    of = "" if figure.n is None or figure.unit is Unit.COUNT else f"   of {figure.n:,}"
    if not isinstance(figure.value, Mapping):
        hidden = "not shown: small numbers" if figure.all_hidden else "–"
        words = hidden if figure.value is None else _number(figure.value, figure.unit)
        click.echo(f"{figure.label:<{WIDTH}} {words}{of}")
        return
    click.echo(f"{figure.label:<{WIDTH}} {of.strip()}".rstrip())
    for key, part in figure.value.items():
        hidden = "not shown: small numbers" if key in figure.hidden else "–"
        unit = Unit.SHARE if figure.unit is Unit.SHARES or key == "within_5" else figure.unit
        words = hidden if part is None else _number(part, unit)
        click.echo(f"  {key:<{WIDTH - 2}} {words}")


def _number(value: float | int, unit: Unit) -> str:
    if unit is Unit.SHARE:
        return f"{value:.0%}"
    return f"{value:,.0f}" if value == int(value) else f"{value:,.1f}"
