"""Find: home, the results page, and the page of each record."""

from collections.abc import Sequence

from flask import Blueprint, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from lessons.domain.access import Permit
from lessons.domain.due import STANDINGS
from lessons.domain.errors import NotFound, SearchUnavailable
from lessons.domain.query import Hit, Piece
from lessons.domain.ranking import REASONS, Part
from lessons.domain.record import Kind, Stored, kind_of
from lessons.domain.schema import SHAPES
from lessons.domain.states import State
from lessons.services import capture, find, review
from lessons.web import addresses, briefings_home, failing, merging, searches, telling, todo, words
from lessons.web import history as history_pages
from lessons.web.addresses import Address
from lessons.web.doors import doors, library, me

bp = Blueprint("find", __name__)
bp.register_blueprint(searches.bp)
bp.register_blueprint(todo.bp)
BY_PLURAL = {kind.folder: kind for kind in Kind}
NEAR = 24  # characters before the first marked word that a narrow screen keeps
MINE = 60  # lessons of one's own on the home page; five stand open


@bp.get("/")
def home() -> str:
    here, resting = library(), False
    try:
        newest = find.newest(here, me()).hits
        warnings = find.pushed_out(here, me())
        waiting = capture.mine(here, me(), state=State.NEEDS_FIX)
        mine = capture.mine(here, me(), limit=MINE)
        to_review = find.in_state(here, me(), State.SENT) if me().may(Permit.REVIEW) else 0
        to_do, yours = todo.for_home(), todo.yours()
        briefings_at_home = briefings_home.for_home()
    except SearchUnavailable:
        newest, warnings, waiting, mine, to_review, resting = (), (), [], [], 0, True
        to_do, yours = [], None
        briefings_at_home = briefings_home.AtHome()
    shown = [words.marking_of(hit.facts) for hit in (*newest, *warnings)]
    shown += [r.line("marking") for r in (*waiting, *mine)]
    news = telling.for_home(yours.ids if yours else ())
    shown += [*(yours.markings if yours else []), *briefings_at_home.markings]
    shown += [marking for each in news for marking in each.markings]
    return render_template(
        "find/home.html",
        newest=newest,
        warnings=warnings,
        waiting=waiting,
        news=news,
        mine=[r for r in mine if r.line("state") != State.NEEDS_FIX],
        to_review=to_review,
        to_do=to_do,
        yours=yours,
        briefings_at_home=briefings_at_home,
        standings=STANDINGS,
        drafts=doors().notebook.all(me().name, capture.SUBJECT),
        title_of=capture.draft_title,
        resting=resting,
        page_marking=words.page_marking(shown),
    )


@bp.get("/search")
def search() -> Response | str:
    given = list(request.args.items(multi=True))
    kept = addresses.tidy(given)
    if len(kept) < len(given):
        return redirect(addresses.href(kept))
    straight = find.straight_to(library(), me(), request.args.get("q", ""))
    if straight:
        return redirect(words.record_url(straight.id))
    answer = find.search(library(), me(), request.args.to_dict(flat=False))
    here = Address.of(given, answer.meaning)
    failing.count(answer)
    tags = addresses.chosen_filters(answer.query, here)
    return render_template(
        "find/search.html", answer=answer, query=answer.query, results=answer.results, shown=find.SHOWN,
        kinds=find.FINDABLE, here=here, way_words=addresses.way_words, narrowed=narrowed, reasons=reasons, tags=tags,
        in_words=addresses.in_words(answer.text, tags), hidden=addresses.hidden_boxes(answer, here),
        wrong=[param_name(name) for name in answer.wrong], today=library().today, largest=find.LARGEST_PAGE,
        page_marking=words.page_marking(answer.markings),
    )  # fmt: skip


def reasons(hit: Hit) -> list[str]:
    """What raised a result in the order, in words."""
    return [str(_(REASONS[Part(name)])) for name in hit.raised]


def narrowed(extract: Sequence[Piece]) -> tuple[str, Sequence[Piece]]:
    """What of an extract a narrow screen leaves out, so that a marked word stands in its first two lines."""
    before = next((n for n, piece in enumerate(extract) if piece.marked), 0)
    lead = "".join(piece.text for piece in extract[:before])
    cut = lead.rfind(" ", 0, len(lead) - NEAR) + 1 if len(lead) > NEAR else 0
    if not cut:
        return "", extract
    return lead[:cut], (Piece(lead[cut:]), *extract[before:])


def param_name(param: str) -> str:
    """The words for a parameter of a search; itself where it is none of ours."""
    if param in find.NAMES:
        return str(_(find.NAMES[param]))
    return words.facet_name(param) if param in find.PARAMS else param


# --- records ----------------------------------------------------------------------------------------
def _stored(plural: str, id: str) -> Stored:
    """Raises NotFound, for an id of another kind as well."""
    if kind_of(id) is not BY_PLURAL[plural]:
        raise NotFound()
    return library().open(me(), id)


@bp.get("/<any(lessons, debriefs, evaluations, operations, actions, findings, briefings):plural>")
def all_of(plural: str) -> Response:
    """Every record of a kind, as a search."""
    return redirect(url_for(".search", kind=BY_PLURAL[plural].value, sort="newest"))


@bp.get("/<any(lessons, evaluations, operations, actions, findings, briefings):plural>/<id>")
def show(plural: str, id: str) -> str | Response:
    stored = _stored(plural, id)
    record = stored.record
    now = merging.became(record) if request.args.get("as") != merging.AS_MERGED else ""
    if now:
        return redirect(url_for(".show", plural=plural, id=now, came=id))
    followed = merging.followed(record, request.args.get("came", ""))
    linked = find.linked(library(), me(), record)
    linked |= find.successors(library(), me(), linked)
    reopened = review.reopened(library(), me(), record) if record.kind is Kind.LESSON else None
    also = [*([followed] if followed else []), *(reopened.newer if reopened else ())]
    shown = [r.line("marking") for r in (record, *linked.values(), *also)]
    return render_template(
        "find/lesson.html" if record.kind is Kind.LESSON else "find/record.html",
        record=record,
        revision=stored.revision,
        shape=SHAPES[record.kind],
        linked=linked,
        followed=followed,
        reopened=reopened,
        uses=library().uses(me(), record.id) if record.kind is Kind.LESSON else None,
        has_similar=record.kind in find.HAVE_SIMILAR,
        back=addresses.before(),
        page_marking=words.page_marking(shown),
    )


@bp.get("/<any(lessons, evaluations, operations, findings):plural>/<id>/similar")
def similar(plural: str, id: str) -> str:
    """Lessons like a record, on a page of their own: a script brings the list into the record's page, which need not
    wait for it.
    """
    stored = library().peek(me(), id) if kind_of(id) is BY_PLURAL[plural] else None
    if stored is None:
        raise NotFound()
    near = find.similar(library(), me(), stored.record)
    shown = [stored.record.line("marking"), *(words.marking_of(each.hit.facts) for each in near)]
    return render_template(
        "find/near.html",
        record=stored.record,
        similar=near,
        page_marking=words.page_marking(shown),
    )


@bp.get(
    "/<any(lessons, debriefs, evaluations, operations, actions, findings, briefings, themes):plural>/<id>/history"
)
def history(plural: str, id: str) -> str:
    return history_pages.show(plural, id)


@bp.get("/guidance/")
@bp.get("/guidance/<page>")
def guidance(page: str = "index") -> str:
    reference = library().reference
    return render_template(
        "find/guidance.html", page=reference.guidance(page), pages=reference.guidance_pages()
    )
