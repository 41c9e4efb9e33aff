"""An open database of its own for every test, one for each kind of server; a new kind is one line in URLS."""

from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from lessons.adapters.database import Database, open_database

URLS = {"sqlite": "sqlite:///{folder}/lessons.db"}


@pytest.fixture(params=URLS)
def url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    return URLS[request.param].format(folder=tmp_path)


@pytest.fixture
def database(url: str) -> Iterator[Database]:
    with closing(open_database(url)) as opened:
        yield opened
