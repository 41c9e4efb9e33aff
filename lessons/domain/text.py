"""Marking text for translation, on floors that know nothing of gettext."""


def N_(message: str) -> str:
    """The message itself, marked so that the catalogue picks it up; translated where it is shown."""
    return message
