"""Earlier texts of a record: brought back as a new revision, or destroyed where they should not have been kept."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from lessons.domain import access, action_life
from lessons.domain.access import Permit, User, demand, highest
from lessons.domain.clearing import prints
from lessons.domain.deciding import IllegalMove, hold, must_say_so, needs_two
from lessons.domain.errors import Invalid, NotFound, Problem, StaleWrite
from lessons.domain.keeping_rules import FINISHED
from lessons.domain.lifecycle import WORDING
from lessons.domain.record import Kind, Record, Revision, Stored, Value
from lessons.domain.schema import SHAPES, Type, check
from lessons.domain.states import CLEARED, OPEN
from lessons.domain.text import N_
from lessons.domain.vocabulary import Term
from lessons.library import Library
from lessons.services.review.moving import as_typed, current_themes

RESTORED = "restore_text"  # the verb of the revision that brings an earlier text back
# Who brings back earlier words of which kind of record; a debrief never changes, nor does a briefing.
WHO_RESTORES: Mapping[Kind, Permit] = {
    Kind.LESSON: Permit.REVIEW,
    Kind.OPERATION: Permit.REGISTER,
    Kind.EVALUATION: Permit.EVALUATE,
    Kind.ACTION: Permit.AGREE,
    Kind.FINDING: Permit.INSPECT,
    Kind.THEME: Permit.MANAGE_LISTS,
}
_ABOUT = ("four_p", "threats", "threat_kinds", "vulnerabilities", "tactics", "partners", "unit")
# The words and tags that come back: neither what was decided, nor whose it is and when it is due, nor who may read it,
# nor what the product sets.
WORDS: Mapping[Kind, tuple[str, ...]] = {
    Kind.LESSON: tuple(
        n for n in WORDING if n not in ("marking", "partner_safe", "life", "evidence")
    ),
    Kind.THEME: ("label", "label_cy", "help", "synonyms", "broader", "insight"),
    Kind.OPERATION: ("title", *_ABOUT, "order", "place_type", "references", "summary"),
    Kind.EVALUATION: (
        "title", *_ABOUT, "themes", "objective", "problem", "theory", "target", "reached", "eligible", "reach_unknown",
        "began", "finished", "dose", "partners_part", "delivered", "measures", "design", "compared", "result",
        "direction", "size", "confidence", "unintended", "cost", "voices", "change", "independence",
    ),
    Kind.ACTION: ("title", "strength", "unit", "progress"),
    Kind.FINDING: (
        "title", "finding_type", "body", "published", "heading", "grade", "reference", "text", "progress", "themes",
    ),
}  # fmt: skip

FREE = (Type.LINE, Type.NAMES, Type.ROWS)  # fields in which people write words of their own

FOR_FEWER = N_(
    "That text was for fewer people than may read this record now. Restrict the record first, or write it anew."
)
NOT_BY_TWO = N_(
    "That text was not yet accepted, and two must accept it. Take the lesson back for review, then put it in there."
)
TAKEN_OUT = N_(
    "That text holds something that may identify people or is too sensitive: it was taken out for a reason."
)
NO_DIFFERENCE = N_("The words are the same now as they were then. There is nothing to bring back.")
TAKEN = N_("The theme “%(theme)s” goes by that word now.")
IN_A_RING = N_("That broader theme stands under this one now.")
CLOSED = N_("The text of this version was destroyed.")
SAY_WHY = N_("Say why in a sentence, without repeating what must go.")
WHY_LIMIT = 300


@dataclass(frozen=True, slots=True)
class Earlier:
    """What bringing an earlier text back would make of a record. refused: why it cannot be, in words; or ""."""

    now: Stored
    then: Revision
    would_be: Record
    refused: str = ""


def may_restore(by: User, kind: Kind) -> bool:
    permit = WHO_RESTORES.get(kind)
    return permit is not None and by.may(permit)


def may_close(by: User, kind: Kind) -> bool:
    """Whether this person may destroy earlier texts of that kind of record."""
    return kind is Kind.LESSON and by.may(Permit.RESTRICT)


def earlier(library: Library, by: User, id: str, number: int) -> Earlier:
    """Raises NotFound, also for a revision that this person may not read; NotAllowed, Unreadable."""
    now = _now(library, by, id)
    library.revision(by, id, number)
    permit = WHO_RESTORES.get(now.record.kind)
    if permit is None:
        raise NotFound()
    demand(by, permit)
    if number >= now.revision.number:
        raise NotFound()
    return _earlier(library, by, now, library.records.revision(id, number))


def _earlier(library: Library, by: User, now: Stored, then: Stored) -> Earlier:
    would_be = _with_words_of(library, now.record, then.record)
    if must_say_so(now.record, would_be):
        would_be = would_be.with_(first_eyes=by.name)
    why = _why_not(library, by, now.record, then.record, would_be) or _held(
        library, by, now, would_be
    )
    return Earlier(now, then.revision, would_be, CLOSED if then.revision.closed else why)


def restorable(library: Library, by: User, id: str, numbers: Iterable[int]) -> frozenset[int]:
    """Of these revisions, which this person may read, those whose words they can bring back. Raises NotFound."""
    now = _now(library, by, id)
    if not may_restore(by, now.record.kind):
        return frozenset()
    older = (library.records.revision(id, n) for n in numbers if n < now.revision.number)
    found = (_earlier(library, by, now, then) for then in older if then.revision.closed is None)
    return frozenset(each.then.number for each in found if not each.refused)


def closable(library: Library, by: User, id: str, numbers: Iterable[int]) -> frozenset[int]:
    """Of these revisions, which this person may read, those that hold words which do not stand in the record now, so
    that it does something to destroy them. Raises NotFound.
    """
    now = _now(library, by, id)
    if not may_close(by, now.record.kind):
        return frozenset()
    older = (library.records.revision(id, n) for n in numbers if n < now.revision.number)
    return frozenset(
        each.revision.number
        for each in older
        if each.revision.closed is None and _says_more(each.record, now.record)
    )


def _says_more(then: Record, now: Record) -> bool:
    free = [f.name for f in SHAPES[now.kind].fields if f.type in FREE]
    return any(then.texts.get(n, "") not in ("", now.texts.get(n, "")) for n in then.texts) or any(
        then.fields.get(n) not in (None, now.fields.get(n)) for n in free
    )


def _held(library: Library, by: User, now: Stored, would_be: Record) -> str:
    """What the life cycle of a lesson, an action or an evaluation has against it, as it is told when somebody tries."""
    known = library.vocabularies.words
    try:
        if would_be.kind is Kind.LESSON:
            hold(now.record, would_be, by, RESTORED, uncleared=lambda each: prints(each, known))
        elif would_be.kind is Kind.ACTION:
            action_life.hold(now.record, would_be, by, RESTORED)
            return action_life.barred(action_life.MOVES["put_right"], by, now.record)
        elif would_be.kind is Kind.EVALUATION and would_be.day("done"):
            return FINISHED
    except IllegalMove as error:
        return error.message
    except Invalid as error:
        return error.problems[0].message
    return ""


def _now(library: Library, by: User, id: str) -> Stored:
    if library.peek(by, id) is None:
        raise NotFound()
    return library.records.get(id)


def _with_words_of(library: Library, now: Record, then: Record) -> Record:
    """Under the higher of both markings, and with what has become of themes since."""
    shape, names = SHAPES[now.kind], WORDS[now.kind]
    words: dict[str, Value | None] = {
        n: then.texts.get(n) if shape[n].type is Type.TEXT else then.fields.get(n) for n in names
    }
    if "themes" in words:
        words["themes"] = current_themes(library, words["themes"])
    both = highest([now.line("marking"), then.line("marking")])
    if both != highest([now.line("marking")]):
        words["marking"] = both
    return as_typed(now, words)


def _why_not(library: Library, by: User, now: Record, then: Record, would_be: Record) -> str:
    if would_be == now:
        return NO_DIFFERENCE
    # As if the state had been the same: what was not yet reviewed then may have been well worded all the same.
    as_now = then.with_(**{n: now.fields.get(n) for n in ("state", "author", "partner_safe")})
    if not access.audience(would_be, library.today) <= access.audience(as_now, library.today):
        return FOR_FEWER
    if (
        now.line("state") in CLEARED
        and then.line("state") not in CLEARED
        and needs_two(then, would_be)
    ):
        return NOT_BY_TWO
    waits = now.kind is Kind.LESSON and now.line("state") in OPEN  # and is cleared before it passes
    known = library.lists_for(by).words  # a theme that they may not know of excuses no word to them
    # Of other kinds, whoever wrote what stands there now has looked at it.
    stands = frozenset() if now.kind is Kind.LESSON else prints(now, known)
    if not waits and prints(would_be, known) - stands:
        return TAKEN_OUT
    return ""


def _theme_problems(library: Library, now: Record, theme: Record) -> list[Problem]:
    """Of words that another theme has taken since, and of a broader theme that has come to stand under this one."""
    themes = library.vocabularies["theme"]
    words = [("label", w) for w in (theme.line("label"), theme.line("label_cy")) if w]
    words += [("synonyms", w) for w in theme.keys("synonyms")]
    had = {w.casefold() for w in (now.line("label"), now.line("label_cy"), *now.keys("synonyms"))}
    problems = [
        Problem(box, TAKEN, values=(("theme", other.label()),))
        for box, word in words
        for other in themes.current
        if word.casefold() not in had and other.key != theme.id and _goes_by(other, word)
    ]
    above, seen = theme.line("broader"), {theme.id}
    while above in themes.terms and above not in seen:
        seen.add(above)
        above = themes.terms[above].broader
    return [*problems, Problem("broader", IN_A_RING)] if above in seen else problems


def _goes_by(term: Term, word: str) -> bool:
    return word.casefold() in {w.casefold() for w in (*term.labels.values(), *term.synonyms)}


def restore(library: Library, by: User, id: str, number: int, *, expected: int) -> Stored:
    """Raises NotFound, NotAllowed, StaleWrite, Invalid, IllegalMove, Busy."""
    found = earlier(library, by, id, number)
    if found.now.revision.number != expected:
        raise StaleWrite(id)
    if found.refused:
        raise IllegalMove(found.refused)
    problems = check(found.would_be, library.vocabularies, today=library.today, complete=False)
    if found.would_be.kind is Kind.THEME:
        problems += _theme_problems(library, found.now.record, found.would_be)
    if problems:
        raise Invalid(problems)
    stored = library.save(by, RESTORED, found.would_be, expected=expected)
    if found.would_be.kind is Kind.THEME:
        library.forget_lists()
    return stored


def close(
    library: Library, by: User, id: str, number: int, why: str, *, all_before: bool = False
) -> int:
    """Destroy the text of an earlier revision of a lesson, and of all before it where asked; how many.

    Raises NotFound, NotAllowed, Invalid, Busy.
    """
    now = _now(library, by, id)
    if now.record.kind is not Kind.LESSON:
        raise NotFound()
    demand(by, Permit.RESTRICT)
    library.revision(by, id, number)
    if number >= now.revision.number:
        raise NotFound()
    if not why.strip() or len(why) > WHY_LIMIT:
        raise Invalid([Problem("why", SAY_WHY)])
    wanted = [s.revision for s in library.history(by, id) if s.revision.closed is None]
    wanted = [r for r in wanted if r.number == number or (all_before and r.number < number)]
    for revision in wanted:
        library.redact(by, id, revision.number, " ".join(why.split()))
    return len(wanted)
