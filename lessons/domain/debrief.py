"""The law of a debrief that was sent in: it may be disclosed in court, so it never changes; corrections are added."""

from lessons.domain.errors import Invalid, Problem
from lessons.domain.record import Kind, Record
from lessons.domain.text import N_

# Who may read it can change; what it says cannot.
READING = frozenset({"marking", "groups", "restricted_because", "restricted_until", "readers"})


def changed(before: Record, after: Record) -> list[str]:
    """The names of what would be written over; [] where corrections are only added. Nothing is, before it is sent."""
    if before.kind is not Kind.DEBRIEF or before.moment("sent") is None:
        return []
    names = {*before.fields, *after.fields} - READING - {"corrections"}
    found = [n for n in sorted(names) if before.fields.get(n) != after.fields.get(n)]
    found += [
        n for n in {**before.texts, **after.texts} if before.texts.get(n) != after.texts.get(n)
    ]
    held = before.rows("corrections")
    if after.rows("corrections")[: len(held)] != held:
        found.append("corrections")
    return found


def keep_as_sent(before: Record, after: Record) -> None:
    """Raises Invalid."""
    names = changed(before, after)
    if names:
        never = N_("A debrief that was sent in never changes. Add a correction to it instead.")
        raise Invalid([Problem(name, never) for name in names], never)
