"""From the parameters of an address to a query. Any parameters at all make one; what makes no sense is told."""

import re
from collections.abc import Collection, Mapping, Sequence
from datetime import date

from lessons.domain import access
from lessons.domain.access import User
from lessons.domain.dates import Dated, read_day
from lessons.domain.language import FROM, TO, YEAR, Filtered, without_spans
from lessons.domain.query import MOST_CHARS, PAGE_SIZE, Query, Sort, asked
from lessons.domain.record import Kind
from lessons.domain.schema import FACETS
from lessons.domain.text import N_
from lessons.services.find.meaning import PLAIN, Meaning

Params = Mapping[str, Sequence[str]]  # as in an address: every value of every parameter

LARGEST_PAGE = 100
MOST_VALUES = 40  # of one filter
LONGEST_VALUE = 120  # characters
MOST_TOLD = 8  # parameters that a page says it left out
FILTERS = (*FACETS, YEAR)
# The parameters that are no filters, in words.
NAMES = {
    "q": N_("Words"), "kind": N_("Look for"), "from": N_("From"), "to": N_("To"), "sort": N_("Order"),
    "page": N_("Page"), "limit": N_("Results on a page"), "expand": N_("Words that mean the same"),
}  # fmt: skip
PARAMS = frozenset({*NAMES, *FILTERS})


def one(params: Params, name: str) -> str:
    values = params.get(name) or [""]
    return values[0].strip()


def question(
    reader: User, params: Params, meaning: Meaning = PLAIN
) -> tuple[Query, tuple[str, ...]]:
    """The query that an address asks, and the names of parameters that make no sense and were left out.

    A filter typed with a value that is none is told as typed; its words are searched for.
    """
    wrong = [name[:LONGEST_VALUE] for name in params if name not in PARAMS]
    said = meaning.read(one(params, "q"))
    query = asked(
        said,
        keys=access.keyring(reader),
        chosen=_chosen(params, wrong, meaning),
        kinds=_kinds(params, wrong),
        since=_day(params, "from", wrong),
        until=_day(params, "to", wrong),
        sort=Sort(_word(params, "sort", set(Sort), wrong) or Sort.RELEVANCE),
        page=_number(params, "page", 1, 10**6, wrong),
        size=_number(params, "limit", PAGE_SIZE, LARGEST_PAGE, wrong),
        expand=_word(params, "expand", {"yes", "no"}, wrong) != "no",
    )
    return query, tuple(dict.fromkeys((*wrong, *said.unknown)))[:MOST_TOLD]


def _chosen(params: Params, wrong: list[str], meaning: Meaning) -> dict[str, frozenset[str]]:
    chosen = {}
    for name in FILTERS:
        values = [v.strip() for v in params.get(name, ()) if v.strip()]
        good = [v for v in values if len(v) <= LONGEST_VALUE and (name != YEAR or _is_year(v))]
        if len(good) < len(values) or len(good) > MOST_VALUES:
            wrong.append(name)
        if good:
            now = (meaning.became(name, value) for value in good[:MOST_VALUES])
            chosen[name] = frozenset[str]().union(*now)
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
    day = read_day(words) if words else None
    if words and not day:
        wrong.append(name)
    return day


def was_cut(params: Params) -> bool:
    """Whether more was typed than is read."""
    return len(one(params, "q")) > MOST_CHARS


def text_without(text: str, param: str, keys: Collection[str], meaning: Meaning = PLAIN) -> str:
    """A line of text without these filters, where they were typed in it, as a key or in words.

    "from" and "to" take out every date that sets the first or the last day.
    """
    said = meaning.read(text)
    cuts: list[tuple[Dated | Filtered, str]] = [
        (d, "") for d in said.dates if (d.since if param == FROM else param == TO and d.until)
    ]
    for each in said.filters:
        if each.param == param and each.keys & set(keys):
            left = sorted(each.keys - set(keys))
            cuts.append((each, " ".join(as_filter(param, key) for key in left)))
    for span, instead in sorted(cuts, key=lambda cut: -cut[0].start):
        text = f"{text[: span.start]} {instead} {text[span.end :]}"
    return " ".join(text.split())


def as_filter(param: str, key: str) -> str:
    """A filter as it is typed."""
    return f"{param}:{key}" if re.fullmatch(r"[^\s\"]+", key) else f'{param}:"{key}"'


def without_dates(text: str, meaning: Meaning) -> str:
    said = meaning.read(text)
    return " ".join(without_spans(text, said.dates).split())


def words_only(text: str, meaning: Meaning = PLAIN) -> str:
    """A line of text without the filters and dates typed in it."""
    said = meaning.read(text)
    return " ".join(without_spans(text, (*said.filters, *said.dates)).split())


def with_what_narrows(words: str, text: str, meaning: Meaning) -> str:
    """Better words for a line of text, with the filters and dates typed in it after them."""
    said = meaning.read(text)
    spans: list[Dated | Filtered] = [*said.filters, *said.dates]
    spans.sort(key=lambda each: each.start)
    return " ".join((words, *(text[s.start : s.end] for s in spans)))


def without_quotes(text: str) -> str:
    return " ".join(text.replace('"', " ").split())


def without_minus(text: str) -> str:
    """A line of text without the words and phrases that were excluded in it."""
    return " ".join(re.sub(r'(?<!\S)-+(?:"[^"]*"|\S+)', " ", text).split())


def all_of(reader: User, **rest: object) -> Query:
    """Everything that a person may read, narrowed by `rest` as in Query."""
    return Query(keys=access.keyring(reader), **rest)  # type: ignore[arg-type]
