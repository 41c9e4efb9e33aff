"""The figures of the examples, against counts made from the files alone, by code that knows nothing of the product."""

import shutil
import statistics
from collections import Counter
from collections.abc import Iterator
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
import yaml

from lessons.app import House, build_house, create_app
from lessons.domain.access import SYSTEM, Role, User
from lessons.services.exchange import load_examples
from lessons.services.insight.dashboard import Wanted, figures
from tests.conftest import CHEAP, ROOT, STARTER
from tests.people import PASSWORD, Person, account

EXAMPLES = ROOT / "content" / "examples"
GOOD = {"observation", "identified", "under_way", "awaiting_check", "learned"}
TROUBLE = {"warning", "change", "didnt"}


def front(path: Path) -> dict[str, Any]:
    """The front matter, every scalar as text."""
    return dict(yaml.load(path.read_text(encoding="utf-8").split("---\n")[1], yaml.BaseLoader))


def of(folder: str) -> list[dict[str, Any]]:
    return [front(path) for path in sorted((EXAMPLES / folder).glob("*.md"))]


def day(words: str | None) -> date | None:
    return date.fromisoformat(words[:10]) if words else None


def first(records: list[dict[str, Any]]) -> Counter[str]:
    return Counter(r["four_p"][0] for r in records if r.get("four_p"))


@pytest.fixture(scope="module")
def examples(tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    """The examples, only read here."""
    folder = tmp_path_factory.mktemp("examples")
    for name in STARTER:
        source = ROOT / "content" / name
        if source.is_dir():
            shutil.copytree(source, folder / "content" / name)
        else:
            shutil.copy(source, folder / "content")
    built = build_house(
        {"CONTENT_DIR": folder / "content", "INSTANCE_DIR": folder / "instance"}, cost=CHEAP
    )
    load_examples(built.library, built.text, EXAMPLES, lambda done, total: None)
    built.library.rebuild()
    yield built
    built.database.close()


@pytest.fixture(scope="module")
def told(examples: House) -> dict[str, Any]:
    return dict(figures(examples.library, SYSTEM, Wanted()).figures)


def test_debriefs(told: dict[str, Any], examples: House) -> None:
    today, debriefed, overdue = examples.library.today, 0, 0
    for each in of("operations"):
        ended = day(each.get("ended"))
        expected = each.get("debrief_due") or each["operation_kind"] in (
            "operation",
            "order_management",
        )
        if not ended or ended > today or not expected:
            continue
        due = day(each.get("debrief_due")) or ended + timedelta(28)
        while due.weekday() > 4 or examples.library.holidays.holiday(due):
            due += timedelta(1)
        if each.get("debriefed"):
            debriefed += 1
        elif not each.get("no_debrief") and due < today:
            overdue += 1
    assert told["debrief_rate"].value == debriefed / (debriefed + overdue)
    assert told["debrief_rate"].n == debriefed + overdue
    assert told["debriefs_overdue"].value == overdue


def test_evaluations(told: dict[str, Any], examples: House) -> None:
    today, records = examples.library.today, of("evaluations")
    open_ = [e for e in records if not e.get("done") and not e.get("not_needed") and e.get("due")]
    late = sum(e["due"] < str(today) for e in open_)
    assert told["evaluations_overdue"].value == late
    assert told["evaluations_due"].value == len(open_) - late
    assert told["evaluations_done"].value == sum(bool(e.get("done")) for e in records)


def test_balance_and_kinds_of_threat(told: dict[str, Any]) -> None:
    lessons = [r for r in of("lessons") if r["state"] in GOOD]
    done = [r for r in of("evaluations") if r.get("done")]
    parts = {
        "debriefs": first(of("debriefs")),
        "lessons": first(lessons),
        "evaluations": first(done),
    }
    for name, counts in parts.items():
        assert +Counter(told[f"four_p_{name}"].parts) == counts
    all_ = sum(parts.values(), Counter[str]())
    shares = told["four_p_share"].value
    assert {key: round(shares[key] * all_.total()) for key in all_} == dict(all_)
    kinds = Counter(
        kind for r in (*of("operations"), *of("debriefs"), *lessons, *done) for kind in set(r.get("threat_kinds", ()))
    )  # fmt: skip
    assert +Counter(told["threat_kinds"].value) == kinds


def test_themes_that_keep_happening(told: dict[str, Any]) -> None:
    seen: dict[str, list[dict[str, Any]]] = {}
    for each in of("lessons"):
        if each["state"] in GOOD and each["learning"] in TROUBLE:
            for theme in each.get("themes", ()):
                seen.setdefault(theme, []).append(each)
    recurring = {}
    for theme, lessons in seen.items():
        quarters = {(r["occurred"][:4], (int(r["occurred"][5:7]) - 1) // 3) for r in lessons}
        units = {r["unit"] for r in lessons if r.get("unit")}
        if len(lessons) >= 3 and max(len(quarters), len(units)) >= 2:
            recurring[theme] = len(lessons)
    found = told["recurring_themes"].value
    assert found
    assert set(found.items()) <= set(recurring.items())
    assert sorted(found.values(), reverse=True) == sorted(recurring.values(), reverse=True)[:10]


def test_actions(told: dict[str, Any], examples: House) -> None:
    today, records = examples.library.today, of("actions")
    taken = [a for a in records if a.get("action_state") != "not_taken"]
    open_ = [a for a in taken if a.get("action_state", "open") in ("open", "under_way")]
    assert told["actions_open"].value == len(open_)
    assert told["actions_overdue"].value == sum(a.get("due", "9") < str(today) for a in open_)
    assert +Counter(told["strength_mix"].value) == Counter(
        a["strength"] for a in taken if a.get("strength")
    )
    ages = [(today - date.fromisoformat(a["agreed"])).days for a in open_ if a.get("agreed")]
    assert told["action_age"].value == {"median": statistics.median(ages), "oldest": max(ages)}


def test_learning(told: dict[str, Any]) -> None:
    good = [r for r in of("lessons") if r["state"] in GOOD]
    assert told["positive_share"].value == sum(r["learning"] == "keep" for r in good) / len(good)
    briefed = {row["lesson"] for b in of("briefings") if b.get("issued") for row in b["lessons"]}
    assert told["lessons_briefed"].value == sum(r["id"] in briefed for r in good) / len(good)
    days = [
        (datetime.fromisoformat(r["learned"]).date() - datetime.fromisoformat(r["identified"]).date()).days
        for r in of("lessons")
        if r.get("learned") and r.get("identified") and r["state"] in ("learned", "retired", "merged")
    ]  # fmt: skip
    assert told["days_to_learn"].n == len(days)
    assert not days or told["days_to_learn"].value == statistics.median(days)


def test_a_period_and_somebody_who_reads_less(examples: House) -> None:
    since, until = date(2026, 1, 1), date(2026, 6, 30)
    analyst = User("analyst", Role.ANALYST)
    found = figures(examples.library, analyst, Wanted(since=since, until=until)).figures
    lessons = [
        r for r in of("lessons")
        if r["state"] in GOOD and str(since) <= r["occurred"] <= str(until) and not r.get("groups")
    ]  # fmt: skip
    assert found["positive_share"].n == len(lessons)
    assert found["four_p_lessons"].parts == {
        key: first(lessons)[key] for key in ("pursue", "prevent", "protect", "prepare")
    }
    debriefed = [o for o in of("operations") if str(since) <= o.get("debriefed", "") <= str(until)]
    assert +Counter(found["four_p_debriefs"].parts) == first(debriefed)


def test_the_page_shows_what_was_counted(examples: House, told: dict[str, Any]) -> None:
    examples.accounts.add(account("rev", Role.REVIEWER), PASSWORD)
    reviewer = Person(create_app(house=examples), "rev", Role.REVIEWER).signs_in()
    rate = told["debrief_rate"]
    page = reviewer.opens("/dashboard?period=all")
    assert f"{rate.parts['debriefed']} of {rate.n}" in page.text
