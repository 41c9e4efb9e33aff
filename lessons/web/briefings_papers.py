"""A pack on paper: PDF and Word file, whole, on one side, and for partners."""

from flask import Blueprint

bp = Blueprint("papers", __name__)
