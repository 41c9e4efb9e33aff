"""Every page of a pack is, for whoever may not read one of its lessons, as if the lesson had never been in it."""

import re
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest
from flask import Flask

from lessons.app import House, create_app
from lessons.domain.access import Role, User
from lessons.domain.record import Kind, Record
from tests.find import worlds
from tests.find.worlds import Clock
from tests.people import Person

WORDS = "Quicksilver"
OP, L, B = "O-2026-00001", "L-2026-00001", "B-2026-00001"
PROVEN = "L-2026-00002"  # as a pack tells that some may not read
HL, HB, HO = "L-2026-99999", "B-2026-99999", "O-2026-99999"
CLOSED = {"groups": ("gold",), "restricted_because": f"{WORDS} source"}
SENSITIVE = {"marking": "official_sensitive", "restricted_because": f"{WORDS} source"}
ISSUED = datetime(2026, 6, 1, 8, tzinfo=UTC)
READERS = (
    Role.LEAD, Role.OFFICER, Role.ANALYST, Role.REVIEWER, Role.LIAISON, Role.DISCLOSURE, Role.ADMIN, Role.PARTNER,
)  # fmt: skip


def made(id: str, kind: Kind, title: str, **fields: Any) -> Record:
    texts = fields.pop("texts", {})
    given = {"title": title, "marking": "official", "author": "ann", **fields}
    return Record(id, kind, fields=given, texts=texts)


def packs(*, hidden: bool) -> tuple[Record, ...]:
    """A pack, answered, and its second version. hidden: with the lesson that some may not read."""
    rows = [{"lesson": L, "revision": "1", "element": "method", "why": "chosen", "note": "Aloud"}]
    answers = [{"lesson": L, "role": "sio", "answer": "applied", "how": "On the order"}]
    if hidden:
        rows.insert(0, {"lesson": HL, "revision": "1", "element": "information", "why": f"words: {WORDS}",
                        "note": f"{WORDS} note"})  # fmt: skip
        answers.append({"lesson": HL, "role": "lro", "answer": "applied", "how": f"{WORDS} how"})
    first = made(
        B, Kind.BRIEFING, "Two doors on Friday", operation=OP, version=1, issued=ISSUED, lessons=tuple(rows),
        texts={"plan": "Two doors."},
    )  # fmt: skip
    answered = first.with_(answers=tuple(answers))
    second = answered.with_(version=2, issued=ISSUED.replace(day=2)).with_texts(note="With dogs.")
    return first, answered, second


def world(**restriction: Any) -> dict[str, tuple[Record, ...]]:
    """restriction: of the lesson that some may not read; none for a world in which it never was."""
    lesson = made(L, Kind.LESSON, "Agree one radio channel", state="identified", learning="change")
    operation = made(OP, Kind.OPERATION, "Operation Alder", sio="lead", started=date(2026, 6, 1))
    pack = packs(hidden=bool(restriction))
    other = made(PROVEN, Kind.LESSON, "Agree one radio word", state="identified", learning="change")
    found: dict[str, tuple[Record, ...]] = {
        OP: (operation,),
        L: (lesson,),
        PROVEN: (other,),
        B: pack,
    }
    if restriction:
        found[HL] = (
            made(HL, Kind.LESSON, f"{WORDS} channel", state="identified", learning="warning", **restriction),
        )  # fmt: skip
        found[HO] = (
            made(HO, Kind.OPERATION, f"{WORDS} operation", started=date(2026, 6, 1), **restriction),
        )
        found[HB] = (
            made(HB, Kind.BRIEFING, f"{WORDS} pack", operation=OP, version=1, issued=ISSUED,
                 lessons=({"lesson": L, "revision": "1"}, {"lesson": PROVEN, "revision": "1"}),
                 answers=({"lesson": PROVEN, "role": "sio", "answer": "applied", "how": f"{WORDS} how"},
                          {"lesson": PROVEN, "role": "debrief", "outcome": "worked"},
                          {"lesson": L, "role": "debrief", "outcome": "happened_again"}),
                 checks=({"check": "owner", "answer": "yes", "note": f"{WORDS} owner"},),
                 texts={"plan": "Two doors."}, **restriction),
        )  # fmt: skip
    return found


@dataclass
class Service:
    house: House
    app: Flask


@pytest.fixture(scope="module")
def services(tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, Service]]:
    people = [User(role.value, role) for role in READERS]
    people.append(User("gold", Role.LEAD, groups=frozenset({"gold"})))
    with ExitStack() as open_:
        found = {}
        for name, held in (
            ("without", world()), ("group", world(**CLOSED)), ("sensitive", world(**SENSITIVE)),
        ):  # fmt: skip
            folder: Path = tmp_path_factory.mktemp(name)
            house = open_.enter_context(worlds.stocked(folder, held, people, Clock()))
            found[name] = Service(house, create_app(house=house))
        yield found


ADDRESSES = (
    "/", "/briefings", "/briefings?tab=open", "/briefings?tab=all", f"/briefings?tab=all&words={WORDS}",
    f"/briefings/{B}", f"/briefings/{B}/versions/1", f"/briefings/{B}/versions/2", f"/briefings/{B}/versions/3",
    f"/briefings/{B}/history", f"/briefings/{HB}", f"/briefings/{HB}/versions/1", f"/briefings/{HB}/history",
    "/briefings/new", f"/operations/{OP}", "/search?kind=briefing&q=doors", f"/search?kind=briefing&q={WORDS}",
    f"/lessons/{L}", f"/api/v1/briefings/{B}", "/search/export.jsonl?kind=briefing&q=doors",
    f"/lessons/{PROVEN}", "/search?q=radio", "/api/v1/search?q=radio", "/search/export.csv?q=radio", "/search?q=agree",
    "/search/export.csv?kind=briefing&q=doors", f"/api/v1/search?kind=briefing&q={WORDS}", f"/api/v1/briefings/{HB}",
    f"/briefings/{B}/answers", f"/briefings/{B}/checks", f"/briefings/{HB}/answers", f"/briefings/{HB}/checks",
    f"/briefings/{HB}/pack", f"/operations/{OP}/disclosure", f"/operations/{OP}/history", "/dashboard", "/yours",
    f"/lessons/{L}/similar", f"/lessons/{HL}/card", "/search/complete?q=qui", "/account", "/account/notices",
    "/account/follows",
)  # fmt: skip
OWN = re.compile(r'(name="(?:csrf_token|page|edit|draft|version)" value="|draft=)[\w.-]*')


def seen(service: Service, who: Person, address: str) -> tuple[int, str]:
    response = who.client.get(address)
    text = OWN.sub(r"\1", response.get_data(as_text=True))
    text = re.sub(r'(content="|value=")[\w.-]{60,}', r"\1", text)
    text = re.sub(r"<time datetime.*?</time>", "", text)  # these worlds draw it from the text
    return response.status_code, re.sub(r'"(?:score|saved)": ?"?[\w.:-]+"?', "", text)


CASES = [("group", role) for role in READERS if role is not Role.DISCLOSURE]
CASES += [("sensitive", role) for role in (Role.OFFICER, Role.ADMIN)]


@pytest.mark.parametrize(("name", "role"), CASES)
def test_a_lesson_that_was_never_mine_to_read_leaves_no_trace_in_a_pack(
    services: dict[str, Service], name: str, role: Role
) -> None:
    both = [services[world] for world in (name, "without")]
    whole, lean = [Person(each.app, role.value, role).signs_in() for each in both]
    for address in ADDRESSES:
        ours, theirs = seen(both[0], whole, address), seen(both[1], lean, address)
        assert ours[0] < 500, address
        assert ours == theirs, address
        assert WORDS not in ours[1] or WORDS in address, address


@pytest.mark.parametrize(
    ("how", "form"),
    [("docx", form) for form in ("whole", "brief", "partners")] + [("pdf", "whole")],
)
def test_nor_on_paper(services: dict[str, Service], how: str, form: str) -> None:
    for name, role in (("group", Role.LEAD), ("group", Role.REVIEWER), ("sensitive", Role.OFFICER)):
        both = [
            Person(services[world].app, role.value, role).signs_in() for world in (name, "without")
        ]
        for version in ("", "&version=1"):
            address = f"/briefings/{B}/pack?as={how}&form={form}{version}"
            ours, theirs = (who.client.get(address) for who in both)
            assert ours.status_code == 200
            assert ours.data == theirs.data, address
            assert ours.headers["Content-Disposition"] == theirs.headers["Content-Disposition"]


def test_whoever_may_read_it_sees_it_in_every_version(services: dict[str, Service]) -> None:
    gold = Person(services["group"].app, "gold", Role.LEAD).signs_in()
    for address in (f"/briefings/{B}", f"/briefings/{B}/versions/1", f"/briefings/{B}/history"):
        assert f"{WORDS}" in gold.opens(address).text, address
    for address, told in (
        (f"/lessons/{PROVEN}", "Worked 1 time"),
        (f"/briefings/{HB}/checks", f"{WORDS} owner"),
    ):
        assert told in gold.opens(address).html, address


def test_a_new_version_begun_by_somebody_outside_shows_nothing_of_it(
    services: dict[str, Service],
) -> None:
    texts = []
    for name in ("group", "without"):
        lead = Person(services[name].app, "lead", Role.LEAD).signs_in()
        lead.opens(f"/briefings/{B}")
        page = lead.sends(f"/briefings/{B}/again", {})
        texts.append(page.text)
        assert WORDS not in page.html
        assert HL not in page.html
        found = lead.sends(lead.response.request.path, {"do": "find", "words": WORDS})
        assert HL not in found.html
    assert texts[0] == texts[1]
