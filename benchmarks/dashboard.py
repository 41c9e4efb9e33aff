"""The dashboard over 20,000 records of all kinds: warm, after a save, and the first time after a start; beside a scan
that reads every record from the store and counts the same.
"""

import gc
import shutil
import time
from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime, timedelta
from functools import partial
from math import ceil
from pathlib import Path
from random import Random

from flask.testing import FlaskClient

from benchmarks.generate import SEED, UNITS, Maker, fill, id_of, new_content, open_house
from benchmarks.server import PASSWORD, token
from benchmarks.table import Figure
from benchmarks.words import words
from lessons.app import House, create_app
from lessons.domain.access import SYSTEM, Role
from lessons.domain.ledger import entry_of, line_of
from lessons.domain.measure import Period
from lessons.domain.record import Kind, Record, Value
from lessons.ports import Account
from lessons.services.insight.dashboard import Wanted
from lessons.services.insight.dashboard import figures as figures_of
from lessons.services.insight.dashboard.board import count, world_of

MADE_BY = "1"
LESSONS, DEBRIEFS, OPERATIONS = 12_000, 2_500, 2_000
EVALUATIONS, ACTIONS, FINDINGS, BRIEFINGS = 1_200, 1_800, 200, 300
RECORDS = LESSONS + DEBRIEFS + OPERATIONS + EVALUATIONS + ACTIONS + FINDINGS + BRIEFINGS
WARM, SAVES, STARTS, SCANS = 60, 20, 3, 2
TARGET = 400
NOW = date(2026, 6, 30)
ANALYST = "bench-analyst"
ADDRESSES = ("/dashboard", "/dashboard?period=all", f"/dashboard?unit={UNITS[0].replace(' ', '+')}",
             "/dashboard?threat=drugs&period=all")  # fmt: skip


class MixedMaker(Maker):
    """Records of every kind, with the dates and links that figures are made of."""

    def records(self) -> Iterator[Record]:
        operations = [self._ended(self._operation(n)) for n in range(OPERATIONS)]
        yield from operations
        debriefs = [self._debrief(n, operations) for n in range(DEBRIEFS)]
        yield from debriefs
        lessons = [self._timed(self.lesson(n, debriefs)) for n in range(LESSONS)]
        yield from lessons
        yield from (self._evaluation(n, operations) for n in range(EVALUATIONS))
        yield from (self._action(n, lessons) for n in range(ACTIONS))
        yield from (self._finding(n) for n in range(FINDINGS))
        yield from (self._briefing(n, lessons) for n in range(BRIEFINGS))

    def _ended(self, operation: Record) -> Record:
        r, about = self.random, self._about()
        ended = operation.day("ended") or NOW
        more: dict[str, Value] = {name: about[name] for name in ("four_p", "threats", "unit")}
        more["threat_kinds"] = self._keys("threat_kind", 0.9, 2)
        if r.random() < 0.7:
            more["debriefed"] = ended + timedelta(days=r.randrange(60))
        return operation.with_(**more)

    def _timed(self, lesson: Record) -> Record:
        r, happened = self.random, lesson.day("occurred") or NOW
        sent = datetime(happened.year, happened.month, happened.day, 9, tzinfo=UTC) + timedelta(
            days=3
        )
        fields: dict[str, Value] = {"sent": sent, "threat_kinds": self._keys("threat_kind", 0.8, 2)}
        if lesson.line("state") != "sent":
            fields["answered"] = sent + timedelta(days=r.randrange(12))
        if lesson.line("state") in ("identified", "under_way", "awaiting_check", "learned"):
            fields["identified"] = sent + timedelta(days=r.randrange(12, 60))
        if lesson.line("state") == "learned":
            fields["learned"] = sent + timedelta(days=r.randrange(90, 600))
        return lesson.with_(**fields)

    def _evaluation(self, number: int, operations: list[Record]) -> Record:
        r, due = self.random, self._day() + timedelta(days=90)
        fields = self._about() | {
            "title": f"Evaluation {number}", "activity": r.choice(operations).id, "due": due, "marking": "official",
        }  # fmt: skip
        fields.pop("occurred")
        if r.random() < 0.6:
            fields["done"] = due + timedelta(days=r.randrange(-60, 60))
        return Record(id_of(Kind.EVALUATION, number), Kind.EVALUATION, fields=fields)

    def _action(self, number: int, lessons: list[Record]) -> Record:
        r, agreed = self.random, self._day()
        fields: dict[str, Value] = {
            "title": f"Change form {number}", "of": (r.choice(lessons).id,), "owner": f"officer{r.randrange(900)}",
            "agreed": agreed, "due": agreed + timedelta(days=r.randrange(30, 200)), "marking": "official",
            "strength": self._keys("action_strength", 1, 1)[0], "unit": r.choice(UNITS),
            "action_state": r.choices(("open", "under_way", "done", "verified", "not_taken"), (20, 25, 15, 30, 10))[0],
        }  # fmt: skip
        return Record(id_of(Kind.ACTION, number), Kind.ACTION, fields=fields)

    def _finding(self, number: int) -> Record:
        fields: dict[str, Value] = {
            "title": f"Finding {number}", "finding_type": self._keys("finding_type", 1, 1)[0], "published": self._day(),
            "finding_status": self.random.choice(("awaiting", "progressing", "complete")), "marking": "official",
        }  # fmt: skip
        return Record(id_of(Kind.FINDING, number), Kind.FINDING, fields=fields)

    def _briefing(self, number: int, lessons: list[Record]) -> Record:
        day = self._day()
        rows = tuple({"lesson": each.id} for each in self.random.sample(lessons, 6))
        fields: dict[str, Value] = {
            "title": f"Briefing {number}", "issued": datetime(day.year, day.month, day.day, 9, tzinfo=UTC),
            "lessons": rows, "marking": "official",
        }  # fmt: skip
        return Record(id_of(Kind.BRIEFING, number), Kind.BRIEFING, fields=fields)


def prepared(data: Path) -> Path:
    """The records, made once."""
    folder = data / "mixed"
    note = folder / "made"
    if not note.is_file() or note.read_text() != MADE_BY:
        shutil.rmtree(folder, ignore_errors=True)
        new_content(folder / "content")
        house = open_house(folder)
        fill(house, MixedMaker(words(), house.library.vocabularies).records())
        note.write_text(MADE_BY)
    house = open_house(folder)
    if not house.library.index.ready():
        house.library.rebuild()
    house.library.sync()
    house.database.close()
    return folder


def figures(data: Path) -> list[Figure]:
    folder = prepared(data)
    starts = sorted(_start(folder) for _ in range(STARTS))
    house = open_house(folder)
    try:
        client = _signed_in(house)
        for address in ADDRESSES:
            _get(client, address)
        gc.collect()
        gc.freeze()  # as a server does once it is built
        warm = {a: sorted(_timed(partial(_get, client, a)) for _ in range(WARM)) for a in ADDRESSES}
        counted = sorted(
            _timed(lambda: figures_of(house.library, SYSTEM, Wanted())) for _ in range(20)
        )
        after = sorted(_after_save(house, client, n) for n in range(SAVES))
        scans = sorted(_timed(lambda: _scan(house)) for _ in range(SCANS))
    finally:
        house.database.close()
    every = sorted(each for times in warm.values() for each in times)
    naive = f"reading every record and counting the same {scans[0]:,.0f} ms"
    return [
        Figure("dashboard over 20,000 records, warm, p50", _share(every, 0.5), "ms"),
        Figure("dashboard over 20,000 records, warm, p95", _share(every, 0.95), "ms", TARGET, baseline=naive),
        *(Figure(f"{address}, p95", _share(times, 0.95), "ms", TARGET) for address, times in warm.items()),
        Figure("every figure, without the page, p50", _share(counted, 0.5), "ms", baseline=naive),
        Figure("dashboard after a save, p50", _share(after, 0.5), "ms"),
        Figure("dashboard after a save, p95", _share(after, 0.95), "ms", TARGET, baseline=naive),
        Figure("dashboard, first time after a start", starts[-1], "ms", baseline=naive),
    ]  # fmt: skip


def _share(times: list[float], share: float) -> float:
    return times[ceil(len(times) * share) - 1]


def _timed(what: Callable[[], object]) -> float:
    begun = time.perf_counter()
    what()
    return (time.perf_counter() - begun) * 1000


def _get(client: FlaskClient, address: str) -> None:
    answer = client.get(address)
    if answer.status_code != 200:
        raise OSError(f"{address} answered {answer.status_code}")


def _signed_in(house: House) -> FlaskClient:
    if ANALYST not in {each.name for each in house.accounts.all()}:
        house.accounts.add(Account(ANALYST, Role.ANALYST), PASSWORD)
    client = create_app(house=house).test_client()
    page = client.get("/login")
    form = {"csrf_token": token(page.data), "name": ANALYST, "password": PASSWORD, "next": "/"}
    if client.post("/login", data=form).status_code != 303:
        raise OSError("nobody could sign in")
    return client


def _start(folder: Path) -> float:
    """The first page that a new process would make, in this one."""
    house = open_house(folder)
    try:
        client = _signed_in(house)
        return _timed(lambda: _get(client, ADDRESSES[0]))
    finally:
        house.database.close()


def _after_save(house: House, client: FlaskClient, number: int) -> float:
    id = id_of(Kind.ACTION, Random(SEED + number).randrange(ACTIONS))
    stored = house.library.records.get(id)
    changed = stored.record.with_(title=f"Change form again {number} {stored.revision.number}")
    house.library.save(SYSTEM, "edit", changed, expected=stored.revision.number)
    return _timed(lambda: _get(client, ADDRESSES[0]))


def _scan(house: House) -> None:
    """As somebody would who has no ledger: each record read from the store."""
    library = house.library
    found: dict[Kind, list[object]] = {}
    for id in library.records.versions():
        record = library.records.get(id).record
        found.setdefault(record.kind, []).append(line_of(record.id, record.kind, entry_of(record)))
    world = world_of(_Scanned(library, found), SYSTEM, Period())  # type: ignore[arg-type]
    count(world)


class _Scanned:
    """The Library, but for its ledger."""

    def __init__(self, library: object, found: dict[Kind, list[object]]) -> None:
        self._library, self._found = library, found

    def ledger(self, reader: object, kind: Kind) -> list[object]:
        return self._found.get(kind, [])

    def __getattr__(self, name: str) -> object:
        return getattr(self._library, name)
