"""Searches that fail, counted by words and week; and what reviewers made of the words."""

from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from itertools import count
from typing import Any

from sqlalchemy import (
    Connection,
    Row,
    bindparam,
    delete,
    func,
    insert,
    select,
    tuple_,
)

from lessons.adapters.database.engine import Database
from lessons.adapters.database.tables import search_mended, search_tally
from lessons.domain.errors import NotFound
from lessons.ports import Failing, Mend, Mended, Outcome

KEPT = timedelta(days=365)
MOST = 20_000  # rows; what was searched for least goes first
BETWEEN = 500  # searches from one tidying to the next; the first of a process tidies as well
COUNTS = (search_tally.c.empty, search_tally.c.found, search_tally.c.opened)

_WORDS = search_tally.c.words == bindparam("typed")
_SUMS = [func.sum(c).label(c.name) for c in COUNTS]
_FAILING = (
    select(
        search_tally.c.words,
        *_SUMS,
        func.max(search_tally.c.week).label("week"),
        search_mended.c.how,
        search_mended.c.target,
        search_mended.c.day,
    )
    .select_from(
        search_tally.outerjoin(search_mended, search_mended.c.words == search_tally.c.words)
    )
    .where(search_tally.c.withheld == "")
    .group_by(
        search_tally.c.words, search_mended.c.how, search_mended.c.target, search_mended.c.day
    )
)
_ONE = _FAILING.where(_WORDS)
_WITHHELD = (
    select(search_tally.c.withheld, func.sum(search_tally.c.empty + search_tally.c.found))
    .where(search_tally.c.withheld != "")
    .group_by(search_tally.c.withheld)
)
_FORGET = delete(search_tally).where(_WORDS, search_tally.c.withheld == "")
_MENDED = (
    select(search_mended)
    .order_by(search_mended.c.day.desc(), search_mended.c.words)
    .limit(bindparam("most"))
)
_TAKE_BACK = (
    delete(search_mended)
    .where(search_mended.c.words == bindparam("typed"))
    .returning(search_mended)
)
_UNMEND = delete(search_mended).where(search_mended.c.words == bindparam("typed"))


class DatabaseTally:
    """`SearchTally` in the database. One statement to a search, which does not wait for the disk."""

    AGAIN = 5

    def __init__(self, database: Database) -> None:
        self._database = database
        add = database.upsert(search_tally)
        self._add = add.on_conflict_do_update(
            index_elements=["words", "withheld", "week"],
            set_={c.name: c + add.excluded[c.name] for c in COUNTS},
        )
        self._counted = count(1)

    def count(self, words: str, outcome: Outcome, day: date, *, withheld: str = "") -> None:
        row: dict[str, Any] = {each: int(each == outcome) for each in Outcome}
        row |= {"words": "" if withheld else words, "withheld": withheld, "week": _monday(day)}
        with self._database.direct() as connection:
            connection.execute(self._add, row)
        if next(self._counted) % BETWEEN == 1:
            self.tidy(day)

    def failing(self) -> Sequence[Failing]:
        with self._database.direct() as connection:
            rows = [_failing(row) for row in connection.execute(_FAILING)]
        waiting = [row for row in rows if self._waits(row)]
        return sorted(waiting, key=lambda f: (-f.times, -f.week.toordinal(), f.words))

    def _waits(self, row: Failing) -> bool:
        return row.times >= (self.AGAIN if row.mended else 1)

    def withheld(self) -> Mapping[str, int]:
        with self._database.direct() as connection:
            return {why: int(times) for why, times in connection.execute(_WITHHELD)}

    def mend(self, words: str, how: Mend, target: str, day: date) -> None:
        with self._database.transaction() as connection:
            row = connection.execute(_ONE, {"typed": words}).first()
            if row is None or not self._waits(_failing(row)):
                raise NotFound()
            connection.execute(_UNMEND, {"typed": words})
            counts = {c.name: getattr(row, c.name) for c in COUNTS}
            new = {"words": words, "how": how.value, "target": target, "day": day, "week": row.week}
            connection.execute(insert(search_mended), new | counts)
            connection.execute(_FORGET, {"typed": words})

    def take_back(self, words: str) -> Mended:
        with self._database.transaction() as connection:
            row = connection.execute(_TAKE_BACK, {"typed": words}).first()
            if row is None:
                raise NotFound()
            counts = {c.name: getattr(row, c.name) for c in COUNTS}
            connection.execute(
                self._add, {"words": words, "withheld": "", "week": row.week} | counts
            )
            return _mended(row)

    def mended(self, limit: int) -> Sequence[Mended]:
        with self._database.direct() as connection:
            return [_mended(row) for row in connection.execute(_MENDED, {"most": limit})]

    def tidy(self, today: date) -> None:
        """The page that lists the words does so as well, so that it never shows what is too old."""
        with self._database.direct() as connection:
            connection.execute(delete(search_tally).where(search_tally.c.week < today - KEPT))
            connection.execute(delete(search_mended).where(search_mended.c.day < today - KEPT))
            self._thin_out(connection)

    @staticmethod
    def _thin_out(connection: Connection) -> None:
        held = connection.scalar(select(func.count()).select_from(search_tally)) or 0
        if held <= MOST:
            return
        key = (search_tally.c.words, search_tally.c.withheld, search_tally.c.week)
        rarest = (
            select(*key)
            .where(search_tally.c.withheld == "")
            .order_by(search_tally.c.empty + search_tally.c.found, search_tally.c.week)
            .limit(held - MOST)
        )
        connection.execute(delete(search_tally).where(tuple_(*key).in_(rarest)))


def _monday(day: date) -> date:
    return day - timedelta(days=day.weekday())


def _failing(row: Row[*tuple[Any, ...]]) -> Failing:
    return Failing(
        row.words,
        row.empty,
        max(0, row.found - row.opened),
        row.empty + row.found,
        row.week,
        _mended(row) if row.how else None,
    )


def _mended(row: Row[*tuple[Any, ...]]) -> Mended:
    return Mended(row.words, Mend(row.how), row.target, row.day)
