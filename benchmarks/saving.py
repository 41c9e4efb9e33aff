"""Sending in a debrief by the form, and finding its lesson through another worker; a single save in process."""

import re
import secrets
import shutil
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from math import ceil
from pathlib import Path
from urllib.parse import urlencode

from benchmarks import baseline
from benchmarks.client import Connection
from benchmarks.generate import Maker, open_house
from benchmarks.server import OFFICER, Served, served, sign_in, token
from benchmarks.table import Figure
from benchmarks.words import words
from lessons.domain.access import Role, User
from lessons.domain.record import Kind, new_id

SENT = 60
SAVED = 100
TRIED = 8  # connections opened at once
PATIENCE = 10.0


def figures(data: Path) -> list[Figure]:
    with _left_as_it_was(data):
        with served(data) as here:
            here.cookie = sign_in(here, data)
            pairs = [_send(*_two_workers(here), number) for number in range(SENT)][5:]
        direct = _direct(data)
    stock = _stock_save(data)
    posts, found = sorted(p for p, _ in pairs), sorted(f for _, f in pairs)
    return [
        Figure("sending a debrief with two lessons (form post), p50", _share(posts, 0.5), "ms"),
        Figure("sending a debrief with two lessons (form post), p95", _share(posts, 0.95), "ms", 150),
        Figure("one record saved and indexed, in process, p95", _share(direct, 0.95), "ms", 150,
               baseline=f"one commit of stock Whoosh {stock:,.0f} ms"),
        Figure("from sending to found through another worker, p95", _share(found, 0.95), "ms", 1000),
    ]  # fmt: skip


def _share(times: list[float], share: float) -> float:
    return times[ceil(len(times) * share) - 1] * 1000


def _two_workers(here: Served) -> tuple[Connection, Connection]:
    """A connection to each of two processes. Raises OSError where there is only one.

    Several at once: one after the other, the same process would take them all.
    """
    with ThreadPoolExecutor(TRIED) as pool:
        for _ in range(100):
            tried = [Connection(here.port, here.cookie) for _ in range(TRIED)]
            list(pool.map(lambda each: each.get("/healthz"), tried))
            by_process = {here.worker_of(each.own_port): each for each in tried}
            by_process.pop(0, None)
            for each in tried:
                if each not in by_process.values() or len(by_process) < 2:
                    each.close()
            if len(by_process) == 2:
                first, second = by_process.values()
                return first, second
    raise OSError("only one worker answers")


def _send(sender: Connection, finder: Connection, number: int) -> tuple[float, float]:
    """Seconds of the post, and from its beginning until the lesson is found."""
    draft = secrets.token_urlsafe(12)
    word = "zq" + "".join(secrets.choice("aeiouklmnr") for _ in range(10))
    form = _form(
        token(sender.get(f"/debriefs/new?begin=1&draft={draft}").body), draft, word, number
    )
    begun = time.perf_counter()
    answer = sender.post("/debriefs/new", form)
    posted = time.perf_counter() - begun
    if answer.status != 303:
        raise OSError(f"sending answered {answer.status}: {_words(answer.body)}")
    while b'href="/lessons/L-' not in finder.get(f"/search?q={word}").body:
        if time.perf_counter() - begun > PATIENCE:
            raise OSError("what was sent is not found")
        time.sleep(0.01)
    found = time.perf_counter() - begun
    sender.close()
    finder.close()
    return posted, found


def _words(page: bytes) -> str:
    """What stands on a page, its beginning left out."""
    return " ".join(re.sub(rb"<[^>]+>", b" ", page).decode().split())[500:1_500]


def _form(csrf: str, draft: str, word: str, number: int) -> bytes:
    happened = "The search team waited for the exhibits officer, and the van left late. " * 6
    form = {
        "csrf_token": csrf, "draft": draft, "do": "send", "version": "0",
        "operation_name": f"Benchmark {number:03d}", "debrief_type": "hot", "happened": happened,
        "occurred-day": "3", "occurred-month": "4", "occurred-year": "2026",
    }  # fmt: skip
    for n in range(2):
        form |= {
            f"points-{n}-learning": "change", f"points-{n}-scope": "force",
            f"points-{n}-title": f"When a search begins {word}, call the exhibits officer first ({n}).",
            f"points-{n}-action": "Name the exhibits officer in the order.",
        }  # fmt: skip
    return urlencode(form).encode()


def _direct(data: Path) -> list[float]:
    """Seconds of each `Library.save`, rising."""
    house = open_house(data)
    officer = User(OFFICER, Role.OFFICER)
    maker = Maker(words(), house.library.vocabularies)
    times = []
    for number in range(SAVED):
        made = maker.lesson(number)
        record = type(made)(
            new_id(Kind.LESSON, 2026), made.kind, fields=made.fields, texts=made.texts
        )
        begun = time.perf_counter()
        house.library.save(officer, "send", record, expected=0)
        times.append(time.perf_counter() - begun)
    house.database.close()
    return sorted(times)


def _stock_save(data: Path) -> float:
    """Milliseconds of one commit to the stock index, the median of five; on a copy."""
    copy = data / "stock-copy"
    shutil.rmtree(copy, ignore_errors=True)
    house = open_house(data)
    folder = baseline.prepared(data, house.library)
    house.database.close()
    shutil.copytree(folder, copy)
    try:
        return sorted(baseline.add_one(copy) for _ in range(5))[2] * 1000
    finally:
        shutil.rmtree(copy, ignore_errors=True)


@contextmanager
def _left_as_it_was(data: Path) -> Iterator[None]:
    """Whatever was saved meanwhile is taken out again, as if by hand, and the index brought up to that."""
    house = open_house(data)
    before = set(house.library.records.versions())
    try:
        yield
    finally:
        for id in set(house.library.records.versions()) - before:
            for path in (data / "content").glob(f"*/{id}.md"):
                path.unlink()
            for path in (data / "content" / ".history").glob(f"*/{id}"):
                shutil.rmtree(path)
        house.library.sync()
        house.database.close()
