"""A mapping file: how the columns of another system become our fields. Written in TOML."""

import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from lessons.domain.errors import Invalid, Problem
from lessons.domain.record import Kind
from lessons.domain.schema import SHAPES
from lessons.domain.states import State
from lessons.domain.text import N_
from lessons.services.exchange.rows import Mapped, Plan

PARTS = ("kind", "state", "source", "source_id", "fields")
LISTS = ("columns", "instead", "dates")  # a single word stands for a list of one
TABLES = ("values", "headings")
WORDS = ("separator", "default")
KNOWN = (*LISTS, *TABLES, *WORDS, "limit")


def read_plan(path: Path) -> Plan:
    """The plan that a mapping file describes. Raises Invalid, naming what is wrong in it."""
    try:
        data = tomllib.loads(path.read_text(encoding="utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise Invalid([Problem(path.name, str(error))]) from None
    problems = [Problem(n, N_("A mapping has no such part.")) for n in data if n not in PARTS]
    kind = _kind(data, problems)
    entries = data.get("fields", {})
    if not isinstance(entries, dict) or not entries:
        problems.append(Problem("fields", N_("A mapping names at least one field of ours.")))
        entries = {}
    fields = [_mapped(kind, name, entry, problems) for name, entry in entries.items()]
    if problems:
        raise Invalid(problems)
    return Plan(
        kind,
        state=str(data.get("state", State.OBSERVATION)),
        source=str(data.get("source", "")),
        source_id=str(data.get("source_id", "")),
        fields=tuple(f for f in fields if f),
    )


def _kind(data: Mapping[str, Any], problems: list[Problem]) -> Kind:
    try:
        return Kind(data.get("kind", "lesson"))
    except ValueError:
        problems.append(Problem("kind", N_("There is no such kind of record.")))
        return Kind.LESSON


def _mapped(kind: Kind, name: str, entry: Any, problems: list[Problem]) -> Mapped | None:
    if name not in SHAPES[kind].by_name:
        problems.append(Problem(name, N_("There is no field of this name.")))
        return None
    given = {"columns": entry} if isinstance(entry, str) else entry
    if not isinstance(given, dict) or set(given) - set(KNOWN):
        problems.append(Problem(name, N_("There is a word here that a mapping does not have.")))
        return None
    wrong = [part for part, value in given.items() if not _fits(part, value)]
    if wrong:
        problems += [Problem(f"{name}.{p}", N_("This has the wrong form here.")) for p in wrong]
        return None
    lists = {
        p: (given[p],) if isinstance(given.get(p), str) else tuple(given.get(p, ())) for p in LISTS
    }
    return Mapped(
        name,
        **lists,
        values=given.get("values", {}),
        headings=given.get("headings", {}),
        separator=given.get("separator", ""),
        default=given.get("default", ""),
        limit=given.get("limit", 0),
    )


def _fits(part: str, value: Any) -> bool:
    if part in LISTS:
        return isinstance(value, str) or _all_words(value)
    if part in TABLES:
        return isinstance(value, dict) and _all_words(list(value.values()))
    if part == "limit":
        return isinstance(value, int) and not isinstance(value, bool) and value > 1
    return isinstance(value, str)


def _all_words(value: Any) -> bool:
    return isinstance(value, list) and all(isinstance(v, str) for v in value)
