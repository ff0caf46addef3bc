"""Who appears with whom? The persons of most of the articles found, and for each two of them how many articles have both."""

from __future__ import annotations

from dataclasses import replace

from search.answering.facets import all_of
from search.engines.base import ValueCounts, Values, View
from search.lookup import Lookup
from search.plan import Having
from search.query.tree import Node
from search.request import Selection
from search.results import FacetValue, OrMore, Pair, counted


def who_with_whom(
    view: View, found: Node, selection: Selection, limit: int, lookup: Lookup
) -> tuple[tuple[FacetValue, ...], tuple[Pair, ...], int | OrMore]:
    """The persons and pairs of the articles that a plan finds, as `Together` has them, and how many further persons these articles have.

    `selection` is what is chosen in the facet of people, with its names resolved. Raises TooBroad.
    """
    often = _often_there(view, found, selection, limit)
    keys = tuple(key for key, _ in often.values)
    labels = lookup.labels(keys)
    people = tuple(FacetValue(key, labels[key], count, key in selection.include) for key, count in often.values)
    return people, _pairs(view, found, selection.field, keys), counted(often.distinct - len(people), exact=often.exact)


def _often_there(view: View, found: Node, selection: Selection, limit: int) -> ValueCounts:
    """So many persons with their articles, most articles first, then by key, and how many persons there are in all."""
    (often,) = view.values(Values(selection.field, found, limit))
    absent = tuple(set(selection.include) - {key for key, _ in often.values})
    if not absent or (often.exact and len(often.values) == often.distinct):
        return often
    # Some that are chosen may stand behind the limit: they take the places of the last that are not.
    (rarer,) = view.values(Values(selection.field, found, None, only=absent))
    ranked = sorted((*often.values, *rarer.values), key=lambda person: (-person[1], person[0]))
    kept = frozenset(sorted(ranked, key=lambda person: person[0] not in selection.include)[:limit])
    return replace(often, values=tuple(person for person in ranked if person in kept))


def _pairs(view: View, found: Node, field: str, keys: tuple[str, ...]) -> tuple[Pair, ...]:
    """The pairs of these persons that some article has, counted as each one's company, all asked for at once.

    The company is asked for whole and not by these keys: of 100,000 articles, 40 persons with their pairs take 15 to 55 ms so with Whoosh, 60 to 150
    by keys (which are looked up again for each question), and 85 to 160 as 780 counts; with Tantivy 20 to 160 whichever way.
    """
    asked = [Values(field, all_of((found, Having(field, (key,)))), None) for key in keys[:-1]]
    places = {key: place for place, key in enumerate(keys)}
    met = [
        Pair(keys[place], other, count)
        for place, company in enumerate(view.values(*asked))
        for other, count in company.values
        if places.get(other, place) > place
    ]
    return tuple(sorted(met, key=lambda pair: (-pair.count, places[pair.one], places[pair.other])))
