"""A paper as a Word file, in Word's own styles, so that people can go on writing in it."""

import io
import zipfile
from datetime import datetime
from typing import Any

from docx import Document
from docx.document import Document as Word
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Cm, Pt, RGBColor
from docx.text.paragraph import Paragraph

from lessons.domain.paper import (
    Bars,
    Block,
    Bullets,
    Facts,
    Gap,
    Heading,
    Paper,
    Para,
    Table,
    fit_to_print,
)

FONT = "Arial"
LANGUAGES = {"cy": "cy-GB"}
ENGLISH = "en-GB"
FIXED = datetime(2000, 1, 1)  # not when it was made, which stands in words on every page
BLACK = RGBColor(0, 0, 0)
BAR_BLOCKS = 24  # signs of the longest bar
MOST_OF_PROPERTY = 255  # characters, as Word has it


class DocxPrinter:
    suffix = "docx"
    type = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"

    def print(self, paper: Paper) -> bytes:
        """See `Printer.print`."""
        paper = fit_to_print(paper)
        word = Document()
        _dress(word, paper)
        _properties(word, paper)
        _edges(word, paper)
        word.add_paragraph(paper.title, "Title")
        for block in paper.blocks:
            _add(word, block, paper)
        return _settled(word)


# --- the whole -------------------------------------------------------------------------------------
def _dress(word: Word, paper: Paper) -> None:
    size = 9.0 if paper.brief else 11.0
    sizes = {
        "Normal": size, "Title": size * 1.7, "Heading 1": size * 1.3, "Heading 2": size * 1.12, "Heading 3": size,
    }  # fmt: skip
    for name, points in sizes.items():
        style: Any = word.styles[name]
        style.font.name, style.font.size = FONT, Pt(round(points, 1))
        style.paragraph_format.space_after = Pt(size * 0.4)
        fonts = style.element.get_or_add_rPr().get_or_add_rFonts()
        for which in list(fonts.attrib):
            if which.endswith("Theme"):
                del fonts.attrib[which]
        for which in ("w:ascii", "w:hAnsi", "w:cs", "w:eastAsia"):
            fonts.set(qn(which), FONT)
        if name != "Normal":
            style.font.color.rgb = BLACK
            style.paragraph_format.keep_with_next = True
    _speak(word.styles["Normal"].element.get_or_add_rPr(), paper)
    section = word.sections[0]
    section.page_width, section.page_height = Cm(21), Cm(29.7)
    side = Cm(1.5 if paper.brief else 2.2)
    section.left_margin = section.right_margin = side
    section.top_margin = section.bottom_margin = Cm(1.6 if paper.brief else 2.3)
    section.header_distance = section.footer_distance = Cm(0.8)


def _speak(properties: Any, paper: Paper) -> None:
    language = OxmlElement("w:lang")
    language.set(qn("w:val"), LANGUAGES.get(paper.language, ENGLISH))
    properties.append(language)


def _properties(word: Word, paper: Paper) -> None:
    core = word.core_properties
    core.title, core.subject = paper.title[:MOST_OF_PROPERTY], paper.subject[:MOST_OF_PROPERTY]
    core.author = core.last_modified_by = paper.made[:MOST_OF_PROPERTY]
    core.category, core.comments, core.keywords = paper.marking[:MOST_OF_PROPERTY], "", ""
    core.language = LANGUAGES.get(paper.language, ENGLISH)
    core.created = core.modified = FIXED


def _edges(word: Word, paper: Paper) -> None:
    """The marking at the top and bottom of every page; who made it, and the number of the page."""
    section = word.sections[0]
    marking = paper.marking.upper()
    for edge in (section.header, section.footer):
        line = edge.paragraphs[0]
        line.alignment = WD_ALIGN_PARAGRAPH.CENTER
        line.add_run(marking).bold = True
    made = section.footer.add_paragraph()
    made.add_run(f"{paper.made}    ").font.size = Pt(8.5)
    _field(made, "PAGE")
    made.add_run(" / ").font.size = Pt(8.5)
    _field(made, "NUMPAGES")


def _field(line: Paragraph, what: str) -> None:
    """A number that Word works out."""
    run = line.add_run()
    run.font.size = Pt(8.5)
    for kind, words in (("begin", ""), ("", what), ("separate", ""), ("text", "1"), ("end", "")):
        if kind == "":
            part = OxmlElement("w:instrText")
            part.set(qn("xml:space"), "preserve")
            part.text = f" {words} "
        elif kind == "text":
            part = OxmlElement("w:t")
            part.text = words
        else:
            part = OxmlElement("w:fldChar")
            part.set(qn("w:fldCharType"), kind)
        run._r.append(part)


def _settled(word: Word) -> bytes:
    """Its file, with nothing in it of the moment at which it was made."""
    made = io.BytesIO()
    word.save(made)
    settled = io.BytesIO()
    with zipfile.ZipFile(made) as old, zipfile.ZipFile(settled, "w", zipfile.ZIP_DEFLATED) as new:
        for name in old.namelist():
            member = zipfile.ZipInfo(name, (1980, 1, 1, 0, 0, 0))
            member.compress_type = zipfile.ZIP_DEFLATED
            new.writestr(member, old.read(name))
    return settled.getvalue()


# --- its blocks ------------------------------------------------------------------------------------
def _add(word: Word, block: Block, paper: Paper) -> None:
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
