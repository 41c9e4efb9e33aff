"""What one person follows, and how often they want to hear of it: kept in their notebook, as keys alone."""

from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from lessons.domain.access import User
from lessons.domain.errors import Invalid, NotFound, Problem, StaleWrite
from lessons.domain.following import MOST, Follow, Often, What, whole_seconds
from lessons.domain.record import Kind, Record, kind_of
from lessons.domain.text import N_
from lessons.library import Library
from lessons.ports import Note, Notebook

SUBJECT = "follow"
TRIES = 5  # two changes at the same moment both hold
FULL = N_("You follow %(most)s things, and there is room for no more. Stop following one first.")
NOT_THERE = N_("This cannot be followed, or it is not open to you.")
HOW_OFTEN = N_("Choose how often you want to hear.")
NOT_FOLLOWED = N_("You do not follow this any more.")
SearchNames = Mapping[str, str]  # names of a person's saved searches, by id


def follows(notebook: Notebook, who: User) -> tuple[Follow, ...]:
    """In the order in which they began."""
    note = _note(notebook, who)
    return read(note) if note else ()


def follow_of(notebook: Notebook, who: User, what: What, key: str) -> Follow | None:
    return next((f for f in follows(notebook, who) if (f.what, f.key) == (what, key)), None)


def follow(
    notebook: Notebook, library: Library, who: User, what: str, key: str, often: str,
    searches: SearchNames,
) -> Follow:  # fmt: skip
    """Begin to follow, or hear of it more or less often. Raises Invalid."""
    problems = [] if often in set(Often) else [Problem("often", HOW_OFTEN)]
    if not can_be_followed(library, who, what, key, searches):
        problems.append(Problem("follow", NOT_THERE))
    if problems:
        raise Invalid(problems)
    new = Follow(What(what), key, Often(often), whole_seconds(library.clock()))

    def change(kept: tuple[Follow, ...]) -> tuple[Follow, ...]:
        for each in kept:
            if each.id == new.id:  # what they have not heard of yet is not lost
                now = Follow(new.what, new.key, new.often, each.since)
                return tuple(now if f.id == new.id else f for f in kept)
        if len(kept) >= MOST:
            raise Invalid([Problem("follow", FULL, values=(("most", str(MOST)),))])
        return (*kept, new)

    kept = _change(notebook, who, change, library.clock())
    return next(each for each in kept if each.id == new.id)


def set_often(notebook: Notebook, library: Library, who: User, id: str, often: str) -> Follow:
    """Hear of it more or less often, open or not. Raises Invalid."""
    if often not in set(Often):
        raise Invalid([Problem("often", HOW_OFTEN)])

    def change(kept: tuple[Follow, ...]) -> tuple[Follow, ...]:
        if not any(each.id == id for each in kept):
            raise Invalid([Problem("follow", NOT_FOLLOWED)])
        return tuple(Follow(f.what, f.key, Often(often), f.since) if f.id == id else f for f in kept)  # fmt: skip

    kept = _change(notebook, who, change, library.clock())
    return next(each for each in kept if each.id == id)


def stop(notebook: Notebook, library: Library, who: User, id: str) -> None:
    """Nothing happens where it is not followed."""
    if any(each.id == id for each in follows(notebook, who)):
        _change(notebook, who, lambda kept: tuple(f for f in kept if f.id != id), library.clock())


# --- what may be followed, and under which name -----------------------------------------------------------
def can_be_followed(
    library: Library, who: User, what: str, key: str, searches: SearchNames
) -> bool:
    match what:
        case What.SEARCH:
            return key in searches
        case What.THREAT:
            return any(term.key == key for term in library.lists_for(who)["threat"].current)
        case What.THEME | What.OPERATION:
            return record_of(library, who, What(what), key) is not None
    return False


def record_of(library: Library, who: User, what: What, key: str) -> Record | None:
    """The theme or the operation; None where it is not open to them, or not there."""
    kind = {What.THEME: Kind.THEME, What.OPERATION: Kind.OPERATION}.get(what)
    if kind is None or kind_of(key) is not kind:
        return None
    stored = library.peek(who, key)
    return stored.record if stored else None


@dataclass(frozen=True, slots=True)
class Named:
    """name: "" where it is no longer open to this person. marking: of the record that is named."""

    follow: Follow
    name: str
    marking: str = ""


def named(
    library: Library, who: User, follows: Sequence[Follow], searches: SearchNames, language: str
) -> list[Named]:
    return [_named(library, who, each, searches, language) for each in follows]


def _named(
    library: Library, who: User, each: Follow, searches: SearchNames, language: str
) -> Named:
    record = record_of(library, who, each.what, each.key)
    marking = record.line("marking") if record else ""
    return Named(each, name_of(library, who, each.what, each.key, searches, language), marking)


def name_of(
    library: Library, who: User, what: What, key: str, searches: SearchNames, language: str
) -> str:
    """ "" where it is not open to them."""
    if what is What.SEARCH:
        return searches.get(key, "")
    terms = library.lists_for(who)[str(what)]
    if what is What.THREAT:
        return terms.label(terms.current_key(key), language) if key in terms.terms else ""
    record = record_of(library, who, what, key)
    if record is None:
        return ""
    now = terms.current_key(key)
    return terms.label(now, language) if what is What.THEME and now in terms.terms else record.title


# --- how it is kept -----------------------------------------------------------------------------------------
def read(note: Note) -> tuple[Follow, ...]:
    """Whatever cannot be read is left out."""
    found = (_follow(row) for row in note.body.get("follows", ()))
    return tuple(each for each in found if each)


def _follow(row: Mapping[str, Any]) -> Follow | None:
    try:
        since = datetime.fromisoformat(row["since"])
        return Follow(What(row["what"]), str(row["key"]), Often(row["often"]), since)
    except (KeyError, TypeError, ValueError):
        return None


def _id(who: User) -> str:
    return f"{SUBJECT}:{who.name}"


def _note(notebook: Notebook, who: User) -> Note | None:
    with suppress(NotFound):
        return notebook.get(_id(who), who.name)
    return None


def _change(
    notebook: Notebook, who: User, change: Callable[[tuple[Follow, ...]], tuple[Follow, ...]], now: datetime
) -> tuple[Follow, ...]:  # fmt: skip
    """Raises StaleWrite, where others were quicker again and again, and what `change` raises."""
    for tries in range(TRIES):
        note = _note(notebook, who)
        kept = change(read(note) if note else ())
        rows = [
            {"what": f.what, "key": f.key, "often": f.often, "since": f.since.isoformat()}
            for f in kept
        ]
        try:
            notebook.keep(
                _id(who), who.name, SUBJECT, {"follows": rows},
                expected=note.version if note else 0, now=now,
            )  # fmt: skip
        except StaleWrite:
            if tries == TRIES - 1:
                raise
            continue
        return kept
    raise AssertionError("unreachable")
