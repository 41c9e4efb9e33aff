"""What the leads answer to each lesson of a pack."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import KW_ONLY, dataclass, field, replace

from flask import Blueprint, flash, redirect, render_template, request
from flask_babel import gettext as _
from flask_babel import ngettext
from werkzeug.wrappers import Response

from lessons.domain.briefings import Answer, version_of
from lessons.domain.clearing import LOOK, fingerprint
from lessons.domain.errors import Busy, MarkingTooHigh, NotAllowed, NotFound, Problem
from lessons.domain.personal_data import KINDS, Flag
from lessons.domain.record import Record
from lessons.domain.text import N_
from lessons.services.brief import answering
from lessons.services.brief.answering import Asked, Given, Meanwhile, Sheet
from lessons.web import briefings_words, forms, posted, words
from lessons.web.doors import library, me
from lessons.web.errors import say, status_of
from lessons.web.labels import label

bp = Blueprint("answers", __name__)
Page = tuple[str, int]
READY = "not_relevant"  # the list of reasons to choose from

CHANGED = N_(
    "You answered this briefing from another page meanwhile. What is kept is told at each lesson where it differs. "
    "Your words are in the form: save again to keep them."
)


@bp.app_template_global()
def pack_answers(record: Record) -> Sheet | None:
    """The answers to a briefing, as far as whoever looks may read its lessons; none beside a version that is over."""
    try:
        sheet = answering.sheet(library(), me(), record.id)
    except NotFound:
        return None
    return sheet if sheet.version == version_of(record) else None


@dataclass(frozen=True, slots=True)
class View:
    """The form as it is to be shown. given: by lesson, as typed; where nothing was, what is kept. clash: whether
    the same lead answered from another page meanwhile.
    """

    sheet: Sheet
    role: str
    _: KW_ONLY
    given: Mapping[str, Given] = field(default_factory=dict)
    problems: Sequence[Problem] = ()
    marked: Mapping[str, Sequence[Flag]] = field(default_factory=dict)
    confirmed: Collection[str] = ()
    clash: bool = False

    def of(self, each: Asked) -> Given:
        return self.given.get(each.id) or each.given(self.role)

    def differs(self, each: Asked) -> bool:
        """Whether what is kept is something else than what was typed."""
        return self.of(each) != each.given(self.role)

    def page(self, status: int = 200) -> Page:
        flags = [flag for found in self.marked.values() for flag in found]
        html = render_template(
            "brief/answers.html",
            view=self, sheet=self.sheet, record=self.sheet.record, role=self.role,
            other=[role for role in self.sheet.roles if role != self.role],
            problems=self.problems, errors=forms.errors_by_box(self.problems),
            flags=[_flag(box, flag) for box, found in self.marked.items() for flag in found],
            found={box: [_flag(box, flag) for flag in found] for box, found in self.marked.items()},
            to_confirm=list(dict.fromkeys([*self.confirmed, *map(fingerprint, flags)])),
            advice=briefings_words.advice, page_marking=words.page_marking(self.sheet.markings),
        )  # fmt: skip
        return html, status


def _flag(box: str, flag: Flag) -> dict[str, str]:
    """A mark as the macros `flag_list` and `found_here` take it."""
    return {
        "what": _(KINDS[flag.kind].label), "where": _("How or why"), "text": flag.text, "instead": _(flag.why),
        "href": f"#{box}", "certainty": flag.certainty,
    }  # fmt: skip


@bp.get("/<id>/answers")
def form(id: str) -> Page:
    sheet = answering.sheet(library(), me(), id)
    return View(sheet, _role(sheet, request.args.get("role", ""))).page()


def _role(sheet: Sheet, wanted: str) -> str:
    """As which lead the person answers here. Raises NotAllowed."""
    if not sheet.roles:
        raise NotAllowed(answering.NO_LEAD)
    return wanted if wanted in sheet.roles else sheet.roles[0]


@bp.post("/<id>/answers")
def keep(id: str) -> Response | Page:
    sheet, role = answering.sheet(library(), me(), id), request.form.get("role", "")
    if role not in sheet.roles:
        raise NotAllowed(answering.NO_LEAD)
    view = View(sheet, role, given=_given(), confirmed=posted.confirmed())
    try:
        done = answering.answer(
            library(), me(), id, role, view.given, seen=_boxes("seen-"), confirmed=view.confirmed
        )
    except Meanwhile as error:
        now = answering.sheet(library(), me(), id)
        changed = [Problem("", CHANGED)]
        return replace(view, sheet=now, problems=changed, clash=True).page(status_of(error))
    except (MarkingTooHigh, Busy) as error:
        return replace(view, problems=[Problem("", say(error))]).page(status_of(error))
    _tell_of_gone(done.left)
    if done.problems or done.marked:
        look = [Problem("flags", LOOK)] if done.marked else []
        view = replace(view, sheet=done.sheet, marked=done.marked)
        return replace(view, problems=[*done.problems, *look]).page(422)
    _thank(done.sheet, role)
    return redirect(f"{words.record_url(id)}#answers", 303)


def _boxes(start: str) -> dict[str, str]:
    """What stands in the boxes whose names begin so, by lesson."""
    form = request.form.items()
    return {n.removeprefix(start): " ".join(v.split()) for n, v in form if n.startswith(start)}


def _given() -> dict[str, Given]:
    """What was typed, by lesson."""
    chosen, how = _boxes("answer-"), _boxes("how-")
    return {
        id: _one(id, chosen.get(id, Answer.NOT_YET), how.get(id, "")) for id in {**chosen, **how}
    }


def _one(id: str, answer: str, how: str) -> Given:
    """A ready reason fills a box that was left empty."""
    ready = request.form.get(f"ready-{id}", "")
    if answer != Answer.NOT_RELEVANT or how or ready not in library().vocabularies[READY].terms:
        return Given(answer, how)
    return Given(answer, label(READY, ready))


def _tell_of_gone(left: int) -> None:
    if left:
        flash(
            ngettext(
                "The pack was changed meanwhile: one lesson that you answered is in it no more.",
                "The pack was changed meanwhile: %(num)s lessons that you answered are in it no more.",
                left,
            )
        )


def _thank(sheet: Sheet, role: str) -> None:
    left = sheet.open_for(role)
    if left:
        flash(
            ngettext(
                "Saved. One lesson is still open.", "Saved. %(num)s lessons are still open.", left
            ),
            "success",
        )
    else:
        flash(_("Saved. Every lesson of this briefing has an answer."), "success")
