"""Small worlds of random records and readers, and houses that hold all of a world or a part of it."""

import shutil
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from random import Random
from typing import Any

from lessons.adapters.database import Cost
from lessons.adapters.whoosh_index import WhooshIndex
from lessons.app import House, build_house
from lessons.domain.access import Role, User
from lessons.domain.record import CROCKFORD, Kind, Record
from lessons.library import Library
from tests.people import PASSWORD, account

ROOT = Path(__file__).parents[2]
NOW = datetime(2026, 6, 15, 9, 0, tzinfo=UTC)
TODAY = NOW.date()
GROUPS = ("kidnap", "insider", "north")
NAMES = ("ann", "bob", "cat")
WORDS = (
    "radio", "warrant", "cuckooing", "S&OC", "SIO", "informant", "dealer", "farm", "handover", "briefing",
    "multi-agency", "county", "lines", "firearms", "cordon", "custody", "interpreter", "battery", "stolen", "plant",
)  # fmt: skip
SECRETS = (
    "larkspur",
    "wolfsbane",
    "tamarisk",
    "juniper",
    "hellebore",
    "saxifrage",
    "celandine",
    "foxglove",
)
STATES = (
    "", "sent", "needs_fix", "not_taken", "observation", "identified", "learned", "merged", "Learned ",
)  # fmt: skip
MARKINGS = ("", "official", "official", "official", "official_sensitive", "OFFICIAL–SENSITIVE")


@dataclass(frozen=True)
class World:
    """Records with all their revisions, oldest first, and the people who would read them."""

    records: Mapping[str, tuple[Record, ...]]
    readers: tuple[User, ...]


def may_read(reader: User, record: Record, today: date) -> bool:
    """The rule of the house once more, said another way than the product says it."""
    if reader.name == record.line("author") or reader.name in record.keys("readers"):
        return True
    until = record.day("restricted_until")
    restricted = record.keys("groups") and not (until and until < today)
    outsider = not reader.groups & set(record.keys("groups")) and reader.role != "disclosure"
    if restricted and outsider:
        return False
    keeper = reader.role in ("reviewer", "disclosure")
    lesson = record.kind is Kind.LESSON
    raw = lesson and record.line("state") not in (
        "observation", "identified", "under_way", "awaiting_check", "learned", "merged", "retired",
    )  # fmt: skip
    if record.kind is Kind.DEBRIEF or raw:
        return keeper
    if record.line("marking") not in ("", "official"):
        return keeper or reader.role in ("lead", "analyst", "liaison")
    if reader.role == "partner":
        return record.kind is Kind.THEME or (lesson and record.flag("partner_safe"))
    return True


def world(random: Random, *, records: int = 26) -> World:
    ids = [_id(random, kind) for kind in _kinds(random, records)]
    made = {id: _revisions(random, id, kind, ids) for id, kind in ids}
    readers = tuple(
        User(
            f"{role}{n}", role, groups=frozenset(random.sample(GROUPS, random.choice((0, 0, 1, 2))))
        )
        for n, role in enumerate(Role)
    )
    named = User(
        random.choice(NAMES), random.choice((Role.OFFICER, Role.PARTNER, Role.LEAD, Role.ADMIN))
    )
    return World(made, (*readers, named))


def _kinds(random: Random, records: int) -> list[Kind]:
    sure = [*Kind, Kind.LESSON, Kind.LESSON]
    often = (Kind.LESSON, Kind.LESSON, Kind.LESSON, *Kind)
    return sure + [random.choice(often) for _ in range(records - len(sure))]


def _id(random: Random, kind: Kind) -> tuple[str, Kind]:
    if kind is Kind.THEME:
        return "".join(random.choice("abcdefgh") for _ in range(8)), kind
    return f"{kind.letter}-2026-" + "".join(random.choice(CROCKFORD) for _ in range(5)), kind


def _revisions(
    random: Random, id: str, kind: Kind, ids: list[tuple[str, Kind]]
) -> tuple[Record, ...]:
    return tuple(_record(random, id, kind, ids) for _ in range(random.choice((1, 1, 1, 2, 3))))


def _record(random: Random, id: str, kind: Kind, ids: list[tuple[str, Kind]]) -> Record:
    def some(kinds: Iterable[Kind], most: int) -> tuple[str, ...]:
        found = [i for i, k in ids if k in set(kinds) and i != id]
        return tuple(random.sample(found, min(len(found), random.randint(0, most))))

    def words(most: int) -> str:
        return " ".join(random.choice((*WORDS, *SECRETS)) for _ in range(random.randint(1, most)))

    day = TODAY - timedelta(random.randint(0, 900))
    fields: dict[str, Any] = {
        "marking": random.choice(MARKINGS),
        "author": random.choice(("", *NAMES)),
    }
    fields["label" if kind is Kind.THEME else "title"] = words(5)
    if random.random() < 0.35:
        fields["groups"] = tuple(random.sample(GROUPS, random.randint(1, 2)))
        ends = random.choice((None, TODAY - timedelta(1), TODAY, TODAY + timedelta(1)))
        fields |= {"restricted_until": ends} if ends else {}
    fields |= _about(random, kind, day, some, words)
    texts = {_section(kind): f"{words(20)}.\n\n{random.choice(SECRETS)} {words(20)}."}
    return Record(
        id, kind, fields={k: v for k, v in fields.items() if v not in ("", ())}, texts=texts
    )


def _section(kind: Kind) -> str:
    return {
        Kind.DEBRIEF: "happened", Kind.LESSON: "lesson", Kind.EVALUATION: "result", Kind.OPERATION: "summary",
        Kind.ACTION: "progress", Kind.FINDING: "text", Kind.BRIEFING: "note", Kind.THEME: "insight",
    }[kind]  # fmt: skip


def _about(random: Random, kind: Kind, day: date, some: Any, words: Any) -> dict[str, Any]:
    unit = random.choice(("", "North", "South", words(1)))
    if kind is Kind.LESSON:
        debrief, operation = some([Kind.DEBRIEF], 1), some([Kind.OPERATION], 1)
        return {
            "state": random.choice(STATES), "learning": random.choice(("keep", "change", "warning")),
            "occurred": day, "unit": unit, "partner_safe": random.random() < 0.3, "themes": some([Kind.THEME], 2),
            "threats": random.choice(((), ("drugs",), ("firearms", "drugs"))), "merged": some([Kind.LESSON], 2),
            "debrief": debrief[0] if debrief else "", "operation": operation[0] if operation else "",
        }  # fmt: skip
    if kind is Kind.DEBRIEF:
        points = tuple({"lesson": i, "sentence": words(4)} for i in some([Kind.LESSON], 2))
        return {
            "occurred": day,
            "unit": unit,
            "points": points,
            "readers": random.choice(((), NAMES[:1])),
        }
    if kind is Kind.BRIEFING:
        pack = tuple({"lesson": i, "why": words(3)} for i in some([Kind.LESSON], 3))
        return {"lessons": pack, "issued": NOW, "unit": unit}
    if kind is Kind.FINDING:
        return {
            "links": some([Kind.LESSON, Kind.ACTION], 3),
            "published": day,
            "themes": some([Kind.THEME], 1),
        }
    if kind is Kind.ACTION:
        return {
            "of": some([Kind.LESSON, Kind.DEBRIEF], 2),
            "unit": unit,
            "owner": "Head of training",
        }
    if kind is Kind.EVALUATION:
        return {
            "done": day,
            "verdict": random.choice(("worked", "mixed")),
            "themes": some([Kind.THEME], 2),
        }
    return {"ended": day, "unit": unit} if kind is Kind.OPERATION else {"synonyms": (words(1),)}


def queries(random: Random, count: int) -> Iterator[dict[str, list[str]]]:
    """Parameters of searches: words of the world, words mistyped, filters, kinds, days, orders."""
    for _ in range(count):
        typed = [random.choice((*WORDS, *SECRETS)) for _ in range(random.randint(0, 3))]
        if typed and random.random() < 0.4:
            typed[0] = _mistyped(random, typed[0])
        if random.random() < 0.2:
            typed = [f'"{" ".join(typed)}"', f"-{random.choice(WORDS)}"]
        asked: dict[str, list[str]] = {"q": [" ".join(typed)]}
        if random.random() < 0.4:
            asked["kind"] = [str(k) for k in random.sample(list(Kind), random.randint(1, 8))]
        if random.random() < 0.3:
            param, values = random.choice((
                ("unit", ["North", "South"]), ("marking", ["official_sensitive"]), ("state", ["learned"]),
                ("threat", ["drugs"]), ("year", ["2026"]), ("learning", ["keep"]),
            ))  # fmt: skip
            asked[param] = values
        if random.random() < 0.2:
            asked["from"] = [str(TODAY - timedelta(random.randint(0, 900)))]
        if random.random() < 0.2:
            asked["expand"] = ["no"]
        yield asked


def _mistyped(random: Random, word: str) -> str:
    at = random.randrange(1, len(word))
    return word[:at] + random.choice(("", "x", word[at - 1])) + word[at:][random.choice((0, 1)) :]


# --- houses -----------------------------------------------------------------------------------------
class Clock:
    """The time of a house, which a test moves."""

    def __init__(self, now: datetime = NOW) -> None:
        self.now = now

    def __call__(self) -> datetime:
        return self.now

    @property
    def today(self) -> date:
        return self.now.date()


def house_at(folder: Path, clock: Clock) -> House:
    """A house with the starter lists but no themes, whose clock a test moves."""
    content = folder / "content"
    (content / "themes").mkdir(parents=True)
    for name in ("vocabularies", "guidance"):
        shutil.copytree(ROOT / "content" / name, content / name)
    shutil.copy(ROOT / "content" / "synonyms.yaml", content)
    instance = folder / "instance"
    built = build_house(
        {"CONTENT_DIR": content, "INSTANCE_DIR": instance}, cost=Cost(rounds=1, memory=8, lanes=1)
    )
    library = Library(
        built.library.records,
        WhooshIndex(instance / "index", lambda: clock.today),
        built.library.audit,
        built.library.reference,
        clock,
    )
    return replace(built, library=library)


@contextmanager
def stocked(
    folder: Path, records: Mapping[str, tuple[Record, ...]], readers: Iterable[User], clock: Clock
) -> Iterator[House]:
    """A house with these records, every revision kept as it came, and accounts for these people."""
    house = house_at(folder, clock)
    for id, revisions in records.items():
        for number, record in enumerate(revisions):
            at = (
                NOW
                - timedelta(days=1, hours=sum(map(ord, id)) % 20)
                + timedelta(minutes=_step(record))
            )
            house.library.records.put(record, expected=number, by="ann", verb="send", at=at)
    house.library.rebuild()
    for reader in readers:
        house.accounts.add(account(reader.name, reader.role, *reader.groups), PASSWORD)
    try:
        yield house
    finally:
        house.database.close()


def _step(record: Record) -> int:
    """A minute that depends on nothing but the text of the revision, so that a part of a history keeps its times."""
    return sum(map(ord, repr(sorted(record.fields.items(), key=str)))) % 50
