"""`lessons moves` and `lessons move`: what becomes of a lesson, by the rules and in the words of the pages."""

import json
from typing import Any

import click

from lessons.cli.common import acting_as, house, library
from lessons.cli.content import AS_JSON
from lessons.domain.record import Stored, tidy_id
from lessons.services.review import asking, current

AS = click.option("--as", "name", required=True, metavar="USER", help="Who decides.")


@click.command()
@click.argument("id")
@AS
@AS_JSON
def moves(id: str, name: str, as_json: bool) -> None:
    """What this person may do with a lesson, and what it needs."""
    here, by = library(), acting_as(house().accounts, name)
    stored = current(here, by, tidy_id(id))
    found = list(asking.possible(by, stored.record))
    if as_json:
        click.echo(json.dumps(asking.as_json(by, stored), ensure_ascii=False))
        return
    click.echo(f"{stored.record.id}  {_state(stored)}, revision {stored.revision.number}")
    for each in found:
        click.echo(f"{each.move.key:14} {each.move.label}")
        for words in [each.barred] if each.barred else asking.needed(each.move):
            click.echo(f"{'':14} {'not now: ' if each.barred else 'needs: '}{words}")
        if each.move.takes and not each.barred:
            click.echo(f"{'':14} takes: {', '.join(each.move.takes)}")
    if not found:
        click.echo("There is nothing that this person may do with it now.")


@click.command()
@click.argument("id")
@click.argument("move")
@AS
@click.option(
    "--set", "given", multiple=True, metavar="FIELD=VALUE",
    help="What is said with it; repeatable, and for a field of several values once for each. "
    "An owner is the name of an account, or role: and the words for a role.",
)  # fmt: skip
@click.option(
    "--expected", type=click.IntRange(1), metavar="N",
    help="Only if this is still the revision.  [default: whatever it is now]",
)  # fmt: skip
@AS_JSON
def move(
    id: str, move: str, name: str, given: tuple[str, ...], expected: int | None, as_json: bool
) -> None:
    """Take a decision on a lesson."""
    here, by = library(), acting_as(house().accounts, name)
    id, words = tidy_id(id), _words(given)
    now = current(here, by, id).revision.number if expected is None else expected
    stored = asking.ask(here, by, id, move, words, expected=now, accounts=house().accounts)
    if as_json:
        click.echo(json.dumps(asking.as_json(by, stored), ensure_ascii=False))
        return
    click.echo(f"{id}  {_state(stored)}, revision {stored.revision.number}")


def _words(given: tuple[str, ...]) -> dict[str, Any]:
    """By field; several of the same field as a list. Raises UsageError."""
    words: dict[str, Any] = {}
    for each in given:
        name, is_, value = each.partition("=")
        if not is_ or not name.strip():
            raise click.UsageError(f"--set takes FIELD=VALUE, not {each!r}.")
        name = name.strip()
        words[name] = [*words[name], value] if name in words else [value]
    many = {f.name for f in asking.SHAPE.fields if f.many}
    return {n: v if n in many or len(v) > 1 else v[0] for n, v in words.items()}


def _state(stored: Stored) -> str:
    return library().vocabularies.label("state", stored.record.line("state"))
