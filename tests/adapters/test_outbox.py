"""What people are told is kept once, shown when it is settled, and given to one sender at a time."""

from datetime import UTC, datetime, timedelta

import pytest

from lessons.adapters.database import Cost, DatabaseAccounts, DatabaseOutbox
from lessons.domain.access import Role
from lessons.ports import Account, Announced, Notice

NOW = datetime(2026, 5, 4, 7, 0, tzinfo=UTC)
MINUTE, DAY = timedelta(minutes=1), timedelta(days=1)
LESSON = "L-2026-AAAAA"


@pytest.fixture
def accounts(database):
    made = DatabaseAccounts(database, cost=Cost(rounds=1, memory=8, lanes=1))
    for name in ("robin", "sian"):
        made.add(Account(name, Role.OFFICER), "copper kettle orchard")
        made.choose(name, mail=f"{name}@force.example", told="at_once", language="en")
    return made


@pytest.fixture
def outbox(database, accounts):
    return DatabaseOutbox(database)


def announce(outbox, token, *names, about=LESSON, revision=2):
    save = Announced(token, LESSON, revision, NOW, "rae", "accept")
    notices = [Notice(n, about, "accept", LESSON, revision, NOW, said={"as": "author"}) for n in names]  # fmt: skip
    outbox.put([(save, notices)])


def tell(outbox, *names, revision=2):
    announce(outbox, f"t{revision}", *names, revision=revision)
    outbox.settle([f"t{revision}"])


def test_a_notice_comes_back_as_it_was_kept_once_it_is_settled(outbox):
    announce(outbox, "t", "robin")
    assert outbox.for_person("robin") == [] and outbox.unseen("robin") == 0
    assert [s.token for s in outbox.unsettled(NOW + MINUTE)] == ["t"]
    assert outbox.unsettled(NOW) == []
    outbox.settle(["t"])
    [kept] = outbox.for_person("robin")
    assert (kept.about, kept.event, kept.source, kept.revision) == (LESSON, "accept", LESSON, 2)
    assert (kept.at, kept.said, kept.seen) == (NOW, {"as": "author"}, False)
    assert outbox.unsettled(NOW + DAY) == []


def test_what_is_dropped_was_never_told(outbox):
    announce(outbox, "t", "robin", "sian")
    outbox.drop(["t", ""])
    assert outbox.for_person("robin") == outbox.unsettled(NOW + DAY) == []
    outbox.settle(["t"])
    assert outbox.for_person("sian") == []


def test_a_save_that_was_announced_twice_is_told_once(outbox):
    """One of two presses of the same button died before it was refused."""
    announce(outbox, "one", "robin")
    announce(outbox, "two", "robin")
    for tokens in (["one"], ["two"]):
        outbox.settle(tokens)
    assert len(outbox.for_person("robin")) == 1


def test_what_a_timer_told_is_known_once_it_is_settled(outbox):
    announce(outbox, "t", "robin", revision=-740_000)
    tell(outbox, "robin", "sian", revision=3)
    assert set(outbox.reminded("robin")) == set()
    outbox.settle(["t"])
    assert set(outbox.reminded("robin")) == {(LESSON, -740_000)}
    assert set(outbox.reminded("sian")) == set()


def test_two_lessons_in_one_briefing_are_two_things_told(outbox):
    announce(outbox, "t", "robin")
    announce(outbox, "u", "robin", about="L-2026-BBBBB")
    outbox.settle(["t", "u"])
    assert {n.about for n in outbox.for_person("robin")} == {LESSON, "L-2026-BBBBB"}


def test_a_notice_for_somebody_unknown_keeps_nothing_of_the_rest(outbox):
    with pytest.raises(Exception, match="FOREIGN KEY"):
        announce(outbox, "t", "robin", "nobody")
    assert outbox.unsettled(NOW + DAY) == []


def test_of_thousands_each_is_settled_or_dropped(outbox):
    for n in range(1200):
        announce(outbox, f"t{n}", "robin", revision=n)
    outbox.settle([f"t{n}" for n in range(700)])
    outbox.drop([f"t{n}" for n in range(700, 1200)])
    assert outbox.unseen("robin") == 700
    assert outbox.unsettled(NOW + DAY) == []


def test_what_one_sender_has_claimed_no_other_gets(outbox):
    tell(outbox, "robin", "sian")
    one, two = outbox.claim(now=NOW), outbox.claim(now=NOW)
    assert {one.to, two.to} == {"robin", "sian"}
    assert outbox.claim(now=NOW) is None
    again = outbox.claim(now=NOW + 10 * MINUTE)
    assert (again.token, again.at, again.notices) == (one.token, one.at, one.notices)


def test_what_comes_after_a_claim_is_in_the_next_letter(outbox):
    tell(outbox, "robin")
    first = outbox.claim(now=NOW)
    tell(outbox, "robin", revision=3)
    outbox.failed(first, now=NOW)
    repeat = outbox.claim(now=NOW + MINUTE)
    assert [n.revision for n in repeat.notices] == [2]
    outbox.sent(repeat, now=NOW + MINUTE)
    assert [n.revision for n in outbox.claim(now=NOW + MINUTE).notices] == [3]


def test_another_address_does_not_let_two_letters_go_at_once(outbox):
    tell(outbox, "robin")
    batch = outbox.claim(now=NOW)
    outbox.begin_anew("robin", now=NOW, waive=False)
    assert outbox.claim(now=NOW) is None
    outbox.sent(batch, now=NOW)
    assert outbox.claim(now=NOW + DAY) is None


def test_news_goes_with_the_account(outbox, database):
    tell(outbox, "robin")
    outbox.claim(now=NOW)
    with database.transaction() as connection:
        connection.exec_driver_sql("delete from account where name = 'robin'")
    assert outbox.for_person("robin") == []
    assert outbox.claim(now=NOW + DAY) is None
