"""Lessons: what operational debriefs teach about serious and organised crime, recorded, found and applied."""

__version__ = "0.1.0"
