"""Candidates for a pack: several searches put together, and what is found by name. All of it by the door, for one
reader: what they may not read stands in no score.
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import date

from lessons.domain import access, pack
from lessons.domain.access import User
from lessons.domain.pack import Candidate
from lessons.domain.pack_terms import words_of
from lessons.domain.query import Hit, Query, Sort
from lessons.domain.record import Kind, Record
from lessons.domain.schema import FACETS
from lessons.domain.states import GOOD
from lessons.domain.words import plain_words
from lessons.library import Library
from lessons.services.brief.building_reading import FEWEST_NAMED, Plan, squeezed

DEEP = 150  # hits of one search; near-copies are told apart from one another so far
FEW = 40  # hits of a search by a part of an order, or by one field
MOST_NAMED = 10
RARE = 8  # lessons that speak of a name; a name that stands in more is a common phrase
_BRACKETS = re.compile(
    r"\([^()]{0,100}\)"
)  # what a title has in brackets is left out where it is quoted
_BY_FIELD = ("tactics", "vulnerabilities", "threats", "partners", "unit")  # each by itself
# What is to come first where nothing was said in words: looked for besides the newest.
_FIRST = ({"learning": frozenset({"warning"})}, {"state": frozenset({"learned"})})


class Finder:
    """For one plan of one reader."""

    def __init__(self, library: Library, reader: User, plan: Plan, without: frozenset[str]) -> None:
        self._library, self._reader, self._plan, self._without = library, reader, plan, without
        self._hits: dict[str, Hit] = {}
        self._words: dict[str, float] = {}
        self._match: dict[str, float] = {}

    def candidates(self, operation: Record | None) -> list[Candidate]:
        """Raises SearchUnavailable."""
        plan = self._plan
        for place, text in enumerate(plan.texts):
            found = self._ask(like=text, expand=False, fold=True, size=FEW if place else DEEP)
            self._add(pack.PART if place else pack.LIKE, found)
        if plan.said:
            self._add(pack.SAID, self._ask(words=tuple(plan.said.split())), matching=plan.welsh)
        self._by_fields()
        marked = self._marked(operation)
        today = self._library.today
        total = sum(pack.PART if place else pack.LIKE for place, _ in enumerate(plan.texts))
        total = (total + pack.SAID * bool(plan.said)) or 1.0
        return [
            replace(
                _candidate(hit, today),
                words=self._words.get(id, 0.0) / total,
                match=self._match.get(id, 0.0),
                named=id in marked["named"],
                spoken=id in marked["spoken"],
                own=id in marked["own"],
            )
            for id, hit in self._hits.items()
        ]

    def _ask(
        self,
        *,
        size: int = DEEP,
        chosen: Mapping[str, frozenset[str]] | None = None,
        **rest: object,
    ) -> Sequence[Hit]:
        query = Query(
            keys=access.keyring(self._reader), chosen={"state": GOOD, **(chosen or {})}, size=size,
            facets=False, suggest=False, extracts=False, without=self._without, **rest,  # type: ignore[arg-type]
        )  # fmt: skip
        return self._library.search(self._reader, query, noted=False).hits

    def _add(self, weight: float, hits: Sequence[Hit], *, matching: bool = True) -> None:
        best = hits[0].score if hits else 0.0
        for hit in hits:
            self._hits.setdefault(hit.id, hit)
            share = hit.score / best if best > 0 else 0.0
            self._words[hit.id] = self._words.get(hit.id, 0.0) + weight * share
            if matching:
                self._match[hit.id] = max(self._match.get(hit.id, 0.0), hit.match)

    def _by_fields(self) -> None:
        """What shares a field, however little its words do; the newest where there are no words."""
        text = self._plan.texts[0] if self._plan.texts else ""
        also = ({},) if text else ({}, *_FIRST)
        params = {field.name: param for param, field in FACETS.items()}
        for name in _BY_FIELD:
            wanted = self._plan.keys.get(name)
            if not wanted:
                continue
            main = max(wanted, key=lambda key: wanted[key])
            chosen = {params[name]: frozenset({main} if text else wanted)}
            by: dict[str, object] = (
                {"like": text, "expand": False} if text else {"sort": Sort.NEWEST}
            )
            for more in also:
                for hit in self._ask(chosen={**chosen, **more}, size=FEW, **by):
                    self._hits.setdefault(hit.id, hit)

    # --- by name ---------------------------------------------------------------------------------

    def _marked(self, operation: Record | None) -> dict[str, frozenset[str]]:
        """Lessons that are called by name, one way or another, and are among the hits now."""
        called = {"named": self._named(), "spoken": self._spoken(), "own": self._own(operation)}
        return {
            name: frozenset(id for id in ids if id in self._hits or self._fetch(id))
            for name, ids in called.items()
        }

    def _fetch(self, id: str) -> bool:
        """A lesson that no search brought up. False where it may not be read, is left out or does not hold good."""
        stored = self._library.peek(self._reader, id) if id not in self._without else None
        if stored is None or stored.record.kind is not Kind.LESSON:
            return False
        record = stored.record
        if record.line("state") not in GOOD:
            return False
        facts = {name: record.keys(name) for name in (*pack.FIELDS, "recurrence")}
        lines = {name: record.line(name) for name in ("learning", "state", "debrief", "operation")}
        day = record.day("occurred")
        lines["occurred"] = day.isoformat() if day else ""
        self._hits[id] = Hit(id, Kind.LESSON, record.title, 0.0, (), {**facts, **lines})
        return True

    def _named(self) -> Iterable[str]:
        """By id, by reference in another system, by title."""
        ids = {*self._plan.ids}
        if self._plan.references:
            for line in self._library.ledger(self._reader, Kind.LESSON):
                reference = line.line("source_id")
                if reference and squeezed(reference) in self._plan.references:
                    ids.add(line.id)
        text = f" {' '.join(self._plan.words)} "
        own = words_of(_BRACKETS.sub(" ", self._plan.title))
        for hit in self._hits.values():
            words = words_of(_BRACKETS.sub(" ", hit.title))
            if len(words) >= FEWEST_NAMED and words != own and f" {' '.join(words)} " in text:
                ids.add(hit.id)
        for phrase in self._plan.quoted:
            for hit in self._ask(phrases=(phrase,), size=RARE, expand=False):
                if plain_words(_BRACKETS.sub(" ", hit.title)) == phrase:
                    ids.add(hit.id)
        return [now for id in sorted(ids)[:MOST_NAMED] if (now := self._now(id))]

    def _now(self, id: str) -> str:
        """What a lesson that was merged has become; "" where it may not be read."""
        stored = self._library.peek(self._reader, id)
        if stored is None:
            return ""
        return stored.record.line("replaced_by") or id

    def _spoken(self) -> Iterable[str]:
        """Lessons in which the name of what is planned stands."""
        if not self._plan.phrase:
            return ()
        hits = self._ask(phrases=(self._plan.phrase,), size=RARE + 1, expand=False)
        for hit in hits if len(hits) <= RARE else ():
            self._hits.setdefault(hit.id, hit)
        return [hit.id for hit in hits] if len(hits) <= RARE else ()

    def _own(self, operation: Record | None) -> Iterable[str]:
        """Lessons of this operation and of its debriefs, as far as this person may read these."""
        if operation is None:
            return ()
        debriefs = {
            line.id
            for line in self._library.ledger(self._reader, Kind.DEBRIEF, Kind.EVALUATION)
            if operation.id in (line.line("operation"), line.line("activity"))
        }
        return [
            line.id
            for line in self._library.ledger(self._reader, Kind.LESSON)
            if line.line("state") in GOOD
            and (
                line.line("operation") == operation.id
                or line.line("debrief") in debriefs
                or line.line("evaluation") in debriefs
            )
        ]


def _candidate(hit: Hit, today: date) -> Candidate:
    occurred = hit.facts.get("occurred")
    try:
        days = (today - date.fromisoformat(str(occurred)[:10])).days if occurred else None
    except ValueError:
        days = None
    uses = hit.uses
    return Candidate(hit.id, 0.0, 0.0, hit.facts, again=uses.again, worked=uses.worked,
                     not_helped=uses.not_helped, days=days)  # fmt: skip
