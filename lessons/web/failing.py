"""Find: counting the searches that people make, and the page on which reviewers mend those that fail."""

import hashlib
from collections.abc import Callable, Sequence

from flask import Blueprint, Response, flash, redirect, render_template, request, session, url_for
from flask_babel import gettext as _
from werkzeug.datastructures import MultiDict
from werkzeug.wrappers import Response as AnyResponse

from lessons.domain.access import Permit, User
from lessons.domain.errors import Invalid, LessonsError, NotFound, Problem, StaleWrite
from lessons.domain.text import N_
from lessons.library import Library
from lessons.ports import Mend, Mended, Outcome, SearchTally
from lessons.services import find
from lessons.services.find import Answer, Terms
from lessons.web import labels, words
from lessons.web.addresses import Address, before, href
from lessons.web.doors import doors, library, me
from lessons.web.errors import status_of

bp = Blueprint("failing", __name__, url_prefix="/search/failing")
ASKED = "asked"  # in the browser's own session: digests of its latest searches and how they ended
MOST_ASKED = 20
OPENINGS = frozenset({"find.show", "capture.show", "insight.show", "find.guidance"})
SHOWN = 25
MADE = {
    Mend.SYNONYM: N_("“%(words)s” now means the same as “%(target)s”."),
    Mend.THEME: N_("A theme was asked for because of “%(words)s”: %(target)s."),
    Mend.GUIDANCE: N_("“%(words)s” now leads to the guidance page “%(target)s”."),
    Mend.NEW_PAGE: N_("A guidance page was asked for because of “%(words)s”: %(target)s."),
    Mend.NO_GAP: N_("“%(words)s” was set aside: no gap."),
}
Form = MultiDict[str, str]
Do = Callable[[Library, SearchTally, User, str, Form], None]
DOING: dict[str, Do] = {
    "synonym": lambda here, tally, by, typed, form: find.make_synonym(here, tally, by, typed, form.get("term", "")),
    "theme": lambda here, tally, by, typed, form: find.make_theme(here, tally, by, typed, form.get("label", "")),
    "guidance": lambda here, tally, by, typed, form: find.point_to(here, tally, by, typed, form.get("page", "")),
    "new_page": lambda here, tally, by, typed, form: find.ask_for_page(here, tally, by, typed),
    "no_gap": lambda here, tally, by, typed, form: find.set_aside(here, tally, by, typed),
}  # fmt: skip


# --- counting ---------------------------------------------------------------------------------------
def count(answer: Answer) -> None:
    """Count the search on this page, once for each browser, whatever filters and pages it goes through."""
    counting = doors().counting
    typed = find.counted_words(answer.text)
    if request.method != "GET" or not typed or _asked(typed):
        return
    ended = counting.search(me(), answer)
    if ended:
        _keep([_digest(typed), *ended])


def _digest(typed: str) -> str:
    return hashlib.blake2s(typed.encode(), digest_size=6).hexdigest()


def _asked(typed: str) -> list[str]:
    """How this browser's search for these words ended: digest, outcome, why withheld; [] where it made none."""
    digest = _digest(typed)
    return next((each for each in session.get(ASKED, ()) if each[0] == digest), [])


def _keep(asked: list[str]) -> None:
    others = [each for each in session.get(ASKED, ()) if each[0] != asked[0]]
    session[ASKED] = [*others, asked][-MOST_ASKED:]


@bp.after_app_request
def count_opening(response: Response) -> Response:
    """Something that a search found was opened from its page: that search was not left."""
    opened = request.endpoint in OPENINGS and request.view_args and response.status_code == 200
    came = before() if opened else ""
    if came and any(each[1] == Outcome.FOUND for each in session.get(ASKED, ())):
        counting = doors().counting
        typed = counting.words(me(), Address.read(came.partition("?")[2]).text)
        found = _asked(typed)
        if found and found[1] == Outcome.FOUND:
            counting.opening(typed, found[2])
            _keep([found[0], Outcome.OPENED, found[2]])
    return response


@bp.app_template_global()
def may_review() -> bool:
    return me().may(Permit.REVIEW)


# --- mending ----------------------------------------------------------------------------------------
@bp.get("")
def show() -> str:
    return _page()


@bp.post("")
def mend() -> AnyResponse | tuple[str, int]:
    form, tally = request.form, doors().counting.tally
    typed = form.get("words", "")[: find.LONGEST_KEPT + 1]
    try:
        if form.get("do") == "undo":
            find.undo(library(), tally, me(), typed)
            flash(_("“%(words)s” is back on the list.", words=typed), "success")
            return redirect(url_for(".show"), 303)
        do = DOING.get(form.get("do", ""))
        if do is None:
            raise NotFound()
        do(library(), tally, me(), typed, form)
    except (Invalid, StaleWrite) as error:
        return _page(error, form), status_of(error)
    return redirect(url_for(".show", done=typed), 303)


def _page(error: LessonsError | None = None, form: Form | None = None) -> str:
    tally, reader = doors().counting.tally, me()
    rows = find.failing(library(), tally, reader)
    done = find.mended(tally, reader)
    just = next((each for each in done if each.words == request.args.get("done")), None)
    problems = _problems(error) if error else ()
    terms, reference = Terms(library(), reader), library().reference
    return render_template(
        "find/failing.html", rows=[(row, terms.near(row.words)) for row in rows[:SHOWN]],
        left=len(rows) - len(rows[:SHOWN]), terms=terms.all, pages=reference.guidance_pages(),
        wanted=reference.wanted_pages(), withheld=_withheld(tally), again=tally.AGAIN,
        done=[(each, told(each)) for each in done[:SHOWN]], link=link, limit=find.LABEL_LIMIT, try_it=try_it,
        told=told, just=None if error else just, problems=problems,
        wrong=form or {}, errors_by_name={p.field: p for p in problems},
    )  # fmt: skip


def _problems(error: LessonsError) -> Sequence[Problem]:
    if isinstance(error, Invalid):
        return error.problems
    values = tuple((name, str(value)) for name, value in error.values.items())
    return [Problem("", error.message, values=values)]


def _withheld(tally: SearchTally) -> list[tuple[int, str]]:
    counts = tally.withheld()
    return [(counts[why], _(text)) for why, text in find.WITHHELD.items() if counts.get(why)]


def try_it(typed: str) -> str:
    return href([("q", typed)])


def told(done: Mended) -> str:
    """What was made of words, in a sentence."""
    return str(_(MADE[done.how], words=done.words, target=_target(done)))


def _target(done: Mended) -> str:
    reference = library().reference
    if done.how is Mend.THEME:
        return labels.label("theme", done.target)
    if done.how in (Mend.GUIDANCE, Mend.NEW_PAGE):
        pages = (*reference.guidance_pages(), *reference.wanted_pages())
        return next((page.title for page in pages if page.name == done.target), done.target)
    return done.target


def link(done: Mended) -> str:
    """Where what was made can be seen; "" where there is nothing to see yet."""
    if done.how is Mend.THEME:
        return words.record_url(done.target)
    shown = {page.name for page in library().reference.guidance_pages()}
    if done.how in (Mend.GUIDANCE, Mend.NEW_PAGE) and done.target in shown:
        return url_for("find.guidance", page=done.target)
    return ""
