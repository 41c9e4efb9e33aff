"""The words of a pack on paper, in the language of whoever takes it: the same from a page and from the command line."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from lessons.domain import points
from lessons.domain.paper import Block, Bullets, Heading, Para
from lessons.domain.record import Row
from lessons.domain.text import N_
from lessons.domain.why import SAID, reasons_in
from lessons.services.brief.reading import Since

SINCE: Mapping[Since, str] = {
    Since.CHANGED: N_("Its words have changed since."),
    Since.LEARNED: N_("It has been learned since: the change has lasted."),
    Since.RETIRED: N_("It has been retired since, and is no longer offered."),
    Since.MERGED: N_("It has been merged into another lesson since."),
    Since.ERASED: N_("The words that were issued have been destroyed. It is shown as it is now."),
    Since.REOPENED: N_("It has been taken back for review since."),
}


@dataclass(frozen=True, slots=True)
class Saying:
    """say: a text in the reader's language. ngettext: one of two texts by a number, which is filled in as %(num)s.
    label: of a list and a key of it. blocks: a text of a record as blocks, its topmost heading of this level.
    """

    say: Callable[[str], str]
    ngettext: Callable[[str, str, int], str]
    label: Callable[[str, str], str]
    moment: Callable[[datetime], str]
    blocks: Callable[[str, int], Sequence[Block]]

    def filled(self, words: str, **values: object) -> str:
        """A text with its values in it."""
        return self.say(words) % values


def reasons(saying: Saying, row: Row) -> list[str]:
    """Why a lesson stands in a pack, each in words, the most telling first."""
    return [*_reasons(saying, row)]


def _reasons(saying: Saying, row: Row) -> Iterator[str]:
    for each in reasons_in(row.get("why", "")):
        if isinstance(each, str):
            yield each
            continue
        said = SAID[each.why]
        terms = [saying.label(said.vocabulary, t) if said.vocabulary else t for t in each.terms]
        yield saying.filled(said.words, terms=", ".join(terms)) if terms else saying.say(said.words)


def plain(saying: Saying, text: str) -> str:
    """A text of a record in plain words, one line for each paragraph and point."""
    return "\n".join(_lines(saying.blocks(text, 1)))


def _lines(blocks: Sequence[Block]) -> Iterator[str]:
    for block in blocks:
        match block:
            case Para() | Heading():
                yield block.words
            case Bullets():
                yield from (f"– {item}" for item in block.items)


def beginning(text: str, most: int) -> str:
    """As many of its paragraphs as stand in so many characters."""
    if len(text) <= most:
        return text
    head, blank, _ = text[:most].rpartition("\n\n")
    return head if blank and len(head) > most // 2 else cut(text[:most], most - 1)


def cut(words: str, most: int) -> str:
    """On one line, and no longer than that: cut between words where there are some."""
    return points.cut(" ".join(words.split()), most)
