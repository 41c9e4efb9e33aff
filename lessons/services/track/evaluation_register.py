"""The register of evaluations: which are due, overdue, done or not needed, and what they found."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import KW_ONLY, dataclass
from datetime import date

from lessons.domain.access import User
from lessons.domain.deciding import is_person
from lessons.domain.due import Standing
from lessons.domain.ledger import Line
from lessons.domain.record import Kind
from lessons.library import Library

REVIEW_DUE = "review_due"  # done, and to be looked at again by today
ORDER = (
    Standing.OVERDUE, Standing.DUE_SOON, Standing.TO_COME, Standing.NONE, Standing.DONE, Standing.NOT_NEEDED,
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Row:
    """One evaluation of the register. activity: its title where the reader may read it. people: whose it is.
    markings: of all that its row shows.
    """

    line: Line
    standing: Standing
    day: date | None
    activity: str
    people: tuple[str, ...]
    review_due: bool
    markings: tuple[str, ...] = ()

    def is_of(self, who: User) -> bool:
        return any(is_person(name, who) for name in self.people)


@dataclass(frozen=True, slots=True)
class Wanted:
    """What is asked for; "" and False for all. standing: a Standing, or REVIEW_DUE."""

    _: KW_ONLY
    standing: str = ""
    verdict: str = ""
    mine: bool = False
    unit: str = ""
    four_p: str = ""
    threat: str = ""


@dataclass(frozen=True, slots=True)
class Found:
    """rows: in order. standings, verdicts: how many there would be with that one chosen in place of the present one."""

    rows: Sequence[Row]
    standings: Mapping[str, int]
    verdicts: Mapping[str, int]


def rows(library: Library, reader: User) -> list[Row]:
    """All that this person may read, overdue first. Raises SearchUnavailable."""
    timetable = library.timetable
    activities = {line.id: line for line in library.ledger(reader, Kind.OPERATION)}
    found = []
    for line in library.ledger(reader, Kind.EVALUATION):
        activity = activities.get(line.line("activity"))
        leads = (activity.line("plan_owner"), activity.line("lro")) if activity else ()
        people = (line.line("owner"), line.line("evaluator"), *leads)
        standing = timetable.evaluation(line)
        review = line.day("review")
        again = standing is Standing.DONE and review is not None and review <= timetable.today
        day = line.day("done") if standing is Standing.DONE else line.day("due")
        title = activity.title if activity else ""
        markings = tuple(each.line("marking") for each in (line, activity) if each)
        found.append(Row(line, standing, day, title, tuple(filter(None, people)), again, markings))
    return sorted(found, key=_place)


def _place(row: Row) -> tuple[int, int, str]:
    """What waits longest first; of what is done, the latest first. No verdict stands above another."""
    day = row.day.toordinal() if row.day else date.max.toordinal()
    return ORDER.index(row.standing), -day if row.standing is Standing.DONE else day, row.line.id


def find(all_rows: Iterable[Row], reader: User, wanted: Wanted) -> Found:
    kept = [row for row in all_rows if _fits(row, reader, wanted)]
    standings: dict[str, int] = {}
    verdicts: dict[str, int] = {}
    found = []
    for row in kept:
        in_standing = _stands(row, wanted.standing)
        in_verdict = wanted.verdict in ("", row.line.line("verdict"))
        if in_verdict:
            standings[row.standing] = standings.get(row.standing, 0) + 1
            standings[REVIEW_DUE] = standings.get(REVIEW_DUE, 0) + row.review_due
        if in_standing:
            verdict = row.line.line("verdict")
            verdicts[verdict] = verdicts.get(verdict, 0) + 1
        if in_standing and in_verdict:
            found.append(row)
    return Found(found, standings, verdicts)


def _stands(row: Row, standing: str) -> bool:
    return row.review_due if standing == REVIEW_DUE else standing in ("", row.standing)


def _fits(row: Row, reader: User, wanted: Wanted) -> bool:
    return (
        (not wanted.mine or row.is_of(reader))
        and wanted.unit in ("", row.line.line("unit"))
        and (not wanted.four_p or wanted.four_p in row.line.keys("four_p"))
        and (not wanted.threat or wanted.threat in row.line.keys("threats"))
    )


def units(all_rows: Iterable[Row]) -> list[str]:
    return sorted({row.line.line("unit") for row in all_rows} - {""}, key=str.casefold)
