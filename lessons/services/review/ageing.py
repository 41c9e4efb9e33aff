"""Ageing: lessons whose day has come, on which somebody should say whether they are still true."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date

from lessons.domain import access
from lessons.domain.access import Permit, User
from lessons.domain.ageing import CHECK_BY, DUE, OWNER, periods_to
from lessons.domain.deciding import is_person
from lessons.domain.errors import LessonsError, SearchUnavailable
from lessons.domain.lifecycle import Whom
from lessons.domain.query import DEEPEST, Hit, Query
from lessons.domain.record import Stored
from lessons.domain.states import GOOD
from lessons.domain.waiting import held_by
from lessons.library import Library
from lessons.library.reminders import Active, Reminder, tell_once
from lessons.ports import Accounts, Outbox
from lessons.ports.telling import AS
from lessons.services.review.moving import make

MOST = 50  # on a page
AT_ONCE = 200  # of a query that brings all there is, so that few answers need but one


@dataclass(frozen=True, slots=True)
class Due:
    """A lesson to be looked at. stored: trimmed to the reader. day: by which."""

    stored: Stored
    day: date


def due(
    library: Library, reader: User, *, is_account: Callable[[str], bool], most: int = MOST
) -> tuple[Due, ...]:
    """The lessons that this person should look at now, those that wait longest first: their own, and for reviewers
    those as well whose owner has no account to be told by. At most `most`; none where search rests.
    """
    found: list[Due] = []
    try:
        for hit in _waiting(library, reader):
            if not _is_theirs(reader, str(hit.facts.get("owner", "")), is_account):
                continue
            stored = library.peek(reader, hit.id)
            day = stored.record.day("check_by") if stored else None
            if stored and day and day <= library.today and stored.record.line("state") in GOOD:
                found.append(Due(stored, day))
            if len(found) == most:
                break
    except SearchUnavailable:
        return ()
    return tuple(sorted(found, key=lambda each: each.day))


def _is_theirs(reader: User, owner: str, is_account: Callable[[str], bool]) -> bool:
    if is_person(owner, reader):
        return True
    return reader.may(Permit.REVIEW) and not (owner and is_account(owner))


def _waiting(library: Library, reader: User) -> Iterator[Hit]:
    """What is due and this person may read, oldest first: reviewers see the lessons of others too.

    Raises SearchUnavailable.
    """
    periods = tuple(periods_to(library.today))
    every = reader.may(Permit.REVIEW) or isinstance(reader, access.System)
    owners = frozenset() if every else frozenset({held_by(reader.name)})
    whole = _asked(library, reader, frozenset(periods), owners, 0)
    if whole[0] <= AT_ONCE:
        yield from _asked(library, reader, frozenset(periods), owners, AT_ONCE)[1]
        return
    for period in periods:
        yield from _asked(library, reader, frozenset({period}), owners, DEEPEST)[1]


def _asked(
    library: Library, reader: User, periods: frozenset[str], owners: frozenset[str], size: int
) -> tuple[int, list[Hit]]:
    """How many there are in these periods, and those that are due, oldest first."""
    query = Query(
        keys=access.keyring(reader), chosen={CHECK_BY: periods, OWNER: owners}, size=size,
        facets=False, suggest=False,
    )  # fmt: skip
    results = library.search(reader, query, noted=False)
    days = {hit.id: str(hit.facts.get("check_by", "")) for hit in results.hits}
    now = library.today.isoformat()
    hits = [hit for hit in results.hits if days[hit.id] <= now]
    return results.total, sorted(hits, key=lambda hit: (days[hit.id], hit.id))


def still_true(
    library: Library, by: User, seen: Mapping[str, int], *, life: str = ""
) -> dict[str, Stored | LessonsError]:
    """Say of lessons that they are still true. seen: the revision of each that this person saw, by id. life: when to
    look again, "" for as before. The answer for each, by id: as it is now, or why not.
    """
    given = {"life": life} if life else {}
    answers: dict[str, Stored | LessonsError] = {}
    for id, revision in seen.items():
        try:
            answers[id] = make(library, by, id, "still_true", given, expected=revision)
        except LessonsError as error:
            answers[id] = error
    return answers


# --- telling owners ---------------------------------------------------------------------------------


def tell_due(library: Library, outbox: Outbox, accounts: Accounts, *, most: int = 0) -> int:
    """Tell the owner of every lesson that is due, if they have an account and may read it; how many are told now.

    most: see `tell_once`. Raises SearchUnavailable, Busy.
    """
    return tell_once(library, outbox, _reminders(library, Active(accounts)), most=most)


def _reminders(library: Library, people: Active) -> Iterator[Reminder]:
    for hit in _waiting(library, access.SYSTEM):
        # A role, or somebody who has left, is nobody: reviewers look after it.
        for account in people.named([str(hit.facts.get("owner", ""))]):
            stored = library.peek(account.user, hit.id)
            day = stored.record.day("check_by") if stored else None
            if day:
                # Of no revision, so that it is told beside whatever was told of the latest one.
                yield Reminder(account, hit.id, DUE, -day.toordinal(), {AS: Whom.OWNER})
