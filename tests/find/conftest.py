"""One house with the example records for all stories that only read."""

import shutil
from collections.abc import Callable, Iterator
from itertools import count
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from flask import Flask

from lessons.app import House, build_house, create_app
from lessons.domain.access import Role
from lessons.services.exchange import load_examples
from tests.conftest import CHEAP, ROOT, STARTER
from tests.people import PASSWORD, Person, account


@pytest.fixture(scope="package")
def quick_folder() -> Iterator[Path]:
    """In memory where the machine has such a place: these stories are not about disks."""
    memory = Path("/dev/shm")
    with TemporaryDirectory(dir=memory if memory.is_dir() else None) as folder:
        yield Path(folder)


@pytest.fixture(scope="package")
def library_house(quick_folder: Path) -> Iterator[House]:
    """The example knowledge base. Not to be changed."""
    folder = quick_folder / "library"
    folder.mkdir()
    content = folder / "content"
    content.mkdir()
    for name in STARTER:
        source = ROOT / "content" / name
        (shutil.copytree if source.is_dir() else shutil.copy)(source, content / name)
    house = build_house({"CONTENT_DIR": content, "INSTANCE_DIR": folder / "instance"}, cost=CHEAP)
    house.library.rebuild()
    load_examples(
        house.library, house.text, ROOT / "content" / "examples", lambda done, total: None
    )
    yield house
    house.database.close()


@pytest.fixture(scope="package")
def library_app(library_house: House) -> Flask:
    application = create_app(house=library_house)
    application.config["PROPAGATE_EXCEPTIONS"] = False
    return application


@pytest.fixture(scope="package")
def visitor(library_app: Flask, library_house: House) -> Callable[..., Person]:
    """Somebody new who reads the example knowledge base: visitor("lead"), visitor("officer", "kidnap-planning")."""
    numbers = count(1)

    def make(role: str, *groups: str) -> Person:
        someone = account(f"visitor{next(numbers)}", Role(role), *groups)
        library_house.accounts.add(someone, PASSWORD)
        return Person(library_app, someone.name, someone.role).signs_in()

    return make


@pytest.fixture(scope="package")
def planner(visitor: Callable[..., Person]) -> Person:
    return visitor("lead")
