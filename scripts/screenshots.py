"""Makes the README's screenshots from the running product and its example knowledge base.

Use: .venv/bin/python scripts/screenshots.py [FOLDER]      (after `make test` once, which installs the browser)
"""

import os
import re
import shutil
import socket
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from urllib.request import urlopen

from playwright.sync_api import Page, ViewportSize, sync_playwright

ROOT = Path(__file__).resolve().parent.parent
PHONE = ViewportSize(width=360, height=740)
DESKTOP = ViewportSize(width=1280, height=900)
STARTER = ("vocabularies", "themes", "guidance", "examples", "synonyms.yaml")


def serve(folder: Path) -> tuple[subprocess.Popen[str], str, dict[str, str]]:
    """The product on a free port with the examples: the process, its address, passwords by name."""
    content = folder / "content"
    content.mkdir()
    for name in STARTER:
        source = ROOT / "content" / name
        (shutil.copytree if source.is_dir() else shutil.copy)(source, content / name)
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = str(probe.getsockname()[1])
    process = subprocess.Popen(
        [ROOT / ".venv/bin/lessons", "run", "--first-use", "--port", port],
        env={**os.environ, "LESSONS_CONTENT_DIR": str(content),
             "LESSONS_INSTANCE_DIR": str(folder / "instance"), "PYTHONUNBUFFERED": "1"},
        stdout=subprocess.PIPE,
        text=True,
    )  # fmt: skip
    passwords: dict[str, str] = {}
    address = f"http://127.0.0.1:{port}"
    assert process.stdout is not None
    for line in process.stdout:
        if match := re.match(r"\s+(officer|reviewer|lead)\s+(\S+)", line):
            passwords[match[1]] = match[2]
        if "Lessons is at" in line:
            break
    for _ in range(100):
        try:
            urlopen(address + "/readyz").close()
            break
        except OSError:
            time.sleep(0.1)
    return process, address, passwords


def sign_in(page: Page, address: str, name: str, password: str) -> None:
    page.goto(address)
    page.fill("#name", name)
    page.fill("#password", password)
    page.click("main form button[type=submit]")


def fill_form(page: Page, address: str) -> None:
    page.goto(f"{address}/debriefs/new?fresh=1")
    page.fill("[name=operation_name]", "Operation Fallow Bell")
    page.fill("[name=happened]", "Two teams entered one building on two radio channels.")


def shots(page: Page, address: str, folder: Path, size: str) -> None:
    page.goto(address)
    page.screenshot(path=folder / f"home-{size}.png")
    page.goto(f"{address}/search?q=cuckooing")
    page.screenshot(path=folder / f"search-{size}.png")
    page.click(".app-hit a >> nth=0")
    page.screenshot(path=folder / f"lesson-{size}.png")
    page.goto(f"{address}/themes")
    page.screenshot(path=folder / f"themes-{size}.png")
    page.goto(f"{address}/themes/information_sharing")
    page.screenshot(path=folder / f"theme-{size}.png")
    fill_form(page, address)
    page.screenshot(path=folder / f"form-{size}.png")


def review_shots(page: Page, address: str, folder: Path, size: str) -> None:
    page.goto(f"{address}/review")
    page.screenshot(path=folder / f"queue-{size}.png")
    page.goto(f"{address}/review/L-2026-8WJRN")
    page.screenshot(path=folder / f"item-{size}.png")


def lead_shots(page: Page, address: str, folder: Path, size: str) -> None:
    pages = {
        "dashboard": "/dashboard",
        "operations": "/operations",
        "evaluation": "/evaluations/E-2024-2WDVN",
        "actions": "/actions",
        "finding": "/findings/F-2023-0ZPF5",
        "pack": "/briefings/B-2026-7VHCE",
    }
    for name, path in pages.items():
        page.goto(address + path)
        page.screenshot(path=folder / f"{name}-{size}.png")
    page.goto(address)
    page.click("button:has-text('Get the lessons') >> nth=0")
    page.screenshot(path=folder / f"briefing-{size}.png")


def main() -> None:
    folder = Path(sys.argv[1]) if len(sys.argv) > 1 else ROOT / "docs" / "screenshots"
    folder.mkdir(parents=True, exist_ok=True)
    takers = {"officer": shots, "reviewer": review_shots, "lead": lead_shots}
    browser_path = (ROOT / ".venv" / "browser-path").read_text().strip()
    with tempfile.TemporaryDirectory() as temporary, sync_playwright() as playwright:
        process, address, passwords = serve(Path(temporary))
        arguments = ["--no-sandbox"] if os.geteuid() == 0 else []
        browser = playwright.chromium.launch(executable_path=browser_path, args=arguments)
        try:
            for size, viewport in (("phone", PHONE), ("desktop", DESKTOP)):
                for name, taken in takers.items():
                    page = browser.new_page(viewport=viewport)
                    sign_in(page, address, name, passwords[name])
                    taken(page, address, folder, size)
        finally:
            browser.close()
            process.terminate()
            process.wait(20)


if __name__ == "__main__":
    main()
