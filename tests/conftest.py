"""A house of its own for every test: real files, a real index, a real database, in a temporary folder."""

import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from flask import Flask

from lessons.adapters.database import Cost
from lessons.app import House, build_house, create_app
from lessons.domain.access import Role
from lessons.services.exchange import load_examples
from tests.people import PASSWORD, Person, account

ROOT = Path(__file__).resolve().parent.parent
STARTER = ("vocabularies", "themes", "guidance", "synonyms.yaml")
CHEAP = Cost(rounds=1, memory=8, lanes=1)


@pytest.fixture
def content(tmp_path: Path) -> Path:
    """A new knowledge base: the starter lists and guidance, no records."""
    folder = tmp_path / "content"
    folder.mkdir()
    for name in STARTER:
        source = ROOT / "content" / name
        if source.is_dir():
            shutil.copytree(source, folder / name)
        else:
            shutil.copy(source, folder / name)
    return folder


@pytest.fixture
def house(content: Path, tmp_path: Path) -> Iterator[House]:
    built = build_house({"CONTENT_DIR": content, "INSTANCE_DIR": tmp_path / "instance"}, cost=CHEAP)
    built.library.rebuild()
    yield built
    built.database.close()


@pytest.fixture
def example_house(house: House) -> House:
    """The same, with the example records in it."""
    load_examples(
        house.library, house.text, ROOT / "content" / "examples", lambda done, total: None
    )
    return house


@pytest.fixture
def app(house: House) -> Flask:
    application = create_app(house=house)
    application.config["PROPAGATE_EXCEPTIONS"] = False
    return application


@pytest.fixture
def person(app: Flask, house: House) -> Callable[..., Person]:
    """Make somebody with an account and sign them in: person("officer"), person("reviewer", "rev2")."""

    def make(role: str, name: str = "", *groups: str) -> Person:
        someone = account(name or role, Role(role), *groups)
        house.accounts.add(someone, PASSWORD)
        return Person(app, someone.name, someone.role).signs_in()

    return make
