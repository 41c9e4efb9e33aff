"""Under which heading of a briefing (IIMARCH) a lesson belongs that does not say so itself."""

from collections.abc import Mapping

from lessons.domain.record import Record
from lessons.domain.words import plain_words

USUAL = "method"
ENOUGH = 2  # cues; fewer say nothing
# Words that point to a heading, as they begin. What points to `method` is everything else.
CUES: Mapping[str, tuple[str, ...]] = {
    "communications": (
        "radio",
        "channel",
        "callsign",
        "talkgroup",
        "airwave",
        "media",
        "press",
        "loggist",
        "phone",
        "interpret",
        "translat",
        "cyfryngau",
    ),
    "legal": (
        "warrant",
        "authorit",
        "disclos",
        "proportion",
        "rights",
        "lawful",
        "legal",
        "magistrate",
        "court",
        "cps",
        "prosecut",
        "consent",
        "gwarant",
    ),
    "risk": (
        "risk",
        "danger",
        "injur",
        "hurt",
        "harm",
        "weapon",
        "dog",
        "safety",
        "welfare",
        "contingency",
        "ambulance",
        "medic",
        "perygl",
    ),
    "administration": (
        "kit",
        "vehicle",
        "van",
        "custody",
        "exhibit",
        "bag",
        "label",
        "form",
        "sheet",
        "overtime",
        "duty",
        "duties",
        "roster",
        "food",
        "store",
        "property",
        "dalfa",
    ),
    "information": (
        "intelligence",
        "profile",
        "map",
        "background",
        "analyst",
        "database",
        "record",
        "check",
        "database",
        "cudd",
    ),
    "intention": (
        "aim",
        "objective",
        "intention",
        "purpose",
        "success",
        "priority",
        "priorities",
        "bwriad",
    ),
}
# Tactics that belong under one heading by themselves, and count as so many cues.
BY_TACTIC: Mapping[str, str] = {
    "media": "communications", "interview": "administration", "contingency": "risk", "intelligence": "information",
    "orders": "legal",
}  # fmt: skip
IN_TITLE = 2  # what a cue counts in the title


def element_of(lesson: Record) -> str:
    """A key of the list `briefing_element`."""
    own = lesson.keys("briefing_elements")
    if own:
        return own[0]
    counts = dict.fromkeys(CUES, 0)
    said = " ".join(lesson.texts.get(name, "") for name in ("lesson", "action"))
    for text, weight in ((lesson.title, IN_TITLE), (said, 1)):
        words = plain_words(text)
        for name, cues in CUES.items():
            counts[name] += weight * sum(word.startswith(cues) for word in words)
    for tactic in lesson.keys("tactics"):
        if tactic in BY_TACTIC:
            counts[BY_TACTIC[tactic]] += 1
    best = max(counts, key=lambda name: counts[name])
    return best if counts[best] >= ENOUGH else USUAL
