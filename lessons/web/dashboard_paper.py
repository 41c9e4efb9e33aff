"""The monthly pack as a paper of one page, and the words that the page which shows it shares with it."""

from datetime import date

from flask import url_for
from flask_babel import format_date, ngettext
from flask_babel import gettext as _

from lessons.domain.measure import Figure
from lessons.domain.measure_judged import judge
from lessons.domain.paper import Block, Bullets, Heading, Paper, Para, Table
from lessons.domain.record import Kind
from lessons.domain.text import N_
from lessons.services.insight.dashboard import ASKED, Ask, Decision, Pack, Waiting
from lessons.web import words
from lessons.web.dashboard_words import value_words
from lessons.web.doors import doors, library
from lessons.web.drawing import cut
from lessons.web.labels import label, language

LONGEST = 560.0  # of a title, as `cut` measures: about 77 letters
THEMES = 5
LATE = {
    Kind.OPERATION: N_("Debriefs"),
    Kind.EVALUATION: N_("Evaluations"),
    Kind.ACTION: N_("Actions"),
}


def month_words(month: date) -> str:
    return str(format_date(month, "MMMM y"))


def headline_rows(pack: Pack) -> list[tuple[str, str, str, str]]:
    """Label, value at the end of the month, value a month before, and whether that is as it should be."""
    return [
        (_(now.label), value_words(now), value_words(before), _verdict(now))
        for now, before in pack.headlines
    ]


def _verdict(figure: Figure) -> str:
    why = judge(figure).why
    return _(why) if why else ""


def waiting_lines(pack: Pack) -> list[str]:
    return [_waiting(each) for each in pack.waiting]


def _waiting(each: Waiting) -> str:
    name = _(LATE[each.kind])
    if not each.count:
        return str(_("%(what)s: none overdue.", what=name))
    told = ngettext(
        "%(what)s: %(num)s overdue, for %(days)s days.",
        "%(what)s: %(num)s overdue, the oldest for %(days)s days.",
        each.count, what=name, days=each.days,
    )  # fmt: skip
    return str(told)


def balance_words(pack: Pack) -> str:
    """One-sidedness in a sentence or two."""
    told = []
    for key in ("four_p_share", "threat_kinds"):
        figure = pack.now.figures[key]
        why = judge(figure).why
        told.append(f"{_(figure.label)}: {value_words(figure)}. {_(why) if why else ''}".strip())
    return " ".join(told)


def theme_rows(pack: Pack) -> list[tuple[str, int]]:
    counts = pack.now.figures["recurring_themes"].parts
    return [(label("theme", key), count) for key, count in list(counts.items())[:THEMES]]


def decision_words(each: Decision) -> str:
    title = cut(each.title or label("theme", each.id), LONGEST)
    return str(_(ASKED[each.ask], title=title, days=each.days, count=each.count))


def left_words(pack: Pack) -> str:
    """How many more decisions there are than stand here; "" where that is none."""
    more = sum(pack.left.values())
    if not more:
        return ""
    return str(ngettext(
        "%(num)s more like these is in the registers.", "%(num)s more like these are in the registers.", more
    ))  # fmt: skip


def of(pack: Pack) -> Paper:
    rows = tuple(row[:3] for row in headline_rows(pack))
    blocks: list[Block] = [
        Para(_("Twelve months to the end of the month, from what its maker may read. Nobody is named."), quiet=True),
        Heading(_("Decisions needed")),
        *_decisions(pack),
        Heading(_("Headline figures")),
        Table(_("Headline figures"), (_("Figure"), month_words(pack.month), _("A month before")), rows, (1, 2)),
        Heading(_("Overdue")),
        Bullets(tuple(waiting_lines(pack))),
        Heading(_("What keeps happening")),
        Para("; ".join(f"{words_} ({count})" for words_, count in theme_rows(pack)) or _("No theme keeps happening.")),
        Heading(_("Balance")),
        Para(balance_words(pack)),
    ]  # fmt: skip
    title = str(_("Monthly pack: %(month)s", month=month_words(pack.month)))
    made = str(_("Made by Lessons on %(day)s", day=words.day(library().today)))
    return Paper(
        title, tuple(blocks), marking=words.page_marking(pack.markings), made=made, language=language(), brief=True,
        subject=str(_("What the lead must know and decide")),
    )  # fmt: skip


def _decisions(pack: Pack) -> list[Block]:
    if not pack.decisions:
        return [Para(_("Nothing waits for a decision."))]
    lines = [f"{decision_words(each)} [{_reference(each)}]" for each in pack.decisions]
    more = left_words(pack)
    return [Bullets(tuple(lines)), *([Para(more)] if more else [])]


def _reference(each: Decision) -> str:
    """Where to go: the reference of a record, which search opens; for a theme its page."""
    if each.ask is not Ask.WEAK:
        return each.id
    base = str(doors().settings["BASE_URL"] or "").rstrip("/")
    return f"{base}{url_for('insight.show', key=each.id)}"
