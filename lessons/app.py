"""The roof: builds the adapters that the settings name, the Library, the web application and the command line."""

import gc
import gettext
import os
import secrets
import sys
import tempfile
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import timedelta
from functools import cache
from pathlib import Path
from typing import Any

from flask import Flask
from werkzeug.middleware.proxy_fix import ProxyFix
from whitenoise import WhiteNoise

import config
from lessons.adapters.attachments import FileAttachments
from lessons.adapters.bank_holidays import BankHolidays
from lessons.adapters.database import (
    Cost,
    Database,
    DatabaseAccounts,
    DatabaseAudit,
    DatabaseNotebook,
    DatabaseOutbox,
    DatabaseTally,
    open_database,
)
from lessons.adapters.diary import ICalendarDiary
from lessons.adapters.files import FileRecords, FileReference, PlainText
from lessons.adapters.gunicorn_server import OnlyOne, Server, in_background
from lessons.adapters.mail import SmtpPostman
from lessons.adapters.onnx_sentences import OnnxSentences
from lessons.adapters.orders import OrderFiles
from lessons.adapters.papers_docx import DocxPrinter
from lessons.adapters.papers_pdf import PdfPrinter
from lessons.adapters.whoosh_index import WhooshIndex
from lessons.cli import command
from lessons.cli.common import House as House_
from lessons.cli.telling import following, rounds
from lessons.domain.errors import BadSetting
from lessons.domain.paper import Block
from lessons.domain.ranking import Part
from lessons.library import Library, utc_now
from lessons.library.reminders import Daily
from lessons.ports import OrderReader, Printer
from lessons.services.find import Counting
from lessons.services.insight.batches import work_batches
from lessons.services.review import work_sweeps
from lessons.services.telling import Heralding, Mailroom
from lessons.services.watch import keep_watch
from lessons.web import (
    actions,
    ageing,
    briefings,
    capture,
    cards,
    dashboard,
    disclosure,
    errors,
    evaluations,
    exchange,
    failing,
    find,
    findings,
    follows,
    guard,
    insight,
    merging,
    moves,
    operations,
    papers,
    people,
    review,
    telling,
    themes,
    watch,
    words,
)
from lessons.web.doors import EXTENSION, Doors

HERE = Path(__file__).resolve().parent
ROOMS = (
    find, failing, capture, review, merging, moves, ageing, insight, themes, telling, people, exchange, watch,
    operations, evaluations, actions, findings, disclosure, dashboard,
    briefings, cards, follows,
)  # fmt: skip
SHORTEST_SECRET = 32


def _beside(name: str) -> Path:
    """A folder at the root of a checkout; inside the package where it was installed from a wheel."""
    checkout = HERE.parent / name
    return checkout if checkout.is_dir() else HERE / name


@dataclass(frozen=True, slots=True)
class House:
    """Everything built, for the web and for the command line."""

    settings: Mapping[str, Any]
    library: Library
    accounts: DatabaseAccounts
    notebook: DatabaseNotebook
    tally: DatabaseTally
    outbox: DatabaseOutbox
    mailroom: Mailroom
    database: Database
    text: PlainText
    printers: Mapping[str, Printer]
    orders: OrderReader
    catalogue: Callable[[str], gettext.NullTranslations]
    blocks: Callable[[str, int], Sequence[Block]]


def load_settings(overrides: Mapping[str, Any] | None = None) -> dict[str, Any]:
    """Settings from config.py and the environment. Raises BadSetting, in one line."""
    try:
        settings = config.load(os.environ)
    except ValueError as error:
        raise BadSetting(str(error)) from None
    settings |= overrides or {}
    if overrides and "INSTANCE_DIR" in overrides and "DATABASE_URL" not in overrides:
        settings["DATABASE_URL"] = f"sqlite:///{settings['INSTANCE_DIR'] / 'lessons.sqlite'}"
    return settings


def prepare_instance(settings: dict[str, Any]) -> None:
    """Make the instance folder and its secret. Raises BadSetting where they cannot be written."""
    folder: Path = settings["INSTANCE_DIR"]
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        if not settings["SECRET_KEY"]:
            settings["SECRET_KEY"] = _secret(folder / "secret")
        tempfile.TemporaryFile(dir=folder).close()
    except OSError as error:
        raise BadSetting(
            f"LESSONS_INSTANCE_DIR={str(folder)!r} cannot be written: {error.strerror}."
        ) from None
    if not Path(settings["CONTENT_DIR"]).is_dir():
        raise BadSetting(
            f"LESSONS_CONTENT_DIR={str(settings['CONTENT_DIR'])!r} does not exist. "
            "Make one with: lessons init DIR"
        )
    if not os.access(settings["CONTENT_DIR"], os.W_OK):
        raise BadSetting(f"LESSONS_CONTENT_DIR={str(settings['CONTENT_DIR'])!r} cannot be written.")


def _secret(path: Path) -> str:
    """The secret kept at `path`, made once and whole: of several processes at the first start, one makes it.

    Raises BadSetting where somebody damaged it.
    """
    if not path.exists():
        handle, name = tempfile.mkstemp(dir=path.parent, prefix=".secret-")  # mode 0600
        with os.fdopen(handle, "w") as file:
            file.write(secrets.token_hex(32))
        with suppress(FileExistsError):
            os.link(name, path)
        Path(name).unlink()
    if path.stat().st_mode & 0o077:
        path.chmod(0o600)
    secret = path.read_text(encoding="ascii", errors="replace").strip()
    if len(secret) < SHORTEST_SECRET:
        raise BadSetting(
            f"{str(path)!r} is damaged. Delete it: a new one is made, and everybody signs in again."
        )
    return secret


def build_house(overrides: Mapping[str, Any] | None = None, *, cost: Cost | None = None) -> House:
    """Build all adapters and the Library. cost: of a password hash, where not the usual. Raises BadSetting."""
    settings = load_settings(overrides)
    prepare_instance(settings)
    text = PlainText()
    database = open_database(settings["DATABASE_URL"])
    index = WhooshIndex(
        settings["INSTANCE_DIR"] / "index",
        lambda: utc_now().astimezone().date(),
        cache_bytes=settings["INDEX_CACHE_MB"] << 20,
        parts=_ranking(settings["RANKING"]),
        model=_sentences(settings["SENTENCE_MODEL"]),
    )
    accounts = DatabaseAccounts(
        database,
        idle=timedelta(minutes=settings["SESSION_IDLE_MINUTES"]),
        absolute=timedelta(hours=settings["SESSION_HOURS"]),
        cost=cost,
    )
    outbox = DatabaseOutbox(database)
    records = FileRecords(settings["CONTENT_DIR"], text)
    library = Library(
        records,
        index,
        DatabaseAudit(database),
        FileReference(settings["CONTENT_DIR"]),
        herald=Heralding(outbox, accounts, records),
        holidays=_holidays(settings["BANK_HOLIDAYS"]),
        attachments=FileAttachments(settings["CONTENT_DIR"], settings["MAX_FILE_MB"]),
    )
    mailroom = Mailroom(
        library, accounts, outbox, _postman(settings), _spoken, settings["BASE_URL"] or ""
    )
    return House(
        settings, library, accounts, DatabaseNotebook(database), DatabaseTally(database), outbox, mailroom,
        database, text, {printer.suffix: printer for printer in (PdfPrinter(), DocxPrinter())}, OrderFiles(),
        _catalogue, papers.blocks,
    )  # fmt: skip


def chores(house: House) -> Sequence[Callable[[], object]]:
    """What the process that keeps watch does besides, on each sweep; none may take more than a few seconds."""
    daily = Daily(house.library, *rounds(house).values())
    return (
        following(house).chore, house.mailroom.chore, daily.chore, lambda: work_sweeps(house.library, house.notebook),
        lambda: work_batches(house.library, house.notebook),
    )  # fmt: skip


def _postman(settings: Mapping[str, Any]) -> SmtpPostman | None:
    url = settings["MAIL_URL"]
    return SmtpPostman(url, settings["MAIL_FROM"]) if url else None


@cache
def _holidays(part: str | None) -> BankHolidays | None:
    return BankHolidays(part) if part else None


@cache
def _catalogue(language: str) -> gettext.NullTranslations:
    """Texts in a language, where there is no page that asks for them."""
    folder = str(HERE / "translations")
    return gettext.translation("messages", folder, [language], fallback=True)


def _spoken(language: str) -> Callable[[str], str]:
    return _catalogue(language).gettext


def _ranking(names: frozenset[str]) -> frozenset[Part]:
    """Raises BadSetting."""
    unknown = sorted(names - set(Part))
    if unknown:
        raise BadSetting(
            f"LESSONS_RANKING has {unknown[0]!r}. There are: {', '.join(Part)}; or leave it empty."
        )
    return frozenset(Part(name) for name in names)


def _sentences(folder: Path | None) -> OnnxSentences | None:
    """Raises BadSetting."""
    return OnnxSentences(folder) if folder else None


def doors(house: House, static_root: str) -> Doors:
    """What views reach of a house."""
    return Doors(
        house.library, house.accounts, house.notebook, house.settings, static_root,
        Counting(house.library, house.tally), house.outbox, house.printers,
        diary=ICalendarDiary(house.library.clock), text=house.text,
        orders=house.orders,
    )  # fmt: skip


def create_app(overrides: Mapping[str, Any] | None = None, *, house: House | None = None) -> Flask:
    """The web application. `overrides` replaces any setting of config.py."""
    house = house or build_house(overrides)
    settings = house.settings
    static = HERE / "web" / "static"
    root = f"/static/{words.digest_of(static)}/"
    app = Flask(
        "lessons",
        root_path=str(HERE),
        template_folder=str(_beside("templates")),
        static_folder=None,
    )
    https = str(settings["BASE_URL"] or "").startswith("https://")
    app.config.update(
        SECRET_KEY=settings["SECRET_KEY"],
        MAX_CONTENT_LENGTH=settings["MAX_BODY_MB"] << 20,
        MAX_FORM_MEMORY_SIZE=settings["MAX_BODY_MB"] << 20,
        MAX_FORM_PARTS=2_000,
        SESSION_COOKIE_NAME="__Host-lessons" if https else "lessons",
        SESSION_COOKIE_SECURE=https,
        SESSION_COOKIE_HTTPONLY=True,
        SESSION_COOKIE_SAMESITE="Lax",
        WTF_CSRF_TIME_LIMIT=None,
        STATIC_ROOT=root,
        BABEL_TRANSLATION_DIRECTORIES=str(HERE / "translations"),
    )
    app.json.sort_keys = False  # type: ignore[attr-defined]
    app.extensions[EXTENSION] = doors(house, root)
    guard.register(app, https=https)
    words.register(app)
    errors.register(app)
    for room in ROOMS:
        app.register_blueprint(room.bp)
    _serve_static(app, static, root, https=https, proxies=settings["TRUSTED_PROXIES"])
    return app


def _serve_static(app: Flask, folder: Path, root: str, *, https: bool, proxies: int) -> None:
    def protect(headers: Any, path: str, url: str) -> None:
        for name, value in guard.headers(https=https).items():
            headers[name] = value

    files = WhiteNoise(
        app.wsgi_app, root=str(folder), prefix=root, max_age=365 * 86_400,
        allow_all_origins=False, add_headers_function=protect,
    )  # fmt: skip
    app.wsgi_app = files  # type: ignore[method-assign]
    if proxies:  # else anybody could claim another address than their own
        app.wsgi_app = ProxyFix(files, x_for=proxies, x_proto=proxies, x_host=0)  # type: ignore[method-assign]


def serve(settings: Mapping[str, Any], host: str, port: int, workers: int, threads: int) -> None:
    """Serve until stopped, with one application to each process."""

    def build() -> Flask:
        house = build_house(settings)
        keeper = OnlyOne(settings["INSTANCE_DIR"] / "watch.lock")
        in_background(
            lambda stop: keep_watch(
                house.library,
                stop,
                every=settings["WATCH_SECONDS"],
                may_work=keeper.mine,
                chores=chores(house),
            )
        )
        app = create_app(house=house)
        # What is built lives as long as the process; looking through it again and again would hold up pages.
        gc.collect()
        gc.freeze()
        return app

    Server(build, host, port, workers, threads).run()


def main() -> None:
    """The `lessons` command."""
    House_.builder = build_house
    House_.server = serve
    House_.starter = _beside("content")
    command.main(args=sys.argv[1:], prog_name="lessons")
