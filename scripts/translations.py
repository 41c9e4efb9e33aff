"""Catalogues of translations: extract what is to be translated, and compile what was.

Use: python scripts/translations.py extract     renews every messages.po from the code and the templates
     python scripts/translations.py             compiles those that changed; `make setup` does it
"""

import os
import sys
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.extract import extract_from_dir
from babel.messages.frontend import parse_mapping_cfg
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po

ROOT = Path(__file__).resolve().parent.parent
CATALOGUES = ROOT / "lessons" / "translations"
KEYWORDS = {"_": None, "N_": None, "gettext": None, "ngettext": (1, 2)}


def texts() -> Catalog:
    """Everything that people see, from code and templates, with where it stands."""
    catalogue = Catalog(project="Lessons", charset="utf-8")
    with (ROOT / "babel.cfg").open() as file:
        methods, options = parse_mapping_cfg(file)  # type: ignore[no-untyped-call]
    found = extract_from_dir(ROOT, methods, options, KEYWORDS, directory_filter=_wanted)
    for name, line, message, comments, context in sorted(found, key=lambda f: (f[0], f[1])):
        catalogue.add(message, None, [(name, line)], auto_comments=comments, context=context)
    return catalogue


def _wanted(folder: str | os.PathLike[str]) -> bool:
    name = Path(folder).name
    return not name.startswith(".") and name not in {"node_modules", "build", "dist", "vendor"}


def extract() -> None:
    template = texts()
    for path in sorted(CATALOGUES.glob("*/LC_MESSAGES/messages.po")):
        with path.open("rb") as file:
            catalogue = read_po(file, locale=path.parent.parent.name)
        catalogue.update(template, no_fuzzy_matching=True)
        with path.open("wb") as file:
            write_po(file, catalogue, omit_header=False, include_lineno=False, width=100,
                     ignore_obsolete=True, sort_by_file=True)  # fmt: skip


def compile_all() -> None:
    for path in sorted(CATALOGUES.glob("*/LC_MESSAGES/messages.po")):
        made = path.with_suffix(".mo")
        if made.exists() and made.stat().st_mtime_ns >= path.stat().st_mtime_ns:
            continue
        with path.open("rb") as file:
            catalogue = read_po(file, locale=path.parent.parent.name)
        beside = made.with_suffix(f".{os.getpid()}")
        with beside.open("wb") as file:
            write_mo(file, catalogue)
        beside.replace(made)


if __name__ == "__main__":
    extract() if sys.argv[1:] == ["extract"] else compile_all()
