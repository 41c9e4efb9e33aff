"""Actions on the lessons under a theme: found where somebody may read both, and nowhere else."""

from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from lessons.adapters.whoosh_index import WhooshIndex
from lessons.domain.access import SYSTEM, User, keyring
from lessons.domain.actions import OF_THEME, PROGRESS, UNFINISHED
from lessons.domain.query import Query
from lessons.domain.record import Kind, Record, Stored, Value
from tests.adapters.search_index import (
    ANALYST,
    NOBODY_KNOWS,
    OFFICER,
    REVIEWER,
    TODAY,
    edited,
    id_of,
    index_in,
    kept,
    lesson,
)

RADIO = lesson(1, "Bring spare batteries", themes=("radio",))
SECRET = lesson(2, "Where the batteries are", themes=("radio",), marking="official_sensitive")
DRAFT = lesson(3, "Batteries again", themes=("radio",), state="sent")
CUSTODY = lesson(4, "Write on the board", themes=("custody", "handover"))
EVERY_LESSON = (RADIO, SECRET, DRAFT, CUSTODY)


def action(number: int, title: str, *lessons: Stored, **fields: Value) -> Stored:
    """An OFFICIAL action that has not begun, unless its fields say otherwise."""
    known: dict[str, Value] = {
        "title": title,
        "marking": "official",
        "action_state": "open",
        "of": tuple(each.record.id for each in lessons),
        **fields,
    }
    return kept(Record(id_of(number, Kind.ACTION), Kind.ACTION, fields=known))


def open_under(index: WhooshIndex, *themes: str, by: User = OFFICER) -> list[str]:
    """Titles of the unfinished actions on what this person may read under these themes."""
    return sorted(under(index, *themes, by=by, progress=frozenset({UNFINISHED})))


def under(
    index: WhooshIndex, *themes: str, by: User = OFFICER, progress: frozenset[str] = frozenset()
) -> list[str]:
    query = Query(
        keys=keyring(by),
        kinds=frozenset({Kind.ACTION}),
        chosen={OF_THEME: frozenset(themes), PROGRESS: progress},
        size=100,
    )
    results = index.search(query, NOBODY_KNOWS)
    assert results.total == len(results.hits)
    assert not {OF_THEME, PROGRESS} & set(results.facets)
    return [hit.title for hit in results.hits]


def test_actions_are_found_under_the_themes_of_their_lessons(tmp_path: Path) -> None:
    index = index_in(
        tmp_path, *EVERY_LESSON, action(1, "Buy some", RADIO), action(2, "Buy a board", CUSTODY)
    )
    assert open_under(index, "radio") == ["Buy some"]
    assert open_under(index, "handover") == ["Buy a board"]
    assert open_under(index, "radio", "custody") == ["Buy a board", "Buy some"]
    assert open_under(index, "nothing") == []


def test_an_action_on_several_lessons_is_found_once(tmp_path: Path) -> None:
    index = index_in(tmp_path, *EVERY_LESSON, action(1, "Buy both", RADIO, CUSTODY))
    assert open_under(index, "radio", "custody") == ["Buy both"]


@pytest.mark.parametrize(
    ("state", "unfinished"),
    [("", True), ("open", True), ("under_way", True), ("done", True), ("verified", False),
     ("not_taken", False), ("no such word", False)],
)  # fmt: skip
def test_what_somebody_has_checked_is_finished(
    tmp_path: Path, state: str, unfinished: bool
) -> None:
    index = index_in(tmp_path, RADIO, action(1, "Buy some", RADIO, action_state=state))
    assert open_under(index, "radio") == (["Buy some"] if unfinished else [])
    assert under(index, "radio") == ["Buy some"]


def test_an_action_on_a_lesson_that_you_may_not_read_is_not_found(tmp_path: Path) -> None:
    index = index_in(
        tmp_path, *EVERY_LESSON, action(1, "Move them", SECRET), action(2, "Ask who sent it", DRAFT)
    )
    assert open_under(index, "radio") == []
    assert open_under(index, "radio", by=ANALYST) == ["Move them"]
    assert open_under(index, "radio", by=REVIEWER) == ["Ask who sent it", "Move them"]
    assert open_under(index, "radio", by=SYSTEM) == ["Ask who sent it", "Move them"]


def test_an_action_that_you_may_not_read_is_not_found(tmp_path: Path) -> None:
    guarded = action(1, "Move them", RADIO, groups=("kidnap",))
    index = index_in(tmp_path, RADIO, guarded)
    assert open_under(index, "radio") == []
    member = replace(OFFICER, groups=frozenset({"kidnap"}))
    assert open_under(index, "radio", by=member) == ["Move them"]


def test_only_the_lesson_that_you_may_read_leads_to_its_action(tmp_path: Path) -> None:
    index = index_in(tmp_path, SECRET, CUSTODY, action(1, "Write it down", SECRET, CUSTODY))
    assert open_under(index, "custody") == ["Write it down"]
    assert open_under(index, "radio") == []
    assert open_under(index, "radio", by=ANALYST) == ["Write it down"]


def test_a_restriction_that_ends_opens_the_way_on_its_day(tmp_path: Path) -> None:
    last = lesson(5, "Later", themes=("radio",), groups=("kidnap",), restricted_until=TODAY)
    day = [TODAY]
    index = WhooshIndex(tmp_path / "index", lambda: day[0])
    index.rebuild([last, action(1, "Buy some", last)])
    assert open_under(index, "radio") == []
    day[0] = date.fromordinal(TODAY.toordinal() + 1)
    assert open_under(index, "radio") == ["Buy some"]


def test_what_changes_is_followed_at_once(tmp_path: Path) -> None:
    index = index_in(tmp_path, CUSTODY)
    index.put(action(1, "Buy some", RADIO))
    assert open_under(index, "radio") == []  # its lesson is not there yet
    index.put(RADIO)
    assert open_under(index, "radio") == ["Buy some"]
    index.put(edited(RADIO, themes=("handover",)))
    assert open_under(index, "radio") == []
    assert open_under(index, "handover") == ["Buy some"]
    index.put(edited(RADIO, "v3", marking="official_sensitive"))
    assert open_under(index, "radio") == []
    index.put(edited(action(1, "Buy some", RADIO), of=(CUSTODY.record.id,)))
    assert open_under(index, "custody") == ["Buy some"]
    index.remove(CUSTODY.record.id)
    assert open_under(index, "custody", "radio", "handover", by=SYSTEM) == []


def test_it_is_the_same_after_segments_are_merged(tmp_path: Path) -> None:
    index = index_in(tmp_path, *EVERY_LESSON)
    for number in range(40):
        source = EVERY_LESSON[number % len(EVERY_LESSON)]
        index.put(action(number, f"Action {number:02}", source))
    before = {by: open_under(index, "radio", by=by) for by in (OFFICER, ANALYST, REVIEWER)}
    assert [len(titles) for titles in before.values()] == [10, 20, 30]
    index.settle()
    assert before == {by: open_under(index, "radio", by=by) for by in (OFFICER, ANALYST, REVIEWER)}


def test_what_names_nothing_of_the_index_is_found_under_no_theme(tmp_path: Path) -> None:
    index = index_in(
        tmp_path, action(1, "Of nothing"), action(2, "Of what is gone", RADIO), action(3, "é", of=("é",))
    )  # fmt: skip
    assert open_under(index, "radio", by=SYSTEM) == []
    nothing = WhooshIndex(tmp_path / "empty", lambda: TODAY)
    nothing.rebuild([])
    assert open_under(nothing, "radio", by=SYSTEM) == []


def test_a_theme_of_the_action_itself_or_of_another_kind_leads_nowhere(tmp_path: Path) -> None:
    finding = kept(
        Record(id_of(1, Kind.FINDING), Kind.FINDING, fields={"title": "Found", "themes": ("radio",)})
    )  # fmt: skip
    index = index_in(tmp_path, finding, action(1, "Answer it", finding))
    assert open_under(index, "radio", by=SYSTEM) == []
