"""Postcodes, addresses and exact locations."""

import re
from collections.abc import Iterator

from lessons.domain.personal_data.found import Found, cued, found, words

_AREAS = words(
    """
    AB AL B BA BB BD BH BL BN BR BS BT CA CB CF CH CM CO CR CT CV CW DA DD DE DG DH DL DN DT DY
    E EC EH EN EX FK FY G GL GU GY HA HD HG HP HR HS HU HX IG IM IP IV JE KA KT KW KY L LA LD LE
    LL LN LS LU M ME MK ML N NE NG NN NP NR NW OL OX PA PE PH PL PO PR RG RH RM S SA SE SG SK SL
    SM SN SO SP SR SS ST SW SY TA TD TF TN TQ TR TS TW UB W WA WC WD WF WN WR WS WV YO ZE
    """
)
_POSTCODE = re.compile(
    r"(?<![\w/])([A-PR-UWYZ][A-HK-Y]?)\d[\dA-HJKPSTUW]?( {0,2})\d[ABD-HJLNP-UW-Z]{2}(?!\w)", re.I
)
_ORDINAL = re.compile(r"(?:1ST|2ND|3RD|[4-90]TH|4PS)$", re.I)

_CAP = r"[A-Z][A-Za-z']{1,20}(?:-[A-Za-z']{1,20}){0,3}"
_LOW = r"[A-Za-z][A-Za-z'-]{1,20}"
_TYPE = (
    r"(?:Street|Road|Avenue|Lane|Close|Drive|Way|Court|Place|Terrace|Gardens?|Crescent|Grove|Row|"
    r"Square|Walk|Hill|Park|Mews|Rise|View|Green|Parade|Vale|Wharf|Quay|Croft|Fold|Yard|Estate|"
    r"House|Tower|Buildings|Mansions|Heights|Villas|Cottages?|Caravan Park|Industrial Estate|"
    r"St|Rd|Ave|Ln|Dr|Cl|Cres|Gdns|Tce|Terr)"
)
_WELSH = (
    r"(?:Stryd|Heol|Ffordd|Lon|Maes|Bryn|Cae|Rhes|Clos|Rhodfa|Tan|Pen|Llys|Parc|Trem|Coed|Tai|"
    r"Cwrt|Gerddi|Pant|Plas|Glan|Dol|Tyn|Ty|Erw|Min|Nant|Cil|Bro|Porth|Allt|Tyddyn|Gorwel)"
)
_HOUSE = (
    r"(?:(?:Flat|Apartment|Apt|Unit|Room|Plot|Caravan) \w{1,4},? (?:at |of )?)?"
    r"\d{1,4}[A-Za-z]?(?:-\d{1,4})?,?"
)
_ADDRESS = re.compile(
    rf"(?<![\w/.£#:-]){_HOUSE} (?:(?:{_CAP} ){{1,3}}{_TYPE}|The [A-Z][a-z]{{2,15}}s|"
    rf"{_WELSH}(?: (?:y|yr|{_CAP})){{1,3}})(?!\w)"
)
_LOW_ADDRESS = re.compile(
    rf"(?<![\w/.£#:-])\d{{1,4}}[a-z]? ({_LOW}) (?:street|road|avenue|crescent|terrace|"
    r"close|drive)\b",
    re.I,
)
_FLAT = re.compile(
    r"\b(?:[Ff]lat|[Aa]partment|[Aa]pt) (?:\d{1,3}[A-Za-z]?|[A-Z]),? (?:(?:at|of|in) )?"
    rf"{_CAP}(?: {_CAP}){{0,3}}"
)
_NAMED_PLACE = rf"(?:(?:{_CAP} ){{1,3}}{_TYPE}|{_WELSH}(?: (?:y|yr|{_CAP})){{1,3}})"
_LIVES = re.compile(
    r"\b(?:home address|lives? (?:at|on|in)|living (?:at|on)|resides? (?:at|on|in)|residing at|"
    r"resident (?:at|of)|address (?:is|was|of|at)|address:|house (?:on|in))"
    rf" {{0,2}}({_NAMED_PLACE}(?:, {_NAMED_PLACE})?)(?!\w)"
)
_COUNTED = re.compile(
    r"\b(?:section|sec|s|team|class|channel|paragraph|para|schedule|part|stage|phase|junction|"
    r"shift|group|grade|zone|cat(?:egory)?|page|item|table|figure|level|tier|day|week)\.? {0,2}$",
    re.I,
)
_NOT_STREETS = re.compile(
    r"\b(?:Crown|Magistrates'?|High|County|Youth|Supreme|Appeal|Family|Tribunal) Court\b|"
    r"\b(?:January|February|March|April|May|June|July|August|September|October|November|December|"
    r"Police|Officers|Detectives|Approved|Children's|Safe|Custody)\b"
)
_LOW_WORDS = words(
    """
    main side busy minute hour lane way day mile metre one two day's open close single dual hard
    more the other different private public new residential adjoining and or on of in
    """
)

_WORDS3 = re.compile(r"(?<![\w/])/{3}\s?[a-z]{3,20}\.[a-z]{3,20}\.[a-z]{3,20}(?!\w)", re.I)
_BARE_WORDS3 = re.compile(r"(?<![\w./@])[a-z]{3,20}\.[a-z]{3,20}\.[a-z]{3,20}(?![\w/@])", re.I)
_WORDS3_CUE = re.compile(r"\b(?:what3words|what three words|w3w)\b", re.I)
_POINT = re.compile(r"(?<![\w.])[-+]?\d{1,2}\.\d{3,9}[ ,NS]{1,4}[-+]?\d{1,3}\.\d{3,9}(?!\w)")
_GRID = re.compile(r"(?<!\w)[HJNOST][A-HJ-Z] ?(\d{3,5}) ?(\d{3,5})(?!\w)")
_GRID_CUE = re.compile(r"\b(?:grid|gr|os|map ref\w*|grid ref\w*)\b", re.I)


def find(text: str) -> Iterator[Found]:
    """Places narrow enough to lead to a household."""
    for hit in _POSTCODE.finditer(text):
        ordinal = _ORDINAL.search(hit[0]) and len(hit[2]) > 0
        if hit[1].upper() in _AREAS and not ordinal:
            yield found("postcode", *hit.span(), hit[0].isupper() or bool(hit[2]))
    yield from _addresses(text)
    yield from _points(text)


def _addresses(text: str) -> Iterator[Found]:
    for pattern in (_ADDRESS, _FLAT):
        for hit in pattern.finditer(text):
            if not _NOT_STREETS.search(hit[0]) and not cued(_COUNTED, text, hit.start(), 14):
                yield found("address", *hit.span(), True)
    for hit in _LOW_ADDRESS.finditer(text):
        counted = cued(_COUNTED, text, hit.start(), 14) or _NOT_STREETS.search(hit[0])
        if hit[1].casefold() not in _LOW_WORDS and not counted:
            yield found("address", *hit.span(), False)
    for hit in _LIVES.finditer(text):
        if not _NOT_STREETS.search(hit[1]):
            yield found("address", *hit.span(1), True)


def _points(text: str) -> Iterator[Found]:
    for hit in _WORDS3.finditer(text):
        yield found("location", *hit.span(), True)
    for hit in _BARE_WORDS3.finditer(text):
        if cued(_WORDS3_CUE, text, hit.start()):
            yield found("location", *hit.span(), True)
    for hit in _POINT.finditer(text):
        yield found("location", *hit.span(), True)
    for hit in _GRID.finditer(text):
        told = cued(_GRID_CUE, text, hit.start(), 25)
        if len(hit[1]) == len(hit[2]) and (told or " " in hit[0]):
            yield found("location", *hit.span(), told)
