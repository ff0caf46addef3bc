"""Whom and what do the names in a request stand for? Every value as people write it becomes the values that the archive has stored."""

from __future__ import annotations

from dataclasses import dataclass, replace

from search.engines.base import Count, Values, View
from search.lookup import Lookup
from search.plan import AtLeast, Having
from search.query.tree import PEOPLE_FIELDS, And, Everything, Node, Not, Or, Value
from search.request import SearchRequest, Selection
from search.results import FacetValue, NamedPeople, counted

MOST_NAMED = 25
"""Persons of one name that are offered as a choice; the number of the others is said."""


@dataclass(frozen=True, slots=True)
class Named:
    """A value that a query or a selection names: its facet field, the text, and where in the query it stands (0, 0 for a selection's)."""

    field: str
    value: str
    span: tuple[int, int] = (0, 0)


class Names:
    """The names of one request, on one view."""

    def __init__(self, view: View) -> None:
        self.lookup = Lookup(view.terms)
        self._view = view
        self._named: list[Named] = []
        self.unknown: list[Named] = []
        """Those that stand for nothing in the archive."""

    def query(self, node: Node) -> Node:
        """A plan with every `Value` in it as the `Having` that it stands for."""
        match node:
            case Value(field=field, value=value):
                return Having(field, self._meant(Named(field, value, node.span or (0, 0))), span=node.span)
            case And(children=children) | Or(children=children):
                return type(node)(tuple(map(self.query, children)), span=node.span)
            case AtLeast(children=children, least=least):
                return AtLeast(tuple(map(self.query, children)), least, span=node.span)
            case Not(child=child):
                return Not(self.query(child), span=node.span)
            case _:
                return node

    def request(self, request: SearchRequest) -> SearchRequest:
        """A request whose selections have one form for one value: the key of a person whom a name means, the archive's spelling where it has one."""
        return replace(request, selections=tuple(self._selection(selection) for selection in request.selections))

    def _selection(self, selection: Selection) -> Selection:
        if selection.field == "date":
            return selection
        include, exclude = (
            tuple(dict.fromkeys(self._one(Named(selection.field, value)) for value in values)) for values in (selection.include, selection.exclude)
        )
        return replace(selection, include=include, exclude=exclude)

    def _one(self, named: Named) -> str:
        meant = self._meant(named)
        return meant[0] if len(meant) == 1 and named.value not in meant else named.value

    def _meant(self, named: Named) -> tuple[str, ...]:
        self._named.append(named)
        meant = self.lookup.meant(named.field, named.value)
        known = any(self.lookup.forms(key, named.field) for key in meant) if named.field in PEOPLE_FIELDS else bool(meant)
        if not known and named not in self.unknown:
            self.unknown.append(named)
        return meant

    def people(self, found: Node) -> tuple[NamedPeople, ...]:
        """Who each name stands for, where it stands for more than one person, with what choosing that person finds; most articles first.

        `found` is the plan of everything that is found, with the names resolved.
        """
        asked = []
        for field, name in dict.fromkeys((n.field, n.value) for n in self._named if n.field in PEOPLE_FIELDS and not n.value.startswith("@")):
            keys = self.lookup.meant(field, name)
            if len(keys) > 1:
                (often,) = self._view.values(Values(field, Everything(), MOST_NAMED, only=keys))
                named = Having(field, keys)
                counts = self._view.count(*(Count(_with(found, named, Having(field, (key,)))) for key, _ in often.values))
                labels = self.lookup.labels(key for key, _ in often.values)
                persons = [FacetValue(key, labels[key], count) for (key, _), count in zip(often.values, counts, strict=True)]
                persons.sort(key=lambda person: -person.count)
                asked.append(NamedPeople(field, name, tuple(persons), counted(often.distinct - len(persons), exact=often.exact)))
        return tuple(asked)

    def forms(self, most: int) -> list[tuple[Named, dict[str, list[str]]]]:
        """Every name of a person with the persons it stands for, at most so many, and all forms of their names in the archive."""
        people = [named for named in self._named if named.field in PEOPLE_FIELDS]
        return [(n, {key: self.lookup.forms(key, n.field) for key in self.lookup.meant(n.field, n.value)[:most]}) for n in dict.fromkeys(people)]


def _with(node: Node, old: Node, new: Node) -> Node:
    """A plan with one part in place of another, wherever it stands."""
    if node == old:
        return new
    match node:
        case And(children=children) | Or(children=children):
            return type(node)(tuple(_with(child, old, new) for child in children))
        case AtLeast(children=children, least=least):
            return AtLeast(tuple(_with(child, old, new) for child in children), least)
        case Not(child=child):
            return Not(_with(child, old, new))
        case _:
            return node
