"""Papers as PDF."""

from lessons.adapters.papers_pdf.printer import PdfPrinter

__all__ = ["PdfPrinter"]
