"""Telling: what a person was told in the app, and how often they want mail."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import ngettext
from flask_login import current_user
from werkzeug.wrappers import Response

from lessons.domain.errors import Invalid
from lessons.domain.reminding import PLACES, REMINDERS
from lessons.ports import Account, Delivery
from lessons.services import telling
from lessons.services.telling import Gathered, News
from lessons.web import labels, words
from lessons.web.doors import doors, library, me, vocabularies

bp = Blueprint("telling", __name__, url_prefix="/account")
AT_HOME = 5


@dataclass(frozen=True, slots=True)
class Hearing:
    """How a person hears now. possible: whether this service sends mail at all. how_often: what they may choose."""

    account: Account
    delivery: Delivery
    possible: bool
    how_often: Sequence[Mapping[str, str]]


def for_home(shown: Collection[str] = ()) -> list[Gathered]:
    """The newest that this person has not yet seen. shown: see `telling.page`."""
    page = telling.page(library(), doors().outbox, me(), most=AT_HOME, unseen=True, shown=shown)
    return page.news[:AT_HOME]


@bp.app_template_global()
def how_i_hear() -> Hearing:
    account = doors().accounts.get(current_user.account.name)
    delivery = doors().outbox.delivery(account.name)
    known, spoken = vocabularies()["told"], labels.language()
    often = [
        {"value": key, "label": known.label(key, spoken), "hint": term.help(spoken) if term else ""}
        for key in telling.HOW_OFTEN
        for term in [known.terms.get(key)]
    ]
    return Hearing(account, delivery, bool(doors().settings["MAIL_URL"]), often)


@bp.app_template_filter()
def theme_names(keys: Sequence[str]) -> str:
    return ", ".join(labels.label("theme", key) for key in keys)


@bp.app_template_filter()
def told_of(news: News) -> str:
    """What somebody is told, in words."""
    if news.counts:
        return str(_(news.told, **news.counts))
    return str(_(news.told, day=words.day(news.day)) if news.day else _(news.told))


@bp.app_template_filter()
def due_beside(news: News) -> str:
    """Beside one of several, when it is due; "" where that is not told."""
    if not (news.is_reminder and news.day):
        return ""
    return str(_(REMINDERS[news.notice.event].each, day=words.day(news.day)))


@bp.app_template_filter()
def places_of(news: News) -> list[tuple[str, str]]:
    """Where to look, of each count that is not nought."""
    return [(str(_(PLACES[name][0])), PLACES[name][1]) for name, n in news.counts.items() if n]


@bp.get("/notices")
def notices() -> str:
    typed, outbox = request.args.get("start", ""), doors().outbox
    start = int(typed) if typed.isascii() and typed.isdigit() and len(typed) < 8 else 0
    shown = telling.page(library(), outbox, me(), start=start)
    end = start + shown.read
    older = bool(outbox.for_person(me().name, start=end, limit=1))
    newest = outbox.for_person(me().name, limit=1)
    return render_template(
        "telling/notices.html",
        news=shown.news,
        start=start,
        older=end if older else 0,
        upto=newest[0].id if newest and outbox.unseen(me().name) else 0,
        page_marking=words.page_marking(m for each in shown.news for m in each.markings),
    )


@bp.post("/notices/seen")
def seen() -> Response:
    outbox, now = doors().outbox, library().clock()
    upto = _numbers([request.form.get("upto", "")])
    if upto:
        done = outbox.mark_all_seen(me().name, upto=upto[0], now=now)
    else:
        ids = _numbers(request.form.getlist("id")[: telling.MOST_READ])
        done = outbox.mark_seen(me().name, ids, now=now)
    flash(ngettext("%(num)s is marked as seen.", "%(num)s are marked as seen.", done), "success")
    return redirect(url_for("find.home" if request.form.get("back") == "home" else ".notices"), 303)


def _numbers(typed: list[str]) -> list[int]:
    return [int(each) for each in typed if each.isascii() and each.isdigit() and len(each) < 16]


@bp.post("/how-you-hear")
def choose() -> Response | tuple[str, int]:
    form = request.form
    try:
        telling.choose(
            doors().accounts, doors().outbox, library(), me(), mail=form.get("mail", ""),
            told=form.get("told", ""), language=form.get("language", ""),
        )  # fmt: skip
    except Invalid as error:
        page = render_template("people/account.html", problems=error.problems, typed=form)
        return page, 422
    flash(_("How you hear is changed."), "success")
    return redirect(url_for("people.account", _anchor="hearing"), 303)
