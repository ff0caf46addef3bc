"""What was really searched, and why does a hit stand where it stands? The words and names that a query stands for, and the parts of a score."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from search.analysis import stem
from search.answering.names import Names
from search.engines.base import Count, Score, View
from search.plan import Expansion, Sequence, Term, leaves
from search.query.tree import Near, Node
from search.ranking import Part
from search.results import Explanation, FormsOf, PersonForms, ScorePart, StandsFor

MOST_LISTED = 100
"""Words that one pattern is shown with; the number of the others is said."""


def explain(plan: Node, names: Names, view: View, text: str) -> Explanation:
    """The words of the archive that each word and pattern of a query stands for, and the forms of the people it names.

    `text` is the query as typed; a filter's names have no place in it.
    """
    words = []
    for leaf in dict.fromkeys(leaves(plan)):
        typed = text[slice(*leaf.span)] if leaf.span else ""
        for kind, word, found in _stands_for(leaf, view):
            words.append(StandsFor(typed or word, kind, tuple(found[:MOST_LISTED]), max(0, len(found) - MOST_LISTED)))
    people = []
    for named, persons in names.forms(MOST_LISTED):
        labels = names.lookup.labels(persons)
        people.append(FormsOf(named.field, named.value, tuple(PersonForms(key, labels[key], tuple(persons[key])) for key in labels)))
    return Explanation(tuple(words), tuple(people))


def _stands_for(leaf: Term | Sequence | Expansion, view: View) -> Iterator[tuple[str, str, list[str]]]:
    """What a leaf asks for, and the words of the archive that are it: for a stem every word that has it."""
    if isinstance(leaf, Expansion):
        yield leaf.kind, leaf.pattern, view.expand(leaf)
        return
    for word in (leaf.word,) if isinstance(leaf, Term) else dict.fromkeys(leaf.words):
        if leaf.exact:
            yield "exact", word, [word] if view.count(Count(Term(word, True, leaf.fields)))[0] else []
        else:
            # A stem begins with the letter that its words begin with.
            yield "forms", word, _with_stem(word, leaf.fields, view)


def _with_stem(word: str, fields: tuple[str, ...], view: View) -> list[str]:
    """The words of the archive with a stem; a vocabulary may still hold words of articles that are gone."""
    found = sorted({other for field in fields for other in view.vocabulary(field, word[:1]) if stem(other) == word})
    counts = view.count(*(Count(Term(other, True, fields)) for other in found))
    return [other for other, count in zip(found, counts, strict=True) if count]


def score_parts(scores: Iterable[Score], text: str) -> tuple[ScorePart, ...]:
    """The parts of a score under the words of the query that they come from, neighbours joined by " … "; the largest first."""
    parts = [ScorePart(" … ".join(_typed(node, text) for node in _sides(score.part)), round(score.value, 6)) for score in scores]
    return tuple(sorted(parts, key=lambda part: -part.value))


def _sides(part: Part) -> tuple[Node, ...]:
    return (part.node.left, part.node.right) if part.pair and isinstance(part.node, Near) else (part.node,)


def _typed(node: Node, text: str) -> str:
    """A part of a plan as it was typed; one that was not, as a word of a similar article, by its word."""
    return (text[slice(*node.span)] if node.span else "") or (node.word if isinstance(node, Term) else type(node).__name__.lower())
