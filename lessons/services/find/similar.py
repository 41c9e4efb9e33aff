"""Lessons like a record, by the ranking of search, each with what the two share."""

from collections.abc import Iterable
from dataclasses import dataclass, replace

from lessons.domain import access
from lessons.domain.access import User
from lessons.domain.duplicates import in_words, sameness
from lessons.domain.errors import SearchUnavailable
from lessons.domain.query import Hit, Query, Results
from lessons.domain.record import Kind, Record
from lessons.domain.schema import SHAPES
from lessons.domain.states import GOOD
from lessons.domain.text import N_
from lessons.domain.words import plain_words
from lessons.library import Library
from lessons.services.find.offers import COMMON

MOST = 5
# How like is like enough: by `Hit.match`, which vectors and boosts leave alone, so that one floor holds whatever the
# collection, before and after vectors are learnt; and by how many words the two share, because in a text of few words
# one shared by chance is a large share. Measured with a title and how the texts begin against 2,102 public engineering
# lessons: of those that cite one another and are among the first five 97 % stay (by their titles alone 57 %), while 79
# police lessons, which nothing there is like, bring up none, whole or by their title, and 300 reports of fire crews,
# looked at too, one, and by their first sentences four. Among the police lessons themselves 18 pairs stay, all but one
# of them about one thing; the first below the floor are not. In the whole of a long record what two have in common is
# lost, so only its beginning is compared.
FLOOR = 0.18
FEWEST_SAME = 5  # words
LONGEST_READ = 600  # characters
HAVE_SIMILAR = frozenset({Kind.LESSON, Kind.EVALUATION, Kind.FINDING, Kind.OPERATION})
# What two records may share, the most telling first, and how it is said.
SHARED = (
    ("tactics", N_("Same tactic: %(terms)s")),
    ("themes", N_("Same theme: %(terms)s")),
    ("threats", N_("Same threat: %(terms)s")),
    ("vulnerabilities", N_("Same vulnerability: %(terms)s")),
    ("partners", N_("Same partner: %(terms)s")),
)
SAME_WORDS = N_("Same words: %(terms)s")
MOST_TERMS = 2  # of a reason, which is to be read at a glance
MOST_SAME_WORDS = 3
SHORTEST_SAME = 4  # letters of a word that says anything by itself
SAME_LETTERS = 5  # at the beginning of two forms of one word
# What joins the halves of a lesson says nothing of what it is about.
GLUE = COMMON | {
    "after", "also", "and", "because", "been", "before", "being", "between", "both", "could", "each", "every", "have",
    "into", "more", "most", "must", "only", "other", "over", "should", "some", "than", "their", "them", "then", "there",
    "these", "they", "those", "towards", "until", "very", "were", "what", "while", "will", "would", "your",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Near:
    """A lesson that is like the record asked about.

    why: a message with %(terms)s, "" where nothing short can be said. vocabulary: whose keys `terms` are; "" for
    plain words. same: that the two say it in the same words, as a message; "" where they do not.
    """

    hit: Hit
    why: str = ""
    vocabulary: str = ""
    terms: tuple[str, ...] = ()
    same: str = ""


def similar(
    library: Library, reader: User, record: Record, *, most: int = MOST
) -> tuple[Near, ...]:
    """The lessons that hold good and are like this record, the nearest first; none where search rests.

    The record need not be kept yet. Never the record itself, what was merged into it or what replaced it.
    """
    text = text_of(record)
    if record.kind not in HAVE_SIMILAR or not text:
        return ()
    try:
        results = library.search(reader, _like(reader, record, text, most), noted=False)
    except SearchUnavailable:
        return ()
    near = _close(record, results, _forms(plain_words(text)))[:most]
    return tuple(
        _told(library, reader, record, _near(library, reader, record, hit)) for hit in near
    )


def _told(library: Library, reader: User, record: Record, near: Near) -> Near:
    """With what there is to tell where the two are nearly the same text."""
    stored = library.peek(reader, near.hit.id) if record.kind is Kind.LESSON else None
    return replace(near, same=in_words(sameness(record, stored.record))) if stored else near


def _forms(words: Iterable[str]) -> frozenset[str]:
    """The words that say something by themselves, without their endings."""
    return frozenset(w[:SAME_LETTERS] for w in words if len(w) >= SHORTEST_SAME and w not in GLUE)


def text_of(record: Record) -> str:
    """The title on a line of its own, then how the texts begin; without tags, which many records share."""
    texts = (record.texts.get(field.name, "") for field in SHAPES[record.kind].texts)
    said = f"{record.line('title')}\n{' '.join(t for t in texts if t)}"
    return said.strip()[:LONGEST_READ]


def _like(reader: User, record: Record, text: str, most: int) -> Query:
    return Query(
        keys=access.keyring(reader),
        like=text,
        without=_same(record),
        chosen={"state": GOOD},
        size=most,
        expand=False,
        facets=False,
        suggest=False,
    )


def _same(record: Record) -> frozenset[str]:
    """The ids under which this very lesson is or was known."""
    return frozenset({record.id, record.line("replaced_by"), *record.keys("merged")}) - {""}


def _near(library: Library, reader: User, record: Record, hit: Hit) -> Near:
    lists = library.lists_for(reader)
    for name, why in SHARED:
        vocabulary = SHAPES[Kind.LESSON][name].vocabulary
        theirs = hit.facts.get(name) or ()
        both = [k for k in record.keys(name) if k in theirs and k in lists[vocabulary].terms]  # type: ignore[operator]
        if both:
            return Near(hit, why, vocabulary, tuple(both[:MOST_TERMS]))
    words = _same_words(hit)
    return Near(hit, SAME_WORDS, terms=words) if words else Near(hit)


def _marked(hit: Hit) -> list[str]:
    """The words for which the hit was found, as far as its extract shows them."""
    return [word for piece in hit.extract if piece.marked for word in plain_words(piece.text)]


def _same_words(hit: Hit) -> tuple[str, ...]:
    """The longest of those."""
    telling = dict.fromkeys(w for w in _marked(hit) if len(w) >= SHORTEST_SAME and w not in GLUE)
    return tuple(sorted(telling, key=len, reverse=True)[:MOST_SAME_WORDS])


def _close(record: Record, results: Results, forms: frozenset[str]) -> list[Hit]:
    """The hits near enough to be worth a person's time. forms: of the words of the record."""
    return [
        hit
        for hit in results.hits
        if hit.match >= FLOOR
        and len(forms & _forms((*plain_words(hit.title), *_marked(hit)))) >= FEWEST_SAME
        and hit.id not in _same(record)
        and hit.facts.get("replaced_by") != record.id
    ]
