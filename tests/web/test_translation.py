"""Every text that people see can be translated: a made-up language in which each message is put in brackets shows
what was not asked to be.
"""

import re
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from babel.messages.catalog import Catalog
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from flask import Flask
from jinja2 import FileSystemBytecodeCache

from lessons.app import House
from tests.conftest import fitted
from tests.people import Page, Person

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "scripts"))
import translations  # noqa: E402 - a script of ours, beside the package

# What stays as it is in every language.
SAME = {
    "Lessons",
    "English",
    "Cymraeg",
    "OFFICIAL",
    "OFFICIAL-SENSITIVE",
    "×",
    "←",
    "→",
    "⋯",
    "·",
    "!",
    "–",
}
PUNCTUATION = re.compile(r"[\W\d_]*")


@pytest.fixture(scope="session")
def bracketed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Catalogues for “Welsh” in which every message stands in brackets."""
    folder = tmp_path_factory.mktemp("translations")
    catalogue = Catalog(locale="cy")
    for message in translations.texts():
        if message.id and isinstance(message.id, tuple):
            catalogue.add(message.id, tuple(f"⟦{message.id[1]}⟧" for _ in range(5)))
        elif message.id:
            catalogue.add(message.id, f"⟦{message.id}⟧")
    target = folder / "cy" / "LC_MESSAGES"
    target.mkdir(parents=True)
    with (target / "messages.mo").open("wb") as file:
        write_mo(file, catalogue)
    return folder


@pytest.fixture
def app(house: House, compiled: FileSystemBytecodeCache, bracketed: Path) -> Flask:
    """Where every text that can be translated stands in brackets."""
    app = fitted(house, compiled)
    app.extensions["babel"].translation_directories = [str(bracketed)]
    return app


def listed(house: House) -> set[str]:
    """Words of lists, in every language: they are translated in their own files."""
    words = set()
    for vocabulary in house.library.vocabularies.lists.values():
        for term in vocabulary.terms.values():
            words |= {*term.labels.values(), *term.helps.values(), term.key}
    pages = house.library.reference.guidance_pages()
    return words | {p.title for p in pages} | {p.summary for p in pages}


def untranslated(page: Page, allowed: set[str]) -> Iterator[str]:
    for words in page.words:
        left = re.sub(r"⟦.*?⟧", "", words, flags=re.DOTALL)
        if "⟦" in left or "⟧" in left:
            continue  # a message with markup in it, in several pieces
        if not any(
            all(_stays(piece, allowed) for piece in cut) for cut in ([left], left.split("; "))
        ):
            yield words


def _stays(left: str, allowed: set[str]) -> bool:
    left = left.strip(" :")
    return left in allowed or left in SAME or PUNCTUATION.fullmatch(left) is not None


@pytest.mark.parametrize(
    "address",
    [
        "/",
        "/search",
        "/search?q=zzz&theme=radio",
        "/debriefs/new?fresh=1",
        "/account",
    ],
)
def test_no_page_shows_a_text_that_cannot_be_translated(
    address: str, app: Flask, house: House, person: Callable[..., Person]
) -> None:
    officer = person("officer")
    officer.client.set_cookie("language", "cy")
    page = officer.opens(address)
    allowed = listed(house) | {"officer", "zzz", f"http://localhost{address}"}
    assert list(untranslated(page, allowed)) == []


@pytest.mark.parametrize(("address", "status"), [("/nowhere", 404), ("/lessons/L-2026-AAAAA", 404)])
def test_no_error_shows_a_text_that_cannot_be_translated(
    address: str, status: int, app: Flask, person: Callable[..., Person]
) -> None:
    officer = person("officer")
    officer.client.set_cookie("language", "cy")
    assert list(untranslated(officer.opens(address, status=status), set())) == []


def test_the_catalogue_of_welsh_holds_every_message() -> None:
    with (translations.CATALOGUES / "cy/LC_MESSAGES/messages.po").open("rb") as file:
        welsh = read_po(file, locale="cy")
    missing = [m.id for m in translations.texts() if m.id and not _said(welsh, m.id)]
    assert missing == [], "run scripts/translations.py extract, and translate these"


def _said(catalogue: Catalog, id: object) -> bool:
    found = catalogue.get(id)
    said = found.string if found else ""
    return all(said) if isinstance(said, tuple) else bool(said)
