"""What every view reaches: the Library and its neighbours, and the person who asks."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, cast

from flask import current_app
from flask_login import current_user

from lessons.domain.access import User
from lessons.domain.vocabulary import Vocabularies
from lessons.library import Library
from lessons.ports import (
    Account,
    Accounts,
    Diary,
    Notebook,
    OrderReader,
    Outbox,
    Printer,
    RecordText,
)
from lessons.services.find import Counting

EXTENSION = "lessons"


@dataclass(frozen=True, slots=True)
class Doors:
    """Built once by `lessons.app` and held by the Flask application."""

    library: Library
    accounts: Accounts
    notebook: Notebook
    settings: Mapping[str, Any]
    static_root: str
    counting: Counting
    outbox: Outbox
    printers: Mapping[str, Printer] = field(default_factory=dict)
    diary: Diary | None = None
    text: RecordText | None = None
    orders: OrderReader | None = None


@dataclass(frozen=True, slots=True)
class SignedIn:
    """The person of this request, as Flask-Login wants one. Its id is the session's secret, never the name."""

    account: Account
    token: str
    is_authenticated: bool = True
    is_active: bool = True
    is_anonymous: bool = False

    def get_id(self) -> str:
        return self.token


def doors() -> Doors:
    return cast(Doors, current_app.extensions[EXTENSION])


def library() -> Library:
    return doors().library


def me() -> User:
    """The person signed in. Only for views behind `login_required`."""
    return cast(SignedIn, current_user).account.user


def my_token() -> str:
    return cast(SignedIn, current_user).token


def vocabularies() -> Vocabularies:
    """All lists, as far as the person signed in may read the themes among them."""
    here, person = library(), current_user._get_current_object()
    return here.lists_for(person.account.user) if person.is_authenticated else here.vocabularies
