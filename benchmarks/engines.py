"""Three engines that answer the same questions with the same page: ten hits with extracts, the exact total,
every facet, only what an officer may read, only since a day.
"""

import shutil
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Protocol

import tantivy
from whoosh import query as wq
from whoosh.analysis import StemmingAnalyzer
from whoosh.fields import KEYWORD, NUMERIC, STORED, TEXT, Schema
from whoosh.index import create_in, open_dir
from whoosh.sorting import Count, FieldFacet

from benchmarks.asked import Asked
from benchmarks.many import TODAY
from lessons.adapters.whoosh_index import WhooshIndex
from lessons.domain import access
from lessons.domain.access import Role, User
from lessons.domain.query import Query, day_of
from lessons.domain.record import Kind, Record
from lessons.domain.schema import SHAPES
from lessons.domain.synonyms import Synonyms

KEYS = access.keyring(User("bench-officer", Role.OFFICER))
FACETS = {f.param: f.name for f in SHAPES[Kind.LESSON].facets}
TEXTS = {"title": 1.3, "body": 1.0}
EXTRACT = 220


class Engine(Protocol):
    """page: answers whole, extracts and facets too, and returns the total."""

    def page(self, asked: Asked) -> int: ...


class Ours:
    """The product's own index, with the words of its knowledge base."""

    def __init__(self, index: WhooshIndex, synonyms: Synonyms) -> None:
        self.index = index
        self._synonyms = synonyms

    def page(self, asked: Asked) -> int:
        return self.index.search(_ours(asked), self._synonyms).total


def _ours(asked: Asked) -> Query:
    words = asked.words
    match asked.kind:
        case "phrase":
            return Query(phrases=(words,), keys=KEYS, since=asked.since)
        case "prefix":
            return Query(prefixes=words, keys=KEYS, since=asked.since)
        case "fuzzy":
            return Query(fuzzies=words, keys=KEYS, since=asked.since)
    return Query(words, keys=KEYS, since=asked.since)


def _row(record: Record) -> dict[str, list[str]]:
    """Facet values by parameter, and the audience."""
    day = day_of(record)
    return {
        "audience": sorted(access.audience(record, TODAY)),
        "year": [str(day.year)] if day else [],
        **{param: list(record.keys(name)) for param, name in FACETS.items()},
    }


def _day(record: Record) -> int:
    day = day_of(record)
    return day.toordinal() if day else 0


def _made(folder: Path, what: str) -> bool:
    if (folder / "whole").exists():
        return True
    print(f"making {what} for comparison, once …", file=sys.stderr)
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    return False


# --- Whoosh as its manual shows --------------------------------------------------------------


class Stock:
    """One searcher, kept open. Made of `records` where it is not there yet."""

    def __init__(self, folder: Path, records: Iterator[Record]) -> None:
        if not _made(folder, "a stock Whoosh index"):
            _fill_stock(folder, records)
            (folder / "whole").touch()
        self._searcher = open_dir(str(folder)).searcher()
        self._allowed = wq.Or([wq.Term("audience", key) for key in KEYS])
        self._stem = StemmingAnalyzer()

    def page(self, asked: Asked) -> int:
        within = wq.And([self._allowed, wq.NumericRange("day", asked.since.toordinal(), None)])
        found = self._searcher.search(
            wq.Or([self._query(name, asked) for name in TEXTS]).normalize(),
            limit=10,
            filter=within,
            groupedby={p: FieldFacet(p, allow_overlap=True, maptype=Count) for p in PARAMS_OF_LESSONS},
        )  # fmt: skip
        for param in PARAMS_OF_LESSONS:
            found.groups(param)
        for hit in found:
            hit.highlights("body")
        return len(found)

    def _query(self, name: str, asked: Asked) -> Any:
        stems = [token.text for word in asked.words for token in self._stem(word)]
        match asked.kind:
            case "phrase":
                return wq.Phrase(name, stems)
            case "prefix":
                return wq.Prefix(name, asked.words[0])
            case "fuzzy":
                return wq.FuzzyTerm(name, asked.words[0], prefixlength=1)
        return wq.Or([wq.Term(name, stem, TEXTS[name]) for stem in stems])


PARAMS_OF_LESSONS = (*FACETS, "year")


def _fill_stock(folder: Path, records: Iterator[Record]) -> None:
    lists = {
        name: KEYWORD(commas=True, scorable=False) for name in (*PARAMS_OF_LESSONS, "audience")
    }
    schema = Schema(
        id=STORED(), day=NUMERIC(int, sortable=True), **lists,
        **{name: TEXT(StemmingAnalyzer(), stored=True) for name in TEXTS},
    )  # fmt: skip
    writer = create_in(str(folder), schema).writer(limitmb=256)
    for record in records:
        row = {name: ",".join(values) for name, values in _row(record).items()}
        writer.add_document(
            id=record.id, day=_day(record), title=record.title, body=_body(record), **row
        )
    writer.commit(optimize=True)


def _body(record: Record) -> str:
    return "\n\n".join(record.texts.values())


# --- tantivy ---------------------------------------------------------------------------------


class Tantivy:
    """A compiled engine by its Python package; facets by terms aggregations. Made where it is not there yet."""

    def __init__(self, folder: Path, records: Iterator[Record]) -> None:
        self._schema = _tantivy_schema()
        fresh = not _made(folder, "a tantivy index")
        self._index = tantivy.Index(self._schema, str(folder))
        if fresh:
            self._fill(records)
            (folder / "whole").touch()
        self._index.reload()
        self._searcher = self._index.searcher()
        keys = [tantivy.Query.term_query(self._schema, "audience", key) for key in sorted(KEYS)]
        allowed = tantivy.Query.boolean_query([(tantivy.Occur.Should, key) for key in keys])
        self._allowed = tantivy.Query.const_score_query(allowed, 0.0)
        self._facets = {p: {"terms": {"field": p, "size": 100}} for p in PARAMS_OF_LESSONS}

    def _fill(self, records: Iterator[Record]) -> None:
        writer = self._index.writer(heap_size=256 << 20, num_threads=1)
        for record in records:
            row: dict[str, Any] = {name: values for name, values in _row(record).items() if values}
            text = {"id": [record.id], "title": [record.title], "body": [_body(record)]}
            writer.add_document(tantivy.Document(**text, **row, day=_day(record)))
        writer.commit()
        writer.wait_merging_threads()

    def page(self, asked: Asked) -> int:
        text = self._query(asked)
        since = tantivy.Query.range_query(
            self._schema, "day", tantivy.FieldType.Integer, asked.since.toordinal(), None
        )
        since = tantivy.Query.const_score_query(since, 0.0)
        must = tantivy.Occur.Must
        whole = tantivy.Query.boolean_query([(must, text), (must, self._allowed), (must, since)])
        found = self._searcher.search(whole, 10, count=True)
        self._searcher.aggregate(whole, self._facets)
        cutter = tantivy.SnippetGenerator.create(self._searcher, text, self._schema, "body")
        cutter.set_max_num_chars(EXTRACT)
        for _, address in found.hits:
            document = self._searcher.doc(address)
            document.get_first("title")
            cutter.snippet_from_doc(document).highlighted()
        return int(found.count)  # type: ignore[attr-defined]  # left out of its stubs

    def _query(self, asked: Asked) -> Any:
        words = asked.words
        match asked.kind:
            case "phrase":
                quoted = f'"{" ".join(words)}"'
                return self._index.parse_query(quoted, [*TEXTS], field_boosts=TEXTS)
            case "prefix":
                made = [tantivy.Query.regex_query(self._schema, n, f"{words[0]}.*") for n in TEXTS]
            case "fuzzy":
                made = [tantivy.Query.fuzzy_term_query(self._schema, n, words[0]) for n in TEXTS]
            case _:
                return self._index.parse_query(" ".join(words), [*TEXTS], field_boosts=TEXTS)
        return tantivy.Query.boolean_query([(tantivy.Occur.Should, each) for each in made])


def _tantivy_schema() -> Any:
    made = tantivy.SchemaBuilder()
    made.add_text_field("id", stored=True, tokenizer_name="raw", index_option="basic")
    for name in TEXTS:
        made.add_text_field(name, stored=True, tokenizer_name="en_stem")
    for name in (*PARAMS_OF_LESSONS, "audience"):
        made.add_text_field(
            name, fast=name != "audience", tokenizer_name="raw", index_option="basic"
        )
    made.add_integer_field("day", indexed=True, fast=True)
    return made.build()
