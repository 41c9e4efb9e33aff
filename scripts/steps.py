"""What the set-up steps share: places, stamps, and commands that say why they failed."""

import hashlib
import os
import subprocess
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
VENV = ROOT / ".venv"
VENV_PYTHON = VENV / "bin" / "python"
STAMPS = VENV / "stamps"
PIP = (VENV_PYTHON, "-m", "pip", "--disable-pip-version-check", "--no-input", "--retries", "2")

NO_NETWORK = (
    "NewConnectionError",
    "Failed to establish a new connection",
    "Connection refused",
    "Max retries exceeded",
    "ConnectTimeout",
    "Read timed out",
    "ProxyError",
    "Network is unreachable",
    "name resolution",
    "EAI_AGAIN",
    "ENOTFOUND",
    "ECONNREFUSED",
    "ECONNRESET",
    "ENETUNREACH",
    "ETIMEDOUT",
)


class Trouble(Exception):
    """Something that the person at the keyboard can put right; the message says how."""


@dataclass(frozen=True)
class Outcome:
    """How a command ended: its exit code (127 when it could not be started) and all it printed."""

    code: int
    text: str
    log: Path | None = None

    @property
    def ok(self) -> bool:
        return self.code == 0

    @property
    def last_line(self) -> str:
        lines = [line.strip() for line in self.text.splitlines() if line.strip()]
        errors = [line for line in lines if "error" in line.lower()]
        return (errors or lines or [f"exit code {self.code}"])[-1]

    def diagnosis(self, tool: str, place: str) -> str:
        """One line on why `tool`, which fetches from `place`, failed."""
        where = f" (all of it: {self.log})" if self.log else ""
        if "DO NOT MATCH THE HASHES" in self.text or "EINTEGRITY" in self.text:
            return f"{tool} was sent a package that is not the one in the lock file{where}"
        if any(sign in self.text for sign in NO_NETWORK):
            return f"no network: {tool} could not reach {place}; connect and run it again{where}"
        if "No space left on device" in self.text or "ENOSPC" in self.text:
            return f"the disk is full: {tool} could not finish{where}"
        return f"{tool} failed: {self.last_line}{where}"


def say(text: str) -> None:
    print(f"setup: {text}", flush=True)


def run(
    command: Sequence[str | Path],
    *,
    log: str = "",
    env: dict[str, str] | None = None,
    timeout: float | None = None,
) -> Outcome:
    """Runs `command` in the project's folder and keeps what it prints, in .venv/`log` if named."""
    path = VENV / log if log else None
    try:
        result = subprocess.run(
            [os.fspath(part) for part in command],
            cwd=ROOT,
            env={**os.environ, **(env or {})},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            timeout=timeout,
            check=False,
        )
    except FileNotFoundError:
        return Outcome(127, f"{command[0]} was not found")
    except subprocess.TimeoutExpired:
        return Outcome(124, f"{command[0]} took longer than {timeout:.0f} seconds: ETIMEDOUT")
    text = result.stdout.decode("utf-8", "replace")
    if path:
        path.write_text(text, encoding="utf-8")
    return Outcome(result.returncode, text, path)


def fingerprint(*files: Path) -> str:
    """One checksum over the content of all `files`."""
    total = hashlib.sha256()
    for file in files:
        total.update(hashlib.sha256(file.read_bytes()).digest())
    return total.hexdigest()


def done(step: str, made_from: str) -> bool:
    stamp = STAMPS / step
    return stamp.exists() and stamp.read_text(encoding="utf-8") == made_from


def mark(step: str, made_from: str) -> None:
    STAMPS.mkdir(exist_ok=True)
    (STAMPS / step).write_text(made_from, encoding="utf-8")
