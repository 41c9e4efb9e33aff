"""An officer with a debrief to send, for the stories of this room."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

import pytest
from flask import Flask

from lessons.app import House
from lessons.domain.record import Kind, Record
from tests.people import Page, Person

NEW = "/debriefs/new"
SENTENCE = "When two teams search, name one runner, because phones do not work in the basement."
HAPPENED = "Two teams searched a block of flats. Phones had no signal in the basement."
Form = dict[str, Any]


def form(**changes: Any) -> Form:
    """A debrief that can be sent as it is; None takes a box away. Write `__` for the dash in names of boxes."""
    day = date.today() - timedelta(days=1)
    boxes: Form = {
        "operation_name": "Operation Example Alder",
        "occurred-day": str(day.day),
        "occurred-month": str(day.month),
        "occurred-year": str(day.year),
        "debrief_type": "hot",
        "happened": HAPPENED,
        "points-0-learning": "keep",
        "points-0-title": SENTENCE,
    }
    boxes |= {name.replace("__", "-"): value for name, value in changes.items()}
    return {name: value for name, value in boxes.items() if value is not None}


@dataclass
class Officer(Person):
    """Somebody who fills in the form as a browser without JavaScript does: what the page holds is posted back."""

    page: Page = field(init=False, repr=False)

    def begins(self) -> Page:
        self.page = self.opens(f"{NEW}?fresh")
        return self.page

    def fills(self, boxes: Form, *, press: str = "send", status: int = 200, **buttons: str) -> Page:
        """Post these boxes with the page's own hidden ones, by one of its buttons."""
        own = {
            n: self.page.hidden[n]
            for n in ("draft", "version", "page", "edit", "confirmed")
            if n in self.page.hidden
        }
        pressed = buttons or {"do": press}
        self.page = self.sends(NEW, {**own, **boxes, **pressed}, status=status)
        return self.page

    def sends_in(self, **changes: Any) -> str:
        """A whole debrief, begun and sent; its id."""
        self.begins()
        page = self.fills(form(**changes))
        assert "Debrief sent" in page.headings[0], page.text
        return self.response.request.path.split("/")[2]


@pytest.fixture
def officer(app: Flask, house: House, person: Callable[..., Person]) -> Officer:
    return become_officer(app, person("officer"))


@pytest.fixture
def another(app: Flask, house: House, person: Callable[..., Person]) -> Officer:
    """A second officer, with an account of their own."""
    return become_officer(app, person("officer", "officer2"))


def become_officer(app: Flask, someone: Person) -> Officer:
    made = Officer(app, someone.name, someone.role)
    made.signs_in()
    return made


def records(house: House, kind: Kind) -> list[Record]:
    return [house.library.records.get(id).record for id in house.library.records.versions(kind)]


def value_of(page: Page, name: str) -> Iterable[str]:
    """What stands in the boxes of that name on a page, as the browser would post it."""
    import html
    import re

    raw = page.html
    box = re.search(rf'<textarea[^>]* name="{re.escape(name)}"[^>]*>\n?(.*?)</textarea>', raw, re.S)
    if box:
        return [html.unescape(box[1])]
    return [b.get("value", "") for b in page.boxes if b.get("name") == name]
