"""YAML as plain words: every scalar is the text that stands there, and remembers its line.

Nothing is guessed (PyYAML's own rules read `started: 22:30` as 1350 and `force: NO` as False), and nothing that
makes YAML surprising is accepted: repeated keys, anchors, aliases, tags, several documents, deep nesting.
"""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import yaml

from lessons.domain.errors import Problem
from lessons.domain.text import N_

FILE = "file"  # the field of a problem that belongs to no field
DEEPEST = 8  # levels of nesting; a vocabulary, the deepest of our files, has five
_SHORT = 80  # characters of a list that is still written on one line
_OPENING = re.compile(r"(?:[ \t]*\n)*---[ \t]*\n")
_WINDOWS = re.compile(r"(?:[ \t\r]*\n)*---[ \t]*\r\n")
_CLOSING = re.compile(r"^---[ \t]*$", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Item:
    """A scalar, a list or a mapping, and the line on which it begins."""

    value: "str | list[Item] | dict[str, Item]"
    line: int

    @property
    def words(self) -> Any:
        """Strings, lists and dicts only."""
        if isinstance(self.value, list):
            return [item.words for item in self.value]
        if isinstance(self.value, dict):
            return {key: item.words for key, item in self.value.items()}
        return self.value


class NotYaml(ValueError):
    """Text that cannot be read at all."""

    def __init__(self, problem: Problem) -> None:
        super().__init__(str(problem))
        self.problem = problem


@dataclass(frozen=True, slots=True)
class Parts:
    """A file with front matter, cut in two; the lines on which the two begin."""

    front: str
    front_line: int
    body: str
    body_line: int


def cut(text: str) -> Parts:
    """Front matter and the rest. A file that a Windows editor saved throughout is put right. Raises NotYaml."""
    text = text.removeprefix("\ufeff")
    if _WINDOWS.match(text):
        text = text.replace("\r\n", "\n")
    opening = _OPENING.match(text)
    if not opening:
        raise NotYaml(Problem(FILE, N_("The first line must be three dashes: ---"), 1))
    closing = _CLOSING.search(text, opening.end())
    first = 1 + text.count("\n", 0, opening.end())
    if not closing:
        raise NotYaml(Problem(FILE, N_("A line of three dashes must end the fields."), first))
    front = text[opening.end() : closing.start()]
    return Parts(front, first, text[closing.end() + 1 :], first + front.count("\n") + 1)


def read(text: str, problems: list[Problem], first_line: int = 1) -> Item:
    """One YAML document; an empty one is an empty mapping.

    What is forbidden but can be passed over is added to problems. Raises NotYaml where reading must stop.
    """
    try:
        return _Reader(text, problems, first_line).document()
    except yaml.MarkedYAMLError as error:
        at = error.problem_mark or error.context_mark
        line = first_line + (text.count("\n", 0, at.index) if at else 0)
        raise NotYaml(_broken(str(error.problem or error), line)) from None
    except yaml.reader.ReaderError as error:
        # its position counts bytes
        line = first_line + text.encode()[: error.position].count(b"\n")
        raise NotYaml(
            Problem(FILE, N_("There is a character here that YAML does not allow."), line)
        ) from None


def _broken(why: str, line: int) -> Problem:
    return Problem(FILE, N_("This is not YAML: %(why)s."), line, (("why", why),))


class _Reader:
    """Builds items from the parser's events, so that nesting is bounded before it can hurt."""

    def __init__(self, text: str, problems: list[Problem], first_line: int) -> None:
        self._events: Iterator[Any] = iter(yaml.parse(text, Loader=yaml.CBaseLoader))
        self._text = text
        self._problems = problems
        self._line = first_line
        self._counted = 0

    def document(self) -> Item:
        first = self._line
        found: Item | None = None
        for event in self._events:
            if isinstance(event, yaml.NodeEvent):
                if found is not None:
                    raise NotYaml(_broken("a second document", self._line_of(event)))
                found = self._item(event, 1)
        return found if found is not None else Item({}, first)

    def _line_of(self, event: Any) -> int:
        """Lines end at a line feed only; YAML's own count also takes U+2028 and others for line ends."""
        at: int = event.start_mark.index
        if at > self._counted:
            self._line += self._text.count("\n", self._counted, at)
            self._counted = at
        return self._line

    def _refuse(self, message: str, line: int) -> None:
        self._problems.append(Problem(FILE, message, line))

    def _item(self, event: Any, depth: int) -> Item:
        line = self._line_of(event)
        if depth > DEEPEST:
            raise NotYaml(Problem(FILE, N_("This is nested too deep."), line))
        if isinstance(event, yaml.AliasEvent):
            self._refuse(N_("Anchors and aliases (& and *) are not read here."), line)
            return Item("", line)
        if event.anchor is not None:
            self._refuse(N_("Anchors and aliases (& and *) are not read here."), line)
        if event.tag is not None:
            self._refuse(N_("Tags (!) are not read here."), line)
        if isinstance(event, yaml.MappingStartEvent):
            return Item(self._mapping(depth), line)
        if isinstance(event, yaml.SequenceStartEvent):
            return Item(self._sequence(depth), line)
        return Item(event.value, line)

    def _sequence(self, depth: int) -> list[Item]:
        items = []
        while not isinstance(event := next(self._events), yaml.SequenceEndEvent):
            items.append(self._item(event, depth + 1))
        return items

    def _mapping(self, depth: int) -> dict[str, Item]:
        items: dict[str, Item] = {}
        while not isinstance(event := next(self._events), yaml.MappingEndEvent):
            key = self._item(event, depth + 1)
            value = self._item(next(self._events), depth + 1)
            if not isinstance(key.value, str):
                self._refuse(N_("The name of a field must be a word."), key.line)
            elif key.value in items:
                message = N_("This name stands here twice. Keep one.")
                self._problems.append(Problem(key.value, message, key.line))
            else:
                items[key.value] = value
        return items


def write(pairs: Iterable[tuple[str, Any]]) -> str:
    """A mapping of strings, lists of strings and lists of mappings of strings, in this order, one name a line."""
    events = [
        yaml.StreamStartEvent(),
        yaml.DocumentStartEvent(explicit=False),
        *_mapping_events(pairs),
        yaml.DocumentEndEvent(explicit=False),
        yaml.StreamEndEvent(),
    ]
    out: str = yaml.emit(events, Dumper=yaml.CSafeDumper, allow_unicode=True, width=2**31 - 1)
    return out


def _mapping_events(pairs: Iterable[tuple[str, Any]]) -> Iterator[yaml.Event]:
    yield yaml.MappingStartEvent(None, None, True, flow_style=False)
    for name, value in pairs:
        yield _scalar_event(name)
        yield from [_scalar_event(value)] if isinstance(value, str) else _list_events(value)
    yield yaml.MappingEndEvent()


def _list_events(items: list[Any]) -> Iterator[yaml.Event]:
    words = all(isinstance(item, str) for item in items)
    short = words and sum(len(item) + 2 for item in items) <= _SHORT
    yield yaml.SequenceStartEvent(None, None, True, flow_style=short)
    for item in items:
        if isinstance(item, Mapping):
            yield from _mapping_events(item.items())
        else:
            yield _scalar_event(item)
    yield yaml.SequenceEndEvent()


def _scalar_event(text: str) -> yaml.Event:
    """Plain where the emitter finds that safe; what has line ends, control characters or spaces at its ends is
    written in double quotes, the one style that can hold any text."""
    plain = text != "" and text.isprintable() and text == text.strip()
    return yaml.ScalarEvent(None, None, (True, True), text, style=None if plain else '"')
