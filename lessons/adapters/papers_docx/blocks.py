"""The blocks of a paper as parts of a Word file."""

from typing import Any

from docx.document import Document as Word
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Pt, RGBColor
from docx.text.paragraph import Paragraph

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
    Point,
    Shape,
    Sign,
    Table,
)

BAR_BLOCKS = 24  # signs of the longest bar
SHAPES = {
    Shape.DISC: "●", Shape.SQUARE: "■", Shape.TRIANGLE: "▲", Shape.DIAMOND: "◆", Shape.CROSS: "✖",
}  # fmt: skip


def add(word: Word, block: Block, paper: Paper) -> None:
    match block:
        case Heading():
            word.add_paragraph(block.words, f"Heading {block.level}")
        case Para():
            run = word.add_paragraph().add_run(block.words)
            if block.quiet:
                run.font.size, run.font.color.rgb = Pt(8.5), RGBColor(0x50, 0x50, 0x50)
        case Bullets():
            for item in block.items:
                word.add_paragraph(item, "List Bullet")
        case Facts():
            for term, said in block.rows:
                line = word.add_paragraph()
                line.paragraph_format.space_after = Pt(2)
                line.add_run(f"{term}: ").bold = True
                line.add_run(said)
        case Table():
            _table(word, block)
        case Bars():
            _bars(word, block)
        case Gap():
            _gap(word, block, paper)
        case Sign():
            word.add_paragraph().add_run(f"{SHAPES[block.shape]} {block.words}").bold = True
        case Numbered():
            _numbered(word, block)


def _numbered(word: Word, block: Numbered) -> None:
    """In Word's own numbered list, whose numbers run on through the document."""
    for point in block.points:
        _point(word, point)


def _point(word: Word, point: Point) -> None:
    line = word.add_paragraph(style="List Number")
    if point.mark:
        _mark(line, point)
    line.add_run(point.words)
    if point.reference:
        run = line.add_run(f" {point.reference}")
        run.font.size, run.font.color.rgb = Pt(8), RGBColor(0x50, 0x50, 0x50)
    for note in point.notes:
        line.add_run().add_break()
        line.add_run(note).font.size = Pt(8.5)


def _mark(line: Paragraph, point: Point) -> None:
    run = line.add_run(f" {point.mark.upper()} " if point.loud else f"{point.mark}:")
    run.bold = True
    if point.loud:  # white on black
        run.font.color.rgb = RGBColor(0xFF, 0xFF, 0xFF)
        shade = OxmlElement("w:shd")
        for name, value in (("val", "clear"), ("color", "auto"), ("fill", "000000")):
            shade.set(qn(f"w:{name}"), value)
        run._r.get_or_add_rPr().append(shade)
    line.add_run(" ")


def _caption(word: Word, words: str) -> None:
    if words:
        line = word.add_paragraph()
        line.paragraph_format.keep_with_next = True
        line.add_run(words).bold = True


def _table(word: Word, block: Table) -> None:
    _caption(word, block.caption)
    grid = word.add_table(rows=0, cols=len(block.head), style="Table Grid")
    _row(grid, block.head, block.numbers, bold=True)
    _repeats(grid)
    for row in block.rows:
        _row(grid, row, block.numbers)
    word.add_paragraph().paragraph_format.space_after = Pt(2)


def _row(
    grid: Any, cells: tuple[str, ...], numbers: tuple[int, ...], *, bold: bool = False
) -> None:
    made = grid.add_row().cells
    for n, words in enumerate(cells[: len(made)]):
        line = made[n].paragraphs[0]
        line.paragraph_format.space_after = Pt(1)
        if n in numbers:
            line.alignment = WD_ALIGN_PARAGRAPH.RIGHT
        if bold:  # a head stands on no page without a row
            line.paragraph_format.keep_with_next = True
        run = line.add_run(words)
        run.bold, run.font.size = bold or None, Pt(9)


def _repeats(grid: Any) -> None:
    """The first row is a row of headings, and stands on every page that the table goes on to."""
    header = OxmlElement("w:tblHeader")
    header.set(qn("w:val"), "true")
    grid.rows[0]._tr.get_or_add_trPr().append(header)


def _bars(word: Word, block: Bars) -> None:
    """Each with a bar of signs: what it says stands in words beside it."""
    _caption(word, block.caption)
    grid = word.add_table(rows=0, cols=3)
    for label, said, share in block.rows:
        cells = grid.add_row().cells
        for cell, words in zip(cells, (label, "█" * round(share * BAR_BLOCKS), said), strict=True):
            line = cell.paragraphs[0]
            line.paragraph_format.space_after = Pt(1)
            run = line.add_run(words)
            run.font.size = Pt(8.5)
            if words.startswith("█"):
                run.font.color.rgb = RGBColor(0x1D, 0x5B, 0x8F)
    word.add_paragraph().paragraph_format.space_after = Pt(2)


def _gap(word: Word, block: Gap, paper: Paper) -> None:
    line = word.add_paragraph()
    line.add_run(f"{paper.gap}: ").bold = True
    line.add_run(block.words)
    borders = OxmlElement("w:pBdr")
    for side, width in (("top", "4"), ("left", "24"), ("bottom", "4"), ("right", "4")):
        edge = OxmlElement(f"w:{side}")
        for name, value in (("val", "single"), ("sz", width), ("space", "4"), ("color", "000000")):
            edge.set(qn(f"w:{name}"), value)
        borders.append(edge)
    properties = line._p.get_or_add_pPr()
    properties.insert_element_before(
        borders, "w:shd", "w:tabs", "w:spacing", "w:ind", "w:jc", "w:rPr"
    )
