"""A paper set by Typst with our one template, as a tagged PDF that a screen reader can read (PDF/UA-1).

The words of a paper are handed over as data and never read as markup. The template asks for no package, and files
outside its own folder are out of reach.
"""

import json
import re
from collections.abc import Callable, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

import typst

from lessons.domain.paper import Bars, Block, Bullets, Facts, Paper, Table, fit_to_print

HERE = Path(__file__).resolve().parent
USUAL, SMALL = 11.0, 9.5  # points, of letters
GROWN, LEAST = (13.0, 12.0, 11.0, 10.25, 9.5), 8.75
LONGEST_WORD = 24  # characters in a row that are never parted
PART = 8  # after so many may a longer word go on in the next line
_LONG = re.compile(rf"[^\s\u200b]{{{LONGEST_WORD + 1},}}")
_PART = re.compile(
    rf".{{{PART}}}(?=\w)", re.DOTALL
)  # not before a sign that belongs to the letter before it
_TOLD = re.compile(r'the text `"(.+?)"` could not be displayed')
LAST_OF_ASCII = 0x7F
NARROWEST, WIDEST = 6.0, 60.0  # of a column, against the others


class PdfPrinter:
    suffix = "pdf"
    type = "application/pdf"

    def print(self, paper: Paper) -> bytes:
        """See `Printer.print`. A letter that our own fonts lack is taken from those of the machine; where they lack
        it too, its number stands for it, as U+4E2D, so that nobody takes the words for whole.
        """
        ready = fit_to_print(paper)
        sizes = GROWN if ready.grown else ()
        size = next((size for size in sizes if _fits(_as_data(ready, size))), _size(ready))
        return _made(_as_data(ready, size))[0]

    def fits(self, paper: Paper) -> bool:
        """See `Printer.fits`."""
        ready = fit_to_print(paper)
        return _fits(_as_data(ready, _size(ready)))


def _size(paper: Paper) -> float:
    if paper.grown:
        return LEAST
    return SMALL if paper.brief else USUAL


def _fits(given: dict[str, Any]) -> bool:
    _, set_as, ours_only = _made(given)
    told = typst.query(
        HERE / "paper.typ", "<pages>", field="value", one=True, root=HERE, ignore_system_fonts=ours_only,
        sys_inputs={"paper": json.dumps(set_as)}, package_path=HERE, package_cache_path=HERE,
    )  # fmt: skip
    return int(told) == 1


def _made(given: dict[str, Any]) -> tuple[bytes, dict[str, Any], bool]:
    """The document, what of the words could be set, and whether our own fonts have all of them."""
    try:
        return _set(given), given, True
    except typst.TypstError:
        pass
    try:
        return _set(given, ours_only=False), given, False
    except typst.TypstError as error:
        numbered = {
            ord(letter): f"[U+{ord(letter):04X}]" for letter in _lacking(str(error.diagnostic))
        }
    told = _each(given, lambda words: words.translate(numbered))
    try:
        return _set(told, ours_only=False), told, False
    except typst.TypstError:
        return _set(given, ours_only=False, accessible=False), given, False


def _lacking(told: str) -> set[str]:
    """The letters that no font has, from what Typst says of them."""
    return {
        letter for words in _TOLD.findall(told) for letter in words if ord(letter) > LAST_OF_ASCII
    }


def _set(given: dict[str, Any], *, ours_only: bool = True, accessible: bool = True) -> bytes:
    words = json.dumps(given)
    made = typst.compile(
        HERE / "paper.typ", root=HERE, format="pdf", sys_inputs={"paper": words}, timestamp=0,
        ignore_system_fonts=ours_only, pdf_standards="ua-1" if accessible else None,
        package_path=HERE, package_cache_path=HERE,
    )  # fmt: skip
    assert isinstance(made, bytes)
    return made


def _as_data(paper: Paper, size: float) -> dict[str, Any]:
    blocks = [_block(each) for each in paper.blocks]
    first = 1
    for each in blocks:
        if each["kind"] == "numbered":
            each["first"] = first
            first += len(each["points"])
    given = {
        "title": paper.title, "marking": paper.marking, "made": paper.made, "subject": paper.subject,
        "gap": paper.gap, "blocks": blocks,
    }  # fmt: skip
    return {
        **_each(given, _parted),
        "language": paper.language,
        "brief": paper.brief,
        "card": paper.card,
        "size": size,
    }


def _block(block: Block) -> dict[str, Any]:
    given = {"kind": type(block).__name__.lower(), **asdict(block)}
    if isinstance(block, Table):
        given["rows"] = [_row(row, len(block.head)) for row in block.rows]
        given["widths"] = _widths(block)
    elif isinstance(block, Bars | Facts | Bullets):
        key = "items" if isinstance(block, Bullets) else "rows"
        given[key] = list(given[key])
    return given


def _row(row: Sequence[str], width: int) -> list[str]:
    return [*row[:width], *[""] * (width - len(row))]


def _widths(table: Table) -> list[float]:
    """Of its columns: room for the longest word of each, and more for those that say more."""
    widths = []
    for n, head in enumerate(table.head):
        cells = [head, *(row[n] for row in table.rows if n < len(row))]
        word = max((len(w) for cell in cells for w in cell.split()), default=0)
        said = max(len(cell) for cell in cells)
        widths.append(min(max(min(word, LONGEST_WORD), said**0.75, NARROWEST), WIDEST))
    return widths


def _each(value: Any, change: Callable[[str], str]) -> Any:
    """The same with every word in it changed."""
    if isinstance(value, str):
        return change(value)
    if isinstance(value, dict):
        return {key: _each(each, change) for key, each in value.items()}
    if isinstance(value, list | tuple):
        return [_each(each, change) for each in value]
    return value


def _parted(words: str) -> str:
    """The words with places in those too long for a line where they may go on in the next."""
    return _LONG.sub(lambda m: _PART.sub("\\g<0>\u200b", m[0]), words)
