"""The `lessons` command as somebody types it, against a knowledge base of its own."""

from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from lessons.app import build_house
from lessons.cli import command
from lessons.cli.common import House
from tests.conftest import CHEAP, ROOT

Lessons = Callable[..., Result]


@pytest.fixture
def lessons(content: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Lessons:
    """Runs `lessons` with these words; checks the exit status: lessons("user", "list", status=2)."""
    monkeypatch.setenv("LESSONS_CONTENT_DIR", str(content))
    monkeypatch.setenv("LESSONS_INSTANCE_DIR", str(tmp_path / "instance"))
    monkeypatch.setattr(House, "builder", lambda: build_house(cost=CHEAP))
    monkeypatch.setattr(House, "starter", ROOT / "content")

    def run(*words: str | Path, status: int = 0, input: str | None = None) -> Result:
        result = CliRunner().invoke(
            command, [str(w) for w in words], input=input, prog_name="lessons"
        )
        assert result.exit_code == status, f"{words}: {result.exit_code}\n{result.output}"
        assert "Traceback" not in result.output
        if result.exception and not isinstance(result.exception, SystemExit):
            raise result.exception
        return result

    return run
