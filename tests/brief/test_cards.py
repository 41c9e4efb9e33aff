"""One lesson on one card, for the few minutes before a shift."""

import io
import re
from collections.abc import Callable
from datetime import date

import pytest
from docx import Document
from pypdf import PdfReader

from lessons.app import House
from lessons.domain.access import SYSTEM
from lessons.domain.points import cut, drawn
from lessons.domain.record import Kind, Record
from tests.people import Page, Person

Someone = Callable[..., Person]
CHANNEL = Record(
    "L-2026-7K3QD", Kind.LESSON,
    fields={
        "title": "When two teams share a door, share a channel, because each kept the one it had",
        "state": "identified", "learning": "warning", "occurred": date(2026, 3, 4), "marking": "official",
        "tactics": ("search_warrant",), "author": "olly",
    },
    texts={
        "happened": "Two teams met on a stair.",
        "action": "Name the channel on the **first line** of the order. Have each team leader test it by voice. "
        "Do not leave before both have answered. Write down who answered.",
    },
)  # fmt: skip


def keep(house: House, *records: Record) -> None:
    for record in records:
        house.library.save(SYSTEM, "send", record, expected=0)


def marks(page: Page) -> list[str]:
    return re.findall(r"Marking: </span>([^<]+)</p>", page.html)


def pdf(person: Person, address: str) -> list[str]:
    """What each page of a document says."""
    answer = person.client.get(address)
    assert answer.status_code == 200 and answer.content_type == "application/pdf"
    return [
        " ".join(page.extract_text().split()) for page in PdfReader(io.BytesIO(answer.data)).pages
    ]


def test_a_lesson_becomes_a_card_in_one_step_from_its_page(house: House, person: Someone) -> None:
    keep(house, CHANNEL)
    olly = person("officer")
    lesson = olly.opens("/lessons/L-2026-7K3QD")
    card = olly.opens(lesson.link("Card for a shift briefing"))
    assert CHANNEL.title in card.text and "Warning" in card.text and "<svg" in card.html
    points = re.findall(r"<li>([^<]+)</li>", card.html.partition('class="app-card__points"')[2])[:3]
    assert points == [
        "Name the channel on the first line of the order.",
        "Have each team leader test it by voice.",
        "Do not leave before both have answered.",
    ]
    assert (
        "Write down who answered" not in card.text and "There is more in the lesson." in card.text
    )
    assert "At which point of our next arrest, search or stop could this happen to us?" in card.text
    assert "L-2026-7K3QD" in card.text and "4 March 2026" in card.text

    [page] = pdf(olly, card.link("Download as PDF"))
    assert page.count("OFFICIAL") == 2
    for words in ("Warning", points[0], points[2], "Ask your team", "L-2026-7K3QD", "4 March 2026"):
        assert words in page
    assert "olly" not in page and "officer" not in page.lower()

    word = Document(io.BytesIO(olly.client.get(card.link("Download as Word")).data))
    said = [p.text for p in word.paragraphs]
    assert CHANNEL.title in said and "▲ Warning" in said and points[1] in said
    assert word.sections[0].header.paragraphs[0].text == "OFFICIAL"


def test_each_kind_of_learning_has_a_shape_of_its_own(house: House, person: Someone) -> None:
    kinds = ("keep", "change", "warning", "idea", "didnt")
    for n, kind in enumerate(kinds):
        fields = {**CHANNEL.fields, "learning": kind}
        keep(house, Record(f"L-2026-0000{n}", Kind.LESSON, fields=fields))
    olly = person("officer")
    cards = [olly.opens(f"/lessons/L-2026-0000{n}/card").html for n in range(len(kinds))]
    shapes = {re.sub(r"\s", "", card.partition("<svg")[2].partition("</svg>")[0]) for card in cards}
    assert len(shapes) == len(kinds)


@pytest.mark.parametrize(
    "words",
    [
        "They did it again and again. ",
        "word " * 7_999,
        "x" * 40_000,
        "- one point\n" * 3_000,
        "[" * 40_000,
    ],
)
def test_the_longest_lesson_fits_on_one_page(house: House, person: Someone, words: str) -> None:
    title = ("Wherever many words are wanted " * 20)[:499] + "."
    texts = dict.fromkeys(("happened", "lesson", "action"), (words * 2_000)[:40_000])
    fields = {**CHANNEL.fields, "title": title, "marking": "official_sensitive"}
    keep(house, Record("L-2026-7K3QD", Kind.LESSON, fields=fields, texts=texts))
    lead = person("lead")
    card = lead.opens("/lessons/L-2026-7K3QD/card")
    assert marks(card)[0] == "OFFICIAL-SENSITIVE" and len(card.text) < 3_000
    [page] = pdf(lead, "/lessons/L-2026-7K3QD/card?as=pdf")
    assert page.count("OFFICIAL-SENSITIVE") == 2
    assert title[:60] in page and title[-40:] in page and "L-2026-7K3QD" in page


def test_a_lesson_of_one_sentence_makes_a_card_too(house: House, person: Someone) -> None:
    fields = {"title": "Say it aloud", "state": "observation"}
    keep(house, Record("L-2026-7K3QD", Kind.LESSON, fields=fields))
    olly = person("officer")
    card = olly.opens("/lessons/L-2026-7K3QD/card")
    assert "Say it aloud" in card.text and "What in our own work is like this?" in card.text
    assert "What to do" not in card.text
    assert len(pdf(olly, "/lessons/L-2026-7K3QD/card?as=pdf")) == 1


def test_a_lesson_that_was_replaced_makes_no_card_and_says_what_took_its_place(
    house: House, person: Someone
) -> None:
    fields = {**CHANNEL.fields, "title": "Leave the line alone", "replaced_by": "L-2026-7K3QD"}
    retired = Record("L-2026-00001", Kind.LESSON, fields={**fields, "state": "retired"})
    merged = Record("L-2026-00002", Kind.LESSON, fields={**fields, "state": "merged"})
    keep(house, CHANNEL, retired, merged)
    olly = person("officer")
    for id in ("L-2026-00001", "L-2026-00002"):
        assert "Card for a shift" not in olly.opens(f"/lessons/{id}?as=merged").text
        for paper in ("card", "exercise"):
            over = olly.opens(f"/lessons/{id}/{paper}?as=pdf")
            assert "so nothing is made from it" in over.text and "Ask your team" not in over.text
            assert over.link(CHANNEL.title) == "/lessons/L-2026-7K3QD"
            instead = olly.opens(over.link("Make it from that lesson"))
            assert CHANNEL.title in instead.text


def test_what_took_its_place_is_not_named_to_those_who_may_not_read_it(
    house: House, person: Someone
) -> None:
    sensitive = CHANNEL.with_(marking="official_sensitive")
    old = Record(
        "L-2026-00001", Kind.LESSON,
        fields={**CHANNEL.fields, "title": "Leave the line alone", "state": "retired", "replaced_by": "L-2026-7K3QD"},
    )  # fmt: skip
    keep(house, sensitive, old)
    olly = person("officer")
    over = olly.opens("/lessons/L-2026-00001/card")
    assert "share a channel" not in over.html and "L-2026-7K3QD" not in over.html
    assert marks(over)[0] == "OFFICIAL"
    for paper in ("card", "card?as=pdf", "card?as=docx", "exercise", "exercise?as=pdf"):
        olly.opens(f"/lessons/L-2026-7K3QD/{paper}", status=404)


def test_what_a_person_may_not_read_or_what_is_none_is_not_found(
    house: House, person: Someone
) -> None:
    waiting = Record("L-2026-00003", Kind.LESSON, fields={**CHANNEL.fields, "state": "sent"})
    finding = Record("F-2026-7K3QD", Kind.FINDING, fields={"title": "Not a lesson"})
    keep(house, CHANNEL, waiting, finding)
    olly, partner, reviewer = person("officer"), person("partner"), person("reviewer")
    for paper in ("card", "exercise"):
        partner.opens(f"/lessons/L-2026-7K3QD/{paper}", status=404)
        olly.opens(f"/lessons/L-2026-00003/{paper}", status=404)
        olly.opens(f"/lessons/F-2026-7K3QD/{paper}", status=404)
        olly.opens(f"/lessons/L-2026-ZZZZZ/{paper}", status=404)
        olly.opens(f"/lessons/L-2026-7K3QD/{paper}?as=exe", status=404)
        page = reviewer.opens(f"/lessons/L-2026-00003/{paper}")
        assert "has not been reviewed yet" in page.text


def test_a_card_taken_away_is_noted_as_reading_is(house: House, person: Someone) -> None:
    keep(house, CHANNEL)
    olly = person("officer")
    olly.client.get("/lessons/L-2026-7K3QD/card?as=pdf")
    events = [e for e in house.library.audit.events(who="officer") if e.record == CHANNEL.id]
    assert [e.verb for e in events] == ["consultation"]


def test_points_are_the_words_of_the_text() -> None:
    assert drawn("Ring the ward, e.g. Ward 5. Ask for a desk! “Is it free?” Then go.").items == (
        "Ring the ward, e.g. Ward 5.", "Ask for a desk!", "“Is it free?”",
    )  # fmt: skip
    listed = drawn("Fill in the sheet together:\nwho is inside;\nkeys, and who holds each.")
    assert listed.lead == "Fill in the sheet together:" and not listed.more
    assert listed.items == ("who is inside;", "keys, and who holds each.")
    assert not drawn(" \n ")
    assert cut("one two three four", 14) == "one two three…"
