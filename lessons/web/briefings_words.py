"""Words for the pages of briefings, in the language of whoever is signed in."""

from flask_babel import gettext, ngettext

from lessons.domain import points
from lessons.domain.points import ADVICE
from lessons.domain.record import Record, Row
from lessons.services.brief import saying as said
from lessons.services.brief.saying import Saying
from lessons.web import papers, prose, words
from lessons.web.labels import label

LONGEST_ADVICE = 280  # characters of what is shown before somebody asks for more


def saying() -> Saying:
    return Saying(
        say=lambda text: str(gettext(text)),
        ngettext=lambda one, several, number: str(ngettext(one, several, number)),
        label=label,
        moment=lambda at: words.moment(at.astimezone()),
        blocks=papers.blocks,
    )


def reasons(row: Row) -> list[str]:
    """Why a lesson stands in a pack, each in words, the most telling first."""
    return said.reasons(saying(), row)


def advice(lesson: Record) -> str:
    """What to do, in a few lines of plain words; "" where it says nothing that the sentence does not."""
    texts = (prose.plain(lesson.texts[name]) for name in ADVICE if lesson.texts.get(name))
    whole = next((" ".join(text.split()) for text in texts if text.strip()), "")
    if whole.rstrip(".") == lesson.title.rstrip("."):
        return ""
    return points.cut(whole, LONGEST_ADVICE)
