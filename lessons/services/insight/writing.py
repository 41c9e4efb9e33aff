"""What the lessons of a theme say together: when it is due, and how a reviewer writes it."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import islice

from lessons.domain import access
from lessons.domain.access import Permit, User
from lessons.domain.clearing import too_high
from lessons.domain.errors import Invalid, LessonsError, NotFound, Problem, StaleWrite
from lessons.domain.personal_data import Flag, scan
from lessons.domain.record import Kind, Record, Stored, kind_of
from lessons.domain.schema import SHAPES
from lessons.domain.states import GOOD
from lessons.domain.text import N_
from lessons.library import Library
from lessons.services.insight import figures

AGREEING = 3  # lessons that make an insight
LONGEST = 3_000  # characters: a paragraph or two
_MOST_NAMED = SHAPES[Kind.THEME]["insight_from"].most


@dataclass(frozen=True, slots=True)
class Due:
    """What a reviewer is told of an insight. lessons: how many hold good. added: how many of them came after it was
    written, 0 where nothing was written yet.
    """

    lessons: int
    added: int
    written: bool

    @property
    def wanted(self) -> bool:
        """Whether there is enough to write, and nothing is written."""
        return not self.written and self.lessons >= AGREEING


class Identifies(Invalid):
    """Words that may identify people stand in the text."""

    message = N_("Take out what may identify people.")

    def __init__(self, flags: Sequence[Flag]) -> None:
        super().__init__([Problem("insight", self.message)])
        self.flags = tuple(flags)

    @property
    def may_stay(self) -> bool:
        """Whether a reviewer can say that the words identify nobody."""
        return not any(each.certainty == "likely" or too_high(each) for each in self.flags)


def insight_due(library: Library, reader: User, theme: Record) -> Due:
    """theme: as this person may see it. Raises SearchUnavailable."""
    written = bool(theme.texts.get("insight"))
    total = figures.count(library, reader, theme=_family(library, reader, theme.id)).total
    # Of an insight that came with a file nobody knows what it was written from.
    known = theme.keys("insight_from")
    now = _lessons(library, reader, theme.id) if written and known else ()
    return Due(total, len(set(now) - set(known)), written)


def _family(library: Library, reader: User, key: str) -> frozenset[str]:
    return figures.family(library.lists_for(reader)["theme"], key)


def _lessons(library: Library, reader: User, key: str) -> list[str]:
    """The newest that hold good, as many as a theme names."""
    chosen = {"theme": _family(library, reader, key), "state": GOOD}
    hits = figures.newest(library, reader, chosen=chosen, size=_MOST_NAMED)
    return [hit.id for hit in islice(hits, _MOST_NAMED)]


def write_insight(
    library: Library, by: User, key: str, text: str, *, expected: int, cleared: bool
) -> Stored:
    """Keep the insight of a theme; an empty text takes it away. expected: the revision that this person saw. cleared:
    whether they say that the words which looked like personal data identify nobody.

    Raises NotFound, NotAllowed, Identifies, Invalid, StaleWrite where somebody else wrote one meanwhile, Busy.
    """
    access.demand(by, Permit.REVIEW)
    shown = library.peek(by, key) if kind_of(key) is Kind.THEME else None
    if shown is None:
        raise NotFound()
    text = "\n".join(text.split("\r\n")).strip()
    _demand_clean(library, text, cleared)
    now = library.records.settle(key, at=library.clock())
    if now.revision.number != expected and not _same_insight(library, by, now, expected):
        raise StaleWrite(now.record.title)
    after = now.record.with_texts(insight=text).with_(
        insight_on=library.today if text else None,
        insight_from=tuple(_lessons(library, by, key)) if text else None,
    )
    return library.save(by, "theme", after, expected=now.revision.number)


def _demand_clean(library: Library, text: str, cleared: bool) -> None:
    if len(text) > LONGEST:
        message = N_("This is too long: at most %(limit)s characters. Nothing you typed was lost.")
        raise Invalid([Problem("insight", message, values=(("limit", f"{LONGEST:,}"),))])
    flags = scan(text, known=library.vocabularies.words)
    if flags:
        found = Identifies(flags)
        if not (cleared and found.may_stay):
            raise found


def _same_insight(library: Library, by: User, now: Stored, expected: int) -> bool:
    """Whether what changed since is something else of the theme, so that nobody's words would be lost. A theme that
    came with the product and nobody has saved yet has the number 0, and is kept as its first revision.
    """
    try:
        seen = library.revision(by, now.record.id, expected or 1)
    except LessonsError:
        return False
    return seen.record.texts.get("insight") == now.record.texts.get("insight")
