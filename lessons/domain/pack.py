"""Which lessons a pack holds, and in what order: the formula, told in the guidance page `how-a-pack-is-chosen`.

words    sum over searches of weight * score / best score of that search, over the sum of weights (CombSUM of
         Fox & Shaw, "Combination of multiple searches", TREC-2, 1994)
fields   sum over fields of weight * share of what was asked for that the lesson has; the main one counts most
score    (words + fields + named + spoken of + own) * (1 + what raises it)
order    greedy: score - SPREAD * likeness to the nearest that stands in the pack already (Carbonell & Goldstein,
         "The use of MMR", SIGIR 1998); what says MUCH the same is left out
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from lessons.domain.why import Reason, Why

Keys = Mapping[
    str, Mapping[str, float]
]  # by field, then by key: how much it is asked for, 1 for the main one

# --- weights -------------------------------------------------------------------------------------
LIKE = 1.0  # the whole of what is known, by its telling words
SAID = 0.4  # the title and the labels of what was chosen, with words that mean the same
PART = 0.3  # each telling part of a long order

# What a field counts at most.
FIELDS: Mapping[str, float] = {
    "tactics": 0.4,
    "vulnerabilities": 0.25,
    "threats": 0.25,
    "unit": 0.05,
    "partners": 0.15,
    "themes": 0.10,
    "place_type": 0.05,
    "four_p": 0.05,
}
LATER = 0.7  # of the weight of the one before, for each further key of a field
READ = 0.6  # of the weight, for what was not chosen but stands in the plan in words
CLOSE = 0.3  # for a threat that cuts across all others, where a threat was asked for

NAMED = 1.0  # the plan names the lesson
SPOKEN = 0.5  # the lesson names what the plan is called
OWN = 0.5  # it came from this operation

RAISED: Mapping[Why, float] = {
    Why.WARNING: 0.08,
    Why.AGAIN: 0.08,
    Why.WORKED: 0.06,
    Why.LEARNED: 0.04,
    Why.FRESH: 0.04,
}
FRESH_DAYS = 365  # counts as recent

SPREAD = 0.05
OWN_SHARE = (
    2  # one in so many lessons of a pack may be of this operation because it is of this operation
)
# Kinds of learning that stand beside the rest where there is one at least half as good as the last of the pack.
BESIDE = ("keep", "didnt")
HALF = 0.5

# --- the floor -----------------------------------------------------------------------------------
# A lesson is in only where it is like the plan by its words (see `Hit.match`), by half as much where it shares SOME
# fields, or where it shares ENOUGH of them. In few words a shared one is a large share by chance, so the floor is
# FLOOR + FLOOR_SHORT / words. What comes in by its words alone has at least FEWEST_SAME telling ones in common with
# the plan.
FLOOR = 0.04
FLOOR_SHORT = 1.5
SOME, ENOUGH = 0.15, 0.3  # by `fields` of the formula
FEWEST_SAME = 3
# Where fewer than FILL reach the floor, the nearest below it come in as well, and are told to be weak: what shares a
# key of NEAR_FIELDS, or NEAR_WORDS telling words of the plan, and NEAR_SHARE of all that it has, where it is half as
# like it as the floor asks; of a plan of few words no more than NEAR_MATCH is asked.
FILL = 5
NEAR_FIELDS = frozenset({"tactics", "vulnerabilities", "threats", "partners"})
NEAR_WORDS, NEAR_SHARE, NEAR_MATCH = 2, 0.2, 0.1


@dataclass(frozen=True, slots=True)
class Candidate:
    """A lesson that was found. words: as in the formula. match: see `Hit.match`; facts: see `Hit.facts`."""

    id: str
    words: float
    match: float
    facts: Mapping[str, object]
    again: int = 0
    worked: int = 0
    not_helped: int = 0
    days: int | None = None  # since it happened
    named: bool = False
    spoken: bool = False
    own: bool = False


@dataclass(frozen=True, slots=True)
class Scored:
    """A candidate, its score, its `fields` of the formula, and what it shares with what was asked."""

    candidate: Candidate
    score: float
    fields: float = 0.0
    shared: Mapping[str, tuple[str, ...]] = field(default_factory=dict)

    @property
    def id(self) -> str:
        return self.candidate.id

    @property
    def called(self) -> bool:
        """Whether it was not only found, but named in one way or another."""
        return self.candidate.named or self.candidate.spoken or self.candidate.own


def keys_of(facts: Mapping[str, object], name: str) -> tuple[str, ...]:
    """What a lesson has of a field."""
    value = facts.get(name, ())
    if isinstance(value, str):
        return (value,) if value else ()
    return tuple(str(each) for each in value) if isinstance(value, Iterable) else ()


def weighed(keys: Iterable[str], share: float = 1.0) -> dict[str, float]:
    """Keys as they were chosen: the main one first."""
    return {key: share * LATER**place for place, key in enumerate(dict.fromkeys(keys))}


def shared(asked: Keys, facts: Mapping[str, object]) -> dict[str, tuple[str, ...]]:
    """By field, the keys that were asked for and that the lesson has, those asked for most first."""
    both = {
        name: tuple(
            sorted(wanted.keys() & set(keys_of(facts, name)), key=lambda k: (-wanted[k], k))
        )
        for name, wanted in asked.items()
    }
    return {name: keys for name, keys in both.items() if keys}


def by_fields(asked: Keys, facts: Mapping[str, object]) -> float:
    """`fields` of the formula."""
    total = 0.0
    for name, wanted in asked.items():
        held = set(keys_of(facts, name))
        got = sum(weight for key, weight in wanted.items() if key in held)
        if name == "threats" and not got and any(key.startswith("x_") for key in held):
            got = CLOSE * max(wanted.values(), default=0.0)
        total += FIELDS.get(name, 0.0) * got / max(sum(wanted.values()), 1.0)
    return total


def score(asked: Keys, each: Candidate) -> Scored:
    """`score` of the formula."""
    fields = by_fields(asked, each.facts)
    value = each.words + fields
    value += NAMED * each.named + SPOKEN * each.spoken + OWN * each.own
    value *= 1 + sum(RAISED[why] for why in raising(each))
    return Scored(each, value, fields, shared(asked, each.facts))


def raising(each: Candidate) -> tuple[Why, ...]:
    """What raises it."""
    found = {
        Why.WARNING: keys_of(each.facts, "learning") == ("warning",),
        Why.AGAIN: bool(each.again or keys_of(each.facts, "recurrence")),
        Why.WORKED: each.worked > each.not_helped,
        Why.LEARNED: keys_of(each.facts, "state") == ("learned",),
        Why.FRESH: each.days is not None and each.days <= FRESH_DAYS,
    }
    return tuple(why for why, holds in found.items() if holds)


def floor(words: int) -> float:
    """The least likeness for a plan of so many words."""
    return FLOOR + FLOOR_SHORT / max(words, 1)


def is_close(each: Scored, words: int) -> bool:
    """Whether it stands above the floor, below which is only filler. words: of the plan."""
    match, least = each.candidate.match, floor(words)
    if each.called or match >= least or each.fields >= ENOUGH:
        return True
    return each.fields >= SOME and match >= least / 2


def is_near(each: Scored, words: int, same: int, said: int) -> bool:
    """Whether it may fill a thin pack. words: of the plan; said: those that tell something; same: those it shares."""
    if not NEAR_FIELDS.isdisjoint(each.shared):
        return True
    least = min(floor(words) / 2, NEAR_MATCH)
    enough = max(min(NEAR_WORDS, said), NEAR_SHARE * said)
    return same >= enough > 0 and each.candidate.match >= least


def by_words_alone(each: Scored) -> bool:
    """Whether nothing but its words speaks for it."""
    return not each.called and each.fields < SOME


# --- which of them -------------------------------------------------------------------------------
def chosen(
    found: Sequence[Scored],
    most: int,
    likeness: Callable[[Scored, Scored], float],
    same: Callable[[Scored, Scored], bool],
) -> list[Scored]:
    """The lessons of a pack, in order. found: best first. likeness: from 0 to 1; same: near-copies."""
    picked, left = _spread((), found, most, likeness, same)
    return _with_both(picked, left, same)


def filled(
    picked: Sequence[Scored],
    near: Sequence[Scored],
    most: int,
    likeness: Callable[[Scored, Scored], float],
    same: Callable[[Scored, Scored], bool],
) -> list[Scored]:
    """A thin pack with what is near after it."""
    return _spread(picked, near, most, likeness, same)[0]


def _spread(
    begun: Sequence[Scored],
    found: Sequence[Scored],
    most: int,
    likeness: Callable[[Scored, Scored], float],
    same: Callable[[Scored, Scored], bool],
) -> tuple[list[Scored], list[Scored]]:
    """What is picked, and what is left."""
    left, picked = list(found), list(begun)
    nearest = {e.id: max((likeness(p, e) for p in picked), default=0.0) for e in left}
    while left and len(picked) < most:
        best = max(left, key=lambda each: each.score - SPREAD * nearest[each.id])
        left.remove(best)
        own = best.candidate.own and not best.candidate.named
        if own and sum(p.candidate.own for p in picked) >= max(most // OWN_SHARE, 1):
            continue
        if any(same(best, other) for other in picked):
            continue
        picked.append(best)
        for each in left:
            nearest[each.id] = max(nearest[each.id], likeness(best, each))
    return picked, left


def _with_both(
    picked: list[Scored], left: Sequence[Scored], same: Callable[[Scored, Scored], bool]
) -> list[Scored]:
    """With something to keep doing and something that did not work, where there is some: in place of the last that
    ask for a change.
    """
    if len(picked) < 2 * len(BESIDE):
        return picked
    for kind in BESIDE:
        if any(_kind(each) == kind for each in picked):
            continue
        least = HALF * picked[-1].score
        new = next((e for e in left if _kind(e) == kind and e.score >= least), None)
        out = next((e for e in reversed(picked[1:]) if _may_go(e)), None)
        if new and out and not any(same(new, other) for other in picked if other is not out):
            picked = [each for each in picked if each is not out] + [new]
    return picked


def _kind(each: Scored) -> str:
    return next(iter(keys_of(each.candidate.facts, "learning")), "")


def _may_go(each: Scored) -> bool:
    return _kind(each) not in (*BESIDE, "warning") and not each.candidate.named


# --- why -----------------------------------------------------------------------------------------
MOST_REASONS = 4
MOST_TERMS = 2  # of one reason, which is to be read at a glance
_SHARED = {
    "tactics": Why.TACTIC,
    "vulnerabilities": Why.VULNERABILITY,
    "threats": Why.THREAT,
    "partners": Why.PARTNER,
    "themes": Why.THEME,
    "place_type": Why.PLACE,
    "four_p": Why.STRAND,
}
_LEARNING = {"keep": Why.KEEP, "didnt": Why.DID_NOT}
_ORDER = list(Why)


def reasons(each: Scored, words: tuple[str, ...], spoken: tuple[str, ...]) -> tuple[Reason, ...]:
    """Why it is in, the most telling first. words: that it shares with the plan; spoken: what it calls by name."""
    found = [Reason(why) for why in raising(each.candidate)]
    found += [
        Reason(_SHARED[n], keys[:MOST_TERMS]) for n, keys in each.shared.items() if n in _SHARED
    ]
    found += [Reason(Why.UNIT)] if "unit" in each.shared else []
    found += [Reason(Why.OPERATION)] if each.candidate.own else []
    found += [Reason(Why.NAMED)] if each.candidate.named else []
    found += [Reason(Why.SPEAKS, spoken)] if each.candidate.spoken else []
    found += [Reason(_LEARNING[_kind(each)])] if _kind(each) in _LEARNING else []
    if words:
        found.append(Reason(Why.WORDS, words))
    ordered = sorted(found or [Reason(Why.LIKE)], key=lambda reason: _ORDER.index(reason.why))
    return tuple(_with_a_match(ordered))


def _with_a_match(ordered: list[Reason]) -> list[Reason]:
    """The first of them, and among these one that says what it has to do with the plan."""
    first, rest = ordered[:MOST_REASONS], ordered[MOST_REASONS:]
    about = [r for r in rest if r.why not in RAISED]
    if about and all(r.why in RAISED for r in first):
        first[-1] = about[0]
    return first
