"""Find: home, the results page, and the page of each record."""

from collections.abc import Iterable, Sequence
from urllib.parse import urlencode, urlsplit

from flask import Blueprint, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from lessons.domain import access
from lessons.domain.access import Permit
from lessons.domain.errors import NotFound, SearchUnavailable
from lessons.domain.query import Hit, Query
from lessons.domain.record import Kind, Record, Stored, kind_of
from lessons.domain.schema import FACETS, SHAPES
from lessons.domain.text import N_
from lessons.services import capture, find
from lessons.services.find import Answer, Way
from lessons.web import labels, words
from lessons.web.differences import differences
from lessons.web.doors import doors, library, me

bp = Blueprint("find", __name__)
BY_PLURAL = {kind.folder: kind for kind in Kind}
FILTERS = (*FACETS, "year")
MINE = 60  # lessons of one's own on the home page; five stand open
BACK = "needs_fix"  # the state of a lesson that waits for its author


@bp.get("/")
def home() -> str:
    here, resting = library(), False
    try:
        newest = find.newest(here, me()).hits
        waiting = capture.mine(here, me(), state=BACK)
        mine = capture.mine(here, me(), limit=MINE)
        to_review = find.in_state(here, me(), "sent") if me().may(Permit.REVIEW) else 0
    except SearchUnavailable:
        newest, waiting, mine, to_review, resting = (), [], [], 0, True
    shown = [words.marking_of(hit.facts) for hit in newest]
    shown += [r.line("marking") for r in (*waiting, *mine)]
    return render_template(
        "find/home.html",
        newest=newest,
        waiting=waiting,
        mine=[r for r in mine if r.line("state") != BACK],
        to_review=to_review,
        drafts=doors().notebook.all(me().name, capture.SUBJECT),
        title_of=capture.draft_title,
        resting=resting,
        page_marking=words.page_marking(shown),
    )


@bp.get("/search")
def search() -> Response | str:
    straight = find.straight_to(library(), me(), request.args.get("q", ""))
    if straight:
        return redirect(words.record_url(straight.id))
    answer = find.search(library(), me(), request.args.to_dict(flat=False))
    hits = (*answer.results.hits, *answer.operations)
    return render_template(
        "find/search.html", answer=answer, query=answer.query, results=answer.results, shown=find.SHOWN,
        kinds=find.FINDABLE, with_=with_, without=without, way_href=way_href, way_words=way_words,
        tags=chosen_filters(answer.query), hidden=hidden_boxes(answer),
        wrong=[param_name(name) for name in answer.wrong], typed=request.args,
        page_marking=words.page_marking(words.marking_of(hit.facts) for hit in hits),
    )  # fmt: skip


def param_name(param: str) -> str:
    """The words for a parameter of a search; itself where it is none of ours."""
    if param in find.NAMES:
        return str(_(find.NAMES[param]))
    return words.facet_name(param) if param in find.PARAMS else param


# --- addresses of searches --------------------------------------------------------------------------
Pairs = Iterable[tuple[str, str]]


def _address(pairs: Pairs) -> str:
    """A search by its parameters, the known ones only: `url_for` would take `_scheme` for its own."""
    known = [(n, v) for n, v in pairs if n in find.PARAMS and v]
    return url_for("find.search") + ("?" + urlencode(known) if known else "")


def _rest(*dropped: str) -> list[tuple[str, str]]:
    """The parameters of this search but for these, back on its first page."""
    return [(n, v) for n, v in request.args.items(multi=True) if n not in (*dropped, "page")]


def with_(param: str, value: object) -> str:
    """The address of this search with one parameter set anew."""
    return _address([*_rest(param), (param, str(value))])


def without(param: str, *values: str) -> str:
    """The address of this search without one filter, chosen or typed."""
    text = find.text_without(request.args.get("q", ""), param, values)
    rest = [
        (n, v) for n, v in _rest("q") if not (n == param and (v.strip() in values or not values))
    ]
    return _address([("q", text), *rest])


def way_href(way: Way) -> str:
    """The address of a way out of an empty page."""
    dropped = {
        "filters": ("from", "to", *FILTERS),
        "dates": ("from", "to"),
        "synonyms": ("expand",),
        "kinds": ("kind",),
    }
    rest = _rest("q", *dropped.get(way.change, (way.param,)))
    kinds = [("kind", str(kind)) for kind in find.FINDABLE] if way.change == "kinds" else []
    return _address([("q", way.text), *rest, *kinds])


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


def chosen_filters(query: Query) -> list[dict[str, str]]:
    """Every filter that is set, in words, with the address of the search without it."""
    tags = [
        {"label": f"{words.facet_name(p)}: {words.facet_label(p, key)}", "href": without(p, key)}
        for p, keys in query.chosen.items()
        for key in sorted(keys)
    ]
    for param, value in (("from", query.since), ("to", query.until)):
        if value:
            tags.append(
                {
                    "label": f"{_(find.NAMES[param])}: {words.day(value)}",
                    "href": _address(_rest(param)),
                }
            )
    tags += [
        {"label": f"{_('Look for')}: {_(SHAPES[k].plural)}", "href": without("kind", str(k))}
        for k in find.FINDABLE
        if k in query.kinds and k is not Kind.LESSON
    ]
    return tags


def hidden_boxes(answer: Answer) -> list[tuple[str, str]]:
    """What the filter form carries along besides its own boxes."""
    kept = [(n, v) for n in ("sort", "expand", "limit") for v in request.args.getlist(n) if v]
    boxes = {param for param in find.SHOWN if answer.results.facets.get(param)}
    chosen = answer.query.chosen.items()
    return kept + [
        (param, key) for param, keys in chosen if param not in boxes for key in sorted(keys)
    ]


# --- records ----------------------------------------------------------------------------------------
def _stored(plural: str, id: str) -> Stored:
    """Raises NotFound, for an id of another kind as well."""
    if kind_of(id) is not BY_PLURAL[plural]:
        raise NotFound()
    return library().open(me(), id)


@bp.get(
    "/<any(lessons, debriefs, evaluations, operations, actions, findings, briefings, themes):plural>"
)
def all_of(plural: str) -> Response:
    """Every record of a kind, as a search."""
    return redirect(url_for(".search", kind=BY_PLURAL[plural].value, sort="newest"))


@bp.get(
    "/<any(lessons, evaluations, operations, actions, findings, briefings, themes):plural>/<id>"
)
def show(plural: str, id: str) -> str:
    stored = _stored(plural, id)
    record = stored.record
    linked = find.linked(library(), me(), record)
    newest, resting = _newest_of(record)
    shown = [r.line("marking") for r in (record, *linked.values())]
    shown += [words.marking_of(hit.facts) for hit in newest]
    return render_template(
        "find/lesson.html" if record.kind is Kind.LESSON else "find/record.html",
        record=record,
        revision=stored.revision,
        shape=SHAPES[record.kind],
        linked=linked,
        newest=newest,
        resting=resting,
        back=_results_before(),
        page_marking=words.page_marking(shown),
    )


def _results_before() -> str:
    """The results page that this person comes from, "" where they come from elsewhere."""
    before, here = urlsplit(request.referrer or ""), url_for("find.search")
    if before.netloc != request.host or before.path != here:
        return ""
    return f"{here}?{before.query}" if before.query else here


def _newest_of(record: Record) -> tuple[Sequence[Hit], bool]:
    """The newest lessons of a theme; and whether search cannot tell just now."""
    if record.kind is not Kind.THEME:
        return (), False
    try:
        return find.under_theme(library(), me(), record.id).hits, False
    except SearchUnavailable:
        return (), True


@bp.get(
    "/<any(lessons, debriefs, evaluations, operations, actions, findings, briefings, themes):plural>/<id>/history"
)
def history(plural: str, id: str) -> str:
    if kind_of(id) is not BY_PLURAL[plural]:
        raise NotFound()
    kept = library().history(me(), id)
    now = library().peek(me(), id)
    if now is None:
        raise NotFound()
    shape, titles = SHAPES[now.record.kind], _Titles()
    steps = [
        (stored.revision, differences(shape, before, stored.record, labels.label, titles.of))
        for before, stored in zip([None, *(s.record for s in kept)], kept, strict=False)
    ]
    return render_template(
        "find/history.html",
        record=now.record,
        steps=steps[::-1],
        keeper=me().role in access.KEEPERS,
        page_marking=words.page_marking(
            [
                now.record.line("marking"),
                *titles.markings,
                *(s.record.line("marking") for s in kept),
            ]
        ),
    )


class _Titles:
    """Titles of linked records as this person may read them, and the markings met on the way."""

    def __init__(self) -> None:
        self.markings: list[str] = []

    def of(self, id: str) -> str:
        stored = library().peek(me(), id)
        if stored is None:
            return ""
        self.markings.append(stored.record.line("marking"))
        return stored.record.title


@bp.get("/guidance/")
@bp.get("/guidance/<page>")
def guidance(page: str = "index") -> str:
    reference = library().reference
    return render_template(
        "find/guidance.html", page=reference.guidance(page), pages=reference.guidance_pages()
    )
