"""The evidence pack: unpacked, its sums verified, and searched for what its reader may not know of."""

import hashlib
import io
import json
import zipfile
from collections.abc import Callable

from docx import Document
from pypdf import PdfReader

from lessons.app import House
from lessons.domain.access import SYSTEM
from lessons.domain.record import Kind
from tests.people import Person
from tests.review.kit import add
from tests.track.findings_kit import (
    ACTION,
    FINDING,
    LESSON,
    SECRET,
    SECRET_WORDS,
    action,
    finding,
    now,
    set_day,
    whole_chain,
)

Someone = Callable[..., Person]
PACK = f"/findings/{FINDING}/pack"
FILE = b"%PDF-1.4\n1 0 obj<</Type/Catalog>>endobj\ntrailer<</Root 1 0 R>>\n%%EOF\n"


def takes(someone: Person, how: str) -> bytes:
    answer = someone.client.get(f"{PACK}?as={how}")
    assert answer.status_code == 200, answer.text[:500]
    assert answer.headers["Content-Disposition"].startswith("attachment")
    return answer.data


def opened(content: bytes) -> dict[str, bytes]:
    with zipfile.ZipFile(io.BytesIO(content)) as file:
        assert file.testzip() is None
        return {name: file.read(name) for name in file.namelist()}


def attach(house: House, name: str, content: bytes = FILE) -> None:
    assert house.library.attachments is not None
    kept = house.library.attachments.put(ACTION, name, io.BytesIO(content))
    stored = house.library.records.get(ACTION)
    row = {"name": kept.name, "sha256": kept.sha256, "size": str(kept.size), "type": kept.type}
    changed = stored.record.with_(files=(*stored.record.rows("files"), row))
    house.library.save(SYSTEM, "add_evidence", changed, expected=stored.revision.number)


def words_of(pdf: bytes) -> str:
    return " ".join(" ".join(p.extract_text() for p in PdfReader(io.BytesIO(pdf)).pages).split())


def everything(members: dict[str, bytes]) -> str:
    """All words in a pack: of its documents as people read them, of other files as they are."""
    found = []
    for name, content in members.items():
        if name.endswith(".pdf") and name.startswith("evidence-pack"):
            found.append(words_of(content) + str(PdfReader(io.BytesIO(content)).metadata))
        elif name.endswith(".docx"):
            with zipfile.ZipFile(io.BytesIO(content)) as inner:
                found += [inner.read(each).decode("utf-8", "replace") for each in inner.namelist()]
        else:
            found.append(content.decode("utf-8", "replace"))
    return "\n".join([*members, *found])


def test_the_pack_is_unpacked_and_every_sum_is_right(house: House, person: Someone) -> None:
    set_day(house)
    whole_chain(house, text="As reported: “no system”.", progress="Half of it is done.")
    attach(house, "Ten forms.pdf")
    content = takes(person("liaison"), "zip")
    members = opened(content)
    assert set(members) == {
        "evidence-pack.pdf", "evidence-pack.docx", "chain.csv", "manifest.json", "manifest.txt",
        f"evidence/{ACTION}/Ten forms.pdf", f"records/findings/{FINDING}.md", f"records/lessons/{LESSON}.md",
        f"records/actions/{ACTION}.md", "records/evaluations/E-2026-00001.md", "records/operations/O-2026-00001.md",
    }  # fmt: skip
    told = json.loads(members["manifest.json"])
    assert {f["name"] for f in told["files"]} == set(members) - {"manifest.json", "manifest.txt"}
    for file in told["files"]:
        content_of = members[file["name"]]
        assert file["sha256"] == hashlib.sha256(content_of).hexdigest() and file["bytes"] == len(
            content_of
        )
        assert f"{file['sha256']}  {file['name']}" in members["manifest.txt"].decode().splitlines()
    assert (told["made_by"], told["role"], told["marking"]) == ("liaison", "liaison", "OFFICIAL")
    assert told["made_at"].startswith("2026-06-10T12:00:00") and not told["lost"]
    assert members[f"evidence/{ACTION}/Ten forms.pdf"] == FILE
    parsed = house.text.parse(members[f"records/lessons/{LESSON}.md"].decode())
    assert parsed.record.title == "Record each debrief within a week"


def test_the_documents_tell_the_chain_with_roles_dates_and_gaps(
    house: House, person: Someone
) -> None:
    set_day(house)
    whole_chain(house, text="As reported: “no system”.", progress="Half of it is done.")
    add(house, action("A-2026-00002", 'Ask for #read("/etc/passwd") =1+1', action_state="open"))
    person("lead")
    liaison = person("liaison")
    pdf = words_of(takes(liaison, "pdf"))
    word = Document(io.BytesIO(takes(liaison, "docx")))
    docx = " ".join(
        [
            *(p.text for p in word.paragraphs),
            *(c.text for t in word.tables for r in t.rows for c in r.cells),
        ]
    )
    for text in (pdf, docx):
        for part in (
            "Evidence pack: The force did not routinely record learning", "HMICFRS", "4 May 2026", "no system",
            "What was learned", "Record each debrief within a week", "What was changed", "Checked on: 20 May 2026",
            "What shows that it lasts", "Gap: This is not done yet: Ask for #read(\"/etc/passwd\") =1+1",
            "what liaison may read as Inspection liaison", "Half of it is done.",
        ):  # fmt: skip
            assert part in text, part
    assert "Owner: SIO or LRO" in pdf and "Owner: lead" not in pdf
    table = opened(takes(liaison, "zip"))["chain.csv"].decode("utf-8-sig")
    assert "gap,A-2026-00002" in table and "learned,L-2026-00001" in table


def test_a_pack_holds_nothing_of_what_its_reader_may_not_read(
    house: House, person: Someone
) -> None:
    whole_chain(house)
    members = opened(takes(person("liaison"), "zip"))
    said = everything(members)
    assert LESSON in said
    for trace in (SECRET, SECRET_WORDS, "Quicksilver", "gold", "OFFICIAL-SENSITIVE"):
        assert trace not in said
    officer = opened(takes(person("disclosure"), "zip"))
    assert SECRET_WORDS in everything(officer)
    assert json.loads(officer["manifest.json"])["marking"] == "OFFICIAL-SENSITIVE"
    assert "OFFICIAL-SENSITIVE" in words_of(officer["evidence-pack.pdf"])


def test_the_same_records_at_the_same_moment_give_the_same_pack(
    house: House, person: Someone
) -> None:
    set_day(house)
    whole_chain(house)
    liaison = person("liaison")
    assert takes(liaison, "zip") == takes(liaison, "zip")


def test_each_record_in_a_pack_is_noted_in_the_audit_log(house: House, person: Someone) -> None:
    whole_chain(house)
    takes(person("liaison"), "zip")
    noted = {
        e.record: e.note
        for e in house.library.audit.events(who="liaison")
        if e.verb == "disclosure"
    }
    assert set(noted) == {FINDING, LESSON, ACTION, "E-2026-00001", "O-2026-00001"}
    assert noted[LESSON] == f"evidence pack {FINDING} as zip"


def test_the_owner_takes_it_and_others_do_not(house: House, person: Someone) -> None:
    add(house, finding(owner="sam"))
    takes(person("officer", "sam"), "pdf")
    person("lead").opens(PACK, status=403)
    person("partner").opens(PACK, status=404)
    liaison = person("liaison")
    for how in ("exe", "../zip", "PDF"):
        liaison.opens(f"{PACK}?as={how}", status=404)
    liaison.opens("/findings/F-2026-99999/pack", status=404)


def test_a_file_that_is_gone_is_named_as_lost_and_stops_nothing(
    house: House, person: Someone
) -> None:
    whole_chain(house)
    attach(house, "one.pdf")
    attach(house, "two.pdf", FILE + b"%\n")
    assert house.library.attachments is not None
    house.library.attachments.remove(ACTION, "one.pdf")
    stored = house.library.records.get(ACTION)
    rows = (*stored.record.rows("files"), {"name": "../../etc/x.pdf"})
    changed = stored.record.with_(files=rows)
    house.library.save(SYSTEM, "import", changed, expected=stored.revision.number)
    members = opened(takes(person("liaison"), "zip"))
    told = json.loads(members["manifest.json"])
    assert sorted(told["lost"])[-1] == f"evidence/{ACTION}/one.pdf" and len(told["lost"]) == 2
    assert f"evidence/{ACTION}/two.pdf" in members
    assert not any(".." in name or name.startswith("/") for name in (*members, *told["lost"]))


def test_hostile_titles_go_into_no_file_name_and_no_formula(house: House, person: Someone) -> None:
    add(house, finding(title='=cmd|"/C calc"!A1 ../../\u202e <script>', owner="role:=1+1"))
    liaison = person("liaison")
    answer = liaison.client.get(f"{PACK}?as=zip")
    assert (
        answer.headers["Content-Disposition"]
        == f"attachment; filename=OFFICIAL-evidence-pack-{FINDING}.zip"
    )
    table = opened(answer.data)["chain.csv"].decode("utf-8-sig")
    assert "'=cmd" in table and ",=cmd" not in table
    assert now(house).kind is Kind.FINDING
