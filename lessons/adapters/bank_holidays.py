"""Bank holidays of the United Kingdom, from the package `holidays`, with the days that stand in for them."""

from collections.abc import Mapping
from datetime import date
from threading import Lock

import holidays

# By the setting: England and Wales keep the same days.
PARTS: Mapping[str, str] = {
    "england_and_wales": "ENG", "england": "ENG", "wales": "WLS", "scotland": "SCT", "northern_ireland": "NIR",
}  # fmt: skip


class BankHolidays:
    """`Holidays` of one part of the country: one of PARTS."""

    def __init__(self, part: str) -> None:
        self._part = PARTS[part]
        self._years: dict[int, Mapping[date, str]] = {}
        self._one = Lock()

    def holiday(self, day: date) -> str:
        return self._of(day.year).get(day, "")

    def _of(self, year: int) -> Mapping[date, str]:
        found = self._years.get(year)
        if found is None:
            with self._one:
                named = holidays.country_holidays("GB", subdiv=self._part, years=year)
                found = self._years[year] = dict(named.items())
        return found
