"""What the service sees of a plan, in words: observations and questions, never a score."""

from collections.abc import Sequence
from datetime import date
from typing import Any

from flask_babel import gettext as _
from flask_babel import ngettext

from lessons.domain.plan_checks import SAID, Observation, Saw
from lessons.web import labels, words


def said(seen: Observation) -> str:
    """An observation as a sentence."""
    values = {name: _worded(name, value) for name, value in seen.values.items()}
    if seen.saw in SAID:
        return str(_(SAID[seen.saw], **values))
    if seen.saw is Saw.ISSUED_AGO:
        return str(ngettext(
            "This version was issued %(num)s day ago, on %(day)s. What has changed since?",
            "This version was issued %(num)s days ago, on %(day)s. What has changed since?",
            **values,
        ))  # fmt: skip
    if seen.saw is Saw.SHARED:
        return _shared(values)
    return str(ngettext(
        "It has %(num)s sentence that could be compared. It stands in no other plan that you may read.",
        "It has %(num)s sentences that could be compared. None of them stands in another plan that you may read.",
        values["all"],
    ))  # fmt: skip


def _shared(values: dict[str, Any]) -> str:
    if values["all"] == 1:
        return str(_("Its one sentence that could be compared stands in other plans too. Does it say something about "
                     "this place and these people?"))  # fmt: skip
    return str(ngettext(
        "%(num)s of its %(all)s sentences that could be compared stands in other plans too. Does it say something "
        "about this place and these people?",
        "%(num)s of its %(all)s sentences that could be compared stand in other plans too. Which of them say something "
        "about this place and these people?",
        **values,
    ))  # fmt: skip


def _worded(name: str, value: str | int | date | Sequence[date | str]) -> str | int:
    if isinstance(value, date):
        return words.day(value)
    if isinstance(value, str | int):
        return value
    if name == "partners":
        return ", ".join(labels.label("partner", str(key)) for key in value)
    return ", ".join(words.day(each) for each in value)
