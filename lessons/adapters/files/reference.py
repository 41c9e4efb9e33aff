"""Vocabularies, synonyms and guidance pages as files that people edit; read again when they change."""

import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from threading import Lock

from lessons.adapters.files import disk
from lessons.adapters.files.reading import read_page, read_synonyms, read_vocabulary
from lessons.adapters.files.yaml_words import FILE, NotYaml
from lessons.domain.errors import NotFound, Problem
from lessons.domain.synonyms import Group, Synonyms
from lessons.domain.text import N_
from lessons.domain.vocabulary import Vocabularies, Vocabulary
from lessons.ports import Page

Reading = Vocabulary | Page | tuple[Group, ...]
Read = Callable[[str, str, list[Problem]], Reading | None]


@dataclass(frozen=True, slots=True)
class _File:
    """What a file said last. good: the last reading without problems, if there ever was one."""

    version: str
    good: Reading | None
    problems: tuple[Problem, ...]


class FileReference:
    """Keeps `ports.Reference` for `vocabularies/*.yaml`, `synonyms.yaml` and `guidance/*.md`.

    The same object is given until a file changes, so that callers may keep what they derive from it.
    """

    def __init__(self, content: Path, every: float = 1.0) -> None:
        """every: seconds between looks at the folder, at least."""
        self._content = content
        self._every = every
        self._next = 0.0
        self._lock = Lock()
        self._files: dict[Path, _File] = {}
        self._vocabularies = Vocabularies({})
        self._synonyms = Synonyms()
        self._pages: tuple[Page, ...] = ()

    def vocabularies(self) -> Vocabularies:
        self._look()
        return self._vocabularies

    def synonyms(self) -> Synonyms:
        self._look()
        return self._synonyms

    def guidance_pages(self) -> Sequence[Page]:
        """By their `order`, then by title."""
        self._look()
        return self._pages

    def guidance(self, name: str) -> Page:
        for page in self.guidance_pages():
            if page.name == name:
                return page
        raise NotFound()

    def problems(self) -> Sequence[tuple[str, Problem]]:
        self._look()
        files = sorted(self._files.items())
        return [(str(path), problem) for path, file in files for problem in file.problems]

    def _look(self) -> None:
        with self._lock:
            now = time.monotonic()
            if now < self._next:
                return
            files = {path: self._file(path, read) for path, read in self._wanted()}
            if files != self._files:
                self._files = files
                self._compose()
            self._next = time.monotonic() + self._every

    def _wanted(self) -> Iterator[tuple[Path, Read]]:
        readers: tuple[tuple[str, Read], ...] = (
            ("vocabularies/[!.]*.yaml", read_vocabulary),
            ("synonyms.yaml", read_synonyms),
            ("guidance/[!.]*.md", read_page),
        )
        for pattern, read in readers:
            yield from ((path, read) for path in sorted(self._content.glob(pattern)))

    def _file(self, path: Path, read: Read) -> _File:
        before = self._files.get(path)
        try:
            version = disk.version_of(path.lstat())
            if before and before.version == version:
                return before
            data, state = disk.read(path)
        except OSError as error:
            why = str(error.strerror or error)
            problem = Problem(FILE, N_("This file cannot be opened: %(why)s."), 0, (("why", why),))
            return _File("", before.good if before else None, (problem,))
        problems: list[Problem] = []
        good: Reading | None = None
        try:
            good = read(path.stem, _decoded(data), problems)
        except NotYaml as error:
            problems.append(error.problem)
        if problems or good is None:
            good = before.good if before else None
        problems.sort(key=lambda problem: problem.line)
        return _File(disk.version_of(state), good, tuple(problems))

    def _compose(self) -> None:
        """Only what differs is made anew."""
        good = [file.good for file in self._files.values()]
        lists = {g.name: g for g in good if isinstance(g, Vocabulary)}
        groups = tuple(group for g in good if isinstance(g, tuple) for group in g)
        pages = sorted((g for g in good if isinstance(g, Page)), key=lambda p: (p.order, p.title))
        if lists != self._vocabularies.lists:
            self._vocabularies = Vocabularies(lists)
        if groups != self._synonyms.groups:
            self._synonyms = Synonyms(groups)
        self._pages = tuple(pages)


def _decoded(data: bytes) -> str:
    try:
        return data.decode()
    except UnicodeDecodeError as error:
        line = 1 + data.count(b"\n", 0, error.start)
        message = N_("This is not UTF-8 text. Save the file as UTF-8.")
        raise NotYaml(Problem(FILE, message, line)) from None
