"""`lessons user` and `lessons token`."""

import json
import sys
from typing import Any
from urllib.parse import quote

import click

from lessons.cli.common import house, known_account, library
from lessons.domain.access import SYSTEM, Role
from lessons.domain.errors import LessonsError, NotFound
from lessons.ports import Account
from lessons.services import people
from lessons.services.track.leaving import held_by

ROLES = click.Choice([r.value for r in Role])
AS_JSON = click.option("--json", "as_json", is_flag=True, help="For a program to read.")


@click.group()
def user() -> None:
    """People who may sign in."""


@user.command("add")
@click.argument("name")
@click.option("--role", type=ROLES, required=True, help="What the person is here for.")
@click.option("--group", "groups", multiple=True, help="A group the person is in; repeatable.")
@click.option("--password-stdin", is_flag=True, help="Read the password from standard input.")
def add_user(name: str, role: str, groups: tuple[str, ...], password_stdin: bool) -> None:
    """Make an account. Without --password-stdin a password is made and shown once."""
    here = house()
    given = sys.stdin.readline().rstrip("\r\n") if password_stdin else ""
    if password_stdin and not given:
        raise click.UsageError("There is no password on standard input.")
    account = Account(name, Role(role), groups=frozenset(groups))
    made = people.add(here.accounts, here.library, SYSTEM, account, given)
    click.echo(f"{made.account.name} is added as {role}.")
    if not password_stdin:
        click.echo(f"Password, shown this once: {made.password}")


@user.command("list")
@AS_JSON
def list_users(as_json: bool) -> None:
    """Everybody who has an account."""
    rows = [
        {"name": a.name, "role": a.role.value, "groups": sorted(a.groups), "disabled": a.disabled}
        for a in house().accounts.all()
    ]
    if as_json:
        click.echo(json.dumps(rows))
        return
    for row in rows:
        click.echo(
            f"{row['name']:20} {row['role']:12} {', '.join(row['groups']):20} "
            f"{'disabled' if row['disabled'] else ''}".rstrip()
        )


@user.command("disable")
@click.argument("name")
def disable_user(name: str) -> None:
    """The person can no longer sign in, and is signed out now."""
    here = house()
    known_account(here.accounts, name)
    account = people.disable(here.accounts, here.library, SYSTEM, name)
    click.echo(f"{account.name} is disabled and signed out everywhere.")
    _tell_what_is_left(here, account.name)


def _tell_what_is_left(here: Any, name: str) -> None:
    """What is theirs and not done: the account is closed whatever becomes of this."""
    try:
        left = held_by(library(), SYSTEM, name)
    except LessonsError as error:
        click.echo(f"What is still theirs could not be counted: {error}", err=True)
        return
    if not left.any:
        return
    click.echo(f"Still theirs: actions {left.actions}, evaluations {left.evaluations}, operations "
               f"{left.operations}.")  # fmt: skip
    base = here.settings["BASE_URL"] or ""
    if left.actions:
        click.echo(f"Hand the actions over: {base}/actions/hand-over?from={quote(name)}")
    if left.evaluations or left.operations:
        click.echo("Name somebody else on the page of each evaluation and operation.")


@user.command("role")
@click.argument("name")
@click.argument("role", type=ROLES)
def role_of_user(name: str, role: str) -> None:
    """Give a person another role; they are signed out and in again with it."""
    here = house()
    known_account(here.accounts, name)
    account = people.change_role(here.accounts, here.library, SYSTEM, name, Role(role))
    click.echo(f"{account.name} is now {account.role.value}.")


@user.command("reset")
@click.argument("name")
def reset_user(name: str) -> None:
    """A new password, shown once."""
    here = house()
    known_account(here.accounts, name)
    made = people.reset(here.accounts, here.library, SYSTEM, name)
    click.echo(f"New password for {made.account.name}, shown this once: {made.password}")


@click.group()
def token() -> None:
    """Keys with which programs use the API."""


@token.command("add")
@click.argument("name")
@click.option("--as", "account", required=True, help="The account whose rights the key has.")
@click.option(
    "--expires", type=click.IntRange(1, 3650), default=90, show_default=True, metavar="DAYS"
)
def add_token(name: str, account: str, expires: int) -> None:
    """Make a key. It is shown once."""
    here = house()
    known_account(here.accounts, account)
    info, secret = people.add_token(here.accounts, here.library, SYSTEM, name, account, expires)
    click.echo(f"Key {info.id} acts as {info.account}. Shown this once:\n{secret}")


@token.command("list")
@AS_JSON
def list_tokens(as_json: bool) -> None:
    """All keys, without their secrets."""
    rows = [
        {"id": t.id, "name": t.name, "as": t.account, "revoked": t.revoked,
         "expires": t.expires.isoformat() if t.expires else None}
        for t in house().accounts.tokens()
    ]  # fmt: skip
    if as_json:
        click.echo(json.dumps(rows))
        return
    for row in rows:
        state = "revoked" if row["revoked"] else f"until {row['expires'] or 'revoked'}"
        click.echo(f"{row['id']:16} {row['name']:24} as {row['as']:16} {state}")


@token.command("revoke")
@click.argument("id")
def revoke_token(id: str) -> None:
    """The key stops working now."""
    here = house()
    try:
        people.revoke_token(here.accounts, here.library, SYSTEM, id)
    except NotFound:
        raise NotFound(f"There is no key {id!r}. All keys: lessons token list") from None
    click.echo(f"Key {id} is revoked.")
