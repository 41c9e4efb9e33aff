"""A few short points drawn from a text, in its own words and in its order."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

MOST = 3
LONGEST = 200  # characters of one point
# Texts of a lesson that say what to do, the most telling first.
ADVICE = ("action", "lesson", "summary")
_END = re.compile(r"[.!?…][\"”’)\]]*\s+")
_OPENS = "\"“‘'([£"
_NO_END = frozenset({"e.g.", "i.e.", "etc.", "mr.", "mrs.", "ms.", "dr.", "vs.", "para.", "s."})


@dataclass(frozen=True, slots=True)
class Points:
    """lead: what introduces a list, "" where nothing does. more: whether the text says more than stands here."""

    lead: str = ""
    items: tuple[str, ...] = ()
    more: bool = False

    def __bool__(self) -> bool:
        return bool(self.lead or self.items)


def drawn(text: str, *, most: int = MOST, longest: int = LONGEST) -> Points:
    """The first sentences of a text in plain words, one line for each paragraph or point of a list."""
    lines = [" ".join(line.split()) for line in text.splitlines() if line.strip()]
    lead = cut(lines.pop(0), longest) if len(lines) > 1 and lines[0].endswith(":") else ""
    found: list[str] = []
    for sentence in (each for line in lines for each in sentences(line)):
        if len(found) == most:
            return Points(lead, tuple(found), more=True)
        found.append(cut(sentence, longest))
    return Points(lead, tuple(found), more=any(each.endswith("…") for each in (lead, *found)))


def sentences(line: str) -> Iterator[str]:
    """A new one begins with a capital or a number; a short form such as “e.g.” ends none."""
    begin = 0
    for match in _END.finditer(line):
        after = line[match.end() :].lstrip(_OPENS)[:1]
        before = line[begin : match.end()].split()
        if before and before[-1].casefold() not in _NO_END and (after.isupper() or after.isdigit()):
            yield line[begin : match.end()].strip()
            begin = match.end()
    if line[begin:].strip():
        yield line[begin:].strip()


def cut(words: str, most: int) -> str:
    """Its beginning, up to the end of a word where there is one."""
    if len(words) <= most:
        return words
    head = words[: most - 1]
    space = head.rfind(" ")
    return head[: space if space > most // 2 else None].rstrip(" ,;:–-") + "…"
