"""What a file really is, whatever it is called: the few types that are taken, told by their content."""

import re
import zipfile
from collections.abc import Mapping
from pathlib import Path
from typing import BinaryIO

import puremagic

from lessons.adapters.attachments.names import suffix_of
from lessons.domain.text import N_
from lessons.ports import NotTaken

HEAD = 8_192  # bytes looked at to tell what a file is
MOST_PARTS = 5_000  # files in one document
LARGEST_UNPACKED = 200 << 20  # bytes of a document unpacked
MOST_PACKED = 200  # times smaller than it is; text packs some 20 times
LARGEST_LIST = 1 << 20  # bytes of the list of contents of a document

_OFFICE = "application/vnd.openxmlformats-officedocument."
_OPEN = "application/vnd.oasis.opendocument."
# The suffixes that go with each type that is taken.
TYPES: Mapping[str, tuple[str, ...]] = {
    "application/pdf": ("pdf",),
    "image/png": ("png",),
    "image/jpeg": ("jpg", "jpeg"),
    "text/plain": ("txt", "text", "log"),
    "text/csv": ("csv",),
    "text/markdown": ("md",),
    f"{_OFFICE}wordprocessingml.document": ("docx",),
    f"{_OFFICE}spreadsheetml.sheet": ("xlsx",),
    f"{_OFFICE}presentationml.presentation": ("pptx",),
    f"{_OPEN}text": ("odt",),
    f"{_OPEN}spreadsheet": ("ods",),
}
BY_SUFFIX = {suffix: type for type, suffixes in TYPES.items() for suffix in suffixes}
_MAGIC = {".pdf": "application/pdf", ".png": "image/png", ".jpg": "image/jpeg", ".jpeg": "image/jpeg"}  # fmt: skip
_WRITTEN = frozenset({"text/plain", "text/csv", "text/markdown"})
_MAIN = {  # what the main part of a document says that it is
    b"wordprocessingml.document.main+xml": f"{_OFFICE}wordprocessingml.document",
    b"spreadsheetml.sheet.main+xml": f"{_OFFICE}spreadsheetml.sheet",
    b"presentationml.presentation.main+xml": f"{_OFFICE}presentationml.presentation",
}
_MARKUP = re.compile(
    rb"<(?:!doctype\s+html|html|head|body|script|svg|iframe|\?xml|[a-z]+:svg)\b", re.IGNORECASE
)
_MACROS = re.compile(
    r"(?:^|/)(?:vbaproject\.bin|vbadata\.xml|basic/|scripts/|activex/)", re.IGNORECASE
)
_OLD_OFFICE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"

EMPTY = N_("This file is empty.")
PAGE = N_("Web pages and SVG drawings may hold programs. Save it as a PDF or a PNG and add that.")
UNKNOWN = N_(
    "Files of this type are not taken. Take PDF, PNG, JPEG, DOCX, XLSX, PPTX, ODT, ODS, CSV or plain text."
)
OTHERWISE = N_(
    "This file is not what its name says. Save it anew under its right type and add that."
)
MACROS = N_("This document holds macros. Save it without them, or as a PDF, and add that.")
LOCKED = N_(
    "This file is locked with a password, so nobody can look into it. Save it without one and add that."
)
BOMB = N_("This document unpacks to far more than a document holds. It was not opened.")
DAMAGED = N_("This document is damaged: it cannot be opened. Save it anew and add that.")
OLD = N_(
    "This is an old Office format, or is locked with a password. Save it as DOCX, XLSX, PPTX or PDF and add that."
)


def type_of(path: Path, name: str) -> str:
    """The media type of a file, where it is taken and goes with its name. Raises NotTaken, with advice."""
    with path.open("rb") as file:
        head = file.read(HEAD)
        found = _found(file, head, name)
    if BY_SUFFIX.get(suffix_of(name)) != found:
        raise NotTaken(OTHERWISE)
    return found


def _found(file: BinaryIO, head: bytes, name: str) -> str:
    if not head:
        raise NotTaken(EMPTY)
    if head.startswith(_OLD_OFFICE):
        raise NotTaken(OLD)
    if head.startswith(b"PK"):
        return _of_document(file)
    found = _magic(head)
    if found:
        return _looked_through(file, found)
    return _of_text(file, head, name)


def _magic(head: bytes) -> str:
    """What puremagic makes of the first bytes, if it is one of ours and its mark stands at the very start."""
    try:
        matches = puremagic.magic_string(head)
    except (puremagic.PureError, ValueError):
        return ""
    return next((_MAGIC[m.extension] for m in matches if m.extension in _MAGIC and m.offset == 0), "")  # fmt: skip


def _looked_through(file: BinaryIO, type: str) -> str:
    """Raises NotTaken for a PDF that is locked, and for what only begins as a picture."""
    file.seek(0)
    data = file.read()
    if type == "application/pdf":
        if re.search(rb"/Encrypt\b", data):
            raise NotTaken(LOCKED)
        return type
    ends = {"image/png": b"IEND", "image/jpeg": b"\xff\xd9"}[type]
    if ends not in data[-4_096:]:
        raise NotTaken(DAMAGED)
    return type


def _of_text(file: BinaryIO, head: bytes, name: str) -> str:
    """Plain text by its suffix, where it is text all through. Raises NotTaken."""
    if _MARKUP.search(head) or suffix_of(name) in ("svg", "html", "htm", "xhtml", "xml"):
        raise NotTaken(PAGE)
    wanted = BY_SUFFIX.get(suffix_of(name), "")
    file.seek(0)
    data = file.read()
    try:
        words = data.decode("utf-8-sig")
    except UnicodeDecodeError:
        try:
            words = data.decode("cp1252")
        except UnicodeDecodeError:
            raise NotTaken(UNKNOWN) from None
    if any(c < " " and c not in "\t\n\r\f" for c in words):
        raise NotTaken(UNKNOWN)
    if not wanted:
        raise NotTaken(UNKNOWN)
    return wanted if wanted in _WRITTEN else "text/plain"


# --- documents, which are archives ---------------------------------------------------------------------
def _of_document(file: BinaryIO) -> str:
    """Raises NotTaken. Nothing is unpacked but the list of contents, and no more of that than LARGEST_LIST."""
    try:
        with zipfile.ZipFile(file) as archive:
            parts = archive.infolist()
            _demand_sound(parts)
            return _of_archive(archive, {part.filename for part in parts})
    except (zipfile.BadZipFile, NotImplementedError, OSError, RuntimeError, ValueError, KeyError):
        raise NotTaken(DAMAGED) from None


def _demand_sound(parts: list[zipfile.ZipInfo]) -> None:
    if len(parts) > MOST_PARTS:
        raise NotTaken(BOMB)
    unpacked = sum(part.file_size for part in parts)
    packed = sum(part.compress_size for part in parts)
    if unpacked > LARGEST_UNPACKED or unpacked > max(packed, 4_096) * MOST_PACKED:
        raise NotTaken(BOMB)
    if any(part.flag_bits & 0x1 for part in parts):
        raise NotTaken(LOCKED)
    if any(_MACROS.search(part.filename) for part in parts):
        raise NotTaken(MACROS)
    if any(part.filename.lower().endswith(".zip") for part in parts):
        raise NotTaken(UNKNOWN)


def _of_archive(archive: zipfile.ZipFile, names: set[str]) -> str:
    if "[Content_Types].xml" in names:
        listed = _beginning(archive, "[Content_Types].xml")
        if b"macroEnabled" in listed or b"vbaProject" in listed:
            raise NotTaken(MACROS)
        return next((type for mark, type in _MAIN.items() if mark in listed), "") or _unknown()
    if "mimetype" in names:
        said = _beginning(archive, "mimetype").strip().decode("ascii", "replace")
        if b"encryption-data" in _beginning(archive, "META-INF/manifest.xml"):
            raise NotTaken(LOCKED)
        return said if said in TYPES and said.startswith(_OPEN) else _unknown()
    return _unknown()


def _unknown() -> str:
    raise NotTaken(UNKNOWN)


def _beginning(archive: zipfile.ZipFile, name: str) -> bytes:
    with archive.open(name) as part:
        return part.read(LARGEST_LIST)
