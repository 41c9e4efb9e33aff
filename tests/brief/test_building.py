"""What a pack holds for a plan, why, and what it never holds."""

import re
from collections.abc import Iterator
from datetime import date

import pytest

from lessons.app import House, build_house
from lessons.domain import pack
from lessons.domain.access import SYSTEM, Role, User
from lessons.domain.pack import FIELDS, RAISED
from lessons.domain.record import Kind, Record
from lessons.domain.states import GOOD
from lessons.domain.why import Reason, Why
from lessons.services.brief import building_reading
from lessons.services.brief.building import Built, build
from lessons.services.exchange import load_examples
from tests.conftest import CHEAP, ROOT, STARTER

OFFICER = User("officer", Role.OFFICER)
LEAD = User("lead", Role.LEAD)
RAID = """Six addresses at dawn, two teams to a building. Doors will go in. There may be children and dogs inside.
Phones and cash are to be seized. Neighbours on the estate should hear from us before the rumours do."""


@pytest.fixture(scope="module")
def kept(tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    """The example records, for stories that read only."""
    import shutil

    place = tmp_path_factory.mktemp("packs")
    for name in STARTER:
        source = ROOT / "content" / name
        copy = shutil.copytree if source.is_dir() else shutil.copy
        (place / "content").mkdir(exist_ok=True)
        copy(source, place / "content" / name)
    house = build_house({"CONTENT_DIR": place / "content", "INSTANCE_DIR": place / "i"}, cost=CHEAP)
    house.library.rebuild()
    load_examples(house.library, house.text, ROOT / "content" / "examples", lambda *_: None)
    yield house
    house.database.close()


def asked(title: str = "", plan: str = "", **fields: object) -> Record:
    return Record(
        "B-2000-00000", Kind.BRIEFING, fields={"title": title, **fields}, texts={"plan": plan}
    )  # type: ignore[dict-item]


def titles(built: Built) -> list[str]:
    return [each.lesson.title for each in built.picked]


def why(built: Built, id: str) -> set[Why]:
    return {r.why for each in built.picked if each.lesson.id == id for r in each.reasons}


def add(house: House, title: str, text: str = "", **fields: object) -> str:
    """A lesson that holds good."""
    library = house.library
    given = {
        "title": title,
        "learning": "change",
        "state": "identified",
        "occurred": date(2026, 3, 1),
        "marking": "official",
    }
    record = Record(
        library.fresh_id(Kind.LESSON),
        Kind.LESSON,
        fields={**given, **fields},
        texts={"lesson": text},
    )  # type: ignore[dict-item]
    library.save(SYSTEM, "import", record, expected=0)
    return record.id


# --- what is found -------------------------------------------------------------------------------


def test_a_plan_brings_up_lessons_that_fit_it_each_with_at_most_four_reasons(kept: House) -> None:
    built = build(
        kept.library,
        LEAD,
        asked("Dawn raid", RAID, tactics=("arrest_phase", "search_warrant"), threats=("drugs",)),
    )
    assert len(built.picked) == 8
    assert any("children" in title for title in titles(built))
    assert any("radio" in title for title in titles(built))
    for each in built.picked:
        assert 1 <= len(each.reasons) <= 4
        assert each.element in kept.library.vocabularies["briefing_element"].terms
        assert [r.why for r in each.reasons] == sorted(
            (r.why for r in each.reasons), key=list(Why).index
        )


def test_every_reason_is_true(kept: House) -> None:
    wanted = {
        "tactics": ("arrest_phase", "phone_line"),
        "threats": ("drugs",),
        "vulnerabilities": ("county_lines",),
    }
    fields = {Why.TACTIC: "tactics", Why.THREAT: "threats", Why.VULNERABILITY: "vulnerabilities"}
    built = build(kept.library, LEAD, asked("Arrest phase", RAID, **wanted), most=10)
    told = 0
    for each in built.picked:
        lesson = each.lesson
        for reason in each.reasons:
            if reason.why in fields:
                assert set(reason.terms) <= set(lesson.keys(fields[reason.why]))
                told += 1
            if reason.why is Why.WARNING:
                assert lesson.line("learning") == "warning"
            if reason.why is Why.LEARNED:
                assert lesson.line("state") == "learned"
            if reason.why is Why.WORDS:
                text = " ".join((lesson.title, *lesson.texts.values())).casefold()
                assert all(word in text and word in RAID.casefold() for word in reason.terms)
    assert told >= 6


def test_fields_alone_make_a_pack_where_nobody_wrote_a_plan(kept: House) -> None:
    built = build(
        kept.library,
        LEAD,
        asked("Operation Nobody Knows", tactics=("safeguarding",), vulnerabilities=("cuckooing",)),
    )
    assert built.picked
    first = built.picked[0].lesson
    assert "cuckooing" in first.keys("vulnerabilities") or "safeguarding" in first.keys("tactics")


def test_keep_doing_and_what_did_not_work_stand_beside_change(kept: House) -> None:
    built = build(
        kept.library,
        LEAD,
        asked(
            "County lines",
            "Arrest those who run a drugs line and close the phone line. Schools will be told.",
            threats=("drugs",),
            vulnerabilities=("county_lines", "cce"),
        ),
        most=10,
    )
    kinds = {each.lesson.line("learning") for each in built.picked}
    assert {"keep", "change", "didnt"} <= kinds


def test_what_the_operation_itself_taught_comes_in_but_fills_no_more_than_half(kept: House) -> None:
    built = build(
        kept.library,
        LEAD,
        asked("Operation Bramble Gate: second phase", RAID, operation="O-2025-PWFF9"),
    )
    own = [each for each in built.picked if Reason(Why.OPERATION) in each.reasons]
    assert 1 <= len(own) <= 4
    assert built.picked[0] in own


def test_lessons_that_stand_in_the_pack_already_are_left_out(kept: House) -> None:
    first = build(kept.library, LEAD, asked("Dawn raid", RAID))
    rows = tuple({"lesson": each.lesson.id} for each in first.picked[:3])
    again = build(kept.library, LEAD, asked("Dawn raid", RAID, lessons=rows))
    assert not {row["lesson"] for row in rows} & {each.lesson.id for each in again.picked}


def test_a_lesson_named_in_the_plan_comes_in_however_it_is_written(kept: House) -> None:
    plan = "Bakers meet. See l-2023-0j1cz before you go."
    built = build(kept.library, LEAD, asked("Bakery", plan))
    assert Why.NAMED in why(built, "L-2023-0J1CZ")


def test_a_reference_from_another_system_names_a_lesson_too(house: House) -> None:
    id = add(house, "Weld the stub before the survey", source_id="0456")
    add(house, "Paint the fence after the survey", source_id="1456")
    built = build(house.library, LEAD, asked("Bakery", "We go by LLIS 456 here."))
    assert Why.NAMED in why(built, id)
    assert len(built.picked) == 1


def test_a_welsh_plan_finds_english_lessons_for_its_mutated_words(kept: House) -> None:
    plan = "Byddwn yn chwilio am gyffuriau ac arfau tanio. Bydd gwasanaethau cymdeithasol yno i’r plant."
    built = build(kept.library, LEAD, asked("Ymgyrch Pont Goch", plan))
    assert len(built.picked) >= 4
    threats = [set(each.lesson.keys("threats")) & {"drugs", "firearms"} for each in built.picked]
    assert sum(map(bool, threats)) >= len(threats) / 2
    assert any(Reason(Why.THREAT, ("drugs",)) in each.reasons for each in built.picked)


# --- what is not ---------------------------------------------------------------------------------


@pytest.mark.parametrize("plan", [
    "Bake sourdough bread for the village fair. Flour, water, salt and a warm oven; let it rise overnight.",
    "The choir rehearses on Tuesdays. Bring your music and sing the second verse softly.",
    "?!…", "",
])  # fmt: skip
def test_a_plan_that_nothing_fits_gets_guidance_and_no_filler(kept: House, plan: str) -> None:
    built = build(kept.library, LEAD, asked("", plan))
    assert not built.picked
    names = [page.name for page in built.guidance]
    assert names == ["before-an-operation", "searching", "how-to-debrief"]


def test_guidance_about_what_is_planned_comes_first(house: House) -> None:
    """Where nothing is kept yet, so that nothing fits."""
    for plan, page in (
        (asked("", "disclosure index"), "disclosure-index"),
        (asked("Strike day", threats=("kidnap",)), "threat-types"),
        (asked("Breaches", tactics=("orders",)), "orders-and-release"),
    ):
        built = build(house.library, LEAD, plan)
        assert not built.picked
        assert [each.name for each in built.guidance][:2] == [page, "before-an-operation"]


# --- where little is said ------------------------------------------------------------------------


@pytest.mark.parametrize(("title", "plan", "first"), [
    ("Car wash warrant", "", "Before searching a yard"),
    ("Drugs warrant at a flat, children may be inside", "", "When children may be inside"),
    ("County lines strike day", "", "Ask about an order to cut off the deal line"),
    ("", "Search warrant at a car wash with debt-bonded workers.", "Before searching a yard"),
    ("", "Arrest of three men who deal drugs from a flat; children may be inside", "When children may be"),
    ("", "Fraud against older people; courier fraud; banks", "Try a talk by a bank’s own staff"),
    ("Fraud", "", "Plan for the calls that come after a fraud arrest"),
])  # fmt: skip
def test_a_few_words_bring_what_search_would_bring_first(
    kept: House, title: str, plan: str, first: str
) -> None:
    built = build(kept.library, LEAD, asked(title, plan))
    assert built.picked[0].lesson.title.startswith(first)
    assert 2 <= len(built.picked) <= 5 and built.thin
    assert not built.guidance


@pytest.mark.parametrize(("name", "key"), [
    ("threats", "drugs"), ("threats", "kidnap"), ("vulnerabilities", "county_lines"), ("partners", "business"),
])  # fmt: skip
@pytest.mark.parametrize("title", ["", "Operation Nobody Knows", "op heron"])
def test_one_box_ticked_brings_lessons_that_have_it_the_weightiest_first(
    kept: House, title: str, name: str, key: str
) -> None:
    built = build(kept.library, LEAD, asked(title, **{name: (key,)}))
    ledger = kept.library.ledger(LEAD, Kind.LESSON)
    have = [line for line in ledger if key in line.keys(name) and line.line("state") in GOOD]
    assert len(built.picked) == min(len(have), pack.FILL)
    assert all(key in each.lesson.keys(name) for each in built.picked)
    raised = [len({r.why for r in each.reasons} & set(RAISED)) for each in built.picked]
    assert raised[0] >= 1 and raised[0] >= raised[-1]
    assert built.thin


def test_a_warning_of_a_threat_comes_before_newer_lessons_of_it(house: House) -> None:
    """However many there are."""
    warning = add(house, "Stop at the gate when the dog barks", learning="warning", threats=("drugs",),
                  occurred=date(2019, 1, 1))  # fmt: skip
    for n in range(6):
        add(
            house,
            f"{n} kinds of sheets for the {'abcdef'[n] * 6} room",
            threats=("drugs",),
            occurred=date(2020, 1, 1),
        )
    built = build(house.library, LEAD, asked("Operation Heron", threats=("drugs",)))
    assert built.picked[0].lesson.id == warning


def test_a_full_plan_gets_no_weak_lessons(kept: House) -> None:
    fields = {"tactics": ("arrest_phase", "search_warrant"), "threats": ("drugs",)}
    built = build(kept.library, LEAD, asked("Dawn raid", RAID, **fields))
    assert len(built.picked) == 8 and not built.thin


@pytest.mark.parametrize("said", [
    "quantum knitting bazaar of purple elephants", "hello", "Operation Heron", "Lessons for a coming operation",
])  # fmt: skip
def test_words_that_say_nothing_of_police_work_still_bring_nothing(kept: House, said: str) -> None:
    assert not build(kept.library, LEAD, asked(said)).picked
    assert not build(kept.library, LEAD, asked("", said)).picked


def test_lessons_placed_by_hand_count_towards_a_thin_pack(kept: House) -> None:
    first = build(kept.library, LEAD, asked(threats=("drugs",))).picked
    stay = tuple({"lesson": each.lesson.id, "element": each.element} for each in first)
    again = build(kept.library, LEAD, asked(threats=("drugs",), lessons=stay))
    assert not again.picked
    out = tuple({"lesson": each.lesson.id} for each in first)
    assert build(kept.library, LEAD, asked(threats=("drugs",), lessons=out)).picked


def test_near_copies_do_not_fill_the_pack(house: House) -> None:
    text = "The spare radio was flat at the gate, and nobody could hear the cordon for twenty minutes of the search."
    for n in range(12):
        add(house, f"Charge the spare radios before a search, because number {n} was flat", text)
    other = add(
        house,
        "Test the spare radios at the gate with the dog unit, before a cordon is set",
        "Their channel is another one.",
    )
    built = build(
        house.library, LEAD, asked("Search", "A search with spare radios at the gate and a cordon.")
    )
    assert len(built.picked) == 2
    assert other in {each.lesson.id for each in built.picked}


def test_what_a_person_may_not_read_has_no_part_in_it(house: House) -> None:
    plan = asked(
        "Search",
        "A search of a flat with spare radios, a cordon and two dogs.",
        tactics=("search_warrant",),
    )
    for n in range(3):
        add(
            house,
            f"Charge the spare radios before you search flat {n} with dogs and a cordon",
            f"Number {n} was flat. " * n,
            tactics=("search_warrant",),
            unit=f"Team {n}",
        )
    before = build(house.library, OFFICER, plan)
    for n in range(5):
        add(house, f"Spare radios and dogs at the cordon of the secret flat {n}", "A search with spare radios. " * 3,
            tactics=("search_warrant",), groups=("cedar",), restricted_because="A reason.")  # fmt: skip
    after = build(house.library, OFFICER, plan)
    assert after == before


def test_naming_a_restricted_lesson_does_not_bring_it_in(house: House) -> None:
    id = add(
        house,
        "Spare radios at the secret flat",
        groups=("cedar",),
        restricted_because="A reason.",
        source_id="SECRET-77",
    )
    for plan in (f"As in {id}.", "As in SECRET-77.", "Spare radios at the secret flat, as before."):
        assert not build(house.library, OFFICER, asked("Bakery", plan)).picked


def test_only_lessons_that_hold_good_are_in(house: House) -> None:
    old = add(house, "Charge the spare radios of the dog unit before a search", state="retired")
    new = add(house, "Carry batteries for the radios of the dog unit on a search")
    merged = add(
        house, "Take radios along when the dog unit joins a search", state="merged", replaced_by=new
    )
    built = build(
        house.library,
        LEAD,
        asked("Search", f"The dog unit searches with radios. See {merged} and {old}."),
    )
    assert [each.lesson.id for each in built.picked] == [new]
    assert Why.NAMED in why(built, new)


# --- long orders ---------------------------------------------------------------------------------


def test_an_order_of_two_hundred_pages_is_read_for_what_tells(kept: House) -> None:
    page = (
        "The order of march is as follows. Bring this sheet. Page of pages, as set out above. " * 36
    )
    middle = (
        "Officers entering by the rear door share one radio channel; the talkgroup is tested at the gate. "
        * 6
    )
    order = "\n".join([page] * 100 + [middle] + [page] * 99)
    assert len(order) > 600_000
    built = build(kept.library, LEAD, asked("Order"), order=order)
    assert not built.cut
    assert any("radio" in title for title in titles(built))


def test_what_is_beyond_the_bound_is_said_to_be_cut(kept: House) -> None:
    order = "The radio channel is tested at the gate.\n" * 20_000
    assert len(order) > building_reading.LONGEST_ORDER
    assert build(kept.library, LEAD, asked("Order"), order=order).cut


# --- the help ------------------------------------------------------------------------------------


def test_the_help_tells_the_numbers_of_the_code(kept: House) -> None:
    text = kept.library.reference.guidance("how-a-pack-is-chosen").text
    rows = dict(re.findall(r"^\| (.+?) \| (.+?) \|$", text, re.MULTILINE))
    counts = {re.sub(r"[*:].*", "", name.removeprefix("**")): value for name, value in rows.items()}
    said = {
        "tactics": "Same tactic",
        "vulnerabilities": "Same vulnerability",
        "threats": "Same threat",
        "partners": "Same partner",
        "themes": "Same theme",
        "unit": "Same unit or team",
        "place_type": "Same kind of place",
    }
    for name, label in said.items():
        assert counts[label].removesuffix(" each") == f"up to {FIELDS[name]:g}"
    assert FIELDS["four_p"] == FIELDS["place_type"]
    assert (counts["Named"], counts["Speaks of it"], counts["From this operation"]) == tuple(
        f"{value:g}" for value in (pack.NAMED, pack.SPOKEN, pack.OWN)
    )
    assert rows["Each telling part of a long order"] == f"{pack.PART:g} beside it"
    assert (
        rows["The title and what you chose, with words that mean the same"]
        == f"{pack.SAID:g} beside it"
    )
    raised = {
        "A warning": Why.WARNING,
        "It has happened again": Why.AGAIN,
        "Learned": Why.LEARNED,
        "It worked for others who were briefed with it": Why.WORKED,
        f"Not older than {pack.FRESH_DAYS} days": Why.FRESH,
    }
    assert {counts[label]: why for label, why in raised.items()}
    for label, reason in raised.items():
        assert counts[label] == f"{RAISED[reason]:.0%}"
    for number in (
        f"{pack.LATER:.0%} of the one before",
        f"at most {pack.READ:.0%}",
        f"counts {pack.CLOSE:.0%} of a match",
        f"{building_reading.LONGEST_ORDER:,} characters",
        f"the {building_reading.CHUNKS} most telling",
        f"up to {pack.SPREAD * 100:g} points in a hundred",
        f"If fewer than {pack.FILL} lessons do",
        f"or {pack.NEAR_WORDS} telling words of your plan, and at least {pack.NEAR_SHARE:.0%} of them",
    ):
        assert number in text
