"""Police, court and prison references, and dates of birth."""

import re
from collections.abc import Container, Iterator

from lessons.domain.personal_data import checks
from lessons.domain.personal_data.found import Found, cued, found

_RANK = (
    r"(?:[AT]/)?(?:W?PC|DC|TDC|PS|DS|DI|DCI|PCSO|CSO|SC|SPC|Sgt|Insp|Supt|Sergeant|Constable|"
    r"Inspector|Cwnstabl|Rhingyll)"
)
_RANKED = re.compile(rf"(?<![\w/])(?:{_RANK})\.?[ :#-]{{0,2}}(\d{{2,6}}[A-Z]{{0,2}})(?![\w:/£%])")
_BEFORE_RANK = re.compile(rf"(?<![\w/:.£#-])(\d{{3,5}}) (?:{_RANK})\b")
_NAMED_RANK = re.compile(
    rf"(?<![\w/])(?:{_RANK})\.? {{1,2}}(?:[A-Z][\w'-]{{1,20}} {{1,2}}){{1,3}}(\(?\d{{3,6}}[A-Z]{{0,2}}\)?)"
    r"(?![\w:/£%])"
)
_COLLAR = re.compile(
    r"\b(?:collar|warrant card|warrant|shoulder|epaulette|badge|force|fin|staff|officer)"
    r"(?: (?:number|num|no\.?|id))?(?: was| is)?[ :#]{1,3}([A-Z]{0,3} ?\d{2,6}[A-Z]{0,2})(?![\w/])",
    re.I,
)
_BARE_COLLAR = re.compile(
    r"^(?:collar|shoulder|epaulette|warrant card)|(?:number|num|no\.?|id)\b", re.I
)
_MEASURE = re.compile(
    r"[ -]?(?:%|x\b|am\b|pm\b|hrs?\b|hours?\b|min(?:ute)?s?\b|days?\b|weeks?\b|months?\b|years?\b|"
    r"officers?\b|people\b|per\b|of them\b|times\b|miles?\b|metres?\b|m\b)",
    re.I,
)

_TOKEN = r"((?:[A-Z]{1,4}[/-]?)?\d[\w/-]{3,20})"
_CRIME_CUED = re.compile(
    r"\b(?:(?:crime|occurrence|incident|niche|rms|cad|log|storm|report|case|investigation|fraud|"
    r"intel(?:ligence)?)"
    r" (?:ref(?:erence)?s?|numbers?|no|log|id)\b|CRN|URN|CAD|niche|occurrence|crimestoppers ref|"
    r"crime)\.?(?: (?:number|no|ref|is|was))?[ :#-]{1,3}" + _TOKEN,
    re.I,
)
_CRIME_WEAK = re.compile(r"crime[ :#-]{1,3}", re.I)
_LOG = re.compile(
    r"\b(?:log|cad|incident)(?: (?:number|no\.?|ref))?[ :#]{0,2}"
    r"(\d{1,5} ?(?:of|/) ?\d{1,2}(?:st|nd|rd|th)?"
    r"(?:/\d{1,2}|[/ ]?[A-Z]{3,9}(?=[/ ]?\d\d|\W))?(?:[/ ]?\d{2,4})?)\b",
    re.I,
)
_CRIME = re.compile(r"(?<![\w/])(?:\d{2}[A-Z]{0,2}/\d{4,7}/\d{2}|\d{4,7}/\d{2}/\d{2,4})(?![\w/])")
_CRIME_LONG = re.compile(r"(?<![\w+/.-])[12]\d0\d{8}(?![\w/.-])")

_CUSTODY = re.compile(r"(?<![\w/])\d{2}[A-Z]{1,2}\d?/\d{1,6}/\d{2}(?![\w/])", re.I)
_CUSTODY_CUED = re.compile(
    r"\b(?:custody (?:record|ref(?:erence)?|number|no|id)|detention (?:ref|log|number)|"
    r"detained person (?:number|no)|DP (?:number|no))\.?(?: (?:number|no|ref|is|was))?[ :#-]{1,3}"
    + _TOKEN,
    re.I,
)
_PNC = re.compile(r"(?<![\w/])((?:19|20)?\d{2})/(\d{1,7})([A-Z])(?![\w/])", re.I)
_CRO = re.compile(r"(?<![\w/])(\d{1,6})/(\d{2})([A-Z])(?![\w/])", re.I)
_PNC_CUE = re.compile(r"\b(?:pnc|pncid|cro)\b", re.I)
_PRISON = re.compile(r"(?<!\w)[A-Z]\d{4}[A-Z]{2}(?!\w)")

_MONTH = r"(?:Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sept?|Oct|Nov|Dec)[a-z]{0,6}"
_DATE = (
    r"(?:\d{1,2}[/. -]\d{1,2}[/. -]\d{2,4}|(?:19|20)\d\d-\d\d-\d\d|"
    rf"\d{{1,2}}(?:st|nd|rd|th)?(?: of)?[ -]{_MONTH},?[ -](?:19|20)?\d\d|"
    rf"{_MONTH} \d{{1,2}}(?:st|nd|rd|th)?,? (?:19|20)\d\d)"
)
_BORN = re.compile(
    r"\b(?:d[. /]{0,2}o[. /]{0,2}b\.?|date of birth|birth ?date|birthday|born(?: on)?|"
    r"b\.|aged? \d{1,2})"
    rf"[ ,:(=-]{{1,4}}(?:is |was |on |the )?({_DATE})(?!\w)",
    re.I,
)
_BORN_YEAR = re.compile(rf"\bborn (?:in )?((?:{_MONTH} )?(?:19|20)\d\d)(?!\w)", re.I)
_THEN_BORN = re.compile(rf"(?<![\w/])({_DATE})[ ,(]{{1,3}}(?:d\.?o\.?b|date of birth)\b", re.I)
_AFTER_NAME = re.compile(rf"[ ,(-]{{1,3}}({_DATE})(?!\w)", re.I)
_OLD = re.compile(r"(?:19\d\d|200\d|201[0-4])\b|\b(?:[3-9]\d)$")


def find(text: str) -> Iterator[Found]:
    """References that lead from a text to one person or one case."""
    yield from _collars(text)
    yield from _cases(text)
    yield from _records(text)
    for pattern in (_BORN, _THEN_BORN, _BORN_YEAR):
        for hit in pattern.finditer(text):
            yield found("birth_date", *hit.span(1), pattern is not _BORN_YEAR)


def birth_dates_after(text: str, name_ends: Container[int]) -> Iterator[Found]:
    """Dates old enough to be a birth date that come straight after a name."""
    for hit in _AFTER_NAME.finditer(text):
        if hit.start() in name_ends and _OLD.search(hit[1]):
            yield found("birth_date", *hit.span(1), True)


def _collars(text: str) -> Iterator[Found]:
    for pattern in (_RANKED, _BEFORE_RANK, _NAMED_RANK):
        for hit in pattern.finditer(text):
            if not _MEASURE.match(text, hit.end(1)):
                yield found("collar", *hit.span(1), True, hit.start())
    for hit in _COLLAR.finditer(text):
        if _BARE_COLLAR.search(hit[0]) and not _MEASURE.match(text, hit.end(1)):
            yield found("collar", *hit.span(1), True)


def _cases(text: str) -> Iterator[Found]:
    for hit in _CRIME_CUED.finditer(text):
        digits = sum(one.isdigit() for one in hit[1])
        # "crime 2025" speaks of a year; a reference is longer or has its slashes.
        if digits >= (6 if _CRIME_WEAK.fullmatch(text, hit.start(), hit.start(1)) else 4):
            yield found("crime_ref", *hit.span(1), True)
    for hit in _LOG.finditer(text):
        yield found("crime_ref", *hit.span(1), True)
    for hit in _CRIME.finditer(text):
        yield found("crime_ref", *hit.span(), True)
    for hit in _CRIME_LONG.finditer(text):
        yield found("crime_ref", *hit.span(), False)


def _records(text: str) -> Iterator[Found]:
    for hit in _CUSTODY.finditer(text):
        yield found("custody_ref", *hit.span(), True)
    for hit in _CUSTODY_CUED.finditer(text):
        yield found("custody_ref", *hit.span(1), True)
    for hit in _PNC.finditer(text):
        told = cued(_PNC_CUE, text, hit.start(), 25)
        checked = len(hit[2]) >= 3 and checks.pnc_letter(hit[1], hit[2], hit[3])
        if told or checked:
            yield found("pnc", *hit.span(), True)
    for hit in _CRO.finditer(text):
        told = cued(_PNC_CUE, text, hit.start(), 25)
        checked = len(hit[1]) >= 4 and checks.pnc_letter(hit[2], hit[1], hit[3], 6)
        if told or checked:
            yield found("pnc", *hit.span(), True)
    for hit in _PRISON.finditer(text):
        yield found("prison_number", *hit.span(), True)
