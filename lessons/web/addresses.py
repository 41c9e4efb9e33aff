"""The addresses of searches: one by its parameters, short and always the same, and the ones beside it."""

from collections.abc import Iterable
from dataclasses import dataclass
from urllib.parse import parse_qsl, urlencode, urlsplit

from flask import request, url_for
from flask_babel import gettext as _

from lessons.domain.query import MOST_CHARS, Query
from lessons.domain.record import Kind
from lessons.domain.schema import SHAPES
from lessons.domain.text import N_
from lessons.services import find
from lessons.services.find import PLAIN, Answer, Meaning, Way
from lessons.web import words

USUAL = {("sort", "relevance"), ("page", "1"), ("expand", "yes")}  # say nothing
LONGEST = 6_000  # characters of an address that somebody sends in to be kept
MOST_TAGS = 60  # each links to all the others, so the page grows with their square

MOST = 250  # parameters of it

Pair = tuple[str, str]


def tidy(pairs: Iterable[Pair]) -> list[Pair]:
    """Without what says nothing: empty parameters, and those that ask for the usual."""
    kept = [(n, v) for n, v in pairs if v.strip() and (n, v) not in USUAL]
    kinds = [v for n, v in kept if n == "kind"]
    return [(n, v) for n, v in kept if n != "kind"] if kinds == [Kind.LESSON] else kept


def href(pairs: Iterable[Pair]) -> str:
    """A search by its parameters: `url_for` would take `_scheme` for its own."""
    asked = urlencode(list(pairs))
    return url_for("find.search") + (f"?{asked}" if asked else "")


@dataclass(frozen=True, slots=True)
class Address:
    """One search, by its known parameters. meaning: of the filters and dates that are typed among its words."""

    pairs: tuple[Pair, ...]
    meaning: Meaning = PLAIN

    @classmethod
    def of(cls, pairs: Iterable[Pair], meaning: Meaning = PLAIN) -> "Address":
        return cls(tuple((n, v) for n, v in tidy(pairs) if n in find.PARAMS), meaning)

    @classmethod
    def read(cls, text: str, meaning: Meaning = PLAIN) -> "Address":
        """From what stands behind the question mark. Whatever it is, something comes of it."""
        try:
            return cls.of(parse_qsl(text[:LONGEST], max_num_fields=MOST), meaning)
        except ValueError:
            return cls(())

    @property
    def href(self) -> str:
        return href(self.pairs)

    @property
    def asked(self) -> str:
        """What stands behind the question mark."""
        return urlencode(self.pairs)

    @property
    def params(self) -> dict[str, list[str]]:
        found: dict[str, list[str]] = {}
        for name, value in self.pairs:
            found.setdefault(name, []).append(value)
        return found

    @property
    def text(self) -> str:
        return next((v for n, v in self.pairs if n == "q"), "")

    @property
    def words(self) -> str:
        """What was typed but for the filters and dates in it."""
        return find.words_only(self.text[:MOST_CHARS], self.meaning)

    def _rest(self, *dropped: str) -> list[Pair]:
        """The parameters but for these, back on the first page."""
        return [(n, v) for n, v in self.pairs if n not in (*dropped, "page")]

    def with_(self, param: str, value: object) -> str:
        """The address of this search with one parameter set anew."""
        return Address.of([*self._rest(param), (param, str(value))]).href

    def without(self, param: str, *values: str) -> str:
        """The address of this search without one filter, chosen or typed; without values, all of its own."""
        text = find.text_without(self.text, param, values, self.meaning)
        rest = [
            (n, v)
            for n, v in self._rest("q")
            if not (n == param and (not values or self._stands_for(param, v.strip(), values)))
        ]
        return Address.of([("q", text), *rest]).href

    def _stands_for(self, param: str, value: str, keys: Iterable[str]) -> bool:
        """Whether a value asks for one of these keys; it may be the key of a theme that was merged since."""
        return not self.meaning.became(param, value).isdisjoint(keys)

    def way(self, way: Way) -> str:
        """The address of a way out of an empty page."""
        dropped = {
            "filters": ("from", "to", *find.FILTERS),
            "dates": ("from", "to"),
            "synonyms": ("expand",),
            "kinds": ("kind",),
        }
        rest = self._rest("q", *dropped.get(way.change, (way.param,)))
        kinds = [("kind", str(kind)) for kind in find.FINDABLE] if way.change == "kinds" else []
        return Address.of([("q", way.text), *rest, *kinds]).href


def way_words(way: Way) -> str:
    """A way out of an empty page, in words."""
    if way.change == "filter":
        values = ", ".join(words.facet_label(way.param, key) for key in way.keys)
        return str(_("Without “%(filter)s”", filter=f"{words.facet_name(way.param)}: {values}"))
    ways = {
        "filters": N_("Without any filter"),
        "dates": N_("Without the dates"),
        "phrases": N_("Without the quotation marks: the words need not stand together"),
        "excluded": N_("With the words that you left out by a minus"),
        "synonyms": N_("With words that mean the same"),
        "kinds": N_("In every kind of record, not only those chosen"),
    }
    return str(_(ways[way.change]))


def chosen_filters(query: Query, here: Address) -> list[dict[str, str]]:
    """Every filter that is set, in words, with the address of the search without it."""
    tags = [
        {
            "label": f"{words.facet_name(p)}: {words.facet_label(p, key)}",
            "href": here.without(p, key),
        }
        for p, keys in sorted(query.chosen.items(), key=_place)
        for key in sorted(keys)
    ][:MOST_TAGS]
    tags += [
        {"label": f"{_(find.NAMES[param])}: {words.day(value)}", "href": here.without(param)}
        for param, value in (("from", query.since), ("to", query.until))
        if value
    ]
    tags += [
        {
            "label": f"{_('Look for')}: {_(SHAPES[k].plural)}",
            "href": here.without("kind", str(k)),
        }
        for k in find.FINDABLE
        if k in query.kinds and k is not Kind.LESSON
    ]
    return tags


def _place(chosen: tuple[str, frozenset[str]]) -> int:
    """Where a filter stands beside the results."""
    return find.SHOWN.index(chosen[0]) if chosen[0] in find.SHOWN else len(find.SHOWN)


def in_words(text: str, tags: Iterable[dict[str, str]]) -> str:
    """A search as one line of words, by which a person knows it again."""
    parts = [text, *(tag["label"] for tag in tags)]
    return "; ".join(part for part in parts if part) or str(_("All lessons"))


def hidden_boxes(answer: Answer, here: Address) -> list[Pair]:
    """What the filter form carries along besides its own boxes."""
    kept = [(n, v) for n, v in here.pairs if n in ("sort", "expand", "limit")]
    boxes = {param for param in find.SHOWN if answer.results.facets.get(param)}
    chosen = answer.query.chosen.items()
    return kept + [
        (param, key) for param, keys in chosen if param not in boxes for key in sorted(keys)
    ]


def before() -> str:
    """The results page that this person comes from, "" where they come from elsewhere."""
    came, here = urlsplit(request.referrer or ""), url_for("find.search")
    if came.netloc != request.host or came.path != here:
        return ""
    return f"{here}?{came.query}" if came.query else here
