"""A briefing before it is issued: what it is for, and the lessons of its pack, put in order by hand."""

from dataclasses import replace
from io import BytesIO

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from lessons.domain import access
from lessons.domain.access import Permit
from lessons.domain.boxes import MAIN_FIRST, Form, words
from lessons.domain.briefings import UNKEPT
from lessons.domain.clearing import Refused
from lessons.domain.errors import (
    Busy,
    Invalid,
    LessonsError,
    MarkingTooHigh,
    NotFound,
    Problem,
    StaleWrite,
)
from lessons.domain.record import Kind, Record
from lessons.domain.schema import SHAPES
from lessons.domain.text import N_
from lessons.ports import NotTaken
from lessons.services.brief import arranging, asking, drafts, issuing, reading
from lessons.services.brief.drafts import AlreadyIssued, Draft
from lessons.web import forms, posted, record_forms
from lessons.web import words as web_words
from lessons.web.briefings_draft_page import shown
from lessons.web.doors import doors, library, me
from lessons.web.errors import problems_of, say, status_of
from lessons.web.record_forms import Page

bp = Blueprint("drafts", __name__)
SHAPE = SHAPES[Kind.BRIEFING]
MOST_BUTTONS = 8  # operations with a button; all others are picked by name
LONGEST_ASKED = 160  # characters of an operation named in the address
OTHER_TAB = N_(
    "You changed this draft in another tab or on another device. It is shown as it is there, with what you typed here "
    "in the boxes. Press Save to keep it."
)
NOT_BEGUN = N_("The file could not be read, so nothing was begun. What you typed is here.")
LATER_WORDS = N_(
    "This pack was already issued. What you typed since is here, as the beginning of a new version."
)


def _demand() -> None:
    """Raises NotFound for those who read no briefing; NotAllowed."""
    if not me().may(Permit.FIGURES):
        raise NotFound()
    access.demand(me(), Permit.BRIEF)


# --- what it is for ------------------------------------------------------------------------------------
@bp.get("/new")
def new() -> Page:
    _demand()
    asked = request.args.get("operation", "")[:LONGEST_ASKED]
    return _ask({"operation": [asked]} if asked else {})


@bp.post("/new")
def begin() -> Response | Page:
    """From the form, or from a button that names an operation and nothing else."""
    _demand()
    form = posted.form()
    if "quick" in form and (begun := _begun(words(form, "operation"))):
        return redirect(url_for(".show", draft=begun.id), 303)
    try:
        order = _order(form)
        read = asking.asked(library(), me(), drafts.blank(library(), me()), form)
        if read.problems:
            raise Invalid(read.problems)
        draft = drafts.begin(doors().notebook, library(), me(), read.record, order)
    except (NotTaken, Invalid) as error:
        return _ask(form, error)
    return redirect(url_for(".show", draft=draft.id), 303)


def _begun(operation: str) -> Draft | None:
    return drafts.of_operation(doors().notebook, library(), me(), operation) if operation else None


def _order(form: Form) -> str:
    """An operation order, pasted or as a file; both where there are both. Raises NotTaken, Invalid."""
    typed = words(form, "order")
    _demand_order(typed, "order")
    file = request.files.get("file")
    if not file or not file.filename:
        return typed
    reader = doors().orders
    if reader is None:
        raise NotTaken(NOT_BEGUN)
    found = reader.read(file.filename, BytesIO(file.read()))
    _demand_order(found.text, "file")
    return f"{typed}\n\n{found.text}".strip()


def _demand_order(text: str, box: str) -> None:
    """Raises Invalid, at that box."""
    try:
        asking.demand_order(text)
    except MarkingTooHigh as error:
        raise Invalid([Problem(box, say(error))]) from None


def _ask(form: Form, error: LessonsError | None = None, draft: Draft | None = None) -> Page:
    record = draft.record if draft else Record(UNKEPT, Kind.BRIEFING)
    operation = asking.operation_of(library(), me(), record)
    problems = [
        Problem("file", p.message, values=p.values) if isinstance(error, NotTaken) else p
        for p in problems_of(error)
    ]
    shown = [record.line("marking"), *form.get("marking", ())]
    mine = [] if draft else asking.mine(library(), me())[:MOST_BUTTONS]
    shown += [line.line("marking") for line in mine]
    shown += [operation.line("marking")] if operation else []
    html = render_template(
        "brief/new.html", form=form, draft=draft, record=record, shape=SHAPE, mine=mine,
        operation=operation, names=asking.names(library(), me()), about=asking.ABOUT,
        problems=problems, errors=forms.errors_by_box(problems), main_first=MAIN_FIRST,
        with_chosen=forms.with_chosen, value_of=lambda declared: record_forms.value(declared, form, record),
        typed=lambda name: words(form, name), page_marking=web_words.page_marking(shown),
    )  # fmt: skip
    return html, status_of(error) if error else 200


@bp.get("/drafts/<draft>/about")
def about(draft: str) -> Page:
    _demand()
    return _ask({}, draft=drafts.opened(doors().notebook, library(), me(), draft))


@bp.post("/drafts/<draft>/about")
def change(draft: str) -> Response | Page:
    """The lessons are looked for anew; what was put in order by hand stays."""
    _demand()
    form = posted.form()
    held = drafts.opened(doors().notebook, library(), me(), draft)
    try:
        held = drafts.opened(doors().notebook, library(), me(), draft, posted.number("version"))
        order = _order(form) or ("" if "no_order" in form else held.order)
        read = asking.asked(library(), me(), held.record, form)
        if read.problems:
            raise Invalid(read.problems)
        cut = held.cut and order == held.order
        asked = replace(held, record=read.record, order=order, cut=cut)
        anew = drafts.found(library(), me(), asked)
        drafts.keep(doors().notebook, library(), me(), drafts.with_order(anew, order))
    except StaleWrite:
        return _ask(form, Invalid([Problem("", OTHER_TAB)]), held)
    except (NotTaken, Invalid) as error:
        return _ask(form, error, held)
    return redirect(url_for(".show", draft=draft, _anchor="pack"), 303)


# --- the lessons of it -----------------------------------------------------------------------------------
@bp.get("/drafts/<draft>")
def show(draft: str) -> Page:
    _demand()
    held = drafts.opened(doors().notebook, library(), me(), draft)
    removed, at = request.args.get("removed", ""), request.args.get("at", "")
    return shown(held, asked_for=request.args.get("words", ""), removed=removed, at=at)


@bp.post("/drafts/<draft>")
def write(draft: str) -> Response | Page:
    """Every button of the page comes here; what was typed is kept before anything else is done."""
    _demand()
    try:
        before = drafts.opened(doors().notebook, library(), me(), draft, posted.number("version"))
        return _done(before, *_pressed())
    except StaleWrite as error:
        return _other_tab(draft, error)
    except AlreadyIssued as error:
        return _issued_already(error)


def _pressed() -> tuple[str, str]:
    """The button, and the lesson that it stands beside."""
    do, _colon, what = request.form.get("do", "save").partition(":")
    return do, what


def _done(before: Draft, do: str, what: str) -> Response | Page:
    """Raises StaleWrite, AlreadyIssued."""
    typed, asked_for = _with_typed(before, do, what), request.form.get("words", "").strip()
    if do == "issue":
        return _issue(_kept(typed, before))
    try:
        if do == "again":
            changed = drafts.found(library(), me(), typed)
        elif do in ("find", "move"):
            changed = typed
        else:
            changed = arranging.change(library(), me(), typed, do, what, asked_for)
        kept = _kept(changed, before)
    except (Invalid, Busy) as error:
        return shown(_kept(typed, before), error, asked_for=asked_for)
    looks = asked_for if do == "find" or (do == "save" and not what) else ""
    beside = _after(before, what) if do == "remove" else what
    anchor = "add" if looks else f"lesson-{beside}" if beside else "pack"
    gone = do == "remove"
    return redirect(url_for(
        ".show", draft=kept.id, words=looks or None, removed=what if gone else None,
        at=beside if gone else None, _anchor=anchor,
    ), 303)  # fmt: skip


def _after(draft: Draft, id: str) -> str:
    """The lesson that comes after this one on the page, or else before it; "" where it stands alone."""
    shown = [each.lesson.id for each in arranging.holding(library(), me(), draft).held]
    if id not in shown:
        return ""
    at = shown.index(id)
    return next(iter([*shown[at + 1 :], *shown[:at][::-1]]), "")


def _kept(draft: Draft, before: Draft | None = None) -> Draft:
    """before: as it is kept; the same once more changes nothing, and no other tab is out of date by it."""
    return draft if draft == before else drafts.keep(doors().notebook, library(), me(), draft)


def _with_typed(draft: Draft, do: str = "", what: str = "") -> Draft:
    form = request.form
    closed = arranging.closed(library(), me(), draft)
    noted = {name.removeprefix("note-"): name for name in form if name.startswith("note-")}
    notes = {id: _plain(form[name]) for id, name in noted.items() if id not in closed}
    element = form.get(f"element-{what}", "") if do == "move" else ""
    known = library().vocabularies["briefing_element"].terms
    places = {what: element} if element in known and what not in closed else {}
    return arranging.noted(draft, notes, places, _plain(form.get("note", "")))


def _plain(typed: str) -> str:
    return typed.replace("\r\n", "\n").strip()


def _issue(draft: Draft) -> Response | Page:
    try:
        stored = issuing.issue(library(), doors().notebook, me(), draft, posted.confirmed())
    except (issuing.LessonsLost, issuing.NewerVersion) as error:
        return shown(error.draft, error, status=409)
    except Refused as error:
        return shown(draft, error, marked=error.marked)
    except AlreadyIssued as error:
        drafts.keep_as_issued(doors().notebook, library(), me(), draft)
        return redirect(url_for("briefings.show", id=error.briefing), 303)
    except (Invalid, Busy) as error:
        return shown(draft, error)
    flash(_("The pack is issued. Print it, or take it as a file."), "success")
    return redirect(url_for("briefings.show", id=stored.record.id), 303)


def _other_tab(draft: str, error: StaleWrite) -> Page:
    """The draft as it is now, with the words of this page in its boxes; nothing is kept until they are saved."""
    now, form = drafts.opened(doors().notebook, library(), me(), draft), request.form
    there = {f"note-{r['lesson']}": r.get("note", "") for r in now.record.rows("lessons")}
    notes = {box.removeprefix("note-"): _both(was, form.get(box, "")) for box, was in there.items()}
    note = _both(now.record.texts.get("note", ""), form.get("note", ""))
    loose = [form[box] for box in form if box.startswith("note-") and box not in there]
    return shown(
        arranging.noted(now, notes, {}, note), Invalid([Problem("", OTHER_TAB)]), status=status_of(error),
        apart=[text for text in loose if text.strip()],
    )  # fmt: skip


def _both(there: str, here: str) -> str:
    """What stands there and what was typed here; once where one holds the other."""
    here = _plain(here)
    if here in there:
        return there
    return here if there in here else f"{there}\n{here}"


def _issued_already(error: AlreadyIssued) -> Response:
    """Pressed twice, or written on after it was issued from elsewhere: later words begin a new version."""
    stored = library().peek(me(), error.briefing)
    if stored is None:
        raise NotFound()
    pack = reading.as_read_by(library(), me(), stored.record)
    notes = {row["lesson"]: row.get("note", "") for row in pack.rows("lessons")}
    typed = {f"note-{id}": note for id, note in notes.items()} | {
        "note": stored.record.texts.get("note", "")
    }
    if all(_plain(request.form.get(box, was)) == was for box, was in typed.items()):
        return redirect(url_for("briefings.show", id=error.briefing), 303)
    draft = drafts.again(doors().notebook, library(), me(), error.briefing)
    kept = _kept(_with_typed(draft))
    flash(_(LATER_WORDS))
    return redirect(url_for(".show", draft=kept.id), 303)


@bp.errorhandler(AlreadyIssued)
def issued(error: AlreadyIssued) -> Response:
    """Wherever a draft is asked for that is none any more: what became of it."""
    return redirect(url_for("briefings.show", id=error.briefing), 303)


# --- put away --------------------------------------------------------------------------------------------
@bp.get("/drafts/<draft>/delete")
def ask_to_delete(draft: str) -> str:
    _demand()
    held = drafts.opened(doors().notebook, library(), me(), draft)
    return render_template(
        "brief/delete.html", draft=held, record=held.record,
        page_marking=web_words.page_marking([held.record.line("marking")]),
    )  # fmt: skip


@bp.post("/drafts/<draft>/delete")
def delete(draft: str) -> Response:
    _demand()
    drafts.opened(doors().notebook, library(), me(), draft)
    doors().notebook.drop(draft, me().name)
    flash(_("The draft is deleted."), "success")
    return redirect(url_for("briefings.register"), 303)
