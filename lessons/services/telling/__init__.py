"""Telling: people hear what became of what they sent in and of what they own, in the app and by mail."""

from lessons.services.telling.choosing import HOW_OFTEN, choose
from lessons.services.telling.digests import Following, Seek
from lessons.services.telling.following import (
    Named,
    follow,
    follow_of,
    follows,
    name_of,
    named,
    set_often,
    stop,
)
from lessons.services.telling.gathering import MOST_READ, Gathered, Page, page
from lessons.services.telling.heralding import Heralding, catch_up
from lessons.services.telling.mailroom import Mailroom
from lessons.services.telling.reading import News

__all__ = [
    "HOW_OFTEN", "MOST_READ", "Following", "Gathered", "Heralding", "Mailroom", "Named", "News", "Page", "Seek",
    "catch_up", "choose", "follow", "follow_of", "follows", "name_of", "named", "page", "set_often", "stop",
]  # fmt: skip
