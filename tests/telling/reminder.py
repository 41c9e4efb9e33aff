"""Another process of the same service that reminds people and is killed on the way.

`python -m tests.telling.reminder SETTINGS DAY WHEN`: WHEN says before which settling it kills itself, 1 for the first;
with 0 it comes to its end and prints how many it told.
"""

import os
import signal
import sys
from collections.abc import Sequence
from datetime import datetime

from lessons.app import House
from lessons.library import reminders
from lessons.services.track.reminding import remind
from tests.telling.sender import open_house


def main(house: House, day: str, when: int) -> None:
    moment = datetime.fromisoformat(f"{day}T09:00+00:00")
    house.library.clock = lambda: moment
    reminders.AT_ONCE = 2  # so that there are several
    settle, done = house.outbox.settle, list[int]()

    def die_or_settle(tokens: Sequence[str]) -> None:
        done.append(1)
        if len(done) == when:
            os.kill(os.getpid(), signal.SIGKILL)
        settle(tokens)

    house.outbox.settle = die_or_settle  # type: ignore[method-assign]
    print(remind(house.library, house.outbox, house.accounts))


if __name__ == "__main__":
    main(open_house(sys.argv[1]), sys.argv[2], int(sys.argv[3]))
