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

from lessons.adapters.papers_docx.blocks import add
from lessons.adapters.papers_docx.measuring import height
from lessons.domain.paper import Paper, fit_to_print

FONT = "Arial"
LANGUAGES = {"cy": "cy-GB"}
ENGLISH = "en-GB"
WIDTH, ROOM = 510.0, 700.0  # of one side set small, in points, with some left over below
USUAL, SMALL = 11.0, 9.0  # points, of letters
GROWN, LEAST = (12.5, 11.5, 10.5, 9.75, 9.0), 8.5
CARD = (22.0, 20.0, 18.0, 16.0, 14.0, 12.5, 11.0, 10.0)
FIXED = datetime(2000, 1, 1)  # not when it was made, which stands in words on every page
BLACK = RGBColor(0, 0, 0)
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
            add(word, block, paper)
        return _settled(word)

    def fits(self, paper: Paper) -> bool:
        """See `Printer.fits`. Word sets the lines, so this is worked out from the widths of letters, with room left."""
        return height(fit_to_print(paper), _least(paper), WIDTH) < ROOM


# --- the whole -------------------------------------------------------------------------------------
def _dress(word: Word, paper: Paper) -> None:
    size, close = _size(paper), paper.brief or paper.card
    sizes = {
        "Normal": size, "Title": size * 1.7, "Heading 1": size * 1.3, "Heading 2": size * 1.12, "Heading 3": size,
    }  # fmt: skip
    for name, points in sizes.items():
        style: Any = word.styles[name]
        style.font.name, style.font.size = FONT, Pt(round(points, 1))
        style.paragraph_format.space_after = Pt(size * 0.4)
        if close:
            style.paragraph_format.line_spacing = 1.0
            headed = name not in ("Normal", "Title")
            style.paragraph_format.space_before = Pt(size * 0.8 if headed else 0)
        if name != "Normal":
            for each in (style, word.styles[f"{name} Char"]):
                each.font.color.rgb = BLACK
            style.paragraph_format.keep_with_next = True
    _in_one_font(word)
    _speak(word.styles["Normal"].element.get_or_add_rPr(), paper)
    _sheet(word, close)


def _sheet(word: Word, close: bool) -> None:
    """A4, with narrow edges where much has to stand on it."""
    section = word.sections[0]
    section.page_width, section.page_height = Cm(21), Cm(29.7)
    side = Cm(1.5 if close else 2.2)
    section.left_margin = section.right_margin = side
    section.top_margin = section.bottom_margin = Cm(1.6 if close else 2.3)
    section.header_distance = section.footer_distance = Cm(0.8)


def _size(paper: Paper) -> float:
    sizes = CARD if paper.card else GROWN if paper.grown else ()
    return next((size for size in sizes if height(paper, size, WIDTH) < ROOM), _least(paper))


def _least(paper: Paper) -> float:
    if paper.grown:
        return LEAST
    return SMALL if paper.brief or paper.card else USUAL


def _in_one_font(word: Word) -> None:
    """Also where no style says so: readers differ in what they take from the theme."""
    for fonts in word.styles.element.iter(qn("w:rFonts")):
        for which in list(fonts.attrib):
            if which.lower().endswith("theme"):
                del fonts.attrib[which]
        for which in ("w:ascii", "w:hAnsi", "w:cs", "w:eastAsia"):
            fonts.set(qn(which), FONT)


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
