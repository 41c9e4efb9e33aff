"""The scan: every finder over one text, allowed phrases left out, overlaps settled."""

import re
from collections.abc import Collection, Iterable, Iterator, Sequence
from functools import lru_cache

from lessons.domain.personal_data import (
    contacts,
    names,
    numbers,
    places,
    references,
    sensitive,
    vehicles,
)
from lessons.domain.personal_data.folding import fold
from lessons.domain.personal_data.found import LIKELY, Found
from lessons.domain.personal_data.kinds import KINDS, ORDER, WHY, Flag

_FINDERS = (
    contacts.find,
    numbers.find,
    references.find,
    places.find,
    vehicles.find,
    sensitive.find,
)
_WORD = re.compile(r"\w+")
_Phrases = dict[str, dict[int, set[tuple[str, ...]]]]


def scan(text: str, *, known: Collection[str] = ()) -> tuple[Flag, ...]:
    """Every flag in the text, by start, none overlapping another.

    `known` holds words and phrases to allow, such as vocabulary labels and operation names. A
    flag is left out when its evidence lies wholly inside one of them: an operation named Adams
    allows "Adams", not "DC Adams". A stop flag is never left out. Of two flags that overlap, a
    stop wins, then the likelier, then the longer. Work grows in step with the text.
    """
    if not text:
        return ()
    plain, origins = fold(text)
    allow = frozenset(known)
    allowed = _allowed_spans(plain, _phrases(allow))
    kept = [
        _in_original(one, origins, len(text))
        for one in _finders(plain, _words_of(allow))
        if not _is_allowed(one, allowed)
    ]
    return tuple(
        Flag(one.kind, one.start, one.end, text[one.start : one.end], one.certainty, WHY[one.kind])
        for one in _settled(kept, len(text))
    )


def stops(flags: Iterable[Flag]) -> tuple[Flag, ...]:
    """The likely signs of a matter that must not be debriefed here at all.

    A possible sign, such as the bare word IOPC, stays among the flags for a person to judge.
    """
    return tuple(
        flag for flag in flags if KINDS[flag.kind].group == "stop" and flag.certainty == LIKELY
    )


def redact(text: str, flags: Iterable[Flag], with_: str = "[removed]") -> str:
    """The text with each flagged stretch replaced; touching stretches become one.

    Raises ValueError when a flag was made from another text, since the wrong words would go.
    """
    pieces: list[str] = []
    done = 0
    for flag in sorted(flags, key=lambda one: (one.start, one.end)):
        if text[flag.start : flag.end] != flag.text:
            raise ValueError(f"the {flag.kind} flag does not belong to this text")
        if flag.start > done or not pieces:
            pieces += [text[done : flag.start], with_]
        done = max(done, flag.end)
    return "".join([*pieces, text[done:]])


def _finders(plain: str, known: frozenset[str]) -> Iterator[Found]:
    for finder in _FINDERS:
        yield from finder(plain)
    people = list(names.find(plain, known))
    yield from people
    yield from references.birth_dates_after(plain, {one.end for one in people})


@lru_cache(maxsize=16)
def _words_of(known: frozenset[str]) -> frozenset[str]:
    phrases = _phrases(known)
    every = (phrase for sizes in phrases.values() for some in sizes.values() for phrase in some)
    return frozenset(word for phrase in every for word in phrase)


def _settled(candidates: list[Found], length: int) -> list[Found]:
    def weight(one: Found) -> tuple[bool, bool, int, int, int]:
        stop = KINDS[one.kind].group == "stop"
        size = one.end - one.start
        return (not stop, one.certainty != LIKELY, -size, ORDER[one.kind], one.start)

    taken = bytearray(length)
    kept: list[Found] = []
    for one in sorted(set(candidates), key=weight):
        if taken.find(1, one.start, one.end) < 0:
            taken[one.start : one.end] = b"\1" * (one.end - one.start)
            kept.append(one)
    return sorted(kept, key=lambda one: one.start)


def _in_original(one: Found, origins: Sequence[int], length: int) -> Found:
    """The same span in the text as written, with the accents that hang on its last letter."""
    following = origins[one.end] if one.end < len(origins) else length
    end = max(origins[one.end - 1] + 1, following)
    return one._replace(start=origins[one.start], end=end, since=0)


@lru_cache(maxsize=16)
def _phrases(known: frozenset[str]) -> _Phrases:
    phrases: _Phrases = {}
    for phrase in known:
        words = tuple(_WORD.findall(fold(phrase)[0].casefold()))
        if words:
            sizes = phrases.setdefault(words[0], {})
            sizes.setdefault(len(words), set()).add(words)
    return phrases


def _allowed_spans(plain: str, phrases: _Phrases) -> bytearray:
    """1 for each character inside an allowed phrase, 0 for the rest."""
    spans = bytearray(len(plain))
    if not phrases:
        return spans
    places = [(hit.start(), hit.end(), hit[0].casefold()) for hit in _WORD.finditer(plain)]
    words = [word for _, _, word in places]
    for at, (start, _, word) in enumerate(places):
        for size, some in phrases.get(word, {}).items():
            if tuple(words[at : at + size]) in some:
                end = places[at + size - 1][1]
                spans[start:end] = b"\1" * (end - start)
    return spans


def _is_allowed(one: Found, allowed: bytearray) -> bool:
    if KINDS[one.kind].group == "stop":
        return False
    return allowed.find(0, one.since, one.end) < 0
