"""Where to read on when no lesson was found."""

from lessons.domain.access import User
from lessons.domain.words import plain_words
from lessons.library import Library
from lessons.ports import Page
from lessons.services.brief.building_reading import Plan

MOST = 3
# What helps to plan, to search, or to be the first to write one; besides, one page about what is planned.
HELPS = ("before-an-operation", "searching", "how-to-debrief")
ABOUT = frozenset({
    "actions", "disclosure-index", "evaluating-prevent-and-protect", "findings", "handling-and-disclosure",
    "orders-and-release", "plan-quality", "post-incident", "the-4ps", "threat-kinds", "threat-types",
})  # fmt: skip
# By field, the page about what stands in it; of one field, for these keys alone.
BY_FIELD = {"threats": "threat-types", "vulnerabilities": "threat-kinds", "four_p": "the-4ps"}
ORDERS = {"orders": "orders-and-release", "order_checks": "orders-and-release"}
SHORTEST = 4  # letters of a word that leads anywhere
GLUE = frozenset({"about", "after", "group", "here", "plan", "that", "when", "with"})


def nearest_guidance(library: Library, reader: User, plan: Plan) -> tuple[Page, ...]:
    """A page about what is planned, where a word of its title or a field leads to it; then what helps anybody."""
    pages = {page.name: page for page in library.reference.guidance_pages()}
    wanted = _words(plan.title, *plan.words, plan.said)
    led = {
        name: len(_words(page.title, *page.also) & wanted)
        for name, page in pages.items()
        if name in ABOUT
    }
    by_words = sorted((name for name, count in led.items() if count), key=lambda name: -led[name])
    by_keys = [ORDERS[key] for key in plan.keys.get("tactics", ()) if key in ORDERS]
    by_keys += [page for field, page in BY_FIELD.items() if field in plan.keys]
    about = [name for name in (*by_words, *by_keys) if name in pages][:1]
    return tuple(pages[name] for name in (*about, *HELPS) if name in pages)[:MOST]


def _words(*texts: str) -> set[str]:
    found = {w for text in texts for w in plain_words(text) if len(w) >= SHORTEST}
    return found - GLUE
