"""Who may read and do what, role by role."""

from datetime import date, timedelta
from pathlib import Path
from random import Random

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from lessons.domain import access
from lessons.domain.access import CLEARED, GRANTS, SYSTEM, Permit, Role, User
from lessons.domain.errors import NotAllowed
from lessons.domain.record import Kind, Record
from tests.find import worlds

TODAY = date(2026, 6, 15)
CONTENT = Path(__file__).parents[2] / "content"
EVERYBODY = set(Role)
STAFF = EVERYBODY - {Role.PARTNER}
KEEPERS = {Role.REVIEWER, Role.DISCLOSURE}
NEED_TO_KNOW = KEEPERS | {Role.LEAD, Role.ANALYST, Role.LIAISON}


def lesson(**fields: object) -> Record:
    given = {"state": "observation", "marking": "official", **fields}
    return Record("L-2026-7K3QD", Kind.LESSON, fields=given)  # type: ignore[arg-type]


def readers_of(record: Record, day: date = TODAY) -> set[Role]:
    return {role for role in Role if access.may_read(User(f"some {role}", role), record, day)}


def test_a_cleared_lesson_is_for_all_staff_and_for_partners_where_somebody_said_so() -> None:
    assert readers_of(lesson()) == STAFF
    assert readers_of(lesson(partner_safe=True)) == EVERYBODY


def test_a_sensitive_lesson_is_for_those_who_need_it_even_where_it_was_called_partner_safe() -> (
    None
):
    assert readers_of(lesson(marking="official_sensitive", partner_safe=True)) == NEED_TO_KNOW


@pytest.mark.parametrize("typed", ["official-sensitive", "OFFICIAL", "secret", "restricted"])
def test_a_marking_that_is_none_of_ours_closes_the_record_rather_than_opens_it(typed: str) -> None:
    """Somebody may type one into a file by hand."""
    assert readers_of(lesson(marking=typed)) == NEED_TO_KNOW


@pytest.mark.parametrize("state", ["", "sent", "needs_fix", "not_taken", "draft", "Learned", "new"])
def test_a_lesson_that_nobody_cleared_is_for_its_author_and_the_keepers(state: str) -> None:
    raw = lesson(state=state, author="olly", partner_safe=True)
    assert readers_of(raw) == KEEPERS
    assert access.may_read(User("olly", Role.OFFICER), raw, TODAY)
    assert access.may_read(User("olly", Role.PARTNER), raw, TODAY)


def test_every_state_of_the_vocabulary_is_either_cleared_or_known_not_to_be() -> None:
    states = yaml.safe_load((CONTENT / "vocabularies" / "state.yaml").read_text("utf-8"))["terms"]
    assert set(states) - CLEARED == {"sent", "needs_fix", "not_taken"}
    assert set(states) >= CLEARED


def test_a_debrief_is_for_keepers_its_author_and_the_leads_of_its_operation_only() -> None:
    debrief = Record("D-2026-7K3QD", Kind.DEBRIEF, fields={"author": "olly", "readers": ("lena",)})
    assert readers_of(debrief) == KEEPERS
    assert access.may_read(User("lena", Role.LEAD), debrief, TODAY)
    assert access.may_read(User("olly", Role.OFFICER), debrief, TODAY)
    assert not access.may_read(User("other", Role.LEAD), debrief, TODAY)
    assert not access.may_read(User("root", Role.ADMIN), debrief, TODAY)


def test_a_group_alone_reads_what_is_kept_for_it_until_its_last_day_is_over() -> None:
    kept = lesson(groups=("kidnap",), restricted_until=TODAY)
    member = User("gil", Role.OFFICER, groups=frozenset({"kidnap", "north"}))
    assert readers_of(kept) == {Role.DISCLOSURE}
    assert access.may_read(member, kept, TODAY)
    assert readers_of(kept, TODAY + timedelta(1)) == STAFF
    assert readers_of(lesson(groups=("kidnap",)), date.max) == {Role.DISCLOSURE}


def test_a_group_or_a_name_that_spells_a_key_opens_nothing() -> None:
    sly = User("role:reviewer", Role.PARTNER, groups=frozenset({"role:reviewer", "everything"}))
    for record in (lesson(), lesson(state="sent"), lesson(groups=("everything else",))):
        assert not access.may_read(sly, record, TODAY)


def test_a_group_leaves_its_members_of_those_who_could_read_it_and_lets_nobody_else_in() -> None:
    """Naming a group must never open a raw debrief, or what a partner may not see, to its members."""
    kidnap = frozenset({"kidnap"})
    members = [User(f"some {role}", role, groups=kidnap) for role in Role]

    def read(record: Record) -> set[Role]:
        return {m.role for m in members if access.may_read(m, record, TODAY)}

    debrief = Record("D-2026-7K3QD", Kind.DEBRIEF, fields={"groups": ("kidnap",)})
    assert read(debrief) == KEEPERS
    assert read(lesson(state="sent", groups=("kidnap",))) == KEEPERS
    assert read(lesson(marking="official_sensitive", groups=("kidnap",))) == NEED_TO_KNOW
    assert read(lesson(groups=("kidnap",))) == STAFF
    assert read(lesson(groups=("kidnap",), partner_safe=True)) == EVERYBODY
    assert read(lesson(groups=("north",), partner_safe=True)) == {Role.DISCLOSURE}


GROUPS = ("kidnap", "north", "north/role:lead", "everything", "role:reviewer")


@given(
    st.integers(0, 2**32),
    st.lists(st.sampled_from(GROUPS), min_size=1, unique=True),
    st.sets(st.sampled_from(GROUPS)),
)
def test_naming_groups_never_adds_a_reader(seed: int, named: list[str], own: set[str]) -> None:
    world = worlds.world(Random(seed), records=8)
    for revisions in world.records.values():
        for record in revisions:
            open_to_all = record.with_(groups=None)
            grouped = record.with_(groups=tuple(named))
            for role in Role:
                reader = User("ann", role, groups=frozenset(own))
                if access.may_read(reader, grouped, TODAY):
                    assert access.may_read(reader, open_to_all, TODAY), (reader, record)


@pytest.mark.parametrize("typed", ["Olly.Example", "OLLY.EXAMPLE", "olly.example"])
def test_a_name_in_a_file_means_the_account_however_it_is_typed(typed: str) -> None:
    """Accounts are told apart without regard to case, and people edit files by hand."""
    for name in ("olly.example", "Olly.Example"):
        officer = User(name, Role.OFFICER)
        assert access.may_read(officer, lesson(state="sent", author=typed), TODAY)
        debrief = Record("D-2026-7K3QD", Kind.DEBRIEF, fields={"readers": ("lena", typed)})
        assert access.may_read(officer, debrief, TODAY)
        mine = lesson(state="sent", author=typed, decision="Not now")
        assert "decision" in access.visible(officer, mine).fields
    assert not access.may_read(
        User("olly", Role.OFFICER), lesson(state="sent", author=typed), TODAY
    )


@given(st.integers(0, 2**32))
def test_the_table_and_the_rule_said_another_way_agree_on_any_record(seed: int) -> None:
    world = worlds.world(Random(seed), records=12)
    for revisions in world.records.values():
        for record in revisions:
            for reader in world.readers:
                for day in (TODAY, TODAY + timedelta(1), TODAY + timedelta(2)):
                    expected = worlds.may_read(reader, record, day)
                    assert access.may_read(reader, record, day) == expected, (reader, record)


def test_names_behind_a_record_are_seen_by_keepers_and_its_author_only() -> None:
    fields = {"author": "olly", "decision": "Not now", "title": "A lesson", "state": "observation"}
    record = Record("L-2026-7K3QD", Kind.LESSON, fields=fields)
    for name, role, seen in (
        ("olly", Role.OFFICER, True), ("rev", Role.REVIEWER, True), ("dis", Role.DISCLOSURE, True),
        ("off", Role.OFFICER, False), ("lead", Role.LEAD, False), ("root", Role.ADMIN, False),
    ):  # fmt: skip
        shown = access.visible(User(name, role), record)
        assert ("author" in shown.fields, "decision" in shown.fields) == (seen, seen), name
        assert shown.title == "A lesson"


def test_the_machine_itself_reads_everything_and_no_account_can_pass_for_it() -> None:
    secret = lesson(state="sent", groups=("kidnap",), marking="official_sensitive")
    assert access.may_read(SYSTEM, secret, TODAY)
    assert not access.may_read(User("system", Role.ADMIN), secret, TODAY)


@pytest.mark.parametrize(
    ("markings", "highest"),
    [
        ([], "official"),
        (["", "official"], "official"),
        (["official", "official_sensitive", ""], "official_sensitive"),
        (["official", "secret"], "official_sensitive"),
    ],
)
def test_a_page_carries_the_highest_marking_of_what_it_shows(
    markings: list[str], highest: str
) -> None:
    assert access.highest(markings) == highest


def test_what_a_role_may_not_do_is_refused_with_words_that_say_who_can_help() -> None:
    with pytest.raises(NotAllowed, match="Ask a reviewer or your administrator"):
        access.demand(User("pat", Role.PARTNER), Permit.SEND)
    access.demand(User("olly", Role.OFFICER), Permit.SEND)
    assert set(GRANTS) == set(Permit), "every permit is granted to somebody, by name"
