"""Documents as people get them: read back with other programs than those that made them."""

import io
from collections.abc import Callable
from dataclasses import replace

import pytest
from docx import Document
from docx.oxml.ns import qn
from pypdf import PdfReader

from lessons.adapters.papers_docx import DocxPrinter
from lessons.adapters.papers_pdf import PdfPrinter
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
)
from lessons.ports import Printer

PDF, DOCX = PdfPrinter(), DocxPrinter()
MADE = "Made for sam, liaison, on 22 November 2026, 18:00"
HOSTILE = (
    '#read("/etc/passwd") $x$ *bold* @preview/evil:0.1.0 \\u{41} <label> `raw` // ]}) =1+1 & <b>'
)


def paper(*blocks: Block, **more: object) -> Paper:
    whole = Paper(
        "Evidence pack", blocks, marking="OFFICIAL-SENSITIVE", made=MADE, subject="A finding"
    )
    return replace(whole, **more)  # type: ignore[arg-type]


def everything(words: str) -> Paper:
    return paper(
        Heading(words, 1), Para(words), Para(words, quiet=True), Bullets((words,)), Facts(((words, words),)),
        Table(words, ("Column",), ((words,),)), Bars(words, ((words, words, 0.5),)), Gap(words),
        title=words, made=words, subject=words,
    )  # fmt: skip


def pages(made: bytes) -> list[str]:
    return [page.extract_text() for page in PdfReader(io.BytesIO(made)).pages]


def said(made: bytes) -> str:
    """All words of a Word file, tables, top and bottom among them."""
    word = Document(io.BytesIO(made))
    found = [p.text for p in word.paragraphs]
    found += [cell.text for table in word.tables for row in table.rows for cell in row.cells]
    section = word.sections[0]
    found += [p.text for edge in (section.header, section.footer) for p in edge.paragraphs]
    return "\n".join(found)


def words_of(printer: Printer) -> Callable[[bytes], str]:
    return said if printer is DOCX else lambda made: "\n".join(pages(made))


@pytest.fixture(scope="module")
def long_pdf() -> PdfReader:
    """A document of several pages, with a cell longer than one of them."""
    long = "it lasted " * 1_500 + "to the end"
    rows = (("L-2026-7K3QD", long), *((f"L-{n}", "short") for n in range(80)))
    blocks = (Heading("What was learned"), Table("The chain", ("Reference", "Lesson"), rows, (0,)))
    return PdfReader(io.BytesIO(PDF.print(paper(*blocks))))


def test_every_page_says_its_marking_twice_who_made_it_and_which_page_it_is(
    long_pdf: PdfReader,
) -> None:
    texts = [page.extract_text() for page in long_pdf.pages]
    assert len(texts) > 2
    for number, text in enumerate(texts, 1):
        assert text.count("OFFICIAL-SENSITIVE") == 2
        assert MADE in text
        assert f"{number} / {len(texts)}" in text


def test_a_long_table_says_its_heads_on_every_page_and_loses_no_word(long_pdf: PdfReader) -> None:
    texts = [page.extract_text() for page in long_pdf.pages]
    assert all("Reference" in text for text in texts)
    whole = "\n".join(texts)
    assert whole.count("lasted") == 1_500 and "to the end" in whole.replace("\n", " ")
    assert "L-79" in whole


def test_a_screen_reader_finds_a_tagged_document_with_a_title_and_a_language() -> None:
    made = PdfReader(io.BytesIO(PDF.print(everything("Handover was late"))))
    root = made.trailer["/Root"]
    assert root["/MarkInfo"]["/Marked"] and "/StructTreeRoot" in root
    assert root["/Lang"] == "en-GB"
    assert root["/ViewerPreferences"]["/DisplayDocTitle"]
    assert made.metadata is not None
    assert made.metadata.title == made.metadata.author == "Handover was late"
    assert b"pdfuaid" in root["/Metadata"].get_data()
    welsh = PdfReader(io.BytesIO(PDF.print(paper(Para("Gwers"), language="cy"))))
    assert welsh.trailer["/Root"]["/Lang"] == "cy-GB"


@pytest.mark.parametrize("printer", [PDF, DOCX], ids=["pdf", "docx"])
def test_the_same_paper_gives_the_same_bytes(printer: Printer) -> None:
    assert printer.print(everything("Again")) == printer.print(everything("Again"))
    assert printer.print(everything("Again")) != printer.print(everything("Another"))


@pytest.mark.parametrize("printer", [PDF, DOCX], ids=["pdf", "docx"])
def test_hostile_words_stay_words(printer: Printer) -> None:
    text = words_of(printer)(printer.print(everything(HOSTILE)))
    assert '#read("/etc/passwd")' in text and "root:" not in text
    for part in ("$x$", "*bold*", "@preview/evil:0.1.0", "\\u{41}", "<label>", "`raw`", "&", "<b>"):
        assert part in text.replace("\n", " ")


@pytest.mark.parametrize("printer", [PDF, DOCX], ids=["pdf", "docx"])
@pytest.mark.parametrize(
    "words",
    [
        "\x00a\x07b\x1b\x7f\ufffe\ud800\u202ec\r\nd",
        "שלום עולם، مرحبا بالعالم",
        "中文 😀",
        "é\u0301" * 200,
        "",
        " ",
        "a" * 10_000,
    ],
    ids=["control", "right to left", "unknown letters", "combining", "empty", "blank", "one word"],
)
def test_awkward_words_make_a_document_all_the_same(printer: Printer, words: str) -> None:
    text = words_of(printer)(printer.print(everything(words)))
    assert "OFFICIAL-SENSITIVE" in text
    assert not set(text) & {"\x00", "\x07", "\x1b", "\x7f", "\ufffe", "\u202e"}


def test_a_letter_that_no_font_has_is_not_left_out_in_silence() -> None:
    text = "".join(pages(PDF.print(paper(Para("before \U0001f9ff\U00013000\U0001e030 after")))))
    assert "before" in text and "after" in text
    assert "\U00013000" in text or "[U+13000]" in text


def test_a_word_longer_than_a_line_goes_on_in_the_next() -> None:
    text = "".join(
        pages(PDF.print(paper(Para("x" * 3_000), Table("T", ("A", "B"), (("y" * 900, "z"),)))))
    )
    assert text.count("x") - "Evidence pack".count("x") == 3_000 and text.count("y") == 900


def test_bars_say_their_values_in_words_and_a_gap_says_that_it_is_one() -> None:
    blocks = (
        Bars("4P balance", (("Pursue", "84%", 0.84), ("Prevent", "none", 0.0), ("Odd", "?", float("nan")))),
        Gap("Nothing shows yet that the change lasts."),
    )  # fmt: skip
    for printer in (PDF, DOCX):
        text = words_of(printer)(printer.print(paper(*blocks)))
        for part in ("4P balance", "Pursue", "84%", "Prevent", "none"):
            assert part in text
        assert "Gap: Nothing shows yet that the change lasts." in text
        assert "Bwlch: " in words_of(printer)(printer.print(paper(*blocks, gap="Bwlch")))


def test_headings_follow_one_another_even_where_a_level_was_left_out() -> None:
    made = DOCX.print(paper(Heading("First", 3), Heading("Second", 3), Heading("Third", 3)))
    styles = [p.style.name for p in Document(io.BytesIO(made)).paragraphs if p.style]
    assert styles[:4] == ["Title", "Heading 1", "Heading 2", "Heading 3"]
    assert PDF.print(paper(Heading("First", 2), Heading("", 1), Heading("Second", 7)))


def test_a_brief_paper_fits_where_the_usual_one_takes_more_pages() -> None:
    blocks = [Para("The debrief rate went up, and two decisions are needed. " * 6)] * 15
    usual, brief = PDF.print(paper(*blocks)), PDF.print(paper(*blocks, brief=True))
    assert len(pages(usual)) > len(pages(brief)) == 1


def test_word_finds_its_own_styles_properties_and_language() -> None:
    made = DOCX.print(
        paper(
            Heading("Part", 1), Bullets(("one", "two")), Table("T", ("A", "B"), (("1", "2"), ("3",))), language="cy"
        )
    )  # fmt: skip
    word = Document(io.BytesIO(made))
    styles = [p.style.name for p in word.paragraphs if p.style]
    assert {"Title", "Heading 1", "List Bullet"} <= set(styles)
    table = word.tables[0]
    assert table.style is not None and table.style.name == "Table Grid"
    assert table.rows[0]._tr.trPr.find(qn("w:tblHeader")) is not None
    assert [cell.text for cell in table.rows[2].cells] == ["3", ""]
    core = word.core_properties
    assert (core.title, core.author, core.language) == ("Evidence pack", MADE, "cy-GB")
    section = word.sections[0]
    assert section.header.paragraphs[0].text == "OFFICIAL-SENSITIVE"
    footer = "".join(p._p.xml for p in section.footer.paragraphs)
    assert "OFFICIAL-SENSITIVE" in footer and " PAGE " in footer and MADE in footer
