"""Questions about the plan, asked beside the lessons of a briefing: of a draft, and of a pack that is issued."""

from collections.abc import Mapping, Sequence
from dataclasses import KW_ONLY, dataclass, replace
from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from lessons.domain.clearing import Marked, fingerprint
from lessons.domain.errors import (
    Invalid,
    LessonsError,
    MarkingTooHigh,
    NotFound,
    Problem,
    StaleWrite,
)
from lessons.domain.plan_answers import Answers, answers_of
from lessons.domain.record import Kind, Record, Stored, kind_of
from lessons.domain.text import N_
from lessons.services.brief import checking, drafts
from lessons.services.brief.checking import Entered, Refused
from lessons.services.brief.drafts import AlreadyIssued, Draft
from lessons.web import forms, history, labels, plan_check_words, posted, record_forms, words
from lessons.web.doors import doors, library, me, vocabularies
from lessons.web.errors import say, status_of
from lessons.web.history import Step

bp = Blueprint("checks", __name__)
Page = tuple[str, int]
BOTH = N_(
    "Somebody else has answered this meanwhile. What they said is told above. Save again to keep yours."
)
CHANGED = N_(
    "This draft has changed since you opened the page. Your words are below: save again to keep them."
)
REFUSALS = (StaleWrite, Invalid, MarkingTooHigh)


@dataclass(frozen=True, slots=True)
class View:
    """The page. seen: the revision, or version of a draft, that this person looked at. back: where it leads back to.

    answers: as they are to stand in the boxes. writable: whether this person may answer; else the page only shows.
    newest: the revision that saving again follows, where that is not `seen`.
    """

    briefing: Record
    seen: int
    back: tuple[str, str]
    answers: Answers
    _: KW_ONLY
    writable: bool = True
    newest: int = 0
    of_draft: bool = False
    order: str = ""
    problems: Sequence[Problem] = ()
    marked: Mapping[str, Sequence[Marked]] | None = None
    confirmed: Sequence[str] = ()
    meanwhile: bool = False

    def page(self, status: int = 200) -> Page:
        looked = checking.look(library(), me(), self.briefing, doors().accounts, self.order)
        titles, told, marks = history.Titles(), [], self.marked or {}
        if self.meanwhile:
            told = _of_checks(history.since(self.briefing.id, self.seen, titles))
        prints = [fingerprint(mark.flag) for found in marks.values() for mark in found]
        html = render_template(
            "brief/checks.html",
            view=self, record=self.briefing, questions=looked.questions, read=looked.read,
            meanwhile=told, box=checking.box,
            said=plan_check_words.said, label_of=_question, problems=self.problems,
            errors=forms.errors_by_box(self.problems),
            found={name: [record_forms.flag(mark) for mark in each] for name, each in marks.items()},
            to_confirm=list(dict.fromkeys([*self.confirmed, *prints])),
            choices=lambda key: forms.with_chosen(
                words.terms(checking.ANSWERS), self.answers.get(key, {}).get("answer", ""), checking.ANSWERS
            ),
            page_marking=words.page_marking([*looked.markings, *titles.markings]),
        )  # fmt: skip
        return html, status


def _of_checks(steps: Sequence[Step]) -> list[Step]:
    """What they say of these questions; what else was done to the briefing is told on its own pages."""
    kept = [replace(s, changes=[c for c in s.changes if c.field.name == "checks"]) for s in steps]
    return [step for step in kept if step.changes]


def _question(key: str) -> tuple[str, str]:
    """Its words, and where it comes from."""
    term, spoken = vocabularies()[checking.LIST].terms.get(key), labels.language()
    return (term.label(spoken), term.help(spoken)) if term else (key, "")


# --- a pack that is issued -------------------------------------------------------------------------
@bp.route("/<id>/checks", methods=["GET", "POST"], endpoint="form")
def of_pack(id: str) -> Response | Page:
    if kind_of(id) is not Kind.BRIEFING:
        raise NotFound()
    if request.method == "GET":
        stored = library().open(me(), id)
        return replace(
            _view(stored), writable=checking.may_answer(library(), me(), stored.record)
        ).page()
    stored, confirmed = checking.answerable(library(), me(), id), posted.confirmed()
    entry = checking.entered(library(), stored.record, posted.form(), confirmed=confirmed)
    seen = posted.number("version")
    try:
        checking.save(library(), me(), id, entry, expected=seen)
    except REFUSALS as error:
        view = replace(_view(stored), seen=seen, answers=entry.answers, confirmed=confirmed)
        return (
            _clash(view, entry, error) if isinstance(error, StaleWrite) else _refused(view, error)
        )
    flash(_("Your answers are kept with the briefing."), "success")
    return redirect(words.record_url(id), 303)


def _view(stored: Stored) -> View:
    record = stored.record
    back = words.record_url(record.id), _("Back to the briefing")
    return View(record, stored.revision.number, back, answers_of(record))


def _clash(view: View, entry: Entered, error: StaleWrite) -> Page:
    """Both answered the same question: what others kept is told, and their other answers stand in the boxes."""
    now = checking.answerable(library(), me(), view.briefing.id)
    together = checking.beside(library(), me(), now, entry.answers, view.seen)
    view = replace(view, meanwhile=together is not None, newest=now.revision.number)
    if together is None:
        return replace(view, problems=[Problem("", say(error))]).page(status_of(error))
    problems = [Problem(checking.box("answer", key), BOTH) for key in together.clash]
    return replace(view, answers=together.answers, problems=problems).page(status_of(error))


def _refused(view: View, error: LessonsError) -> Page:
    """The form again with every word in it."""
    if isinstance(error, Refused):
        return replace(view, problems=error.problems, marked=error.marked).page(422)
    problems = error.problems if isinstance(error, Invalid) else [Problem("", say(error))]
    return replace(view, problems=problems).page(status_of(error))


# --- a draft ---------------------------------------------------------------------------------------
@bp.route("/drafts/<draft>/checks", methods=["GET", "POST"], endpoint="draft")
def of_draft(draft: str) -> Response | Page:
    notebook = doors().notebook
    try:
        found = drafts.opened(notebook, library(), me(), draft)
        if request.method == "GET":
            return _draft_view(found).page()
        return _draft_taken(found)
    except AlreadyIssued as issued:
        return redirect(url_for(".form", id=issued.briefing), 303)


def _draft_view(draft: Draft) -> View:
    back = draft_url(draft.id), _("Back to the draft")
    return View(
        draft.record,
        draft.version,
        back,
        answers_of(draft.record),
        of_draft=True,
        order=draft.order,
    )


def _draft_taken(draft: Draft) -> Response | Page:
    confirmed = posted.confirmed()
    entry = checking.entered(library(), draft.record, posted.form(), confirmed=confirmed)
    try:
        seen = drafts.opened(doors().notebook, library(), me(), draft.id, posted.number("version"))
        checking.save_draft(doors().notebook, library(), me(), seen, entry)
    except REFUSALS as error:
        view = replace(_draft_view(draft), answers=entry.answers, confirmed=confirmed)
        if isinstance(error, StaleWrite):
            return replace(view, problems=[Problem("", CHANGED)]).page(409)
        return _refused(view, error)
    flash(_("Your answers are kept with the draft."), "success")
    return redirect(draft_url(draft.id), 303)


def draft_url(id: str) -> str:
    """The page of a draft."""
    return url_for("briefings.drafts.show", draft=id, _anchor="checks")


# --- on other pages --------------------------------------------------------------------------------
@bp.app_template_global()
def plan_checks(briefing: Record) -> dict[str, Any]:
    """The questions that were answered, for a panel; how many there are; whether this person may answer."""
    lists, spoken, given = vocabularies(), labels.language(), answers_of(briefing)
    keys = checking.keys_of(library(), briefing)
    return {
        "asked": len(keys), "answered": sum(bool(row.get("answer")) for row in given.values()),
        "rows": [
            {"question": lists.label(checking.LIST, key, spoken), "note": given[key].get("note", ""),
             "answer": lists.label(checking.ANSWERS, answer, spoken) if answer else ""}
            for key in keys if key in given for answer in [given[key].get("answer", "")]
        ],
        "may_answer": checking.may_answer(library(), me(), briefing),
    }  # fmt: skip
