"""What we compare with: Whoosh as it comes, and a bare Flask and Jinja page, both behind the same server as ours.

`python -m benchmarks.baseline PORT FOLDER` serves `/` (bare) and `/search?q=` (stock Whoosh).
"""

import sys
import threading
import time
from collections.abc import Iterator, Sequence
from datetime import date
from pathlib import Path
from typing import Any

from flask import Flask, render_template_string, request
from whoosh import query as wq
from whoosh.analysis import StemmingAnalyzer
from whoosh.fields import ID, KEYWORD, TEXT, Schema
from whoosh.index import create_in, exists_in, open_dir
from whoosh.qparser import MultifieldParser, OrGroup
from whoosh.sorting import Count, FieldFacet

from lessons.adapters.gunicorn_server import Server
from lessons.domain import access
from lessons.domain.access import Role, User
from lessons.domain.record import Kind, Record
from lessons.domain.schema import SHAPES
from lessons.library import Library

FACETS = tuple(f for f in SHAPES[Kind.LESSON].facets)
OFFICER = User("bench-officer", Role.OFFICER)
TODAY = date(2026, 7, 1)

BARE = """<!doctype html><html lang="en"><head><title>{{ title }}</title></head>
<body><h1>{{ title }}</h1><p>{{ text }}</p>
<ul>{% for each in items %}<li><a href="/{{ loop.index }}">{{ each }}</a></li>{% endfor %}</ul>
</body></html>"""
RESULTS = """<!doctype html><html lang="en"><head><title>{{ q }}</title></head>
<body><h1>{{ total }} results</h1>
<ol>{% for hit, extract in hits %}
<li><a href="/{{ hit["id"] }}">{{ hit["title"] }}</a><p>{{ extract | safe }}</p></li>
{% endfor %}</ol>
{% for name, counts in groups.items() %}<h2>{{ name }}</h2>
<ul>{% for key, n in counts %}<li>{{ key }} ({{ n }})</li>{% endfor %}</ul>{% endfor %}
</body></html>"""


class Stock:
    """A Whoosh index used as its manual shows. One object for one thread."""

    def __init__(self, folder: Path) -> None:
        index = open_dir(str(folder))
        self.searcher = index.searcher()
        fields = {"title": 1.3, "body": 1.0}
        self.parser = MultifieldParser([*fields], index.schema, fields, group=OrGroup)
        self.allowed = wq.Or([wq.Term("audience", key) for key in access.keyring(OFFICER)])

    def search(self, words: str) -> tuple[Any, dict[str, Any]]:
        """The first ten, and the counts of every facet by name."""
        asked = self.parser.parse(words) if words else wq.Every()
        by = {f.param: FieldFacet(f.param, allow_overlap=True, maptype=Count) for f in FACETS}
        found = self.searcher.search(asked, limit=10, filter=self.allowed, groupedby=by)
        counts = {
            name: sorted(found.groups(name).items(), key=lambda pair: -pair[1]) for name in by
        }
        return found, counts


def make(folder: Path, records: Iterator[Record]) -> int:
    """A stock index of these records in one commit; how many there were."""
    folder.mkdir(parents=True, exist_ok=True)
    columns: dict[str, Any] = {f.param: KEYWORD(commas=True, scorable=False) for f in FACETS}
    schema = Schema(
        id=ID(stored=True, unique=True),
        title=TEXT(StemmingAnalyzer(), stored=True),
        body=TEXT(StemmingAnalyzer(), stored=True),
        audience=KEYWORD(commas=True),
        **columns,
    )
    writer = create_in(str(folder), schema).writer(limitmb=256)
    done = 0
    for record in records:
        done += 1
        writer.add_document(
            id=record.id,
            title=record.title,
            body="\n\n".join(record.texts.values()),
            audience=",".join(access.audience(record, TODAY)),
            **{f.param: ",".join(record.keys(f.name)) for f in FACETS},
        )
    writer.commit()
    return done


def add_one(folder: Path) -> float:
    """Seconds that one more document takes, from opening a writer to the end of its commit."""
    index = open_dir(str(folder))
    begun = time.perf_counter()
    writer = index.writer()
    writer.add_document(id=f"one-{begun}", title="One more", body="A lesson like others. " * 60)
    writer.commit()
    return time.perf_counter() - begun


def prepared(data: Path, library: Library) -> Path:
    """The stock index of all lessons, made once."""
    folder = data / "stock"
    if not (folder / "whole").exists() or not exists_in(str(folder)):
        print("making the stock Whoosh index for comparison, once …", file=sys.stderr)
        ids = library.records.versions(Kind.LESSON)
        make(folder, (library.records.get(id).record for id in ids))
        (folder / "whole").touch()
    return folder


def app(folder: Path) -> Flask:
    made = Flask("baseline")
    held = threading.local()

    @made.get("/")
    def bare() -> str:
        items = [f"Item {n}" for n in range(10)]
        return render_template_string(
            BARE, title="A bare page", text="Some words. " * 20, items=items
        )

    @made.get("/search")
    def search() -> str:
        if not hasattr(held, "stock"):
            held.stock = Stock(folder)
        words = request.args.get("q", "")
        found, groups = held.stock.search(words)
        hits = [(hit, hit.highlights("body")) for hit in found[:10]]
        return render_template_string(RESULTS, q=words, total=len(found), hits=hits, groups=groups)

    return made


def command(port: int, folder: Path) -> list[str]:
    return [sys.executable, "-m", "benchmarks.baseline", str(port), str(folder)]


def main(arguments: Sequence[str]) -> None:
    port, folder = int(arguments[0]), Path(arguments[1])
    Server(lambda: app(folder), "127.0.0.1", port, workers=2, threads=4).run()


if __name__ == "__main__":
    main(sys.argv[1:])
