"""The words of a Word file, read from its XML as it unpacks: no more of it at a time than a piece, and nothing of it
believed. No document type, no entity and no link of it is ever followed.
"""

import re
import zipfile
import zlib
from collections.abc import Iterator
from typing import BinaryIO
from xml.parsers import expat

from lessons.adapters.orders import refusals
from lessons.adapters.orders.listening import Finished, Words
from lessons.ports import NotTaken

ENTRY = b"PK\x01\x02"  # before each entry in the list of contents
MOST_PARTS = 2_000  # files in one document
PIECE = 1 << 16
PACKED = (
    zipfile.ZIP_STORED,
    zipfile.ZIP_DEFLATED,
)  # others unpack without a bound, and Word uses none
LARGEST_PART = 64 << 20  # bytes of one part, unpacked
LARGEST_PARTS = 128 << 20  # and of all that are read
LARGEST_LIST = 1 << 20
LONGEST_TAG = 1 << 20  # and of one comment
MOST_PACKED = 200  # times smaller than it is; the XML of Word packs some 20 times
SMALL = 4 << 20  # bytes up to which nobody minds how well it packs
MOST_ELEMENTS = 2_000_000  # of all that is read; a word of 200 full pages may have ten
MOST_EDGES = 12  # headers and footers that are read

_MACROS = re.compile(r"(?:^|/)(?:vbaproject\.bin|vbadata\.xml|activex/)", re.IGNORECASE)
_MAIN = ("wordprocessingml.document.main+xml", "wordprocessingml.template.main+xml")
_EDGES = ("wordprocessingml.header+xml", "wordprocessingml.footer+xml")
_NOTES = ("wordprocessingml.footnotes+xml",)
_DAMAGED = (
    zipfile.BadZipFile, zlib.error, expat.ExpatError, NotImplementedError, OSError, EOFError, RuntimeError,
    ValueError, KeyError,
)  # fmt: skip


def words_of(file: BinaryIO, entries: int, *, most: int) -> str:
    """Its words, headers and footers first. entries: how many its list of contents can hold. Raises NotTaken."""
    if entries > MOST_PARTS:
        raise NotTaken(refusals.BOMB)
    try:
        with zipfile.ZipFile(file) as archive:
            return _Package(archive, most).words()
    except _DAMAGED:
        raise NotTaken(refusals.DAMAGED) from None


def _is_bomb(entry: zipfile.ZipInfo) -> bool:
    """By what its own head says, which may be less than it is, never more. Pictures are never unpacked."""
    size, packed = entry.file_size, max(entry.compress_size, 1)
    return (
        entry.filename.casefold().endswith((".xml", ".rels"))
        and size > SMALL
        and size > packed * MOST_PACKED
    )


class _Package:
    def __init__(self, archive: zipfile.ZipFile, most: int) -> None:
        self._archive = archive
        self._most = most
        self._left = LARGEST_PARTS
        self._elements = MOST_ELEMENTS
        self._by_name = {each.filename.casefold(): each for each in archive.infolist()}

    def words(self) -> str:
        if any(each.flag_bits & 0x1 for each in self._by_name.values()):
            raise NotTaken(refusals.LOCKED)
        if any(_MACROS.search(name) for name in self._by_name):
            raise NotTaken(refusals.MACROS)
        if any(_is_bomb(each) for each in self._by_name.values()):
            raise NotTaken(refusals.BOMB)
        types = self._types()
        main = next((part for part, type in types if type.endswith(_MAIN)), "")
        if not main:
            raise NotTaken(refusals.NOT_WORD)
        edges = [part for part, type in types if type.endswith(_EDGES)][:MOST_EDGES]
        notes = [part for part, type in types if type.endswith(_NOTES)][:1]
        said = dict.fromkeys(self._part(each) for each in edges if each in self._by_name)
        rest = [self._part(main), *(self._part(each) for each in notes if each in self._by_name)]
        return "\n".join(filter(None, (each.strip("\n") for each in (*said, *rest))))[: self._most]

    def _types(self) -> list[tuple[str, str]]:
        """Its parts with what each says that it is."""
        if "[content_types].xml" not in self._by_name:
            raise NotTaken(refusals.NOT_WORD)
        found: list[tuple[str, str]] = []

        def start(tag: str, given: dict[str, str]) -> None:
            type = given.get("ContentType", "")
            if "macroEnabled" in type or "vbaProject" in type:
                raise NotTaken(refusals.MACROS)
            if "PartName" in given:
                found.append((given["PartName"].lstrip("/").casefold(), type))

        parser = _parser()
        parser.StartElementHandler = start
        for piece in self._pieces("[content_types].xml", LARGEST_LIST):
            parser.Parse(piece)
        parser.Parse(b"", True)
        return found

    def _part(self, name: str) -> str:
        heard = Words(self._most)
        parser = _parser()
        parser.StartElementHandler, parser.EndElementHandler = heard.start, heard.end
        parser.CharacterDataHandler = heard.said
        try:
            read = 0
            for piece in self._pieces(name, LARGEST_PART):
                parser.Parse(piece)
                read += len(piece)
                if heard.elements > self._elements:
                    raise NotTaken(refusals.BOMB)
                if read - max(parser.CurrentByteIndex, 0) > LONGEST_TAG:
                    raise NotTaken(
                        refusals.DAMAGED
                    )  # it would be looked through again with every piece
            parser.Parse(b"", True)
        except Finished:
            pass  # there is more of it, and as much was read as is ever read
        self._elements -= heard.elements
        return heard.words

    def _pieces(self, name: str, most: int) -> Iterator[bytes]:
        """A part as it unpacks, counted as it comes: what its head says of its size is not believed."""
        entry, size = self._by_name[name], 0
        if entry.compress_type not in PACKED:
            raise NotTaken(refusals.DAMAGED)
        with self._archive.open(entry) as part:
            while piece := part.read(PIECE):
                size += len(piece)
                self._left -= len(piece)
                packed = max(entry.compress_size, 1)
                if size > most or self._left < 0 or (size > SMALL and size > packed * MOST_PACKED):
                    raise NotTaken(refusals.BOMB)
                yield piece


def _parser() -> expat.XMLParserType:
    """One that stops where a document type begins: only there can entities be declared, or files from elsewhere
    called in."""
    parser = expat.ParserCreate(namespace_separator="|")
    parser.buffer_text = True
    parser.StartDoctypeDeclHandler = _refuse
    parser.EntityDeclHandler = _refuse
    parser.SetParamEntityParsing(expat.XML_PARAM_ENTITY_PARSING_NEVER)
    return parser


def _refuse(*_: object) -> None:
    raise NotTaken(refusals.ENTITIES)
