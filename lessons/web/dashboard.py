"""The dashboard."""

from flask import Blueprint

bp = Blueprint("dashboard", __name__, url_prefix="/dashboard")


@bp.get("")
def show() -> str:
    raise NotImplementedError
