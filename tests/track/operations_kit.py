"""Operations for the stories of the register: kept straight away, or entered as the form sends them."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

from lessons.app import House
from lessons.domain.access import SYSTEM
from lessons.domain.record import Kind, Record
from tests.people import Page, Person

NEW = "/operations/new"
TODAY = date(2026, 6, 10)  # a Wednesday


class Spring:
    """Bank holidays, as far as these stories need them."""

    def holiday(self, day: date) -> str:
        return "Spring bank holiday" if day == date(2026, 5, 25) else ""


def set_day(house: House, day: date = TODAY) -> None:
    """The day on which a story happens, in a country with one bank holiday."""
    house.library.clock = lambda: datetime(day.year, day.month, day.day, 12, tzinfo=UTC)
    house.library.holidays = Spring()


def keep(house: House, id: str = "O-2026-A1DER", **fields: Any) -> Record:
    given: dict[str, Any] = {
        "title": "Operation Alder", "operation_kind": "operation", "marking": "official", "author": "lead",
        "started": TODAY - timedelta(days=90), "ended": TODAY - timedelta(days=60), "sio": "lead",
    } | fields  # fmt: skip
    record = Record(id, Kind.OPERATION, fields={n: v for n, v in given.items() if v is not None})
    house.library.save(SYSTEM, "import", record, expected=0)
    return record


def now(house: House, id: str = "O-2026-A1DER") -> Record:
    return house.library.records.get(id).record


def every(house: House, kind: Kind) -> list[Record]:
    return [
        house.library.records.get(id).record for id in sorted(house.library.records.versions(kind))
    ]


def day(name: str, value: date | tuple[str, str, str]) -> dict[str, str]:
    """A date as its three boxes send it."""
    d, m, y = (
        (str(value.day), str(value.month), str(value.year)) if isinstance(value, date) else value
    )
    return {f"{name}-day": d, f"{name}-month": m, f"{name}-year": y}


def boxes(**changes: Any) -> dict[str, Any]:
    given = {"title": "Operation Alder", "operation_kind": "operation", "marking": "official"}
    return {**given, **changes}


def enters(who: Person, form: dict[str, Any], *, status: int = 200) -> Page:
    """Open the form and send it, with what the page itself carries."""
    page = who.opens(NEW)
    return who.sends(_action(page), form, status=status)


def changes(
    who: Person, id: str, form: dict[str, Any], *, status: int = 200, way: str = "edit"
) -> Page:
    address = f"/operations/{id}/{way}"
    page = who.opens(address)
    return who.sends(address, {"version": page.hidden["version"], **form}, status=status)


def again(who: Person, address: str, page: Page, form: dict[str, Any]) -> Page:
    """Save a second time, with what the form that came back carries."""
    own = {n: page.hidden[n] for n in ("version", "confirmed") if n in page.hidden}
    return who.sends(address, {**own, **form})


def _action(page: Page) -> str:
    start = page.html.index('<form method="post" action="/operations') + len(
        '<form method="post" action="'
    )
    return page.html[start : page.html.index('"', start)].replace("&amp;", "&")
