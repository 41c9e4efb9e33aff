"""When something goes wrong, the page says what happened and what to do, and keeps what was typed."""

import re
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
from flask import Flask, abort
from jinja2 import FileSystemBytecodeCache
from werkzeug.exceptions import TooManyRequests

from lessons.app import House
from lessons.domain import errors as wrong
from lessons.domain.access import SYSTEM
from lessons.domain.errors import Problem
from lessons.domain.record import Kind, Record
from tests.conftest import fitted
from tests.people import Page, Person

Someone = Callable[..., Person]
CODES = (400, 403, 404, 405, 409, 413, 422, 429, 500, 503)


@pytest.fixture
def app(house: House, compiled: FileSystemBytecodeCache) -> Flask:
    """With addresses that go wrong in every way."""
    app = fitted(house, compiled)
    raised: dict[str, Exception] = {
        "stale": wrong.StaleWrite("L-2026-7K3QD"),
        "not-allowed": wrong.NotAllowed(),
        "invalid": wrong.Invalid([Problem("title", "Enter a title.")]),
        "busy": wrong.Busy(),
        "rebuilding": wrong.SearchUnavailable(),
        "unforeseen": RuntimeError("the secret inside"),
        "often": TooManyRequests(retry_after=60),
    }

    @app.route("/wrong/<name>", methods=["GET", "POST"])
    def goes_wrong(name: str) -> str:
        if name.isdigit():
            abort(int(name))
        raise raised[name]

    return app


@pytest.mark.parametrize("code", CODES)
def test_every_error_page_says_what_happened_and_what_to_do(person: Someone, code: int) -> None:
    page = person("officer").opens(f"/wrong/{code}", status=code)
    assert "What you can do" in page.text
    assert page.link("Home, with your drafts") == "/"
    happened = re.search(r'govuk-body-l">([^<]+)', page.html)
    assert happened and happened[1] not in page.headings[0]


@pytest.mark.parametrize(
    ("name", "code", "words"),
    [
        ("stale", 409, "L-2026-7K3QD was changed by someone else"),
        ("not-allowed", 403, "Ask a reviewer or your administrator"),
        ("invalid", 422, "There is a problem with what was entered"),
        ("busy", 503, "Your words are kept"),
        ("rebuilding", 503, "Search is being rebuilt. You can still open and send records."),
        ("unforeseen", 500, "Nothing was changed"),
        ("often", 429, "Wait a few minutes"),
    ],
)
def test_each_error_speaks_for_itself_and_gives_back_what_was_typed(
    person: Someone, name: str, code: int, words: str
) -> None:
    officer = person("officer")
    officer.opens("/account")
    page = officer.sends(
        f"/wrong/{name}", {"happened": "Two doors.\nOne key.", "password": "hush"}, status=code
    )
    assert words in page.text
    assert "Two doors.\nOne key.</textarea>" in page.html
    assert "What happened?" in page.text, "under the name that the form gives it"
    assert "hush" not in page.html


def test_an_unforeseen_error_gives_a_reference_that_the_log_has_and_no_word_more(
    person: Someone, caplog: pytest.LogCaptureFixture
) -> None:
    page = person("officer").opens("/wrong/unforeseen", status=500)
    reference = re.search(r"<code>(\w{8})</code>", page.html)
    assert reference
    assert reference[1] in caplog.text
    assert "the secret inside" in caplog.text
    assert "secret inside" not in page.html


def test_a_person_told_to_wait_is_told_how_long_in_the_header(person: Someone) -> None:
    officer = person("officer")
    officer.opens("/wrong/often", status=429)
    assert officer.response.headers["Retry-After"] == "60"
    response = officer.client.delete("/search")
    assert response.status_code == 405
    assert "GET" in response.headers["Allow"]


def test_a_form_without_its_token_is_refused_and_keeps_the_words(person: Someone) -> None:
    officer = person("officer")
    officer.token = "forged"
    page = officer.sends("/debriefs/new", {"happened": "Two doors."}, status=400)
    assert "open for too long" in page.text
    assert "Two doors.</textarea>" in page.html


def test_what_is_too_large_is_refused_with_a_page(app: Flask, person: Someone) -> None:
    app.config["MAX_CONTENT_LENGTH"] = 10_000
    officer = person("officer")
    page = officer.sends("/account/password", {"old": "x" * 20_000}, status=413)
    assert "larger than this service takes" in page.text


def test_while_search_is_rebuilt_reading_and_the_home_page_still_work(
    house: House, person: Someone
) -> None:
    fields = {"title": "Still here", "state": "observation"}
    house.library.save(
        SYSTEM, "send", Record("L-2026-7K3QD", Kind.LESSON, fields=fields), expected=0
    )
    officer = person("officer")
    shutil.rmtree(Path(house.settings["INSTANCE_DIR"]) / "index")
    page = officer.opens("/search?q=here", status=503)
    assert "Search is being rebuilt" in page.text
    assert not [
        words
        for href, words in page.links
        if href == "/search" and "Search" in words and "What" in words
    ]
    assert officer.opens("/lessons/L-2026-7K3QD").headings == ["Still here"]
    assert "Search is being rebuilt" in officer.opens("/").text
    assert "Search is being rebuilt" in officer.opens("/themes/radio").text
    house.library.rebuild()
    assert "Still here" in officer.opens("/search?q=here").text


def test_a_file_broken_by_hand_is_told_to_its_readers_and_to_nobody_else(
    house: House, person: Someone
) -> None:
    fields = {"title": "Broken", "state": "sent", "author": "olly"}
    house.library.save(
        SYSTEM, "send", Record("L-2026-7K3QD", Kind.LESSON, fields=fields), expected=0
    )
    (Path(house.settings["CONTENT_DIR"]) / "lessons" / "L-2026-7K3QD.md").write_text(
        "oops", "utf-8"
    )
    page = person("officer", "olly").opens("/lessons/L-2026-7K3QD", status=500)
    assert "changed by hand and cannot be read just now" in page.text
    person("officer", "other").opens("/lessons/L-2026-7K3QD", status=404)


def test_without_a_database_there_is_still_a_page(
    house: House, person: Someone, monkeypatch: pytest.MonkeyPatch
) -> None:
    officer = person("officer")

    def gone(*args: object, **rest: object) -> None:
        raise OSError("database is gone")

    monkeypatch.setattr(type(house.accounts), "session", gone)
    response = officer.client.get("/")
    assert response.status_code == 500
    assert "<h1>Something went wrong on our side</h1>" in response.text
    assert "database is gone" not in response.text


def test_a_program_gets_json_with_the_same_status(person: Someone) -> None:
    officer = person("officer")
    for address, status, code in (
        ("/api/v1/lessons/L-2026-ZZZZZ", 404, "not_found"),
        ("/api/v1/nothing", 404, "not_found"),
    ):
        response = officer.client.get(address)
        assert response.status_code == status
        error = response.get_json()["error"]
        assert set(error) == {"code", "message", "fields"}
        assert error["code"] == code


def test_somebody_not_signed_in_meets_a_page_too(app: Flask) -> None:
    response = app.test_client().get("/no/such/page")
    assert response.status_code == 404
    assert Page(response.text).link("Sign in") == "/login"
