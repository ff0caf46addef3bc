"""Which OpenSearch query finds what a plan finds? Each part of a plan as a query of its own, none of them read from text."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import Any

from search.article import TEXT_FIELDS, Article
from search.engines.base import TooBroad
from search.engines.opensearch.listing import LONGEST_BEGINNING
from search.engines.opensearch.proximity import TooMany, intervals
from search.engines.opensearch.schema import FIRST_DAY, LAST_DAY, LONGEST_TERM, MISSING, MOST_TERMS, RANKED, RANKED_STEMS, stem_field
from search.matching import Matcher
from search.plan import AtLeast, Expansion, Having, PossiblyDated, Sequence, Term, fields_of
from search.query.tree import And, DateRange, Everything, Missing, Near, Node, Not, Nothing, Or, Problem

Query = dict[str, Any]
ALL: Query = {"match_all": {}}
NONE: Query = {"match_none": {}}


def any_of(queries: Iterable[Query]) -> Query:
    """The query that finds what any finds."""
    found = list(queries)
    return found[0] if len(found) == 1 else {"bool": {"should": found, "minimum_should_match": 1}} if found else NONE


def all_of(queries: Iterable[Query]) -> Query:
    """The query that finds what all find, without scores."""
    found = list(queries)
    return found[0] if len(found) == 1 else {"bool": {"filter": found}} if found else ALL


def terms(field: str, values: Iterable[str]) -> Query:
    """The query for any of these values of a field."""
    found = list(values)
    if len(found) == 1:
        return {"term": {field: found[0]}}
    return any_of({"terms": {field: found[start : start + MOST_TERMS]}} for start in range(0, len(found), MOST_TERMS))


_KEPT = 500
"""Plans that are remembered: those of a few requests."""

MOST_READ = 20_000
"""Articles that are read to see whether a proximity of too many ways matches; some ten seconds."""


class Compiler:
    """Makes queries for one state of an archive; what several plans have in common is made once."""

    def __init__(self, words: Callable[[Expansion, str], list[str]], articles: Callable[[Query], Iterator[Article]]) -> None:
        """`words` gives the words of a field that a pattern stands for (raises TooBroad), `articles` all that a query finds."""
        self._words_of = words
        self._articles = articles
        self._queries: dict[Node, Query] = {}

    def query(self, node: Node) -> Query:
        """The query of a plan. Raises TooBroad."""
        query = self._queries.get(node)
        if query is None:
            if len(self._queries) >= _KEPT:
                self._queries = {}  # a state may last for months, and be asked anything
            query = self._queries[node] = self._compiled(node)
        return query

    def _compiled(self, node: Node) -> Query:
        match node:
            case Everything():
                return ALL
            case Nothing():
                return NONE
            case And(children=children):
                wanted = [self.query(child) for child in children if not isinstance(child, Not)]
                excluded = [self.query(child.child) for child in children if isinstance(child, Not)]
                return {"bool": {"filter": wanted, "must_not": excluded}} if excluded else all_of(wanted)
            case Or(children=children):
                return any_of(self.query(child) for child in children)
            case AtLeast(children=children, least=least):
                return {"bool": {"should": [self.query(child) for child in children], "minimum_should_match": least}}
            case Not(child=child):
                return {"bool": {"must_not": [self.query(child)]}}
            case Having(field=field, values=values):
                return terms(field, values)
            case Missing(field=field):
                return terms(MISSING, (field,))
            case DateRange() | PossiblyDated():
                return _dated(node)
            case Term(word=word, exact=exact, fields=fields):
                if fields == TEXT_FIELDS:
                    return terms(RANKED if exact else RANKED_STEMS, (word[:LONGEST_TERM],))
                return any_of(terms(field if exact else stem_field(field), (word[:LONGEST_TERM],)) for field in fields)
            case Expansion(fields=fields):
                return any_of(self._expanded(node, field) for field in fields)
            case Sequence() | Near():
                return self._places(node)
        raise TypeError(f"a plan has no {type(node).__name__}")

    def _expanded(self, node: Expansion, field: str) -> Query:
        # A prefix may stand for any number of words: Lucene goes through them without naming each.
        if node.kind == "prefix" and len(node.pattern) <= LONGEST_BEGINNING:
            return {"prefix": {field: node.pattern}}
        return terms(field, self._words_of(node, field))

    def _places(self, node: Sequence | Near) -> Query:
        """A phrase or proximity by the places of its words; one of too many ways is read: its words are looked for, and what is found is checked."""
        try:
            return any_of(intervals(node, field, self._words_of) for field in fields_of(node))
        except TooMany:
            matcher = Matcher(node)
            parts = list(dict.fromkeys(present(node)))[:MOST_PRESENT]
            matching = []
            for read, article in enumerate(self._articles(self.query(And(tuple(parts))))):
                if read == MOST_READ:
                    start, end = node.span or (0, 0)
                    message = (
                        f"This proximity has too many ways to be met, and more than {MOST_READ:,} articles have its words. Leave some of them out."
                    )
                    raise TooBroad(Problem(message, start, end, "error")) from None
                if matcher.matches(article):
                    matching.append(article.id)
            return terms("id", matching)


MOST_PRESENT = 100
"""Parts of a proximity that an article must have to be read: enough for the others to be of no weight."""


def present(node: Node) -> Iterator[Node]:
    """Plans that each find at least what a proximity finds: its words, wherever they stand in its fields."""
    match node:
        case Near(left=left, right=right):
            yield from present(left)
            yield from present(right)
        case Or(children=children):
            yield Or(tuple(And(tuple(present(child))) for child in children[:MOST_PRESENT])) if len(children) <= MOST_PRESENT else Everything()
        case Sequence(words=words, exact=exact, fields=fields):
            for word in dict.fromkeys(words):
                yield Term(word, exact, fields)
        case _:
            yield node


def _dated(wanted: DateRange | PossiblyDated) -> Query:
    """The articles of a range: those whose date, whatever it may mean, lies inside; or those of which some of it may."""
    start = wanted.start.toordinal() if wanted.start else None
    end = wanted.end.toordinal() if wanted.end else None
    certain = isinstance(wanted, DateRange)
    bounds: list[Query] = []
    if start is not None:
        bounds.append({"range": {FIRST_DAY if certain else LAST_DAY: {"gte": start}}})
    if end is not None:
        bounds.append({"range": {LAST_DAY if certain else FIRST_DAY: {"lte": end}}})
    dated = all_of(bounds or [{"exists": {"field": FIRST_DAY}}])
    return dated if certain else any_of((dated, terms(MISSING, ("date",))))
