"""Telling: people hear what became of what they sent in and of what they own, in the app and by mail."""

from lessons.services.telling.choosing import HOW_OFTEN, choose
from lessons.services.telling.gathering import MOST_READ, Gathered, Page, page
from lessons.services.telling.heralding import Heralding, catch_up
from lessons.services.telling.mailroom import Mailroom
from lessons.services.telling.reading import News

__all__ = [
    "HOW_OFTEN", "MOST_READ", "Gathered", "Heralding", "Mailroom", "News", "Page", "catch_up", "choose", "page",
]  # fmt: skip
