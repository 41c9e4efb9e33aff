"""Watch: whether the service is alive, and whether it can do its work."""

from flask import Blueprint, Response, jsonify

from lessons.domain.errors import NotFound
from lessons.web.doors import doors

bp = Blueprint("watch", __name__)


@bp.get("/healthz")
def alive() -> Response:
    return jsonify(status="alive")


@bp.get("/readyz")
def ready() -> tuple[Response, int]:
    """Store, index and database answer; says which does not, and nothing else."""
    here = doors()
    state = {"records": here.library.records.writable(), "index": here.library.index.ready()}
    try:
        here.accounts.get("-")
    except NotFound:
        state["database"] = True
    except Exception:  # whatever a driver raises: the question is only whether it answers
        state["database"] = False
    good = all(state.values())
    return jsonify(status="ready" if good else "not ready", **state), 200 if good else 503
