"""What relevance is compared with: tantivy and Whoosh as it comes, over the same documents with the same queries.

Both stem English and OR the words. tantivy's BM25 has no settings; what it offers besides was tried, and the two
ways that did best over all collections are measured: as its manual shows, over title and text in one field; and with
the title once more at a third of the weight and words that the query repeats counted, which is as far as it goes.
"""

import re
import shutil
from collections import Counter
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any, Protocol

import tantivy
from whoosh.analysis import StemmingAnalyzer
from whoosh.fields import ID, TEXT, Schema
from whoosh.index import create_in
from whoosh.qparser import MultifieldParser, OrGroup

from benchmarks.collections import Collection, Document

WORD = re.compile(r"\w+")
# min_term_frequency, min_doc_frequency, max_query_terms: the library's own values first.
LIKE_SETTINGS = ((2, 5, 25), (1, 1, 25), (1, 2, 50), (1, 2, 100), (2, 2, 50), (1, 2, 400))
LikeSetting = tuple[int, int, int]


class Engine(Protocol):
    """Ids of documents, best first."""

    def search(self, text: str, limit: int) -> list[str]: ...


class Tantivy:
    """In memory. title: the weight at which the title counts once more; repeats: whether repeated words count."""

    def __init__(
        self, documents: Iterable[Document], *, title: float = 0, repeats: bool = False
    ) -> None:
        self._repeats = repeats
        self._fields = ["all", "title"] if title else ["all"]
        self._boosts = {"title": title} if title else {}
        schema = tantivy.SchemaBuilder().add_text_field("id", stored=True, tokenizer_name="raw")
        for name in self._fields:
            schema = schema.add_text_field(name, stored=True, tokenizer_name="en_stem")
        self._index = tantivy.Index(schema.build())
        writer = self._index.writer(50_000_000, 1)
        for each in documents:
            texts = {"all": each.whole, "title": each.title}
            writer.add_document(tantivy.Document(id=each.id, **{n: texts[n] for n in self._fields}))
        writer.commit()
        writer.wait_merging_threads()
        self._index.reload()
        self._searcher = self._index.searcher()

    def search(self, text: str, limit: int) -> list[str]:
        counts = Counter(WORD.findall(text.lower()))
        words = (f"{w}^{n}" if n > 1 and self._repeats else w for w, n in counts.items())
        return self._found(" ".join(words), limit)

    def _found(self, words: str, limit: int) -> list[str]:
        query, _ = self._index.parse_query_lenient(words, self._fields, self._boosts)
        return self._ids(query, limit)

    def like(self, id: str, limit: int, setting: LikeSetting = LIKE_SETTINGS[0]) -> list[str]:
        """Its more-like-this query for one of the documents, without that one."""
        own = tantivy.Query.term_query(self._index.schema, "id", id)
        address = self._searcher.search(own, 1).hits[0][1]
        least_tf, least_df, most = setting
        query = tantivy.Query.more_like_this_query(
            address,
            min_term_frequency=least_tf,
            min_doc_frequency=least_df,
            max_query_terms=most,
        )
        return [found for found in self._ids(query, limit + 1) if found != id][:limit]

    def _ids(self, query: Any, limit: int) -> list[str]:
        hits = self._searcher.search(query, limit).hits
        return [self._searcher.doc(address)["id"][0] for _, address in hits]


class StockWhoosh:
    """As Whoosh's manual shows, but for OR of words: its default AND finds next to nothing."""

    def __init__(self, documents: Iterable[Document], folder: Path) -> None:
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir(parents=True)
        text = StemmingAnalyzer()
        schema = Schema(id=ID(stored=True), title=TEXT(text), text=TEXT(text))
        index = create_in(str(folder), schema)
        writer = index.writer(limitmb=256)
        for each in documents:
            writer.add_document(id=each.id, title=each.title, text=each.text)
        writer.commit()
        self._searcher = index.searcher()
        self._parser = MultifieldParser(["title", "text"], schema, group=OrGroup)

    def search(self, text: str, limit: int) -> list[str]:
        words = " ".join(WORD.findall(text.lower()))
        return [hit["id"] for hit in self._searcher.search(self._parser.parse(words), limit=limit)]


def rivals(collection: Collection, folder: Path) -> Mapping[str, Engine]:
    """By the name that is printed. folder: for the files of a stock index."""
    documents = collection.documents.values()
    return {
        "tantivy": Tantivy(documents),
        "tantivy, tuned": Tantivy(documents, title=0.3, repeats=True),
        "stock Whoosh": StockWhoosh(documents, folder),
    }
