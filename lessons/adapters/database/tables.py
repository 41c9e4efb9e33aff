"""Every table. A change here needs a step in migrations/versions; a test compares the two."""

import json
from datetime import UTC, datetime

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    Date,
    DateTime,
    Dialect,
    ForeignKey,
    Index,
    Integer,
    MetaData,
    Table,
    Text,
    TypeDecorator,
    text,
)

metadata = MetaData(
    naming_convention={
        "pk": "pk_%(table_name)s",
        "fk": "fk_%(table_name)s_%(column_0_name)s",
        "uq": "uq_%(table_name)s_%(column_0_name)s",
    }
)

# SQLite numbers rows by itself only in a column that is called INTEGER.
ROW_NUMBER = BigInteger().with_variant(Integer(), "sqlite")


class Moment(TypeDecorator[datetime]):
    """An aware time, kept as UTC to the microsecond. SQLite drops the zone; we put it back."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("a time without a zone cannot be kept")
        return value if value.tzinfo is UTC else value.astimezone(UTC)

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


class Names(TypeDecorator[frozenset[str]]):
    """A set of names, as a sorted JSON list."""

    impl = Text
    cache_ok = True

    def process_bind_param(self, value: frozenset[str] | None, dialect: Dialect) -> str | None:
        return None if value is None else json.dumps(sorted(value))

    def process_result_value(self, value: str | None, dialect: Dialect) -> frozenset[str] | None:
        if value is None:
            return None
        return frozenset() if value == "[]" else frozenset(json.loads(value))


# Append only, by triggers. A row holds all that a seal has to cover and is never touched again:
# which batch of the hash chain it is sealed in stands in `audit_sealed`.
audit_event = Table(
    "audit_event",
    metadata,
    Column("id", ROW_NUMBER, primary_key=True),
    Column("at", Moment, nullable=False),
    Column("who", Text, nullable=False),
    Column("verb", Text, nullable=False),
    Column("record", Text, nullable=False),
    Column("revision", Integer, nullable=False),
    Column("note", Text, nullable=False),
    Column("recipient", Text, nullable=False),
    Index("ix_audit_event_at", "at"),
    Index("ix_audit_event_who_at", "who", "at"),
    Index("ix_audit_event_record_at", "record", "at"),
    sqlite_autoincrement=True,  # a number is never given twice, so a removed row leaves a gap
)

audit_batch = Table(
    "audit_batch",
    metadata,
    Column("id", ROW_NUMBER, primary_key=True),
    Column("sealed", Moment, nullable=False),
    Column("events", Integer, nullable=False),
    Column("previous", Text, nullable=False),
    Column("digest", Text, nullable=False),
    sqlite_autoincrement=True,
)

# By event and not as a range of numbers: with several writers, numbers are not committed in order.
audit_sealed = Table(
    "audit_sealed",
    metadata,
    Column("event", ROW_NUMBER, ForeignKey("audit_event.id"), primary_key=True),
    Column("batch", ROW_NUMBER, ForeignKey("audit_batch.id"), nullable=False),
    Index("ix_audit_sealed_batch", "batch"),
)

account = Table(
    "account",
    metadata,
    Column("name", Text, primary_key=True),  # folded: see passwords.fold
    Column("role", Text, nullable=False),
    Column("groups", Names, nullable=False),
    Column("disabled", Boolean, nullable=False),
    Column("language", Text, nullable=False),
    Column("example", Boolean, nullable=False),
    Column("password", Text, nullable=False),  # an Argon2id hash with its salt and parameters
    Column("mail", Text, nullable=False, server_default=text("''")),
    Column("told", Text, nullable=False, server_default="daily"),
)

session = Table(
    "session",
    metadata,
    Column("token", Text, primary_key=True),  # SHA-256 of what the browser holds
    Column("account", Text, ForeignKey("account.name", ondelete="CASCADE"), nullable=False),
    Column("started", Moment, nullable=False),
    Column("seen", Moment, nullable=False),
    Index("ix_session_account", "account"),
)

bearer_token = Table(
    "bearer_token",
    metadata,
    Column("id", Text, primary_key=True),
    Column("name", Text, nullable=False),
    Column("account", Text, ForeignKey("account.name", ondelete="CASCADE"), nullable=False),
    Column("secret", Text, nullable=False),  # SHA-256
    Column("added", Moment, nullable=False),
    Column("expires", Moment),
    Column("revoked", Boolean, nullable=False),
    Index("ix_bearer_token_account", "account"),
)

# Keys are hashes: somebody may type their password where the name belongs.
throttle = Table(
    "throttle",
    metadata,
    Column("key", Text, primary_key=True),
    Column("failures", Integer, nullable=False),
    Column("until", Moment, nullable=False),
    Column("forgotten", Moment, nullable=False),
    Index("ix_throttle_forgotten", "forgotten"),
)

known_place = Table(
    "known_place",
    metadata,
    Column("account", Text, ForeignKey("account.name", ondelete="CASCADE"), primary_key=True),
    Column("place", Text, primary_key=True),  # SHA-256 of a network address
    Column("seen", Moment, nullable=False),
)

note = Table(
    "note",
    metadata,
    Column("id", Text, primary_key=True),
    Column("owner", Text, nullable=False),
    Column("subject", Text, nullable=False),
    Column("version", Integer, nullable=False),
    Column("saved", Moment, nullable=False),
    Column("body", Text, nullable=False),  # JSON in ASCII
    Index("ix_note_owner_subject_saved", "owner", "subject", "saved"),
)

# Searches by what was typed, folded, and by week. No name, no session, no time of day stands here.
search_tally = Table(
    "search_tally",
    metadata,
    Column("words", Text, primary_key=True),  # "" where they are withheld
    Column("withheld", Text, primary_key=True),  # why they are; "" where they are not
    Column("week", Date, primary_key=True),  # its Monday
    Column("empty", Integer, nullable=False),
    Column("found", Integer, nullable=False),
    Column("opened", Integer, nullable=False),
    Index("ix_search_tally_week", "week"),
)

# The counts are those taken out of search_tally, to be put back if the mend is undone.
search_mended = Table(
    "search_mended",
    metadata,
    Column("words", Text, primary_key=True),
    Column("how", Text, nullable=False),
    Column("target", Text, nullable=False),
    Column("day", Date, nullable=False),
    Column("week", Date, nullable=False),
    Column("empty", Integer, nullable=False),
    Column("found", Integer, nullable=False),
    Column("opened", Integer, nullable=False),
    Index("ix_search_mended_day", "day"),
)

# A save that was announced and of which it is not yet known here whether it was made.
announced = Table(
    "announced",
    metadata,
    Column("token", Text, primary_key=True),
    Column("record", Text, nullable=False),
    Column("revision", Integer, nullable=False),
    Column("at", Moment, nullable=False),
    Column("by", Text, nullable=False),
    Column("verb", Text, nullable=False),
    Index("ix_announced_at", "at"),
)

# `said` holds keys and references in JSON, never words of a record.
notice = Table(
    "notice",
    metadata,
    Column("id", ROW_NUMBER, primary_key=True),
    Column("account", Text, ForeignKey("account.name", ondelete="CASCADE"), nullable=False),
    Column("about", Text, nullable=False),
    Column("event", Text, nullable=False),
    Column("source", Text, nullable=False),
    Column("revision", Integer, nullable=False),
    Column("at", Moment, nullable=False),
    Column("said", Text, nullable=False),
    Column("token", Text),  # of `announced`; none once it is settled
    Column("seen", Moment),
    Column("batch", Text),  # of `mailing`, from the claim on
    Column("mailed", Moment),
    Column("prompt", Boolean),  # goes by mail as soon as it can, however often mail goes otherwise
    Index("ix_notice_account_id", "account", "id"),
    Index("ix_notice_waiting", "mailed", "account"),
    Index("ix_notice_token", "token"),
    Index("ix_notice_source", "source", "revision"),
    Index("ix_notice_at", "at"),
    sqlite_autoincrement=True,
)

# What of the things that people follow each of them was told, by keys.
told_once = Table(
    "told_once",
    metadata,
    Column("account", Text, ForeignKey("account.name", ondelete="CASCADE"), primary_key=True),
    Column("thing", Text, primary_key=True),
    Column("at", Moment, nullable=False),
    Index("ix_told_once_at", "at"),
)

# How mail to a person goes. batch, begun: of a letter that is claimed, or that is to be tried again.
mailing = Table(
    "mailing",
    metadata,
    Column("account", Text, ForeignKey("account.name", ondelete="CASCADE"), primary_key=True),
    Column("last", Moment),
    Column("batch", Text),
    Column("begun", Moment),
    Column("lease", Moment),  # until when the claim holds
    Column("handed", Moment),  # when the server was about to be given the letter
    Column("failures", Integer, nullable=False),
    Column("refused", Boolean, nullable=False),
    Column("not_before", Moment),
)
