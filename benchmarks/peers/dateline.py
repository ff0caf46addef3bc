"""Our engines: a whole answer as `search.answering` makes it, less the marks, which are timed apart, and what is only said when nothing is found."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import ClassVar

from benchmarks.peers import Answer, Peer
from benchmarks.searches import HITS, VALUES, Search
from search.answering.facets import Facets
from search.answering.names import Names
from search.article import Article
from search.engines import open_engine
from search.engines.base import Count
from search.highlight import Highlighter
from search.plan import plan
from search.query.parser import parse
from search.request import SearchRequest

_OURS = {"date": "year", "agency": "agency", "participants": "participants"}


class _Dateline(Peer):
    engine: ClassVar[str]

    @classmethod
    def index(cls, folder: Path, batches: Iterator[list[Article]]) -> None:
        with open_engine(cls.engine, folder, create=True) as engine:
            for batch in batches:  # each is committed, as the indexer does
                engine.add(batch)
                engine.commit()

    def __init__(self, folder: Path) -> None:
        self._engine = open_engine(self.engine, folder)

    def search(self, search: Search) -> Answer:
        view = self._engine.view()
        names = Names(view)
        query = parse(search.text).query
        request = names.request(SearchRequest(search.text, query, limit=HITS, facets=tuple(_OURS), facet_limit=VALUES))
        planned = plan(query).query
        facets = Facets(request, names.query(planned), view, names.lookup)
        found = facets.found()
        (total,) = view.count(Count(found))
        page = view.page(found, request)
        counted = {_OURS[facet.field]: [(value.label, value.count) for value in facet.values] for facet in facets.facets()}
        counted["year"] = sorted(counted["year"], key=lambda value: (-value[1], value[0]))[:VALUES]  # ours are all years, in their order
        articles = [article for article, _ in page.hits]
        return Answer(total, [(article.id, article.title or "", article.body) for article in articles], counted, (planned, articles))

    def snippets(self, search: Search, answer: Answer) -> list[str]:
        planned, articles = answer.kept
        highlighter = Highlighter(planned)
        return [f"{highlighter.headline(article)} {highlighter.snippets(article)}" for article in articles]


class DatelineWhoosh(_Dateline):
    """The default engine."""

    engine = "whoosh"


class DatelineTantivy(_Dateline):
    """The fast engine."""

    engine = "tantivy"
