"""A pack on paper: what stands in it, for whom, how it is marked, and what must not be in it."""

import io
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

import pytest
from docx import Document
from pypdf import PdfReader

from lessons.app import House
from tests.brief.papers_kit import (
    ISSUED,
    NAME,
    PACK,
    add,
    briefing,
    change,
    every_trace,
    id_of,
    lesson,
    pages,
    row,
    set_clock,
    takes,
    words,
)
from tests.people import Person

Someone = Callable[..., Person]
SECRET = "Quicksilver told us of the north gate"


def stocked(house: House) -> None:
    """Five lessons: two open to partners, one restricted to a group, one sensitive."""
    set_clock(house)
    add(
        house,
        lesson(1, "Carry a spare battery for the saw", learning="keep"),
        lesson(2, "Dogs bite strangers at the back door", learning="warning", partner_safe=True),
        lesson(3, "Agree one radio channel before you leave", partner_safe=True,
               texts={"action": "Put the channel first:\n\n- in the order\n- on the board"}),
        lesson(4, SECRET, groups=("gold",), restricted_because="source", texts={"action": "Ask Quicksilver."}),
        lesson(5, "Leaflets alone changed nothing", learning="didnt", marking="official_sensitive",
               restricted_because="live trial"),
        briefing(
            row(1, why="tactic: search_warrant; learned", note="Ours lasts twenty minutes."), row(2, why="warning"),
            row(3, "communications", why="words: channel, saw; by hand"), row(4, "risk"), row(5, "risk"),
            marking="official_sensitive", restricted_because="held",
            answers=({"lesson": id_of(3), "role": "sio", "answer": "applied", "how": "First line of the order."},),
            checks=({"check": "owner", "answer": "yes", "note": "The LRO."},),
        ),
    )  # fmt: skip


# --- the whole pack ----------------------------------------------------------------------------------
@pytest.mark.parametrize("how", ["pdf", "docx"])
def test_the_whole_pack_tells_each_lesson_with_what_to_do_and_why(
    house: House, person: Someone, how: str
) -> None:
    stocked(house)
    said = words(takes(person("lead"), how))
    for part in (
        NAME, PACK, "10 June 2026", "Operation Example Yew (O-2026-00001)", "Drugs",
        "Method", "1. WARNING: Dogs bite strangers at the back door", "2. Carry a spare battery for the saw",
        "Do number 1 each time.", "Same tactic: Search of premises; Learned: the change has lasted",
        "Ours lasts twenty minutes.", "Keep doing", id_of(1), "Communications", "– in the order",
        "Same words: channel, saw; by hand", "Two doors at once.", "The saw goes to the back door.",
        "Say the channel aloud before", "Does somebody own the plan?", "The LRO.",
        "☒ Applied", "☐ Not relevant", "☐ Not yet", "SIO: First line of the order.",
    ):  # fmt: skip
        assert part in said, part
    assert said.index("Dogs bite") < said.index("spare battery") < said.index("radio channel")
    assert "Quicksilver" not in said and id_of(4) not in said


def test_every_page_says_its_marking_who_made_it_and_when(house: House, person: Someone) -> None:
    stocked(house)
    found = pages(takes(person("lead")))
    assert len(found) > 1
    for page in found:
        assert page.count("OFFICIAL-SENSITIVE") == 2
        assert "Made for lead (SIO or LRO) on 10 June 2026" in page
    word = Document(io.BytesIO(takes(person("analyst"), "docx")))
    edges = [*word.sections[0].header.paragraphs, *word.sections[0].footer.paragraphs]
    assert [e.text for e in edges][:2] == ["OFFICIAL-SENSITIVE"] * 2
    assert "Made for analyst" in edges[2].text


def test_the_pdf_is_tagged_and_the_word_file_has_real_styles(house: House, person: Someone) -> None:
    stocked(house)
    lead = person("lead")
    for form in ("whole", "brief", "partners"):
        root = PdfReader(io.BytesIO(takes(lead, form=form))).root_object
        assert root["/MarkInfo"]["/Marked"] and "/StructTreeRoot" in root  # type: ignore[index]
        assert root["/Lang"] == "en-GB"
    word = Document(io.BytesIO(takes(lead, "docx")))
    styles = [(p.style.name, p.text) for p in word.paragraphs if p.style]
    assert styles[0] == ("Title", NAME)
    assert ("Heading 1", "Method") in styles
    assert ("Heading 2", "2. Carry a spare battery for the saw") in styles
    assert "w:tblHeader" in word.tables[-1]._tbl.xml
    short = Document(io.BytesIO(takes(lead, "docx", "brief")))
    assert "List Number" in {p.style.name for p in short.paragraphs if p.style}


def test_the_same_copy_at_the_same_moment_is_the_same_file(house: House, person: Someone) -> None:
    stocked(house)
    lead = person("lead")
    for how in ("pdf", "docx"):
        assert takes(lead, how, "brief") == takes(lead, how, "brief")


def test_a_copy_in_welsh(house: House, person: Someone) -> None:
    stocked(house)
    lead = person("lead")
    lead.client.set_cookie("language", "cy")
    pdf = takes(lead, form="brief")
    assert PdfReader(io.BytesIO(pdf)).root_object["/Lang"] == "cy-GB"
    assert "Cyfathrebu" in words(pdf) and "RHYBUDD" in words(pdf)


# --- one side ----------------------------------------------------------------------------------------
SENTENCE = "When two teams enter one building, agree one radio channel before you leave, because two hide each other. "


@pytest.mark.parametrize(
    ("sentence", "note"),
    [
        ((SENTENCE * 5)[:499].strip() + "x", "Ask the custody sergeant on the day before, and again at four. " * 3),
        ("W" * 500, "M" * 900),
        ("\u4e2d\u6587" * 250, "\U0001f6a8" * 300),
        ("\u0175\u0177 – “£” " * 50, "\n".join("x" * 40)),
    ],
)  # fmt: skip
def test_twenty_five_long_lessons_stand_on_one_side_and_say_that_they_are_shortened(
    house: House, person: Someone, sentence: str, note: str
) -> None:
    elements = [*house.library.vocabularies["briefing_element"].terms]
    rows = [row(n, elements[n * 7 // 26], note=note) for n in range(1, 26)]
    kinds = ("warning", "change", "keep", "didnt", "idea")
    many = [lesson(n, sentence, learning=kinds[n % 5]) for n in range(1, 26)]
    add(house, *many, briefing(*rows, title="Operation " + "W" * 150, note="Much to say. " * 400))
    lead = person("lead")
    [page] = pages(takes(lead, form="brief"))
    assert "This copy was made to fit on one side. The whole pack has everything in full." in page
    assert "Lessons are shortened." in page
    assert all(f" {n} " in page for n in range(1, 26))
    assert "made to fit on one side" in words(takes(lead, "docx", "brief"))


def test_a_short_pack_is_not_shortened_and_warnings_come_first(
    house: House, person: Someone
) -> None:
    stocked(house)
    lead = person("lead")
    [page] = pages(takes(lead, form="brief"))
    assert " WARNING Dogs bite" in words(takes(lead, "docx", "brief"))
    assert "fit on one side" not in page
    order = ["Method", "WARNING", "Dogs bite", "Keep doing:", "Carry a spare", "Communications"]
    places = [page.index(part) for part in order]
    assert places == sorted(places)
    assert "Ours lasts twenty minutes." in page and "Say the channel aloud" in page
    assert f"{PACK}, version 1, issued on 10 June 2026" in page
    assert "Two doors at once" not in page and "First line of the order" not in page


# --- for partners ------------------------------------------------------------------------------------
@pytest.mark.parametrize("how", ["pdf", "docx"])
def test_a_copy_for_partners_holds_what_partners_may_read_and_says_what_is_left_out(
    house: House, person: Someone, how: str
) -> None:
    stocked(house)
    lead = person("lead")
    content = takes(lead, how, "partners")
    said = words(content)
    assert "Dogs bite strangers" in said and "Agree one radio channel" in said and PACK in said
    assert (
        "2 lessons, the name of the operation, the plan, the notes and the answers are left out, because partners may "
        "not read them."
    ) in said  # fmt: skip
    told = every_trace(content) + str(lead.response.headers)
    for trace in (
        "Yew", "saw goes", "aloud", "twenty minutes", "spare battery", id_of(1), id_of(5), "Leaflets", "SENSITIVE",
        "Same", "First line", "LRO.", "Drugs", "by hand", SECRET, id_of(4),
    ):  # fmt: skip
        assert trace not in told, trace
    assert "OFFICIAL-briefing-for-partners" in str(lead.response.headers)


def test_what_its_maker_may_not_read_is_not_counted_among_what_is_left_out(
    house: House, person: Someone
) -> None:
    stocked(house)
    everybody = person("lead", "gwen", "gold")
    assert "3 lessons, the name" in words(takes(everybody, form="partners"))
    assert "2 lessons, the name" in words(takes(person("analyst"), form="partners"))


def test_a_pack_without_a_lesson_for_partners_says_so(house: House, person: Someone) -> None:
    add(house, lesson(1), briefing(row(1)))
    said = words(takes(person("lead"), form="partners"))
    assert "1 lesson, the name of the operation" in said
    assert "None of the lessons in this pack may be read by partners." in said


# --- since it was issued -----------------------------------------------------------------------------
def test_a_lesson_is_told_in_the_words_that_were_issued(house: House, person: Someone) -> None:
    add(house, lesson(1, "Carry one battery"), lesson(2, "Knock twice"), briefing(row(1), row(2)))
    change(house, lesson(1, "Carry two batteries"))
    change(house, lesson(2, "Knock twice", state="retired"))
    lead = person("lead")
    for form in ("whole", "brief"):
        said = words(takes(lead, form=form))
        assert "Carry one battery" in said and "Carry two batteries" not in said
        assert "Its words have changed since." in said
        assert "It has been retired since, and is no longer offered." in said


def test_a_lesson_restricted_since_is_gone_and_that_is_said_to_those_who_had_it(
    house: House, person: Someone
) -> None:
    add(house, lesson(1), lesson(2, SECRET), briefing(row(1), row(2, note="Quicksilver knows.")))
    closed = lesson(2, SECRET, groups=("gold",), restricted_because="source")
    change(house, closed)
    lead = person("lead")
    for how in ("pdf", "docx"):
        for form in ("whole", "brief"):
            content = takes(lead, how, form)
            assert "1 lesson has been restricted since this was issued, and is left out." in words(content)  # fmt: skip
            told = every_trace(content)
            assert "Quicksilver" not in told and id_of(2) not in told
    assert "restricted since" not in words(takes(lead, form="partners"))
    reader = person("lead", "gwen", "gold")
    assert SECRET in words(takes(reader))


def test_an_earlier_version_is_taken_as_it_was_and_says_that_there_is_a_later_one(
    house: House, person: Someone
) -> None:
    add(house, lesson(1, "Carry one battery"), lesson(2, "Knock twice"), briefing(row(1)))
    first = house.library.records.get(PACK).record
    later = first.with_(version=2, issued=ISSUED + timedelta(days=1), lessons=(row(2),))
    change(house, replace(later), "brief_again")
    lead = person("lead")
    said = words(takes(lead, version="1"))
    assert "Carry one battery" in said and "Knock twice" not in said
    assert "This is version 1. Version 2 has been issued since." in said
    newest = words(takes(lead, version="2"))
    assert "Knock twice" in newest and "has been issued since" not in newest
    assert f"{PACK}-v2.pdf" in str(lead.response.headers)


# --- who takes it ------------------------------------------------------------------------------------
def test_a_copy_is_marked_as_the_highest_of_what_it_holds(house: House, person: Someone) -> None:
    add(house, lesson(1), briefing(row(1)))
    lead = person("lead")
    assert "SENSITIVE" not in every_trace(takes(lead))
    sensitive = lesson(1, marking="official_sensitive", restricted_because="live trial")
    change(house, sensitive)
    assert pages(takes(lead, form="brief"))[0].count("OFFICIAL-SENSITIVE") == 2
    assert "filename=OFFICIAL-SENSITIVE-briefing" in str(lead.response.headers)


def test_who_may_not_read_a_pack_takes_no_copy_and_odd_addresses_are_not_found(
    house: House, person: Someone
) -> None:
    stocked(house)
    for role in ("officer", "partner"):
        person(role).opens(f"/briefings/{PACK}/pack?form=partners", status=404)
    lead = person("lead")
    for odd in (
        "as=zip", "form=all", "version=0", "version=3", "version=x", "version=%D9%A1", "as=../pdf", "version=99999999",
    ):  # fmt: skip
        lead.opens(f"/briefings/{PACK}/pack?{odd}", status=404)
    lead.opens(f"/briefings/{id_of(1)}/pack", status=404)
    lead.opens("/briefings/B-2026-99999/pack", status=404)


def test_each_copy_is_noted_in_the_audit_log_with_what_it_held(
    house: House, person: Someone
) -> None:
    stocked(house)
    takes(person("lead"), "docx", "partners")
    noted = {
        e.record: e.note for e in house.library.audit.events(who="lead") if e.verb == "disclosure"
    }
    assert noted == dict.fromkeys(
        (PACK, id_of(2), id_of(3)), f"briefing pack {PACK} version 1 as docx, partners"
    )
