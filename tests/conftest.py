"""A house of its own for every test: real files, a real index, a real database, in a temporary folder."""

import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from flask import Flask
from jinja2 import FileSystemBytecodeCache

from lessons.adapters.database import Cost, open_database
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


@pytest.fixture(scope="session")
def empty_database(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A database with its tables and nothing in them, made once for all tests of a process."""
    path = tmp_path_factory.mktemp("database") / "lessons.sqlite"
    open_database(f"sqlite:///{path}").close()
    return path


@pytest.fixture
def house(content: Path, tmp_path: Path, empty_database: Path) -> Iterator[House]:
    (tmp_path / "instance").mkdir(mode=0o700)
    shutil.copy(empty_database, tmp_path / "instance")
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


@pytest.fixture(scope="session")
def compiled(tmp_path_factory: pytest.TempPathFactory) -> FileSystemBytecodeCache:
    """Templates are compiled once for all tests of a process, not once for each application."""
    return FileSystemBytecodeCache(str(tmp_path_factory.mktemp("templates")))


@pytest.fixture
def app(house: House, compiled: FileSystemBytecodeCache) -> Flask:
    application = create_app(house=house)
    application.jinja_env.bytecode_cache = compiled
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
