"""`lessons run` as people start it: a real server with several processes, on a free port, in a folder of its own."""

import json
import os
import re
import shutil
import signal
import socket
import subprocess
import sys
from collections.abc import Callable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from http.cookiejar import CookieJar
from pathlib import Path
from time import monotonic, sleep
from urllib.error import HTTPError, URLError
from urllib.parse import urlencode
from urllib.request import HTTPCookieProcessor, OpenerDirector, ProxyHandler, build_opener

import pytest

from tests.cli.conftest import Lessons
from tests.people import Page

ROOT = Path(__file__).resolve().parent.parent.parent
COMMAND = [sys.executable, "-c", "from lessons.app import main; main()"]
PATIENCE = 60.0
ROLES = ["officer", "reviewer", "lead", "analyst", "liaison", "disclosure", "admin", "partner"]


@pytest.fixture
def environment(content: Path, tmp_path: Path) -> dict[str, str]:
    """A knowledge base with a handful of examples, and its own instance."""
    for kind in ("debriefs", "lessons"):
        paths = sorted((ROOT / "content" / "examples" / kind).glob("*.md"))[:6]
        (content / "examples" / kind).mkdir(parents=True)
        for path in paths:
            shutil.copy(path, content / "examples" / kind)
    others = {k: v for k, v in os.environ.items() if not k.startswith("LESSONS_")}
    ours = {"CONTENT_DIR": content, "INSTANCE_DIR": tmp_path / "instance", "WATCH_SECONDS": 1}
    return others | {f"LESSONS_{k}": str(v) for k, v in ours.items()}


@dataclass
class Server:
    """`lessons run` in a process of its own, and a browser in front of it."""

    process: subprocess.Popen[str]
    port: int
    browser: OpenerDirector = field(default_factory=lambda: build_opener(
        ProxyHandler({}), HTTPCookieProcessor(CookieJar())))  # fmt: skip

    def get(self, path: str) -> str:
        with self.browser.open(f"http://127.0.0.1:{self.port}{path}", timeout=20) as answer:
            return str(answer.read().decode())

    def post(self, path: str, form: Mapping[str, str]) -> str:
        data = urlencode(form).encode()
        with self.browser.open(f"http://127.0.0.1:{self.port}{path}", data, timeout=20) as answer:
            return str(answer.read().decode())

    def signs_in(self, name: str, password: str) -> None:
        token = Page(self.get("/login")).hidden["csrf_token"]
        self.post("/login", {"csrf_token": token, "name": name, "password": password})

    def is_ready(self) -> bool:
        assert self.process.poll() is None, "the server ended by itself"
        with suppress(URLError, ConnectionError):
            return bool(json.loads(self.get("/readyz"))["status"] == "ready")
        return False

    def finds(self, words: str) -> int:
        with suppress(HTTPError):
            return int(json.loads(self.get(f"/api/v1/search?q={words}"))["total"])
        return -1

    def stops(self, how: signal.Signals) -> str:
        self.process.send_signal(how)
        told, _ = self.process.communicate(timeout=PATIENCE)
        assert self.process.returncode == 0, told
        return told


Start = Callable[..., Server]


def comes_true(what: Callable[[], bool]) -> bool:
    until = monotonic() + PATIENCE
    while monotonic() < until:
        if what():
            return True
        sleep(0.1)
    return False


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@pytest.fixture
def start(environment: dict[str, str]) -> Iterator[Start]:
    started: list[Server] = []

    def run(*words: str) -> Server:
        port = free_port()
        process = subprocess.Popen(
            [*COMMAND, "run", "--port", str(port), *words], env=environment, cwd=ROOT, text=True,
            stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
        )  # fmt: skip
        server = Server(process, port)
        started.append(server)
        assert comes_true(server.is_ready)
        return server

    yield run
    for server in started:
        if server.process.poll() is None:
            server.process.terminate()
            server.process.communicate(timeout=PATIENCE)


def command(environment: Mapping[str, str], *words: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [*COMMAND, *words], env=environment, cwd=ROOT, text=True, timeout=PATIENCE,
        capture_output=True, check=False,
    )  # fmt: skip


def test_the_first_start_shows_the_sign_ins_once_and_each_stop_is_clean(start: Start) -> None:
    server = start("--first-use", "--workers", "2")
    told = server.stops(signal.SIGTERM)
    shown = re.findall(r"^  (\w+) +(\S{20})$", told, re.MULTILINE)
    assert [name for name, _ in shown] == [*ROLES, "reviewer2"]
    assert f"Lessons is at http://127.0.0.1:{server.port}  (stop with Ctrl+C)" in told
    assert "Example knowledge base: 12 records" in told
    again = start("--first-use", "--workers", "2")
    again.signs_in("officer", dict(shown)["officer"])
    assert "Sign out" in again.get("/account")
    told = again.stops(signal.SIGINT)
    hint, address = (line for line in told.splitlines() if line)
    assert hint == "Forgotten a password? lessons user reset NAME"
    assert address == f"Lessons is at http://127.0.0.1:{again.port}  (stop with Ctrl+C)"


def test_while_it_serves_other_hands_and_other_processes_are_seen(
    start: Start, environment: dict[str, str], content: Path, tmp_path: Path
) -> None:
    server = start("--first-use", "--workers", "3")
    password = command(environment, "user", "reset", "reviewer").stdout.split("shown this once: ")[
        1
    ]
    server.signs_in("reviewer", password.strip())
    assert not [name for name in held_open(server) if str(tmp_path) in name], "kept over the fork"
    path = next(iter(sorted((content / "lessons").glob("*.md"))))
    edit(path, "walrus")
    assert comes_true(lambda: server.finds("walrus") == 1)
    assert "Edited outside the service" in Page(server.get(f"/lessons/{path.stem}/history")).text

    row = {"source_id": "Z-1", "title": "When penguins meet, count them", "text": "Penguins."}
    (tmp_path / "rows.jsonl").write_text(json.dumps(row))
    assert "1 added" in command(environment, "import", str(tmp_path / "rows.jsonl")).stdout
    assert comes_true(lambda: server.finds("penguins") == 1)

    shutil.rmtree(tmp_path / "instance" / "index")
    assert comes_true(lambda: server.finds("penguins") == 1)

    keeper = int((tmp_path / "instance" / "watch.lock").read_text())
    os.kill(keeper, signal.SIGKILL)
    edit(path, "narwhal")
    assert comes_true(lambda: server.finds("narwhal") == 1)
    assert int((tmp_path / "instance" / "watch.lock").read_text()) != keeper

    taken = command(environment, "run", "--port", str(server.port))
    assert (taken.returncode, taken.stdout) == (2, "")
    assert re.fullmatch(
        r"lessons: Cannot listen on .*: Address already in use\. .*\n", taken.stderr
    )


def held_open(server: Server) -> list[str]:
    """Files that the parent of the server processes has open; none can be told outside Linux."""
    found = []
    for each in Path(f"/proc/{server.process.pid}/fd").glob("*"):
        with suppress(OSError):
            found.append(str(each.readlink()))
    return found


def edit(path: Path, word: str) -> None:
    text = path.read_text(encoding="utf-8")
    path.write_text(f"{text.rstrip()}\nA {word}.\n", encoding="utf-8")


@pytest.mark.parametrize(
    ("setting", "words", "told"),
    [
        (
            "INSTANCE_DIR",
            "{file}/instance",
            "LESSONS_INSTANCE_DIR='{file}/instance' cannot be written",
        ),
        ("CONTENT_DIR", "{tmp}/nowhere", "LESSONS_CONTENT_DIR='{tmp}/nowhere' does not exist"),
        ("CONTENT_DIR", "{tmp}", "is no knowledge base: there is no folder vocabularies in it"),
        ("WORKERS", "many", "LESSONS_WORKERS='many' must be a whole number from 1 to 64."),
        ("WORKRES", "2", "LESSONS_WORKRES is not a setting."),
        (
            "DATABASE_URL",
            "sqlite:////proc/none/x.db",
            "The database /proc/none/x.db cannot be made or opened",
        ),
        (
            "DATABASE_URL",
            "sqlite:///{file}",
            "The database {file} cannot be used: file is not a database.",
        ),
        ("DATABASE_URL", "sqlite:///{tmp}", "The database {tmp} cannot be made or opened"),
        ("DATABASE_URL", "sqlite://", "LESSONS_DATABASE_URL must start with sqlite:///"),
    ],
)
def test_what_stops_the_start_is_told_in_one_line(
    lessons: Lessons,
    monkeypatch: pytest.MonkeyPatch,
    tmp_path: Path,
    setting: str,
    words: str,
    told: str,
) -> None:
    file = tmp_path / "file"
    file.write_text("no folder and no database\n" * 100)
    monkeypatch.setenv(f"LESSONS_{setting}", words.format(file=file, tmp=tmp_path))
    result = lessons("run", "--port", str(free_port()), status=2)
    [line] = result.output.splitlines()
    assert line.startswith("lessons: ") and told.format(file=file, tmp=tmp_path) in line


@pytest.mark.skipif(shutil.which("make") is None, reason="needs make")
def test_make_run_hands_on_the_port() -> None:
    shown = subprocess.run(
        ["make", "--dry-run", "run", "PORT=8123"],
        cwd=ROOT,
        text=True,
        capture_output=True,
        check=True,
    )
    assert "lessons run --first-use --port 8123" in shown.stdout
