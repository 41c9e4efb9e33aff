"""The disclosure index: all debrief material of an operation, for the disclosure role alone, and every look noted."""

import csv
import io
from collections.abc import Callable
from datetime import date

from docx import Document
from pypdf import PdfReader

from lessons.app import House
from lessons.domain.access import SYSTEM
from lessons.domain.record import Kind, Record
from tests.people import Person
from tests.review.kit import add, lesson
from tests.track.operations_kit import keep

Someone = Callable[..., Person]
OPERATION = "O-2026-A1DER"
ADDRESS = f"/operations/{OPERATION}/disclosure"
HOSTILE = '=cmd|"/C calc"!A1 <script> #read("/x") \u202e'


def debrief(n: int, title: str, **fields: object) -> Record:
    given = {
        "title": title, "operation_name": "Operation Alder", "occurred": date(2026, 4, 1), "debrief_type": "hot",
        "marking": "official", "author": "officer", "unit": "Serious crime", **fields,
    }  # fmt: skip
    return Record(f"D-2026-{n:05d}", Kind.DEBRIEF, fields=given, texts={"happened": "It rained."})  # type: ignore[arg-type]


def record(id: str, kind: Kind, title: str, **fields: object) -> Record:
    return Record(id, kind, fields={"title": title, "marking": "official", **fields})  # type: ignore[arg-type]


def material(house: House) -> None:
    keep(house)
    add(
        house,
        debrief(1, HOSTILE, operation=OPERATION, corrections=(
            {"at": "2026-05-02", "by": "dis", "text": "The gate was open."},)),
        debrief(2, "Restricted debrief", operation=OPERATION, groups=("gold",), restricted_because="source"),
        debrief(3, "Named only"), debrief(4, "Another operation", operation_name="Operation Elder"),
        lesson(1, "From the debrief", debrief="D-2026-00001"),
        lesson(2, "From the operation", operation=OPERATION, state="sent"),
        lesson(3, "From the evaluation", evaluation="E-2026-00001", state="not_taken"),
        lesson(4, "From the named one", debrief="D-2026-00003"), lesson(5, "Of something else"),
        record("E-2026-00001", Kind.EVALUATION, "Did it work?", activity=OPERATION),
        record("A-2026-00001", Kind.ACTION, "Mend the gate", of=("L-2026-00003",), owner="sam",
               files=({"name": "gate.pdf", "size": "12", "sha256": "ab" * 32, "by": "sam", "at": "2026-05-03"},)),
        record("A-2026-00002", Kind.ACTION, "Something else", of=("L-2026-00005",), owner="sam"),
        record("B-2026-00001", Kind.BRIEFING, "Before the warrant", operation=OPERATION),
    )  # fmt: skip


LINKED = {
    "D-2026-00001", "D-2026-00002", "L-2026-00001", "L-2026-00002", "L-2026-00003", "E-2026-00001", "A-2026-00001",
    "B-2026-00001",
}  # fmt: skip
PERHAPS = {"D-2026-00003", "L-2026-00004"}


def rows(someone: Person) -> list[dict[str, str]]:
    answer = someone.client.get(f"{ADDRESS}?as=csv")
    assert answer.status_code == 200 and "attachment" in answer.headers["Content-Disposition"]
    return list(csv.DictReader(io.StringIO(answer.data.decode("utf-8-sig"))))


def test_the_index_is_complete_and_tells_apart_what_only_perhaps_belongs(
    house: House, person: Someone
) -> None:
    material(house)
    officer = person("disclosure")
    found = rows(officer)
    records = [r for r in found if r["what"] == "record"]
    assert {r["reference"] for r in records if r["certainty"] == "linked"} == LINKED
    assert {r["reference"] for r in records if r["certainty"] == "perhaps"} == PERHAPS
    by_id = {r["reference"]: r for r in records}
    assert (
        by_id["D-2026-00002"]["restricted"] == "yes" and by_id["D-2026-00001"]["restricted"] == "no"
    )
    assert (
        by_id["D-2026-00001"]["by"] == "officer"
        and by_id["D-2026-00001"]["unit"] == "Serious crime"
    )
    assert by_id["A-2026-00001"]["owner"] == "sam" and by_id["L-2026-00003"]["state"] == "not_taken"
    assert by_id["D-2026-00001"]["address"].endswith("/debriefs/D-2026-00001")
    assert by_id["D-2026-00001"]["title"].startswith("'=cmd")  # runs in no spreadsheet
    files = [r for r in found if r["what"] == "file"]
    assert [(r["file"], r["sha256"]) for r in files] == [("gate.pdf", "ab" * 32)]
    assert [r["by"] for r in found if r["what"] == "correction"] == ["dis"]
    assert {r["reference"] for r in found if r["what"] == "revision"} == LINKED | PERHAPS

    page = officer.opens(ADDRESS)
    assert "8 records linked to it" in page.text and "Perhaps" in page.text
    assert "Another operation" not in page.text and "Something else" not in page.text
    assert "They are private to whoever writes them" in page.text
    assert "gate.pdf" in page.text


def test_only_the_disclosure_role_finds_it(house: House, person: Someone) -> None:
    material(house)
    for role in ("lead", "reviewer", "admin", "analyst", "liaison", "officer", "partner"):
        someone = person(role)
        for how in ("", "?as=csv", "?as=pdf"):
            someone.opens(ADDRESS + how, status=404)
    officer = person("disclosure")
    for address in (
        "/operations/O-2026-99999/disclosure",
        "/operations/L-2026-00001/disclosure",
        f"{ADDRESS}?as=exe",
    ):
        officer.opens(address, status=404)
    assert officer.opens(f"/operations/{OPERATION}").link("Disclosure index") == ADDRESS
    assert not [
        e for e in house.library.audit.events(record=OPERATION, who="lead") if "index" in e.note
    ]


def test_every_look_is_noted_and_an_export_by_its_form(house: House, person: Someone) -> None:
    material(house)
    officer = person("disclosure")
    officer.opens(ADDRESS)
    for how in ("csv", "pdf", "docx"):
        assert officer.client.get(f"{ADDRESS}?as={how}").status_code == 200
    noted = [
        (e.verb, e.note) for e in house.library.audit.events(record=OPERATION, who="disclosure")
    ]
    assert noted[::-1] == [
        ("consultation", "disclosure index"), ("disclosure", "disclosure index as csv"),
        ("disclosure", "disclosure index as pdf"), ("disclosure", "disclosure index as docx"),
    ]  # fmt: skip


def test_the_documents_say_what_the_page_says(house: House, person: Someone) -> None:
    material(house)
    officer = person("disclosure")
    pdf = officer.client.get(f"{ADDRESS}?as=pdf").data
    texts = [p.extract_text() for p in PdfReader(io.BytesIO(pdf)).pages]
    word = Document(io.BytesIO(officer.client.get(f"{ADDRESS}?as=docx").data))
    docx = [p.text for p in word.paragraphs] + [
        c.text for t in word.tables for r in t.rows for c in r.cells
    ]
    for text in (" ".join(" ".join(texts).split()), " ".join(docx)):
        for part in (
            *LINKED,
            *PERHAPS,
            "Made for disclosure",
            "gate.pdf",
            "Perhaps",
            '#read("/x")',
            "<script>",
        ):
            if part != "Made for disclosure" or text.startswith("OFFICIAL"):
                assert part in text, part


def test_what_was_destroyed_is_shown_as_destroyed(house: House, person: Someone) -> None:
    material(house)
    stored = house.library.records.get("D-2026-00001")
    house.library.save(SYSTEM, "correct", stored.record.with_(
        corrections=(*stored.record.rows("corrections"), {"at": "2026-05-04", "by": "dis", "text": "Two"})
    ), expected=1)  # fmt: skip
    house.library.redact(SYSTEM, "D-2026-00001", 1, "A name stood in it")
    house.library.purge(SYSTEM, "D-2026-00003", "Ordered by the court")
    add(house, lesson(6, "Of a debrief that is gone", debrief="D-2026-00009", operation=OPERATION))
    house.library.save(SYSTEM, "import", debrief(9, "Soon gone", operation=OPERATION), expected=0)
    house.library.purge(SYSTEM, "D-2026-00009", "Its time was up")
    officer = person("disclosure")
    found = rows(officer)
    gone = {
        (r["reference"], r["what"], r["revision"]): r["destroyed_because"]
        for r in found
        if r["destroyed"]
    }
    assert gone["D-2026-00001", "revision", "1"] == "A name stood in it"
    assert [
        why for (id, what, _n), why in gone.items() if (id, what) == ("D-2026-00009", "record")
    ] == ["Its time was up"]
    text = officer.opens(ADDRESS).text
    assert "A name stood in it" in text and "Its time was up" in text and "Soon gone" not in text


def test_an_operation_without_material_says_so(house: House, person: Someone) -> None:
    keep(house)
    page = person("disclosure").opens(ADDRESS)
    assert "0 records linked to it" in page.text and "No debrief material" in page.text


def test_a_record_whose_file_is_damaged_is_not_left_out(house: House, person: Someone) -> None:
    material(house)
    path = next(house.settings["CONTENT_DIR"].glob("debriefs/**/D-2026-00001.md"))
    path.write_text("---\nnot a record", encoding="utf-8")
    page = person("disclosure").opens(ADDRESS)
    assert "8 records linked to it" in page.text and "Its file cannot be read just now" in page.text
