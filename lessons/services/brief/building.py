"""Building a pack: the lessons that matter for one operation, each with why. The formula: see `domain.pack`."""

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass

from lessons.domain import duplicates, pack
from lessons.domain.access import User
from lessons.domain.duplicates import Shingles
from lessons.domain.pack import Scored
from lessons.domain.pack_elements import element_of
from lessons.domain.pack_terms import words_of
from lessons.domain.record import Kind, Record, Stored
from lessons.domain.states import GOOD
from lessons.domain.why import Reason
from lessons.library import Library
from lessons.ports import Page
from lessons.services.brief.asking import operation_of
from lessons.services.brief.building_finding import Finder
from lessons.services.brief.building_guidance import nearest_guidance
from lessons.services.brief.building_reading import Plan, read

USUAL = 8  # lessons in a pack: five to ten are read, and no more
NEAR_LOOKED_AT = 40  # below the floor, the best, where the pack is thin
LOOKED_AT = 3  # times as many as asked for are opened and compared
SAYING = ("summary", "happened", "lesson", "action", "detail")
MAY_BE_SAME = 0.5  # of the words of the shorter, below which two lessons are no copies
LONGEST_READ = 8_000  # characters of one lesson that are compared
MOST_TELLING = 3  # words of one reason
SHORTEST = 5  # letters of a word that says anything by itself
SHORTEST_NEAR = 3  # and of one that does beside another, in a plan of few words
GLUE = frozenset({
    "about", "after", "again", "against", "along", "although", "always", "among", "around", "asked", "because",
    "before", "being", "below", "between", "cannot", "coming", "could", "during", "early", "either", "enough",
    "every", "first", "found",
    "given", "going", "later", "least", "little", "might", "never", "often", "other", "others", "people", "place",
    "rather", "right", "second", "shall", "should", "since", "small", "still", "their", "there", "these", "thing",
    "things", "think", "those", "three", "through", "times", "today", "towards", "under", "until", "using", "where",
    "whether", "which", "while", "whole", "whose", "within", "without", "would", "years", "lesson", "lessons",
    "operation", "ymgyrch", "gwersi",
})  # fmt: skip


# Words too short for GLUE that tell nothing either.
SMALL = frozenset({
    "all", "and", "any", "are", "at", "ask", "but", "can", "day", "did", "do", "each", "for", "from", "get", "had",
    "has", "have", "her", "here", "him", "his", "how", "into", "its", "just", "keep", "know", "let", "like", "made",
    "make", "man", "many", "may", "men", "more", "most", "much", "must", "new", "not", "now", "off", "old", "one",
    "only", "our", "out", "over", "own", "per", "plan", "put", "said", "same", "say", "see", "set", "she", "so",
    "some", "such", "take", "team", "than", "that", "the", "them", "then", "they", "this", "time", "too", "two",
    "three", "use", "very", "was", "way", "week", "well", "were", "what", "when", "who", "why", "will", "with",
    "work", "yet", "you", "your",
})  # fmt: skip


@dataclass(frozen=True, slots=True)
class Picked:
    """A lesson for a pack. revision: the one that was read. element: key of the list `briefing_element`. weak: it is
    among the nearest, and no more.
    """

    lesson: Record
    revision: int
    element: str
    reasons: tuple[Reason, ...]
    score: float = 0.0
    weak: bool = False


@dataclass(frozen=True, slots=True)
class Built:
    """picked: best first. guidance: where to read on when nothing was found. cut: more was given than was read."""

    picked: Sequence[Picked]
    guidance: Sequence[Page] = ()
    cut: bool = False

    @property
    def thin(self) -> bool:
        """Whether so little was said that the nearest had to fill it."""
        return any(each.weak for each in self.picked)


def build(
    library: Library, reader: User, asked: Record, *, order: str = "", most: int = USUAL
) -> Built:
    """The lessons for what a briefing that is not yet kept says of its operation.

    asked: fields and texts of a BRIEFING; what stands in its `lessons` already is left out. order: an operation order
    to read as well, which is not kept. Raises SearchUnavailable.
    """
    operation = operation_of(library, reader, asked)
    plan = read(library, reader, asked, order, operation)
    if plan.empty:
        return Built((), nearest_guidance(library, reader, plan), plan.cut)
    without = frozenset(row.get("lesson", "") for row in asked.rows("lessons")) - {""}
    found = Finder(library, reader, plan, without).candidates(operation)
    length = len(plan.words)
    scored = [pack.score(plan.keys, each) for each in found]
    scored.sort(key=lambda each: (-each.score, each.id))
    close = [each for each in scored if pack.is_close(each, length)]
    opened = _opened(library, reader, plan, close, most * LOOKED_AT)
    likeness, same = _comparing(opened)
    chosen = pack.chosen([e for e in close if e.id in opened], most, likeness, same)
    strong = frozenset(each.id for each in chosen)
    # Rows of more than an id are lessons that stand in the pack; the others were taken out of it.
    fill = min(most, pack.FILL - sum(len(row) > 1 for row in asked.rows("lessons")))
    if len(chosen) < fill:
        near = _near(library, reader, plan, [e for e in scored if e.id not in opened], opened)
        chosen = pack.filled(chosen, near, fill, likeness, same)
    picked = _told(plan, opened, chosen, strong)
    return Built(picked, () if picked else nearest_guidance(library, reader, plan), plan.cut)


_Likeness = Callable[[Scored, Scored], float]
_Same = Callable[[Scored, Scored], bool]


@dataclass(frozen=True, slots=True)
class _Open:
    """A lesson as it is now, and its telling words: whole, and without their endings."""

    stored: Stored
    words: frozenset[str]
    forms: frozenset[str]
    short: tuple[
        str, ...
    ] = ()  # words of the plan that it has, short ones too, where it is near and no more


def _opened(
    library: Library, reader: User, plan: Plan, scored: Sequence[Scored], most: int
) -> dict[str, _Open]:
    """The best as they are now: the index may be a moment behind. Without what shares too few words to be no chance."""
    found: dict[str, _Open] = {}
    wanted = _forms((*plan.words, *(words_of(plan.said) if plan.welsh else ())))
    for each in scored:
        if len(found) >= most:
            break
        stored = library.peek(reader, each.id)
        if stored is None or stored.record.kind is not Kind.LESSON:
            continue
        words = _telling(stored.record)
        one = _Open(stored, words, _forms(words))
        chance = pack.by_words_alone(each) and len(wanted & one.forms) < pack.FEWEST_SAME
        if stored.record.line("state") in GOOD and not chance:
            found[each.id] = one
    return found


def _telling(lesson: Record) -> frozenset[str]:
    said = duplicates.text_of(lesson, SAYING)[:LONGEST_READ]
    return frozenset(w for w in words_of(said) if len(w) >= SHORTEST) - GLUE


def _forms(words: Iterable[str]) -> frozenset[str]:
    return frozenset(w[:SHORTEST] for w in words if len(w) >= SHORTEST and w not in GLUE)


def _near(
    library: Library, reader: User, plan: Plan, scored: Sequence[Scored], opened: dict[str, _Open]
) -> list[Scored]:
    """The nearest of those that are not close, which are opened too."""
    wanted = _short_forms((*plan.words, *(words_of(plan.said) if plan.welsh else ())))
    found: list[Scored] = []
    for each in scored[:NEAR_LOOKED_AT]:
        stored = library.peek(reader, each.id)
        if stored is None or stored.record.kind is not Kind.LESSON:
            continue
        held = _short_forms(words_of(_said_of(stored.record)))
        near = pack.is_near(each, len(plan.words), len(wanted & held), len(wanted))
        if near and stored.record.line("state") in GOOD:
            words = _telling(stored.record)
            opened[each.id] = _Open(
                stored, words, _forms(words), _shared_words(plan, stored.record)
            )
            found.append(each)
    return found


def _shared_words(plan: Plan, lesson: Record) -> tuple[str, ...]:
    held = frozenset(words_of(duplicates.text_of(lesson, SAYING)[:LONGEST_READ]))
    told = (w for w in dict.fromkeys(plan.words) if w in held and _short_forms((w,)))
    return tuple(sorted(told, key=lambda w: -len(w))[:MOST_TELLING])


def _said_of(lesson: Record) -> str:
    """Its words, and those of the keys that it has: “search_warrant” is a warrant too."""
    keys = (key for name in sorted(pack.NEAR_FIELDS) for key in lesson.keys(name))
    text = duplicates.text_of(lesson, SAYING)[:LONGEST_READ]
    return f"{text}\n{' '.join(keys).replace('_', ' ')}"


def _short_forms(words: Iterable[str]) -> frozenset[str]:
    """Words without their endings, those of three letters too."""
    told = (w for w in words if len(w) >= SHORTEST_NEAR and w not in GLUE and w not in SMALL)
    return frozenset(w[:SHORTEST] if len(w) > SHORTEST else w.removesuffix("s") for w in told)


def _comparing(opened: Mapping[str, _Open]) -> tuple[_Likeness, _Same]:
    """How like two of them are, and whether they are near-copies."""
    shingles: dict[str, Shingles] = {}

    def held(id: str) -> Shingles:
        if id not in shingles:
            said = duplicates.text_of(opened[id].stored.record, SAYING)
            shingles[id] = duplicates.shingles(said[:LONGEST_READ])
        return shingles[id]

    def likeness(one: Scored, other: Scored) -> float:
        a, b = opened[one.id].words, opened[other.id].words
        return len(a & b) / (len(a | b) or 1)

    def same(one: Scored, other: Scored) -> bool:
        a, b = opened[one.id], opened[other.id]
        if len(a.words & b.words) < MAY_BE_SAME * min(len(a.words), len(b.words)):
            return False
        if duplicates.same_debrief(a.stored.record, b.stored.record):
            return duplicates.sameness(a.stored.record, b.stored.record) >= duplicates.MUCH
        return duplicates.share(held(one.id), held(other.id)) >= duplicates.MUCH

    return likeness, same


def _told(
    plan: Plan, opened: Mapping[str, _Open], chosen: Sequence[Scored], strong: frozenset[str]
) -> list[Picked]:
    wanted = frozenset(plan.words)
    common = Counter(word for each in opened.values() for word in each.words & wanted)
    picked = []
    for each in chosen:
        one = opened[each.id]
        rare = sorted(one.words & wanted, key=lambda w: (common[w], -len(w), w))
        same = tuple(rare[:MOST_TELLING]) if len(rare) > 1 else one.short
        why = pack.reasons(each, same, (" ".join(plan.phrase),))
        lesson, revision = one.stored.record, one.stored.revision.number
        weak = each.id not in strong
        picked.append(Picked(lesson, revision, element_of(lesson), why, each.score, weak))
    return picked
