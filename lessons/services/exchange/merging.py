"""A row that comes again, put together with what people changed here since it first came."""

from lessons.domain.access import highest
from lessons.domain.errors import LessonsError
from lessons.domain.record import Record, Stored
from lessons.library import Library

IMPORT = "import"
PEOPLES_OWN = ("state", "author")  # stay as they are here, whatever the row says


def merged(library: Library, old: Stored, new: Record) -> Record:
    """What changed in the row since it was last taken in, over what is here; the rest is people's work and stays."""
    base = _last_taken_in(library, old)
    fields = {
        name: value
        for name, value in new.fields.items()
        if name not in (*PEOPLES_OWN, "themes") and base.fields.get(name) != value
    }
    texts = {name: text for name, text in new.texts.items() if base.texts.get(name) != text}
    if "marking" in fields and not base.fields:  # nothing says that people here did not raise it
        fields["marking"] = highest((old.record.line("marking"), new.line("marking")))
    brought, had, here = (set(r.keys("themes")) for r in (new, base, old.record))
    ordered = (*old.record.keys("themes"), *new.keys("themes"))
    wanted = (here | (brought - had)) - (had - brought)
    themes = tuple(t for t in dict.fromkeys(ordered) if t in wanted)
    return old.record.with_(**fields, themes=themes).with_texts(**texts)


def _last_taken_in(library: Library, old: Stored) -> Record:
    """The record as the last import left it; an empty one where it never was imported."""
    if old.revision.verb == IMPORT:
        return old.record
    try:
        for revision in reversed(library.records.history(old.record.id)):
            if revision.verb == IMPORT and not revision.closed:
                return library.records.revision(old.record.id, revision.number).record
    except LessonsError:
        pass
    return Record(old.record.id, old.record.kind)
