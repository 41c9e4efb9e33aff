"""`lessons alerts`."""

import json
import sys
from collections.abc import Callable, Mapping
from functools import partial
from typing import Any

import click

from lessons.cli.common import PROBLEMS, house, library, progress
from lessons.cli.content import AS_JSON
from lessons.domain.errors import LessonsError
from lessons.services.find import found_among
from lessons.services.review import tell_due
from lessons.services.telling import Following
from lessons.services.track.falling_due import catch_up
from lessons.services.track.reminding import remind


def rounds(here: Any) -> Mapping[str, Callable[[int], int]]:
    """What is to be done once a day, in this order: by name, each told how much at one go, 0 for all, and saying how
    much it did. Doing it again does nothing.
    """
    outbox, accounts = here.outbox, here.accounts
    return {
        "fell_due": lambda most: catch_up(here.library, most=most),
        "reminded": lambda most: remind(here.library, outbox, accounts, most=most),
        "to_check": lambda most: tell_due(here.library, outbox, accounts, most=most),
        "digests": following(here).digests,
    }


def following(here: Any) -> Following:
    """Tells people of what they follow."""
    seek = partial(found_among, here.library, here.notebook)
    return Following(here.library, here.accounts, here.outbox, here.notebook, seek)


@click.command()
@AS_JSON
def alerts(as_json: bool) -> None:
    """Note what fell due, remind people of it, tell them of what they follow, and send mail. For a timer; a server that
    runs does it by itself.
    """
    here = house()
    if here.mailroom.postman is None:
        click.echo("No mail server is set: see LESSONS_MAIL_URL. Nothing is sent.", err=True)
    counts, left = _go_round(here)
    with progress("Sending") as advance:
        done = here.mailroom.deliver(lambda sent: advance(sent, None))
    if as_json:
        counts |= {"sent": done.sent, "failed": done.failed, "unreachable": done.unreachable}
        counts |= {"may_not_have_gone": done.unsure}
        click.echo(json.dumps(counts))
    else:
        told = counts["reminded"] + counts["to_check"]
        click.echo(f"Noted as due or done: {counts['fell_due']}. Reminders: {told}.")
        click.echo(f"Told at once: {counts['followed']}. Digests: {counts['digests']}.")
        click.echo(f"Mails sent: {done.sent}. To be tried again: {done.failed}.")
        if done.unsure:
            click.echo(f"May not have gone, and are not sent again: {done.unsure}.")
    if done.unreachable:
        click.echo("The mail server cannot be reached. What is due is kept.", err=True)
    sys.exit(PROBLEMS if done.failed or left else 0)


def _go_round(here: Any) -> tuple[dict[str, int], bool]:
    """How much of each was done, and whether something was left for the next time: mail goes out all the same."""
    library()
    counts: dict[str, int] = {}
    left = False
    for name, work in {**rounds(here), "followed": following(here).at_once}.items():
        try:
            counts[name] = work(0)
        except LessonsError as error:
            counts[name], left = 0, True
            click.echo(f"Left for the next time: {error}", err=True)
    return counts, left
