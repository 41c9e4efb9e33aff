"""Plain files: records, their history, and the lists and pages that people edit beside them."""

from lessons.adapters.files.codec import PlainText
from lessons.adapters.files.reference import FileReference
from lessons.adapters.files.store import FileRecords

__all__ = ["FileRecords", "FileReference", "PlainText"]
