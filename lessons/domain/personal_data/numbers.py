"""Numbers that belong to one person, handset or account."""

import re
from collections.abc import Iterator

from lessons.domain.personal_data import checks
from lessons.domain.personal_data.found import Found, cued, digits_of, found

_NI = re.compile(r"(?<!\w)[a-z]{2}[ -]?\d{2}[ -]?\d{2}[ -]?\d{2}[ -]?[a-d]?(?!\w)", re.I)
_NI_CUE = re.compile(r"\b(?:ni|nino|national insurance|n\.i\.)\b", re.I)
_NHS = re.compile(r"(?<![\w.+/-])\d{3}([ -]?)\d{3}\1\d{4}(?![\w/-])")
_NHS_CUE = re.compile(r"\bnhs\b", re.I)

_HANDSET = re.compile(r"(?<![\w+])\d{2}[ /-]?\d{6}[ /-]?\d{6}(?:[ /-]?\d){0,2}(?!\d)")
_SIM = re.compile(r"(?<!\w)8944(?:[ -]?\d){15,16}(?!\d)")
_HANDSET_CUE = re.compile(r"\b(?:imei|imeisv|imsi|iccid|sim|handset|serial)\b", re.I)
_CARD = re.compile(r"(?<![\w+/-])[2-6](?:[ -]?\d){12,18}(?!\d)")
_CARD_CUE = re.compile(r"\b(?:card|visa|mastercard|amex|debit|credit)\b", re.I)

_SORT_CODE = re.compile(r"(?<![\w/-])\d{2}([ -]?)\d{2}\1\d{2}(?![\w/-])")
_SORT_CUE = re.compile(r"\bsort(?:ing)? ?code|\bs/?c\b", re.I)
_ACCOUNT = re.compile(r"(?<![\w£+/.-])\d{4}[ -]?\d{4}(?![\w/-])")
_ACCOUNT_CUE = re.compile(r"\b(?:account|acc(?:t|ount)?|a/c)\b[^.\n]{0,25}$", re.I)
_IBAN = re.compile(r"(?<!\w)[A-Z]{2}\d{2}(?: ?[A-Z0-9]{4}){3,7}(?: ?[A-Z0-9]{1,3})?(?!\w)", re.I)
_WALLET = re.compile(
    r"(?<!\w)(?:bc1[a-z0-9]{25,60}|0x[0-9a-fA-F]{40}|[13][a-km-zA-HJ-NP-Z1-9]{25,34})(?!\w)"
)

_PASSPORT = re.compile(r"(?<!\w)(?:\d{9}|[A-Z]{1,2} ?\d{6,8})(?!\w)", re.I)
_PASSPORT_CUE = re.compile(r"\b(?:passport|travel document|id card|identity card)\b", re.I)
_LICENCE = re.compile(
    r"(?<!\w)[A-Z9]{5} ?\d[0156]\d[0-3]\d{2} ?[A-Z9]{2} ?[A-Z0-9]{1}[A-Z]{2}(?: ?\d{2})?(?!\w)",
    re.I,
)


def find(text: str) -> Iterator[Found]:
    """Numbers with a grammar, a check digit or a tell-tale word before them."""
    yield from _state(text)
    yield from _handsets(text)
    yield from _money(text)


def _state(text: str) -> Iterator[Found]:
    for hit in _NI.finditer(text):
        told = cued(_NI_CUE, text, hit.start())
        ends_well = hit[0][-1].isalpha()
        if told or (ends_well and checks.national_insurance(hit[0])):
            yield found("national_insurance", hit.start(), hit.end(), told or hit[0].isupper())
    for hit in _NHS.finditer(text):
        told = cued(_NHS_CUE, text, hit.start())
        if told or checks.nhs_number(digits_of(hit[0])):
            yield found("nhs_number", hit.start(), hit.end(), told or bool(hit[1]))
    for hit in _PASSPORT.finditer(text):
        if cued(_PASSPORT_CUE, text, hit.start()):
            yield found("passport", hit.start(), hit.end(), True)
    for hit in _LICENCE.finditer(text):
        yield found("driving_licence", hit.start(), hit.end(), True)


def _handsets(text: str) -> Iterator[Found]:
    for hit in _HANDSET.finditer(text):
        digits = digits_of(hit[0])
        told = cued(_HANDSET_CUE, text, hit.start())
        british_sim = len(digits) == 15 and digits.startswith(("234", "235"))
        checked = len(digits) == 15 and checks.luhn(digits)
        if told or checked or british_sim:
            yield found("imei", hit.start(), hit.end(), told or checked)
    for hit in _SIM.finditer(text):
        yield found("imei", hit.start(), hit.end(), True)


def _money(text: str) -> Iterator[Found]:
    for hit in _CARD.finditer(text):
        told = cued(_CARD_CUE, text, hit.start())
        checked = checks.luhn(digits_of(hit[0]))
        handset = cued(_HANDSET_CUE, text, hit.start())
        if not handset and (told or (checked and len(digits_of(hit[0])) >= 15)):
            yield found("payment_card", hit.start(), hit.end(), told or checked)
    for hit in _SORT_CODE.finditer(text):
        if cued(_SORT_CUE, text, hit.start(), 20):
            yield found("bank", hit.start(), hit.end(), True)
    for hit in _ACCOUNT.finditer(text):
        if cued(_ACCOUNT_CUE, text, hit.start()):
            yield found("bank", hit.start(), hit.end(), True)
    for hit in _IBAN.finditer(text):
        if checks.iban(hit[0]):
            yield found("bank", hit.start(), hit.end(), True)
    for hit in _WALLET.finditer(text):
        mixed = not hit[0].isdigit() and any(one.isdigit() for one in hit[0][1:])
        if mixed:
            yield found("crypto_wallet", hit.start(), hit.end(), True)
