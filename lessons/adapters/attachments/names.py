"""Names of files as they may be kept: one part of a path, that reads as it looks, on every system."""

import re
import unicodedata

LONGEST = 150  # bytes of UTF-8; disks take 255
UNNAMED = "file"
# What Windows takes for a device, with whatever suffix.
_DEVICE = re.compile(r"(?:con|prn|aux|nul|com[0-9¹²³]|lpt[0-9¹²³])(?:\.|$)", re.IGNORECASE)
_FORBIDDEN = re.compile(r'[<>:"|?*\\/%;`$&\'{}\[\]]')
_SUFFIX = re.compile(r"\.[A-Za-z0-9]{1,5}$")


def clean(name: str) -> str:
    """What is left of a name that a browser sent: its last part, without what may be read as a path, a command, or
    turned around by a screen. `clean(clean(n)) == clean(n)`.
    """
    plain = unicodedata.normalize("NFC", name.encode("utf-8", "replace").decode())
    plain = re.split(r"[\\/]", plain)[-1]
    plain = "".join(" " if unicodedata.category(c)[0] in "CZ" else c for c in plain)
    plain = " ".join(_FORBIDDEN.sub(" ", plain).split()).strip(". ")
    suffix = _SUFFIX.search(plain)
    ending = suffix[0] if suffix else ""
    stem = _cut(plain.removesuffix(ending).strip(". -"), LONGEST - len(ending)) or UNNAMED
    if _DEVICE.match(stem + "."):
        stem = f"_{stem}"
    return unicodedata.normalize("NFC", f"{stem}{ending.lower()}")


def numbered(name: str, number: int) -> str:
    """The name of another file of the same name: “plan.pdf” becomes “plan (2).pdf”."""
    if number < 2:
        return name
    suffix = _SUFFIX.search(name)
    ending = suffix[0] if suffix else ""
    more = f" ({number})"
    return f"{_cut(name.removesuffix(ending), LONGEST - len(ending) - len(more))}{more}{ending}"


def _cut(stem: str, most: int) -> str:
    return stem.encode()[:most].decode(errors="ignore").strip(". -")


def is_clean(name: str) -> bool:
    """Whether this may be part of a path as it stands."""
    return bool(name) and clean(name) == name and name not in (".", "..")


def suffix_of(name: str) -> str:
    found = _SUFFIX.search(name)
    return found[0][1:].lower() if found else ""
