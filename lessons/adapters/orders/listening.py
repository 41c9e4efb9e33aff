"""What the XML of a Word file says, heard as it is read: paragraphs as lines, the cells of a row on one line."""

DEEPEST = 256  # elements within one another; Word writes some 30
_WORD = (
    "http://schemas.openxmlformats.org/wordprocessingml/2006/main|",
    "http://purl.oclc.org/ooxml/wordprocessingml/main|",
)
# Deleted, moved away, or there a second time for old programs.
_SKIPPED = frozenset({"del", "moveFrom", "Fallback"})
_SIGNS = {"tab": "\t", "br": "\n", "cr": "\n", "noBreakHyphen": "-"}
_OFF = ("0", "false", "off")
_WATERMARK = "urn:schemas-microsoft-com:vml|textpath"  # across the page: often a marking
CELL = " | "


class Finished(Exception):
    """As much was read as is ever read."""


class TooDeep(ValueError):
    """Elements within elements beyond what a document holds."""


class Words:
    """Handlers for an XML parser that splits names by `|`, and the words that they heard. most: characters."""

    def __init__(self, most: int) -> None:
        self._most = most
        self._found: list[str] = []
        self._size = 0
        self._depth = self._skipped = self._cells = 0
        self.elements = 0
        self._text = self._of_paragraph = False
        self._hidden = [False]  # of each run that is open

    @property
    def words(self) -> str:
        return "".join(self._found)

    def start(self, tag: str, given: dict[str, str]) -> None:
        self._depth += 1
        self.elements += 1
        if self._depth > DEEPEST:
            raise TooDeep
        name = _name(tag)
        if self._skipped or name in _SKIPPED:
            self._skipped += 1
            return
        if tag == _WATERMARK:
            self._add(f"\n{given.get('string', '')}\n")
        elif name == "t":
            self._text = True
        elif name in _SIGNS:
            self._add(" " if self._cells else _SIGNS[name])
        elif name == "r":
            self._hidden.append(self._hidden[-1])
        elif name == "pPr":
            self._of_paragraph = True
        elif name == "vanish" and not self._of_paragraph:
            self._hidden[-1] = next(iter(given.values()), "on") not in _OFF
        elif name == "tc":
            self._cells += 1

    def end(self, tag: str) -> None:
        self._depth -= 1
        if self._skipped:
            self._skipped -= 1
            return
        match _name(tag):
            case "t":
                self._text = False
            case "r":
                self._hidden.pop()
            case "pPr":
                self._of_paragraph = False
            case "p":
                self._add(" " if self._cells else "\n")
            case "tc":
                self._cells -= 1
                self._drop(" ")
                self._add(CELL)
            case "tr":
                self._end_row()

    def said(self, words: str) -> None:
        if self._text and not self._skipped and not self._hidden[-1]:
            self._add(words)

    def _add(self, words: str) -> None:
        self._found.append(words)
        self._size += len(words)
        if self._size > self._most:
            raise Finished

    def _end_row(self) -> None:
        self._drop(CELL, " ")
        self._add(" " if self._cells else "\n")

    def _drop(self, *ends: str) -> None:
        while self._found and self._found[-1] in ends:
            self._size -= len(self._found.pop())


def _name(tag: str) -> str:
    """Of an element of Word's own; "Fallback" whosever it is; else none that we know."""
    space, bar, name = tag.rpartition("|")
    return name if f"{space}{bar}" in _WORD or name == "Fallback" else ""
