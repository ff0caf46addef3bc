"""Which Tantivy query finds what a plan finds? Each part of a plan as a query of its own, none of them read from text."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from contextlib import suppress
from functools import partial

import tantivy

from search.analysis import stem
from search.article import TEXT_FIELDS, Article
from search.engines.tantivy.schema import FIRST_DAY, LAST_DAY, MISSING, RANKED, RANKED_STEMS, stem_field
from search.engines.tantivy.templates import Templates, TooMany, exactness
from search.engines.tantivy.words import Words
from search.matching import Matcher
from search.plan import AtLeast, Expansion, Having, PossiblyDated, Sequence, Term, fields_of
from search.query.tree import And, DateRange, Everything, Missing, Near, Node, Not, Nothing, Or

Query = tantivy.Query
MUST, SHOULD, MUST_NOT = tantivy.Occur.Must, tantivy.Occur.Should, tantivy.Occur.MustNot
_DAY = tantivy.FieldType.Unsigned


LONGEST_PATTERN = 60
LONGEST_CHOICE = 300
"""Letters of a pattern, and of all words of a choice, that are written as a regular expression: Tantivy refuses those of more than 1,000 states, and
a letter of some scripts takes three."""


RUN = 5
"""Parts of a longer pattern with hyphens that are run together, to read fewer articles: their words stay within what Tantivy takes at once."""


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
        words: Words,
        articles: Callable[[tantivy.Query], Iterator[Article]],
        ids: Callable[[tantivy.Query], list[str]],
    ) -> None:
        """`articles` gives all articles that a query finds, `ids` their ids."""
        self._schema = schema
        self._words_there = words
        self._articles = articles
        self._ids = ids
        self._queries: dict[Node, tantivy.Query] = {}

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
                for way in (self._phrases, self._expressions) if exactness(node) is not None else (self._expressions,):
                    with suppress(TooMany):
                        return way(node)
                return self._checked(node)

    def _expanded(self, node: Expansion, field: str) -> tantivy.Query:
        # A prefix may stand for any number of words: Tantivy goes through them without naming each. A long one stands for few.
        if node.kind == "prefix" and len(node.pattern) <= LONGEST_PATTERN:
            return Query.regex_query(self._schema, field, f"{node.pattern}.*")
        return self._any_term(field, self._words_there.fitting(node, field))

    def _phrases(self, node: Sequence | Near) -> tantivy.Query:
        """The phrases with fixed places that are what a sequence or proximity of words of one kind asks for. Raises TooMany."""
        exact = exactness(node)
        return any_of(
            Query.phrase_query(self._schema, field if exact else stem_field(field), list(template))
            for field in fields_of(node)
            for template in sorted(Templates(field, _itself).of(node))
        )

    def _expressions(self, node: Sequence | Near) -> tantivy.Query:
        """The same with expressions of the words that may stand in a place, over words as they stand.

        The articles are named by their ids: such phrases are costly, and one search asks for them again and again. Raises TooMany, also where
        Tantivy says, which it does only when it runs one, that an expression stands for too many words.
        """
        phrases = any_of(
            Query.regex_phrase_query(self._schema, field, list(template))
            for field in fields_of(node)
            for template in sorted(Templates(field, partial(self._any_word, field), choices=True).of(node))
        )
        try:
            return self._any_term("id", self._ids(phrases))
        except ValueError as error:
            raise TooMany from error

    def _any_word(self, field: str, leaf: Term | Sequence | Expansion, word: str) -> str | None:
        """A regular expression of the words of a field that a word or pattern stands for; None where there are none. Raises TooMany, TooBroad.

        Words are letters and digits only: none of them has a meaning of its own in an expression.
        """
        if isinstance(leaf, Expansion):
            words = self._words_there.fitting(leaf, field) if leaf.kind != "prefix" or len(word) > LONGEST_PATTERN else [f"{word}.*"]
        elif leaf.exact:
            words = [word]
        else:
            words = [form for form in self._words_there.beginning(field, word[:1]) if stem(form) == word]
        if isinstance(leaf, Expansion) and leaf.kind == "wildcard" and words and len(word) <= LONGEST_PATTERN:
            words = [word.replace("?", ".").replace("*", ".*")]
        if sum(map(len, words)) > LONGEST_CHOICE:
            raise TooMany
        return f"({'|'.join(words)})" if words else None

    def _checked(self, node: Sequence | Near) -> tantivy.Query:
        """A proximity that is too much for phrases: the articles that have its words are read, and those that match are named by their ids."""
        matcher = Matcher(node)
        matching = [article.id for article in self._articles(self.query(_present(node))) if matcher.matches(article)]
        return self._any_term("id", matching)


def _links(node: Node) -> list[Node]:
    """What stands directly one behind the other: the parts of a pattern with hyphens."""
    if isinstance(node, Near) and node.ordered and node.distance == 1:
        return [node.left, *_links(node.right)]
    return [node]


def _chain(links: list[Node]) -> Node:
    return Near(links[0], _chain(links[1:]), 1, ordered=True) if len(links) > 1 else links[0]


def _present(node: Node) -> Node:
    """The plan that finds at least what a proximity finds: its words, wherever they stand in its fields."""
    match node:
        case Near(left=left, right=right):
            links = _links(node)
            if len(links) > RUN:
                return And(tuple(_chain(links[start : start + RUN]) for start in (*range(0, len(links) - RUN, RUN), len(links) - RUN)))
            return And((_present(left), _present(right)))
        case Or(children=children):
            return Or(tuple(map(_present, children)))
        case Sequence(words=words, exact=exact, fields=fields):
            return And(tuple(Term(word, exact, fields) for word in dict.fromkeys(words)))
        case _:
            return node


def _itself(_: Term | Sequence | Expansion, word: str) -> str:
    return word
