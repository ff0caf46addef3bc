"""What is right? A search answered by reading every article: slow, obvious, and the judge of all engines.

Where two readings of a rule are possible, this is the one that holds:

- A facet shows the first `facet_limit` values in order of count, then value, and every chosen one behind them; `more` counts the others
  that some article has.
- The date facet is an axis: chosen ranges first, as chosen, then the years and below them months and days, in order of time and never cut. Children
  are listed of what is selected and on the way to what is selected or excluded; those too vague for the level are the last child ("2022-none"),
  shown where there are any or where it is chosen.
- An agency or publisher that the archive does not have by that name is the one that it has under another name of the same outlet.
- A name that nobody has is read without title and suffix, then by its first and last word, then by other names for the first.
- A name that means one person is that person's key; one that means several is a value of its own beside them. A value of another facet is shown as
  the archive spells it where it does so in one way.
- `left_out`: what would match if every date range that is not under a NOT (or excluded) took in what may lie inside it, less what matches.
- A vague date stands where it may begin, then where it may end: by `newest` the later of these first. `relevance` is not judged: its ids are in the
  order of equal scores.
- Where no article of the archive, whatever is selected, has all of a query's parts, those of them count that have the most of its plain words: words
  in any form, patterns, and groups of these with OR. Everything else is kept.
- Who appears with whom is counted on what is found, all selections applied. Chosen persons whom some article found has are among the people, in the
  places of the last that are not chosen; a chosen name of several persons chooses none of them.
- The names of a byline are one text. The sides of a NEAR do not overlap.
"""

from __future__ import annotations

import calendar
import datetime as dt
from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from functools import cache
from itertools import combinations, product

from search.analysis import fold, person_key, stem, words
from search.article import Article
from search.extraction.outlets import spellings
from search.extraction.readings import readings
from search.plan import AtLeast, Expansion, Sequence, Term, plan
from search.query.tree import PEOPLE_FIELDS, And, DateRange, Everything, Missing, Near, Node, Not, Nothing, Or, Value
from search.request import SearchRequest, Selection
from search.results import Facet, FacetMissing, FacetValue, Pair

Days = tuple[dt.date, dt.date]
Occurrence = tuple[int, int]
"""First and last position of a match."""


@dataclass(frozen=True)
class Answer:
    """What a search must give: all ids in order, and the numbers."""

    ids: tuple[str, ...]
    facets: tuple[Facet, ...]
    left_out: int

    @property
    def total(self) -> int:
        return len(self.ids)


@dataclass(frozen=True)
class Company:
    """What who appears with whom must be: the articles found, the persons, their pairs, and how many further persons there are."""

    total: int
    people: tuple[FacetValue, ...]
    pairs: tuple[Pair, ...]
    more: int


class Reference:
    """An archive of these articles; of two with one id the later counts."""

    def __init__(self, articles: Iterable[Article]) -> None:
        self.articles = sorted({a.id: a for a in articles}.values(), key=lambda a: a.id)

    def search(self, request: SearchRequest) -> Answer:
        """All that is found, whatever the page."""
        request = replace(request, selections=tuple(self.resolved(s) for s in request.selections))
        query = self.with_most_words(plan(request.query).query)
        found = [a for a in self.articles if self.finds(query, request.selections, a)]
        perhaps = [a for a in self.articles if self.finds(query, request.selections, a, maybe=True)]
        facets = tuple(self.facet(query, request, field) for field in request.facets)
        return Answer(tuple(a.id for a in in_order(found, request.sort)), facets, len(perhaps) - len(found))

    def together(self, request: SearchRequest, field: str, limit: int) -> Company:
        """Who appears with whom in all that is found."""
        request = replace(request, selections=tuple(self.resolved(s) for s in request.selections))
        query = self.with_most_words(plan(request.query).query)
        found = [a for a in self.articles if self.finds(query, request.selections, a)]
        chosen = request.selection(field).include
        often = Counter(key for a in found for key in values_of(a, field))
        ranked = sorted(often, key=lambda key: (-often[key], key))
        shown = [*(key for key in ranked if key in chosen), *(key for key in ranked if key not in chosen)][:limit]
        people = [FacetValue(key, self.label(field, key), often[key], key in chosen) for key in ranked if key in shown]
        met = [
            Pair(one.value, other.value, sum({one.value, other.value} <= values_of(a, field) for a in found))
            for one, other in combinations(people, 2)
        ]
        return Company(len(found), tuple(people), tuple(sorted((p for p in met if p.count), key=lambda p: -p.count)), len(ranked) - len(people))

    def with_most_words(self, query: Node) -> Node:
        """A query that finds nothing in the archive asks for as many of its plain words as any article has."""
        if not isinstance(query, And) or any(self.matches(query, a) for a in self.articles):
            return query
        plain = list(dict.fromkeys(child for child in query.children if gives_way(child)))
        kept = tuple(child for child in query.children if not gives_way(child))
        for least in range(len(plain) - 1, 0, -1):
            fewer = And((*kept, AtLeast(tuple(plain), least)))
            if any(self.matches(fewer, a) for a in self.articles):
                return fewer
        return query

    def finds(self, query: Node, selections: Iterable[Selection], article: Article, *, maybe: bool = False) -> bool:
        return self.matches(query, article, maybe=maybe) and all(self.passes(s, article, maybe=maybe) for s in selections)

    def matches(self, node: Node, article: Article, *, maybe: bool = False) -> bool:
        """Whether an article is what a plan asks for; with `maybe`, whether it might be if its date were known exactly."""
        match node:
            case Everything():
                return True
            case Nothing():
                return False
            case And():
                return all(self.matches(child, article, maybe=maybe) for child in node.children)
            case Or():
                return any(self.matches(child, article, maybe=maybe) for child in node.children)
            case AtLeast():
                return sum(self.matches(child, article, maybe=maybe) for child in node.children) >= node.least
            case Not():
                return not self.matches(node.child, article)
            case DateRange():
                return is_inside(article, node, maybe=maybe)
            case Missing():
                return not values_of(article, node.field)
            case Value():
                return self.has(article, node.field, node.value)
            case _:
                return any(occurrences(node, name, text) for name, text in texts_of(article).items())

    # Selections

    def resolved(self, selection: Selection) -> Selection:
        """The selection with names that mean one person as keys, and values as the archive spells them where it does so in one way."""

        def resolve(value: str) -> str:
            if selection.field == "date":
                return value
            if selection.field in PEOPLE_FIELDS and value.startswith("@"):
                return self.current(value)
            meant = self.meant(selection.field, value)
            return value if value in meant or len(meant) != 1 else meant[0]

        include, exclude = (tuple(dict.fromkeys(map(resolve, values))) for values in (selection.include, selection.exclude))
        return replace(selection, include=include, exclude=exclude)

    def meant(self, field: str, value: str) -> list[str]:
        """The values of the archive that a value as people write it stands for."""
        every = sorted({v for a in self.articles for v in values_of(a, field)})
        if field not in PEOPLE_FIELDS:
            equal = [v for v in every if fold(v) == fold(value)]
            others = spellings(value) if field in ("agency", "publisher") else ()
            return equal or [v for v in every if fold(v) in {fold(other) for other in others}]
        if value.startswith("@"):
            return [v for v in every if v == self.current(value)]
        people = [p for a in self.articles for p in (a.participants if field == "participants" else a.people)]
        for wanted in readings(value):
            named = {p.person for p in people for form in (p.name, *p.aliases) if wanted <= set(words(form))}
            if named:
                return [v for v in every if v in named]
        return []

    def current(self, key: str) -> str:
        """The present key of whoever has a form of that key, where it is one person: what a key is taken for after names were merged."""
        people = [p for a in self.articles for p in a.people]
        if any(p.person == key for p in people):
            return key
        bearers = {p.person for p in people for form in (p.name, *p.aliases) if person_key(form) == key}
        return bearers.pop() if len(bearers) == 1 else key

    def has(self, article: Article, field: str, value: str, *, maybe: bool = False) -> bool:
        """Whether an article has a value of a facet."""
        if field != "date":
            return not values_of(article, field).isdisjoint(self.meant(field, value))
        if value.endswith("-none"):
            return article.date == value.removesuffix("-none")
        return is_inside(article, range_of(value), maybe=maybe)

    def passes(self, selection: Selection, article: Article, *, maybe: bool = False) -> bool:
        return self.included(selection, article, maybe=maybe) and not self.excluded(selection, article)

    def included(self, selection: Selection, article: Article, *, maybe: bool = False) -> bool:
        wanted = [self.has(article, selection.field, value, maybe=maybe) for value in selection.include]
        if selection.missing == "include":
            wanted.append(not values_of(article, selection.field))
        return (any if selection.effective_mode == "any" else all)(wanted) if wanted else True

    def excluded(self, selection: Selection, article: Article, but: str | None = None) -> bool:
        """Whether an excluded value, `but` one of them ("" for none given), takes the article away."""
        unwanted = [self.has(article, selection.field, value) for value in selection.exclude if value != but]
        if selection.missing == "exclude" and but != "":
            unwanted.append(not values_of(article, selection.field))
        return any(unwanted)

    # Facets

    def facet(self, query: Node, request: SearchRequest, field: str) -> Facet:
        chosen = request.selection(field)
        others = [s for s in request.selections if s.field != field]
        base = [a for a in self.articles if self.finds(query, others, a)]
        if chosen.effective_mode == "all":
            base = [a for a in base if self.included(chosen, a)]

        def count(value: str) -> int:
            """How many of the articles have a value, counted without its own exclusion."""
            return sum(self.has(a, field, value) and not self.excluded(chosen, a, but=value) for a in base)

        def shown(value: str, children: tuple[FacetValue, ...] | None = None) -> FacetValue:
            return FacetValue(value, self.label(field, value), count(value), value in chosen.include, value in chosen.exclude, children)

        no_value = sum(not values_of(a, field) and not self.excluded(chosen, a, but="") for a in base)
        missing = FacetMissing(no_value, chosen.missing == "include", chosen.missing == "exclude")
        if field == "date":
            dates = {a.date for a in base if a.date and not self.excluded(chosen, a)}
            ranges = [shown(value) for value in (*chosen.include, *chosen.exclude) if ".." in value]
            years = [date_tree(name, dates, chosen, shown) for name in below("", dates, chosen)]
            return Facet(field, chosen.effective_mode, (*ranges, *years), missing, 0)

        marked = {*chosen.include, *chosen.exclude}
        plain = Counter(v for a in base if not self.excluded(chosen, a) for v in values_of(a, field))
        values = [shown(v) for v in marked]
        values += [FacetValue(v, self.label(field, v), number) for v, number in plain.items() if v not in marked]
        values.sort(key=lambda v: (-v.count, v.value))
        kept = [v for place, v in enumerate(values) if place < request.facet_limit or v.value in marked]
        return Facet(field, chosen.effective_mode, tuple(kept), missing, len(values) - len(kept))

    def label(self, field: str, value: str) -> str:
        """A person's most frequent name in the archive, one in full where there is one; any other value as it is."""
        if field not in PEOPLE_FIELDS or not value.startswith("@"):
            return value
        roles = [people for a in self.articles for people in (a.participants, a.mentioned)]
        names = Counter(name for people in roles for name in {p.name for p in people if p.person == value})
        full = {name for name in names if " " in name} or set(names)
        return min(full, key=lambda name: (-names[name], name)) if names else value[1:].replace("-", " ")


def gives_way(node: Node) -> bool:
    """Whether a part of a query may be missing where no article has all of it: a word in any form, a pattern, or a group of these."""
    match node:
        case Or():
            return all(gives_way(child) for child in node.children)
        case Term() | Sequence():
            return not node.exact
        case _:
            return isinstance(node, Expansion)


def values_of(article: Article, field: str) -> set[str]:
    """The values of an article in a facet."""
    match field:
        case "agency":
            return {agency for agency in article.agencies if agency}
        case "participants":
            return {p.person for p in article.participants if p.person}
        case "people":
            return {p.person for p in article.people if p.person}
        case _:
            value = getattr(article, field)
            return {value} if value else set()


# Dates


def days_of(date: str) -> Days:
    """The first and the last day that a date may mean."""
    year, *rest = (int(part) for part in date.split("-"))
    match rest:
        case [month, day]:
            return dt.date(year, month, day), dt.date(year, month, day)
        case [month]:
            return dt.date(year, month, 1), dt.date(year, month, calendar.monthrange(year, month)[1])
        case _:
            return dt.date(year, 1, 1), dt.date(year, 12, 31)


def range_of(value: str) -> DateRange:
    """The range of a value of the date facet."""
    if ".." not in value:
        return DateRange(*days_of(value))
    first, last = value.split("..")
    return DateRange(dt.date.fromisoformat(first) if first else None, dt.date.fromisoformat(last) if last else None)


def is_inside(article: Article, wanted: DateRange, *, maybe: bool) -> bool:
    """Whether every day that the article's date may mean is in a range; with `maybe`, whether one may be."""
    if not article.date:
        return maybe
    first, last = days_of(article.date)
    start, end = wanted.start or dt.date.min, wanted.end or dt.date.max
    return (last >= start and first <= end) if maybe else (first >= start and last <= end)


def below(name: str, dates: set[str], chosen: Selection) -> list[str]:
    """The values of the date tree right below one ("" for the years): those that an article has and those on the way to a chosen one."""
    every = {*dates, *(f"{date}-none" for date in dates if date.count("-") < 2), *(v for v in (*chosen.include, *chosen.exclude) if ".." not in v)}
    parts = name.split("-") if name else []
    found = [value.split("-") for value in every]
    # "none" sorts behind all numbers.
    return sorted({"-".join(v[: len(parts) + 1]) for v in found if len(v) > len(parts) and v[: len(parts)] == parts})


def date_tree(name: str, dates: set[str], chosen: Selection, shown: Callable[[str, tuple[FacetValue, ...] | None], FacetValue]) -> FacetValue:
    """A value of the date facet with what is listed below it."""
    marked = [v for v in (*chosen.include, *chosen.exclude) if ".." not in v]
    opened = (name in chosen.include and not name.endswith("-none") and name.count("-") < 2) or any(v.startswith(f"{name}-") for v in marked)
    opened = opened or any(".." in v and in_short_range(name, v, dates) for v in chosen.include)
    children = tuple(date_tree(child, dates, chosen, shown) for child in below(name, dates, chosen)) if opened else None
    return shown(name, children)


def in_short_range(name: str, value: str, dates: set[str]) -> bool:
    """Whether a range has days of a year and at most 36 months, or days of a month and at most 62 days."""
    if not dates or not name.replace("-", "").isdigit() or name.count("-") > 1:
        return False
    wanted = range_of(value)
    start = wanted.start or min(days_of(date)[0] for date in dates)
    end = wanted.end or max(days_of(date)[1] for date in dates)
    first, last = days_of(name)
    if end < start or first > end or last < start:
        return False
    if "-" in name:
        return (end - start).days < 62
    return (end.year - start.year) * 12 + end.month - start.month < 36


def in_order(articles: list[Article], sort: str) -> list[Article]:
    """By date, the undated last, then by id."""
    dated = sorted((a for a in articles if a.date), key=lambda a: a.id)
    dated.sort(key=lambda a: days_of(a.date or ""), reverse=sort != "oldest")
    return dated + sorted((a for a in articles if not a.date), key=lambda a: a.id)


# Words


def texts_of(article: Article) -> dict[str, list[str]]:
    """The words of each field."""
    return {
        "title": words(article.title or ""),
        "standfirst": words(article.standfirst or ""),
        "body": words(article.body),
        "byline": words("\n".join(article.byline)),
        "url": words(article.url or ""),
    }


def occurrences(node: Node, name: str, text: list[str]) -> list[Occurrence]:
    """Where in one field a word, sequence, pattern, proximity or group of these stands."""
    match node:
        case Or():
            return [o for child in node.children for o in occurrences(child, name, text)]
        case Near():
            return [
                (min(left[0], right[0]), max(left[1], right[1]))
                for left, right in product(occurrences(node.left, name, text), occurrences(node.right, name, text))
                if 0 < right[0] - left[1] <= node.distance or (not node.ordered and 0 < left[0] - right[1] <= node.distance)
            ]
        case Term():
            return [(at, at) for at, word in enumerate(text) if name in node.fields and form(word, exact=node.exact) == node.word]
        case Expansion():
            return [(at, at) for at, word in enumerate(text) if name in node.fields and expands(node, word)]
        case Sequence():
            if name not in node.fields:
                return []
            forms = [form(word, exact=node.exact) for word in text]
            if node.slop:
                return [
                    (places[0], places[-1])
                    for places in combinations([at for at, word in enumerate(forms) if word in node.words], len(node.words))
                    if Counter(forms[at] for at in places) == Counter(node.words) and places[-1] - places[0] <= len(node.words) + node.slop - 2
                ]
            size = len(node.words)
            return [(at, at + size - 1) for at in range(len(text) - size + 1) if tuple(forms[at : at + size]) == node.words]
        case _:
            raise TypeError(f"a plan has no {type(node).__name__}")


def form(word: str, *, exact: bool) -> str:
    return word if exact else stem(word)


def expands(node: Expansion, word: str) -> bool:
    """Whether a word is one that a pattern stands for."""
    match node.kind:
        case "prefix":
            return word.startswith(node.pattern)
        case "wildcard":
            return has_shape(word, node.pattern)
        case _:
            return word[:1] == node.pattern[:1] and distance(word, node.pattern) <= node.edits


@cache
def has_shape(word: str, pattern: str) -> bool:
    if not pattern:
        return not word
    if pattern[0] == "*":
        return has_shape(word, pattern[1:]) or (bool(word) and has_shape(word[1:], pattern))
    return bool(word) and pattern[0] in ("?", word[0]) and has_shape(word[1:], pattern[1:])


@cache
def distance(one: str, other: str) -> int:
    """Insertions, deletions, changes and swaps of neighbours that make one word into the other, no letter touched twice."""
    if not one or not other:
        return len(one) + len(other)
    fewest = min(distance(one[1:], other) + 1, distance(one, other[1:]) + 1, distance(one[1:], other[1:]) + (one[0] != other[0]))
    if len(one) > 1 and len(other) > 1 and one[0] == other[1] and one[1] == other[0]:
        fewest = min(fewest, distance(one[2:], other[2:]) + 1)
    return fewest
