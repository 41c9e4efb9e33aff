"""Phones, email, social media accounts and network addresses."""

import re
from collections.abc import Iterator

from lessons.domain.personal_data.found import Found, cued, digits_of, found

_EMAIL = re.compile(
    r"(?<![\w.+'-])[\w.+'-]{1,64}@[a-z0-9-]{1,63}(?:\.[a-z0-9-]{1,63}){1,5}(?![\w@])", re.I
)
_PHONE = re.compile(
    r"(?<![\w/+.-])(?:(?:\+|00)[ ]?44[ .-]{0,2}(?:\(0\)[ .-]?)?|\(?0)"
    r"[1-35789](?:[ ().-]{0,2}\d){7,9}(?![\d/])"
)
_FOREIGN = re.compile(r"(?<![\w+])\+(?!44)(?!\s?44)[1-9]\d{0,2}(?:[ ().-]{0,2}\d){7,11}(?!\d)")
_PHONE_CUE = re.compile(r"\b(?:tel|phone|mobile|mob|number|landline|call(?:ed)?|rang|text)\b", re.I)
_SHORT_MOBILE = re.compile(r"(?<![\w+./-])7\d{3}[ -]?\d{3}[ -]?\d{3}(?![\d/])")
_DATE_LIKE = re.compile(r"0?\d[-.]\d{1,2}[-.](?:19|20)\d\d")

_HANDLE = re.compile(r"(?<![\w.@/+-])@[A-Za-z_][\w.]{1,29}(?![\w@])")
_PLAIN_AT = {"home", "court", "scene", "work", "least", "about", "the", "custody", "approx", "all"}
_ACCOUNT_CUE = re.compile(
    r"\b(?:snap(?:chat)?|insta(?:gram)?|tiktok|telegram|wickr|signal|threema|facebook|twitter|"
    r"whatsapp|discord|kik|encrochat|handle|username|user ?name|profile|screen ?name|"
    r"account name|x account)\b[ \w]{0,20}[:=]?\s{0,2}[\"']?$",
    re.I,
)
_USERNAME = re.compile(
    r"(?<![\w@.-])(?=[a-z._]{0,24}[\d_])[a-z][a-z0-9._]{2,28}[a-z0-9_](?!\w)", re.I
)
_PROFILE = re.compile(
    r"\b(?:https?://)?(?:www\.|m\.)?(?:facebook\.com|fb\.com|instagram\.com|tiktok\.com|"
    r"twitter\.com|x\.com|t\.me|snapchat\.com/add|linkedin\.com/in|youtube\.com)"
    r"/@?[\w.-]{2,60}",
    re.I,
)

_IPV4 = re.compile(r"(?<![\w.])(?:\d{1,3}\.){3}\d{1,3}(?!\.?\w)")
_VERSION = re.compile(r"\b(?:version|release|section|paragraph|para|v)\.?\s{0,2}$", re.I)
_NETWORK = re.compile(r"\b(?:ip|ipv4|address|server|router|host)\b", re.I)
_IPV6 = re.compile(r"(?<![\w:.])(?:[0-9a-f]{1,4}:){1,7}(?::[0-9a-f]{1,4}){0,6}[0-9a-f]{0,4}", re.I)
_MAC = re.compile(
    r"(?<![\w:-])[0-9a-f]{2}(?:([:-])[0-9a-f]{2})(?:\1[0-9a-f]{2}){4}(?![\w:-])", re.I
)


def find(text: str) -> Iterator[Found]:
    """Ways to reach a person, in a folded text."""
    for hit in _EMAIL.finditer(text):
        yield found("email", hit.start(), hit.end(), True)
    yield from _phones(text)
    yield from _accounts(text)
    yield from _networks(text)


def _phones(text: str) -> Iterator[Found]:
    for hit in _PHONE.finditer(text):
        if not _DATE_LIKE.match(hit[0]) and _is_national(hit[0]):
            yield found("phone", hit.start(), hit.end(), True)
    for hit in _FOREIGN.finditer(text):
        yield found("phone", hit.start(), hit.end(), True)
    for hit in _SHORT_MOBILE.finditer(text):
        # Spreadsheets drop the leading nought.
        yield found("phone", hit.start(), hit.end(), cued(_PHONE_CUE, text, hit.start()))


def _is_national(written: str) -> bool:
    """Ten significant digits (nine for a few old 01 numbers), grouped as people group them."""
    digits = digits_of(written.replace("(0)", ""))
    if written.startswith(("+", "00")):
        number = digits[digits.index("44") + 2 :]
        return len(number) == 10 or (len(number) == 9 and number[0] == "1")
    if not (len(digits) == 11 or (len(digits) == 10 and digits[1] in "18")):
        return False
    return digits[1] == "7" or len(re.split(r"[ ().-]+", written.lstrip("("))[0]) >= 3


def _accounts(text: str) -> Iterator[Found]:
    for hit in _HANDLE.finditer(text):
        end = hit.end() - (len(hit[0]) - len(hit[0].rstrip(".")))
        name = text[hit.start() + 1 : end]
        if name.casefold() in _PLAIN_AT or len(name) < 2:
            continue
        sure = not name.isalpha() or cued(_ACCOUNT_CUE, text, hit.start())
        yield found("social_handle", hit.start(), end, sure)
    for hit in _PROFILE.finditer(text):
        yield found("social_handle", hit.start(), hit.end(), True)
    for hit in _USERNAME.finditer(text):
        if cued(_ACCOUNT_CUE, text, hit.start()):
            yield found("social_handle", hit.start(), hit.end(), True)


def _networks(text: str) -> Iterator[Found]:
    for hit in _IPV4.finditer(text):
        parts = [int(part) for part in hit[0].split(".")]
        if max(parts) > 255 or cued(_VERSION, text, hit.start(), 12):
            continue
        sure = max(parts) > 99 or cued(_NETWORK, text, hit.start())
        if sure or max(parts) > 20:
            yield found("ip_address", hit.start(), hit.end(), sure)
    for hit in _IPV6.finditer(text):
        whole = hit[0].count(":") == 7 or "::" in hit[0]
        if whole and len(hit[0]) > 6 and re.search(r"\d", hit[0]):
            yield found("ip_address", hit.start(), hit.end(), True)
    for hit in _MAC.finditer(text):
        yield found("ip_address", hit.start(), hit.end(), True)
