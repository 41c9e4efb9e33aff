"""Every setting, with its help. Set one in the environment as LESSONS_<NAME>. Imports nothing of ours."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

HERE = Path(__file__).resolve().parent
PREFIX = "LESSONS_"


def _folder(words: str) -> Path:
    return Path(words).expanduser().absolute()


def _whole(low: int, high: int) -> Callable[[str], int]:
    def convert(words: str) -> int:
        try:
            number = int(words)
        except ValueError:
            number = low - 1
        if not low <= number <= high:
            raise ValueError(f"must be a whole number from {low} to {high}")
        return number

    return convert


def _web_address(words: str) -> str:
    parts = urlsplit(words)
    if parts.scheme not in ("http", "https") or not parts.netloc:
        raise ValueError("must be a web address such as https://lessons.example.police.uk")
    return words.rstrip("/")


def _database(words: str) -> str:
    if not words.startswith("sqlite:///"):
        raise ValueError("must start with sqlite:/// (PostgreSQL is not supported yet)")
    return words


def _secret(words: str) -> str:
    if len(words) < 32:
        raise ValueError("must be at least 32 characters")
    return words


def _language(words: str) -> str:
    if words not in ("en", "cy"):
        raise ValueError("must be en or cy")
    return words


@dataclass(frozen=True, slots=True)
class Setting:
    """One setting: `default` as a person would write it; None where it is worked out at the start."""

    name: str
    default: str | None
    convert: Callable[[str], Any]
    help: str


SETTINGS = (
    Setting("CONTENT_DIR", str(HERE / "content"), _folder, "The knowledge base: records, lists, guidance."),
    Setting("INSTANCE_DIR", str(HERE / "instance"), _folder, "What the machine needs: index, database, secret."),
    Setting("DATABASE_URL", None, _database, "Where accounts, sessions, drafts and audit are kept. Not set: SQLite in INSTANCE_DIR."),
    Setting("SECRET_KEY", None, _secret, "Signs cookies. Not set: made once and kept in INSTANCE_DIR, readable by the owner only."),
    Setting("BASE_URL", None, _web_address, "The address people use. With https, cookies are marked secure."),
    Setting("LANGUAGE", "en", _language, "Language where the browser asks for none: en or cy."),
    Setting("WORKERS", "2", _whole(1, 64), "Server processes."),
    Setting("THREADS", "4", _whole(1, 64), "Threads in each server process."),
    Setting("SESSION_IDLE_MINUTES", "60", _whole(1, 1440), "Signed out after this long without a page."),
    Setting("SESSION_HOURS", "12", _whole(1, 168), "Signed out after this long in any case."),
    Setting("MAX_BODY_MB", "4", _whole(1, 100), "Largest form or request taken, in megabytes."),
    Setting("INDEX_CACHE_MB", "64", _whole(8, 4096), "Memory for search in each server process, in megabytes."),
    Setting("WATCH_SECONDS", "3", _whole(1, 3600), "How often files edited by hand are looked for."),
)  # fmt: skip


def load(environ: Mapping[str, str]) -> dict[str, Any]:
    """All settings by name. Raises ValueError, in one line, for an unknown or malformed one."""
    known = {PREFIX + s.name: s for s in SETTINGS}
    for name in environ:
        if name.startswith(PREFIX) and name not in known:
            raise ValueError(f"{name} is not a setting. See the list in README.md, under Settings.")
    values: dict[str, Any] = {}
    for name, setting in known.items():
        words = environ.get(name, setting.default)
        try:
            values[setting.name] = None if words is None else setting.convert(words)
        except ValueError as error:
            raise ValueError(f"{name}={words!r} {error}") from None
    if values["DATABASE_URL"] is None:
        values["DATABASE_URL"] = f"sqlite:///{values['INSTANCE_DIR'] / 'lessons.sqlite'}"
    return values
