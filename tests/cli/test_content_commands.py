"""`lessons init`, `import`, `export`, `search`, `sync`, `check` and `demo`: what they say and with what status."""

import csv
import io
import json
from pathlib import Path

import pytest

from tests.cli.conftest import Lessons

ROW = {
    "source_id": "A-1",
    "title": "Check the radio before the briefing",
    "text": "Batteries were flat.",
}


def rows_file(path: Path, *rows: object) -> Path:
    path.write_text("".join(json.dumps(r) + "\n" for r in rows), encoding="utf-8")
    return path


def table(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))


def test_a_new_knowledge_base_is_made_once(lessons: Lessons, tmp_path: Path) -> None:
    told = lessons("init", tmp_path / "ours").output
    assert f"LESSONS_CONTENT_DIR={tmp_path / 'ours'} lessons run" in told
    assert (tmp_path / "ours" / "vocabularies" / "threat.yaml").is_file()
    assert not (tmp_path / "ours" / "lessons").exists()
    assert "not empty" in lessons("init", tmp_path / "ours", status=2).output


def test_a_new_knowledge_base_has_nothing_wrong_and_nothing_to_find(lessons: Lessons) -> None:
    assert lessons("check").output == "No problems found.\n"
    assert lessons("search", "radio").output == "0 found.\n"
    answer = json.loads(lessons("search", "radio", "--json").output)
    assert (answer["total"], answer["hits"]) == (0, [])
    assert lessons("export").output == "" or '"theme"' in lessons("export").output


def test_one_row_comes_in_and_is_found(lessons: Lessons, tmp_path: Path) -> None:
    file = rows_file(tmp_path / "rows.jsonl", ROW)
    assert "1 added, 0 changed, 0 the same, 0 refused" in lessons("import", file).output
    assert "0 added, 0 changed, 1 the same, 0 refused" in lessons("import", file).output
    assert "Check the radio before the briefing" in lessons("search", "flat batteries").output
    answer = json.loads(lessons("search", "battery", "--json").output)
    assert answer["hits"][0]["source_id"] == "A-1"
    assert {"id", "kind", "title", "extract", "score"} <= set(answer["hits"][0])


def test_the_report_names_line_field_and_reason_and_good_rows_are_kept(
    lessons: Lessons, tmp_path: Path
) -> None:
    file = tmp_path / "mixed.jsonl"
    bad = {**ROW, "source_id": "A-2", "occurred": "31 May"}
    file.write_text(f"{json.dumps(bad)}\nnot json\n{json.dumps(ROW)}\n", encoding="utf-8")
    result = lessons("import", file, "--report", tmp_path / "report.csv", status=1)
    assert f"{file}:1: occurred: Enter a real date" in result.output
    assert f"{file}:2: row: This line is not JSON." in result.output
    assert "1 added, 0 changed, 0 the same, 2 refused" in result.output
    report = table(tmp_path / "report.csv")
    assert [(r["line"], r["outcome"], r["field"]) for r in report] == [
        ("1", "refused", "occurred"), ("2", "refused", "row"), ("3", "added", "")
    ]  # fmt: skip


def test_several_files_have_one_report_and_programs_get_json(
    lessons: Lessons, tmp_path: Path
) -> None:
    first = rows_file(tmp_path / "one.jsonl", ROW)
    second = rows_file(tmp_path / "two.jsonl", {**ROW, "source_id": "=2+5"})
    result = lessons("import", first, second, "--json", "--report", tmp_path / "r.csv")
    told = [json.loads(line) for line in result.output.splitlines()]
    assert [(t["added"], t["refused"]) for t in told] == [(1, 0), (1, 0)]
    report = table(tmp_path / "r.csv")
    assert [r["file"] for r in report] == ["one.jsonl", "two.jsonl"]
    assert report[1]["source_id"] == "'=2+5", "a report must not run in a spreadsheet either"


def test_a_dry_run_changes_nothing_at_all(lessons: Lessons, tmp_path: Path, content: Path) -> None:
    def files() -> dict[Path, bytes]:
        return {p: p.read_bytes() for p in sorted(content.rglob("*")) if p.is_file()}

    before = files()
    file = rows_file(tmp_path / "rows.jsonl", {**ROW, "themes": ["Quite new theme"]})
    told = lessons("import", file, "--dry-run", "--create-themes").output
    assert "1 added" in told and "nothing was changed" in told and "quite_new_theme" in told
    assert files() == before
    assert lessons("search", "radio").output == "0 found.\n"


def test_a_theme_nobody_knows_is_left_out_and_told_or_added_when_asked(
    lessons: Lessons, tmp_path: Path
) -> None:
    new = {**ROW, "themes": ["Quite new theme", "Airwave"]}
    file = rows_file(tmp_path / "rows.jsonl", new, {**new, "source_id": "A-2"})
    told = lessons("import", file).output
    assert told.count("“Quite new theme” is not a theme here") == 1, "each thing is told once"
    assert "line 1 and 1 more" in told
    assert "theme:radio" not in told
    told = lessons("import", file, "--create-themes").output
    assert "2 changed" in told and "Themes added: quite_new_theme" in told
    hit = json.loads(lessons("search", "radio", "--json").output)["hits"][0]
    assert hit["themes"] == ["radio", "quite_new_theme"]


@pytest.mark.parametrize(
    "words",
    [
        ("import", "missing.jsonl"),
        ("import", "notes.docx"),
        ("import", "rows.jsonl", "--as", "memo"),
        ("import", "rows.jsonl", "--state", "perfect"),
        ("import", "rows.jsonl", "--map", "broken.toml"),
        ("import",),
        ("export", "--format", "csv"),
        ("export", "--format", "markdown"),
        ("export", "--kind", "memo"),
        ("search",),
        ("search", "a", "--queries", "rows.jsonl"),
        ("search", "a", "--limit", "0"),
        ("sing",),
    ],
)
def test_wrong_use_has_status_2(
    lessons: Lessons, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, words: tuple[str, ...]
) -> None:
    monkeypatch.chdir(tmp_path)
    rows_file(tmp_path / "rows.jsonl", ROW)
    (tmp_path / "notes.docx").write_bytes(b"PK")
    (tmp_path / "broken.toml").write_text('kind = "lesson"\n[fields]\nheadline = "title"\n')
    lessons(*words, status=2)


def test_many_questions_at_once(lessons: Lessons, tmp_path: Path) -> None:
    lessons("import", rows_file(tmp_path / "rows.jsonl", ROW, {**ROW, "source_id": "A-2"}))
    asked = tmp_path / "asked.jsonl"
    asked.write_text('{"id": 7, "text": "flat batteries"}\n\n{"id": "q2", "text": "zeppelin"}\n')
    lines = lessons("search", "--queries", asked, "--limit", "1").output.splitlines()
    first, second = (json.loads(line) for line in lines)
    assert first["id"] == 7 and len(first["hits"]) == 1
    assert set(first["hits"][0]) == {"id", "source_id", "score"}
    assert second == {"id": "q2", "hits": []}
    asked.write_text('{"id": 1}\nnonsense\n[]\n{"id": 2, "text": "batteries"}\n')
    result = lessons("search", "--queries", asked, status=1)
    assert json.loads(result.stdout)["id"] == 2
    assert [line.split(":")[1] for line in result.stderr.splitlines()] == ["1", "2", "3"]


def test_a_search_as_somebody_finds_only_what_they_may_read(
    lessons: Lessons, tmp_path: Path
) -> None:
    secret = {**ROW, "marking": "official_sensitive"}
    lessons("import", rows_file(tmp_path / "rows.jsonl", secret))
    lessons("user", "add", "olly", "--role", "officer")
    lessons("user", "add", "rae", "--role", "reviewer")
    assert lessons("search", "radio", "--as", "olly").output == "0 found.\n"
    assert "1 found" in lessons("search", "radio", "--as", "rae").output
    assert "1 found" in lessons("search", "radio").output


def test_what_goes_out_comes_in_again_as_the_same(
    lessons: Lessons, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    lessons("demo")
    lessons("export", "--out", tmp_path / "all.jsonl")
    lessons("init", tmp_path / "other")
    monkeypatch.setenv("LESSONS_CONTENT_DIR", str(tmp_path / "other"))
    monkeypatch.setenv("LESSONS_INSTANCE_DIR", str(tmp_path / "other-instance"))
    assert " 0 refused" in lessons("import", tmp_path / "all.jsonl").output
    lessons("export", "--out", tmp_path / "again.jsonl")
    first, again = (
        {(r := json.loads(line))["id"]: r for line in (tmp_path / name).read_bytes().splitlines()}
        for name in ("all.jsonl", "again.jsonl")
    )
    assert len(first) > 100
    assert again == first
    assert lessons("check").output == "No problems found.\n"


def test_csv_and_markdown_go_out_and_come_in_again(
    lessons: Lessons, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    lessons("demo")
    before = lessons("export", "--kind", "lesson").output
    lessons("export", "--kind", "lesson", "--format", "csv", "--out", tmp_path / "lessons.csv")
    lessons("export", "--kind", "lesson", "--format", "markdown", "--out", tmp_path / "folder")
    for source in (tmp_path / "lessons.csv", tmp_path / "folder"):
        other = tmp_path / f"from-{source.name}"
        lessons("init", other)
        monkeypatch.setenv("LESSONS_CONTENT_DIR", str(other))
        monkeypatch.setenv("LESSONS_INSTANCE_DIR", str(other) + "-instance")
        assert " 0 refused" in lessons("import", source).output
        assert lessons("export", "--kind", "lesson").output == before


def test_a_spreadsheet_runs_nothing_of_what_goes_out(lessons: Lessons, tmp_path: Path) -> None:
    cells = ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "'=1", " =1", "＝1"]
    rows = [{**ROW, "source_id": f"A-{n}", "text": text} for n, text in enumerate(cells)]
    lessons("import", rows_file(tmp_path / "rows.jsonl", *rows))
    out = lessons("export", "--kind", "lesson", "--format", "csv").output
    told = [r["detail"] for r in csv.DictReader(io.StringIO(out, newline=""))]
    assert sorted(told) == sorted(f"'{text}" for text in cells)


def test_the_index_is_made_anew_and_edits_by_hand_are_taken_in(
    lessons: Lessons, tmp_path: Path, content: Path
) -> None:
    lessons("import", rows_file(tmp_path / "rows.jsonl", ROW))
    [file] = (content / "lessons").glob("*.md")
    file.write_text(file.read_text(encoding="utf-8").replace("flat", "empty"), encoding="utf-8")
    assert f"{file.stem}: the index does not hold this text" in lessons("check", status=1).output
    assert f"Edited by hand, kept as a revision: {file.stem}" in lessons("sync").output
    assert "1 found" in lessons("search", "empty").output
    assert "records." in lessons("sync", "--rebuild").output
    assert lessons("check").output == "No problems found.\n"


def test_the_examples_come_with_eight_sign_ins_once(lessons: Lessons) -> None:
    told = lessons("demo").output
    names = ("officer", "reviewer", "lead", "analyst", "liaison", "disclosure", "admin", "partner")
    lines = [line.split() for line in told.splitlines()]
    assert [line[0] for line in lines if line and line[0] in names] == list(names)
    again = lessons("demo").output
    assert "there already" in again and "0 records" in again
    assert lessons("check").output == "No problems found.\n"


def test_what_comes_in_falls_due_and_is_counted_at_once(lessons: Lessons, tmp_path: Path) -> None:
    rows = [
        {"source_id": "1", "title": "Mentoring", "operation_kind": "prevent_activity", "started": "2024-01-10"},
        {"source_id": "2", "title": "Operation Tin", "operation_kind": "operation", "ended": "2024-02-09"},
    ]  # fmt: skip
    file = tmp_path / "register.jsonl"
    file.write_text("\n".join(json.dumps(row) for row in rows))
    assert "2 added" in lessons("import", file, "--as", "operation").output
    told = json.loads(lessons("figures", "--json").output)["figures"]
    values = {figure["key"]: figure["value"] for figure in told}
    assert values["evaluations_overdue"] == values["debriefs_overdue"] == 1
    assert values["debrief_rate"] == 0
