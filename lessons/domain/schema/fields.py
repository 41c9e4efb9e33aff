"""How a field is declared. Everything that handles a field asks its declaration."""

from collections.abc import Mapping
from dataclasses import KW_ONLY, dataclass, field
from enum import Enum, StrEnum

from lessons.domain.record import Kind


class Type(StrEnum):
    """What a field holds, and so how it is typed in front matter, form, JSON and CSV."""

    LINE = "line"  # one line of words
    TEXT = "text"  # markdown, its own section in the file
    DATE = "date"  # ISO 8601 day
    MOMENT = "moment"  # ISO 8601 UTC, whole seconds
    NUMBER = "number"  # a whole number
    FLAG = "flag"  # yes or no
    CHOICE = "choice"  # one key of a vocabulary
    CHOICES = "choices"  # keys of a vocabulary; where order matters, the main one first
    NAMES = "names"  # free words, several
    LINK = "link"  # the id of another record
    LINKS = "links"  # ids of other records
    ROWS = "rows"  # a small table; `columns` names its columns


class Seen(Enum):
    """Who sees a field on a record that they may read at all."""

    BY_ALL = "all"
    BY_KEEPERS = "keepers"  # its author, reviewers, disclosure officers


class Weigh(Enum):
    """How the words of a field count in search; the factors stand in `domain.query`."""

    NOT = "not"
    TITLE = "title"
    BODY = "body"


@dataclass(frozen=True, slots=True)
class Field:
    """One field of one kind, declared once.

    required: asked for when a person sends the record in (files by hand may lack it).
    param: name in search parameters, facets and `field:value`; set for facets and filters only.
    limit: longest value in characters; for rows, choices and names the most entries are `most`.
    stamped: set by the product, never by a form or an outside row.
    """

    name: str
    type: Type
    label: str
    _: KW_ONLY
    help: str = ""
    vocabulary: str = ""
    required: bool = False
    facet: bool = False
    param: str = ""
    weigh: Weigh = Weigh.NOT
    seen: Seen = Seen.BY_ALL
    columns: Mapping[str, str] = field(default_factory=dict)
    to: tuple[Kind, ...] = ()
    limit: int = 300
    most: int = 50
    stamped: bool = False

    @property
    def many(self) -> bool:
        return self.type in (Type.CHOICES, Type.NAMES, Type.LINKS, Type.ROWS)


@dataclass(frozen=True, slots=True)
class Shape:
    """All that is declared of one kind of record."""

    kind: Kind
    label: str
    plural: str
    fields: tuple[Field, ...]
    by_name: Mapping[str, Field] = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "by_name", {f.name: f for f in self.fields})

    def __getitem__(self, name: str) -> Field:
        return self.by_name[name]

    @property
    def texts(self) -> tuple[Field, ...]:
        return tuple(f for f in self.fields if f.type is Type.TEXT)

    @property
    def facets(self) -> tuple[Field, ...]:
        return tuple(f for f in self.fields if f.facet)
