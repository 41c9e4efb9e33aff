"""What is asked in the measurements: addresses, mixed as people mix them, the same in every run."""

from itertools import islice
from random import Random
from urllib.parse import urlencode

from benchmarks.generate import SEED, UNITS
from benchmarks.server import OFFICER
from benchmarks.words import Words
from lessons.domain.access import Role, User
from lessons.domain.record import Kind
from lessons.domain.vocabulary import Vocabularies
from lessons.library import Library

SEARCHES = 400
READINGS = 2_000
SPOKEN = ("briefing", "radio", "handover", "risk assessment", "search team", "custody", "MDT",
          "cannabis factory", "county lines", "SIO", "safeguarding partners")  # fmt: skip


def typed(words: Words, lists: Vocabularies) -> list[tuple[str, dict[str, str]]]:
    """What is typed and ticked: (words, filters by parameter)."""
    r = Random(SEED + 1)
    found: list[tuple[str, dict[str, str]]] = []
    while len(found) < SEARCHES:
        sentence = r.choice(words.sentences).replace('"', "").split()
        start = r.randrange(max(1, len(sentence) - 3))
        theme = r.choice(lists["theme"].current[:12]).key
        threat = r.choice(lists["threat"].current[:8]).key
        found += [
            (r.choice(words.common), {}),
            (" ".join(r.sample(words.common, 3)), {}),
            (" ".join(r.sample(words.common, 3)), {"theme": theme}),
            (r.choice(words.rare), {}),
            (f'"{" ".join(sentence[start : start + 2])}"', {}),
            (" ".join(sentence[:12]), {}),
            (r.choice(SPOKEN), {}),
            (r.choice(SPOKEN), {"threat": threat, "unit": r.choice(UNITS)}),
            ("", {"theme": theme, "from": f"{r.randrange(2018, 2026)}-01-01"}),
            (r.choice(words.common), {"page": str(r.randrange(2, 9))}),
        ]
    return found


def searches(words: Words, lists: Vocabularies) -> list[str]:
    asked = ({"q": text, **more} if text else more for text, more in typed(words, lists))
    return ["/search?" + urlencode(params) for params in asked]


def readings(library: Library) -> list[str]:
    """Lessons at random that an officer may read."""
    officer = User(OFFICER, Role.OFFICER)
    ids = sorted(library.records.versions(Kind.LESSON))
    Random(SEED + 2).shuffle(ids)
    may = (f"/lessons/{id}" for id in ids if library.peek(officer, id))
    return list(islice(may, READINGS))
