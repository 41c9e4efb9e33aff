"""Why a lesson stands in a pack: kept in the record as plain words, and said in the reader's language."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum

from lessons.domain.text import N_


class Why(StrEnum):
    """Reasons, the most telling first: in this order they are said."""

    OPERATION = "operation"
    CHOSEN = "chosen"
    NAMED = "named"
    SPEAKS = "speaks"
    WARNING = "warning"
    AGAIN = "again"
    TACTIC = "tactic"
    VULNERABILITY = "vulnerability"
    THREAT = "threat"
    PARTNER = "partner"
    THEME = "theme"
    PLACE = "place"
    STRAND = "strand"
    UNIT = "unit"
    WORDS = "words"
    LIKE = "like"
    LEARNED = "learned"
    KEEP = "keep"
    DID_NOT = "did_not"
    WORKED = "worked"
    FRESH = "fresh"


@dataclass(frozen=True, slots=True)
class Said:
    """words: to be translated, with %(terms)s where the reason has keys. vocabulary: whose keys they are; "" for plain
    words.
    """

    words: str
    vocabulary: str = ""


SAID: Mapping[Why, Said] = {
    Why.OPERATION: Said(N_("From this operation")),
    Why.CHOSEN: Said(N_("Added by hand")),
    Why.NAMED: Said(N_("The plan names it")),
    Why.SPEAKS: Said(N_("It speaks of: %(terms)s")),
    Why.WARNING: Said(N_("A warning")),
    Why.AGAIN: Said(N_("Has happened again")),
    Why.TACTIC: Said(N_("Same tactic: %(terms)s"), "tactic"),
    Why.VULNERABILITY: Said(N_("Same vulnerability: %(terms)s"), "vulnerability"),
    Why.THREAT: Said(N_("Same threat: %(terms)s"), "threat"),
    Why.PARTNER: Said(N_("Same partner: %(terms)s"), "partner"),
    Why.THEME: Said(N_("Same theme: %(terms)s"), "theme"),
    Why.PLACE: Said(N_("Same kind of place: %(terms)s"), "place_type"),
    Why.STRAND: Said(N_("Same 4P strand: %(terms)s"), "four_p"),
    Why.UNIT: Said(N_("Same unit or team")),
    Why.WORDS: Said(N_("Same words: %(terms)s")),
    Why.LIKE: Said(N_("Like the plan in what it says")),
    Why.LEARNED: Said(N_("Learned: the change has lasted")),
    Why.KEEP: Said(N_("Something to keep doing")),
    Why.DID_NOT: Said(N_("Something that did not work")),
    Why.WORKED: Said(N_("Worked for others who were briefed with it")),
    Why.FRESH: Said(N_("Recent")),
}


@dataclass(frozen=True, slots=True)
class Reason:
    """terms: keys of `SAID[why].vocabulary`, or plain words."""

    why: Why
    terms: tuple[str, ...] = ()


_UNSAFE = re.compile(r"[;:,\s]+")


def as_words(reasons: Iterable[Reason]) -> str:
    """As a record keeps them: “tactic: arrest_phase, search_warrant; learned”. `reasons_in` is the way back."""
    return "; ".join(
        f"{each.why}: {', '.join(terms)}" if (terms := _plain(each.terms)) else str(each.why)
        for each in reasons
    )


def _plain(terms: Iterable[str]) -> list[str]:
    return [plain for term in terms if (plain := _UNSAFE.sub(" ", term).strip())]


def reasons_in(words: str) -> tuple[Reason | str, ...]:
    """What a record keeps, piece by piece; what a person wrote by hand comes back as it is."""
    found: list[Reason | str] = []
    for piece in filter(None, (each.strip() for each in words.split(";"))):
        name, colon, terms = piece.partition(":")
        why = Why(name.strip()) if name.strip() in set(Why) else None
        if why is None or bool(colon) != ("%(terms)s" in SAID[why].words):
            found.append(piece)
        else:
            found.append(Reason(why, tuple(t for each in terms.split(",") if (t := each.strip()))))
    return tuple(found)
