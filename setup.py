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
    "content/synonyms.yaml",
)


class BuildWithContent(build_py):
    def run(self) -> None:
        super().run()
        if self.editable_mode:
            return
        for name in CARRIED:
            inside = Path(self.build_lib) / "lessons" / name
            inside.parent.mkdir(parents=True, exist_ok=True)
            if (ROOT / name).is_dir():
                shutil.copytree(ROOT / name, inside, dirs_exist_ok=True)
            else:
                shutil.copy(ROOT / name, inside)


setup(cmdclass={"build_py": BuildWithContent})
