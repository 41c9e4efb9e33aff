"""Finding lessons: what officers type, what they see, and what they must never see."""

import os
import subprocess
import sys
import textwrap
import threading
import time
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lessons.adapters.whoosh_index import WhooshIndex, changes
from lessons.adapters.whoosh_index import keeper as module
from lessons.domain.access import SYSTEM, keyring
from lessons.domain.errors import Busy, SearchUnavailable
from lessons.domain.query import Count, Query, Sort
from lessons.domain.record import Kind, Record
from lessons.domain.synonyms import Group, Synonyms
from tests.adapters.search_index import (
    ANALYST,
    NOBODY_KNOWS,
    OFFICER,
    PARTNER,
    REVIEWER,
    TODAY,
    counts,
    edited,
    find,
    found,
    id_of,
    index_in,
    kept,
    lesson,
)

RADIO = lesson(
    1,
    "When a warrant runs past six hours, bring spare radio batteries",
    "The batteries died in the fifth hour. M/ETHANE could not be passed on.",
    themes=("radio", "kit"),
    four_p=("pursue",),
    occurred=date(2025, 11, 3),
)
HANDOVER = lesson(
    2,
    "When a team goes off duty, hand over on paper",
    "The S&OC team went home. The night shift did not know about the second address.",
    themes=("handover",),
    four_p=("pursue", "prepare"),
    marking="official_sensitive",
)
SCHOOLS = lesson(
    3,
    "When a school asks, send the same officer each time",
    "County lines talks work when pupils know the officer. The phone line was not used.",
    themes=("schools", "county_lines"),
    four_p=("prevent",),
    partner_safe=True,
    occurred=date(2024, 5, 9),
)
DRAFT = lesson(4, "Batteries again", "A draft about zebra crossings and radio.", state="sent")
ALL = (RADIO, HANDOVER, SCHOOLS, DRAFT)


@pytest.fixture
def index(tmp_path: Path) -> WhooshIndex:
    return index_in(tmp_path, *ALL)


# --- words ---------------------------------------------------------------------------------------


def test_an_officers_own_words_find_the_lesson(index):
    assert found(index, "flat battery on the radios") == [RADIO.record.title]


def test_a_title_counts_for_more_than_a_mention(tmp_path):
    mention = lesson(1, "Keep a log", "Somebody should bring a drone next time to the site.")
    about = lesson(2, "Bring a drone", "Somebody should keep a log next time at the site.")
    assert found(index_in(tmp_path, mention, about), "drone") == ["Bring a drone", "Keep a log"]


def test_a_word_typed_twice_counts_twice(tmp_path):
    one = lesson(1, "One", "drone drone fence wall")
    two = lesson(2, "Two", "fence fence drone wall")
    both = index_in(tmp_path, one, two)
    assert found(both, "drone drone fence")[0] == "One"
    assert found(both, "drone fence fence")[0] == "Two"


@pytest.mark.parametrize(
    ("typed", "title"),
    [
        ("METHANE", RADIO),
        ("M/ETHANE", RADIO),
        ("ethane", RADIO),
        ("S&OC", HANDOVER),
        ("soc", HANDOVER),
        ("BATTERIES", RADIO),
        ("policy", None),
        ("pupil's", SCHOOLS),
    ],
)
def test_acronyms_and_other_forms_of_a_word(index, typed, title):
    assert found(index, typed, ANALYST) == ([title.record.title] if title else [])


def test_a_welsh_accent_is_not_needed(tmp_path):
    place = lesson(1, "Parking", "The car park at Llanfair-yng-Nghŵm was full.")
    assert found(index_in(tmp_path, place), "nghwm") == ["Parking"]


def test_a_reference_finds_its_record(index):
    assert found(index, "l-2026-00001") == [RADIO.record.title]


def test_the_words_of_its_tags_find_a_lesson_that_does_not_say_them(tmp_path):
    tagged = lesson(1, "Bring the housing officer", "first", vulnerabilities=("county_lines",))
    index = index_in(tmp_path, tagged, lesson(2, "Check the radio", "second"))
    assert found(index, "county lines") == ["Bring the housing officer"]


def test_words_that_must_stand_together(index):
    assert found(index, '"county lines"') == [SCHOOLS.record.title]
    assert found(index, '"lines county"') == []
    assert found(index, '"phone line was not used"') == [SCHOOLS.record.title]


def test_a_phrase_does_not_run_from_one_answer_into_the_next(tmp_path):
    two = lesson(1, "Title", "it ended with lamps", texts={"action": "Torches were bought"})
    assert found(index_in(tmp_path, two), '"lamps torches"') == []


def test_a_word_that_must_not_occur(index):
    assert found(index, "officer team -duty", ANALYST) == [SCHOOLS.record.title]
    assert found(index, 'officer team -"same officer"', ANALYST) == [HANDOVER.record.title]


def test_nothing_typed_lists_what_may_be_read_newest_first(index):
    assert found(index, "", ANALYST) == [r.record.title for r in (HANDOVER, RADIO, SCHOOLS)]


def test_only_small_words_find_nothing(index):
    assert find(index, "the of and").total == 0


def test_a_star_ends_the_beginning_of_a_word_and_is_nothing_by_itself(index):
    assert found(index, "batter*") == [RADIO.record.title]
    assert find(index, "*").total == 3 - 1  # as an empty question: what an officer may read


# --- filters, facets, order ----------------------------------------------------------------------


def test_values_of_one_field_are_or_and_fields_are_and(index):
    results = find(index, "", ANALYST, chosen={"four_p": frozenset({"prepare", "prevent"})})
    assert {h.title for h in results.hits} == {HANDOVER.record.title, SCHOOLS.record.title}
    assert found(index, "four_p:prepare theme:handover", ANALYST) == [HANDOVER.record.title]
    assert found(index, "four_p:prevent theme:handover", ANALYST) == []


def test_counts_stand_under_all_filters_but_those_of_their_own_field(index):
    results = find(index, "theme:schools four_p:prevent", ANALYST)
    assert counts(results, "theme") == {"county_lines": 1, "schools": 1}
    assert counts(results, "four_p") == {"prevent": 1}
    assert counts(results, "year") == {"2024": 1}
    only_strand = find(index, "four_p:prevent", ANALYST)
    assert counts(only_strand, "four_p") == {"pursue": 2, "prepare": 1, "prevent": 1}
    assert Count("prevent", 1, chosen=True) in only_strand.facets["four_p"]


def test_no_value_chosen_is_no_filter(index):
    assert find(index, "", chosen={"theme": frozenset()}).total == 2


def test_a_chosen_value_that_nothing_holds_stays_to_be_removed(index):
    results = find(index, "theme:nowhere")
    assert results.total == 0
    assert Count("nowhere", 0, chosen=True) in results.facets["theme"]


def test_years_come_newest_first(index):
    assert [c.key for c in find(index, "", ANALYST).facets["year"]] == ["2026", "2025", "2024"]
    assert found(index, "year:2025") == [RADIO.record.title]


def test_dates_are_included_at_both_ends(index):
    assert found(index, "", since=date(2024, 5, 9), until=date(2025, 11, 3)) == [
        RADIO.record.title,
        SCHOOLS.record.title,
    ]
    assert found(index, "", since=date(2025, 11, 4), until=date(2026, 2, 28)) == []


def test_oldest_first_and_undated_last_either_way(tmp_path):
    undated = lesson(5, "Undated", occurred=None)
    index = index_in(tmp_path, *ALL, undated)
    by_age = [SCHOOLS.record.title, RADIO.record.title, "Undated"]
    assert found(index, "", sort=Sort.OLDEST) == by_age
    assert found(index, "", sort=Sort.NEWEST)[-1] == "Undated"


def test_other_kinds_only_when_asked_for(tmp_path):
    operation = kept(Record(id_of(9, Kind.OPERATION), Kind.OPERATION, fields={
        "title": "Operation Example Lantern", "marking": "official", "ended": date(2026, 2, 1)}))  # fmt: skip
    index = index_in(tmp_path, RADIO, operation)
    assert found(index, "lantern") == []
    hit = find(index, "lantern", kinds=frozenset({Kind.OPERATION})).hits[0]
    assert (hit.kind, hit.facts["ended"]) == (Kind.OPERATION, "2026-02-01")


def test_turning_pages_shows_every_lesson_once(tmp_path):
    same = [lesson(n, f"Lamp {n}", "all alike") for n in range(47)]
    index = index_in(tmp_path, *same)
    index.put(*(lesson(n, f"Lamp {n}", "all alike") for n in range(47, 53)))
    pages = [find(index, "alike", page=p, size=10) for p in range(1, 8)]
    ids = [hit.id for page in pages for hit in page.hits]
    assert ids == sorted(ids)
    assert len(ids) == len(set(ids)) == 53
    assert {page.total for page in pages} == {53}


def test_what_a_results_page_needs_is_in_the_hit(index):
    hit = find(index, "radio").hits[0]
    assert hit.facts["themes"] == ["radio", "kit"]
    assert hit.facts["four_p"] == ["pursue"]
    assert (hit.facts["state"], hit.facts["learning"], hit.facts["marking"], hit.facts["occurred"]) == (
        "identified", "improve", "official", "2025-11-03",
    )  # fmt: skip
    assert hit.score > 0


# --- extracts ------------------------------------------------------------------------------------


def test_an_extract_marks_the_words_that_were_meant(index):
    pieces = find(index, "battery").hits[0].extract
    assert [p.text for p in pieces if p.marked] == ["batteries"]
    assert "".join(p.text for p in pieces).startswith("The batteries died")


def test_an_extract_is_short_plain_text_around_the_words(tmp_path):
    text = "Nothing here. " * 60 + "Then the <b>drone</b> fell on the fence. " + "More. " * 60
    hit = find(index_in(tmp_path, lesson(1, "Long", text)), "drone fence").hits[0]
    shown = "".join(p.text for p in hit.extract)
    assert [p.text for p in hit.extract if p.marked] == ["drone", "fence"]
    assert "<b>" in shown  # escaping belongs to the page
    assert len(shown) <= 222
    assert shown.startswith("…") and shown.endswith("…")


def test_without_a_word_in_the_text_the_extract_is_its_beginning(index):
    extract = find(index, "spare").hits[0].extract
    assert extract[0].text.startswith("The batteries died")
    assert not any(p.marked for p in extract)


# --- synonyms and spelling -----------------------------------------------------------------------

KNOWN = Synonyms(
    (
        Group(("handset", "radio", "airwave")),
        Group(("organised crime", "SOC")),
        Group(("priority individual", "PI"), ambiguous=frozenset({"PI"})),
    )
)


def test_what_else_was_searched_for_is_told_and_can_be_switched_off(index):
    results = find(index, "handset", synonyms=KNOWN)
    assert [h.title for h in results.hits] == [RADIO.record.title]
    (told,) = results.expanded
    assert (told.typed, told.added) == ("handset", ("radio",))  # airwave is in no lesson
    assert find(index, "handset", synonyms=KNOWN, expand=False).total == 0


def test_a_phrase_of_the_list_finds_its_acronym(index):
    assert found(index, "organised crime", ANALYST, synonyms=KNOWN) == [HANDOVER.record.title]


def test_a_short_form_that_means_two_things_brings_nothing_in(tmp_path):
    index = index_in(tmp_path, lesson(1, "One", "A priority individual moved house."))
    assert found(index, "PI", synonyms=KNOWN) == []


def test_a_misspelt_word_is_put_right(index):
    results = find(index, "baterries")
    assert (results.total, results.suggestion) == (1, "batteries")
    assert find(index, "batteries").suggestion == ""
    assert (
        find(index, 'baterries "county lines" -zebra').suggestion
        == 'batteries "county lines" -"zebra"'
    )


# --- what may not be read ------------------------------------------------------------------------


def test_what_you_may_not_read_is_in_no_hit_count_facet_synonym_or_suggestion(index, tmp_path):
    words = Synonyms((Group(("crossings", "zebra")),))
    without = index_in(tmp_path / "without", SCHOOLS)
    for typed in ("batteries", "radio", "", "zebra", "zebrq", "crossings", "theme:handover"):
        mine = find(index, typed, PARTNER, synonyms=words)
        theirs = find(without, typed, PARTNER, synonyms=words)
        assert (mine.total, mine.facets) == (theirs.total, theirs.facets)
        assert (mine.expanded, mine.suggestion) == (theirs.expanded, theirs.suggestion)
        assert [h.id for h in mine.hits] == [h.id for h in theirs.hits]
    assert find(index, "zebra", REVIEWER).total == 1


def test_official_sensitive_is_for_those_who_need_to_know(index):
    assert found(index, "S&OC", ANALYST) == [HANDOVER.record.title]
    restricted = edited(HANDOVER, groups=("gold",))
    index.put(restricted)
    assert found(index, "S&OC", ANALYST) == []


def test_a_restriction_that_ends_opens_the_lesson_without_anybody_indexing_it(tmp_path):
    day = [TODAY]
    index = WhooshIndex(tmp_path / "index", lambda: day[0])
    index.rebuild([lesson(1, "Kept back", groups=("gold",), restricted_until=TODAY)])
    assert found(index, "kept") == []
    day[0] = date(2026, 3, 28)
    assert found(index, "kept") == ["Kept back"]


def test_names_that_only_keepers_see_are_not_even_words(tmp_path):
    index = index_in(
        tmp_path, lesson(1, "Title", author="pc.lantern", decision="because of marmalade")
    )
    for typed in ("lantern", "marmalade"):
        assert find(index, typed, SYSTEM).total == 0
    hit = find(index, "title", SYSTEM).hits[0]
    assert not {"author", "decision"} & set(hit.facts)


# --- changing ------------------------------------------------------------------------------------


def test_an_edit_replaces_what_was_there(index):
    index.put(edited(RADIO, title="Charge the drone first"))
    assert found(index, "spare") == []
    assert found(index, "drone") == ["Charge the drone first"]
    assert index.versions()[RADIO.record.id] == "v2"
    assert find(index, "").total == 2


def test_what_is_removed_is_gone_at_once_for_everybody(index, tmp_path):
    other = WhooshIndex(tmp_path / "index", lambda: TODAY)
    assert found(other, "battery") == [RADIO.record.title]
    index.remove(RADIO.record.id, "L-2026-ZZZZZ")
    assert found(other, "battery") == found(index, "battery") == []
    assert RADIO.record.id not in other.versions()
    assert counts(find(other, ""), "theme") == {"schools": 1, "county_lines": 1}


def test_an_older_revision_never_replaces_a_newer_one(index):
    """Two save at once, and the first is the last to come to the index."""
    third = replace(
        edited(RADIO, "v3", title="Charge the drone first"),
        revision=replace(RADIO.revision, number=3),
    )
    index.put(third)
    index.put(lesson(8, "Lamp"), RADIO, lesson(9, "Torch"))
    assert found(index, "spare") == []
    assert found(index, "drone") == ["Charge the drone first"]
    assert (found(index, "lamp"), found(index, "torch")) == (["Lamp"], ["Torch"])
    index.put(RADIO)
    assert index.versions()[RADIO.record.id] == "v3"
    index.remove(RADIO.record.id)
    index.put(RADIO)
    assert index.versions()[RADIO.record.id] == "v1", "what was removed may come back as it was"


def test_what_is_destroyed_leaves_no_text_on_disk_while_others_go_on(index, tmp_path):
    def on_disk(word):
        files = [p for p in (tmp_path / "index").rglob("*") if p.is_file()]
        return any(word in p.read_bytes() for p in files)

    index.put(edited(SCHOOLS, title="Ask for aardvarks"), lesson(8, "Lamp"))
    index.remove(SCHOOLS.record.id)
    assert on_disk(b"pupil") and on_disk(b"aardvark"), "so long as nothing merges"
    index.remove(SCHOOLS.record.id, "L-2026-ZZZZZ", destroy=True)
    for word in (b"pupil", b"aardvark", SCHOOLS.record.id.encode()):
        assert not on_disk(word)
    assert found(index, "lamp") == ["Lamp"]
    assert found(index, "battery") == [RADIO.record.title]
    assert set(index.versions()) == {s.record.id for s in (RADIO, HANDOVER, DRAFT)} | {id_of(8)}


def test_what_is_saved_while_something_is_destroyed_is_not_lost(index, tmp_path, monkeypatch):
    other = WhooshIndex(tmp_path / "index", lambda: TODAY)
    merge = changes.merge

    def merge_while_somebody_saves(scratch, parts):
        made = merge(scratch, parts)
        other.put(edited(RADIO, title="Charge the drone first"))
        other.remove(HANDOVER.record.id)
        return made

    monkeypatch.setattr(changes, "merge", merge_while_somebody_saves)
    index.remove(SCHOOLS.record.id, destroy=True)
    assert set(found(index, "", ANALYST)) == {"Charge the drone first"}
    assert set(index.versions()) == {RADIO.record.id, DRAFT.record.id}


def test_nothing_is_destroyed_by_halves_while_another_process_tends_the_index(index, monkeypatch):
    monkeypatch.setattr(module, "WAIT", 0.05)
    with module.locked(index.folder / "upkeep.lock", 0), pytest.raises(Busy):
        index.remove(RADIO.record.id, destroy=True)
    assert RADIO.record.id in index.versions(), "so that the next sync tries again"


def test_upkeep_clears_what_killed_writers_left_and_leaves_the_living_theirs(index, tmp_path):
    old, new = (tmp_path / "index" / f"{module.SCRATCH}{name}" for name in ("old", "new"))
    for folder in (old, new):
        folder.mkdir()
        (folder / "half.seg").write_bytes(b"half of a segment")
    os.utime(old, (0, 0))
    assert not index.tend()
    assert (old.exists(), new.exists()) == (False, True)


def test_versions_name_every_record_held(index):
    assert index.versions() == dict.fromkeys((s.record.id for s in ALL), "v1")


def test_many_small_saves_stay_few_segments_and_lose_nothing(index):
    for n in range(10, 60):
        index.put(lesson(n, f"Lamp {n}", "all alike"))
    index.remove(id_of(30))
    index.put(edited(lesson(31, "Lamp 31", "all alike"), title="Torch"))
    while index.tend():
        pass
    assert len(index.snapshot().parts) <= 8
    assert find(index, "lamp").total == 48
    assert found(index, "torch") == ["Torch"]
    assert len(index.versions()) == len(ALL) + 49


def test_a_deletion_while_segments_are_merged_is_not_forgotten(index, tmp_path, monkeypatch):
    for n in range(10, 20):
        index.put(lesson(n, f"Lamp {n}", "all alike"))
    other = WhooshIndex(tmp_path / "index", lambda: TODAY)
    merge = changes.merge

    def merge_while_somebody_saves(scratch, parts):
        made = merge(scratch, parts)
        other.remove(id_of(12))
        other.put(edited(lesson(13, "", "all alike"), title="Torch"))
        return made

    monkeypatch.setattr(changes, "merge", merge_while_somebody_saves)
    assert index.tend()
    assert find(index, "lamp").total == 8
    assert found(other, "torch") == ["Torch"]
    assert len(other.versions()) == len(ALL) + 9


def test_what_is_saved_while_the_index_is_rebuilt_is_carried_over(index, tmp_path):
    other = WhooshIndex(tmp_path / "index", lambda: TODAY)

    def reading():
        yield RADIO
        yield SCHOOLS
        other.put(edited(RADIO, title="Charge the drone first"))
        other.remove(SCHOOLS.record.id)
        other.put(lesson(20, "Lamp"))
        yield HANDOVER

    assert found(other, "battery") != []
    assert index.rebuild(reading()) == 3
    assert set(found(index, "", ANALYST)) == {
        "Charge the drone first",
        "Lamp",
        HANDOVER.record.title,
    }
    assert set(found(other, "", ANALYST)) == set(found(index, "", ANALYST))


def test_the_old_index_serves_until_the_new_one_is_ready(index, tmp_path):
    other = WhooshIndex(tmp_path / "index", lambda: TODAY)

    def reading():
        assert found(other, "battery") == [RADIO.record.title]
        yield SCHOOLS

    index.rebuild(reading())
    assert found(other, "battery") == []


def test_a_rebuild_that_fails_leaves_the_old_index(index):
    def broken():
        yield SCHOOLS
        raise OSError("the disk is full")

    with pytest.raises(OSError, match="disk is full"):
        index.rebuild(broken())
    assert found(index, "battery") == [RADIO.record.title]


def test_a_second_writer_waits_and_then_is_told_that_it_is_busy(index, monkeypatch):
    monkeypatch.setattr(module, "WAIT", 0.05)
    with module.locked(index._keeper._lock_of(1), 0), pytest.raises(Busy):
        index.put(RADIO)
    index.put(RADIO)


# --- when there is no index, or a bad one --------------------------------------------------------


def test_before_it_is_built_search_says_so(tmp_path):
    index = WhooshIndex(tmp_path / "index", lambda: TODAY)
    assert not index.ready()
    for call in (lambda: find(index, "x"), index.versions, lambda: index.put(RADIO)):
        with pytest.raises(SearchUnavailable):
            call()
    assert index.rebuild([]) == 0
    assert index.ready()
    assert find(index, "x").total == 0
    index.put(RADIO)
    assert find(index, "battery").total == 1


def damage_by_removing(folder: Path) -> None:
    next(folder.glob("1/*.seg")).unlink()


def damage_by_cutting(folder: Path) -> None:
    path = next(folder.glob("1/*.seg"))
    path.write_bytes(path.read_bytes()[: path.stat().st_size // 2])


def damage_by_another_version(folder: Path) -> None:
    (folder / "current").write_text("1 0123456789abcdef\n")


def damage_of_the_contents(folder: Path) -> None:
    next(folder.glob("1/*.toc")).write_bytes(b"nonsense")


def damage_by_losing_everything(folder: Path) -> None:
    for path in (*folder.glob("1/*"), folder / "current"):
        path.unlink()


@pytest.mark.parametrize("opened_before", [True, False])
@pytest.mark.parametrize(
    "damage",
    [
        damage_by_removing,
        damage_by_cutting,
        damage_by_another_version,
        damage_of_the_contents,
        damage_by_losing_everything,
    ],
)
def test_a_damaged_index_is_noticed_and_mended_by_a_rebuild(tmp_path, damage, opened_before):
    index = index_in(tmp_path, *ALL)
    if opened_before:
        assert found(index, "battery") == [RADIO.record.title]
    else:
        index = WhooshIndex(tmp_path / "index", lambda: TODAY)
    damage(tmp_path / "index")
    assert not index.ready()
    with pytest.raises(SearchUnavailable):
        find(index, "battery")
    index.rebuild(ALL)
    assert index.ready()
    assert found(index, "battery") == [RADIO.record.title]


def test_flipped_bits_are_never_worse_than_no_search(tmp_path):
    index = index_in(tmp_path, *ALL)
    path = next((tmp_path / "index").glob("1/*.seg"))
    whole = path.read_bytes()
    for at in range(0, len(whole), max(1, len(whole) // 60)):
        path.write_bytes(whole[:at] + bytes([whole[at] ^ 0xFF]) + whole[at + 1 :])
        reader = WhooshIndex(tmp_path / "index", lambda: TODAY)
        for typed in ("battery radio", '"county lines"', "", "zebrq"):
            try:
                find(reader, typed, SYSTEM)
            except SearchUnavailable:
                assert not reader.ready()
    path.write_bytes(whole)
    index.rebuild(ALL)
    assert found(index, "battery") == [RADIO.record.title]


@pytest.mark.parametrize("folder", [".", "1"])
def test_nothing_is_read_from_a_folder_that_others_could_write_to(index, tmp_path, folder):
    (tmp_path / "index" / folder).chmod(0o770)
    other = WhooshIndex(tmp_path / "index", lambda: TODAY)
    assert not other.ready()
    with pytest.raises(SearchUnavailable):
        index.put(RADIO)
    other.rebuild(ALL)
    assert found(index, "battery") == [RADIO.record.title]


def test_the_folder_is_for_this_account_alone(index, tmp_path):
    for folder in (tmp_path / "index", tmp_path / "index" / "1"):
        assert folder.stat().st_mode & 0o777 == 0o700


# --- any text is a query -------------------------------------------------------------------------


@pytest.fixture(scope="module")
def shared(tmp_path_factory):
    return index_in(tmp_path_factory.mktemp("shared"), *ALL)


@settings(max_examples=300, deadline=None)
@given(st.text(max_size=300), st.integers(-3, 2_000), st.integers(-3, 2_000))
def test_any_text_is_a_question(shared, text, page, size):
    results = find(shared, text, page=page, size=size, synonyms=KNOWN)
    assert 0 <= results.total <= 2
    assert len(results.hits) <= results.total


SIGNS = [
    *("radio", "-radio", '"', '"county lines"', "theme:", "theme:kit", "year:2025", "S&OC"),
    *("*", "(", "OR", "AND", "~", "?", "[a TO z]", "^4", "\x00", "\ud800", "-"),
]


@settings(max_examples=100, deadline=None)
@given(st.lists(st.sampled_from(SIGNS), max_size=40))
def test_any_signs_are_a_question(shared, parts):
    find(shared, " ".join(parts), synonyms=KNOWN)


def test_a_very_long_question_is_answered(shared):
    assert find(shared, "zzz " * 50_000 + "battery").total == 0
    assert find(shared, "battery " + "x" * 100_000).total == 1


def test_a_question_may_ask_for_no_kinds_and_no_keys(shared):
    assert shared.search(Query(keys=frozenset()), NOBODY_KNOWS).total == 0
    assert shared.search(Query(keys=keyring(OFFICER), kinds=frozenset()), NOBODY_KNOWS).total == 0


# --- threads and processes -----------------------------------------------------------------------


def test_threads_search_while_others_save(index):
    errors: list[BaseException] = []
    stop = threading.Event()

    def searching():
        try:
            while not stop.is_set():
                results = find(index, "radio lamp", ANALYST)
                assert all(h.title for h in results.hits)
                assert results.total >= 1
        except BaseException as error:
            errors.append(error)

    threads = [threading.Thread(target=searching) for _ in range(4)]
    for thread in threads:
        thread.start()
    for n in range(10, 50):
        index.put(lesson(n, f"Lamp {n}"))
        if n % 10 == 0:
            index.tend()
    stop.set()
    for thread in threads:
        thread.join()
    assert errors == []
    assert find(index, "lamp").total == 40


WRITER = """
    import sys
    from pathlib import Path
    from lessons.adapters.whoosh_index import WhooshIndex
    from tests.adapters.search_index import TODAY, id_of, lesson
    index = WhooshIndex(Path(sys.argv[1]), lambda: TODAY)
    for n in range(100, 130):
        index.put(lesson(n, f"Lamp {n}", "from another process"))
        if n % 10 == 9:
            index.tend()
    index.remove(id_of(100))
    print("done", flush=True)
"""


def test_another_process_saves_while_this_one_searches(index, tmp_path):
    command = [sys.executable, "-c", textwrap.dedent(WRITER), str(tmp_path / "index")]
    root = Path(__file__).parents[2]
    env = {**os.environ, "PYTHONPATH": str(root)}
    totals = []
    with subprocess.Popen(command, env=env, cwd=root, stdout=subprocess.PIPE, text=True) as writer:
        while writer.poll() is None:
            results = find(index, "lamp")
            totals.append(results.total)
            assert len(results.hits) == min(results.total, 10)
            time.sleep(0.002)
        assert writer.stdout.read() == "done\n"
    assert find(index, "lamp").total == 29
    peak = totals.index(30) if 30 in totals else len(totals)
    assert totals[:peak] == sorted(totals[:peak])  # every save is seen, none is lost
    assert set(totals[peak:]) <= {30, 29}
