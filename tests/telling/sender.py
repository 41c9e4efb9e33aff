"""Another process of the same service: one that sends what is due, or one that dies in the middle of a save.

`python -m tests.telling.sender SETTINGS deliver SECONDS`     sends, so many seconds from now; prints how many
`python -m tests.telling.sender SETTINGS die before|after ID` accepts a lesson as rae, and kills itself before the
text is kept or right after it
"""

import json
import os
import signal
import sys
from datetime import timedelta
from pathlib import Path
from typing import Any

from lessons.app import House, build_house
from lessons.services import review


def open_house(settings: str) -> House:
    given = json.loads(settings)
    return build_house(given | {n: Path(given[n]) for n in ("CONTENT_DIR", "INSTANCE_DIR")})


def deliver(house: House, seconds: str) -> None:
    start = house.library.clock
    house.library.clock = lambda: start() + timedelta(seconds=int(seconds))
    print(house.mailroom.deliver().sent)


def die(house: House, when: str, id: str) -> None:
    records = house.library.records
    keep = records.put

    def put(*given: Any, **named: Any) -> Any:
        if when == "after":
            keep(*given, **named)
        os.kill(os.getpid(), signal.SIGKILL)

    records.put = put  # type: ignore[method-assign]
    rae = house.accounts.get("rae").user
    review.make(house.library, rae, id, "accept", {}, expected=1)


if __name__ == "__main__":
    settings, order, *rest = sys.argv[1:]
    {"deliver": deliver, "die": die}[order](open_house(settings), *rest)
