"""`lessons user` and `lessons token`, as the administrator uses them."""

import json
import re
from pathlib import Path

from lessons.app import build_house, create_app
from lessons.domain.access import Role
from tests.cli.conftest import Lessons
from tests.conftest import CHEAP
from tests.people import Person


def test_somebody_is_added_and_signs_in_with_the_password_that_was_shown_once(
    lessons: Lessons, content: Path
) -> None:
    told = lessons("user", "add", "Sam.Field", "--role", "reviewer", "--group", "soc").output
    password = told.split("shown this once: ")[1].strip()
    [row] = json.loads(lessons("user", "list", "--json").output)
    assert row == {"name": "sam.field", "role": "reviewer", "groups": ["soc"], "disabled": False}
    house = build_house(cost=CHEAP)
    house.library.rebuild()
    page = Person(create_app(house=house), "sam.field", Role.REVIEWER)
    page.signs_in(password).opens("/account")
    house.database.close()


def test_a_password_from_standard_input_is_never_shown(lessons: Lessons) -> None:
    add = ("user", "add", "sam", "--role", "officer", "--password-stdin")
    told = lessons(*add, input="a good long passphrase\n").output
    assert "passphrase" not in told
    assert "no password" in lessons(*add, input="", status=2).output


def test_what_cannot_be_an_account_is_refused_in_words(lessons: Lessons) -> None:
    lessons("user", "add", "sam", "--role", "officer")
    assert "name" in lessons("user", "add", "SAM", "--role", "lead", status=2).output
    lessons("user", "add", "sam/../x", "--role", "lead", status=2)
    short = lessons(
        "user", "add", "kim", "--role", "lead", "--password-stdin", status=2, input="abc\n"
    )
    assert "password" in short.output
    assert "captain" in lessons("user", "add", "kim", "--role", "captain", status=2).output
    assert len(json.loads(lessons("user", "list", "--json").output)) == 1


def test_a_role_is_changed_a_password_reset_and_an_account_disabled(lessons: Lessons) -> None:
    lessons("user", "add", "sam", "--role", "officer")
    assert "reviewer" in lessons("user", "role", "sam", "reviewer").output
    assert "shown this once: " in lessons("user", "reset", "sam").output
    lessons("user", "disable", "sam")
    assert "disabled" in lessons("user", "list").output
    [row] = json.loads(lessons("user", "list", "--json").output)
    assert (row["role"], row["disabled"]) == ("reviewer", True)
    refused = lessons("search", "radio", "--as", "sam", status=2)
    assert "sam is disabled" in refused.output


def test_a_name_that_nobody_has_is_told(lessons: Lessons) -> None:
    for words in (("disable", "kim"), ("reset", "kim"), ("role", "kim", "lead")):
        assert "no account named 'kim'" in lessons("user", *words, status=2).output
    assert "no account named 'kim'" in lessons("search", "x", "--as", "kim", status=2).output
    assert "no account" in lessons("token", "add", "feed", "--as", "kim", status=2).output


def test_a_key_is_made_listed_without_its_secret_and_revoked(lessons: Lessons) -> None:
    lessons("user", "add", "feeder", "--role", "analyst")
    told = lessons("token", "add", "nightly feed", "--as", "feeder", "--expires", "30").output
    found = re.search(r"Key (\w+) acts as feeder\. Shown this once:\n(\S+)", told)
    assert found
    id, secret = found.groups()
    assert secret.partition(".")[2] not in lessons("token", "list").output
    [row] = json.loads(lessons("token", "list", "--json").output)
    assert (row["id"], row["name"], row["as"], row["revoked"]) == (
        id,
        "nightly feed",
        "feeder",
        False,
    )
    lessons("token", "revoke", id)
    assert "revoked" in lessons("token", "list").output
    assert "There is no key" in lessons("token", "revoke", "nothing", status=2).output


def test_no_secret_stands_in_the_audit_log(lessons: Lessons) -> None:
    told = lessons("user", "add", "sam", "--role", "officer").output
    secrets = [told.split("shown this once: ")[1].strip()]
    secrets.append(lessons("user", "reset", "sam").output.split("shown this once: ")[1].strip())
    secrets.append(lessons("token", "add", "feed", "--as", "sam").output.split()[-1])
    house = build_house(cost=CHEAP)
    noted = repr(list(house.library.audit.events()))
    house.database.close()
    assert "password reset" in noted and "key added" in noted
    assert not [
        s for s in secrets if s in noted or (s.partition(".")[2] and s.partition(".")[2] in noted)
    ]
