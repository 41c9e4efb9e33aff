"""A pack on paper: PDF and Word file, whole, on one side, and for partners."""

from flask import Blueprint, Response, request

from lessons.domain.errors import NotFound
from lessons.services.brief import paper, reading
from lessons.services.brief.paper import Form
from lessons.services.brief.reading import Pack
from lessons.web import papers
from lessons.web.briefings_words import saying
from lessons.web.doors import doors, library, me

bp = Blueprint("papers", __name__)
LATEST = 0
# What stands in the name of a file.
NAMES = {Form.WHOLE: "briefing", Form.BRIEF: "briefing-one-side", Form.PARTNERS: "briefing-for-partners"}  # fmt: skip


@bp.get("/<id>/pack")
def take(id: str) -> Response:
    """One copy of a pack. Raises NotFound."""
    how, number = request.args.get("as", "pdf"), request.args.get("version", "")
    form = next((f for f in Form if f == request.args.get("form", Form.WHOLE)), None)
    printer = doors().printers.get(how)
    if form is None or printer is None or not (number == "" or _is_number(number)):
        raise NotFound()
    wanted = int(number or LATEST)
    pack = reading.pack(library(), me(), id, wanted)
    if wanted not in (LATEST, pack.number):
        raise NotFound()
    made = paper.compose(
        pack, form, saying(), made=papers.made_for(), fits=lambda one: printer.fits(papers.ready(one))
    )  # fmt: skip
    response = papers.send(made, how, NAMES[form], id, *_version(pack))
    paper.note(library(), me(), pack, form, how)
    return response


def _is_number(typed: str) -> bool:
    return typed.isascii() and typed.isdigit() and len(typed) < len("10000") and int(typed) > 0


def _version(pack: Pack) -> list[str]:
    return [f"v{pack.number}"] if pack.number > 1 else []
