"""What a person follows, and how often they want to hear of it."""

from flask import Blueprint

bp = Blueprint("follows", __name__, url_prefix="/account/follows")
