"""A record as a plain file: front matter between `---` lines, then one section for each text.

A heading such as `## What happened {#happened}` begins a section. A line of a text that looks like one is written
with a backslash before it, and a line that already looks escaped gets one more, so that any text comes back exactly.
Lines end at a line feed and nowhere else.
"""

import re
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from typing import Any

from lessons.adapters.files import yaml_words
from lessons.adapters.files.yaml_words import FILE, Item, NotYaml, Parts
from lessons.domain.errors import Invalid, Problem, Unreadable
from lessons.domain.record import Closed, Kind, Record, Revision, Stored, Value, kind_of
from lessons.domain.schema import SHAPES, NotOfType, Shape, Type, to_value, to_words
from lessons.domain.text import N_

NEVER_SAVED = Revision(0, datetime(1970, 1, 1, tzinfo=UTC), "", "")
HEADER = (
    "id",
    "kind",
    "revision",
    "saved",
    "saved_by",
    "change",
    "closed",
    "closed_by",
    "closed_why",
)

_MARK = r"##[ \t][^\n]*\{#([A-Za-z0-9_-]+)\}[ \t\r]*$"
_HEADING = re.compile("^" + _MARK, re.MULTILINE)
_TO_ESCAPE = re.compile(r"^(?=\\*+" + _MARK + ")", re.MULTILINE)
_ESCAPED = re.compile(r"^\\(?=\\*+" + _MARK + ")", re.MULTILINE)


class PlainText:
    """Keeps `ports.RecordText` for every record whose values the schema would read back as they are."""

    def render(self, stored: Stored) -> str:
        """Raises Invalid for a record with a field, section or value that its kind does not have."""
        record = stored.record
        shape = SHAPES[record.kind]
        problems: list[Problem] = []
        fields = list(_field_words(record, shape, problems))
        if problems:
            raise Invalid(problems)
        front = yaml_words.write([*_stamp_words(stored), *fields])
        sections = (
            f"\n## {field.label} {{#{field.name}}}\n\n{_escape(record.texts[field.name])}\n"
            for field in shape.texts
            if field.name in record.texts
        )
        return "".join(("---\n", front, "---\n", *sections))

    def parse(self, text: str, path: str = "") -> Stored:
        """Raises Unreadable."""
        problems: list[Problem] = []
        try:
            _check_unicode(text)
            parts = yaml_words.cut(text)
            front = yaml_words.read(parts.front, problems, parts.front_line)
        except NotYaml as error:
            raise Unreadable(path, [*problems, error.problem]) from None
        stored = _stored(front, parts, problems)
        if stored is None or problems:
            raise Unreadable(path, sorted(problems, key=lambda p: p.line))
        return stored


def _check_unicode(text: str) -> None:
    try:
        text.encode()
    except UnicodeEncodeError as error:
        line = 1 + text.count("\n", 0, error.start)
        message = N_("There is half a character here that no file can hold.")
        raise NotYaml(Problem(FILE, message, line)) from None


# --- writing -----------------------------------------------------------------------------------------
def _stamp_words(stored: Stored) -> Iterator[tuple[str, str]]:
    record, revision = stored.record, stored.revision
    yield "id", record.id
    yield "kind", record.kind.value
    if revision.number:
        yield "revision", str(revision.number)
        yield "saved", _moment_words(revision.at)
        yield "saved_by", revision.by
        yield "change", revision.verb
        if revision.closed:
            yield "closed", _moment_words(revision.closed.at)
            yield "closed_by", revision.closed.by
            yield "closed_why", revision.closed.why


def _moment_words(at: datetime) -> str:
    return at.astimezone(UTC).replace(microsecond=0, tzinfo=None).isoformat() + "Z"


def _field_words(
    record: Record, shape: Shape, problems: list[Problem]
) -> Iterator[tuple[str, Any]]:
    declared = {field.name for field in shape.fields if field.type is not Type.TEXT}
    sections = {field.name for field in shape.texts}
    for name in [*(record.fields.keys() - declared), *(record.texts.keys() - sections)]:
        problems.append(Problem(name, N_("A record of this kind has no such field.")))
    for field in shape.fields:
        value = record.fields.get(field.name)
        if value is None or field.name not in declared:
            continue
        try:
            # what a file would give back: a repeated key or an empty cell is not kept
            kept = to_value(field, to_words(value))
        except NotOfType as error:
            problems.append(Problem(field.name, str(error)))
            continue
        if kept is not None:
            yield field.name, to_words(kept)


def _escape(text: str) -> str:
    return _TO_ESCAPE.sub(r"\\", text) if "{#" in text else text


# --- reading -----------------------------------------------------------------------------------------
def _stored(front: Item, parts: Parts, problems: list[Problem]) -> Stored | None:
    """The record, or None with problems added."""
    if not isinstance(front.value, dict):
        message = N_("Fields are needed here, one name: value on each line.")
        problems.append(Problem(FILE, message, front.line))
        return None
    items = dict(front.value)
    header = {name: _word(name, items.pop(name, None), problems) for name in HEADER}
    kind = _kind(header, front, problems)
    revision = _revision(header, problems)
    if kind is None:
        return None
    shape = SHAPES[kind]
    fields = _fields(items, shape, problems)
    texts = _texts(parts, shape, problems)
    if problems:
        return None
    return Stored(Record(header["id"][0], kind, fields=fields, texts=texts), revision)


def _word(name: str, item: Item | None, problems: list[Problem]) -> tuple[str, int]:
    if item is None:
        return "", 0
    if not isinstance(item.value, str):
        problems.append(Problem(name, N_("One value was expected here, not several."), item.line))
        return "", item.line
    return item.value, item.line


def _kind(
    header: Mapping[str, tuple[str, int]], front: Item, problems: list[Problem]
) -> Kind | None:
    """From the id; the kind may be left out of a file made by hand."""
    id, id_line = header["id"]
    said, kind_line = header["kind"]
    kind = kind_of(id)
    if kind is None and not any(problem.field == "id" for problem in problems):
        message = N_("A record needs its reference here, such as L-2026-7K3QD.")
        problems.append(Problem("id", message, id_line or front.line))
    if said and said not in list(Kind):
        problems.append(Problem("kind", N_("There is no such kind of record."), kind_line))
    elif said and kind is not None and said != kind:
        message = N_("The reference is that of another kind of record.")
        problems.append(Problem("kind", message, kind_line))
    elif said:
        return Kind(said)
    return kind


def _revision(header: Mapping[str, tuple[str, int]], problems: list[Problem]) -> Revision:
    number, line = header["revision"]
    if not re.fullmatch(r"\d{0,9}", number.strip(), re.ASCII):
        problems.append(Problem("revision", N_("Enter a whole number, such as 147."), line))
        return NEVER_SAVED
    if not number.strip() or not int(number):
        return NEVER_SAVED
    at = _moment("saved", header, problems)
    closed = None
    if header["closed"][0].strip():
        by, why = header["closed_by"][0], header["closed_why"][0]
        closed = Closed(_moment("closed", header, problems), by, why)
    return Revision(int(number), at, header["saved_by"][0], header["change"][0], closed)


def _moment(name: str, header: Mapping[str, tuple[str, int]], problems: list[Problem]) -> datetime:
    words, line = header[name]
    try:
        at = datetime.fromisoformat(words.strip()) if words.strip() else NEVER_SAVED.at
        at = at if at.tzinfo else at.replace(tzinfo=UTC)
        return at.astimezone(UTC).replace(microsecond=0)
    except (ValueError, OverflowError):
        message = N_("Enter a date and time, such as 2026-03-27T14:05:00Z.")
        problems.append(Problem(name, message, line))
        return NEVER_SAVED.at


def _fields(items: Mapping[str, Item], shape: Shape, problems: list[Problem]) -> dict[str, Value]:
    fields: dict[str, Value] = {}
    for name, item in items.items():
        field = shape.by_name.get(name)
        if field is None:
            message = N_("A record of this kind has no such field.")
        elif field.type is Type.TEXT:
            message = N_("This belongs in a section of its own, below the fields.")
        else:
            try:
                value = to_value(field, item.words)
            except NotOfType as error:
                message = str(error)
            else:
                if value is not None:
                    fields[name] = value
                continue
        problems.append(Problem(name, message, item.line))
    return fields


def _texts(parts: Parts, shape: Shape, problems: list[Problem]) -> dict[str, str]:
    texts: dict[str, str] = {}
    body, line, counted = parts.body, parts.body_line, 0
    known = {field.name for field in shape.texts}
    marks = list(_HEADING.finditer(body))
    before = body[: marks[0].start()] if marks else body
    if before.strip():
        at = line + before[: len(before) - len(before.lstrip())].count("\n")
        problems.append(Problem(FILE, N_("This text stands before the first section."), at))
    ends = [*(mark.start() for mark in marks[1:]), None]
    for mark, end in zip(marks, ends, strict=False):  # no mark at all, one end
        line, counted = line + body.count("\n", counted, mark.start()), mark.start()
        if mark[1] not in known:
            message = N_("A record of this kind has no such section.")
            problems.append(Problem(mark[1], message, line))
        elif mark[1] in texts:
            problems.append(Problem(mark[1], N_("This section stands here twice."), line))
        else:
            texts[mark[1]] = _section(body[mark.end() : end], last=end is None)
    return texts


def _section(chunk: str, *, last: bool) -> str:
    """What stands between a heading and the next, without the blank lines that `render` puts there."""
    text = chunk.removeprefix("\n").removeprefix("\n")
    end = "\n" if last or not text.endswith("\n\n") else "\n\n"
    text = text.removesuffix(end)
    return _ESCAPED.sub("", text) if "{#" in text else text
