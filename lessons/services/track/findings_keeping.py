"""Entering a finding, saying how far it has come, and linking it to what stands behind it."""

from collections.abc import Collection
from dataclasses import replace

from lessons.domain import access
from lessons.domain.access import Permit, User
from lessons.domain.boxes import Form
from lessons.domain.errors import Invalid, NotAllowed, NotFound, Problem
from lessons.domain.findings import SAY_WHY, SHOWN_TO_BE_DONE, may_keep, wrong_dates
from lessons.domain.ledger import Line
from lessons.domain.record import Kind, Record, Revision, Stored, kind_of, tidy_id
from lessons.domain.schema import SHAPES
from lessons.domain.text import N_
from lessons.library import Library
from lessons.library.owning import owner_of
from lessons.ports import Accounts
from lessons.services.track import keeping
from lessons.services.track.findings import LINKED, chain
from lessons.services.track.keeping import Entered

SHAPE = SHAPES[Kind.FINDING]
ENTER, CHANGE, LINK, UNLINK = (
    "finding_entered",
    "finding_changed",
    "finding_linked",
    "finding_unlinked",
)
WHAT = (
    "title",
    "finding_type",
    "body",
    "published",
    "heading",
    "grade",
    "source",
    "reference",
    "text",
    "themes",
)
STEPS = ("finding_status", "status_why", "progress", "responded", "no_response")
RESTRICTION = ("marking", "groups", "restricted_because", "restricted_until")
MOST_LINKS = 100
MOST_FOUND = 20
NO_TYPE = N_("Choose what type of finding it is.")
NO_SUCH = N_("There is no such lesson, action, evaluation or operation. Check the reference.")
TOO_MANY = N_("A finding takes 100 links. Take one away first.")


def boxes(by: User, before: Record) -> tuple[str, ...]:
    """What this person may fill in. Who may read it is settled by those who see how it is restricted."""
    if not by.may(Permit.INSPECT):
        steps = STEPS if may_keep(by, before) else ()
        return (*steps, *(RESTRICTION if by.may(Permit.RESTRICT) else ()))
    hidden = any(before.fields.get(name) for name in RESTRICTION[1:])
    sees = access.sees(by, SHAPE["groups"], before)
    return (*WHAT, "owner", *STEPS, *(() if hidden and not sees else RESTRICTION))


def may_change(by: User, finding: Record) -> bool:
    """Those who keep it, and those who settle who may read a record."""
    return may_keep(by, finding) or by.may(Permit.RESTRICT)


def demand_change(by: User, finding: Record) -> None:
    """Raises NotAllowed."""
    if not may_change(by, finding):
        raise NotAllowed()


def demand(by: User, finding: Record) -> None:
    """Raises NotAllowed."""
    if not may_keep(by, finding):
        raise NotAllowed()


def enter(
    library: Library, accounts: Accounts, by: User, before: Record, form: Form, *,
    confirmed: Collection[str] = (),
) -> Entered:  # fmt: skip
    """As `keeping.entered`, by the rules of a finding. Gaps are those that this person sees."""

    names = boxes(by, before)

    def rules(record: Record) -> list[Problem]:
        """Of what this person can mend."""
        problems = wrong_dates(record, library.today)
        if "finding_type" in names and not record.line("finding_type"):
            problems.append(Problem("finding_type", NO_TYPE))
        if "status_why" in names and _is_unexplained(library, by, record):
            problems.append(Problem("status_why", SAY_WHY))
        return problems

    entry = keeping.entered(library, before, names, form, confirmed=confirmed, rules=rules)
    record = entry.record
    if record.line("finding_status") not in SHOWN_TO_BE_DONE:
        record = record.with_(status_why=None)
    if "owner" not in names:
        return replace(entry, record=record)
    try:
        owner = owner_of(accounts, by, record.line("owner"), before)
    except Invalid as error:
        return replace(entry, record=record, problems=(*entry.problems, *error.problems))
    return replace(entry, record=record.with_(owner=owner or None))


def _is_unexplained(library: Library, by: User, record: Record) -> bool:
    """Whether it is said to be shown, while something is missing and nothing is said of that."""
    if record.line("finding_status") not in SHOWN_TO_BE_DONE or record.line("status_why"):
        return False
    as_if = Stored(record, Revision(0, library.clock(), by.name, CHANGE))
    return bool(chain(library, by, as_if).gaps)


# --- links ------------------------------------------------------------------------------------------
def offers(library: Library, reader: User, finding: Record, typed: str) -> list[Line]:
    """Records whose reference was typed, or whose titles have all of the words; without those linked already.

    Raises SearchUnavailable.
    """
    words, id = typed.casefold().split(), tidy_id(typed)
    if not words:
        return []
    linked = set(finding.keys("links"))
    found = []
    for line in library.ledger(reader, *LINKED):
        title = line.title.casefold()
        if line.id not in linked and (line.id == id or all(word in title for word in words)):
            found.append(line)
            if len(found) == MOST_FOUND:
                break
    return found


def link(library: Library, by: User, id: str, typed: str) -> Stored:
    """Link one more record that this person may read. Raises NotFound, NotAllowed, Invalid, StaleWrite, Busy."""
    now, other = _current(library, by, id), tidy_id(typed)
    if kind_of(other) not in LINKED or library.peek(by, other) is None:
        raise Invalid([Problem("words", NO_SUCH)])
    links = now.record.keys("links")
    if other in links:
        return now
    if len(links) >= MOST_LINKS:
        raise Invalid([Problem("words", TOO_MANY)])
    record = now.record.with_(links=(*links, other))
    return library.save(by, LINK, record, expected=now.revision.number)


def unlink(library: Library, by: User, id: str, other: str) -> Stored:
    """Take one link away that this person can see. Raises NotFound, NotAllowed, StaleWrite, Busy."""
    now = _current(library, by, id)
    links = now.record.keys("links")
    if library.peek(by, other) is None:
        raise NotFound()  # whether it is linked or not
    if other not in links:
        return now
    record = now.record.with_(links=tuple(each for each in links if each != other))
    return library.save(by, UNLINK, record, expected=now.revision.number)


def _current(library: Library, by: User, id: str) -> Stored:
    stored = keeping.current(library, by, id, Kind.FINDING)
    demand(by, stored.record)
    return stored
