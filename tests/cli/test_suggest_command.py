"""`lessons suggest`: themes for many texts at once, as a program asks."""

import json
from pathlib import Path
from typing import Any

from tests.cli.conftest import Lessons

ROWS = (
    {"source_id": "A-1", "title": "Feed the spaniel before a search", "text": "It left the loft hungry.",
     "themes": ["Search dogs"]},
    {"source_id": "A-2", "title": "Spare batteries in the van", "text": "The radio was flat.", "themes": ["radio"]},
)  # fmt: skip


def lines_file(path: Path, *rows: object) -> Path:
    path.write_text("".join(json.dumps(r) + "\n" for r in rows), encoding="utf-8")
    return path


def told(output: str) -> list[dict[str, Any]]:
    return [json.loads(line) for line in output.splitlines() if line.startswith("{")]


def test_each_text_gets_its_themes_with_why(lessons: Lessons, tmp_path: Path) -> None:
    lessons("import", lines_file(tmp_path / "rows.jsonl", *ROWS), "--create-themes")
    asked = lines_file(
        tmp_path / "asked.jsonl",
        {"id": "q1", "title": "The spaniel was hungry", "text": "We left the loft unsearched."},
        {"id": 2, "text": "A radio failed."},
        {"id": "q3", "title": "", "text": ""},
    )
    first, second, third = told(lessons("suggest", "--queries", asked).output)
    best = first["themes"][0]
    assert set(best) == {"key", "label", "score", "why"}
    assert (first["id"], best["key"], best["label"]) == ("q1", "search_dogs", "Search dogs")
    assert 0 < best["score"] < 1
    assert "similar lessons: L-" in best["why"] and "Feed the spaniel" in best["why"]
    assert (second["id"], second["themes"][0]["key"]) == (2, "radio")
    assert second["themes"][0]["why"].startswith("words: radio")
    assert third == {"id": "q3", "themes": []}
    assert told(lessons("suggest", "--queries", asked, "--json").output) == [first, second, third]


def test_as_somebody_who_may_not_read_the_similar_lesson(lessons: Lessons, tmp_path: Path) -> None:
    closed = {**ROWS[0], "groups": ["kidnap"], "restricted_because": "An example reason."}
    lessons("import", lines_file(tmp_path / "rows.jsonl", closed), "--create-themes")
    lessons(
        "user", "add", "pat", "--role", "officer", "--password-stdin", input="a long pass phrase"
    )
    asked = lines_file(tmp_path / "asked.jsonl", {"id": 1, "title": "A hungry spaniel", "text": ""})
    [everything] = told(lessons("suggest", "--queries", asked).output)
    assert "search_dogs" in [theme["key"] for theme in everything["themes"]]
    output = lessons("suggest", "--queries", asked, "--as", "pat").output
    assert "search_dogs" not in output and "Feed the spaniel" not in output
    assert (
        "no account named" in lessons("suggest", "--queries", asked, "--as", "x", status=2).output
    )


def test_a_line_that_is_none_is_told_and_the_others_are_answered(
    lessons: Lessons, tmp_path: Path
) -> None:
    asked = tmp_path / "asked.jsonl"
    good = json.dumps({"id": 1, "title": "Radio", "text": "It failed."})
    bad = ["not json", "[1]", '{"id": 3}', '{"title": "no id"}', '{"id": 1, "text": "\\ud800"}']
    asked.write_text("\n".join([good, *bad, "", good]) + "\n", encoding="utf-8")
    result = lessons("suggest", "--queries", asked, status=1)
    for line in (2, 3, 4, 5):
        assert f"{asked}:{line}: not a line" in result.output
    answers = told(result.output)
    assert [answer["id"] for answer in answers] == [1, 1, 1]
    assert answers[0] == answers[2] != answers[1]


def test_it_needs_a_file(lessons: Lessons, tmp_path: Path) -> None:
    assert "--queries" in lessons("suggest", status=2).output
    lessons("suggest", "--queries", tmp_path / "missing.jsonl", status=2)
