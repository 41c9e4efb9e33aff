"""Between forms as typed and the templates that show them again."""

import re
import secrets
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import KW_ONLY, dataclass
from typing import Any

from flask import render_template
from flask_babel import gettext as _

from lessons.domain import access
from lessons.domain.boxes import MAIN_FIRST, Form, row_numbers
from lessons.domain.errors import Problem
from lessons.domain.personal_data import KINDS
from lessons.domain.record import Kind
from lessons.domain.schema import SHAPES, Field, Type
from lessons.domain.text import N_
from lessons.services import capture
from lessons.services.capture import Warned
from lessons.services.find import NAMES
from lessons.web import alike
from lessons.web.doors import library, me
from lessons.web.errors import say
from lessons.web.labels import label

POINT_BOX = re.compile(r"points-(\d+)-(\w+)")
PART = re.compile(r"-(?:day|month|year|main|\d+-\w+)$")
FEW_BRIEFED = 10  # lessons that are asked of in the open
BRIEFED_WITH = N_("Lessons you were briefed with")
MOST_FLAGS = 40  # told of one by one; nobody reads more at once
MOST_CARRIED = 2_000_000  # characters, names and all; no form that can be sent has as many
# Boxes of the search form, which belong to no field.
Page = tuple[str, int]


def errors_by_box(problems: Iterable[Problem]) -> dict[str, str]:
    """The first sentence for each box."""
    found: dict[str, str] = {}
    for problem in problems:
        found.setdefault(problem.field, say(problem))
    return found


# --- boxes as they were typed ----------------------------------------------------------------------
def typed_value(field: Field, form: Form) -> Any:
    """What stands in the boxes of a field, as the macro `field` takes it: as typed, right or wrong."""
    if field.type is Type.DATE:
        parts = {p: _first(form, f"{field.name}-{p}") for p in ("day", "month", "year")}
        whole = _first(form, field.name).split("-")
        if not any(parts.values()) and len(whole) == 3:
            parts = {"year": whole[0], "month": whole[1].lstrip("0"), "day": whole[2].lstrip("0")}
        return parts
    if field.type is Type.ROWS:
        numbers = row_numbers(field.name, form)
        return [{c: _first(form, f"{field.name}-{n}-{c}") for c in field.columns} for n in numbers]
    values = list(form.get(field.name, ()))
    return values if field.many else (values or [""])[0]


def _first(form: Form, box: str) -> str:
    return (form.get(box) or [""])[0]


def points(form: Form) -> list[dict[str, str]]:
    """The learning points of a form, each with its number as `i` and its boxes by name."""
    return [
        {"i": str(n)} | {f: _first(form, f"points-{n}-{f}") for f in capture.POINT_FIELDS}
        for n in capture.point_numbers(form)
    ]


def with_chosen(options: Iterable[Any], chosen: Any, vocabulary: str) -> list[Any]:
    """The options of a list, and after them what was chosen though it is not offered: a retired or unknown key."""
    offered = list(options)
    known = {_key(option) for option in offered}
    values = [chosen] if isinstance(chosen, str) else chosen or ()
    lost = dict.fromkeys(v for v in values if isinstance(v, str) and v and v not in known)
    return offered + [{"value": v, "label": label(vocabulary, v), "hint": ""} for v in lost]


def _key(option: Any) -> str:
    return str(option["value"] if isinstance(option, Mapping) else option.key)


def any_filled(names: Iterable[str], form: Form) -> bool:
    """Whether anything stands in these boxes, so that the fold that holds them opens."""
    wanted = tuple(names)
    return any(
        any(v.strip() for v in values)
        for box, values in form.items()
        if box in wanted or box.startswith(tuple(f"{n}-" for n in wanted))
    )


# --- what is wrong, and where ----------------------------------------------------------------------
def summary(problems: Iterable[Problem], form: Form) -> list[dict[str, str]]:
    """Problems for the list at the top; where there are several learning points, each says which one it is about.

    Sentences, not messages: they may hold words that were typed, which no template may take for its own.
    """
    places = {n: at for at, n in enumerate(capture.point_numbers(form), 1)}
    return [{"field": p.field, "message": _placed(p, places)} for p in problems]


def _placed(problem: Problem, places: Mapping[int, int]) -> str:
    match = POINT_BOX.fullmatch(problem.field)
    if not match or len(places) < 2:
        return say(problem)
    return f"{_('Learning point')} {places.get(int(match[1]), 1)}: {say(problem)}"


def anchors(problems: Iterable[Problem]) -> dict[str, str]:
    """Where the error summary leads, for boxes that are not named as their field."""
    return {p.field: "occurred-day" for p in problems if p.field == "occurred"}


def box_label(box: str, places: Mapping[int, int] | None = None) -> str:
    """The words of a box, for lists of what was found where. places: of learning points, as people count."""
    match = POINT_BOX.fullmatch(box)
    if box.startswith(capture.BOX):
        return str(_(BRIEFED_WITH))
    if match:
        field = SHAPES[Kind.LESSON].by_name.get(match[2])
        name = _(field.label) if field else match[2]
        number = int(match[1])
        return f"{_('Learning point')} {(places or {}).get(number, number + 1)}: {name}"
    field = SHAPES[Kind.DEBRIEF].by_name.get(PART.sub("", box))
    return str(_(field.label) if field else _(NAMES.get(box, box)))


def flags_for_page(warned: Sequence[Warned], form: Form | None = None) -> list[dict[str, str]]:
    """Warnings as the macro `flag_list` takes them, the first MOST_FLAGS."""
    numbers = capture.point_numbers(form or {})
    places = {n: at for at, n in enumerate(numbers, 1)}
    return [
        {
            "what": _(KINDS[w.flag.kind].label),
            "where": box_label(w.box, places),
            "text": w.flag.text,
            "instead": _(w.flag.why),
            "href": f"#{anchor_of(w.box, form or {})}",
            "certainty": w.flag.certainty,
        }
        for w in warned[:MOST_FLAGS]
    ]


def question_of(box: str) -> str:
    """The field that a box belongs to; a box of a learning point is a question of its own."""
    return box if POINT_BOX.fullmatch(box) else PART.sub("", box)


def anchor_of(box: str, form: Form) -> str:
    """The id of a box: the first cell of a small table bears the table's name."""
    stem = question_of(box)
    field = SHAPES[Kind.DEBRIEF].by_name.get(stem)
    if field is None or field.type is not Type.ROWS:
        return box
    place = row_numbers(stem, form)
    row, column = box.removeprefix(f"{stem}-").split("-")
    at = place.index(int(row)) if int(row) in place else 0
    first = at == 0 and column == next(iter(field.columns))
    return stem if first else f"{stem}-{at}-{column}"


def flags_by_box(warned: Sequence[Warned]) -> dict[str, list[dict[str, str]]]:
    """What was found in each box, to be told at the box; all cells of a small table together."""
    found: dict[str, list[dict[str, str]]] = {}
    for w in warned[:MOST_FLAGS]:
        stem = question_of(w.box)
        field = SHAPES[Kind.DEBRIEF].by_name.get(stem)
        box = stem if field and field.type is Type.ROWS else w.box
        found.setdefault(box, []).append({"text": w.flag.text, "instead": _(w.flag.why)})
    return found


# --- two devices -----------------------------------------------------------------------------------
def differing(theirs: Form, mine: Form) -> list[tuple[str, str]]:
    """What the other device saved where it is not what stands here: (label, words), one for each question."""
    places = {n: at for at, n in enumerate(capture.point_numbers(theirs), 1)}
    rows: dict[str, list[str]] = {}
    for box, values in theirs.items():
        stem = question_of(box)
        if _asked(stem, theirs) != _asked(stem, mine):
            rows.setdefault(box_label(box, places), []).extend(_as_words(box, values))
    return [
        (label, ", ".join(w for w in said if w) or _("(nothing)")) for label, said in rows.items()
    ]


def _asked(stem: str, form: Form) -> list[tuple[str, list[str]]]:
    """Every box of one question."""
    return sorted(
        (box, [v for v in values if v])
        for box, values in form.items()
        if question_of(box) == stem and any(values)
    )


def _as_words(box: str, values: Sequence[str]) -> list[str]:
    if box.startswith(capture.BOX):
        return [label("briefing_outcome", v) for v in values if v]
    match = POINT_BOX.fullmatch(box)
    kind, name = (Kind.LESSON, match[2]) if match else (Kind.DEBRIEF, question_of(box))
    field = SHAPES[kind].by_name.get(name)
    if field is None or not field.vocabulary:
        return list(values)
    return [label(field.vocabulary, v) for v in values]


def kept_pairs(form: Any, secret: frozenset[str]) -> list[tuple[str, str]]:
    """Every box and value of a posted form but the secret and the empty ones, in order, up to MOST_CARRIED."""
    kept, left = [], MOST_CARRIED
    for name, values in form.lists():
        for value in values:
            if value and name not in secret and len(name) < left:
                kept.append((name, value[: left - len(name)]))
                left -= len(name) + len(kept[-1][1])
    return kept


# --- the debrief form ------------------------------------------------------------------------------
def marking_of_forms(*forms: Form) -> str:
    """The label of a page that shows words of these drafts; what is no marking of ours counts as the highest."""
    return label("marking", access.highest(m for form in forms for m in form.get("marking", ())))


@dataclass(frozen=True, slots=True)
class View:
    """The form as it is to be shown. confirmed: fingerprints of flags already looked at."""

    draft: str
    form: Form
    version: int = 0
    _: KW_ONLY
    saved: object = None
    saved_by: str = ""
    problems: Sequence[Problem] = ()
    warned: Sequence[Warned] = ()
    too_high: str = ""
    confirmed: Sequence[str] = ()
    clash: Form | None = None

    def page(self, status: int = 200) -> Page:
        near = alike.to_points(self.form)
        briefed = capture.briefed_with(library(), me(), self.form)
        html = render_template(
            "capture/form.html",
            view=self,
            form=self.form,
            draft=self.draft,
            page_token=secrets.token_urlsafe(6),
            problems=summary(self.problems, self.form),
            errors=errors_by_box(self.problems),
            warned=flags_for_page(self.warned, self.form),
            untold=max(0, len(self.warned) - MOST_FLAGS),
            to_confirm=[capture.fingerprint(w.flag) for w in self.warned],
            flags=flags_by_box(self.warned),
            points=points(self.form),
            alike=near,
            briefed=briefed,
            briefed_open=len(briefed) <= FEW_BRIEFED or capture.led_by(library(), me(), briefed),
            briefed_said=capture.outcomes_in(self.form),
            clash=differing(self.clash, self.form) if self.clash is not None else None,
            with_chosen=with_chosen,
            anchors=anchors(self.problems),
            shape=SHAPES[Kind.DEBRIEF],
            main_first=MAIN_FIRST,
            names=(capture.FIRST, capture.MORE, capture.DISCLOSURE),
            most=capture.MOST_POINTS,
            operations=capture.operations(library(), me()),
            page_marking=marking_of_forms(
                self.form,
                self.clash or {},
                {"marking": alike.markings(near)},
                {"marking": [each.lesson.line("marking") for each in briefed]},
            ),
        )
        return html, status
