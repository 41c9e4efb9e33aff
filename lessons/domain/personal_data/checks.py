"""Check digits and letters, each by its published rule."""

import re

_PNC_LETTERS = "ZABCDEFGHJKLMNPQRTUVWXY"
_NI_PAIRS = {"BG", "GB", "NK", "KN", "TN", "NT", "ZZ"}


def luhn(digits: str) -> bool:
    """ISO/IEC 7812 check digit, as on payment cards and IMEI numbers."""
    total = 0
    for place, digit in enumerate(reversed(digits)):
        value = int(digit) * (2 if place % 2 else 1)
        total += value - 9 if value > 9 else value
    return bool(digits) and total % 10 == 0


def nhs_number(digits: str) -> bool:
    """Ten digits whose last is the modulus 11 check of the first nine."""
    if len(digits) != 10 or len(set(digits)) == 1:
        return False
    rest = 11 - sum(int(digit) * (10 - at) for at, digit in enumerate(digits[:9])) % 11
    return rest != 10 and rest % 11 == int(digits[9])


def national_insurance(number: str) -> bool:
    """Prefix letters that are given out; the number itself carries no check digit."""
    first, second = number[0].upper(), number[1].upper()
    allowed = first not in "DFIQUV" and second not in "DFIOQUV"
    return allowed and first + second not in _NI_PAIRS


def pnc_letter(year: str, serial: str, letter: str, width: int = 7) -> bool:
    """The last two digits of the year and the serial, remainder of 23, name the letter.

    A serial is padded to 7 digits on a PNC number and to 6 on a CRO number.
    """
    number = int(year[-2:] + serial.zfill(width))
    return _PNC_LETTERS[number % len(_PNC_LETTERS)] == letter.upper()


def iban(text: str) -> bool:
    """ISO 13616: moved round and read as a number, the remainder of 97 is 1."""
    plain = re.sub(r"\s", "", text).upper()
    turned = plain[4:] + plain[:4]
    return int("".join(str(int(letter, 36)) for letter in turned)) % 97 == 1
