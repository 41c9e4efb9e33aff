"""Search over the records: Whoosh's index files, written and read by arrays. Nothing else imports whoosh."""

from lessons.adapters.whoosh_index.index import WhooshIndex

__all__ = ["WhooshIndex"]
