"""What is an article with what a person put right in it? The corrected value, and evidence that says so and keeps what had been read."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace

from search.analysis import person_key
from search.article import Article, Considered, Evidence, Person, Precision, Removed
from search.corrections.records import NONE, ArticleCorrection, Corrections

RULE = "correction"
"""The rule that evidence names for a value from corrections.toml."""

_PRECISION: tuple[Precision, ...] = ("year", "month", "day")


def apply(corrections: Corrections, article: Article) -> Article:
    """The article as corrected; itself where nothing concerns it.

    For articles just as they were read. The evidence of a corrected value has the rule "correction", as text what corrections.toml says, and what
    was read instead among what was considered. `content_hash` stays that of the text as it was read: copies of a report remain copies.
    """
    entry = corrections.of(article.path, article.record)
    if entry is None:
        return article
    if entry.date is not None:
        article = _dated(article, entry, entry.date)
    if entry.agencies is not None:
        article = _credited(article, entry, entry.agencies)
    if entry.title is not None:
        article = _titled(article, entry, entry.title)
    if entry.people or entry.hidden:
        article = _named(article, entry)
    return article


def _dated(article: Article, entry: ArticleCorrection, said: str) -> Article:
    """With the date that was said. Days that were counted from another date ("on Tuesday") are no longer known, and leave."""
    date = None if said == NONE else said
    if date == article.date or not article.event_days:
        events, evidence = article.event_days, article.evidence
    else:
        why = f"counted from {article.date}, which was put right by hand"
        counted = [e for e in article.evidence if e.field == "event_days"]
        dropped = Evidence("event_days", "", RULE, _quoted("date", said, entry), considered=tuple(Considered(e.value, why) for e in counted))
        events, evidence = (), _in_place(article.evidence, counted, dropped)
    precision = _PRECISION[date.count("-")] if date else "none"
    evidence = _said(evidence, "date", date or "", _quoted("date", said, entry))
    return replace(article, date=date, date_precision=precision, event_days=events, evidence=evidence)


def _credited(article: Article, entry: ArticleCorrection, agencies: tuple[str, ...]) -> Article:
    said = _quoted("agencies", agencies, entry) if len(agencies) > 1 else _quoted("agency", "".join(agencies) or NONE, entry)
    first, *others = [Evidence("agencies" if at else "agency", name, RULE, said) for at, name in enumerate(agencies or ("",))]
    old = [e for e in article.evidence if e.field in ("agency", "agencies")]
    evidence = _corrected(article.evidence, old, first, *others)
    return replace(article, agency=agencies[0] if agencies else None, agencies=agencies, evidence=evidence)


def _titled(article: Article, entry: ArticleCorrection, said: str) -> Article:
    """With the title that was said; where it stands again at the head of the text it is taken out there, as a title that is read would be."""
    title = None if said == NONE else said
    removed = list(article.removed)
    standfirst, body = article.standfirst, article.body
    if title is not None:
        if standfirst and _same(standfirst, title):
            removed.append(Removed(standfirst, f"{RULE}: the title"))
            standfirst = None
        first, _, rest = body.partition("\n\n")
        if rest and _same(first, title):
            removed.append(Removed(first, f"{RULE}: the title"))
            body = rest
    if article.title and not _same(article.title, said):
        line = next((e for e in article.evidence if e.field == "title" and e.start is not None), None)
        if line is not None:
            removed.append(Removed(line.text, f"{RULE}: the title as it was read", line.start, line.end))
    evidence = _said(article.evidence, "title", title or "", _quoted("title", said, entry))
    ordered = tuple(sorted(removed, key=lambda item: (item.start or 0, item.end or 0)))
    return replace(article, title=title, standfirst=standfirst, body=body, removed=ordered, evidence=evidence)


def _named(article: Article, entry: ArticleCorrection) -> Article:
    """With the people who are meant, and without names that are nobody's. A name that the article does not have is told in the evidence."""
    changes = {person_key(name): _Change(name, who, _quoted("person", {name: who}, entry)) for name, who in entry.people}
    changes |= {person_key(name): _Change(name, None, _quoted("hide", [name], entry)) for name in entry.hidden}
    full = {person_key(name) for name in (*(person.name for person in article.people), *article.byline)}
    evidence = article.evidence
    met: set[str] = set()

    def change_of(field: str, *forms: str) -> _Change | None:
        """What was said of the person with these forms; a short form is asked only where it is nobody's full name."""
        nonlocal evidence
        keys = [person_key(form) for form in forms]
        key = next((key for key in keys if key in changes and (key == keys[0] or key not in full)), None)
        if key is None:
            return None
        met.add(key)
        read = [e for e in evidence if e.field == field and e.value == forms[0]]
        evidence = _corrected(evidence, read, Evidence(field, changes[key].who or "", RULE, changes[key].said))
        return changes[key]

    def as_meant(field: str, people: Iterable[Person]) -> Iterator[Person]:
        for person in people:
            change = change_of(field, person.name, *person.aliases)
            if change is None:
                yield person
            elif change.who is not None:
                yield _joined(Person(change.who, person_key(change.who), person.role), person)

    participants = _each_once(as_meant("participants", article.participants))
    taking_part = {person.person for person in participants}
    mentioned = list(as_meant("mentioned", article.mentioned))
    participants = _each_once((*participants, *(person for person in mentioned if person.person in taking_part)))
    changed = [(name, change_of("byline", name)) for name in article.byline]
    byline = tuple(dict.fromkeys(change.who if change else name for name, change in changed))
    for key, change in changes.items():
        if key not in met:
            unmet = Considered(change.name, "no one of this name is in the article")
            evidence = (*evidence, Evidence("mentioned", "", RULE, change.said, considered=(unmet,)))
    return replace(
        article,
        participants=participants,
        mentioned=_each_once(person for person in mentioned if person.person not in taking_part),
        byline=tuple(name for name in byline if name is not None),
        evidence=evidence,
    )


@dataclass(frozen=True, slots=True)
class _Change:
    """That a name in an article means `who`, or nobody (None); `said` is what the file says."""

    name: str
    who: str | None
    said: str


def _each_once(people: Iterable[Person]) -> tuple[Person, ...]:
    found: dict[str, Person] = {}
    for person in people:
        found[person.person] = _joined(found[person.person], person) if person.person in found else person
    return tuple(found.values())


def _joined(one: Person, other: Person) -> Person:
    forms = dict.fromkeys(form for form in (*one.aliases, other.name, *other.aliases) if form != one.name)
    return Person(one.name, one.person, one.role or other.role, tuple(forms))


def _said(evidence: tuple[Evidence, ...], field: str, value: str, text: str) -> tuple[Evidence, ...]:
    """The evidence with a value that was said in the place of what was read for its field."""
    return _corrected(evidence, [e for e in evidence if e.field == field], Evidence(field, value, RULE, text))


def _corrected(evidence: tuple[Evidence, ...], old: list[Evidence], new: Evidence, *more: Evidence) -> tuple[Evidence, ...]:
    """The evidence with new pieces in the place of old ones, which the first of them remembers."""
    values = {new.value, *(piece.value for piece in more)}
    considered: list[Considered] = []
    for was in old:
        outcome = "confirmed by hand" if was.value in values else "put right by hand"
        considered += [Considered(was.value, f"read by the rule “{was.rule}”, {outcome}"), *was.considered]
    return _in_place(evidence, old, replace(new, considered=tuple(dict.fromkeys(considered))), *more)


def _in_place(evidence: tuple[Evidence, ...], old: list[Evidence], *new: Evidence) -> tuple[Evidence, ...]:
    """New pieces where the first of the old ones stood, or at the end."""
    at = evidence.index(old[0]) if old else len(evidence)
    return (*evidence[:at], *new, *(piece for piece in evidence[at:] if piece not in old))


def _quoted(key: str, value: object, entry: ArticleCorrection) -> str:
    """What the file says, as it might stand there."""
    pairs = [(key, value), *([("note", entry.note)] if entry.note else [])]
    return ", ".join(f"{name} = {_toml(said)}" for name, said in pairs)


def _toml(value: object) -> str:
    if isinstance(value, dict):
        return "{ " + ", ".join(f"{_toml(name)} = {_toml(said)}" for name, said in value.items()) + " }"
    return json.dumps(value, ensure_ascii=False)


def _same(text: str, title: str) -> bool:
    return " ".join(text.split()) == " ".join(title.split())
