"""Hearing back: a house that can send mail, people in it, lessons of theirs, and a mail server on loopback."""

from collections.abc import Callable, Iterator
from contextlib import closing
from datetime import timedelta
from pathlib import Path

import pytest

from lessons.app import House, build_house
from lessons.domain.access import Role
from tests.conftest import CHEAP
from tests.people import PASSWORD, account
from tests.telling.post_office import PostOffice
from tests.telling.scenes import Scene

ADDRESS = "https://lessons.force.example"


@pytest.fixture
def post() -> Iterator[PostOffice]:
    with closing(PostOffice()) as office:
        yield office


@pytest.fixture
def settings(content: Path, tmp_path: Path, post: PostOffice) -> dict[str, object]:
    return {
        "CONTENT_DIR": content, "INSTANCE_DIR": tmp_path / "instance", "MAIL_URL": post.url,
        "MAIL_FROM": "Lessons <lessons@force.example>", "BASE_URL": ADDRESS,
    }  # fmt: skip


@pytest.fixture
def house(settings: dict[str, object]) -> Iterator[House]:
    """In the place of the usual one, so that `app` and `person` are of this house."""
    built = build_house(settings, cost=CHEAP)
    built.library.rebuild()
    yield built
    built.database.close()


@pytest.fixture
def scene(house: House) -> Scene:
    return Scene(house)


@pytest.fixture
def known(house: House) -> Callable[..., None]:
    """Accounts of people who do not use the pages in this story: known(olly="officer", rae="reviewer merlin"),
    each with a role and the groups they are in.
    """

    def make(**roles: str) -> None:
        for name, words in roles.items():
            role, *groups = words.split()
            house.accounts.add(account(name, Role(role), *groups), PASSWORD)

    return make


@pytest.fixture
def passes(house: House) -> Callable[..., None]:
    """Time goes on: passes(days=1)."""
    start, gone = house.library.clock, [timedelta()]
    house.library.clock = lambda: start() + gone[0]

    def go_on(**time: int) -> None:
        gone[0] += timedelta(**time)

    return go_on
