"""How much two lessons say the same, by the runs of words that they have in common.

Every SHINGLE words that follow one another are a shingle. Two measures of Broder, "On the resemblance and containment
of documents" (Proceedings of Compression and Complexity of Sequences, 1997), are taken and the larger one counts:
resemblance, the shingles in both as a share of those in either; and containment, as a share of those of the shorter
text, which finds the lesson that somebody else told again with more around it.

The thresholds come from 2,102 public engineering lessons, of which all pairs were measured. From 0.8 on, every pair
looked at was one text that somebody had edited; few pairs stand between 0.7 and 0.8; below come series written from one
template, down to 0.5; and below that, lessons that only share a paragraph about their project. Of 79 police lessons no
two share more than 0.21. A single sentence of fifteen words in which one word was changed keeps 0.65.
"""

from lessons.domain.record import Record
from lessons.domain.text import N_
from lessons.domain.words import plain_words

ALMOST = 0.8
MUCH = 0.5
SHINGLE = 3  # words
# Shingles of the shorter text from which containment counts: a few words stand in many a long text by chance.
SHORTEST_CONTAINED = 12
LONGEST = 40_000  # characters of one lesson that are read
SAYING = ("happened", "lesson")  # the texts that say what it is, besides the title
# The same for lessons of one debrief: what happened was told once, and stands in each of them.
SAYING_APART = ("lesson", "action")

Shingles = frozenset[tuple[str, ...]]


def shingles(text: str) -> Shingles:
    """Of the first LONGEST characters; a text of fewer words is one shingle, one without words has none."""
    words = plain_words(text[:LONGEST])
    last = max(len(words) - SHINGLE, 0)
    return frozenset(words[i : i + SHINGLE] for i in range(last + 1)) - {()}


def text_of(record: Record, saying: tuple[str, ...] = SAYING) -> str:
    """What a lesson says in its title and these texts; without tags, and by itself without what should be done."""
    texts = (record.texts.get(name, "") for name in saying)
    return "\n".join(text for text in (record.line("title"), *texts) if text)


def share(one: Shingles, other: Shingles) -> float:
    """How much of the two is the same, from 0 to 1; of texts without words nothing is."""
    both = len(one & other)
    if not both:
        return 0.0
    shorter = min(len(one), len(other))
    contained = both / shorter if shorter >= SHORTEST_CONTAINED else 0.0
    return max(both / len(one | other), contained)


def sameness(one: Record, other: Record) -> float:
    """`share` of what two lessons say; of one debrief, of what each says besides what happened."""
    saying = SAYING_APART if same_debrief(one, other) else SAYING
    return share(shingles(text_of(one, saying)), shingles(text_of(other, saying)))


def same_debrief(one: Record, other: Record) -> bool:
    """Whether both came out of one debrief."""
    return one.line("debrief") == other.line("debrief") != ""


def in_words(share: float) -> str:
    """A share as people say it; "" where it is too small to say anything."""
    if share >= ALMOST:
        return N_("Almost word for word")
    return N_("Much the same words") if share >= MUCH else ""
