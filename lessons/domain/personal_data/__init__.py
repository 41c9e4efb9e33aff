"""Finds personal data and sensitive detail in free text, so that people can take it out."""

from lessons.domain.personal_data.kinds import KINDS, Flag, FlagKind
from lessons.domain.personal_data.scanning import redact, scan, stops

__all__ = ["KINDS", "Flag", "FlagKind", "redact", "scan", "stops"]
