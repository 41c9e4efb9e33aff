"""One step back for the last change of a theme, as long as nobody has changed the theme since."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import datetime

from lessons.domain.access import User
from lessons.domain.errors import Invalid, LessonsError, Problem
from lessons.domain.record import Record
from lessons.domain.text import N_
from lessons.domain.themes import ThemeState
from lessons.library import Library
from lessons.ports import Notebook
from lessons.services.insight import batches
from lessons.services.insight.batch import Plan
from lessons.services.insight.theme_changes import Changing
from lessons.services.insight.themes import VERB, batch_id, held, name_for


@dataclass(frozen=True, slots=True)
class Last:
    """The last change of a theme. what: a word of WHAT. who: "" for those who do not see names."""

    what: str
    revision: int
    who: str
    at: datetime
    into: str = ""


WHAT = {
    "added": N_("Added"), "asked": N_("Asked for"), "taken": N_("Taken into use"), "merged": N_("Merged"),
    "split": N_("Split"), "retired": N_("Retired"), "back": N_("Brought back"), "unmerged": N_("Merge undone"),
    "changed": N_("Changed"),
}  # fmt: skip


def last_change(library: Library, by: User, key: str) -> Last | None:
    """What undo would take back; None where nothing can be."""
    stored = held(library, by, key)
    last = stored.revision
    if last.verb != VERB or not last.number:
        return None
    before = library.records.revision(key, last.number - 1).record if last.number > 1 else None
    return Last(
        _what(before, stored.record), last.number, name_for(by, last.by), last.at,
        stored.record.line("merged_into"),
    )  # fmt: skip


def _what(before: Record | None, after: Record) -> str:
    now = after.line("theme_state")
    if before is None:
        return "asked" if now == ThemeState.PROPOSED else "added"
    was = before.line("theme_state")
    if before.keys("split_into") != after.keys("split_into") and after.keys("split_into"):
        return "split"
    if was == now:
        return "changed"
    if now == ThemeState.CURRENT:
        return {"proposed": "taken", "retired": "back"}.get(was, "unmerged")
    return {"merged": "merged", "retired": "retired"}.get(now, "unmerged")


NOT_HERE = N_("The last change of this theme was not made on these pages, so it cannot be undone here.")  # fmt: skip


LONG_AGO = N_(
    "This was too long ago to be undone: what it changed is not kept any more. Add the theme again instead."
)


def undoing(
    library: Library, notebook: Notebook, by: User, key: str
) -> Callable[[Record], Changing]:
    """Take back the last change of a theme, and what followed from it. Raises Invalid, when it is called."""

    def build(record: Record) -> Changing:
        last = library.records.get(key).revision
        if last.verb != VERB:
            raise Invalid([Problem("", NOT_HERE)])
        parts = list(batches.parts_of(notebook, last.by, batch_id(key, last.number, last.by)))
        if record.line("merged_into") and not parts:
            raise Invalid([Problem("", LONG_AGO)])
        others = parts[0].others if parts else []
        back = _before(library, key, last.number)

        def stop() -> None:
            parts[:] = [batches.stop(library, notebook, each) for each in parts]

        def plan() -> Plan:
            if not parts:
                return Plan("undo", (key,), {}, ())
            undone = batches.reversal(library, by, parts)
            return replace(undone, keys=(key, *undone.keys[1:]))

        return Changing(back, tuple(_others_back(library, others)), plan, stop)

    return build


def _before(library: Library, key: str, number: int) -> Record:
    """As it was before a revision; retired where that was the first, since records are not destroyed for a slip."""
    if number > 1:
        return library.records.revision(key, number - 1).record
    return library.records.get(key).record.with_(theme_state=ThemeState.RETIRED)


def _others_back(
    library: Library, others: Sequence[Sequence[object]]
) -> Iterator[tuple[Record, int]]:
    """Themes that were saved along with it and that nobody has changed since."""
    for key, number in others:
        with suppress(LessonsError):
            stored = library.records.get(str(key))
            if stored.revision.number == number:
                yield _before(library, str(key), stored.revision.number), stored.revision.number
