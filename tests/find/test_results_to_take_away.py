"""Results of a search are taken away, into a spreadsheet, a text or another program."""

import csv
import io
import json
import re
from collections.abc import Callable

import pytest

from lessons.app import House, create_app
from lessons.domain.record import Kind, Record
from tests.find.kit import add, lesson, number
from tests.people import Person

Someone = Callable[..., Person]


def taken(someone: Person, address: str) -> str:
    response = someone.client.get(address)
    assert response.status_code == 200
    assert "attachment" in response.headers["Content-Disposition"]
    return response.get_data(as_text=True)


def rows(someone: Person, asked: str) -> list[dict[str, str]]:
    text = taken(someone, f"/search/export.csv?{asked}")
    assert text.startswith("\ufeff"), "a spreadsheet reads it as UTF-8"
    return list(csv.DictReader(io.StringIO(text[1:])))


def test_all_results_come_out_in_their_order_in_every_form(planner: Person) -> None:
    page = planner.opens("/search?q=two+teams+one+radio")
    ids = re.findall(r'app-hit__title"><a class="govuk-link" href="/lessons/([^"]+)', page.html)
    found = rows(planner, "q=two+teams+one+radio")
    assert len(found) == number(page) > len(ids)
    folded = re.findall(r'app-copies.*?href="/lessons/([^"]+)', page.html, re.DOTALL)
    assert [row["id"] for row in found if row["id"] not in folded][: len(ids)] == ids
    lines = taken(planner, "/search/export.jsonl?q=two+teams+one+radio").splitlines()
    assert [json.loads(line)["id"] for line in lines] == [row["id"] for row in found]
    text = taken(planner, "/search/export.md?q=two+teams+one+radio")
    assert re.findall(r"^\[(L-[^\]]+)\]\(", text, re.MULTILINE) == [row["id"] for row in found]


def test_the_page_leads_to_the_files(planner: Person) -> None:
    page = planner.opens("/search?q=warrant&learning=change")
    assert len(rows(planner, page.link("CSV for a spreadsheet").partition("?")[2])) == number(page)
    assert "## " in taken(planner, page.link("text to read"))
    assert taken(planner, page.link("JSON Lines")).count("\n") == number(page)


def test_nothing_in_a_cell_runs_in_a_spreadsheet(house: House, person: Someone) -> None:
    titles = ['=HYPERLINK("http://x")', "+radio", "-radio", "@radio", "\tradio", "＝radio"]
    add(house, *(lesson(n, title=f"{t} radio") for n, t in enumerate(titles)))
    found = rows(person("lead"), "q=radio")
    assert len(found) == len(titles)
    for cell in (cell for row in found for cell in row.values()):
        assert not re.match(r"\s*[=+\-@＝]", cell), cell


def test_a_file_holds_only_what_its_taker_may_read_and_carries_the_highest_marking(
    house: House, person: Someone
) -> None:
    add(
        house,
        lesson(1, title="Radio one", debrief="D-2026-AAAAA"),
        lesson(2, title="Radio two", marking="official_sensitive"),
        lesson(3, title="Radio three", state="sent", author="someone"),
        Record("D-2026-AAAAA", Kind.DEBRIEF, fields={"title": "A debrief", "author": "someone"}),
    )
    officer, lead = person("officer"), person("lead")
    assert {row["id"] for row in rows(officer, "q=radio")} == {"L-2026-00001"}
    assert {row["id"] for row in rows(lead, "q=radio")} == {"L-2026-00001", "L-2026-00002"}
    for someone, marking in ((officer, "OFFICIAL-lessons-"), (lead, "OFFICIAL-SENSITIVE-lessons-")):
        for form in ("csv", "jsonl", "md"):
            response = someone.client.get(f"/search/export.{form}?q=radio")
            name = response.headers["Content-Disposition"]
            assert re.search(rf'filename="?{marking}\d', name), name
            text = response.get_data(as_text=True)
            assert "D-2026-AAAAA" not in text, "no trace of a record that they may not read"
            assert "someone" not in text
    text = taken(lead, "/search/export.md?q=radio").strip()
    assert text.startswith("**OFFICIAL-SENSITIVE**")
    assert text.endswith("**OFFICIAL-SENSITIVE**")


def test_the_audit_log_names_each_record_that_was_taken_away(house: House, person: Someone) -> None:
    add(house, lesson(1, title="Radio one"), lesson(2, title="Radio two"), lesson(3))
    lead = person("lead")
    taken(lead, "/search/export.jsonl?q=radio")
    events = [e for e in house.library.audit.events(who=lead.name) if e.verb == "consultation"]
    assert {(e.record, e.revision, e.note) for e in events} == {
        ("L-2026-00001", 1, "export of a search"),
        ("L-2026-00002", 1, "export of a search"),
    }


def test_several_kinds_come_out_together(planner: Person) -> None:
    asked = "q=wicker+radio&kind=lesson&kind=operation&kind=briefing"
    kinds = {row["kind"] for row in rows(planner, asked)}
    assert kinds >= {"lesson", "operation"}


def test_a_search_that_finds_nothing_gives_an_empty_file(planner: Person) -> None:
    assert rows(planner, "q=zzzqqq") == []
    assert taken(planner, "/search/export.jsonl?q=zzzqqq") == ""
    assert "0 results" in taken(planner, "/search/export.md?q=zzzqqq")


@pytest.mark.parametrize("nonsense", ["page=99", "limit=1", "sort=best", "from=yesterday", "q=%00"])
def test_nonsense_in_the_address_of_a_file_is_left_out(planner: Person, nonsense: str) -> None:
    assert len(rows(planner, f"q=radio&{nonsense}".replace("q=radio&q=", "q="))) > 1


def test_words_that_people_wrote_stay_words_in_the_text(house: House, person: Someone) -> None:
    nasty = "# *Radio* <script>alert(1)</script> [x](javascript:1) `x` %(x)s {{ 7*7 }}"
    add(house, lesson(1, title=nasty))
    text = taken(person("lead"), "/search/export.md?q=radio")
    assert (
        r"## \# \*Radio\* \<script\>alert(1)\</script\> \[x\](javascript:1) \`x\` %(x)s \{\{ 7\*7 \}\}"
        in text
    )


def test_nobody_takes_anything_away_without_signing_in(library_house: House) -> None:
    stranger = create_app(house=library_house).test_client()
    for address in ("/search/export.csv?q=radio", "/search/complete?q=radio"):
        response = stranger.get(address)
        assert response.status_code == 302
        assert response.location.startswith("/login")
    told = stranger.get("/search/complete?q=rad", headers={"X-Requested-With": "XMLHttpRequest"})
    assert told.status_code == 401
