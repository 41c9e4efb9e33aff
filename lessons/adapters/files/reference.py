"""Vocabularies, synonyms and guidance pages as files that people edit; read again when they change."""

import logging
import os
import secrets
import stat
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from threading import Lock

from lessons.adapters.files import disk, editing
from lessons.adapters.files.reading import read_page, read_synonyms, read_vocabulary
from lessons.adapters.files.yaml_words import FILE, NotYaml
from lessons.domain.errors import Invalid, NotFound, Problem
from lessons.domain.synonyms import Group, Synonyms
from lessons.domain.text import N_
from lessons.domain.vocabulary import Vocabularies, Vocabulary
from lessons.domain.words import plain_words
from lessons.ports import Page

log = logging.getLogger(__name__)

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
        self._wanted_pages: tuple[Page, ...] = ()
        self._locks = disk.Locks(content / ".history" / "locks")

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

    def wanted_pages(self) -> Sequence[Page]:
        self._look()
        return self._wanted_pages

    # --- changes -----------------------------------------------------------------------------------
    def add_synonym(self, words: str, term: str) -> None:
        def edit(text: str) -> str:
            groups = _groups_in(text)
            number = _group_of(groups, term)
            if number is None:
                return editing.add_group(text, (term, words))
            if words in groups[number].terms:
                return text
            return editing.add_term(text, number, words)

        self._change(self._content / "synonyms.yaml", edit, read_synonyms)

    def drop_synonym(self, words: str, term: str) -> None:
        def edit(text: str) -> str:
            for number, group in enumerate(_groups_in(text)):
                if words in group.terms and any(_same(term, each) for each in group.terms):
                    return editing.drop_term(text, number, words)
            return text

        self._change(self._content / "synonyms.yaml", edit, read_synonyms)

    def add_also(self, page: str, words: str) -> None:
        if words not in self.guidance(page).also:
            self._change(self._page(page), lambda text: editing.add_also(text, words), read_page)

    def drop_also(self, page: str, words: str) -> None:
        if words in self.guidance(page).also:
            self._change(self._page(page), lambda text: editing.drop_also(text, words), read_page)

    def ask_for_page(self, name: str, title: str, words: str) -> None:
        self._look()
        last = max((page.order for page in (*self._pages, *self._wanted_pages)), default=0)
        path = self._page(name)
        if path.exists():
            raise Invalid(
                [Problem("guidance", N_("There is a guidance page of that name already."))]
            )
        self._change(path, lambda text: text or editing.new_page(title, words, last + 1), read_page)

    def drop_page(self, name: str) -> None:
        page = next((page for page in self.wanted_pages() if page.name == name), None)
        if page is None:
            return
        if page.text.strip():
            raise Invalid([Problem("guidance", N_("Somebody has begun to write this page."))])
        with self._may_fail(self._page(name)):
            self._page(name).unlink(missing_ok=True)
        self._look_again()

    def _page(self, name: str) -> Path:
        return self._content / "guidance" / f"{name}.md"

    def _change(self, path: Path, edit: Callable[[str], str], read: Read) -> None:
        """Write a file anew, if it can be read afterwards. Raises Invalid, Busy."""
        with self._may_fail(path), self._locks.hold([path.name]):
            data, state = disk.read(path) if path.exists() else (b"", None)
            text = _changed(_decoded(data), edit)
            problems: list[Problem] = []
            if read(path.stem, text, problems) is None or problems:
                raise ValueError("the file would not be right")
            if text.encode() != data:
                disk.make_folder(path.parent)
                _replace(path, text.encode(), state)
        self._look_again()

    @staticmethod
    @contextmanager
    def _may_fail(path: Path) -> Iterator[None]:
        """Raises Invalid for whatever stands against a change of this file: a mistake in it, or the disk."""
        try:
            yield
        except (OSError, ValueError) as error:  # NotYaml is a ValueError
            log.warning("%s could not be changed: %s", path, error)
            message = N_("The file %(file)s cannot be changed from here. Ask your administrator.")
            raise Invalid([Problem(FILE, message, values=(("file", path.name),))]) from error

    def _look_again(self) -> None:
        with self._lock:
            self._next = 0.0
        self._look()

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
        self._pages = tuple(page for page in pages if not page.draft)
        self._wanted_pages = tuple(page for page in pages if page.draft)


def _decoded(data: bytes) -> str:
    try:
        return data.decode()
    except UnicodeDecodeError as error:
        line = 1 + data.count(b"\n", 0, error.start)
        message = N_("This is not UTF-8 text. Save the file as UTF-8.")
        raise NotYaml(Problem(FILE, message, line)) from None


def _changed(text: str, edit: Callable[[str], str]) -> str:
    """The text after an edit that knows nothing of byte order marks and Windows line ends."""
    mark = "\ufeff" if text.startswith("\ufeff") else ""
    windows = "\r\n" in text
    plain = text.removeprefix(mark).replace("\r\n", "\n")
    new = edit(plain)
    if new == plain:
        return text
    return mark + (new.replace("\n", "\r\n") if windows else new)


def _replace(path: Path, data: bytes, state: os.stat_result | None) -> None:
    """The whole of the new text or the whole of the old, whenever the power goes."""
    beside = path.with_name(f".{path.name}.{secrets.token_hex(4)}")
    try:
        disk.write_new(beside, data, after=state)
        beside.chmod(stat.S_IMODE(state.st_mode) if state else 0o644)
        disk.flush([beside])
        beside.replace(path)
    finally:
        beside.unlink(missing_ok=True)
    disk.flush([path.parent])


def _groups_in(text: str) -> tuple[Group, ...]:
    problems: list[Problem] = []
    groups = read_synonyms("synonyms", text, problems)
    if problems or groups is None:
        raise ValueError("the list has mistakes")
    return groups


def _same(one: str, other: str) -> bool:
    return plain_words(one) == plain_words(other)


def _group_of(groups: Sequence[Group], term: str) -> int | None:
    """The group that a term names: as its first term, or else as one that means nothing else here."""
    for number, group in enumerate(groups):
        if _same(group.terms[0], term):
            return number
    return next(
        (
            number
            for number, group in enumerate(groups)
            if any(_same(each, term) for each in group.terms if each not in group.ambiguous)
        ),
        None,
    )
