"""Finds or installs a Chromium for the browser tests, and writes its path to .venv/browser-path."""

import os
import shutil
import sys
from pathlib import Path

from playwright.sync_api import sync_playwright
from steps import VENV, Outcome, Trouble, run, say

NOTE = VENV / "browser-path"
NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome")
ON_A_MAC = (
    "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
    "/Applications/Chromium.app/Contents/MacOS/Chromium",
)
PATIENCE = 300  # seconds for a download


def main() -> int:
    try:
        path = noted() or installed() or playwrights_own() or debians()
    except Trouble as trouble:
        print(f"browser: {trouble}", file=sys.stderr)
        return 1
    NOTE.write_text(path, encoding="utf-8")
    return 0


def noted() -> str:
    path = NOTE.read_text(encoding="utf-8").strip() if NOTE.exists() else ""
    return path if path and os.access(path, os.X_OK) else ""


def installed() -> str:
    found = (shutil.which(name) for name in NAMES)
    return next((path for path in (*found, *ON_A_MAC) if path and starts(path)), "")


def starts(path: str) -> bool:
    """A browser may be there and still lack a system library, or be a stub that only advises."""
    return os.access(path, os.X_OK) and run([path, "--version"], timeout=30).ok


def playwrights_own() -> str:
    with sync_playwright() as playwright:
        path = playwright.chromium.executable_path
    if not Path(path).exists():
        say("fetching a browser for the tests")
        download = [sys.executable, "-m", "playwright", "install", "chromium"]
        run(download, log="browser.log", timeout=PATIENCE)
    return path if starts(path) else ""


def debians() -> str:
    """Debian's package, as root or by a sudo that asks no password. Raises Trouble."""
    advice = "install Chromium or Chrome (on Debian: apt-get install chromium) and run this again"
    may = [] if os.geteuid() == 0 else ["sudo", "-n"]
    if not shutil.which("apt-get") or (may and not run([*may, "true"]).ok):
        raise Trouble(f"the tests need a browser and none could be fetched; {advice}")
    say("installing Debian's chromium for the tests")
    result = apt_get(may, "update")
    if result.ok:
        result = apt_get(may, "install", "--yes", "--no-install-recommends", "chromium")
    path = installed()
    if not path:
        raise Trouble(f"apt-get: {result.last_line}; {advice}")
    return path


def apt_get(may: list[str], *words: str) -> Outcome:
    quiet = ["env", "DEBIAN_FRONTEND=noninteractive"]
    return run([*may, *quiet, "apt-get", *words], log="browser.log", timeout=2 * PATIENCE)


if __name__ == "__main__":
    sys.exit(main())
