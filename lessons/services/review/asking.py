"""A move asked for in words, by a form, a program or the command line: read, carried out, and told of."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from lessons.domain.access import User
from lessons.domain.deciding import NO_SUCH_MOVE, REFUSALS, IllegalMove, barred, moves_for
from lessons.domain.errors import Invalid, Problem, StaleWrite
from lessons.domain.lifecycle import MOVES, Move, Need
from lessons.domain.record import Kind, Record, Stored, Value, kind_of
from lessons.domain.schema import SHAPES, NotOfType, to_value
from lessons.domain.states import GOOD
from lessons.domain.text import N_
from lessons.library import Library
from lessons.library.owning import owner_of
from lessons.ports import Accounts
from lessons.services.review import merging
from lessons.services.review.moving import NO_SUCH_LESSON, NOT_TAKEN, current, make

SHAPE = SHAPES[Kind.LESSON]
WHY_LIMIT = 300  # characters of a reason why something may stay
HALF = N_("There is half a character here that no file can hold.")


@dataclass(frozen=True, slots=True)
class Possible:
    """A move that somebody is of the right sort to make. barred: what stands against it all the same; or ""."""

    move: Move
    barred: str = ""


def possible(by: User, record: Record) -> Iterator[Possible]:
    """The moves of a lesson, as it is whole, that this person makes or would make if nothing stood against it."""
    for move in moves_for(by, record):
        yield Possible(move, barred(move, by, record))


def needed(move: Move) -> list[str]:
    """What a move needs, in words."""
    return [NEEDED[need] for need in move.needs]


# As told before somebody tries; what is said where it is missing stands in `deciding.REFUSALS`.
NEEDED: Mapping[Need, str] = {
    Need.NOT_OWN: N_("You did not send this lesson in yourself."),
    Need.FLAGS: N_("Nothing that may identify people, or is too sensitive, is left in the text."),
    Need.TWO: N_("OFFICIAL-SENSITIVE is accepted by two: the second sees exactly what the first saw."),
    Need.REASON: N_("A reason from the list. Its author is shown it."),
    Need.SENTENCE: N_("A sentence that says why. Those who are told are shown it."),
    Need.WHAT_WAS_DONE: N_("A sentence that says what was done. Those who are told, and who checks it, are shown it."),
    Need.OWNER: N_("An owner: a person, or a role that a person holds."),
    Need.TARGET: N_("The lesson that it is merged into."),
    Need.WHY_OVER: N_("The lesson that takes its place, or a sentence that says why it is out of date."),
    Need.EVIDENCE: N_("The evidence that the change lasts."),
    Need.OTHER_THAN_OWNER: N_("You are neither its owner nor the one who said that it is done."),
    Need.WARNING: N_("Its kind of learning is a warning."),
}  # fmt: skip
assert NEEDED.keys() == REFUSALS.keys()


def read(key: str, words: Mapping[str, Any]) -> dict[str, Value | None]:
    """What was given in words, typed as the schema says; empty where a value is taken away. Raises Invalid.

    Names that the move does not take are refused, whatever stands in them.
    """
    move = MOVES.get(key)
    given: dict[str, Value | None] = {}
    problems = []
    for name, typed in words.items():
        if move and name not in move.takes:
            problems.append(Problem(name, NOT_TAKEN))
        elif move:
            try:
                given[name] = _whole(to_value(SHAPE[name], "" if typed is None else typed))
            except NotOfType as error:
                problems.append(Problem(name, str(error)))
            except UnicodeEncodeError:
                problems.append(Problem(name, HALF))
    if problems:
        raise Invalid(problems)
    return given


def _whole(value: Value | None) -> Value | None:
    """Raises UnicodeEncodeError."""
    for each in value if isinstance(value, tuple) else (value,):
        if isinstance(each, str):
            each.encode("utf-8")
    return value


def ask(
    library: Library, by: User, id: str, key: str, words: Mapping[str, Any], *, expected: int,
    accounts: Accounts, cleared: tuple[Mapping[str, str], ...] = (),
) -> Stored:  # fmt: skip
    """Carry out the move `key` as asked for. accounts: of those who may own a lesson. cleared: rows that say why
    something may stay in the text.

    Raises NotFound, StaleWrite, Invalid, IllegalMove, Busy.
    """
    stored = current(library, by, id)
    record = stored.record
    if key not in MOVES:
        raise IllegalMove(NO_SUCH_MOVE)
    if stored.revision.number != expected:
        raise StaleWrite(id)
    no = barred(MOVES[key], by, record)
    if no:
        raise IllegalMove(no)
    given = read(key, words)
    if given.get("owner"):
        given["owner"] = owner_of(accounts, by, str(given["owner"]), record)
    decision = str(given.get("decision") or "")
    if key == "merge" and given.get("replaced_by"):
        into = str(given["replaced_by"])
        return merging.merge(library, by, id, into, expected=expected, decision=decision)
    if key == "unmerge":
        return merging.unmerge(library, by, id, expected=expected, decision=decision)
    if key == "retire":
        _demand_successor(library, by, record, str(given.get("replaced_by") or ""))
    if not cleared:
        return make(library, by, id, key, given, expected=expected)
    rows = (*record.rows("cleared"), *cleared)
    return make(library, by, id, key, given, expected=expected, cleared=rows)


def _demand_successor(library: Library, by: User, record: Record, id: str) -> None:
    """Raises Invalid, where another lesson is named that cannot take this one's place."""
    if not id or record.line("state") not in GOOD:
        return
    other = library.peek(by, id) if kind_of(id) is Kind.LESSON else None
    wrong = ""
    if other is None:
        wrong = NO_SUCH_LESSON
    elif id == record.id:
        wrong = merging.ITSELF
    elif other.record.line("state") not in GOOD:
        wrong = merging.NOT_GOOD
    if wrong:
        raise Invalid([Problem("replaced_by", wrong)])


def as_json(by: User, stored: Stored, say: Callable[[str], str] = str) -> dict[str, Any]:
    """What this person may do with a lesson, for programs. say: words in the reader's language."""
    return {
        "id": stored.record.id,
        "revision": stored.revision.number,
        "state": stored.record.line("state"),
        "moves": [
            {
                "move": each.move.key,
                "label": say(each.move.label),
                "to": each.move.to.value if each.move.to else None,
                "takes": list(each.move.takes),
                "needs": [{"need": n.value, "words": say(NEEDED[n])} for n in each.move.needs],
                "barred": say(each.barred) if each.barred else "",
            }
            for each in possible(by, stored.record)
        ],
    }
