"""Between words and typed values: the one set of rules for files, forms, rows and the API."""

import re
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, date, datetime
from typing import Any

from lessons.domain.record import Value, kind_of
from lessons.domain.schema.fields import Field, Type
from lessons.domain.text import N_

Words = str | Sequence[Any] | Mapping[str, Any]


class NotOfType(ValueError):
    """A value that does not fit its field; the message is for people and translatable."""


def _line(field: Field, words: str) -> str:
    return words


def _date(field: Field, words: str) -> date:
    try:
        return date.fromisoformat(words.strip())
    except ValueError:
        raise NotOfType(N_("Enter a real date, such as 2026-03-27.")) from None


def _moment(field: Field, words: str) -> datetime:
    try:
        moment = datetime.fromisoformat(words.strip().replace("Z", "+00:00"))
        if moment.tzinfo is None:
            moment = moment.replace(tzinfo=UTC)
        return moment.astimezone(UTC).replace(microsecond=0)
    except (ValueError, OverflowError):  # the first and the last day of all have no other zone
        raise NotOfType(N_("Enter a date and time, such as 2026-03-27T14:05:00Z.")) from None


def _number(field: Field, words: str) -> int:
    squeezed = words.strip().replace(",", "")
    if not re.fullmatch(r"-?\d{1,15}", squeezed, re.ASCII):
        raise NotOfType(N_("Enter a whole number, such as 147."))
    return int(squeezed)


def _flag(field: Field, words: str) -> bool:
    known = {"yes": True, "true": True, "no": False, "false": False}
    answer = known.get(words.strip().casefold())
    if answer is None:
        raise NotOfType(N_("Enter yes or no."))
    return answer


def _link(field: Field, words: str) -> str:
    kind = kind_of(words.strip())
    if kind is None or (field.to and kind not in field.to):
        raise NotOfType(N_("Enter the reference of a record, such as L-2026-7K3QD."))
    return words.strip()


_ONE: dict[Type, Callable[[Field, str], Value]] = {
    Type.LINE: _line,
    Type.TEXT: _line,
    Type.DATE: _date,
    Type.MOMENT: _moment,
    Type.NUMBER: _number,
    Type.FLAG: _flag,
    Type.CHOICE: _line,
    Type.CHOICES: _line,
    Type.NAMES: _line,
    Type.LINK: _link,
    Type.LINKS: _link,
}


def _row(field: Field, item: Any) -> dict[str, str]:
    if not isinstance(item, Mapping):
        raise NotOfType(N_("Each row needs its columns by name."))
    unknown = [k for k in item if k not in field.columns]
    if unknown:
        raise NotOfType(N_("There is a column here that we do not know."))
    return {k: _text(v) for k, v in item.items() if v not in ("", None)}


def _text(value: Any) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, (str, int, float, date)):
        return str(value)
    raise NotOfType(N_("Words were expected here."))


def to_value(field: Field, words: Any) -> Value | None:
    """The typed value of what a file, a form or a row holds; None where it is empty.

    A plain word stands for a list of one. Raises NotOfType. Vocabulary keys are not looked up here:
    a file may hold a key that its list has lost, and is still served.
    """
    if field.type is Type.ROWS:
        if words == "":  # an empty cell of a table
            return None
        if not isinstance(words, (list, tuple)):
            raise NotOfType(N_("A list of rows was expected here."))
        return tuple(row for item in words if (row := _row(field, item))) or None
    if field.many:
        items = words if isinstance(words, (list, tuple)) else [words]
        made = [_ONE[field.type](field, _text(item)) for item in items if item not in ("", None)]
        return tuple(str(m) for m in dict.fromkeys(made)) or None
    if isinstance(words, (list, tuple, dict)):
        raise NotOfType(N_("One value was expected here, not several."))
    text = _text(words)
    return _ONE[field.type](field, text) if text else None


def to_words(value: Value) -> Any:
    """The value as strings, lists of strings and mappings of strings: what a plain file holds."""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, datetime):
        return value.astimezone(UTC).replace(tzinfo=None).isoformat(timespec="seconds") + "Z"
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, tuple):
        return [dict(v) if isinstance(v, Mapping) else str(v) for v in value]
    return str(value)
