"""Insight: what keeps happening, theme by theme."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

from flask import Blueprint, Response, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response as AnyResponse

from lessons.domain import recurrence
from lessons.domain.access import Permit
from lessons.domain.errors import (
    Invalid,
    LessonsError,
    NotFound,
    Problem,
    SearchUnavailable,
    StaleWrite,
)
from lessons.domain.personal_data import KINDS, Flag
from lessons.domain.record import Kind, kind_of
from lessons.domain.schema import SHAPES
from lessons.domain.text import N_
from lessons.domain.vocabulary import Vocabulary
from lessons.services import insight
from lessons.services.insight import Identifies, Order, Standing
from lessons.web import tables, theme_plots, words
from lessons.web.doors import library, me
from lessons.web.errors import status_of
from lessons.web.labels import label, language
from lessons.web.posted import whole

bp = Blueprint("insight", __name__)
LONGEST_ASKED = 100  # characters searched for among themes
MOST_FLAGS = 20
Page = str | tuple[str, int]


@dataclass(frozen=True, slots=True)
class Asked:
    """Which themes, and how sorted."""

    words: str
    under: str
    order: Order

    @classmethod
    def read(cls) -> "Asked":
        order = request.args.get("sort", "")
        return cls(
            request.args.get("q", "").strip()[:LONGEST_ASKED],
            request.args.get("under", ""),
            Order(order) if order in set(Order) else Order.RECURRENCE,
        )


@dataclass(frozen=True)
class Listed:
    """The list of themes. standings: by key, none while search rests. proposals: how many wait for a reviewer."""

    keys: Sequence[str]
    standings: Mapping[str, Standing]
    markings: Sequence[str] = ()
    proposals: int = 0
    resting: bool = False

    @cached_property
    def most(self) -> int:
        """The most trouble that any theme of the list had in one quarter."""
        return max(
            (t.troubles for each in self.standings.values() for t in each.tallies), default=0
        )


# --- the list ---------------------------------------------------------------------------------------
@bp.get("/themes")
def all_themes() -> str:
    asked, themes = Asked.read(), library().lists_for(me())["theme"]
    listed = _listed(asked, themes)
    return render_template(
        "insight/themes.html", asked=asked, listed=listed, terms=themes.terms, lang=language(),
        broader=insight.broader_of(themes), total=len(themes.current), plots=theme_plots, rules=recurrence,
        may_manage=me().may(Permit.MANAGE_LISTS), page_marking=words.page_marking(listed.markings),
        address=url_for(".table", q=asked.words or None, under=asked.under or None, sort=asked.order),
    )  # fmt: skip


def _listed(asked: Asked, themes: Vocabulary) -> Listed:
    wanted = set(insight.matching(themes, asked.words))
    if asked.under in themes.terms:
        wanted &= insight.within(themes, asked.under)
    names = {key: themes.label(key, language()) for key in wanted}
    try:
        facts = insight.facts_of_themes(library(), me())
        found = insight.standings(library(), me())
    except SearchUnavailable:
        return Listed(sorted(wanted, key=lambda key: names[key].casefold()), {}, resting=True)
    shown = {key: found[key] for key in wanted}
    keys = insight.in_order(shown, asked.order, names)
    markings = [words.marking_of(facts[key]) for key in keys if key in facts]
    return Listed(keys, shown, markings, sum(t.asked_for for t in themes.terms.values()))


@bp.get("/themes.csv")
def table() -> Response:
    """The list with every number in it. No cell runs in a spreadsheet."""
    asked, themes = Asked.read(), library().lists_for(me())["theme"]
    listed = _listed(asked, themes)
    if listed.resting:
        raise SearchUnavailable()
    rows = [_HEAD, *(_row(themes, listed.standings[key]) for key in listed.keys)]
    return tables.send(words.page_marking(listed.markings), rows, "themes", str(library().today))


_HEAD = (
    "key", "theme", "broader", "recurring", "score", "points_before_age", "lessons", "trouble_3_years",
    "warnings_3_years", "after_learned_3_years", "last_12_months", "12_months_before", "trend", "happened_again",
    "last_quarter",
)  # fmt: skip


def _row(themes: Vocabulary, each: Standing) -> tuple[object, ...]:
    term = themes.terms[each.key]
    last = f"{each.last.first:%Y-%m}" if each.last else ""
    return (
        each.key, term.label(language()), term.broader, "yes" if each.recurring else "no", f"{each.score:.2f}",
        each.points, each.lessons, each.troubles, each.warnings, each.returned, *each.years, each.trend, each.again,
        last,
    )  # fmt: skip


# --- one theme --------------------------------------------------------------------------------------
@bp.get("/themes/<key>")
def show(key: str) -> AnyResponse | Page:
    themes = library().lists_for(me())["theme"]
    now = themes.current_key(key)
    if now != key and now in themes.terms:
        return redirect(url_for(".show", key=now, was=key), 303)
    return _page(key)


@bp.post("/themes/<key>/insight")
def write(key: str) -> AnyResponse | Page:
    """What the lessons of a theme say together, as a reviewer puts it."""
    typed = request.form.get("insight", "")
    expected = whole(request.form.get("revision", ""), otherwise=-1)
    try:
        insight.write_insight(
            library(), me(), key, typed, expected=expected, cleared="cleared" in request.form
        )
    except (Invalid, StaleWrite) as error:
        return _page(key, error, typed), status_of(error)
    flash(_("What these lessons say together is kept."), "success")
    return redirect(url_for(".show", key=key, _anchor="insight"), 303)


def _page(key: str, error: LessonsError | None = None, typed: str | None = None) -> str:
    if kind_of(key) is not Kind.THEME:
        raise NotFound()
    stored = library().open(me(), key)
    record, themes = stored.record, library().lists_for(me())["theme"]
    term, may_write = themes.terms.get(key), me().may(Permit.REVIEW)
    try:
        under = insight.under_theme(library(), me(), key)
        standing = insight.standing(library(), me(), key)
        due = insight.insight_due(library(), me(), record) if may_write else None
    except SearchUnavailable:
        under, standing, due = None, None, None
    split = [k for k in record.keys("split_into") if k in themes.terms]
    return render_template(
        "insight/theme.html", record=record, revision=stored.revision, shape=SHAPES[Kind.THEME], term=term,
        name=themes.label(key, language()) if term else record.title, lang=language(),
        help=term.help(language()) if term else record.line("help"),
        broader=themes.terms.get(record.line("broader")), narrower=[t for t in themes.current if t.broader == key],
        split=[themes.terms[k] for k in split], was=_was(themes, key), under=under, standing=standing, due=due,
        plots=theme_plots, rules=recurrence, may_write=may_write, may_manage=me().may(Permit.MANAGE_LISTS),
        limit=insight.LONGEST, problems=_problems(error), error=error, typed=typed,
        flags=flags(error.flags) if isinstance(error, Identifies) else (), search=_search,
        page_marking=words.page_marking([record.line("marking"), *(under.markings if under else ())]),
    )  # fmt: skip


def _was(themes: Vocabulary, key: str) -> str:
    """The label of the merged theme by whose address this person came."""
    was = request.args.get("was", "")
    come = was != key and was in themes.terms and themes.current_key(was) == key
    return label("theme", was) if come else ""


def _search(keys: frozenset[str], state: str = "") -> str:
    """The address of a search for the lessons of a theme, under its old keys as well."""
    return url_for("find.search", theme=sorted(keys), state=state or None)


def _problems(error: LessonsError | None) -> Sequence[Problem]:
    if isinstance(error, Invalid):
        return error.problems
    return [Problem("insight", N_("Somebody else wrote it first."))] if error else ()


def flags(found: Sequence[Flag]) -> list[dict[str, str]]:
    """As the macro `flag_list` takes them."""
    where = str(_(SHAPES[Kind.THEME]["insight"].label))
    return [
        {
            "what": _(KINDS[each.kind].label), "where": where, "href": "#insight", "text": each.text,
            "instead": _(each.why), "certainty": each.certainty,
        }
        for each in found[:MOST_FLAGS]
    ]  # fmt: skip
