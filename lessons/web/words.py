"""The words on pages: language, labels of lists, dates, and addresses of static files."""

import hashlib
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date, datetime
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

from flask import Flask, request, url_for
from flask_babel import Babel, format_date, format_datetime, gettext
from flask_login import current_user

from lessons.domain import access
from lessons.domain.access import Permit
from lessons.domain.action_life import MOVES as ACTION_MOVES
from lessons.domain.lifecycle import MOVES
from lessons.domain.query import Count
from lessons.domain.record import OUTSIDE_EDIT, Kind, kind_of
from lessons.domain.schema import FACETS, SHAPES, Field, to_words
from lessons.domain.text import N_
from lessons.domain.vocabulary import Vocabularies
from lessons.web import forms, prose, speech
from lessons.web.doors import doors, vocabularies
from lessons.web.errors import say
from lessons.web.labels import label, language

VERBS = {key: act.done for key, act in ACTION_MOVES.items()} | {key: move.done for key, move in MOVES.items()} | {
    "send": N_("Sent in"), "edit": N_("Put right"), "tag": N_("Tagged"), "theme": N_("Theme changed"),
    "assign": N_("Given to a reviewer"), "restore_text": N_("Earlier text brought back"),
    "correct": N_("Correction added"),
    "import": N_("Imported"), OUTSIDE_EDIT: N_("Edited outside the service"), "purge": N_("Erased"),
    "example": N_("Example loaded"), "recur": N_("Said to have happened again"),
    "agree": N_("Agreed"),
    "evaluation_begun": N_("Evaluation begun"), "evaluation_changed": N_("What it is about changed"),
    "evaluation_written": N_("Evaluation written on"), "evaluation_finished": N_("Evaluation finished"),
    "evaluation_reopened": N_("Evaluation opened again"), "evaluation_not_needed": N_("Said not to be needed"),
    "evaluation_needed": N_("Said to be needed after all"), "evaluation_late": N_("Due day or delay explained"),
    "register": N_("Entered in the register"), "say_late": N_("Said why it is late"),
    "no_debrief": N_("Said to need no debrief"), "debrief_needed": N_("Said to need a debrief after all"),
    "brief": N_("Briefing issued"), "brief_again": N_("Issued as a new version"),
    "answer": N_("Lessons answered"), "outcome": N_("Told what became of lessons"),
    "check_plan": N_("Questions about the plan answered"),
    "debriefed": N_("Debriefed"), "fall_due": N_("Fell due"),
    "follow": N_("Restricted as its activity is"),
    "finding_entered": N_("Finding entered"), "finding_changed": N_("Finding changed"),
    "finding_linked": N_("Record linked"), "finding_unlinked": N_("Link taken away"),
    "gather": N_("Took in a lesson merged into it"), "let_go": N_("Gave back a lesson merged into it"),
}  # fmt: skip
LANGUAGES = {"en": "English", "cy": "Cymraeg"}
NAVIGATION = (
    (N_("Search"), "find.search", Permit.SEARCH),
    (N_("Send a debrief"), "capture.new", Permit.SEND),
    (N_("Review"), "review.queue", Permit.REVIEW),
    (N_("Briefings"), "briefings.register", Permit.BRIEF),
    (N_("Themes"), "insight.all_themes", Permit.SEARCH),
    (N_("Follow-up"), "operations.register", Permit.FIGURES),
    (N_("Dashboard"), "dashboard.show", Permit.FIGURES),
    (N_("Guidance"), "find.guidance", Permit.SEARCH),
    (N_("Your account"), "people.account", Permit.SEARCH),
)


def choose_language() -> str:
    chosen = request.cookies.get("language", "")
    if chosen in LANGUAGES:
        return chosen
    default = str(doors().settings["LANGUAGE"])
    return request.accept_languages.best_match(list(LANGUAGES), default) or default


def label_of_page() -> Callable[[str, str], str]:
    """`label` for one page, which looks up the lists and the language when first used and not again."""
    held: list[tuple[Vocabularies, str]] = []

    def label(vocabulary: str, key: str) -> str:
        if not held:
            held.append((vocabularies(), language()))
        lists, spoken = held[0]
        return lists.label(vocabulary, key, spoken)

    return label


def facet_label(param: str, key: str) -> str:
    """The words for one value of a facet."""
    field = FACETS.get(param)
    return label(field.vocabulary, key) if field and field.vocabulary else key


def facet_name(param: str) -> str:
    return str(gettext("Year") if param == "year" else gettext(FACETS[param].label))


def terms(vocabulary: str) -> list[dict[str, str]]:
    """The choices of a list, as form macros take them."""
    spoken = language()
    return [
        {"value": t.key, "label": t.label(spoken), "hint": t.help(spoken)}
        for t in vocabularies()[vocabulary].current
    ]


def day(value: date | datetime | str | None, form: str = "d MMMM y") -> str:
    """A date as people say it; what is no date comes back as it is."""
    if isinstance(value, str):
        try:
            value = date.fromisoformat(value[:10])
        except ValueError:
            return str(value)
    return str(format_date(value, form)) if value else ""


def moment(value: datetime | None) -> str:
    return str(format_datetime(value, "d MMMM y, HH:mm")) if value else ""


def worded(field: Field, value: Any) -> list[str]:
    """A field's value as words for a page, one entry for each of several."""
    plain = to_words(value)
    if isinstance(value, (date, datetime)):
        return [moment(value) if isinstance(value, datetime) else day(value)]
    if isinstance(value, bool):
        return [gettext("Yes") if value else gettext("No")]
    items = plain if isinstance(plain, list) else [plain]
    return [label(field.vocabulary, i) if field.vocabulary else str(i) for i in items]


def page_marking(markings: Iterable[str]) -> str:
    """The label at top and bottom of a page that shows records with these markings."""
    return label("marking", access.highest(markings))


def marking_of(facts: Mapping[str, object]) -> str:
    return str(facts.get("marking", ""))


def record_url(id: str) -> str:
    kind = kind_of(id)
    if kind is None:
        return ""
    if kind is Kind.DEBRIEF:
        return url_for("capture.show", id=id)
    if kind is Kind.THEME:
        return url_for("insight.show", key=id)
    return url_for("find.show", plural=kind.folder, id=id)


def navigation() -> list[dict[str, Any]]:
    if not current_user.is_authenticated:
        return []
    user = current_user.account.user
    items: list[dict[str, Any]] = [
        {"label": gettext(text), "href": url_for(endpoint), "current": request.endpoint == endpoint}
        for text, endpoint, permit in NAVIGATION
        if user.may(permit)
    ]
    return [*items, {"label": gettext("Sign out"), "href": url_for("people.logout"), "post": True}]


def is_reference(words: str) -> bool:
    """Whether words are the reference of a record, whether there is one or not."""
    return kind_of(words) not in (None, Kind.THEME)


def verb(key: str) -> str:
    """What was done to a record, in words; the word itself where it is none of ours (a file may hold any)."""
    return str(gettext(VERBS[key])) if key in VERBS else key


def search_for(kind: Kind, param: str, key: str) -> str:
    """The address of a search by one fact of a record, among its own kind where lessons have no such fact."""
    fits = any(f.param == param for f in SHAPES[Kind.LESSON].facets)
    among = [] if fits else [("kind", str(kind))]
    return url_for("find.search") + "?" + urlencode([(param, key), *among])


def facet_labels(param: str, counts: Sequence[Count]) -> dict[str, str]:
    """The words for every value of a facet, with the lists and the language looked up once."""
    field = FACETS.get(param)
    if not field or not field.vocabulary:
        return {c.key: c.key for c in counts}
    terms, spoken = vocabularies()[field.vocabulary], language()
    return {c.key: terms.label(c.key, spoken) for c in counts}


def language_links() -> list[dict[str, str]]:
    here = request.full_path.rstrip("?") if request.method == "GET" else "/"
    return [
        {"code": code, "label": name, "href": url_for("people.language", chosen=code, next=here)}
        for code, name in LANGUAGES.items()
    ]


def example_mode() -> bool:
    """Whether the person signed in with an example account, whose records are invented."""
    return bool(current_user.is_authenticated and current_user.account.example)


def digest_of(folder: Path) -> str:
    """One name for all static files as they are now: it stands in their addresses, so they can be kept for ever."""
    digest = hashlib.sha256()
    for path in sorted(p for p in folder.rglob("*") if p.is_file()):
        digest.update(path.relative_to(folder).as_posix().encode())
        digest.update(path.read_bytes())
    return digest.hexdigest()[:12]


def register(app: Flask) -> None:
    Babel(app, locale_selector=choose_language)
    speech.install(app)
    static_root = app.config["STATIC_ROOT"]

    def static_url(name: str) -> str:
        return f"{static_root}{name}"

    app.jinja_env.globals.update(
        static_url=static_url, label=label, facet_label=facet_label, facet_name=facet_name, terms=terms,
        worded=worded, record_url=record_url, say=say, verb=verb, search_for=search_for,
        is_reference=is_reference, SHAPES=SHAPES, facet_labels=facet_labels,
        errors_by_box=forms.errors_by_box, typed_value=forms.typed_value, box_label=forms.box_label,
        flags_for_page=forms.flags_for_page, any_filled=forms.any_filled,
    )  # fmt: skip
    app.jinja_env.filters.update(
        box_label=forms.box_label, day=day, moment=moment, prose=prose.to_html, plain=prose.plain
    )
    app.jinja_env.trim_blocks = app.jinja_env.lstrip_blocks = True

    @app.context_processor
    def page() -> dict[str, Any]:
        user = current_user.account.user if current_user.is_authenticated else None
        return {
            "label": label_of_page(), "lang": language(), "nav": navigation(),
            "signed_in": current_user.is_authenticated,
            "person": current_user.account if current_user.is_authenticated else None,
            "example_mode": example_mode(), "languages": language_links(), "linked": {}, "hidden_facts": (),
            "may_send": user is not None and user.may(Permit.SEND),
        }  # fmt: skip
