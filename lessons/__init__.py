"""Lessons: what operational debriefs teach about serious and organised crime, recorded, found and applied."""

import os

# Before anything loads numpy. The products of a search are small: threads for them only wait, at three times the cost.
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")

__version__ = "0.1.0"
