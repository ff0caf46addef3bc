"""Tantivy from Python as its manual shows it: English stemming, the query parser, facets as aggregations over fast fields, its own snippets.

An aggregation that says that it is not exact, or is refused, is followed by the count over the field's terms, which is.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import tantivy

from benchmarks.peers import Answer, Peer, Values
from benchmarks.searches import FACETS, HITS, VALUES, Search

if TYPE_CHECKING:
    # Not at run time: an engine that is not ours is not to be charged with our modules.
    from search.article import Article

_TEXTS = ["title", "body"]
_MOST = 65_000
"""Values that a segment passes on: all of them, so that counts are exact; Tantivy 0.27 takes no more."""


def _schema() -> tantivy.Schema:
    builder = tantivy.SchemaBuilder()
    builder.add_text_field("id", stored=True, tokenizer_name="raw", index_option="basic")
    for name in _TEXTS:
        builder.add_text_field(name, stored=True, tokenizer_name="en_stem")
    for name in (*FACETS, "publisher", "place"):
        builder.add_text_field(name, stored=True, tokenizer_name="raw", index_option="basic", fast=True)
    builder.add_unsigned_field("day", stored=True, fast=True)
    return builder.build()


class BareTantivy(Peer):
    """Tantivy without Dateline."""

    @staticmethod
    def index(folder: Path, batches: Iterator[list[Article]]) -> None:
        folder.mkdir(parents=True)
        writer = tantivy.Index(_schema(), str(folder)).writer(heap_size=128_000_000, num_threads=1)
        for batch in batches:
            for article in batch:
                made = tantivy.Document(id=article.id, title=article.title or "", body=article.body)
                for person in article.participants:
                    made.add_text("participants", person.name)
                for name, value in (("agency", article.agency), ("publisher", article.publisher), ("place", article.place)):
                    if value:
                        made.add_text(name, value)
                if article.date:
                    made.add_text("year", article.date[:4])
                    made.add_unsigned("day", int(article.date.replace("-", "")))
                writer.add_document(made)
        writer.commit()
        writer.wait_merging_threads()

    def __init__(self, folder: Path) -> None:
        self._index = tantivy.Index.open(str(folder))
        self._searcher = self._index.searcher()

    def search(self, search: Search) -> Answer:
        query = self._query(search)
        # Where nothing is scored, the newest come first.
        order: dict[str, Any] = {"order_by_field": "day"} if search.kind == "everything" else {}
        found: Any = self._searcher.search(query, limit=HITS, count=True, **order)
        documents = [self._searcher.doc(address) for _, address in found.hits]
        hits = [(str(one.get_first("id")), str(one.get_first("title")), str(one.get_first("body"))) for one in documents]
        return Answer(found.count, hits, self._facets(query), (query, documents))

    def _query(self, search: Search) -> tantivy.Query:
        query = self._words(search)
        if not search.agency:
            return query
        of_agency = tantivy.Query.term_query(self._index.schema, "agency", search.agency)
        return tantivy.Query.boolean_query([(tantivy.Occur.Must, query), (tantivy.Occur.Must, of_agency)])

    def _words(self, search: Search) -> tantivy.Query:
        parse, boosts = self._index.parse_query, {"title": 3.0}
        match search.kind:
            case "everything":
                return tantivy.Query.all_query()
            case "any":
                return parse(" ".join(search.words), _TEXTS, field_boosts=boosts)
            case "phrase":
                return parse(f'"{" ".join(search.words)}"', _TEXTS, field_boosts=boosts)
            case "fuzzy":
                return parse(search.words[0], _TEXTS, field_boosts=boosts, fuzzy_fields=dict.fromkeys(_TEXTS, (False, 1, False)))
            case "prefix":
                either = [(tantivy.Occur.Should, tantivy.Query.regex_query(self._index.schema, name, f"{search.words[0]}.*")) for name in _TEXTS]
                return tantivy.Query.boolean_query(either)
            case _:
                return parse(" ".join(search.words), _TEXTS, field_boosts=boosts, conjunction_by_default=True)

    def _facets(self, query: tantivy.Query) -> dict[str, Values]:
        wanted = {name: {"terms": {"field": name, "size": VALUES, "segment_size": _MOST}} for name in FACETS}
        try:
            answers: Any = self._searcher.aggregate(query, wanted)
        except ValueError:  # too many values
            answers = {}
        counted: dict[str, Values] = {}
        for name in FACETS:
            if name in answers and not answers[name].get("doc_count_error_upper_bound"):
                counted[name] = [(bucket["key"], bucket["doc_count"]) for bucket in answers[name]["buckets"]]
            else:
                counted[name] = [(value, count) for value, count in self._searcher.terms_with_prefix(name, "", query, VALUES) if count]
        return counted

    def snippets(self, search: Search, answer: Answer) -> list[str]:
        query, documents = answer.kept
        generators = [tantivy.SnippetGenerator.create(self._searcher, query, self._index.schema, name) for name in _TEXTS]
        return ["".join(generator.snippet_from_doc(document).to_html() for generator in generators) for document in documents]
