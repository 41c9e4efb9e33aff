"""The filters of the queue, as they stand in addresses and are carried from item to item."""

from collections.abc import Iterable
from typing import Any
from urllib.parse import parse_qsl, urlencode

from lessons.services import review
from lessons.services.review import Wanted
from lessons.web.doors import library

LONGEST = 500  # characters of filters that are carried


def wanted_of(pairs: Iterable[tuple[str, str]]) -> Wanted:
    """The filters of an address; what is none of ours is left out."""
    given = dict(pairs)
    known = library().vocabularies
    chosen = {
        name: given[name]
        for name in ("learning", "threat", "marking")
        if given.get(name, "") in known[name].terms
    }
    tab = given.get("tab", "")
    return Wanted(
        tab if tab in review.TABS else review.TABS[0],
        who=given.get("who", "")[:120],
        late=given.get("late") == "yes",
        **chosen,
    )


def carried(words: str | None) -> Wanted:
    """From the words of an address, as `in_words` makes them."""
    return wanted_of(parse_qsl((words or "")[:LONGEST]))


def query_of(wanted: Wanted) -> dict[str, Any]:
    """The filters as parameters of an address, without those that are not set."""
    plain = {
        "tab": wanted.tab if wanted.tab != review.TABS[0] else "",
        "who": wanted.who, "learning": wanted.learning, "threat": wanted.threat, "marking": wanted.marking,
        "late": "yes" if wanted.late else "",
    }  # fmt: skip
    return {name: value for name, value in plain.items() if value}


def in_words(wanted: Wanted) -> str:
    return urlencode(query_of(wanted))
