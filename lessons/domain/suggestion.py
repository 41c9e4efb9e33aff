"""Which themes a text is about: from the words of their labels, and from the tagged lessons that are most like it.

    base    (lessons with the theme + FEW * USUAL / themes) / (tagged lessons + FEW)
    near    (votes for the theme + UNSURE * base) / (all votes + UNSURE)
            a lesson votes for each of its themes with (its score / the best score) ** 2
    stands  times / (times + 1 + words of the text / 100); in the title counts TITLE times more
    lift    (lessons with word and theme + 1 + TRUST) / (lessons with the word * base + 1)
    words   the most that a label or synonym reaches: the mean of stands * log lift over its words,
            each weighing as it is rare among all labels; 0 for words that the text does not hold
    sum     log(near / (1 - near)) - log(base) / 4 + 2 * words
    score   1 / (1 + exp(0.7 - 1.2 * sum))

Sources: votes weighed by nearness after Dudani, "The distance-weighted k-nearest-neighbor rule" (IEEE SMC 6, 1976);
counts drawn to what is usual after Cestnik, "Estimating probabilities: a crucial task in machine learning" (ECAI
1990), which makes `near` hold with few lessons and with none; `stands` is the word count of BM25 (see `query`); `lift`,
the share of a word's lessons that have the theme beside the share of all, drawn to 1 + TRUST while little is known,
after DuMouchel, "Bayesian data mining in large frequency tables" (American Statistician 53, 1999); sum to score after
Platt, "Probabilistic outputs for support vector machines" (1999). That rare themes gain a quarter of the logarithm of
their rarity is our own choice. All numbers are round ones from the middle of a wide plateau, on sets of six themes and
of 145 alike: see `benchmarks/suggestions.py`.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from math import exp, log

from lessons.domain.words import plain_words

LONGEST_READ = 20_000  # characters of a text
NEAREST = 20  # lessons that vote
MOST_ASKED = 20  # words of a text whose lessons are counted
MOST_TOLD = 4  # words, and
MOST_NEAR = 3  # lessons, of a reason
FIRST, FLOOR = 5, 0.1  # after so many, a theme below the floor is not suggested

FEW, USUAL = 10.0, 2.0
UNSURE = 0.5
TITLE = 3.0
TRUST = 4.0
SHORTEST = 3  # letters of a word that is looked at
SAME_LETTERS = 6  # at the beginning of two forms of one word
# In English and Welsh.
NOTHING_SAID = frozenset({
    "and", "are", "but", "for", "from", "has", "have", "into", "its", "not", "our", "that", "the", "their", "this",
    "was", "were", "with", "you", "your", "gan", "gyda", "hyn", "mae", "nid", "wedi", "wrth", "yng",
})  # fmt: skip

Phrase = frozenset[str]  # the stems of a label or synonym


@dataclass(frozen=True, slots=True)
class Seen:
    """How many tagged lessons there are, or hold some word, and how many of them have each theme, by key."""

    lessons: int = 0
    themes: Mapping[str, int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Near:
    """A tagged lesson that is like the text. score: more than 0, on any scale."""

    id: str
    title: str
    score: float
    themes: frozenset[str]


@dataclass(frozen=True, slots=True)
class Suggested:
    """A theme for a text, and why. score: how likely it is the right one, from 0 to 1.

    words: of the text, that point to it, the most telling first. lessons: id and title of the nearest that have it.
    """

    key: str
    score: float
    words: tuple[str, ...] = ()
    lessons: tuple[tuple[str, str], ...] = ()


class Wording:
    """The words of a text, by stem."""

    def __init__(self, title: str, text: str) -> None:
        first = [w for w in plain_words(title[:LONGEST_READ]) if _tells(w)]
        rest = plain_words(text[:LONGEST_READ])
        self._length = len(rest)
        self._times = Counter(map(_stem, (w for w in rest if _tells(w))))
        for stem in {*map(_stem, first)}:
            self._times[stem] += TITLE  # type: ignore[assignment]
        self._forms: defaultdict[str, Counter[str]] = defaultdict(Counter)
        for word in (*first, *(w for w in rest if _tells(w))):
            self._forms[_stem(word)][word] += 1

    def __contains__(self, stem: str) -> bool:
        return stem in self._times

    def stands(self, stem: str) -> float:
        """How much a word counts for what the text is about; from 0 towards 1."""
        times = self._times[stem]
        return times / (times + 1 + self._length / 100)

    def forms(self, stem: str) -> tuple[str, ...]:
        """The words of the text that have this stem, the commonest first."""
        return tuple(word for word, _ in self._forms[stem].most_common())


class Labels:
    """The words of every theme, and how rare each is among them."""

    def __init__(self, words: Mapping[str, Iterable[str]]) -> None:
        """words: labels and synonyms by the key of the theme."""
        self._phrases = {
            key: {p for each in labels if (p := _phrase(each))} for key, labels in words.items()
        }
        themes = Counter(
            stem for each in self._phrases.values() for stem in frozenset().union(*each)
        )
        self._rarity = {stem: log(1 + len(words) / n) for stem, n in themes.items()}

    def __iter__(self) -> Iterator[str]:
        """The keys of the themes."""
        return iter(self._phrases)

    def __len__(self) -> int:
        return len(self._phrases)

    def asked(self, wording: Wording) -> list[str]:
        """The stems that the text shares with them, the most telling first, at most MOST_ASKED."""
        both = [stem for stem in self._rarity if stem in wording]
        both.sort(key=lambda stem: (-wording.stands(stem) * self._rarity[stem], stem))
        return both[:MOST_ASKED]

    def pointing(
        self, key: str, base: float, wording: Wording, seen: Mapping[str, Seen]
    ) -> tuple[float, list[str]]:
        """`words` of the formula, and the stems that make it, the most telling first. seen: by stem of `asked`."""
        best, found = 0.0, []
        for phrase in self._phrases[key]:
            told = dict(self._told(phrase, key, base, wording, seen))
            value = sum(told.values()) / sum(self._rarity[stem] for stem in phrase)
            if value > best:
                best, found = value, [stem for stem in told if told[stem] > 0]
                found.sort(key=lambda stem: (-told[stem], stem))
        return best, found

    def _told(
        self, phrase: Phrase, key: str, base: float, wording: Wording, seen: Mapping[str, Seen]
    ) -> Iterator[tuple[str, float]]:
        for stem in phrase & seen.keys():
            here = seen[stem]
            lift = (here.themes.get(key, 0) + 1 + TRUST) / (here.lessons * base + 1)
            yield stem, self._rarity[stem] * wording.stands(stem) * log(lift)


def suggestions(
    wording: Wording, labels: Labels, tagged: Seen, seen: Mapping[str, Seen], near: Sequence[Near]
) -> list[Suggested]:
    """Every theme that something speaks for, best first.

    tagged: of all tagged lessons; seen: of those that hold each stem of `labels.asked`; near: at most NEAREST, nearest
    first.
    """
    votes = _votes(near)
    cast = sum((each.score / near[0].score) ** 2 for each in near)
    usual = FEW * USUAL / max(1, len(labels))
    found = []
    for key in labels:
        base = min(0.5, (tagged.themes.get(key, 0) + usual) / (tagged.lessons + FEW))
        words, stems = labels.pointing(key, base, wording, seen)
        if not (words or key in votes):
            continue
        score = _score((votes.get(key, 0.0) + UNSURE * base) / (cast + UNSURE), base, words)
        found.append(Suggested(key, score, _words(wording, stems), _lessons(near, key)))
    found.sort(key=lambda s: (-s.score, -tagged.themes.get(s.key, 0), s.key))
    return [s for n, s in enumerate(found) if n < FIRST or s.score >= FLOOR]


def _score(near: float, base: float, words: float) -> float:
    near = min(near, 1 - 1e-6)
    total = log(near / (1 - near)) - log(base) / 4 + 2 * words
    return 1 / (1 + exp(0.7 - 1.2 * total))


def _votes(near: Sequence[Near]) -> dict[str, float]:
    votes: defaultdict[str, float] = defaultdict(float)
    for each in near:
        for key in each.themes:
            votes[key] += (each.score / near[0].score) ** 2
    return votes


def _words(wording: Wording, stems: Sequence[str]) -> tuple[str, ...]:
    return tuple(wording.forms(stem)[0] for stem in stems[:MOST_TOLD])


def _lessons(near: Sequence[Near], key: str) -> tuple[tuple[str, str], ...]:
    return tuple((each.id, each.title) for each in near if key in each.themes)[:MOST_NEAR]


@lru_cache(maxsize=10_000)
def _phrase(words: str) -> Phrase:
    return frozenset(_stem(word) for word in plain_words(words) if _tells(word))


def _tells(word: str) -> bool:
    return len(word) >= SHORTEST and word not in NOTHING_SAID


def _stem(word: str) -> str:
    """Near enough: plurals and endings go. It only compares words of a text with words of labels."""
    return word.removesuffix("s")[:SAME_LETTERS] if len(word) > SHORTEST else word
