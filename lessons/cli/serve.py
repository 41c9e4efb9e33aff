"""`lessons run` and `lessons demo`."""

import errno
import gc
import os
import socket
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import click

from lessons.cli.common import House, house, progress
from lessons.domain.errors import BadSetting
from lessons.services import exchange, people

LAST_PORT = 65_535


@click.command()
@click.option("--host", default="127.0.0.1", show_default=True)
@click.option("--port", type=click.IntRange(1, LAST_PORT), default=8000, show_default=True)
@click.option(
    "--workers", type=click.IntRange(1, 64), help="Server processes.  [default: LESSONS_WORKERS]"
)
@click.option(
    "--first-use", is_flag=True, help="Load the examples where there are no accounts yet."
)
def run(host: str, port: int, workers: int | None, first_use: bool) -> None:
    """Serve the pages and the API, with a production server."""
    free_port(host, port)
    settings = made_ready(host, port, first_use=first_use)
    assert House.server is not None, "lessons.app.main sets the server"
    gc.collect()  # with the files that the library held open: its parts know one another, so it was not gone yet
    House.server(settings, host, port, workers or settings["WORKERS"], settings["THREADS"])


def made_ready(host: str, port: int, *, first_use: bool) -> Mapping[str, Any]:
    """Everything in order before the first server process: index, examples, files. Raises BadSetting."""
    here = house()
    demand_a_knowledge_base(here.settings["CONTENT_DIR"])
    with progress("Checking the index") as advance:
        if not here.library.index.ready():
            here.library.rebuild(lambda done: advance(done, None))
    made = load_examples(here) if first_use and not here.accounts.all() else []
    with progress("Checking the files") as advance:
        report = here.library.sync(advance)
    for error in report.unreadable:
        click.echo(f"Left alone, cannot be read: {error}", err=True)
    warn_of_unbelieved_proxy(here.settings)
    tell(host, port, made)
    settings: Mapping[str, Any] = here.settings
    let_go(here)
    return settings


def demand_a_knowledge_base(folder: Path) -> None:
    if not (folder / "vocabularies").is_dir():
        raise BadSetting(
            f"LESSONS_CONTENT_DIR={str(folder)!r} is no knowledge base: there is no folder vocabularies "
            "in it. Make one with: lessons init DIR"
        )


def let_go(here: Any) -> None:
    """Each server process opens its own; nothing open here is carried over the fork."""
    here.database.close()
    click.get_current_context().find_root().obj = None


def warn_of_unbelieved_proxy(settings: Mapping[str, Any]) -> None:
    if str(settings["BASE_URL"] or "").startswith("https://") and not settings["TRUSTED_PROXIES"]:
        click.echo(
            "LESSONS_BASE_URL is https, so a proxy stands before this; with LESSONS_TRUSTED_PROXIES=0 "
            "everybody seems to come from its address, and wrong passwords of one slow down all.",
            err=True,
        )


def free_port(host: str, port: int) -> None:
    """Raises BadSetting where somebody else listens there already."""
    try:
        with socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET) as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            probe.bind((host, port))
    except OSError as error:
        advice = ""
        if error.errno == errno.EADDRINUSE:
            other = port + 10 if port < LAST_PORT - 10 else port - 10
            advice = f" Is it running already? Another port: make run PORT={other}"
        raise BadSetting(f"Cannot listen on {host}:{port}: {error.strerror}.{advice}") from None


def load_examples(here: Any) -> list[Any]:
    """The example records and accounts; tells what was loaded."""
    with progress("Loading the examples") as advance:
        loaded = exchange.load_examples(here.library, here.text, examples_folder(here), advance)
    click.echo(f"Example knowledge base: {loaded} records, all invented or cited as public.")
    return list(people.add_examples(here.accounts, here.library))


def examples_folder(here: Any) -> Any:
    own = here.settings["CONTENT_DIR"] / "examples"
    return own if own.is_dir() else House.starter / "examples"


def _this_command() -> str:
    """How a person in this folder calls `lessons`."""
    called = Path(sys.argv[0])
    if called.parent == Path() or not called.exists():
        return "lessons"
    return os.path.relpath(called)


def tell(host: str, port: int, made: list[Any]) -> None:
    if made:
        click.echo(
            "\nExample sign-ins. The passwords were made just now and are shown this once:\n"
        )
        for each in made:
            click.echo(f"  {each.account.name:12} {each.password}")
    click.echo(f"\nForgotten a password? {_this_command()} user reset NAME")
    shown = f"[{host}]" if ":" in host else host
    click.echo(f"\nLessons is at http://{shown}:{port}  (stop with Ctrl+C)", color=False)


@click.command()
def demo() -> None:
    """Example accounts and records, clearly marked."""
    here = house()
    if not here.library.index.ready():
        here.library.rebuild()
    made = load_examples(here)
    here.library.sync()
    for each in made:
        click.echo(f"  {each.account.name:12} {each.password}")
    if not made:
        click.echo("The example accounts are there already. New password: lessons user reset NAME")
