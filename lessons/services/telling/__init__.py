"""Telling: people hear what became of what they sent in and of what they own, in the app and by mail."""

from lessons.services.telling.choosing import HOW_OFTEN, choose
from lessons.services.telling.heralding import Heralding, catch_up
from lessons.services.telling.mailroom import Mailroom
from lessons.services.telling.reading import SHOWN, News, news

__all__ = ["HOW_OFTEN", "SHOWN", "Heralding", "Mailroom", "News", "catch_up", "choose", "news"]
