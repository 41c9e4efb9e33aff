"""Names of people: after a rank or title, by first name and surname, or after a tell-tale word."""

import re
from collections.abc import Iterator

from lessons.domain.personal_data.found import Found, found, words
from lessons.domain.personal_data.name_words import (
    DOUBTFUL_FIRST_NAMES,
    FIRST_NAMES,
    PARTICLES,
    SURNAME_SHAPE,
    SURNAMES,
)
from lessons.domain.personal_data.plain_words import (
    FORCE_PLACES,
    LISTED_NAMES,
    NAMED_THINGS,
    NOT_ALONE,
    NOT_NAMES,
)
from lessons.domain.personal_data.tokens import Word, tokens

_SEVERAL = words("messrs pcs dcs dss dis sgts officers constables")
_HONORIFICS = words("mr mrs miss ms mx messrs")
_RANKS = words("""
    dr prof professor sir dame rev reverend cllr councillor judge hhj recorder imam captain colonel
    pc dc ds di dci tdc tpc wpc ps sgt sergeant insp inspector supt superintendent constable
    cwnstabl rhingyll arolygydd cdr acc dcc cc pcso cso pcs dcs dss dis sgts ci dsu dsupt dcsupt
    csupt detective det cst con""")
_TITLES = _HONORIFICS | _RANKS
# Titles that stand before many things that are not people.
_WEAK_TITLES = words("""
    officer officers commander sio oic iio dio lro nominal suspect victim witness defendant subject
    driver solicitor interpreter brother sister wife husband son daughter mother father partner
    girlfriend boyfriend cousin uncle aunt neighbour associate target principal manager colleague
    boss courier runner tenant passenger complainant informant source prisoner detainee commissioner
    supervisor sc mp""")
_PEOPLE_WORDS = words("""
    nominal suspect victim witness defendant brother sister wife husband son daughter girlfriend
    boyfriend cousin uncle aunt courier runner tenant passenger complainant detainee""")
_CALLED = words("named aka alias nicknamed nickname moniker called")
_LABELS = words("""
    name sio oic iio dio lro exhibits exhibit loggist facilitator scribe author present attendees
    apologies lead contact chair interviewer disclosure officer reviewer custody suspect victim
    witness driver signed from by cc analyst deputy""")
_DEALT_WITH = words("arrested interviewed charged cautioned bailed remanded")
_PROJECT = words("op operation ymgyrch project exercise ops cyrch op's saint st storm")
_THING = re.compile(
    r"\b(?:op|operation|exercise|project|app|system|database|tool|folder|programme|scheme|team|"
    r"group|gang|ocg|line|company|shop|pub|charity|plan|tactic|model|approach|document|template)\b",
    re.I,
)
# Made-up people bear these surnames in guidance and in practice; elsewhere they are everyday words.
_STAND_INS = words("example sample")
_SHAPE = re.compile(SURNAME_SHAPE)
_NEVER = {"john lewis", "jack daniels", "william hill", "ted baker", "thomas cook"}


def find(text: str, allowed: frozenset[str]) -> Iterator[Found]:
    """Names in a folded text. Words in `allowed` are nobody's name unless a name list has them."""
    finder = _Names(text, allowed)
    for at in range(len(finder.words)):
        yield from finder.after_title(at)
        yield from finder.full_name(at)
        yield from finder.dealt_with(at)
        yield from finder.turned_round(at)
        yield from finder.after_called(at)
        yield from finder.with_initial(at)
        yield from finder.alone(at)
        yield from finder.small_letters(at)


class _Names:
    def __init__(self, text: str, allowed: frozenset[str]) -> None:
        self.text = text
        self.allowed = allowed - LISTED_NAMES
        self.words = tokens(text)

    def after_title(self, at: int) -> Iterator[Found]:
        """ "DC Rowan", "PC 1234 Hughes", "Mr and Mrs Jones", "DCs Patel and Hughes"."""
        title = self.words[at]
        strong = title.lower in _TITLES and title.text not in {"MS", "ms"}
        if title.lower == "con" and not self._linked(at, "space"):
            return
        if not (strong or title.lower in _WEAK_TITLES or title.lower in _LABELS):
            return
        first = at + 1
        if not self._linked(first, "space", "dot", "number", "colon"):
            return
        link = self.words[first].link
        if link == "dot" and title.lower not in _ABBREVIATED:
            return
        if link != "colon" and not (strong or title.lower in _WEAK_TITLES):
            return
        strong = strong and link != "colon"
        end = self._with_stand_in(first) if strong else self._run(first)
        sure = self._sure_after(at, first, end, strong)
        if sure is None:
            return
        yield self._name(first, max(end, first + 1), sure, since=title.start)
        yield from self._companions(max(end, first + 1), title.start, title.lower in _SEVERAL)

    def _sure_after(self, at: int, first: int, end: int, strong: bool) -> bool | None:
        """Whether what follows a title is likely (True), possible (False) or no name (None)."""
        title, word = self.words[at], self.words[first]
        listed = any(self._listed(one) for one in self.words[first:end])
        if end == first:
            plain = word.lower not in NOT_NAMES and len(word.text) > 2
            if title.lower in _HONORIFICS and plain and title.capital:
                return True
            return False if word.lower in SURNAMES and strong and not word.capital else None
        loud = title.text.isupper() and word.text.isupper() and len(word.text) > 1
        if strong and (listed or not (loud and self._loud_around(first))):
            chief = at > 0 and self.words[at - 1].lower in {"chief", "deputy", "crime"}
            if word.lower in FORCE_PLACES and (chief or title.lower in {"cc", "acc", "dcc"}):
                return None
            return True
        if listed:
            return True
        if word.link == "colon" and title.lower in _LABELS and not word.text.isupper():
            return False
        return False if title.lower in _PEOPLE_WORDS and not word.text.isupper() else None

    def _companions(self, at: int, since: int, several: bool) -> Iterator[Found]:
        """The rest of a list of names: ", Hughes and Patel"."""
        for _ in range(6):
            if self._linked(at, "space") and self.words[at].lower == "and":
                at += 1
                if not self._linked(at, "space"):
                    return
            elif not self._linked(at, "comma", "and"):
                return
            end = self._run(at)
            if end == at or self.words[at].lower in _TITLES:
                return
            if several or any(self._listed(one) for one in self.words[at:end]):
                yield self._name(at, end, True, since)
            at = end

    def full_name(self, at: int) -> Iterator[Found]:
        """ "Gethin Parry", "Agnieszka Nowak-Lis", "Unknown Hughes"."""
        first = self.words[at]
        if not self._capitalised(first) or first.owns or self._is_project(at):
            return
        end = self._run(at + 1) if self._linked(at + 1, "space") else at + 1
        if end <= at + 1:
            return
        last = self.words[end - 1]
        pair = f"{first.lower} {last.lower}"
        if pair in _NEVER or any(one.lower in NAMED_THINGS for one in self.words[at : end + 1]):
            return
        known_last = last.lower in SURNAMES or _SHAPE.fullmatch(last.lower) is not None
        given = first.lower.split("-")[0]
        if given in FIRST_NAMES or (given in DOUBTFUL_FIRST_NAMES and known_last):
            yield self._name(at, end, True)
        elif known_last and not first.text.isupper():
            yield self._name(at, end, first.lower in SURNAMES)
        elif not any(one.text.isupper() for one in self.words[at:end]):
            # Police writing holds few other pairs of capitalised words that no list knows.
            yield self._name(at, end, False)

    def dealt_with(self, at: int) -> Iterator[Found]:
        """ "arrested Hoti": one capitalised word that something was done to."""
        if self.words[at].lower not in _DEALT_WITH or not self._linked(at + 1, "space"):
            return
        if self._run(at + 1) == at + 2 and not self.words[at + 1].text.isupper():
            yield self._name(at + 1, at + 2, False)

    def turned_round(self, at: int) -> Iterator[Found]:
        """ "HUGHES, Gethin"."""
        last = self.words[at]
        if not self._capitalised(last) or not self._linked(at + 1, "comma"):
            return
        first = self.words[at + 1]
        known = last.lower in SURNAMES or (last.text.isupper() and last.lower not in NOT_NAMES)
        if known and first.capital and first.lower in FIRST_NAMES:
            yield self._name(at, max(self._run(at + 1), at + 2), last.text.isupper())

    def after_called(self, at: int) -> Iterator[Found]:
        """ "a man named Rowan", "aka Smudge", "known as Big Tel"."""
        cue = self.words[at]
        known_as = cue.lower == "as" and at > 0 and self.words[at - 1].lower in {"known", "to"}
        if not (known_as or cue.lower in _CALLED) or not self._linked(at + 1, "space", "dot"):
            return
        if known_as and self.words[at - 1].lower == "to" and not self._referred(at):
            return
        end = self._run(at + 1)
        if end == at + 1:
            return
        listed = any(self._listed(one) for one in self.words[at + 1 : end])
        nick = cue.lower not in {"named", "called", "as"}
        thing = _THING.search(self.text, max(0, cue.start - 40), cue.start)
        if listed or nick or not thing:
            yield self._name(at + 1, end, listed or nick, cue.start)

    def with_initial(self, at: int) -> Iterator[Found]:
        """ "J. Hughes", "J Hughes"."""
        initial = self.words[at]
        if len(initial.text) != 1 or not initial.capital or initial.text in "AI":
            return
        before = self.words[at - 1].lower if at else ""
        if before in {"class", "plan", "schedule", "part", "annex", "category", "team", "option"}:
            return
        if not self._linked(at + 1, "space", "dot"):
            return
        last = self.words[at + 1]
        if last.capital and last.lower in SURNAMES:
            yield self._name(at, at + 2, last.link == "dot")

    def alone(self, at: int) -> Iterator[Found]:
        """ "Gethin said", "McAllister": one word that is nothing but a name."""
        word = self.words[at]
        if not word.capital or word.text.isupper() or self._is_project(at):
            return
        if self._is_thing(at + 1) or (self._is_word(at + 1, "and") and self._is_thing(at + 2)):
            return
        shaped = re.match(r"(?:Mc|O')[A-Z]", word.text) is not None
        if (word.lower in FIRST_NAMES - NOT_ALONE and len(word.text) > 2) or shaped:
            yield self._name(at, at + 1, False)

    def small_letters(self, at: int) -> Iterator[Found]:
        """ "gethin hughes", as typed in a hurry."""
        first = self.words[at]
        if first.capital or not self._linked(at + 1, "space"):
            return
        last = self.words[at + 1]
        given = first.lower.split("-")[0]
        if given in FIRST_NAMES and last.lower in SURNAMES | FIRST_NAMES:
            yield self._name(at, at + 2, last.lower in SURNAMES)

    def _name(self, at: int, end: int, sure: bool, since: int | None = None) -> Found:
        return found("name", self.words[at].start, self.words[end - 1].end, sure, since)

    def _is_word(self, at: int, word: str) -> bool:
        return self._linked(at, "space") and self.words[at].lower == word

    def _is_thing(self, at: int) -> bool:
        return self._linked(at, "space") and self.words[at].lower in NAMED_THINGS

    def _linked(self, at: int, *links: str) -> bool:
        return 0 < at < len(self.words) and self.words[at].link in links

    def _listed(self, word: Word) -> bool:
        return word.lower in LISTED_NAMES or _SHAPE.fullmatch(word.lower) is not None

    def _capitalised(self, word: Word) -> bool:
        """Capitalised, of a name's length, and no word that police writing capitalises."""
        return (
            word.capital
            and 2 <= len(word.text) <= 30
            and word.lower not in NOT_NAMES
            and word.lower.split("-")[0] not in NOT_NAMES
            and word.lower not in self.allowed
            and word.lower not in _RANKS
        )

    def _run(self, at: int) -> int:
        """The index after the last word of a name that begins at `at`, or `at` if none does."""
        end = at
        for place in range(at, min(at + 5, len(self.words))):
            word = self.words[place]
            before = self.words[place - 1]
            dotted = word.link == "dot" and len(before.text) == 1
            if place > at and (before.owns or not (word.link == "space" or dotted)):
                break
            if self._capitalised(word):
                end = place + 1
            elif not ((len(word.text) == 1 and word.capital) or word.lower in PARTICLES):
                break
        return end

    def _with_stand_in(self, at: int) -> int:
        """As `_run`, for what follows a title: "PC Example", "PC Gethin Example"."""
        end = self._run(at)
        follows = end == at or (self._linked(end, "space") and not self.words[end - 1].owns)
        if follows and self.words[end].capital and self.words[end].lower in _STAND_INS:
            return end + 1
        return end

    def _is_project(self, at: int) -> bool:
        if self.words[at].lower in _PROJECT:
            return True
        return self._linked(at, "space", "dot") and self.words[at - 1].lower in _PROJECT

    def _referred(self, at: int) -> bool:
        return at > 1 and self.words[at - 2].lower in {"referred", "refers", "answers"}

    def _loud_around(self, at: int) -> bool:
        """Whether the neighbours are in capitals as well, so that capitals say nothing."""
        near = self.words[max(0, at - 4) : at - 1] + self.words[at + 1 : at + 4]
        return any(len(one.text) > 3 and one.text.isupper() for one in near)


_ABBREVIATED = words("mr mrs ms dr prof rev sgt insp supt det cllr cdr messrs cst con")
