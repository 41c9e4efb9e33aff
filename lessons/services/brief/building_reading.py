"""What a person says of an operation, read for what finds lessons: its text within bounds, its terms, its names."""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice
from math import log2

from lessons.domain.access import User
from lessons.domain.pack import FIELDS, READ, Keys, weighed
from lessons.domain.pack_terms import Recogniser, words_of
from lessons.domain.record import Record, tidy_id
from lessons.domain.schema import SHAPES
from lessons.domain.synonyms import Synonyms
from lessons.domain.vocabulary import Vocabularies
from lessons.domain.words import plain_words
from lessons.library import Library

LONGEST_ORDER = 700_000  # characters of an order that are looked at: 200 full pages
LONGEST_WHOLE = 6_000  # characters of an order that is asked for as it is
CHUNK = 750  # characters
CHUNKS = 24  # of a longer order, the most telling
PARTS = 3  # into which these are put together
MOST_REFERENCES = 2_000  # of each way of writing them
FEWEST_NAMED = 4  # words of a title that names something by itself
FEWEST_QUOTED = 3  # and of one in quotation marks, or of what the briefing is for
MOST_QUOTED = 8
_QUOTED = re.compile(r'[“"]([^“”"\n]{8,200})[”"]')

_ID = re.compile(r"\bL[\s_–—-]?\d{4}[\s_–—-]?[0-9A-Za-z]{5}\b", re.IGNORECASE)
_NUMBER = re.compile(
    r"\b(?:lessons?(?:\s+learn(?:ed|t))?|gwers|llis)\b[\s:#(“\"]{0,3}(?:no|number|numbers|nos|ref|reference|rhif)?"
    r"[\s.:#]{0,4}(\d{2,7})\b",
    re.IGNORECASE,
)
_CODE = re.compile(
    r"\b(?=[\w/-]{0,30}\d)(?=[\w/-]{0,30}[A-Za-z])[A-Za-z0-9]{1,20}(?:[/-][A-Za-z0-9]{1,20}){0,4}\b"
)
_LONG = re.compile(r"[^\W\d_]{6,40}")
_WORD = re.compile(r"[^\W\d_]{3,40}")
_TITLE_ENDS = re.compile(r"\s*(?:[:(\[]|\s[–—-]\s)")
# Words of Welsh that join others; one that is a word of English too is not among them.
_WELSH = frozenset({
    "ac", "ar", "bod", "bydd", "byddwn", "ddim", "efo", "ein", "eu", "fydd", "gan", "gyda", "hyn", "mae", "mewn", "neu",
    "ni", "oedd", "sy", "sydd", "wedi", "wrth", "y", "ydy", "yn", "yno", "yr",
})  # fmt: skip
WELSH, FEWEST_WELSH = 0.1, 2  # of the words of a plan
LONGEST_NAME = 2  # words of a code name
_NAMING = ("operation", "op", "exercise", "ymgyrch")


@dataclass(frozen=True, slots=True)
class Plan:
    """texts: to find the like of, the whole first. said: the title and the labels of its terms. ids, references: of
    lessons that it names. quoted: what stands in quotation marks. phrase: what it is called, where that is a name.
    welsh: it is in Welsh, so that its own words find little. cut: more was given than was read. Where nothing was said
    but a code name, there are no texts and no words: what was chosen is all that counts.
    """

    title: str
    texts: tuple[str, ...]
    said: str
    keys: Keys
    ids: frozenset[str]
    references: frozenset[str]
    quoted: tuple[tuple[str, ...], ...]
    phrase: tuple[str, ...]
    words: tuple[str, ...]
    welsh: bool
    cut: bool

    @property
    def empty(self) -> bool:
        return not (any(self.texts) or self.keys or self.ids or self.references or self.phrase)


def read(
    library: Library, reader: User, asked: Record, order: str, operation: Record | None
) -> Plan:
    """operation: of the briefing, where this person may read it."""
    title, order = asked.line("title"), order.strip()
    plan = [asked.texts.get("plan", ""), operation.texts.get("summary", "") if operation else ""]
    lists = library.lists_for(reader)
    recogniser, field_words = _KEPT.of(lists, library.reference.synonyms())
    parts = _telling(order[:LONGEST_ORDER], field_words)
    main = "\n".join(each for each in (title, *plan) if each.strip())
    if len(parts) == 1 or not "".join(plan).strip():
        main, parts = f"{main}\n{''.join(parts[:1])}", parts[1:]
    whole = "\n".join((main, *parts))
    known = recogniser.find(whole)
    silent = _says_nothing(main, known) and not parts
    words = () if silent else words_of(whole)
    welsh = _is_welsh(words)
    keys = _keys(lists, asked, operation, known, 1.0 if welsh else READ)
    scanned = f"{main}\n{order[:LONGEST_ORDER]}"
    return Plan(
        title,
        () if silent else tuple(text.strip() for text in (main, *parts) if text.strip()),
        "" if silent else " ".join((title, *_labels(lists, keys))).strip(),
        keys,
        frozenset(tidy_id(m.group()) for m in islice(_ID.finditer(scanned), MOST_REFERENCES)),
        frozenset(_references(scanned)),
        tuple(_quotations(scanned)),
        _phrase(title),
        words,
        welsh,
        len(order) > LONGEST_ORDER,
    )


# --- terms ---------------------------------------------------------------------------------------
_NAMES = {
    name: SHAPES[kind][name].vocabulary
    for kind in SHAPES
    if str(kind) == "lesson"
    for name in FIELDS
    if name != "unit"
}


class _Kept:
    """What is made of the lists, until one of them changes."""

    def __init__(self) -> None:
        self._made: tuple[Vocabularies, Synonyms, Recogniser, frozenset[str]] | None = None

    def of(self, lists: Vocabularies, synonyms: Synonyms) -> tuple[Recogniser, frozenset[str]]:
        """What recognises terms, and the longer words of the field."""
        made = self._made
        if made is None or made[0] is not lists or made[1] is not synonyms:
            said = " ".join((*lists.words, *synonyms.words)).casefold()
            known = frozenset(_LONG.findall(said))
            made = self._made = (lists, synonyms, Recogniser(lists, synonyms, _NAMES), known)
        return made[2], made[3]


_KEPT = _Kept()


def _keys(
    lists: Vocabularies,
    asked: Record,
    operation: Record | None,
    found: Mapping[str, Mapping[str, int]],
    share: float,
) -> Keys:
    """What was chosen, else what the register has of the operation; then what stands in the plan in words."""
    keys: dict[str, dict[str, float]] = {}
    for name in FIELDS:
        given = asked.keys(name) or (operation.keys(name) if operation else ())
        if name in _NAMES:
            given = tuple(lists[_NAMES[name]].current_key(key) for key in given)
        # A word that stands there once may be there by chance; often is as good as chosen.
        by_words = {k: share * min(1.0, log2(1 + n) / 2) for k, n in found.get(name, {}).items()}
        together = {**by_words, **weighed(given)}
        if together:
            keys[name] = together
    return keys


def _is_welsh(words: Sequence[str]) -> bool:
    return sum(word in _WELSH for word in words) >= max(FEWEST_WELSH, WELSH * len(words))


def _labels(lists: Vocabularies, keys: Keys) -> Iterable[str]:
    for name, wanted in keys.items():
        for key in wanted:
            yield lists.label(_NAMES[name], key) if name in _NAMES else key


# --- names ---------------------------------------------------------------------------------------
def _references(text: str) -> Iterable[str]:
    """References in other systems, as `squeezed` writes them."""
    for match in islice(_NUMBER.finditer(text), MOST_REFERENCES):
        yield squeezed(match[1])
    for match in islice(_CODE.finditer(text), MOST_REFERENCES):
        yield squeezed(match.group())


def _quotations(text: str) -> Iterable[tuple[str, ...]]:
    found = dict.fromkeys(
        plain_words(m[1]) for m in islice(_QUOTED.finditer(text), MOST_QUOTED * 4)
    )
    return [words[:40] for words in found if len(words) >= FEWEST_QUOTED][:MOST_QUOTED]


def squeezed(reference: str) -> str:
    """As references are compared: without case, signs and leading zeros."""
    return "".join(c for c in reference.casefold() if c.isalnum()).lstrip("0")


def _says_nothing(text: str, known: Mapping[str, object]) -> bool:
    """Whether there are no words, or only a code name such as “Operation Bramble Gate”."""
    words = text.split()
    if not words or known:
        return not words
    name = words[1:]
    named = words[0].casefold() in _NAMING and 1 <= len(name) <= LONGEST_NAME
    return named and (len(name) == 1 or all(word[0].isupper() for word in name))


def _phrase(title: str) -> tuple[str, ...]:
    """What the briefing is for, where it is called by a name: “Operation Bramble Gate”, or a long title."""
    first = next((part for part in _TITLE_ENDS.split(title) if part.strip()), "")
    words = plain_words(first)[:40]
    named = len(words) > 1 and words[0] in _NAMING
    return words if named or len(words) >= FEWEST_QUOTED else ()


# --- a long order --------------------------------------------------------------------------------
def _telling(order: str, known: frozenset[str]) -> list[str]:
    """A short order whole; the most telling parts of a long one, in its order."""
    if len(order) <= LONGEST_WHOLE:
        return [order] if order else []
    chunks = list(dict.fromkeys(_chunks(order)))  # what every page repeats counts once
    worth = [_worth(chunk, known) for chunk in chunks]
    best = sorted(sorted(range(len(chunks)), key=lambda n: -worth[n])[:CHUNKS])
    size = -(-len(best) // PARTS)
    return ["\n".join(chunks[n] for n in best[at : at + size]) for at in range(0, len(best), size)]


def _chunks(order: str) -> Iterable[str]:
    """Lines put together, long ones cut."""
    held = ""
    for line in order.splitlines():
        for at in range(0, len(line), CHUNK):
            piece = " ".join(line[at : at + CHUNK].split())
            if held and len(held) + len(piece) > CHUNK:
                yield held
                held = ""
            held = f"{held} {piece}".strip()
    if held:
        yield held


def _worth(chunk: str, known: frozenset[str]) -> float:
    """How much it tells: different words of the field, and other different words for a little."""
    words = set(_WORD.findall(chunk.casefold()))
    return len(words & known) + 0.1 * len(words)
