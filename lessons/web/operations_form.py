"""Forms of the register: an operation entered and changed, why its debrief is late, and that none is needed."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date

from flask import Blueprint, flash, redirect, request, url_for
from flask_babel import gettext as _
from flask_babel import ngettext
from werkzeug.wrappers import Response

from lessons.domain import access
from lessons.domain.access import Permit
from lessons.domain.boxes import add_row
from lessons.domain.errors import Problem, StaleWrite
from lessons.domain.operations import LEADS, Usual, off_work, usual
from lessons.domain.record import Kind, Record, Stored, kind_of, new_id
from lessons.domain.text import N_
from lessons.library import owning
from lessons.services.track import keeping, operations_keeping
from lessons.services.track.keeping import Entered
from lessons.services.track.operations_keeping import SHAPE, Kept
from lessons.web import posted, record_forms, words
from lessons.web.doors import doors, library, me
from lessons.web.record_forms import Page, Part, View

bp = Blueprint("form", __name__)
VERBS = ("register", "edit", "say_late", "no_debrief", "debrief_needed")
REGISTER, EDIT, SAY_LATE, NO_DEBRIEF, NEEDED = VERBS
PARTS = (
    Part("", ("title", "operation_kind", "summary")),
    Part(N_("Dates"), ("started", "ended", "debrief_due")),
    Part(
        N_("Who leads it"),
        ("unit", "sio", "lro", "plan_owner"),
        intro=N_("Whoever is named here, and has an account, is told what falls due."),
    ),
    Part(
        N_("What it is about"),
        ("four_p", "threats", "threat_kinds", "vulnerabilities", "tactics", "partners", "order", "place_type"),
        folded=True,
    ),
    Part(
        N_("References elsewhere"),
        ("references",),
        intro=N_("Such as a 4P plan or an entry in APMIS. They are kept as words."),
        folded=True,
    ),
    Part(
        N_("Marking, and who may read it"),
        ("marking", "groups", "restricted_because", "restricted_until"),
        folded=True,
    ),
)  # fmt: skip
SAY_WHY = N_("Say why it is late.")
SAY_WHY_NOT = N_("Say why no debrief is needed.")


# --- entering and changing ---------------------------------------------------------------------------
@bp.route("/new", methods=["GET", "POST"])
def new() -> Response | Page:
    access.demand(me(), Permit.REGISTER)
    id = _fresh()
    before = Record(id, Kind.OPERATION, fields={"author": me().name, "marking": "official"})
    view = View(
        _("Enter an operation or activity"), before, _parts(before),
        url_for(".new", form=id), (url_for("operations.register"), _("Operations")),
        options=_options(), hints=_hints(before), save=N_("Enter it in the register"),
    )  # fmt: skip
    if request.method == "GET":
        return view.page()
    return _taken(view, REGISTER)


def _fresh() -> str:
    """The id of the form that is being sent; sending it twice then makes one entry."""
    given = request.args.get("form", "")
    if request.method == "POST" and kind_of(given) is Kind.OPERATION:
        return given
    return new_id(Kind.OPERATION, library().today.year)


@bp.route("/<id>/edit", methods=["GET", "POST"])
def edit(id: str) -> Response | Page:
    stored = _mine(id)
    view = View(
        _("Change this entry"), stored.record, _parts(stored.record), url_for(".edit", id=id), _back(id),
        seen=stored.revision.number, options=_options(), hints=_hints(stored.record),
    )  # fmt: skip
    return view.page() if request.method == "GET" else _taken(view, EDIT)


def _mine(id: str) -> Stored:
    """An operation that this person may change. Raises NotFound, NotAllowed."""
    stored = keeping.current(library(), me(), id, Kind.OPERATION)
    operations_keeping.demand(me(), stored.record)
    return stored


def _back(id: str) -> tuple[str, str]:
    return url_for("operations.show", id=id), _("Back")


def _parts(record: Record) -> list[Part]:
    """The boxes that this person may fill in."""
    names = operations_keeping.boxes(me(), record)
    kept = [replace(part, names=tuple(n for n in part.names if n in names)) for part in PARTS]
    return [part for part in kept if part.names]


def _accounts() -> list[str]:
    return owning.active(doors().accounts)


def _options() -> dict[str, Sequence[str]]:
    names = _accounts()
    return dict.fromkeys(LEADS, names)


def _taken(view: View, verb: str) -> Response | Page:
    """What the form sends: kept, or the form again with every word in it."""
    form, confirmed, before = posted.form(), posted.confirmed(), view.record
    seen = posted.number("version") if view.seen else 0
    view = replace(view, form=form, seen=seen, confirmed=confirmed)
    box = request.form.get("add_row", "")
    if box:
        add_row(SHAPE, form, box)
        return view.page()
    names = record_forms.names_in(view.parts)
    accounts = _accounts()
    entry = operations_keeping.enter(library(), before, names, form, accounts, confirmed=confirmed)
    if any(problem.field == "debrief_due" for problem in entry.problems):
        confirmed = [*confirmed, operations_keeping.early(entry.record)]
    view = replace(view, hints=_hints(entry.record), confirmed=confirmed)
    try:
        kept = _kept(verb, entry, accounts, seen)
    except record_forms.REFUSALS as error:
        return view.refusing(error)
    if kept:
        _tell(kept)
    return _onward(kept.stored.record.id if kept else before.id)


def _kept(verb: str, entry: Entered, accounts: Sequence[str], seen: int) -> Kept | None:
    """None where this very form was taken a moment ago, as when a button is pressed twice."""
    try:
        return operations_keeping.keep(library(), me(), verb, entry, accounts, expected=seen)
    except StaleWrite:
        if verb != REGISTER:
            raise
    if _was_sent(entry.record):
        return None
    other = replace(entry.record, id=library().fresh_id(Kind.OPERATION))  # that id was another's
    anew = replace(entry, record=other)
    return operations_keeping.keep(library(), me(), verb, anew, accounts, expected=0)


def _was_sent(record: Record) -> bool:
    there = library().peek(me(), record.id)
    return there is not None and (there.record.title, there.record.line("author")) == (
        record.title,
        me().name,
    )


def _onward(id: str) -> Response:
    """To its page; to the register, where this person has just closed it to themselves."""
    if library().peek(me(), id):
        return redirect(url_for("operations.show", id=id), 303)
    flash(_("It is kept. Under its new restriction it is no longer shown to you."), "success")
    return redirect(url_for("operations.register"), 303)


def _tell(kept: Kept) -> None:
    """That it is kept, and what somebody should look at once more."""
    record = kept.stored.record
    if kept.evaluation:
        due = words.day(kept.evaluation.day("due"))
        flash(_("The register has it. Its evaluation falls due on %(day)s.", day=due), "success")
    else:
        flash(_("The register has it."), "success")
    if kept.without_account:
        names = ", ".join(kept.without_account)
        text = ngettext(
            "There is no account of this name, so nobody is reminded: %(names)s.",
            "There are no accounts of these names, so nobody is reminded: %(names)s.",
            len(kept.without_account), names=names,
        )  # fmt: skip
        flash(text)
    if kept.namesakes:
        ids = ", ".join(kept.namesakes[:5])
        flash(
            _("The register has this name already: %(ids)s. If it is the same, keep one.", ids=ids)
        )
    due_day = record.day("debrief_due")
    if off_work(library().timetable, due_day):
        flash(
            _(
                "The day on which the debrief is due is no working day: %(day)s.",
                day=off_words(due_day),
            )
        )


def off_words(day: date | None) -> str:
    """A day off, with the name of the bank holiday or of the day of the week."""
    holiday = library().holidays.holiday(day) if day else ""
    return f"{words.day(day)} ({holiday or words.day(day, 'EEEE')})"


# --- when its debrief falls due ------------------------------------------------------------------------
def _hints(record: Record) -> dict[str, str]:
    return {"debrief_due": " ".join(usual_words(record))}


def usual_words(record: Record) -> list[str]:
    """What the rule of its kind gives, in sentences for the form."""
    found = usual(library().timetable, record)
    if found is None:
        if not record.line("operation_kind"):
            return [_("Leave empty for the usual time of its kind.")]
        return [_("For this kind none falls due by itself. A day written here is kept.")]
    return [_("Leave empty for the usual time."), *rule_words(found)]


def rule_words(found: Usual) -> list[str]:
    """The usual time, the day that it gives, and why that day moved."""
    within = ngettext("%(num)s day", "%(num)s days", found.within)
    told = [_("The usual time is %(days)s after it ends.", days=within)]
    if found.day:
        told.append(_("That gives %(day)s.", day=words.day(found.day)))
    if found.moved and found.holiday:
        told.append(
            _(
                "It moved to the next working day because of a bank holiday: %(name)s.",
                name=found.holiday,
            )
        )
    elif found.moved:
        told.append(_("It moved to the next working day because of a weekend."))
    return told


# --- late, or not needed -------------------------------------------------------------------------------
@bp.route("/<id>/late", methods=["GET", "POST"])
def late(id: str) -> Response | Page:
    """Why the debrief is late: one sentence, kept in the record and its history."""
    return _sentence(id, "why_late", _("Why is the debrief late?"), SAY_LATE, SAY_WHY)


@bp.route("/<id>/no-debrief", methods=["GET", "POST"])
def no_debrief(id: str) -> Response | Page:
    """That no debrief is needed, and why; an empty box says that one is needed after all."""
    before = _mine(id).record.line("no_debrief")
    sent = request.form.get("no_debrief", "").strip()
    verb = NO_DEBRIEF if sent or not before else NEEDED
    return _sentence(
        id, "no_debrief", _("Why is no debrief needed?"), verb, "" if before else SAY_WHY_NOT
    )


def _sentence(id: str, name: str, heading: str, verb: str, missing: str) -> Response | Page:
    """A form of one box. missing: what is said where it is empty; "" where it may be."""
    stored = _mine(id)
    view = View(
        heading, stored.record, (Part("", (name,)),), request.path, _back(id),
        seen=stored.revision.number, optional=not missing and name == "no_debrief",
        hints={name: _("Leave it empty if a debrief is needed after all.") if not missing else
               _("A sentence. Roles, not names. It stays in the history of this entry.")},
    )  # fmt: skip
    if request.method == "GET":
        return view.page()

    def rules(record: Record) -> list[Problem]:
        return [Problem(name, missing)] if missing and not record.line(name) else []

    form, confirmed, seen = posted.form(), posted.confirmed(), posted.number("version")
    view = replace(view, form=form, seen=seen, confirmed=confirmed)
    entry = keeping.entered(
        library(), stored.record, (name,), form, confirmed=confirmed, complete=False, rules=rules
    )
    try:
        keeping.keep(library(), me(), verb, entry, expected=seen)
    except record_forms.REFUSALS as error:
        return view.refusing(error)
    flash(_("The register has it."), "success")
    return _onward(id)
