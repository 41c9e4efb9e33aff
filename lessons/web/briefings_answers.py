"""What the leads answer to each lesson of a pack."""

from flask import Blueprint

bp = Blueprint("answers", __name__)
