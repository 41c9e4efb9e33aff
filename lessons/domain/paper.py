"""A document for people, before it is a PDF or a Word file: what stands on it, in order, and nothing of how it looks.

All words come already translated and are plain: nothing in them is markup.
"""

from collections.abc import Sequence
from dataclasses import KW_ONLY, dataclass


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


Block = Heading | Para | Bullets | Facts | Table | Bars | Gap


@dataclass(frozen=True, slots=True)
class Paper:
    """marking: its label, set at the top and bottom of every page. made: who made it and when, in words, on every
    page. language: "en" or "cy". brief: set small, to fit on one page. subject: what it is about, for its properties.
    """

    title: str
    blocks: Sequence[Block]
    _: KW_ONLY
    marking: str
    made: str
    language: str = "en"
    brief: bool = False
    subject: str = ""
