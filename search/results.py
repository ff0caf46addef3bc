"""What an archive answers: hits, total and facets of one search, from one snapshot."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any

from search.article import Article, Person, Precision
from search.query.tree import Problem
from search.request import Mode, SearchRequest


@dataclass(frozen=True, slots=True)
class Marked:
    """A piece of an article's text and the places in it that match: `marks` are (start, end) in `text`, ascending, not overlapping.

    `field` is "title", "standfirst" or "body". `before` and `after` say whether the field's text goes on beyond the piece.
    """

    field: str
    text: str
    marks: tuple[tuple[int, int], ...] = ()
    before: bool = False
    after: bool = False

    def parts(self) -> list[tuple[str, bool]]:
        """The text cut at its marks: (piece, whether it is marked), for any surface to render in its own way."""
        pieces: list[tuple[str, bool]] = []
        at = 0
        for start, end in self.marks:
            if start > at:
                pieces.append((self.text[at:start], False))
            pieces.append((self.text[start:end], True))
            at = end
        if at < len(self.text):
            pieces.append((self.text[at:], False))
        return pieces

    def to_dict(self) -> dict[str, Any]:
        """As JSON values; marks are pairs of character offsets."""
        return asdict(self) | {"marks": [list(m) for m in self.marks]}

    @classmethod
    def from_dict(cls, values: Mapping[str, Any]) -> Marked:
        """The piece that `to_dict` wrote."""
        return cls(**{**values, "marks": tuple((start, end) for start, end in values["marks"])})


@dataclass(frozen=True, slots=True)
class ScorePart:
    """What one part of a query, as it was typed, adds to the score of a hit."""

    part: str
    value: float


@dataclass(frozen=True, slots=True)
class Hit:
    """One article found: what a list shows of it. `headline` is its title, or its first words where it has none (`title` is null then).

    `scores` are the parts that `score` is the sum of, where the request asked for an explanation.
    """

    id: str
    score: float
    source: str
    path: str
    url: str | None
    title: str | None
    headline: Marked
    date: str | None
    date_precision: Precision
    dateline_day: str | None
    agency: str | None
    agencies: tuple[str, ...]
    publisher: str | None
    place: str | None
    language: str | None
    participants: tuple[Person, ...]
    mentioned: tuple[Person, ...]
    snippets: tuple[Marked, ...] = ()
    scores: tuple[ScorePart, ...] = ()

    @classmethod
    def of(cls, article: Article, score: float, headline: Marked, snippets: tuple[Marked, ...]) -> Hit:
        """The hit that shows `article`."""
        return cls(
            article.id, score, article.source, article.path, article.url, article.title, headline, article.date, article.date_precision,
            article.dateline_day, article.agency, article.agencies, article.publisher, article.place, article.language, article.participants,
            article.mentioned, snippets,
        )  # fmt: skip

    def to_dict(self) -> dict[str, Any]:
        """As JSON values."""
        return asdict(self) | {"headline": self.headline.to_dict(), "snippets": [s.to_dict() for s in self.snippets]}

    @classmethod
    def from_dict(cls, values: Mapping[str, Any]) -> Hit:
        """The hit that `to_dict` wrote."""
        people = {name: tuple(Person(**{**p, "aliases": tuple(p["aliases"])}) for p in values[name]) for name in ("participants", "mentioned")}
        marked = {"headline": Marked.from_dict(values["headline"]), "snippets": tuple(Marked.from_dict(s) for s in values["snippets"])}
        scores = tuple(ScorePart(**part) for part in values["scores"])
        return cls(**{**values, **people, **marked, "agencies": tuple(values["agencies"]), "scores": scores})


@dataclass(frozen=True, slots=True)
class FacetValue:
    """A value of a facet, and how many of the articles found have it (an excluded one: how many it would bring back).

    `value` is what a selection takes, `label` what a person reads. In the date facet `children` are the months of a chosen year and the
    days of a chosen month, None where the value is not chosen; the articles too vague for the level are the child "2022-none".
    """

    value: str
    label: str
    count: int
    selected: bool = False
    excluded: bool = False
    children: tuple[FacetValue, ...] | None = None

    def to_dict(self) -> dict[str, Any]:
        """As JSON values; `children` only where there are any to choose from."""
        values: dict[str, Any] = {"value": self.value, "label": self.label, "count": self.count, "selected": self.selected, "excluded": self.excluded}
        if self.children is not None:
            values["children"] = [child.to_dict() for child in self.children]
        return values

    @classmethod
    def from_dict(cls, values: Mapping[str, Any]) -> FacetValue:
        """The value that `to_dict` wrote."""
        children = values.get("children")
        return cls(**{**values, "children": None if children is None else tuple(cls.from_dict(child) for child in children)})


@dataclass(frozen=True, slots=True)
class OrMore:
    """A number that is not known exactly: `at_least` so many. Numbers of further things can be added to it and taken away."""

    at_least: int

    def __add__(self, number: int) -> OrMore:
        return OrMore(self.at_least + number)

    __radd__ = __add__

    def __sub__(self, number: int) -> OrMore:
        return OrMore(max(0, self.at_least - number))

    def __format__(self, form: str) -> str:
        return f"at least {self.at_least:{form}}"


def counted(number: int, *, exact: bool) -> int | OrMore:
    """A number, or the bound below it where it is not exact."""
    return number if exact else OrMore(number)


def _written(number: int | OrMore) -> int | dict[str, int]:
    return {"at_least": number.at_least} if isinstance(number, OrMore) else number


def _read(number: int | Mapping[str, int]) -> int | OrMore:
    return number if isinstance(number, int) else OrMore(**number)


@dataclass(frozen=True, slots=True)
class FacetMissing:
    """How many of the articles found have no value in a facet, and whether that was selected or excluded."""

    count: int
    selected: bool = False
    excluded: bool = False


@dataclass(frozen=True, slots=True)
class Facet:
    """One facet of a search: the most frequent values, most frequent first, then by name; selected and excluded ones always.

    `more` is the number of further values that some article found has. `complete` is false where a facet that was asked for by itself could not be
    counted on the whole archive, so that its numbers are lower bounds; of those in results, theirs says so.
    """

    field: str
    mode: Mode
    values: tuple[FacetValue, ...]
    missing: FacetMissing
    more: int | OrMore
    complete: bool = True

    def to_dict(self) -> dict[str, Any]:
        """As JSON values; `complete` only where it is false."""
        values = {
            "field": self.field,
            "mode": self.mode,
            "values": [v.to_dict() for v in self.values],
            "missing": asdict(self.missing),
            "more": _written(self.more),
        }
        return values if self.complete else values | {"complete": False}

    @classmethod
    def from_dict(cls, values: Mapping[str, Any]) -> Facet:
        """The facet that `to_dict` wrote."""
        found = tuple(FacetValue.from_dict(v) for v in values["values"])
        missing = FacetMissing(**values["missing"])
        return cls(values["field"], values["mode"], found, missing, _read(values["more"]), values.get("complete", True))


@dataclass(frozen=True, slots=True)
class NamedPeople:
    """Who a name in the query or in a selection stands for: persons as facet values, with the articles found when that person is chosen.

    Those of most articles first; `more` is the number of further persons.
    """

    field: str
    name: str
    persons: tuple[FacetValue, ...]
    more: int | OrMore = 0

    def to_dict(self) -> dict[str, Any]:
        """As JSON values."""
        return {"field": self.field, "name": self.name, "persons": [value.to_dict() for value in self.persons], "more": _written(self.more)}

    @classmethod
    def from_dict(cls, values: Mapping[str, Any]) -> NamedPeople:
        """The record that `to_dict` wrote."""
        return cls(values["field"], values["name"], tuple(FacetValue.from_dict(v) for v in values["persons"]), _read(values["more"]))


@dataclass(frozen=True, slots=True)
class Pair:
    """Two persons, by their keys, and how many of the articles found have both."""

    one: str
    other: str
    count: int


@dataclass(frozen=True, slots=True)
class Together:
    """Who appears with whom in the articles that one search finds.

    `field` is "participants" or "people", `request` what was carried out, `total` how many articles that finds; null where the query could not be
    run (a problem of severity error says why). `people` are the persons of most of these articles, most first, then by key, selected ones always
    among them; those of no article never. `pairs` are the pairs of them that some article found has, most articles first, then in the order of
    `people`, in which `one` stands before `other`. `more` is the number of further persons that some article found has. `most_words` is null where
    articles have all words asked for. Where `complete` is false parts of the archive did not answer, and every number is a lower bound.
    """

    field: str
    request: SearchRequest
    total: int | None
    people: tuple[FacetValue, ...]
    pairs: tuple[Pair, ...]
    more: int | OrMore
    problems: tuple[Problem, ...]
    generation: str
    most_words: MostWords | None = None
    complete: bool = True

    def to_dict(self) -> dict[str, Any]:
        """As JSON values."""
        return {
            "field": self.field,
            "most_words": asdict(self.most_words) if self.most_words else None,
            "problems": [asdict(problem) for problem in self.problems],
            "total": self.total,
            "people": [person.to_dict() for person in self.people],
            "pairs": [asdict(pair) for pair in self.pairs],
            "more": _written(self.more),
            "complete": self.complete,
            "generation": self.generation,
            "request": self.request.to_dict(),
        }

    @classmethod
    def from_dict(cls, values: Mapping[str, Any]) -> Together:
        """The record that `to_dict` wrote."""
        return cls(
            field=values["field"],
            request=SearchRequest.from_dict(values["request"]),
            total=values["total"],
            people=tuple(map(FacetValue.from_dict, values["people"])),
            pairs=tuple(Pair(**pair) for pair in values["pairs"]),
            more=_read(values["more"]),
            problems=tuple(Problem(**problem) for problem in values["problems"]),
            generation=values["generation"],
            most_words=MostWords(**values["most_words"]) if values["most_words"] else None,
            complete=values["complete"],
        )


@dataclass(frozen=True, slots=True)
class MostWords:
    """No article has all `of` words of the query: those with at least `least` of them were searched instead, the most that any article has."""

    least: int
    of: int


@dataclass(frozen=True, slots=True)
class Suggestion:
    """A word of the query (its characters `start` to `end`) that is in no article, and words that may have been meant, likeliest first."""

    word: str
    start: int
    end: int
    instead: tuple[str, ...]

    @classmethod
    def from_dict(cls, values: Mapping[str, Any]) -> Suggestion:
        """The suggestion whose fields these are."""
        return cls(**{**values, "instead": tuple(values["instead"])})


@dataclass(frozen=True, slots=True)
class StandsFor:
    """What a part of the query stands for: words of the archive, sorted, `more` of them not listed.

    `kind` is "forms" (all forms of a word), "exact", "prefix", "wildcard" or "fuzzy".
    """

    part: str
    kind: str
    words: tuple[str, ...]
    more: int = 0


@dataclass(frozen=True, slots=True)
class PersonForms:
    """A person with every form of the name that the archive has, most frequent first."""

    person: str
    label: str
    forms: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class FormsOf:
    """The persons that a name in the query or in a selection stands for."""

    field: str
    name: str
    persons: tuple[PersonForms, ...]


@dataclass(frozen=True, slots=True)
class Explanation:
    """What was really searched: the words that each part of the query stands for, and the people that are named."""

    words: tuple[StandsFor, ...]
    people: tuple[FormsOf, ...]

    @classmethod
    def from_dict(cls, values: Mapping[str, Any]) -> Explanation:
        """The explanation whose fields these are."""
        people = tuple(
            FormsOf(one["field"], one["name"], tuple(PersonForms(**{**p, "forms": tuple(p["forms"])}) for p in one["persons"]))
            for one in values["people"]
        )
        return cls(tuple(StandsFor(**{**one, "words": tuple(one["words"])}) for one in values["words"]), people)


@dataclass(frozen=True, slots=True)
class Results:
    """The answer to one search.

    `request` is what was carried out: a name that means one person has become that person's key. `canonical` is the query as it was
    understood. `total` is exact; null where the query could not be run (a problem of severity error says why). `left_out` counts articles
    that would match if their date were known, or known precisely enough. `start` is the number of hits before the first one shown.
    `previous` and `next` are cursors, null at either end; `last` leads to the last page. `generation` changes with every change of the archive.
    `most_words` is null where articles have all words asked for, `explanation` where none was asked for. Where `complete` is false parts of the
    archive did not answer: something may be missing, and every number is a lower bound. `updating` says that a run has written a part of its changes,
    and that others will follow.
    """

    request: SearchRequest
    canonical: str
    problems: tuple[Problem, ...]
    total: int | None
    hits: tuple[Hit, ...]
    facets: tuple[Facet, ...]
    generation: str
    left_out: int = 0
    people: tuple[NamedPeople, ...] = ()
    most_words: MostWords | None = None
    suggestions: tuple[Suggestion, ...] = ()
    explanation: Explanation | None = None
    complete: bool = True
    start: int = 0
    previous: str | None = None
    next: str | None = None
    last: str | None = None
    changed: bool = False
    updating: bool = False

    @property
    def page(self) -> int:
        """The number of the page shown, from 1."""
        return self.start // self.request.limit + 1 if self.request.limit else 1

    @property
    def pages(self) -> int:
        """How many pages there are; at least 1."""
        return max(1, -(-(self.total or 0) // self.request.limit)) if self.request.limit else 1

    @property
    def corrected(self) -> str | None:
        """The query with the likeliest suggestion in place of every word that has any; null where none has."""
        text = self.request.text
        for suggestion in reversed(self.suggestions):
            text = text[: suggestion.start] + suggestion.instead[0] + text[suggestion.end :]
        return text if self.suggestions else None

    def facet(self, field: str) -> Facet:
        """The facet of that name. Raises KeyError where it was not asked for."""
        for facet in self.facets:
            if facet.field == field:
                return facet
        raise KeyError(field)

    def _repr_html_(self) -> str:
        """What a notebook shows."""
        from search.notebook import results_html

        return results_html(self)

    def to_dict(self) -> dict[str, Any]:
        """As JSON values: what `dateline search --json` prints and `/api/search` sends."""
        return {
            "query": self.request.text,
            "canonical": self.canonical,
            "problems": [asdict(p) for p in self.problems],
            "total": self.total,
            "left_out": self.left_out,
            "page": self.page,
            "pages": self.pages,
            "start": self.start,
            "hits": [hit.to_dict() for hit in self.hits],
            "facets": [facet.to_dict() for facet in self.facets],
            "people": [named.to_dict() for named in self.people],
            "most_words": asdict(self.most_words) if self.most_words else None,
            "suggestions": [asdict(suggestion) for suggestion in self.suggestions],
            "corrected": self.corrected,
            "explanation": asdict(self.explanation) if self.explanation else None,
            "cursors": {"previous": self.previous, "next": self.next, "last": self.last},
            "changed": self.changed,
            "complete": self.complete,
            "updating": self.updating,
            "generation": self.generation,
            "request": self.request.to_dict(),
        }

    @classmethod
    def from_dict(cls, values: Mapping[str, Any]) -> Results:
        """The results that `to_dict` wrote."""
        return cls(
            request=SearchRequest.from_dict(values["request"]),
            canonical=values["canonical"],
            problems=tuple(Problem(**p) for p in values["problems"]),
            total=values["total"],
            hits=tuple(Hit.from_dict(h) for h in values["hits"]),
            facets=tuple(Facet.from_dict(f) for f in values["facets"]),
            generation=values["generation"],
            left_out=values["left_out"],
            people=tuple(map(NamedPeople.from_dict, values["people"])),
            most_words=MostWords(**values["most_words"]) if values["most_words"] else None,
            suggestions=tuple(map(Suggestion.from_dict, values["suggestions"])),
            explanation=Explanation.from_dict(values["explanation"]) if values["explanation"] else None,
            complete=values["complete"],
            start=values["start"],
            previous=values["cursors"]["previous"],
            next=values["cursors"]["next"],
            last=values["cursors"]["last"],
            changed=values["changed"],
            updating=values["updating"],
        )
