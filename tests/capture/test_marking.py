"""Every page of a debrief is marked as highly as the highest thing on it."""

from lessons.domain.access import SYSTEM
from lessons.domain.record import Kind
from tests.capture.conftest import NEW, form, records
from tests.capture.test_form import add_operation

HIGHER = {
    "marking": "official_sensitive",
    "restricted_because": "Search teams only, until the end of June.",
}


def marking(page) -> str:
    """What stands at the top and at the foot alike."""
    words = page.text.split("Marking: ")
    assert len(words) == 3, page.text
    top, foot = (w.split()[0] for w in words[1:])
    assert top == foot
    return top


def raise_marking(house, id):
    stored = house.library.records.get(id)
    number = stored.revision.number
    house.library.save(SYSTEM, "restrict", stored.record.with_(**HIGHER), expected=number)


def test_a_debrief_is_marked_as_it_was_sent(officer):
    id = officer.sends_in()
    assert marking(officer.page) == marking(officer.opens(f"/debriefs/{id}")) == "OFFICIAL"
    id = officer.sends_in(**HIGHER)
    assert marking(officer.page) == "OFFICIAL-SENSITIVE"
    assert marking(officer.opens(f"/debriefs/{id}")) == "OFFICIAL-SENSITIVE"


def test_a_lesson_that_was_raised_since_raises_the_pages_that_show_it(officer, house):
    id = officer.sends_in()
    raise_marking(house, records(house, Kind.LESSON)[0].id)
    for address in (f"/debriefs/{id}/sent", f"/debriefs/{id}"):
        assert marking(officer.opens(address)) == "OFFICIAL-SENSITIVE", address


def test_a_linked_operation_raises_the_page_for_who_may_read_it(officer, person, house):
    operation = add_operation(house).record
    id = officer.sends_in(operation_name=operation.title)
    raise_marking(house, operation.id)
    assert marking(person("reviewer").opens(f"/debriefs/{id}")) == "OFFICIAL-SENSITIVE"
    assert marking(officer.opens(f"/debriefs/{id}")) == "OFFICIAL", "it is not on their page"


def test_a_draft_is_marked_as_chosen_in_it(officer):
    assert marking(officer.begins()) == "OFFICIAL"
    page = officer.fills(form(**HIGHER), press="save")
    assert marking(page) == "OFFICIAL-SENSITIVE"
    assert marking(officer.opens(page.link("Delete this draft"))) == "OFFICIAL-SENSITIVE"
    assert marking(officer.opens(NEW)) == "OFFICIAL-SENSITIVE", "where drafts are chosen from"


def test_a_marking_that_is_none_of_ours_counts_as_the_highest(officer):
    officer.begins()
    page = officer.fills(form(marking="very hush"), status=422)
    assert marking(page) == "OFFICIAL-SENSITIVE"


def test_what_another_device_saved_counts_where_its_words_are_shown(officer):
    officer.begins()
    first = officer.page
    officer.fills(form(**HIGHER), press="save")
    officer.page = first
    page = officer.fills(form(happened="Other words"), press="save", status=409)
    assert "Search teams only, until the end of June." in page.text
    assert marking(page) == "OFFICIAL-SENSITIVE"
