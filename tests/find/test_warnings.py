"""Warnings that a reviewer pushed out stand on everybody's home page for a fortnight."""

from collections.abc import Callable
from datetime import timedelta

from lessons.app import House
from tests.find.kit import add, lesson
from tests.people import Person

Someone = Callable[..., Person]


def test_a_warning_pushed_out_meets_me_on_my_home_page_for_a_fortnight(
    house: House, person: Someone
) -> None:
    now = house.library.clock()
    add(
        house,
        lesson(1, title="Check the roof first", learning="warning", pushed=now),
        lesson(2, title="Look under the sofa", learning="warning", pushed=now - timedelta(days=15)),
        lesson(3, title="Mind the step", learning="warning"),
        lesson(
            4,
            title="Only for the hostage team",
            learning="warning",
            pushed=now,
            groups=("hostage",),
        ),
    )
    page = person("officer").opens("/")
    told = page.html.partition('id="warnings"')[2].partition("</section>")[0]
    assert "Check the roof first" in told
    assert "sofa" not in told, "that was more than a fortnight ago"
    assert "step" not in told, "that one was never pushed out"
    assert "hostage" not in page.text


def test_nothing_is_said_of_warnings_where_there_are_none(house: House, person: Someone) -> None:
    add(house, lesson(1))
    assert 'id="warnings"' not in person("officer").opens("/").html
