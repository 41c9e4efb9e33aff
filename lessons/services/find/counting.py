"""Counting searches: words and weeks only. No name goes in, and no words that could lead to a person or a record."""

import logging
import re

from lessons.domain.access import Role, User
from lessons.domain.personal_data import scan
from lessons.domain.personal_data.name_words import DOUBTFUL_FIRST_NAMES, FIRST_NAMES, SURNAMES
from lessons.domain.personal_data.plain_words import NOT_NAMES
from lessons.domain.query import MOST_CHARS, Hit
from lessons.domain.synonyms import Synonyms
from lessons.domain.text import N_
from lessons.domain.vocabulary import Vocabularies
from lessons.domain.words import plain_words
from lessons.library import Library
from lessons.ports import Outcome, SearchTally
from lessons.services.find.asking import without_minus, words_only
from lessons.services.find.meaning import understood
from lessons.services.find.searching import Answer

log = logging.getLogger(__name__)

MOST_KEPT = 10  # words of a search; longer ones are plans
LONGEST_KEPT = 100  # characters
MOST_REMEMBERED = 20_000  # records that reviewers are known to read
# Why words are not kept.
LONG, REFERENCE, PERSONAL, GROUP = "long", "reference", "personal", "group"
WITHHELD = {
    PERSONAL: N_("might have led to a person, or to something too sensitive"),
    REFERENCE: N_("named a record or an operation"),
    GROUP: N_("were typed by members of a group with records of its own"),
    LONG: N_("were too long: plans, most of them"),
}
ANY_REVIEWER = User("", Role.REVIEWER)
_NAMES = (SURNAMES | FIRST_NAMES) - DOUBTFUL_FIRST_NAMES - NOT_NAMES
_TITLED = re.compile(
    r"\b(?:mr|mrs|ms|miss|dr|pc|dc|ds|di|dci|ps|sgt|insp|supt|pcso|nominal)\b", re.IGNORECASE
)
_YEAR = re.compile(r"(?:19|20)\d\d")
_WORD = re.compile(r"\w+")
_NUMBER = re.compile(r"\d{4,}")
_REFERENCE = re.compile(
    r"\b[abdefl][ -]?\d{4}[ -]?[0-9a-z]{5}\b|\b(?:op|operation|ymgyrch)\s+\w", re.IGNORECASE
)


def counted_words(text: str) -> str:
    """Words as they are counted: folded, in their order, without quotes and without what was excluded."""
    return " ".join(plain_words(without_minus(text)))


class Counting:
    """Counts what people search for on pages. Never raises: a count is not worth a search."""

    def __init__(self, library: Library, tally: SearchTally) -> None:
        self.tally = tally
        self._library = library
        self._made: _Known | None = None
        self._read_by_reviewers: dict[tuple[str, str], bool] = {}

    def words(self, reader: User, typed: str) -> str:
        """The words of a search as they are counted, from what was typed, filters and all; "" where nobody can tell."""
        try:
            meaning = understood(self._library, reader)
            return counted_words(words_only(typed[:MOST_CHARS], meaning))
        except Exception as error:
            log.warning("a search could not be read again: %s", type(error).__name__)
            return ""

    def search(self, reader: User, answer: Answer) -> tuple[Outcome, str] | None:
        """How a search ended, and why its words are not kept, if they are not; None where nothing was counted."""
        try:
            words, outcome = counted_words(answer.text), outcome_of(answer)
            if not words or outcome is None:
                return None
            why = self._why_withheld(reader, answer.text, words, answer)
            self.tally.count(words, outcome, self._library.today, withheld=why)
        except Exception as error:  # without its text, which may hold what was typed
            log.warning("a search could not be counted: %s", type(error).__name__)
            return None
        return outcome, why

    def opening(self, words: str, withheld: str) -> None:
        """Something was opened that a search had found."""
        try:
            self.tally.count(words, Outcome.OPENED, self._library.today, withheld=withheld)
        except Exception as error:
            log.warning("an opening could not be counted: %s", type(error).__name__)

    def _why_withheld(self, reader: User, typed: str, words: str, answer: Answer) -> str:
        if len(words) > LONGEST_KEPT or words.count(" ") >= MOST_KEPT:
            return LONG
        # Reviewers are not in every group, and what its members look for may say what they keep.
        if reader.groups:
            return GROUP
        if answer.operations or _REFERENCE.search(typed):
            return REFERENCE
        if self._leads_to_a_person(typed) or self._leads_past_reviewers(answer):
            return PERSONAL
        return ""

    def _leads_past_reviewers(self, answer: Answer) -> bool:
        """Authors, leads and disclosure officers may read what a group keeps from reviewers, to whom it would be news
        that these words find something.
        """
        return any(not self._reviewers_read(hit) for hit in answer.results.hits)

    def _reviewers_read(self, hit: Hit) -> bool:
        known = (hit.id, hit.version)
        if known not in self._read_by_reviewers:
            if len(self._read_by_reviewers) >= MOST_REMEMBERED:
                self._read_by_reviewers.clear()
            found = self._library.peek(ANY_REVIEWER, hit.id) is not None
            if not found or not hit.version:
                return found  # a restriction may end without the record being changed
            self._read_by_reviewers[known] = found
        return self._read_by_reviewers[known]

    def _known(self) -> "_Known":
        """Made again where a list has changed."""
        lists, synonyms = self._library.vocabularies, self._library.reference.synonyms()
        made = self._made
        if made is None or made.lists is not lists or made.synonyms is not synonyms:
            made = self._made = _Known(lists, synonyms)
        return made

    def _leads_to_a_person(self, typed: str) -> bool:
        """People type names into a search box in small letters and alone, as a debrief never has them."""
        known, words = self._known(), plain_words(typed)
        if any(_NUMBER.search(w) and not _YEAR.fullmatch(w) for w in words):
            return True
        if any(w in _NAMES and w not in known.words for w in words):
            return True
        terms = known.near(typed)
        if _TITLED.search(typed) and scan(typed.title(), known=terms):
            return True
        return bool(scan(typed, known=terms))


class _Known:
    """The terms of all lists, which are nobody's name, and the words in them."""

    def __init__(self, lists: Vocabularies, synonyms: Synonyms) -> None:
        self.lists, self.synonyms = lists, synonyms
        self.words: dict[str, list[str]] = {}
        for term in lists.words | {term for group in synonyms.groups for term in group.terms}:
            for word in _WORD.findall(term.casefold()):
                self.words.setdefault(word, []).append(term)

    def near(self, typed: str) -> frozenset[str]:
        """Terms that share a word with what was typed: no others change what a scan says, and all take long."""
        words = _WORD.findall(typed.casefold())
        return frozenset(term for word in words for term in self.words.get(word, ()))


def outcome_of(answer: Answer) -> Outcome | None:
    """How a search ended; None where its filters, not its words, emptied the page, and for later pages."""
    query = answer.query
    if query.page > 1:
        return None
    if answer.results.total or answer.operations or answer.guidance:
        return Outcome.FOUND
    narrowed = query.chosen or query.since or query.until
    return None if narrowed and answer.ways else Outcome.EMPTY
