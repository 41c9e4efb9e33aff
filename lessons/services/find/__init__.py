"""Find: the right lesson for what a person is about to do, and a page to read it on."""

from lessons.services.find.asking import (
    LARGEST_PAGE,
    NAMES,
    PARAMS,
    Params,
    question,
    text_without,
    words_only,
)
from lessons.services.find.links import linked, without_hidden_links
from lessons.services.find.offers import (
    Offer,
    Way,
    guidance_for,
    in_state,
    newest,
    operations_named,
    straight_to,
    under_theme,
)
from lessons.services.find.searching import (
    FINDABLE,
    SHOWN,
    Answer,
    as_json,
    by_words,
    like_text,
    search,
)

__all__ = [
    "FINDABLE", "LARGEST_PAGE", "NAMES", "PARAMS", "SHOWN", "Answer", "Offer", "Params", "Way", "as_json", "by_words",
    "guidance_for", "in_state", "like_text", "linked", "newest", "operations_named", "question", "search",
    "straight_to", "text_without", "under_theme", "without_hidden_links", "words_only",
]  # fmt: skip
