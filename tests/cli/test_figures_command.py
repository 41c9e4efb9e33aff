"""`lessons figures`: for a program, for people, and where it was used wrongly."""

import json
import shutil
from pathlib import Path
from typing import Any

import pytest

from lessons.domain.measure import FIGURES
from tests.cli.conftest import Lessons
from tests.conftest import ROOT

KEYS = {
    "debrief_rate", "evaluations_overdue", "four_p_share", "threat_kinds", "positive_share", "actions_overdue",
}  # fmt: skip


@pytest.fixture
def examples(content: Path) -> Path:
    shutil.copytree(ROOT / "content" / "examples", content, dirs_exist_ok=True)
    return content


def told(output: str) -> dict[str, dict[str, Any]]:
    found = json.loads(output)
    assert set(found) == {"figures"}
    return {each["key"]: each for each in found["figures"]}


def test_figures_for_a_program(examples: Path, lessons: Lessons) -> None:
    found = told(lessons("figures", "--json").output)
    assert set(found) == set(FIGURES) >= KEYS
    for each in found.values():
        assert set(each) == {"key", "label", "value", "n", "definition"}
    assert 0 < found["debrief_rate"]["value"] < 1
    assert sum(found["four_p_share"]["value"].values()) == pytest.approx(1)
    assert set(found["threat_kinds"]["value"]) == {"group", "individual", "vulnerability"}
    part = told(lessons("figures", "--json", "--from", "2026-01-01", "--to", "2026-06-30").output)
    assert part["positive_share"]["n"] < found["positive_share"]["n"]
    small = told(lessons("figures", "--json", "--unit", "Prevention team").output)
    assert small["positive_share"]["value"] is None
    assert small["positive_share"]["suppressed"]
    drugs = told(lessons("figures", "--json", "--threat", "drugs").output)
    assert drugs["four_p_lessons"]["n"] < found["four_p_lessons"]["n"]
    table = lessons("figures").output
    assert all(figure.label in table for figure in FIGURES.values())


def test_an_empty_knowledge_base_has_figures_too(lessons: Lessons) -> None:
    found = told(lessons("figures", "--json").output)
    assert (found["debrief_rate"]["value"], found["debrief_rate"]["n"]) == (None, 0)
    assert found["evaluations_overdue"]["value"] == 0
    assert found["threat_kinds"]["value"] == {"group": 0, "individual": 0, "vulnerability": 0}


@pytest.mark.parametrize(
    "given",
    [
        ("--from", "2026-02-29"), ("--to", "tomorrow"), ("--from", "2026-02-01", "--to", "2026-01-01"),
        ("--threat", "no such threat"),
    ],
)  # fmt: skip
def test_what_cannot_be_used_is_told_in_one_line(lessons: Lessons, given: tuple[str, ...]) -> None:
    output = lessons("figures", *given, status=2).output
    [line] = [line for line in output.splitlines() if line.startswith("Error")]
    assert "Invalid value" in line
