"""Which Tantivy query finds what a plan finds? Each part of a plan as a query of its own, none of them read from text."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator

import tantivy

from search.article import TEXT_FIELDS, Article
from search.engines.base import too_broad
from search.engines.tantivy.schema import FIRST_DAY, LAST_DAY, MISSING, RANKED, RANKED_STEMS, stem_field
from search.engines.tantivy.templates import Template, Templates, TooMany, exactness
from search.expansion import LIMIT, fits, literal_prefix
from search.matching import Matcher
from search.plan import AtLeast, Expansion, Having, PossiblyDated, Sequence, Term, fields_of, leaves
from search.query.tree import And, DateRange, Everything, Missing, Near, Node, Not, Nothing, Or

Query = tantivy.Query
MUST, SHOULD, MUST_NOT = tantivy.Occur.Must, tantivy.Occur.Should, tantivy.Occur.MustNot
_DAY = tantivy.FieldType.Unsigned


def any_of(queries: Iterable[tantivy.Query]) -> tantivy.Query:
    """The query that finds what any finds."""
    found = list(queries)
    return found[0] if len(found) == 1 else Query.boolean_query([(SHOULD, query) for query in found]) if found else Query.empty_query()


def all_of(queries: Iterable[tantivy.Query]) -> tantivy.Query:
    """The query that finds what all find."""
    found = list(queries)
    return found[0] if len(found) == 1 else Query.boolean_query([(MUST, query) for query in found])


class Compiler:
    """Makes queries for one state of an index; what several plans have in common is made once."""

    def __init__(
        self,
        schema: tantivy.Schema,
        vocabulary: Callable[[str, str], list[str]],
        articles: Callable[[tantivy.Query], Iterator[Article]],
    ) -> None:
        """`vocabulary` gives the words of a field with a beginning, `articles` all articles that a query finds."""
        self._schema = schema
        self._vocabulary = vocabulary
        self._articles = articles
        self._queries: dict[Node, tantivy.Query] = {}
        self._words_of: dict[tuple[Expansion, str], list[str]] = {}

    def query(self, node: Node) -> tantivy.Query:
        """The query of a plan. Raises TooBroad."""
        query = self._queries.get(node)
        if query is None:
            query = self._queries[node] = self._compiled(node)
        return query

    def _compiled(self, node: Node) -> tantivy.Query:
        match node:
            case Everything():
                return Query.all_query()
            case Nothing():
                return Query.empty_query()
            case And(children=children):
                # Tantivy takes a list of which all are excluded for one that finds nothing.
                wanted = [(MUST, self.query(child)) for child in children if not isinstance(child, Not)]
                excluded = [(MUST_NOT, self.query(child.child)) for child in children if isinstance(child, Not)]
                return Query.boolean_query([*(wanted or [(MUST, Query.all_query())]), *excluded])
            case Or(children=children):
                return any_of(self.query(child) for child in children)
            case AtLeast(children=children, least=least):
                return Query.boolean_query([(SHOULD, self.query(child)) for child in children], minimum_number_should_match=least)
            case Not(child=child):
                return Query.boolean_query([(MUST, Query.all_query()), (MUST_NOT, self.query(child))])
            case Having(field=field, values=values):
                return self._any_term(field, values)
            case Missing(field=field):
                return Query.term_query(self._schema, MISSING, field, "basic")
            case DateRange() | PossiblyDated():
                return self._dated(node)
            case Term() | Sequence() | Expansion() | Near():
                return self._words(node)
        raise TypeError(f"a plan has no {type(node).__name__}")

    def _any_term(self, field: str, values: Iterable[str]) -> tantivy.Query:
        found = list(values)
        return Query.term_set_query(self._schema, field, found) if len(found) > 1 else self._term(field, found[0]) if found else Query.empty_query()

    def _term(self, field: str, word: str) -> tantivy.Query:
        return Query.term_query(self._schema, field, word, "basic")

    def _dated(self, wanted: DateRange | PossiblyDated) -> tantivy.Query:
        """The articles of a range: those whose date, whatever it may mean, lies inside; or those of which some of it may."""
        start = wanted.start.toordinal() if wanted.start else None
        end = wanted.end.toordinal() if wanted.end else None
        certain = isinstance(wanted, DateRange)
        bounds = []
        if start is not None:
            bounds.append(Query.range_query(self._schema, FIRST_DAY if certain else LAST_DAY, _DAY, lower_bound=start))
        if end is not None:
            bounds.append(Query.range_query(self._schema, LAST_DAY if certain else FIRST_DAY, _DAY, upper_bound=end))
        undated = self._term(MISSING, "date")
        if not bounds:
            bounds = [Query.boolean_query([(MUST, Query.all_query()), (MUST_NOT, undated)])]
        return all_of(bounds) if certain else any_of((all_of(bounds), undated))

    def _words(self, node: Term | Sequence | Expansion | Near) -> tantivy.Query:
        match node:
            case Term(word=word, exact=exact, fields=fields):
                if fields == TEXT_FIELDS:
                    return self._term(RANKED if exact else RANKED_STEMS, word)
                return any_of(self._term(field if exact else stem_field(field), word) for field in fields)
            case Expansion(fields=fields):
                return any_of(self._expanded(node, field) for field in fields)
            case Sequence() | Near():
                try:
                    return any_of(query for field in fields_of(node) for query in self._phrases(node, field))
                except TooMany:
                    return self._checked(node)

    def _expanded(self, node: Expansion, field: str) -> tantivy.Query:
        # A prefix may stand for any number of words: Tantivy goes through them without naming each.
        if node.kind == "prefix":
            return Query.regex_query(self._schema, field, f"{node.pattern}.*")
        return self._any_term(field, self.expanded(node, field))

    def expanded(self, node: Expansion, field: str) -> list[str]:
        """The words of a field that a pattern stands for. Raises TooBroad."""
        found = self._words_of.get((node, field))
        if found is None:
            fitting = fits(node)
            found = [word for word in self._vocabulary(field, literal_prefix(node)) if fitting(word)]
            if node.kind != "prefix" and len(found) > LIMIT:
                raise too_broad(node, len(found), LIMIT)
            self._words_of[node, field] = found
        return found

    def _phrases(self, node: Sequence | Near, field: str) -> Iterator[tantivy.Query]:
        """The phrases with fixed places that are what a sequence or proximity asks for in a field. Raises TooMany."""
        exact = exactness(node)
        if exact is None:
            raise TooMany
        expanded = {leaf: self.expanded(leaf, field) for leaf in leaves(node) if isinstance(leaf, Expansion)}
        name = field if exact else stem_field(field)
        for template in sorted(Templates(field, expanded).of(node)):
            yield self._phrase(name, template)

    def _phrase(self, field: str, template: Template) -> tantivy.Query:
        return Query.phrase_query(self._schema, field, [(place, word) for place, word in template])

    def _checked(self, node: Sequence | Near) -> tantivy.Query:
        """A proximity that is too much for phrases: the articles that have its words are read, and those that match are named by their ids."""
        matcher = Matcher(node)
        matching = [article.id for article in self._articles(self.query(_present(node))) if matcher.matches(article)]
        return self._any_term("id", matching)


def _present(node: Node) -> Node:
    """The plan that finds at least what a proximity finds: its words, wherever they stand in its fields."""
    match node:
        case Near(left=left, right=right):
            return And((_present(left), _present(right)))
        case Or(children=children):
            return Or(tuple(map(_present, children)))
        case Sequence(words=words, exact=exact, fields=fields):
            return And(tuple(Term(word, exact, fields) for word in dict.fromkeys(words)))
        case _:
            return node
