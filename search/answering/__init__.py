"""How does a request become an answer, whatever the engine? Names are resolved, selections become plans, the engine finds and counts, and what
matched is marked.

names.py (whom names stand for), facets.py (what selections leave and facets count), fallback.py (most of the words), suggestions.py (did you
mean), likeness.py (similar articles), together.py (who appears with whom), explanation.py (what was searched, and how each hit was scored).
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from search.answering.explanation import explain, score_parts
from search.answering.facets import Facets, possible
from search.answering.fallback import first_asked, most_words
from search.answering.likeness import like
from search.answering.names import Names
from search.answering.suggestions import suggest, suggestions, unknown_values, words_counted
from search.answering.together import who_with_whom
from search.article import Article
from search.engines.base import Count, TooBroad, View
from search.errors import UsageError
from search.highlight import Highlighter
from search.plan import plan
from search.query.printer import canonical
from search.query.tree import PEOPLE_FIELDS, Everything, Node, Problem
from search.request import FACETS, MAX_FIND, MAX_TOGETHER, SearchRequest
from search.results import Facet, Hit, MostWords, Results, Together

__all__ = ["facet_values", "scan", "search", "similar", "suggest", "together"]

MAX_VALUES = 1000
"""Values of a facet that one answer holds at most."""


class _Asked:
    """A request on a view: its plan with the names resolved, and the plan of everything found."""

    def __init__(self, view: View, request: SearchRequest, *, wholly: bool = False) -> None:
        """`wholly` lets the view expect everything that an answer is made of. Raises TooBroad."""
        self._view = view
        self._wholly = wholly
        self.names = Names(view)
        self.request = self.names.request(request)
        self.planned = plan(request.query)
        self.most_words: MostWords | None = None
        query = self.names.query(self.planned.query)
        self._ask_for(query)
        fewer = most_words(query, view)
        if fewer is not None:
            query, self.most_words = fewer
            self._ask_for(query)

    def _ask_for(self, query: Node) -> None:
        self.query = query
        self.facets = Facets(self.request, query, self._view, self.names.lookup)
        self.found = self.facets.found()
        self.totals = list(map(Count, dict.fromkeys((self.found, possible(self.found)))))  # one, unless a date is asked for
        if self._wholly:
            values, counts = self.facets.questions()
            counts = [*first_asked(query), *self.totals, *counts, *words_counted(self.request.text, self.planned.query)]
            self._view.expect(counts, values, self.found, self.request)


def search(view: View, request: SearchRequest) -> Results:
    """Answer a request. A query with a problem of severity error is not run: its total is null.

    Raises UsageError for a cursor that no page gave.
    """
    problems = _problems(request)
    if any(problem.severity == "error" for problem in problems):
        return _not_run(view, request, problems)
    try:
        asked = _Asked(view, request, wholly=True)
        counts = view.count(*asked.totals)
        total, maybe = counts[0], counts[-1]
        page = view.page(asked.found, asked.request)
        facets = asked.facets.facets()
    except TooBroad as broad:
        return _not_run(view, request, (*problems, broad.problem))
    highlighter = Highlighter(asked.planned.query)
    hits = [Hit.of(article, score, highlighter.headline(article), highlighter.snippets(article)) for article, score in page.hits]
    if request.explain:
        hits = [replace(hit, scores=score_parts(view.scores(asked.found, hit.id), request.text)) for hit in hits]
    return Results(
        request=asked.request,
        canonical=canonical(request.query),
        problems=problems + unknown_values(asked.names, view),
        total=total,
        hits=tuple(hits),
        facets=facets,
        generation=view.generation,
        left_out=maybe - total,
        people=asked.names.people(asked.found),
        most_words=asked.most_words,
        suggestions=suggestions(request.text, asked.planned.query, asked.names, view, nothing_found=total == 0 or asked.most_words is not None),
        explanation=explain(asked.planned.query, asked.names, view, request.text) if request.explain else None,
        start=page.start,
        previous=page.previous,
        next=page.next,
        last=page.last,
        changed=page.changed,
        updating=view.updating,
        complete=view.complete,  # last: it is about everything that was asked above
    )


def scan(view: View, request: SearchRequest) -> Iterator[Article]:
    """Everything that a request finds, in its order, whatever its page: for exports and conversions.

    Raises UsageError where the query has a problem of severity error: what could not be searched must not look like nothing found.
    """
    _refuse(_problems(request))
    try:
        return view.scan(_Asked(view, request).found, request.sort)
    except TooBroad as broad:
        raise UsageError(broad.problem.message) from broad


def facet_values(view: View, request: SearchRequest, field: str, text: str = "", *, start: int = 0, limit: int = 50) -> Facet:
    """The values of one facet of a search, `limit` of them from the one at `start` on, most frequent first.

    With a text, those that have for each of its words a word that begins with it, a person in any form of the name. `more` are the values behind
    these. Raises UsageError for an unknown facet, for the dates (whose values are all in every answer), and as `scan` does.
    """
    if field not in FACETS or field == "date":
        raise UsageError(f"There is no list of values to search for “{field}”. There is one for {', '.join(f for f in FACETS if f != 'date')}.")
    if len(text) > MAX_FIND:
        raise UsageError(f"Values are looked for by at most {MAX_FIND} characters of theirs; these are {len(text):,}.")
    if start < 0 or not 0 <= limit <= MAX_VALUES:
        raise UsageError(f"{limit} values from the one at {start} are not possible: ask for 0 to {MAX_VALUES:,}, from 0 on.")
    _refuse(_problems(request))
    try:
        asked = _Asked(view, request)
        only = asked.names.lookup.beginning(field, text) if text.strip() else None
        return replace(asked.facets.values(field, only, start, limit), complete=view.complete)
    except TooBroad as broad:
        raise UsageError(broad.problem.message) from broad


def together(view: View, request: SearchRequest, field: str = "participants", limit: int = MAX_TOGETHER) -> Together:
    """Who appears with whom in the articles that a request finds, all its selections applied: at most `limit` persons, and how many articles each
    two of them share.

    A query with a problem of severity error is not run: the total is null. Raises UsageError for a facet that is not of people, and for a limit
    that is not from 1 to 40.
    """
    if field not in PEOPLE_FIELDS:
        raise UsageError(f"“{field}” is no facet of people: ask for {' or '.join(PEOPLE_FIELDS)}.")
    if not 1 <= limit <= MAX_TOGETHER:
        raise UsageError(f"{limit} people at once are not possible: ask for 1 to {MAX_TOGETHER}, and for others by a narrower search.")
    problems = _problems(request)
    if any(problem.severity == "error" for problem in problems):
        return Together(field, request, None, (), (), 0, problems, view.generation)
    try:
        asked = _Asked(view, request)
        (total,) = view.count(Count(asked.found))
        people, pairs, more = who_with_whom(view, asked.found, asked.request.selection(field), limit, asked.names.lookup)
    except TooBroad as broad:
        return Together(field, request, None, (), (), 0, (*problems, broad.problem), view.generation)
    problems += unknown_values(asked.names, view)
    return Together(field, asked.request, total, people, pairs, more, problems, view.generation, asked.most_words, view.complete)


def similar(view: View, id: str, limit: int = 5) -> tuple[Hit, ...]:
    """The articles most like the one of that id, best first. Raises UnknownArticle."""
    article = view.get(id)
    found = like(article, view)
    page = view.page(found, SearchRequest(limit=limit + 1, facets=()))
    highlighter = Highlighter(Everything())  # nothing was asked for, so nothing is marked
    others = [(other, score) for other, score in page.hits if other.id != id][:limit]
    return tuple(Hit.of(other, score, highlighter.headline(other), ()) for other, score in others)


def _problems(request: SearchRequest) -> tuple[Problem, ...]:
    return request.problems + plan(request.query).problems


def _refuse(problems: tuple[Problem, ...]) -> None:
    wrong = next((problem for problem in problems if problem.severity == "error"), None)
    if wrong is not None:
        raise UsageError(wrong.message)


def _not_run(view: View, request: SearchRequest, problems: tuple[Problem, ...]) -> Results:
    return Results(request, canonical(request.query), problems, None, (), (), view.generation)
