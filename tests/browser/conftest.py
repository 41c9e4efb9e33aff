"""The product as people meet it: the `lessons run` command on a free port, and Chromium as a phone or a desk.

One server and one browser serve all tests; every visitor has an account and a browser profile of their own.
"""

import os
import re
import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from itertools import count
from pathlib import Path
from typing import Any, Self
from urllib.request import urlopen

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, Response, sync_playwright

from lessons.adapters.database import Cost
from lessons.app import House, build_house
from lessons.domain.access import Role
from lessons.services.exchange import load_examples
from tests.people import PASSWORD, account

ROOT = Path(__file__).parents[2]
AXE = ROOT / "node_modules" / "axe-core" / "axe.min.js"
STARTER = ("vocabularies", "themes", "guidance")
PHONE = {
    "viewport": {"width": 360, "height": 740}, "is_mobile": True, "has_touch": True, "device_scale_factor": 2,
}  # fmt: skip
DESK = {"viewport": {"width": 1280, "height": 900}}
DEVICES = pytest.mark.parametrize("device", [PHONE, DESK], ids=["phone", "desk"])
FLAGS = (
    "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
)  # fmt: skip
# Answers such as 422 and a connection that a test takes away are told on the console; they are no fault.
EXPECTED = re.compile(r"Failed to load resource: (the server responded|net::ERR_INTERNET_DISCON)")
# WCAG 2.5.8: what a thumb must hit is 24 px wide and high; smaller where it stands in a sentence, or where
# nothing else to hit comes within 12 px of its middle.
SMALL_TARGETS = """() => {
  const seen = (e) => e.checkVisibility({ visibilityProperty: true, opacityProperty: true }) &&
    !e.closest(".govuk-visually-hidden, .govuk-skip-link, .govuk-visually-hidden-focusable");
  const inSentence = (e) => e.matches("a") && e.closest("p, li, dd, .govuk-inset-text, .govuk-hint") &&
    [...e.parentElement.childNodes].some((n) => n.nodeType === 3 && n.textContent.trim().length > 1);
  const areas = (e) => [e, ...(e.labels ?? [])].map((x) => x.getBoundingClientRect());
  const big = (b) => b.width >= 24 && b.height >= 24;
  const targets = [...document.querySelectorAll(
    "a[href], button, input:not([type=hidden]), select, textarea, summary")].filter(seen);
  const near = (b, other) => areas(other).some((o) => Math.hypot(
    Math.max(o.left - (b.left + b.width / 2), (b.left + b.width / 2) - o.right, 0),
    Math.max(o.top - (b.top + b.height / 2), (b.top + b.height / 2) - o.bottom, 0)) < 12);
  return targets.filter((e) => !inSentence(e) && !areas(e).some(big))
    .filter((e) => targets.some((other) => other !== e && near(e.getBoundingClientRect(), other)))
    .map((e) => `${e.tagName} ${e.textContent.trim() || e.name || e.id}`);
}"""
WIDER_THAN_SCREEN = "document.documentElement.scrollWidth - document.documentElement.clientWidth"


@dataclass
class Site:
    """The running product: `house` reaches the same files and database from the test's own process."""

    house: House
    address: str
    log: Path
    _numbers: Iterator[int] = field(default_factory=lambda: count(1))

    def newcomer(self, role: str, *groups: str) -> str:
        """The name of a new account of that role."""
        someone = account(f"{role}{next(self._numbers)}", Role(role), *groups)
        self.house.accounts.add(someone, PASSWORD)
        return someone.name


@dataclass
class Visitor:
    """Somebody at one device. `trouble` fills with what went wrong unseen: scripts, policy, missing files."""

    site: Site
    context: BrowserContext
    page: Page
    name: str
    trouble: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.page.set_default_timeout(10_000)
        self.listens(self.page)
        self.context.on("page", self.listens)

    def listens(self, page: Page) -> None:
        page.on("console", lambda m: self._told(m.type, m.text))
        page.on("pageerror", lambda error: self.trouble.append(f"script: {error}"))
        page.on("response", self._arrived)

    def _told(self, kind: str, text: str) -> None:
        if kind in ("error", "warning") and not EXPECTED.match(text):
            self.trouble.append(f"console: {text}")

    def _arrived(self, response: Response) -> None:
        if response.status >= 400 and "/static/" in response.url:
            self.trouble.append(f"{response.status}: {response.url}")

    def signs_in(self) -> Self:
        """Without pages, so that stories begin at once."""
        page = self.context.request.get(f"{self.site.address}/login").text()
        token = re.search(r'name="csrf_token" value="([^"]+)"', page)
        assert token, "the sign-in page has no token"
        form = {"csrf_token": token[1], "name": self.name, "password": PASSWORD, "next": "/"}
        answer = self.context.request.post(f"{self.site.address}/login", form=form)
        assert answer.ok, f"{self.name} could not sign in: {answer.status}"
        return self

    def opens(self, path: str, *, status: int = 200) -> Page:
        response = self.page.goto(self.site.address + path)
        assert response and response.status == status, f"{path}: {response and response.status}"
        return self.page

    def presses(self, words: str) -> Page:
        """Press a button by its words, and wait for the page that follows."""
        with self.page.expect_navigation():
            self.page.get_by_role("button", name=words, exact=True).click()
        return self.page

    def checks(self) -> None:
        """What every page owes everybody: axe finds nothing, nothing hangs over the side, thumbs can hit it."""
        assert axe(self.page) == []
        assert self.page.evaluate(WIDER_THAN_SCREEN) == 0
        assert self.page.evaluate(SMALL_TARGETS) == []


def axe(page: Page) -> list[str]:
    """What axe finds on the page, one line each. Given through the debugger, so that the page's policy stays on."""
    page.evaluate(AXE.read_text("utf-8") + ";0")
    found = page.evaluate("axe.run(document, { preload: false, resultTypes: ['violations'] })")
    return [
        f"{rule['id']}: {node['html'][:160]} {node['failureSummary']}"
        for rule in found["violations"]
        for node in rule["nodes"]
    ]


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    noted = ROOT / ".venv" / "browser-path"
    path = noted.read_text("utf-8").strip() if noted.exists() else shutil.which("chromium")
    assert path, "no browser: neither .venv/browser-path nor a chromium on the path"
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=list(FLAGS))
        yield browser
        browser.close()


@pytest.fixture(scope="session")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """The example knowledge base, served by the product's own server."""
    folder = tmp_path_factory.mktemp("site")
    content, instance = folder / "content", folder / "instance"
    for name in STARTER:
        shutil.copytree(ROOT / "content" / name, content / name)
    shutil.copy(ROOT / "content" / "synonyms.yaml", content)
    house = build_house(
        {"CONTENT_DIR": content, "INSTANCE_DIR": instance},
        cost=Cost(rounds=1, memory=8, lanes=1),
    )
    house.library.rebuild()
    load_examples(
        house.library, house.text, ROOT / "content" / "examples", lambda done, total: None
    )
    port, log = free_port(), folder / "server.log"
    settings = {"LESSONS_CONTENT_DIR": str(content), "LESSONS_INSTANCE_DIR": str(instance)}
    start = "from lessons.app import main; main()"
    with log.open("wb") as output:
        server = subprocess.Popen(
            [sys.executable, "-c", start, "run", "--port", str(port), "--workers", "2"],
            cwd=ROOT, env=clean_environment() | settings, stdout=output, stderr=output,
        )  # fmt: skip
    try:
        site = Site(house, f"http://127.0.0.1:{port}", log)
        wait_for(site, server)
        yield site
    finally:
        server.terminate()
        server.wait(30)
        house.database.close()


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def clean_environment() -> dict[str, str]:
    return {k: v for k, v in os.environ.items() if not k.startswith("LESSONS_")}


def wait_for(site: Site, server: "subprocess.Popen[bytes]") -> None:
    for _ in range(300):
        assert server.poll() is None, f"the server stopped:\n{site.log.read_text('utf-8')}"
        try:
            with urlopen(f"{site.address}/readyz", timeout=1):
                return
        except OSError:
            time.sleep(0.1)
    raise AssertionError(f"the server does not answer:\n{site.log.read_text('utf-8')}")


@pytest.fixture
def visitor(browser: Browser, site: Site) -> Iterator[Callable[..., Visitor]]:
    """Make somebody at a device, signed in: visitor("officer", PHONE); name= for a second device of theirs.

    script=False: a browser without JavaScript. When the test ends, nobody may have had unseen trouble.
    """
    everybody: list[Visitor] = []

    def make(
        role: str = "officer", device: dict[str, Any] = DESK, *, name: str = "", script: bool = True
    ) -> Visitor:
        context = browser.new_context(**device, java_script_enabled=script, locale="en-GB")
        someone = Visitor(site, context, context.new_page(), name or site.newcomer(role))
        everybody.append(someone)
        return someone.signs_in()

    yield make
    for someone in everybody:
        someone.context.close()
    assert [line for someone in everybody for line in someone.trouble] == []


@pytest.fixture
def shots() -> Callable[[Page, str], None]:
    """Keep a picture of the whole page, where SHOTS_DIR names a folder for them; for looking, not for judging."""
    folder = os.environ.get("SHOTS_DIR", "")

    def keep(page: Page, name: str) -> None:
        if folder:
            width = (page.viewport_size or {}).get("width", 0)
            page.screenshot(path=Path(folder) / f"{name}-{width}.png", full_page=True)

    return keep
