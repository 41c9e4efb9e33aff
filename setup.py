"""Puts templates/ and the starter content into the wheel, inside the package."""

import shutil
from pathlib import Path

from setuptools import setup
from setuptools.command.build_py import build_py

ROOT = Path(__file__).resolve().parent
# Named one by one, so that nobody's live records can ever be packed by mistake.
CARRIED = (
    "templates",
    "content/vocabularies",
    "content/themes",
    "content/guidance",
    "content/examples",
)


class BuildWithContent(build_py):
    def run(self) -> None:
        super().run()
        if self.editable_mode:
            return
        for folder in CARRIED:
            if (ROOT / folder).is_dir():
                inside = Path(self.build_lib) / "lessons" / folder
                shutil.copytree(ROOT / folder, inside, dirs_exist_ok=True)


setup(cmdclass={"build_py": BuildWithContent})
