"""The example briefings: what somebody sees first who tries the service."""

from pathlib import Path

import pytest

from lessons.app import House
from lessons.domain.briefings import in_pack, marking_of, rows_of, version_of
from lessons.domain.record import Kind, Record
from lessons.domain.schema import check
from lessons.domain.states import GOOD
from lessons.domain.why import Reason, reasons_in

EXAMPLES = Path(__file__).resolve().parents[2] / "content" / "examples"


@pytest.fixture
def examples(house: House) -> dict[str, Record]:
    kinds = (Kind.BRIEFING, Kind.LESSON, Kind.OPERATION)
    paths = [path for kind in kinds for path in sorted((EXAMPLES / kind.folder).glob("*.md"))]
    read = [house.text.parse(path.read_text(encoding="utf-8"), str(path)) for path in paths]
    return {stored.record.id: stored.record for stored in read}


def test_every_pack_is_as_one_issued_here_would_be(
    house: House, examples: dict[str, Record]
) -> None:
    packs = [each for each in examples.values() if each.kind is Kind.BRIEFING]
    assert len(packs) >= 5
    lists = house.library.vocabularies
    for pack in packs:
        assert not check(pack, lists, today=house.library.today), pack.id
        assert version_of(pack) == 1 and pack.moment("issued") and pack.flag("example")
        held = [examples[id] for id in in_pack(pack)]
        assert len({each.id for each in held}) == len(held)
        assert all(each.line("state") in GOOD for each in held), pack.id
        operation = examples[pack.line("operation")]
        assert pack.line("marking") == marking_of(pack, held, operation)
        for row in pack.rows("lessons"):
            reasons = reasons_in(row["why"])
            assert reasons and all(isinstance(each, Reason) for each in reasons), row
        assert {id for id, _role in rows_of(pack, "answers")} <= set(in_pack(pack))
        assert {row["check"] for row in pack.rows("checks")} <= set(lists["plan_check"].terms)
        assert {row["answer"] for row in pack.rows("checks")} <= set(lists["check_answer"].terms)


def test_the_example_lead_finds_packs_that_wait_for_an_answer(examples: dict[str, Record]) -> None:
    waiting = []
    for pack in (each for each in examples.values() if each.kind is Kind.BRIEFING):
        operation = examples[pack.line("operation")]
        mine = [role for role in ("sio", "lro") if operation.line(role) == "lead"]
        answered = rows_of(pack, "answers")
        unanswered = [id for id in in_pack(pack) for role in mine if (id, role) not in answered]
        if unanswered and not operation.day("ended"):
            waiting.append(pack.id)
    assert len(waiting) >= 2
