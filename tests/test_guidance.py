"""The guidance tells the truth: what it says to type can be typed, and where it leads there is something."""

import re
import shlex
from collections.abc import Callable, Iterator
from pathlib import Path

import click
import pytest
from flask import Flask

import config
from lessons.app import House
from lessons.domain.lifecycle import MOVES
from lessons.domain.query import MOST_CHARS, MOST_WORDS
from lessons.domain.record import Kind
from lessons.domain.schema import FACETS
from tests.commandline import find, options
from tests.people import Person

GUIDANCE = Path(__file__).resolve().parent.parent / "content" / "guidance"
PAGES = {path.stem: path.read_text(encoding="utf-8") for path in sorted(GUIDANCE.glob("*.md"))}
EVERYWHERE = pytest.mark.parametrize("name", PAGES)
CODE = re.compile(r"`([^`\n]+)`")
LINK = re.compile(r"\]\((?!https?:)([^)\s]+)\)")


def blocks(text: str) -> list[str]:
    """The lines to type that stand on their own, indented."""
    return [line.strip() for line in text.splitlines() if re.match(r" {4}lessons ", line)]


def mentions(text: str) -> Iterator[tuple[str, str]]:
    """Code in a sentence, with the text of the section in which it stands."""
    for section in re.split(r"^## ", text, flags=re.MULTILINE):
        for code in CODE.findall(section):
            yield code, section


def named(words: list[str]) -> set[str]:
    return {word for word in words if word.startswith("--")}


@EVERYWHERE
def test_every_page_has_a_title_a_summary_and_a_place(name: str, house: House) -> None:
    page = house.library.reference.guidance(name)
    assert page.title
    assert page.summary
    assert page.order > 0


def test_no_two_pages_share_a_place(house: House) -> None:
    pages = house.library.reference.guidance_pages()
    assert len({page.order for page in pages}) == len(pages) == len(PAGES)
    assert house.library.reference.problems() == []


@EVERYWHERE
def test_every_line_to_type_is_taken(
    name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "old-lessons.csv").touch()
    for line in blocks(PAGES[name]):
        found, left = find(shlex.split(line)[1:])
        assert not isinstance(found, click.Group), f"{line!r} is no whole command"
        found.make_context(line, left)  # refuses what is unknown, missing or not a choice


def test_there_are_lines_to_type() -> None:
    assert len(blocks(PAGES["running-the-service"])) >= 12


@EVERYWHERE
def test_every_command_named_in_a_sentence_exists_with_its_options(name: str) -> None:
    for code, _ in mentions(PAGES[name]):
        if code.split()[0] == "lessons":
            found, left = find(shlex.split(code)[1:])
            assert named(left) <= options(found), code


@EVERYWHERE
def test_every_option_named_alone_belongs_to_a_command_of_its_section(name: str) -> None:
    for code, section in mentions(PAGES[name]):
        if not code.startswith("--"):
            continue
        lines = [*blocks(section), *(c for c in CODE.findall(section) if c.startswith("lessons "))]
        near = [options(find(shlex.split(line)[1:])[0]) for line in lines]
        assert any(named(code.split()) <= known for known in near), (
            f"{code} is an option of {lines}"
        )


@EVERYWHERE
def test_every_setting_named_exists(name: str) -> None:
    settings = {config.PREFIX + setting.name for setting in config.SETTINGS}
    assert set(re.findall(r"LESSONS_\w+", PAGES[name])) - {config.PREFIX} <= settings


@EVERYWHERE
def test_every_link_leads_to_a_page(
    name: str, app: Flask, person: Callable[..., Person], house: House
) -> None:
    officer = person("officer")
    officer.opens(f"/guidance/{name}")
    for target in sorted(set(LINK.findall(PAGES[name]))):
        if target.startswith("/"):
            officer.opens(target)
        else:
            assert target.partition("#")[0] in PAGES, f"{name} links to {target}"


def keys_of(param: str, house: House) -> set[str]:
    """Of the list behind a filter; none where it takes words, as a unit does."""
    if param == "kind":
        return set(Kind)
    terms = house.library.vocabularies.lists.get(FACETS[param].vocabulary)
    return set(terms.terms) if terms else set()


@EVERYWHERE
def test_every_search_to_type_uses_filters_that_exist(name: str, house: House) -> None:
    for code, _ in mentions(PAGES[name]):
        for param, key in re.findall(r"(?<!\S)([a-z_]+):([a-z_]+)(?!\S)", code):
            assert key in keys_of(param, house), code


def test_the_table_of_filters_names_filters_and_keys_that_exist(house: House) -> None:
    rows = re.findall(r"^\| `([a-z_]+):` \| (.+) \|$", PAGES["searching"], re.MULTILINE)
    assert len(rows) >= 10
    for param, keys in rows:
        assert param in FACETS
        assert set(CODE.findall(keys)) <= keys_of(param, house), param


def test_the_limits_of_a_question_are_those_there_are() -> None:
    assert f"Up to {MOST_CHARS:,} characters and {MOST_WORDS} words" in PAGES["searching"]


def test_the_decision_made_on_the_command_line_is_one_there_is(house: House) -> None:
    text = PAGES["running-the-service"]
    [(move, reason)] = re.findall(
        r"lessons move \S+ (\w+) --as NAME --set reason=(\w+) --set decision=", text
    )
    assert {"reason", "decision"} <= set(MOVES[move].takes)
    assert reason in house.library.vocabularies["reject"].terms
    assert "`review_again`" in text and "review_again" in MOVES
