"""What happened of late that somebody may follow: read from the ledger alone, and sorted by what can be followed."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta

from lessons.domain.access import SYSTEM
from lessons.domain.errors import LessonsError
from lessons.domain.following import VERBS, Event, Thing, What, above, starts
from lessons.domain.ledger import Line
from lessons.domain.record import Kind, Revision
from lessons.domain.states import GOOD
from lessons.domain.vocabulary import Vocabulary
from lessons.library import Library

KINDS = (Kind.LESSON, Kind.DEBRIEF, Kind.EVALUATION, Kind.BRIEFING, Kind.ACTION)
# Of the other kinds: what happened, the field that says when, and the field that links to the operation.
OF_OPERATION: Mapping[Kind, tuple[Event, str, str]] = {
    Kind.DEBRIEF: (Event.DEBRIEF, "sent", "operation"),
    Kind.EVALUATION: (Event.EVALUATION, "done", "activity"),
    Kind.BRIEFING: (Event.BRIEFING, "issued", "operation"),
    Kind.ACTION: (Event.ACTION, "agreed", ""),
}
LINKS = ("operation", "activity")


@dataclass(frozen=True, slots=True)
class Under:
    """A thing under something that can be followed. exactly: by the very key. via: records of which one must be open to
    whoever is told, as they tie the thing to it.
    """

    thing: Thing
    exactly: bool = True
    via: tuple[str, ...] = ()


@dataclass(slots=True)
class Happened:
    """things: all of them. under: by the id of a follow, those that meet it; searches have to be asked themselves."""

    things: list[Thing] = field(default_factory=list)
    under: dict[str, list[Under]] = field(default_factory=dict)

    def add(self, what: What, key: str, *found: Under) -> None:
        self.under.setdefault(f"{what}:{key}", []).extend(found)


def happened(library: Library, floor: datetime) -> Happened:
    """What happened from then on. Raises SearchUnavailable."""
    found, first = Happened(), floor.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    lists, lines = library.vocabularies, library.ledger(SYSTEM, *KINDS)
    actions: list[tuple[Line, Thing]] = []
    for line in lines:
        for thing in things_of(library, line, first):
            found.things.append(thing)
            if line.kind is Kind.ACTION:
                actions.append((line, thing))
            else:
                _place(found, line, thing, lists["theme"], lists["threat"])
    if actions:
        _place_actions(found, actions, lines)
    return found


def _place(
    found: Happened, line: Line, thing: Thing, themes: Vocabulary, threats: Vocabulary
) -> None:
    for name in LINKS:
        if line.line(name):
            found.add(What.OPERATION, line.line(name), Under(thing))
    if line.kind is Kind.LESSON:
        for what, terms in ((What.THEME, themes), (What.THREAT, threats)):
            own = frozenset(now for key in line.keys(f"{what}s") for now in terms.became(key))
            for key in above(terms, own):
                found.add(what, key, Under(thing, key in own))


def _place_actions(
    found: Happened, actions: Iterable[tuple[Line, Thing]], lines: Sequence[Line]
) -> None:
    """An action belongs to the operations of what it comes from."""
    of = {line.id: link for line in lines for name in LINKS if (link := line.line(name))}
    for line, thing in actions:
        ties: dict[str, list[str]] = {}
        for id in line.keys("of"):
            if id in of:
                ties.setdefault(of[id], []).append(id)
        for operation, via in ties.items():
            found.add(What.OPERATION, operation, Under(thing, via=tuple(via)))


# --- of one record --------------------------------------------------------------------------------------
def things_of(library: Library, line: Line, first: str) -> Iterator[Thing]:
    """first: the moment from which on, as the ledger writes it."""
    if line.kind is Kind.LESSON:
        if line.line("state") in GOOD:
            yield from _of_lesson(library, line, first)
        return
    event, name, _ = OF_OPERATION[line.kind]
    words = line.line(name)
    if words and words[:10] >= first[:10]:
        moment = _moment(line, name)
        at = moment or _end_of(line.day(name))
        if at and (moment is None or words >= first):
            yield Thing(line.id, line.kind, event, at, by_day=moment is None)


def _of_lesson(library: Library, line: Line, first: str) -> Iterator[Thing]:
    def thing(event: Event, name: str, stage: str = "") -> Iterator[Thing]:
        at = _moment(line, name)
        if at:
            yield Thing(line.id, line.kind, event, at, stage=stage)

    pushed, learned, identified = (line.line(n) for n in ("pushed", "learned", "identified"))
    answered, sent = line.line("answered"), line.line("sent")
    if pushed >= first:
        yield from thing(Event.WARNING, "pushed")
    if learned >= first:
        yield from thing(Event.LEARNED, "learned", learned)
    if answered and max(answered, sent) >= first:  # one that was sent back was sent in again since
        yield from thing(Event.NEW, "answered" if answered >= sent else "sent")
        if line.line("recurrence"):
            yield from thing(Event.AGAIN, "answered" if answered >= sent else "sent")
    if identified >= first:
        if was_reopened(library, line.id):
            yield from thing(Event.AGAIN, "identified", identified)
        elif not (answered and max(answered, sent) >= first):
            yield from thing(Event.NEW, "identified")


def _moment(line: Line, name: str) -> datetime | None:
    found = line.moment(name)
    return found.astimezone(UTC).replace(microsecond=0) if found else None


def _end_of(day: date | None) -> datetime | None:
    return starts(day + timedelta(days=1)) - timedelta(seconds=1) if day else None


def was_reopened(library: Library, id: str) -> bool:
    """Whether the last that was decided of it is that it happened again, and not that it is a lesson."""
    for each in reversed(_history(library, id)):
        if each.verb in ("identify", "reopen"):
            return each.verb == "reopen"
    return False


def made(library: Library, thing: Thing) -> Revision | None:
    """The save that brought it about: who, when and under which number; None where the history does not say."""
    history = _history(library, thing.id)
    wanted = [each for each in history if each.verb in VERBS[thing.event]]
    return wanted[-1] if wanted else None


def _history(library: Library, id: str) -> Sequence[Revision]:
    try:
        return library.records.history(id)
    except LessonsError:
        return ()
