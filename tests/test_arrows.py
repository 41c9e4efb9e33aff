"""Which floor may use which: read from the imports themselves, wherever in a file they stand."""

import ast
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
STANDARD = set(sys.stdlib_module_names)

# What each floor may import of ours. The roof (`app`) may use everything.
FLOORS = {
    "domain": {"domain"},
    "ports": {"ports", "domain"},
    "library": {"library", "domain", "ports"},
    "services": {"services", "domain", "ports", "library"},
    "adapters": {"adapters", "domain", "ports"},
    "web": {"web", "domain", "services", "library", "ports"},
    "cli": {"cli", "domain", "services", "library", "ports"},
}
# On these floors no room knows its neighbours.
WALLED = {"services", "adapters"}
# Packages of the pages and of the command line.
FACES = {
    "babel", "click", "flask", "flask_babel", "flask_login", "flask_wtf", "jinja2", "markdown", "markupsafe", "nh3",
}  # fmt: skip
FACES_IN = {"web", "cli", "app"}
# Arrays pass between adapters as numbers and words do.
COMMON = {"numpy"}
# Web plumbing that the roof puts together, and progress bars.
ROOF = {"whitenoise": {"app"}, "werkzeug": {"app", "web"}, "rich": {"cli"}}


def modules(root: Path) -> dict[str, Path]:
    """Every module under lessons/, by its dotted name; a package goes by the name of its folder."""
    found = {}
    for path in sorted((root / "lessons").rglob("*.py")):
        parts = path.relative_to(root).with_suffix("").parts
        found[".".join(parts[:-1] if parts[-1] == "__init__" else parts)] = path
    return found


def imports(name: str, path: Path, known: set[str]) -> Iterator[tuple[str, int]]:
    """What a module imports, with the line: in functions and under TYPE_CHECKING too."""
    package = name if path.name == "__init__.py" else name.rpartition(".")[0]
    for node in ast.walk(ast.parse(path.read_bytes())):
        if isinstance(node, ast.Import):
            yield from ((alias.name, node.lineno) for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            base = node.module or ""
            if node.level:
                up = package.split(".")[: len(package.split(".")) - node.level + 1]
                base = ".".join([*up, *([base] if base else [])])
            for alias in node.names:
                inner = f"{base}.{alias.name}"
                yield (inner if inner in known else base), node.lineno
        elif isinstance(node, ast.Call) and _calls_import(node):
            first = node.args[0] if node.args else None
            known_word = isinstance(first, ast.Constant) and isinstance(first.value, str)
            yield (str(first.value) if known_word else "lessons.?"), node.lineno  # type: ignore[union-attr]


def _calls_import(node: ast.Call) -> bool:
    named = node.func.id if isinstance(node.func, ast.Name) else getattr(node.func, "attr", "")
    return named in ("__import__", "import_module")


def room(name: str) -> tuple[str, str]:
    """The floor of one of our modules, and its room on that floor."""
    parts = [*name.split("."), "", ""]
    return parts[1], parts[2]


def broken(root: Path) -> list[str]:
    """Every import that goes against the arrows, one line each."""
    found, users = [], dict[str, set[str]]()
    ours = modules(root)
    for name, path in ours.items():
        floor, here = room(name)
        for target, line in imports(name, path, set(ours)):
            top = target.partition(".")[0]
            where = f"{path.relative_to(root)}:{line}: {target}"
            if top == "lessons":
                found += [f"{where} {why}" for why in _inner(floor, here, target)]
            elif top == "config":
                found += [] if floor == "app" else [f"{where} is read by the roof alone"]
            elif top not in STANDARD:
                found += [f"{where} {why}" for why in _outer(floor, top)]
                if floor == "adapters" and top not in COMMON:
                    users.setdefault(top, set()).add(here)
    shared = {top: rooms for top, rooms in users.items() if len(rooms) > 1}
    return found + [f"{top} is used by several adapters: {rooms}" for top, rooms in shared.items()]


def _inner(floor: str, here: str, target: str) -> Iterator[str]:
    to_floor, to_room = room(target)
    if floor in ("app", "") or not to_floor:  # the roof; or the bare package, for its version
        return
    if to_floor not in FLOORS[floor]:
        yield f"is not for {floor}"
    elif to_floor == floor and floor in WALLED and here and to_room != here:
        yield f"is another room of {floor}"


def _outer(floor: str, top: str) -> Iterator[str]:
    if top in FACES:
        if floor not in FACES_IN:
            yield "belongs to web, cli and app"
    elif top in ROOF:
        if floor not in ROOF[top]:
            yield f"belongs to {', '.join(sorted(ROOF[top]))}"
    elif top == "pydantic":
        if floor != "domain":
            yield "belongs to the domain"
    elif floor != "adapters":
        yield "belongs in one adapter"


def circles(root: Path) -> list[list[str]]:
    """Groups of modules that import one another, directly or around."""
    ours = modules(root)
    graph = {
        name: {t for t, _ in imports(name, path, set(ours)) if t in ours and t != name}
        for name, path in ours.items()
    }
    reach = {name: _reached(graph, name) for name in graph}
    groups = {frozenset({n} | {m for m in reach[n] if n in reach[m]}) for n in graph}
    return sorted(sorted(g) for g in groups if len(g) > 1)


def _reached(graph: dict[str, set[str]], start: str) -> set[str]:
    seen: set[str] = set()
    waiting = list(graph[start])
    while waiting:
        each = waiting.pop()
        if each not in seen:
            seen.add(each)
            waiting += graph[each]
    return seen


def test_every_import_follows_the_arrows() -> None:
    assert broken(ROOT) == []


def test_no_module_imports_itself_around_a_corner() -> None:
    assert circles(ROOT) == []


def test_every_floor_is_there_and_no_other() -> None:
    floors = {room(name)[0] for name in modules(ROOT)} - {""}
    assert floors == {*FLOORS, "app"}


@pytest.mark.parametrize(
    ("where", "code"),
    [
        ("domain/record.py", "from lessons.ports import Change"),
        ("domain/record.py", "import yaml"),
        ("ports.py", "from lessons import library"),
        ("library.py", "from lessons.services.find import search"),
        ("services/find.py", "from lessons.services import capture"),
        ("services/find.py", "from lessons.services.capture import send"),
        ("services/find.py", "from . import capture"),
        ("services/find.py", "import lessons.adapters.files"),
        ("services/find.py", "from flask import request"),
        ("services/find.py", "def late() -> None:\n    import whoosh"),
        ("services/find.py", "from importlib import import_module\nimport_module('whoosh.index')"),
        ("web/find.py", "from lessons.adapters.files import FileRecords"),
        (
            "web/find.py",
            "from typing import TYPE_CHECKING\nif TYPE_CHECKING:\n    import lessons.app",
        ),
        ("web/find.py", "from whitenoise import WhiteNoise"),
        ("web/find.py", "import config"),
        ("cli/find.py", "from lessons.web import find"),
        ("cli/find.py", "from sqlalchemy import select"),
        ("adapters/files.py", "from lessons.library import Library"),
        ("adapters/files.py", "from lessons.adapters.mail import send"),
        ("adapters/files.py", "from ..services import find"),
        ("adapters/files.py", "import flask"),
    ],
)
def test_a_planted_violation_is_caught(tmp_path: Path, where: str, code: str) -> None:
    _plant(tmp_path, where, code)
    [caught] = broken(tmp_path)
    assert caught.startswith(f"lessons/{where}:")


def test_two_adapters_with_the_same_package_are_caught(tmp_path: Path) -> None:
    _plant(tmp_path, "adapters/files.py", "import yaml")
    assert broken(tmp_path) == []
    _plant(tmp_path, "adapters/mail.py", "import yaml")
    [caught] = broken(tmp_path)
    assert "yaml" in caught


def test_a_planted_circle_is_caught(tmp_path: Path) -> None:
    _plant(tmp_path, "domain/one.py", "from lessons.domain.two import b")
    _plant(tmp_path, "domain/two.py", "from lessons.domain import three")
    _plant(tmp_path, "domain/three.py", "def c() -> None:\n    from lessons.domain import one")
    assert circles(tmp_path) == [
        ["lessons.domain.one", "lessons.domain.three", "lessons.domain.two"]
    ]


def _plant(root: Path, where: str, code: str) -> None:
    path = root / "lessons" / where
    path.parent.mkdir(parents=True, exist_ok=True)
    for package in (root / "lessons", path.parent):
        (package / "__init__.py").touch()
    for neighbour in ("services/capture.py", "library.py", "web/find.py"):
        beside = root / "lessons" / neighbour
        beside.parent.mkdir(parents=True, exist_ok=True)
        beside.touch()
    path.write_text(code)
