"""Changes of the list of themes: add, rename, merge, split, retire and bring back, each looked at before it is made."""

import hashlib
import secrets
import time
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, replace
from datetime import timedelta

from lessons.domain import access
from lessons.domain.access import KEEPERS, SYSTEM_NAME, Permit, User
from lessons.domain.errors import Busy, Invalid, LessonsError, NotFound, Problem, StaleWrite
from lessons.domain.query import Hit, Query, Sort
from lessons.domain.record import OUTSIDE, Kind, Record, Stored, kind_of
from lessons.domain.schema import check
from lessons.domain.text import N_
from lessons.domain.themes import (
    TAGGED,
    problems,
    squeezed,
    with_themes,
    words_of,
)
from lessons.domain.vocabulary import Vocabularies, Vocabulary
from lessons.library import Library
from lessons.ports import Notebook
from lessons.services.insight import batches
from lessons.services.insight.batch import Batch, touched
from lessons.services.insight.theme_changes import Changing, Given, adding

VERB = "theme"
TURN = timedelta(seconds=30)  # the longest that one change of the list keeps others waiting
PATIENCE = 5.0  # seconds


class Changed(StaleWrite):
    """Somebody changed the theme first. key, revision: what this person had before them."""

    message = N_("This theme was changed while you had it open. Nothing of yours was saved yet.")
    by_whom = N_(
        "%(who)s changed this theme while you had it open. Nothing of yours was saved yet."
    )

    def __init__(self, key: str, revision: int, who: str) -> None:
        super().__init__(key)
        self.key, self.revision, self.who = key, revision, who
        self.message = self.by_whom if who else type(self).message
        self.values = {"who": who}


@dataclass(frozen=True, slots=True)
class Done:
    """What was saved; batch: of the records that follow, None where none do."""

    stored: Stored
    batch: Batch | None = None


@dataclass(frozen=True, slots=True)
class Lead:
    """A word, and the themes that it leads to before and after."""

    word: str
    before: frozenset[str]
    after: frozenset[str]

    @property
    def moves(self) -> bool:
        return self.before != self.after


@dataclass(frozen=True, slots=True)
class Preview:
    """What a change would do. counts: records by kind that it touches and that this person may read; of a change of the
    list alone, those under the theme. gets: how many get each theme. now, themes: the list as it is and would be.
    """

    counts: Mapping[Kind, int]
    gets: Mapping[str, int]
    leads: tuple[Lead, ...]
    now: Vocabulary
    themes: Vocabulary


# --- one at a time -------------------------------------------------------------------------------------
@contextmanager
def alone(library: Library, notebook: Notebook) -> Iterator[None]:
    """One change of the list at a time, in all processes: what is looked up inside stays true until the end.

    Raises Busy.
    """
    version, mine, give_up = 0, secrets.token_urlsafe(9), time.monotonic() + PATIENCE
    while True:
        now = library.clock()
        try:
            held = notebook.get("themes", SYSTEM_NAME)
            version, until = held.version, str(held.body["until"])
        except NotFound:
            version, until = 0, ""
        if until <= now.isoformat():
            body = {"until": (now + TURN).isoformat(), "turn": mine}
            with suppress(StaleWrite):
                kept = notebook.keep("themes", SYSTEM_NAME, "turn", body, expected=version, now=now)
                version = kept.version
                break
        if time.monotonic() > give_up:
            raise Busy()
        time.sleep(0.02)
    try:
        library.forget_lists()
        yield
    finally:
        with suppress(StaleWrite):
            over = {"until": "", "turn": mine}
            notebook.keep(
                "themes", SYSTEM_NAME, "turn", over, expected=version, now=library.clock()
            )


def held(library: Library, by: User, key: str) -> Stored:
    """A theme whole, for somebody who may read it. Raises NotFound, Unreadable."""
    if kind_of(key) is not Kind.THEME or library.peek(by, key) is None:
        raise NotFound()
    return library.records.get(key)


def _settled(library: Library, by: User, key: str, expected: int) -> Stored:
    """The theme, an edit by hand kept as a revision first. Raises Changed."""
    held(library, by, key)
    stored = library.records.settle(key, at=library.clock())
    last = stored.revision
    never_saved = not expected and last.number == 1 and last.by == OUTSIDE
    if last.number != expected and not never_saved:
        raise Changed(key, expected, name_for(by, last.by))
    return stored


def name_for(by: User, name: str) -> str:
    """Who did something, for those who see that in a history."""
    return name if by.role in KEEPERS else ""


def make(
    library: Library, notebook: Notebook, by: User, key: str, expected: int,
    build: Callable[[Record], Changing],
) -> Done:  # fmt: skip
    """Make a change of a theme. expected: the revision that this person saw.

    Raises NotFound, NotAllowed, Changed, Invalid, Busy, SearchUnavailable.
    """
    access.demand(by, Permit.MANAGE_LISTS)
    with alone(library, notebook):
        stored = _settled(library, by, key, expected)
        expected = stored.revision.number
        changing = build(stored.record)
        demand_sound(library, by, changing)
        parts = _prepared(library, notebook, by, changing, expected)
        kept = _saved(library, notebook, by, changing, expected, parts)
    return Done(kept, batches.begin(library, notebook, parts) if parts else None)


def add(library: Library, notebook: Notebook, by: User, given: Given) -> Done:
    """A new theme, in use at once. Raises NotAllowed, Invalid, Busy."""
    access.demand(by, Permit.MANAGE_LISTS)
    with alone(library, notebook):
        changing = adding(library, given)
        demand_sound(library, by, changing)
        return Done(_saved(library, notebook, by, changing, 0, ()))


def demand_sound(library: Library, by: User, changing: Changing) -> None:
    """Raises Invalid: what the schema does not allow, and what the list would be wrong by."""
    found = [
        each
        for record in changing.records
        for each in check(record, _with(library, changing), today=library.today)
    ]
    hidden = (
        library.vocabularies["theme"].terms.keys() - library.lists_for(by)["theme"].terms.keys()
    )
    told = problems(library.vocabularies["theme"], *changing.records)
    found += [_without_names(problem, library, hidden) for problem in told]
    if found:
        raise Invalid(found)


def _with(library: Library, changing: Changing) -> Vocabularies:
    lists = library.vocabularies
    themes = with_themes(lists["theme"], changing.records)
    return replace(lists, lists={**lists.lists, "theme": themes})


def _without_names(problem: Problem, library: Library, hidden: set[str]) -> Problem:
    """A theme that this person may not read is not named to them."""
    labels = {library.vocabularies["theme"].label(key) for key in hidden}
    if not any(label in value for _, value in problem.values for label in labels):
        return problem
    return Problem(problem.field, N_("This word is taken. Choose another."))


def _prepared(
    library: Library, notebook: Notebook, by: User, changing: Changing, expected: int
) -> list[Batch]:
    if changing.plan is None:
        return []
    changing.first()
    plan, key = changing.plan(), changing.after.id
    plan = replace(plan, others=tuple((r.id, n + 1) for r, n in changing.others))
    if not plan.ids and not plan.others and not plan.sweep:
        return []
    first = batch_id(key, expected + 1, by.name)
    return batches.prepare(library, notebook, by, plan, id=first, theme=key, revision=expected + 1)


def batch_id(key: str, revision: int, owner: str) -> str:
    """By which what followed from a revision of a theme is found again."""
    told = f"{key} {revision} {owner.casefold()}"
    return "t" + hashlib.sha256(told.encode("utf-8", "surrogatepass")).hexdigest()[:20]


def _saved(
    library: Library, notebook: Notebook, by: User, changing: Changing, expected: int,
    parts: Sequence[Batch],
) -> Stored:  # fmt: skip
    try:
        for record, replaced in changing.others:
            library.save(by, VERB, record, expected=replaced)
        kept = library.save(by, VERB, changing.after, expected=expected)
    except LessonsError:
        batches.drop(notebook, parts)
        raise
    finally:
        library.forget_lists()
    return kept


# --- what would change ---------------------------------------------------------------------------------
def preview(library: Library, by: User, changing: Changing) -> Preview:
    """Raises NotAllowed, Invalid, SearchUnavailable."""
    access.demand(by, Permit.MANAGE_LISTS)
    demand_sound(library, by, changing)
    now = library.lists_for(by)["theme"]
    then = with_themes(now, changing.records)
    words: dict[str, str] = {}
    for record in changing.records:
        for themes in (now, then):
            for word in (*themes.names(record.id), *_own(themes, record.id)):
                words.setdefault(squeezed(word), word)
    leads = tuple(Lead(w, _leading(now, w), _leading(then, w)) for w in words.values())
    if changing.plan is None:
        return Preview(counts(library, by, changing.after.id), {}, leads, now, then)
    found = touched(library, by, changing.plan())
    kinds, gets = Counter(map(kind_of, found)), Counter(k for add, _ in found.values() for k in add)
    return Preview({kind: kinds[kind] for kind in TAGGED}, gets, leads, now, then)


def _own(themes: Vocabulary, key: str) -> tuple[str, ...]:
    return words_of(themes.terms[key]) if key in themes.terms else ()


def _leading(themes: Vocabulary, word: str) -> frozenset[str]:
    term = themes.find(word)
    return themes.became(term.key) if term else frozenset()


def counts(library: Library, by: User, *keys: str) -> Mapping[Kind, int]:
    """How many records of each kind are under these themes, of those that this person may read."""
    found = {}
    for kind in TAGGED:
        query = Query(
            keys=access.keyring(by), kinds=frozenset({kind}), chosen={"theme": frozenset(keys)},
            size=0, facets=False, suggest=False,
        )  # fmt: skip
        found[kind] = library.search(by, query, noted=False).total
    return found


def newest_under(library: Library, by: User, key: str, most: int) -> tuple[tuple[Hit, ...], int]:
    """The newest records under a theme that this person may read, and how many there are."""
    query = Query(
        keys=access.keyring(by), kinds=frozenset(TAGGED), chosen={"theme": frozenset({key})},
        sort=Sort.NEWEST, size=most, facets=False, suggest=False,
    )  # fmt: skip
    results = library.search(by, query, noted=False)
    return results.hits, results.total
