"""One plain spelling of a text, with the way back to where each character stood."""

import unicodedata
from collections.abc import Sequence

# Letters and marks that Unicode does not take apart by itself.
_PLAIN = {
    **dict.fromkeys("‘’ʼ′`´", "'"),
    **dict.fromkeys("“”„″", '"'),
    **dict.fromkeys("‐‑‒–—―−", "-"),
    **dict(zip("łŁøØđĐðÐþÞıßæÆœŒ", "lLoOdDdDtTisaAoO", strict=True)),
}
_INVISIBLE = {"Cf", "Mn", "Me"}


def _plain(letter: str) -> str:
    if letter in _PLAIN:
        return _PLAIN[letter]
    if unicodedata.category(letter) in _INVISIBLE:
        return ""
    if letter.isspace():
        return letter if letter in "\n\r\t" else " "
    apart = unicodedata.normalize("NFKD", letter)
    # A few single characters stand for a whole phrase; eight letters are enough to look at.
    return "".join(one for one in apart[:8] if unicodedata.category(one) not in _INVISIBLE)


def fold(text: str) -> tuple[str, Sequence[int]]:
    """The text without accents, curly marks, odd spaces and invisible characters.

    The second value gives, for each folded character, its index in the original.
    """
    if text.isascii():
        return text, range(len(text))
    letters: list[str] = []
    origins: list[int] = []
    for at, letter in enumerate(text):
        plain = letter if letter.isascii() else _plain(letter)
        letters.append(plain)
        origins.extend([at] * len(plain))
    return "".join(letters), origins
