"""One outside row as one record of ours, by the same rules as files and forms."""

import hashlib
import re
import textwrap
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from lessons.domain.errors import Problem
from lessons.domain.operations import wrong_dates
from lessons.domain.record import CROCKFORD, Kind, Record, Value, kind_of
from lessons.domain.schema import SHAPES, Field, NotOfType, Type, check, to_value
from lessons.domain.text import N_
from lessons.library import Library
from lessons.services.exchange.cells import cell, listed
from lessons.services.exchange.rows import Plan, Row
from lessons.services.exchange.themes import ThemeKeys

# The section that a row's plain `text` becomes, and the field that its `title` becomes where not `title`.
MAIN_TEXT = {
    Kind.LESSON: "detail", Kind.DEBRIEF: "happened", Kind.EVALUATION: "result", Kind.OPERATION: "summary",
    Kind.ACTION: "progress", Kind.FINDING: "text", Kind.BRIEFING: "note", Kind.THEME: "insight",
}  # fmt: skip
REFERENCES = ("source_id", "id")
LONGEST_TITLE = 160  # characters of a title made of a text


@dataclass(slots=True)
class Made:
    """What one row gives. refused: why there is no record; notes: what was left out of it.

    own_id: where the row was exported from a knowledge base like this one, the id it keeps.
    named: the row's own name of a field where it is another than ours.
    """

    kind: Kind
    source_id: str
    own_id: str = ""
    fields: dict[str, Value] = field(default_factory=dict)
    texts: dict[str, str] = field(default_factory=dict)
    named: dict[str, str] = field(default_factory=dict)
    refused: list[Problem] = field(default_factory=list)
    notes: list[Problem] = field(default_factory=list)
    record: Record | None = None

    @property
    def reference(self) -> str:
        return self.own_id or self.source_id


class RowReader:
    """Makes records of rows by one plan."""

    def __init__(self, library: Library, plan: Plan, themes: ThemeKeys) -> None:
        self._library = library
        self._plan = plan
        self._themes = themes

    def read(self, row: Row) -> Made:
        made = self._begun(row)
        if row.problem:
            made.refused.append(Problem("row", row.problem))
        elif not made.reference:
            made.refused.append(Problem("source_id", N_("Every row needs a reference of its own.")))
        elif not _is_text(made.reference):
            made.refused.append(Problem("source_id", NOT_TEXT))
        else:
            for name, words in self._pairs(row, made):
                self._take(made, name, words)
        if not made.refused:
            self._finish(made)
        return made

    def _begun(self, row: Row) -> Made:
        names = (self._plan.source_id,) if self._plan.source_id else REFERENCES
        given = (str(row.values[n]).strip() for n in names if row.values.get(n) is not None)
        source_id = next((words for words in given if words), "")
        id = str(row.values.get("id", ""))
        kind, named = kind_of(id), row.values.get("kind") or ""
        # Any word might be the key of a theme, so a theme must say that it is one.
        plainly = not named and kind is self._plan.kind and kind is not Kind.THEME
        if kind and not self._plan.fields and (named == kind or plainly):
            source_id = str(row.values.get("source_id") or "")
            return Made(kind, source_id, own_id=id)
        return Made(self._plan.kind, source_id)

    def _pairs(self, row: Row, made: Made) -> list[tuple[str, Any]]:
        """Our fields and their words; without a map, the row's own names, and `text` for the main section."""
        if not self._plan.fields:
            return [
                (self._our_name(name, made), words)
                for name, words in row.values.items()
                if name not in (*REFERENCES, "kind", "revision")
            ]
        pairs = []
        for mapped in self._plan.fields:
            try:
                pairs.append((mapped.name, cell(row.values, mapped)))
            except NotOfType as error:
                made.refused.append(Problem(mapped.name, str(error)))
        return pairs

    def _our_name(self, name: str, made: Made) -> str:
        declared = SHAPES[made.kind].by_name
        ours = name
        if name == "text":
            ours = MAIN_TEXT[made.kind]
        elif name == "title" and name not in declared and "label" in declared:
            ours = "label"
        if ours != name:
            made.named[ours] = name
        return ours

    def _take(self, made: Made, name: str, words: Any) -> None:
        declared = SHAPES[made.kind].by_name.get(name)
        if declared is None:
            made.refused.append(Problem(name, N_("There is no field of this name.")))
            return
        try:
            value = None if words is None else to_value(declared, _for_field(declared, words))
        except NotOfType as error:
            made.refused.append(Problem(made.named.get(name, name), str(error)))
            return
        if value is None:
            return
        if declared.type is Type.TEXT:
            made.texts[name] = str(value) if made.own_id else str(value).replace("\r\n", "\n")
        elif declared.vocabulary:
            made.fields[name] = self._keys(made, declared, value)
        elif declared.type is Type.LINE and not made.own_id:
            made.fields[name] = " ".join(str(value).split())
        else:
            made.fields[name] = value

    def _keys(self, made: Made, declared: Field, value: Value) -> Value:
        """Keys for labels: a row may hold either. What no list has is refused by `check`, in words that name it."""
        vocabulary = self._library.vocabularies[declared.vocabulary]
        keys: list[str] = []
        for word in value if isinstance(value, tuple) else (str(value),):
            label = " ".join(str(word).split())
            if declared.name == "themes" and label and _is_text(label):
                found = self._themes.key(label)
                if isinstance(found, Problem):
                    made.notes.append(found)
                else:
                    keys.append(found)
            elif label:
                term = vocabulary.find(label)
                keys.append(term.key if term else label)
        return tuple(dict.fromkeys(keys)) if declared.many else keys[0] if keys else ""

    def _finish(self, made: Made) -> None:
        """The record, checked. A row may lack what our own form asks for, but not the words it is found by."""
        self._entitle(made)
        fields = self._with_defaults(made)
        id = made.own_id or stable_id(
            made.kind, self._plan.source, made.source_id, about_of(fields)
        )
        try:
            record = Record(id, made.kind, fields=fields, texts=made.texts)
        except UnicodeEncodeError:
            made.refused.append(Problem("row", NOT_TEXT))
            return
        lists = self._library.vocabularies
        for problem in check(record, lists, today=self._library.today, complete=False):
            new_theme = dict(problem.values).get("key", "")
            if not (problem.field == "themes" and self._themes.knows(new_theme)):
                made.refused.append(_renamed(problem, made))
        if made.kind is Kind.OPERATION:
            made.refused += wrong_dates(record, self._library.today)
        if record.title == record.id and not made.own_id:
            made.refused.append(Problem("title", N_("The title is empty.")))
        if not made.refused:
            made.record = record

    def _entitle(self, made: Made) -> None:
        """A row with a text and no title gets the first sentence for one, and a note of it."""
        name = "title" if "title" in SHAPES[made.kind].by_name else "label"
        text = made.texts.get(MAIN_TEXT[made.kind], "")
        if made.own_id or made.fields.get(name) or not text.strip():
            return
        made.fields[name] = _first_sentence(text, SHAPES[made.kind][name].limit)
        made.notes.append(
            Problem(name, N_("It was empty: the first sentence of the text stands there now."))
        )

    def _with_defaults(self, made: Made) -> dict[str, Value]:
        plan, fields = self._plan, dict(made.fields)
        if made.source_id:
            fields["source_id"] = made.source_id
        if made.own_id:
            return fields
        fields.setdefault("marking", "official")
        if plan.source:
            fields.setdefault("source", plan.source)
        if made.kind is Kind.LESSON:
            fields = {"state": plan.state, "learning": "change", **fields}
        return fields


def _first_sentence(text: str, limit: int) -> str:
    """Without marks of headings and lists; cut at a word where it is long."""
    line = next(line for line in text.splitlines() if line.strip())
    plain = " ".join(line.lstrip("#>*-+ \t").split()) or " ".join(text.split())
    sentence = re.split(r"(?<=[.!?])\s", plain, maxsplit=1)[0]
    return textwrap.shorten(sentence, min(limit, LONGEST_TITLE), placeholder=" …")


NOT_TEXT = N_("There are characters here that are not text.")


def _for_field(declared: Field, words: Any) -> Any:
    return listed(words) if declared.many else words


def _is_text(words: str) -> bool:
    """Whether a UTF-8 file can hold it: JSON can spell half characters, which it cannot."""
    try:
        words.encode("utf-8")
    except UnicodeEncodeError:
        return False
    return True


def _renamed(problem: Problem, made: Made) -> Problem:
    name = made.named.get(problem.field, problem.field)
    return Problem(name, problem.message, problem.line, problem.values)


def about_of(fields: Mapping[str, Value]) -> Value | None:
    """The day that gives a record its year."""
    return fields.get("occurred") or fields.get("started")


def stable_id(
    kind: Kind, source: str, source_id: str, about: Value | None, attempt: int = 0
) -> str:
    """The same outside reference always gets the same id, so that a second import finds the first.

    attempt: 0, then 1, 2, … where an id is another record's already (33 million to a kind and year).
    """
    words = f"{kind}\0{source}\0{source_id}\0{attempt}"
    digest = hashlib.sha256(words.encode()).digest()[:8]
    if kind is Kind.THEME:
        return f"t_{digest.hex()}"
    number = int.from_bytes(digest)
    letters = "".join(CROCKFORD[(number >> (5 * i)) & 31] for i in range(5))
    year = about.year if isinstance(about, date) else 2000
    return f"{kind.letter}-{year:04d}-{letters}"
