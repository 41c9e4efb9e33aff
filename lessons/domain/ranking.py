"""In which order found records come: the parts of the score, each with its weights and its switch.

    words    BM25F over words, title and words as written (see `query`)
             + NEAR * nearness of words that the query puts side by side
    match    words / (best ** (1 - SHARE) * most ** SHARE)
             best: the highest `words` found; most: what a record would reach that holds every word for ever
    meaning  match + MEANING * likeness of vectors * length / (length + SHORT)
    score    (1 - NEIGHBOURS) * meaning + NEIGHBOURS * mean `meaning` of the NEAREST most alike of the first TOP
    last     score * (1 + what raises the record - what lowers it)

Sources: nearness after Metzler & Croft, "A Markov random field model for term dependencies" (SIGIR 2005); vectors
after Deerwester et al., "Indexing by latent semantic analysis" (JASIS 41, 1990) with log-entropy weights (Dumais
1991); neighbours after Diaz, "Regularizing ad hoc retrieval scores" (CIKM 2005). Those weights were chosen by
leaving each test collection out in turn: see `benchmarks/weights.py`. What is `proven` is Laplace's rule of succession
("Essai philosophique sur les probabilités", 1814); no test collection tells what worked, so its weight is a choice.
"""

from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from lessons.domain.text import N_


class Part(StrEnum):
    """What can be switched off in the settings; with all off, the score is BM25F as it is."""

    NEARNESS = "nearness"
    MEANING = "meaning"
    NEIGHBOURS = "neighbours"
    WARNING = "warning"
    LEARNED = "learned"
    AGAIN = "again"
    PROVEN = "proven"
    FRESH = "fresh"
    OVER = "over"


EVERY_PART = frozenset(Part)
BY_VECTORS = frozenset({Part.MEANING, Part.NEIGHBOURS})

NEAR_WITHIN = 5
NEAR_TOP = 100  # records looked at for nearness
MEANT_TOP = 500  # records whose vectors are looked at
NEAREST = 7
TOP = 100


@dataclass(frozen=True, slots=True)
class Weights:
    """The weights of the formula above, under their names there.

    near: of the weight of a word, for each pair: side by side, and again within NEAR_WITHIN words. short: words;
    vectors of shorter records say little.
    """

    near: float = 0.1
    share: float = 0.75
    meaning: float = 0.3
    short: float = 20.0
    neighbours: float = 0.35


WEIGHTS = Weights()

# In place of `Weights.meaning`, where a sentence model of the force's own is in use: no more than what is learnt
# counts, for at twice that a poor model finds worse than words alone.
SENTENCES = 0.3
# A text whose like is looked for says more than a question does: half of that, and no neighbours.
LIKE_SHARE = 0.5

# Shares by which a record is raised.
RAISED_BY = {
    Part.WARNING: 0.06,
    Part.LEARNED: 0.06,
    Part.AGAIN: 0.03,  # for each briefing after which it happened again, at most AGAIN_MOST
    Part.PROVEN: 0.08,  # times `proven`, so that it may lower as well
    Part.FRESH: 0.06,  # for today; half of it FRESH_DAYS ago, a quarter twice as long ago
}
AGAIN_MOST = 3
FRESH_DAYS = 730
OVER = 0.25  # by which a lesson is lowered that was merged or retired
TOLD = 0.05  # the least share that a results page tells

REASONS = {
    Part.WARNING: N_("a warning"),
    Part.LEARNED: N_("learned"),
    Part.AGAIN: N_("happened again"),
    Part.PROVEN: N_("worked where it was briefed"),
    Part.FRESH: N_("recent"),
}


def proven(worked: Any, not_helped: Any) -> Any:
    """Of two numbers, or of two arrays: between -1 and 1, 0 where nothing is told, nearer to either end with every
    briefing that tells of it.

    By the rule of succession it works the next time with the chance (worked + 1) / (worked + not_helped + 2); this is
    how far that lies above an even chance, doubled.
    """
    return (worked - not_helped) / (worked + not_helped + 2)
