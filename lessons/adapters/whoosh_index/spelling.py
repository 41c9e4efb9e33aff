"""Did you mean: words of the index near to those typed, of records that the reader may read."""

from lessons.adapters.whoosh_index.analysis import WORD, read
from lessons.adapters.whoosh_index.schema import EXACT
from lessons.adapters.whoosh_index.snapshot import Mask, Snapshot, as_key
from lessons.domain.query import Query, folded

FEW = 3  # results, below which a suggestion is looked for
MOST_WORDS = 5  # put right in one query
MOST_NEAR = 300  # words of readable records that are weighed against one another
SHORTEST = 4  # letters; shorter words are near to everything
FURTHEST = 2  # letters put in, left out, changed or swapped


def suggestion(snapshot: Snapshot, query: Query, readable: Mask) -> str:
    """The query as typed with unknown words put right, or "" where nothing near is known."""
    typed = [raw for word in query.words for raw in WORD.findall(word)]
    better, changed = [], 0
    for raw in typed:
        near = _near(snapshot, raw, readable) if changed < MOST_WORDS else ""
        changed += bool(near)
        better.append(near or raw)
    if not changed:
        return ""
    phrases = [f'"{" ".join(phrase)}"' for phrase in query.phrases]
    excluded = [f'-"{" ".join(words)}"' for words in query.excluded]
    return " ".join((*better, *phrases, *excluded))


def _near(snapshot: Snapshot, raw: str, readable: Mask) -> str:
    word = folded(raw)
    if len(word) < SHORTEST or not word.isalpha() or not read(raw).stems:
        return ""
    if _seen(snapshot, word, readable):
        return ""
    best = ""
    rank = (FURTHEST + 1, 0)
    near = 0
    for distance, other in _candidates(snapshot, word):
        if distance > rank[0] or near == MOST_NEAR:
            break
        seen = _seen(snapshot, other, readable)
        near += bool(seen)  # words of hidden records alone take nobody's place
        if seen and (distance, -seen) < rank:
            best, rank = other, (distance, -seen)
    return best


def _seen(snapshot: Snapshot, word: str, readable: Mask) -> int:
    """In how many records that may be read the word stands."""
    return sum(
        int(readable[part.span][part.segment.posting(EXACT, as_key(word)).ids].sum())
        for part in snapshot.parts
    )


def _candidates(snapshot: Snapshot, word: str) -> list[tuple[int, str]]:
    """Words within reach, nearest first. Longer words may differ by two letters, short ones by one."""
    reach = FURTHEST if len(word) > SHORTEST else 1
    held = {
        other
        for part in snapshot.parts
        for other in part.segment.words_starting(EXACT, word[0])
        if abs(len(other) - len(word)) <= reach
    }
    letters = set(word)
    near = (
        (distance(word, other, reach), other)
        for other in held
        if len(letters.symmetric_difference(other)) <= 2 * reach
    )
    return sorted(pair for pair in near if pair[0] <= reach)


def distance(a: str, b: str, reach: int) -> int:
    """Letters put in, left out, changed or swapped with a neighbour; reach + 1 where it is more than reach.

    Source: optimal string alignment, F. J. Damerau, Comm. ACM 7 (1964) 171-176.
    """
    before: list[int] = []
    last = list(range(len(b) + 1))
    for i, x in enumerate(a, 1):
        row = [i]
        for j, y in enumerate(b, 1):
            cost = min(last[j] + 1, row[-1] + 1, last[j - 1] + (x != y))
            if i > 1 and j > 1 and x == b[j - 2] and a[i - 2] == y:
                cost = min(cost, before[j - 2] + 1)
            row.append(cost)
        if min(row) > reach:
            return reach + 1
        before, last = last, row
    return min(last[-1], reach + 1)
