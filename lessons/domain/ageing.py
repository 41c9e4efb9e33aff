"""What the index is told of who owns a lesson and of the day by which it is to be looked at again, so that what waits
for somebody is found and counted there.

Both values are seen by everybody who may read the lesson.
"""

from collections.abc import Iterator
from datetime import date

from lessons.domain.record import Kind, Record
from lessons.domain.states import GOOD
from lessons.domain.waiting import held_by

# In a query. CHECK_BY: a month of this century, or a year, as `periods_to` gives them. OWNER: see `held_by`.
CHECK_BY, OWNER = "check_by", "owner"
DUE = "check_due"  # the event that its owner hears of
FIRST_YEAR = 2000  # days before count as of the year before


def ageing(record: Record) -> dict[str, tuple[str, ...]]:
    """The values of a record by parameter; nothing but for a lesson that holds good."""
    if record.kind is not Kind.LESSON or record.line("state") not in GOOD:
        return {}
    day, owner = record.day("check_by"), (held_by(record.line("owner")),)
    if day is None:
        return {OWNER: owner}
    return {CHECK_BY: (_year(day.year), f"{day:%Y-%m}"), OWNER: owner}


def _year(year: int) -> str:
    return str(max(year, FIRST_YEAR - 1))


def periods_to(today: date) -> Iterator[str]:
    """The periods in which what is due by a day was to be checked, oldest first; the last one holds later days too."""
    yield from (_year(year) for year in range(FIRST_YEAR - 1, today.year))
    yield from (f"{today.year:04d}-{month:02d}" for month in range(1, today.month + 1))
