"""Capture: an officer sends in a debrief, from the first word typed to hearing what became of it."""

from lessons.services.capture.after import (
    LONGEST_CORRECTION,
    correct,
    lessons_of,
    may_correct,
    mine,
)
from lessons.services.capture.drafts import (
    SUBJECT,
    AlreadySent,
    Mark,
    draft_form,
    draft_title,
    is_draft_id,
    keep_apart,
    keep_draft,
    may_begin,
    new_draft_id,
    open_draft,
)
from lessons.services.capture.flags import TooHigh, Warned, fingerprint, warnings
from lessons.services.capture.form import (
    DISCLOSURE,
    FIRST,
    MAIN_FIRST,
    MORE,
    MOST_POINTS,
    POINT_FIELDS,
    Entry,
    Form,
    add_point,
    add_row,
    operations,
    point_numbers,
    read_form,
    remove_point,
    row_numbers,
    starting_form,
)
from lessons.services.capture.sending import Refused, Sent, Stop, send

__all__ = [
    "DISCLOSURE", "FIRST", "LONGEST_CORRECTION", "MAIN_FIRST", "MORE", "MOST_POINTS", "POINT_FIELDS",
    "SUBJECT", "AlreadySent", "Entry", "Form", "Mark", "Refused", "Sent", "Stop", "TooHigh", "Warned",
    "add_point", "add_row", "correct", "draft_form", "draft_title", "fingerprint", "is_draft_id",
    "keep_apart", "keep_draft", "lessons_of", "may_begin", "may_correct", "mine", "new_draft_id",
    "open_draft", "operations", "point_numbers", "read_form", "remove_point", "row_numbers", "send",
    "starting_form", "warnings",
]  # fmt: skip
