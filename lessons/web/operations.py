"""Operations."""

from flask import Blueprint

bp = Blueprint("operations", __name__, url_prefix="/operations")


@bp.get("")
def register() -> str:
    raise NotImplementedError
