"""The README tells the truth: its links lead somewhere, its commands and settings exist, and none is missing."""

import re
import tomllib
from pathlib import Path

import config
from tests.commandline import commands, find, options

ROOT = Path(__file__).resolve().parent.parent
README = (ROOT / "README.md").read_text(encoding="utf-8")


def test_every_link_to_a_file_leads_to_one() -> None:
    targets = re.findall(r"\]\((?!https?:|#)([^)#]+)", README)
    assert targets
    assert [t for t in targets if not (ROOT / t).exists()] == []


def test_every_path_named_in_code_marks_exists() -> None:
    named = set(
        re.findall(r"`((?:lessons|tests|content|scripts|benchmarks|docs)/[\w/.-]+)`", README)
    )
    made_later = {"content/debriefs/", "content/lessons/", "content/.history/"}
    assert [n for n in sorted(named - made_later) if "<" not in n and not (ROOT / n).exists()] == []


def test_the_table_of_commands_is_the_commands_there_are() -> None:
    table = set(re.findall(r"^\| `(lessons [a-z ]+)` \|", README, re.MULTILINE))
    assert table == set(commands())


def test_options_named_beside_a_command_exist() -> None:
    for line in re.findall(r"^\| `lessons .*$", README, re.MULTILINE):
        found, _ = find(re.findall(r"`lessons ([a-z ]+)`", line)[0].split())
        assert set(re.findall(r"--[a-z-]+", line)) <= options(found), line


def test_the_table_of_settings_is_the_settings_there_are() -> None:
    rows = re.findall(r"^\| `LESSONS_(\w+)` \| (.*?) \| (.*?) \|$", README, re.MULTILINE)
    assert [(name, help) for name, _, help in rows] == [(s.name, s.help) for s in config.SETTINGS]


def test_every_make_target_that_is_named_exists() -> None:
    targets = set(re.findall(r"^([a-z]+):", (ROOT / "Makefile").read_text(), re.MULTILINE))
    assert set(re.findall(r"^make ([a-z]+)|`make ([a-z]+)`", README, re.MULTILINE))
    named = {a or b for a, b in re.findall(r"^make ([a-z]+)|`make ([a-z]+)`", README, re.MULTILINE)}
    assert named <= targets


def test_every_dependency_has_its_line() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    wanted = [*project["dependencies"], *project["optional-dependencies"]["dev"]]
    names = {re.split(r"[=<>\[; ]", w)[0].casefold() for w in wanted} - {"axe-playwright-python"}
    table = README.split("## Dependencies")[1].split("\n## ")[0].casefold()
    assert [n for n in sorted(names) if n not in table] == []
