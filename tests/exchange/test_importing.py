"""Bringing lessons in from elsewhere: real files are never as clean as one hopes."""

import json
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lessons.app import House
from lessons.domain.access import SYSTEM, Role, User
from lessons.domain.errors import Invalid, NotAllowed
from lessons.domain.record import Kind, Record
from lessons.services.exchange import (
    Mapped,
    Plan,
    Report,
    Row,
    import_records,
    import_rows,
    read_plan,
    read_rows,
)
from lessons.services.exchange.cells import bare, inert

ROOT = Path(__file__).resolve().parent.parent.parent
DATA = ROOT.parent / "shared" / "data"
MAPS = ROOT / "content" / "examples" / "maps"
ROW = {"source_id": "A-1", "title": "Check the radio first", "text": "Batteries were *flat*."}


def take(house: House, *rows: dict[str, Any], **plan: Any) -> Report:
    dry_run = bool(plan.pop("dry_run", False))
    numbered = (Row(line, values) for line, values in enumerate(rows, 1))
    return import_rows(house.library, SYSTEM, numbered, Plan(**plan), dry_run=dry_run)


def outcomes(report: Report) -> list[str]:
    return [row.outcome for row in report.rows]


def reasons(report: Report) -> list[tuple[int, str, str]]:
    return [(r.line, p.field, str(p)) for r in report.rows for p in r.problems]


def only(house: House, report: Report) -> Record:
    [row] = report.rows
    return house.library.open(SYSTEM, row.id).record


def test_three_fields_are_enough(house: House) -> None:
    record = only(house, take(house, ROW))
    assert record.kind is Kind.LESSON
    assert (record.title, record.line("source_id")) == ("Check the radio first", "A-1")
    assert record.texts["detail"] == "Batteries were *flat*."
    assert (record.line("state"), record.line("marking")) == ("observation", "official")


def test_any_declared_field_may_be_added_by_key_or_by_label_as_a_list_or_one_word(
    house: House,
) -> None:
    row: dict[str, Any] = {**ROW, "threats": ["Drugs", "firearms"], "four_p": "Prevent", "occurred": "2024-03-02",
           "unit": "Roads  policing", "partner_safe": True, "summary": "In short.", "themes": "comms"}  # fmt: skip
    record = only(house, take(house, row))
    known = house.library.vocabularies["threat"]
    assert record.keys("threats") == tuple(t.key for w in row["threats"] if (t := known.find(w)))
    assert record.keys("four_p") == ("prevent",)
    assert record.keys("themes") == ("radio",)
    assert record.line("unit") == "Roads policing"
    assert record.flag("partner_safe")
    assert str(record.day("occurred")) == "2024-03-02"


@pytest.mark.parametrize("kind", list(Kind))
def test_the_three_fields_are_enough_for_every_kind(house: House, kind: Kind) -> None:
    record = only(house, take(house, ROW, kind=kind))
    assert record.kind is kind
    assert "Check the radio first" in (record.line("title"), record.line("label"))
    assert "Batteries were *flat*." in record.texts.values()


@pytest.mark.parametrize(
    ("change", "field", "reason"),
    [
        ({"source_id": ""}, "source_id", "Every row needs a reference of its own."),
        ({"source_id": None}, "source_id", "Every row needs a reference of its own."),
        ({"title": " ", "text": " "}, "title", "The title is empty."),
        ({"headline": "x"}, "headline", "There is no field of this name."),
        ({"occurred": "2024-02-30"}, "occurred", "Enter a real date, such as 2026-03-27."),
        ({"occurred": "2999-01-01"}, "occurred", "This date is in the future."),
        ({"learning": "moral"}, "learning", "“moral” is not in the list."),
        ({"threats": ["drugs", "dragons"]}, "threats", "“dragons” is not in the list."),
        ({"marking": "SECRET"}, "marking", "“SECRET” is not in the list."),
        ({"text": "x" * 2_000_000}, "text", "This is too long: at most 40000 characters."),
        ({"text": ["a", "b"]}, "text", "One value was expected here, not several."),
        ({"title": {"en": "x"}}, "title", "One value was expected here, not several."),
        ({"text": "half a character: \ud800"}, "row", "There are characters here that are not text."),
        ({"source_id": "\udfff"}, "source_id", "There are characters here that are not text."),
        ({"debrief": "D-1"}, "debrief", "Enter the reference of a record"),
    ],
)  # fmt: skip
def test_a_bad_row_is_told_by_line_field_and_reason_and_the_good_ones_are_kept(
    house: House, change: dict[str, Any], field: str, reason: str
) -> None:
    report = take(
        house, {**ROW, "source_id": "A-0"}, {**ROW, **change}, {**ROW, "source_id": "A-2"}
    )
    assert outcomes(report) == ["added", "refused", "added"]
    [(line, where, why)] = reasons(report)
    assert (line, where) == (2, field)
    assert reason in why


def test_a_reference_of_nought_is_a_reference(house: House) -> None:
    assert outcomes(take(house, {**ROW, "source_id": 0})) == ["added"]


def test_the_same_file_twice_changes_nothing(house: House) -> None:
    rows = [{**ROW, "source_id": f"A-{n}"} for n in range(30)]
    assert set(outcomes(take(house, *rows))) == {"added"}
    before = dict(house.library.records.versions())
    again = take(house, *rows)
    assert set(outcomes(again)) == {"same"}
    assert dict(house.library.records.versions()) == before


def test_the_same_reference_twice_in_a_file_is_told(house: House) -> None:
    report = take(house, ROW, {**ROW, "title": "Another"})
    assert outcomes(report) == ["added", "refused"]
    assert reasons(report) == [(2, "source_id", "This reference stands on line 1 as well.")]


def test_a_row_that_changed_is_a_new_revision_even_when_its_year_was_wrong(house: House) -> None:
    first = take(house, {**ROW, "occurred": "2023-12-31"}).rows[0].id
    report = take(house, {**ROW, "occurred": "2024-01-01", "text": "Batteries were empty."})
    assert [(r.outcome, r.id) for r in report.rows] == [("changed", first)]
    assert [r.verb for r in house.library.records.history(first)] == ["import", "import"]
    assert house.library.open(SYSTEM, first).record.texts["detail"] == "Batteries were empty."


def test_what_people_changed_here_stays(house: House) -> None:
    row = {**ROW, "themes": ["radio", "handover"], "unit": "Roads"}
    id = take(house, row).rows[0].id
    stored = house.library.open(SYSTEM, id)
    worked_on = stored.record.with_(
        title="Test each radio", state="identified", themes=("radio", "timing")
    )
    house.library.save(SYSTEM, "review", worked_on, expected=1)
    assert outcomes(take(house, row)) == ["same"]
    assert outcomes(take(house, {**row, "unit": "Dogs", "themes": ["radio", "evidence"]})) == [
        "changed"
    ]
    record = house.library.open(SYSTEM, id).record
    assert (record.title, record.line("state"), record.line("unit")) == (
        "Test each radio",
        "identified",
        "Dogs",
    )
    assert record.keys("themes") == ("radio", "timing", "evidence")


def test_a_record_that_was_destroyed_does_not_come_back(house: House) -> None:
    id = take(house, ROW).rows[0].id
    house.library.purge(SYSTEM, id, "erasure request")
    report = take(house, ROW, {**ROW, "source_id": "A-2"})
    assert outcomes(report) == ["refused", "added"]
    assert "destroyed" in reasons(report)[0][2]


def test_a_dry_run_says_the_same_and_changes_nothing(house: House) -> None:
    rows = [{**ROW, "source_id": f"A-{n}", "themes": ["radio", f"New {n % 3}"]} for n in range(9)]
    themes = dict(house.library.records.versions())
    dry = take(house, *rows, create_themes=True, dry_run=True)
    assert dict(house.library.records.versions()) == themes
    real = take(house, *rows, create_themes=True)
    assert (outcomes(dry), dry.themes_added) == (outcomes(real), real.themes_added)
    assert real.themes_added == ["new_0", "new_1", "new_2"]


def test_themes_that_differ_in_more_than_their_punctuation_stay_apart(house: House) -> None:
    rows = [{**ROW, "source_id": str(n), "themes": [label]} for n, label in enumerate(
        ["Gŵyl", "Gẃyl", "GŴYL", "東京", "大阪", "Radio-silence", "radio silence", "x" * 81, " "])]  # fmt: skip
    report = take(house, *rows, create_themes=True)
    assert set(outcomes(report)) == {"added"}
    kept = [house.library.open(SYSTEM, r.id).record.keys("themes") for r in report.rows]
    assert kept[0] == kept[2] != kept[1]
    assert kept[3] != kept[4]
    assert kept[5] == kept[6]
    assert kept[7] == kept[8] == ()
    labels = house.library.vocabularies["theme"]
    assert [labels.label(k[0]) for k in kept[:2]] == ["Gŵyl", "Gẃyl"]
    assert set(outcomes(take(house, *rows, create_themes=True))) == {"same"}


def test_only_an_administrator_imports(house: House) -> None:
    with pytest.raises(NotAllowed):
        import_rows(house.library, User("olly", Role.OFFICER), [Row(1, ROW)], Plan())


# --- files as they come ----------------------------------------------------------------------------
def rows_of(tmp_path: Path, raw: bytes, name: str = "rows.csv") -> list[Row]:
    path = tmp_path / name
    path.write_bytes(raw)
    return list(read_rows(path))


def values(rows: Iterable[Row]) -> list[dict[str, Any]]:
    return [dict(r.values) for r in rows]


TABLE = "id,title\r\n1,“Straße”\r\n"


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1252", "utf-16"])
def test_a_table_in_any_usual_encoding(tmp_path: Path, encoding: str) -> None:
    assert values(rows_of(tmp_path, TABLE.encode(encoding))) == [{"id": "1", "title": "“Straße”"}]


@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
@pytest.mark.parametrize("newline", ["\n", "\r\n", "\r"])
def test_a_table_from_any_spreadsheet(tmp_path: Path, delimiter: str, newline: str) -> None:
    lines = ["", f'id{delimiter}"a,b;c"', f'1{delimiter}"two{newline}lines, and ""quotes"""', delimiter,
             f"2{delimiter}x{delimiter}{delimiter}", ""]  # fmt: skip
    rows = rows_of(tmp_path, newline.join(lines).encode())
    assert [r.values["id"] for r in rows] == ["1", "2"]
    assert rows[0].values["a,b;c"] == f'two{newline}lines, and "quotes"'
    assert [r.line for r in rows] == [3, 6]


def test_odd_line_separators_do_not_cut_a_cell(tmp_path: Path) -> None:
    raw = "id,text\n1,one\u2028two\x0bthree\x85four\n".encode()
    assert values(rows_of(tmp_path, raw)) == [{"id": "1", "text": "one\u2028two\x0bthree\x85four"}]


def test_a_huge_cell_is_read_and_a_row_with_too_many_cells_is_told(tmp_path: Path) -> None:
    huge = "x" * 2_000_000
    rows = rows_of(tmp_path, f"id,text\n1,{huge}\n2,a,b\n3,c\n".encode())
    assert len(rows[0].values["text"]) == 2_000_000
    assert "more cells" in rows[1].problem
    assert rows[2].values == {"id": "3", "text": "c"}


def test_a_formula_that_was_made_harmless_is_itself_again(tmp_path: Path) -> None:
    assert values(rows_of(tmp_path, b"id,text\n1,'=1+1\n2,'tis\n")) == [
        {"id": "1", "text": "=1+1"}, {"id": "2", "text": "'tis"}
    ]  # fmt: skip


@given(st.text(st.characters(codec="utf-8")) | st.from_regex(r"'*\s?[=+@-].{0,3}", fullmatch=True))
def test_harmless_and_back_again_is_the_same(words: str) -> None:
    assert bare(inert(words)) == words
    assert not inert(words).startswith(("=", "+", "-", "@", "\t", "\r"))


def test_lines_of_json_that_are_none_are_told_and_the_others_read(tmp_path: Path) -> None:
    raw = (
        b'\xef\xbb\xbf{"id": 1}\n\n[1]\n{"id": \xff}\n{"id": 2\n' + b"[" * 100_000 + b'\n{"id": 3}'
    )
    rows = rows_of(tmp_path, raw, "rows.jsonl")
    assert [(r.line, r.values.get("id")) for r in rows] == [
        (1, 1), (3, None), (4, None), (5, None), (6, None), (7, 3)
    ]  # fmt: skip
    assert all(r.problem for r in rows if not r.values)


def test_what_is_no_text_at_all_is_refused(tmp_path: Path) -> None:
    with pytest.raises(Invalid, match="neither UTF-8 nor Windows-1252"):
        rows_of(tmp_path, b"\x81\x8d\xff\n")
    with pytest.raises(Invalid, match="We read"):
        rows_of(tmp_path, b"PK", "book.xlsx")


# --- our own markdown ------------------------------------------------------------------------------
def test_a_folder_of_markdown_comes_in_under_its_own_references(
    house: House, tmp_path: Path
) -> None:
    examples = sorted((ROOT / "content" / "examples").glob("lessons/*.md"))[:5]
    broken = tmp_path / "L-2024-00000.md"
    broken.write_text("---\nid: L-2024-00000\nkind: lesson\nmystery: 1\n---\n")
    (tmp_path / "latin.md").write_bytes(b"---\nid: \xff")
    unknown = tmp_path / "L-2024-00001.md"
    text = examples[0].read_text(encoding="utf-8").replace(examples[0].stem, unknown.stem)
    unknown.write_text(text.replace("learning: ", "learning: un"), encoding="utf-8")
    paths = [*examples, broken, tmp_path / "latin.md", unknown]
    report = import_records(house.library, SYSTEM, paths, house.text)
    assert report.count("added") == 5
    assert {Path(r.source_id).name for r in report.rows if r.outcome == "refused"} == {
        "L-2024-00000.md", "L-2024-00001.md", "latin.md"
    }  # fmt: skip
    again = import_records(house.library, SYSTEM, examples, house.text)
    assert set(outcomes(again)) == {"same"}


# --- maps ------------------------------------------------------------------------------------------
def test_a_map_joins_splits_renames_and_fills_in(house: House) -> None:
    fields = (
        Mapped("title", ("head",), instead=("body",), limit=24),
        Mapped("occurred", ("when",), dates=("%d/%m/%Y", "%d.%m.%y")),
        Mapped("learning", ("sort",), values={"good": "keep", "bad": "warning"}, default="change"),
        Mapped("themes", ("tags", "more"), separator=";", values={"comms kit": "radio", "n/a": ""}),
        Mapped("detail", ("body", "site"), headings={"site": "Site"}),
    )
    row = {"ref": 9, "head": "", "body": "Batteries were flat at the briefing", "when": "1.2.24", "sort": "bad",
           "tags": "comms kit; n/a;", "more": "Handover", "site": "Port"}  # fmt: skip
    record = only(house, take(house, row, source_id="ref", source="Elsewhere", fields=fields))
    assert record.title == "Batteries were flat at…"
    assert str(record.day("occurred")) == "2024-02-01"
    assert record.line("learning") == "warning"
    assert record.keys("themes") == ("radio", "handover")
    assert record.texts["detail"] == "Batteries were flat at the briefing\n\n### Site\n\nPort"
    assert (record.line("source_id"), record.line("source")) == ("9", "Elsewhere")
    report = take(house, {**row, "when": "soon"}, source_id="ref", fields=fields)
    assert reasons(report) == [
        (1, "occurred", "This is not a real date in a form that is expected here.")
    ]


@pytest.mark.parametrize(
    ("toml", "field"),
    [
        ("kind = 'memo'\n[fields]\ntitle = 't'", "kind"),
        ("[fields]\nheadline = 't'", "headline"),
        ("[fields]\ntitle = { column = 't' }", "title"),
        ("[fields]\ntitle = { limit = 'long' }", "title.limit"),
        ("[fields]\ntitle = { columns = [1] }", "title.columns"),
        ("[fields]\ntitle = 3", "title"),
        ("fields = 3", "fields"),
        ("kind = 'lesson'", "fields"),
        ("colour = 'red'\n[fields]\ntitle = 't'", "colour"),
        ("= = =", "map.toml"),
    ],
)
def test_a_map_that_cannot_be_used_says_where(tmp_path: Path, toml: str, field: str) -> None:
    path = tmp_path / "map.toml"
    path.write_text(toml)
    with pytest.raises(Invalid) as caught:
        read_plan(path)
    assert [p.field for p in caught.value.problems] == [field]


def needs(name: str) -> Path:
    path = DATA / name
    if not path.is_file():
        pytest.skip(f"needs {name}, a public file that is not in this repository")
    return path


def test_all_2102_lessons_of_the_public_nasa_file_come_in_and_stay_the_same(house: House) -> None:
    path, plan = needs("llis.jsonl"), read_plan(MAPS / "llis.toml")
    report = import_rows(house.library, SYSTEM, read_rows(path), plan)
    assert (report.count("added"), report.count("refused")) == (2_102, 0)
    assert set(house.library.index.versions()) == set(house.library.records.versions())
    again = import_rows(house.library, SYSTEM, read_rows(path), plan)
    assert again.count("same") == 2_102
    first = json.loads(path.read_bytes().splitlines()[0])
    record = house.library.open(SYSTEM, report.rows[0].id).record
    assert (record.title, record.line("source_id")) == (first["title"], first["id"])


def test_the_public_wildfire_reports_come_in_with_their_themes(house: House) -> None:
    path, plan = needs("safenet_sample.csv"), read_plan(MAPS / "safenet.toml")
    report = import_rows(house.library, SYSTEM, read_rows(path), plan, dry_run=True)
    assert (report.count("added"), report.count("refused")) == (300, 0)
    told = {str(p) for r in report.rows for p in r.problems}
    assert any("“Situational Awareness” is not a theme here" in words for words in told)


@pytest.mark.parametrize(
    ("text", "title"),
    [
        ("Check the gate. Then the yard.", "Check the gate."),
        ("## Gates\n\nCheck them all.", "Gates"),
        ("\n\n- Ring first\n- Then knock", "Ring first"),
        ("word " * 60, ("word " * 31) + "…"),
    ],
)
def test_a_row_without_a_title_is_named_after_its_first_sentence_and_the_report_says_so(
    house: House, text: str, title: str
) -> None:
    report = take(house, {"source_id": "A-1", "title": "", "text": text})
    assert outcomes(report) == ["added"]
    assert only(house, report).title == title
    [(_, field, why)] = reasons(report)
    assert field == "title" and "first sentence" in why
