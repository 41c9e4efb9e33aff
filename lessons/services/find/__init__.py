"""Find: the right lesson for what a person is about to do, and a page to read it on."""

from lessons.services.find.asking import (
    FILTERS,
    LARGEST_PAGE,
    NAMES,
    PARAMS,
    question,
    text_without,
    words_only,
)
from lessons.services.find.completing import complete
from lessons.services.find.counting import LONGEST_KEPT, WITHHELD, Counting, counted_words
from lessons.services.find.failing import (
    LABEL_LIMIT,
    Terms,
    ask_for_page,
    failing,
    make_synonym,
    make_theme,
    mended,
    point_to,
    set_aside,
    undo,
)
from lessons.services.find.links import linked, successors, without_hidden_links
from lessons.services.find.meaning import PLAIN, Meaning, understood
from lessons.services.find.offers import (
    Way,
    in_state,
    newest,
    owned,
    pushed_out,
    straight_to,
)
from lessons.services.find.saved import MOST as MOST_SAVED
from lessons.services.find.saved import Saved, found_among, remove, rename, save, saved
from lessons.services.find.searching import (
    FINDABLE,
    SHOWN,
    Answer,
    as_json,
    by_words,
    every_hit,
    like_text,
    search,
)
from lessons.services.find.similar import HAVE_SIMILAR, Near, similar

__all__ = [
    "FILTERS", "FINDABLE", "HAVE_SIMILAR", "LABEL_LIMIT", "LARGEST_PAGE", "LONGEST_KEPT", "MOST_SAVED", "NAMES",
    "PARAMS", "PLAIN", "SHOWN", "WITHHELD",
    "Answer", "Counting", "Meaning", "Near", "Saved", "Terms", "Way", "as_json", "ask_for_page",
    "by_words", "complete", "counted_words", "every_hit", "failing", "found_among", "in_state", "like_text", "linked",
    "make_synonym", "make_theme", "mended", "newest", "owned", "point_to", "pushed_out", "question", "remove",
    "rename", "save", "saved", "search", "set_aside", "similar", "straight_to", "successors", "text_without",
    "understood", "undo", "without_hidden_links", "words_only",
]  # fmt: skip
