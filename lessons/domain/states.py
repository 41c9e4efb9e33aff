"""The states of a lesson, and what each says of it. Which moves lead from one to another: see `lifecycle`."""

from enum import StrEnum


class State(StrEnum):
    """How far a lesson has come; labels and help stand in the vocabulary `state`. A draft is not yet a record."""

    SENT = "sent"
    NEEDS_FIX = "needs_fix"
    OBSERVATION = "observation"
    IDENTIFIED = "identified"
    UNDER_WAY = "under_way"
    AWAITING_CHECK = "awaiting_check"
    LEARNED = "learned"
    MERGED = "merged"
    NOT_TAKEN = "not_taken"
    RETIRED = "retired"


# Before a reviewer has cleared it of what identifies people.
OPEN = frozenset({State.SENT, State.NEEDS_FIX})
# What holds good and is offered to people.
GOOD = frozenset(
    {State.OBSERVATION, State.IDENTIFIED, State.UNDER_WAY, State.AWAITING_CHECK, State.LEARNED}
)
# Out of use, and still read by those who follow a link to it.
OVER = frozenset({State.MERGED, State.RETIRED})
# Cleared of what identifies people. Any other word, a mistyped one too, is not.
CLEARED = GOOD | OVER
