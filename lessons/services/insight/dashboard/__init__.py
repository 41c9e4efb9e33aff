"""The dashboard and the monthly pack: what the registers add up to, for one reader."""

from lessons.services.insight.dashboard.board import Board, QuarterOf, Wanted, figures
from lessons.services.insight.dashboard.pack import (
    ASKED,
    Ask,
    Decision,
    Pack,
    Waiting,
    month_of,
    monthly,
)

__all__ = [
    "ASKED", "Ask", "Board", "Decision", "Pack", "QuarterOf", "Waiting", "Wanted", "figures", "month_of", "monthly",
]  # fmt: skip
