"""How far down a page a paper goes when Word sets it: an estimate from the widths of letters, on the safe side."""

import unicodedata
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
)

# Of Arial, in thousandths of its size, from the space on.
_WIDTHS = (
    278, 278, 355, 556, 556, 889, 667, 191, 333, 333, 389, 584, 278, 333, 278, 278,
    556, 556, 556, 556, 556, 556, 556, 556, 556, 556, 278, 278, 584, 584, 584, 556,
    1015, 667, 667, 722, 722, 667, 611, 778, 722, 278, 500, 667, 556, 833, 722, 778,
    667, 778, 722, 667, 611, 722, 667, 944, 667, 667, 611, 278, 278, 278, 469, 556,
    333, 556, 556, 500, 556, 556, 278, 556, 556, 222, 222, 500, 222, 833, 556, 556,
    556, 556, 333, 500, 278, 556, 500, 722, 500, 500, 500, 334, 260, 334, 584,
)  # fmt: skip
OTHER, WIDE = 780, 1_100  # of any other letter, and of those of East Asia
LEADING = 1.17  # of a line, against its size
BOLD = 1.1
INDENT = 22.0  # points, of a list
SMALL = 8.5
TABLE_PAD = 6.0


def height(paper: Paper, size: float, width: float) -> float:
    """In points, from its title to its last line. size: of its letters. width: of its lines, in points."""
    return (
        _lines(paper.title, size * 1.7 * BOLD, width) * size * 1.7 * LEADING
        + size
        + sum(down for block in paper.blocks for down in _down(block, size, width))
    )


def _down(block: Block, size: float, width: float) -> Iterator[float]:
    after = size * 0.4
    match block:
        case Heading():
            big = size * (1.3, 1.12, 1.0)[block.level - 1]
            yield _lines(block.words, big * BOLD, width) * big * LEADING + size * 0.8 + after
        case Para() | Gap() | Sign():
            yield _lines(block.words, size, width - INDENT) * size * LEADING + after
        case Bullets():
            for item in block.items:
                yield _lines(item, size, width - INDENT) * size * LEADING + after
        case Facts():
            for term, said in block.rows:
                yield _lines(f"{term}: {said}", size * 1.03, width) * size * LEADING + 2
        case Numbered():
            for each in block.points:
                mark = f" {each.mark.upper()}    " if each.mark else ""
                whole = f"{mark}{each.words} {each.reference}"
                lines = _lines(whole, size * 1.02, width - INDENT)
                small = sum(_lines(note, SMALL, width - INDENT) for note in each.notes)
                yield (lines * size + small * SMALL) * LEADING + after
        case Table():
            column = width / max(len(block.head), 1) - TABLE_PAD * 2
            for row in (block.head, *block.rows):
                yield max((_lines(cell, 9, column) for cell in row), default=1) * 9 * LEADING + 3
        case Bars():
            yield len(block.rows) * SMALL * 2


def _lines(words: str, size: float, width: float) -> int:
    """How many it takes, broken between words, and within one that is longer than a line."""
    count = 0
    for line in words.split("\n"):
        count, at = count + 1, 0.0
        for word in line.split(" "):
            wide = sum(map(_width, word)) * size / 1000
            if at and at + wide > width:
                count, at = count + 1, 0.0
            count += int(wide // width)
            at += wide % width + _WIDTHS[0] * size / 1000
    return count


def _width(letter: str) -> int:
    place = ord(letter) - ord(" ")
    if 0 <= place < len(_WIDTHS):
        return _WIDTHS[place]
    return WIDE if unicodedata.east_asian_width(letter) in "WF" else OTHER
