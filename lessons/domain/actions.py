"""What the index is told of an action, so that those not finished on the lessons under a theme are found there.

How far an action has come is seen by everybody who may read it. That it comes from a lesson is found only by those who
may read both: the index follows OF_THEME through the lessons that the reader of the query may read, and no others.
"""

from lessons.domain.record import Kind, Record

# In a query, and in no facet. PROGRESS: UNFINISHED. OF_THEME: themes of the lessons that a record comes from.
PROGRESS, OF_THEME = "progress", "of_theme"
UNFINISHED = "unfinished"
# Not yet done, as far as its owner says; one that says nothing has not begun.
NOT_DONE = frozenset({"", "open", "under_way"})
# Nobody but the owner has yet seen that it works.
OPEN = NOT_DONE | {"done"}


def comes_from(record: Record) -> tuple[str, ...]:
    """The ids that an action says it comes from."""
    return record.keys("of") if record.kind is Kind.ACTION else ()


def progress(record: Record) -> dict[str, tuple[str, ...]]:
    """The values of a record by parameter; nothing but for an action that is not finished."""
    unfinished = record.kind is Kind.ACTION and record.line("action_state") in OPEN
    return {PROGRESS: (UNFINISHED,)} if unfinished else {}
