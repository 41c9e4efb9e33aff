"""What a person may not read leaves no trace: every answer is that of a service which never held it."""

import re
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import ExitStack
from datetime import timedelta
from difflib import unified_diff
from pathlib import Path
from random import Random
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from lessons.app import House, create_app
from lessons.domain.access import User
from lessons.domain.errors import LessonsError, NotFound
from lessons.domain.query import Sort
from lessons.domain.record import Kind, Record, kind_of
from lessons.services import find
from tests.find import worlds
from tests.find.worlds import TODAY, Clock, World
from tests.people import Person

WORLDS, QUERIES = 6, 6  # with nine readers each: 324 searches, and some 1,400 records opened
MEMORY = Path("/dev/shm")  # where there is one, a disk need not be waited for


def part(world: World, reader: User) -> Mapping[str, tuple[Record, ...]]:
    """The records that a person may read, with the revisions that they may read."""
    kept = {}
    for id, revisions in world.records.items():
        if worlds.may_read(reader, revisions[-1], TODAY):
            kept[id] = tuple(r for r in revisions if worlds.may_read(reader, r, TODAY))
    return kept


@settings(
    max_examples=WORLDS,
    deadline=None,
    phases=[Phase.explicit, Phase.generate],
    suppress_health_check=list(HealthCheck),
    derandomize=True,
)
@given(st.randoms(use_true_random=False))
def test_every_reader_sees_the_service_as_if_the_rest_were_not_there(random: Random) -> None:
    world = worlds.world(random)
    place = MEMORY if MEMORY.is_dir() else None
    with tempfile.TemporaryDirectory(dir=place) as folder, ExitStack() as open_houses:
        whole = open_houses.enter_context(
            worlds.stocked(Path(folder) / "whole", world.records, world.readers, Clock())
        )
        app = quiet(whole)
        for n, reader in enumerate(world.readers):
            own = part(world, reader)
            lean = open_houses.enter_context(
                worlds.stocked(Path(folder) / str(n), own, [reader], Clock())
            )
            same_records(whole, lean, reader, world, own)
            same_searches(whole, lean, reader, list(worlds.queries(random, QUERIES)))
            if n % 3 == random.randrange(3):
                same_pages(app, quiet(lean), reader, world, random)


def quiet(house: House) -> Flask:
    app = create_app(house=house)
    app.config["PROPAGATE_EXCEPTIONS"] = False
    return app


def same_records(
    whole: House, lean: House, reader: User, world: World, own: Mapping[str, Any]
) -> None:
    for id, revisions in world.records.items():
        if id not in own:
            assert whole.library.peek(reader, id) is None
            for way in (whole.library.open, whole.library.history):
                with pytest.raises(NotFound):
                    way(reader, id)
            with pytest.raises(NotFound):
                whole.library.revision(reader, id, 1)
            continue
        assert whole.library.open(reader, id).record == lean.library.open(reader, id).record
        kept = whole.library.history(reader, id)
        assert [s.record for s in kept] == [s.record for s in lean.library.history(reader, id)]
        for number, record in enumerate(revisions, 1):
            if record not in own[id]:
                with pytest.raises(NotFound):
                    whole.library.revision(reader, id, number)
        record = kept[-1].record
        assert linked(whole, reader, record) == linked(lean, reader, record)
    assert whole.library.lists_for(reader)["theme"] == lean.library.lists_for(reader)["theme"]


def linked(house: House, reader: User, record: Record) -> dict[str, Record]:
    return find.linked(house.library, reader, record)


def same_searches(
    whole: House, lean: House, reader: User, asked: list[dict[str, list[str]]]
) -> None:
    for params in asked:
        everything = {**params, "limit": ["100"]}
        ours = find.search(whole.library, reader, everything)
        theirs = find.search(lean.library, reader, everything)
        assert told(ours) == told(theirs), (reader, params)
        dated: dict[str, list[str]] = {**everything, "sort": [str(Sort.OLDEST)]}
        first, second = (find.search(h.library, reader, dated).results for h in (whole, lean))
        assert [hit.id for hit in first.hits] == [hit.id for hit in second.hits]


def told(answer: find.Answer) -> dict[str, Any]:
    """All that a results page says, but for the order of the hits."""
    results = answer.results
    return {
        "total": results.total,
        "hits": {hit.id: (hit.title, hit.facts, hit.extract) for hit in results.hits},
        "facets": results.facets,
        "expanded": results.expanded,
        "suggestion": results.suggestion,
        "ways": answer.ways,
        "terms": answer.terms,
        "operations": {hit.id for hit in answer.operations},
    }


def same_pages(whole: Flask, lean: Flask, reader: User, world: World, random: Random) -> None:
    ours, theirs = (signed_in(app, reader) for app in (whole, lean))
    for address in addresses(world, random):
        first, second = seen(ours, address), seen(theirs, address)
        assert first == second, (reader, address, *differing(first[1], second[1]))
        hidden = [
            i for i in world.records if not worlds.may_read(reader, world.records[i][-1], TODAY)
        ]
        linked_to = re.findall(r'href="/\w+/([\w-]+)', first[1])
        assert not {i for i in hidden if i in linked_to}


def differing(first: str, second: str) -> list[str]:
    lines = unified_diff(first.splitlines(), second.splitlines(), lineterm="", n=0)
    return list(lines)[:20]


def addresses(world: World, random: Random) -> Iterator[str]:
    yield from (
        "/",
        "/search?sort=newest",
        "/search?kind=debrief&kind=briefing&sort=oldest&limit=100",
    )
    yield f"/search?q={random.choice(worlds.SECRETS)}&sort=newest"
    yield f"/api/v1/search?q={random.choice(worlds.WORDS[:3])}&sort=newest&expand=no"
    for id in random.sample(list(world.records), 8):
        kind = kind_of(id)
        assert kind
        yield from (
            f"/{kind.folder}/{id}",
            f"/{kind.folder}/{id}/history",
            f"/search?q={id.lower()}",
        )


def signed_in(app: Flask, reader: User) -> FlaskClient:
    return Person(app, reader.name, reader.role).signs_in().client


def seen(client: FlaskClient, address: str) -> tuple[int, str]:
    """Status and text of a page. A form's token, the numbers of revisions in forms and addresses (which only say how
    often a record that may be read was kept) and scores are its own.
    """
    response = client.get(address)
    text = re.sub(r'(name="(?:csrf_token|version|revision)" value=")[^"]*', r"\1", response.text)
    text = re.sub(r"/history/\d+/(restore|close)", r"/history/n/\1", text)
    return response.status_code, re.sub(r'"score": ?[\d.]+', "", text)


def test_a_record_for_others_and_a_record_that_never_was_are_the_same_page(tmp_path: Path) -> None:
    """In status, in words, in headers; from the pages and from the API."""
    world = worlds.world(Random(7), records=40)
    with worlds.stocked(tmp_path, world.records, world.readers, Clock()) as house:
        app, tried = quiet(house), 0
        for reader in world.readers:
            client = signed_in(app, reader)
            for id, revisions in world.records.items():
                kind = kind_of(id)
                if kind is None or worlds.may_read(reader, revisions[-1], TODAY):
                    continue
                never = "zzzzzzzz" if kind is Kind.THEME else id[:7] + "ZZZZZ"
                for path in (f"/{kind.folder}/", f"/api/v1/{kind.folder}/"):
                    assert outside(client, path + id) == outside(client, path + never)
                assert outside(client, f"/{kind.folder}/{id}/history") == outside(
                    client, f"/{kind.folder}/{never}/history"
                )
                tried += 1
        assert tried > 40


def outside(client: FlaskClient, address: str) -> tuple[int, str, list[tuple[str, str]]]:
    response = client.get(address)
    assert response.status_code == 404
    own = address.rsplit("/history", 1)[0].rsplit("/", 1)[1]
    headers = [(k, v) for k, v in response.headers if k not in ("Date", "Set-Cookie")]
    text = re.sub(r'(csrf_token" value=")[^"]*', r"\1", response.text.replace(own, ""))
    return response.status_code, text, headers


def test_a_restriction_that_ends_opens_the_record_the_next_day_without_anybody(
    tmp_path: Path,
) -> None:
    clock = Clock()
    lesson = Record(
        "L-2026-7K3QD", Kind.LESSON,
        fields={
            "title": "When a larkspur operation ends, do tell the unit", "state": "observation",
            "groups": ("kidnap",), "restricted_until": TODAY + timedelta(1), "unit": "North",
        },
    )  # fmt: skip
    officer, member = User("olly", "officer"), User("gil", "officer", groups=frozenset({"kidnap"}))  # type: ignore[arg-type]
    with worlds.stocked(tmp_path, {lesson.id: (lesson,)}, [], clock) as house:
        here = house.library
        for day in (0, 1):
            clock.now = worlds.NOW + timedelta(day)
            assert found(house, officer) == (0, [], "")
            assert found(house, member) == (1, ["North"], lesson.title)
        clock.now = worlds.NOW + timedelta(2)
        assert found(house, officer) == found(house, member) == (1, ["North"], lesson.title)
        report = here.sync()
        assert (report.indexed, report.removed) == (0, 0), "nothing had to be indexed again"
        assert found(house, officer) == (1, ["North"], lesson.title)
        here.rebuild()
        assert found(house, officer) == (1, ["North"], lesson.title)


def found(house: House, reader: User) -> tuple[int, list[str], str]:
    """How many a search for larkspur finds, in which units, and the title that the page would have."""
    results = find.search(house.library, reader, {"q": ["larkspur"]}).results
    try:
        title = house.library.open(reader, "L-2026-7K3QD").record.title
    except LessonsError:
        title = ""
    return results.total, [c.key for c in results.facets.get("unit", ())], title
