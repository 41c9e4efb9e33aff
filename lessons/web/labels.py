"""The reader's language, and the words of lists in it."""

from flask_babel import get_locale

from lessons.web.doors import vocabularies


def language() -> str:
    locale = get_locale()
    return str(locale.language) if locale else "en"


def label(vocabulary: str, key: str) -> str:
    return vocabularies().label(vocabulary, key, language())
