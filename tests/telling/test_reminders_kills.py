"""A process that reminds people may be killed at any moment: in the end each of them was told each thing once."""

import json
import signal
import subprocess
import sys
from collections.abc import Callable, Mapping
from datetime import date, timedelta
from pathlib import Path

from lessons.app import House
from lessons.domain.access import SYSTEM
from lessons.domain.record import Kind, Record
from lessons.services.telling import catch_up
from tests.telling.scenes import Scene

ROOT = Path(__file__).resolve().parents[2]
PATIENCE = 60


def remind(settings: Mapping[str, object], when: int) -> tuple[int, str]:
    """In a process of its own: how it ended, and what it said."""
    given = json.dumps({name: str(value) for name, value in settings.items()})
    order = [sys.executable, "-m", "tests.telling.reminder", given, "2026-05-07", str(when)]
    done = subprocess.run(
        order, cwd=ROOT, capture_output=True, text=True, timeout=PATIENCE, check=False
    )
    return done.returncode, done.stdout.strip()


def test_killed_before_each_settling_everybody_is_told_once(
    house: House, scene: Scene, known: Callable[..., None], settings: Mapping[str, object]
) -> None:
    known(olly="officer")
    ids = [f"A-2026-D000{n}" for n in range(4)]
    for id in ids:
        fields = {"title": "Print the card", "owner": "olly", "due": date(2026, 5, 6)}
        house.library.save(SYSTEM, "import", Record(id, Kind.ACTION, fields=fields), expected=0)
    assert remind(settings, 1) == (-signal.SIGKILL, "")
    assert scene.told("olly") == [], "what is not settled is not told"
    assert remind(settings, 2) == (-signal.SIGKILL, "")
    assert len(scene.told("olly")) == 2, "the first two were told, the next two were cut off"
    assert remind(settings, 0) == (0, "2")
    assert remind(settings, 0) == (0, "0")
    for hours in (1, 3, 24 * 400):
        later = house.library.clock() + timedelta(hours=hours)
        catch_up(house.outbox, house.library.records, later)
        assert house.outbox.unsettled(later) == []
    assert sorted(scene.told("olly")) == [("action_overdue", id) for id in ids]
