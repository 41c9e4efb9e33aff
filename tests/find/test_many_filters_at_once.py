"""A line full of filters is one more search, not a way to keep everybody waiting."""

from lessons.app import House
from lessons.domain.access import SYSTEM, Role, User
from lessons.domain.record import Kind, Record
from lessons.ports import Change
from lessons.services.find.asking import text_without, words_only
from lessons.services.find.meaning import Understood

OFFICER = User("pc.example", Role.OFFICER)
UNITS = [f"Response Team {n}" for n in range(30)]


class Counted(Understood):
    """How often a value was looked up among those of the records."""

    lookups = 0

    def keys(self, param: str, value: str) -> frozenset[str]:
        self.lookups += 1
        return super().keys(param, value)


def test_what_a_line_says_is_looked_up_once_whatever_is_taken_away_from_it(house: House) -> None:
    """The page has a link for every filter that can be taken away: 30 units by one value, and by each of many."""
    house.library.save_many(SYSTEM, "import", [
        Change(Record(f"L-2026-{n:05d}", Kind.LESSON,
                      fields={"title": "Radio", "state": "observation", "marking": "official", "unit": unit}), 0)
        for n, unit in enumerate(UNITS)
    ])  # fmt: skip
    meaning = Counted(house.library, OFFICER)
    line = "radio unit:resp unit:response unit:team"
    assert words_only(line, meaning) == "radio"
    for unit in UNITS:
        assert f'"{unit}"' not in text_without(line, "unit", (unit,), meaning)
    assert meaning.lookups == 3
