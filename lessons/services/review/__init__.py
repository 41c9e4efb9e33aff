"""Review: from what came in to lessons that are clean, trusted and looked after."""

from lessons.services.review.ageing import due, still_true, tell_due
from lessons.services.review.assigning import Assigned, assign
from lessons.services.review.clearing import found, pieces
from lessons.services.review.duplicates import Alike, looks_like
from lessons.services.review.item import (
    FIELDS,
    SAVE,
    Typed,
    debrief_of,
    decide,
    decisions,
    last_decision,
    opened,
    since,
)
from lessons.services.review.merging import gained_themes, leads_to, mend, merge, target_of, unmerge
from lessons.services.review.moving import as_typed, current, make
from lessons.services.review.queue import (
    ME,
    PAGE,
    TABS,
    Figures,
    Queue,
    Wanted,
    figures,
    for_me,
    next_item,
    queue,
    row,
)
from lessons.services.review.recurring import Candidate, candidates, recur
from lessons.services.review.reopening import reopened
from lessons.services.review.replacing import Answer, Do
from lessons.services.review.returning import again
from lessons.services.review.saying import Said, last_said
from lessons.services.review.sweeping import MOST as MOST_SWEPT
from lessons.services.review.sweeping import found_by, sweep, work_sweeps
from lessons.services.review.sweeping import left as left_to_sweep

__all__ = [
    "FIELDS", "ME", "MOST_SWEPT", "PAGE", "SAVE", "TABS", "Alike", "Answer", "Assigned", "Candidate", "Do",
    "Figures", "Queue", "Said", "Typed", "Wanted", "again", "as_typed", "assign", "candidates",
    "current", "debrief_of", "decide", "decisions", "due", "figures", "for_me", "found", "found_by",
    "gained_themes", "last_decision", "last_said", "leads_to", "left_to_sweep", "looks_like", "make", "mend",
    "merge", "next_item", "opened", "pieces", "queue", "recur", "reopened", "row", "since", "still_true",
    "sweep", "target_of", "tell_due", "unmerge", "work_sweeps",
]  # fmt: skip
