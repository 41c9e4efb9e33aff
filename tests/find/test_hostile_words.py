"""What people, files and lists say is text: on no page is it a tag, a sum or a gap to be filled in."""

import re
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from html import unescape
from pathlib import Path
from typing import Any

import pytest

from lessons.app import House
from lessons.domain.access import SYSTEM
from lessons.domain.record import Kind, Record
from lessons.domain.schema import SHAPES, Type
from tests.people import Page, Person

NASTY = (
    "<script>alert(1)</script> %(x)s %s {{7*7}} {% raise %} \"><img src=x onerror=a()> ' &amp; 100%"
)
SIGNS = ("<script>alert", "<img src=x", "onerror=a()>")


def nasty(kind: Kind, id: str) -> Record:
    """A record of which every field that can hold words holds these."""
    fields: dict[str, Any] = {}
    for field in SHAPES[kind].fields:
        if field.name in ("state", "marking", "groups", "restricted_until", "author"):
            continue
        if field.type in (Type.LINE, Type.CHOICE):
            fields[field.name] = "nasty_term" if field.vocabulary else NASTY
        elif field.type in (Type.NAMES, Type.CHOICES):
            fields[field.name] = ("nasty_term",) if field.vocabulary else (NASTY,)
        elif field.type is Type.ROWS:
            fields[field.name] = (dict.fromkeys(field.columns, NASTY),)
    texts = {field.name: NASTY for field in SHAPES[kind].texts}
    state = {"state": "observation"} if kind is Kind.LESSON else {}
    return Record(id, kind, fields={**fields, **state}, texts=texts)


@pytest.fixture
def house(house: House) -> Iterator[House]:
    """Every list has a term that is called so, a theme is called so, and there is such a record of every kind."""
    lists = Path(house.settings["CONTENT_DIR"]) / "vocabularies"
    for path in lists.glob("*.yaml"):
        words = NASTY.replace("'", "''")
        path.write_text(
            path.read_text("utf-8") + f"  nasty_term: {{label: '{words}', help: '{words}'}}\n",
            "utf-8",
        )
    house.library.reference._next = 0.0  # type: ignore[attr-defined]
    for kind in Kind:
        id = "nasty_term" if kind is Kind.THEME else f"{kind.letter}-2026-7K3QD"
        record = nasty(kind, id)
        house.library.save(SYSTEM, NASTY[:60], record, expected=0)
        house.library.save(
            SYSTEM, NASTY, record.with_texts(**dict.fromkeys(record.texts, NASTY * 2)), expected=1
        )
    house.library.forget_lists()
    assert not house.library.reference.problems()
    yield house


def clean(page: Page, address: str) -> None:
    for sign in SIGNS:
        assert sign not in page.html, f"{address}: {sign}"
    assert " 49 " not in page.text, f"{address} did the sum"


def test_on_every_page_hostile_words_are_shown_as_they_were_typed(
    house: House, person: Callable[..., Person]
) -> None:
    reviewer = person("reviewer")
    addresses = [
        "/",
        "/search",
        "/search?sort=newest&q=alert",
        "/themes/nasty_term",
        "/themes/nasty_term/history",
    ]
    addresses += [f"/search?kind={kind}&q=alert" for kind in Kind]
    addresses += [
        f"/{kind.folder}/{kind.letter}-2026-7K3QD{rest}" for kind in Kind if kind is not Kind.THEME
        for rest in ("", "/history")
    ]  # fmt: skip
    for address in addresses:
        page = reviewer.opens(address)
        clean(page, address)
        shown = unescape(page.html)
        assert ("{{7*7}}" in shown and "%(x)s" in shown) or address == "/", address
    assert "%(x)s" in unescape(reviewer.opens("/").html), (
        "the newest lesson stands on the home page"
    )


@pytest.mark.parametrize(
    "param", ["q", "theme", "unit", "year", "kind", "sort", "from", "page", "limit", NASTY]
)
def test_hostile_words_in_an_address_come_back_as_text(
    house: House, person: Callable[..., Person], param: str
) -> None:
    officer = person("officer")
    for rest in ({}, {"q": "radio", "expand": "no"}, {"q": "zzzzqq"}):
        response = officer.client.get("/search", query_string={**rest, param: NASTY})
        assert response.status_code == 200
        clean(Page(response.text), param)


def test_hostile_words_as_a_name_in_the_address_come_back_as_text_on_error_pages(
    house: House, person: Callable[..., Person]
) -> None:
    officer = person("officer")
    for address in (
        f"/lessons/{NASTY}",
        f"/guidance/{NASTY}",
        f"/{NASTY}",
        f"/themes/{NASTY}/history",
    ):
        response = officer.client.get(
            address.replace("%", "%25").replace("?", "%3F").replace("#", "%23")
        )
        assert response.status_code == 404
        clean(Page(response.text), address)


def test_a_draft_with_a_hostile_name_stands_on_the_home_page_as_it_was_typed(
    house: House, person: Callable[..., Person]
) -> None:
    officer = person("officer")
    body = {"form": {"operation_name": [NASTY]}}
    now = datetime(2026, 6, 15, tzinfo=UTC)
    house.notebook.keep("a" * 16, "officer", "debrief", body, expected=0, now=now)
    page = officer.opens("/")
    clean(page, "/")
    assert "%(x)s" in page.text


def test_no_template_of_this_room_translates_words_that_are_not_its_own() -> None:
    """In a template the message of gettext is taken for safe, so it must be written there or declared in code."""
    declared = {
        "declared.label", "change.field.label", "heading", "shape.label", "SHAPES[kind].plural",
        "SHAPES[result.kind].label", "each.why", "each.same",
        "each.field.label",
    }  # fmt: skip
    root = Path(__file__).parents[2] / "templates"
    files = [
        *root.glob("find/*.html"),
        *root.glob("errors/*.html"),
        root / "partials/find.html",
        root / "partials/show.html",
        root / "base.html",
    ]
    for path in files:
        for message in re.findall(
            r"(?<![\w.])(?:_|gettext|ngettext)\(\s*([^\"\s][^,)]*)", path.read_text("utf-8")
        ):
            assert message in declared, f"{path.name} translates {message}"
