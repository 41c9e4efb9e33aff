"""A pack as a document: whole, on one side, or for partners. Each copy is made of what its reader may read."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum

from lessons.domain import access
from lessons.domain.access import User, highest
from lessons.domain.briefings import LEAD_ROLES, Answer, rows_of
from lessons.domain.paper import Block, Facts, Heading, Paper, Para, Table
from lessons.domain.points import ADVICE
from lessons.domain.record import Kind
from lessons.domain.schema import SHAPES
from lessons.domain.text import N_
from lessons.library import Library
from lessons.ports import Event
from lessons.services.brief.arranging import by_heading
from lessons.services.brief.one_side import NO_LESSON, Sheet, on_one_side
from lessons.services.brief.reading import Entry, Pack, Since
from lessons.services.brief.saying import SINCE, Saying, beginning, cut, plain, reasons

DISCLOSED = "disclosure"  # the verb of the audit log
ABOUT = (
    "threats", "threat_kinds", "vulnerabilities", "four_p", "tactics", "partners", "place_type",
)  # fmt: skip
LONGEST_FACT = 900  # characters of advice that stand beside its label; longer ones under a heading
MOST_ADVICE, MOST_PLAN = 2_500, 10_000  # characters of texts that are set under a heading
IN_GRID = 90  # characters of a sentence
BOX, TICKED = "☐", "☒"
LESSON, BRIEFING = SHAPES[Kind.LESSON], SHAPES[Kind.BRIEFING]

FOR_PARTNERS = N_("Lessons for partners")
NOT_ISSUED = N_("This pack was not issued, and is not kept.")
OLDER = N_("This is version %(number)s. Version %(latest)s has been issued since.")
GOES_ON = N_("There is more of it: see %(id)s.")
NONE_OPEN = N_("None of the lessons in this pack may be read by partners.")
HEADLINE = N_("%(id)s, version %(version)s, issued on %(moment)s")


class Form(StrEnum):
    """What a copy is for."""

    WHOLE = "whole"
    BRIEF = "brief"
    PARTNERS = "partners"


def compose(
    pack: Pack, form: Form, saying: Saying, *, made: str, fits: Callable[[Paper], bool]
) -> Paper:
    """pack: as its reader may know it. made: who made it and when. fits: whether a paper stands on one side."""
    frame = Paper(
        pack.record.title, (), marking=saying.label("marking", marking(pack, form)), made=made,
        subject=f"{saying.say(BRIEFING.label)} {pack.record.id}" if _is_issued(pack) else "",
    )  # fmt: skip
    writing = _Writing(pack, saying, held(pack, form))
    match form:
        case Form.WHOLE:
            return replace(frame, blocks=tuple(writing.whole()))
        case Form.PARTNERS:
            title = saying.say(FOR_PARTNERS)
            return replace(frame, title=title, blocks=tuple(writing.for_partners()))
        case Form.BRIEF:
            sheet = Sheet(writing.groups, [*writing.top()], pack.record.texts.get("note", ""))
            return on_one_side(sheet, frame, saying, fits)


def held(pack: Pack, form: Form) -> list[Entry]:
    """The lessons of a copy. For partners: those that everybody may read, in words that everybody may read."""
    if form is not Form.PARTNERS:
        return list(pack.lessons)
    return [_for_everybody(each) for each in pack.lessons if access.is_open(each.now)]


def _for_everybody(entry: Entry) -> Entry:
    then = entry.then if entry.then and access.is_open(entry.then) else None
    after = entry.after if entry.after and access.is_open(entry.after) else None
    row = {name: words for name, words in entry.row.items() if name not in ("note", "why")}
    return replace(entry, then=then, after=after, row=row)


def marking(pack: Pack, form: Form) -> str:
    """The highest of what a copy holds."""
    if form is not Form.PARTNERS:
        return highest(pack.markings)
    shown = [r for each in held(pack, form) for r in (each.now, each.then, each.after) if r]
    return highest(record.line("marking") for record in shown)


def note(library: Library, reader: User, pack: Pack, form: Form, how: str) -> None:
    """Tell the audit log, of each record, that it was taken away in a copy."""
    issued = f"{pack.record.id} version {pack.number}" if _is_issued(pack) else "not issued"
    told, now = f"briefing pack {issued} as {how}, {form}", library.clock()
    taken = [(each.id, each.revision) for each in held(pack, form)]
    if _is_issued(pack):
        taken.insert(0, (pack.record.id, pack.revision.number))
    library.audit.note(
        *(Event(now, reader.name, DISCLOSED, record=id, revision=n, note=told) for id, n in taken)
    )


def _is_issued(pack: Pack) -> bool:
    return pack.record.moment("issued") is not None


@dataclass(frozen=True, slots=True)
class _Writing:
    pack: Pack
    saying: Saying
    lessons: Sequence[Entry]

    @property
    def groups(self) -> list[tuple[str, list[Entry]]]:
        label, headed = self.saying.label, by_heading(self.lessons)
        return [(label("briefing_element", element), those) for element, those in headed]

    def whole(self) -> Iterator[Block]:
        yield Facts(tuple(self._facts()))
        yield from map(Para, self._remarks())
        yield from self._lessons()
        for name in ("note", "plan"):
            if self.pack.record.texts.get(name):
                yield Heading(self._field(name))
                yield from self._beginning(
                    self.pack.record.texts[name], 2, MOST_PLAN, self.pack.record.id
                )
        yield from self._checks()
        yield from self._grid()

    def for_partners(self) -> Iterator[Block]:
        yield Para(self._left_out())
        if _is_issued(self.pack):
            yield Facts(tuple(self._reference()))
        yield from self._lessons(NONE_OPEN)

    def top(self) -> Iterator[str]:
        """Lines of small print."""
        record, at = self.pack.record, self.pack.record.moment("issued")
        if at:
            yield self.saying.filled(
                HEADLINE, id=record.id, version=self.pack.number, moment=self.saying.moment(at)
            )
        yield from self._remarks()

    # --- what it is ------------------------------------------------------------------------------
    def _facts(self) -> Iterator[tuple[str, str]]:
        yield from self._reference()
        record, operation = self.pack.record, self.pack.operation
        if operation:
            yield self._field("operation"), f"{operation.title} ({operation.id})"
        for name in ABOUT:
            said = [self.saying.label(BRIEFING[name].vocabulary, key) for key in record.keys(name)]
            if said:
                yield self._field(name), ", ".join(said)

    def _reference(self) -> Iterator[tuple[str, str]]:
        at = self.pack.record.moment("issued")
        if at:
            yield self.saying.say(N_("Reference")), self.pack.record.id
            yield self._field("version"), str(self.pack.number)
            yield self._field("issued"), self.saying.moment(at)

    def _remarks(self) -> Iterator[str]:
        """What a reader has to know of this copy before they trust it."""
        pack, saying = self.pack, self.saying
        if not _is_issued(pack):
            yield saying.say(NOT_ISSUED)
        if not pack.is_latest:
            yield saying.filled(OLDER, number=pack.number, latest=pack.versions[-1].number)
        if pack.closed:
            yield saying.ngettext(
                "%(num)s lesson has been restricted since this was issued, and is left out.",
                "%(num)s lessons have been restricted since this was issued, and are left out.",
                pack.closed,
            )

    def _left_out(self) -> str:
        count = len(self.pack.lessons) - len(self.lessons)
        if not count:
            return self.saying.say(N_(
                "The name of the operation, the plan, the notes and the answers are left out, because partners may not "
                "read them."
            ))  # fmt: skip
        return self.saying.ngettext(
            "%(num)s lesson, the name of the operation, the plan, the notes and the answers are left out, because "
            "partners may not read them.",
            "%(num)s lessons, the name of the operation, the plan, the notes and the answers are left out, because "
            "partners may not read them.",
            count,
        )  # fmt: skip

    # --- its lessons -----------------------------------------------------------------------------
    def _lessons(self, none: str = NO_LESSON) -> Iterator[Block]:
        number = 0
        for heading, entries in self.groups:
            yield Heading(heading)
            for entry in entries:
                number += 1
                yield from self._lesson(entry, number)
        if not number:
            yield Para(self.saying.say(none))

    def _lesson(self, entry: Entry, number: int) -> Iterator[Block]:
        lesson, say = entry.shown, self.saying.say
        kind = self.saying.label("learning", lesson.line("learning"))
        loud = f"{kind.upper()}: " if entry.is_warning else ""
        yield Heading(f"{number}. {loud}{cut(lesson.title, 480)}", 2)
        name = next((n for n in ADVICE if lesson.texts.get(n)), ADVICE[0])
        advice = plain(self.saying, beginning(lesson.texts.get(name, ""), MOST_ADVICE))
        is_short = len(advice) <= LONGEST_FACT
        rows = [(self._of_lesson(name), advice)] if is_short else []
        rows += [(say(N_("Why it is in")), "; ".join(reasons(self.saying, entry.row)))]
        rows += [(say(N_("Note")), entry.row.get("note", ""))]
        if entry.since is not Since.SAME:
            rows.append((say(N_("Since it was issued")), say(SINCE[entry.since])))
        if entry.after:
            rows.append((say(N_("Use instead")), f"{entry.after.title} ({entry.after.id})"))
        rows += [(self._of_lesson("learning"), kind), (say(N_("Reference")), entry.id)]
        yield Facts(tuple((term, said) for term, said in rows if said))
        if not is_short:
            yield Heading(self._of_lesson(name), 3)
            yield from self._beginning(lesson.texts[name], 3, MOST_ADVICE, entry.id)

    def _beginning(self, text: str, level: int, most: int, id: str) -> Iterator[Block]:
        """As its writer set it, as far as a briefing goes. most: characters."""
        head = beginning(text, most)
        yield from self.saying.blocks(head, level)
        if head != text:
            yield Para(self.saying.filled(GOES_ON, id=id), quiet=True)

    # --- what people answer ----------------------------------------------------------------------
    def _checks(self) -> Iterator[Block]:
        label, say = self.saying.label, self.saying.say
        rows = tuple(
            (
                label("plan_check", row.get("check", "")), label("check_answer", row.get("answer", "")),
                row.get("note", ""),
            )
            for row in self.pack.record.rows("checks")
        )  # fmt: skip
        if rows:
            yield Heading(self._field("checks"))
            head = (say(N_("Question")), say(N_("Answer")), say(N_("Note")))
            yield Table("", head, rows)

    def _grid(self) -> Iterator[Block]:
        """To be ticked on paper; what is answered already stands in it."""
        if not self.lessons:
            return
        label, say = self.saying.label, self.saying.say
        yield Heading(self._field("answers"))
        roles = [label("briefing_role", role) for role in LEAD_ROLES]
        head = (say(N_("No.")), say(N_("Lesson")), *roles, say(N_("How, or why, in a few words")))
        entries = [entry for _, those in self.groups for entry in those]
        rows = (self._to_tick(n, entry) for n, entry in enumerate(entries, 1))
        yield Table(say(N_("Tick one for each lesson")), head, tuple(rows))

    def _to_tick(self, number: int, entry: Entry) -> tuple[str, ...]:
        given = rows_of(self.pack.record, "answers")
        answers = [given.get((entry.id, role), {}) for role in LEAD_ROLES]
        boxes = ["\n".join(self._boxes(row.get("answer", ""))) for row in answers]
        hows = [
            f"{self.saying.label('briefing_role', role)}: {row['how']}"
            for role, row in zip(LEAD_ROLES, answers, strict=True)
            if row.get("how")
        ]
        return str(number), cut(entry.shown.title, IN_GRID), *boxes, "\n".join(hows)

    def _boxes(self, given: str) -> Iterator[str]:
        for answer in Answer:
            label = self.saying.label("briefing_answer", answer)
            yield f"{TICKED if answer == given else BOX} {label}"

    # --- words -----------------------------------------------------------------------------------
    def _field(self, name: str) -> str:
        return self.saying.say(BRIEFING[name].label)

    def _of_lesson(self, name: str) -> str:
        return self.saying.say(LESSON[name].label)
