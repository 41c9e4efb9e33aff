"""Working days, and the promise to those who send something in.

Monday to Friday count. Bank holidays are not known here: across one of them an item is told to be late a day early.
"""

from datetime import date, timedelta

PROMISE = 5  # working days within which everybody who sends something in hears what became of it


def working_days(since: date, today: date) -> int:
    """How many working days have gone by after the day `since`, `today` with them; 0 where it is still to come."""
    days = (today - since).days
    if days <= 0:
        return 0
    weeks, rest = divmod(days, 7)
    begun = sum((since + timedelta(days=n)).weekday() < 5 for n in range(1, rest + 1))
    return weeks * 5 + begun


def late(since: date, today: date) -> bool:
    """Whether the promise is broken by today."""
    return working_days(since, today) > PROMISE
