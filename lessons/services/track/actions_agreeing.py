"""Agreeing an action because of something learned: what it comes from, who may read it, who owns it, until when."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date

from lessons.domain import access
from lessons.domain.access import Permit, User
from lessons.domain.action_life import AGREE, State
from lessons.domain.boxes import Form
from lessons.domain.due import LONGEST
from lessons.domain.errors import Invalid, LessonsError, NotFound, Problem
from lessons.domain.record import Kind, Record, Stored, kind_of, tidy_id
from lessons.domain.states import State as LessonState
from lessons.domain.text import N_
from lessons.domain.working_days import next_working_day
from lessons.library import Library
from lessons.library.owning import ROLE, active, owner_of
from lessons.ports import Accounts
from lessons.services.track import keeping
from lessons.services.track.actions import ORIGINS
from lessons.services.track.keeping import AS_THERE, Entered

MOST_ORIGINS = 20
FIELDS = (
    "title", "owner", "due", "strength", "lead", "unit", "marking", "restricted_because", "restricted_until",
)  # fmt: skip
IN_THE_PAST = N_("This day has gone by. Enter a day to come.")
TOO_FAR = N_("This day is more than ten years away. Check the year.")
NO_DATE = N_("Enter the day by which it is to be done.")
NO_STRENGTH = N_("Choose what type of action it is.")
MAY_NOT_READ = N_(
    "%(name)s may not read this action, so they cannot own it. Choose somebody who may."
)
LEAD_UNKNOWN = N_("There is no account of that name. Leave this empty for whoever agreed it.")
APART = N_(
    "These records are restricted to different groups. Agree an action for each of them instead."
)


@dataclass(frozen=True, slots=True)
class Origin:
    """What an action comes from. asked: the id that was asked for. over: out of use, so that it is questioned."""

    record: Record
    asked: str

    @property
    def was_merged(self) -> bool:
        return self.asked != self.record.id

    @property
    def over(self) -> bool:
        states = (LessonState.RETIRED, LessonState.NOT_TAKEN, LessonState.MERGED)
        return self.record.kind is Kind.LESSON and self.record.line("state") in states


@dataclass(frozen=True, slots=True)
class Moved:
    """A day that was no working day, and the one taken in its place. holiday: its name, "" for a weekend."""

    was: date
    now: date
    holiday: str


@dataclass(frozen=True, slots=True)
class Prepared:
    """A form as read, and the due date that was moved."""

    entry: Entered
    moved: Moved | None = None


def origins(library: Library, reader: User, ids: Iterable[str]) -> list[Origin]:
    """What these ids lead to; a merged lesson to the one that it became. Raises NotFound, for what this person may
    not read as for what there is not.
    """
    found: dict[str, Origin] = {}
    for typed in list(dict.fromkeys(tidy_id(id) for id in ids))[:MOST_ORIGINS]:
        kind = kind_of(typed)
        stored = library.peek(reader, typed) if kind in ORIGINS else None
        if stored is None:
            raise NotFound()
        record = _became(library, reader, stored.record)
        found.setdefault(record.id, Origin(record, typed))
    return [*found.values()]


def _became(library: Library, reader: User, record: Record) -> Record:
    seen = {record.id}
    while record.line("state") == LessonState.MERGED and record.kind is Kind.LESSON:
        ahead = record.line("replaced_by")
        after = library.peek(reader, ahead) if kind_of(ahead) is Kind.LESSON else None
        if after is None or ahead in seen:
            return record
        seen.add(ahead)
        record = after.record
    return record


def begun(library: Library, by: User, id: str, found: Sequence[Origin]) -> Record:
    """A new action, with what follows from what it comes from. Raises NotAllowed, Invalid."""
    access.demand(by, Permit.AGREE)
    units = {origin.record.line("unit") for origin in found}
    action = Record(id, Kind.ACTION, fields={
        "of": tuple(origin.record.id for origin in found), "action_state": State.OPEN.value, "author": by.name,
        "agreed": library.today, "marking": access.MARKINGS[0], "unit": units.pop() if len(units) == 1 else "",
    })  # fmt: skip
    return restricted_as(library, action)


def restricted_as(library: Library, action: Record) -> Record:
    """For no more people than what it comes from: at least its marking, its groups, and until its day.

    Raises Invalid, where the groups of several have nobody in common.
    """
    whole = [library.records.get(id).record for id in action.keys("of") if _is_there(library, id)]
    marking = access.highest([action.line("marking"), *(each.line("marking") for each in whole)])
    action = action.with_(marking=marking)
    closed = [each for each in whole if _is_closed(each, library.today)]
    if closed:
        common = set.intersection(*(set(each.keys("groups")) for each in closed))
        if not common:
            raise Invalid([Problem("", APART)])
        days = [each.day("restricted_until") for each in closed]
        until = None if None in days else max(day for day in days if day)
        action = action.with_(groups=tuple(sorted(common)), restricted_until=until)
    if (closed or access.is_sensitive(action)) and not action.line("restricted_because"):
        action = action.with_(restricted_because=AS_THERE)
    return action


def _is_there(library: Library, id: str) -> bool:
    try:
        library.records.get(id)
    except LessonsError:
        return False
    return True


def _is_closed(record: Record, today: date) -> bool:
    until = record.day("restricted_until")
    return bool(record.keys("groups")) and (until is None or until >= today)


def prepared(
    library: Library, accounts: Accounts, by: User, before: Record, form: Form, *, is_role: bool = False,
    confirmed: Collection[str] = keeping.NOTHING,
) -> Prepared:  # fmt: skip
    """A new action as the form has it. before: of `begun`. is_role: whether the owner was said to be a role."""
    entry = keeping.entered(
        library, before, FIELDS, form, confirmed=confirmed, rules=lambda record: _of_new(library, record)
    )  # fmt: skip
    until = before.fields.get("restricted_until") or entry.record.fields.get("restricted_until")
    kept = restricted_as(library, entry.record.with_(restricted_until=until))
    owned, problems = with_people(library, accounts, by, before, kept, is_role=is_role)
    due, moved = working_day(library, owned)
    there = {problem.field for problem in entry.problems}
    more = [problem for problem in problems if problem.field not in there]
    return Prepared(replace(entry, record=due, problems=(*entry.problems, *more)), moved)


def _of_new(library: Library, record: Record) -> list[Problem]:
    problems = day_problems(library, record)
    if record.day("due") is None:
        problems.append(Problem("due", NO_DATE))
    if not record.line("strength"):
        problems.append(Problem("strength", NO_STRENGTH))
    return problems


def day_problems(library: Library, record: Record) -> list[Problem]:
    """What is wrong with a due date that is set today."""
    due = record.day("due")
    if due is not None and due < library.today:
        return [Problem("due", IN_THE_PAST)]
    if due is not None and (due - library.today).days > LONGEST:
        return [Problem("due", TOO_FAR)]
    return []


def working_day(library: Library, record: Record) -> tuple[Record, Moved | None]:
    """The action due on a working day."""
    due = record.day("due")
    if due is None or due < library.today or (due - library.today).days > LONGEST:
        return record, None
    holiday = library.timetable.holiday
    now = next_working_day(due, holiday)
    return (record, None) if now == due else (record.with_(due=now), Moved(due, now, holiday(due)))  # fmt: skip


def with_people(
    library: Library, accounts: Accounts, by: User, before: Record, record: Record, *, is_role: bool
) -> tuple[Record, list[Problem]]:  # fmt: skip
    """With owner and lead as accounts spell them, and what is wrong with either."""
    problems: list[Problem] = []
    typed, lead = record.line("owner"), record.line("lead")
    if typed and typed != before.line("owner"):
        said = f"{ROLE}{typed}" if is_role else typed
        try:
            record = record.with_(owner=owner_of(accounts, by, said, before))
        except Invalid as error:
            problems += error.problems
    if lead and lead != before.line("lead"):
        spelt = {access.plain_name(name): name for name in active(accounts)}
        found = spelt.get(access.plain_name(lead))
        problems += [] if found else [Problem("lead", LEAD_UNKNOWN)]
        record = record.with_(lead=found or lead)
    closer = any(before.fields.get(n) != record.fields.get(n) for n in ("marking", "groups"))
    for name in ("owner", "lead"):
        new = record.line(name) != before.line(name)
        if (new or closer) and not _may_read(library, accounts, record.line(name), record):
            values = (("name", record.line(name)),)
            problems.append(Problem(name if new else "marking", MAY_NOT_READ, values=values))
    return record, problems


def _may_read(library: Library, accounts: Accounts, name: str, record: Record) -> bool:
    """Whether somebody with an account may read it; of others nobody knows."""
    try:
        account = accounts.get(name) if name else None
    except NotFound:
        return True
    return account is None or access.may_read(account.user, record, library.today)


def agree(library: Library, by: User, entry: Entered) -> Stored:
    """Raises as `keeping.keep` does."""
    return keeping.keep(library, by, AGREE, entry, expected=0)
