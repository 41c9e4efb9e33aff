"""People sign in, are signed out, and nobody can guess or keep them out. Every backend keeps the same promise."""

import sqlite3
from concurrent.futures import ProcessPoolExecutor, ThreadPoolExecutor
from contextlib import closing
from datetime import UTC, datetime, timedelta
from multiprocessing import get_context
from threading import Barrier

import pytest
from argon2 import PasswordHasher
from sqlalchemy import text

from lessons.adapters.database import Cost, DatabaseAccounts, open_database
from lessons.adapters.database.passwords import Passwords
from lessons.adapters.database.throttle import Throttle
from lessons.domain.access import Role
from lessons.domain.errors import Invalid, NotFound, SignInRefused
from lessons.ports import Account

MORNING = datetime(2026, 5, 4, 7, 0, tzinfo=UTC)
DESK, ELSEWHERE = "192.0.2.10", "198.51.100.7"
RIGHT, WRONG = "copper kettle orchard", "silver kettle orchard"
CHEAP = Cost(rounds=1, memory=8, lanes=1)
MINUTE, HOUR = timedelta(minutes=1), timedelta(hours=1)


@pytest.fixture
def accounts(database):
    made = DatabaseAccounts(database, idle=30 * MINUTE, absolute=12 * HOUR, cost=CHEAP)
    made.add(Account("robin.example", Role.OFFICER, frozenset({"alder"})), RIGHT)
    return made


def sign_in(accounts, password=RIGHT, *, name="robin.example", address=DESK, now=MORNING):
    return accounts.sign_in(name, password, address=address, now=now)


def is_refused(accounts, password=RIGHT, **how):
    try:
        sign_in(accounts, password, **how)
    except SignInRefused as refusal:
        return str(refusal) == str(SignInRefused())
    return False


# Accounts


def test_an_account_comes_back_as_it_was_made(accounts):
    sam = Account(
        "siân", Role.LEAD, frozenset({"elm", "ash"}), language="cy", example=True, disabled=True
    )
    accounts.add(sam, RIGHT)
    assert accounts.get("siân") == sam
    assert [a.name for a in accounts.all()] == ["robin.example", "siân"]


def test_a_name_is_the_same_however_it_is_typed(accounts):
    assert sign_in(accounts, name="  ROBIN.Example ").account.name == "robin.example"
    assert sign_in(accounts, name="ｒobin.example").account.name == "robin.example"
    with pytest.raises(Invalid, match="taken"):
        accounts.add(Account("Robin.Example", Role.ADMIN), RIGHT)
    assert accounts.get("Robin.EXAMPLE").role is Role.OFFICER


@pytest.mark.parametrize(
    "name",
    ["", "a", "..", "-a", "a/b", "a b", "a\nb", "a\0b", "x" * 65, "x" * 100_000, "\ud800ab",
     "rоbin",  # with a Cyrillic o
     "robın",  # with a dotless i
     "a\u0335b", "system", "SYSTEM"],
)  # fmt: skip
def test_a_name_that_is_malformed_a_look_alike_or_the_systems_own_is_refused(accounts, name):
    with pytest.raises(Invalid) as refusal:
        accounts.add(Account(name, Role.OFFICER), RIGHT)
    assert [p.field for p in refusal.value.problems] == ["name"]
    assert is_refused(accounts, name=name)
    with pytest.raises(NotFound):
        accounts.get(name)


@pytest.mark.parametrize(
    "password",
    ["", "eleven char", "x" * 201, "aaaaaaaaaaaaaa", "abababababab", "password1234", "Passw0rd-2026",
     "robin.example", "Robin Example 1", "robinexamplerobinexample", "123456789012",
     "abcdefghijklm", "9876543210987", "qwertyuiopasdf"],
)  # fmt: skip
def test_a_password_that_is_short_long_or_soon_guessed_is_refused(accounts, password):
    with pytest.raises(Invalid) as refusal:
        accounts.set_password("robin.example", password)
    assert [p.field for p in refusal.value.problems] == ["password"]
    assert "%(" not in str(refusal.value)
    sign_in(accounts, RIGHT)


@pytest.mark.parametrize(
    "password", ["twelve chars", "x7yz" * 50, "!?%$£()[]{}#", "gwylan, môr a thywod", "a\0bcdefg nul"]
)  # fmt: skip
def test_any_other_password_will_do(accounts, password):
    accounts.set_password("robin.example", password)
    sign_in(accounts, password)
    assert is_refused(accounts, password + "x")


def test_a_password_typed_on_another_keyboard_is_the_same(accounts):
    accounts.set_password("robin.example", "caf\u00e9 kettle orchard")
    sign_in(accounts, "cafe\u0301 kettle orchard")


def test_what_cannot_be_a_password_is_wrong_and_not_an_error(accounts):
    for odd in ("", "\ud800" * 12, "x" * 10_000_000):
        assert is_refused(accounts, odd)


def test_unknown_people_are_not_found(accounts):
    for ask in (
        lambda: accounts.get("nobody"),
        lambda: accounts.change("nobody", role=Role.LEAD),
        lambda: accounts.choose("nobody", mail="", told="never", language="cy"),
        lambda: accounts.set_password("nobody", RIGHT),
        lambda: accounts.add_token("import", "nobody", None, now=MORNING),
        lambda: accounts.revoke_token("nothing"),
    ):
        with pytest.raises(NotFound):
            ask()
    assert is_refused(accounts, name="nobody")
    assert accounts.sign_out_everywhere("nobody") == 0


# Sessions


def test_signed_in_means_known_until_signed_out(accounts):
    session = sign_in(accounts)
    found = accounts.session(session.token, now=MORNING + MINUTE / 2)
    assert found == session
    assert found.account.user.groups == {"alder"}
    accounts.sign_out(session.token)
    assert accounts.session(session.token, now=MORNING) is None


@pytest.mark.parametrize("token", ["", "x", "x" * 43, "é\ud800", "a\0b", "x" * 10_000_000])
def test_a_made_up_token_is_nobody(accounts, token):
    sign_in(accounts)
    assert accounts.session(token, now=MORNING) is None
    assert accounts.bearer(token, now=MORNING) is None
    assert accounts.bearer("a." + token, now=MORNING) is None
    accounts.sign_out(token)


def test_a_session_nobody_uses_ends_after_half_an_hour(accounts):
    token = sign_in(accounts).token
    assert accounts.session(token, now=MORNING + 31 * MINUTE) is None


def test_a_session_in_use_lasts_the_shift_and_no_longer(accounts):
    token = sign_in(accounts).token
    now = MORNING
    while now < MORNING + 12 * HOUR:
        now += 20 * MINUTE
        session = accounts.session(token, now=now)
        assert session is not None
        assert (session.started, session.seen) == (MORNING, now)
    assert accounts.session(token, now=now + MINUTE) is None


def test_being_seen_is_written_once_a_minute(accounts):
    token = sign_in(accounts).token
    seen = [
        accounts.session(token, now=MORNING + s * timedelta(seconds=1)).seen for s in (59, 60, 61)
    ]
    assert seen == [MORNING, MORNING + MINUTE, MORNING + MINUTE]


def test_sessions_that_are_over_are_cleared_away(accounts, database):
    for _ in range(3):
        sign_in(accounts)
    sign_in(accounts, now=MORNING + 13 * HOUR)
    assert accounts.sign_out_everywhere("Robin.Example") == 1


def test_a_new_role_a_new_password_or_disabling_ends_every_session(accounts):
    for end in (
        lambda: accounts.change("Robin.Example", role=Role.LEAD),
        lambda: accounts.set_password("robin.example", RIGHT),
        lambda: accounts.change("robin.example", disabled=True),
    ):
        here, there = sign_in(accounts), sign_in(accounts, address=ELSEWHERE)
        end()
        assert accounts.session(here.token, now=MORNING) is None
        assert accounts.session(there.token, now=MORNING) is None
    assert is_refused(accounts)


def test_an_account_disabled_by_hand_in_the_database_opens_nothing(accounts, database):
    token = sign_in(accounts).token
    with database.transaction() as connection:
        connection.execute(text("update account set disabled = true"))
    assert accounts.session(token, now=MORNING) is None
    assert is_refused(accounts)


def test_a_new_group_counts_at_once_and_disturbs_nobody(accounts):
    token = sign_in(accounts).token
    accounts.change("robin.example", groups=frozenset({"birch"}))
    accounts.choose("robin.example", mail="robin@force.example", told="weekly", language="cy")
    person = accounts.session(token, now=MORNING).account
    assert (person.groups, person.language) == ({"birch"}, "cy")
    assert (person.mail, person.told) == ("robin@force.example", "weekly")


def test_changes_of_one_account_at_the_same_moment_all_hold(accounts):
    """Each knows the account only as it was before the others changed it."""
    for n in range(10):
        accounts.add(Account(f"kit{n}", Role.OFFICER), RIGHT)
        together = Barrier(3)
        changes = (
            lambda name: accounts.change(name, role=Role.LEAD),
            lambda name: accounts.change(name, disabled=True),
            lambda name: accounts.choose(name, mail="kit@force.example", told="never", language="cy"),
        )  # fmt: skip
        with ThreadPoolExecutor(3) as pool:
            list(pool.map(lambda change: (together.wait(), change(f"kit{n}")), changes))  # noqa: B023 (waited for)
        kit = accounts.get(f"kit{n}")
        assert (kit.role, kit.disabled) == (Role.LEAD, True)
        assert (kit.mail, kit.told, kit.language) == ("kit@force.example", "never", "cy")


def test_two_people_do_not_end_each_others_sessions(accounts):
    accounts.add(Account("kit", Role.OFFICER), RIGHT)
    kit = sign_in(accounts, name="kit").token
    sign_in(accounts)
    assert accounts.sign_out_everywhere("robin.example") == 1
    assert accounts.session(kit, now=MORNING).account.name == "kit"


# Throttling


def fails(accounts, times, *, step=timedelta(seconds=1), start=MORNING, **how):
    """Wrong passwords, a second apart; the moment after the last."""
    for i in range(times):
        assert is_refused(accounts, WRONG, now=start + i * step, **how)
    return start + times * step


def test_after_five_wrong_passwords_that_place_waits_but_the_officers_own_desk_does_not(accounts):
    after = fails(accounts, 5, address=ELSEWHERE)
    assert is_refused(accounts, address=ELSEWHERE, now=after)
    sign_in(accounts, address=DESK, now=after)
    sign_in(accounts, address=ELSEWHERE, now=after + 30 * timedelta(seconds=1))


def test_four_wrong_passwords_cost_nothing(accounts):
    sign_in(accounts, now=fails(accounts, 4))


def test_a_right_password_wipes_the_slate(accounts):
    for _ in range(3):
        sign_in(accounts, now=fails(accounts, 4))


def test_each_further_wrong_password_doubles_the_wait_up_to_a_quarter_of_an_hour(accounts):
    waits = []
    for day, failures in enumerate(range(5, 13)):
        start = MORNING + day * 24 * HOUR
        last = fails(accounts, failures, step=15 * MINUTE, start=start) - 15 * MINUTE
        waits.append(_wait(accounts, last))
    assert waits == [30, 60, 120, 240, 480, 900, 900, 900]


def _wait(accounts, last):
    """Seconds until the right password is let in, tried again and again."""
    seconds = 0
    while is_refused(accounts, now=last + timedelta(seconds=seconds)):
        seconds += 10
    return seconds


def test_a_clock_that_is_a_minute_ahead_on_one_server_makes_nobody_wait_on_another(accounts):
    fails(accounts, 1, start=MORNING + MINUTE)
    sign_in(accounts, now=MORNING)


def test_trying_again_too_soon_does_not_make_the_wait_longer(accounts):
    after = fails(accounts, 5)
    fails(accounts, 20, start=after)
    sign_in(accounts, now=after + 30 * timedelta(seconds=1))


def test_failures_are_forgotten_after_a_quiet_time(accounts):
    after = fails(accounts, 4)
    sign_in(accounts, now=fails(accounts, 4, start=after + 16 * MINUTE))


def test_one_place_that_tries_many_people_has_to_wait(accounts):
    for i in range(10):
        fails(accounts, 3, name=f"person{i}", address=ELSEWHERE)
    later = MORNING + timedelta(seconds=5)
    assert is_refused(accounts, address=ELSEWHERE, now=later)
    sign_in(accounts, address=DESK, now=later)


def test_guesses_at_one_person_from_everywhere_are_slowed_but_their_own_desk_still_works(accounts):
    sign_in(accounts, address=DESK)
    for i in range(50):
        fails(accounts, 1, address=f"203.0.113.{i}")
    later = MORNING + timedelta(seconds=2)
    assert is_refused(accounts, address=ELSEWHERE, now=later)
    sign_in(accounts, address=DESK, now=later)
    sign_in(accounts, address=ELSEWHERE, now=later + timedelta(seconds=10))


def test_a_busy_office_is_not_made_to_wait_by_people_who_get_it_right(accounts):
    for i in range(29):
        fails(accounts, 1, name=f"person{i}")
    sign_in(accounts)
    accounts.add(Account("kit", Role.OFFICER), RIGHT)
    sign_in(accounts, name="kit")


def test_a_new_password_forgets_the_places_of_whoever_had_the_old_one(accounts):
    sign_in(accounts, address=ELSEWHERE)
    accounts.set_password("robin.example", WRONG + " too")
    for i in range(50):
        fails(accounts, 1, address=f"203.0.113.{i}")
    assert is_refused(accounts, WRONG + " too", address=ELSEWHERE)


def test_one_home_connection_is_one_place_in_either_kind_of_address(accounts):
    for i in range(5):
        fails(accounts, 1, address=f"2001:db8::{i:x}")
    assert is_refused(accounts, address="2001:db8::ffff")
    sign_in(accounts, address="2001:db8:0:1::1")
    fails(accounts, 5, address="::ffff:198.51.100.7")
    assert is_refused(accounts, address="198.51.100.7")


def test_many_wrong_passwords_at_the_same_instant_are_counted_each(accounts, url):
    with ProcessPoolExecutor(2, mp_context=get_context("spawn")) as pool:
        looked_at = sum(pool.map(_admitted, [url] * 10))
    assert looked_at == 5


def _admitted(url):
    with closing(open_database(url)) as database:
        return Throttle(database).admit("robin.example", DESK, MORNING)


def test_every_refusal_takes_the_same_work(accounts, monkeypatch):
    looked = []
    verify = PasswordHasher.verify
    monkeypatch.setattr(
        PasswordHasher,
        "verify",
        lambda self, *a: looked.append(a[0].split("$")[:4]) or verify(self, *a),
    )
    accounts.add(Account("away", Role.OFFICER, disabled=True), RIGHT)
    assert is_refused(accounts, WRONG)
    assert is_refused(accounts, "x" * 1_000)
    assert is_refused(accounts, name="nobody")
    assert is_refused(accounts, name="no body")
    assert is_refused(accounts, name="away")
    fails(accounts, 5, address=ELSEWHERE)
    assert is_refused(accounts, address=ELSEWHERE)
    assert len(looked) == 11
    assert all(cost == looked[0] for cost in looked)


@pytest.mark.parametrize("what", ["disabled", "new password"])
def test_who_is_shut_out_while_their_password_is_looked_at_does_not_get_in(accounts, what):
    class Slow(Passwords):
        def fits(self, stored, password):
            right = super().fits(stored, password)
            if what == "disabled":
                accounts.change("robin.example", disabled=True)
            else:
                accounts.set_password("robin.example", WRONG)
            return right

    accounts._passwords = Slow(CHEAP)
    assert is_refused(accounts)
    assert accounts.sign_out_everywhere("robin.example") == 0


# Keys for programs


def test_a_key_lets_a_program_in_until_it_expires_or_is_revoked(accounts):
    info, key = accounts.add_token("nightly import", "Robin.Example", MORNING + HOUR, now=MORNING)
    assert accounts.bearer(key, now=MORNING).name == "robin.example"
    assert accounts.bearer(key, now=MORNING + HOUR) is None
    assert accounts.bearer(key[:-1], now=MORNING) is None
    assert accounts.bearer(key.partition(".")[2], now=MORNING) is None
    assert accounts.tokens() == [info]
    accounts.revoke_token(info.id)
    assert accounts.bearer(key, now=MORNING) is None
    assert [t.revoked for t in accounts.tokens()] == [True]


def test_a_key_of_a_disabled_account_opens_nothing(accounts):
    _, key = accounts.add_token("nightly import", "robin.example", None, now=MORNING)
    accounts.change("robin.example", disabled=True)
    assert accounts.bearer(key, now=MORNING) is None


# What is kept


def test_the_files_nowhere_hold_a_password_a_token_a_key_or_an_address(accounts, tmp_path):
    session = sign_in(accounts)
    is_refused(accounts, WRONG)
    is_refused(accounts, RIGHT, name="typed-my-password-here")
    _, key = accounts.add_token("nightly import", "robin.example", None, now=MORNING)
    files = sorted(tmp_path.glob("lessons.db*"))
    stored = b"".join(f.read_bytes() for f in files)
    assert b"robin.example" in stored
    assert b"$argon2id$" in stored
    secrets = [
        RIGHT,
        WRONG,
        session.token,
        key,
        key.partition(".")[2],
        DESK,
        "typed-my-password-here",
    ]
    assert [s for s in secrets if s.encode() in stored] == []
    assert {oct(f.stat().st_mode & 0o777) for f in files} == {"0o600"}


def test_a_hash_made_at_a_lower_cost_is_renewed_at_the_next_sign_in(accounts, database, tmp_path):
    before = _hash(tmp_path)
    dearer = DatabaseAccounts(database, cost=Cost(rounds=2, memory=16, lanes=1))
    assert is_refused(dearer, WRONG)
    assert _hash(tmp_path) == before
    sign_in(dearer)
    assert "m=16,t=2,p=1" in _hash(tmp_path)
    sign_in(dearer)


def _hash(folder):
    with closing(sqlite3.connect(folder / "lessons.db")) as db:
        return db.execute("select password from account").fetchone()[0]
