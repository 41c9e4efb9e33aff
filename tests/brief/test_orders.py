"""Operation orders as people have them: read for their words, or refused in words that say what to do instead."""

import base64
import io
import random
import tracemalloc
import zipfile
from collections.abc import Callable, Mapping

import pytest
from docx import Document
from docx.document import Document as Word
from docx.oxml import parse_xml

from lessons.adapters.orders import OrderFiles
from lessons.adapters.orders.reader import MOST
from lessons.ports import NotTaken, Order

MAIN = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
TYPES = "application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"
ORDER = "Four addresses at 05:30. Search teams follow entry by ten minutes."


def read(content: bytes, name: str = "order.docx") -> Order:
    return OrderFiles().read(name, io.BytesIO(content))


def refused(content: bytes, name: str = "order.docx") -> str:
    with pytest.raises(NotTaken) as caught:
        read(content, name)
    return str(caught.value)


def saved(word: Word) -> bytes:
    file = io.BytesIO()
    word.save(file)
    return file.getvalue()


def order(*paragraphs: str) -> bytes:
    word = Document()
    for words in paragraphs or (ORDER,):
        word.add_paragraph(words)
    return saved(word)


def archive(members: Mapping[str, str | bytes]) -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as made:
        for name, content in members.items():
            made.writestr(zipfile.ZipInfo(name, (2026, 1, 1, 0, 0, 0)), content, zipfile.ZIP_DEFLATED)  # fmt: skip
    return file.getvalue()


def package(body: str, *, types: str = TYPES, head: str = "", **more: str | bytes) -> bytes:
    """The least that is a Word file, with this XML in its body."""
    listed = (
        '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">'
        f'<Override PartName="/word/document.xml" ContentType="{types}"/></Types>'
    )
    document = f'{head}<w:document xmlns:w="{MAIN}"><w:body>{body}</w:body></w:document>'
    return archive({"[Content_Types].xml": listed, "word/document.xml": document, **more})


def varied(length: int) -> str:
    """Words that pack no better than those of people do."""
    return base64.b32encode(random.Random(6).randbytes(length * 5 // 8)).decode().replace("A", " ")


def para(words: str) -> str:
    return f"<w:p><w:r><w:t>{words}</w:t></w:r></w:p>"


# --- what is read ------------------------------------------------------------------------------------
def test_headings_tables_headers_and_lists_of_an_order_are_read() -> None:
    word = Document()
    word.sections[0].header.paragraphs[0].text = "OFFICIAL – Operation Alder"
    word.add_heading("3. Method", 1)
    word.add_paragraph("Entry teams go first.", "List Number")
    table = word.add_table(rows=2, cols=2)
    for cell, words in zip(
        (c for row in table.rows for c in row.cells), ("Role", "Task", "Team leader", "Tests the channel"), strict=True
    ):  # fmt: skip
        cell.text = words
    word.add_paragraph("Communications\tChannel 4")
    assert read(saved(word)) == Order(
        "OFFICIAL – Operation Alder\n3. Method\nEntry teams go first.\nRole | Task\n"
        "Team leader | Tests the channel\nCommunications\tChannel 4"
    )


def test_what_was_deleted_or_moved_away_or_hidden_is_left_out() -> None:
    word = Document()
    line = word.add_paragraph("Go in at ")
    for xml in (
        "<w:del %s w:id='1' w:author='a'><w:r><w:delText>five</w:delText><w:t>five</w:t></w:r></w:del>",
        "<w:moveFrom %s w:id='2' w:author='a'><w:r><w:t>six</w:t></w:r></w:moveFrom>",
        "<w:ins %s w:id='3' w:author='a'><w:r><w:t>half past five</w:t></w:r></w:ins>",
        "<w:r %s><w:rPr><w:vanish/></w:rPr><w:t>secretly</w:t></w:r>",
        "<w:r %s><w:rPr><w:vanish w:val='0'/></w:rPr><w:t> with dogs</w:t></w:r>",
    ):
        line._p.append(parse_xml(xml % f"xmlns:w='{MAIN}'"))
    assert read(saved(word)).text == "Go in at half past five with dogs"


def test_words_in_a_text_box_are_read_once() -> None:
    spaces = 'xmlns:mc="http://schemas.openxmlformats.org/markup-compatibility/2006"'
    box = (
        f"<w:p><w:r><mc:AlternateContent {spaces}><mc:Choice><w:txbxContent>{para('Dogs at the back')}"
        f"</w:txbxContent></mc:Choice><mc:Fallback>{para('Dogs at the back')}</mc:Fallback></mc:AlternateContent>"
        "</w:r></w:p>"
    )
    assert read(package(box)).text == "Dogs at the back"


@pytest.mark.parametrize("coding", ["utf-8", "utf-8-sig", "utf-16", "cp1252"])
def test_plain_text_is_read_however_it_is_coded(coding: str) -> None:
    words = "Keep the café’s back door covered – £40 for keys"
    assert (
        read(f"{words}\r\n\r\n\r\n\r\nDone".encode(coding), "plan.txt").text == f"{words}\n\nDone"
    )


def test_a_welsh_plan_is_read_as_it_is_written() -> None:
    words = "Bydd pedwar tîm yn mynd i mewn am bump; mae’r ŵyl ar y Sul."
    assert read(words.encode(), "cynllun.md").text == words == read(order(words)).text


def test_the_content_decides_and_not_the_name() -> None:
    assert read(order(), "../../etc/passwd\x00.png").text == ORDER
    assert read(ORDER.encode(), "order.docx").text == ORDER


def test_an_order_of_two_hundred_pages_is_read_whole_and_a_longer_one_to_its_limit() -> None:
    page = ("Each team leader tests the channel from inside the vehicle. " * 50).strip()
    whole = read(order(*[page] * 200))
    assert len(whole.text) > 590_000 and not whole.cut
    long = read((ORDER * (MOST // len(ORDER) + 2)).encode(), "order.txt")
    assert (len(long.text), long.cut) == (MOST, True)
    in_word = read(package(para(varied(MOST + 100_000))))
    assert (len(in_word.text), in_word.cut) == (MOST, True)


# --- what is refused ---------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"\x89PNG\r\n\x1a\n" + b"\x00" * 50, "is a picture"),
        (b"\xff\xd8\xff\xe0\x00\x10JFIF" + b"\x00" * 50, "is a picture"),
        (b"\x00\x00\x00\x18ftypheic" + b"\x00" * 50, "is a picture"),
        (b"%PDF-1.7\n1 0 obj", "is a PDF"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\x00" * 600, "old Word format"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\x00" * 600 + "EncryptedPackage".encode("utf-16-le"), "password"),
        (b"{\\rtf1\\ansi An order}", "old Word format"),
        (b"<!DOCTYPE html><html><body>x</body></html>", "not a Word document"),
        (b"", "empty"),
        (b" \r\n\t\x00\x00", "empty"),
        (b"\x7fELF\x02\x01\x01\x00\x00\x00", "cannot be read as text"),
        (b"words \x81\x8d and more", "cannot be read as text"),
        (order(" "), "no words in this document"),
        (order()[:400], "damaged"),
        (order().replace(b"PK\x01\x02", b"PK\x01\x03"), "damaged"),
        (archive({"a.txt": "words"}), "not a Word document"),
        (package(para("x"), types=TYPES.replace("wordprocessingml.document", "spreadsheetml.sheet")), "not a Word"),
        (package(para("x"), types="application/vnd.ms-word.document.macroEnabled.main+xml"), "macros"),
        (package(para("x"), **{"word/vbaProject.bin": b"\x00"}), "macros"),
        (package("<w:p>"), "damaged"),
        (package("<w:p>" * 400), "damaged"),
        (package(para("x"), **{"../../etc/cron.d/x": "words"}).replace(b"document.xml", b"nothing_.xml", 1), "damaged"),
    ],
)  # fmt: skip
def test_what_is_no_order_is_refused_with_what_to_do_instead(content: bytes, words: str) -> None:
    said = refused(content)
    assert words in said
    assert "aste the" in said or "paste its text" in said


@pytest.mark.parametrize(
    "head",
    [
        '<!DOCTYPE a [<!ENTITY e SYSTEM "file:///etc/passwd">]>',
        '<!DOCTYPE a SYSTEM "http://127.0.0.1:9/a.dtd">',
        '<!DOCTYPE a [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;">]>',
    ],
)
def test_nothing_from_elsewhere_is_called_in(head: str) -> None:
    entity = "e" if "ENTITY e" in head else "amp"
    assert "instructions" in refused(package(para(f"&{entity};"), head=head))


def lying(content: bytes) -> bytes:
    """The same archive, whose heads say that its parts are small."""
    size = 40 << 20
    return content.replace(size.to_bytes(4, "little"), (900).to_bytes(4, "little"))


@pytest.mark.parametrize("dress", [bytes, lying])
def test_a_bomb_is_not_unpacked_whatever_it_says_of_its_size(
    dress: Callable[[bytes], bytes],
) -> None:
    open_, close = f'<w:document xmlns:w="{MAIN}">', "</w:document>"
    filling = " " * ((40 << 20) - len(open_) - len(close))
    whole = package(para("x"))
    with zipfile.ZipFile(io.BytesIO(whole)) as parts:
        listed = parts.read("[Content_Types].xml")
    bomb = dress(archive({"[Content_Types].xml": listed, "word/document.xml": open_ + filling + close}))  # fmt: skip
    del filling
    tracemalloc.start()
    try:
        said = refused(bomb)
        _, most = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert "unpacks to far more" in said or "damaged" in said
    assert most < 8 << 20


@pytest.mark.parametrize("packed", [zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA])
def test_only_what_word_packs_with_is_unpacked(packed: int) -> None:
    file = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(order())) as old, zipfile.ZipFile(file, "w", packed) as new:
        for name in old.namelist():
            new.writestr(name, old.read(name))
    assert "damaged" in refused(file.getvalue())


def test_thousands_of_parts_and_files_too_large_are_refused() -> None:
    many = archive({f"word/{n}.xml": "" for n in range(2_100)})
    assert "unpacks to far more" in refused(many)
    assert "larger than 20 megabytes" in refused(ORDER.encode() + b" " * (20 << 20))


def test_one_endless_tag_is_not_looked_through_again_and_again() -> None:
    assert "damaged" in refused(package(f'<w:p w:x="{varied(2 << 20)}"/>'))


def test_a_locked_archive_is_told_from_a_damaged_one() -> None:
    whole = bytearray(order())
    for mark, at in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        place = whole.find(mark)
        while place >= 0:
            whole[place + at] |= 1
            place = whole.find(mark, place + 1)
    assert "locked with a password" in refused(bytes(whole))


def test_words_said_over_and_over_by_the_hundred_megabytes_are_refused_though_few_would_be_read() -> (
    None
):
    again = para(ORDER * 1_000) * 800
    bomb = package(again)
    assert len(again) > 40 << 20 and len(bomb) < 1 << 20
    assert "unpacks to far more" in refused(bomb)
