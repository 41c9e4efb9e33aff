"""News of one act on many records, told as one: gathered where it is read, and kept one by one."""

from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from datetime import timedelta

from lessons.domain.access import User
from lessons.domain.lifecycle import Whom
from lessons.domain.record import Kind
from lessons.domain.reminding import REMINDERS
from lessons.library import Library
from lessons.ports import Outbox
from lessons.ports.telling import AS
from lessons.services.telling.reading import News, as_read_by

NEAR = timedelta(minutes=10)  # between one and the next of the same act
LEAST = 3  # that are told as one
SHOWN = 20  # on a page, before those of less than LEAST stand alone
MOST_READ = 200  # notices of one page


@dataclass(frozen=True, slots=True)
class Gathered:
    """items: one, or LEAST and more that say the same of several records; newest first, and what is due earliest due
    first.
    """

    items: tuple[News, ...]

    @property
    def first(self) -> News:
        return self.items[0]

    @property
    def many(self) -> str:
        """What stands above several that are due, in the place of what is told of one; to be translated."""
        return REMINDERS[self.first.notice.event].many if self.first.is_reminder else ""

    @property
    def of_mine(self) -> bool:
        """Whether all are lessons that the reader sent in or owns."""
        whom = {each.notice.said.get(AS) for each in self.items}
        kinds = {each.record.kind if each.record else None for each in self.items}
        return kinds == {Kind.LESSON} and whom <= {Whom.AUTHOR, Whom.OWNER}

    @property
    def markings(self) -> list[str]:
        return [marking for each in self.items for marking in each.markings]


@dataclass(frozen=True, slots=True)
class Page:
    """read: how many notices stand on it, of those from its start."""

    news: list[Gathered]
    read: int


def page(
    library: Library, outbox: Outbox, reader: User, *, start: int = 0, most: int = SHOWN, unseen: bool = False,
    shown: Collection[str] = (),
) -> Page:  # fmt: skip
    """News from a notice on, newest first, until something would be told that is one too many. shown: records that
    stand on the page with the day they are due, so that nobody is reminded of them beside.
    """
    notices = outbox.for_person(reader.name, start=start, limit=MOST_READ, unseen=unseen)
    groups, read = list[list[News]](), 0
    for notice in notices:
        found = (
            each
            for each in as_read_by(library, reader, [notice])
            if not (each.is_reminder and notice.about in shown)
        )
        if not all(_placed(groups, each, most) for each in found):
            break
        read += 1
    return Page(_told(groups), read)


def gather(found: Iterable[News]) -> list[Gathered]:
    groups = list[list[News]]()
    for each in found:
        _placed(groups, each)
    return _told(groups)


def _placed(groups: list[list[News]], each: News, most: int | None = None) -> bool:
    """False where it belongs to none of these and there are enough."""
    for group in groups:
        if _alike(group[-1], each):
            group.append(each)
            return True
    if len(groups) == most:
        return False
    groups.append([each])
    return True


def _alike(one: News, other: News) -> bool:
    if one.is_reminder or other.is_reminder:
        same = (one.notice.event, one.notice.seen) == (other.notice.event, other.notice.seen)
        return same and one.notice.about != other.notice.about
    near = abs(one.notice.at - other.notice.at) <= NEAR
    return near and _says(one) == _says(other)


def _says(each: News) -> tuple[object, ...]:
    """All that is told of a record but which it is. What is closed says nothing, not even what event it was."""
    other = each.other.id if each.other else ""
    whom = each.notice.said.get(AS) if each.record else ""
    kind = each.record.kind if each.record else None
    alone = each.notice.id if each.digest else 0
    return (
        each.told, each.reason, each.sentence, each.themes, other, whom, kind, each.notice.seen, each.why, alone,
    )  # fmt: skip


def _told(groups: Iterable[list[News]]) -> list[Gathered]:
    return sorted(_parted(groups), key=_newest, reverse=True)


def _newest(told: Gathered) -> int:
    return max(each.notice.id for each in told.items)


def _parted(groups: Iterable[list[News]]) -> Iterator[Gathered]:
    for group in groups:
        if len(group) < LEAST:
            yield from (Gathered((each,)) for each in group)
        elif group[0].is_reminder:
            yield Gathered(tuple(sorted(group, key=lambda each: (each.day, each.notice.about))))
        else:
            yield Gathered(tuple(group))
