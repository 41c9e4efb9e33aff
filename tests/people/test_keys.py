"""Keys for programs: what they open, and when they stop to."""

from datetime import timedelta

import pytest
from flask import Flask

from lessons.app import House
from lessons.domain.access import SYSTEM, Role, User
from lessons.domain.errors import NotAllowed, NotFound
from lessons.services import people
from tests.people import PASSWORD, account


@pytest.fixture
def key(house: House) -> str:
    house.accounts.add(account("feeder", Role.ANALYST), PASSWORD)
    _info, secret = people.add_token(house.accounts, house.library, SYSTEM, "feed", "feeder", 30)
    return secret


def status(app: Flask, *authorization: str) -> int:
    headers = [("Authorization", words) for words in authorization]
    answer = app.test_client().get("/api/v1/search?q=radio", headers=headers)
    if answer.status_code == 401:
        assert answer.headers["WWW-Authenticate"].startswith("Bearer")
        assert answer.json is not None and answer.json["error"]["code"] == "sign_in"
    return answer.status_code


def test_a_key_opens_the_api_and_no_page(app: Flask, key: str) -> None:
    assert status(app, f"Bearer {key}") == 200
    assert status(app, f"bearer  {key} ") == 200
    page = app.test_client().get("/search", headers={"Authorization": f"Bearer {key}"})
    assert page.status_code == 302


@pytest.mark.parametrize(
    "bad",
    ["", "Bearer", "Bearer ", "Bearer x", "Bearer x.y", "Bearer .", "Basic ZmVlZGVyOng=", "Bearer é.ü",
     "Bearer " + "9" * 5000, "Token {key}", "Bearer {key}x", "Bearer {id}.", "Bearer {id}", "{key}"],
)  # fmt: skip
def test_what_is_not_a_key_opens_nothing(app: Flask, key: str, bad: str) -> None:
    assert status(app, bad.format(key=key, id=key.partition(".")[0])) == 401


def test_a_key_ends_when_it_expires_when_revoked_and_with_its_account(
    app: Flask, house: House, key: str
) -> None:
    now = house.library.clock()
    house.library.clock = lambda: now + timedelta(days=29)
    assert status(app, f"Bearer {key}") == 200
    house.library.clock = lambda: now + timedelta(days=30)
    assert status(app, f"Bearer {key}") == 401
    house.library.clock = lambda: now
    other, secret = people.add_token(house.accounts, house.library, SYSTEM, "b", "feeder", None)
    people.revoke_token(house.accounts, house.library, SYSTEM, other.id)
    assert status(app, f"Bearer {secret}") == 401
    people.disable(house.accounts, house.library, SYSTEM, "feeder")
    assert status(app, f"Bearer {key}") == 401


def test_a_broken_key_is_not_helped_by_a_cookie(app: Flask, house: House, key: str) -> None:
    client = app.test_client()
    session = people.sign_in(house.accounts, house.library, "feeder", PASSWORD, address="")
    with client.session_transaction() as cookie:
        cookie["_user_id"] = session.token
    assert client.get("/api/v1/search").status_code == 200
    answer = client.get("/api/v1/search", headers={"Authorization": "Bearer broken"})
    assert answer.status_code == 401


def test_only_an_administrator_deals_in_accounts_and_keys(house: House, key: str) -> None:
    lead, accounts, library = User("lee", Role.LEAD), house.accounts, house.library
    id = key.partition(".")[0]
    for act in (
        lambda: people.add(accounts, library, lead, account("new", Role.ADMIN)),
        lambda: people.change_role(accounts, library, lead, "feeder", Role.ADMIN),
        lambda: people.disable(accounts, library, lead, "feeder"),
        lambda: people.reset(accounts, library, lead, "feeder"),
        lambda: people.add_token(accounts, library, lead, "x", "feeder", 1),
        lambda: people.revoke_token(accounts, library, lead, id),
    ):
        with pytest.raises(NotAllowed):
            act()
    with pytest.raises(NotFound):
        people.add_token(accounts, library, SYSTEM, "x", "nobody", 1)
