"""Questions about a plan: what the service sees of each by itself, and what people answer to them."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import date

from lessons.domain import access, tailored
from lessons.domain.access import User
from lessons.domain.boxes import Form, words
from lessons.domain.briefings import UNKEPT, in_pack, version_of
from lessons.domain.clearing import LOOK, Marked, fingerprint, marked, to_look_at, too_high
from lessons.domain.errors import (
    Invalid,
    LessonsError,
    MarkingTooHigh,
    NotAllowed,
    NotFound,
    Problem,
    SearchUnavailable,
    StaleWrite,
)
from lessons.domain.plan_answers import (
    COLUMNS,
    NOTE_LIMIT,
    Answers,
    Merged,
    answers_of,
    may_check,
    merged,
    rows,
)
from lessons.domain.plan_checks import Check, Known, Observation, Owner, observe
from lessons.domain.query import Query
from lessons.domain.record import Kind, Record, Row, Stored, kind_of
from lessons.domain.tailored import Run, runs, sentences
from lessons.domain.text import N_
from lessons.library import Library
from lessons.ports import Accounts, Notebook
from lessons.services.brief import drafts
from lessons.services.brief.asking import operation_of
from lessons.services.brief.drafts import Draft

LIST, ANSWERS = "plan_check", "check_answer"  # of questions, and of what may be answered
COMPARED = 40  # plans that are most like this one
MOST_READ = 20_000  # characters of a plan that others are looked for by
READ_PLAN = N_("Of this briefing, only the box for the plan is read.")
READ_BOTH = N_("The box for the plan and the operation order of this draft were read.")
READ_ORDER = N_("The box for the plan is empty, so the operation order of this draft was read.")
READ_SUMMARY = N_(
    "The box for the plan is empty, so what the register says of the operation was read."
)
CHOOSE = N_("Choose one of the answers.")
TOO_LONG = N_("Keep the note to %(most)s characters. Nothing you typed was lost.")


class Refused(Invalid):
    """Not kept. marked: what was found in notes, by box."""

    def __init__(self, problems: Sequence[Problem], marks: Mapping[str, Sequence[Marked]]) -> None:
        super().__init__(problems)
        self.marked = marks


@dataclass(frozen=True, slots=True)
class Question:
    """One of the list. lessons: those of the pack that bear on it, as far as this person may read them."""

    key: str
    seen: Sequence[Observation]
    lessons: Sequence[Record]


@dataclass(frozen=True, slots=True)
class Looked:
    """markings: of all that was looked at and is told of. read: what was taken for the plan, as a message."""

    questions: Sequence[Question]
    markings: Sequence[str]
    read: str


# --- what is asked ---------------------------------------------------------------------------------
def keys_of(library: Library, briefing: Record) -> list[str]:
    """The questions that the list has today, and those answered here that it has no more."""
    current = [term.key for term in library.vocabularies[LIST].current]
    return list(dict.fromkeys([*current, *answers_of(briefing)]))


def look(
    library: Library, reader: User, briefing: Record, accounts: Accounts, order: str = ""
) -> Looked:
    """Every question with what can be seen of it, from what this person may read. order: of a draft."""
    operation = operation_of(library, reader, briefing)
    plan, read = _read(briefing, order, operation)
    others, evaluations, resting = _around(library, reader, briefing.with_texts(plan=plan))
    partners = [*briefing.keys("partners"), *(operation.keys("partners") if operation else ())]
    known = Known(
        plan, library.today, operation,
        owner=_owner(accounts, operation.line("plan_owner") if operation else ""),
        issued=_issued(briefing), others=[_plan(other) for other in others],
        partners=list(dict.fromkeys(partners)), called=library.vocabularies["partner"].names,
        every_partner=[term.key for term in library.vocabularies["partner"].current],
        evaluations=evaluations, resting=resting,
    )  # fmt: skip
    seen = observe(known)
    pack = [s.record for id in in_pack(briefing) if (s := library.peek(reader, id))]
    questions = [
        Question(key, seen.get(Check(key), ()) if key in set(Check) else (), _bearing(library, key, pack))
        for key in keys_of(library, briefing)
    ]  # fmt: skip
    told = [
        briefing,
        *pack,
        *evaluations,
        *([operation] if operation else []),
        *_alike(known.plan, others),
    ]
    return Looked(questions, [each.line("marking") for each in told], read)


def _read(briefing: Record, order: str, operation: Record | None) -> tuple[str, str]:
    """What is taken for the plan: its box, and the order of a draft; where both are empty, what the register says of
    the operation. With the message that says so.
    """
    plan = briefing.texts.get("plan", "").strip()
    summary = operation.texts.get("summary", "").strip() if operation else ""
    if plan and order.strip():
        return f"{plan}\n\n{order.strip()}", READ_BOTH
    if order.strip():
        return order.strip(), READ_ORDER
    if plan or not summary:
        return plan, READ_PLAN
    return summary, READ_SUMMARY


def _owner(accounts: Accounts, name: str) -> Owner:
    if not name:
        return Owner()
    try:
        return Owner(name, account=True, closed=accounts.get(name).disabled)
    except NotFound:
        return Owner(name)


def _issued(briefing: Record) -> date | None:
    moment = briefing.moment("issued")
    return moment.astimezone().date() if moment else None


def _around(
    library: Library, reader: User, briefing: Record
) -> tuple[list[Record], list[Record], bool]:
    """Other plans, the evaluations of its operation, and whether search rests so that neither can be told."""
    operation = briefing.line("operation")
    try:
        others = other_plans(library, reader, briefing)
        lines = library.ledger(reader, Kind.EVALUATION) if operation else ()
    except SearchUnavailable:
        return [], [], True
    ids = [line.id for line in lines if line.line("activity") == operation]
    return others, [s.record for id in ids if (s := library.peek(reader, id))], False


def other_plans(library: Library, reader: User, briefing: Record) -> list[Record]:
    """Briefings and operations whose plan is most like this one, not of the same operation, that this person may read.

    Raises SearchUnavailable.
    """
    plan, own = briefing.texts.get("plan", ""), briefing.line("operation")
    if not plan.strip():
        return []
    query = Query(
        keys=access.keyring(reader), like=plan[:MOST_READ], kinds=frozenset({Kind.BRIEFING, Kind.OPERATION}),
        size=COMPARED, expand=False, facets=False, suggest=False, without=frozenset({briefing.id, own}) - {""},
    )  # fmt: skip
    hits = library.search(reader, query, noted=False).hits
    found = [stored.record for hit in hits if (stored := library.peek(reader, hit.id))]
    return [other for other in found if not own or other.line("operation") != own]


def _plan(record: Record) -> str:
    return record.texts.get("plan" if record.kind is Kind.BRIEFING else "summary", "")


def _alike(plan: str, others: Sequence[Record]) -> list[Record]:
    """Those in which something stands of what is said to stand in other plans."""
    shared = tailored.compare(plan, map(_plan, others)).shared
    wanted = {run for sentence in shared for run in runs(sentence)}
    return [each for each in others if wanted and not wanted.isdisjoint(_runs_of(_plan(each)))]


def _runs_of(text: str) -> Iterator[Run]:
    return (run for sentence in sentences(text) for run in runs(sentence))


def _bearing(library: Library, key: str, pack: Sequence[Record]) -> list[Record]:
    term = library.vocabularies[LIST].terms.get(key)
    themes = set(term.facts.get("themes", "").split()) if term else set()
    return [lesson for lesson in pack if themes.intersection(lesson.keys("themes"))]


# --- what is answered ------------------------------------------------------------------------------
@dataclass(frozen=True, slots=True)
class Entered:
    """A form as read. marked: by box, what may identify somebody."""

    answers: Answers
    problems: Sequence[Problem]
    marked: Mapping[str, Sequence[Marked]]


def box(column: str, key: str) -> str:
    return f"{column}-{key}"


def entered(
    library: Library, before: Record, form: Form, *, confirmed: Collection[str] = ()
) -> Entered:
    """A question whose note was not sent stays as it was. confirmed: fingerprints of what was looked at."""
    old, problems, marks = answers_of(before), list[Problem](), dict[str, Sequence[Marked]]()
    seen = {fingerprint(m.flag) for row in old.values() for m in _marks(library, row)}
    sent = [key for key in keys_of(library, before) if box("note", key) in form]
    given = {**old, **{key: _row(form, key) for key in sent}}
    for key, row in ((key, given[key]) for key in sent):
        problems += _wrong(library, row, old.get(key, {}))
        found = [m for m in _marks(library, row) if to_look_at(m.flag, seen | set(confirmed))]
        if found:
            marks[box("note", key)] = found
    return Entered(given, problems, marks)


def _row(form: Form, key: str) -> Row:
    said = {name: words(form, box(name, key)) for name in COLUMNS}
    note = " ".join(said["note"].split())
    return {"check": key, "answer": said["answer"], "note": note}


def _wrong(library: Library, row: Row, old: Row) -> list[Problem]:
    key, answer = row["check"], row["answer"]
    known = {term.key for term in library.vocabularies[ANSWERS].current} | {
        "",
        old.get("answer", ""),
    }
    problems = [] if answer in known else [Problem(box("answer", key), CHOOSE)]
    if len(row["note"]) > NOTE_LIMIT:
        problems.append(Problem(box("note", key), TOO_LONG, values=(("most", str(NOTE_LIMIT)),)))
    return problems


def _marks(library: Library, row: Row) -> list[Marked]:
    note = row.get("note", "")
    alone = Record(UNKEPT, Kind.BRIEFING, fields={"checks": ({"note": note},)} if note else {})
    return list(marked(alone, library.vocabularies.words))


def _demand(entry: Entered) -> Answers:
    """Raises MarkingTooHigh, Refused."""
    if any(too_high(mark.flag) for marks in entry.marked.values() for mark in marks):
        raise MarkingTooHigh()
    if entry.problems or entry.marked:
        first = next(iter(entry.marked), "")
        raise Refused(entry.problems or [Problem(first, LOOK)], entry.marked)
    return entry.answers


# --- kept with a pack that is issued ---------------------------------------------------------------
def may_answer(library: Library, by: User, briefing: Record) -> bool:
    """Of somebody who may read it."""
    return may_check(by, operation_of(library, by, briefing))


def answerable(library: Library, by: User, id: str) -> Stored:
    """A pack whole. Raises NotFound, Unreadable, NotAllowed."""
    if kind_of(id) is not Kind.BRIEFING or library.peek(by, id) is None:
        raise NotFound()
    stored = library.records.get(id)
    if not may_answer(library, by, stored.record):
        raise NotAllowed()
    return stored


def save(library: Library, by: User, id: str, entry: Entered, *, expected: int) -> Stored:
    """Keep the answers. expected: the revision that this person saw; what others answered since to other questions
    stays. Raises NotFound, NotAllowed, MarkingTooHigh, Refused; StaleWrite where both answered the same one; Busy.
    """
    now = answerable(library, by, id)
    given = _demand(entry)
    if now.revision.number != expected:
        together = beside(library, by, now, given, expected)
        if together is None or together.clash:
            raise StaleWrite(id)
        given = together.answers
    record = now.record.with_(checks=rows(given, keys_of(library, now.record)))
    if record == now.record:
        return now
    return library.save(by, "check_plan", record, expected=now.revision.number)


def beside(library: Library, by: User, now: Stored, given: Answers, seen: int) -> Merged | None:
    """These answers beside those that others kept since; None where there is a new version of the plan, or
    where what was seen cannot be read any more.
    """
    with suppress(LessonsError):
        then = library.revision(by, now.record.id, seen).record
        if version_of(then) == version_of(now.record):
            return merged(answers_of(then), given, answers_of(now.record))
    return None


# --- kept with a draft -----------------------------------------------------------------------------
def save_draft(
    notebook: Notebook, library: Library, by: User, draft: Draft, entry: Entered
) -> Draft:
    """Raises MarkingTooHigh, Refused, StaleWrite, Invalid, NotAllowed."""
    checks = rows(_demand(entry), keys_of(library, draft.record))
    record = draft.record.with_(checks=checks or None)
    return drafts.keep(notebook, library, by, replace(draft, record=record))
