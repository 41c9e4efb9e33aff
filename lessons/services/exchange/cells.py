"""Between one cell of an outside file and the words in it."""

import json
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from lessons.domain.cells import bare, inert
from lessons.domain.schema import NotOfType
from lessons.domain.text import N_
from lessons.services.exchange.rows import Mapped

__all__ = ["bare", "cell", "cut", "inert", "listed"]


def listed(words: Any) -> Any:
    """A list that stands in one cell as JSON, as our own CSV has it; anything else as it is."""
    if isinstance(words, str) and words.startswith("["):
        try:
            found = json.loads(words)
        except (ValueError, RecursionError):
            return words
        return found if isinstance(found, list) else words
    return words


def cell(values: Mapping[str, Any], mapped: Mapped) -> Any:
    """What one field takes from a row, by its mapping. Raises NotOfType."""
    found = [(c, values[c]) for c in mapped.columns if not _blank(values.get(c))]
    found = found or [(c, values[c]) for c in mapped.instead if not _blank(values.get(c))][:1]
    if not found:
        return mapped.default
    if isinstance(found[0][1], list):
        return [mapped.values.get(str(w), w) for w in found[0][1]]
    words = "\n\n".join(
        f"### {mapped.headings[c]}\n\n{v}" if c in mapped.headings else str(v) for c, v in found
    ).strip()
    if mapped.dates:
        return _outside_date(words, mapped)
    if mapped.separator:
        items = [w.strip() for w in words.split(mapped.separator)]
        found_keys = [mapped.values.get(w, w) for w in items if w]
        return [k for k in found_keys if k] or mapped.default
    words = mapped.values.get(words, words)
    return cut(words, mapped.limit) if mapped.limit else words


def _blank(value: Any) -> bool:
    return value is None or (isinstance(value, str) and not value.strip()) or value == []


def cut(words: str, limit: int) -> str:
    """At most `limit` characters, ended at a word where there is one."""
    if len(words) <= limit:
        return words
    return words[: limit - 1].rsplit(" ", 1)[0].rstrip(" ,;:") + "…"


def _outside_date(words: str, mapped: Mapped) -> str:
    for form in mapped.dates:
        try:
            return datetime.strptime(words, form).date().isoformat()
        except ValueError:
            continue
    raise NotOfType(N_("This is not a real date in a form that is expected here."))
