"""What an order is, told by its content: a Word file or plain text. All else is refused, with what to do instead."""

import codecs
import io
import re
from typing import BinaryIO

from lessons.adapters.orders import refusals, word
from lessons.ports import NotTaken, Order

LARGEST = 20  # megabytes of a file
MOST = 2_000_000  # characters that are read; an order of 200 pages has some 600,000
HEAD = 1_024  # bytes in which a PDF may begin
ZIP = (b"PK\x03\x04", b"PK\x05\x06")
OLD_OFFICE, RICH_TEXT = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", b"{\\rtf"
ENCRYPTED = "EncryptedPackage".encode("utf-16-le")  # the stream in which a locked document lies
_PICTURE = re.compile(
    rb"\x89PNG|\xff\xd8\xff|GIF8[79]a|BM.{4}\x00{4}|II\*\x00|MM\x00\*|RIFF.{4}WEBP|.{4}ftyp",
    re.DOTALL,
)
_MARKUP = re.compile(rb"(?:\xef\xbb\xbf)?\s*<(?:!doctype|html|\?xml|svg)\b", re.IGNORECASE)
_MARKED = (
    (codecs.BOM_UTF8, "utf-8-sig"), (codecs.BOM_UTF16_LE, "utf-16"), (codecs.BOM_UTF16_BE, "utf-16"),
)  # fmt: skip
_NO_TEXT = re.compile(r"[\x00-\x08\x0e-\x1f\x7f]")
_ENDS = re.compile(r"\r\n?|[\v\f\x85\u2028\u2029]")


class OrderFiles:
    """`OrderReader`. A file is read into memory, bounded, and never written anywhere."""

    def read(self, name: str, content: BinaryIO) -> Order:
        """See `OrderReader.read`."""
        data = content.read((LARGEST << 20) + 1)
        if not data.strip(b"\x00 \t\r\n"):
            raise NotTaken(refusals.EMPTY)
        if len(data) > LARGEST << 20:
            raise NotTaken(refusals.TOO_LARGE, most=LARGEST)
        words = _word(data) if data.startswith(ZIP) else _plain(data)
        tidy = _tidy(words)
        if not tidy:
            raise NotTaken(refusals.NO_WORDS)
        return Order(tidy[:MOST], len(tidy) > MOST)


def _word(data: bytes) -> str:
    return word.words_of(io.BytesIO(data), data.count(word.ENTRY), most=MOST + 1)


def _plain(data: bytes) -> str:
    """Raises NotTaken."""
    if data.startswith(OLD_OFFICE):
        raise NotTaken(refusals.LOCKED if ENCRYPTED in data else refusals.OLD)
    if b"%PDF-" in data[:HEAD]:
        raise NotTaken(refusals.PDF)
    if _PICTURE.match(data):
        raise NotTaken(refusals.PICTURE)
    if data.startswith(RICH_TEXT):
        raise NotTaken(refusals.OLD)
    if _MARKUP.match(data):
        raise NotTaken(refusals.NOT_WORD)
    return _decoded(data)


def _decoded(data: bytes) -> str:
    """Raises NotTaken."""
    coding = next((coding for mark, coding in _MARKED if data.startswith(mark)), "")
    for each in (coding,) if coding else ("utf-8", "cp1252"):
        try:
            words = data.decode(each)
        except UnicodeDecodeError:
            continue
        if not _NO_TEXT.search(words):
            return words
    raise NotTaken(refusals.UNKNOWN)


def _tidy(words: str) -> str:
    """With plain line ends, no more than one empty line in a row, and nothing that no file can hold."""
    lines = _ENDS.sub("\n", words.encode("utf-8", "replace").decode()).split("\n")
    return re.sub(r"\n{3,}", "\n\n", "\n".join(line.rstrip() for line in lines)).strip()
