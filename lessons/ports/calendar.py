"""Days on which nobody is expected to answer, and days taken away to somebody's own calendar."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Protocol


class Holidays(Protocol):
    """Bank holidays of one part of the country."""

    def holiday(self, day: date) -> str:
        """Its name, "" where the day is none."""


class NoHolidays:
    """Where none are known."""

    def holiday(self, day: date) -> str:
        return ""


@dataclass(frozen=True, slots=True)
class Entry:
    """One whole day in a calendar. uid: the same for the same thing, so that taking the file again moves it."""

    uid: str
    day: date
    title: str
    words: str
    url: str = ""


class Diary(Protocol):
    """Writes days as a file that calendars read."""

    def write(self, name: str, entries: Sequence[Entry]) -> bytes:
        """An iCalendar file (RFC 5545). name: of the calendar, for people."""
