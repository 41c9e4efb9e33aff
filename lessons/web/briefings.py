"""Briefings: the lessons for an operation, chosen, issued as a pack, and read."""

from typing import Any

from flask import Blueprint, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from lessons.domain.access import Permit
from lessons.domain.errors import NotFound
from lessons.services.brief import arranging, drafts, reading, register
from lessons.services.brief.reading import Pack
from lessons.services.brief.register import FIRST_TAB, TABS, Wanted
from lessons.services.brief.saying import SINCE
from lessons.web import (
    addresses,
    briefings_answers,
    briefings_checks,
    briefings_drafts,
    briefings_papers,
    briefings_words,
    words,
)
from lessons.web.doors import doors, library, me
from lessons.web.posted import whole

bp = Blueprint("briefings", __name__, url_prefix="/briefings")
bp.register_blueprint(briefings_drafts.bp)
bp.register_blueprint(briefings_papers.bp)
bp.register_blueprint(briefings_answers.bp)
bp.register_blueprint(briefings_checks.bp)
LONGEST = 120  # characters of a filter
FEW = 5  # lessons of which one side of A4 takes what to do as well


# --- the list ---------------------------------------------------------------------------------------
@bp.get("", endpoint="register")
def all_of_them() -> str:
    _demand_staff()
    wanted, notebook = _wanted(), doors().notebook
    found = register.register(
        library(), me(), wanted, whole(request.args.get("page", ""), 1),
        issued=drafts.issued_by(notebook, me()),
    )  # fmt: skip
    begun = drafts.mine(notebook, library(), me()) if wanted.tab == FIRST_TAB else []
    shown = [marking for each in found.entries for marking in each.markings]
    shown += [draft.record.line("marking") for draft in begun]
    return render_template(
        "brief/register.html", found=found, wanted=wanted, tabs=TABS, first_tab=FIRST_TAB, link=link, drafts=begun,
        each_page=register.PAGE, may_brief=me().may(Permit.BRIEF), page_marking=words.page_marking(shown),
    )  # fmt: skip


def _demand_staff() -> None:
    """A partner reads no briefing, so there is no list for them. Raises NotFound."""
    if not me().may(Permit.FIGURES):
        raise NotFound()


def _wanted() -> Wanted:
    """The filters of the address; what is none of ours is left out."""
    given = request.args
    tab, threat = given.get("tab", ""), given.get("threat", "")
    return Wanted(
        tab if tab in TABS else FIRST_TAB,
        threat=threat if threat in library().vocabularies["threat"].terms else "",
        words=given.get("words", "").strip()[:LONGEST],
    )


def link(wanted: Wanted, **changes: Any) -> str:
    """The list under these filters, with some of them changed; "" takes one away."""
    plain = {
        "tab": "" if wanted.tab == FIRST_TAB else wanted.tab, "threat": wanted.threat, "words": wanted.words,
    }  # fmt: skip
    kept = {**plain, **{name: str(value) for name, value in changes.items()}}
    asked: dict[str, Any] = {name: value for name, value in kept.items() if value}
    return url_for("briefings.register", **asked)


# --- one pack ---------------------------------------------------------------------------------------
@bp.get("/<id>")
def show(id: str) -> str:
    return _page(reading.pack(library(), me(), id))


@bp.get("/<id>/versions/<int:number>")
def version(id: str, number: int) -> str | Response:
    """An earlier version as it was issued."""
    found = reading.pack(library(), me(), id, number)
    if found.number != number:
        raise NotFound()
    return redirect(url_for(".show", id=id)) if found.is_latest else _page(found)


def _page(pack: Pack) -> str:
    return render_template(
        "brief/pack.html", pack=pack, record=pack.record, stored=pack.stored, operation=pack.operation,
        lessons=pack.lessons, headings=arranging.by_heading(pack.lessons), reasons=briefings_words.reasons,
        advice=briefings_words.advice, since=SINCE, may_brief=me().may(Permit.BRIEF),
        back=addresses.before(), page_marking=words.page_marking(pack.markings),
        few=FEW,
    )  # fmt: skip


@bp.post("/<id>/again")
def again(id: str) -> Response:
    """A new version begins as a draft that holds the same."""
    _demand_staff()
    draft = drafts.again(doors().notebook, library(), me(), id)
    return redirect(url_for(".drafts.show", draft=draft.id), 303)
