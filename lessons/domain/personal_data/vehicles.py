"""Registration marks: the current, prefix, suffix and dateless styles."""

import re
from collections.abc import Iterator

from lessons.domain.personal_data.found import Found, cued, found, words

_CURRENT = re.compile(r"(?<!\w)([A-HJ-PR-Y]{2})(\d{2})( ?)([A-HJ-PR-Z]{3})(?!\w)", re.I)
_PREFIX = re.compile(r"(?<!\w)([A-HJ-NPR-TV-Y])\d{1,3}( ?)([A-HJ-PR-Y]{3})(?!\w)")
_SUFFIX = re.compile(r"(?<!\w)([A-Z]{3})( ?)\d{1,3}[A-HJ-NPR-TV-Y](?!\w)")
_DATELESS = re.compile(r"(?<![\w/])(?:[A-Z]{1,3} ?\d{1,4}|\d{1,4} ?[A-Z]{1,3})(?![\w/])")
_PART = re.compile(r"(?<![\w/])[A-HJ-PR-Y]{2}\d{2}(?![\w/])")

_IRISH = re.compile(r"(?<![\w/-])\d{2,3}-[A-Z]{1,2}-\d{1,6}(?![\w/-])")

_VEHICLE = re.compile(
    r"\b(?:vrm|vrn|vrms|reg|regs|registration|registered|registration (?:mark|number|plate)|index|"
    r"plate|plates|number plate|car|van|vehicle|lorry|hgv|truck|motorbike|motorcycle|bike|moped|"
    r"estate|hatchback|saloon|pickup|trailer|anpr|audi|bmw|vw|volkswagen|golf|polo|transit|ford|"
    r"focus|fiesta|vauxhall|corsa|astra|mercedes|sprinter|range rover|land rover|toyota|nissan|"
    r"qashqai|seat|leon|skoda|kia|hyundai|honda|mini|renault|peugeot|citroen|fiat|tesla|lexus|"
    r"mazda|volvo|jaguar|porsche|bentley)\b",
    re.I,
)
_STRONG = re.compile(
    r"\b(?:vrms?|vrn|reg|registration|index|plates?|number plate)\b(?: (?:mark|number|plate|no))?"
    r"(?: (?:is|was|of|ending|starting|beginning|with))?[ :]{1,3}[\"']?$",
    re.I,
)
_NOT_PLATES = words(
    """
    OCG SOC AND THE FOR WAS NOT CPS NCA SIO OIC PIP SCR CSE CCE HMP NRM APP GSC ICO ECHO FLO TAC
    PCS DCS CAD LOG ARV AFO MIT CID TEAM NWP GMP MET BTP SEN DAY OPS OPL OP PC DC DS DI PS CC CS
    UK EU GP AM PM KG ML KM RV FP ASB MPS ROC SAP TBC ETA ETD INT OPT ALL CAN HAD OUT BUT ARE TO
    IN ON AT BY SEC SCH ART PARA CH TG RC J A B M
    """
)


def find(text: str) -> Iterator[Found]:
    """Marks by grammar; the older styles only with a vehicle spoken of just before."""
    yield from _current(text)
    yield from _older(text)
    for hit in _IRISH.finditer(text):
        yield found("vehicle", *hit.span(), cued(_VEHICLE, text, hit.start()))
    for pattern in (_DATELESS, _PART):
        for hit in pattern.finditer(text):
            letters = "".join(one for one in hit[0] if one.isalpha())
            if letters not in _NOT_PLATES and cued(_STRONG, text, hit.start()):
                yield found("vehicle", *hit.span(), pattern is _PART)


def _current(text: str) -> Iterator[Found]:
    for hit in _CURRENT.finditer(text):
        age = int(hit[2])
        told = cued(_VEHICLE, text, hit.start())
        if not (1 <= age <= 29 or 51 <= age <= 79 or told):
            continue
        shouted = hit[0].isupper()
        if hit[4].upper() in _NOT_PLATES and not told:
            continue
        if shouted or told or not hit[3]:
            yield found("vehicle", *hit.span(), shouted or told)


def _older(text: str) -> Iterator[Found]:
    for pattern, letters in ((_PREFIX, 3), (_SUFFIX, 1)):
        for hit in pattern.finditer(text):
            if hit[letters] in _NOT_PLATES:
                continue
            told = cued(_VEHICLE, text, hit.start())
            joined = not hit[2]
            # "A55 OCG" is a road and a word; a mark written apart needs the vehicle beside it.
            if told or (joined and len(hit[0]) >= 6):
                yield found("vehicle", *hit.span(), told)
