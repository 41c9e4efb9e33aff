"""“This looks like”: a reviewer is shown lessons that say the same, word for word or in other words."""

import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lessons.domain.access import Role, User
from lessons.domain.duplicates import (
    ALMOST,
    LONGEST,
    MUCH,
    SHORTEST_CONTAINED,
    in_words,
    share,
    shingles,
)
from lessons.domain.record import Kind
from lessons.services import review
from tests.capture.conftest import HAPPENED, SENTENCE, become_officer, records
from tests.review.kit import KEYS, RADIO, RADIO_TOLD, add, id_of, lesson

REVIEWER = User("rev", Role.REVIEWER)
WORDS = [
    f"{a}{b}"
    for a in ("ba", "de", "fi", "go", "lu", "ma")
    for b in ("ken", "ral", "sot", "vim", "zad")
]


def invented(words: int, seed: int) -> str:
    return " ".join(random.Random(seed).choices(WORDS, k=words))


def edited(text: str, share_of_words: float, seed: int) -> str:
    """The text with about so many of its words changed, here and there."""
    dice = random.Random(seed)
    return " ".join("changed" if dice.random() < share_of_words else w for w in text.split())


def alike(one: str, other: str) -> float:
    return share(shingles(one), shingles(other))


def test_the_same_words_are_wholly_alike_whatever_their_case_and_stops():
    assert alike(RADIO_TOLD, RADIO_TOLD.upper().replace(".", " –")) == 1.0


def test_texts_without_a_word_in_common_are_not_alike_at_all():
    assert alike(RADIO, KEYS.replace("before", "ahead of")) == 0.0
    assert alike("", "") == 0.0 and alike("", RADIO) == 0.0


@pytest.mark.parametrize("seed", range(20))
def test_a_text_put_right_in_a_few_words_is_told_as_almost_word_for_word(seed):
    text = invented(120, seed)
    assert alike(text, edited(text, 0.02, seed)) >= ALMOST


@pytest.mark.parametrize("seed", range(20))
def test_a_text_with_one_word_in_ten_changed_is_much_the_same(seed):
    text = invented(300, seed)
    assert MUCH <= alike(text, edited(text, 0.1, seed)) < ALMOST


@pytest.mark.parametrize("seed", range(20))
def test_two_texts_about_other_things_in_the_same_few_words_are_not_alike(seed):
    assert alike(invented(120, seed), invented(120, seed + 100)) < MUCH


@pytest.mark.parametrize("seed", range(20))
def test_a_lesson_told_again_with_more_around_it_is_found(seed):
    short, more = invented(30, seed), invented(400, seed + 100)
    assert alike(short, f"{more} {short} {more[::-1]}") >= ALMOST


def test_a_handful_of_words_that_stand_in_a_long_text_are_no_copy_of_it():
    few = " ".join(RADIO.split()[: SHORTEST_CONTAINED - 1])
    assert alike(few, f"{invented(300, 1)} {few}") < MUCH


def test_only_the_beginning_of_a_very_long_text_is_read():
    long = "word " * (LONGEST // 5)
    assert shingles(long + RADIO) == shingles(long)


@given(st.text(max_size=300), st.text(max_size=300))
def test_any_two_texts_are_as_alike_as_the_other_way_round(one, other):
    assert 0.0 <= alike(one, other) == alike(other, one) <= 1.0


@given(st.text(max_size=300))
def test_any_text_with_a_word_in_it_is_wholly_like_itself(text):
    assert alike(text, text) == (1.0 if shingles(text) else 0.0)


def test_a_share_is_said_in_plain_words():
    assert in_words(1.0) == in_words(ALMOST) == "Almost word for word"
    assert in_words(ALMOST - 0.01) == in_words(MUCH) == "Much the same words"
    assert in_words(MUCH - 0.01) == ""


# --- what the reviewer is shown ---------------------------------------------------------------------
@pytest.fixture
def shelf(house):
    """A lesson, the same sent in again by another officer, and others about other things."""
    others = [
        lesson(10, KEYS), lesson(11, "When statements are typed late, keep the handwritten notes with them"),
        lesson(12, "When drones fly near an airfield, book the slot a day before"),
        lesson(13, "When a school asks for a talk, bring the youth worker who knows the pupils"),
    ]  # fmt: skip
    add(
        house, lesson(1, happened=RADIO_TOLD), *others,
        lesson(2, f"{RADIO} the yard", happened=RADIO_TOLD, state="sent", author="officer2"),
    )  # fmt: skip
    return house


def test_the_item_shows_the_lesson_it_looks_like_and_how_much(shelf, person):
    page = person("reviewer").opens(f"/review/{id_of(2)}")
    assert "Almost word for word" in page.text and RADIO in page.text
    assert page.link("Merge this one into it") == f"/review/{id_of(2)}/merge?into={id_of(1)}"
    assert KEYS not in page.text


def test_two_that_wait_are_told_of_each_other_and_neither_can_take_the_other_in(shelf, person):
    add(shelf, lesson(3, happened=RADIO_TOLD, state="sent", author="officer3"))
    found = review.looks_like(shelf.library, REVIEWER, shelf.library.records.get(id_of(2)).record)
    assert {each.stored.record.id for each in found} == {id_of(1), id_of(3)}
    page = person("reviewer").opens(f"/review/{id_of(2)}")
    assert "It waits for review too." in page.text


def test_what_says_the_same_in_other_words_is_shown_after_the_copies(example_house):
    """Two example lessons tell of the same thing with hardly three words in a row in common."""
    records = example_house.library.records
    ids = [id for id in records.versions() if id.startswith("L-")]
    (one,) = [id for id in ids if records.get(id).record.title.startswith("Say one radio channel")]
    (other,) = [id for id in ids if records.get(id).record.title.startswith("When two teams enter")]
    record = records.get(one).record
    add(example_house, lesson(2, record.title, happened=record.texts["happened"]))
    found = review.looks_like(example_house.library, REVIEWER, record)
    assert [each.stored.record.id for each in found[:2]] == [id_of(2), other]
    assert found[1].said == "About the same thing, in other words" and found[1].share < MUCH


def test_what_was_merged_into_it_or_took_its_place_is_not_told_again(shelf):
    add(shelf, lesson(5, happened=RADIO_TOLD, state="merged", replaced_by=id_of(1)))
    found = review.looks_like(shelf.library, REVIEWER, shelf.library.records.get(id_of(1)).record)
    assert id_of(5) not in {each.stored.record.id for each in found}


def test_nothing_shows_of_a_lesson_for_another_group(shelf, person):
    add(
        shelf,
        lesson(6, f"{RADIO} in Harbour Lane", happened=RADIO_TOLD, groups=("alder",), restricted_because="named"),
    )  # fmt: skip
    page = person("reviewer").opens(f"/review/{id_of(2)}")
    assert "Harbour Lane" not in page.text and id_of(6) not in page.html
    inside = person("reviewer", "reviewer2", "alder").opens(f"/review/{id_of(2)}")
    assert "Harbour Lane" in inside.text


def test_a_page_that_shows_a_sensitive_lesson_carries_its_marking(shelf, person):
    add(shelf, lesson(7, happened=RADIO_TOLD, marking="official_sensitive"))
    assert "OFFICIAL-SENSITIVE" in person("reviewer").opens(f"/review/{id_of(2)}").text


def test_the_page_works_while_search_rests(shelf, person):
    reviewer = person("reviewer")
    shelf.library.index.remove(*(id_of(n) for n in (1, 2, 10, 11, 12, 13)))
    assert "This looks like" not in reviewer.opens(f"/review/{id_of(2)}").text


def test_the_points_of_one_debrief_are_no_copies_of_each_other(app, house, person):
    """What happened is told once, for all of them, and stands in each."""
    officer = become_officer(app, person("officer", "sender"))
    others = [KEYS, "When it rains, cover the kit, because it rusts.", f"{KEYS}, and ask early"]
    points = {f"points-{n}-title": title for n, title in enumerate(others, 1)}
    officer.sends_in(happened=" ".join([HAPPENED] * 5), **points, **dict.fromkeys(
        (f"points-{n}-learning" for n in (1, 2, 3)), "keep"))  # fmt: skip
    lessons = [r for r in records(house, Kind.LESSON) if r.line("author") == "sender"]
    by_title = {r.title: r for r in lessons}
    reviewer = person("reviewer")
    page = reviewer.opens(f"/review/{by_title[SENTENCE].id}")
    assert len(lessons) == 4 and "This looks like" not in page.text
    page = reviewer.opens(f"/review/{by_title[KEYS].id}")
    assert "This looks like… (1)" in page.text and others[2] in page.text


def test_a_lesson_that_is_shown_twice_is_counted_once_and_is_not_said_to_be_alone(shelf, person):
    learned = {"state": "learned", "owner": "owner", "themes": ("radio",)}
    add(shelf, lesson(8, happened=RADIO_TOLD, **learned))
    page = person("reviewer").opens(f"/review/{id_of(2)}")
    assert "This looks like… (2)" in page.text and "Had this happened before?" in page.text
    assert "Similar lessons" not in page.text and "No lesson is much like" not in page.text


# --- what an officer is told who sends the same again -------------------------------------------------
def test_an_officer_who_sends_word_for_word_what_others_said_is_told_plainly(app, house, person):
    add(
        house, lesson(1, SENTENCE, happened=HAPPENED, author="somebody"), lesson(10, KEYS),
        lesson(12, "When drones fly near an airfield, book the slot a day before"),
        lesson(13, "When a school asks for a talk, bring the youth worker who knows the pupils"),
    )  # fmt: skip
    officer = become_officer(app, person("officer", "sender"))
    officer.sends_in()
    assert "This looks like…" in officer.page.text and "Almost word for word" in officer.page.text
