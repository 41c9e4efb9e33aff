"""Capture: an officer sends in a debrief, from the first word typed to hearing what became of it."""

from lessons.services.capture.after import (
    LONGEST_CORRECTION,
    correct,
    lessons_of,
    may_correct,
    mine,
)
from lessons.services.capture.again import SEEN_BEFORE, SOMETHING_ELSE, happened_again, may_say
from lessons.services.capture.briefed import (
    BOX,
    briefed_of,
    briefed_with,
    led_by,
    outcomes_in,
    tell,
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
    MORE,
    MOST_POINTS,
    POINT_FIELDS,
    Entry,
    add_point,
    answer_of,
    filled_points,
    lessons_in_writing,
    point_numbers,
    read_form,
    remove_point,
    starting_form,
)
from lessons.services.capture.register import find_operation, operations
from lessons.services.capture.sending import Refused, Sent, Stop, send

__all__ = [
    "BOX", "DISCLOSURE", "FIRST", "LONGEST_CORRECTION", "MORE", "MOST_POINTS", "POINT_FIELDS", "SEEN_BEFORE",
    "SOMETHING_ELSE", "SUBJECT", "AlreadySent", "Entry", "Mark", "Refused", "Sent", "Stop", "TooHigh", "Warned",
    "add_point", "answer_of", "briefed_of", "briefed_with", "correct", "draft_form", "draft_title", "filled_points",
    "find_operation", "fingerprint", "happened_again", "is_draft_id", "keep_apart", "keep_draft", "led_by",
    "lessons_in_writing", "lessons_of", "may_begin", "may_correct", "may_say", "mine", "new_draft_id", "open_draft",
    "operations", "outcomes_in", "point_numbers", "read_form", "remove_point", "send", "starting_form", "tell",
    "warnings",
]  # fmt: skip
