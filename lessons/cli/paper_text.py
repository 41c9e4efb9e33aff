"""A paper as plain text, for a terminal."""

import textwrap
from collections.abc import Iterator

from lessons.domain.paper import (
    Bars,
    Block,
    Bullets,
    Facts,
    Gap,
    Heading,
    Numbered,
    Paper,
    Para,
    Sign,
    Table,
    fit_to_print,
)


def as_text(paper: Paper, width: int) -> str:
    """Its marking stands at the top and the foot. width: columns that a line takes."""
    paper = fit_to_print(paper)
    marking = paper.marking.upper().center(width).rstrip()
    lines = [marking, "", *_wrapped(paper.title, width, "", ""), "=" * min(len(paper.title), width)]
    count = 0
    for block in paper.blocks:
        lines += _lines(block, width, count)
        count += len(block.points) if isinstance(block, Numbered) else 0
    return "\n".join([*lines, "", paper.made, marking])


def _wrapped(words: str, width: int, first: str, then: str) -> Iterator[str]:
    for line in words.split("\n"):
        yield from textwrap.wrap(line, width, initial_indent=first, subsequent_indent=then) or [""]
        first = then


def _lines(block: Block, width: int, count: int) -> Iterator[str]:
    match block:
        case Heading():
            yield ""
            words = block.words.upper() if block.level == 1 else block.words
            yield from _wrapped(words, width, "", "   ")
        case Para() | Gap() | Sign():
            yield from _wrapped(block.words, width, "", "")
        case Bullets():
            for item in block.items:
                yield from _wrapped(item, width, "- ", "  ")
        case Facts():
            for term, said in block.rows:
                yield from _wrapped(f"{term}: {said}", width, "   ", "      ")
        case Numbered():
            yield from _points(block, width, count)
        case Table() | Bars():
            yield from _rows(block, width)


def _points(block: Numbered, width: int, count: int) -> Iterator[str]:
    for number, each in enumerate(block.points, count + 1):
        mark = each.mark.upper() if each.loud else each.mark
        words = f"{mark}: {each.words}" if mark else each.words
        yield from _wrapped(f"{number}. {words} {each.reference}".rstrip(), width, "", "   ")
        for note in each.notes:
            yield from _wrapped(note, width, "   ", "   ")


def _rows(block: Table | Bars, width: int) -> Iterator[str]:
    yield from ([block.caption] if block.caption else [])
    heads = [block.head] if isinstance(block, Table) else []
    rows = block.rows if isinstance(block, Table) else [row[:2] for row in block.rows]
    for row in (*heads, *rows):
        said = " | ".join(" ".join(cell.split()) for cell in row)
        yield from _wrapped(said, width, "", "   ")
