"""Files beside a record: only those of the types that are taken, whole, under names that are no path."""

import io
import zipfile
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lessons.adapters.attachments import FileAttachments, names
from lessons.domain.errors import NotFound
from lessons.ports import NotTaken

ID = "A-2026-00001"
PDF = b"%PDF-1.4\n1 0 obj <<>> endobj\ntrailer <<>>\n%%EOF\n"
PNG = b"\x89PNG\r\n\x1a\n" + b"\x00\x00\x00\rIHDR" + bytes(17) + b"\x00\x00\x00\x00IEND\xaeB`\x82"
JPEG = b"\xff\xd8\xff\xe0\x00\x10JFIF\x00" + bytes(40) + b"\xff\xd9"
SVG = b'<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>'
TYPES = (
    '<?xml version="1.0"?><Types><Override PartName="/word/document.xml" ContentType='
    '"application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"/></Types>'
)


def archive(parts: dict[str, bytes | str], packed: int = zipfile.ZIP_DEFLATED) -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", packed) as made:
        for name, content in parts.items():
            # With a day of its own: the bytes are part of the names of tests, which two processes must agree on.
            made.writestr(zipfile.ZipInfo(name, (2026, 1, 5, 9, 0, 0)), content, packed)
    return file.getvalue()


def docx(more: dict[str, bytes | str] | None = None) -> bytes:
    return archive({"[Content_Types].xml": TYPES, "word/document.xml": "<w/>", **(more or {})})


def odt(manifest: str = "<m/>") -> bytes:
    said = "application/vnd.oasis.opendocument.text"
    return archive({"mimetype": said, "META-INF/manifest.xml": manifest})


def locked() -> bytes:
    """A document whose parts are said to be encrypted."""
    data = bytearray(docx())
    at = data.index(b"PK\x01\x02")
    data[at + 8] |= 1
    return bytes(data)


@pytest.fixture
def keep(tmp_path: Path) -> FileAttachments:
    (tmp_path / "actions").mkdir()
    return FileAttachments(tmp_path, 1)


def put(keep: FileAttachments, name: str, content: bytes) -> str:
    return keep.put(ID, name, io.BytesIO(content)).name


@pytest.mark.parametrize(
    ("name", "content", "type"),
    [
        ("plan.pdf", PDF, "application/pdf"), ("map.png", PNG, "image/png"), ("map.JPG", JPEG, "image/jpeg"),
        ("notes.txt", "Café – done".encode(), "text/plain"), ("notes.txt", "Café".encode("cp1252"), "text/plain"),
        ("rows.csv", b"a,b\r\n1,2\r\n", "text/csv"), ("notes.md", b"# Seen\n", "text/markdown"),
        ("form.docx", docx(), "application/vnd.openxmlformats-officedocument.wordprocessingml.document"),
        ("form.odt", odt(), "application/vnd.oasis.opendocument.text"),
    ],
)  # fmt: skip
def test_what_is_taken_comes_back_as_it_was(
    keep: FileAttachments, tmp_path: Path, name: str, content: bytes, type: str
) -> None:
    taken = keep.put(ID, name, io.BytesIO(content))
    assert (taken.type, taken.size) == (type, len(content))
    there, file = keep.open(ID, taken.name)
    with file:
        assert file.read() == content and there == taken
    [path] = (tmp_path / "actions" / f"{ID}.files").iterdir()
    assert path.stat().st_mode & 0o777 == 0o600


@pytest.mark.parametrize(
    ("name", "content", "why"),
    [
        ("drawing.svg", SVG, "PDF or a PNG"), ("drawing.png", SVG, "PDF or a PNG"),
        ("page.html", b"<html>", "PDF or a PNG"),
        ("page.txt", b"  <!DOCTYPE html><p>", "PDF or a PNG"), ("map.jpg", PNG, "not what its name says"),
        ("map.png", PDF, "not what its name says"), ("map.png", b"MZ\x90\x00" + bytes(40), "not taken"),
        ("run.exe", b"MZ\x90\x00" + bytes(40), "not taken"), ("notes", b"words", "not taken"),
        ("notes.pdf", b"words", "not what its name says"), ("notes.txt", b"a\x00b", "not taken"),
        ("notes.txt", b"", "empty"), ("form.docm", docx({"word/vbaProject.bin": b"x"}), "macros"),
        ("form.docx", docx({"word/vbaProject.bin": b"x"}), "macros"),
        ("form.docx", docx({"big": bytes(20 << 20)}), "unpacks to far more"),
        ("form.xlsx", docx(), "not what its name says"), ("form.docx", archive({"a.txt": "a"}), "not taken"),
        ("form.docx", docx()[:60], "damaged"), ("form.docx", locked(), "password"),
        ("form.odt", odt("<manifest:encryption-data/>"), "password"),
        ("old.doc", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "old Office"),
        ("locked.pdf", PDF + b"/Encrypt 1 0 R", "password"), ("big.txt", b"a" * ((1 << 20) + 1), "larger than 1"),
    ],
)  # fmt: skip
def test_what_is_not_taken_leaves_nothing_behind(
    keep: FileAttachments, tmp_path: Path, name: str, content: bytes, why: str
) -> None:
    with pytest.raises(NotTaken) as refused:
        put(keep, name, content)
    assert why in str(refused.value)
    assert list((tmp_path / "actions").iterdir()) == [] and keep.all(ID) == ()


def test_a_stream_without_end_is_not_read_to_its_end(keep: FileAttachments) -> None:
    class Endless(io.RawIOBase):
        given = 0

        def read(self, size: int = -1) -> bytes:
            self.given += size
            return b"a" * size

    stream = Endless()
    with pytest.raises(NotTaken):
        keep.put(ID, "all.txt", stream)  # type: ignore[arg-type]
    assert stream.given < 2 << 20


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("../../x.txt", "x.txt"), ("..\\..\\x.txt", "x.txt"), ("/etc/passwd.txt", "passwd.txt"),
        ("C:\\Users\\me\\plan.PDF", "plan.pdf"), (".htaccess.txt", "htaccess.txt"), ("CON.txt", "_CON.txt"),
        ("a\x00b\x1f\n.txt", "a b.txt"), ("invoice\u202etxt.pdf", "invoice txt.pdf"), ("e\u0301t\u00e9.txt", "été.txt"),
        ("..", "file"), ("", "file"), ("x" * 300 + ".txt", "x" * 146 + ".txt"),
    ],
)  # fmt: skip
def test_names_are_cleaned(typed: str, kept: str) -> None:
    assert names.clean(typed) == kept


@settings(max_examples=150, deadline=None)
@given(st.text(max_size=300))
def test_a_clean_name_is_clean_and_no_path(typed: str) -> None:
    name = names.clean(typed)
    assert names.is_clean(name) and len(name.encode()) <= 160
    assert not set(name) & set("/\\\0") and not name.startswith((".", "-"))
    assert Path(name).name == name


def test_a_name_given_twice_keeps_both_and_the_same_file_is_kept_once(
    keep: FileAttachments,
) -> None:
    assert put(keep, "plan.pdf", PDF) == "plan.pdf"
    assert put(keep, "plan.pdf", PDF + b"%") == "plan (2).pdf"
    assert put(keep, "other.pdf", PDF) == "plan.pdf"
    assert [each.name for each in keep.all(ID)] == ["plan (2).pdf", "plan.pdf"]
    keep.remove(ID, "plan.pdf")
    with pytest.raises(NotFound):
        keep.remove(ID, "plan.pdf")
    keep.purge(ID)
    keep.purge(ID)
    keep.purge("radio")
    assert keep.all(ID) == ()


def test_nothing_outside_is_opened_or_written(keep: FileAttachments, tmp_path: Path) -> None:
    (tmp_path / "secret.txt").write_text("secret")
    put(keep, "a.txt", b"a")
    folder = tmp_path / "actions" / f"{ID}.files"
    (folder / "link.txt").symlink_to(tmp_path / "secret.txt")
    for name in ("../../secret.txt", "link.txt", "..", ".", "", "b.txt", "a.txt/"):
        with pytest.raises(NotFound):
            keep.open(ID, name)
    for record in ("../actions", "A-2026-00001/..", "radio", ""):
        with pytest.raises(NotFound):
            keep.put(record, "a.txt", io.BytesIO(b"a"))
    other = tmp_path / "actions" / "A-2026-00002.files"
    other.symlink_to(tmp_path)
    with pytest.raises(NotFound):
        keep.put("A-2026-00002", "a.txt", io.BytesIO(b"a"))
