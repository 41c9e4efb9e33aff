"""Briefings: the lessons for an operation, chosen, issued as a pack, and read."""

from flask import Blueprint

from lessons.web import briefings_answers, briefings_checks, briefings_papers

bp = Blueprint("briefings", __name__, url_prefix="/briefings")
bp.register_blueprint(briefings_papers.bp)
bp.register_blueprint(briefings_answers.bp)
bp.register_blueprint(briefings_checks.bp)
