"""Who is told what of a save: read from the text before, the text after, and what was done.

Nobody is told what they did themselves. Nobody hears of a record that they could not read before and cannot read after.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import date
from itertools import chain

from lessons.domain import access, action_life
from lessons.domain.access import Permit, System, plain_name
from lessons.domain.ageing import DUE
from lessons.domain.deciding import is_person
from lessons.domain.errors import NotFound
from lessons.domain.lifecycle import MOVES, Whom
from lessons.domain.record import Kind, Record, kind_of
from lessons.domain.states import CLEARED
from lessons.domain.text import N_
from lessons.domain.themes import ThemeState
from lessons.ports import Account, Accounts, Notice, Saving
from lessons.ports.telling import AS, OTHER, THEMES
from lessons.services.telling import leads, outcomes

TAGGING = frozenset(
    {"tag", "edit", "put_right"}
)  # changes by which somebody tags, and tells nothing else
TAGGED, JOINED, BRIEFED, APPLIED = "tagged", "joined", "briefed", "applied"
ACTION, CHECKED = "action", "action_checked"
VERIFIED = "verified"  # state of an action
ASSIGN = "assign"  # the verb by which something is given to a reviewer, and what they hear
TAKEN, DECLINED, ONE_OF = "theme_taken", "theme_declined", "theme_one_of"
# What becomes of a theme that was asked for.
DECIDED: Mapping[str, str] = {
    ThemeState.CURRENT: TAKEN, ThemeState.RETIRED: DECLINED, ThemeState.MERGED: ONE_OF,
}  # fmt: skip
TOLD: dict[str, str] = {key: move.told for key, move in MOVES.items() if move.told} | {
    TAGGED: N_("It was tagged, so that others find it by its theme."),
    DUE: N_("Its day has come: please say whether it is still true."),
    JOINED: N_("Another lesson that says the same was joined with it."),
    ACTION: N_("An action was agreed because of it."),
    CHECKED: N_("An action that came from it was done, and somebody else has checked it."),
    BRIEFED: N_("It is part of a briefing for a coming operation."),
    APPLIED: N_("A team that was briefed with it says that they applied it."),
    ASSIGN: N_("It was given to you to review."),
    TAKEN: N_("The theme that you asked for is in use."),
    DECLINED: N_("The theme that you asked for was not taken into use."),
    ONE_OF: N_("The theme that you asked for became part of one that was there."),
}
# Of an action, for those whose it is: by its moves, and to whoever it is given.
GIVEN, GIVEN_DUE = "action_given", N_("This action was given to you. It is due on %(day)s.")
ACTION_MOVES = {f"action_{key}": move for key, move in action_life.MOVES.items() if move.told}
# To whoever is newly named: by kind, the fields that name them, and what they hear.
NAMED: Mapping[Kind, tuple[tuple[str, ...], str]] = {
    Kind.OPERATION: (("sio", "lro", "plan_owner"), "operation_named"),
    Kind.EVALUATION: (("owner", "evaluator"), "evaluation_named"),
    Kind.FINDING: (("owner",), "finding_named"),
}
TOLD |= {event: move.told for event, move in ACTION_MOVES.items()} | {
    GIVEN: N_("This action was given to you."),
    "operation_named": N_("The register names you as its SIO, LRO or plan owner."),
    "evaluation_named": N_("You are named as owner or evaluator of this evaluation."),
    "finding_named": N_("This inspection finding was given to you."),
}
TOLD |= {**leads.TOLD, **outcomes.TOLD}
# Nothing is told of these to somebody who may not read the action, the briefing or the operation.
OF_ANOTHER = frozenset({ACTION, CHECKED, BRIEFED, APPLIED, *leads.TOLD, *outcomes.TOLD})
Find = Callable[[str], Record | None]


class People:
    """Active accounts, each looked up once."""

    def __init__(self, accounts: Accounts) -> None:
        self._accounts = accounts
        self._by_name: dict[str, Account | None] = {}
        self._all: Sequence[Account] | None = None

    def named(self, name: str) -> list[Account]:
        """The account that a record names; none where it names a role, or somebody who has left."""
        if name not in self._by_name:
            try:
                found = self._accounts.get(name) if name else None
            except NotFound:
                found = None
            self._by_name[name] = None if found is None or found.disabled else found
        account = self._by_name[name]
        return [account] if account else []

    @property
    def all(self) -> Sequence[Account]:
        if self._all is None:
            self._all = [a for a in self._accounts.all() if not a.disabled]
        return self._all

    def reviewers(self, assigned: str) -> Sequence[Account]:
        """Whoever the lesson was given to; all of them where it was given to nobody."""
        given = [a for a in self.named(assigned) if a.user.may(Permit.REVIEW)]
        return given or [a for a in self.all if a.user.may(Permit.REVIEW)]


def derive(saving: Saving, people: People, find: Find) -> list[Notice]:
    """One notice at most for each person and lesson. find: a lesson by id as it is now, None where there is none."""
    by_kind = {
        Kind.LESSON: lambda: _of_lesson(saving, people),
        Kind.ACTION: lambda: _of_action(saving, people, find),
        Kind.BRIEFING: lambda: _of_briefing(saving, people, find),
        Kind.THEME: lambda: _of_theme(saving, people),
        **{kind: lambda: _newly_named(saving, people) for kind in NAMED},
    }
    own = by_kind.get(saving.after.kind, lambda: iter(()))()
    found = chain(
        own,
        outcomes.of_outcomes(saving, people.named, people.reviewers, find),
        leads.of_leads(saving, people.named, find),
    )
    told: dict[tuple[str, str], Notice] = {}
    for notice in found:
        if not is_person(notice.to, saving.by):
            told.setdefault((notice.to, notice.about), notice)
    return list(told.values())


def _of_lesson(saving: Saving, people: People) -> Iterator[Notice]:
    before, after = saving.before, saving.after
    if before is None:
        return
    move = MOVES.get(saving.verb)
    if move is not None:
        other = after.line("replaced_by") if "replaced_by" in move.takes else ""
        for whom in move.tells:
            for account in _whom(whom, before, after, people):
                if _could_read(account, saving, whom):
                    yield _notice(saving, account, after.id, move.key, whom, other)
    if (move is None or not move.tells) and not isinstance(saving.by, System):
        yield from _unmoved(saving, before, after, people)


def _whom(whom: Whom, before: Record, after: Record, people: People) -> Sequence[Account]:
    match whom:
        case Whom.AUTHOR:
            return people.named(after.line("author"))
        case Whom.OWNER:
            # Whoever it is taken from hears of it as well as whoever it is given to.
            owners = dict.fromkeys([after.line("owner"), before.line("owner")])
            return [account for name in owners for account in people.named(name)]
        case Whom.REVIEWERS:
            return people.reviewers(after.line("reviewer"))
        case Whom.EVERYBODY:
            return people.all


def _could_read(account: Account, saving: Saving, whom: Whom) -> bool:
    texts = [saving.after] if whom is Whom.EVERYBODY else [saving.after, saving.before]
    return any(text and access.may_read(account.user, text, _day(saving)) for text in texts)


def _day(saving: Saving) -> date:
    return saving.at.astimezone().date()


def _unmoved(saving: Saving, before: Record, after: Record, people: People) -> Iterator[Notice]:
    """What happens to a lesson without a move."""
    joined = [id for id in after.keys("merged") if id not in before.keys("merged")]
    themes = [key for key in after.keys("themes") if key not in before.keys("themes")]
    accepted = {before.line("state"), after.line("state")} <= CLEARED
    given = after.line("reviewer") if saving.verb == ASSIGN else ""
    for account in people.named(given) if given != before.line("reviewer") else ():
        if _could_read(account, saving, Whom.REVIEWERS):
            yield _notice(saving, account, after.id, ASSIGN, Whom.REVIEWERS)
    for account in people.named(after.line("author")):
        if joined:
            yield _notice(saving, account, after.id, JOINED, Whom.AUTHOR, joined[0])
        elif themes and accepted and saving.verb in TAGGING:
            said = {THEMES: " ".join(themes)}
            yield _notice(saving, account, after.id, TAGGED, Whom.AUTHOR, said=said)


def _of_theme(saving: Saving, people: People) -> Iterator[Notice]:
    """What was decided on a theme, for whoever asked for it."""
    before, after = saving.before, saving.after
    if before is None or before.line("theme_state") != ThemeState.PROPOSED:
        return
    event, into = DECIDED.get(after.line("theme_state"), ""), after.line("merged_into")
    for account in people.named(after.line("asked_by")) if event else ():
        if _could_read(account, saving, Whom.AUTHOR):
            yield _notice(saving, account, after.id, event, Whom.AUTHOR, into)


def _of_action(saving: Saving, people: People, find: Find) -> Iterator[Notice]:
    before, after = saving.before, saving.after
    known = before.keys("of") if before else ()
    was = before.line("action_state") if before else ""
    checked = after.line("action_state") == VERIFIED != was
    for id in after.keys("of"):
        if checked or id not in known:
            yield from _to_author(saving, people, find, id, CHECKED if checked else ACTION)
    if not isinstance(saving.by, System):
        yield from _to_its_people(saving, people, find)


def _to_its_people(saving: Saving, people: People, find: Find) -> Iterator[Notice]:
    """What becomes of an action, for its owner, for whoever agreed it, and for those who wait for it."""
    before, after = saving.before, saving.after
    had, has = (each.line("owner") if each else "" for each in (before, after))
    event = f"action_{saving.verb}"
    told = [(GIVEN, action_life.Whom.OWNER, has)] if plain_name(had) != plain_name(has) else []
    if event in ACTION_MOVES:
        for whom in ACTION_MOVES[event].tells:
            told += [(event, whom, name) for name in _names(whom, saving, people, find)]
    for what, whom, name in told:
        for account in people.named(name):
            if access.may_read(account.user, after, _day(saving)):
                yield _notice(saving, account, after.id, what, whom)


def _names(whom: action_life.Whom, saving: Saving, people: People, find: Find) -> Sequence[str]:
    before, after = saving.before, saving.after
    match whom:
        case action_life.Whom.OWNER:
            return [after.line("owner"), before.line("owner") if before else ""]
        case action_life.Whom.AUTHOR:
            return [after.line("author")]
        case action_life.Whom.LEAD:
            lead = after.line("lead")
            return [lead if people.named(lead) else after.line("author")]
        case action_life.Whom.CHECKERS:
            lessons = (find(id) for id in after.keys("of") if kind_of(id) is Kind.LESSON)
            return [lesson.line("owner") for lesson in lessons if lesson]


def _newly_named(saving: Saving, people: People) -> Iterator[Notice]:
    fields, event = NAMED[saving.after.kind]
    known = {plain_name(saving.before.line(name)) for name in fields} if saving.before else set()
    for name in () if isinstance(saving.by, System) else fields:
        words = saving.after.line(name)
        for account in people.named(words) if plain_name(words) not in known else ():
            if access.may_read(account.user, saving.after, _day(saving)):
                yield _notice(saving, account, saving.after.id, event, Whom.OWNER)


def _of_briefing(saving: Saving, people: People, find: Find) -> Iterator[Notice]:
    had, has = _briefed(saving.before), _briefed(saving.after)
    for id in dict.fromkeys([*has, *_applied(saving.after)]):
        if id in _applied(saving.after) and id not in _applied(saving.before):
            yield from _to_author(saving, people, find, id, APPLIED)
        elif id in has and id not in had:
            yield from _to_author(saving, people, find, id, BRIEFED)


def _briefed(briefing: Record | None) -> list[str]:
    return [row.get("lesson", "") for row in briefing.rows("lessons")] if briefing else []


def _applied(briefing: Record | None) -> list[str]:
    rows = briefing.rows("answers") if briefing else ()
    return [row.get("lesson", "") for row in rows if row.get("answer") == APPLIED]


def _to_author(saving: Saving, people: People, find: Find, id: str, event: str) -> Iterator[Notice]:
    """What came of a lesson elsewhere, for its author, if they may read that."""
    if isinstance(saving.by, System) or kind_of(id) is not Kind.LESSON:
        return
    lesson = find(id)
    for account in people.named(lesson.line("author")) if lesson else ():
        if access.may_read(account.user, saving.after, _day(saving)):
            yield _notice(saving, account, id, event, Whom.AUTHOR, saving.after.id)


def _notice(
    saving: Saving,
    account: Account,
    about: str,
    event: str,
    whom: Whom | action_life.Whom,
    other: str = "",
    said: Mapping[str, str] | None = None,
) -> Notice:
    keys = {AS: str(whom), **({OTHER: other} if other else {}), **(said or {})}
    source = saving.after.id
    return Notice(account.name, about, event, source, saving.revision, saving.at, said=keys)
