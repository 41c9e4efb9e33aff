"""Outbuildings: one outside thing each."""
