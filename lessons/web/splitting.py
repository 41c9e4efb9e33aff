"""A theme in parts: which parts, which record goes where, what changes, and then the change."""

import re
from dataclasses import replace

from flask import Blueprint, request
from flask_babel import gettext as _

from lessons.domain.errors import Invalid
from lessons.domain.query import Hit
from lessons.services.insight import theme_changes as changes
from lessons.services.insight import themes as keeping
from lessons.services.insight.theme_changes import MOST_PARTS, SHOWN, Split
from lessons.web import words
from lessons.web.doors import library, me
from lessons.web.theme_steps import Answer, Step, on_boxes, seen, two_steps

bp = Blueprint("splitting", __name__)
GIVE = re.compile(r"give-([A-Z]-\d{4}-[0-9A-Z]{5})")


def names() -> list[str]:
    """The parts as typed."""
    return [request.form.get(f"part-{n}", "")[:300].strip() for n in range(MOST_PARTS)]


def asked() -> Split:
    """What the form says. A part that bears a name of a theme is that theme; else it is a new one."""
    themes = library().lists_for(me())["theme"]
    typed = [name for name in names() if name]
    known = [term.key for name in typed if (term := themes.find(name))]
    new = [name for name in typed if not themes.find(name)]
    given = {
        match[1]: _places(request.form.getlist(box))
        for box in request.form
        if (match := GIVE.fullmatch(box))
    }
    # A box that nobody ticked is not sent, and what was shown without a tick stays where it is.
    given |= {id: frozenset[int]() for id in request.form.getlist("shown") if id not in given}
    return Split(
        tuple(dict.fromkeys(known)), tuple(new), given, _places(request.form.getlist("rest")),
        request.form.get("keep") == "yes",
    )  # fmt: skip


def _places(values: list[str]) -> frozenset[int]:
    return frozenset(int(v) for v in values if v in {str(n) for n in range(MOST_PARTS)})


@bp.route("/themes/<key>/split", methods=["GET", "POST"])
def split(key: str) -> Answer:
    stored = seen(key)
    step = Step(stored, {f"part-{n}": name for n, name in enumerate(names())})
    chosen, do = asked(), request.form.get("do", "")
    hits: tuple[Hit, ...] = ()
    total = 0
    if request.method == "POST" and do != "names":
        try:
            parts = changes.parts_for(library(), me(), stored.record, chosen)
            step.more["parts"] = [part.title for part in parts]
            step.more["places"] = [(part.id, part.title) for part in parts]
        except Invalid as invalid:
            step.problems, step.status = on_boxes(invalid.problems), 422
            return _page(step, chosen, hits, total)
        hits, total = keeping.newest_under(library(), me(), key, SHOWN)
        if do == "sort":
            return _page(step, chosen, hits, total)
    return two_steps(
        step, key, lambda record: changes.splitting(library(), me(), record, chosen),
        lambda d: _("“%(theme)s” was split.", theme=d.stored.record.title),
        lambda s: _page(s, chosen, hits, total),
    )  # fmt: skip


def _page(step: Step, chosen: Split, hits: tuple[Hit, ...], total: int) -> Answer:
    shown = [step.stored.record.line("marking")] if step.stored else []
    shown += [words.marking_of(hit.facts) for hit in hits]
    # What is wrong with a name is told at the names; the page of records has no box for it.
    box = "" if "parts" in step.more else "parts"
    step.problems = [replace(p, field=box) for p in step.problems]
    return step.page(
        "insight/split.html", chosen=chosen, hits=hits, total=total, most=MOST_PARTS,
        all_themes=[term.label() for term in library().lists_for(me())["theme"].current],
        page_marking=words.page_marking(shown),
    )  # fmt: skip
