"""What can go wrong, in the user's words. `lessons.web.errors` turns each class into HTTP, once."""

from collections.abc import Sequence
from dataclasses import dataclass

from lessons.domain.text import N_


class LessonsError(Exception):
    """A refusal with a sentence for the person. `message` is translatable; `values` fill its %(name)s."""

    message = N_("Something went wrong. Nothing was changed.")

    def __init__(self, message: str | None = None, **values: object) -> None:
        self.message = message if message is not None else type(self).message
        self.values = values
        super().__init__(self.message % values if values else self.message)


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing wrong with one field. `line` counts from 1 in the file it came from; 0 when it has none."""

    field: str
    message: str
    line: int = 0
    values: tuple[tuple[str, str], ...] = ()

    def __str__(self) -> str:
        return self.message % dict(self.values) if self.values else self.message


class NotFound(LessonsError):
    """There is no such thing, or this person may not know of it: the two look the same from outside."""

    message = N_("We cannot find that. Check the reference, or search for words from it.")


class NotAllowed(LessonsError):
    """The person may know of the thing, but not do this to it."""

    message = N_("Your role does not allow that. Ask a reviewer or your administrator.")


class StaleWrite(LessonsError):
    """Somebody saved first."""

    message = N_(
        "%(id)s was changed by someone else while you were writing. "
        "Your words are kept below: compare, then save again."
    )

    def __init__(self, id: str) -> None:
        super().__init__(None, id=id)


class Invalid(LessonsError):
    """What was given breaks the schema; `problems` says where, field by field."""

    message = N_("There is a problem with what was entered.")

    def __init__(self, problems: Sequence[Problem], message: str | None = None) -> None:
        super().__init__(message)
        self.problems = tuple(problems)

    def __str__(self) -> str:
        return "; ".join(f"{p.field}: {p}" for p in self.problems) or super().__str__()


class Unreadable(Invalid):
    """A file in the knowledge base that cannot be read as a record; it is reported and left alone."""

    def __init__(self, path: str, problems: Sequence[Problem]) -> None:
        super().__init__(problems, N_("This file cannot be read as a record."))
        self.path = path

    def __str__(self) -> str:
        return "\n".join(f"{self.path}:{p.line}: {p.field}: {p}" for p in self.problems)


class OutOfScope(LessonsError):
    """The matter belongs to another process, such as a post-incident procedure."""

    message = N_(
        "This looks like a matter for the post-incident procedure, not for a debrief here."
    )


class Busy(LessonsError):
    """Something is held by another process for longer than we wait."""

    message = N_("The service is busy. Your words are kept: try again in a minute.")


class SearchUnavailable(LessonsError):
    """The index is missing or being rebuilt; reading still works."""

    message = N_("Search is being rebuilt. You can still open and send records.")


class SignInRefused(LessonsError):
    """Wrong name or password, a disabled account, or too many tries; deliberately the same words."""

    message = N_(
        "That name and password do not match, or there were too many tries. Wait, then try again."
    )


class BadSetting(LessonsError):
    """A setting that stops the start, told in one line."""


class MarkingTooHigh(LessonsError):
    """Material above what this system may hold."""

    message = N_("This system holds OFFICIAL and OFFICIAL-SENSITIVE only. Nothing was kept.")
