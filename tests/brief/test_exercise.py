"""Three questions from a lesson, for a team that has five minutes."""

import io
import re
from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest
from pypdf import PdfReader

from lessons.app import House
from lessons.domain.access import SYSTEM
from lessons.domain.exercise import QUESTIONS, STEPS, Step, When, asked_of
from lessons.domain.record import Kind, Record
from tests.people import Person

Someone = Callable[..., Person]
TEXTS = {
    "happened": "Ten homes had a new lock. Within a month seven tenants had given a key away.",
    "lesson": "We treated it as a burglary. It was nearer to a friendship.",
    "action": "Ask who else comes to the home in a week.",
}
GUIDANCE = Path(__file__).resolve().parents[2] / "content" / "guidance" / "before-an-operation.md"


def lesson(texts: dict[str, str] | None = None, **fields: object) -> Record:
    given = {
        "title": "New locks alone did not protect people", "state": "observation", "learning": "didnt",
        "occurred": date(2026, 2, 4), "marking": "official", **fields,
    }  # fmt: skip
    return Record(
        "L-2026-7K3QD", Kind.LESSON, fields=given, texts=TEXTS if texts is None else texts
    )  # type: ignore[arg-type]


def questions(of: Record, *, again: bool = False) -> list[str]:
    return [each.question.words for each in asked_of(of, str, again=again)]


@pytest.mark.parametrize(
    ("fields", "step", "said"),
    [
        ({"learning": "keep"}, 0, "Where in our work would the same thing help"),
        ({"learning": "keep"}, 2, "What will we keep"),
        ({"learning": "idea"}, 2, "How could we try it on a small scale"),
        ({"learning": "didnt"}, 1, "Why did it seem right at the time"),
        ({"learning": "warning"}, 0, "Where could this happen to us in the next month?"),
        ({"learning": "warning", "tactics": ("arrest_phase",)}, 0, "At which point of our next arrest"),
        ({"learning": "change", "tactics": ("vehicles",)}, 0, "Think of our last arrest"),
        ({"tactics": ("safeguarding",), "vulnerabilities": ("cuckooing",)}, 0, "somebody in the same position"),
        ({"learning": "change", "partners": ("housing",)}, 1, "What did each side know"),
        ({"learning": "keep", "partners": ("housing",)}, 1, "What made it work"),
        ({"learning": "keep", "recurrence": "known"}, 1, "This has happened more than once"),
        ({"learning": "change", "seen_before": ("L-2023-9VMQB",)}, 1, "This has happened more than once"),
        ({"learning": "change", "state": "learned"}, 2, "This change was checked"),
        ({"learning": "something new"}, 0, "What in our own work is like this?"),
    ],
)  # fmt: skip
def test_the_lesson_decides_what_is_asked(fields: dict[str, object], step: int, said: str) -> None:
    assert said in questions(lesson(**fields))[step]


def test_the_same_lesson_always_asks_the_same_three() -> None:
    kinds = ("keep", "change", "warning", "idea", "didnt", "")
    for kind in kinds:
        asked = questions(lesson(learning=kind))
        assert len(set(asked)) == 3 and asked == questions(lesson(learning=kind))
    assert questions(lesson(), again=True)[1] != questions(lesson())[1]


def test_every_question_can_be_asked_and_every_step_has_one_for_any_lesson() -> None:
    for step in Step:
        of_step = [q for q in QUESTIONS if q.step is step]
        assert of_step[-1].when == When()
        assert all(q.when != When() for q in of_step[:-1])
    assert len({q.words for q in QUESTIONS}) == len(QUESTIONS)


def test_beside_each_question_stands_another_text_of_the_lesson() -> None:
    assert [each.section for each in asked_of(lesson(), str)] == ["happened", "lesson", "action"]
    short = asked_of(lesson({"summary": "Locks are not company.", "lesson": "Ask first."}), str)
    assert [each.section for each in short] == ["summary", "lesson", "title"]
    assert short[2].says.items == ("New locks alone did not protect people",)


def test_the_help_explains_every_question() -> None:
    text = GUIDANCE.read_text(encoding="utf-8")
    for question in QUESTIONS:
        assert question.words in text, question.words
    for name in STEPS.values():
        assert name in text


def test_a_team_talks_for_five_minutes_and_says_what_it_agreed(
    house: House, person: Someone
) -> None:
    record = lesson(tactics=("safeguarding",), vulnerabilities=("cuckooing",), partners=("housing",))  # fmt: skip
    house.library.save(SYSTEM, "send", record, expected=0)
    lead = person("lead")
    page = lead.opens(lead.opens("/lessons/L-2026-7K3QD").link("Questions for your team"))
    asked = re.findall(r'app-ask__question">([^<]+)<', page.html)
    assert asked == questions(record)
    assert page.text.count("What a good answer covers") == 3
    for words in (
        "seven tenants had given a key away",
        "nearer to a friendship",
        "Ask who else comes",
    ):
        assert words in page.text
    assert "Vulnerability: Cuckooing" in page.text
    assert "Use no names." in page.text and not page.boxes[1:]  # but for the search at the head
    lead.opens(page.link("Send it in as a debrief"))
    lead.opens(page.link("Agree an action"))
    lead.opens(page.link("Card for a shift briefing"))
    assert (
        'id="g-how-the-questions-are-chosen"'
        in lead.opens(page.link("How these questions are chosen")).html
    )

    answer = lead.client.get(page.link("Download as PDF"))
    pages = [p.extract_text() for p in PdfReader(io.BytesIO(answer.data)).pages]
    assert len(pages) <= 2 and all(p.count("OFFICIAL") == 2 for p in pages)
    whole = " ".join(" ".join(pages).split())
    for words in (*asked, "seven tenants had given a key away", "Use no names."):
        assert words in whole


def test_a_partner_is_asked_and_offered_nothing_that_partners_cannot_do(
    house: House, person: Someone
) -> None:
    house.library.save(SYSTEM, "send", lesson(partner_safe=True), expected=0)
    page = person("partner").opens("/lessons/L-2026-7K3QD/exercise")
    assert "Look at our own work" in page.text
    assert "Agree an action" not in page.text and "as a debrief" not in page.text


def test_words_of_a_lesson_are_quoted_and_never_read_as_part_of_a_page(
    house: House, person: Someone
) -> None:
    bad = "<script>alert(1)</script> %(num)s {{ 7*7 }} #read"
    house.library.save(
        SYSTEM, "send", lesson({"happened": bad, "action": bad}, title=bad), expected=0
    )
    olly = person("officer")
    for paper in ("card", "exercise"):
        page = olly.opens(f"/lessons/L-2026-7K3QD/{paper}")
        assert "<script>alert" not in page.html and "%(num)s {{ 7*7 }}" in page.text
        assert olly.client.get(f"/lessons/L-2026-7K3QD/{paper}?as=pdf").status_code == 200
