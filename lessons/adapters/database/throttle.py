"""How often somebody may try to sign in, counted in the database so that it holds over all workers.

Three counts, each with its own patience:
- one person from one place: five wrong passwords, then a wait that doubles;
- one place, whoever it tries to be;
- one person from anywhere, which catches a guess spread over many places.
The last two would let a stranger keep a person out. They do not bind a place from which that person
has signed in lately: at their own desk only their own five tries count.

An attempt is counted before the password is looked at, and taken back when it was right, so that
many at the same instant are not all let through on one count. An attempt during a wait is not
counted and does not lengthen it.
"""

import ipaddress
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, Row, bindparam, delete, select, update

from lessons.adapters.database.engine import Database
from lessons.adapters.database.passwords import digest
from lessons.adapters.database.tables import known_place, throttle

MEMORY = timedelta(
    minutes=15
)  # after a quiet time of this length, beyond any wait, failures are forgotten
PLACE_MEMORY = timedelta(days=30)


@dataclass(frozen=True, slots=True)
class Patience:
    """free: failures without a wait; then `first`, doubled each time, never over `most`."""

    free: int
    first: timedelta
    most: timedelta

    def wait(self, failures: int) -> timedelta:
        over = failures - self.free
        if over < 0:
            return timedelta()
        doubled: int = 2 ** min(over, 20)
        return min(self.first * doubled, self.most)

    def holds(self, held: Row[*tuple[Any, ...]], now: datetime) -> bool:
        """By the count as well as the time.

        So neither another node's fast clock nor an attempt taken back makes anybody wait.
        """
        return held.failures >= self.free and bool(held.until > now)


PAIR = Patience(5, timedelta(seconds=30), timedelta(minutes=15))
PLACE = Patience(30, timedelta(seconds=30), timedelta(minutes=5))
PERSON = Patience(50, timedelta(seconds=5), timedelta(minutes=5))

_FORGET = delete(throttle).where(throttle.c.forgotten < bindparam("now"))
_HELD = (
    select(throttle)
    .where(throttle.c.key.in_(bindparam("keys", expanding=True)))
    .order_by(
        throttle.c.key
    )  # one order for all, so that two transactions cannot wait for each other
    .with_for_update()
)
_KNOWN = select(known_place.c.seen).where(
    known_place.c.account == bindparam("account"),
    known_place.c.place == bindparam("place"),
    known_place.c.seen > bindparam("since"),
)
_TAKE_BACK = (
    update(throttle)
    .where(throttle.c.key.in_(bindparam("keys", expanding=True)), throttle.c.failures > 0)
    .values(failures=throttle.c.failures - 1)
)
_CLEAR = delete(throttle).where(throttle.c.key == bindparam("pair"))
_FORGET_OLD = delete(known_place).where(known_place.c.seen <= bindparam("since"))
_FORGET_PLACES = delete(known_place).where(known_place.c.account == bindparam("person"))


class Throttle:
    """Counts attempts, by folded name and by address."""

    def __init__(self, database: Database) -> None:
        self._database = database
        count = database.upsert(throttle)
        self._count = count.on_conflict_do_update(
            index_elements=["key"],
            set_={c: count.excluded[c] for c in ("failures", "until", "forgotten")},
        )
        know = database.upsert(known_place)
        self._know = know.on_conflict_do_update(
            index_elements=["account", "place"], set_={"seen": know.excluded.seen}
        )

    def admit(self, name: str, address: str, now: datetime) -> bool:
        """Whether this attempt may be looked at; if so, it counts as a failure until `forgive`."""
        rules = _rules(name, address)
        pair = next(iter(rules))
        with self._database.transaction() as connection:
            connection.execute(_FORGET, {"now": now})
            held = {row.key: row for row in connection.execute(_HELD, {"keys": list(rules)})}
            binding = [pair] if self._is_known(connection, name, address, now) else list(rules)
            if any(rules[key].holds(held[key], now) for key in binding if key in held):
                return False
            for key in sorted(rules):
                failures = held[key].failures + 1 if key in held else 1
                until = now + rules[key].wait(failures)
                row = {"key": key, "failures": failures, "until": until}
                connection.execute(self._count, row | {"forgotten": until + MEMORY})
        return True

    def forgive(self, connection: Connection, name: str, address: str, now: datetime) -> None:
        """The password was right: take the count back, and know this place from now on."""
        pair, *others = _rules(name, address)
        connection.execute(_CLEAR, {"pair": pair})
        connection.execute(_TAKE_BACK, {"keys": others})
        connection.execute(_FORGET_OLD, {"since": now - PLACE_MEMORY})
        row = {"account": name, "place": _place(address), "seen": now}
        connection.execute(self._know, row)

    @staticmethod
    def forget_places(connection: Connection, name: str) -> None:
        connection.execute(_FORGET_PLACES, {"person": name})

    @staticmethod
    def _is_known(connection: Connection, name: str, address: str, now: datetime) -> bool:
        asked = {"account": name, "place": _place(address), "since": now - PLACE_MEMORY}
        return connection.execute(_KNOWN, asked).first() is not None


def _rules(name: str, address: str) -> dict[str, Patience]:
    """The three counts of an attempt, that of the pair first."""
    place = _place(address)
    return {
        digest(f"pair\0{name}\0{place}"): PAIR,
        digest(f"place\0{place}"): PLACE,
        digest(f"person\0{name}"): PERSON,
    }


def _place(address: str) -> str:
    """Of IPv6 the network of 64 bits, since one subscriber holds all of it."""
    try:
        ip = ipaddress.ip_address(address.strip())
    except ValueError:
        return digest(address)
    if isinstance(ip, ipaddress.IPv6Address):
        mapped = ip.ipv4_mapped
        if mapped is None:
            return digest(str(ipaddress.ip_network((int(ip), 64), strict=False)))
        return digest(str(mapped))
    return digest(str(ip))
