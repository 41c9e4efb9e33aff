"""The page of a draft: its lessons, what was lost of them, and what can be added."""

from collections.abc import Sequence
from typing import Any

from flask import render_template, url_for
from flask_babel import gettext as _

from lessons.domain import access, clearing
from lessons.domain.clearing import Marked
from lessons.domain.errors import LessonsError, NotFound, SearchUnavailable
from lessons.domain.record import Kind, Record
from lessons.domain.schema import SHAPES
from lessons.domain.states import GOOD
from lessons.domain.text import N_
from lessons.services.brief import arranging, asking, issuing
from lessons.services.brief.drafts import Draft
from lessons.web import briefings_words, forms, posted, record_forms
from lessons.web import words as web_words
from lessons.web.doors import library, me
from lessons.web.errors import problems_of, say, status_of
from lessons.web.labels import label
from lessons.web.record_forms import Page

SHAPE = SHAPES[Kind.BRIEFING]
RESTS = N_("Search is being rebuilt. Try again in a minute: the draft is kept.")


def shown(
    draft: Draft,
    error: LessonsError | None = None,
    *,
    marked: Sequence[Marked] = (),
    asked_for: str = "",
    apart: Sequence[str] = (),
    removed: str = "",
    at: str = "",
    status: int = 0,
) -> Page:
    """removed: the lesson that was just taken out, which can be put back. at: beside which one that is said."""
    holding = arranging.holding(library(), me(), draft)
    found, rests = _found(draft, asked_for)
    back = _put_back(draft, removed)
    markings = issuing.marking_now(library(), me(), draft, holding.markings)
    seen = [*posted.confirmed(), *(clearing.fingerprint(m.flag) for m in marked)]
    over = asking.plan_problem(draft.record)
    problems = list(problems_of(error))
    html = render_template(
        "brief/draft.html", draft=draft, record=_open(draft, holding), shape=SHAPE, holding=holding,
        headings=arranging.by_heading(holding.held), lessons=holding.held,
        operation=asking.operation_of(library(), me(), draft.record), pack_marking=access.highest(markings),
        reasons=briefings_words.reasons, advice=briefings_words.advice, asked_for=asked_for, found=found,
        rests=_(RESTS) if rests or draft.resting else "", apart=apart, guidance=_guidance(draft),
        over=say(over) if over else "", put_back=back, put_back_at=at,
        facts=_facts(draft.record), problems=problems,
        errors=forms.errors_by_box(problems), flags=[_flag(each, draft, holding) for each in marked],
        to_confirm=list(dict.fromkeys(seen)), most_note=arranging.LONGEST_NOTE,
        page_marking=web_words.page_marking(
            [*markings, *(r.line("marking") for r in (*found, *([back] if back else [])))]
        ),
    )  # fmt: skip
    return html, status or (status_of(error) if error else 200)


def _put_back(draft: Draft, id: str) -> Record | None:
    stored = library().peek(me(), id) if id in draft.removed else None
    return stored.record if stored and stored.record.line("state") in GOOD else None


def _open(draft: Draft, holding: arranging.Holding) -> Record:
    """What will be issued, as far as this person may know of it."""
    return draft.record.with_(lessons=tuple(each.row for each in holding.held))


def _found(draft: Draft, asked_for: str) -> tuple[list[Record], bool]:
    """Lessons to add, and whether search could not be asked."""
    if not asked_for.strip():
        return [], False
    try:
        return arranging.searched(library(), me(), draft, asked_for), False
    except SearchUnavailable:
        return [], True


def _guidance(draft: Draft) -> list[Any]:
    found = []
    for name in draft.guidance:
        try:
            found.append(library().reference.guidance(name))
        except NotFound:
            continue
    return found


def _facts(record: Record) -> list[str]:
    """What it is for, in a line."""
    return [
        label(SHAPE[name].vocabulary, key) for name in asking.ABOUT for key in record.keys(name)
    ]


def _flag(each: Marked, draft: Draft, holding: arranging.Holding) -> dict[str, str]:
    """A mark with the way to its box: of a note, to the lesson that it stands beside."""
    flag = record_forms.flag(each)
    if each.field.name in ("title", "plan"):
        return flag | {
            "href": url_for("briefings.drafts.about", draft=draft.id, _anchor=each.field.name)
        }
    noted = (held.row for held in holding.held if each.flag.text in held.row.get("note", ""))
    row = next(noted, None) if each.field.name == "lessons" else None
    return flag | {"href": f"#note-{row['lesson']}"} if row else flag
