"""Two lessons that say the same become one: nothing is lost, everybody is told, and old addresses lead on."""

from contextlib import suppress
from datetime import UTC, datetime
from itertools import count
from queue import Queue
from threading import Barrier, Semaphore, Thread, current_thread

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from lessons.domain.access import SYSTEM, Role, User
from lessons.domain.deciding import IllegalMove
from lessons.domain.errors import Invalid, LessonsError, StaleWrite
from lessons.domain.record import Kind, Record
from lessons.services import review, watch
from lessons.services.review import merging
from tests.review.kit import KEYS, RADIO, RADIO_TOLD, add, id_of, lesson, now, revision

REVIEWER = User("rev", Role.REVIEWER)
OTHER = User("rev2", Role.REVIEWER)
ELSEWHERE = "When drones fly near an airfield, book the slot a day before"


def merge(house, source: int, into: int, by=REVIEWER, **rest):
    given = {"expected": revision(house, source), **rest}
    return review.merge(house.library, by, id_of(source), id_of(into), **given)


def unmerge(house, source: int, by=REVIEWER):
    return review.unmerge(house.library, by, id_of(source), expected=revision(house, source))


@pytest.fixture
def pair(house):
    """Two that say the same, sent in by two officers, on a shelf of others."""
    add(
        house, lesson(1, happened=RADIO_TOLD, themes=("radio",)), lesson(4, ELSEWHERE),
        lesson(2, happened=RADIO_TOLD, author="officer2", themes=("radio", "briefing")), lesson(3, KEYS),
    )  # fmt: skip
    return house


def merges_through_pages(reviewer, source: int, into: int, said="The yard was new.", **form):
    page = reviewer.opens(f"/review/{id_of(source)}/merge?into={id_of(into)}")
    boxes = {name: page.hidden[name] for name in ("into", "revision", "into_revision")}
    return reviewer.sends(f"/review/{id_of(source)}/merge", {**boxes, "decision": said, **form})


# --- through the pages ------------------------------------------------------------------------------
def test_a_reviewer_chooses_looks_at_both_and_merges(pair, person):
    reviewer = person("reviewer")
    page = reviewer.opens(f"/review/{id_of(2)}/merge")
    assert "Almost word for word" in page.text and ELSEWHERE not in page.text
    page = reviewer.opens(page.link(RADIO))
    assert "Merge the first into the second?" in page.text
    assert "Both authors are told." in page.text
    page = merges_through_pages(reviewer, 2, 1)
    assert reviewer.response.request.path == f"/lessons/{id_of(1)}"
    assert "Merged. Nothing is lost" in page.text and "Also reported" in page.text
    source, target = now(pair, 2), now(pair, 1)
    assert (source.line("state"), source.line("replaced_by")) == ("merged", id_of(1))
    assert source.texts["happened"] == RADIO_TOLD and source.line("decision") == "The yard was new."
    assert target.keys("merged") == (id_of(2),) and target.line("state") == "observation"


def test_the_lesson_that_stays_gains_the_themes_of_the_other(pair, person):
    page = person("reviewer").opens(f"/review/{id_of(1)}/merge?into={id_of(2)}")
    assert "gains:" not in page.text
    merge(pair, 2, 1)
    assert now(pair, 1).keys("themes") == ("radio", "briefing")


def test_it_says_which_words_only_one_of_the_two_has(pair, person):
    add(pair, lesson(5, f"{RADIO} the cellar", happened=RADIO_TOLD))
    page = person("reviewer").opens(f"/review/{id_of(5)}/merge?into={id_of(1)}")
    assert "<mark>leave the cellar</mark>" in page.html and "<mark>leave</mark>" in page.html


def test_a_merge_that_would_hide_that_it_happened_again_says_so_first(pair, person):
    given = {"happened": RADIO_TOLD, "state": "learned", "owner": "owner"}
    early, late = datetime(2025, 3, 4, tzinfo=UTC), datetime(2026, 6, 4, tzinfo=UTC)
    add(pair, lesson(5, sent=early, **given), lesson(6, sent=late, **given))
    reviewer, first = person("reviewer"), "First say whether it had happened before"
    page = reviewer.opens(f"/review/{id_of(2)}/merge?into={id_of(5)}")
    page = reviewer.opens(page.link(first))
    assert reviewer.response.request.path == f"/review/{id_of(2)}/again"
    assert any(b.get("value") == id_of(5) and "checked" in b for b in page.boxes)
    for other in (1, 6):  # not learned; newer itself
        assert first not in reviewer.opens(f"/review/{id_of(2)}/merge?into={id_of(other)}").text


def test_an_old_address_leads_to_the_lesson_it_became_and_says_so(pair, person):
    merge(pair, 2, 1)
    officer = person("officer", "reader")
    page = officer.opens(f"/lessons/{id_of(2)}")
    assert officer.response.request.path == f"/lessons/{id_of(1)}"
    assert f"You followed {id_of(2)}, which was merged into this lesson." in page.text
    page = officer.opens(page.link("See its text"))
    assert officer.response.request.path == f"/lessons/{id_of(2)}" and RADIO_TOLD in page.text
    assert officer.opens(f"/lessons/{id_of(2)}/history").text


def test_a_search_by_its_reference_leads_there_too(pair, person):
    merge(pair, 2, 1)
    officer = person("officer", "reader")
    officer.opens(f"/search?q={id_of(2)}")
    assert officer.response.request.path == f"/lessons/{id_of(1)}"


def test_an_old_address_follows_every_merge_to_its_end(pair, person):
    merge(pair, 2, 1)
    merge(pair, 1, 4)
    officer = person("officer", "reader")
    page = officer.opens(f"/lessons/{id_of(2)}")
    assert officer.response.request.path == f"/lessons/{id_of(4)}"
    assert f"You followed {id_of(2)}" in page.text
    assert set(now(pair, 4).keys("merged")) == {id_of(1), id_of(2)}


def test_an_invented_old_address_says_nothing(pair, person):
    merge(pair, 2, 1)
    officer = person("officer", "reader")
    for came in (id_of(3), "L-2026-ZZZZZ", "radio", "<b>", "x" * 500):
        assert "You followed" not in officer.opens(f"/lessons/{id_of(1)}?came={came}").text


def test_a_merge_into_one_that_was_merged_goes_to_what_it_became(pair, person):
    merge(pair, 2, 1)
    page = person("reviewer").opens(f"/review/{id_of(3)}/merge?into={id_of(2)}")
    assert f"{id_of(2)} was itself merged, and leads to {id_of(1)}." in page.text
    merge(pair, 3, 2)
    assert now(pair, 3).line("replaced_by") == id_of(1)


def test_a_reference_as_people_type_it_is_understood(pair, person):
    page = person("reviewer").opens(f"/review/{id_of(2)}/merge?into=l 2026 oooo1")
    assert "Merge the first into the second?" in page.text


def test_what_was_reported_too_is_listed_for_those_who_may_read_it(pair, person):
    add(pair, lesson(5, f"{RADIO} Harbour Lane", groups=("alder",), restricted_because="named"))
    merge(pair, 2, 1)
    merge(pair, 5, 1, by=User("in", Role.REVIEWER, groups=frozenset({"alder"})))
    page = person("officer", "reader").opens(f"/lessons/{id_of(1)}")
    assert "Also reported" in page.text and id_of(2) in page.text
    assert "Harbour Lane" not in page.text and id_of(5) not in page.html
    assert "Harbour Lane" in person("officer", "inside", "alder").opens(f"/lessons/{id_of(1)}").text


def test_undoing_gives_everything_back(pair, person):
    reviewer = person("reviewer")
    before = now(pair, 1)
    merges_through_pages(reviewer, 2, 1)
    page = reviewer.opens(f"/lessons/{id_of(1)}")
    page = reviewer.opens(page.link("Undo the merge"))
    page = reviewer.sends(f"/review/{id_of(2)}/unmerge", {"revision": page.hidden["revision"]})
    assert "a lesson of its own again" in page.text
    assert reviewer.response.request.path == f"/lessons/{id_of(2)}"
    assert now(pair, 1) == before
    source = now(pair, 2)
    assert source.line("state") == "observation" and not source.line("replaced_by")


def test_undoing_leaves_what_others_did_since(pair):
    merge(pair, 2, 1)
    stored = pair.library.records.get(id_of(1))
    tagged = stored.record.with_(themes=("radio", "briefing", "custody"))
    pair.library.save(OTHER, "tag", tagged, expected=stored.revision.number)
    unmerge(pair, 2)
    assert now(pair, 1).keys("themes") == ("radio", "custody") and not now(pair, 1).keys("merged")


def test_undoing_takes_it_out_of_what_the_other_became_as_well(pair):
    merge(pair, 2, 1)
    merge(pair, 1, 4)
    unmerge(pair, 2)
    assert now(pair, 4).keys("merged") == (id_of(1),) and not now(pair, 1).keys("merged")


def test_who_does_not_review_neither_merges_nor_sees_the_way_there(pair, person):
    lead = person("lead")
    for address in ("merge", f"merge?into={id_of(1)}", "unmerge", "again"):
        lead.opens(f"/review/{id_of(2)}/{address}", status=403)
    for address in ("merge", "unmerge", "mend", "again"):
        lead.sends(f"/review/{id_of(2)}/{address}", {"into": id_of(1), "revision": 1}, status=403)
    assert now(pair, 2).line("state") == "observation"


def test_what_a_reviewer_may_not_read_is_not_found(pair, person):
    add(pair, lesson(5, groups=("alder",), restricted_because="named"))
    reviewer = person("reviewer")
    reviewer.opens(f"/review/{id_of(5)}/merge", status=404)
    page = reviewer.opens(f"/review/{id_of(2)}/merge?into={id_of(5)}", status=422)
    nothing = reviewer.opens(f"/review/{id_of(2)}/merge?into=L-2026-ZZZZZ", status=422)
    assert page.text.replace(id_of(5), "") == nothing.text.replace("L-2026-ZZZZZ", "")


# --- refused ----------------------------------------------------------------------------------------
def refused(house, source: int, into: int, by=REVIEWER) -> str:
    before = revision(house, into)
    with pytest.raises((Invalid, IllegalMove)) as error:
        merge(house, source, into, by=by)
    assert revision(house, into) == before, "the lesson that stays was touched"
    return str(error.value)


def test_a_lesson_is_not_merged_into_itself(pair):
    assert "That is this lesson itself" in refused(pair, 1, 1)


def test_a_lesson_is_not_merged_into_what_was_merged_into_it(pair):
    merge(pair, 2, 1)
    assert "was itself merged into this one" in refused(pair, 1, 2)
    merge(pair, 1, 4)
    assert "was itself merged into this one" in refused(pair, 4, 2)


@pytest.mark.parametrize("state", ["retired", "not_taken", "sent", "needs_fix"])
def test_a_lesson_is_merged_only_into_one_that_holds_good(pair, state):
    add(pair, lesson(5, state=state))
    assert "not in use" in refused(pair, 2, 5)


def test_nobody_merges_away_what_they_sent_in(pair):
    assert "You sent this in yourself" in refused(pair, 1, 2, by=User("officer", Role.REVIEWER))


def test_a_lesson_for_many_is_not_hidden_in_one_for_few(pair):
    add(pair, lesson(5, marking="official_sensitive"))
    assert "fewer people" in refused(pair, 2, 5)
    merge(pair, 5, 2)  # the other way round
    assert now(pair, 5).line("marking") == "official_sensitive"


def test_themes_of_a_restricted_lesson_tell_nobody_what_it_is_about(pair):
    add(pair, lesson(5, marking="official_sensitive", themes=("custody",)))
    merge(pair, 5, 1)
    assert now(pair, 1).keys("themes") == ("radio",)


def test_what_was_not_yet_cleared_is_not_opened_by_a_merge(pair):
    add(pair, lesson(5, RADIO, happened="Jane Hargreave rang 07700 900123.", state="sent"))
    assert "still something to clear" in refused(pair, 5, 1)


def test_what_two_must_accept_is_not_merged_by_one(pair):
    add(pair, lesson(5, marking="official_sensitive"))
    add(pair, lesson(6, marking="official_sensitive", state="sent"))
    assert "a second reviewer" in refused(pair, 6, 5)


# --- two at once, and kills -------------------------------------------------------------------------
def test_the_second_of_two_reviewers_is_told_and_keeps_what_they_typed(pair, person):
    first, second = person("reviewer", "first"), person("reviewer", "second")
    page = second.opens(f"/review/{id_of(2)}/merge?into={id_of(1)}")
    boxes = {name: page.hidden[name] for name in ("into", "revision", "into_revision")}
    merges_through_pages(first, 3, 1)
    page = second.sends(f"/review/{id_of(2)}/merge", {**boxes, "decision": "Mine too."}, status=409)
    assert "was changed by someone else" in page.text and "Mine too." in page.html
    assert now(pair, 2).line("state") == "observation"


def test_a_lesson_merged_away_while_another_is_merged_into_it_is_told(pair):
    seen = revision(pair, 1)
    merge(pair, 1, 4)
    with pytest.raises(Invalid, match="while you looked"):
        merge(pair, 2, 1, expected_into=seen)
    assert now(pair, 2).line("state") == "observation" and id_of(2) not in now(pair, 4).keys(
        "merged"
    )


def all_sound(house, *numbers: int) -> None:
    """Every merged lesson leads to one that is in use and holds it; nothing stands anywhere it was not merged."""
    records = {n: now(house, n) for n in numbers}
    for record in records.values():
        at, seen = record, set()
        while at.line("state") == "merged":
            assert at.id not in seen, f"a ring: {seen}"
            seen.add(at.id)
            into = house.library.records.get(at.line("replaced_by")).record
            assert record.id in into.keys("merged"), f"{into.id} does not hold {record.id}"
            at = into
        for id in record.keys("merged"):
            assert house.library.records.get(id).record.line("state") == "merged", (
                f"{record.id}: {id}"
            )


def at_once(*jobs) -> list[BaseException | None]:
    ready, ended = Barrier(len(jobs)), [None] * len(jobs)

    def run(n, job):
        ready.wait()
        try:
            job()
        except LessonsError as error:
            ended[n] = error

    threads = [Thread(target=run, args=each) for each in enumerate(jobs)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return ended


def test_two_merged_into_each_other_at_once_never_end_in_a_ring(house):
    for n in range(10, 26, 2):
        add(house, lesson(n), lesson(n + 1))
        at_once(
            lambda n=n: merge(house, n, n + 1, expected=1, expected_into=1),
            lambda n=n: merge(house, n + 1, n, by=OTHER, expected=1, expected_into=1),
        )
        all_sound(house, n, n + 1)


def test_three_merged_in_a_ring_at_once_never_end_in_one(house):
    for n in range(10, 28, 3):
        add(house, *(lesson(n + i) for i in range(3)))
        pairs = [(n, n + 1), (n + 1, n + 2), (n + 2, n)]
        at_once(*(lambda a=a, b=b: merge(house, a, b, expected=1, expected_into=1) for a, b in pairs))  # fmt: skip
        all_sound(house, *range(n, n + 3))


class Turns:
    """Several people at once, one at a time: each stops before each save, and `order` says who goes on."""

    def __init__(self, house) -> None:
        self.library, self.real = house.library, house.library.save
        self.here: Queue[int] = Queue()
        self.go: list[Semaphore] = []
        self.over: set[int] = set()

    def take(self, order, *jobs) -> None:
        self.library.save = self._save
        try:
            for n, job in enumerate(jobs):
                self.go.append(Semaphore(0))
                Thread(target=self._run, args=(n, job), name=f"turn {n}", daemon=True).start()
                self.here.get(timeout=30)
            turns = iter(order)
            while left := [n for n in range(len(jobs)) if n not in self.over]:
                self.go[left[next(turns, 0) % len(left)]].release()
                self.here.get(timeout=30)
        finally:
            self.library.save = self.real

    def _run(self, n: int, job) -> None:
        with suppress(LessonsError):
            job()
        self.over.add(n)
        self.here.put(n)

    def _save(self, *args, **kwargs):
        n = int(current_thread().name.removeprefix("turn "))
        self.here.put(n)
        self.go[n].acquire()
        return self.real(*args, **kwargs)


FRESH = count(100, 10)
PAIRS = st.tuples(st.integers(0, 2), st.integers(0, 2)).filter(lambda pair: pair[0] != pair[1])


@settings(
    max_examples=30, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(
    pairs=st.lists(PAIRS, min_size=2, max_size=3), order=st.lists(st.integers(0, 2), max_size=12)
)
def test_in_whatever_order_their_saves_come_nothing_is_lost_and_no_ring_is_made(
    house, pairs, order
):
    at = next(FRESH)
    add(house, *(lesson(at + i) for i in range(3)))
    jobs = [
        lambda a=a, b=b: merge(house, at + a, at + b, expected=1, expected_into=1) for a, b in pairs
    ]
    Turns(house).take(order, *jobs)
    all_sound(house, at, at + 1, at + 2)
    assert any(now(house, at + i).line("state") == "observation" for i in range(3))


class Stop(BaseException):
    """The machine stopped: nothing after it runs, no putting back either."""


def stop_before(house, monkeypatch, verb: str) -> None:
    real = house.library.save

    def save(by, what, record, **rest):
        if what == verb:
            raise Stop
        return real(by, what, record, **rest)

    monkeypatch.setattr(house.library, "save", save)


def test_a_kill_in_the_middle_is_told_by_check_and_ended_by_pressing_again(pair, monkeypatch):
    with monkeypatch.context() as broken, pytest.raises(Stop):
        stop_before(pair, broken, "merge")
        merge(pair, 2, 1)
    assert now(pair, 2).line("state") == "observation"
    (told,) = watch.complaints(pair.library)
    assert told.where == id_of(1) and f"merged: {id_of(2)} stands here" in told.problem
    merge(pair, 2, 1)
    assert not watch.complaints(pair.library)
    all_sound(pair, 1, 2)


def test_or_taken_back_on_the_page_of_the_lesson(pair, monkeypatch, person):
    with monkeypatch.context() as broken, pytest.raises(Stop):
        stop_before(pair, broken, "merge")
        merge(pair, 2, 1)
    reviewer = person("reviewer")
    assert "It was never wholly merged." in reviewer.opens(f"/lessons/{id_of(1)}").text
    page = reviewer.sends(f"/review/{id_of(1)}/mend", {})
    assert "Put right" in page.text and not watch.complaints(pair.library)
    assert now(pair, 1).keys("themes") == ("radio",)


def test_a_kill_while_a_merge_is_undone_is_mended_too(pair, monkeypatch):
    merge(pair, 2, 1)
    with monkeypatch.context() as broken, pytest.raises(Stop):
        stop_before(pair, broken, merging.LET_GO)
        unmerge(pair, 2)
    assert len(watch.complaints(pair.library)) == 1
    assert review.mend(pair.library, REVIEWER, id_of(1))
    assert not review.mend(pair.library, REVIEWER, id_of(1))
    assert not watch.complaints(pair.library) and not now(pair, 1).keys("merged")


def test_what_fails_at_the_last_moment_leaves_the_other_as_it_was(pair, monkeypatch):
    before = now(pair, 1)
    real = pair.library.save

    def save(by, what, record, **rest):
        if what == "merge":  # somebody else is first
            stored = pair.library.records.get(id_of(2))
            real(
                SYSTEM,
                "edit",
                stored.record.with_(unit="Elsewhere"),
                expected=stored.revision.number,
            )
        return real(by, what, record, **rest)

    monkeypatch.setattr(pair.library, "save", save)
    with pytest.raises(StaleWrite):
        merge(pair, 2, 1)
    assert now(pair, 1) == before and now(pair, 2).line("unit") == "Elsewhere"


def test_what_can_be_merged_is_bounded(house):
    old = lesson(1).with_(state="merged", replaced_by=id_of(1)).fields
    held = tuple(f"L-2025-{n:05d}" for n in range(50))
    add(house, *(Record(id, Kind.LESSON, fields=old) for id in held))
    add(house, lesson(1, merged=held), lesson(2))
    assert "as many others as it can hold" in refused(house, 2, 1)
