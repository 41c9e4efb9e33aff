"""`lessons sync` and `check`."""

import json
import os
import sys

import click

from lessons.cli.common import PROBLEMS, house, library, progress, settle
from lessons.cli.content import AS_JSON
from lessons.services import watch


@click.command()
@click.option("--rebuild", is_flag=True, help="Make the index anew; search goes on meanwhile.")
def sync(rebuild: bool) -> None:
    """Take in files edited by hand, and bring the index up to date."""
    here = house().library if rebuild else library()
    if rebuild:
        with progress("Making the index") as advance:
            total = here.rebuild(lambda done: advance(done, None), processes=cores())
        click.echo(f"The index is made anew: {total} records.")
    with progress("Checking files") as advance:
        report = here.sync(advance)
    settle(here)
    click.echo(f"{report.indexed} records indexed, {report.removed} taken out.")
    for id in report.edited_outside:
        click.echo(f"Edited by hand, kept as a revision: {id}")
    for error in report.unreadable:
        click.echo(str(error), err=True)
    for path, why in report.strays:
        click.echo(f"{path}: {why}", err=True)
    sys.exit(0 if report.clean else PROBLEMS)


def cores() -> int:
    """How many this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


@click.command()
@AS_JSON
def check(as_json: bool) -> None:
    """Look for everything that is wrong in the knowledge base; change nothing in it.

    An index that is missing or damaged is made anew first: it is no part of the knowledge base.
    """
    here = library()
    with progress("Checking") as advance:
        found = watch.complaints(here, advance)
    if as_json:
        click.echo(json.dumps([{"where": c.where, "problem": c.problem} for c in found]))
    else:
        for each in found:
            click.echo(f"{each.where}: {each.problem}")
        click.echo(f"Problems: {len(found)}" if found else "No problems found.")
    sys.exit(PROBLEMS if found else 0)
