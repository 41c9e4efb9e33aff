"""What the stories about themes are made with."""

from collections.abc import Mapping
from typing import Any

from lessons.app import House
from lessons.domain.access import SYSTEM
from lessons.domain.record import Record
from tests.people import Page, Person


def of(house: House, key: str) -> Record:
    return house.library.records.get(key).record


def tags(house: House, id: str) -> tuple[str, ...]:
    return of(house, id).keys("themes")


def change_theme(house: House, key: str, **fields: Any) -> None:
    """By the machine; a theme that came with the product has its first revision kept before."""
    stored = house.library.records.settle(key, at=house.library.clock())
    record = stored.record.with_(**fields)
    house.library.save(SYSTEM, "theme", record, expected=stored.revision.number)
    house.library.forget_lists()


def steps(someone: Person, address: str, form: Mapping[str, object], *, status: int = 200) -> Page:
    """Look at what would change, and make the change with what that page carries."""
    page = someone.opens(address)
    page = someone.sends(address, {**page.hidden, **form, "do": "preview"}, status=status)
    if status != 200:
        return page
    return someone.sends(address, {**page.hidden, **form, "do": "confirm"})
