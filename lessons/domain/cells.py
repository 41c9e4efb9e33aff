"""Words as they may stand in a cell of a CSV file that somebody opens in a spreadsheet."""

import re

# What a spreadsheet takes for the start of a formula, its full-width forms among them.
# Signs that nobody sees do not hide it.
_RUNS = re.compile(r"'*[\s\x00\u200b-\u200f\u2060-\u2064\ufeff]*[=+\-@＝＋－＠\t\r\n]")


def inert(words: str) -> str:
    """The words so that no spreadsheet runs them: an apostrophe before, its own mark for plain text."""
    return f"'{words}" if _RUNS.match(words) else words


def bare(words: str) -> str:
    """The inverse of `inert`."""
    return words[1:] if words[:1] == "'" and _RUNS.match(words) else words
