"""Searches that a person keeps for themselves, each by a name and its address."""

import secrets
from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from urllib.parse import parse_qsl

from lessons.domain.access import User
from lessons.domain.errors import Invalid, NotFound, Problem
from lessons.domain.text import N_
from lessons.library import Library
from lessons.ports import Note, Notebook
from lessons.services.find.asking import question
from lessons.services.find.meaning import understood

SUBJECT = "search"
MOST = 50
LONGEST_NAME = 120  # characters
MOST_PARAMS = 250  # of an address
FULL = N_(
    "You have saved %(most)s searches, and there is room for no more. Remove one in your account first."
)


@dataclass(frozen=True, slots=True)
class Saved:
    """asked: the parameters, as they stand behind the question mark of an address."""

    id: str
    name: str
    asked: str
    when: datetime


def saved(notebook: Notebook, by: User) -> Sequence[Saved]:
    """Newest first."""
    return [_saved(note) for note in notebook.all(by.name, SUBJECT)]


def save(notebook: Notebook, library: Library, by: User, name: str, asked: str) -> Saved:
    """Keep a search; one that is kept already comes to the top. Raises Invalid where there are MOST."""
    kept = saved(notebook, by)
    same = next((s for s in kept if s.asked == asked), None)
    if same is None and len(kept) >= MOST:
        raise Invalid([Problem("search", FULL, values=(("most", str(MOST)),))])
    id = same.id if same else secrets.token_urlsafe(12)
    return _keep(notebook, library, by, id, same.name if same else _line(name), asked)


def rename(notebook: Notebook, library: Library, by: User, id: str, name: str) -> Saved:
    """An empty name changes nothing. Raises NotFound, also where it is somebody else's."""
    held = _mine(notebook, by, id)
    return _keep(notebook, library, by, id, _line(name) or held.name, held.asked)


def remove(notebook: Notebook, by: User, id: str) -> Saved:
    """What was removed. Raises NotFound, also where it is somebody else's."""
    held = _mine(notebook, by, id)
    notebook.drop(id, by.name)
    return held


def found_among(
    library: Library, notebook: Notebook, reader: User, id: str, ids: Collection[str]
) -> frozenset[str]:
    """Which of these records a saved search finds now, of what its owner may read; none where it is no longer saved.

    Raises SearchUnavailable.
    """
    try:
        held = _mine(notebook, reader, id)
    except NotFound:
        return frozenset()
    params: dict[str, list[str]] = {}
    for name, value in parse_qsl(held.asked, max_num_fields=MOST_PARAMS):
        params.setdefault(name, []).append(value)
    query, _ = question(reader, params, understood(library, reader))
    return library.among(reader, replace(query, within=frozenset(ids), suggest=False))


def _mine(notebook: Notebook, by: User, id: str) -> Saved:
    note = notebook.get(id, by.name)
    if note.subject != SUBJECT:
        raise NotFound()
    return _saved(note)


def _keep(notebook: Notebook, library: Library, by: User, id: str, name: str, asked: str) -> Saved:
    body = {"name": name, "asked": asked}
    now = library.clock()
    return _saved(notebook.keep(id, by.name, SUBJECT, body, expected=None, now=now))


def _line(name: str) -> str:
    line = " ".join(name.split())
    return line if len(line) <= LONGEST_NAME else line[: LONGEST_NAME - 1].rstrip() + "…"


def _saved(note: Note) -> Saved:
    return Saved(note.id, str(note.body["name"]), str(note.body["asked"]), note.saved)
