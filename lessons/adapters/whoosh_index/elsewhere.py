"""The environment of processes that work for the index: what Python needs, and no secrets."""

import os
from collections.abc import Mapping

_NEEDED = ("HOME", "LANG", "LD_LIBRARY_PATH", "PATH", "SYSTEMROOT", "TEMP", "TMP", "TMPDIR", "TZ")


def environment(path: str, **more: str) -> Mapping[str, str]:
    """path: where Python looks for modules."""
    kept = {n: v for n, v in os.environ.items() if n in _NEEDED or n.startswith(("LC_", "COV_"))}
    return {**kept, "PYTHONPATH": path, **more}
