"""Documents that people take away: made by a printer, and sent under a name that is safe anywhere."""

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import replace
from html.parser import HTMLParser

from flask import Response
from flask_babel import gettext as _

from lessons.domain.access import User
from lessons.domain.errors import NotFound
from lessons.domain.paper import Block, Bullets, Heading, Paper, Para
from lessons.web import prose, words
from lessons.web.doors import doors, library, me
from lessons.web.labels import label, language

LONGEST_NAME = 120
_HEADS = tuple(f"h{n}" for n in range(1, 7))
_PARTS = ("p", "li", "tr", "dt", "dd", "pre", *_HEADS)
_BACK = "↩"  # the way back from a footnote


def made_for(person: User | None = None) -> str:
    """For whom a document is made, and when, as it stands on every page."""
    someone = person or me()
    role = label("role", someone.role)
    moment = words.moment(library().clock().astimezone())
    return str(
        _("Made for %(name)s (%(role)s) on %(moment)s", name=someone.name, role=role, moment=moment)
    )


def file_name(*parts: str, suffix: str) -> str:
    """A name of plain letters, digits and hyphens, whatever was typed."""
    plain = unicodedata.normalize("NFKD", "-".join(parts)).encode("ascii", "ignore").decode()
    kept = re.sub(r"[^A-Za-z0-9]+", "-", plain).strip("-")[:LONGEST_NAME].strip("-")
    return f"{kept or 'document'}.{suffix}"


def send(paper: Paper, how: str, *name: str) -> Response:
    """The document as a file. how: key of a printer, "pdf" or "docx". name: parts of its name, its marking before
    them. Raises NotFound for a printer that there is not.
    """
    printer = doors().printers.get(how)
    if printer is None:
        raise NotFound()
    content = printer.print(ready(paper))
    response = Response(content, content_type=printer.type)
    full = file_name(paper.marking, *name, suffix=printer.suffix)
    response.headers.set("Content-Disposition", "attachment", filename=full)
    return response


def ready(paper: Paper) -> Paper:
    """In the reader's language."""
    return replace(paper, language=language(), gap=str(_("Gap")))


def blocks(text: str, level: int = 3) -> list[Block]:
    """A text of a record as blocks in plain words: paragraphs, points of lists and headings; rows of tables as lines.

    level: of its topmost heading.
    """
    reader = _Blocks(level)
    reader.feed(prose.to_html(text, heading_from=2))
    reader.close()
    return reader.blocks()


class _Blocks(HTMLParser):
    """Reads the safe HTML that `prose` makes."""

    def __init__(self, level: int) -> None:
        super().__init__()
        self._level = level
        self._found: list[tuple[str, str]] = []  # tag, words
        self._tag = ""
        self._said: list[str] = []
        self._skip = 0

    def handle_starttag(self, tag: str, attrs: Sequence[tuple[str, str | None]]) -> None:
        said = "".join(self._said).strip()
        if tag == "sup":
            self._skip += 1
        elif tag == "br":
            self._said.append("\n")
        elif tag in ("td", "th") and said:
            self._said = [said, "; "]
        elif tag == "p" and self._tag == "li" and not said:
            return  # a point of a list that holds paragraphs
        elif tag in _PARTS:
            self._end()
            self._tag = tag

    def handle_endtag(self, tag: str) -> None:
        if tag == "sup":
            self._skip -= 1
        elif tag in _PARTS or tag in ("ul", "ol"):
            self._end()

    def handle_data(self, data: str) -> None:
        if not self._skip:
            self._said.append(data if self._tag == "pre" else re.sub(r"\s+", " ", data))

    def _end(self) -> None:
        said = "".join(self._said).strip().removesuffix(_BACK).strip()
        if said:
            self._found.append((self._tag, said))
        self._said, self._tag = [], ""

    def close(self) -> None:
        super().close()
        self._end()

    def blocks(self) -> list[Block]:
        made: list[Block] = []
        for tag, said in self._found:
            if tag in _HEADS:
                made.append(Heading(said, self._level + int(tag[1:]) - 2))
            elif tag == "li" and made and isinstance(made[-1], Bullets):
                made[-1] = Bullets((*made[-1].items, said))
            else:
                made.append(Bullets((said,)) if tag == "li" else Para(said))
        return made
