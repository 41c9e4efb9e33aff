"""Makes .venv hold exactly what the lock files say, and the page assets theirs.

Run by setup.sh with any Python from 3.11; uses the standard library alone. Each step leaves a
stamp with the checksum of what it was made from, so that a second run finds nothing to do.
"""

import argparse
import fcntl
import os
import shutil
import sys
from pathlib import Path

import assets
from steps import PIP, ROOT, VENV, VENV_PYTHON, Trouble, done, fingerprint, mark, run, say

NEWEST_TESTED = (3, 13)
RUNTIME, DEV = ROOT / "requirements.lock", ROOT / "requirements-dev.lock"

LAUNCHER = """\
#!/bin/sh
'''exec' "{python}" "$0" "$@"
' '''
import sys

from lessons.app import main

sys.exit(main())
"""


def main() -> int:
    parser = argparse.ArgumentParser(prog="setup", description=__doc__)
    parser.add_argument("--dev", action="store_true", help="also what tests and checks need")
    options = parser.parse_args()
    try:
        with_the_folder_to_ourselves(dev=options.dev)
    except Trouble as trouble:
        print(f"setup: {trouble}", file=sys.stderr)
        return 1
    except OSError as error:
        print(f"setup: {error.filename or ROOT}: {error.strerror or error}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        print("setup: stopped; run it again to go on", file=sys.stderr)
        return 130
    return 0


def with_the_folder_to_ourselves(*, dev: bool) -> None:
    """Two runs at once take turns; the second finds the work done."""
    folder = os.open(ROOT, os.O_RDONLY)
    try:
        fcntl.flock(folder, fcntl.LOCK_EX)
        ensure_environment()
        ensure_packages(dev=dev)
        ensure_command()
        ensure_translations()
        assets.ensure(dev=dev)
    finally:
        os.close(folder)


def ensure_translations() -> None:
    """Compile the catalogues that changed."""
    for path in (ROOT / "lessons" / "translations").glob("*/LC_MESSAGES/messages.po"):
        made = path.with_suffix(".mo")
        if not made.exists() or made.stat().st_mtime_ns < path.stat().st_mtime_ns:
            run([VENV_PYTHON, ROOT / "scripts" / "translations.py"])
            return


def ensure_environment() -> None:
    if environment_is_sound():
        return
    if not os.access(ROOT, os.W_OK):
        raise Trouble(f"{ROOT} cannot be written to; copy the project to a folder of your own")
    version = ".".join(map(str, sys.version_info[:3]))
    if sys.version_info[:2] > NEWEST_TESTED:
        newest = ".".join(map(str, NEWEST_TESTED))
        say(f"Python {version} is newer than {newest}, the newest that Lessons is tested with")
    say(f"making .venv with Python {version}")
    if VENV.exists():
        clear_environment()
    make_environment()


def environment_is_sound() -> bool:
    """Whether .venv exists, starts, and is of the Python that runs this script."""
    if Path(sys.executable) == VENV_PYTHON:
        return True  # it is running this
    ask = "import sys; print(*sys.version_info[:2])"
    answer = run([VENV_PYTHON, "-c", ask]) if VENV_PYTHON.exists() else None
    return answer is not None and answer.ok and answer.text.split() == this_python()


def this_python() -> list[str]:
    return [str(part) for part in sys.version_info[:2]]


def clear_environment() -> None:
    if not (VENV / "pyvenv.cfg").exists() and any(VENV.iterdir()):
        raise Trouble(f"{VENV} is not a virtual environment; move it away and run this again")
    shutil.rmtree(VENV)


def make_environment() -> None:
    """`python -m venv`; where Debian left out its half of it, virtualenv if that is at hand."""
    tried = run([sys.executable, "-m", "venv", VENV])
    if tried.ok:
        return
    shutil.rmtree(VENV, ignore_errors=True)
    for virtualenv in ([sys.executable, "-m", "virtualenv"], ["virtualenv"]):
        if run([*virtualenv, "--python", sys.executable, VENV]).ok:
            return
    if "ensurepip" in tried.text or "No module named venv" in tried.text:
        name = "python" + ".".join(this_python()) + "-venv"
        raise Trouble(
            f"this Python has no venv module. On Debian or Ubuntu: apt-get install {name}"
        )
    raise Trouble(f"no virtual environment could be made in {VENV}: {tried.last_line}")


def ensure_packages(*, dev: bool) -> None:
    lock = DEV if dev else RUNTIME
    if done(lock.stem, fingerprint(lock)):
        return
    say(f"installing the packages in {lock.name} (under a minute on most machines)")
    if not run([*PIP, "--version"]).ok:  # the making of .venv was cut short
        run([VENV_PYTHON, "-m", "ensurepip"])
    # Compiling here keeps the compile-time warnings of an old package out of every later start.
    result = run([*PIP, "install", "--compile", "--require-hashes", "-r", lock], log="pip.log")
    if not result.ok:
        raise Trouble(result.diagnosis("pip", "the package index"))
    mark(lock.stem, fingerprint(lock))
    if dev:  # the larger lock contains the smaller
        mark(RUNTIME.stem, fingerprint(RUNTIME))


def ensure_command() -> None:
    """`.venv/bin/lessons` runs this checkout, also after the folder was moved."""
    write_if_changed(VENV / "bin" / "lessons", LAUNCHER.format(python=VENV_PYTHON), mode=0o755)
    for packages in VENV.glob("lib/python*/site-packages"):
        write_if_changed(packages / "lessons.pth", f"{ROOT}\n", mode=0o644)


def write_if_changed(path: Path, text: str, *, mode: int) -> None:
    if path.exists() and path.read_text(encoding="utf-8") == text:
        return
    path.write_text(text, encoding="utf-8")
    path.chmod(mode)


if __name__ == "__main__":
    sys.exit(main())
