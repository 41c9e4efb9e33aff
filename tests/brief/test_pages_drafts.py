"""A briefing before it is issued: begun in a minute, put in order by hand, and no word of it lost."""

from collections.abc import Callable
from io import BytesIO

import pytest

from lessons.app import House
from lessons.domain.record import Kind
from tests.brief.pages_kit import (
    DOOR,
    NAME,
    OP,
    OTHER,
    PLAN,
    RADIO,
    SHEET,
    TITLES,
    add,
    address,
    begin,
    boxes,
    change,
    lesson,
    lessons_in,
    operation,
    pack_of,
    press,
    stocked,
)
from tests.people import Person

Someone = Callable[..., Person]


@pytest.fixture
def lead(house: House, person: Someone) -> Person:
    stocked(house)
    return person("lead")


# --- begun -------------------------------------------------------------------------------------------
def test_from_home_it_is_three_taps_to_a_pack_that_can_be_printed(lead: Person) -> None:
    home = lead.opens("/")
    assert f"Get the lessons: {NAME}" in home.text
    draft = lead.sends("/briefings/new", {"quick": "yes", "operation": OP})
    assert set(lessons_in(draft)) >= {RADIO, DOOR, SHEET}
    pack = press(lead, draft, "issue")
    assert pack.headings == [NAME]
    assert "data-print" in pack.html
    assert set(lessons_in(pack)) >= {RADIO, DOOR, SHEET}


def test_pressed_again_the_same_draft_opens_and_no_second_one_is_begun(lead: Person) -> None:
    first = lead.sends("/briefings/new", {"quick": "yes", "operation": OP})
    again = lead.sends("/briefings/new", {"quick": "yes", "operation": OP})
    assert address(first) == address(again)
    assert f"Go on with the pack: {NAME}" in lead.opens("/").text


def test_an_operation_is_picked_by_name_and_brings_what_it_is_about(
    lead: Person, house: House
) -> None:
    draft = begin(lead, operation=f"  {NAME.upper()} ")
    assert "Drugs" in draft.text
    issued = press(lead, draft, "issue")
    record = house.library.records.get(pack_of(lead)).record
    assert record.line("operation") == OP
    assert record.keys("threats") == ("drugs",)
    assert NAME in issued.text


def test_where_little_was_said_the_page_says_that_these_are_the_nearest(lead: Person) -> None:
    said = "Little was said, so these are the nearest lessons there are."
    draft = begin(lead, operation="Warrant with a saw")
    assert lessons_in(draft) and said in draft.text
    assert said in lead.opens(address(draft)).text
    assert said not in begin(lead, operation="quantum knitting bazaar").text


def test_where_nothing_fits_search_is_offered_with_the_same_words(lead: Person) -> None:
    draft = begin(lead, operation="quantum knitting bazaar", plan="of purple elephants & more")
    assert not lessons_in(draft)
    assert "Search for the same words" in draft.text
    assert "/search?q=quantum+knitting+bazaar+of+purple+elephants+%26+more" in draft.html
    for page in ("Before an operation", "Searching", "How to debrief"):
        assert page in draft.text


def test_a_name_that_the_register_does_not_have_is_enough(lead: Person, house: House) -> None:
    draft = begin(lead, operation="Two doors on Friday", plan=PLAN)
    assert draft.headings == ["Two doors on Friday"]
    assert RADIO in lessons_in(draft)
    press(lead, draft, "issue")
    assert not house.library.records.get(pack_of(lead)).record.line("operation")


def test_nothing_said_and_a_reference_that_there_is_not_are_told_at_the_box(lead: Person) -> None:
    empty = lead.sends("/briefings/new", {"operation": "", "plan": "Two doors."}, status=422)
    assert "Pick the operation" in empty.text
    assert "Two doors." in empty.html
    unknown = lead.sends("/briefings/new", {"operation": "O-2026-ZZZZZ", "plan": PLAN}, status=422)
    assert "We cannot find that operation" in unknown.text
    assert PLAN in unknown.html


def test_an_operation_that_is_not_open_to_me_is_as_one_that_there_is_not(
    lead: Person, house: House
) -> None:
    add(house, operation("O-2026-00009", "Quiet", groups=("gold",), sio="nobody"))
    hidden, none = (
        lead.sends("/briefings/new", {"operation": id}, status=422).text.replace(id, "")
        for id in ("O-2026-00009", "O-2026-00008")
    )
    assert hidden == none
    assert "Quiet" not in lead.opens("/briefings/new").html


def test_an_order_as_text_or_as_a_file_finds_lessons_and_is_not_kept(
    lead: Person, house: House
) -> None:
    order = f"OPERATION ORDER. {PLAN} Rendezvous at the blue gate."
    draft = begin(lead, operation="By order", order=order)
    assert RADIO in lessons_in(draft)
    press(lead, draft, "issue")
    kept = house.library.records.get(pack_of(lead))
    assert "blue gate" not in house.text.render(kept)
    lead.opens("/briefings/new")
    file = {"operation": "By file", "file": (BytesIO(order.encode()), "order.txt")}
    assert RADIO in lessons_in(lead.sends("/briefings/new", file))


def test_a_file_that_is_no_order_is_refused_and_the_words_beside_it_stay(lead: Person) -> None:
    lead.opens("/briefings/new")
    picture = BytesIO(b"\x89PNG\r\n\x1a\n" + b"\0" * 200)
    form = {"operation": "By file", "plan": PLAN, "file": (picture, "order.docx")}
    page = lead.sends("/briefings/new", form, status=422)
    assert PLAN in page.html
    assert 'id="file-error"' in page.html


def test_a_plan_too_long_for_a_pack_is_read_whole_and_told_before_it_is_issued(
    lead: Person,
) -> None:
    plan = "We go out. " * 4_500 + PLAN
    draft = begin(lead, operation="Long", plan=plan)
    assert "at most 40000 characters" in draft.text
    refused = press(lead, draft, "issue", status=422)
    assert "at most 40000 characters" in refused.text
    about = lead.opens(f"{address(draft)}/about")
    assert PLAN in about.html
    shorter = {"operation": "", "title": "Long", "plan": PLAN, "version": about.hidden["version"]}
    again = lead.sends(f"{address(draft)}/about", shorter)
    press(lead, again, "issue")


def test_where_nothing_fits_it_says_so(house: House, person: Someone) -> None:
    page = begin(person("lead"), operation="Zebra crossing", plan="Zebras.")
    assert "We found no lesson that fits" in page.text
    assert "Issue the pack" not in page.text


# --- put in order ------------------------------------------------------------------------------------
def test_lessons_are_taken_out_put_in_moved_and_noted(lead: Person, house: House) -> None:
    draft = begin(lead, operation=OP, plan=PLAN)
    draft = press(lead, draft, f"remove:{SHEET}", **{f"note_{RADIO}": "Test it at the gate."})
    assert SHEET not in lessons_in(draft)
    found = press(lead, draft, "find", words="parents plain words")
    assert TITLES[OTHER] in found.text
    draft = press(lead, found, f"add:{OTHER}")
    assert "Added by hand" in draft.text
    method = [id for id in lessons_in(draft) if id in (DOOR, OTHER)]
    draft = press(lead, draft, f"down:{method[0]}")
    assert [id for id in lessons_in(draft) if id in (DOOR, OTHER)] == method[::-1]
    draft = press(lead, draft, f"move:{OTHER}", **{f"element_{OTHER}": "legal"})
    assert lessons_in(draft)[-1] == OTHER
    draft = press(lead, draft, "again")
    assert SHEET not in lessons_in(draft)
    assert lessons_in(draft)[-1] == OTHER
    assert "Test it at the gate." in draft.html
    pack = press(lead, draft, "issue", note="Read the first aloud.")
    assert "Test it at the gate." in pack.text
    assert "Read the first aloud." in pack.text
    rows = house.library.records.get(pack_of(lead)).record.rows("lessons")
    assert [row["element"] for row in rows][-1] == "legal"


def test_the_enter_key_in_the_search_box_searches(lead: Person) -> None:
    draft = begin(lead, operation=OP)
    page = press(lead, draft, "save", words=OTHER)
    assert TITLES[OTHER] in page.text


def test_what_may_not_be_read_or_is_out_of_use_is_neither_found_nor_added(
    lead: Person, house: House
) -> None:
    secret, old = "L-2026-00008", "L-2026-00009"
    add(
        house,
        lesson(secret, "Quicksilver radio channel", groups=("gold",)),
        lesson(old, "Quicksilver battery", state="retired"),
    )
    draft = begin(lead, operation=OP)
    page = press(lead, draft, "find", words="Quicksilver")
    assert "Nothing more was found for “Quicksilver”" in page.text
    for id in (secret, old, "L-2026-ZZZZZ"):
        refused = press(lead, draft, f"add:{id}", status=422, note="Stays")
        assert "We cannot find that lesson" in refused.text
        assert "Stays" in refused.html
        draft = refused


def test_the_draft_is_marked_as_the_highest_of_what_it_holds(lead: Person, house: House) -> None:
    add(house, lesson("L-2026-00007", "Larkspur", marking="official_sensitive"))
    draft = press(lead, begin(lead, operation=OP), "add:L-2026-00007")
    assert "app-marking--sensitive" in draft.html
    press(lead, draft, "issue")
    record = house.library.records.get(pack_of(lead)).record
    assert record.line("marking") == "official_sensitive"
    assert record.line("restricted_because")


# --- nothing is lost ---------------------------------------------------------------------------------
def test_two_tabs_do_not_undo_each_other_and_both_words_stay(lead: Person) -> None:
    draft = begin(lead, operation=OP)
    press(lead, draft, f"remove:{SHEET}", note="Aloud", **{f"note_{DOOR}": "Two of them"})
    typed = {f"note_{RADIO}": "From the other tab", f"note_{SHEET}": "On the one taken out"}
    clash = press(lead, draft, f"remove:{DOOR}", status=409, **typed)
    assert "another tab" in clash.text
    assert SHEET not in lessons_in(clash)
    assert DOOR in lessons_in(clash)
    assert "From the other tab" in clash.html
    assert "On the one taken out" in clash.text
    kept = press(lead, clash, "save")
    for words in ("From the other tab", "Aloud", "Two of them"):
        assert words in kept.html


def test_a_draft_is_for_its_owner_alone(lead: Person, person: Someone) -> None:
    draft = address(begin(lead, operation=OP))
    other = person("lead", "other")
    for path in (draft, f"{draft}/about", f"{draft}/delete"):
        other.opens(path, status=404)
    other.sends(draft, {"do": "issue"}, status=404)


def test_who_may_not_brief_is_told_and_a_partner_finds_nothing(
    lead: Person, person: Someone
) -> None:
    assert (
        "Your role does not allow that" in person("admin").opens("/briefings/new", status=403).text
    )
    partner = person("partner")
    for path in ("/briefings", "/briefings/new", "/briefings/drafts/0123456789abcdef"):
        partner.opens(path, status=404)
    assert "Briefings" not in partner.opens("/").text


def test_a_draft_can_be_put_away(lead: Person) -> None:
    draft = address(begin(lead, operation=OP))
    assert NAME in lead.opens(f"{draft}/delete").text
    lead.sends(f"{draft}/delete", {})
    lead.opens(draft, status=404)


# --- issued ------------------------------------------------------------------------------------------
def test_pressed_twice_it_is_issued_once(lead: Person, house: House) -> None:
    draft = begin(lead, operation=OP)
    press(lead, draft, "issue")
    first = pack_of(lead)
    press(lead, draft, "issue")
    assert pack_of(lead) == first
    assert len(house.library.records.versions(Kind.BRIEFING)) == 1
    later = press(lead, draft, "issue", note="One thing more")
    assert "One thing more" in later.html
    assert "beginning of a new version" in later.text


def test_personal_data_is_shown_first_and_a_false_alarm_can_be_confirmed(
    lead: Person, house: House
) -> None:
    draft = begin(lead, operation=OP)
    held = press(
        lead, draft, "issue", status=422, **{f"note_{RADIO}": "Ring DC Rowan on 07700 900123"}
    )
    assert "Look at this first" in held.text
    assert f'href="#note-{RADIO}"' in held.html
    assert not house.library.records.versions(Kind.BRIEFING)
    pack = press(lead, held, "issue")
    assert "Ring DC Rowan" in pack.text


def test_what_is_marked_too_high_is_never_issued(lead: Person, house: House) -> None:
    draft = begin(lead, operation=OP)
    held = press(lead, draft, "issue", status=422, note="TOP SECRET: the source")
    held = press(lead, held, "issue", status=422)
    assert not house.library.records.versions(Kind.BRIEFING)


def test_a_lesson_that_went_out_of_use_is_told_and_its_note_stays(
    lead: Person, house: House
) -> None:
    draft = begin(lead, operation=OP)
    draft = press(lead, draft, "save", **{f"note_{DOOR}": "Two batteries"})
    change(house, DOOR, state="retired", replaced_by=OTHER, decision="Out of date")
    change(house, SHEET, groups=("gold",))
    told = press(lead, draft, "issue", status=409)
    assert "Not issued yet" in told.text
    assert "No longer in the pack" in told.text
    assert "Your note: Two batteries" in told.text
    assert "A lesson of this draft is no longer open to you." in told.text
    assert TITLES[SHEET] not in told.text
    assert TITLES[OTHER] in told.text
    pack = press(lead, told, "issue")
    assert not {DOOR, SHEET} & set(lessons_in(pack))


def test_a_pack_opens_to_no_more_people_than_its_operation(house: House, person: Someone) -> None:
    stocked(house)
    add(house, operation("O-2026-00005", "Operation Quiet", groups=("gold",), restricted_because="Source"))  # fmt: skip
    inside, outside = person("lead", "inside", "gold"), person("lead", "outside")
    draft = begin(inside, operation="O-2026-00005", plan=PLAN)
    press(inside, draft, "issue")
    pack = pack_of(inside)
    outside.opens(f"/briefings/{pack}", status=404)
    assert "Quiet" not in outside.opens("/briefings?tab=all").text
    assert "Source" not in inside.opens(f"/briefings/{pack}").text


def test_a_pack_is_restricted_as_its_operation_is_later(house: House, person: Someone) -> None:
    stocked(house)
    lead, officer = person("lead"), person("officer")
    reviewer = person("reviewer", "rev", "gold")
    press(lead, begin(lead, operation=OP), "issue")
    pack = f"/briefings/{pack_of(lead)}"
    officer.opens(pack)
    page = reviewer.opens(f"/operations/{OP}/edit")
    form = {
        "title": NAME, "operation_kind": "operation", "started-day": "1", "started-month": "5", "started-year": "2026",
        "sio": "lead", "marking": "official", "groups": "gold", "restricted_because": "A source",
        "version": page.hidden["version"],
    }  # fmt: skip
    reviewer.sends(f"/operations/{OP}/edit", form)
    officer.opens(pack, status=404)
    assert NAME not in officer.opens("/briefings?tab=all").text
    reviewer.opens(pack)


def test_signed_out_meanwhile_the_words_are_carried_to_the_page_that_asks_to_sign_in(
    lead: Person,
) -> None:
    draft = begin(lead, operation=OP)
    form = {**boxes(draft), f"note-{RADIO}": "Test it at the gate.", "do": "save"}
    lead.client.delete_cookie("lessons")
    page = lead.client.post(address(draft), data={"csrf_token": lead.token, **form})
    assert page.status_code in (400, 401)
    assert "Test it at the gate." in page.text


def test_what_it_is_for_can_be_changed_and_what_was_placed_by_hand_stays(
    lead: Person, house: House
) -> None:
    add(house, operation("O-2026-00002", "Operation Example Birch", threats=("fraud",), sio="nobody"))  # fmt: skip
    draft = press(lead, begin(lead, operation=OP), f"add:{OTHER}")
    about = lead.opens(f"{address(draft)}/about")
    form = {"operation": "O-2026-00002", "title": NAME, "version": about.hidden["version"]}
    page = lead.sends(f"{address(draft)}/about", form)
    assert page.headings == ["Operation Example Birch"]
    assert "Fraud" in page.text
    assert OTHER in lessons_in(page)


def test_after_a_lesson_is_taken_out_the_reader_stays_beside_the_next_and_can_put_it_back(
    lead: Person,
) -> None:
    page = begin(lead)
    first, second = lessons_in(page)[:2]
    page = press(lead, page, f"remove:{first}")
    assert dict(lead.response.request.args) == {"removed": first, "at": second}
    assert first not in lessons_in(page) and "Put it back" in page.text
    page = press(lead, page, f"add:{first}")
    assert first in lessons_in(page) and "Put it back" not in page.text


def test_questions_about_a_draft_read_its_order_where_the_plan_is_empty(lead: Person) -> None:
    page = begin(lead, order="Housing officers will be asked for keys by Friday.")
    asked = lead.opens(f"{address(page)}/checks").text
    assert "The box for the plan is empty, so the operation order of this draft was read." in asked
    assert "Housing officers will be asked for keys" in asked


def test_once_a_pack_is_issued_home_leads_to_it_and_to_its_next_version(lead: Person) -> None:
    press(lead, begin(lead), "issue")
    home = lead.opens("/").text
    assert "Its pack, issued on" in home and "Make a new version" in home
    assert f"Get the lessons: {NAME}" not in home
