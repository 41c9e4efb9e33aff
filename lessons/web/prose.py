"""Markdown that people typed, as HTML that is safe to show.

Three layers, each enough alone for most attacks: HTML is never interpreted (a typed tag is shown as
typed), links are judged before they are written, and nh3 keeps only a short list of tags and
attributes. Classes a stylesheet may use: `footnote` (div), `footnote-ref` and `footnote-backref`
(a), `right` and `centre` (th, td). Python-Markdown takes quadratic time or unbounded space on some
texts, so a text over a cap is shown as plain paragraphs instead.
"""

import re
import threading
from functools import lru_cache
from html import escape, unescape
from xml.etree.ElementTree import Element

import nh3
from markdown import Markdown
from markdown.blockprocessors import BlockProcessor
from markdown.inlinepatterns import (
    LINK_RE,
    REFERENCE_RE,
    LinkInlineProcessor,
    ReferenceInlineProcessor,
    ShortReferenceInlineProcessor,
)
from markdown.treeprocessors import Treeprocessor
from markdown.util import AMP_SUBSTITUTE

MAX_CHARS = 50_000
MAX_BRACKETS = 500  # "[": each one may start a link, and each is looked for several times
MAX_BACKTICKS = 500
MAX_BLOCK_LINES = 400  # lines without a blank one between them
MAX_CELLS = 10_000  # of tables, counted as lines times the widest line of their block
MAX_DEPTH = 40  # lists in quotes in lists …; browsers give up at some hundreds
LINK_SPAN = 2_000  # characters from "[" within which a link must end

SCHEMES = frozenset({"http", "https", "mailto"})
_HEADINGS = tuple(f"h{level}" for level in range(1, 7))
_EXTENSIONS = ["tables", "footnotes", "sane_lists", "def_list", "abbr"]
_ROLES = {"footnote-ref": "doc-noteref", "footnote-backref": "doc-backlink"}
_BLOCKS = ("p", "hr", "ul", "ol", "li", "dl", "dt", "dd", "blockquote", "pre", "div")
_INLINE = ("br", "code", "em", "strong", "abbr", "sup", "a")
_TABLES = ("table", "thead", "tbody", "tr", "th", "td")
_TAGS = {*_HEADINGS, *_BLOCKS, *_INLINE, *_TABLES}
_ATTRIBUTES = {
    **{tag: {"id"} for tag in (*_HEADINGS, "li", "sup")},
    "*": set[str](),  # nh3 would allow lang and title everywhere
    "a": {"href"},
    "abbr": {"title"},
    "ol": {"start"},
}
_FIXED_VALUES = {"a": {"role": set(_ROLES.values())}, "th": {"scope": {"col"}}}
_CLASSES = {
    "a": set(_ROLES),
    "div": {"footnote"},
    "td": {"right", "centre"},
    "th": {"right", "centre"},
}

_ID_PREFIX = re.compile(r"[A-Za-z][A-Za-z0-9-]*-")
_LINE_ENDS = re.compile("\r\n?|[\v\f\x85\u2028\u2029]")  # Word writes \v for a soft line end
_UNPRINTABLE = re.compile("[\x00-\x08\x0e-\x1f\x7f-\x9f\ufeff]")  # and what the library marks with
_SURROGATES = re.compile("[\ud800-\udfff]")
_BLANK_LINES = re.compile(r"\n(?:[ \t]*\n)+")
_LIST_STARTS = re.compile(r"\n(?=(?:[-*+]|1\.) +\S)")
_PARAGRAPH = re.compile(r"(?!(?:[-*+]|\d+\.)\s|[#>:\[\s])(?![^|]*\|)(?!.*\n:)", re.S)
# Words and punctuation that mean nothing in markdown where they stand. A line starts with a letter,
# a digit that numbers no list, or an opening quote or bracket, and does not end with a space.
_LINE = r"""(?!\d+\.)[\w"'(“‘£][\w ,.;:?!'"()/%£€+=$@“”‘’–—…-]*+(?<!\ )"""
_ONLY_WORDS = re.compile(rf"{_LINE}(?:\n\n?{_LINE})*+")  # and no "_", which \w would let pass
_PLACEHOLDER = re.compile("\x02[^\x03]*\x03")
_NOT_SLUG = re.compile(r"[\W_]+")
_BETWEEN_CELLS = re.compile(r"(</t[dh]>)\n(?=<t[dh])")
_BACK_LINK = re.compile(r'<a class="footnote-backref"[^>]*>[^<]*</a>')


def to_html(text: str, *, heading_from: int = 2, id_prefix: str = "t-") -> str:
    """The text as HTML that may go into a page unescaped; the same text always gives the same HTML.

    heading_from: level (1 to 6) of the topmost heading; the others follow without a gap.
    id_prefix: letters, digits and hyphens, ending in a hyphen; every id starts with it, so texts
    that share a page need one each. Never refuses a text: one over a cap comes as plain paragraphs.
    Raises ValueError on a wrong heading_from or id_prefix.
    """
    if not 1 <= heading_from <= 6:
        raise ValueError(f"heading_from must be 1 to 6, not {heading_from}")
    if not _ID_PREFIX.fullmatch(id_prefix):
        raise ValueError(f"id_prefix must be like 't-', not {id_prefix!r}")
    if words := _only_words(text):
        return _paragraphs(words)
    return _the_whole_way(text, heading_from, id_prefix)


def plain(text: str) -> str:
    """The words alone, one line per paragraph line, list item or table row; no footnote numbers.

    The result is text, not HTML: escape it where it is shown.
    """
    if typed := _only_words(text):
        return typed.replace("\n\n", "\n")
    html = _BACK_LINK.sub("", _BETWEEN_CELLS.sub(r"; \1", to_html(text)))
    words = unescape(nh3.clean(html, tags=set(), clean_content_tags={"sup"}))
    lines = (line.strip() for line in words.replace("\xa0", " ").split("\n"))
    return "\n".join(line for line in lines if line)


def _only_words(text: str) -> str:
    """The text with tidy line ends if nothing in it can be markup; otherwise nothing."""
    text = text.replace("\r\n", "\n").strip("\n")
    if "_" in text or _over_a_cap(text) or not _ONLY_WORDS.fullmatch(text):
        return ""
    return text


def _tidy(text: str) -> str:
    text = _UNPRINTABLE.sub("", _LINE_ENDS.sub("\n", text))
    return _BLANK_LINES.sub("\n\n", _SURROGATES.sub("\ufffd", text)).strip("\n")


def _over_a_cap(text: str) -> bool:
    if len(text) > MAX_CHARS or text.count("[") > MAX_BRACKETS or text.count("`") > MAX_BACKTICKS:
        return True
    if text.count("\n") < MAX_BLOCK_LINES and "|" not in text:
        return False
    cells = 0
    for block in text.split("\n\n"):
        lines = block.split("\n")
        if len(lines) > MAX_BLOCK_LINES:
            return True
        cells += len(lines) * max(line.count("|") for line in lines)
    return cells > MAX_CELLS


def _as_typed(text: str) -> str:
    blocks = (block.strip() for block in text.split("\n\n"))
    return "\n".join(
        f"<p>{escape(block, quote=False)}</p>".replace("\n", "<br>\n") for block in blocks if block
    )


def _paragraphs(words: str) -> str:
    return f"<p>{words}</p>".replace("\n\n", "</p>\n<p>")


def _the_whole_way(text: str, heading_from: int, id_prefix: str) -> str:
    text = _tidy(text)
    if _over_a_cap(text):
        return _safe(_as_typed(text), id_prefix)
    try:
        html = _bench.convert(_free_lists(text), heading_from, id_prefix)
    except Exception:  # any fault of the library: what was typed must be shown all the same
        _bench.renew()
        html = _as_typed(text)
    return _safe(html, id_prefix)


def _free_lists(text: str) -> str:
    """People type a list straight under a sentence; markdown wants a blank line between."""
    blocks = text.split("\n\n")
    for at, block in enumerate(blocks):
        if _PARAGRAPH.match(block):
            blocks[at] = _LIST_STARTS.sub("\n\n", block, count=1)
    return "\n\n".join(blocks)


def _safe(html: str, id_prefix: str) -> str:
    return _cleaner(id_prefix).clean(html)


@lru_cache(maxsize=64)
def _cleaner(id_prefix: str) -> nh3.Cleaner:
    return nh3.Cleaner(
        tags=_TAGS,
        attributes=_ATTRIBUTES,
        tag_attribute_values=_FIXED_VALUES,
        allowed_classes=_CLASSES,
        url_schemes=SCHEMES,
        id_prefix=id_prefix,
    )


class _TooDeep(Exception):
    """Nested beyond MAX_DEPTH."""


class _BlockDepth(BlockProcessor):
    """Stops before the library recurses: its own limit depends on how deep the caller stands."""

    def test(self, parent: Element, block: str) -> bool:
        return len(self.parser.state) > MAX_DEPTH

    def run(self, parent: Element, blocks: list[str]) -> bool:
        raise _TooDeep


class _ElementDepth(Treeprocessor):
    """The same for emphasis within emphasis, which no block counts."""

    def run(self, root: Element) -> None:
        level, depth = [root], 0
        while level:
            level = [child for parent in level for child in parent]
            depth += 1
            if depth > 3 * MAX_DEPTH:  # one list level is two or three elements
                raise _TooDeep


class _Link(LinkInlineProcessor):
    """Looks for the end of a link nearby only: to the end of the text it takes quadratic time."""

    def handleMatch(  # type: ignore[override]
        self, m: re.Match[str], data: str
    ) -> tuple[Element | str | None, int | None, int | None]:
        near = data[: m.end() + LINK_SPAN]
        if near.find("]", m.end()) < 0:
            return None, None, None
        return super().handleMatch(m, near)


class _Reference(_Link, ReferenceInlineProcessor):
    """`[words][name]`."""


class _ShortReference(_Link, ShortReferenceInlineProcessor):
    """`[name]`."""


class _House(Treeprocessor):
    """Puts headings, ids, links and tables into the form that pages need."""

    heading_from = 2
    id_prefix = "t-"

    def run(self, root: Element) -> None:
        self._targets: dict[str, str] = {}  # what a link in the text may say: the id it leads to
        self._used: dict[str, int] = {}
        self._outline: list[int] = []
        elements = list(root.iter())
        for element in elements:
            if element.tag in _HEADINGS:
                self._heading(element)
            elif "id" in element.attrib:  # only the library's footnotes have one
                self._name(element, "note" if element.tag == "li" else "noteref")
            elif element.tag in ("th", "td"):
                _cell(element)
        for element in elements:
            if element.tag == "a":
                self._link(element)

    def _heading(self, element: Element) -> None:
        words = _PLACEHOLDER.sub("", "".join(element.itertext()))
        if not words.strip():
            element.tag = "p"
            return
        level = int(element.tag[1])
        while self._outline and self._outline[-1] >= level:
            self._outline.pop()
        self._outline.append(level)
        element.tag = f"h{min(self.heading_from + len(self._outline) - 1, 6)}"
        self._name(element, _NOT_SLUG.sub("-", words.lower()).strip("-") or "section")

    def _name(self, element: Element, wanted: str) -> None:
        name = wanted
        while name in self._used:
            self._used[wanted] += 1
            name = f"{wanted}-{self._used[wanted]}"
        self._used[name] = 1
        for target in (element.get("id", name), name):
            self._targets.setdefault(target, self.id_prefix + name)
        element.set("id", self.id_prefix + name)

    def _link(self, element: Element) -> None:
        href = element.get("href", "")
        if not _may_link(href):
            element.tag = "span"  # not in _TAGS: the words stay, the link goes
            element.attrib.clear()
        elif href[:1] == "#" and href[1:] in self._targets:
            element.set("href", "#" + self._targets[href[1:]])
        role = _ROLES.get(element.get("class", ""))
        if role:
            element.set("role", role)


def _may_link(href: str) -> bool:
    """Whether the address has no scheme (relative, #part) or one of SCHEMES."""
    address = unescape(href.replace(AMP_SUBSTITUTE, "&"))
    scheme, colon, _ = re.split(r"[/?#]", address, maxsplit=1)[0].partition(":")
    return not colon or scheme.strip().lower() in SCHEMES


def _cell(element: Element) -> None:
    style = element.attrib.pop("style", "")
    if element.tag == "th":
        element.set("scope", "col")
    if "right" in style or "center" in style:
        element.set("class", "right" if "right" in style else "centre")


class _Bench(threading.local):
    """One converter for each thread: a Markdown instance keeps state while it works."""

    def __init__(self) -> None:
        self.renew()

    def renew(self) -> None:
        """A fresh converter: one that failed halfway keeps part of what it was doing."""
        self._md = md = Markdown(extensions=_EXTENSIONS)
        md.preprocessors.deregister("html_block")
        for name in ("html", "image_link", "image_reference", "short_image_ref"):
            md.inlinePatterns.deregister(name)
        md.inlinePatterns.register(_Link(LINK_RE, md), "link", 160)
        md.inlinePatterns.register(_Reference(REFERENCE_RE, md), "reference", 170)
        md.inlinePatterns.register(_ShortReference(REFERENCE_RE, md), "short_reference", 130)
        md.parser.blockprocessors.register(_BlockDepth(md.parser), "block_depth", 1000)
        md.treeprocessors.register(_ElementDepth(md), "element_depth", 12)  # before abbr recurses
        self._house = _House(md)
        md.treeprocessors.register(self._house, "house", -5)

    def convert(self, text: str, heading_from: int, id_prefix: str) -> str:
        self._md.reset()
        self._house.heading_from, self._house.id_prefix = heading_from, id_prefix
        return self._md.convert(text)


_bench = _Bench()
