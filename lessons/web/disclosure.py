"""Disclosure: what debrief material there is of an operation, who holds it and how to get it."""

from collections.abc import Iterator
from datetime import date, datetime

from flask import Blueprint, Response, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import ngettext

from lessons.domain.access import Permit
from lessons.domain.errors import NotFound
from lessons.domain.paper import Block, Facts, Heading, Paper, Para, Table
from lessons.domain.record import Kind, Record, kind_of
from lessons.domain.schema import SHAPES
from lessons.domain.text import N_
from lessons.services.track import disclosure
from lessons.services.track.disclosure import SORTS, Index, Item, Sort
from lessons.web import papers, tables, words
from lessons.web.doors import doors, library, me
from lessons.web.labels import label

bp = Blueprint("disclosure", __name__)
FORMS = ("csv", "pdf", "docx")
HEAD = (
    "certainty", "what", "kind", "reference", "revision", "title", "made", "by", "done", "owner", "unit", "state",
    "marking", "restricted", "file", "bytes", "sha256", "address", "destroyed", "destroyed_by", "destroyed_because",
)  # fmt: skip
DRAFTS = N_(
    "Drafts of debriefs that were not sent in are not in this index. They are private to whoever writes them, and no "
    "records: ask those who were there."
)
BROKEN = N_(
    "Its file cannot be read just now. Tell your administrator; its history is still there."
)
PERHAPS = N_(
    "These name the operation in words and are not linked to it. Look at each before you decide whether it belongs."
)


@bp.get("/operations/<id>/disclosure")
def show(id: str) -> str | Response:
    """The index as a page, or taken away. Only for those who disclose: for others there is no such page.

    Raises NotFound, SearchUnavailable.
    """
    how = request.args.get("as", "")
    if (
        not me().may(Permit.DISCLOSE)
        or kind_of(id) is not Kind.OPERATION
        or how not in ("", *FORMS)
    ):
        raise NotFound()
    stored = library().peek(me(), id)
    if stored is None:
        raise NotFound()
    found = disclosure.index(library(), me(), stored.record)
    disclosure.note(library(), me(), id, how)
    if how == "csv":
        return _csv(found)
    if how:
        return papers.send(_paper(found), how, "disclosure-index", id)
    return render_template(
        "track/disclosure.html", found=found, record=stored.record, groups=_groups(found), kinds=SHAPES,
        sorts=SORTS, Sort=Sort, when=_when, drafts=_(DRAFTS), perhaps=_(PERHAPS), address=address, broken=_(BROKEN),
        page_marking=words.page_marking(found.markings),
    )  # fmt: skip


def _groups(found: Index) -> list[tuple[bool, list[tuple[Item, list[Item]]]]]:
    """What surely belongs to the operation, and what perhaps does: each record with what belongs to it."""
    return [(sure, _records(found, sure)) for sure in (False, True)]


def _records(found: Index, perhaps: bool) -> list[tuple[Item, list[Item]]]:
    grouped: list[tuple[Item, list[Item]]] = []
    for item in found.items:
        if item.perhaps is not perhaps:
            continue
        if item.sort is Sort.RECORD:
            grouped.append((item, []))
        else:
            grouped[-1][1].append(item)
    return grouped


def address(item: Item) -> str:
    """Where it is to be had in this service."""
    plural = item.kind.folder
    if item.closed:
        return ""
    if item.sort is Sort.REVISION:
        path = url_for("find.history", plural=plural, id=item.id)
    elif item.sort is Sort.FILE:
        path = f"{words.record_url(item.id)}/files/{item.name}"
    else:
        path = words.record_url(item.id)
    return path


def _full(item: Item) -> str:
    path = address(item)
    base = str(doors().settings["BASE_URL"] or request.host_url).rstrip("/")
    return base + path if path else ""


def _when(at: datetime | date | None) -> str:
    return words.moment(at.astimezone()) if isinstance(at, datetime) else words.day(at)


# --- taken away -------------------------------------------------------------------------------------
def _csv(found: Index) -> Response:
    """No cell runs in a spreadsheet."""
    marking = words.page_marking(found.markings)
    rows = [HEAD, *(_cells(item) for item in found.items)]
    return tables.send(marking, rows, "disclosure-index", found.operation.id)


def _cells(item: Item) -> list[str]:
    closed = item.closed
    return [
        "perhaps" if item.perhaps else "linked", item.sort, item.kind, item.id, str(item.number or ""), item.title,
        item.at.isoformat() if item.at else "", item.by, item.verb, item.owner, item.unit, item.state, item.marking,
        "yes" if item.restricted else "no", item.name, item.size, item.sha256, _full(item),
        closed.at.isoformat() if closed else "", closed.by if closed else "", closed.why if closed else "",
    ]  # fmt: skip


def _paper(found: Index) -> Paper:
    operation = found.operation
    return Paper(
        _("Disclosure index: %(title)s", title=operation.title), [*_blocks(found)],
        marking=words.page_marking(found.markings), made=papers.made_for(),
        subject=f"{_(SHAPES[Kind.OPERATION].label)} {operation.id}",
    )  # fmt: skip


def _blocks(found: Index) -> Iterator[Block]:
    yield Facts(tuple(_about(found.operation)))
    sure, perhaps = _records(found, False), _records(found, True)
    count = len(sure)
    yield Para(
        ngettext("%(num)s record is linked to it.", "%(num)s records are linked to it.", count)
    )
    yield Para(_(DRAFTS), quiet=True)
    for each in sure:
        yield from _record(*each)
    if perhaps:
        yield Heading(_("Perhaps"))
        yield Para(_(PERHAPS))
        for each in perhaps:
            yield from _record(*each)


def _about(operation: Record) -> Iterator[tuple[str, str]]:
    shape = SHAPES[Kind.OPERATION]
    yield _("Reference"), operation.id
    for name in (
        "operation_kind",
        "unit",
        "started",
        "ended",
        "debriefed",
        "sio",
        "lro",
        "marking",
    ):
        if name in operation.fields:
            yield (
                str(_(shape[name].label)),
                ", ".join(words.worded(shape[name], operation.fields[name])),
            )


def _record(item: Item, below: list[Item]) -> Iterator[Block]:
    kind = str(_(SHAPES[item.kind].label))
    yield Heading(f"{kind} {item.id}: {item.title}" if item.title else f"{kind} {item.id}", 2)
    rows = [(_("Date"), _when(item.at))]
    if item.broken:
        yield Para(_(BROKEN))
    rows += [(_("Made by"), item.by), (_("Owner"), item.owner), (_("Unit or team"), item.unit)]
    if not item.closed:
        rows += [
            (_("Marking"), label("marking", item.marking or "official")),
            (_("Restricted"), _("Yes") if item.restricted else _("No")),
            (_("How to get it"), _("%(address)s (revision %(number)s)", address=_full(item), number=item.number)),
        ]  # fmt: skip
    else:
        rows.append((_("Destroyed"), destroyed(item)))
    yield Facts(tuple((term, said) for term, said in rows if said))
    if below:
        head = (_("What"), _("Number"), _("When"), _("By"), _("More"))
        yield Table(
            _("What belongs to %(id)s", id=item.id), head, tuple(_row(each) for each in below)
        )


def _row(item: Item) -> tuple[str, ...]:
    more = (
        destroyed(item)
        if item.closed
        else item.name or (words.verb(item.verb) if item.verb else "")
    )
    if item.sha256:
        more = f"{more} (SHA-256 {item.sha256})"
    return str(_(SORTS[item.sort])), str(item.number or ""), _when(item.at), item.by, more


@bp.app_template_filter()
def destroyed(item: Item) -> str:
    """That it was destroyed, when, by whom and why."""
    if item.closed is None:
        return ""
    return str(
        _(
            "Destroyed on %(day)s by %(name)s: %(why)s",
            day=_when(item.closed.at), name=item.closed.by, why=item.closed.why,
        )
    )  # fmt: skip
