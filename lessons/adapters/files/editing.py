"""Small changes to files that people keep by hand: one word put in or taken out, everything else as it stands."""

import json
from collections.abc import Sequence

import yaml

from lessons.adapters.files import yaml_words

_CLOSING = "---"


def add_term(text: str, number: int, words: str) -> str:
    """A list of synonyms with words at the end of its group of that number, from 0."""
    return _appended(text, _terms(text, number), words)


def drop_term(text: str, number: int, words: str) -> str:
    """The same without words; without the whole group where it would be left with less than two terms."""
    terms = _terms(text, number)
    if len(terms.value) <= 2:
        return _without_lines(text, _groups(text)[number])
    return _removed(text, terms, words)


def add_group(text: str, terms: Sequence[str]) -> str:
    """A list of synonyms with one more group at its end."""
    line = f"- {{terms: [{', '.join(map(_quoted, terms))}]}}\n"
    return text + ("" if text.endswith("\n") or not text else "\n") + line


def add_also(text: str, words: str) -> str:
    """A guidance page to which words lead as well."""
    start, front = _front(text)
    also = _of(_top(front), "also")
    line = f"also: [{_quoted(words)}]\n"
    changed = front + line if also is None else _appended(front, _list(also), words)
    return text[:start] + changed + text[start + len(front) :]


def drop_also(text: str, words: str) -> str:
    """The same without words."""
    start, front = _front(text)
    also = _list(_of(_top(front), "also"))
    last = len(also.value) == 1
    changed = _without_lines(front, also) if last else _removed(front, also, words)
    return text[:start] + changed + text[start + len(front) :]


def new_page(title: str, words: str, order: int) -> str:
    """A guidance page that waits for its text."""
    return (
        f'---\ntitle: {_quoted(title)}\nsummary: ""\norder: {order}\n'
        "# Take the next line out when the page is ready to be read.\n"
        f"draft: yes\nalso: [{_quoted(words)}]\n---\n"
    )


def _quoted(words: str) -> str:
    return json.dumps(words, ensure_ascii=False)


def _top(text: str) -> yaml.Node | None:
    return yaml.compose(text, Loader=yaml.CBaseLoader)


def _list(node: yaml.Node | None) -> yaml.SequenceNode:
    """Raises ValueError where something else stands, such as one bare word or an empty list."""
    if not isinstance(node, yaml.SequenceNode) or not node.value:
        raise ValueError("this is no list to change")
    return node


def _of(node: yaml.Node | None, name: str) -> yaml.Node | None:
    pairs = node.value if isinstance(node, yaml.MappingNode) else ()
    return next((value for key, value in pairs if key.value == name), None)


def _groups(text: str) -> list[yaml.Node]:
    return list(_list(_top(text)).value)


def _terms(text: str, number: int) -> yaml.SequenceNode:
    return _list(_of(_groups(text)[number], "terms"))


def _front(text: str) -> tuple[int, str]:
    """Where the front matter of a page begins, and what it says."""
    front = yaml_words.cut(text).front
    return text.index(front, text.index(_CLOSING)), front


def _appended(text: str, items: yaml.SequenceNode, words: str) -> str:
    """With words after the last item, written in the way of the list."""
    last = items.value[-1]
    at = last.end_mark.index
    if items.flow_style:
        return f"{text[:at]}, {_quoted(words)}{text[at:]}"
    line_end = text.find("\n", at)
    at = len(text) if line_end < 0 else line_end  # after a comment on the same line
    indent = " " * items.start_mark.column
    return f"{text[:at]}\n{indent}- {_quoted(words)}{text[at:]}"


def _removed(text: str, items: yaml.SequenceNode, words: str) -> str:
    number = [item.value for item in items.value].index(words)
    item = items.value[number]
    if not items.flow_style:
        return _without_lines(text, item)
    if number:
        return text[: items.value[number - 1].end_mark.index] + text[item.end_mark.index :]
    return text[: item.start_mark.index] + text[items.value[1].start_mark.index :]


def _without_lines(text: str, node: yaml.Node) -> str:
    """Without the one line on which a node stands. Raises ValueError where it stands on several."""
    if "\n" in text[node.start_mark.index : node.end_mark.index]:
        raise ValueError("more than one line would go")
    start = text.rfind("\n", 0, node.start_mark.index) + 1
    end = text.find("\n", node.end_mark.index)
    return text[:start] + ("" if end < 0 else text[end + 1 :])
