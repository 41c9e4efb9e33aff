"""The product as people run it: `lessons run` on a free port, and somebody signed in."""

import json
import os
import re
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlencode

from benchmarks.client import Connection
from benchmarks.words import ROOT
from lessons.domain.access import Role

WORKERS = 2
OFFICER, PASSWORD = f"bench-{Role.OFFICER}", "a long pass phrase for measuring"
COMMAND = (sys.executable, "-c", "from lessons.app import main; main()")
PATIENCE = 120.0


@dataclass
class Served:
    """port: where it listens. started: seconds from the command to the first answer that says it is ready."""

    port: int
    process: "subprocess.Popen[bytes]"
    started: float
    cookie: str = ""

    def workers(self) -> list[int]:
        """Process ids of the workers."""
        own = Path(f"/proc/{self.process.pid}/task/{self.process.pid}/children")
        return [int(pid) for pid in own.read_text().split()]

    def worker_of(self, own_port: int) -> int:
        """Process id of the worker that serves the connection from this port of ours; 0 for none."""
        ends = f":{self.port:04X} 0100007F:{own_port:04X} "
        rows = Path("/proc/net/tcp").read_text().splitlines()
        nodes = {f"socket:[{row.split()[9]}]" for row in rows if ends in row}
        for pid in self.workers():
            if any(_link(each) in nodes for each in Path(f"/proc/{pid}/fd").iterdir()):
                return pid
        return 0

    def memory(self) -> list[tuple[float, float]]:
        """For each worker its share of memory and what is its alone (PSS and USS), in MB."""
        return [_memory(pid) for pid in self.workers()]


def environment(data: Path) -> dict[str, str]:
    rest = {k: v for k, v in os.environ.items() if not k.startswith("LESSONS_")}
    return rest | {
        "LESSONS_CONTENT_DIR": str(data / "content"),
        "LESSONS_INSTANCE_DIR": str(data / "instance"),
        "PYTHONPATH": str(ROOT),
    }


def run(data: Path, *words: str, given: bytes = b"") -> subprocess.CompletedProcess[bytes]:
    """The `lessons` command, to its end."""
    return subprocess.run(
        [*COMMAND, *words], env=environment(data), input=given, capture_output=True, check=False
    )


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


@contextmanager
def served(data: Path) -> Iterator[Served]:
    """`lessons run` with two workers, until the block ends."""
    port = free_port()
    command = [*COMMAND, "run", "--port", str(port), "--workers", str(WORKERS)]
    with serving(command, environment(data), port, "/readyz") as here:
        yield here


@contextmanager
def serving(command: list[str], env: Mapping[str, str], port: int, ready: str) -> Iterator[Served]:
    """Any server, from its start to its end. Raises OSError where it does not get ready."""
    begun = time.perf_counter()
    process = subprocess.Popen(command, env=dict(env), cwd=ROOT, stdout=subprocess.DEVNULL)
    try:
        _wait(process, port, ready, begun)
        yield Served(port, process, time.perf_counter() - begun)
    finally:
        process.send_signal(signal.SIGTERM)
        try:
            process.wait(30)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def _wait(process: "subprocess.Popen[bytes]", port: int, ready: str, begun: float) -> None:
    while time.perf_counter() - begun < PATIENCE:
        if process.poll() is not None:
            raise OSError(f"the server ended with status {process.returncode}")
        try:
            if Connection(port).get(ready).status == 200:
                return
        except OSError:
            time.sleep(0.02)
    raise OSError("the server did not get ready")


def sign_in(here: Served, data: Path, role: Role = Role.OFFICER) -> str:
    """Make somebody of this role where there is nobody, sign in by the page as people do; the cookies."""
    name = f"bench-{role}"
    known = json.loads(run(data, "user", "list", "--json").stdout)
    if name not in {each["name"] for each in known}:
        run(data, "user", "add", name, "--role", str(role), "--password-stdin",
            given=PASSWORD.encode())  # fmt: skip
    page = Connection(here.port).get("/login")
    form = {"csrf_token": token(page.body), "name": name, "password": PASSWORD, "next": "/"}
    answer = Connection(here.port, cookie_of(page.headers)).post("/login", urlencode(form).encode())
    if answer.status != 303:
        raise OSError(f"signing in answered {answer.status}")
    cookie = cookie_of(answer.headers)
    form_page = Connection(here.port, cookie).get("/debriefs/new?begin=1&draft=0000000000000000")
    return cookie_of(form_page.headers) or cookie  # with what the page's form is guarded by


def token(page: bytes) -> str:
    """The token against forged forms that stands on a page."""
    found = re.search(rb'name="csrf_token"[^>]* value="([^"]+)"', page)
    return found[1].decode() if found else ""


def cookie_of(headers: bytes) -> str:
    found = re.findall(rb"(?im)^set-cookie: ([^;\r]+)", headers)
    return "; ".join(each.decode() for each in found)


def _link(path: Path) -> str:
    try:
        return str(path.readlink())
    except OSError:
        return ""


def _memory(pid: int) -> tuple[float, float]:
    rows = re.findall(r"(\w+):\s+(\d+) kB", Path(f"/proc/{pid}/smaps_rollup").read_text())
    size = {name: int(kb) for name, kb in rows}
    return size["Pss"] / 1000, (size["Private_Clean"] + size["Private_Dirty"]) / 1000
