"""People who use the product, for stories: each drives the pages as a browser without JavaScript would.

At every page a person checks what every page owes them: one heading, a title, a label for each box.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from html.parser import HTMLParser
from typing import Any

from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from lessons.domain.access import Role
from lessons.ports import Account

PASSWORD = "correct horse battery 9"
UNLABELLED = {"hidden", "submit", "button", "image", "reset"}


class Page(HTMLParser):
    """What stands on a page, read with the standard library's own parser."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.html = html
        self.headings: list[str] = []
        self.title = ""
        self.labels: set[str] = set()
        self.boxes: list[dict[str, str]] = []
        self.links: list[tuple[str, str]] = []
        self.hidden: dict[str, str] = {}
        self.words: list[str] = []
        self.ids: list[str] = []
        self._inside: list[str] = []
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {k: v or "" for k, v in attrs}
        if "id" in given:
            self.ids.append(given["id"])
        if tag == "h1":
            self.headings.append("")
        if tag == "label" and "for" in given:
            self.labels.add(given["for"])
        if tag in ("input", "select", "textarea"):
            if given.get("type") == "hidden":
                self.hidden[given.get("name", "")] = given.get("value", "")
            elif given.get("type") not in UNLABELLED and "hidden" not in given:
                self.boxes.append(given)
        if tag == "a":
            self.links.append((given.get("href", ""), ""))
        if tag not in ("input", "br", "meta", "link", "hr", "img", "wbr"):
            self._inside.append(tag)

    def handle_endtag(self, tag: str) -> None:
        if tag in self._inside:
            while self._inside and self._inside.pop() != tag:
                pass

    def handle_data(self, data: str) -> None:
        if "title" in self._inside and "svg" not in self._inside:
            self.title += data
        if "h1" in self._inside:
            self.headings[-1] += data
        if "a" in self._inside and self.links:
            href, words = self.links[-1]
            self.links[-1] = (href, words + data)
        if not {"script", "style", "head", "template"} & set(self._inside) and data.strip():
            self.words.append(data.strip())

    @property
    def text(self) -> str:
        return " ".join(" ".join(self.words).split())

    def link(self, words: str) -> str:
        """Where the first link with these words leads."""
        found = [href for href, text in self.links if words in " ".join(text.split())]
        assert found, f"no link says “{words}”; there are {[t for _, t in self.links]}"
        return found[0]


def check_page(page: Page, address: str) -> None:
    assert len(page.headings) == 1, f"{address} has {len(page.headings)} main headings"
    assert page.headings[0].strip(), f"{address} has an empty main heading"
    assert page.title.strip().endswith("Lessons"), f"{address} has the title {page.title!r}"
    twice = {i for i in page.ids if page.ids.count(i) > 1}
    assert not twice, f"{address} uses these ids more than once: {twice}"
    for box in page.boxes:
        named = box.get("id") in page.labels or box.get("aria-label") or box.get("aria-labelledby")
        assert named, f"{address}: the box {box.get('name')} has no label"


@dataclass
class Person:
    """Somebody with an account, and a browser of their own."""

    app: Flask
    name: str
    role: Role
    client: FlaskClient = field(init=False)
    response: TestResponse = field(init=False)

    def __post_init__(self) -> None:
        self.client = self.app.test_client()

    def signs_in(self, password: str = PASSWORD) -> "Person":
        self.opens("/login")
        self.sends("/login", {"name": self.name, "password": password, "next": "/"})
        return self

    def opens(self, address: str, *, status: int = 200) -> Page:
        """Go to an address, on through redirects, and look at the page."""
        return self._look(self.client.get(address, follow_redirects=True), address, status)

    def sends(self, address: str, form: Mapping[str, Any], *, status: int = 200) -> Page:
        """Post a form, with the token of the page last seen."""
        token = getattr(self, "token", "")
        response = self.client.post(
            address, data={"csrf_token": token, **form}, follow_redirects=True
        )
        return self._look(response, address, status)

    def _look(self, response: TestResponse, address: str, status: int) -> Page:
        self.response = response
        assert response.status_code == status, (
            f"{address}: {response.status}\n{response.text[:2000]}"
        )
        page = Page(response.text)
        check_page(page, address)
        self.token = page.hidden.get("csrf_token", getattr(self, "token", ""))
        return page


def account(name: str, role: Role, *groups: str) -> Account:
    return Account(name, role, groups=frozenset(groups))
