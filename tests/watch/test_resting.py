"""The watch of each process rests between looks, also where another process does the work."""

import pytest

from lessons.services.watch import keep_watch


class Patience:
    """A signal that is set after so many waits, and remembers how long each was to be."""

    def __init__(self, waits):
        self.left, self.waited = waits, []

    def wait(self, seconds):
        self.waited.append(seconds)
        self.left -= 1
        return self.left < 0


@pytest.mark.parametrize("keeper", [True, False])
def test_it_rests_before_every_look(house, keeper):
    stop = Patience(12)
    keep_watch(house.library, stop, every=3, may_work=lambda: keeper)
    assert min(stop.waited) > 0
