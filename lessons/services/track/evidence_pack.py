"""An evidence pack as one file: documents, records, files kept as evidence, and a list with the sum of each."""

import csv
import hashlib
import io
import json
import re
import zipfile
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import KW_ONLY, dataclass
from datetime import datetime
from typing import IO, BinaryIO

from lessons.domain.access import User
from lessons.domain.cells import inert
from lessons.domain.errors import LessonsError
from lessons.domain.record import Record, Stored
from lessons.library import Library
from lessons.ports import Event, RecordText
from lessons.services.track.findings import Chain

PIECE = 1 << 20
MOST_NAME = 120  # characters of a file's name in the pack
DISCLOSED = "disclosure"  # the verb of the audit log
LOST = "missing or no longer what it was when it was taken in"  # of a file, in the list


@dataclass(frozen=True, slots=True)
class Pack:
    """What goes into the file. papers: documents already made, by name. table: the chain as rows, its head first.

    trim: takes out of a record what its reader may not know of. made: for whom and when, in words.
    """

    chain: Chain
    _: KW_ONLY
    papers: Mapping[str, bytes]
    table: Sequence[Sequence[str]]
    marking: str
    made: str
    reader: User
    at: datetime
    trim: Callable[[Record], Record] = lambda record: record


@dataclass(frozen=True, slots=True)
class _Member:
    name: str
    size: int
    sha256: str


def note(library: Library, reader: User, chain: Chain, how: str) -> None:
    """Tell the audit log, of each record, that it was taken away in a pack."""
    told, now = f"evidence pack {chain.finding.record.id} as {how}", library.clock()
    taken = ((each.record.id, each.revision.number) for each in chain.all)
    library.audit.note(
        *(Event(now, reader.name, DISCLOSED, record=id, revision=n, note=told) for id, n in taken)
    )


def write(library: Library, text: RecordText, pack: Pack, out: IO[bytes]) -> None:
    """The same pack gives the same bytes. A file of evidence that cannot be read is named as lost in the list."""
    members: list[_Member] = []
    lost: list[str] = []
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as file:
        stamp = _Stamp(file, pack.at.timetuple()[:6], members)
        for name, content in pack.papers.items():
            stamp.add(name, io.BytesIO(content))
        stamp.add("chain.csv", io.BytesIO(_table(pack.table)))
        for each in pack.chain.all:
            shown = Stored(pack.trim(each.record), each.revision)
            name = f"records/{shown.record.kind.folder}/{shown.record.id}.md"
            stamp.add(name, io.BytesIO(text.render(shown).encode()))
        for each in pack.chain.actions:
            _evidence(library, each.record, stamp, lost)
        stamp.add("manifest.json", io.BytesIO(_manifest(pack, members, lost)), listed=False)
        stamp.add("manifest.txt", io.BytesIO(_in_words(pack, members, lost)), listed=False)


@dataclass(frozen=True, slots=True)
class _Stamp:
    """Puts files into a pack, all with the moment at which it was made, and keeps their sums."""

    file: zipfile.ZipFile
    moment: tuple[int, ...]
    members: list[_Member]

    def add(self, name: str, content: BinaryIO, *, listed: bool = True) -> None:
        year, *rest = self.moment
        entry = zipfile.ZipInfo(name, (max(year, 1980), *rest))  # type: ignore[arg-type]
        entry.compress_type = zipfile.ZIP_DEFLATED
        entry.external_attr = 0o600 << 16
        sum, size = hashlib.sha256(), 0
        with self.file.open(entry, "w") as member:
            while piece := content.read(PIECE):
                member.write(piece)
                sum.update(piece)
                size += len(piece)
        if listed:
            self.members.append(_Member(name, size, sum.hexdigest()))


def _evidence(library: Library, action: Record, stamp: _Stamp, lost: list[str]) -> None:
    taken: set[str] = set()
    for row in action.rows("files"):
        kept = row.get("name", "")
        name = f"evidence/{action.id}/{_safe(kept, taken)}"
        if library.attachments is None:
            lost.append(name)
            continue
        try:
            attached, content = library.attachments.open(action.id, kept)
        except LessonsError:
            lost.append(name)
            continue
        with content:
            if attached.sha256 != row.get("sha256"):
                lost.append(name)
                continue
            stamp.add(name, content)


def _safe(name: str, taken: set[str]) -> str:
    """A name that no program can take for a way out of its folder, and that no other file has."""
    plain = (
        re.sub(r"\.{2,}", ".", re.sub(r"[^\w.\- ]", "_", name))
        .strip(" .")[-MOST_NAME:]
        .lstrip(" .")
        or "file"
    )
    found, n = plain, 1
    while found.casefold() in taken:
        n += 1
        found = f"{n}-{plain}"
    taken.add(found.casefold())
    return found


def _table(rows: Iterable[Sequence[str]]) -> bytes:
    file = io.StringIO(newline="")
    file.write("\ufeff")  # without which a spreadsheet misreads what is not ASCII
    csv.writer(file).writerows([inert(cell) for cell in row] for row in rows)
    return file.getvalue().encode("utf-8", "replace")


def _manifest(pack: Pack, members: Sequence[_Member], lost: Sequence[str]) -> bytes:
    told = {
        "pack": pack.chain.finding.record.id,
        "marking": pack.marking,
        "made_by": pack.reader.name,
        "role": pack.reader.role.value,
        "made_at": pack.at.isoformat(),
        "records": [{"id": s.record.id, "revision": s.revision.number} for s in pack.chain.all],
        "files": [{"name": m.name, "bytes": m.size, "sha256": m.sha256} for m in members],
        "lost": list(lost),
    }
    return (json.dumps(told, ensure_ascii=False, indent=2) + "\n").encode()


def _in_words(pack: Pack, members: Sequence[_Member], lost: Sequence[str]) -> bytes:
    """As `sha256sum --check` reads it, with what else is to be said behind a hash sign."""
    head = [pack.marking, f"{pack.chain.finding.record.id}", pack.made]
    lines = [f"# {' '.join(line.split())}" for line in head]
    lines += [f"{m.sha256}  {m.name}" for m in members]
    lines += [f"# {m.name}: {m.size} bytes" for m in members]
    lines += [f"# {name}: {LOST}" for name in lost]
    return ("\n".join([*lines, f"# {pack.marking}"]) + "\n").encode()
