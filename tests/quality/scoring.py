"""How well do extracted articles agree with labels made by reading them? The figures of our own set, `tests/cases/extraction`.

Each figure's meaning stands at its function. Names are compared as people read them: without case, accents, hyphens and the article al-.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

from search.analysis import words
from search.article import Article, Person
from search.extraction import extract
from search.origin import documents
from search.sources import RawDocument
from tests.quality.figures import Figure

CASES = Path(__file__).parents[1] / "cases" / "extraction"
_SENTENCE = re.compile(r"(?<=[.!?])\s+|\n+")
_SHORTEST = 40
"""Characters of a sentence that is looked for in the story: shorter ones are headings and scores."""

Label = Mapping[str, Any]


def labels() -> list[Label]:
    """The labels of our own set; "export.jsonl#bd-101" is the record bd-101 of that file."""
    return list(json.loads((CASES / "labels.json").read_text(encoding="utf-8")))


def articles() -> dict[str, Article]:
    """The articles of our own set, by the id of their label."""
    found = {}
    for raw in documents([CASES / "articles"]):
        assert isinstance(raw, RawDocument), raw
        for article in extract(raw):
            assert isinstance(article, Article), f"{raw.path}: {article}"
            found[f"{raw.path}#{article.record}" if article.record else raw.path] = article
    return found


def score(labelled: Sequence[Label], found: Mapping[str, Article], name: str = "own") -> list[Figure]:
    """Every figure of a set. An article that is missing counts as one in which nothing was found."""
    empty = Article("", "", "", "", "")
    pairs = [(label, found.get(label["id"], empty)) for label in labelled]
    everybody = [(_uncredited(label, article.people), [*label["participants"], *label["mentioned"]]) for label, article in pairs]
    taking_part = [(_uncredited(label, article.participants), label["participants"]) for label, article in pairs]
    matched = [match for people, wanted in everybody for match in match_people(people, wanted)]
    figures = [_f1("people F1", everybody), _f1("participants F1", taking_part)]
    full = sum(same(person.name, label["name"]) for person, label in matched)
    figures.append(_share("full name right", full, len(matched)))
    for what, key in (("agency", "agency"), ("publisher", "publisher"), ("place", "place"), ("date", "date_in_text"), ("language", "language")):
        values = [(getattr(article, what), label[key]) for label, article in pairs]
        figures.append(_share(f"{what} right", sum(same(value, wanted) for value, wanted in values), len(values)))
        if what in ("agency", "date"):
            wrong = sum(bool(value) and not same(value, wanted) for value, wanted in values)
            figures.append(Figure("own", f"{what}: wrong values", wrong, f"{sum(wanted is not None for _, wanted in values)} have one"))
    for what in ("title", "standfirst"):
        figures.append(_share(f"{what} right", sum(getattr(article, what) == label[what] for label, article in pairs), len(pairs)))
    junk = [(line, article) for label, article in pairs for line in label["boilerplate"]]
    figures.append(_share("boilerplate removed", sum(line not in shown(article) for line, article in junk), len(junk)))
    story = [(sentence, article) for label, article in pairs for sentence in story_of(label)]
    figures.append(_share("story kept", sum(squash(sentence) in shown(article) for sentence, article in story), len(story)))
    return [Figure(name, figure.what, figure.value, figure.note) for figure in figures]


def match_people(people: Iterable[Person], wanted: Iterable[Label]) -> list[tuple[Person, Label]]:
    """Whom was found for whom: first by the full name, then by any form of either; each counts once."""
    left, wanting = list(people), list(wanted)
    matched = []
    for full in (True, False):
        for label in list(wanting):
            forms = _forms(label["name"], () if full else label["aliases"])
            person = next((p for p in left if _forms(p.name, () if full else p.aliases) & forms), None)
            if person is not None:
                matched.append((person, label))
                left.remove(person)
                wanting.remove(label)
    return matched


def _forms(name: str, aliases: Iterable[str]) -> set[tuple[str, ...]]:
    return {key(form) for form in (name, *aliases)}


def story_of(label: Label) -> list[str]:
    """The sentences that must be kept: those labelled, or all of a plain file but its boilerplate."""
    if "story" in label:
        return list(label["story"])
    text = (CASES / "articles" / label["id"]).read_text(encoding="utf-8")
    lines = "\n".join(line for line in re.split(r"\n(?=\s|[A-Z“\"])", text) if not any(junk in line for junk in label["boilerplate"]))
    return [sentence for sentence in _SENTENCE.split(lines) if len(sentence) > _SHORTEST]


def shown(article: Article) -> str:
    """What a reader of the article is shown, in one line."""
    return squash("\n".join(part for part in (article.title, article.standfirst, article.body) if part))


def squash(text: str) -> str:
    """The text with every run of white space as one space."""
    return " ".join(text.split())


def same(value: str | None, wanted: str | None) -> bool:
    """Whether two values are one, or both are missing."""
    return key(value or "") == key(wanted or "")


def key(name: str) -> tuple[str, ...]:
    """A name as its folded words."""
    return tuple(words(name))


def _uncredited(label: Label, people: Iterable[Person]) -> list[Person]:
    """The people without those of the credit lines, who are neither right nor wrong."""
    credited = {key(person["name"]) for person in label["credits"]}
    return [person for person in people if key(person.name) not in credited]


def _f1(what: str, pairs: Sequence[tuple[list[Person], list[Label]]]) -> Figure:
    right = sum(len(match_people(people, wanted)) for people, wanted in pairs)
    found, labelled = sum(len(people) for people, _ in pairs), sum(len(wanted) for _, wanted in pairs)
    value = 2 * right / (found + labelled) if found + labelled else 0.0
    return Figure("own", what, value, f"{right} right, {labelled} labelled, {found} found")


def _share(what: str, right: int, of: int) -> Figure:
    return Figure("own", what, right / of if of else 0.0, f"{right} of {of}")
