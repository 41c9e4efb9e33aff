"""Disclosure: what debrief material there is of an operation, who holds it and how to get it."""

from flask import Blueprint

bp = Blueprint("disclosure", __name__)
