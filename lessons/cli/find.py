"""`lessons search`."""

import json
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import click

from lessons.cli.common import PROBLEMS, acting_as, house, library
from lessons.cli.content import AS_JSON, FILE
from lessons.domain.query import Hit
from lessons.services import find


@click.command()
@click.argument("words", required=False)
@click.option(
    "--queries", type=FILE, help='One {"id","text"} a line; answers one {"id","hits"} a line.'
)
@click.option("--limit", type=click.IntRange(1, 1000), default=10, show_default=True)
@click.option(
    "--as", "reader", help="Search as this person may.  [default: everything on this machine]"
)
@AS_JSON
def search(
    words: str | None, queries: Path | None, limit: int, reader: str | None, as_json: bool
) -> None:
    """Find lessons."""
    if (words is None) == (queries is None):
        raise click.UsageError("Give words to search for, or --queries FILE.")
    here = library()
    who = acting_as(house().accounts, reader)
    if queries is not None:
        bad = 0
        for line, asked in _asked(queries):
            if asked is None:
                bad += 1
                click.echo(f'{queries}:{line}: not a line of {{"id","text"}}', err=True)
                continue
            found = find.like_text(here, who, asked["text"], limit)
            click.echo(json.dumps({"id": asked["id"], "hits": [_hit(h) for h in found.hits]}))
        sys.exit(PROBLEMS if bad else 0)
    results = find.by_words(here, who, words or "", limit)
    if as_json:
        click.echo(json.dumps(find.as_json(here, who, results), ensure_ascii=False))
        return
    for hit in results.hits:
        click.echo(f"{hit.id}  {hit.title}")
    spelling = f" Did you mean: {results.suggestion}" if results.suggestion else ""
    click.echo(f"{results.total} found.{spelling}")


def _asked(path: Path) -> Iterator[tuple[int, dict[str, Any] | None]]:
    """Each question with its line; None for a line that is none."""
    with path.open("rb") as file:
        for line, raw in enumerate(file, 1):
            if not raw.strip():
                continue
            try:
                asked = json.loads(raw.decode("utf-8-sig"))
                yield line, {"id": asked["id"], "text": str(asked["text"])}
            except (ValueError, LookupError, TypeError, RecursionError):
                yield line, None


def _hit(hit: Hit) -> dict[str, Any]:
    return {"id": hit.id, "source_id": hit.facts.get("source_id", ""), "score": round(hit.score, 6)}
