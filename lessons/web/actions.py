"""Actions."""

from flask import Blueprint

bp = Blueprint("actions", __name__, url_prefix="/actions")


@bp.get("")
def register() -> str:
    raise NotImplementedError
