"""Telling people of what they follow: at once, or in one digest a day or a week; each thing once.

What somebody was told is noted in the same transaction as the telling (`Outbox.tell`), so that it does not matter how
often, how late or by how many processes at once this is run, or where one of them ends. What is new is read from the
ledger first; who follows what is matched in memory, and a search is run only for what is new.
"""

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from functools import partial

from lessons.domain.access import SYSTEM_NAME, User, may_read
from lessons.domain.deciding import is_person
from lessons.domain.errors import LessonsError, NotFound
from lessons.domain.following import (
    BEFORE,
    DIGEST,
    LOOK_BACK,
    MOST_TOLD,
    MOST_WHY,
    WHY,
    Follow,
    Met,
    Often,
    Thing,
    What,
    best_first,
    digest_key,
    digest_of,
    last_day,
    starts,
    whole_seconds,
)
from lessons.domain.record import Kind, Record, Revision, kind_of
from lessons.domain.states import GOOD
from lessons.library import Library
from lessons.ports import Account, Accounts, Notebook, Notice, Outbox
from lessons.ports.telling import AS
from lessons.services.telling.following import SUBJECT, read
from lessons.services.telling.happenings import Happened, happened, made
from lessons.services.telling.leads import AS_LEAD

Seek = Callable[[User, str, Collection[str]], Collection[str]]  # which records a saved search finds
# What shows late is found all the same: a day typed, an index that was behind.
SLACK = timedelta(days=14)
NOTE_EVERY = timedelta(days=1)  # so often it is noted that everybody was told at once
EVERY_MINUTE = timedelta(minutes=1)
PORTION = 100  # people told in one go while serving
ANEW = timedelta(hours=1)  # so often a server looks again although nothing happened
TRIES = 3  # where another process tells the same person at the same moment
LOOKED_AT = 500  # notices of one person
CURSOR = "follow round"  # subject of the notes that say how far the rounds are


@dataclass(slots=True)
class Following:
    """Tells people of what they follow. seek: see `Seek`."""

    library: Library
    accounts: Accounts
    outbox: Outbox
    notebook: Notebook
    seek: Seek
    _quiet: tuple[frozenset[str], datetime] | None = None
    _looked: datetime | None = None

    def chore(self) -> None:
        """What is to be told at once, every minute and a portion at a time: for the process that keeps watch."""
        now = self.library.clock()
        if self._looked and timedelta() <= now - self._looked < EVERY_MINUTE:
            return
        self._looked = now
        self.at_once(PORTION, skip_if_quiet=True)

    # --- at once ------------------------------------------------------------------------------------
    def at_once(self, most: int = 0, *, skip_if_quiet: bool = False) -> int:
        """How many notices were made. most: people at one go, 0 for all. Raises SearchUnavailable, Busy."""
        now = self.library.clock()
        last = self._cursor("at_once").get("done", "")
        round_ = self._round(last)
        keys = frozenset(thing.key for thing in round_.happened.things)
        if skip_if_quiet and self._quiet and self._quiet[0] == keys and now - self._quiet[1] < ANEW:
            return 0
        told = people = 0
        for account, wanted in self._followers({Often.AT_ONCE}) if keys else ():
            count = self._tell(round_, account, partial(round_.now, account, wanted))
            told, people = told + count, people + bool(count)
            if most and people >= most:
                self._looked = None  # there is more to do
                return told
        if not last or now - datetime.fromisoformat(last) > NOTE_EVERY:
            self._note("at_once", {"done": now.isoformat()})
        self._quiet = (keys, now)
        return told

    # --- digests ------------------------------------------------------------------------------------
    def digests(self, most: int = 0) -> int:
        """How many digests were made; none where all of today's are. most, Raises: as above."""
        library, cursor = self.library, self._cursor("digests")
        holiday = library.holidays.holiday
        days = {o: last_day(o, library.today, holiday) for o in (Often.DAILY, Often.WEEKLY)}
        due = {often: day for often, day in days.items() if day.isoformat() > cursor.get(often, "")}
        if not due:
            return 0
        round_, done = self._round(cursor.get("done", "")), 0
        for account, wanted in self._followers(set(due)) if round_.happened.things else ():
            done += self._digest(round_, account, wanted, due)
            if most and done >= most:
                return done
        at = {"done": library.clock().isoformat()}
        self._note("digests", {**cursor, **at, **{o: day.isoformat() for o, day in due.items()}})
        return done

    def _digest(
        self, round_: "_Round", account: Account, wanted: Sequence[Follow], due: Mapping[Often, date]
    ) -> int:  # fmt: skip
        markers = {digest_key(o, due[o]): o for o in {each.often for each in wanted}}

        def tell() -> tuple[list[Notice], set[str]]:
            told = round_.told(account.name)
            had = {often for key, often in markers.items() if key in told}
            left = [each for each in wanted if each.often not in had]
            met = round_.met(account, left, {o: starts(day) for o, day in due.items()})
            if not met:
                return [], set()
            new = {key for key, often in markers.items() if often not in had}
            return round_.digest(account, met), new | {each.thing.key for each in met}

        return self._tell(round_, account, tell)

    # --- both ---------------------------------------------------------------------------------------
    def _tell(
        self, round_: "_Round", account: Account, what: Callable[[], tuple[list[Notice], set[str]]]
    ) -> int:  # fmt: skip
        """How many notices were made."""
        for _ in range(TRIES):
            notices, things = what()
            if not things:
                return 0
            if self.outbox.tell(account.name, things, notices, now=self.library.clock()):
                return len(notices)
            round_.look_again(account.name)
        return 0

    def _round(self, last: str) -> "_Round":
        """last: when everybody was told last, "" for never."""
        now = self.library.clock()
        floor = now - LOOK_BACK
        if last:
            floor = max(floor, min(now, datetime.fromisoformat(last)) - SLACK)
        floor = whole_seconds(floor)
        return _Round(self, floor, happened(self.library, floor))

    def _followers(self, often: Collection[Often]) -> Iterator[tuple[Account, list[Follow]]]:
        accounts = {each.name: each for each in self.accounts.all() if not each.disabled}
        for note in self.notebook.every(SUBJECT):
            wanted = [each for each in read(note) if each.often in often]
            if wanted and note.owner in accounts:
                yield accounts[note.owner], wanted

    def _cursor(self, name: str) -> dict[str, str]:
        with suppress(NotFound):
            return dict(self.notebook.get(f"{CURSOR} {name}", SYSTEM_NAME).body)
        return {}

    def _note(self, name: str, body: Mapping[str, str]) -> None:
        id, now = f"{CURSOR} {name}", self.library.clock()
        self.notebook.keep(id, SYSTEM_NAME, CURSOR, body, expected=None, now=now)


@dataclass(slots=True)
class _Round:
    """One round over everybody: what happened, and who was told what of it."""

    by: Following
    floor: datetime
    happened: Happened
    _told: dict[str, Collection[str]] | None = None
    _heard: dict[str, Sequence[Notice]] = field(default_factory=dict)
    _made: dict[str, Revision | None] = field(default_factory=dict)
    _records: dict[str, Record | None] = field(default_factory=dict)

    def told(self, name: str) -> Collection[str]:
        if self._told is None:
            self._told = dict(self.by.outbox.told(self.floor))
        return self._told.get(name, ())

    def look_again(self, name: str) -> None:
        self.told(name)
        assert self._told is not None
        self._told |= {name: self.by.outbox.told(self.floor, name=name).get(name, ())}
        self._heard.pop(name, None)

    def met(
        self, account: Account, wanted: Sequence[Follow], until: Mapping[Often, datetime]
    ) -> list[Met]:
        """What this person is to be told: not yet told, open to them, not their own doing."""
        found: dict[str, tuple[Thing, tuple[list[str], list[str]]]] = {}
        for each in wanted:
            for thing, exactly in self._under(account, each):
                if each.often in until and thing.at >= until[each.often]:
                    continue
                if thing.key not in self.told(account.name) and self._is_news(each, thing):
                    _, why = found.setdefault(thing.key, (thing, ([], [])))
                    why[0 if exactly else 1].append(each.id)
        open_ = {each.id for each in wanted if self._is_open(account.user, each)} if found else ()
        met = (
            Met(thing, *(tuple(id for id in ids if id in open_) for ids in why))
            for thing, why in found.values()
        )
        return [each for each in met if each.why and self._may_hear(account.user, each.thing)]

    def _under(self, account: Account, each: Follow) -> Iterator[tuple[Thing, bool]]:
        if each.what is What.SEARCH:
            new = [t for t in self.happened.things if self._is_new_to(account.name, each, t)]
            ids = frozenset(t.id for t in new)
            found = self.by.seek(account.user, each.key, ids) if ids else ()
            yield from ((thing, True) for thing in new if thing.id in found)
            return
        lists = self.by.library.vocabularies
        tagged = each.what in (What.THEME, What.THREAT)
        keys = lists[each.what].became(each.key) if tagged else {each.key}
        for key in sorted(keys):
            for under in self.happened.under.get(f"{each.what}:{key}", ()):
                if not under.via or any(self._open(account.user, id) for id in under.via):
                    yield under.thing, under.exactly

    def _is_new_to(self, name: str, each: Follow, thing: Thing) -> bool:
        return (thing.by_day or thing.at >= each.since) and thing.key not in self.told(name)

    def _is_news(self, each: Follow, thing: Thing) -> bool:
        """Whether it happened since they began to follow. Where somebody typed the day, the day it was saved counts."""
        if not thing.by_day:
            return thing.at >= each.since
        made = self._made_by(thing)
        return (made.at if made else thing.at) >= each.since

    def _made_by(self, thing: Thing) -> Revision | None:
        if thing.key not in self._made:
            self._made[thing.key] = made(self.by.library, thing)
        return self._made[thing.key]

    def _open(self, who: User, id: str) -> Record | None:
        """The record, where this person may read it. Each is read once in a round; what is shown is looked at again."""
        if id not in self._records:
            try:
                self._records[id] = self.by.library.records.get(id).record
            except LessonsError:
                self._records[id] = None
        record = self._records[id]
        return record if record and may_read(who, record, self.by.library.today) else None

    def _is_open(self, who: User, each: Follow) -> bool:
        if each.what in (What.THEME, What.OPERATION):
            kind = Kind.THEME if each.what is What.THEME else Kind.OPERATION
            return kind_of(each.key) is kind and self._open(who, each.key) is not None
        return True

    def _may_hear(self, who: User, thing: Thing) -> bool:
        record = self._open(who, thing.id)
        if record is None or (record.kind is Kind.LESSON and record.line("state") not in GOOD):
            return False
        if is_person(record.line("author"), who):
            return False
        made = self._made_by(thing)
        return made is None or not is_person(made.by, who)

    # --- what is said -------------------------------------------------------------------------------
    def digest(self, account: Account, met: Collection[Met]) -> list[Notice]:
        """Of what they were not told as a lead."""
        new = [each for each in met if not self.heard(account.name, each.thing, as_lead=True)]
        said, now = digest_of(new), self.by.library.clock()
        return [Notice(account.name, "", DIGEST, "", 0, now, said=said, prompt=True)] if new else []

    def now(self, account: Account, wanted: Sequence[Follow]) -> tuple[list[Notice], set[str]]:
        """A notice of each record, or a digest of more than it has room for."""
        met = self.met(account, wanted, {})
        keys = {each.thing.key for each in met}
        if not met:
            return [], keys
        best = best_first(each for each in met if not self.heard(account.name, each.thing))
        if len(best) > MOST_TOLD:
            return self.digest(account, best), keys
        return [self._notice(account, each) for each in reversed(best)], keys

    def _notice(self, account: Account, met: Met) -> Notice:
        event, id = BEFORE + met.thing.event, met.thing.id
        said = {WHY: " ".join(met.why[:MOST_WHY])}
        now = self.by.library.clock()
        return Notice(account.name, id, event, id, 0, now, said=said, prompt=True)

    def heard(self, name: str, thing: Thing, *, as_lead: bool = False) -> bool:
        """Whether they were told of this very save for another reason: as everybody is of a warning, or as a lead of
        what is added to their operation.
        """
        made = self._made_by(thing)
        if name not in self._heard:
            self._heard[name] = self.by.outbox.for_person(name, limit=LOOKED_AT)
        return made is not None and any(
            (n.source, n.revision) == (thing.id, made.number)
            and (not as_lead or n.said.get(AS) == AS_LEAD)
            for n in self._heard[name]
        )
