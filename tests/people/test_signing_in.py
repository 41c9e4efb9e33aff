"""Signing in and out: who gets in, for how long, and how everybody else is kept out."""

import re
from collections.abc import Callable, Iterator
from datetime import timedelta
from html import unescape
from pathlib import Path
from typing import Any

import pytest
from flask import Flask

from lessons.app import House, build_house, create_app
from lessons.domain.access import Role
from lessons.services import people
from tests.conftest import CHEAP
from tests.people import PASSWORD, Page, Person, account

Make = Callable[..., Person]


class Clock:
    """Time as the house tells it, moved on by hand."""

    def __init__(self, house: House) -> None:
        self._now = house.library.clock()
        house.library.clock = lambda: self._now

    def passes(self, **time: int) -> None:
        self._now += timedelta(**time)


def is_out(person: Person) -> bool:
    return person.client.get("/account").status_code == 302


def test_a_person_gets_the_page_they_wanted_after_signing_in(app: Flask, house: House) -> None:
    house.accounts.add(account("olly", Role.OFFICER), PASSWORD)
    olly = Person(app, "olly", Role.OFFICER)
    page = olly.opens("/search?q=radio&threat=drugs")
    assert page.headings == ["Sign in to Lessons"]
    wanted = page.hidden["next"]
    assert wanted == "/search?q=radio&threat=drugs"
    olly.sends("/login", {"name": "Olly", "password": PASSWORD, "next": wanted})
    assert olly.response.request.full_path == "/search?q=radio&threat=drugs"


def test_a_wrong_password_a_wrong_name_and_a_disabled_account_are_told_alike(
    app: Flask, house: House
) -> None:
    for name in ("olly", "gone"):
        house.accounts.add(account(name, Role.OFFICER), PASSWORD)
    house.accounts.change("gone", disabled=True)
    told = set()
    for name, password in (("olly", "wrong"), ("nobody", PASSWORD), ("gone", PASSWORD), ("", "")):
        someone = Person(app, name, Role.OFFICER)
        someone.opens("/login")
        page = someone.sends("/login", {"name": name, "password": password}, status=401)
        assert is_out(someone)
        told.add(page.text.partition("There is a problem")[2].partition("Sign in to Lessons")[0])
    assert len(told) == 1
    assert "do not match, or there were too many tries" in told.pop()


def test_after_five_wrong_passwords_even_the_right_one_has_to_wait(
    app: Flask, house: House
) -> None:
    clock = Clock(house)
    house.accounts.add(account("olly", Role.OFFICER), PASSWORD)
    olly = Person(app, "olly", Role.OFFICER)
    olly.opens("/login")
    for _ in range(5):
        olly.sends("/login", {"name": "olly", "password": "wrong"}, status=401)
    page = olly.sends("/login", {"name": "olly", "password": PASSWORD}, status=401)
    assert "Wait, then try again" in page.text
    clock.passes(minutes=1)
    olly.sends("/login", {"name": "olly", "password": PASSWORD})
    assert not is_out(olly)


def test_a_session_ends_after_an_hour_without_a_page_and_after_twelve_in_any_case(
    house: House, person: Make
) -> None:
    clock = Clock(house)
    olly = person("officer")
    clock.passes(minutes=59)
    assert not is_out(olly)
    clock.passes(minutes=62)
    assert is_out(olly)
    olly.signs_in()
    for _ in range(14):
        assert not is_out(olly)
        clock.passes(minutes=50)
    clock.passes(minutes=30)
    assert is_out(olly)


def test_signing_out_ends_the_session_and_not_only_the_cookie(person: Make) -> None:
    olly = person("officer")
    olly.opens("/account")
    stolen = olly.client.get_cookie("lessons")
    assert stolen is not None
    page = olly.sends("/logout", {})
    assert page.headings == ["Sign in to Lessons"]
    olly.client.set_cookie("lessons", stolen.value)
    assert is_out(olly)


def test_signing_out_everywhere_puts_another_browser_out_at_once(app: Flask, person: Make) -> None:
    olly = person("officer")
    lost_phone = Person(app, olly.name, olly.role).signs_in()
    somebody_else = person("reviewer")
    olly.opens("/account")
    page = olly.sends("/account/sign-out-everywhere", {})
    assert "signed out on every device" in page.text
    assert is_out(olly) and is_out(lost_phone)
    assert not is_out(somebody_else)


@pytest.mark.parametrize("act", ["role", "disable", "reset"])
def test_what_an_administrator_does_holds_at_once(house: House, person: Make, act: str) -> None:
    olly, admin = person("officer"), account("boss", Role.ADMIN).user
    if act == "role":
        people.change_role(house.accounts, house.library, admin, "officer", Role.ANALYST)
    elif act == "disable":
        people.disable(house.accounts, house.library, admin, "officer")
    else:
        people.reset(house.accounts, house.library, admin, "officer")
    assert is_out(olly)


def test_a_changed_password_counts_from_now_on_and_everywhere_else_is_out(
    app: Flask, person: Make
) -> None:
    olly = person("officer")
    elsewhere = Person(app, olly.name, olly.role).signs_in()
    olly.opens("/account")
    new = "four unrelated words here"
    page = olly.sends("/account/password", {"old": PASSWORD, "new": new, "again": new})
    assert "Your password is changed" in page.text
    assert is_out(elsewhere) and not is_out(olly)
    elsewhere.opens("/login")
    elsewhere.sends("/login", {"name": olly.name, "password": PASSWORD}, status=401)
    elsewhere.sends("/login", {"name": olly.name, "password": new})


@pytest.mark.parametrize(
    ("old", "new", "again", "told"),
    [
        ("wrong", "four unrelated words", "four unrelated words", "That is not your password now"),
        (
            PASSWORD,
            "four unrelated words",
            "other words here",
            "The two new passwords are not the same",
        ),
        (PASSWORD, "short", "short", "at least"),
        (PASSWORD, "", "", "at least"),
    ],
)
def test_a_password_that_cannot_be_changed_so_is_told_beside_its_box(
    house: House, person: Make, old: str, new: str, again: str, told: str
) -> None:
    olly = person("officer")
    olly.opens("/account")
    form = {"old": old, "new": new, "again": again}
    page = olly.sends("/account/password", form, status=422)
    assert told in page.text
    assert page.title.startswith("Error:")
    assert not is_out(olly)
    assert (
        people.sign_out_everywhere(
            house.accounts, house.library, account("officer", Role.OFFICER).user
        )
        == 1
    )


def test_signing_in_begins_a_new_session_in_the_browser_too(app: Flask, house: House) -> None:
    house.accounts.add(account("olly", Role.OFFICER), PASSWORD)
    olly = Person(app, "olly", Role.OFFICER)
    olly.opens("/login")
    planted = olly.client.get_cookie("lessons")
    assert planted is not None
    with olly.client.session_transaction() as before:
        before["planted"] = "by somebody else"
        old_token = before["csrf_token"]
    olly.sends("/login", {"name": "olly", "password": PASSWORD})
    with olly.client.session_transaction() as after:
        assert "planted" not in after
        assert after.get("csrf_token") != old_token


def test_the_session_cookie_is_out_of_reach_of_scripts_and_other_sites(person: Make) -> None:
    olly = person("officer")
    olly.client.get("/login")
    cookie = olly.client.get_cookie("lessons")
    assert cookie is not None
    assert cookie.http_only and cookie.same_site == "Lax" and cookie.path == "/"
    assert not cookie.secure and cookie.expires is None


@pytest.fixture
def https_app(content: Path, tmp_path: Path) -> Iterator[Flask]:
    settings: dict[str, Any] = {"CONTENT_DIR": content, "INSTANCE_DIR": tmp_path / "instance"}
    settings |= {"BASE_URL": "https://lessons.example", "TRUSTED_PROXIES": 1}
    house = build_house(settings, cost=CHEAP)
    house.library.rebuild()
    house.accounts.add(account("olly", Role.OFFICER), PASSWORD)
    yield create_app(house=house)
    house.database.close()


PROXY = {"X-Forwarded-Proto": "https", "X-Forwarded-For": "203.0.113.9"}


def test_with_https_cookies_are_secure_and_bound_to_this_host(https_app: Flask) -> None:
    client = https_app.test_client()
    answer = client.get("/login", headers=PROXY)
    assert re.match(
        r"__Host-lessons=[^;]+;.*Secure.*HttpOnly.*Path=/", answer.headers["Set-Cookie"]
    )
    assert "Domain" not in answer.headers["Set-Cookie"]
    assert answer.headers["Strict-Transport-Security"].startswith("max-age=31536000")
    page = Page(answer.text)
    form = {"csrf_token": page.hidden["csrf_token"], "name": "olly", "password": PASSWORD}
    where = {
        "base_url": "https://lessons.example",
        "headers": {**PROXY, "Referer": "https://lessons.example/login"},
    }
    client.get("/login", **where)
    token = Page(client.get("/login", **where).text).hidden["csrf_token"]
    assert client.post("/login", data={**form, "csrf_token": token}, **where).status_code == 303
    assert "Secure" in client.get("/language/cy", **where).headers["Set-Cookie"]


def test_guesses_from_one_address_behind_the_proxy_do_not_keep_others_out(https_app: Flask) -> None:
    def tries(password: str, address: str) -> int:
        client = https_app.test_client()
        where = {"base_url": "https://lessons.example", "headers": {
            **PROXY, "X-Forwarded-For": address, "Referer": "https://lessons.example/login"}}  # fmt: skip
        token = Page(client.get("/login", **where).text).hidden["csrf_token"]
        form = {"csrf_token": token, "name": "olly", "password": password}
        return client.post("/login", data=form, **where).status_code

    assert [tries("wrong", "198.51.100.7") for _ in range(6)] == [401] * 6
    assert tries(PASSWORD, "198.51.100.7") == 401
    assert tries(PASSWORD, "192.0.2.1, 198.51.100.7") == 401, (
        "what the client itself claims is not believed"
    )
    assert tries(PASSWORD, "203.0.113.9") == 303


def test_without_a_proxy_nobody_can_claim_another_address(app: Flask, house: House) -> None:
    house.accounts.add(account("olly", Role.OFFICER), PASSWORD)
    olly = Person(app, "olly", Role.OFFICER)
    olly.opens("/login")
    for number in range(6):
        claim = {"X-Forwarded-For": f"198.51.100.{number}"}
        form = {"csrf_token": olly.token, "name": "olly", "password": "wrong"}
        assert olly.client.post("/login", data=form, headers=claim).status_code == 401
    form = {"csrf_token": olly.token, "name": "olly", "password": PASSWORD}
    answer = olly.client.post("/login", data=form, headers={"X-Forwarded-For": "192.0.2.1"})
    assert answer.status_code == 401


@pytest.mark.parametrize(
    "bad",
    [
        "https://evil.example/", "//evil.example/", "///evil.example", "/\\evil.example", "\\\\evil.example",
        "/\t/evil.example", "/\n/evil.example", "javascript:alert(1)", "evil.example", " //evil.example",
        "/%2f/evil.example", "http:evil.example", "//[", "/no-such-page", "/logout", "/static/../secret",
        "", "\x00", "/account\r\nSet-Cookie: a=b",
    ],
)  # fmt: skip
def test_signing_in_leads_to_no_place_but_ours(app: Flask, house: House, bad: str) -> None:
    house.accounts.add(account("olly", Role.OFFICER), PASSWORD)
    client = app.test_client()
    page = Page(client.get("/login", query_string={"next": bad}).text)
    assert page.hidden["next"] == "/"
    form = {
        "csrf_token": page.hidden["csrf_token"],
        "name": "olly",
        "password": PASSWORD,
        "next": bad,
    }
    answer = client.post("/login", data=form)
    assert (answer.status_code, answer.headers["Location"]) == (303, "/")
    assert client.get("/language/cy", query_string={"next": bad}).headers["Location"] == "/"


def test_words_typed_in_a_form_survive_an_expired_session(house: House, person: Make) -> None:
    clock = Clock(house)
    olly = person("officer")
    address = page_of_a_new_debrief(olly)
    clock.passes(hours=13)
    typed = {
        "happened": "\nFirst line\nof “two”, <b>bold</b> & more",
        "threats": ["drugs", "firearms"],
    }
    page = olly.sends(address, {**typed, "do": "send"}, status=401)
    assert "What you typed is kept" in page.text
    assert PASSWORD not in page.html
    wrong = carried(page) | {"name": olly.name, "password": "wrong"}
    page = olly.sends("/login", wrong, status=401)
    page = olly.sends("/login", carried(page) | {"name": olly.name, "password": PASSWORD})
    assert page.headings == ["Your words are here"]
    assert re.search(r'<form method="post" action="([^"]+)"', page.html)[1] == address  # type: ignore[index]
    page = olly.sends(address, {**texts(page), "do": "save"})
    assert "of “two”, &lt;b&gt;bold&lt;/b&gt; &amp; more" in page.html


def page_of_a_new_debrief(olly: Person) -> str:
    """Where the form of a new debrief is sent."""
    page = olly.opens("/debriefs/new")
    found = re.search(r'<form[^>]*action="(/debriefs/[^"]*)"', page.html)
    return found[1] if found else olly.response.request.path


def texts(page: Page) -> dict[str, list[str]]:
    """The hidden texts of a page, as a browser would send them."""
    found: dict[str, list[str]] = {}
    for name, words in re.findall(
        r'<textarea name="([^"]+)" hidden[^>]*>\n?(.*?)</textarea>', page.html, re.DOTALL
    ):
        found.setdefault(unescape(name), []).append(unescape(words))
    return found


def carried(page: Page) -> dict[str, object]:
    return {**texts(page), "next": page.hidden["next"]}


def test_a_session_that_expired_before_signing_out_does_not_end_on_an_error(
    house: House, person: Make
) -> None:
    clock = Clock(house)
    olly = person("officer")
    olly.opens("/account")
    clock.passes(hours=13)
    page = olly.sends("/logout", {}, status=401)
    olly.sends("/login", {"name": olly.name, "password": PASSWORD, "next": page.hidden["next"]})
    assert olly.response.request.path == "/"


def test_no_password_stands_in_the_audit_log_even_when_typed_as_the_name(
    app: Flask, house: House, caplog: pytest.LogCaptureFixture
) -> None:
    house.accounts.add(account("olly", Role.OFFICER), PASSWORD)
    olly = Person(app, "olly", Role.OFFICER)
    olly.opens("/login")
    olly.sends("/login", {"name": PASSWORD, "password": "olly"}, status=401)
    olly.sends("/login", {"name": "olly", "password": "a wrong password"}, status=401)
    olly.signs_in()
    noted = list(house.library.audit.events())
    assert {(e.who, e.verb) for e in noted} >= {
        ("unknown name", "sign-in refused"), ("olly", "sign-in refused"), ("olly", "sign in")
    }  # fmt: skip
    everything = repr(noted) + caplog.text
    assert PASSWORD not in everything and "a wrong password" not in everything


def test_groups_and_disabling_reach_a_running_session(house: House, person: Make) -> None:
    olly = person("officer", "olly", "kestrel")
    assert "kestrel" in olly.opens("/account").text
    house.accounts.change("olly", groups=frozenset({"merlin"}))
    page = olly.opens("/account")
    assert "merlin" in page.text and "kestrel" not in page.text
