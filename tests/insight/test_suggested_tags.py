"""A reviewer opens a lesson without tags, and is shown themes that may fit, each with why."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from lessons.app import House, build_house
from lessons.domain.access import SYSTEM, Role, User
from lessons.domain.record import Kind, Record
from lessons.domain.suggestion import LONGEST_READ, Suggested
from lessons.services.exchange import Plan, Row, import_rows
from lessons.services.insight import suggest, suggest_for
from tests.conftest import CHEAP
from tests.insight.kit import change_theme

REVIEWER = User("rev", Role.REVIEWER)
OFFICER = User("pat", Role.OFFICER)
DOGS: dict[str, Any] = {
    "source_id": "A-1",
    "title": "Feed the spaniel before a long search",
    "text": "The spaniel was hungry and left the loft before the handler could mark the find.",
    "themes": ["Search dogs"],
}
SECRET: dict[str, Any] = {
    "groups": ["kidnap"],
    "restricted_because": "An example reason.",
    "marking": "official_sensitive",
}


def take(house: House, *rows: dict[str, Any], state: str = "observation") -> list[str]:
    """Lessons as they come in from elsewhere, already tagged; their ids."""
    numbered = (Row(line, values) for line, values in enumerate(rows, 1))
    report = import_rows(house.library, SYSTEM, numbered, Plan(state=state, create_themes=True))
    assert report.count("refused") == 0, report
    return [row.id for row in report.rows]


def keys(found: tuple[Suggested, ...]) -> list[str]:
    return [each.key for each in found]


@contextmanager
def another_house(content: Path, folder: Path) -> Iterator[House]:
    built = build_house({"CONTENT_DIR": content, "INSTANCE_DIR": folder}, cost=CHEAP)
    yield built
    built.database.close()


def test_the_words_of_a_theme_point_to_it_before_anything_was_tagged(house: House) -> None:
    found = suggest(
        house.library,
        REVIEWER,
        "Say who holds the exhibits",
        "Bags were left in the van. Nobody was named as exhibits officer.",
    )
    first = found[0]
    assert (first.key, first.words[0], first.lessons) == ("exhibits", "exhibits", ())
    assert all(each.words for each in found), "nothing else could speak for a theme yet"


def test_a_synonym_or_a_welsh_label_points_as_well(house: House) -> None:
    theme = house.library.vocabularies["theme"].terms["abstraction"]
    for words in ("redeployed", theme.labels["cy"]):
        found = suggest(house.library, REVIEWER, "", f"It went wrong: {words}, once more.")
        assert "abstraction" in keys(found), words


def test_similar_lessons_speak_for_the_themes_they_have(house: House) -> None:
    [id] = take(house, DOGS)
    first = suggest(house.library, REVIEWER, "A spaniel left the loft", "It was hungry.")[0]
    assert (first.key, first.lessons) == ("search_dogs", ((id, DOGS["title"]),))
    assert 0 < first.score < 1


def test_it_learns_as_soon_as_a_reviewer_tags(house: House) -> None:
    ids = take(
        house,
        {**DOGS, "themes": []},
        {"source_id": "A-2", "title": "Bring water for the drone crew", "text": "It was a hot day.",
         "themes": ["Search dogs"]},
    )  # fmt: skip
    asked = ("The spaniel would not work", "Our spaniel left the loft at noon, and was hungry.")
    assert "search_dogs" not in keys(suggest(house.library, REVIEWER, *asked))
    stored = house.library.open(REVIEWER, ids[0])
    tagged = stored.record.with_(themes=("search_dogs",))
    house.library.save(REVIEWER, "tag", tagged, expected=stored.revision.number)
    first = suggest(house.library, REVIEWER, *asked)[0]
    assert first.key == "search_dogs"
    assert first.lessons == ((ids[0], DOGS["title"]),)


def test_best_first_and_never_more_than_eight(example_house: House) -> None:
    text = " ".join(
        label
        for term in example_house.library.vocabularies["theme"].current
        for label in term.labels.values()
    )
    found = suggest(example_house.library, REVIEWER, "Everything at once", text)
    assert len(found) == 8
    scores = [each.score for each in found]
    assert scores == sorted(scores, reverse=True)
    assert all(0 < s < 1 for s in scores)
    assert all(each.words or each.lessons for each in found), "each has its reason"
    assert all(len(each.lessons) <= 3 for each in found)
    assert (
        keys(suggest(example_house.library, REVIEWER, "Everything at once", text, most=3))
        == (keys(found)[:3])
    )


def test_what_hardly_fits_is_left_out(example_house: House) -> None:
    found = suggest(
        example_house.library,
        REVIEWER,
        "Say who holds the exhibits",
        "The exhibits were bagged, and the exhibits officer signed the exhibits sheet for them.",
    )
    assert found[0].key == "exhibits"
    assert found[0].score > 0.5
    assert len(found) < 8
    assert all(each.score >= 0.1 for each in found[5:])


def test_a_record_is_not_its_own_reason_and_keeps_the_themes_it_has(house: House) -> None:
    mine, other = take(
        house,
        {**DOGS, "themes": ["Search dogs", "radio"]},
        {**DOGS, "source_id": "A-2", "themes": ["Search dogs", "Kennels"]},
    )
    record = house.library.open(REVIEWER, mine).record
    found = suggest_for(house.library, REVIEWER, record)
    assert "kennels" in keys(found)
    assert not {"search_dogs", "radio"} & {*keys(found)}
    bare = suggest_for(house.library, REVIEWER, record.with_(themes=None))
    dogs = next(each for each in bare if each.key == "search_dogs")
    assert [id for id, _ in dogs.lessons] == [other]


def test_a_lesson_that_was_merged_does_not_vote_for_what_it_became(house: House) -> None:
    first, second = take(house, DOGS, {**DOGS, "source_id": "A-2"})
    record = house.library.open(REVIEWER, first).record.with_(themes=None, merged=(second,))
    found = suggest_for(house.library, REVIEWER, record)
    assert not [each for each in found if each.lessons]


@pytest.mark.parametrize("state", ["merged", "not_taken"])
def test_lessons_merged_or_not_taken_forward_do_not_speak_for_their_themes(
    house: House, state: str
) -> None:
    take(house, DOGS, state=state)
    asked = (house.library, REVIEWER, "A spaniel left the loft", "It was hungry.")
    assert suggest(*asked) == ()
    [id] = take(house, {**DOGS, "source_id": "A-2"})
    [(found, _)] = suggest(*asked)[0].lessons
    assert found == id


# --- themes that are not to be chosen --------------------------------------------------------------
def test_retired_and_proposed_themes_are_never_suggested(house: House) -> None:
    take(house, DOGS)
    asked = (house.library, REVIEWER, DOGS["title"], DOGS["text"])
    for state in ("retired", "proposed"):
        change_theme(house, "search_dogs", theme_state=state)
        assert "search_dogs" not in keys(suggest(*asked)), state
    change_theme(house, "search_dogs", theme_state="current")
    assert "search_dogs" in keys(suggest(*asked))


def test_votes_for_a_merged_theme_count_for_what_it_became(house: House) -> None:
    [id] = take(house, DOGS)
    change_theme(house, "search_dogs", theme_state="merged", merged_into="search_planning")
    found = suggest(house.library, REVIEWER, DOGS["title"], DOGS["text"])
    assert found[0].key == "search_planning"
    assert found[0].lessons[0][0] == id
    assert "search_dogs" not in keys(found)
    words = suggest(house.library, REVIEWER, "", "The dogs came.")
    assert ("search_planning", ("dogs",)) in [(each.key, each.words) for each in words]
    record = house.library.open(REVIEWER, id).record
    same = record.with_(themes=("search_dogs",))
    assert "search_planning" not in keys(suggest_for(house.library, REVIEWER, same))


def test_a_merge_and_a_new_tag_weigh_the_same(house: House) -> None:
    [id] = take(house, DOGS)
    change_theme(house, "search_dogs", theme_state="merged", merged_into="other")
    asked = (house.library, REVIEWER, "A spaniel left the loft", "It was hungry.")
    [merged] = suggest(*asked)
    stored = house.library.records.get(id)
    house.library.save(
        SYSTEM, "tag", stored.record.with_(themes=("other",)), expected=stored.revision.number
    )
    [tagged] = suggest(*asked)
    assert (merged.key, merged.lessons) == (tagged.key, tagged.lessons)
    assert merged.score == pytest.approx(tagged.score)


def test_themes_merged_in_a_ring_are_not_suggested_and_do_no_harm(house: House) -> None:
    take(house, {**DOGS, "themes": ["Search dogs", "Kennels"]})
    change_theme(house, "search_dogs", theme_state="merged", merged_into="kennels")
    change_theme(house, "kennels", theme_state="merged", merged_into="search_dogs")
    found = suggest(house.library, REVIEWER, DOGS["title"], DOGS["text"])
    assert not {"search_dogs", "kennels"} & {*keys(found)}


# --- access ------------------------------------------------------------------------------------------
def test_nothing_comes_of_a_lesson_that_the_reader_may_not_read(house: House) -> None:
    [id] = take(house, {**DOGS, **SECRET})
    asked = ("A spaniel left the loft", "It was hungry.")
    inside = User("ann", Role.REVIEWER, groups=frozenset({"kidnap"}))
    assert suggest(house.library, inside, *asked)[0].lessons == ((id, DOGS["title"]),)
    for reader in (OFFICER, REVIEWER, User("out", Role.PARTNER)):
        assert "search_dogs" not in keys(suggest(house.library, reader, *asked))


def test_scores_are_as_if_hidden_lessons_were_not_there(house: House, tmp_path: Path) -> None:
    open_rows = [
        {"source_id": f"O-{n}", "title": f"Plan {word} early", "text": f"The {word} came late and the spaniel waited.",
         "themes": [theme]}
        for n, (word, theme) in enumerate(
            [("warrant", "timing"), ("van", "resourcing"), ("interpreter", "language"), ("dog", "Search dogs")]
        )
    ]  # fmt: skip
    hidden = [
        {**row, **SECRET, "source_id": f"H-{row['source_id']}", "themes": ["radio", "timing"]}
        for row in open_rows
    ]
    take(house, *open_rows)
    asked = ("The spaniel waited for the warrant", "A van and its radio came late at night.")
    before = suggest(house.library, OFFICER, *asked)
    assert before
    take(house, *hidden)
    assert suggest(house.library, OFFICER, *asked) == before
    member = User("ann", Role.REVIEWER, groups=frozenset({"kidnap"}))
    assert suggest(house.library, member, *asked) != before


def test_a_theme_that_the_reader_may_not_read_is_not_suggested(house: House) -> None:
    take(house, DOGS)
    stored = house.library.records.get("search_dogs")
    closed = stored.record.with_(groups=("kidnap",), restricted_because="An example reason.")
    house.library.save(SYSTEM, "restrict", closed, expected=stored.revision.number)
    house.library.forget_lists()
    asked = (DOGS["title"], DOGS["text"])
    assert "search_dogs" not in keys(suggest(house.library, OFFICER, *asked))
    member = User("ann", Role.OFFICER, groups=frozenset({"kidnap"}))
    assert "search_dogs" in keys(suggest(house.library, member, *asked))


# --- bad input ---------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("title", "text"), [("", ""), (" \n", "\t"), ("…", "?!"), ("a", "of the and"), ("\x00", "🙂")]
)
def test_a_text_that_says_nothing_gets_no_suggestion(house: House, title: str, text: str) -> None:
    take(house, DOGS)
    assert suggest(house.library, REVIEWER, title, text) == ()


def test_a_text_about_something_else_gets_none(house: House) -> None:
    assert suggest(house.library, REVIEWER, "Baking", "Knead dough, then let it rise.") == ()


def test_no_themes_at_all(content: Path, tmp_path: Path) -> None:
    for file in (content / "themes").iterdir():
        file.unlink()
    with another_house(content, tmp_path / "bare") as bare:
        bare.library.rebuild()
        assert suggest(bare.library, REVIEWER, "Radio", "The radio failed.") == ()


def test_none_while_there_is_no_index(content: Path, tmp_path: Path) -> None:
    with another_house(content, tmp_path / "resting") as resting:
        assert suggest(resting.library, REVIEWER, "Radio", "The radio failed.") == ()


def test_of_two_hundred_pages_the_beginning_is_read(house: House) -> None:
    take(house, DOGS)
    page = "The spaniel waited at the gate while the radio failed and nobody came. " * 45
    book = page * 200 + " exhibits" * 50_000
    found = suggest(house.library, REVIEWER, "A long report", book)
    assert found == suggest(house.library, REVIEWER, "A long report", book[:LONGEST_READ])
    assert "radio" in keys(found)
    assert "exhibits" not in keys(found)


def test_a_record_that_is_not_kept_yet_gets_suggestions_too(house: House) -> None:
    take(house, DOGS)
    record = Record(
        "L-2026-7K3QD",
        Kind.LESSON,
        fields={"title": DOGS["title"]},
        texts={"happened": str(DOGS["text"])},
    )
    assert keys(suggest_for(house.library, REVIEWER, record))[0] == "search_dogs"
    assert suggest_for(house.library, REVIEWER, Record("L-2026-7K3QE", Kind.LESSON)) == ()
