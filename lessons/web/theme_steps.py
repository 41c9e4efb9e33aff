"""The two steps in which a theme is changed: what would change, and then the change; nothing that was typed is lost."""

from collections.abc import Callable, Iterable, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any

from flask import flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from lessons.domain import access
from lessons.domain.access import Permit
from lessons.domain.errors import Invalid, LessonsError, Problem
from lessons.domain.record import Kind, Record, Stored
from lessons.domain.schema import SHAPES
from lessons.domain.themes import squeezed
from lessons.domain.vocabulary import Vocabulary
from lessons.services.insight import themes as keeping
from lessons.services.insight.theme_changes import Changing
from lessons.services.insight.themes import Changed, Done, Preview
from lessons.web import labels, words
from lessons.web.differences import Difference, differences
from lessons.web.doors import doors, library, me
from lessons.web.posted import number

Answer = Response | str | tuple[str, int]
Build = Callable[[Record], Changing]
BOXES = ("label", "label_cy", "help", "synonyms", "broader", "owner")


@dataclass(slots=True)
class Step:
    """One page of a change. typed: what stands in its boxes. since: what somebody else changed meanwhile."""

    stored: Stored | None
    typed: dict[str, str]
    problems: Sequence[Problem] = ()
    preview: Preview | None = None
    since: Sequence[Difference] = ()
    status: int = 200
    more: dict[str, Any] = field(default_factory=dict)

    def page(self, template: str, **context: Any) -> Answer:
        record = self.stored.record if self.stored else None
        html = render_template(
            template, step=self, record=record, typed=self.typed, problems=self.problems,
            errors={p.field: p for p in self.problems}, preview=self.preview, since=self.since,
            revision=self.stored.revision.number if self.stored else 0, shape=SHAPES[Kind.THEME],
            themes=choices(record.id if record else ""), of_theme=of_theme, kinds=SHAPES,
            **({"page_marking": words.page_marking([record.line("marking")] if record else [])} | self.more | context),
        )  # fmt: skip
        return html, self.status


def choices(without: str = "") -> list[dict[str, str]]:
    """Themes that may be chosen now."""
    return [each for each in words.terms("theme") if each["value"] != without]


def of_theme(themes: Vocabulary, keys: Iterable[str]) -> str:
    """Names of themes in a list as it is or as it would be."""
    spoken = labels.language()
    return "; ".join(sorted(themes.label(key, spoken) for key in keys))


def seen(key: str) -> Stored:
    """A theme as this person sees it; everything on these pages is for those who keep the list."""
    access.demand(me(), Permit.MANAGE_LISTS)
    keeping.held(library(), me(), key)
    return library().open(me(), key)


def given(record: Record | None) -> dict[str, str]:
    """What stands in the boxes: as typed, or as the theme is."""
    if request.method == "POST":
        return {name: request.form.get(name, "")[:20_000] for name in (*BOXES, "why", "into")}
    if record is None:
        return {}
    return {name: record.line(name) for name in BOXES} | {
        "synonyms": "\n".join(record.keys("synonyms"))
    }


# --- the two steps ------------------------------------------------------------------------------------
def two_steps(
    step: Step, key: str, build: Build, told: Callable[[Done], str], page: Callable[[Step], Answer]
) -> Answer:
    """Show a form, what it would change, and make the change; with every word kept where it cannot be made."""
    do = request.form.get("do", "")
    if request.method != "POST" or do == "back":
        return page(step)
    assert step.stored
    expected = number("revision")
    try:
        if step.stored.revision.number != expected:
            raise Changed(key, expected, keeping.name_for(me(), step.stored.revision.by))
        if do == "confirm":
            return after(
                keeping.make(library(), doors().notebook, me(), key, expected, build), told
            )
        whole = keeping.held(library(), me(), key).record
        step.preview = keeping.preview(library(), me(), build(whole))
    except Changed as changed:
        refuse_changed(step, changed)
    except Invalid as invalid:
        step.problems, step.status = on_boxes(invalid.problems), 422
    return page(step)


def on_boxes(problems: Sequence[Problem]) -> list[Problem]:
    """Each told where there is a box for it."""
    boxes = {*BOXES, "why", "into", "parts"}
    return [p if p.field in boxes else Problem("", p.message, values=p.values) for p in problems]


def refuse_changed(step: Step, changed: Changed) -> None:
    """What the other did is shown, and what was typed stays; pressing again takes the theme as it is now."""
    step.stored = library().open(me(), changed.key)
    values = tuple((name, str(value)) for name, value in changed.values.items())
    step.problems, step.status = [Problem("", changed.message, values=values)], 409
    shape, now = SHAPES[Kind.THEME], step.stored.record
    with suppress(LessonsError):  # an old text may be erased, or hidden from this person
        before = library().revision(me(), changed.key, changed.revision or 1).record
        _keep_their_words(step.typed, before, now)
        step.since = differences(shape, before, now, labels.label, title_of)


def _keep_their_words(typed: dict[str, str], before: Record, now: Record) -> None:
    """What the other added to the other words of a theme stands in the box too, or saving again would take it out."""
    there = {squeezed(word) for word in typed.get("synonyms", "").splitlines()}
    theirs = [w for w in now.keys("synonyms") if w not in before.keys("synonyms")]
    more = [word for word in theirs if squeezed(word) not in there]
    if more:
        typed["synonyms"] = "\n".join([*typed.get("synonyms", "").splitlines(), *more])


def title_of(id: str) -> str:
    stored = library().peek(me(), id)
    return stored.record.title if stored else ""


def after(done: Done, told: Callable[[Done], str]) -> Response:
    flash(told(done), "success")
    if done.batch and not done.batch.over:
        return redirect(url_for("themes.batches.show", id=done.batch.id), 303)
    return redirect(words.record_url(done.stored.record.id), 303)
