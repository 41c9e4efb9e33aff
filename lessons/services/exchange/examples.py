"""The example knowledge base: invented records, all marked as examples."""

from collections.abc import Callable
from pathlib import Path

from lessons.domain.access import SYSTEM
from lessons.domain.errors import NotFound
from lessons.library import Library
from lessons.ports import Change, RecordText


def load_examples(
    library: Library, text: RecordText, folder: Path, progress: Callable[[int, int | None], None]
) -> int:
    """Keep every example that is not here yet; how many were added. Raises Unreadable, NotFound without a folder."""
    if not folder.is_dir():
        raise NotFound("There are no examples here: %(folder)s does not exist.", folder=str(folder))
    paths = sorted(folder.glob("*/*.md"))
    changes = []
    for done, path in enumerate(paths, 1):
        record = text.parse(path.read_bytes().decode("utf-8"), str(path)).record
        if not _known(library, record.id):
            changes.append(Change(record, 0))
        progress(done, len(paths))
    library.save_many(SYSTEM, "example", changes)
    return len(changes)


def _known(library: Library, id: str) -> bool:
    try:
        library.records.get(id)
    except NotFound:
        return False
    return True
