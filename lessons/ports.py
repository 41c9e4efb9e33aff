"""The small promises by which the house reaches outside things. Adapters keep them; contract tests hold them to it."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import KW_ONLY, dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import Any, Protocol

from lessons.domain.access import Role, User
from lessons.domain.errors import LessonsError, Problem
from lessons.domain.query import Query, Results
from lessons.domain.record import Kind, Record, Revision, Stored
from lessons.domain.synonyms import Synonyms
from lessons.domain.vocabulary import Vocabularies


class RecordText(Protocol):
    """A record as the text of a plain file. Law: `parse(render(s)) == s`."""

    def render(self, stored: Stored) -> str: ...

    def parse(self, text: str, path: str = "") -> Stored:
        """Raises Unreadable, with the line and field of every problem found."""


@dataclass(frozen=True, slots=True)
class Change:
    """One record of a bulk save. expected: the revision number it replaces; 0 when it must be new."""

    record: Record
    expected: int


class RecordStore(Protocol):
    """Every record and every revision of it. Holds between threads and processes, and over a kill at any instant."""

    def get(self, id: str) -> Stored:
        """The current text. Raises NotFound, Unreadable."""

    def put(self, record: Record, *, expected: int, by: str, verb: str, at: datetime) -> Stored:
        """Save as revision `expected` + 1 if the current revision is `expected` (0: must be new), and return it.

        On return it is on disk. Raises StaleWrite; Unreadable where an edit by hand that cannot be read is in the
        way; Invalid for a field that the schema does not have; Busy.
        """

    def put_many(
        self, changes: Sequence[Change], *, by: str, verb: str, at: datetime
    ) -> list[Stored | LessonsError]:
        """Many at once, flushed together: the same promise for each, its answer in the same place."""

    def versions(self, kind: Kind | None = None) -> Mapping[str, str]:
        """The version of every file named as a record (of one kind) by id, without opening any."""

    def settle(self, id: str, *, at: datetime) -> Stored:
        """The current text; where somebody edited the file by hand, that edit is first kept as a revision.

        Raises NotFound, Unreadable.
        """

    def history(self, id: str) -> Sequence[Revision]:
        """Every revision, oldest first; a purged record has one, the tombstone. Raises NotFound."""

    def revision(self, id: str, number: int) -> Stored:
        """Raises NotFound."""

    def purge(self, id: str, *, by: str, why: str, at: datetime) -> None:
        """Destroy every text of a record, leaving a tombstone without content. Raises NotFound."""

    def strays(self) -> Sequence[tuple[str, str]]:
        """Files in the record folders that are not named as records: (path, why)."""

    def writable(self) -> bool: ...


class SearchIndex(Protocol):
    """A disposable copy of the records, for finding. Every process sees a commit within a second."""

    def put(self, *stored: Stored) -> None:
        """Add or replace, in one commit; a revision older than the one held is left out, in silence.

        Raises Busy when another process holds the index too long.
        """

    def remove(self, *ids: str, destroy: bool = False) -> None:
        """destroy: no text of them stays on disk either, of earlier revisions too. Raises Busy."""

    def search(self, query: Query, synonyms: Synonyms) -> Results:
        """Raises SearchUnavailable while there is no index to read."""

    def versions(self) -> Mapping[str, str]:
        """`Stored.version` of every record in the index, by id."""

    def rebuild(self, stored: Iterable[Stored]) -> int:
        """Make the whole index anew beside the old one, then swap it in; the old one serves until then."""

    def rebuild_shares(
        self, shares: Sequence[Iterable[Stored]], progress: Callable[[int], None]
    ) -> int:
        """As `rebuild`, with a process for each share of the records: a share must survive being pickled, and no
        record may stand in two. progress(done) is called now and then.
        """

    def tend(self) -> bool:
        """One step of background upkeep; False when there was nothing to do just now."""

    def settle(self) -> None:
        """All upkeep there is, to its end; takes a while."""

    def ready(self) -> bool: ...


class Reference(Protocol):
    """Lists and pages that people edit beside the records; read again when a file changes."""

    def vocabularies(self) -> Vocabularies:
        """Without themes, which are records."""

    def synonyms(self) -> Synonyms: ...

    def guidance(self, name: str) -> "Page":
        """Raises NotFound."""

    def guidance_pages(self) -> Sequence["Page"]: ...

    def wanted_pages(self) -> Sequence["Page"]:
        """Guidance pages that nobody has finished: they are not among the others."""

    # Changes, made in the files as a person would make them: comments and order stay. Each is on disk and in force
    # here on return. Raises Invalid where the file cannot be changed, Busy.
    def add_synonym(self, words: str, term: str) -> None:
        """Put words into the group of a term; into a new group of the two where the term has none."""

    def drop_synonym(self, words: str, term: str) -> None:
        """Take out what `add_synonym` put in, where it still stands."""

    def add_also(self, page: str, words: str) -> None:
        """Let words lead to a guidance page. Raises NotFound."""

    def drop_also(self, page: str, words: str) -> None:
        """Take out what `add_also` put in, where it still stands."""

    def ask_for_page(self, name: str, title: str, words: str) -> None:
        """Begin a guidance page to which words lead; it is not shown until somebody has written it."""

    def drop_page(self, name: str) -> None:
        """Take away a page that was asked for. Raises Invalid where somebody has begun to write it."""

    def problems(self) -> Sequence[tuple[str, Problem]]:
        """Files that cannot be read, with line and reason; the last good reading stays in use."""


@dataclass(frozen=True, slots=True)
class Page:
    """A guidance page: text is markdown. also: words that lead to it, besides its title. draft: not to be shown yet."""

    name: str
    title: str
    summary: str
    order: int
    text: str
    also: tuple[str, ...] = ()
    draft: bool = False


@dataclass(frozen=True, slots=True)
class Event:
    """One line of the audit log: who did what to which record, never its content.

    verb: for section 62 of the Data Protection Act 2018 one of collection, alteration, consultation, disclosure,
    combination, erasure, or a word of our own (sign in, search, role change). to: recipient of a disclosure.
    """

    at: datetime
    who: str
    verb: str
    _: KW_ONLY
    record: str = ""
    revision: int = 0
    note: str = ""
    to: str = ""


class AuditLog(Protocol):
    """Append only."""

    def note(self, *events: Event) -> None:
        """On return the events outlive this process; those of a write also outlive the machine."""

    def events(
        self, *, record: str = "", who: str = "", since: datetime | None = None, limit: int = 1_000
    ) -> Iterator[Event]:
        """Newest first."""


@dataclass(frozen=True, slots=True)
class Account:
    """A local account. disabled accounts cannot sign in and hold no session."""

    name: str
    role: Role
    groups: frozenset[str] = frozenset()
    disabled: bool = False
    language: str = "en"
    example: bool = False

    @property
    def user(self) -> User:
        return User(self.name, self.role, groups=self.groups, language=self.language)


@dataclass(frozen=True, slots=True)
class Session:
    """Somebody signed in. token: secret, given once to the browser; the store keeps only its hash."""

    token: str
    account: Account
    started: datetime
    seen: datetime


@dataclass(frozen=True, slots=True)
class TokenInfo:
    """A program's key, without the secret."""

    id: str
    name: str
    account: str
    expires: datetime | None
    revoked: bool


class Accounts(Protocol):
    """People, their sessions and keys. Names are compared case-folded. Times are aware UTC, given by the caller."""

    def add(self, account: Account, password: str) -> None:
        """Raises Invalid: name taken or malformed, password too short or too common."""

    def get(self, name: str) -> Account:
        """Raises NotFound."""

    def all(self) -> Sequence[Account]: ...

    def change(self, account: Account) -> None:
        """Role, groups, disabled, language. A new role or disabling ends every session. Raises NotFound."""

    def set_password(self, name: str, password: str) -> None:
        """Ends every session of that person. Raises NotFound, Invalid."""

    def sign_in(self, name: str, password: str, *, address: str, now: datetime) -> Session:
        """Raises SignInRefused: after the same work for an unknown name, a wrong password and a throttle."""

    def session(self, token: str, *, now: datetime) -> Session | None:
        """The session if it is alive (idle and absolute limits); notes that it was seen."""

    def sign_out(self, token: str) -> None: ...

    def sign_out_everywhere(self, name: str) -> int:
        """How many sessions were ended."""

    def add_token(
        self, name: str, account: str, expires: datetime | None, *, now: datetime
    ) -> tuple[TokenInfo, str]:
        """The key's description and the secret, which is never shown again. Raises NotFound."""

    def tokens(self) -> Sequence[TokenInfo]: ...

    def revoke_token(self, id: str) -> None:
        """Raises NotFound."""

    def bearer(self, secret: str, *, now: datetime) -> User | None: ...


@dataclass(frozen=True, slots=True)
class Note:
    """Something that a person has begun and not sent: kept for them alone.

    subject: what it is for, such as "debrief". version counts saves from 1. body: JSON values only.
    """

    id: str
    owner: str
    subject: str
    version: int
    saved: datetime
    body: Mapping[str, Any]


class Notebook(Protocol):
    """Drafts and other small private things."""

    def keep(
        self,
        id: str,
        owner: str,
        subject: str,
        body: Mapping[str, Any],
        *,
        expected: int | None,
        now: datetime,
    ) -> Note:
        """Save. expected: the version it replaces, 0 for a new one, None to save over whatever is there.

        Raises StaleWrite; NotFound where the id belongs to somebody else; Invalid for what is too long.
        """

    def get(self, id: str, owner: str) -> Note:
        """Raises NotFound, also where it is somebody else's."""

    def all(self, owner: str, subject: str) -> Sequence[Note]:
        """Newest first."""

    def drop(self, id: str, owner: str) -> None: ...


class Outcome(StrEnum):
    """How a search ended, as far as pages can tell. What was OPENED had been FOUND, and is counted under both."""

    EMPTY = "empty"
    FOUND = "found"
    OPENED = "opened"


class Mend(StrEnum):
    """What a reviewer made of words that fail. `Mended.target` is then a term, a theme's key, a page's name, or ""."""

    SYNONYM = "synonym"
    THEME = "theme"
    GUIDANCE = "guidance"
    NEW_PAGE = "new_page"
    NO_GAP = "no_gap"


@dataclass(frozen=True, slots=True)
class Mended:
    """Words that somebody dealt with, and on which day."""

    words: str
    how: Mend
    target: str
    day: date


@dataclass(frozen=True, slots=True)
class Failing:
    """Words for which searches failed: nothing was found, or nothing of what was found was opened (left).

    searched: how often in all. week: the Monday of the last one. mended: what was tried before they failed again.
    """

    words: str
    nothing: int
    left: int
    searched: int
    week: date
    mended: Mended | None = None

    @property
    def times(self) -> int:
        return self.nothing + self.left


class SearchTally(Protocol):
    """Searches counted by words and week: nobody's name, no session, no time of day. Kept for a year."""

    AGAIN: int  # failures after which words that were mended come back

    def count(self, words: str, outcome: Outcome, day: date, *, withheld: str = "") -> None:
        """One search. withheld: why its words are not kept, as one word of ours; they are then not looked at.

        Raises Busy.
        """

    def failing(self) -> Sequence[Failing]:
        """What fails and waits for somebody, the most times first."""

    def withheld(self) -> Mapping[str, int]:
        """How many searches were counted without their words, by why."""

    def mend(self, words: str, how: Mend, target: str, day: date) -> None:
        """Take words off the list; of two who do so at once, one does. Raises NotFound where they do not wait."""

    def take_back(self, words: str) -> Mended:
        """Undo `mend`, counts and all. Raises NotFound."""

    def mended(self, limit: int) -> Sequence[Mended]:
        """The latest first."""

    def tidy(self, today: date) -> None:
        """Forget what is older than a year, and the rarest where there is too much. Raises Busy."""


class SentenceModel(Protocol):
    """A model that puts texts of the same meaning near one another. It runs here; nothing is sent anywhere."""

    @property
    def name(self) -> str:
        """Changes whenever its vectors would: those kept under another name are worth nothing."""

    @property
    def size(self) -> int:
        """Numbers in a vector."""

    def vectors(self, texts: Sequence[str]) -> Any:
        """Array (texts, size) of float32: rows of unit length, all zeros for a text without a word.

        A row depends on its own text alone, and on no more than the first few hundred words of it.
        """
