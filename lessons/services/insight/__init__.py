"""Insight: what lessons have in common, and what keeps happening."""

from lessons.services.insight.reading import UnderTheme, under_theme
from lessons.services.insight.recurring import (
    Order,
    Standing,
    broader_of,
    facts_of_themes,
    in_order,
    matching,
    standing,
    standings,
    within,
)
from lessons.services.insight.suggesting import suggest, suggest_for
from lessons.services.insight.writing import (
    LONGEST,
    Identifies,
    insight_due,
    write_insight,
)

__all__ = [
    "LONGEST", "Identifies", "Order", "Standing", "UnderTheme", "broader_of",
    "facts_of_themes", "in_order", "insight_due", "matching", "standing", "standings", "suggest", "suggest_for",
    "under_theme", "within", "write_insight",
]  # fmt: skip
