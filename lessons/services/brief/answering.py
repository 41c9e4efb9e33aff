"""What the leads do with each lesson of a pack: applied, not relevant, or not yet; SIO and LRO apart."""

import hashlib
import json
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

from lessons.domain.access import User
from lessons.domain.briefings import (
    DEBRIEF,
    LEAD_ROLES,
    Answer,
    roles_of,
    rows_of,
    version_of,
    with_answers,
)
from lessons.domain.clearing import fingerprint, to_look_at, too_high
from lessons.domain.errors import MarkingTooHigh, NotAllowed, NotFound, Problem, StaleWrite
from lessons.domain.personal_data import Flag, scan
from lessons.domain.record import Kind, Record, Row, Stored, kind_of
from lessons.domain.schema import too_long
from lessons.domain.text import N_
from lessons.library import Library
from lessons.services.brief.arranging import in_order
from lessons.services.brief.asking import operation_of
from lessons.services.brief.reading import Entry, Since, entry_of

VERB = "answer"
LONGEST = 300  # characters of how or why
TRIES = 5
NOTHING: frozenset[str] = frozenset()
OUT_OF_USE = frozenset({Since.RETIRED, Since.MERGED, Since.REOPENED})

ASKED = {
    Answer.APPLIED: N_("Lesson %(number)s: say in a few words how it is applied."),
    Answer.NOT_RELEVANT: N_("Lesson %(number)s: say in a few words why it does not fit."),
}
CHOOSE = N_("Lesson %(number)s: choose one of the answers.")
NO_LEAD = N_(
    "The SIO and the LRO of the operation answer. You see their answers on the page of the briefing."
)


class Given(NamedTuple):
    """An answer as typed."""

    answer: str = Answer.NOT_YET
    how: str = ""


class Meanwhile(StaleWrite):
    """The same lead answered otherwise from another page; nothing was kept of this one."""


@dataclass(frozen=True, slots=True)
class Asked:
    """A lesson of the pack, trimmed to its reader, with the answers to it by role. number: its place there."""

    entry: Entry
    rows: Mapping[str, Row]
    number: int

    @property
    def id(self) -> str:
        return self.entry.id

    @property
    def title(self) -> str:
        """As it was issued, where that may still be read."""
        return self.entry.shown.title

    @property
    def is_asked(self) -> bool:
        """Whether it still holds good: of what is retired, merged or taken back, no answer is asked."""
        return self.entry.since not in OUT_OF_USE

    def given(self, role: str) -> Given:
        row = self.rows.get(role, {})
        return Given(row.get("answer", "") or Answer.NOT_YET, row.get("how", ""))

    def seen(self, role: str) -> str:
        """Changes whenever what this lead answers to it does."""
        return _print_of(self.given(role))

    @property
    def outcome(self) -> str:
        """What its debrief told of it; "" before."""
        return self.rows.get(DEBRIEF, {}).get("outcome", "")


def _print_of(given: Given) -> str:
    return hashlib.sha256(json.dumps(given).encode()).hexdigest()[:10]


UNANSWERED = _print_of(Given())


@dataclass(frozen=True, slots=True)
class Sheet:
    """The lessons of the pack as it stands that a reader may read, in the order of its page. roles: as which lead they
    answer.
    """

    stored: Stored
    roles: tuple[str, ...]
    asked: tuple[Asked, ...]

    @property
    def record(self) -> Record:
        return self.stored.record

    @property
    def version(self) -> int:
        return version_of(self.record)

    @property
    def leads(self) -> Sequence[str]:
        return LEAD_ROLES

    @property
    def markings(self) -> list[str]:
        held = (r for each in self.asked for r in (each.entry.now, each.entry.shown))
        return [record.line("marking") for record in (self.record, *held)]

    def open_for(self, role: str) -> int:
        """How many this lead has not settled."""
        return sum(each.given(role).answer == Answer.NOT_YET for each in self.waiting)

    @property
    def waiting(self) -> list[Asked]:
        """Those that answers are asked of."""
        return [each for each in self.asked if each.is_asked]

    @property
    def begun(self) -> bool:
        """Whether anybody answered, before or after the operation."""
        return any(each.rows for each in self.asked)

    @property
    def open_as(self) -> list[str]:
        """The leads as whom this person has lessons left to answer."""
        return [role for role in self.roles if self.open_for(role)]

    @property
    def looked_back(self) -> bool:
        """Whether a debrief told what became of any of them."""
        return any(each.outcome for each in self.asked)


@dataclass(frozen=True, slots=True)
class Answered:
    """What became of a form. problems: at boxes `answer-<lesson>` and `how-<lesson>`; marked: what must be looked at,
    by such a box. Answers with either were not kept. left: how many were given to lessons that stand there no more.
    """

    sheet: Sheet
    problems: tuple[Problem, ...] = ()
    marked: Mapping[str, Sequence[Flag]] = field(default_factory=dict)
    left: int = 0


def sheet(library: Library, reader: User, id: str) -> Sheet:
    """Raises NotFound."""
    stored = library.peek(reader, id) if kind_of(id) is Kind.BRIEFING else None
    if stored is None:
        raise NotFound()
    given = rows_of(stored.record, "answers")
    entries = (entry_of(library, reader, row) for row in stored.record.rows("lessons"))
    asked = tuple(
        Asked(
            each, {role: row for (lesson, role), row in given.items() if lesson == each.id}, number
        )
        for number, each in enumerate(in_order(library, filter(None, entries)), 1)
    )
    operation = operation_of(library, reader, stored.record)
    return Sheet(stored, roles_of(reader, operation), asked)


def answer(
    library: Library, by: User, id: str, role: str, given: Mapping[str, Given], *,
    seen: Mapping[str, str],
    confirmed: Collection[str] = NOTHING,
) -> Answered:  # fmt: skip
    """Keep what a lead answers, by lesson; a lesson that is not named stays as it was. What the other lead answers at
    the same moment stays as well.

    seen: by lesson, `Asked.seen` of this role as the page showed it. confirmed: fingerprints of flags that were
    looked at. Raises NotFound, NotAllowed, MarkingTooHigh, Meanwhile, Busy.
    """
    for _ in range(TRIES):
        now = sheet(library, by, id)
        if role not in now.roles:
            raise NotAllowed(NO_LEAD)
        good, problems, marked = _looked_at(library, now, role, given, confirmed)
        after = with_answers(now.record, role, good)
        left = sum(words.answer != Answer.NOT_YET for lesson, words in given.items()
                   if lesson not in {each.id for each in now.asked})  # fmt: skip
        if after.rows("answers") != now.record.rows("answers"):
            if any(each.seen(role) != seen.get(each.id, UNANSWERED)
                   for each in now.asked if each.id in good):  # fmt: skip
                raise Meanwhile(id)
            try:
                _keep(library, by, now, role, good)
            except StaleWrite:
                continue  # the other lead was first: their rows are read, and ours put beside them
        return Answered(sheet(library, by, id), tuple(problems), marked, left)
    raise StaleWrite(id)


def _keep(library: Library, by: User, now: Sheet, role: str, good: Mapping[str, Row]) -> None:
    """The record as it is kept, whole: a reader's view of it may be trimmed. Raises StaleWrite, Busy."""
    whole = library.records.get(now.record.id)
    if whole.revision.number != now.stored.revision.number:
        raise StaleWrite(now.record.id)
    after = with_answers(whole.record, role, good)
    library.save(by, VERB, after, expected=whole.revision.number)


def _looked_at(
    library: Library, now: Sheet, role: str, given: Mapping[str, Given], confirmed: Collection[str]
) -> tuple[dict[str, Row], list[Problem], dict[str, Sequence[Flag]]]:
    """The rows that can be kept, and what stands against the others. Raises MarkingTooHigh."""
    rows: dict[str, Row] = {}
    problems: list[Problem] = []
    marked: dict[str, Sequence[Flag]] = {}
    known = library.vocabularies.words
    for each in now.asked:
        id, was = each.id, each.given(role)
        said = given.get(id, was)
        if said == was:
            continue
        flags = _new(scan(said.how, known=known), scan(was.how, known=known), confirmed)
        wrong = _wrong(each, said)
        if any(too_high(flag) for flag in flags):
            raise MarkingTooHigh()
        if wrong:
            problems.append(wrong)
        if flags:
            marked[f"how-{id}"] = flags
        if not wrong and not flags:
            rows[id] = {"answer": said.answer, "how": said.how}
    return rows, problems, marked


def _new(found: Sequence[Flag], before: Sequence[Flag], confirmed: Collection[str]) -> list[Flag]:
    seen = {*confirmed, *(fingerprint(flag) for flag in before)}
    return [flag for flag in found if to_look_at(flag, seen)]


def _wrong(each: Asked, said: Given) -> Problem | None:
    id, number = each.id, (("number", str(each.number)),)
    if said.answer not in set(Answer):
        return Problem(f"answer-{id}", CHOOSE, values=number)
    if not said.how and said.answer in ASKED:
        return Problem(f"how-{id}", ASKED[Answer(said.answer)], values=number)
    return too_long(f"how-{id}", LONGEST) if len(said.how) > LONGEST else None
