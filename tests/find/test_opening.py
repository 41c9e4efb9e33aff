"""The first page that anybody sees."""

from collections.abc import Callable

from tests.people import Person


def test_somebody_not_signed_in_is_asked_to_and_then_gets_the_page_they_wanted(
    person: Callable[..., Person],
) -> None:
    officer = person("officer")
    page = officer.opens("/guidance/searching")
    assert "Searching" in page.text
