"""`_` and `ngettext` as templates use them: the same words as Flask-Babel's, looked up once for a page.

What they give is plain text, escaped where it is put out, so that what people typed can pass through them safely.
"""

from typing import Any

from flask import Flask, g
from flask_babel import get_translations
from markupsafe import escape


def install(app: Flask) -> None:
    """After Flask-Babel, whose functions these replace in templates."""
    app.jinja_env.globals.update(_=said, gettext=said, ngettext=counted)


def said(text: str, /, **values: Any) -> str:
    """The text in the reader's language. values: put in its places; those that are HTML stay HTML."""
    words = str(_catalogue().ugettext(text)) if text else ""
    return _filled(words, values) if values else words


def counted(one: str, many: str, num: int, /, **values: Any) -> str:
    """The text for this number, which stands in it as `%(num)s`."""
    if values:
        return _filled(str(_catalogue().ungettext(one, many, num)), {"num": num, **values})
    # A page of filters says "result" or "results" some two hundred times.
    known = g.setdefault("counted", {})
    if (one, num) not in known:
        known[one, num] = str(_catalogue().ungettext(one, many, num)) % {"num": num}
    return str(known[one, num])


def _filled(words: str, values: dict[str, Any]) -> str:
    if any(hasattr(value, "__html__") for value in values.values()):
        return escape(words) % values
    return words % values


def _catalogue() -> Any:
    """The reader's translations, kept as long as Flask-Babel keeps the reader's language."""
    found = g.get("catalogue")
    if found is None:
        found = g.catalogue = get_translations()
    return found
