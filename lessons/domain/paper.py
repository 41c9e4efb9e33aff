"""A document for people, before it is a PDF or a Word file: what stands on it, in order, and nothing of how it looks.

All words come already translated and are plain: nothing in them is markup.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import KW_ONLY, dataclass, replace
from enum import StrEnum

# What no document can hold, and signs that would set words in another order than they are written.
_UNPRINTABLE = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069\ufdd0-\ufdef\ufffe\uffff]"
    "|[\ud800-\udfff]"
)
DEEPEST = 3  # level of a heading
LONGEST_LINE = 500  # characters of a title, of a heading, and of what stands on every page
LONGEST_HEAD = (
    80  # of the head of a column, which stands again on each page that its table goes on to
)


@dataclass(frozen=True, slots=True)
class Heading:
    """level: 1 to 3, below the title."""

    words: str
    level: int = 1


@dataclass(frozen=True, slots=True)
class Para:
    """quiet: small, for sources and notes."""

    words: str
    quiet: bool = False


@dataclass(frozen=True, slots=True)
class Bullets:
    items: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Facts:
    """Terms and what is said of each."""

    rows: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Table:
    """A table with a row of headings. numbers: columns from 0 that are set to the right."""

    caption: str
    head: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    numbers: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class Bars:
    """Bars lying down, each with its label and its value in words. share: from 0 to 1, of the longest possible."""

    caption: str
    rows: tuple[tuple[str, str, float], ...]


@dataclass(frozen=True, slots=True)
class Gap:
    """Something that ought to be there and is not, said so."""

    words: str


class Shape(StrEnum):
    """Told apart without colour."""

    DISC = "disc"
    SQUARE = "square"
    TRIANGLE = "triangle"
    DIAMOND = "diamond"
    CROSS = "cross"


@dataclass(frozen=True, slots=True)
class Sign:
    """Words that set the kind of a paper, with a shape before them for the eye."""

    words: str
    shape: Shape


@dataclass(frozen=True, slots=True)
class Point:
    """One of several that are numbered. mark: a word or two before it. loud: so that nobody misses the mark.
    reference: small, behind it. notes: small, under it.
    """

    words: str
    mark: str = ""
    loud: bool = False
    reference: str = ""
    notes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Numbered:
    """Points with numbers that run on through the paper, so that people can speak of them by number."""

    points: tuple[Point, ...]


Block = Heading | Para | Bullets | Facts | Table | Bars | Gap | Sign | Numbered


@dataclass(frozen=True, slots=True)
class Paper:
    """marking: its label, set at the top and bottom of every page. made: who made it and when, in words, on every
    page. language: "en" or "cy". brief: set small, to fit on one page. grown: set in letters as large as one page
    takes, up to what is good to read. card: set as large as fits on one page, to be read from where people stand.
    subject: what it is about, for its properties. gap: the word that stands before each gap, in its language.
    """

    title: str
    blocks: Sequence[Block]
    _: KW_ONLY
    marking: str
    made: str
    language: str = "en"
    brief: bool = False
    grown: bool = False
    card: bool = False
    subject: str = ""
    gap: str = "Gap"


def printable(words: str) -> str:
    """The words without what no document can hold; their lines are kept."""
    return _UNPRINTABLE.sub("", words.replace("\r\n", "\n").replace("\r", "\n").replace("\t", " "))


def fit_to_print(paper: Paper) -> Paper:
    """The same with printable words, and no level of headings left out; blocks without words are dropped."""
    return replace(
        paper,
        title=_on_one_line(paper.title) or "–",
        blocks=tuple(_levelled(_printable(each) for each in paper.blocks)),
        marking=_on_one_line(paper.marking), made=_on_one_line(paper.made),
        subject=_on_one_line(paper.subject), gap=_on_one_line(paper.gap),
    )  # fmt: skip


def _on_one_line(words: str, most: int = LONGEST_LINE) -> str:
    line = " ".join(printable(words[: most * 2]).split())
    return line if len(line) <= most else line[: most - 1] + "…"


def _printable(block: Block) -> Block:
    match block:
        case Heading():
            return Heading(_on_one_line(block.words), block.level)
        case Para() | Gap() | Sign():
            return replace(block, words=printable(block.words).strip())
        case Bullets():
            return Bullets(tuple(printable(item) for item in block.items))
        case Facts():
            return Facts(tuple((printable(term), printable(said)) for term, said in block.rows))
        case Table():
            rows = tuple(tuple(printable(cell) for cell in row) for row in block.rows)
            head = tuple(_on_one_line(cell, LONGEST_HEAD) for cell in block.head)
            return Table(printable(block.caption), head, rows, block.numbers)
        case Bars():
            bars = tuple(
                (printable(label), printable(said), _share(n)) for label, said, n in block.rows
            )
            return Bars(printable(block.caption), bars)
        case Numbered():
            return Numbered(tuple(map(_printable_point, block.points)))


def _printable_point(point: Point) -> Point:
    notes = (printable(each).strip() for each in point.notes)
    words, mark = printable(point.words).strip(), printable(point.mark).strip()
    reference = printable(point.reference).strip()
    return Point(words, mark, point.loud, reference, tuple(filter(None, notes)))


def _share(value: float) -> float:
    return (
        min(max(float(value), 0.0), 1.0) if value == value else 0.0
    )  # what is no number is nought


def _levelled(blocks: Iterator[Block]) -> Iterator[Block]:
    above = 0
    for block in blocks:
        if not _says(block):
            continue
        if isinstance(block, Heading):
            above = min(max(block.level, 1), above + 1, DEEPEST)
            yield Heading(block.words, above)
        else:
            yield block


def _says(block: Block) -> bool:
    match block:
        case Heading() | Para() | Gap() | Sign():
            return bool(block.words)
        case Bullets():
            return bool(block.items)
        case Table():
            return bool(block.head)
        case Facts() | Bars():
            return bool(block.rows)
        case Numbered():
            return bool(block.points)
