"""Dates as people write them in a short question: "last 6 months", "since May 2025", "rhwng Mawrth a Mai 2025".

Only what is unmistakable is read: a stretch of time needs the word that leads it in, so that the year in
"Operation Alder 2025" stays a word. A longer text is a plan that tells of dates and asks for none.
"""

import re
from calendar import monthrange
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta

LONGEST = 30  # words of a text in which dates are looked for
MOST = 4  # stretches of time in one text
FIRST_YEAR = 1980
Span = tuple[date, date]

_MONTHS = (
    "january|jan|ionawr", "february|feb|chwefror", "march|mar|mawrth|fawrth", "april|apr|ebrill",
    "may|mai|fai", "june|jun|mehefin|fehefin", "july|jul|gorffennaf|ngorffennaf", "august|aug|awst",
    "september|sept|sep|medi|fedi", "october|oct|hydref", "november|nov|tachwedd|dachwedd",
    "december|dec|rhagfyr",
)  # fmt: skip
_MONTH = {name: n for n, names in enumerate(_MONTHS, 1) for name in names.split("|")}
_NUMBERS = (
    "one|un", "two|dau|dwy|ddau|ddwy", "three|tri|tair|dri", "four|pedwar|pedair|bedwar", "five|pum|pump",
    "six|chwe|chwech", "seven|saith", "eight|wyth", "nine|naw", "ten|deg|deng",
    "eleven", "twelve|deuddeg|deuddeng",
)  # fmt: skip
_NUMBER = {name: n for n, names in enumerate(_NUMBERS, 1) for name in names.split("|")}
_UNIT = {
    name: unit
    for unit, names in {
        "day": "day|days|diwrnod|dydd|niwrnod",
        "week": "week|weeks|wythnos|wythnosau",
        "month": "month|months|mis|misoedd",
        "year": "year|years|blwyddyn|flwyddyn|blynedd|flynedd|mlynedd",
    }.items()
    for name in names.split("|")
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Dated:
    """A stretch of time as typed at text[start:end]; since and until are included."""

    typed: str
    start: int
    end: int
    since: date | None
    until: date | None


def _any(words: Iterator[str] | dict[str, int] | dict[str, str]) -> str:
    return "|".join(sorted(words, key=len, reverse=True))


_M = f"(?:{_any(_MONTH)})"
_Y = r"(?:19|20)\d\d"
# A bare year is none where it is a time of day, a sum or a number of things.
_BARE = rf"{_Y}(?![\w,.:/-]*\d|\s*(?:hours?|hrs?|h\b|am\b|pm\b|gmt|people|officers|pounds|homes|metres|miles|%))"
_WHEN = (
    rf"(?:\d{{4}}-\d\d-\d\d|\d{{4}}-\d\d|\d{{1,2}}[/.-]\d{{1,2}}[/.-]\d{{4}}"
    rf"|\d{{1,2}}(?:st|nd|rd|th|af|fed|ydd|eg|ain)?\s+(?:of\s+)?{_M},?\s+{_Y}|{_M}\s+\d{{1,2}}(?:st|nd|rd|th)?,?\s+{_Y}"
    rf"|{_M},?\s+{_Y}|{_BARE})"
)
_START, _END = r"(?<![\w\"&/:*~-])", r"(?![\w\"*~&/]|['’-]\w)"
_NAMED = re.compile(r"\b(?:op|operation|exercise|ymgyrch)\s+$", re.IGNORECASE)  # a name follows
_DAY_FIRST = re.compile(r"(\d{1,2})[/. -](\d{1,2})[/. -](\d{4})")


def read_day(words: str) -> date | None:
    """A day as a date box sends it, or day first as people in the United Kingdom write it."""
    match = _DAY_FIRST.fullmatch(words)
    try:
        if match:
            return date(int(match[3]), int(match[2]), int(match[1]))
        return date.fromisoformat(words)
    except ValueError:
        return None


def read_span(words: str) -> Span | None:
    """The first and last day of a year, month or day that stands alone: 2025, May 2025, 3 March 2024, 2024-01."""
    words = " ".join(words.casefold().replace(",", " ").split())
    day = read_day(words)
    if day:
        return day, day
    if re.fullmatch(_Y, words):
        return _year(int(words))
    if re.search(r"\d{5}", words):
        return None  # no year has as many digits, and thousands of them are no number at all
    numbers = [int(n) for n in re.findall(r"\d+", words)]
    names = [_MONTH[w] for w in re.findall(r"[a-z]+", words) if w in _MONTH]
    if re.fullmatch(r"\d{4}-\d\d", words):
        return _month(*numbers)
    if not re.fullmatch(_WHEN, words) or len(names) != 1:
        return None
    if len(numbers) == 1:
        return _month(numbers[0], names[0])
    try:
        day = date(numbers[1], names[0], numbers[0])
    except ValueError:
        return None
    return day, day


def _year(year: int) -> Span:
    return date(year, 1, 1), date(year, 12, 31)


def _month(year: int, month: int) -> Span | None:
    if not (1 <= month <= 12 and year >= 1):
        return None
    return date(year, month, 1), date(year, month, monthrange(year, month)[1])


def _ago(today: date, number: int, unit: str) -> date:
    """The same day so many days, weeks, months or years before. Raises ValueError, OverflowError."""
    if unit in ("day", "week"):
        return today - timedelta(days=number * (7 if unit == "week" else 1))
    months = today.year * 12 + today.month - 1 - number * (12 if unit == "year" else 1)
    year, month = divmod(months, 12)
    last = monthrange(year, month + 1)[1] if year >= FIRST_YEAR else 0
    return date(year, month + 1, min(today.day, last))


def _this(today: date, unit: str) -> Span:
    """The calendar week (from Monday), month or year in which a day lies."""
    if unit == "week":
        first = today - timedelta(days=today.weekday())
        return first, first + timedelta(days=6)
    found = _month(today.year, today.month) if unit == "month" else _year(today.year)
    return found or (today, today)


Made = tuple[date | None, date | None]
Maker = Callable[[re.Match[str], date], Made | None]


def _from_here(match: re.Match[str], today: date) -> Made | None:
    found = read_span(match["when"])
    return (found[0], None) if found else None


def _beyond(match: re.Match[str], today: date) -> Made | None:
    found = read_span(match["when"])
    return (found[1] + timedelta(days=1), None) if found else None


def _up_to(match: re.Match[str], today: date) -> Made | None:
    found = read_span(match["when"])
    return (None, found[1]) if found else None


def _before(match: re.Match[str], today: date) -> Made | None:
    found = read_span(match["when"])
    return (None, found[0] - timedelta(days=1)) if found else None


def _within(match: re.Match[str], today: date) -> Made | None:
    return read_span(match["when"])


def _between(match: re.Match[str], today: date) -> Made | None:
    """The first month or day may leave its year to the second: between March and June 2025."""
    last = read_span(match["last"])
    first = match["first"]
    if last and not re.search(r"\d{4}", first):
        first = f"{first} {last[1].year}"
    begun = read_span(first)
    return (begun[0], last[1]) if begun and last and begun[0] <= last[1] else None


def _since_month(match: re.Match[str], today: date) -> Made | None:
    month = _MONTH[match["month"].casefold()]
    return date(today.year - (month > today.month), month, 1), None


def _rolling(match: re.Match[str], today: date) -> Made | None:
    typed = (match["number"] or "1").casefold()
    number = _NUMBER.get(typed) or int(typed)
    return _ago(today, number, _UNIT[match["unit"].casefold()]), None


def _last(match: re.Match[str], today: date) -> Made | None:
    unit = _UNIT[match["unit"].casefold()]
    return _this(_this(today, unit)[0] - timedelta(days=1), unit)


def _now(match: re.Match[str], today: date) -> Made | None:
    return _this(today, _UNIT[match["unit"].casefold()])


def _rule(pattern: str, make: Maker) -> tuple[re.Pattern[str], Maker]:
    return re.compile(_START + pattern + _END, re.IGNORECASE), make


_WHENS = rf"(?P<when>{_WHEN})"
_N = rf"(?P<number>[0-9]{{1,3}}|{_any(_NUMBER)})"
_PERIOD = rf"(?P<unit>{_any(_UNIT)})"
_FIRST = rf"(?P<first>{_WHEN}|\d{{1,2}}\s+{_M}|{_M})\s+"
_LAST = rf"\s+(?P<last>{_WHEN})"
_IN = r"(?:(?:in|over|during|within|for|from|yn|dros)\s+)?"
_NOT_OF = r"(?!\s+of\b)"
_RULES = (
    _rule(rf"(?:between|rhwng)\s+{_FIRST}(?:and|ac?){_LAST}", _between),
    _rule(rf"(?:from|o)\s+{_FIRST}(?:to|until|i|hyd){_LAST}", _between),
    _rule(rf"(?:since|ers)\s+{_WHENS}", _from_here),
    _rule(rf"(?:since|ers)\s+(?P<month>{_M})(?!\s+\d)", _since_month),
    _rule(rf"(?:after|ar\s+ôl)\s+{_WHENS}", _beyond),
    _rule(rf"(?:before|cyn)\s+{_WHENS}", _before),
    _rule(rf"(?:until|till|up\s+to|hyd\s+at)\s+{_WHENS}", _up_to),
    _rule(rf"(?:in|during|yn|ym|yng)\s+(?P<when>{_M},?\s+{_Y}|{_BARE})", _within),
    _rule(r"(?:on|ar)\s+(?P<when>\d{4}-\d\d-\d\d|\d{1,2}[/.]\d{1,2}[/.]\d{4}"
          rf"|\d{{1,2}}(?:st|nd|rd|th)?\s+{_M},?\s+{_Y})", _within),
    _rule(rf"{_IN}(?:the\s+)?(?:last|past|previous)\s+{_N}\s+{_PERIOD}{_NOT_OF}", _rolling),
    _rule(rf"{_IN}(?:the\s+(?:last|past)|past)\s+(?P<number>)(?P<unit>week|month|year){_NOT_OF}", _rolling),
    _rule(rf"{_IN}(?:yr?\s+)?(?:{_N}\s+)?{_PERIOD}\s+dd?iwethaf", _rolling),
    _rule(r"(?:last|previous)\s+(?P<unit>week|month|year)" + _NOT_OF, _last),
    _rule(r"(?:this)\s+(?P<unit>week|month|year)" + _NOT_OF, _now),
    _rule(r"(?P<unit>)eleni", lambda m, today: _this(today, "year")),
    _rule(r"llynedd", lambda m, today: _year(today.year - 1)),
    _rule(r"(?:yesterday|ddoe)", lambda m, today: (today - timedelta(days=1),) * 2),
)  # fmt: skip


def dates_in(text: str, today: date) -> tuple[Dated, ...]:
    """What a short text says of when, in order of place; nothing of what stands in quotation marks."""
    if len(text.split()) > LONGEST:
        return ()
    open_text = re.sub(r'"[^"]*"', lambda m: "\0" * len(m.group()), text)
    found: list[Dated] = []
    for pattern, make in _RULES:
        for match in pattern.finditer(open_text):
            taken = any(d.start < match.end() and match.start() < d.end for d in found)
            if taken or _NAMED.search(text[max(0, match.start() - 40) : match.start()]):
                continue
            made = _made(make, match, today)
            if made:
                found.append(Dated(match.group(), match.start(), match.end(), *made))
    return tuple(sorted(found, key=lambda d: d.start)[:MOST])


def _made(make: Maker, match: re.Match[str], today: date) -> Made | None:
    """None where there is no such day, as on 31 June or before all years."""
    try:
        return make(match, today)
    except (ValueError, OverflowError):
        return None
