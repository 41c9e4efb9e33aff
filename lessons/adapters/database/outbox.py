"""What people are told: kept until it is known that the save was made, shown in the app, and claimed for mail."""

import json
import secrets
from collections.abc import Collection, Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import (
    BindParameter,
    Connection,
    Row,
    Select,
    and_,
    bindparam,
    delete,
    exists,
    false,
    func,
    insert,
    or_,
    select,
    update,
)
from sqlalchemy.exc import IntegrityError

from lessons.adapters.database.engine import Database
from lessons.adapters.database.tables import account, announced, mailing, notice, told_once
from lessons.ports import Announced, Batch, Delivery, Notice

DAY, WEEK = timedelta(days=1), timedelta(days=7)
LEASE = timedelta(minutes=10)  # longer than a mail server can keep a sender waiting in all
FIRST_WAIT, LONGEST_WAIT = (
    timedelta(minutes=1),
    timedelta(hours=6),
)  # after a failure, doubled each time
REFUSED_WAIT = timedelta(days=1)
AT_ONCE = 500  # tokens in one statement

_SETTLED = notice.c.token.is_(None)
_FOR_MAIL = (_SETTLED, notice.c.mailed.is_(None), notice.c.seen.is_(None))
_SINCE = {"daily": "day", "weekly": "week"}
_FREE = and_(
    or_(mailing.c.lease.is_(None), mailing.c.lease <= bindparam("now")),
    or_(mailing.c.not_before.is_(None), mailing.c.not_before <= bindparam("now")),
)
# Whose turn it is by how often they want mail; what is prompt does not wait for that.
_TURN = or_(
    account.c.told == "at_once",
    and_(account.c.told.in_(list(_SINCE)), mailing.c.last.is_(None)),
    *(
        and_(account.c.told == told, mailing.c.last <= bindparam(since))
        for told, since in _SINCE.items()
    ),
)
_WAITS = exists().where(notice.c.account == account.c.name, *_FOR_MAIL)
_PROMPT = exists().where(notice.c.account == account.c.name, *_FOR_MAIL, notice.c.prompt.is_(True))
_DUE = (
    select(account.c.name, mailing.c.batch, mailing.c.begun, _TURN.label("turn"))
    .select_from(account.outerjoin(mailing, mailing.c.account == account.c.name))
    .where(
        account.c.disabled == false(),
        account.c.mail != "",
        account.c.told != "never",
        or_(mailing.c.account.is_(None), _FREE),
        mailing.c.handed.is_(None),
        or_(mailing.c.batch.is_not(None), and_(_TURN, _WAITS), _PROMPT),
    )
    .order_by(account.c.name)
    .limit(1)
)
_CLAIM = (
    update(mailing)
    .where(
        mailing.c.account == bindparam("name"),
        or_(mailing.c.lease.is_(None), mailing.c.lease <= bindparam("now")),
        mailing.c.handed.is_(None),
    )
    .values(batch=bindparam("held"), begun=bindparam("at"), lease=bindparam("until"))
)
_LEFT = select(mailing.c.account, mailing.c.batch, mailing.c.handed).where(
    mailing.c.handed.is_not(None), mailing.c.lease <= bindparam("now")
)
_IN_BATCH = notice.c.batch == bindparam("held")
_MINE = and_(mailing.c.account == bindparam("name"), mailing.c.batch == bindparam("held"))
_HAND = (
    update(mailing)
    .where(_MINE, mailing.c.handed.is_(None))
    .values(handed=bindparam("at"), lease=bindparam("until"))
)
_PUT, _ANNOUNCE = insert(notice).inline(), insert(announced).inline()
_NOTE = insert(told_once).inline()
_TOKENS: BindParameter[Any] = bindparam("tokens", expanding=True)
_EARLIER = notice.alias()
_TWICE = delete(notice).where(
    notice.c.token.in_(_TOKENS),
    exists().where(
        _EARLIER.c.account == notice.c.account,
        _EARLIER.c.about == notice.c.about,
        _EARLIER.c.source == notice.c.source,
        _EARLIER.c.revision == notice.c.revision,
        _EARLIER.c.token.is_(None),
    ),
)
_SETTLE = update(notice).where(notice.c.token.in_(_TOKENS)).values(token=None)
_DROP = delete(notice).where(notice.c.token.in_(_TOKENS))
_DONE = delete(announced).where(announced.c.token.in_(_TOKENS))


class DatabaseOutbox:
    """`Outbox` in the database."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._know = database.upsert(mailing).on_conflict_do_nothing()

    # --- settling --------------------------------------------------------------------------------
    def put(self, announced: Sequence[tuple[Announced, Sequence[Notice]]]) -> None:
        saves = [_save_row(save) for save, _ in announced]
        rows = [_row(each, save.token) for save, notices in announced for each in notices]
        if not rows:
            return
        with self._database.transaction() as connection:
            connection.execute(_ANNOUNCE, saves)
            connection.execute(_PUT, rows)

    def settle(self, tokens: Sequence[str]) -> None:
        """Of a save that was announced twice, one notice stays."""
        for some in _portions(tokens):
            with self._database.transaction() as connection:
                connection.execute(_TWICE, some)
                connection.execute(_SETTLE, some)
                connection.execute(_DONE, some)

    def drop(self, tokens: Sequence[str]) -> None:
        for some in _portions(tokens):
            with self._database.transaction() as connection:
                connection.execute(_DROP, some)
                connection.execute(_DONE, some)

    def unsettled(self, before: datetime) -> Sequence[Announced]:
        query = select(announced).where(announced.c.at < before).order_by(announced.c.at)
        with self._database.direct() as connection:
            return [
                Announced(r.token, r.record, r.revision, r.at, r.by, r.verb)
                for r in connection.execute(query)
            ]

    # --- reading ---------------------------------------------------------------------------------
    def for_person(
        self, name: str, *, start: int = 0, limit: int = 20, unseen: bool = False
    ) -> Sequence[Notice]:
        query = select(notice).where(notice.c.account == name, _SETTLED)
        if unseen:
            query = query.where(notice.c.seen.is_(None))
        query = query.order_by(notice.c.id.desc()).offset(start).limit(limit)
        with self._database.direct() as connection:
            return [_notice(row) for row in connection.execute(query)]

    def reminded(self, name: str) -> Collection[tuple[str, int]]:
        query = select(notice.c.about, notice.c.revision)
        query = query.where(notice.c.account == name, notice.c.revision < 0, _SETTLED)
        with self._database.direct() as connection:
            return {(row.about, row.revision) for row in connection.execute(query)}

    def tell(
        self, name: str, things: Collection[str], notices: Sequence[Notice], *, now: datetime
    ) -> bool:
        rows = [_row(each, None) for each in notices]
        noted = [{"account": name, "thing": thing, "at": now} for thing in sorted(set(things))]
        try:
            with self._database.transaction() as connection:
                if noted:
                    connection.execute(_NOTE, noted)
                if rows:
                    connection.execute(_PUT, rows)
        except IntegrityError:
            return False
        return True

    def told(self, since: datetime, *, name: str = "") -> Mapping[str, Collection[str]]:
        query = select(told_once.c.account, told_once.c.thing).where(told_once.c.at >= since)
        query = query.where(told_once.c.account == name) if name else query
        found: dict[str, set[str]] = {}
        with self._database.direct() as connection:
            for who, thing in connection.execute(query):
                found.setdefault(who, set()).add(thing)
        return found

    def mark_seen(self, name: str, ids: Sequence[int], *, now: datetime) -> int:
        return self._see(name, notice.c.id.in_(ids), now)

    def mark_all_seen(self, name: str, *, upto: int, now: datetime) -> int:
        return self._see(name, notice.c.id <= upto, now)

    def _see(self, name: str, which: Any, now: datetime) -> int:
        theirs = (notice.c.account == name, _SETTLED, notice.c.seen.is_(None), which)
        with self._database.transaction() as connection:
            return connection.execute(update(notice).where(*theirs).values(seen=now)).rowcount

    def unseen(self, name: str) -> int:
        theirs = (notice.c.account == name, _SETTLED, notice.c.seen.is_(None))
        with self._database.direct() as connection:
            return connection.scalar(select(func.count()).select_from(notice).where(*theirs)) or 0

    # --- mail ------------------------------------------------------------------------------------
    def claim(self, *, now: datetime) -> Batch | None:
        when = {"now": now, "day": now - DAY, "week": now - WEEK}
        with self._database.direct() as connection:
            if connection.execute(_DUE, when).first() is None:
                return None  # most of the time: nobody's write waits for this
        with self._database.transaction() as connection:
            due = connection.execute(_DUE, when).first()
            return self._claim(connection, due, now) if due else None

    def _claim(
        self, connection: Connection, due: Row[*tuple[Any, ...]], now: datetime
    ) -> Batch | None:
        token, at = due.batch or secrets.token_hex(16), due.begun or now
        connection.execute(self._know, {"account": due.name, "failures": 0, "refused": False})
        mine = {"name": due.name, "held": token, "at": at, "now": now, "until": now + LEASE}
        if not connection.execute(_CLAIM, mine).rowcount:
            return None
        if not due.batch:
            theirs = [notice.c.account == due.name, *_FOR_MAIL]
            if not due.turn:
                theirs.append(notice.c.prompt.is_(True))
            connection.execute(update(notice).where(*theirs).values(batch=token))
        waiting = select(notice).where(_IN_BATCH, notice.c.mailed.is_(None))
        rows = connection.execute(waiting.order_by(notice.c.id.desc()), {"held": token})
        return Batch(token, due.name, at, tuple(_notice(row) for row in rows))

    def sent(self, batch: Batch, *, now: datetime, mailed: bool = True) -> None:
        with self._database.transaction() as connection:
            _sent(connection, batch.to, batch.token, now, mailed=mailed)

    def hand(self, batch: Batch, *, now: datetime) -> bool:
        mine = {"name": batch.to, "held": batch.token, "at": now, "until": now + LEASE}
        with self._database.transaction() as connection:
            return bool(connection.execute(_HAND, mine).rowcount)

    def unsure(self, *, now: datetime) -> int:
        with self._database.direct() as connection:
            if connection.execute(_LEFT, {"now": now}).first() is None:
                return 0
        with self._database.transaction() as connection:
            return _close(connection, _LEFT, {"now": now})

    def failed(
        self, batch: Batch, *, now: datetime, refused: bool = False, handed: bool = False
    ) -> None:
        mine = {"name": batch.to, "held": batch.token}
        with self._database.transaction() as connection:
            held = connection.execute(select(mailing).where(_MINE).with_for_update(), mine).first()
            if held is None:
                return  # the person chose another address meanwhile
            if held.handed and not handed:
                return  # another process is giving it to the server, or has done so
            longest = REFUSED_WAIT if refused else LONGEST_WAIT
            wait = longest if refused else min(FIRST_WAIT * 2 ** min(held.failures, 20), longest)
            new = {"lease": None, "failures": held.failures + 1, "refused": refused}
            new |= {"not_before": now + wait, "handed": None}
            connection.execute(update(mailing).where(_MINE).values(new), mine)

    def delivery(self, name: str) -> Delivery:
        query = select(mailing).where(mailing.c.account == name)
        with self._database.direct() as connection:
            row = connection.execute(query).first()
        return Delivery(row.last, row.failures, row.refused) if row else Delivery()

    def begin_anew(self, name: str, *, now: datetime, waive: bool) -> None:
        """A letter that is under way just now stays claimed, and one that may have gone does not go again."""
        theirs = (notice.c.account == name, notice.c.mailed.is_(None))
        idle = (mailing.c.account == name, or_(mailing.c.lease.is_(None), mailing.c.lease <= now))
        new = {"failures": 0, "refused": False, "not_before": None, "batch": None, "begun": None}
        with self._database.transaction() as connection:
            _close(connection, _LEFT.where(mailing.c.account == name), {"now": now})
            if connection.execute(update(mailing).where(*idle).values(new)).rowcount:
                connection.execute(update(notice).where(*theirs).values(batch=None))
            if waive:
                connection.execute(update(notice).where(*theirs).values(mailed=now))

    def tidy(self, before: datetime) -> int:
        with self._database.transaction() as connection:
            connection.execute(delete(told_once).where(told_once.c.at < before))
            return connection.execute(delete(notice).where(notice.c.at < before)).rowcount


def _sent(connection: Connection, to: str, token: str, now: datetime, *, mailed: bool) -> None:
    """What was prompt alone leaves the next mail its turn."""
    mine = {"name": to, "held": token}
    new: dict[str, Any] = dict.fromkeys(("batch", "begun", "lease", "not_before", "handed"))
    if mailed:
        usual = select(notice.c.id).where(_IN_BATCH, notice.c.prompt.is_not(True))
        new |= {"failures": 0, "refused": False}
        new |= {"last": now} if connection.execute(usual, mine).first() else {}
    connection.execute(update(notice).where(_IN_BATCH).values(mailed=now), mine)
    connection.execute(update(mailing).where(_MINE).values(new), mine)


def _close(
    connection: Connection, which: Select[*tuple[Any, ...]], when: dict[str, datetime]
) -> int:
    """Letters that were handed over by a process that never said how it ended; how many."""
    left = connection.execute(which, when).all()
    for row in left:
        _sent(connection, row.account, row.batch, row.handed, mailed=True)
    return len(left)


def _portions(tokens: Sequence[str]) -> Iterator[dict[str, list[str]]]:
    wanted = [token for token in tokens if token]
    for start in range(0, len(wanted), AT_ONCE):
        yield {"tokens": wanted[start : start + AT_ONCE]}


def _save_row(save: Announced) -> dict[str, object]:
    names = ("token", "record", "revision", "at", "by", "verb")
    return {name: getattr(save, name) for name in names}


def _row(each: Notice, token: str | None) -> dict[str, object]:
    said = json.dumps(dict(each.said), separators=(",", ":"))
    row = {"account": each.to, "about": each.about, "event": each.event, "source": each.source}
    return row | {
        "revision": each.revision,
        "at": each.at,
        "said": said,
        "token": token,
        "prompt": each.prompt or None,
    }


def _notice(row: Row[*tuple[Any, ...]]) -> Notice:
    return Notice(
        row.account, row.about, row.event, row.source, row.revision, row.at,
        said=json.loads(row.said), seen=row.seen is not None, prompt=bool(row.prompt), id=row.id,
    )  # fmt: skip
