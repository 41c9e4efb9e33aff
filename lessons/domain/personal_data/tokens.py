"""A text as words, each knowing how it hangs on the word before it."""

import re
from dataclasses import dataclass

_TOKEN = re.compile(r"(?<![^\W_])[^\W\d_]+(?:['-][^\W\d_]+)*")
_EMPHASIS = re.compile(r"[*_\"]+")
_NUMBERED = re.compile(r"\.?\s{0,2}[#(]?\d{2,6}[A-Z]{0,2}\)?[,:]?\s{1,2}")
_LINKS = {
    "": "space",
    "'": "space",
    ".": "dot",
    ",": "comma",
    "&": "and",
    "/": "and",
    ":": "colon",
    "-": "colon",
}


@dataclass(slots=True)
class Word:
    """One word without its possessive ending.

    `link` tells what lies between it and the word before: space, dot, comma, and, colon, number
    or, for anything else, nothing. `owns` is true when an "'s" followed.
    """

    start: int
    end: int
    text: str
    link: str
    owns: bool

    @property
    def lower(self) -> str:
        return self.text.lower()

    @property
    def capital(self) -> bool:
        return self.text[0].isupper()


def tokens(text: str) -> list[Word]:
    """Every word of a folded text, in order."""
    words: list[Word] = []
    end = 0
    for hit in _TOKEN.finditer(text):
        link = _link(text[end : hit.start()]) if words and hit.start() - end <= 12 else ""
        name, owns = _without_owner(hit[0])
        words.append(Word(hit.start(), hit.start() + len(name), name, link, owns))
        end = hit.end()
    return words


def _without_owner(word: str) -> tuple[str, bool]:
    if word[-2:].lower() == "'s" and len(word) > 2:
        return word[:-2], True
    return word, False


def _link(gap: str) -> str:
    if gap.count("\n") > 1:
        return ""
    if gap == "_":  # as file names join words
        return "space"
    bare = _EMPHASIS.sub("", gap)
    if bare and len(bare) <= 5 and bare.strip() in _LINKS:
        return _LINKS[bare.strip()]
    return "number" if _NUMBERED.fullmatch(bare) else ""
