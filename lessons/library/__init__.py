"""The one door to records: open, save, history, search, sync. Access first, then audit, then keep, then index."""

from lessons.library.door import Library, utc_now
from lessons.library.upkeep import SyncReport

__all__ = ["Library", "SyncReport", "utc_now"]
