"""The registers: what a person may not do, no door lets them do; and what they type stays words."""

import csv
import io
import zipfile
from collections.abc import Callable
from datetime import date
from typing import Any

import pytest

from lessons.app import House
from lessons.domain.access import Role, User
from lessons.domain.errors import Invalid, NotAllowed
from lessons.domain.record import Kind, Record
from lessons.domain.schema import SHAPES, NotOfType, to_value
from lessons.services.exchange import Mapped, Plan, Row, import_rows
from tests.people import Person
from tests.review.kit import add

Make = Callable[..., Person]
OP, E, L, A, F = "O-2026-00001", "E-2026-00001", "L-2026-00001", "A-2026-00001", "F-2026-00001"
SECRET = "L-2026-99999"
WHY = "a source that must not be known"
GOLD = {"groups": ("gold",), "marking": "official_sensitive", "restricted_because": WHY}
EVIL = '"><script>alert(1)</script>{{7*7}}#eval("1")=cmd|\' /C calc\'!A0'
KIND_OF = {
    "O": Kind.OPERATION,
    "E": Kind.EVALUATION,
    "L": Kind.LESSON,
    "A": Kind.ACTION,
    "F": Kind.FINDING,
}


def made(id: str, title: str, **fields: Any) -> Record:
    texts = fields.pop("texts", {})
    given = {"title": title, "marking": "official", "author": "ann", **fields}
    return Record(id, KIND_OF[id[0]], fields=given, texts=texts)


def operation(**fields: Any) -> Record:
    title = fields.pop("title", "Operation Alder")
    return made(OP, title, **{"operation_kind": "prevent_activity", **fields})


def now(house: House, id: str) -> Record:
    return house.library.records.get(id).record


def sends(who: Person, address: str, form: dict[str, Any], *, status: int = 200) -> str:
    """Open a form and send it with the version that it carries."""
    page = who.opens(address)
    return who.sends(
        address, {"version": page.hidden.get("version", ""), **form}, status=status
    ).html


# --- who may read it -----------------------------------------------------------------------------------
CHANGES = {
    "operation": (OP, "/operations/{id}/edit", {"operation_kind": "operation"}),
    "finding": (F, "/findings/{id}/edit", {"finding_type": "afi"}),
}


@pytest.mark.parametrize("which", list(CHANGES))
@pytest.mark.parametrize("role", ["analyst", "disclosure"])
def test_only_some_lower_a_marking_or_open_a_restriction(
    house: House, person: Make, which: str, role: str
) -> None:
    id, address, needed = CHANGES[which]
    author = person("analyst", "analyst", "gold")
    add(house, made(id, "Alder", author="analyst", **needed, **GOLD))
    form = {
        "title": "Alder",
        "marking": "official",
        "groups": "gold",
        "restricted_because": WHY,
        **needed,
    }
    if role == "analyst":
        html = sends(author, address.format(id=id), form, status=422)
        assert "Only a reviewer or a disclosure officer lowers a marking." in html
        raised = {**form, "marking": "official_sensitive", "groups": ""}
        assert "changes to whom" in sends(author, address.format(id=id), raised, status=422)
        assert now(house, id).keys("groups") == ("gold",)
        return
    by = User("dis", Role.DISCLOSURE)
    house.library.save(
        by, "edit", now(house, id).with_(groups=None, marking="official"), expected=1
    )
    assert now(house, id).line("marking") == "official"


def test_those_who_settle_who_reads_a_finding_change_that_and_nothing_else(
    house: House, person: Make
) -> None:
    add(house, made(F, "A finding", owner="lead", finding_type="afi", **GOLD))
    disclosure = person("disclosure")
    sends(disclosure, f"/findings/{F}/edit", {
        "marking": "official", "groups": "", "restricted_because": "", "title": "Taken", "finding_status": "complete",
    })  # fmt: skip
    kept = now(house, F)
    assert (kept.title, kept.line("finding_status")) == ("A finding", "")
    assert (kept.line("marking"), kept.keys("groups")) == ("official", ())
    disclosure.opens(f"/findings/{F}/link", status=403)


def test_a_program_and_a_file_lower_no_marking_either(house: House, person: Make) -> None:
    lead = person("lead")
    add(
        house, operation(author="lead", source="Other", source_id="1", marking="official_sensitive")
    )
    with pytest.raises(Invalid):
        house.library.save(
            User("lead", Role.LEAD), "edit", now(house, OP).with_(marking="official"), expected=1
        )
    user = User(lead.name, Role.LEAD)
    fields = (Mapped("title", ("name",)), Mapped("marking", ("marking",)))
    plan = Plan(Kind.OPERATION, source="Other", source_id="ref", fields=fields)
    rows = [Row(2, {"ref": "1", "name": "Operation Alder", "marking": "official"})]
    report = import_rows(house.library, user, rows, plan)
    assert now(house, OP).line("marking") == "official_sensitive", report.rows


@pytest.mark.parametrize("role", [Role.PARTNER, Role.OFFICER])
def test_nobody_else_keeps_a_record_of_the_registers(house: House, role: Role) -> None:
    add(house, operation(), made(E, "Did it help?"), made(F, "A finding"))
    for id in (OP, E, F):
        for record, seen in (
            (now(house, id).with_(title="Taken"), 1),
            (made(f"{id[0]}-2026-00077", "New"), 0),
        ):
            with pytest.raises(NotAllowed):
                house.library.save(User("mallory", role), "edit", record, expected=seen)
        assert now(house, id).title != "Taken"


def test_whose_work_it_is_writes_on_it(house: House) -> None:
    add(
        house,
        operation(lro="ola"),
        made(E, "Did it help?", activity=OP),
        made(F, "A finding", owner="ola"),
    )
    ola = User("ola", Role.OFFICER)
    for id in (OP, E, F):
        house.library.save(ola, "edit", now(house, id).with_(title="Ours"), expected=1)
        assert now(house, id).title == "Ours"


# --- what is hidden stays hidden -------------------------------------------------------------------------
def test_a_copy_does_not_tell_why_the_first_is_restricted(house: House, person: Make) -> None:
    add(house, operation(**GOLD), made(E, "Did it help?", texts={"result": "Yes."}, **GOLD))
    lead = person("lead", "lead", "gold")
    assert WHY not in lead.opens(f"/operations/{OP}").html
    page = lead.opens(f"/evaluations/new?activity={OP}")
    assert WHY not in page.html
    address = f"/evaluations/{E}/lesson"
    where = lead.opens(address).html.split(f'action="{address}')[1].split('"')[0]
    lead.sends(address + where.replace("&amp;", "&"), {
        "learning": "keep", "title": "When a team begins, name one lead, because it saves time", "scope": "force",
    })  # fmt: skip
    sent = house.library.records.versions(Kind.LESSON)
    assert sent
    lesson = now(house, next(iter(sent)))
    assert lesson.keys("groups") == ("gold",)
    assert lesson.line("restricted_because") not in ("", WHY)


def test_a_box_that_somebody_does_not_see_cannot_be_sent_by_them(
    house: House, person: Make
) -> None:
    add(house, made(
        A, "Print the plan", owner="officer", due=date(2030, 1, 7), action_state="open", restricted_because=WHY,
    ))  # fmt: skip
    officer = person("officer")
    sends(officer, f"/actions/{A}/move/put_right", {
        "title": "Print the whole plan", "due-day": "7", "due-month": "1", "due-year": "2030",
        "restricted_because": "none", "author": "officer", "action_state": "verified", "verified_by": "analyst",
        "files-0-name": "x.pdf", "readers": "officer", "groups": "gold", "owner": "lead",
    })  # fmt: skip
    kept = now(house, A)
    assert kept.title == "Print the whole plan"
    assert (kept.line("restricted_because"), kept.line("owner"), kept.line("author")) == (
        WHY,
        "officer",
        "ann",
    )
    assert (kept.line("action_state"), kept.line("verified_by"), kept.keys("groups")) == (
        "open",
        "",
        (),
    )
    assert not kept.rows("files")


def test_taking_a_link_away_does_not_tell_what_is_linked(house: House, person: Make) -> None:
    add(
        house,
        made(SECRET, "Hidden", state="learned", **GOLD),
        made(F, "A finding", links=(SECRET,)),
    )
    liaison = person("liaison")
    liaison.opens(f"/findings/{F}/link")
    for id in (SECRET, "L-2026-88888"):
        liaison.sends(f"/findings/{F}/link", {"away": id}, status=404)
    assert now(house, F).keys("links") == (SECRET,)


def test_what_is_too_large_for_a_hidden_action_is_not_found(house: House, person: Make) -> None:
    add(house, made(A, "Hidden", owner="ann", action_state="open", **GOLD))
    lead = person("lead")
    lead.opens("/")
    for id in (A, "A-2026-88888"):
        form = {"csrf_token": lead.token, "version": "1", "files": (io.BytesIO(b"x"), "a.txt")}
        said = {"CONTENT_LENGTH": str(2 << 30)}
        answer = lead.client.post(f"/actions/{id}/move/done", data=form, environ_overrides=said)
        assert answer.status_code == 404


def test_a_register_carries_the_marking_of_every_title_on_it(house: House, person: Make) -> None:
    add(
        house,
        operation(marking="official_sensitive", restricted_because=WHY),
        made(E, "Did it help?", activity=OP),
    )
    lead = person("lead")
    assert "OFFICIAL-SENSITIVE" in lead.opens("/evaluations").html
    lead.client.get("/evaluations/register.csv")
    name = lead.client.get("/evaluations/register.csv").headers["Content-Disposition"]
    assert "OFFICIAL-SENSITIVE" in name
    assert "OFFICIAL-SENSITIVE" not in person("officer").opens("/evaluations").html


def test_a_pack_holds_no_evidence_that_was_changed_since(house: House, person: Make) -> None:
    attachments = house.library.attachments
    assert attachments is not None
    add(house, made(F, "A finding", owner="lead"))
    kept = attachments.put(A, "returns.csv", io.BytesIO(b"a,b\n1,2\n"))
    row = {"name": kept.name, "type": kept.type, "size": str(kept.size), "sha256": "0" * 64}
    add(house, made(A, "Print it", of=(F,), owner="lead", action_state="verified", files=(row,)))
    lead = person("lead")
    pack = lead.client.get(f"/findings/{F}/pack?as=zip")
    with zipfile.ZipFile(io.BytesIO(pack.data)) as file:
        assert not [name for name in file.namelist() if name.startswith("evidence/")]
        assert "returns.csv: missing or no longer" in file.read("manifest.txt").decode()


# --- words stay words --------------------------------------------------------------------------------------
def test_words_are_never_run_by_page_spreadsheet_or_document(house: House, person: Make) -> None:
    add(
        house, operation(title=f"=1+1{EVIL}"[:120], unit="\ufeff=1+1", sio="lead", why_late=EVIL,
                         texts={"summary": EVIL}, ended=date(2026, 1, 1)),
        made(E, EVIL, activity=OP, owner="lead", texts={"objective": EVIL, "result": EVIL}, measures=(
            {"measure": EVIL, "baseline": "1 of 9", "follow_up": "2 of 9", "baseline_period": EVIL},)),
        made(A, EVIL, owner="lead", due=date(2026, 5, 1), action_state="open", of=(F,), decision=EVIL,
             texts={"evidence": EVIL, "progress": EVIL}, unit=EVIL[:80]),
        made(F, EVIL, owner="lead", finding_type="afi", links=(OP, E), body=EVIL, texts={"text": EVIL}),
    )  # fmt: skip
    lead = person("lead")
    pages = (
        "/", "/operations?tab=all", f"/operations/{OP}", f"/operations/{OP}/edit", "/evaluations", f"/evaluations/{E}",
        f"/evaluations/{E}/stage/measured", "/actions?tab=all", f"/actions/{A}", f"/actions/{A}/move/done",
        "/findings", f"/findings/{F}", "/dashboard?period=all", "/dashboard/monthly", f"/operations/{OP}/history",
    )  # fmt: skip
    for address in pages:
        html = lead.opens(address).html
        assert "<script>alert" not in html, address
        assert ">49" not in html, address
    for address in ("/operations/list.csv?tab=all", "/evaluations/register.csv", "/actions/list.csv?tab=all",
                    "/findings/list.csv", "/dashboard/figures.csv?period=all"):  # fmt: skip
        rows = csv.reader(io.StringIO(lead.client.get(address).get_data(as_text=True)))
        cells = [cell.lstrip("\ufeff\u200b ") for row in rows for cell in row]
        assert cells and not [cell for cell in cells if cell[:1] in ("=", "+", "@", "\t")], address
    for how in ("pdf", "docx", "zip"):
        assert lead.client.get(f"/findings/{F}/pack?as={how}").status_code == 200
    words = lead.client.get("/actions/wording", query_string={"title": EVIL})
    assert words.mimetype == "application/json" and "<script" not in words.get_data(as_text=True)


def test_hostile_numbers_in_a_measure_are_told_at_their_box(house: House, person: Make) -> None:
    add(house, made(E, "Did it help?", owner="lead"))
    lead = person("lead")
    address = f"/evaluations/{E}/stage/measured"
    version = lead.opens(address).hidden["version"]
    for words in ("9" * 6_000, "1 of " * 20_000, "January " * 12_000, "- " * 50_000):
        form = {
            f"measures-0-{name}": words
            for name in ("baseline", "baseline_period", "follow_up_period")
        }
        lead.sends(address, {"version": version, "measures-0-measure": "x", **form}, status=422)


@pytest.mark.parametrize("words", ["0001-01-01T00:00:00+10:00", "9999-12-31T23:59:59-10:00"])
def test_a_moment_beyond_all_calendars_is_refused_and_breaks_nothing(words: str) -> None:
    with pytest.raises(NotOfType):
        to_value(SHAPES[Kind.LESSON]["sent"], words)
