"""The evidence pack of a finding: what was learned, what was changed and what shows that it lasts, as one document or
as a file with everything in it."""

import tempfile
from collections.abc import Iterator, Sequence
from functools import partial
from typing import IO

from flask import Blueprint, Response, request
from flask_babel import gettext as _

from lessons.domain.access import Role, plain_name
from lessons.domain.errors import NotAllowed, NotFound
from lessons.domain.findings import GAPS, Missing, has_evidence, may_pack, proves
from lessons.domain.paper import Block, Facts, Gap, Heading, Paper, Para, Table
from lessons.domain.record import Kind, Record, Stored, kind_of
from lessons.domain.schema import SHAPES
from lessons.services import find
from lessons.services.track import evidence_pack, findings
from lessons.services.track.evidence_pack import PIECE, Pack
from lessons.services.track.findings import Chain
from lessons.web import papers, words
from lessons.web.doors import doors, library, me
from lessons.web.labels import label

bp = Blueprint("pack", __name__)
FORMS = ("pdf", "docx", "zip")
IN_MEMORY = 8 << 20  # bytes of a pack; beyond, it lies on disk while it is made
EVIDENCE_OF = {
    Kind.LESSON: ("evidence",),
    Kind.ACTION: ("evidence", "progress"),
    Kind.EVALUATION: ("result", "decision"),
}
ABOUT = {
    Kind.FINDING: (
        "finding_type", "body", "published", "heading", "grade", "owner", "finding_status", "status_why", "source",
        "reference", "responded", "no_response", "marking",
    ),
    Kind.LESSON: ("state", "learning", "occurred", "identified", "learned", "owner", "unit", "source", "marking"),
    Kind.ACTION: (
        "owner", "strength", "action_state", "agreed", "due", "done_on", "verified_on", "verified_by", "decision",
        "unit", "source", "marking",
    ),
    Kind.EVALUATION: (
        "verdict", "stage", "due", "done", "not_needed", "owner", "evaluator", "review", "unit", "source", "marking",
    ),
    Kind.OPERATION: ("operation_kind", "started", "ended", "debriefed", "unit", "source", "marking"),
}  # fmt: skip
PEOPLE = ("owner", "evaluator", "verified_by")


@bp.get("/<id>/pack")
def pack(id: str) -> Response:
    """Raises NotFound, NotAllowed, SearchUnavailable."""
    how = request.args.get("as", "pdf")
    if kind_of(id) is not Kind.FINDING or how not in FORMS:
        raise NotFound()
    finding = library().peek(me(), id)
    if finding is None:
        raise NotFound()
    if not may_pack(me(), finding.record):
        raise NotAllowed()
    chain = findings.chain(library(), me(), finding)
    paper = _paper(chain)
    response = _zip(chain, paper) if how == "zip" else papers.send(paper, how, "evidence-pack", id)
    evidence_pack.note(library(), me(), chain, how)
    return response


def _zip(chain: Chain, paper: Paper) -> Response:
    text = doors().text
    assert text is not None, "lessons.app builds it"
    made = {
        f"evidence-pack.{printer.suffix}": printer.print(papers.ready(paper))
        for printer in doors().printers.values()
    }
    whole = Pack(
        chain, papers=made, table=[*_table(chain)], marking=paper.marking, made=paper.made, reader=me(),
        at=library().clock(), trim=partial(find.without_hidden_links, library(), me()),
    )  # fmt: skip
    file = tempfile.SpooledTemporaryFile(max_size=IN_MEMORY)  # noqa: SIM115 - closed once it is sent
    evidence_pack.write(library(), text, whole, file)
    size = file.tell()
    file.seek(0)
    response = Response(_pieces(file), content_type="application/zip")
    response.content_length = size
    name = papers.file_name(paper.marking, "evidence-pack", chain.finding.record.id, suffix="zip")
    response.headers.set("Content-Disposition", "attachment", filename=name)
    return response


def _pieces(file: IO[bytes]) -> Iterator[bytes]:
    with file:
        while piece := file.read(PIECE):
            yield piece


# --- the document -----------------------------------------------------------------------------------
def _paper(chain: Chain) -> Paper:
    finding = chain.finding.record
    roles = _roles()
    blocks = [
        Para(
            _(
                "This pack holds what %(name)s may read as %(role)s. What others may read besides is left out, and can "
                "show here as a gap.",
                name=me().name, role=label("role", me().role),
            )
        ),
        *_facts(finding, roles),
        *_text(finding, "text"),
        *_part(_("What was learned"), chain.lessons, _("No lesson is linked."), roles),
        *_part(_("What was changed"), chain.actions, _("No action is linked."), roles),
        *_part(_("What was evaluated"), chain.evaluations, _("No evaluation is linked."), roles),
        *_lasting(chain),
        *_gaps(chain.gaps),
        *_progress(finding),
        *_sources(chain),
    ]  # fmt: skip
    return Paper(
        _("Evidence pack: %(title)s", title=finding.title), blocks,
        marking=words.page_marking(each.record.line("marking") for each in chain.all),
        made=papers.made_for(), subject=f"{_(SHAPES[Kind.FINDING].label)} {finding.id}",
    )  # fmt: skip


def gap_words(missing: Missing) -> str:
    return str(_(GAPS[missing.gap])) % {"title": missing.title, "id": missing.id}


def _roles() -> dict[str, Role]:
    """By name: a pack says roles, as it may leave the house."""
    return {plain_name(each.name): each.role for each in doors().accounts.all()}


def _facts(record: Record, roles: dict[str, Role]) -> Iterator[Block]:
    shape = SHAPES[record.kind]
    rows = [(_("Reference"), record.id)]
    for name in ABOUT[record.kind]:
        if name not in record.fields:
            continue
        said = ", ".join(words.worded(shape[name], record.fields[name]))
        role = roles.get(plain_name(said)) if name in PEOPLE else None
        rows.append((str(_(shape[name].label)), label("role", role) if role else said))
    files = [row.get("name", "") for row in record.rows("files")]
    if files:
        rows.append((str(_("Files")), ", ".join(files)))
    yield Facts(tuple(rows))


def _text(record: Record, name: str, level: int = 3) -> Iterator[Block]:
    if record.texts.get(name):
        yield Heading(
            str(_(SHAPES[record.kind][name].label)),
            level - 1 if record.kind is Kind.FINDING else level,
        )
        yield from papers.blocks(record.texts[name], level)


def _part(
    heading: str, found: Sequence[Stored], none: str, roles: dict[str, Role]
) -> Iterator[Block]:
    yield Heading(heading)
    if not found:
        yield Para(none)
    for each in found:
        record = each.record
        yield Heading(record.title, 2)
        yield from _facts(record, roles)
        for name in EVIDENCE_OF[record.kind]:
            yield from _text(record, name)
        if record.line("action_state") in ("done", "verified") and not has_evidence(record):
            yield Gap(_("Nothing is kept that shows this was done."))


def _lasting(chain: Chain) -> Iterator[Block]:
    yield Heading(_("What shows that it lasts"))
    rows = tuple(
        (
            each.record.id,
            str(_(SHAPES[each.record.kind].label)),
            each.record.title,
            _why(each.record),
        )
        for each in chain.proofs
    )
    if rows:
        head = (_("Reference"), _("Kind"), _("Title"), _("What it shows"))
        yield Table(_("Records that show it"), head, rows)
    else:
        yield Gap(_("Nothing shows yet that the change lasts."))


def _why(record: Record) -> str:
    if record.kind is Kind.ACTION:
        checked = words.day(record.day("verified_on"))
        if not checked:
            return str(_("Checked by somebody else"))
        return str(_("Checked by somebody else on %(day)s", day=checked))
    if record.kind is Kind.LESSON:
        return str(_("Learned, with evidence that it lasts"))
    return label("verdict", record.line("verdict"))


def _gaps(missing: Sequence[Missing]) -> Iterator[Block]:
    yield Heading(_("Gaps"))
    if not missing:
        yield Para(_("None that the records show."))
    yield from (Gap(gap_words(each)) for each in missing)


def _progress(finding: Record) -> Iterator[Block]:
    if finding.texts.get("progress"):
        yield Heading(_("Progress"))
        yield from papers.blocks(finding.texts["progress"], 2)


def _sources(chain: Chain) -> Iterator[Block]:
    yield Heading(_("Sources"))
    rows = tuple(
        (
            each.record.id, str(_(SHAPES[each.record.kind].label)), str(each.revision.number),
            words.moment(each.revision.at.astimezone()), label("marking", each.record.line("marking") or "official"),
        )
        for each in chain.all
    )  # fmt: skip
    head = (_("Reference"), _("Kind"), _("Revision"), _("As of"), _("Marking"))
    yield Table(_("Records that this pack is made from"), head, rows, (2,))


# --- the chain as a table ---------------------------------------------------------------------------
def _table(chain: Chain) -> Iterator[list[str]]:
    """One row for each record and one for each gap."""
    roles = _roles()
    yield [
        "part",
        "reference",
        "revision",
        "title",
        "state",
        "owner",
        "date",
        "shows_that_it_lasts",
        "marking",
    ]
    parts = (
        ("finding", [chain.finding]), ("learned", chain.lessons), ("changed", chain.actions),
        ("evaluated", chain.evaluations), ("operation", chain.operations),
    )  # fmt: skip
    for part, found in parts:
        for each in found:
            yield _cells(part, each, roles)
    for missing in chain.gaps:
        yield ["gap", missing.id, "", gap_words(missing), "", "", "", "", ""]


def _cells(part: str, stored: Stored, roles: dict[str, Role]) -> list[str]:
    record = stored.record
    state = next(
        (n for n in ("finding_status", "state", "action_state", "verdict") if record.line(n)), ""
    )
    field = SHAPES[record.kind].by_name.get(state)
    role = roles.get(plain_name(record.line("owner")))
    dates = ("published", "verified_on", "done_on", "done", "learned", "occurred", "due", "ended")
    day = next((d for d in map(record.day, dates) if d), None)
    return [
        part, record.id, str(stored.revision.number), record.title,
        label(field.vocabulary, record.line(state)) if field else "",
        label("role", role) if role else record.line("owner"), day.isoformat() if day else "",
        "yes" if proves(record) else "", record.line("marking"),
    ]  # fmt: skip
