"""`lessons suggest`."""

import json
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import click

from lessons.cli.common import PROBLEMS, acting_as, house, library, progress
from lessons.cli.content import AS_JSON, FILE
from lessons.domain.suggestion import Suggested
from lessons.library import Library
from lessons.services import insight

Text = dict[str, Any]


@click.command()
@click.option(
    "--queries",
    type=FILE,
    required=True,
    help='One {"id","title","text"} a line; answers one {"id","themes"} a line.',
)
@click.option(
    "--as", "reader", help="Suggest as for this person.  [default: everything on this machine]"
)
@AS_JSON
def suggest(queries: Path, reader: str | None, as_json: bool) -> None:
    """Suggest themes for texts, each with its reason. The answer is JSON in any case."""
    here = library()
    who = acting_as(house().accounts, reader)
    bad = 0
    with progress(queries.name) as advance:
        for line, asked in _asked(queries):
            if asked is None:
                bad += 1
                click.echo(f'{queries}:{line}: not a line of {{"id","title","text"}}', err=True)
                continue
            found = insight.suggest(here, who, asked["title"], asked["text"])
            themes = [_theme(here, each) for each in found]
            click.echo(json.dumps({"id": asked["id"], "themes": themes}))
            advance(line, None)
    sys.exit(PROBLEMS if bad else 0)


def _asked(path: Path) -> Iterator[tuple[int, Text | None]]:
    """Each text with its line; None for a line that is none. Either title or text may be missing."""
    with path.open("rb") as file:
        for line, raw in enumerate(file, 1):
            if not raw.strip():
                continue
            try:
                asked = json.loads(raw.decode("utf-8-sig"))
                title, text = asked.get("title"), asked.get("text")
                if title is None and text is None:
                    raise LookupError
                yield line, {"id": asked["id"], "title": str(title or ""), "text": str(text or "")}
            except (ValueError, LookupError, TypeError, AttributeError, RecursionError):
                yield line, None


def _theme(here: Library, found: Suggested) -> Text:
    label = here.vocabularies.label("theme", found.key)
    return {"key": found.key, "label": label, "score": round(found.score, 4), "why": why(found)}


def why(found: Suggested) -> str:
    """The reason in one line."""
    reasons = []
    if found.words:
        reasons.append(f"words: {', '.join(found.words)}")
    if found.lessons:
        near = "; ".join(f"{id} “{title}”" for id, title in found.lessons)
        reasons.append(f"similar lessons: {near}")
    return ". ".join(reasons)
