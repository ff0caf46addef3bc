"""Whoosh as its manual shows it: stemmed text fields, MultifieldParser, BM25F, facets by `groupedby`, highlights.

Sortable fields where the manual recommends them; a field of several values cannot be one, and is grouped with `allow_overlap`.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

from whoosh import index, sorting
from whoosh.analysis import StemmingAnalyzer
from whoosh.fields import ID, KEYWORD, STORED, TEXT, Schema
from whoosh.qparser import FuzzyTermPlugin, MultifieldParser
from whoosh.query import And, Every, Term

from benchmarks.peers import Answer, Peer
from benchmarks.searches import FACETS, HITS, VALUES, Search

if TYPE_CHECKING:
    # Not at run time: an engine that is not ours is not to be charged with our modules.
    from search.article import Article


def _schema() -> Any:
    return Schema(
        id=ID(unique=True, stored=True),
        title=TEXT(analyzer=StemmingAnalyzer(), stored=True),
        body=TEXT(analyzer=StemmingAnalyzer(), stored=True),
        date=ID(stored=True, sortable=True),
        year=ID(sortable=True),
        agency=ID(sortable=True),
        publisher=ID(sortable=True),
        place=ID(sortable=True),
        participants=KEYWORD(commas=True, scorable=False),
        names=STORED(),
    )


def _said(search: Search) -> str:
    match search.kind:
        case "any":
            return " OR ".join(search.words)
        case "phrase":
            return f'"{" ".join(search.words)}"'
        case "prefix":
            return f"{search.words[0]}*"
        case "fuzzy":
            return f"{search.words[0]}~1"
        case _:
            return " ".join(search.words)


class DocumentedWhoosh(Peer):
    """Plain Whoosh."""

    @staticmethod
    def index(folder: Path, batches: Iterator[list[Article]]) -> None:
        folder.mkdir(parents=True)
        # More memory than the default, as "Tips for speeding up batch indexing" says.
        writer = index.create_in(str(folder), _schema()).writer(limitmb=256)
        for batch in batches:
            for article in batch:
                values = {"agency": article.agency, "publisher": article.publisher, "place": article.place, "date": article.date}
                if article.date:
                    values["year"] = article.date[:4]
                writer.add_document(
                    id=article.id,
                    title=article.title or "",
                    body=article.body,
                    participants=",".join(person.name for person in article.participants),
                    names=[person.name for person in article.participants],
                    **{name: value for name, value in values.items() if value},
                )
        writer.commit()

    def __init__(self, folder: Path) -> None:
        self._index: Any = index.open_dir(str(folder))
        self._searcher: Any = self._index.searcher()
        self._parser: Any = MultifieldParser(["title", "body"], self._index.schema)
        self._parser.add_plugin(FuzzyTermPlugin())

    def search(self, search: Search) -> Answer:
        query: Any = Every() if search.kind == "everything" else self._parser.parse(_said(search))
        if search.agency:
            query = And([query, Term("agency", search.agency)])
        groups = sorting.Facets()
        groups.add_field("year")
        groups.add_field("agency")
        groups.add_facet("participants", sorting.FieldFacet("participants", allow_overlap=True))
        # Where nothing is scored, the newest come first.
        order = {"sortedby": "date", "reverse": True} if search.kind == "everything" else {}
        results = self._searcher.search(query, limit=HITS, groupedby=groups, maptype=sorting.Count, **order)
        # With groupedby Whoosh keeps everything that it finds, whatever the limit: only the best are read.
        best = results[:HITS]
        hits = [(hit["id"], hit["title"], hit["body"]) for hit in best]
        return Answer(len(results), hits, {name: _most(results.groups(name)) for name in FACETS}, best)

    def snippets(self, search: Search, answer: Answer) -> list[str]:
        return [hit.highlights("title") + hit.highlights("body") for hit in answer.kept]


def _most(counts: dict[Any, int]) -> list[tuple[str, int]]:
    """The most frequent values; None and "" are the articles without one."""
    return sorted(((str(value), count) for value, count in counts.items() if value), key=lambda item: (-item[1], item[0]))[:VALUES]
