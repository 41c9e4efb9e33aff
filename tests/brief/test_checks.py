"""What is seen in the words of a plan: sentences that stand in other plans, who does what by when, days, and notes."""

from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lessons.domain.plan_answers import merged, rows
from lessons.domain.plan_checks import Check, Known, Observation, Owner, Saw, observe
from lessons.domain.plan_reading import days_in, lacking, what_is_done
from lessons.domain.record import Kind, Record
from lessons.domain.tailored import compare, runs, sentences

TODAY = date(2026, 6, 10)
COPIED = "All staff will be briefed on the day and officers will be mindful of safety at all times."
OWN = "The housing officer will meet the three tenants of Marram Court at ten on Tuesday."


# --- made for this place --------------------------------------------------------------------------
def test_sentences_that_stand_in_other_plans_are_found_and_the_others_are_not() -> None:
    found = compare(f"{COPIED} {OWN} Be safe.", [f"Search at six. {COPIED}", "Another plan."])
    assert found.shared == (COPIED,)
    assert found.counted == 2, "“Be safe.” is too short to be compared"
    assert found.share == 0.5


@pytest.mark.parametrize(
    "other",
    [
        COPIED.upper(),
        f"  - {COPIED.replace('day', 'day (14 May 2026),')}",
        "All staff will be briefed on the day and officers will be mindful of safety, always.",
    ],
    ids=["in capitals", "as a line of a list with another date", "with another ending"],
)
def test_a_sentence_is_the_same_with_another_date_in_it(other: str) -> None:
    assert compare(COPIED, [other]).shared == (COPIED,)


def test_half_of_the_telling_runs_is_enough_and_less_is_not() -> None:
    plan = "alpha bravo charlie delta echoes foxtrot golfing"  # three runs of five words
    assert len(runs(plan)) == 3
    assert compare(plan, ["bravo charlie delta echoes foxtrot golfing"]).shared == (plan,)
    assert compare(plan, ["charlie delta echoes foxtrot golfing"]).shared == ()


def test_runs_of_little_words_tell_nothing() -> None:
    assert runs("it is up to us to be in on it") == frozenset()


WORDS = st.sampled_from(
    [
        "search",
        "tenant",
        "housing",
        "brief",
        "team",
        "will",
        "meet",
        "at",
        "the",
        "door",
        "of",
        "six",
    ]
)
TEXTS = st.lists(st.lists(WORDS, max_size=12).map(" ".join), max_size=4).map(". ".join)


@settings(max_examples=60, deadline=None)
@given(TEXTS, st.lists(TEXTS, max_size=3), TEXTS)
def test_more_plans_only_ever_find_more_and_their_order_is_nothing(
    plan: str, others: list[str], one_more: str
) -> None:
    found = compare(plan, others)
    assert compare(plan, others[::-1]) == found
    assert set(found.shared) <= set(compare(plan, [*others, one_more]).shared)
    assert 0 <= found.share <= 1 and set(found.shared) <= set(sentences(plan))
    whole = compare(plan, [plan])
    assert len(whole.shared) == whole.counted == found.counted
    assert compare(plan, []).shared == ()


# --- who, what, by when ---------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("sentence", "lacks"),
    [
        ("The search team will enter at 06:00.", ()),
        ("Housing will be told by the LRO before the day.", ()),
        ("Officers will secure the flats on Monday.", ("who?",)),
        ("All doors will be checked.", ("who?", "by when?")),
        ("The LRO will visit each tenant.", ("by when?",)),
        ("The exhibits officer will ensure good recording by noon.", ("what will be different?",)),
        ("Raise awareness among partners.", ("who?", "what will be different?", "by when?")),
        ("Bydd y tîm chwilio yn mynd i mewn am 06:00.", ()),
        ("Byddwn yn sicrhau bod pawb yn gwybod.", ("who?", "what will be different?", "by when?")),
    ],
)
def test_a_sentence_about_what_will_be_done_is_asked_for_what_it_leaves_open(
    sentence: str, lacks: tuple[str, ...]
) -> None:
    [done] = what_is_done(sentence)
    quote = lacking(done)
    assert (quote.lacks if quote else ()) == lacks


def test_sentences_that_only_tell_of_something_are_not_asked() -> None:
    assert what_is_done("Nine addresses in two force areas. Young people may be inside.") == []


def test_days_are_read_as_people_write_them() -> None:
    text = "From 3 May 2026 to 1/7/2026, first planned on 2025-11-02; no day: 31 June 2026, room 4 2026."
    assert days_in(text) == [date(2025, 11, 2), date(2026, 5, 3), date(2026, 7, 1)]


# --- what is said of each question -----------------------------------------------------------------
def sees(check: Check, plan: str = "", **known: object) -> list[Saw]:
    given: dict[str, object] = {"plan": plan, "today": TODAY, **known}
    return [seen.saw for seen in observe(Known(**given))[check]]  # type: ignore[arg-type]


def operation(**fields: object) -> Record:
    return Record("O-2026-A1DER", Kind.OPERATION, fields={"title": "Alder", **fields})  # type: ignore[dict-item]


def test_the_owner_of_the_plan_is_looked_up() -> None:
    assert sees(Check.OWNER) == [Saw.NO_OPERATION]
    assert sees(Check.OWNER, operation=operation()) == [Saw.NO_OWNER]
    named = {"operation": operation(plan_owner="lee")}
    assert sees(Check.OWNER, owner=Owner("lee", account=True), **named) == [Saw.OWNER_NAMED]
    assert sees(Check.OWNER, owner=Owner("lee"), **named) == [Saw.OWNER_WITHOUT_ACCOUNT]
    left = Owner("lee", account=True, closed=True)
    assert sees(Check.OWNER, owner=left, **named) == [Saw.OWNER_LEFT]


def test_dates_are_held_against_today() -> None:
    assert sees(Check.IN_DATE, "Search on 9 June 2026.") == [Saw.DAYS_PAST]
    assert sees(Check.IN_DATE, "Search on 10 June 2026.") == [Saw.DAYS_TO_COME]
    assert sees(Check.IN_DATE, "Search at dawn.") == [Saw.NO_DAYS]
    ended = operation(ended=date(2026, 6, 9))
    stale = sees(Check.IN_DATE, "Search.", operation=ended, issued=date(2026, 5, 13))
    assert stale == [Saw.ENDED, Saw.ISSUED_AGO, Saw.NO_DAYS]
    fresh = sees(
        Check.IN_DATE, "Search.", operation=operation(ended=TODAY), issued=date(2026, 5, 14)
    )
    assert fresh == [Saw.NO_DAYS]


@pytest.mark.parametrize(
    ("check", "plan", "saw"),
    [
        (
            Check.COMMUNITY_PROFILE,
            "We read the community profile of the estate.",
            Saw.PROFILE_NAMED,
        ),
        (Check.COMMUNITY_PROFILE, "Darllenwyd y proffil cymunedol.", Saw.PROFILE_NAMED),
        (Check.COMMUNITY_PROFILE, "Search nine flats.", Saw.NO_PROFILE),
        (Check.AFTER_CARE, "The LRO does return visits.", Saw.AFTER_CARE_NAMED),
        (Check.AFTER_CARE, "Search nine flats.", Saw.NO_AFTER_CARE),
        (Check.AFTER_CARE, "", Saw.NO_TEXT),
    ],
)
def test_words_of_the_plan_are_looked_for(check: Check, plan: str, saw: Saw) -> None:
    assert sees(check, plan) == [saw]


def test_partners_are_looked_for_in_the_text_by_their_telling_words() -> None:
    names = {
        "housing": ("Housing provider",),
        "other_force": ("Other police force",),
        "hmrc": ("HM Revenue and Customs", "HMRC"),
    }
    known = Known(
        "Housing is told first; nobody else is.", TODAY, partners=list(names), called=lambda key: names[key]
    )  # fmt: skip
    assert observe(known)[Check.PARTNERS] == (
        Observation(Saw.PARTNERS_NAMED, {"partners": [*names]}),
        Observation(Saw.PARTNERS_NOT_IN_TEXT, {"partners": ["hmrc"]}),
    )
    assert sees(Check.PARTNERS, "Housing is told.") == [Saw.NO_PARTNERS]


def test_a_partner_or_partners_in_the_plan_are_seen_though_none_is_chosen() -> None:
    names = {"housing": ("Housing provider",), "other_force": ("Other police force",)}
    for plan in (
        "Housing provider told on Monday.",
        "We start at five. The partners will be asked.",
    ):
        known = Known(plan, TODAY, every_partner=list(names), called=lambda key: names[key])
        [seen] = observe(known)[Check.PARTNERS]
        assert seen.saw is Saw.PARTNERS_IN_TEXT and len(seen.quotes) == 1
    silent = Known(
        "Police officers search.", TODAY, every_partner=list(names), called=lambda key: names[key]
    )  # fmt: skip
    assert observe(silent)[Check.PARTNERS] == (Observation(Saw.NO_PARTNERS),)


def test_nothing_is_said_against_a_plan_while_search_rests() -> None:
    assert sees(Check.TAILORED, OWN, resting=True) == [Saw.RESTING]
    assert sees(Check.EVALUATION, OWN, resting=True) == [Saw.RESTING]


# --- two who answer at the same time ---------------------------------------------------------------
def answers(**given: str) -> dict[str, dict[str, str]]:
    return {key: {"check": key, "answer": answer} for key, answer in given.items()}


def test_two_who_answer_different_questions_both_keep_what_they_said() -> None:
    found = merged(answers(owner="no"), answers(owner="no", actions="yes"), answers(owner="yes"))
    assert found.answers == answers(owner="yes", actions="yes") and not found.clash


def test_two_who_answer_the_same_question_differently_are_asked() -> None:
    found = merged({}, answers(owner="yes", actions="no"), answers(owner="no", actions="no"))
    assert found.clash == ("owner",)
    assert found.answers == answers(owner="yes", actions="no")


def test_an_answer_taken_back_is_gone_and_the_order_is_that_of_the_questions() -> None:
    taken = merged(answers(owner="yes"), {"owner": {"check": "owner"}}, answers(owner="yes"))
    assert rows(taken.answers, ["owner"]) == ()
    kept = rows(answers(our_own="no", actions="yes", owner="yes"), ["owner", "actions"])
    assert [row["check"] for row in kept] == ["owner", "actions", "our_own"]
