"""Days for people's own calendars, written with the package `icalendar`."""

from collections.abc import Callable, Sequence
from datetime import datetime, timedelta

from icalendar import Calendar, Event

from lessons.ports import Entry

PRODUCT = "-//Lessons//Lessons//EN"


class ICalendarDiary:
    """`Diary` as iCalendar: each entry a whole day, with no hour and no zone, so that no change of clocks moves it."""

    type = "text/calendar"

    def __init__(self, clock: Callable[[], datetime]) -> None:
        self._clock = clock

    def write(self, name: str, entries: Sequence[Entry]) -> bytes:
        calendar = Calendar()
        calendar.add("prodid", PRODUCT)
        calendar.add("version", "2.0")
        calendar.add("method", "PUBLISH")
        calendar.add("x-wr-calname", name)
        now = self._clock()
        for entry in entries:
            calendar.add_component(self._event(entry, now))
        return bytes(calendar.to_ical())

    @staticmethod
    def _event(entry: Entry, now: datetime) -> Event:
        event = Event()
        event.add("uid", entry.uid)
        event.add("dtstamp", now)
        event.add("dtstart", entry.day)
        event.add("dtend", entry.day + timedelta(days=1))
        event.add("summary", entry.title)
        if entry.words:
            event.add("description", entry.words)
        if entry.url:
            event.add("url", entry.url)
        event.add("transp", "TRANSPARENT")
        return event
