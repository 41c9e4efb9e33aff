"""Operation orders, as people have them: Word files and plain text, read for their words and not kept."""

from lessons.adapters.orders.reader import OrderFiles

__all__ = ["OrderFiles"]
