"""What nobody does to a pack or a draft, however they knock: at pages, at the door, twice at once, with odd words."""

import io
import re
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from itertools import product
from pathlib import Path
from typing import Any

import pytest
from docx import Document
from docx.oxml import parse_xml
from flask import Flask
from flask.testing import FlaskClient

from lessons.adapters.orders import OrderFiles, word
from lessons.app import House
from lessons.domain.access import Role, User
from lessons.domain.briefings import version_of
from lessons.domain.clearing import marked_above
from lessons.domain.errors import Invalid, NotAllowed
from lessons.domain.record import Kind, Record
from lessons.ports import NotTaken
from tests.brief.pages_kit import (
    DOOR,
    OP,
    PLAN,
    RADIO,
    add,
    address,
    begin,
    boxes,
    change,
    lesson,
    lessons_in,
    pack_of,
    press,
    stocked,
)
from tests.cli.conftest import Lessons, lessons  # noqa: F401
from tests.people import Page, Person

Someone = Callable[..., Person]
EVIL = (
    '<script>alert(1)</script>"\'><img src=x onerror=alert(2)> {{7*7}} #read("/etc/passwd") %(a)s'
)
CLOSED = {"groups": ("gold",), "restricted_because": "A source."}


@pytest.fixture
def lead(house: House, person: Someone) -> Person:
    stocked(house)
    return person("lead")


def packs(house: House) -> list[str]:
    return list(house.library.records.versions(Kind.BRIEFING))


def issued(who: Person, **typed: str) -> str:
    press(who, begin(who), "issue", **typed)
    return pack_of(who)


def again(who: Person, pack: str) -> Page:
    who.opens(f"/briefings/{pack}")
    return who.sends(f"/briefings/{pack}/again", {})


# --- other people's drafts, forged forms, wrong ways -------------------------------------------------
def test_a_draft_of_somebody_else_is_not_there_for_reading_writing_issuing_or_deleting(
    lead: Person, person: Someone, house: House
) -> None:
    draft = address(begin(lead))
    other = person("lead", "lou")
    other.opens("/briefings/new")
    for way in ("", "/about", "/delete", "/checks"):
        other.opens(f"{draft}{way}", status=404)
        other.sends(f"{draft}{way}", {"do": "issue", "operation": OP}, status=404)
    assert packs(house) == []
    assert lessons_in(lead.opens(draft))


def test_nothing_is_done_without_the_token_of_our_own_page_or_in_another_way(lead: Person) -> None:
    draft, pack = address(begin(lead, operation="Another")), f"/briefings/{issued(lead)}"
    for to in (
        "/briefings/new", draft, f"{draft}/about", f"{draft}/delete", f"{draft}/checks", f"{pack}/again",
        f"{pack}/answers", f"{pack}/checks",
    ):  # fmt: skip
        assert lead.client.post(to, data={"do": "issue"}).status_code == 400, to
        assert lead.client.put(to).status_code == 405, to
    assert lead.client.post(pack).status_code == 405
    assert lead.client.get(f"{pack}/again").status_code in (404, 405)


def test_pages_of_packs_are_for_packs(lead: Person) -> None:
    for id, page in product(
        (RADIO, OP, "nonsense"), ("", "/answers", "/checks", "/pack", "/versions/1")
    ):
        lead.opens(f"/briefings/{id}{page}", status=404)
    lead.sends(f"/briefings/{RADIO}/checks", {"note-owner": "x"}, status=404)


def test_no_version_that_was_issued_is_destroyed_by_way_of_a_lesson(
    lead: Person, person: Someone, house: House
) -> None:
    pack = issued(lead)
    press(lead, again(lead, pack), "issue", note="Later")
    reviewer = person("reviewer")
    reviewer.opens(f"/briefings/{pack}")
    for plural in ("lessons", "briefings"):
        reviewer.opens(f"/{plural}/{pack}/history/1/close", status=404)
        reviewer.sends(f"/{plural}/{pack}/history/1/close", {"why": "It must go."}, status=404)
    assert house.library.records.revision(pack, 1).revision.closed is None


# --- a pack that is closed to me since ------------------------------------------------------------------
def test_the_draft_of_a_new_version_goes_with_the_pack_that_it_began_with(
    lead: Person, house: House
) -> None:
    pack = issued(lead, note="Tamarisk is at the gate")
    change(house, pack, author="olly")
    draft = address(again(lead, pack))
    change(house, pack, **CLOSED)
    for to in ("/", "/briefings"):
        assert draft not in lead.opens(to).html
    for way in ("", "/about", "/delete", "/checks"):
        assert "Tamarisk" not in lead.opens(f"{draft}{way}", status=404).html
    lead.sends(draft, {"do": "issue"}, status=404)
    assert version_of(house.library.records.get(pack).record) == 1


# --- lessons of a pack that I may not read ----------------------------------------------------------
@pytest.fixture
def carried(lead: Person, house: House, person: Someone) -> tuple[str, Person]:
    """A pack of three lessons; one of them is closed to Lou, who makes its next version."""
    pack = issued(lead)
    stored = house.library.records.get(pack).record
    rows = tuple(
        row | ({"note": "Tell DC Rowan first"} if row["lesson"] == RADIO else {})
        for row in stored.rows("lessons")
    )
    change(house, pack, lessons=rows)
    change(house, RADIO, **CLOSED)
    return pack, person("lead", "lou")


def test_what_i_may_not_read_i_neither_change_nor_take_out(
    carried: tuple[str, Person], house: House
) -> None:
    pack, lou = carried
    draft = again(lou, pack)
    for do in ("save", f"remove:{RADIO}", f"move:{RADIO}", f"up:{RADIO}"):
        typed = {f"note-{RADIO}": "Mine", f"element-{RADIO}": "risk", "do": do}
        draft = lou.sends(address(draft), {**boxes(draft), **typed})
    press(lou, draft, "issue")
    record = house.library.records.get(pack).record
    assert version_of(record) == 2
    [row] = [row for row in record.rows("lessons") if row["lesson"] == RADIO]
    assert (row["note"], row["element"]) == ("Tell DC Rowan first", "communications")


def test_no_mark_and_no_limit_tells_of_it(carried: tuple[str, Person], house: House) -> None:
    pack, lou = carried
    draft = again(lou, pack)
    held = press(lou, draft, "issue", status=422, **{f"note_{DOOR}": "Tell DC Rowan first"})
    assert "DC Rowan" in held.text, "the words are marked as if they stood nowhere else"
    assert RADIO not in held.html and f'href="#note-{DOOR}"' in held.html
    more = [lesson(f"L-2026-001{n:02d}", f"Example point number {n}") for n in range(25)]
    add(house, *more)
    shown = len(lessons_in(held))
    for record in more[: 25 - shown]:
        lou.sends(address(held), {"do": f"add:{record.id}"})
    full = lou.sends(address(held), {"do": f"add:{more[-1].id}"}, status=422)
    assert len(lessons_in(full)) == 25, "as many as for anybody else"
    confirmed = " ".join(re.findall(r'name="confirmed"[^>]*value="([^"]*)"', held.html))
    press(lou, lou.opens(address(held)), "issue", confirmed=confirmed)
    assert len(house.library.records.get(pack).record.rows("lessons")) == 26


def test_a_form_sent_twice_does_not_tell_what_stands_in_a_pack(
    lead: Person, house: House, person: Someone
) -> None:
    lou = person("lead", "lou")
    draft = begin(lou)
    press(lou, draft, "issue")
    pack = pack_of(lou)
    change(house, RADIO, **CLOSED)
    for guess in (RADIO, "L-2026-99999"):
        lou.sends(address(draft), {"do": "issue", f"note-{guess}": "Guessed"})
        assert pack_of(lou) == pack, "no new version is begun for a lesson that is not there for me"


# --- at the door -------------------------------------------------------------------------------------
def knocks(house: House, pack: str, by: User, verb: str = "brief_again", **fields: Any) -> None:
    stored = house.library.records.get(pack)
    record = stored.record.with_(**fields)
    house.library.save(by, verb, record, expected=stored.revision.number)


def test_what_is_issued_stands_whoever_knocks(lead: Person, house: House) -> None:
    pack = issued(lead)
    record = house.library.records.get(pack).record
    later = record.moment("issued")
    assert later
    later = later.replace(year=2030)
    someone = User("some", Role.OFFICER)
    for fields in (
        {"title": "Other"}, {"issued": later}, {"version": 2}, {"version": 7, "issued": later}, {"author": "some"},
        {"lessons": record.rows("lessons")[:1]}, {"operation": None}, {"groups": ("gold",)},
        {"marking": "official_sensitive"}, {"version": 2, "issued": later, "author": "some"},
        {"version": 2, "issued": later, "lessons": ()},
    ):  # fmt: skip
        with pytest.raises((Invalid, NotAllowed)):
            knocks(house, pack, someone, **fields)
    for role in (Role.ADMIN, Role.LIAISON, Role.DISCLOSURE, Role.PARTNER):
        with pytest.raises((Invalid, NotAllowed)):
            knocks(house, pack, User("some", role), version=2, issued=later)
    assert house.library.records.get(pack).record == record


def test_nobody_issues_one_in_the_name_of_another_or_beyond_its_first_version(
    lead: Person, house: House
) -> None:
    record = house.library.records.get(issued(lead)).record
    new = Record(
        "B-2026-00009", Kind.BRIEFING, fields=dict(record.fields), texts=dict(record.texts)
    )
    for fields in ({"author": "lead"}, {"author": "some", "version": 4}):
        with pytest.raises(Invalid):
            house.library.save(User("some", Role.OFFICER), "brief", new.with_(**fields), expected=0)
    house.library.save(User("some", Role.OFFICER), "brief", new.with_(author="some"), expected=0)


def test_a_marking_is_not_lowered_and_a_group_not_opened_by_a_new_version(
    lead: Person, house: House
) -> None:
    pack = issued(lead)
    change(house, pack, marking="official_sensitive", **CLOSED)
    later = house.library.records.get(pack).record.moment("issued")
    assert later
    for fields in ({"marking": "official"}, {"groups": None}, {"groups": ("gold", "all")}):
        with pytest.raises(Invalid):
            knocks(
                house, pack, User("lead", Role.LEAD), version=2, issued=later.replace(year=2030), **fields
            )  # fmt: skip


# --- at the same moment --------------------------------------------------------------------------------
def browsers(app: Flask, who: Person, count: int) -> list[FlaskClient]:
    """More browsers in which this person is signed in."""
    found = []
    for _ in range(count):
        client = app.test_client()
        cookie = who.client.get_cookie(app.config["SESSION_COOKIE_NAME"])
        assert cookie
        client.set_cookie(cookie.key, cookie.value)
        found.append(client)
    return found


def at_once(presses: list[tuple[FlaskClient, str, dict[str, str]]]) -> list[int]:
    with ThreadPoolExecutor(len(presses)) as pool:
        sent = [pool.submit(client.post, to, data=form) for client, to, form in presses]
    return [each.result().status_code for each in sent]


def test_a_draft_issued_from_several_places_at_once_is_one_pack(
    app: Flask, lead: Person, house: House
) -> None:
    draft = begin(lead)
    form = {**boxes(draft), "csrf_token": lead.token, "do": "issue"}
    said = at_once([(each, address(draft), form) for each in browsers(app, lead, 4)])
    assert len(packs(house)) == 1
    assert 303 in said and set(said) <= {303, 409}


def test_two_versions_issued_at_once_are_one_after_the_other(
    app: Flask, lead: Person, house: House, person: Someone
) -> None:
    pack, lou = issued(lead), person("lead", "lou")
    presses = []
    for who, note in ((lead, "Lead’s words"), (lou, "Lou’s words")):
        draft = again(who, pack)
        form = {**boxes(draft), "csrf_token": who.token, "do": "issue", "note": note}
        presses += [(each, address(draft), form) for each in browsers(app, who, 2)]
    said = at_once(presses)
    record = house.library.records.get(pack).record
    assert version_of(record) == 2 and set(said) <= {303, 409} and 409 in said
    loser = lou if "Lead" in record.texts["note"] else lead
    link = loser.opens("/briefings").link("Go on with the pack:")
    words = "Lou’s words" if loser is lou else "Lead’s words"
    assert words in loser.opens(link).text


# --- odd words ------------------------------------------------------------------------------------------
def test_markup_and_odd_characters_stay_words_on_every_page_and_paper(
    lead: Person, house: House
) -> None:
    add(house, lesson("L-2026-00009", EVIL, tactics=("search_warrant",),
                      texts={"action": f"{EVIL} [x](javascript:alert(1))"}))  # fmt: skip
    draft = begin(lead, operation=EVIL[:100], plan=f"{EVIL} {PLAN}", order="x\x00y\x01 " + PLAN)
    lead.sends(address(draft), {"do": "add:L-2026-00009"})
    draft = lead.opens(address(draft))
    press(lead, draft, "save", **{f"note_{lessons_in(draft)[0]}": EVIL, "note": f"{EVIL}\x01\x0b"})
    for do in ("remove:<b>", "remove:" + "A" * 5_000, "up:zzz", "down:", "move:zzz", "again"):
        lead.sends(address(draft), {"do": do})
    for do, status in (("add:\x00", 422), ("bogus", 404)):
        lead.sends(address(draft), {"do": do}, status=status)
    press(lead, lead.opens(address(draft)), "issue")
    pack = f"/briefings/{pack_of(lead)}"
    answers = lead.opens(f"{pack}/answers")
    first = next(name for name in answers.hidden if name.startswith("seen-")).removeprefix("seen-")
    given = {f"answer-{first}": "applied", f"how-{first}": f"{EVIL[:200]}\x00"}
    lead.sends(f"{pack}/answers", {**answers.hidden, **given})
    checks = lead.opens(f"{pack}/checks")
    lead.sends(f"{pack}/checks", {**checks.hidden, "note-owner": f"{EVIL}\x0b", "note-bogus": "x"})
    for page in (
        "/", "/briefings", f"/briefings?tab=all&words={EVIL}", f"/briefings/new?operation={EVIL}", pack,
        f"{pack}/answers?role={EVIL}", f"{pack}/checks", f"{pack}/history", f"/operations/{OP}",
        "/lessons/L-2026-00009/card", "/lessons/L-2026-00009/exercise",
    ):  # fmt: skip
        html = lead.opens(page).html
        for raw in ("<script>alert", "<img src=x", 'href="javascript', " 49 "):
            assert raw not in html, page
    for paper in (
        f"{pack}/pack?form=whole",
        f"{pack}/pack?form=brief",
        "/lessons/L-2026-00009/card?",
    ):
        for how in ("pdf", "docx"):
            response = lead.client.get(f"{paper}&as={how}")
            assert response.status_code == 200
            name = response.headers["Content-Disposition"]
            assert re.fullmatch(rf"attachment; filename=[\w-]+\.{how}", name)
            assert b"root:" not in response.data


# --- an order that is marked too high --------------------------------------------------------------------
MARKED = (
    "TOP SECRET\n" + PLAN, f"OP ORDER | SECRET | Copy 1\n{PLAN}", f"{PLAN}\nPROTECTIVE MARKING: SECRET",
    f"UK SECRET\t1 of 3\n{PLAN}", f"Operation order no. 4\nSECRET\n{PLAN}",
    f"Copy No 3 TOP SECRET\n{PLAN}", f"{PLAN}\nHandle as STRAP 2.",
)  # fmt: skip
UNMARKED = (
    "OFFICIAL-SENSITIVE\n" + PLAN, f"{PLAN} Do not put anything that is SECRET into this order.",
    f"{PLAN} Keep the secret of the back door.", "",
)  # fmt: skip


@pytest.mark.parametrize("order", MARKED)
def test_a_marking_above_ours_is_known(order: str) -> None:
    assert marked_above(order)


@pytest.mark.parametrize("order", UNMARKED)
def test_a_lower_one_and_talk_of_one_are_not(order: str) -> None:
    assert marked_above(order) == ""


def kept_words(house: House) -> bytes:
    """Of all that the database holds."""
    folder = Path(house.settings["INSTANCE_DIR"])
    return b"".join(path.read_bytes() for path in folder.rglob("*.sqlite*") if path.is_file())


def test_an_order_marked_too_high_is_refused_before_any_of_it_is_kept(
    lead: Person, house: House
) -> None:
    lead.opens("/briefings/new")
    order = "TOP SECRET\nThe Tamarisk gate.\n" + PLAN
    typed = {"operation": "By order", "plan": "Two doors on Friday.", "threats": ["drugs"]}
    as_file = {**typed, "file": (io.BytesIO(order.encode()), "order.txt")}
    for form, box in (({**typed, "order": order}, "order"), (as_file, "file")):
        page = lead.sends("/briefings/new", form, status=422)
        assert "The order is marked “TOP SECRET”" in page.text
        assert f'id="{box}-error"' in page.html
        assert "Two doors on Friday." in page.html and 'value="By order"' in page.html
        assert re.search(r'value="drugs"[^>]* checked', page.html)
    assert "Go on with the pack" not in lead.opens("/briefings").text
    draft = begin(lead, order=PLAN)
    about = lead.opens(f"{address(draft)}/about")
    form = {"title": "Other words", "order": order, "version": about.hidden["version"]}
    page = lead.sends(f"{address(draft)}/about", form, status=422)
    assert "The order is marked" in page.text and 'value="Other words"' in page.html
    assert b"Tamarisk" not in kept_words(house)
    assert PLAN.encode() in kept_words(house), "as an order that may be held is"


def word_file(set_up: Callable[[Any], object]) -> bytes:
    document, file = Document(), io.BytesIO()
    document.add_paragraph(PLAN)
    set_up(document)
    document.save(file)
    return file.getvalue()


def watermark(document: Any) -> None:
    run = document.sections[0].header.paragraphs[0].add_run()
    run._r.append(parse_xml(
        '<w:pict xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main" '
        'xmlns:v="urn:schemas-microsoft-com:vml"><v:shape><v:textpath string="SECRET"/></v:shape></w:pict>'
    ))  # fmt: skip


def header(document: Any) -> None:
    document.sections[0].header.paragraphs[0].text = "SECRET"


def cell(document: Any) -> None:
    table = document.add_table(1, 3)
    for one, words in zip(table.rows[0].cells, ("Copy 1", "SECRET", "Page 1"), strict=True):
        one.text = words


@pytest.mark.parametrize("place", [watermark, header, cell])
def test_a_marking_is_seen_wherever_a_document_carries_it(
    lead: Person, house: House, place: Callable[[Any], object]
) -> None:
    lead.opens("/briefings/new")
    form = {"operation": "By file", "file": (io.BytesIO(word_file(place)), "order.docx")}
    page = lead.sends("/briefings/new", form, status=422)
    assert "The order is marked “SECRET”" in page.text


def test_the_command_refuses_it_as_well(lessons: Lessons, tmp_path: Path) -> None:  # noqa: F811
    order, out = tmp_path / "order.txt", tmp_path / "pack.json"
    order.write_text("TOP SECRET\n" + PLAN)
    said = lessons("brief", "--text", order, "--out", out, status=2).output
    assert "The order is marked “TOP SECRET”" in " ".join(said.split())
    assert not out.exists()


def test_a_document_of_more_elements_than_any_order_has_is_not_read_to_its_end(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(word, "MOST_ELEMENTS", 2_000)
    assert OrderFiles().read("order.docx", io.BytesIO(word_file(lambda _: None))).text == PLAN
    many = word_file(lambda document: [document.add_paragraph() for _ in range(2_000)])
    with pytest.raises(NotTaken, match="unpacks to far more"):
        OrderFiles().read("order.docx", io.BytesIO(many))
