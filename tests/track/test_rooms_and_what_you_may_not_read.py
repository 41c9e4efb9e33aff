"""The registers, the dashboard and what is taken away from them: as if what a person may not read were not there."""

import io
import re
import zipfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import date
from difflib import unified_diff
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from pypdf import PdfReader

from lessons.app import House, create_app
from lessons.domain.access import Role, User
from lessons.domain.record import Kind, Record
from lessons.services.track.reminding import remind
from tests.find import worlds
from tests.find.worlds import Clock
from tests.people import Person

WORDS = "Quicksilver"
UNIT = "Tamarisk desk"
NOBODY = "Somebody Elsewhere"  # owns nothing that others may read
OP, E, L, A, F = "O-2026-00001", "E-2026-00001", "L-2026-00001", "A-2026-00001", "F-2026-00001"
HO, HE, HL, HA, HF, HD, HB = (f"{letter}-2026-99999" for letter in "OELAFDB")
HIDDEN = (HO, HE, HL, HA, HF, HD, HB)
KINDS = {
    HO: Kind.OPERATION, HE: Kind.EVALUATION, HL: Kind.LESSON, HA: Kind.ACTION, HF: Kind.FINDING, HD: Kind.DEBRIEF,
    HB: Kind.BRIEFING,
}  # fmt: skip
Records = Mapping[str, tuple[Record, ...]]


# --- two worlds --------------------------------------------------------------------------------------
def made(id: str, kind: Kind, title: str, **fields: Any) -> Record:
    texts = fields.pop("texts", {})
    given = {"title": title, "marking": "official", "author": "ann", **fields}
    return Record(id, kind, fields=given, texts=texts)


def common() -> list[Record]:
    """What all staff may read. Every link that there can be also leads to what they may not."""
    about = {"four_p": ("pursue",), "threats": ("drugs",), "unit": "North desk"}
    return [
        made(OP, Kind.OPERATION, "Operation Alder", operation_kind="operation", started=date(2026, 1, 5),
             ended=date(2026, 2, 2), sio="lead", lro="officer", **about),
        made(E, Kind.EVALUATION, "Did Alder help?", activity=HO, due=date(2026, 3, 1), owner="officer", **about),
        made(L, Kind.LESSON, "Agree one radio channel", state="observation", learning="didnt", owner="lead",
             occurred=date(2026, 2, 2), partner_safe=True, debrief=HD, evaluation=HE, operation=HO,
             seen_before=(HL,), **about),
        made(A, Kind.ACTION, "Print the channel on every plan", of=(L, HL, HD, HE, HF), owner="officer",
             due=date(2026, 5, 1), strength="training", action_state="open", agreed=date(2026, 4, 1), lead="lead"),
        made(F, Kind.FINDING, "Learning was not recorded", finding_type="afi", body="HMICFRS", owner="officer",
             published=date(2026, 1, 4), finding_status="progressing", links=(L, HL, HA, HE, HO)),
    ]  # fmt: skip


def hidden(**restriction: Any) -> list[Record]:
    """What some may not read: it would change every list, count, gap and figure."""
    about = {"four_p": ("prevent",), "threats": ("drugs",), "unit": UNIT, **restriction}
    return [
        made(HO, Kind.OPERATION, f"{WORDS} operation", operation_kind="prevent_activity", started=date(2026, 1, 1),
             ended=date(2026, 2, 1), sio=NOBODY, plan_owner="officer", lro="lead", **about),
        made(HE, Kind.EVALUATION, f"{WORDS} evaluation", activity=OP, due=date(2026, 2, 1), owner="officer",
             verdict="worked", **about),
        made(HL, Kind.LESSON, f"{WORDS} lesson", state="learned", learning="keep", occurred=date(2026, 2, 1),
             operation=OP, evaluation=E, owner="lead", texts={"evidence": "It lasts."}, **about),
        made(HA, Kind.ACTION, f"{WORDS} action", of=(L, E, F), owner="officer", due=date(2026, 3, 1),
             strength="design", action_state="open", agreed=date(2026, 2, 1), lead="lead", unit=UNIT, **restriction),
        made(HF, Kind.FINDING, f"{WORDS} finding", finding_type="recommendation", body=f"{WORDS} body",
             owner="officer", published=date(2026, 1, 1), links=(L, OP), **restriction),
        made(HB, Kind.BRIEFING, f"{WORDS} briefing", operation=OP, lessons=({"lesson": L},), **about),
        made(HD, Kind.DEBRIEF, f"{WORDS} debrief", operation=OP, operation_name="Alder", debrief_type="hot",
             occurred=date(2026, 2, 2), **about),
    ]  # fmt: skip


ACCOUNTS = tuple(User(role.value, role) for role in Role)
CLOSED = {"groups": ("gold",), "restricted_because": "a source", "marking": "official_sensitive"}
# Who may read none of it: to all but disclosure where it is for a group, to some where it is OFFICIAL-SENSITIVE.
READERS = {
    "group": (CLOSED, ("lead", "analyst", "liaison", "officer", "admin", "partner")),
    "sensitive": (
        {"marking": "official_sensitive", "restricted_because": "a source"},
        ("officer", "admin"),
    ),
}  # fmt: skip


@dataclass
class Service:
    house: House
    app: Flask

    def client(self, name: str) -> FlaskClient:
        return Person(self.app, name, Role(name)).signs_in().client


def records(*found: Record) -> Records:
    return {each.id: (each,) for each in found}


@pytest.fixture(scope="module")
def services(tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, Service]]:
    content = {"without": records(*common())} | {
        name: records(*common(), *hidden(**how)) for name, (how, _readers) in READERS.items()
    }
    with ExitStack() as open_:
        found = {}
        for name, held in content.items():
            folder: Path = tmp_path_factory.mktemp(name)
            house = open_.enter_context(worlds.stocked(folder, held, ACCOUNTS, Clock()))
            app = create_app(house=house)
            app.config["PROPAGATE_EXCEPTIONS"] = False
            remind(house.library, house.outbox, house.accounts)
            found[name] = Service(house, app)
        yield found


# --- every way in --------------------------------------------------------------------------------------
def addresses() -> list[str]:
    plots = (
        "debriefs",
        "evaluations",
        "balance",
        "four_p_share",
        "figures",
        "actions_overdue",
        "strength_mix",
    )
    return [
        "/", "/account/notices", "/debriefs/new", f"/search?q={WORDS}", "/search?kind=operation&kind=action",
        "/operations", "/operations/new", "/operations/list.csv?tab=all", f"/operations?tab=all&unit={UNIT}",
        f"/operations?tab=all&words={WORDS}", "/operations?tab=overdue&whose=mine", "/operations/import",
        "/evaluations", "/evaluations?mine=1", "/evaluations?standing=overdue", "/evaluations/register.csv",
        f"/evaluations?unit={UNIT}", "/evaluations?verdict=worked", "/evaluations/new",
        f"/evaluations/new?activity={HO}", f"/evaluations/new?activity={OP}",
        "/actions?tab=all", "/actions", "/actions?tab=mine", "/actions?tab=overdue", "/actions/list.csv?tab=all",
        "/actions?tab=all&origin=debrief", "/actions?tab=all&origin=finding", "/actions?tab=all&origin=nothing",
        "/actions?tab=all&origin=evaluation", f"/actions?tab=all&owner={NOBODY}", f"/actions?tab=all&unit={UNIT}",
        "/actions/mine.ics", "/actions/hand-over", f"/actions/new?of={HL}", f"/actions/new?of={L}",
        f"/actions/wording?title=Remind&strength=reminder&of={HL}&of={L}",
        "/findings", "/findings?whose=mine", "/findings/list.csv", f"/findings?words={WORDS}",
        f"/findings?body={WORDS}%20body", f"/findings/{F}/link?words={WORDS}", f"/findings/{F}/link?words={HA}",
        "/dashboard", "/dashboard?period=all", f"/dashboard?period=all&unit={UNIT}",
        "/dashboard?period=all&unit=North%20desk&threat=drugs", "/dashboard/monthly", "/dashboard/monthly?as=pdf",
        *(f"/dashboard/{plot}.csv?period=all" for plot in plots), f"/dashboard/figures.csv?period=all&unit={UNIT}",
        *(f"/{kind}/{id}" for kind, id in shown()), *(f"/{kind}/{id}/history" for kind, id in shown()),
        *(f"/api/v1/{kind}/{id}" for kind, id in shown()),
        *(f"/findings/{F}/pack?as={how}" for how in ("pdf", "docx", "zip")), f"/operations/{OP}/disclosure",
        f"/evaluations/{E}/about", f"/evaluations/{E}/finish", f"/actions/{A}/move/put_right",
        f"/actions/{A}/move/hand_over", f"/operations/{OP}/edit", f"/findings/{F}/edit", "/api/v1/search?kind=action",
        f"/evaluations/{E}/lesson",
    ]  # fmt: skip


def shown() -> list[tuple[str, str]]:
    return [("operations", OP), ("evaluations", E), ("lessons", L), ("actions", A), ("findings", F)]


ROOMS = ("operations", "evaluations", "actions", "findings", "disclosure")


def doors(app: Flask) -> list[tuple[str, str]]:
    """Every address of these rooms that names a record: method, and the address with the hidden one in it."""
    ids = {"operations": HO, "evaluations": HE, "actions": HA, "findings": HF}
    found = []
    for rule in app.url_map.iter_rules():
        if "<id>" not in rule.rule or rule.endpoint.split(".")[0] not in (*ROOMS, "exchange"):
            continue
        for plural, id in ids.items():
            path = rule.rule.replace("<id>", id).replace("<name>", "plan.pdf")
            path = re.sub(r"<any\([^)]*\):plural>", plural, path)
            path = re.sub(r"<any\('([^']*)'[^)]*\):what>", r"\1", path)
            if f"/{plural}/" not in path:
                continue
            for key in ("objective", "done") if "<key>" in path else ("",):
                methods = (rule.methods or set()) & {"GET", "POST", "PUT"}
                found += [(method, path.replace("<key>", key)) for method in sorted(methods)]
    return found


ANY_ID = re.compile(r"\b([OEAFDLB])-2026-(?!00001|99999)[0-9A-Z]{5}\b")
OWN = re.compile(r'(name="(?:csrf_token|page|edit|draft)" value="|draft=)[\w.-]*')
NOTICE = re.compile(r'value="[\d ,]+"')  # notices are numbered in one row for all people


def words_of(data: bytes, type: str) -> str:
    """What a person finds in it."""
    if type == "application/pdf":
        return "\n".join(page.extract_text() for page in PdfReader(io.BytesIO(data)).pages)
    if data.startswith(b"PK"):
        with zipfile.ZipFile(io.BytesIO(data)) as file:
            parts = [
                f"{name}\n{words_of(file.read(name), _type(name))}"
                for name in file.namelist()
                if not name.startswith(("docProps", "manifest"))
            ]
        return "\n".join(parts)
    return data.decode("utf-8", "replace")


def _type(name: str) -> str:
    return "application/pdf" if name.endswith(".pdf") else ""


def seen(client: FlaskClient, address: str, method: str = "GET") -> tuple[Any, ...]:
    """All that can be told apart: status, headers that a page sets, and words; but for tokens and fresh ids."""
    response = client.open(address, method=method)
    text = words_of(response.data, response.mimetype or "")
    text = ANY_ID.sub(r"\1-2026-FRESH", OWN.sub(r"\1", text))
    text = re.sub(r'(content="|value=")[\w.-]{60,}', r"\1", text)
    text = NOTICE.sub("", text) if address == "/account/notices" else text
    text = re.sub(r'"score": ?[\d.]+', "", text)
    names = ("Content-Type", "Content-Disposition", "Location", "Cache-Control")
    heads = tuple(ANY_ID.sub("", OWN.sub("", response.headers.get(name, ""))) for name in names)
    return response.status_code, heads, text


def differing(first: str, second: str) -> list[str]:
    lines = unified_diff(first.splitlines(), second.splitlines(), lineterm="", n=0)
    return list(lines)[:20]


CASES = [(name, reader) for name, (_how, readers) in READERS.items() for reader in readers]


@pytest.mark.parametrize(("world", "reader"), CASES)
def test_every_page_and_file_is_as_if_the_rest_were_not_there(
    services: dict[str, Service], world: str, reader: str
) -> None:
    whole, lean = services[world].client(reader), services["without"].client(reader)
    for address in addresses():
        ours, theirs = seen(whole, address), seen(lean, address)
        assert ours[0] < 500, address
        assert ours[:2] == theirs[:2], address
        assert not differing(theirs[2], ours[2]), address
        assert not re.search(rf"{WORDS}(?! body|%20body|&| –)", ours[2]) or WORDS in address, (
            address
        )


@pytest.mark.parametrize(("world", "reader"), [("group", "lead"), ("sensitive", "officer")])
def test_every_door_of_a_hidden_record_is_that_of_one_that_never_was(
    services: dict[str, Service], world: str, reader: str
) -> None:
    whole, lean = services[world].client(reader), services["without"].client(reader)
    every = doors(services[world].app)
    assert len(every) >= 40
    for service in (services[world], services["without"]):
        service.app.config["WTF_CSRF_ENABLED"] = False
    try:
        for method, address in every:
            ours, theirs = seen(whole, address, method), seen(lean, address, method)
            assert ours[0] in (401, 403, 404, 405), (method, address, ours[:2])
            assert ours[:2] == theirs[:2], (method, address)
            assert not differing(theirs[2], ours[2]), (method, address)
    finally:
        for service in (services[world], services["without"]):
            service.app.config["WTF_CSRF_ENABLED"] = True


def test_what_is_told_by_a_timer_is_only_what_each_may_read(services: dict[str, Service]) -> None:
    for world, (_how, readers) in READERS.items():
        for reader in readers:
            both = [services[name].house.outbox.for_person(reader) for name in (world, "without")]
            ours, theirs = ({(n.about, n.event) for n in notices} for notices in both)
            assert ours == theirs, (world, reader)


def test_a_partner_finds_no_register(services: dict[str, Service]) -> None:
    partner = services["without"].client("partner")
    for address in (
        "/operations", "/operations/list.csv", "/evaluations", "/evaluations/register.csv", "/actions",
        "/actions/list.csv", "/actions/mine.ics", "/findings", "/findings/list.csv", f"/operations/{OP}/disclosure",
        f"/findings/{F}/pack", *(f"/{kind}/{id}" for kind, id in shown() if kind != "lessons"),
    ):  # fmt: skip
        assert partner.get(address).status_code == 404, address


def test_no_form_of_these_rooms_is_taken_without_its_token(services: dict[str, Service]) -> None:
    app = services["without"].app
    lead = services["without"].client("lead")
    sent = 0
    for rule in app.url_map.iter_rules():
        if "POST" not in (rule.methods or ()) or rule.endpoint.split(".")[0] not in ROOMS:
            continue
        path = rule.rule.replace("<key>", "done").replace(
            "<any('not-needed', late, due):what>", "late"
        )
        for id in (OP, E, A, F):
            if "<id>" not in path or f"/{KINDS[id.replace('00001', '99999')].folder}/" in path:
                answer = lead.post(path.replace("<id>", id), data={"title": "Taken"})
                assert answer.status_code == 400, path
                sent += 1
    assert sent > 15


def _owners(page: str) -> Sequence[str]:
    return re.findall(r"<option[^>]*value=\"(disclosure|admin|partner)\"", page)


def test_names_of_accounts_are_offered_to_those_alone_who_agree_actions(
    services: dict[str, Service],
) -> None:
    page = f"/actions/{A}/move/hand_over"
    assert not _owners(services["without"].client("officer").get(page).text)
    assert _owners(services["without"].client("lead").get(page).text)
