"""Covert work, human sources, markings above OFFICIAL, live plans, post-incident matters."""

import re
from collections.abc import Iterator

from lessons.domain.personal_data.found import Found, cued, found
from lessons.domain.personal_data.post_incident import find as find_post_incident
from lessons.domain.personal_data.signs import SIGNS, Sign

_SENTENCE_END = re.compile(r"[.!?\n]")
_DO_NOT = re.compile(r"\b(?:not|never|no|above|up to|below|nothing|instead of)\b", re.I)
_NUMBERED = re.compile(r"\bno\.? ?\d", re.I)


def find(text: str) -> Iterator[Found]:
    """Sensitive words in a folded text, and what stands about them in the same sentence."""
    for sign in SIGNS:
        for hit in sign.words.finditer(text):
            sure = sign.detail is None or _near(sign.detail, text, hit.start(), hit.end())
            if sign.kind == "secret_marking" and cued(_DO_NOT, text, hit.start(), 50):
                sure = False
            if sure or sign.bare:
                yield found(sign.kind, hit.start(), hit.end(), sure)
    yield from find_post_incident(text)


def secret_marking(text: str) -> str:
    """The words by which a folded text is plainly marked above OFFICIAL-SENSITIVE; "" where it is not. It looks for
    nothing else, so that a text of any length can be asked.
    """
    marks = (sign for sign in SIGNS if sign.kind == "secret_marking")
    sure = (m for sign in marks for m in sign.words.finditer(text) if _carries(sign, text, m))
    return next((" ".join(hit.group().split()) for hit in sure), "")


def _carries(sign: Sign, text: str, hit: re.Match[str]) -> bool:
    """Whether a document says it of itself: what the line above says, or the number of a copy, takes nothing back."""
    line = text[max(0, hit.start() - 50) : hit.start()].rpartition("\n")[2]
    if _DO_NOT.search(_NUMBERED.sub("", line)):
        return False
    return sign.detail is None or _near(sign.detail, text, hit.start(), hit.end())


def _near(detail: re.Pattern[str], text: str, start: int, end: int) -> bool:
    """Whether the detail stands within a short reach of the words, in the same sentence."""
    before = _SENTENCE_END.split(text[max(0, start - 50) : start])[-1]
    after = _SENTENCE_END.split(text[end : end + 80])[0]
    return detail.search(before) is not None or detail.search(after) is not None
