"""Every setting, with its help. Set one in the environment as LESSONS_<NAME>. Imports nothing of ours."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from email.utils import formataddr, parseaddr
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

HERE = Path(__file__).resolve().parent
# In a checkout everything lies beside this file; installed from a wheel, where the command is given.
HOME = HERE if (HERE / "pyproject.toml").is_file() else Path.cwd()
PREFIX = "LESSONS_"


def _folder(words: str) -> Path:
    if not words.strip() or "\0" in words:
        raise ValueError("must be a folder")
    return Path(words).expanduser().absolute()


def _whole(low: int, high: int) -> Callable[[str], int]:
    def convert(words: str) -> int:
        plain = words.strip()
        number = int(plain) if plain.isascii() and plain.isdigit() and len(plain) < 10 else low - 1
        if not low <= number <= high:
            raise ValueError(f"must be a whole number from {low} to {high}")
        return number

    return convert


def _web_address(words: str) -> str:
    try:
        parts = urlsplit(words)
        sound = parts.scheme in ("http", "https") and bool(parts.hostname) and parts.port != 0
    except ValueError:
        sound = False
    if not sound:
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


BANK_HOLIDAYS = (
    "england_and_wales",
    "england",
    "wales",
    "scotland",
    "northern_ireland",
    "none",
)


def _part_of_the_country(words: str) -> str | None:
    """None where no bank holidays count."""
    part = words.strip().lower()
    if part not in BANK_HOLIDAYS:
        raise ValueError(f"must be one of {', '.join(BANK_HOLIDAYS)}")
    return None if part == "none" else part


MAIL_SCHEMES = (
    "smtp",
    "smtp+starttls",
    "smtps",
)  # in the clear, TLS once connected, TLS from the start
_MAIL_NAME = re.compile(r"[^@\s<>,;:\"\x00-\x1f]{1,64}@[A-Za-z0-9-]+(\.[A-Za-z0-9-]+)*")


def _mail_server(words: str) -> str:
    try:
        parts = urlsplit(words)
        sound = parts.scheme in MAIL_SCHEMES and bool(parts.hostname) and parts.port != 0
    except ValueError:
        sound = False
    if not sound or parts.path not in ("", "/") or parts.query or not words.isprintable():
        raise ValueError(
            "must be smtp://host:25, smtp+starttls://user:password@host:587 or smtps://user:password@host:465"
        )
    if parts.scheme == "smtp" and parts.username is not None:
        raise ValueError("must not send a password in the clear: use smtp+starttls:// or smtps://")
    return words


def _sender(words: str) -> str:
    name, address = parseaddr(words)
    if not _MAIL_NAME.fullmatch(address) or not address.isascii() or not words.isprintable():
        raise ValueError("must be an address such as Lessons <lessons@example.police.uk>")
    return formataddr((name, address))


def _names(words: str) -> frozenset[str]:
    return frozenset(words.lower().replace(",", " ").split())


@dataclass(frozen=True, slots=True)
class Setting:
    """One setting: `default` as a person would write it; None where it is worked out at the start.

    secret: never repeated in a message, right or wrong.
    """

    name: str
    default: str | None
    convert: Callable[[str], Any]
    help: str
    secret: bool = False


SETTINGS = (
    Setting("CONTENT_DIR", str(HOME / "content"), _folder,
            "The knowledge base: records, lists, guidance."),
    Setting("INSTANCE_DIR", str(HOME / "instance"), _folder,
            "What the machine needs: index, database, secret."),
    Setting("DATABASE_URL", None, _database,
            "Where accounts, sessions, drafts and audit are kept. Not set: SQLite in INSTANCE_DIR.",
            secret=True),
    Setting("SECRET_KEY", None, _secret,
            "Signs cookies. Not set: made once and kept in INSTANCE_DIR, readable by the owner only.",
            secret=True),
    Setting("BASE_URL", None, _web_address,
            "The address people use. With https, cookies are marked secure."),
    Setting("TRUSTED_PROXIES", "0", _whole(0, 5),
            "How many proxies stand before the service and add X-Forwarded-For and X-Forwarded-Proto. "
            "With 0 those headers are not believed."),
    Setting("MAIL_URL", None, _mail_server,
            "The mail server: smtp://host:25, smtp+starttls://user:password@host:587 or "
            "smtps://user:password@host:465. Not set: no mail is sent, and people are told in the service alone.",
            secret=True),
    Setting("MAIL_FROM", None, _sender,
            "Who mail comes from, such as Lessons <lessons@example.police.uk>. Needed where MAIL_URL is set."),
    Setting("LANGUAGE", "en", _language, "Language where the browser asks for none: en or cy."),
    Setting("BANK_HOLIDAYS", "england_and_wales", _part_of_the_country,
            "Whose bank holidays are no working days: england_and_wales, england, wales, scotland, northern_ireland "
            "or none. What falls due on one moves to the next working day."),
    Setting("WORKERS", "2", _whole(1, 64), "Server processes."),
    Setting("THREADS", "4", _whole(1, 64), "Threads in each server process."),
    Setting("SESSION_IDLE_MINUTES", "60", _whole(1, 1440), "Signed out after this long without a page."),
    Setting("SESSION_HOURS", "12", _whole(1, 168), "Signed out after this long in any case."),
    Setting("MAX_BODY_MB", "4", _whole(1, 100), "Largest form or request taken, in megabytes."),
    Setting("MAX_FILE_MB", "10", _whole(1, 100), "Largest file taken as evidence, in megabytes."),
    Setting("INDEX_CACHE_MB", "64", _whole(8, 4096),
            "Memory for search in each server process, in megabytes."),
    Setting("RANKING", "nearness, meaning, neighbours, warning, learned, again, proven, fresh, over", _names,
            "What search goes by besides the words. Leave out what you do not want; the help page on searching has "
            "the formula."),
    Setting("SENTENCE_MODEL", None, _folder,
            "Folder with a sentence model of your own (model.onnx and tokenizer.json), so that search goes by "
            "meaning too. Needs the extra `sentences`. Not set: no such model is used."),
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
            shown = name if setting.secret else f"{name}={words!r}"
            raise ValueError(f"{shown} {error}.") from None
    if values["MAIL_URL"] and not values["MAIL_FROM"]:
        raise ValueError(f"{PREFIX}MAIL_FROM must be set where {PREFIX}MAIL_URL is.")
    if values["DATABASE_URL"] is None:
        values["DATABASE_URL"] = f"sqlite:///{values['INSTANCE_DIR'] / 'lessons.sqlite'}"
    return values
