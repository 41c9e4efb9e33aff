"""Files that people add to a record: looked at, and kept beside it as plain files."""

from lessons.adapters.attachments.store import FileAttachments

__all__ = ["FileAttachments"]
