"""The one door to records: open, save, history, search, sync. Access first, then audit, then keep, then index."""

from lessons.library.door import Library, utc_now
from lessons.library.upkeep import SyncReport
from lessons.library.walking import every

__all__ = ["Library", "SyncReport", "every", "utc_now"]
