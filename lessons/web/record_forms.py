"""Forms of whole records, made from their declaration: the registers share one page for entering and for changing."""

from collections.abc import Mapping, Sequence
from dataclasses import KW_ONLY, dataclass, field, replace
from typing import Any

from flask import render_template
from flask_babel import gettext as _

from lessons.domain import access, clearing
from lessons.domain.boxes import MAIN_FIRST, Form
from lessons.domain.clearing import Marked, Refused
from lessons.domain.errors import Invalid, LessonsError, MarkingTooHigh, Problem, StaleWrite
from lessons.domain.personal_data import KINDS
from lessons.domain.record import Record
from lessons.domain.schema import SHAPES, Field, Type
from lessons.domain.text import N_
from lessons.web import forms, history, words
from lessons.web.doors import library, me
from lessons.web.errors import problems_of, say, status_of

Page = tuple[str, int]
CHANGED = N_(
    "Somebody was first: this has changed since you opened this page. What they did is told below. "
    "Your words are in the form: save again to keep them."
)


@dataclass(frozen=True, slots=True)
class Part:
    """Some boxes under one heading. folded: behind it, open where anything stands in them."""

    heading: str
    names: tuple[str, ...]
    _: KW_ONLY
    intro: str = ""
    folded: bool = False


def names_in(parts: Sequence[Part]) -> tuple[str, ...]:
    return tuple(name for part in parts for name in part.names)


@dataclass(frozen=True, slots=True)
class View:
    """The form of one record as it is to be shown.

    record: as it is kept; of a new one, what is set already. seen: the revision that this person looked at, 0 for new.
    action: where it is sent. back: where it leads back to, and the words for it. save: what the button says; more
    buttons as (value of `do`, words). options: names to choose from by field. labels, hints: where the page has
    better ones than the declaration. optional: whether "(optional)" is said; None for as the field declares.
    """

    heading: str
    record: Record
    parts: Sequence[Part]
    action: str
    back: tuple[str, str]
    _: KW_ONLY
    form: Form = field(default_factory=dict)
    seen: int = 0
    intro: str = ""
    save: str = N_("Save")
    buttons: Sequence[tuple[str, str]] = ()
    options: Mapping[str, Sequence[str]] = field(default_factory=dict)
    labels: Mapping[str, str] = field(default_factory=dict)
    hints: Mapping[str, str] = field(default_factory=dict)
    optional: bool | None = None
    problems: Sequence[Problem] = ()
    marked: Sequence[Marked] = ()
    confirmed: Sequence[str] = ()
    refused: str = ""
    template: str = "track/form.html"
    more: Mapping[str, Any] = field(default_factory=dict)

    def page(self, status: int = 200) -> Page:
        shape, record = SHAPES[self.record.kind], self.record
        titles = history.Titles()
        meanwhile = history.since(record.id, self.seen, titles) if self.seen else []
        known = [*self.confirmed, *(clearing.fingerprint(m.flag) for m in self.marked)]
        html = render_template(
            self.template,
            view=self, record=record, shape=shape, form=self.form, meanwhile=meanwhile,
            fields=lambda part: [shape[name] for name in part.names],
            value_of=lambda declared: value(declared, self.form, record),
            filled=lambda part: any(_stands(shape[name], self.form, record) for name in part.names),
            problems=self.problems, errors=forms.errors_by_box(self.problems), main_first=MAIN_FIRST,
            with_chosen=forms.with_chosen, flags=[flag(each) for each in self.marked],
            found=by_field(self.marked), to_confirm=list(dict.fromkeys(known)),
            page_marking=words.page_marking(self._markings(titles.markings)),
            **self.more,
        )  # fmt: skip
        return html, status

    def _markings(self, others: Sequence[str]) -> list[str]:
        return [self.record.line("marking"), *self.form.get("marking", ()), *others]

    def refusing(self, error: LessonsError) -> Page:
        """The same form with every word in it, and what is wrong."""
        problems = list(problems_of(error))
        marks: Sequence[Marked] = ()
        if isinstance(error, StaleWrite):
            problems = [Problem("", CHANGED)]
        elif isinstance(error, Refused):
            marks = error.marked
        elif not isinstance(error, Invalid):
            problems = [Problem("", say(error))]
        shown = replace(self, problems=problems, marked=marks)
        if isinstance(error, StaleWrite):
            shown = replace(shown, more={**self.more, "newest": _newest(self.record.id)})
        return shown.page(status_of(error))


REFUSALS = (
    StaleWrite,
    Invalid,
    MarkingTooHigh,
)  # what a form shows again; all else goes to the error page


def _newest(id: str) -> int:
    """The revision that saving again would follow."""
    stored = library().peek(me(), id)
    return stored.revision.number if stored else 0


def value(declared: Field, form: Form, record: Record) -> Any:
    """What was typed; else what the record says, as the macro `field` takes it."""
    if any(box == declared.name or box.startswith(f"{declared.name}-") for box in form):
        return forms.typed_value(declared, form)
    if form:
        return forms.typed_value(declared, {})  # a form was sent, and this box was left empty
    if declared.type is Type.TEXT:
        return record.texts.get(declared.name, "")
    if declared.type is Type.DATE:
        return forms.typed_value(declared, {declared.name: [record.line(declared.name)]})
    if declared.type is Type.ROWS:
        return [dict(row) for row in record.rows(declared.name)]
    if declared.type is Type.FLAG:
        return record.flag(declared.name)
    return record.keys(declared.name) if declared.many else record.line(declared.name)


def _stands(declared: Field, form: Form, record: Record) -> bool:
    held = value(declared, form, record)
    if isinstance(held, Mapping):
        return any(held.values())
    return bool(held) and (declared.name != "marking" or held != access.MARKINGS[0])


def flag(each: Marked) -> dict[str, str]:
    """A mark as the macro `flag_list` takes it."""
    return {
        "what": _(KINDS[each.flag.kind].label), "where": _(each.field.label), "text": each.flag.text,
        "instead": _(each.flag.why), "href": f"#{each.field.name}", "certainty": each.flag.certainty,
        "print": clearing.fingerprint(each.flag), "high": "yes" if clearing.too_high(each.flag) else "",
    }  # fmt: skip


def by_field(marked: Sequence[Marked]) -> dict[str, list[dict[str, str]]]:
    """Marks to be told at their boxes."""
    found: dict[str, list[dict[str, str]]] = {}
    for each in marked:
        found.setdefault(each.field.name, []).append(flag(each))
    return found
