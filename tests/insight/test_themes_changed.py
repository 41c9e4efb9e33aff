"""Reviewers own the list of themes: what they rename, merge, split and retire is shown first, and can be undone."""

import re
from collections.abc import Callable
from threading import Barrier, Thread

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from lessons.app import House
from lessons.domain.access import Role, User
from lessons.domain.errors import LessonsError
from lessons.domain.record import Kind, Record
from lessons.domain.themes import ThemeState, in_rings, leads, problems, renamed, with_themes
from lessons.domain.vocabulary import Vocabulary
from lessons.services.insight import theme_changes, theme_undo, themes
from lessons.services.watch import complaints
from tests.find.kit import add, lesson, number
from tests.insight.kit import of, steps, tags
from tests.people import Page, Person

Someone = Callable[..., Person]
REV = User("rev", Role.REVIEWER)


def theme(key: str, label: str, **fields: object) -> Record:
    given = {"label": label, "theme_state": "current", "marking": "official", **fields}
    return Record(key, Kind.THEME, fields=given)  # type: ignore[arg-type]


@pytest.fixture
def chatter(house: House) -> None:
    """Three lessons under "Chatter", one of them under "Radio" as well; an evaluation and a finding under "Chatter"."""
    add(
        house,
        theme("chatter", "Chatter", synonyms=("talking",)),
        lesson(
            1, themes=("chatter", "handover"), title="When batteries run out, swap them at the hour"
        ),
        lesson(2, themes=("chatter", "radio")),
        lesson(3, themes=("radio",)),
        Record("E-2026-00001", Kind.EVALUATION, fields={"title": "E", "themes": ("chatter",)}),
        Record("F-2026-00001", Kind.FINDING, fields={"title": "F", "themes": ("chatter",)}),
    )
    house.library.forget_lists()


def edits(someone: Person, key: str, *, status: int = 200, **form: str) -> Page:
    boxes = {"label": "", "label_cy": "", "help": "", "synonyms": "", "broader": "", "owner": ""}
    return steps(someone, f"/themes/{key}/edit", {**boxes, **form}, status=status)


# --- merging ----------------------------------------------------------------------------------------
def test_two_themes_that_mean_the_same_become_one(
    person: Someone, house: House, chatter: None
) -> None:
    reviewer = person("reviewer")
    page = reviewer.opens("/themes/chatter/merge")
    page = reviewer.sends(
        "/themes/chatter/merge", {**page.hidden, "into": "radio", "do": "preview"}
    )
    assert "Lessons: 2" in page.text
    assert "Evaluation: 1" in page.text
    assert "Finding: 1" in page.text
    assert "What you may not read is changed in the same way." in page.text
    assert "talking Chatter Radio and communications" in page.text
    assert of(house, "chatter").line("theme_state") == "current"  # nothing was changed yet
    reviewer.sends("/themes/chatter/merge", {**page.hidden, "do": "confirm"})
    assert of(house, "chatter").line("merged_into") == "radio"
    assert tags(house, "L-2026-00001") == ("radio", "handover")
    assert tags(house, "L-2026-00002") == ("radio",)
    assert tags(house, "E-2026-00001") == tags(house, "F-2026-00001") == ("radio",)
    assert number(person("officer").opens("/search?theme=radio")) == 3


@pytest.mark.parametrize(
    "asked",
    [
        "q=theme:chatter",
        "q=theme:talking",
        "theme=chatter",
        "q=theme:Chatter+batteries",
        "q=chatter",
    ],
)
def test_old_words_and_old_addresses_find_what_was_merged(
    person: Someone, house: House, chatter: None, asked: str
) -> None:
    steps(person("reviewer"), "/themes/chatter/merge", {"into": "radio"})
    found = person("officer").opens(f"/search?{asked}")
    assert "When batteries run out" in found.text


def test_a_filter_for_a_merged_theme_shows_its_new_name_and_can_be_taken_away(
    person: Someone, house: House, chatter: None
) -> None:
    steps(person("reviewer"), "/themes/chatter/merge", {"into": "radio"})
    page = person("officer").opens("/search?theme=chatter")
    assert "Theme: Radio and communications" in page.text
    assert "Chatter" not in page.text
    assert page.link("Theme: Radio and communications") == "/search"


def test_old_words_are_completed_to_the_theme_that_stays(
    person: Someone, house: House, chatter: None
) -> None:
    steps(person("reviewer"), "/themes/chatter/merge", {"into": "radio"})
    officer = person("officer")
    offers = officer.client.get("/search/complete?q=theme:chat").get_json()["offers"]
    assert [each["text"] for each in offers] == ["theme:radio"]


def test_a_merge_is_undone_as_it_was(person: Someone, house: House, chatter: None) -> None:
    reviewer = person("reviewer")
    steps(reviewer, "/themes/chatter/merge", {"into": "radio"})
    page = steps(reviewer, "/themes/chatter/undo", {})
    assert "The last change of “Chatter” was undone." in page.text
    assert of(house, "chatter").line("theme_state") == "current"
    assert tags(house, "L-2026-00001") == ("chatter", "handover")
    assert set(tags(house, "L-2026-00002")) == {"chatter", "radio"}  # it had both before
    assert tags(house, "L-2026-00003") == ("radio",)
    steps(reviewer, "/themes/chatter/undo", {})  # and the undoing too
    assert tags(house, "L-2026-00001") == ("radio", "handover")


def test_what_somebody_changed_since_stays_when_a_merge_is_undone(
    person: Someone, house: House, chatter: None
) -> None:
    reviewer = person("reviewer")
    steps(reviewer, "/themes/chatter/merge", {"into": "radio"})
    stored = house.library.records.get("L-2026-00001")
    house.library.save(
        REV, "tag", stored.record.with_(themes=("welfare",)), expected=stored.revision.number
    )
    steps(reviewer, "/themes/chatter/undo", {})
    assert tags(house, "L-2026-00001") == ("welfare",)
    assert "chatter" in tags(house, "L-2026-00002")


@pytest.mark.parametrize(
    ("into", "told"),
    [
        ("chatter", "cannot be merged into itself"),
        ("gone", "“Gone” was merged into “Radio and communications”. Choose that instead."),
        ("old", "“Old” is retired."),
        ("wished", "“Wished” is only asked for."),
        ("nothing", "There is no such theme."),
        ("", "Choose the theme that it is merged into."),
    ],
)
def test_a_merge_into_what_is_no_theme_in_use_is_refused_with_the_reason(
    person: Someone, house: House, chatter: None, into: str, told: str
) -> None:
    add(
        house,
        theme("gone", "Gone", theme_state="merged", merged_into="radio"),
        theme("old", "Old", theme_state="retired"),
        theme("wished", "Wished", theme_state="proposed"),
    )
    house.library.forget_lists()
    page = steps(person("reviewer"), "/themes/chatter/merge", {"into": into}, status=422)
    assert told in page.text
    assert tags(house, "L-2026-00001") == ("chatter", "handover")


def test_a_merge_that_would_run_in_a_ring_by_undoing_is_refused(
    person: Someone, house: House, chatter: None
) -> None:
    reviewer = person("reviewer")
    steps(reviewer, "/themes/chatter/merge", {"into": "radio"})
    steps(reviewer, "/themes/chatter/undo", {})
    steps(reviewer, "/themes/radio/merge", {"into": "chatter"})
    page = steps(reviewer, "/themes/chatter/undo", {}, status=422)  # would be the first merge again
    assert "“Radio and communications” was merged into “Chatter”" in page.text
    assert of(house, "chatter").line("theme_state") == "current"


def test_a_merge_that_would_put_themes_above_one_another_is_refused(
    person: Someone, house: House, chatter: None
) -> None:
    add(house, theme("sub", "Sub", broader="chatter"))
    house.library.forget_lists()
    page = steps(person("reviewer"), "/themes/chatter/merge", {"into": "sub"}, status=422)
    assert "in a ring: Sub" in page.text


def test_what_a_reviewer_may_not_read_is_changed_and_not_counted(
    person: Someone, house: House, chatter: None
) -> None:
    add(house, lesson(9, themes=("chatter",), groups=("kidnap",), title="Zanzibar"))
    reviewer = person("reviewer")
    page = reviewer.opens("/themes/chatter/merge")
    page = reviewer.sends(
        "/themes/chatter/merge", {**page.hidden, "into": "radio", "do": "preview"}
    )
    assert "Lessons: 2" in page.text
    reviewer.sends("/themes/chatter/merge", {**page.hidden, "do": "confirm"})
    assert tags(house, "L-2026-00009") == ("radio",)
    batch = reviewer.opens("/themes/batches/").link(
        "Merging “Chatter” into “Radio and communications”"
    )
    told = reviewer.opens(batch)
    assert "Changed 4" in told.text  # and not five
    assert "Zanzibar" not in told.html
    assert "L-2026-00009" not in told.html


# --- renaming ---------------------------------------------------------------------------------------
def test_the_words_of_a_renamed_theme_go_on_leading_to_it(
    person: Someone, house: House, chatter: None
) -> None:
    before = {
        id: house.library.records.get(id).revision.number for id in ("L-2026-00001", "L-2026-00003")
    }
    reviewer = person("reviewer")
    page = reviewer.opens("/themes/radio/edit")
    form = {**page.hidden, "label": "Tetra", "synonyms": "Airwave", "do": "preview"}
    assert "Tetra nowhere Tetra" in reviewer.sends("/themes/radio/edit", form).text
    edits(reviewer, "radio", label="Airwave", label_cy="Airwave Cymru")
    assert "Radio and communications" in of(house, "radio").keys("synonyms")
    officer = person("officer")
    for asked in ("theme:radio", "theme:airwave", "airwave", "radio"):
        assert number(officer.opens(f"/search?q={asked}")) == 2, asked
    facets = officer.opens("/search").text
    assert "Airwave (2" in facets
    assert "Radio and communications (" not in facets
    for id, revision in before.items():  # a rename touches one file
        assert house.library.records.get(id).revision.number == revision


def test_a_rename_to_anothers_synonym_is_refused_and_names_that_theme(
    person: Someone, house: House, chatter: None
) -> None:
    reviewer = person("reviewer")
    page = edits(reviewer, "radio", label="Shift-Change", help="Kept words", status=422)
    assert "“Shift-Change” already leads to the theme “Handover”" in page.text
    assert 'value="Shift-Change"' in page.html
    assert 'value="Kept words"' in page.html
    page = edits(
        reviewer, "radio", label="Radio and communications", synonyms="airwave\ntalking", status=422
    )
    assert "“talking” already leads to the theme “Chatter”" in page.text
    assert of(house, "radio").title == "Radio and communications"


def test_a_theme_cannot_stand_under_what_stands_under_it(person: Someone, house: House) -> None:
    reviewer = person("reviewer")
    edits(reviewer, "radio", label="Radio and communications", broader="handover")
    page = edits(reviewer, "handover", label="Handover", broader="radio", status=422)
    assert "in a ring: Handover; Radio" in page.text
    page = edits(reviewer, "handover", label="Handover", broader="handover", status=422)
    assert "its own broader theme" in page.text


def test_a_rename_is_undone(person: Someone, house: House) -> None:
    reviewer, words = person("reviewer"), of(house, "radio")
    edits(reviewer, "radio", label="Airwave")
    page = reviewer.opens("/themes/radio/undo")
    assert "Changed on" in page.text
    steps(reviewer, "/themes/radio/undo", {})
    assert of(house, "radio") == words


def test_a_new_theme_is_added_in_use_and_can_be_chosen(person: Someone, house: House) -> None:
    form = {
        "label": "Drone flights",
        "help": "Flying and landing.",
        "synonyms": "uav\nUAV\nquadcopter",
    }
    reviewer = person("reviewer")
    page = reviewer.sends("/themes/new", {**form, "do": "preview"})
    assert "Every word goes on" not in page.text
    assert "quadcopter nowhere Drone flights" in page.text
    reviewer.sends("/themes/new", {**page.hidden, "do": "confirm"})
    made = of(house, "drone_flights")
    assert made.line("theme_state") == "current"
    assert made.keys("synonyms") == ("uav", "quadcopter")
    page = reviewer.sends(
        "/themes/new", {**form, "label": "Quadcopter", "do": "confirm"}, status=422
    )
    assert "already leads to the theme “Drone flights”" in page.text


def test_a_theme_named_like_a_page_gets_another_address(person: Someone, house: House) -> None:
    person("reviewer").sends("/themes/new", {"label": "Proposals", "do": "confirm"})
    made = house.library.vocabularies["theme"].find("Proposals")
    assert made
    assert made.key.startswith("proposals_")


def test_the_second_of_two_reviewers_is_told_what_the_first_did(
    person: Someone, house: House
) -> None:
    first, second = person("reviewer", "ann"), person("reviewer", "bob")
    page = second.opens("/themes/radio/edit")
    edits(first, "radio", label="Airwave")
    form = {**page.hidden, "label": "Walkie-talkie", "help": "Mine", "do": "preview"}
    told = second.sends("/themes/radio/edit", form, status=409)
    assert "ann changed this theme while you had it open" in told.text
    assert "Airwave" in told.text
    assert 'value="Walkie-talkie"' in told.html  # nothing that was typed is lost
    assert of(house, "radio").title == "Airwave"
    kept = re.search(r'name="synonyms"[^>]*>\n([^<]*)</textarea>', told.html)
    assert kept
    form |= {**told.hidden, "synonyms": kept[1]}
    page = second.sends("/themes/radio/edit", form)
    second.sends("/themes/radio/edit", {**page.hidden, "do": "confirm"})
    assert of(house, "radio").title == "Walkie-talkie"
    assert {"Radio and communications", "Airwave"} <= set(of(house, "radio").keys("synonyms"))


def test_an_undo_after_somebody_else_changed_it_says_who(person: Someone, house: House) -> None:
    first, second = person("reviewer", "ann"), person("reviewer", "bob")
    edits(first, "radio", label="Airwave")
    page = first.opens("/themes/radio/undo")
    edits(second, "radio", label="Walkie-talkie")
    told = first.sends("/themes/radio/undo", {**page.hidden, "do": "confirm"}, status=409)
    assert "bob changed this theme" in told.text
    assert of(house, "radio").title == "Walkie-talkie"


# --- splitting --------------------------------------------------------------------------------------
def splits(someone: Person, keep: str, *, confirms: bool = True, **given: object) -> Page:
    parts = {"part-0": "Radio and communications", "part-1": "Writing it down"}
    page = someone.opens("/themes/chatter/split")
    page = someone.sends("/themes/chatter/split", {**page.hidden, **parts, "do": "sort"})
    assert "When batteries run out" in page.text
    shown = [f"L-2026-0000{n}" for n in (1, 2)] + ["E-2026-00001", "F-2026-00001"]
    boxes = {f"give-{id.replace('_', '-')}": places for id, places in given.items()}
    form = {"revision": page.hidden["revision"], **parts, **boxes, "shown": shown, "keep": keep}
    page = someone.sends("/themes/chatter/split", {**form, "do": "preview"})
    assert "Split it" in page.text
    return someone.sends(
        "/themes/chatter/split", {**form, "do": "confirm" if confirms else "preview"}
    )


def test_a_theme_that_means_two_things_is_split(
    person: Someone, house: House, chatter: None
) -> None:
    reviewer = person("reviewer")
    splits(reviewer, "no", L_2026_00001=["1"], L_2026_00002=["0", "1"], E_2026_00001=["0"])
    assert tags(house, "L-2026-00001") == ("writing_it_down", "handover")
    assert set(tags(house, "L-2026-00002")) == {"radio", "writing_it_down"}
    assert tags(house, "E-2026-00001") == ("radio",)
    assert tags(house, "F-2026-00001") == ("chatter",)  # given to none, so it stays
    assert of(house, "chatter").line("theme_state") == "retired"
    assert of(house, "chatter").keys("split_into") == ("radio", "writing_it_down")
    found = person("officer").opens("/search?q=theme:talking")
    assert "When batteries run out" in found.text  # the old words lead to every part


def test_a_split_is_undone_with_the_themes_it_made(
    person: Someone, house: House, chatter: None
) -> None:
    reviewer = person("reviewer")
    splits(reviewer, "yes", L_2026_00001=["1"])
    assert of(house, "chatter").line("theme_state") == "current"
    steps(reviewer, "/themes/chatter/undo", {})
    assert tags(house, "L-2026-00001") == ("chatter", "handover")
    assert of(house, "chatter").keys("split_into") == ()
    assert of(house, "writing_it_down").line("theme_state") == "retired"
    steps(reviewer, "/themes/chatter/undo", {})
    assert tags(house, "L-2026-00001") == ("writing_it_down", "handover")
    assert of(house, "writing_it_down").line("theme_state") == "current"


def test_what_a_split_and_its_undoing_touch_is_counted_first(
    person: Someone, house: House, chatter: None
) -> None:
    add(house, lesson(9, themes=("chatter",), groups=("kidnap",), title="Zanzibar"))
    reviewer, given = person("reviewer"), {"L_2026_00001": ["1"], "L_2026_00002": ["0", "1"]}
    page = splits(reviewer, "no", confirms=False, E_2026_00001=["0"], **given)
    assert "Lessons: 2 Evaluation: 1" in page.text
    assert "Radio and communications: 2 Writing it down: 2" in page.text
    assert "They stay under “Chatter”: 1" in page.text  # the finding; the hidden one is not counted
    splits(reviewer, "no", E_2026_00001=["0"], **given)
    held = house.library.records.get("L-2026-00002")
    since = held.record.with_(themes=("welfare",))
    house.library.save(REV, "tag", since, expected=held.revision.number)
    page = reviewer.opens("/themes/chatter/undo")
    page = reviewer.sends("/themes/chatter/undo", {**page.hidden, "do": "preview"})
    assert "Lesson: 1 Evaluation: 1" in page.text  # the other was changed since
    assert tags(house, "L-2026-00001") == ("writing_it_down", "handover")  # nothing is undone yet
    assert "Lessons: 0" in look_at_undoing_a_rename(reviewer).text


def look_at_undoing_a_rename(reviewer: Person) -> Page:
    edits(reviewer, "radio", label="Airwave")
    page = reviewer.opens("/themes/radio/undo")
    return reviewer.sends("/themes/radio/undo", {**page.hidden, "do": "preview"})


def test_a_split_needs_parts(person: Someone, house: House, chatter: None) -> None:
    reviewer = person("reviewer")
    page = reviewer.opens("/themes/chatter/split")
    page = reviewer.sends(
        "/themes/chatter/split",
        {**page.hidden, "part-0": "Radio and communications", "do": "sort"},
        status=422,
    )
    assert "Choose or name two to 4 themes" in page.text
    form = {**page.hidden, "part-0": "Chatter", "part-1": "Radio and communications", "do": "sort"}
    page = reviewer.sends("/themes/chatter/split", form, status=422)
    assert "cannot be a part of itself" in page.text


# --- retiring ---------------------------------------------------------------------------------------
def test_a_retired_theme_stays_on_old_lessons_and_is_not_offered(
    person: Someone, house: House, chatter: None
) -> None:
    reviewer = person("reviewer")
    steps(reviewer, "/themes/chatter/retire", {"why": "Too vague to help anybody."})
    assert tags(house, "L-2026-00001") == ("chatter", "handover")
    assert of(house, "chatter").line("decision") == "Too vague to help anybody."
    assert "chatter" not in {t.key for t in house.library.vocabularies["theme"].current}
    assert number(reviewer.opens("/search?q=theme:talking")) == 2
    page = steps(reviewer, "/themes/chatter/bring-back", {})
    assert "“Chatter” is in use again." in page.text
    assert "chatter" in {t.key for t in house.library.vocabularies["theme"].current}


def test_only_those_who_keep_the_list_change_it(person: Someone, house: House) -> None:
    officer = person("officer")
    for page in (
        "new",
        "radio/edit",
        "radio/merge",
        "radio/split",
        "radio/retire",
        "radio/undo",
        "proposals",
    ):
        officer.opens(f"/themes/{page}", status=403)
        if page != "proposals":
            officer.sends(f"/themes/{page}", {"label": "Mine", "do": "confirm"}, status=403)
    assert "Tag these" not in officer.opens("/search").text


def test_a_theme_that_somebody_may_not_read_is_not_found_and_not_named(
    person: Someone, house: House
) -> None:
    add(house, theme("secret_squirrel", "Secret squirrel", groups=("kidnap",)))
    house.library.forget_lists()
    reviewer = person("reviewer")
    reviewer.opens("/themes/secret_squirrel/edit", status=404)
    page = steps(reviewer, "/themes/radio/merge", {"into": "secret_squirrel"}, status=422)
    assert "There is no such theme." in page.text
    page = edits(reviewer, "radio", label="Secret squirrel", status=422)
    assert "This word is taken. Choose another." in page.text


def test_check_tells_of_a_record_that_holds_a_merged_theme(house: House) -> None:
    add(
        house,
        theme("gone", "Gone", theme_state="merged", merged_into="radio"),
        lesson(1, themes=("gone",)),
    )
    house.library.forget_lists()
    told = [str(each.problem) for each in complaints(house.library) if each.where == "L-2026-00001"]
    assert "themes: “gone” was merged into “radio”, which should stand there instead" in told


# --- two at once ------------------------------------------------------------------------------------
def merge(house: House, by: User, key: str, into: str) -> None:
    revision = house.library.records.get(key).revision.number
    themes.make(
        house.library, house.notebook, by, key, revision,
        lambda record: theme_changes.merging(house.library, by, record, into),
    )  # fmt: skip


def test_two_who_merge_each_into_the_other_at_once_make_no_ring(
    house: House, chatter: None
) -> None:
    for _ in range(3):
        ready, told = Barrier(2), list[LessonsError]()

        def go(
            by: str, key: str, into: str, ready: Barrier = ready, told: list[LessonsError] = told
        ) -> None:
            ready.wait()
            try:
                merge(house, User(by, Role.REVIEWER), key, into)
            except LessonsError as error:
                told.append(error)

        both = [
            Thread(target=go, args=a)
            for a in (("ann", "chatter", "radio"), ("bob", "radio", "chatter"))
        ]
        for each in both:
            each.start()
        for each in both:
            each.join()
        house.library.forget_lists()
        assert len(told) == 1
        assert not in_rings(house.library.vocabularies["theme"])
        gone = next(k for k in ("chatter", "radio") if of(house, k).line("merged_into"))
        revision = house.library.records.get(gone).revision.number
        build = theme_undo.undoing(house.library, house.notebook, REV, gone)
        themes.make(house.library, house.notebook, REV, gone, revision, build)


def test_one_renames_to_what_another_adds_at_once_and_one_is_told(house: House) -> None:
    ready, told = Barrier(2), list[LessonsError]()

    def rename() -> None:
        build = lambda record: theme_changes.editing(record, {"label": "Airwave"})  # noqa: E731
        themes.make(
            house.library,
            house.notebook,
            REV,
            "radio",
            house.library.records.get("radio").revision.number,
            build,
        )

    def new() -> None:
        themes.add(house.library, house.notebook, REV, {"label": "Airwave"})

    def go(do: Callable[[], None]) -> None:
        ready.wait()
        try:
            do()
        except LessonsError as error:
            told.append(error)

    both = [Thread(target=go, args=(do,)) for do in (rename, new)]
    for each in both:
        each.start()
    for each in both:
        each.join()
    house.library.forget_lists()
    assert len(told) == 1
    assert "Airwave" in str(told[0])
    assert len(leads(house.library.vocabularies["theme"])["airwave"]) == 1


# --- a law ------------------------------------------------------------------------------------------
KEYS = ("a", "b", "c", "d", "e")
STEPS = st.lists(
    st.one_of(
        st.tuples(st.just("merge"), st.sampled_from(KEYS), st.sampled_from(KEYS)),
        st.tuples(st.just("rename"), st.sampled_from(KEYS), st.sampled_from(("red", "blue", "green", "a", "b"))),
        st.tuples(st.just("broader"), st.sampled_from(KEYS), st.sampled_from(KEYS)),
        st.tuples(st.just("undo"), st.sampled_from(KEYS), st.just("")),
    ),
    max_size=30,
)  # fmt: skip


def changed(what: str, texts: list[Record], other: str) -> Record:
    record = texts[-1]
    if what == "merge":
        return record.with_(theme_state=ThemeState.MERGED, merged_into=other)
    if what == "rename":
        return renamed(record, record.with_(label=other))
    return record.with_(broader=other) if what == "broader" else texts[-2]


@given(STEPS)
@settings(max_examples=300, deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_whatever_is_merged_renamed_and_undone_every_word_leads_to_one_theme_and_nothing_runs_in_a_ring(
    steps: list[tuple[str, str, str]],
) -> None:
    kept = {key: [theme(key, f"Theme {key}", synonyms=(f"word {key}",))] for key in KEYS}
    words = {f"theme {key}" for key in KEYS} | {f"word {key}" for key in KEYS}
    listed = with_themes(Vocabulary("theme", {"en": "Theme"}, {}), [k[-1] for k in kept.values()])
    for what, key, other in steps:
        record = kept[key][-1]
        if what == "undo" and len(kept[key]) < 2:
            continue
        after = changed(what, kept[key], other)
        if what != "undo" and record.line("merged_into"):
            continue
        if problems(listed, after):
            continue
        kept[key].append(after)
        listed = with_themes(listed, [after])
        assert not in_rings(listed)
        found = leads(listed)
        assert all(len(keys) == 1 for keys in found.values())
        for word in words:
            [now] = found[word]
            assert not listed.terms[now].merged_into
