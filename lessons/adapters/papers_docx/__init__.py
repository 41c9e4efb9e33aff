"""Papers as Word files."""

from lessons.adapters.papers_docx.printer import DocxPrinter

__all__ = ["DocxPrinter"]
