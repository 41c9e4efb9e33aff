"""History: who changed what in a record and when; earlier words brought back, or destroyed."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import ngettext
from werkzeug.wrappers import Response

from lessons.domain import access
from lessons.domain.deciding import IllegalMove
from lessons.domain.errors import Busy, Invalid, LessonsError, NotFound, Problem, StaleWrite
from lessons.domain.record import OUTSIDE_EDIT, Kind, Record, Revision, Stored, kind_of
from lessons.domain.schema import SHAPES
from lessons.domain.text import N_
from lessons.services.brief.reading import LIVING, as_read_by
from lessons.services.review import restoring
from lessons.web import labels, posted, words
from lessons.web.differences import Difference, differences
from lessons.web.doors import library, me
from lessons.web.errors import problems_of, say, status_of

_KINDS = ", ".join(kind.folder for kind in restoring.WHO_RESTORES)
_RESTORED = f"/<any({_KINDS}):plural>/<id>/history/<int:number>/restore"
_CLOSED = "/lessons/<id>/history/<int:number>/close"
bp = Blueprint("history", __name__)
Page = tuple[str, int]


@dataclass(frozen=True, slots=True)
class Step:
    """One change. outside: made in the file itself, without the service."""

    revision: Revision
    changes: Sequence[Difference]
    outside: bool


class Titles:
    """Titles of linked records as this person may read them, and the markings met on the way."""

    def __init__(self) -> None:
        self.markings: list[str] = []

    def of(self, id: str) -> str:
        stored = library().peek(me(), id)
        if stored is None:
            return ""
        self.markings.append(stored.record.line("marking"))
        return stored.record.title


def steps(kept: Sequence[Stored], titles: Titles) -> list[Step]:
    """What each of these revisions changed in the one before it, oldest first; the first has nothing to compare."""
    found = [
        (after, _between(before, after, titles))
        for before, after in pairwise([None, *kept])
        if after
    ]
    return [
        Step(after.revision, changes, after.revision.verb == OUTSIDE_EDIT)
        for after, changes in found
        if changes or not (after.record.kind is Kind.BRIEFING and after.revision.verb in LIVING)
    ]


def _between(before: Stored | None, after: Stored, titles: Titles) -> list[Difference]:
    if before is None or before.revision.closed or after.revision.closed:
        return []
    shape = SHAPES[after.record.kind]
    both = [_as_read(each.record) for each in (before, after)]
    return differences(shape, both[0], both[1], labels.label, titles.of)


def _as_read(record: Record) -> Record:
    """A pack says nothing of a lesson that is not open to whoever reads it."""
    return as_read_by(library(), me(), record) if record.kind is Kind.BRIEFING else record


def show(plural: str, id: str) -> str:
    _demand_plural(plural, id)
    kept = library().history(me(), id)
    now = library().peek(me(), id)
    if now is None:
        raise NotFound()
    titles = Titles()
    markings = [r.record.line("marking") for r in (now, *kept)]
    found = steps(kept, titles)[::-1]
    numbers = [stored.revision.number for stored in kept]
    return render_template(
        "find/history.html",
        record=now.record,
        steps=found,
        keeper=me().role in access.KEEPERS,
        restorable=restoring.restorable(library(), me(), id, numbers),
        closable=restoring.closable(library(), me(), id, numbers),
        page_marking=words.page_marking([*markings, *titles.markings]),
    )


def _demand_plural(plural: str, id: str) -> None:
    kind = kind_of(id)
    if kind is None or kind.folder != plural:
        raise NotFound()


# --- earlier words brought back ----------------------------------------------------------------------
@bp.get(_RESTORED)
def look_back(plural: str, id: str, number: int) -> str | Page:
    _demand_plural(plural, id)
    found = restoring.earlier(library(), me(), id, number)
    return _preview(found), 409 if found.refused else 200


def _preview(found: restoring.Earlier, problems: Sequence[Problem] = (), seen: int = 0) -> str:
    titles = Titles()
    number = found.now.revision.number
    meanwhile = since(found.now.record.id, seen, titles) if 0 < seen < number else []
    now, would_be = (access.visible(me(), r) for r in (found.now.record, found.would_be))
    shape = SHAPES[now.kind]
    changes = differences(shape, now, would_be, labels.label, titles.of) if not found.refused else []  # fmt: skip
    if found.refused:
        problems = [Problem("", found.refused)]
    markings = [now.line("marking"), would_be.line("marking"), *titles.markings]
    return render_template(
        "review/restore.html", record=now, then=found.then, version=number, changes=changes,
        meanwhile=meanwhile, keeper=me().role in access.KEEPERS, refused=found.refused, problems=problems,
        page_marking=words.page_marking(markings),
    )  # fmt: skip


@bp.post(_RESTORED)
def bring_back(plural: str, id: str, number: int) -> Response | Page:
    _demand_plural(plural, id)
    seen = posted.number("version")
    try:
        restoring.restore(library(), me(), id, number, expected=seen)
    except (StaleWrite, IllegalMove, Invalid, Busy) as error:
        return _not_brought_back(error, id, number, seen)
    flash(_("The earlier words are back, as a new version. Nothing of the others is lost."), "success")  # fmt: skip
    return redirect(url_for("find.history", plural=plural, id=id), 303)


def _not_brought_back(error: LessonsError, id: str, number: int, seen: int) -> Page:
    found = restoring.earlier(library(), me(), id, number)
    problems = [Problem("", SINCE_THEN)] if isinstance(error, StaleWrite) else problems_of(error)
    return _preview(found, problems, seen), status_of(error)


SINCE_THEN = N_(
    "Somebody changed this record while you looked. What they did is told below: look again, then decide."
)


def since(id: str, seen: int, titles: Titles) -> list[Step]:
    """What others did to a record after a revision, as far as this person may read it.

    titles: gains the markings of what is shown.
    """
    kept = library().history(me(), id)
    after = [n for n, stored in enumerate(kept) if stored.revision.number > seen]
    start = after[0] if after else len(kept)
    titles.markings += [stored.record.line("marking") for stored in kept[max(0, start - 1) :]]
    told = steps(kept[max(0, start - 1) :], titles)
    return [step for step in told if step.revision.number > seen]


# --- earlier words destroyed -------------------------------------------------------------------------
@bp.get(_CLOSED)
def ask_to_close(id: str, number: int) -> str:
    return _asked_to_close(id, number)


def _asked_to_close(id: str, number: int, problems: Sequence[Problem] = (), why: str = "") -> str:
    stored, now = library().revision(me(), id, number), library().peek(me(), id)
    if now is None or number >= now.revision.number or stored.revision.closed:
        raise NotFound()
    if now.record.kind is not Kind.LESSON:
        raise NotFound()
    access.demand(me(), access.Permit.RESTRICT)
    return render_template(
        "review/close.html", record=now.record, then=stored.revision, before=_before(id, number), why=why,
        was=stored.record, problems=problems, most=restoring.WHY_LIMIT,
        page_marking=words.page_marking([now.record.line("marking"), stored.record.line("marking")]),
    )  # fmt: skip


def _before(id: str, number: int) -> int:
    kept = [s.revision for s in library().history(me(), id)]
    return sum(1 for r in kept if r.number < number and r.closed is None)


@bp.post(_CLOSED)
def close(id: str, number: int) -> Response | Page:
    why, all_before = request.form.get("why", ""), "before" in request.form
    try:
        count = restoring.close(library(), me(), id, number, why, all_before=all_before)
    except Invalid as error:
        return _asked_to_close(id, number, error.problems, why), 422
    except Busy as error:
        return _asked_to_close(id, number, [Problem("", say(error))], why), status_of(error)
    flash(
        ngettext(
            "The text of %(num)s version is destroyed.",
            "The texts of %(num)s versions are destroyed.",
            count,
        ),
        "success",
    )
    return redirect(url_for("find.history", plural="lessons", id=id), 303)
