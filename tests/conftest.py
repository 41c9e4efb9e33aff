"""A house of its own for every test: real files, a real index, a real database, in a temporary folder."""

import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from jinja2 import FileSystemBytecodeCache

from lessons.adapters.database import Cost
from lessons.adapters.files import reference
from lessons.adapters.files.reference import Read
from lessons.app import House, build_house, create_app, doors
from lessons.domain.access import Role
from lessons.domain.errors import Problem
from lessons.services.exchange import load_examples
from lessons.web.doors import EXTENSION
from tests.people import PASSWORD, Person, account

ROOT = Path(__file__).resolve().parent.parent
STARTER = ("vocabularies", "themes", "guidance", "synonyms.yaml")
CHEAP = Cost(rounds=1, memory=8, lanes=1)


def _starter(folder: Path) -> Path:
    folder = folder / "content"
    folder.mkdir()
    for name in STARTER:
        source = ROOT / "content" / name
        if source.is_dir():
            shutil.copytree(source, folder / name)
        else:
            shutil.copy(source, folder / name)
    return folder


@pytest.fixture
def content(tmp_path: Path) -> Path:
    """A new knowledge base: the starter lists and guidance, no records."""
    return _starter(tmp_path)


@pytest.fixture(scope="session", autouse=True)
def read_once() -> None:
    """The starter's lists and guidance are the same for every house: a text read once is not read again."""
    for name in ("read_vocabulary", "read_synonyms", "read_page"):
        setattr(reference, name, _remembered(getattr(reference, name)))


def _remembered(read: Read) -> Read:
    known: dict[tuple[str, str], Any] = {}

    def look(name: str, text: str, problems: list[Problem]) -> Any:
        if (name, text) not in known:
            found = read(name, text, problems)
            if problems:
                return found
            known[name, text] = found
        return known[name, text]

    return look


@pytest.fixture(scope="session")
def empty_instance(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A database with its tables and an index with the starter lists, made once for all tests of a process."""
    folder = tmp_path_factory.mktemp("starter")
    built = build_house(
        {"CONTENT_DIR": _starter(folder), "INSTANCE_DIR": folder / "instance"}, cost=CHEAP
    )
    built.library.rebuild()
    built.database.close()
    return folder / "instance"


@pytest.fixture
def house(content: Path, tmp_path: Path, empty_instance: Path) -> Iterator[House]:
    shutil.copytree(empty_instance, tmp_path / "instance")
    built = build_house({"CONTENT_DIR": content, "INSTANCE_DIR": tmp_path / "instance"}, cost=CHEAP)
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


@pytest.fixture(scope="session")
def furnished(tmp_path_factory: pytest.TempPathFactory, compiled: FileSystemBytecodeCache) -> Flask:
    """An application with all its routes, made once for all tests of a process; `app` opens it to a house."""
    folder = tmp_path_factory.mktemp("furnished")
    settings = {"CONTENT_DIR": _starter(folder), "INSTANCE_DIR": folder / "instance"}
    built = build_house(settings, cost=CHEAP)
    built.database.close()
    return fitted(built, compiled)


def fitted(house: House, compiled: FileSystemBytecodeCache) -> Flask:
    """An application of a test's own, for one that changes more of it than its settings."""
    application = create_app(house=house)
    application.jinja_env.bytecode_cache = compiled
    application.config["PROPAGATE_EXCEPTIONS"] = False
    return application


@pytest.fixture
def app(house: House, furnished: Flask) -> Iterator[Flask]:
    """The application as every test finds it, whatever another changed in its settings."""
    settings, extensions = dict(furnished.config), dict(furnished.extensions)
    furnished.extensions[EXTENSION] = doors(house, settings["STATIC_ROOT"])
    yield furnished
    furnished.config.clear()
    furnished.config.update(settings)
    furnished.extensions.update(extensions)


@pytest.fixture
def person(app: Flask, house: House) -> Callable[..., Person]:
    """Make somebody with an account and sign them in: person("officer"), person("reviewer", "rev2")."""

    def make(role: str, name: str = "", *groups: str) -> Person:
        someone = account(name or role, Role(role), *groups)
        house.accounts.add(someone, PASSWORD)
        return Person(app, someone.name, someone.role).signs_in()

    return make
