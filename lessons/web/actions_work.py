"""One action: its page, the decisions on it, and the files that show that it works."""

from collections.abc import Mapping, Sequence
from dataclasses import KW_ONLY, dataclass
from typing import Any, BinaryIO, cast

from flask import Blueprint, Response, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.exceptions import RequestEntityTooLarge
from werkzeug.wrappers import Response as AnyResponse
from werkzeug.wsgi import wrap_file

from lessons.domain import access, clearing, wording
from lessons.domain.access import Permit
from lessons.domain.action_life import (
    MOVES,
    NEEDED,
    ActionMove,
    Need,
    State,
    Tie,
    Whom,
    barred,
    may_make,
    moves_for,
    state_of,
)
from lessons.domain.boxes import Form
from lessons.domain.boxes import words as words_in
from lessons.domain.clearing import Marked, Refused
from lessons.domain.deciding import IllegalMove, is_person
from lessons.domain.due import STANDINGS
from lessons.domain.errors import (
    Busy,
    Invalid,
    LessonsError,
    MarkingTooHigh,
    NotFound,
    Problem,
    StaleWrite,
)
from lessons.domain.record import Kind, Record, Stored, kind_of
from lessons.domain.text import N_
from lessons.library import owning
from lessons.services import find
from lessons.services.track import actions as track
from lessons.services.track import actions_moving as moving
from lessons.services.track.actions_moving import SHAPE, Upload
from lessons.web import forms, history, posted, words
from lessons.web.actions_agreeing import IS_ROLE, in_words, questions, told
from lessons.web.beginnings import Remembering, words_of
from lessons.web.doors import doors, library, me
from lessons.web.errors import HAPPENED, answer, problems_of, say, status_of
from lessons.web.guard import signed_in
from lessons.web.record_forms import flag, value

bp = Blueprint("work", __name__)
Page = tuple[str, int]
LINE = (
    State.OPEN,
    State.UNDER_WAY,
    State.DONE,
    State.VERIFIED,
)  # the life of an action as people are shown it
TOLD: Mapping[Whom, str] = {
    Whom.OWNER: N_("its owner"), Whom.AUTHOR: N_("whoever agreed it"),
    Whom.LEAD: N_("who hears when it is late"), Whom.CHECKERS: N_("the owners of the lessons it comes from"),
}  # fmt: skip
HINTS = {
    "title": N_("Begin with a verb. One thing, that others can see is done. Roles, not names."),
    "owner": N_("Start typing a name, or enter a role that a person holds."),
    "decision": N_("Roles, not names. It stays in the history."),
    "evidence": N_("What shows that it works and lasts, and where it can be looked up. Roles, not names."),
    "progress": N_("How far it has come. Roles, not names."),
    "due": N_("A weekend or bank holiday becomes the next working day."),
}  # fmt: skip
BOXES = {Need.EVIDENCE: "evidence", Need.SENTENCE: "decision", Need.OWNER: "owner"}
CHANGED = N_(
    "Somebody was first: this action has changed since you opened this page. What they did is told below. "
    "Your words are in the form."
)
FILES_AGAIN = N_("Choose your files again: a browser does not keep them.")
TOO_LARGE = N_(
    "What you sent is larger than %(most)s megabytes, so no file was taken. Your words are in the form."
)
ROOM_FOR_WORDS = 1 << 20  # bytes of a request beside its files
UPLOADING = "actions.work.make"
FILE_CSP = "sandbox; default-src 'none'; frame-ancestors 'none'"


# --- the page --------------------------------------------------------------------------------------------
@bp.get("/<id>")
def show(id: str) -> str:
    if kind_of(id) is not Kind.ACTION:
        raise NotFound()
    stored = library().open(me(), id)
    record = stored.record
    whole = library().records.get(id).record
    linked = find.linked(library(), me(), record)
    linked |= find.successors(library(), me(), linked)
    kinds = library().vocabularies["action_strength"]
    return render_template(
        "track/action.html", record=record, revision=stored.revision, shape=SHAPE, linked=linked,
        standing=library().timetable.action(record), standings=STANDINGS, state=state_of(record), life_line=LINE,
        grade=wording.grade(kinds, record.line("strength")), grades=track.GRADES, ways=_ways(whole),
        may_remove=any(move.key == "remove_file" for move in moves_for(me(), whole)), attached=library().attachments,
        own=_is_tied(whole), page_marking=words.page_marking(
            [record.line("marking"), *(each.line("marking") for each in linked.values())]
        ),
    )  # fmt: skip


def _is_tied(whole: Record) -> bool:
    return any(is_person(whole.line(tie), me()) for tie in Tie)


def _ways(whole: Record) -> list[dict[str, str]]:
    """What this person may do next, and what is barred to them with why; the way on first."""
    found = [
        {"label": str(_(move.label)), "href": url_for(".ask", id=whole.id, key=move.key),
         "barred": str(_(no)) if (no := barred(move, me(), whole)) else "", "on": "yes" if move.to in LINE[1:] else ""}
        for move in moves_for(me(), whole) if move.key != "remove_file"
    ]  # fmt: skip
    checker = MOVES["verify"]
    if state_of(whole) == State.DONE and not may_make(checker, me(), whole):
        told = str(_(barred(checker, me(), whole)))
        found.append({"label": str(_(checker.label)), "href": "", "barred": told, "on": ""})
    return sorted(found, key=lambda way: (not way["on"], bool(way["barred"])))


# --- one decision ----------------------------------------------------------------------------------------
@dataclass(frozen=True, slots=True)
class View:
    """The form of a move as it is to be shown. seen: the revision that the person looked at, 0 for the one it is."""

    stored: Stored
    move: ActionMove
    form: Form
    _: KW_ONLY
    seen: int = 0
    problems: Sequence[Problem] = ()
    refused: str = ""
    marked: Sequence[Marked] = ()
    confirmed: Sequence[str] = ()
    questions: Sequence[
        Mapping[str, Any]
    ] = ()  # of the wording, as `actions_agreeing.told` gives them

    def page(self, status: int = 200) -> Page:
        record, move = access.visible(me(), self.stored.record), self.move
        number = self.stored.revision.number
        titles = history.Titles()
        meanwhile = history.since(record.id, self.seen, titles) if 0 < self.seen < number else []
        prints = [*self.confirmed, *(clearing.fingerprint(mark.flag) for mark in self.marked)]
        prints += [str(each["print"]) for each in self.questions]
        found: dict[str, list[dict[str, str]]] = {}
        for mark in self.marked:
            found.setdefault(mark.field.name, []).append(flag(mark))
        html = render_template(
            "track/action_move.html",
            record=record, move=move, form=self.form, version=number, shape=SHAPE, fields=_fields(move, record),
            value_of=lambda field: _value(field.name, self.form, record), needed=[_(NEEDED[n]) for n in move.needs],
            optional=lambda field: field.name not in _asked(move), hints={k: _(v) for k, v in HINTS.items()},
            labels=_labels(move), told=[str(_(TOLD[whom])) for whom in move.tells], problems=self.problems,
            errors=forms.errors_by_box(self.problems), refused=self.refused, meanwhile=meanwhile,
            flags=[flag(mark) for mark in self.marked], found=found, to_confirm=list(dict.fromkeys(prints)),
            people=_people(move), state=state_of(record), most_mb=doors().settings["MAX_FILE_MB"],
            keeper=me().role in access.KEEPERS, file=_file(self.form), is_role=bool(self.form.get(IS_ROLE)),
            questions=self.questions, with_chosen=forms.with_chosen,
            page_marking=words.page_marking([record.line("marking"), *titles.markings]),
        )  # fmt: skip
        return html, status


def _file(form: Form) -> str:
    """The file that is to be removed."""
    return request.args.get("file", "") or (form.get("file") or [""])[0]


def _fields(move: ActionMove, record: Record) -> list[Any]:
    """What it takes, without the fields that this person does not see."""
    return [SHAPE[name] for name in move.takes if access.sees(me(), SHAPE[name], record)]


def _asked(move: ActionMove) -> set[str]:
    return {BOXES[need] for need in move.needs if need in BOXES} | {"title", "due"}


def _labels(move: ActionMove) -> dict[str, str]:
    if move.key == "put_right":
        return {"decision": str(_("Why it changes"))}
    why = Need.SENTENCE in move.needs
    return {"decision": str(_("Why") if why else _("In a sentence"))}


def _value(name: str, form: Form, record: Record) -> Any:
    """What was typed; else what the action says. What is said with a decision is said anew each time."""
    if not form and name in ("decision", "owner"):
        return ""
    return value(SHAPE[name], form, record)


def _people(move: ActionMove) -> Mapping[str, Sequence[str]]:
    """Names to choose from, for those who are offered all of them anyway; others type one."""
    if not (me().may(Permit.AGREE) or me().may(Permit.MANAGE_PEOPLE)):
        return {}
    names = [name for name in ("owner", "lead") if name in move.takes]
    return dict.fromkeys(names, owning.active(doors().accounts)) if names else {}


def _move(key: str) -> ActionMove:
    """Raises NotFound."""
    if key not in MOVES:
        raise NotFound()
    return MOVES[key]


@bp.get("/<id>/move/<key>")
def ask(id: str, key: str) -> Page:
    stored, move = moving.current(library(), me(), id), _move(key)
    no = barred(move, me(), stored.record)
    view = View(stored, move, {}, refused=str(_(no)) if no else "")
    return view.page(409 if no else 200)


@bp.post("/<id>/move/<key>")
def make(id: str, key: str) -> AnyResponse | Page:
    form, seen, confirmed = posted.form(), posted.number("version"), posted.confirmed()
    move = _move(key)
    asked = _unanswered(id, move, form, seen, confirmed)
    if asked:
        return asked.page(422)
    given = [f for f in request.files.getlist("files") if f.filename]
    uploads = [Upload(f.filename or "", cast(BinaryIO, f.stream)) for f in given]
    try:
        done = moving.make(
            library(), doors().accounts, me(), id, key, form, expected=seen, uploads=uploads,
            remove=request.form.get("file", ""), is_role=IS_ROLE in form, confirmed=confirmed,
        )  # fmt: skip
    except (StaleWrite, IllegalMove, Invalid, MarkingTooHigh, Busy) as error:
        return _refused(error, id, move, form, seen, confirmed, bool(uploads))
    if done.moved:
        flash(in_words(done.moved))
    flash(f"{_(move.done)}.", "success")
    if access.may_read(me(), done.stored.record, library().today):
        return redirect(url_for(".show", id=id), 303)
    return redirect(url_for("actions.register"), 303)


def _unanswered(
    id: str, move: ActionMove, form: Form, seen: int, confirmed: Sequence[str]
) -> View | None:
    """The form again, where what is asked of new words, or of another type, was not yet answered by keeping them."""
    if move.key != "put_right":
        return None
    stored = moving.current(library(), me(), id)
    record, title = stored.record, words_in(form, "title")
    strength = words_in(form, "strength") or record.line("strength")
    if barred(move, me(), record) or (title, strength) == (record.title, record.line("strength")):
        return None
    origins = [each for each in record.keys("of") if library().peek(me(), each)]
    found = told(questions(title, strength, origins, id), title, strength)
    if all(each["print"] in confirmed for each in found):
        return None
    return View(stored, move, form, seen=seen, confirmed=confirmed, questions=found)


def _refused(
    error: LessonsError, id: str, move: ActionMove, form: Form, seen: int, confirmed: Sequence[str], files: bool
) -> Page:  # fmt: skip
    """The same form with every word in it, what is wrong, and what others did meanwhile. Raises NotFound."""
    stored = moving.current(library(), me(), id)
    problems, refused = list(problems_of(error)), ""
    marks = error.marked if isinstance(error, Refused) else ()
    if isinstance(error, StaleWrite):
        problems = [Problem("", CHANGED)]
        no = barred(move, me(), stored.record)
        refused = str(_(no)) if no else ""
    elif isinstance(error, IllegalMove):
        refused, problems = say(error), []
    elif not isinstance(error, Invalid):
        problems = [Problem("", say(error))]
    if files and not refused and not any(p.field == "files" for p in problems):
        problems.append(Problem("files", FILES_AGAIN))
    view = View(
        stored, move, form, seen=seen, problems=problems, refused=refused, marked=marks, confirmed=confirmed
    )  # fmt: skip
    return view.page(status_of(error))


# --- what is too large -----------------------------------------------------------------------------------
@bp.url_value_preprocessor
def make_room(endpoint: str | None, values: dict[str, Any] | None) -> None:
    """Files may be larger than other forms; what is larger still is not read, but for the words that come first.

    Runs before anything looks at the form.
    """
    if endpoint != UPLOADING or request.method != "POST":
        return
    request.max_content_length = (int(doors().settings["MAX_FILE_MB"]) << 20) + ROOM_FOR_WORDS
    request.environ["wsgi.input"] = Remembering(request.environ["wsgi.input"])


@bp.errorhandler(RequestEntityTooLarge)
def too_large(error: RequestEntityTooLarge) -> Page | Response:
    """The form again with the words that came before the file."""
    if not signed_in() or request.endpoint != UPLOADING:
        return answer(413, "request_entity_too_large", str(_(HAPPENED[413])))
    given = request.view_args or {}
    try:
        stored, move = moving.current(library(), me(), str(given["id"])), _move(str(given["key"]))
    except LessonsError as other:
        return answer(status_of(other), "not_found", say(other))
    read = words_of(request)
    problem = Problem("files", TOO_LARGE, values=(("most", str(doors().settings["MAX_FILE_MB"])),))
    seen = posted.whole((read.get("version") or ["0"])[0])
    form = {name: said for name, said in read.items() if name not in posted.OWN_BOXES}
    return View(stored, move, form, seen=seen, problems=[problem]).page(413)


# --- files -----------------------------------------------------------------------------------------------
@bp.get("/<id>/files/<name>")
def file(id: str, name: str) -> Response:
    """A file as it was added, to be saved and never shown: nothing in it runs here."""
    found, content = moving.file_of(library(), me(), id, name)
    parts = wrap_file(request.environ, content)
    response = Response(parts, mimetype=found.type, direct_passthrough=True)
    response.call_on_close(content.close)
    response.content_length = found.size
    response.headers.set("Content-Disposition", "attachment", filename=found.name)
    response.headers["Content-Security-Policy"] = FILE_CSP
    response.headers["X-Content-Type-Options"] = "nosniff"
    response.headers["Cache-Control"] = "no-store"
    return response
