"""Records, people and questions for the tests of the search index."""

from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path

from lessons.adapters.whoosh_index import WhooshIndex
from lessons.domain.access import Role, User, keyring
from lessons.domain.query import Results, ask
from lessons.domain.record import CROCKFORD, Kind, Record, Revision, Stored
from lessons.domain.synonyms import Synonyms

TODAY = date(2026, 3, 27)
NOBODY_KNOWS = Synonyms()

OFFICER = User("pc.example", Role.OFFICER)
REVIEWER = User("rev.example", Role.REVIEWER)
ANALYST = User("ana.example", Role.ANALYST)
PARTNER = User("partner.example", Role.PARTNER)


def id_of(number: int, kind: Kind = Kind.LESSON) -> str:
    """The same id for the same number: L-2026-00000, L-2026-00001 …"""
    tail = ""
    for _ in range(5):
        number, digit = divmod(number, 32)
        tail = CROCKFORD[digit] + tail
    return f"{kind.letter}-2026-{tail}"


def lesson(number: int, title: str = "", text: str = "", **fields: object) -> Stored:
    """A cleared OFFICIAL lesson, unless its fields say otherwise."""
    texts = {"lesson": text, **fields.pop("texts", {})}
    known = {
        "title": title,
        "state": "identified",
        "marking": "official",
        "learning": "improve",
        "occurred": date(2026, 3, 1),
        **fields,
    }
    return kept(Record(id_of(number), Kind.LESSON, fields=known, texts=texts))


def kept(record: Record, version: str = "v1") -> Stored:
    at = datetime(2026, 3, 2, tzinfo=UTC)
    return Stored(record, Revision(1, at, "pc.example", "send"), version)


def edited(stored: Stored, version: str = "v2", **changes: object) -> Stored:
    return replace(stored, record=stored.record.with_(**changes), version=version)


def index_in(folder: Path, *stored: Stored) -> WhooshIndex:
    index = WhooshIndex(folder / "index", lambda: TODAY)
    index.rebuild(stored)
    return index


def find(
    index: WhooshIndex,
    text: str,
    by: User = OFFICER,
    synonyms: Synonyms = NOBODY_KNOWS,
    **rest: object,
) -> Results:
    return index.search(ask(text, keys=keyring(by), **rest), synonyms)


def found(index: WhooshIndex, text: str, by: User = OFFICER, **rest: object) -> list[str]:
    """Titles of the hits, best first."""
    return [hit.title for hit in find(index, text, by, **rest).hits]


def counts(results: Results, param: str) -> dict[str, int]:
    return {count.key: count.count for count in results.facets[param]}
