"""How texts are read as words, the same for indexing, for queries and for lists of synonyms."""

import re
import unicodedata
from dataclasses import dataclass

# A run of letters and digits, with what joins the pieces of S&OC, M/ETHANE, O-S, U.K. and officer's.
# Bounded, so that a page of gibberish is many words and not one.
WORD = re.compile(r"[^\W_]{1,40}(?:[&/.'’‐‑–-][^\W_]{1,40}){0,5}")
_JOIN = re.compile(r"[&/.‐‑–-]")
LONGEST_JOINED = 40  # characters of several pieces that may count as one word
PREFIX = 2  # longest piece before a hyphen that belongs to its word: co-ordinate, re-entry, on-call


def folded(word: str) -> str:
    """Without case, accents and possessive: the form in which words are compared."""
    if not word.isascii():
        marks = unicodedata.normalize("NFKD", word.replace("’", "'"))
        word = "".join(c for c in marks if not unicodedata.combining(c))
    word = word.casefold().removesuffix("'s")
    return word.replace("'", "")


@dataclass(frozen=True, slots=True)
class Token:
    """What one match of WORD stands for: words that follow one another, and pieces found as well."""

    words: tuple[str, ...]
    pieces: tuple[str, ...] = ()


def token(raw: str) -> Token:
    """multi-agency is two words; S&OC, O-S, U.K. and co-ordinate are one word each, with pieces."""
    if raw.isascii() and raw.isalnum():
        return Token((raw.casefold(),))  # nearly every word
    parts = [p for p in map(folded, _JOIN.split(raw)) if p]
    if len(parts) > 1 and _is_one_word(raw, parts):
        pieces = tuple(p for p in parts if len(p) > 1 or p.isdigit())
        return Token(("".join(parts),), pieces)
    return Token(tuple(parts))


def _is_one_word(raw: str, parts: list[str]) -> bool:
    if len(raw) > LONGEST_JOINED:
        return False
    if "." in raw:
        return all(len(p) == 1 and p.isalpha() for p in parts)
    if "&" in raw or "/" in raw:
        return any(len(p) == 1 for p in parts)
    return len(parts[0]) <= PREFIX or any(len(p) == 1 for p in parts)


def plain_words(text: str) -> tuple[str, ...]:
    """The words of a text as they are compared: folded, split as `token` does."""
    return tuple(w for m in WORD.finditer(text) for w in token(m.group()).words)
