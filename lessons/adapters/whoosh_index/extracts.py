"""The stretch of a record that shows why it was found."""

import re
from collections.abc import Iterable, Iterator
from functools import lru_cache

from lessons.adapters.whoosh_index.analysis import WORD, read
from lessons.adapters.whoosh_index.terms import Phrase
from lessons.domain.query import Piece

LONGEST = 220  # characters of an extract
LEAD = 60  # at most so many before the first marked word
_SPACE = re.compile(r"\s")
Mark = tuple[int, int, str]  # from, to, stem or stems


def extract(
    text: str, wanted: frozenset[str], together: Iterable[Phrase] = ()
) -> tuple[Piece, ...]:
    """At most LONGEST characters around the most different wanted stems, else the beginning. Plain text, not HTML.

    together: phrases, each marked as a whole where it stands, and its words not otherwise.
    """
    marks = _marks(text, wanted, together) if wanted or together else []
    if not marks:
        end = _end(text, 0)
        return tuple(p for p in (Piece(text[:end] + ("…" if end < len(text) else "")),) if p.text)
    start, end = _window(text, marks)
    pieces = [Piece("…")] if start else []
    at = start
    for begin, stop, _ in marks:
        if begin >= at and stop <= end:
            pieces += [Piece(text[at:begin]), Piece(text[begin:stop], marked=True)]
            at = stop
    pieces.append(Piece(text[at:end] + ("…" if end < len(text) else "")))
    return tuple(p for p in pieces if p.text)


def _marks(text: str, wanted: frozenset[str], together: Iterable[Phrase]) -> list[Mark]:
    """In order, the longer first. First which words there are, then where: half the time of looking at each."""
    known = _known(wanted)
    first = {letter for stem in wanted for letter in (stem[0], stem[0].upper())}
    raws = set(WORD.findall(text))
    found: list[Mark] = []
    for raw in raws:
        if raw[0] not in first and raw.isascii() and raw.isalpha():
            continue  # a plain word and its stem begin alike
        stem = known.get(raw)
        if stem is None:
            stem = known[raw] = next((s for s in read(raw).stems if s in wanted), "")
        if stem:
            found += _places(text, raw, stem)
    held = {stem for raw in raws for stem in read(raw).stems} if together else set()
    for phrase in together:
        if all(stem in held for stem, _ in phrase):
            found += _standing(text, raws, phrase)
    return sorted(found, key=lambda mark: (mark[0], -mark[1]))


@lru_cache(maxsize=64)
def _known(wanted: frozenset[str]) -> dict[str, str]:
    """For one query: the wanted stem of every word met so far, "" where it has none. Words come again and again."""
    return {}


def _standing(text: str, raws: Iterable[str], phrase: Phrase) -> Iterator[Mark]:
    """Where a phrase stands as a whole."""
    first = phrase[0][0]
    for raw in raws:
        reading = read(raw)
        stems = reading.stems[: reading.first]
        if first in stems:
            offset = reading.offsets[stems.index(first)]
            for begin, _, _ in _places(text, raw, first):
                end = _end_of(text, begin, offset, phrase)
                if end:
                    yield begin, end, " ".join(stem for stem, _ in phrase)


def _end_of(text: str, begin: int, offset: int, phrase: Phrase) -> int:
    """Where the phrase ends whose first stem is `offset` words on from here; 0 where it does not stand here."""
    missing = {(stem, at + offset) for stem, at in phrase}
    place = 0
    for match in WORD.finditer(text, begin):
        reading = read(match.group())
        ahead = zip(reading.stems, reading.offsets[: reading.first], strict=False)
        missing -= {(stem, place + at) for stem, at in ahead}
        if not missing:
            return match.end()
        place += reading.advance
        if place > phrase[-1][1] + offset:
            break
    return 0


def _places(text: str, raw: str, stem: str) -> Iterator[Mark]:
    at = text.find(raw)
    while at >= 0:
        end = at + len(raw)
        if not (text[max(at - 1, 0) : at].isalnum() or text[end : end + 1].isalnum()):
            yield at, end, stem
        at = text.find(raw, end)


def _window(text: str, marks: list[Mark]) -> tuple[int, int]:
    """The earliest window with the most different stems, then with the most marks, from a word's beginning."""
    best, at = (0, 0), 0
    held: dict[str, int] = {}
    last = 0
    for first in range(len(marks)):
        while last < len(marks) and marks[last][1] - marks[first][0] <= LONGEST - LEAD:
            held[marks[last][2]] = held.get(marks[last][2], 0) + 1
            last += 1
        found = (len(held), last - first)
        if found > best:
            best, at = found, first
        if last > first:
            _let_go(held, marks[first][2])
        else:
            last = first + 1
    start = _start(text, marks[at][0])
    return start, _end(text, start)


def _let_go(held: dict[str, int], stem: str) -> None:
    held[stem] -= 1
    if not held[stem]:
        del held[stem]


def _start(text: str, mark: int) -> int:
    """The beginning of a word, of a sentence where one begins near, at most LEAD characters before the mark."""
    if mark <= LEAD:
        return 0
    lead = text[mark - LEAD : mark]
    sentence = max(lead.rfind(". "), lead.rfind("? "), lead.rfind("! "))
    if sentence >= 0:
        return mark - LEAD + sentence + 2
    space = _SPACE.search(lead)
    return mark - LEAD + space.end() if space else mark


def _end(text: str, start: int) -> int:
    end = start + LONGEST
    if end >= len(text):
        return len(text)
    space = text.rfind(" ", start + LONGEST // 2, end)
    return space if space > 0 else end
