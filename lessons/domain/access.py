"""Who may read and do what: one table, for pages, search, API and command line alike.

Reading is decided with keys. `audience(record)` is the set of keys of which any one opens the record;
`keyring(reader)` is the set that a person holds; a person may read a record exactly when the two meet.
The index stores the audience, so that a hit, a count, a facet and a suggestion are trimmed by the same rule.
"""

import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import KW_ONLY, dataclass
from datetime import date
from enum import StrEnum
from functools import lru_cache

from lessons.domain.errors import NotAllowed
from lessons.domain.record import Kind, Record
from lessons.domain.schema import SHAPES, Field, Seen
from lessons.domain.states import CLEARED


class Role(StrEnum):
    """What a person is here for. One each; labels and help stand in the vocabulary `role`."""

    OFFICER = "officer"
    REVIEWER = "reviewer"
    LEAD = "lead"
    ANALYST = "analyst"
    LIAISON = "liaison"
    DISCLOSURE = "disclosure"
    ADMIN = "admin"
    PARTNER = "partner"


class Permit(StrEnum):
    """Something a person may do."""

    SEND = "send a debrief"
    SEARCH = "search"
    REVIEW = "review what came in"
    STEER = "take a lesson further"
    CHECK = "check that a change lasts"
    RESTRICT = "restrict a record"
    CORRECT = "add a correction to a debrief"
    MANAGE_PEOPLE = "manage people"
    MANAGE_LISTS = "manage lists and themes"
    IMPORT = "import records"
    REGISTER = "keep the register of operations"
    EVALUATE = "evaluate an activity"
    AGREE = "agree an action"
    INSPECT = "keep inspection findings"
    DISCLOSE = "list and export what may be disclosed"
    FIGURES = "see the figures"
    OVERSEE = "see to what falls due in the force"
    MONTHLY = "take the monthly pack"
    BRIEF = "make a briefing"


STAFF = frozenset(Role) - {Role.PARTNER}

GRANTS: Mapping[Permit, frozenset[Role]] = {
    Permit.SEND: STAFF,
    Permit.SEARCH: frozenset(Role),
    Permit.REVIEW: frozenset({Role.REVIEWER}),
    Permit.STEER: frozenset({Role.REVIEWER, Role.LEAD}),
    Permit.CHECK: frozenset({Role.REVIEWER, Role.LEAD, Role.ANALYST}),
    Permit.RESTRICT: frozenset({Role.REVIEWER, Role.DISCLOSURE}),
    Permit.CORRECT: frozenset({Role.REVIEWER, Role.DISCLOSURE}),
    Permit.MANAGE_PEOPLE: frozenset({Role.ADMIN}),
    Permit.MANAGE_LISTS: frozenset({Role.REVIEWER, Role.ADMIN}),
    Permit.IMPORT: frozenset({Role.ADMIN}),
    Permit.REGISTER: frozenset({Role.LEAD, Role.ANALYST, Role.REVIEWER}),
    Permit.EVALUATE: frozenset({Role.LEAD, Role.ANALYST, Role.REVIEWER}),
    Permit.AGREE: frozenset({Role.LEAD, Role.ANALYST, Role.REVIEWER, Role.LIAISON}),
    Permit.INSPECT: frozenset({Role.LIAISON, Role.ANALYST}),
    Permit.DISCLOSE: frozenset({Role.DISCLOSURE}),
    Permit.FIGURES: STAFF,
    Permit.OVERSEE: frozenset({Role.LEAD, Role.ANALYST}),
    Permit.MONTHLY: frozenset({Role.LEAD, Role.ANALYST, Role.REVIEWER, Role.LIAISON}),
    Permit.BRIEF: frozenset({Role.OFFICER, Role.LEAD, Role.ANALYST, Role.REVIEWER}),
}

# Whoever holds one of these keys may read every record that opens to all of them.
EVERY_STAFF = frozenset(f"role:{role}" for role in STAFF)

# Who reads OFFICIAL-SENSITIVE lessons without being their author or a named reader.
NEED_TO_KNOW = frozenset({Role.REVIEWER, Role.LEAD, Role.ANALYST, Role.LIAISON, Role.DISCLOSURE})
# Who reads every debrief record and every lesson not yet cleared; leads read the debriefs of their own operations
# (`readers`).
KEEPERS = frozenset({Role.REVIEWER, Role.DISCLOSURE})

MARKINGS = ("official", "official_sensitive")  # rising


def highest(markings: Iterable[str]) -> str:
    """The marking that a page of several records carries; a word that is no marking of ours counts as the top one."""
    return MARKINGS[max((_height(m) for m in markings), default=0)]


def _height(marking: str) -> int:
    return (
        MARKINGS.index(marking or MARKINGS[0]) if marking in ("", *MARKINGS) else len(MARKINGS) - 1
    )


@dataclass(frozen=True, slots=True)
class User:
    """A person signed in, or a program acting as one. `name` is unique and is what records hold."""

    name: str
    role: Role
    _: KW_ONLY
    groups: frozenset[str] = frozenset()
    language: str = "en"

    def may(self, permit: Permit) -> bool:
        return self.role in GRANTS[permit]


# The command line on the machine itself, which can read the files anyway.
SYSTEM_NAME = "system"
EVERYTHING = "everything"


@dataclass(frozen=True, slots=True)
class System(User):
    """The machine acting for itself: rebuilding, importing, exporting. It holds every key."""


SYSTEM = System(SYSTEM_NAME, Role.ADMIN)


def keyring(reader: User) -> frozenset[str]:
    """The keys that a person holds."""
    if isinstance(reader, System):
        return frozenset({EVERYTHING})
    keys = {f"role:{reader.role}", _person(reader.name)}
    keys |= {_member(group, reader.role) for group in reader.groups}
    return frozenset(keys)


def audience(record: Record, today: date) -> frozenset[str]:
    """The keys of which any one opens this record today.

    Groups only ever restrict: of those whose role would open the record without them, they leave the members.
    """
    groups = record.keys("groups")
    until = record.day("restricted_until")
    always = {EVERYTHING, *_persons(record)}
    roles = _roles(record)
    if groups and (until is None or until >= today):
        members = {_member(group, role) for group in groups for role in roles}
        return frozenset(always | members | {f"role:{Role.DISCLOSURE}"})
    return frozenset(always | {f"role:{role}" for role in roles})


def _member(group: str, role: Role) -> str:
    return f"group:{group}/role:{role}"


def _person(name: str) -> str:
    """The same key however the name is typed into a file: accounts are told apart without regard to case."""
    return f"person:{name.casefold()}"


def _persons(record: Record) -> set[str]:
    return {_person(name) for name in (record.line("author"), *record.keys("readers")) if name}


def _roles(record: Record) -> frozenset[Role]:
    if record.kind is Kind.DEBRIEF:
        return KEEPERS
    if record.kind is Kind.LESSON and record.line("state") not in CLEARED:
        return KEEPERS
    if is_sensitive(record):
        return NEED_TO_KNOW
    if record.kind is Kind.THEME and _is_unlooked_at(record):
        return STAFF
    if record.kind is Kind.THEME or (record.kind is Kind.LESSON and record.flag("partner_safe")):
        return frozenset(Role)
    return STAFF


def _is_unlooked_at(theme: Record) -> bool:
    """Whether its words are those of whoever asked for it: it waits for a reviewer, or was not taken into use."""
    state = theme.line("theme_state")
    return state == "proposed" or (state == "retired" and bool(theme.line("asked_by")))


def may_read(reader: User, record: Record, today: date) -> bool:
    return not audience(record, today).isdisjoint(keyring(reader))


# Fields of a record that say who may know of it, and no word of what it says.
WHO_MAY_KNOW = (
    "state", "marking", "groups", "restricted_until", "author", "readers", "partner_safe",
)  # fmt: skip


def without_words(record: Record) -> Record:
    """What is left of a text that was destroyed: it opens to the same people, and says nothing."""
    kept = {name: record.fields[name] for name in WHO_MAY_KNOW if name in record.fields}
    return Record(record.id, record.kind, fields=kept)


@lru_cache(maxsize=4096)
def plain_name(name: str) -> str:
    """A name in a record as people are told apart: without regard to case, to blanks, and to how letters are coded."""
    return " ".join(unicodedata.normalize("NFKC", name).casefold().split())


def is_sensitive(record: Record) -> bool:
    """Whether it is more than OFFICIAL; a marking that nobody knows counts as the highest."""
    return highest([record.line("marking")]) != MARKINGS[0]


def is_open(record: Record) -> bool:
    """Whether everybody may read it, whoever they are and whatever the day."""
    keys = {f"role:{role}" for role in Role}
    return not record.keys("groups") and keys <= audience(record, date.min)


def sees(reader: User, field: Field, record: Record) -> bool:
    """Whether a person who may read the record also sees this field of it."""
    if field.seen is Seen.BY_ALL or isinstance(reader, System):
        return True
    return reader.role in KEEPERS or _person(reader.name) == _person(record.line("author"))


def visible(reader: User, record: Record) -> Record:
    """The record without the fields that this person does not see."""
    hidden = [f.name for f in SHAPES[record.kind].fields if not sees(reader, f, record)]
    return record.with_(**dict.fromkeys(hidden)) if hidden else record


def demand(reader: User, permit: Permit) -> None:
    """Raises NotAllowed, in words that say who can help."""
    if not isinstance(reader, System) and not reader.may(permit):
        raise NotAllowed()
