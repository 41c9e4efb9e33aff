"""`lessons brief`: a pack without a browser, as a document, for a program and on the screen."""

import io
import json
import shutil
import zipfile
from pathlib import Path

import pytest
from docx import Document
from pypdf import PdfReader

from tests.cli.conftest import Lessons
from tests.conftest import ROOT

PLAN = "Search warrant at two doors at dawn: test the radio channel, mind the children inside.\n"
KEYS = ("--tactic", "search_warrant", "--limit", "25")
RADIO, SECRET = "L-2023-9VMQB", "Quicksilver gave us the north gate"
CLOSED = {
    "source_id": "S-1", "title": SECRET, "text": PLAN, "tactics": ["search_warrant"],
    "groups": ["gold"], "restricted_because": "An example reason.",
}  # fmt: skip


@pytest.fixture
def examples(content: Path) -> Path:
    shutil.copytree(ROOT / "content" / "examples", content, dirs_exist_ok=True)
    return content


def text_of(path: Path) -> str:
    if path.suffix == ".pdf":
        return " ".join(" ".join(p.extract_text() for p in PdfReader(path).pages).split())
    return " ".join(p.text for p in Document(str(path)).paragraphs)


def test_a_pack_from_an_order_as_a_document_of_each_kind(
    examples: Path, lessons: Lessons, tmp_path: Path
) -> None:
    order = Document()
    order.add_heading("Method", 1)
    order.add_paragraph(PLAN)
    order.save(str(tmp_path / "order.docx"))
    before = set(examples.rglob("*.md"))
    said = [
        lessons("brief", "--text", tmp_path / "order.docx", "--tactic", "search_warrant", "--out", tmp_path / name)
        for name in ("pack.pdf", "pack.docx")
    ]  # fmt: skip
    assert all("8 lessons" in each.output for each in said)
    for path in (tmp_path / "pack.pdf", tmp_path / "pack.docx"):
        told = text_of(path)
        assert "agree one radio channel before you leave" in told
        assert "Same tactic: Search of premises" in told
        assert "This pack was not issued, and is not kept." in told
    assert set(examples.rglob("*.md")) == before


def test_a_pack_for_a_program(examples: Path, lessons: Lessons, tmp_path: Path) -> None:
    out = tmp_path / "pack.json"
    lessons("brief", "--text", "-", "--limit", "5", "--out", out, input=PLAN)
    told = json.loads(out.read_text(encoding="utf-8"))
    assert set(told) == {"title", "marking", "lessons", "guidance"}
    assert (told["marking"], told["guidance"]) == ("OFFICIAL", []) and len(told["lessons"]) <= 5
    first = next(each for each in told["lessons"] if each["id"] == RADIO)
    assert set(first) == {"id", "element", "title", "why", "marking", "learning", "revision"}
    assert first["element"] == "communications" and first["title"].startswith("When two teams")
    assert first["why"] and all(isinstance(each, str) for each in first["why"])


def test_an_operation_brings_what_the_register_says_of_it(
    examples: Path, lessons: Lessons, tmp_path: Path
) -> None:
    [path] = [p for p in (examples / "operations").glob("*.md") if p.stem == "O-2024-3KQ7M"]
    said = lessons("brief", "--operation", "o-2024-3kq7m", "--limit", "3").output
    assert "Operation Pewter Fence" in said and path.stem in said
    assert "Same threat: Drugs" in said and said.count("OFFICIAL") >= 2
    assert "There is no operation" in lessons("brief", "--operation", "O-2020-00000", status=2).output  # fmt: skip


def test_on_one_side_and_for_partners(examples: Path, lessons: Lessons, tmp_path: Path) -> None:
    keys = ("--threat", "drugs", "--threat", "Firearms", "--four-p", "pursue", "--limit", "25")
    lessons("brief", *keys, "--form", "brief", "--out", tmp_path / "side.pdf")
    assert len(PdfReader(tmp_path / "side.pdf").pages) == 1
    lessons("brief", *keys, "--form", "partners", "--out", tmp_path / "partners.json")
    lessons("brief", *keys, "--out", tmp_path / "all.json")
    told, whole = (
        json.loads((tmp_path / n).read_text("utf-8")) for n in ("partners.json", "all.json")
    )
    assert told["title"] == "Lessons for partners" and told["marking"] == "OFFICIAL"
    assert len(told["lessons"]) + told["left_out"] == len(whole["lessons"])
    assert told["left_out"] > 0 and all(each["why"] == [] for each in told["lessons"])
    for each in told["lessons"]:
        [file] = examples.rglob(f"{each['id']}.md")
        assert "partner_safe: yes" in file.read_text(encoding="utf-8")


def test_as_somebody_who_may_not_read_a_lesson(
    examples: Path, lessons: Lessons, tmp_path: Path
) -> None:
    rows = tmp_path / "rows.jsonl"
    rows.write_text(json.dumps(CLOSED) + "\n", encoding="utf-8")
    lessons("import", rows)
    for name, role in (("pat", "officer"), ("sam", "partner")):
        lessons("user", "add", name, "--role", role, "--password-stdin", input="a long pass phrase")
    assert SECRET in lessons("brief", "--text", "-", *KEYS, input=PLAN).output
    said = lessons("brief", "--text", "-", *KEYS, "--as", "pat", input=PLAN).output
    assert SECRET not in said and "Quicksilver" not in said
    assert "Made for pat (Officer" in said
    assert "role does not allow" in lessons("brief", "--threat", "drugs", "--as", "sam", status=2).output  # fmt: skip


def test_a_key_that_there_is_not_is_told_with_the_nearest(examples: Path, lessons: Lessons) -> None:
    said = " ".join(lessons("brief", "--threat", "drgus", status=2).output.split())
    assert "there is no 'drgus'" in said and "Nearest: drugs" in said
    said = " ".join(lessons("brief", "--place", "zzzz", status=2).output.split())
    assert "there is no 'zzzz'" in said and "home" in said


def test_a_key_of_another_list_is_told_with_the_option_that_takes_it(lessons: Lessons) -> None:
    said = " ".join(lessons("brief", "--threat", "county", status=2).output.split())
    assert "--vulnerability county_lines" in said and "money" not in said
    said = " ".join(lessons("brief", "--vulnerability", "fraud vict", status=2).output.split())
    assert "Nearest: fraud_repeat" in said and "--" + "threat" not in said


def test_what_a_pack_is_called_by_default_is_not_searched_for(
    examples: Path, lessons: Lessons, tmp_path: Path
) -> None:
    out = tmp_path / "pack.json"
    said = lessons("brief", "--threat", "drugs", "--out", out).output
    assert "Little was said" in said
    told = json.loads(out.read_text("utf-8"))
    assert told["title"] == "Lessons for a coming operation" and len(told["lessons"]) == 5
    why = " ".join(reason for each in told["lessons"] for reason in each["why"])
    assert "Same threat: Drugs" in why and "Same words" not in why


def test_where_nothing_matches_it_says_so_and_offers_guidance(
    lessons: Lessons, tmp_path: Path
) -> None:
    out = tmp_path / "none.json"
    said = lessons("brief", "--threat", "drugs", "--out", out, status=1).output
    assert "No lesson matches" in said
    told = json.loads(out.read_text("utf-8"))
    assert told["lessons"] == [] and all(page["title"] in said for page in told["guidance"])
    assert told["guidance"]
    lessons("brief", "--threat", "drugs", "--out", tmp_path / "none.pdf", status=1)
    assert not (tmp_path / "none.pdf").exists()


def test_what_cannot_be_used_is_refused_with_what_to_do(
    examples: Path, lessons: Lessons, tmp_path: Path
) -> None:
    assert "Say something of the operation" in lessons("brief", status=2).output
    for name in ("pack.exe", "pack"):
        said = lessons("brief", "--threat", "drugs", "--out", tmp_path / name, status=2).output
        assert ".pdf, .docx or .json" in said
    picture = tmp_path / "order.docx"
    picture.write_bytes(b"\x89PNG\r\n\x1a\n" + b"\x00" * 64)
    assert "is a picture" in lessons("brief", "--text", picture, status=2).output
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as other:
        other.writestr("a.txt", "words")
    picture.write_bytes(file.getvalue())
    assert "not a Word document" in lessons("brief", "--text", picture, status=2).output
    lessons("brief", "--text", tmp_path / "missing.txt", status=2)
    lessons("brief", "--threat", "drugs", "--limit", "26", status=2)
