"""Searches that fail, for reviewers: what people typed in vain, and what they make of it with one press."""

import hashlib
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from math import log

from lessons.domain import access
from lessons.domain.access import Permit, User
from lessons.domain.errors import Invalid, LessonsError, NotFound, Problem, StaleWrite
from lessons.domain.record import Kind, Record
from lessons.domain.schema import FACETS, SHAPES, check
from lessons.domain.text import N_
from lessons.domain.themes import ThemeState, theme_key
from lessons.domain.words import plain_words
from lessons.library import Library
from lessons.ports import Event, Failing, Mend, Mended, SearchTally
from lessons.services.find.offers import LOOK_UNDER, telling_names

LATEST = 500  # mends, which is more than a page shows, so that the last is among them
MOST_NEAR = 3
NEAR = 0.3  # of 1: how like a term must be to be offered
LONGEST_TERM = 120  # characters of what a reviewer types
LONGEST_KEY = 60
LABEL_LIMIT = SHAPES[Kind.THEME]["label"].limit
LISTS = tuple(FACETS[param].vocabulary for param in LOOK_UNDER)
ASKED_FOR = ThemeState.PROPOSED  # a reviewer has still to decide on it


@dataclass(frozen=True, slots=True)
class NewTerm:
    """Something to mean the same as: the first term of its group, and which of its words is like what was typed."""

    term: str
    like: str


def failing(library: Library, tally: SearchTally, by: User) -> Sequence[Failing]:
    """What people searched for in vain, the most times first. Raises NotAllowed."""
    access.demand(by, Permit.REVIEW)
    tally.tidy(library.today)
    return tally.failing()


def mended(tally: SearchTally, by: User) -> Sequence[Mended]:
    """What was made of such words lately. Raises NotAllowed."""
    access.demand(by, Permit.REVIEW)
    return tally.mended(LATEST)


# --- terms that may mean the same -------------------------------------------------------------------
class Terms:
    """Every term that words can be made a synonym of."""

    def __init__(self, library: Library, by: User) -> None:
        self._first: dict[str, str] = {}  # from each term to the one that stands for its group
        for group in library.reference.synonyms().groups:
            for term in group.terms:
                if term not in group.ambiguous:
                    self._first.setdefault(term, group.terms[0])
        self._by_words = {plain_words(t): first for t, first in self._first.items()}
        lists = library.lists_for(by)
        for each in (term for name in LISTS for term in lists[name].current):
            for word in (each.label(), *each.synonyms):
                first = self._by_words.get(plain_words(each.label()), each.label())
                if self._by_words.setdefault(plain_words(word), first) == first:
                    self._first.setdefault(word, first)
        grams = {term: _grams(term) for term in self._first}
        self._having: dict[str, list[str]] = {}
        for term, some in grams.items():
            for gram in some:
                self._having.setdefault(gram, []).append(term)
        # A run of letters that many terms have says little.
        self._weight = {g: log(1 + len(grams) / len(some)) for g, some in self._having.items()}
        self._unknown = log(1 + len(grams))
        self._size = {term: self._weigh(some) for term, some in grams.items()}

    def _weigh(self, grams: Iterable[str]) -> float:
        return sum(self._weight.get(gram, self._unknown) for gram in grams)

    @property
    def all(self) -> Sequence[str]:
        return sorted(self._first, key=str.casefold)

    def find(self, typed: str) -> str:
        """The term that stands for the group of what was typed; "" where no group has it."""
        return self._by_words.get(plain_words(typed[:LONGEST_TERM]), "")

    def near(self, words: str) -> Sequence[NewTerm]:
        """Terms that look like the words, at most one of each group, the most alike first."""
        own, shared = _grams(words), dict[str, float]()
        for gram in own & self._weight.keys():
            for term in self._having[gram]:
                shared[term] = shared.get(term, 0.0) + self._weight[gram]
        size, found = self._weigh(own), dict[str, tuple[float, str]]()
        for term, weight in shared.items():
            alike, first = 2 * weight / (size + self._size[term]), self._first[term]
            if alike >= NEAR and alike > found.get(first, (0.0, ""))[0]:
                found[first] = (alike, term)
        best = sorted(found.items(), key=lambda f: (-f[1][0], f[0]))[:MOST_NEAR]
        return [NewTerm(first, term) for first, (_, term) in best]


def _grams(text: str) -> frozenset[str]:
    """Runs of three letters of every word, its ends marked; words are the same whatever their order."""
    marked = (f"#{word}#" for word in plain_words(text))
    return frozenset(word[i : i + 3] for word in marked for i in range(max(1, len(word) - 2)))


# --- mending ----------------------------------------------------------------------------------------
def make_synonym(library: Library, tally: SearchTally, by: User, words: str, typed: str) -> None:
    """Let words mean the same as a term. Raises Invalid, StaleWrite, NotAllowed, Busy."""
    access.demand(by, Permit.MANAGE_LISTS)
    if not typed.strip():
        raise Invalid([Problem("term", N_("Enter the term that means the same."))])
    term = Terms(library, by).find(typed)
    if not term:
        raise Invalid([Problem("term", N_("No list has that term. Choose one that is offered."))])
    if _means_already(library, words, term):
        raise Invalid([Problem("term", N_("The two mean the same already."))])
    with _claimed(library, tally, by, words, Mend.SYNONYM, term):
        library.reference.add_synonym(words, term)


def _means_already(library: Library, words: str, term: str) -> bool:
    both = {plain_words(words), plain_words(term)}
    groups = library.reference.synonyms().groups
    return len(both) == 1 or any(both <= {plain_words(t) for t in g.terms} for g in groups)


def make_theme(library: Library, tally: SearchTally, by: User, words: str, label: str) -> None:
    """Ask for a theme that has words among its own. Raises Invalid, StaleWrite, NotAllowed, Busy."""
    access.demand(by, Permit.MANAGE_LISTS)
    label = " ".join(label.split())
    if not label:
        raise Invalid([Problem("label", N_("Enter what the theme is to be called."))])
    themes = library.lists_for(by)["theme"]
    if themes.find(label) or themes.find(words):
        raise Invalid([Problem("label", N_("There is a theme of that name already."))])
    key = theme_key(label, library.vocabularies["theme"].terms.__contains__)
    fields = {"label": label, "theme_state": ASKED_FOR, "marking": "official"}
    synonyms = (words,) if plain_words(label) != tuple(words.split()) else ()
    theme = Record(key, Kind.THEME, fields=fields | ({"synonyms": synonyms} if synonyms else {}))
    problems = check(theme, library.vocabularies, today=library.today)
    if problems:
        raise Invalid(problems)
    with _claimed(library, tally, by, words, Mend.THEME, key):
        library.save(by, "theme", theme, expected=0)
        library.forget_lists()


def point_to(library: Library, tally: SearchTally, by: User, words: str, page: str) -> None:
    """Offer a guidance page to those who search for words. Raises Invalid, StaleWrite, NotAllowed, Busy."""
    access.demand(by, Permit.MANAGE_LISTS)
    _demand_telling(words)
    if page not in {each.name for each in library.reference.guidance_pages()}:
        raise Invalid([Problem("page", N_("Choose a guidance page."))])
    with _claimed(library, tally, by, words, Mend.GUIDANCE, page):
        library.reference.add_also(page, words)


def ask_for_page(library: Library, tally: SearchTally, by: User, words: str) -> None:
    """Begin a guidance page that is not shown until it is written. Raises Invalid, StaleWrite, NotAllowed, Busy."""
    access.demand(by, Permit.MANAGE_LISTS)
    _demand_telling(words)
    reference = library.reference
    names = {page.name for page in (*reference.guidance_pages(), *reference.wanted_pages())}
    name = _free_name(tuple(words.split()), names.__contains__)
    with _claimed(library, tally, by, words, Mend.NEW_PAGE, name):
        reference.ask_for_page(name, words[:1].upper() + words[1:], words)


def set_aside(library: Library, tally: SearchTally, by: User, words: str) -> None:
    """Words that show no gap. Raises StaleWrite, NotAllowed, Busy."""
    with _claimed(library, tally, by, words, Mend.NO_GAP, ""):
        pass


def _demand_telling(words: str) -> None:
    if not telling_names(words):
        message = N_("These words are too common, or too many, to lead to one page.")
        raise Invalid([Problem("page", message)])


def _free_name(words: Sequence[str], taken: Callable[[str], bool]) -> str:
    """The name of a page made of words, which no other has yet."""
    plain = "".join(c if c.isascii() and c.isalnum() else " " for c in " ".join(words)).split()
    name = "-".join(plain)[: LONGEST_KEY - 9].strip("-") or "words"
    name = name if name[0].isalpha() else f"t-{name}"
    if not taken(name):
        return name
    digest = hashlib.sha256(" ".join(words).encode()).hexdigest()[:8]
    return f"{name}-{digest}"


@contextmanager
def _claimed(
    library: Library, tally: SearchTally, by: User, words: str, how: Mend, target: str
) -> Iterator[None]:
    """Of two reviewers who press at once, one goes on. What then fails leaves the words on the list."""
    access.demand(by, Permit.REVIEW)
    try:
        tally.mend(words, how, target, library.today)
    except NotFound:
        raise Done() from None
    try:
        _note(library, by, _what(how, target))
        yield
    except BaseException:
        with suppress(NotFound):
            tally.take_back(words)
        raise


class Done(StaleWrite):
    """Somebody was first, or the words have grown too old."""

    message = N_(
        "These words do not wait any more: somebody else has dealt with them, or they were never there. "
        "Nothing was changed."
    )

    def __init__(self) -> None:
        super().__init__("")


def _what(how: Mend, target: str) -> str:
    """The name of a page that is asked for is made of what was typed."""
    return f"{how}: {target}" if target and how is not Mend.NEW_PAGE else str(how)


def _note(library: Library, by: User, what: str) -> None:
    """The audit log never holds what was typed."""
    library.audit.note(Event(library.clock(), by.name, "search mend", note=what))


# --- undoing ----------------------------------------------------------------------------------------
def undo(library: Library, tally: SearchTally, by: User, words: str) -> Mended:
    """Put words back on the list, and take out what was made of them. Raises StaleWrite, Invalid, NotAllowed, Busy."""
    access.demand(by, Permit.REVIEW)
    try:
        done = tally.take_back(words)
    except NotFound:
        raise Done() from None
    try:
        _note(library, by, f"undo {_what(done.how, done.target)}")
        _unmake(library, by, done)
    except BaseException:
        with suppress(LessonsError):
            tally.mend(words, done.how, done.target, done.day)
        raise
    return done


def _unmake(library: Library, by: User, done: Mended) -> None:
    reference = library.reference
    if done.how is Mend.SYNONYM:
        reference.drop_synonym(done.words, done.target)
    elif done.how is Mend.GUIDANCE:
        with suppress(NotFound):
            reference.drop_also(done.target, done.words)
    elif done.how is Mend.NEW_PAGE:
        reference.drop_page(done.target)
    elif done.how is Mend.THEME:
        _retire(library, by, done.target)


def _retire(library: Library, by: User, key: str) -> None:
    """Records are not destroyed for a slip: a theme nobody has used is put out of use."""
    stored = library.peek(by, key)
    if stored is None:
        return
    if stored.revision.number > 1 or stored.record.line("theme_state") != ASKED_FOR:
        message = N_("Somebody has worked on this theme since. Change it on its own page.")
        raise Invalid([Problem("label", message)])
    retired = stored.record.with_(theme_state=ThemeState.RETIRED)
    library.save(by, "theme", retired, expected=stored.revision.number)
    library.forget_lists()
