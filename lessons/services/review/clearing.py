"""Clearing a lesson: each thing found in its text is taken out, put more generally, or said to be none, and why."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass

from lessons.domain.access import User
from lessons.domain.clearing import Marked, fingerprint, marked, too_high
from lessons.domain.errors import Problem
from lessons.domain.personal_data import Flag
from lessons.domain.record import Record, Row
from lessons.domain.schema import SHAPES, Field, Type
from lessons.domain.text import N_
from lessons.services.review.replacing import Answers, Do, of_officer, rewritten

LONGEST_WORDS = 200  # characters put in place of what was found
LONGEST_WHY = 300


# What to write in place of it, by kind of flag; of the others nothing is left.
INSTEAD: Mapping[str, str] = {
    "collar": N_("an officer"),
    "birth_date": N_("an adult"),
    "phone": N_("a phone number"),
    "email": N_("a team mailbox"),
    "social_handle": N_("a social media account"),
    "postcode": N_("the district"),
    "address": N_("a home in the district"),
    "location": N_("a place in the district"),
    "vehicle": N_("a vehicle"),
    "prison_number": N_("a serving prisoner"),
    "crime_ref": N_("a case"),
    "custody_ref": N_("a custody record"),
    "imei": N_("a handset"),
    "bank": N_("a bank account"),
    "crypto_wallet": N_("a cryptoasset wallet"),
    "ip_address": N_("an internet connection"),
    "source": N_("intelligence suggested"),
    "technical_method": N_("a covert tactic"),
    "covert": N_("a covert tactic"),
}


OFFICER, PERSON = N_("an officer"), N_("a person")


@dataclass(frozen=True, slots=True)
class Found:
    """One thing to clear: the same words as the same kind, however often they stand in the text.

    instead: a proposal to write, "" for none. why, by: of a person who said that it may stay. only_remove: nobody can
    say so of this one.
    """

    key: str
    flag: Flag
    fields: tuple[Field, ...]
    times: int
    instead: str
    why: str
    by: str
    only_remove: bool

    @property
    def cleared(self) -> bool:
        return bool(self.why.strip()) and not self.only_remove


def found(record: Record, marks: Iterable[Marked]) -> list[Found]:
    """What is to be cleared, in the order of the text. marks: of this record, as from `domain.clearing.marked`."""
    places: dict[str, list[Marked]] = {}
    for each in marks:
        places.setdefault(fingerprint(each.flag), []).append(each)
    said = {row.get("flag", ""): row for row in record.rows("cleared")}
    return [_found(record, key, each, said.get(key, {})) for key, each in places.items()]


def _instead(record: Record, places: Sequence[Marked]) -> str:
    """What is proposed to be written: whoever has a rank anywhere in the text is an officer."""
    if places[0].flag.kind != "name":
        return INSTEAD.get(places[0].flag.kind, "")
    officer = any(of_officer(_words(record, each.field.name), each.flag) for each in places)
    return OFFICER if officer else PERSON


def _found(record: Record, key: str, places: Sequence[Marked], said: Row) -> Found:
    flag = places[0].flag
    blocked = any(too_high(each.flag) for each in places)
    return Found(
        key,
        flag,
        tuple({each.field.name: each.field for each in places}.values()),
        len(places),
        "" if blocked else _instead(record, places),
        said.get("why", ""),
        said.get("by", ""),
        blocked,
    )


@dataclass(frozen=True, slots=True)
class Piece:
    """A stretch of a field's text; key: of what was found there, "" for plain words."""

    text: str
    key: str = ""


def pieces(record: Record, marks: Iterable[Marked], around: int = 160) -> dict[str, list[Piece]]:
    """The text about everything that was found, by field. marks: as in `found`. around: characters shown on either
    side of it.
    """
    return {
        name: list(_pieces(_words(record, name), flags, around))
        for name, flags in _by_field(marks).items()
    }


def _by_field(marks: Iterable[Marked]) -> dict[str, list[Flag]]:
    found: dict[str, list[Flag]] = {}
    for each in marks:
        found.setdefault(each.field.name, []).append(each.flag)
    return found


def _pieces(text: str, flags: Sequence[Flag], around: int) -> Iterable[Piece]:
    end = 0
    for flag in flags:
        before = text[end : flag.start]
        if not end:
            yield Piece(_tail(before, around))
        elif len(before) > 2 * around:
            yield Piece(_head(before, around) + " " + _tail(before, around))
        else:
            yield Piece(before)
        yield Piece(flag.text, fingerprint(flag))
        end = flag.end
    yield Piece(_head(text[end:], around))


def _tail(text: str, most: int) -> str:
    """The last characters, from a whole word on."""
    return text if len(text) <= most else "… " + text[-most:].partition(" ")[2]


def _head(text: str, most: int) -> str:
    return text if len(text) <= most else text[:most].rpartition(" ")[0] + " …"


def _words(record: Record, name: str) -> str:
    return record.texts.get(name) or record.line(name)


# --- doing what was said ---------------------------------------------------------------------------
def problems(answers: Answers) -> list[Problem]:
    """What is missing in what a reviewer said, by box."""
    wrong: list[Problem] = []
    for key, answer in answers.items():
        if answer.do is Do.REPLACE and not answer.words.strip():
            wrong.append(Problem(f"flag-{key}-words", N_("Say what to write in its place.")))
        if answer.do is Do.STAY and not answer.why.strip():
            wrong.append(Problem(f"flag-{key}-why", N_("Say why it may stay.")))
        if max(len(answer.words) - LONGEST_WORDS, len(answer.why) - LONGEST_WHY) > 0:
            wrong.append(Problem(f"flag-{key}", N_("This is too long. Say it in a few words.")))
    return wrong


def cleared(record: Record, known: Collection[str], answers: Answers, by: User) -> Record:
    """The record with its text changed as was said, and what may stay in it noted with the reason and who gave it."""
    changes: dict[str, str] = {}
    texts: dict[str, str] = {}
    for name, flags in _by_field(marked(record, known)).items():
        words = _words(record, name)
        written = rewritten(words, flags, answers)
        if written != words:
            (texts if SHAPES[record.kind][name].type is Type.TEXT else changes)[name] = written
    changed = record.with_(**changes).with_texts(**texts)
    return changed.with_(cleared=_rows(changed, known, answers, by) or None)


def _rows(record: Record, known: Collection[str], answers: Answers, by: User) -> tuple[Row, ...]:
    """One for each thing that is still in the text and may stay there."""
    before = {row.get("flag", ""): row for row in record.rows("cleared")}
    rows: dict[str, Row] = {}
    for each in marked(record, known):
        key = fingerprint(each.flag)
        answer = answers.get(key)
        if answer and answer.do is Do.STAY and answer.why.strip() and not too_high(each.flag):
            said = {"flag": key, "kind": each.flag.kind, "why": answer.why.strip(), "by": by.name}
            same = before.get(key, {}).get("why") == said["why"]
            rows[key] = before[key] if same else said
        elif key in before:
            rows[key] = before[key]
    return tuple(rows.values())
