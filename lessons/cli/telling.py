"""`lessons alerts`."""

import json
import sys

import click

from lessons.cli.common import PROBLEMS, house, progress
from lessons.cli.content import AS_JSON


@click.command()
@AS_JSON
def alerts(as_json: bool) -> None:
    """Send the mail that is due. For a timer; a server that runs does it by itself."""
    here = house()
    if here.mailroom.postman is None:
        click.echo("No mail server is set: see LESSONS_MAIL_URL. Nothing is sent.", err=True)
    with progress("Sending") as advance:
        done = here.mailroom.deliver(lambda sent: advance(sent, None))
    if as_json:
        counts = {"sent": done.sent, "failed": done.failed, "unreachable": done.unreachable}
        click.echo(json.dumps(counts))
    else:
        click.echo(f"Mails sent: {done.sent}. To be tried again: {done.failed}.")
    if done.unreachable:
        click.echo("The mail server cannot be reached. What is due is kept.", err=True)
    sys.exit(PROBLEMS if done.failed else 0)
