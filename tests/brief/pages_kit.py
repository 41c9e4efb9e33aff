"""Lessons and operations for stories about packs, and a draft's page driven as a browser without JavaScript does."""

import re
from datetime import date
from html import unescape
from typing import Any

from lessons.app import House
from lessons.domain.access import SYSTEM
from lessons.domain.record import Kind, Record
from lessons.ports import Change
from tests.people import Page, Person

OP = "O-2026-00001"
NAME = "Operation Example Alder"
RADIO, DOOR, SHEET, OTHER = (f"L-2026-0000{n}" for n in range(1, 5))
TITLES = {
    RADIO: "Agree one radio channel before the search warrant",
    DOOR: "Carry a spare battery for the saw at each search warrant",
    SHEET: "Keep the exhibit sheet in each search bag",
    OTHER: "Write to parents in plain words before a school visit",
}
PLAN = (
    "Search warrant at two doors; agree the radio channel, the saw battery and the exhibit sheet."
)


def lesson(id: str, title: str, **fields: Any) -> Record:
    texts = fields.pop("texts", {"action": f"Do it: {title.lower()}, each time."})
    given = {
        "title": title, "state": "identified", "learning": "change", "marking": "official", "author": "olly",
        "occurred": date(2026, 2, 1), "briefing_elements": ("method",), **fields,
    }  # fmt: skip
    return Record(id, Kind.LESSON, fields=given, texts=texts)


def operation(id: str = OP, title: str = NAME, **fields: Any) -> Record:
    given = {
        "title": title, "operation_kind": "operation", "marking": "official", "sio": "lead", "lro": "lou",
        "started": date(2026, 5, 1), "threats": ("drugs",), "tactics": ("search_warrant",), **fields,
    }  # fmt: skip
    return Record(id, Kind.OPERATION, fields=given, texts={"summary": PLAN})


def add(house: House, *records: Record) -> None:
    for answer in house.library.save_many(SYSTEM, "import", [Change(r, 0) for r in records]):
        assert not isinstance(answer, Exception), answer


def stocked(house: House) -> None:
    add(
        house, operation(),
        lesson(RADIO, TITLES[RADIO], learning="didnt", briefing_elements=("communications",),
               tactics=("search_warrant",)),
        lesson(DOOR, TITLES[DOOR], tactics=("search_warrant",)),
        lesson(SHEET, TITLES[SHEET], learning="keep", tactics=("search_warrant",)),
        lesson(OTHER, TITLES[OTHER]),
    )  # fmt: skip


def change(house: House, id: str, verb: str = "edit", **fields: Any) -> None:
    """By the machine, whatever people may do."""
    stored = house.library.records.get(id)
    texts = fields.pop("texts", {})
    record = stored.record.with_(**fields).with_texts(**texts)
    house.library.save(SYSTEM, verb, record, expected=stored.revision.number)


# --- the pages ---------------------------------------------------------------------------------------
AREA = re.compile(r'<textarea[^>]*\bname="([^"]+)"[^>]*>\n?(.*?)</textarea>', re.S)
CHOSEN = re.compile(r'<option value="([^"]*)" selected>')
SELECT = re.compile(r'<select[^>]*\bname="([^"]+)"[^>]*>(.*?)</select>', re.S)


def boxes(page: Page) -> dict[str, str]:
    """What a browser would send of the form of a draft."""
    form = page.html[page.html.index('<form method="post" action="/briefings/drafts/') :]
    found = {name: unescape(text) for name, text in AREA.findall(form)}
    found |= {name: (CHOSEN.findall(inside) or [""])[0] for name, inside in SELECT.findall(form)}
    hidden = {n: page.hidden[n] for n in ("version", "confirmed") if n in page.hidden}
    return found | hidden


def address(page: Page) -> str:
    """Of the form of a draft."""
    found = re.search(r'action="(/briefings/drafts/[\w-]{16})"', page.html)
    assert found, page.text[:500]
    return found[1]


def press(who: Person, page: Page, do: str, *, status: int = 200, **typed: str) -> Page:
    """A button of the draft's page, with what was typed; `note_L-2026-00001` is the note on that lesson."""
    said = {name.replace("_", "-"): words for name, words in typed.items()}
    return who.sends(address(page), {**boxes(page), **said, "do": do}, status=status)


def begin(who: Person, **typed: Any) -> Page:
    who.opens("/briefings/new")
    return who.sends("/briefings/new", {"operation": OP, **typed})


def lessons_in(page: Page) -> list[str]:
    """Ids of the lessons on the page of a draft or a pack, in order."""
    return re.findall(r'<li class="app-brief__lesson[^"]*" id="lesson-([\w-]+)"', page.html)


def pack_of(who: Person) -> str:
    """The id of the pack whose page was just shown."""
    found = re.search(r"/briefings/(B-\d{4}-\w{5})$", who.response.request.path)
    assert found, who.response.request.path
    return found[1]
