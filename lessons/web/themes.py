"""Themes as a list that reviewers own: ask for one, add, rename, merge, split, retire; each in two steps."""

from flask import Blueprint, flash, redirect, render_template, request
from flask_babel import gettext as _

from lessons.domain import access
from lessons.domain.access import Permit
from lessons.domain.errors import Invalid
from lessons.domain.vocabulary import Term
from lessons.services.insight import proposals as asking
from lessons.services.insight import theme_changes as changes
from lessons.services.insight import theme_undo as undoing
from lessons.services.insight import themes as keeping
from lessons.services.insight.themes import Done
from lessons.web import batches, labels, splitting, words
from lessons.web.doors import doors, library, me, vocabularies
from lessons.web.theme_steps import Answer, Step, after, given, on_boxes, seen, two_steps

bp = Blueprint("themes", __name__)
bp.register_blueprint(batches.bp)
bp.register_blueprint(splitting.bp)


# --- words --------------------------------------------------------------------------------------------
@bp.route("/themes/new", methods=["GET", "POST"])
def new() -> Answer:
    access.demand(me(), Permit.MANAGE_LISTS)
    step, do = Step(None, given(None)), request.form.get("do", "")
    try:
        if request.method == "POST" and do == "confirm":
            done = keeping.add(library(), doors().notebook, me(), step.typed)
            return after(done, lambda d: _("“%(theme)s” was added.", theme=d.stored.record.title))
        if request.method == "POST" and do != "back":
            changing = changes.adding(library(), step.typed)
            step.preview = keeping.preview(library(), me(), changing)
    except Invalid as invalid:
        step.problems, step.status = on_boxes(invalid.problems), 422
    return step.page("insight/theme_form.html", mode="new")


@bp.route("/themes/<key>/edit", methods=["GET", "POST"])
def edit(key: str) -> Answer:
    stored = seen(key)
    step = Step(stored, given(stored.record))
    return two_steps(
        step, key, lambda record: changes.editing(record, step.typed),
        lambda d: _("“%(theme)s” was changed.", theme=d.stored.record.title),
        lambda s: s.page("insight/theme_form.html", mode="edit"),
    )  # fmt: skip


# --- merging, retiring, bringing back -----------------------------------------------------------------
@bp.route("/themes/<key>/merge", methods=["GET", "POST"])
def merge(key: str) -> Answer:
    stored = seen(key)
    step = Step(stored, given(stored.record) | {"into": request.values.get("into", "")})

    def told(done: Done) -> str:
        names = {
            "theme": done.stored.record.title,
            "into": labels.label("theme", step.typed["into"]),
        }
        return str(_("“%(theme)s” was merged into “%(into)s”.", **names))

    return two_steps(
        step, key, lambda record: changes.merging(library(), me(), record, step.typed["into"]), told,
        lambda s: s.page("insight/merge.html"),
    )  # fmt: skip


@bp.route("/themes/<key>/retire", methods=["GET", "POST"])
def retire(key: str) -> Answer:
    stored = seen(key)
    step = Step(stored, given(stored.record))
    return two_steps(
        step, key, lambda record: changes.retiring(library(), me(), record, step.typed.get("why", "")),
        lambda d: _("“%(theme)s” was retired. It stays on the lessons that have it.", theme=d.stored.record.title),
        lambda s: s.page("insight/retire.html", mode="retire"),
    )  # fmt: skip


@bp.route("/themes/<key>/bring-back", methods=["GET", "POST"])
def bring_back(key: str) -> Answer:
    stored = seen(key)
    step = Step(stored, given(stored.record))
    return two_steps(
        step, key, lambda record: changes.bringing_back(library(), me(), record),
        lambda d: _("“%(theme)s” is in use again.", theme=d.stored.record.title),
        lambda s: s.page("insight/retire.html", mode="bring_back"),
    )  # fmt: skip


@bp.route("/themes/<key>/undo", methods=["GET", "POST"])
def undo(key: str) -> Answer:
    stored = seen(key)
    step = Step(stored, given(stored.record))
    step.more = {"last": undoing.last_change(library(), me(), key)}
    return two_steps(
        step, key, undoing.undoing(library(), doors().notebook, me(), key),
        lambda d: _("The last change of “%(theme)s” was undone.", theme=d.stored.record.title),
        lambda s: s.page("insight/retire.html", mode="undo"),
    )  # fmt: skip


@bp.app_template_global()
def last_theme_change(key: str) -> undoing.Last | None:
    """For the links with which a theme is kept."""
    return undoing.last_change(library(), me(), key)


@bp.app_template_global()
def merged_into_theme(key: str) -> list[Term]:
    """Those whose own pages lead to this one."""
    terms = vocabularies()["theme"].terms.values()
    return [term for term in terms if term.merged_into == key]


@bp.app_template_global()
def what_was_done(last: undoing.Last) -> str:
    return str(_(undoing.WHAT[last.what]))


@bp.app_template_global()
def may_manage_lists() -> bool:
    return me().may(Permit.MANAGE_LISTS)


# --- asking for a theme, and deciding -----------------------------------------------------------------
@bp.route("/lessons/<id>/propose-theme", methods=["GET", "POST"])
def propose(id: str) -> Answer:
    asking.may_propose(me())
    lesson = library().open(me(), id).record
    step = Step(None, {name: request.form.get(name, "")[:2_000] for name in ("label", "help")})
    if request.method == "POST":
        try:
            stored = asking.propose(library(), doors().notebook, me(), id, step.typed)
            flash(
                _(
                    "You asked for the theme “%(theme)s”. A reviewer will decide.",
                    theme=stored.record.title,
                ),
                "success",
            )
            return redirect(words.record_url(id), 303)
        except Invalid as invalid:
            step.problems, step.status = on_boxes(invalid.problems), 422
    shown = words.page_marking([lesson.line("marking")])
    return step.page("insight/propose.html", lesson=lesson, page_marking=shown)


@bp.get("/themes/proposals")
def proposals() -> str:
    waiting = asking.proposals(library(), me())
    shown = [r.line("marking") for p in waiting for r in (p.stored.record, *p.lessons)]
    return render_template(
        "insight/proposals.html", waiting=waiting, page_marking=words.page_marking(shown)
    )


@bp.route("/themes/<key>/decide", methods=["GET", "POST"])
def decide(key: str) -> Answer:
    """Take a theme that was asked for into use, in the words that a reviewer gives it."""
    stored = seen(key)
    step = Step(stored, given(stored.record))
    waiting = asking.proposal(library(), me(), key)
    shown = [r.line("marking") for r in (stored.record, *waiting.lessons)]
    return two_steps(
        step, key, lambda record: asking.taking(library(), me(), record, step.typed),
        lambda d: _("“%(theme)s” is in use.", theme=d.stored.record.title),
        lambda s: s.page(
            "insight/theme_form.html", mode="decide", waiting=waiting, page_marking=words.page_marking(shown)
        ),
    )  # fmt: skip


@bp.route("/themes/<key>/decline", methods=["GET", "POST"])
def decline(key: str) -> Answer:
    stored = seen(key)
    step = Step(stored, given(stored.record))
    return two_steps(
        step, key, lambda record: asking.declining(library(), me(), record, step.typed.get("why", "")),
        lambda d: _(
            "“%(theme)s” was not taken into use: %(why)s",
            theme=d.stored.record.title, why=d.stored.record.line("decision"),
        ),
        lambda s: s.page("insight/retire.html", mode="decline"),
    )  # fmt: skip
