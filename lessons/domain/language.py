"""The query language: what a line of text says. Parsing is bounded: any text is a query.

Words are OR-ed; "quotes" make a phrase; -word excludes; field:value filters where the field is declared;
begin* asks for the beginning of words, mispelt~ for near spellings; dates as people write them narrow.
Anything else a person can type is just words.
"""

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import date, timedelta

from lessons.domain.dates import Dated, dates_in, read_span
from lessons.domain.record import Kind
from lessons.domain.schema import FACETS
from lessons.domain.words import WORD, token

MOST_CHARS = 2_000  # of a query; a few sentences of a plan, no more
MOST_WORDS = 120
MOST_PHRASES = 8
LONGEST_PHRASE = 40  # words
MOST_OPEN = 6  # beginnings, and as many near spellings
MOST_FILTERS = 40
SHORTEST_START = 3  # letters before a star
SHORTEST_NEAR = 4  # letters of a word spelt nearly so; shorter words are near to everything

KIND, YEAR, FROM, TO = "kind", "year", "from", "to"
# What else people call a filter, in English and Welsh.
ALIASES = {
    "themes": "theme", "thema": "theme", "threats": "threat", "bygythiad": "threat", "4p": "four_p",
    "strand": "four_p", "units": "unit", "team": "unit", "uned": "unit", "tactics": "tactic", "partners": "partner",
    "partner_agency": "partner", "vulnerabilities": "vulnerability", "status": "state", "cyflwr": "state",
    "kinds": KIND, "type": KIND, "math": KIND, "blwyddyn": YEAR, "since": FROM, "ers": FROM, "until": TO, "hyd": TO,
}  # fmt: skip
_DATED = {FROM, TO, "before", "after", "cyn"}
NAMES = frozenset({*FACETS, KIND, YEAR, *_DATED, *ALIASES})

_TOKEN = re.compile(
    r"""(?P<minus>-)?(?:(?P<field>[a-z_0-9]{1,20}):(?P<value>"[^"]{0,100}"|[^\s"]{1,100})|"(?P<phrase>[^"]{0,300})"|(?P<word>[^\s"]+))""",
    re.IGNORECASE,
)
_OPEN = re.compile(r"[(\[{]*(?P<stem>[^\s*~]+?)(?:(?P<star>\*)|~(?P<reach>[12]?))[)\]},.;:!?]*")

# Words that open a question and steer nothing there; elsewhere they are words like any other.
_ASKING = frozenset({
    "what", "how", "which", "who", "whom", "when", "where", "why", "whats", "hows",
    "beth", "sut", "pa", "pwy", "ble", "pryd", "pam", "oes",
})  # fmt: skip
_URGING = frozenset({
    "show", "find", "tell", "give", "list", "is", "are", "do", "does", "did", "can", "could", "should", "have", "has",
    "any", "anything", "dangos", "rhowch", "dywedwch",
})  # fmt: skip
_FILLER = _ASKING | _URGING | frozenset({
    "a", "about", "all", "am", "an", "be", "been", "everything", "for", "from", "had", "i", "in", "it", "know", "known",
    "learn", "learned", "learnt", "lesson", "lessons", "many", "me", "mention", "mentions", "mentioned", "must", "of",
    "on", "one", "our", "said", "say", "says", "something", "that", "the", "there", "they", "this", "to", "us", "was",
    "we", "were", "will", "would", "you",
    "ar", "ddysgu", "ddysgwyd", "dysgu", "gwersi", "mae", "ni", "sy'n", "sydd", "sôn", "wedi", "wersi",
    "y", "ydym", "yn", "yr",
})  # fmt: skip

Resolve = Callable[[str, str], frozenset[str]]


@dataclass(frozen=True, slots=True)
class Filtered:
    """A filter typed at text[start:end], and the keys that its value stands for."""

    param: str
    keys: frozenset[str]
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Parsed:
    """What a person's line of text says, before filters from the page are added.

    unknown: filters whose value is none, as typed; their values are among the words.
    """

    words: tuple[str, ...] = ()
    phrases: tuple[tuple[str, ...], ...] = ()
    excluded: tuple[tuple[str, ...], ...] = ()
    prefixes: tuple[str, ...] = ()
    fuzzies: tuple[str, ...] = ()
    filters: tuple[Filtered, ...] = ()
    dates: tuple[Dated, ...] = ()
    unknown: tuple[str, ...] = ()

    @property
    def chosen(self) -> dict[str, frozenset[str]]:
        """By facet parameter."""
        return {p: k for p, k in self._by_param().items() if p != KIND}

    @property
    def kinds(self) -> frozenset[Kind]:
        return frozenset(Kind(k) for k in self._by_param().get(KIND, ()))

    def _by_param(self) -> dict[str, frozenset[str]]:
        found: dict[str, frozenset[str]] = {}
        for each in self.filters:
            found[each.param] = found.get(each.param, frozenset()) | each.keys
        return found

    @property
    def since(self) -> date | None:
        return max((d.since for d in self.dates if d.since), default=None)

    @property
    def until(self) -> date | None:
        return min((d.until for d in self.dates if d.until), default=None)


@dataclass(slots=True)
class _Reading:
    """What has been read so far. lead: words before anything else but words."""

    resolve: Resolve
    words: list[str] = field(default_factory=list)
    lead: int = -1
    phrases: list[tuple[str, ...]] = field(default_factory=list)
    excluded: list[tuple[str, ...]] = field(default_factory=list)
    prefixes: list[str] = field(default_factory=list)
    fuzzies: list[str] = field(default_factory=list)
    filters: list[Filtered] = field(default_factory=list)
    dates: list[Dated] = field(default_factory=list)
    unknown: list[str] = field(default_factory=list)

    def take(self, part: re.Match[str]) -> None:
        if part["word"] and not part["minus"] and not self._is_open(part["word"]):
            self.words += words_of(part["word"])
            return
        if part["field"] and part["field"].casefold() not in NAMES:
            self._take_words(part)
            return
        self._end_lead()
        if part["field"]:
            self._take_filter(part)
        elif not part["word"] or part["minus"]:
            self._take_words(part)

    def _end_lead(self) -> None:
        if self.lead < 0:
            self.lead = len(self.words)

    def _take_words(self, part: re.Match[str]) -> None:
        found = words_of(part["phrase"] or part.group().lstrip("-"))
        if not found:
            return
        if part["minus"]:
            self.excluded.append(found[:LONGEST_PHRASE])
        elif part["phrase"] and len(found) > 1:
            self.phrases.append(found[:LONGEST_PHRASE])
        else:
            self.words += found

    def _take_filter(self, part: re.Match[str]) -> None:
        name, value = part["field"].casefold(), part["value"].strip('"').strip()
        param = ALIASES.get(name, name)
        dated = _dated(param, value, part) if param in _DATED else None
        keys = frozenset() if param in _DATED else self.resolve(param, value)
        if part["minus"] or not value:
            self._take_words(part)
        elif dated:
            self.dates.append(dated)
        elif keys and len(self.filters) < MOST_FILTERS:
            self.filters.append(Filtered(param, keys, part.start(), part.end()))
        else:
            self.unknown.append(part.group())
            self.words += words_of(value)

    def _is_open(self, raw: str) -> bool:
        """Whether it was a beginning or a near spelling, and taken as one."""
        match = _OPEN.fullmatch(raw)
        found = token(match["stem"]).words if match and WORD.fullmatch(match["stem"]) else ()
        if not match or len(found) != 1 or not found[0].isalpha():
            return False
        stem = found[0]
        if match["star"] and len(stem) >= SHORTEST_START and len(self.prefixes) < MOST_OPEN:
            self._end_lead()
            self.prefixes.append(stem)
            return True
        if not match["star"] and len(stem) >= SHORTEST_NEAR and len(self.fuzzies) < MOST_OPEN:
            self._end_lead()
            self.fuzzies.append(stem + (f"~{match['reach']}" if match["reach"] else ""))
            return True
        return False

    def parsed(self) -> Parsed:
        lead = len(self.words) if self.lead < 0 else self.lead
        rest = self.words[opening(self.words[:lead]) :]
        alone = not (rest or self.phrases or self.prefixes or self.fuzzies)
        return Parsed(
            tuple((self.words if alone else rest)[:MOST_WORDS]),
            tuple(self.phrases[:MOST_PHRASES]),
            tuple(self.excluded[:MOST_PHRASES]),
            tuple(dict.fromkeys(self.prefixes)),
            tuple(dict.fromkeys(self.fuzzies)),
            tuple(self.filters),
            tuple(self.dates),
            tuple(self.unknown),
        )


def words_of(text: str) -> tuple[str, ...]:
    """The words of a text as typed."""
    return tuple(m.group() for m in WORD.finditer(text))


def _dated(param: str, value: str, part: re.Match[str]) -> Dated | None:
    span = read_span(value)
    if not span:
        return None
    try:
        since, until = {
            FROM: (span[0], None),
            "after": (span[1] + timedelta(days=1), None),
            TO: (None, span[1]),
        }.get(param) or (None, span[0] - timedelta(days=1))
    except OverflowError:
        return None
    return Dated(part.group(), part.start(), part.end(), since, until)


def as_typed(param: str, value: str) -> frozenset[str]:
    """Keys taken at their word, as a program types them; a year and a kind only where they are one."""
    if param == KIND:
        return frozenset({value.casefold()} & set(Kind))
    if param == YEAR and not re.fullmatch(r"[0-9]{4}", value):
        return frozenset()
    return frozenset({value})


def opening(words: Iterable[str]) -> int:
    """How many words at the start only open a question: "what did we learn about" are five.

    In capitals they may be names: WHO, IT.
    """
    plain = [
        w.replace("’", "'").casefold() if not (len(w) > 1 and w.isupper()) else "" for w in words
    ]
    if not plain or plain[0] not in _ASKING | _URGING:
        return 0
    run = next((n for n, word in enumerate(plain) if word not in _FILLER), len(plain))
    return run if run > 1 or plain[0] in _ASKING else 0


def parse(text: str, today: date | None = None, resolve: Resolve = as_typed) -> Parsed:
    """Read a query as typed. Never raises; over-long text is cut at MOST_CHARS and MOST_WORDS.

    today: what "last month" is reckoned from; None where dates in plain words are to stay words.
    resolve: the keys that a filter's value stands for, given parameter and value; none where it is unknown.
    """
    text = text[:MOST_CHARS]
    reading = _Reading(resolve)
    if today:
        reading.dates += dates_in(text, today)
        text = without_spans(text, reading.dates)
    for part in _TOKEN.finditer(text):
        reading.take(part)
    return reading.parsed()


def without_spans(text: str, spans: Iterable[Dated | Filtered]) -> str:
    """The text with spaces in the place of these."""
    for each in spans:
        text = text[: each.start] + " " * (each.end - each.start) + text[each.end :]
    return text
