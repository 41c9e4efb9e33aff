"""One lesson as a card for a shift briefing, and as questions for a team."""

from flask import Blueprint

bp = Blueprint("cards", __name__)
