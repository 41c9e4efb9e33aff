"""The monthly pack: one page, what must be decided, and nobody named."""

import io
from collections.abc import Callable
from datetime import timedelta

import pytest
from pypdf import PdfReader

from lessons.app import House
from lessons.domain.access import Role, User
from lessons.domain.record import Kind
from lessons.services.insight.dashboard import Ask, monthly
from tests.insight.test_dashboard import keep, lesson
from tests.people import Person

Make = Callable[..., Person]
LEAD = User("lead", Role.LEAD)


def this_month(house: House) -> str:
    return f"{house.library.today:%Y-%m}"


def test_a_lead_takes_one_page_with_the_decisions_on_it(example_house: House, person: Make) -> None:
    late = example_house.library.today - timedelta(80)
    for n in range(9):
        keep(example_house, Kind.OPERATION, title=f"Operation {'Very Long Name ' * 7}{n}", operation_kind="operation",
             ended=late)  # fmt: skip
        keep(example_house, Kind.FINDING, title="Plans should be better. " * 20, finding_type="recommendation",
             published=late, finding_status="awaiting")  # fmt: skip
    lead = person("lead")
    page = lead.opens(f"/dashboard/monthly?month={this_month(example_house)}")
    assert "Decisions needed" in page.text
    assert "or record why none is needed" in page.text
    answer = lead.client.get(f"/dashboard/monthly?month={this_month(example_house)}&as=pdf")
    assert answer.content_type == "application/pdf"
    pdf = PdfReader(io.BytesIO(answer.data))
    assert len(pdf.pages) == 1
    text = " ".join(pdf.pages[0].extract_text().split())
    for heading in (
        "Decisions needed",
        "Headline figures",
        "Overdue",
        "What keeps happening",
        "Balance",
    ):
        assert heading in text
    assert text.count("OFFICIAL") >= 2


def test_the_same_can_be_had_for_word(person: Make) -> None:
    answer = person("analyst").client.get("/dashboard/monthly?as=docx")
    assert answer.status_code == 200
    assert answer.data[:2] == b"PK"


@pytest.mark.parametrize("role", ["officer", "disclosure", "admin", "partner"])
def test_others_do_not_take_it(person: Make, role: str) -> None:
    person(role).opens("/dashboard/monthly", status=403)


@pytest.mark.parametrize("month", ["2026-13", "October", "26-1", "2999-01"])
def test_a_month_that_is_none_or_to_come_is_told(person: Make, month: str) -> None:
    page = person("lead").opens(f"/dashboard/monthly?month={month}", status=422)
    assert "month" in page.text
    assert month in [box.get("value") for box in page.boxes]
    person("analyst").opens(f"/dashboard/monthly?month={month}&as=pdf", status=422)
    person("reviewer").opens("/dashboard/monthly?as=exe", status=404)


def asked(house: House) -> dict[Ask, list[str]]:
    found: dict[Ask, list[str]] = {}
    for each in monthly(house.library, LEAD, house.library.today.replace(day=1)).decisions:
        found.setdefault(each.ask, []).append(each.id)
    return found


def test_each_rule_asks_for_its_decision(house: House) -> None:
    today = house.library.today
    late = keep(house, Kind.OPERATION, operation_kind="operation", ended=today - timedelta(90))
    keep(house, Kind.OPERATION, operation_kind="operation", ended=today - timedelta(40))
    undone = keep(house, Kind.EVALUATION, due=today - timedelta(1))
    keep(house, Kind.EVALUATION, due=today)
    silent = keep(
        house, Kind.FINDING, finding_type="recommendation", published=today - timedelta(58)
    )
    keep(house, Kind.FINDING, finding_type="recommendation", published=today - timedelta(20))
    keep(house, Kind.FINDING, finding_type="promising", published=today - timedelta(300))
    for answer in (
        {"responded": today},
        {"no_response": "Another force."},
        {"finding_status": "complete"},
    ):
        keep(
            house,
            Kind.FINDING,
            finding_type="recommendation",
            published=today - timedelta(90),
            **answer,
        )
    old = lesson(house, state="learned", occurred=today - timedelta(400), learning="keep")
    lesson(house, recurrence="after_learned", seen_before=(old,), learning="keep")
    found = asked(house)
    assert found == {
        Ask.RESPONSE: [silent], Ask.AGAIN: [old], Ask.DEBRIEF: [late], Ask.EVALUATION: [undone],
    }  # fmt: skip


def test_a_theme_with_nothing_but_reminders_is_put_to_the_lead(house: House) -> None:
    troubled = [
        lesson(house, unit=unit, themes=("handover",)) for unit in ("North", "South", "East")
    ]
    weak = keep(
        house,
        Kind.ACTION,
        owner="lead",
        of=(troubled[0],),
        strength="reminder",
        action_state="open",
    )
    assert asked(house)[Ask.WEAK] == ["handover"]
    stored = house.library.records.get(weak)
    house.library.save(
        LEAD, "edit", stored.record.with_(strength="design"), expected=stored.revision.number
    )
    assert Ask.WEAK not in asked(house)


def test_it_stands_on_what_its_reader_may_read(house: House) -> None:
    keep(house, Kind.OPERATION, operation_kind="operation", ended=house.library.today - timedelta(90),
         groups=("cedar",), restricted_because="Need to know.")  # fmt: skip
    assert asked(house) == {}
