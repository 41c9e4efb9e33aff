"""Similar lessons: what others have learned about the same thing, on the page of a record."""

from collections.abc import Callable, Sequence
from datetime import date
from pathlib import Path
from shutil import rmtree

import pytest

from lessons.adapters.whoosh_index import WhooshIndex
from lessons.app import House
from lessons.domain.access import SYSTEM, Role, User
from lessons.domain.record import Kind, Record, Value
from lessons.library import Library
from lessons.services import find
from lessons.services.find import Near
from tests.people import Page, Person

Someone = Callable[..., Person]
OFFICER = User("olly", Role.OFFICER)
RADIO = "When two teams search a basement, name one runner, because radios lose signal below ground"
SAME = "When three teams search a basement, name two runners, because radios and phones lose signal below ground"
OTHER = "When money is seized, count it twice on camera, because the tally is questioned at court"
# Names much of what the others are about, and is about a kitchen.
MIXED = (
    "Kitchen fire: two cooks left a search for flour in the basement, lost a whisk, and heard radios play while bakery "
    "teams below ground fried onions, peeled carrots, boiled rice, grated cheese, washed plates and signed for parcels"
)
# Enough of something else that words shared by the two are seldom.
ELSEWHERE = (
    "When a horse is seized, ring the vet before the lorry comes",
    "When a school asks for a talk, bring the youth worker who knows the pupils",
    "When statements are typed late, keep the handwritten notes with them",
    "When a dog team waits, park in the shade and tell control",
    "When letters go to victims, let somebody outside the unit read them first",
    "When drones fly near an airfield, book the slot a day before",
)


def lesson(id: str, title: str, **fields: Value) -> Record:
    given: dict[str, Value] = {
        "title": title, "learning": "change", "state": "learned", "occurred": date(2026, 3, 4),
        "marking": "official", **fields,
    }  # fmt: skip
    return Record(f"L-2026-{id}", Kind.LESSON, fields=given)


def keep(house: House, *records: Record) -> None:
    for record in records:
        house.library.save(SYSTEM, "send", record, expected=0)


@pytest.fixture
def shelf(house: House) -> House:
    """A knowledge base in which two lessons say the same."""
    keep(
        house,
        lesson("AAAAA", RADIO, tactics=("search_warrant",)),
        lesson("BBBBB", SAME, tactics=("search_warrant", "covert")),
        lesson("CCCCC", OTHER, tactics=("search_warrant",)),
        *(lesson(f"0000{n}", title) for n, title in enumerate(ELSEWHERE)),
    )
    return house


def ids(house: House, record: Record, reader: User = OFFICER) -> list[str]:
    return [near.hit.id[-5:] for near in find.similar(house.library, reader, record)]


def named(lists: Sequence[Sequence[Near]]) -> list[set[str]]:
    return [{near.hit.id for near in each} for each in lists]


def scores(lists: Sequence[Sequence[Near]]) -> list[list[float]]:
    return [[near.hit.score for near in each] for each in lists]


def offered(page: Page) -> str:
    """The words of the list, "" where there is none."""
    start = page.html.find('<section aria-labelledby="similar">')
    return Page(page.html[start : page.html.index("</section>", start)]).text if start >= 0 else ""


def test_a_lesson_leads_to_one_that_says_the_same_and_says_why(
    shelf: House, person: Someone
) -> None:
    officer = person("officer")
    lesson_page = officer.opens("/lessons/L-2026-AAAAA")
    page = officer.opens(lesson_page.link("Similar lessons"))
    assert offered(page).startswith(f"Similar lessons {SAME}")
    assert "Learned 4 March 2026 Same tactic: Search of premises" in offered(page)
    assert OTHER not in offered(page), "one shared tag makes two lessons no more alike than that"
    assert officer.opens(page.link(SAME)).headings == [SAME]


def test_where_nothing_is_near_the_page_says_so(shelf: House, person: Someone) -> None:
    page = person("officer").opens("/lessons/L-2026-CCCCC/similar")
    assert offered(page) == "" and "No lesson is much like this one." in page.text


@pytest.mark.parametrize(
    "sentence",
    [
        "Stop when the van is full",
        "Ring the vet first",
        "Park in the shade",
        "Name one runner",
        "Count money twice",
    ],
)
def test_a_few_words_are_like_nothing_whichever_of_them_a_lesson_holds(
    shelf: House, sentence: str
) -> None:
    keep(shelf, lesson("VVVVV", "Stop when the van is full, because torn bags cost us a day"))
    assert ids(shelf, lesson("ZZZZZ", sentence)) == []


def test_what_is_like_it_is_the_same_before_and_after_vectors_are_learnt(
    shelf: House, tmp_path: Path
) -> None:
    stored = [shelf.library.records.get(id) for id in shelf.library.records.versions(Kind.LESSON)]
    learning = WhooshIndex(tmp_path / "learning", lambda: shelf.library.today, fewest=len(stored))
    learning.rebuild(stored)
    asked = [lesson("ZZZZZ", title) for title in (RADIO, OTHER, *ELSEWHERE, MIXED)]
    library = Library(shelf.library.records, learning, shelf.library.audit, shelf.library.reference)
    before = [find.similar(library, OFFICER, record) for record in asked]
    learning.settle()
    after = [find.similar(library, OFFICER, record) for record in asked]
    assert scores(before) != scores(after), "vectors are not in force: this shows nothing"
    assert named(before) == named(after)
    assert named(after)[-1] == set(), "its score is high enough, its match is not"


def test_without_a_shared_tag_the_words_in_common_say_why(house: House, person: Someone) -> None:
    texts = {"lesson": "The radio lost signal in the basement; a runner went between the teams."}
    keep(house, lesson("AAAAA", RADIO), lesson("BBBBB", SAME).with_texts(**texts))
    keep(house, *(lesson(f"0000{n}", title) for n, title in enumerate(ELSEWHERE)))
    page = person("officer").opens("/lessons/L-2026-AAAAA/similar")
    assert "Same words: basement, signal, runner" in offered(page)


@pytest.mark.parametrize("state", ["sent", "needs_fix", "not_taken", "merged", "retired", ""])
def test_only_what_holds_good_is_offered_even_to_a_reviewer(house: House, state: str) -> None:
    keep(house, lesson("AAAAA", RADIO), lesson("BBBBB", SAME, state=state))
    reviewer = User("rev", Role.REVIEWER)
    assert ids(house, lesson("AAAAA", RADIO), reviewer) == []


def test_what_was_merged_into_it_and_what_replaced_it_are_not_offered_again(house: House) -> None:
    for n in "BCDEF":
        keep(house, lesson(f"{n}{n}{n}{n}{n}", SAME))
    keep(house, lesson("GGGGG", SAME, replaced_by="L-2026-AAAAA"))
    me = lesson("AAAAA", RADIO, merged=("L-2026-BBBBB",), replaced_by="L-2026-CCCCC")
    keep(house, me)
    assert ids(house, me) == ["DDDDD", "EEEEE", "FFFFF"]


def test_five_at_most_the_nearest_first(house: House) -> None:
    keep(house, lesson("AAAAA", RADIO), *(lesson(f"BBBB{n}", SAME) for n in range(8)))
    keep(house, lesson("CCCCC", RADIO))
    found = ids(house, lesson("AAAAA", RADIO))
    assert len(found) == 5 and found[0] == "CCCCC"


@pytest.mark.parametrize(
    ("kind", "letter", "section"),
    [(Kind.EVALUATION, "E", "result"), (Kind.FINDING, "F", "text"), (Kind.OPERATION, "O", "summary")],
)  # fmt: skip
def test_evaluations_findings_and_operations_lead_to_lessons_like_them(
    shelf: House, person: Someone, kind: Kind, letter: str, section: str
) -> None:
    id = f"{letter}-2026-AAAAA"
    said = {section: "Radios had no signal in the basement and nobody ran between the two teams."}
    keep(shelf, Record(id, kind, fields={"title": "Search of a basement"}, texts=said))
    officer = person("officer")
    page = officer.opens(officer.opens(f"/{kind.folder}/{id}").link("Lessons like this"))
    assert offered(page).startswith("Lessons like this")
    assert RADIO in offered(page) and ELSEWHERE[0] not in offered(page)


def test_an_action_and_a_theme_have_no_such_list(shelf: House, person: Someone) -> None:
    keep(shelf, Record("A-2026-AAAAA", Kind.ACTION, fields={"title": RADIO, "owner": "Training"}))
    officer = person("officer")
    assert "Lessons like this" not in officer.opens("/actions/A-2026-AAAAA").text
    officer.opens("/actions/A-2026-AAAAA/similar", status=404)


def test_what_i_may_not_read_has_no_such_page(shelf: House, person: Someone) -> None:
    keep(shelf, lesson("SSSSS", RADIO, marking="official_sensitive"))
    person("lead").opens("/lessons/L-2026-SSSSS/similar")
    officer = person("officer")
    officer.opens("/lessons/L-2026-SSSSS/similar", status=404)
    officer.opens("/findings/L-2026-AAAAA/similar", status=404)


def test_while_search_rests_the_lesson_is_still_read(shelf: House, person: Someone) -> None:
    officer = person("officer")
    rmtree(Path(shelf.settings["INSTANCE_DIR"]) / "index")
    officer.opens("/search?q=radio", status=503)
    assert officer.opens("/lessons/L-2026-AAAAA").headings == [RADIO]
    assert offered(officer.opens("/lessons/L-2026-AAAAA/similar")) == ""


def test_looking_at_a_lesson_is_no_search_in_the_audit_log(shelf: House, person: Someone) -> None:
    person("officer").opens("/lessons/L-2026-AAAAA/similar")
    assert [e.verb for e in shelf.library.audit.events(who="officer")].count("search") == 0


def test_the_marking_of_what_is_offered_marks_the_page(house: House, person: Someone) -> None:
    keep(house, lesson("AAAAA", RADIO), lesson("BBBBB", SAME, marking="official_sensitive"))
    similar = "/lessons/L-2026-AAAAA/similar"
    assert "Marking: OFFICIAL-SENSITIVE" in person("lead").opens(similar).text
    page = person("officer").opens(similar)
    assert "OFFICIAL-SENSITIVE" not in page.text and offered(page) == ""


@pytest.mark.parametrize(
    "title",
    ["", "the and of with", "x" * 40_000, "radio " * 6_700, "-radio \"basement AND tactic:covert *?[",
     "Pan fydd dau dîm yn chwilio’r seler, enwch un negesydd", "🚓 \x00\ufeff" , "ß" * 5_000],
    ids=["nothing", "stop words", "one long word", "one word often", "operators", "Welsh", "signs", "long letters"],
)  # fmt: skip
def test_any_text_at_all_has_an_answer(shelf: House, title: str) -> None:
    record = Record("L-2026-ZZZZZ", Kind.LESSON, fields={"title": title})
    assert len(find.similar(shelf.library, OFFICER, record)) <= 5


def test_a_whole_book_is_read_as_far_as_it_tells(shelf: House) -> None:
    texts = {"happened": f"{RADIO}. " * 400, "detail": "horse lorry vet " * 2_500}
    record = Record("L-2026-ZZZZZ", Kind.LESSON, fields={"title": RADIO}, texts=texts)
    assert ids(shelf, record)[0] == "AAAAA"


def test_lessons_in_welsh_are_near_one_another(shelf: House) -> None:
    one = "Pan fydd dau dîm yn chwilio’r seler, enwch un negesydd, am fod y radio yn colli signal"
    two = "Wrth chwilio seler, enwch negesydd rhwng y timau, am fod signal y radio ar goll"
    keep(shelf, lesson("WWWWW", one))
    assert ids(shelf, lesson("ZZZZZ", two))[0] == "WWWWW"
