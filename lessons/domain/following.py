"""What people follow, what of it is news, when they hear of it, and in which order a digest tells it.

A digest tells what happened before its day began, so that it says the same however late it is made. What is told at
once is told when it is met.
"""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import KW_ONLY, dataclass
from datetime import UTC, date, datetime, time, timedelta
from enum import StrEnum

from lessons.domain.record import Kind
from lessons.domain.text import N_
from lessons.domain.vocabulary import Vocabulary
from lessons.domain.working_days import Holiday, is_working_day

MOST = 50  # things that one person follows
MOST_TOLD = 7  # in a digest
MOST_KEPT = 60  # ids of a digest: those told, those that take the place of one that closes, and those counted
LOOK_BACK = timedelta(days=180)  # after a longer silence, what is older is not news


class What(StrEnum):
    """What can be followed."""

    THEME = "theme"
    THREAT = "threat"
    OPERATION = "operation"
    SEARCH = "search"


class Often(StrEnum):
    """How often it is told; labels stand in the list `told`."""

    AT_ONCE = "at_once"
    DAILY = "daily"
    WEEKLY = "weekly"


WHATS: Mapping[What, str] = {
    What.THEME: N_("Theme"), What.THREAT: N_("SOC threat"), What.OPERATION: N_("Operation"), What.SEARCH: N_("Search"),
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Follow:
    """key: of a theme or a threat, the id of an operation or of a saved search. since: aware, UTC, whole seconds."""

    what: What
    key: str
    often: Often
    since: datetime

    @property
    def id(self) -> str:
        return f"{self.what}:{self.key}"


def whole_seconds(moment: datetime) -> datetime:
    """As the ledger tells moments, so that the two can be compared."""
    return moment.astimezone(UTC).replace(microsecond=0)


# --- what is news -------------------------------------------------------------------------------------
class Event(StrEnum):
    """What happened to a record that others may want to hear of; the best first."""

    WARNING = "warning"
    AGAIN = "again"
    LEARNED = "learned"
    NEW = "new"
    BRIEFING = "briefing"
    DEBRIEF = "debrief"
    EVALUATION = "evaluation"
    ACTION = "action"


BEFORE = "follow_"  # stands before the event in a notice of one record
DIGEST = "digest"
TOLD: Mapping[str, str] = {
    BEFORE + Event.WARNING: N_("Pushed out as a warning."),
    BEFORE + Event.AGAIN: N_("It happened again."),
    BEFORE + Event.LEARNED: N_("Checked: the change lasts."),
    BEFORE + Event.NEW: N_("A new lesson."),
    BEFORE + Event.BRIEFING: N_("A briefing was issued for the operation."),
    BEFORE + Event.DEBRIEF: N_("A debrief of the operation was sent in."),
    BEFORE + Event.EVALUATION: N_("An evaluation of the operation was finished."),
    BEFORE + Event.ACTION: N_("An action was agreed."),
}
# The verbs that bring each about, so that nobody hears of what they did themselves.
VERBS: Mapping[Event, frozenset[str]] = {
    Event.WARNING: frozenset({"warn"}),
    Event.AGAIN: frozenset({"reopen", "recur", "accept", "warn"}),
    Event.LEARNED: frozenset({"learned"}),
    Event.NEW: frozenset({"accept", "warn", "identify"}),
    Event.BRIEFING: frozenset({"brief", "brief_again"}),
    Event.DEBRIEF: frozenset({"send"}),
    Event.EVALUATION: frozenset({"evaluation_finished"}),
    Event.ACTION: frozenset({"agree"}),
}


@dataclass(frozen=True, slots=True)
class Thing:
    """One thing that happened to one record. at: aware, UTC, whole seconds; the last moment of a day where only the day
    is known. stage: tells one time from the next, where it can happen to a record more than once. by_day: whether only
    the day is known, as somebody typed it.
    """

    id: str
    kind: Kind
    event: Event
    at: datetime
    _: KW_ONLY
    stage: str = ""
    by_day: bool = False

    @property
    def key(self) -> str:
        """By which it is known that somebody was told."""
        return f"{self.id} {self.event}{' ' if self.stage else ''}{self.stage}"


# --- closeness ----------------------------------------------------------------------------------------
def above(terms: Vocabulary, keys: Iterable[str]) -> frozenset[str]:
    """The terms that these keys are now, and all that stand above them."""
    found: set[str] = set()
    waiting = [now for key in keys for now in terms.became(key)]
    while waiting:
        key = waiting.pop()
        if key not in found:
            found.add(key)
            term = terms.terms.get(key)
            if term and term.broader:
                waiting.append(terms.current_key(term.broader))
    return frozenset(found)


@dataclass(frozen=True, slots=True)
class Met:
    """A thing that meets what somebody follows. exactly: the follows whose very key it carries, by their ids; narrower:
    those under which it stands by a narrower one.
    """

    thing: Thing
    exactly: tuple[str, ...] = ()
    narrower: tuple[str, ...] = ()

    @property
    def why(self) -> tuple[str, ...]:
        """The follows that it meets, closest first."""
        return (*self.exactly, *self.narrower)


# The formula of a digest: the sum of these. A warning stands before what happened again, and that before all else.
WORTH: Mapping[Event, int] = {Event.WARNING: 18, Event.AGAIN: 9, Event.LEARNED: 1}
EXACT, NARROWER = 4, 2  # closeness to what is followed
ONE_MORE, MOST_MORE = 2, 4  # for each further thing followed that it meets


def score(met: Met) -> int:
    close = EXACT if met.exactly else NARROWER
    return WORTH.get(met.thing.event, 0) + close + min(ONE_MORE * (len(met.why) - 1), MOST_MORE)


def best_first(found: Iterable[Met]) -> list[Met]:
    """One for each record, by `score`, then the newest."""
    order = sorted(found, key=lambda met: (-score(met), -met.thing.at.timestamp(), met.thing.id))
    best: dict[str, Met] = {}
    for met in order:
        best.setdefault(met.thing.id, met)
    return list(best.values())


# --- when -----------------------------------------------------------------------------------------------
def starts(day: date) -> datetime:
    """The first moment of a day here, whenever clocks change."""
    return datetime.combine(day, time()).astimezone(UTC)


def last_day(often: Often, today: date, holiday: Holiday) -> date:
    """The day of the last digest due: Monday for the weekly one, a working day for the daily one."""
    if often is Often.WEEKLY:
        return today - timedelta(days=today.weekday())
    day = today
    while not is_working_day(day, holiday):
        day -= timedelta(days=1)
    return day


def digest_key(often: Often, day: date) -> str:
    """By which it is known that somebody has had their digest of that day."""
    return f"{DIGEST} {often} {day.isoformat()}"


# --- how a digest is kept: keys alone ---------------------------------------------------------------------
@dataclass(frozen=True, slots=True)
class Item:
    """One record of a digest, with the follows that it meets."""

    id: str
    event: Event
    why: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Digest:
    """items: best first, at most MOST_KEPT. more: whether there was more than that."""

    items: tuple[Item, ...] = ()
    more: bool = False


ITEMS, MORE, WHY = "items", "more", "why"
MOST_WHY = 3  # follows that are told of one item


def digest_of(found: Collection[Met]) -> dict[str, str]:
    """What a notice says of it; `digest_in` is the way back."""
    best = best_first(found)
    words = [
        "|".join((met.thing.id, met.thing.event, *met.why[:MOST_WHY])) for met in best[:MOST_KEPT]
    ]
    return {ITEMS: " ".join(words)} | ({MORE: "yes"} if len(best) > MOST_KEPT else {})


def digest_in(said: Mapping[str, str]) -> Digest:
    """Whatever cannot be read is left out."""
    items = []
    for words in said.get(ITEMS, "").split():
        id, _, rest = words.partition("|")
        event, *why = rest.split("|")
        if event in set(Event):
            items.append(Item(id, Event(event), tuple(why)))
    return Digest(tuple(items), said.get(MORE) == "yes")


def parted(id: str) -> tuple[What, str] | None:
    """What is followed, of the id of a follow."""
    what, _, key = id.partition(":")
    return (What(what), key) if what in set(What) and key else None
