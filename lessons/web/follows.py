"""What a person follows, and how often they want to hear of it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from flask import Blueprint, flash, g, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from lessons.domain import following
from lessons.domain.access import highest
from lessons.domain.errors import Invalid
from lessons.domain.following import WHATS, Often, What, parted
from lessons.services import find, telling
from lessons.services.telling import Named
from lessons.web import labels, words
from lessons.web.addresses import Address, href
from lessons.web.doors import doors, library, me, vocabularies

bp = Blueprint("follows", __name__, url_prefix="/account/follows")
Page = tuple[str, int]


@dataclass(frozen=True, slots=True)
class Followed:
    """One line of the list. href: "" where it is no longer open to this person."""

    named: Named
    kind: str
    href: str

    @property
    def id(self) -> str:
        return self.named.follow.id


# --- what pages show --------------------------------------------------------------------------------------
def search_names() -> Mapping[str, str]:
    """Names of this person's saved searches, by id; looked up once for a page."""
    if "search_names" not in g:
        g.search_names = {s.id: s.name for s in find.saved(doors().notebook, me())}
    return dict(g.search_names)


@bp.app_template_global()
def my_follows() -> list[Followed]:
    kept = telling.follows(doors().notebook, me())
    found = telling.named(library(), me(), kept, search_names(), labels.language())
    return [
        Followed(n, str(_(WHATS[n.follow.what])), address_of(n.follow.id) if n.name else "")
        for n in found
    ]


@bp.app_template_filter()
def follows_marking(found: Sequence[Followed]) -> str:
    """The marking of a page on which they stand."""
    return words.page_marking([highest(each.named.marking for each in found)])


@bp.app_template_global()
def how_often_following(what: str, key: str) -> str:
    """A key of the list `told`; "" where this person does not follow it."""
    found = telling.follow_of(doors().notebook, me(), What(what), key)
    return found.often if found else ""


@bp.app_template_global()
def often_choices() -> list[dict[str, str]]:
    return [{"value": often.value, "label": labels.label("told", often)} for often in Often]


@bp.app_template_global()
def threats_to_follow() -> list[dict[str, str]]:
    """Those not followed yet."""
    mine = {f.key for f in telling.follows(doors().notebook, me()) if f.what is What.THREAT}
    return [each for each in words.terms("threat") if each["value"] not in mine]


@bp.app_template_filter()
def follow_names(ids: Sequence[str]) -> str:
    """What is followed, by name, as far as it is open to this person; "" where nothing is."""
    return "; ".join(dict.fromkeys(filter(None, map(_name, ids))))


@bp.app_template_filter()
def follow_places(ids: Sequence[str]) -> list[tuple[str, str]]:
    """Where to look for all of it: the name of each and its address."""
    return [(name, address) for id in ids if (name := _name(id)) and (address := address_of(id))]


@bp.app_template_filter()
def told_of_line(key: str) -> str:
    """What happened to one record of a digest, in words."""
    return str(_(following.TOLD[key]))


def _name(id: str) -> str:
    found = parted(id)
    if found is None:
        return ""
    what, key = found
    return telling.name_of(library(), me(), what, key, search_names(), labels.language())


def address_of(id: str) -> str:
    """The page of what is followed, "" where there is none."""
    what, key = parted(id) or (None, "")
    match what:
        case What.THEME | What.OPERATION:
            return words.record_url(key)
        case What.THREAT:
            return href([("threat", vocabularies()["threat"].current_key(key)), ("sort", "newest")])
        case What.SEARCH:
            kept = {s.id: s.asked for s in find.saved(doors().notebook, me())}
            return Address.read(kept[key]).href if key in kept else ""
    return ""


# --- what people do ---------------------------------------------------------------------------------------
@bp.post("")
def start() -> Response | Page:
    form = request.form
    try:
        new = begin(form.get("what", ""), form.get("key", ""), form.get("often", ""))
    except Invalid as error:
        return _again(error)
    flash(_("You follow “%(name)s”.", name=_name(new)), "success")
    if form.get("back") == "account":
        return redirect(_account(), 303)
    return redirect(address_of(new) or _account(), 303)


@bp.post("/change")
def change() -> Response | Page:
    id, often = request.form.get("id", ""), request.form.get("often", "")
    try:
        telling.set_often(doors().notebook, library(), me(), id, often)
    except Invalid as error:
        return _again(error)
    flash(_("How often you hear of it is changed."), "success")
    return redirect(_account(), 303)


@bp.post("/stop")
def stop() -> Response:
    id = request.form.get("id", "")
    telling.stop(doors().notebook, library(), me(), id)
    flash(_("You do not follow it any more."), "success")
    here = "" if request.form.get("back") == "account" else _open_address(id)
    return redirect(here or _account(), 303)


def begin(what: str, key: str, often: str) -> str:
    """The id of what is followed now. Raises Invalid."""
    new = telling.follow(
        doors().notebook, library(), me(), what, key, often, search_names()
    )  # fmt: skip
    return new.id


def follow_search(id: str, often: str) -> None:
    """Tell of what a saved search finds anew: as often as that, or no more where it is "". Raises Invalid."""
    g.pop("search_names", None)  # it may have been saved just now
    if often:
        begin(What.SEARCH, id, often)
    else:
        telling.stop(doors().notebook, library(), me(), f"{What.SEARCH}:{id}")


def _open_address(id: str) -> str:
    return address_of(id) if _name(id) else ""


def _account() -> str:
    return url_for("people.account", _anchor="follows")


def _again(error: Invalid) -> Page:
    page = render_template(
        "people/account.html", problems=error.problems, following=request.form
    )  # fmt: skip
    return page, 422
