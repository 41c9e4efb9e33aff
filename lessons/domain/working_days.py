"""Working days, and the promise to those who send something in.

Monday to Friday count, without the bank holidays of the part of the country that the settings name.
"""

from collections.abc import Callable
from datetime import date, timedelta

PROMISE = 5  # working days within which everybody who sends something in hears what became of it
Holiday = Callable[[date], str]  # the name of a bank holiday, "" for any other day


def no_holiday(day: date) -> str:
    return ""


def is_working_day(day: date, holiday: Holiday = no_holiday) -> bool:
    return day.weekday() < 5 and not holiday(day)


def next_working_day(day: date, holiday: Holiday = no_holiday) -> date:
    """The day itself where it is one."""
    while not is_working_day(day, holiday):
        day += timedelta(days=1)
    return day


def working_days(since: date, today: date, holiday: Holiday = no_holiday) -> int:
    """How many working days have gone by after the day `since`, `today` with them; 0 where it is still to come."""
    days = (today - since).days
    if days <= 0:
        return 0
    weeks, rest = divmod(days, 7)
    begun = sum((since + timedelta(days=n)).weekday() < 5 for n in range(1, rest + 1))
    off = holiday is not no_holiday and sum(
        bool(holiday(day)) and day.weekday() < 5
        for day in (since + timedelta(days=n) for n in range(1, days + 1))
    )
    return weeks * 5 + begun - off


def late(since: date, today: date, holiday: Holiday = no_holiday) -> bool:
    """Whether the promise is broken by today."""
    return working_days(since, today, holiday) > PROMISE
