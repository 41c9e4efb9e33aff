"""What one reader's search keeps for later may be thrown away by another's at any moment."""

from pathlib import Path
from typing import Any

from tests.adapters.search_index import found, index_in, lesson


class Forgetful(dict[Any, Any]):
    """What was put in is gone again at once, as where many other people search at the same moment."""

    def __setitem__(self, key: Any, value: Any) -> None:
        pass


def test_a_search_goes_on_where_others_have_pushed_its_counts_out(tmp_path: Path) -> None:
    """A look-up that fails would be taken for a damaged index, and search taken away from everybody."""
    index = index_in(tmp_path, lesson(1, "Radio batteries"))
    index.snapshot()._told = Forgetful()
    assert found(index, "radio") == ["Radio batteries"]
    assert index.ready()
