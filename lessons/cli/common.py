"""What every command shares: how the house is built, how problems are told, how progress is shown."""

import logging
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import click
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

from lessons.domain.access import SYSTEM, User
from lessons.domain.errors import BadSetting, Invalid, LessonsError, NotAllowed, NotFound
from lessons.library import Library
from lessons.ports import Account, Accounts

PROBLEMS = 1
WRONG_USE = 2


class Command(click.Group):
    """Turns every error that has a sentence for people into that one sentence and an exit status.

    2 where what was given cannot be used, and nothing was done; 1 where it could not be done, or not all of it.
    """

    def invoke(self, ctx: click.Context) -> Any:
        try:
            return super().invoke(ctx)
        except Invalid as error:
            lines = [f"{p.field}: {p}" for p in error.problems] or [str(error)]
            _stop("\nlessons: ".join(lines), WRONG_USE)
        except (BadSetting, NotFound, NotAllowed) as error:
            _stop(str(error), WRONG_USE)
        except LessonsError as error:
            _stop(str(error), PROBLEMS)
        except BrokenPipeError:
            raise  # whoever reads our output has seen enough; click knows what to do
        except OSError as error:
            _stop(f"{error.filename or 'the system'}: {error.strerror or error}", PROBLEMS)


def _stop(words: str, status: int) -> None:
    click.echo(f"lessons: {words}", err=True)
    sys.exit(status)


@click.group(cls=Command, context_settings={"help_option_names": ["-h", "--help"]})
@click.option("--verbose", is_flag=True, help="Tell what is being done.")
def command(verbose: bool) -> None:
    """Debriefs and what they teach: record, find, apply."""
    logging.basicConfig(
        level=logging.INFO if verbose else logging.WARNING, format="%(levelname)s %(message)s"
    )


class House:
    """What commands use of the house; `lessons.app` gives the builder, so that this floor stays below the roof."""

    builder: Callable[[], Any] | None = None
    server: Callable[[Any, str, int, int, int], None] | None = None
    starter: Path = Path()


def house() -> Any:
    """The house as the settings say, built once for a command. Raises BadSetting."""
    context = click.get_current_context().find_root()
    if context.obj is None:
        assert House.builder is not None, "lessons.app.main sets the builder"
        context.obj = House.builder()
        context.call_on_close(context.obj.database.close)
    return context.obj


def library() -> Library:
    """The Library with an index that can be read: made anew here where it is missing."""
    found: Library = house().library
    if not found.index.ready():
        with progress("Making the index") as advance:
            found.rebuild(lambda done: advance(done, None))
    return found


def settle(here: Library) -> None:
    """What a server would do in the background: merge the index, and learn from what came in."""
    with progress("Learning from the records"):
        here.index.settle()


def acting_as(accounts: Accounts, name: str | None) -> User:
    """The person named by --as; the machine itself where none is. Raises NotFound, NotAllowed."""
    if not name:
        return SYSTEM
    account = known_account(accounts, name)
    if account.disabled:
        raise NotAllowed(f"{account.name} is disabled.")
    return account.user


def known_account(accounts: Accounts, name: str) -> Account:
    """Raises NotFound, in words that name who was not found."""
    try:
        return accounts.get(name)
    except NotFound:
        raise NotFound(
            f"There is no account named {name!r}. All accounts: lessons user list"
        ) from None


@contextmanager
def progress(what: str) -> Iterator[Callable[[int, int | None], None]]:
    """A bar on standard error where a person watches; nothing where nobody does."""
    if not sys.stderr.isatty():
        yield lambda done, total: None
        return
    console = Console(stderr=True)
    columns = (TextColumn(what), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    with Progress(*columns, console=console, transient=True) as bar:
        task = bar.add_task(what, total=None)
        yield lambda done, total: bar.update(task, completed=done, total=total)
