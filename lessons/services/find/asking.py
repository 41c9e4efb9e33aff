"""From the parameters of an address to a query. Any parameters at all make one; what makes no sense is told."""

import re
from collections.abc import Mapping, Sequence
from datetime import date

from lessons.domain import access
from lessons.domain.access import User
from lessons.domain.query import MOST_CHARS, PAGE_SIZE, Query, Sort, ask, parse
from lessons.domain.record import Kind
from lessons.domain.schema import FACETS
from lessons.domain.text import N_

Params = Mapping[str, Sequence[str]]  # as in an address: every value of every parameter

LARGEST_PAGE = 100
MOST_VALUES = 40  # of one filter
LONGEST_VALUE = 120  # characters
MOST_TOLD = 8  # parameters that a page says it left out
FILTERS = (*FACETS, "year")
# The parameters that are no filters, in words.
NAMES = {
    "q": N_("Words"), "kind": N_("Look for"), "from": N_("From"), "to": N_("To"), "sort": N_("Order"),
    "page": N_("Page"), "limit": N_("Results on a page"), "expand": N_("Words that mean the same"),
}  # fmt: skip
PARAMS = frozenset({*NAMES, *FILTERS})
_DAY_FIRST = re.compile(r"(\d{1,2})[/. -](\d{1,2})[/. -](\d{4})")


def one(params: Params, name: str) -> str:
    values = params.get(name) or [""]
    return values[0].strip()


def question(reader: User, params: Params) -> tuple[Query, tuple[str, ...]]:
    """The query that an address asks, and the names of parameters that make no sense and were left out."""
    wrong = [name[:LONGEST_VALUE] for name in params if name not in PARAMS]
    query = ask(
        one(params, "q"),
        keys=access.keyring(reader),
        chosen=_chosen(params, wrong),
        kinds=_kinds(params, wrong),
        since=_day(params, "from", wrong),
        until=_day(params, "to", wrong),
        sort=Sort(_word(params, "sort", set(Sort), wrong) or Sort.RELEVANCE),
        page=_number(params, "page", 1, 10**6, wrong),
        size=_number(params, "limit", PAGE_SIZE, LARGEST_PAGE, wrong),
        expand=_word(params, "expand", {"yes", "no"}, wrong) != "no",
    )
    return query, tuple(dict.fromkeys(wrong))[:MOST_TOLD]


def _chosen(params: Params, wrong: list[str]) -> dict[str, frozenset[str]]:
    chosen = {}
    for name in FILTERS:
        values = [v.strip() for v in params.get(name, ()) if v.strip()]
        good = [v for v in values if len(v) <= LONGEST_VALUE and (name != "year" or _is_year(v))]
        if len(good) < len(values) or len(good) > MOST_VALUES:
            wrong.append(name)
        if good:
            chosen[name] = frozenset(good[:MOST_VALUES])
    return chosen


def _is_year(words: str) -> bool:
    return words.isascii() and words.isdigit() and len(words) == 4


def _kinds(params: Params, wrong: list[str]) -> frozenset[Kind]:
    values = [v for v in params.get("kind", ()) if v]
    known = frozenset(Kind(v) for v in values if v in set(Kind))
    if not all(v in set(Kind) for v in values):
        wrong.append("kind")
    return known or frozenset({Kind.LESSON})


def _word(params: Params, name: str, known: set[str], wrong: list[str]) -> str:
    word = one(params, name)
    if word and word not in known:
        wrong.append(name)
        return ""
    return word


def _number(params: Params, name: str, default: int, most: int, wrong: list[str]) -> int:
    words = one(params, name)
    if not words:
        return default
    if not (words.isascii() and words.isdigit() and 1 <= int(words[:9]) <= most):
        wrong.append(name)
        return default
    return int(words[:9])


def _day(params: Params, name: str, wrong: list[str]) -> date | None:
    """A day as a date box sends it, or day first as people in the United Kingdom write it."""
    words = one(params, name)
    if not words:
        return None
    match = _DAY_FIRST.fullmatch(words)
    try:
        if match:
            return date(int(match[3]), int(match[2]), int(match[1]))
        return date.fromisoformat(words)
    except ValueError:
        wrong.append(name)
        return None


def was_cut(params: Params) -> bool:
    """Whether more was typed than is read."""
    return len(one(params, "q")) > MOST_CHARS


def text_without(text: str, param: str, keys: Sequence[str]) -> str:
    """A line of text without these filters, where they were typed in it."""
    for key in keys:
        typed = re.escape(key)
        text = re.sub(
            rf'(?<!\S){param}:(?:"{typed}"|{typed}(?!\S))', " ", text, flags=re.IGNORECASE
        )
    return " ".join(text.split())


def words_only(text: str) -> str:
    """A line of text without the filters typed in it."""
    for param, keys in parse(text).chosen.items():
        text = text_without(text, param, sorted(keys))
    return " ".join(text.split())


def without_quotes(text: str) -> str:
    return " ".join(text.replace('"', " ").split())


def without_minus(text: str) -> str:
    """A line of text without the words and phrases that were excluded in it."""
    return " ".join(re.sub(r'(?<!\S)-+(?:"[^"]*"|\S+)', " ", text).split())


def all_of(reader: User, **rest: object) -> Query:
    """Everything that a person may read, narrowed by `rest` as in Query."""
    return Query(keys=access.keyring(reader), **rest)  # type: ignore[arg-type]
