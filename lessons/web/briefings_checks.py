"""Questions about the plan, asked beside the lessons of a briefing."""

from flask import Blueprint

bp = Blueprint("checks", __name__)
