"""Operations from another system: a CSV as it really comes, matched, tried, taken in, and sent again."""

import csv
import io
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from lessons.app import House
from lessons.cli import command
from lessons.cli.common import House as CommandHouse
from lessons.domain.access import Role, User
from lessons.domain.errors import NotAllowed
from lessons.domain.record import Kind
from lessons.services.exchange import Mapped, Plan, Row, import_rows
from tests.people import Page, Person
from tests.track.operations_kit import every, keep, now, set_day

People = Callable[..., Person]
START, COLUMNS = "/operations/import", "/operations/import/columns"
TABLE = (
    "URN;Op name;Type;4P;Start date;End date;SIO;APMIS\r\n"
    "77/1;Operation Alder;Operation;Pursue;02/03/2026;08.05.2026;lead;=1+1\r\n"
    "77/2;Café visits – “safe”;Prevent activity;Prevent; 05/01/2026;;;A-2\r\n"
    "77/3;Operation Ash;Operation;Pursue;02/03/2026;01/03/2026;;\r\n"
    "77/4;Operation Elm;Heist;Pursue;29/02/2024;;;\r\n"
    "77/5;Operation Fir;Operation;Pursue;29/02/2025;;;\r\n"
    ";Operation Oak;Operation;;;;;\r\n"
)
MARKED = b"\xef\xbb\xbf" + TABLE.encode("cp1252")  # Windows-1252, behind the mark of UTF-8


@pytest.fixture
def lead(house: House, person: People) -> Person:
    set_day(house)
    return person("lead")


def sends_file(
    who: Person, raw: bytes, *, name: str = "ops.csv", status: int = 200, source: str = "NICHE"
) -> Page:
    who.opens(START)
    return who.sends(START, {"source": source, "file": (io.BytesIO(raw), name)}, status=status)


def chosen(page: Page) -> dict[str, str]:
    """What stands in the boxes of the columns."""
    found = {}
    for part in page.html.split('<select class="govuk-select')[1:]:
        box = part.split('name="')[1].split('"')[0]
        options = part.split("</select>")[0].split("<option ")[1:]
        found[box] = next((o.split('"')[1] for o in options if " selected" in o.split(">")[0]), "")
    return found


def takes_in(who: Person, raw: bytes, **more: Any) -> Page:
    page = sends_file(who, raw, **more)
    return who.sends(COLUMNS, {**chosen(page), "do": "import"})


def test_a_file_is_matched_tried_and_taken_in(lead: Person, house: House) -> None:
    page = sends_file(lead, MARKED)
    boxes = chosen(page)
    assert [boxes[f"column-{n}"] for n in range(8)] == [
        "source_id", "title", "operation_kind", "four_p", "started", "ended", "sio", "references",
    ]  # fmt: skip
    assert "Such as: Operation Alder · Café visits – “safe”" in page.text
    page = lead.sends(COLUMNS, {**boxes, "do": "try"})
    assert "Tried: nothing was changed" in page.text and not every(house, Kind.OPERATION)
    assert "It cannot end before it started." in page.text
    assert "“Heist” is not in the list" in page.text
    assert "This is not a real date in a form that is expected here." in page.text
    assert "Every row needs a reference of its own." in page.text
    page = lead.sends(COLUMNS, {**boxes, "do": "import"})
    assert page.headings == ["Taken in"]
    by_title = {record.title: record for record in every(house, Kind.OPERATION)}
    assert set(by_title) == {"Operation Alder", "Café visits – “safe”"}
    alder = by_title["Operation Alder"]
    assert (alder.day("started"), alder.day("ended")) == (date(2026, 3, 2), date(2026, 5, 8))
    assert alder.rows("references") == ({"system": "APMIS", "reference": "=1+1"},)
    assert alder.id.startswith("O-2026-") and alder.line("author") == "lead"
    assert [e.line("activity") for e in every(house, Kind.EVALUATION)] == [
        by_title["Café visits – “safe”"].id
    ]


def test_the_same_file_again_changes_nothing_and_a_new_one_what_is_new(
    lead: Person, house: House
) -> None:
    takes_in(lead, TABLE.encode())
    before = house.library.records.versions()
    page = takes_in(lead, TABLE.replace(";", "\t").encode("utf-16"))
    assert house.library.records.versions() == before
    assert "As it was 2" in page.text
    page = takes_in(lead, TABLE.replace("08.05.2026", "09.05.2026").encode())
    assert "Changed 1" in page.text and "As it was 1" in page.text
    assert len(every(house, Kind.OPERATION)) == 2
    other = takes_in(lead, TABLE.encode(), source="Another system")
    assert "New 2" in other.text, "the same reference in another system is another operation"


def test_what_people_changed_here_stays(lead: Person, house: House) -> None:
    takes_in(lead, TABLE.encode())
    [alder] = [r for r in every(house, Kind.OPERATION) if r.title == "Operation Alder"]
    page = lead.opens(f"/operations/{alder.id}/edit")
    form = {"title": "Operation Alder (north)", "operation_kind": "operation",
            "marking": "official_sensitive", "restricted_because": "A source"}  # fmt: skip
    lead.sends(f"/operations/{alder.id}/edit", {"version": page.hidden["version"], **form})
    takes_in(lead, TABLE.encode())
    record = now(house, alder.id)
    assert (record.title, record.line("marking")) == (
        "Operation Alder (north)",
        "official_sensitive",
    )


def test_a_choice_of_columns_is_remembered_and_checked(lead: Person, house: House) -> None:
    page = sends_file(lead, TABLE.encode())
    boxes = chosen(page) | {"column-2": "title", "column-0": "", "do": "import"}
    page = lead.sends(COLUMNS, boxes, status=422)
    assert "Choose one column that holds the reference" in page.text
    assert "Two columns fill this: Name or reference." in page.text
    assert not every(house, Kind.OPERATION)
    boxes = chosen(page) | {"column-0": "source_id", "column-2": "", "column-7": "summary"}
    lead.sends(COLUMNS, {**boxes, "kind": "prevent_activity", "do": "import"})
    assert {r.line("operation_kind") for r in every(house, Kind.OPERATION)} == {"prevent_activity"}
    again = chosen(sends_file(lead, TABLE.encode()))
    assert (again["column-2"], again["column-7"]) == ("", "summary")


@pytest.mark.parametrize(
    ("raw", "told"),
    [
        (b"", "There is no row in this file."),
        (b"URN;Name\r\n", "There is no row in this file."),
        (b"URN;Name\r\n1;caf\x81\r\n", "neither UTF-8 nor Windows-1252"),
        (b"URN,Name\r\n" + b"1,x\r\n" * 5_001, "more than 5,000 rows"),
    ],
)  # fmt: skip
def test_a_file_that_cannot_be_taken_says_why(lead: Person, raw: bytes, told: str) -> None:
    page = sends_file(lead, raw, status=422)
    assert told in page.text and 'value="NICHE"' in page.html


def test_nothing_chosen_and_nothing_sent(lead: Person) -> None:
    page = lead.sends(START, {"source": ""}, status=422)
    assert "Enter the name of the system" in page.text and "Choose a CSV file." in page.text
    assert "Send the file first." in lead.opens(COLUMNS).text


def test_rows_that_are_no_rows_are_told_and_the_others_taken(lead: Person, house: House) -> None:
    raw = b"sep=,\r\nURN,Name,Threat\r\n1,Operation Alder,Drugs\r\n2,x,y,z,too many\r\n1,Twice,\r\n3,,\r\n"
    page = takes_in(lead, raw)
    assert [r.title for r in every(house, Kind.OPERATION)] == ["Operation Alder"]
    assert "more cells than the first row has names" in page.text
    assert "This reference stands on line 3 as well." in page.text
    assert "Left out 3" in page.text


def test_what_may_identify_somebody_is_told_and_what_is_too_high_stays_out(
    lead: Person, house: House
) -> None:
    raw = (
        b"URN,Name,Aim\r\n1,Operation Alder,Ring 07700 900123\r\n"
        b"2,Operation Ash,Visits\r\n3,Operation Elm,TOP SECRET: keep out\r\n"
    )
    page = takes_in(lead, raw)
    assert page.text.count("This may identify somebody") == 1 and "07700" not in page.text
    assert "This system holds OFFICIAL and OFFICIAL-SENSITIVE only." in page.text
    assert {r.title for r in every(house, Kind.OPERATION)} == {"Operation Alder", "Operation Ash"}


def test_a_restricted_operation_is_neither_changed_nor_told_of(lead: Person, house: House) -> None:
    keep(
        house,
        groups=("north",),
        author="x",
        sio="x",
        source="NICHE",
        source_id="77/1",
        title="Hidden",
    )
    page = takes_in(lead, TABLE.encode())
    assert "Hidden" not in page.text and "O-2026-A1DER" not in page.text and "New 2" in page.text
    assert now(house).title == "Hidden"
    assert "As it was 2" in takes_in(lead, TABLE.encode()).text


def test_each_sees_their_own_file_only(lead: Person, house: House, person: People) -> None:
    sends_file(lead, TABLE.encode())
    analyst = person("analyst")
    assert "Send the file first." in analyst.opens(COLUMNS).text


def test_nothing_but_operations_comes_in_by_this_door(house: House) -> None:
    by = User("lead", Role.LEAD)
    row = Row(
        2, {"id": "O-2026-A1DER", "kind": "lesson", "title": "x", "author": "x", "groups": "x"}
    )
    for plan in (
        Plan(Kind.OPERATION),
        Plan(Kind.OPERATION, fields=(Mapped("title", ("title",)), Mapped("author", ("author",)))),
        Plan(Kind.OPERATION, fields=(Mapped("groups", ("groups",)),)),
        Plan(Kind.OPERATION, fields=(Mapped("debriefed", ("title",)),)),
        Plan(Kind.LESSON, fields=(Mapped("title", ("title",)),)),
    ):
        with pytest.raises(NotAllowed):
            import_rows(house.library, by, [row], plan)
    with pytest.raises(NotAllowed):
        named = Plan(Kind.OPERATION, fields=(Mapped("title", ("title",)),))
        import_rows(house.library, User("o", Role.OFFICER), [row], named)


def test_words_like_a_formula_are_plain_here_and_harmless_when_taken_away(
    lead: Person, house: House
) -> None:
    raw = TABLE.replace("Operation Alder", "@SUM(1)").encode()
    takes_in(lead, raw)
    assert "@SUM(1)" in {r.title for r in every(house, Kind.OPERATION)}
    answer = lead.client.get("/operations/list.csv?tab=all")
    rows = list(csv.DictReader(io.StringIO(answer.text.removeprefix("\ufeff"))))
    assert "'@SUM(1)" in {row["title"] for row in rows}


def test_the_command_takes_the_same_file_with_a_map(
    house: House, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(CommandHouse, "builder", lambda: house)
    (tmp_path / "ops.csv").write_bytes(MARKED)
    (tmp_path / "map.toml").write_text(
        'kind = "operation"\nsource = "NICHE"\nsource_id = "URN"\n[fields]\ntitle = "Op name"\n'
        'operation_kind = "Type"\nstarted = {columns = "Start date", dates = ["%d/%m/%Y"]}\n'
        'ended = {columns = "End date", dates = ["%d/%m/%Y", "%d.%m.%Y"]}\n'
    )
    arguments = ["import", str(tmp_path / "ops.csv"), "--map", str(tmp_path / "map.toml")]
    told = CliRunner().invoke(command, arguments)
    assert "2 added, 0 changed, 0 the same, 4 refused" in told.output, told.output
    assert "It cannot end before it started" in told.output
    assert "Café visits – “safe”" in {r.title for r in every(house, Kind.OPERATION)}
    assert "0 added, 0 changed, 2 the same" in CliRunner().invoke(command, arguments).output
