"""A batch: what is to be done to many records, how far it has come, and what to undo."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import KW_ONLY, asdict, dataclass, field, replace
from datetime import datetime
from typing import Any

from lessons.domain import access
from lessons.domain.access import Role, System, User
from lessons.domain.query import DEEPEST, Hit, Query, Sort
from lessons.domain.themes import MOST_THEMES, TAGGED, retagged
from lessons.library import Library, every
from lessons.ports import Note, Notebook

SUBJECT, DONE = "batch", "batch done"
Keys = tuple[str, ...]
Pair = tuple[Keys, Keys]  # keys to add, keys to take away


@dataclass(frozen=True, slots=True)
class Plan:
    """What is to be done. ids: for each record, which of `changes`. unseen: those that the person may not read.

    keys: of the themes it is about, as its page names them. machine: whether it runs over what the person may not
    read, too. strict: whether a record is left alone where its themes are not as the change before left them.
    sweep: a theme that was merged, and what into. others: themes saved along with it, with their revisions.
    """

    what: str
    keys: Keys
    ids: Mapping[str, int]
    changes: tuple[Pair, ...]
    _: KW_ONLY
    unseen: Collection[str] = ()
    machine: bool = False
    strict: bool = False
    sweep: tuple[str, str] | None = None
    others: tuple[tuple[str, int], ...] = ()


@dataclass(slots=True)
class Batch:
    """A plan on its way. theme, revision: the change of a theme that it belongs to, "" and 0 where to none.

    did: pairs of what was really added and taken away; done: for each record which of them, -1 where nothing had to be
    done. told: themes that were merged meanwhile, as {"was", "now", "who"}.
    """

    id: str
    owner: str
    version: int
    saved: datetime
    what: str
    keys: list[str]
    role: str
    groups: list[str]
    changes: list[list[list[str]]]
    todo: dict[str, int]
    unseen: list[str]
    machine: bool
    strict: bool
    sweep: list[str]
    others: list[list[Any]]
    theme: str = ""
    revision: int = 0
    did: list[list[list[str]]] = field(default_factory=list)
    done: dict[str, int] = field(default_factory=dict)
    refused: dict[str, str] = field(default_factory=dict)
    told: list[dict[str, str]] = field(default_factory=list)
    tries: dict[str, int] = field(default_factory=dict)
    claim: dict[str, Any] = field(default_factory=dict)
    finished: str = ""
    stopped: bool = False
    undone: str = ""

    @property
    def by(self) -> User:
        """Who asked for it, with the role and groups they had then."""
        kind = System if self.machine else User
        return kind(self.owner, Role(self.role), groups=frozenset(self.groups))

    def count(self, ids: Iterable[str]) -> int:
        """How many of these the person may read."""
        unseen = set(self.unseen)
        return sum(id not in unseen for id in ids)

    @property
    def over(self) -> bool:
        """Whether nothing is left to do that its owner can see."""
        return not self.count(self.todo)


_KEPT_APART = frozenset({"id", "owner", "version", "saved"})


def read(note: Note) -> Batch:
    return Batch(note.id, note.owner, note.version, note.saved, **note.body)


def keep(library: Library, notebook: Notebook, batch: Batch) -> Batch:
    """Raises StaleWrite where another worker was first."""
    body = {k: v for k, v in asdict(batch).items() if k not in _KEPT_APART}
    subject = DONE if batch.finished else SUBJECT
    now = library.clock()
    return read(
        notebook.keep(batch.id, batch.owner, subject, body, expected=batch.version, now=now)
    )


def retagging(before: Keys, pair: Pair, *, strict: bool) -> Keys | str | None:
    """Themes after a change; None where they are so already; why they stay as they are (a key of REFUSED)."""
    add, remove = pair
    if strict and not (set(remove) <= set(before) and set(add).isdisjoint(before)):
        return "changed"
    after = retagged(before, add, remove)
    if after == before:
        return None
    return "full" if len(after) > max(MOST_THEMES, len(before)) else after


# --- which records ----------------------------------------------------------------------
def ids_of(library: Library, reader: User, query: Query) -> list[str]:
    """Every record that a query finds, however many. Raises SearchUnavailable."""
    return [
        hit.id for hit in every(library, reader, replace(query, size=DEEPEST, sort=Sort.NEWEST))
    ]


def under(library: Library, reader: User, *keys: str) -> list[str]:
    """Every record that this person may read and that holds one of these keys. Raises SearchUnavailable."""
    return ids_of(library, reader, _under(reader, keys))


def _under(reader: User, keys: Collection[str]) -> Query:
    chosen = {"theme": frozenset(keys)}
    return Query(
        keys=access.keyring(reader), kinds=frozenset(TAGGED), chosen=chosen, size=DEEPEST, sort=Sort.NEWEST
    )  # fmt: skip


def touched(library: Library, reader: User, plan: Plan) -> Mapping[str, Pair]:
    """What a plan would change of what this person may read, as far as it is known now. Raises SearchUnavailable."""
    keys = {key for pair in plan.changes for some in pair for key in some}
    hits = every(library, reader, _under(reader, keys)) if keys else ()
    now = {hit.id: _themes(hit) for hit in hits}
    unseen = set(plan.unseen)
    pairs = {id: plan.changes[which] for id, which in plan.ids.items() if id not in unseen}
    return {
        id: pair
        for id, pair in pairs.items()
        if isinstance(retagging(now.get(id, ()), pair, strict=plan.strict), tuple)
    }


def _themes(hit: Hit) -> Keys:
    themes = hit.facts.get("themes")
    return tuple(map(str, themes)) if isinstance(themes, list) else ()
