"""Between the page of an item and what a reviewer makes of it: the boxes shown, and what was typed into them."""

import re
from collections.abc import Iterable, Mapping

from werkzeug.datastructures import MultiDict

from lessons.domain.boxes import MAIN_FIRST, Boxes, Form, typed
from lessons.domain.errors import Problem
from lessons.domain.record import Record, Value
from lessons.domain.schema import Field, NotOfType, Type, to_value, to_words, too_long
from lessons.domain.text import N_
from lessons.services import review
from lessons.services.review import Answer, Do, Typed
from lessons.web.doors import library

# What a reviewer looks at first; the rest is folded away.
FIRST = ("learning", "title", "happened", "lesson", "action")
TAGS = ("themes", "threats", "four_p", "tactics", "partners", "vulnerabilities", "threat_kinds")
FACTS = ("scope", "marking", "partner_safe", "occurred", "unit", "place_type", "briefing_elements")
APART = ("life",)
SAID = ("reason", "decision")
LONGEST_SAID = 500  # characters
ANSWERS = frozenset(str(do) for do in Do)
_FLAG = re.compile(r"flag-([0-9a-f]{10})")


def more() -> list[Field]:
    """Whatever else the schema says of a lesson: new fields show here until somebody gives them a place."""
    placed = {*FIRST, *TAGS, *FACTS, *APART}
    return [field for field in review.FIELDS if field.name not in placed]


def boxes(record: Record) -> Boxes:
    """The boxes of the page as a record fills them."""
    found: Boxes = {}
    for field in review.FIELDS:
        if field.type is Type.TEXT:
            found[field.name] = [record.texts.get(field.name, "")]
            continue
        value = record.fields.get(field.name)
        if field.type is Type.DATE:
            parts = str(to_words(value)).split("-") if value is not None else ["", "", ""]
            for part, words in zip(("year", "month", "day"), parts, strict=False):
                found[f"{field.name}-{part}"] = [words.lstrip("0")]
        elif value is not None:
            words = to_words(value)
            found[field.name] = list(words) if isinstance(words, list) else [words]
        if field.name in MAIN_FIRST:
            keys = record.keys(field.name)
            found[f"{field.name}-main"] = [keys[0] if len(keys) > 1 else ""]
    return found


def posted(form: MultiDict[str, str]) -> Boxes:
    return {name: values for name, values in form.lists() if name != "csrf_token"}


def changed(form: Form, shown: Record) -> list[Field]:
    """The fields whose boxes do not stand as they were shown; what came as it went is left alone, blanks and all."""
    before = boxes(shown)
    return [f for f in review.FIELDS if _plain(f, form) != _plain(f, before)]


def _plain(field: Field, form: Form) -> object:
    value = typed(field, field.name, form)
    if isinstance(value, list):
        return list(dict.fromkeys(value))
    return value.strip() if isinstance(value, str) else value


def read(form: Form, shown: Record) -> tuple[Typed, list[Problem]]:
    """What a reviewer typed on the page that showed this record, and what could not be read."""
    words: dict[str, Value | None] = {}
    problems = []
    for field in changed(form, shown):
        try:
            words[field.name] = to_value(field, typed(field, field.name, form))
        except NotOfType as error:
            date = N_("Enter a real day, month and year, such as 27 3 2026.")
            problems.append(Problem(field.name, date if field.type is Type.DATE else str(error)))
    said = {name: line(form, name) for name in SAID}
    return Typed(words, said, answers(form)), problems + _said_problems(said)


def _said_problems(said: Mapping[str, str]) -> list[Problem]:
    if len(said["decision"]) > LONGEST_SAID:
        return [too_long("decision", LONGEST_SAID)]
    return []


def line(form: Form, box: str) -> str:
    """The words of a box, on one line."""
    return " ".join((form.get(box) or [""])[0].split())


def answers(form: Form) -> dict[str, Answer]:
    """What was chosen for each thing found, by its fingerprint."""
    found = {}
    for name in form:
        match = _FLAG.fullmatch(name)
        do = line(form, name)
        if match and do in ANSWERS:
            words, why = (line(form, f"{name}-{part}") for part in ("words", "why"))
            found[match[1]] = Answer(Do(do), words, why)
    return found


# --- after another saved ---------------------------------------------------------------------------
def merged(form: Form, shown: Record, now: Record) -> Boxes:
    """The page as another left it, with every box in which this person wrote as they wrote it."""
    mine = changed(form, shown)
    kept = [name for field in mine for name in _boxes_of(field, form)]
    result = {name: values for name, values in boxes(now).items() if not _belongs(name, mine)}
    own = [n for n in form if n in ("reason", "decision") or n.startswith("flag-")]
    return result | {name: list(form[name]) for name in (*kept, *own)}


def _boxes_of(field: Field, form: Form) -> Iterable[str]:
    return (name for name in form if _belongs(name, [field]))


def _belongs(box: str, fields: Iterable[Field]) -> bool:
    return any(box == f.name or box.startswith(f"{f.name}-") for f in fields)


def both(form: Form, shown: Record, now: Record) -> list[Field]:
    """The fields that both have changed, each in their own way: there the two must be compared."""
    theirs = boxes(now)
    mine = changed(form, shown)
    return [f for f in mine if f in changed(theirs, shown) and _plain(f, form) != _plain(f, theirs)]


def known() -> frozenset[str]:
    """Words that are none to clear: labels of lists."""
    return library().vocabularies.words
