"""What do the other articles of an archive, and its corrections, change in an article as it was read?

Its persons get the keys that they have in the archive, names that somebody has put right are shown so, and lines that repeat across the archive leave
the story. None of it needs the raw file: what was read can be had back from the article in the index and from what the ledger keeps.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from search import corrections
from search.agreement import holds_something
from search.analysis import person_key, words
from search.article import Article, Considered, Evidence, Person
from search.corrections import ArchiveCorrections, Corrections
from search.ledger import Ledger
from search.origin import Source
from search.persons import Decisions
from search.repeated import Removal, group_of
from search.stripping import RULES, Taken, restored, strip

PUT_TOGETHER, KEPT_APART = "put together with other names by hand", "kept apart from other names by hand"
"""What the rule of a name's evidence ends in where somebody has decided whose name it is."""


@dataclass(frozen=True, slots=True)
class Settled:
    """An article as the index is to have it, and as JSON values what it no longer tells of how it was read; null where it tells everything."""

    article: Article
    untold: Mapping[str, Any] | None

    @property
    def state(self) -> str:
        """Which state of the article what is untold belongs to; empty where it tells everything."""
        return "" if self.untold is None else _state(self.article)


def in_force(sources: Iterable[Source], ledger: Ledger) -> tuple[dict[str, Corrections], ArchiveCorrections]:
    """The corrections of each source, from its folder, or where that is not there or empty as the archive has them; and what they decide together.

    Raises CorrectionsError.
    """
    kept = ledger.kept.corrections()
    found = {}
    for source in sources:
        if source.name not in kept or holds_something(source.path):
            found[source.name] = corrections.load(source.path)
        else:
            found[source.name] = corrections.parse(kept[source.name][1], Path(source.path, corrections.FILE_NAME))
    return found, corrections.combined(found.values())


class Settling:
    """What the archive knows of its articles together: names and lines, kept in the ledger. Everything happens in the ledger's transaction."""

    def __init__(self, ledger: Ledger, decided: ArchiveCorrections) -> None:
        """`decided`: what people have put right, of all sources."""
        self._ledger = ledger
        self.refresh(decided)

    def refresh(self, decided: ArchiveCorrections) -> None:
        """Other writers have changed the ledger, perhaps what people have put right."""
        self._decided = decided
        # Until all articles of a run are known, those that enter get what the others have.
        self._by_hand = _by_hand(self._ledger.names.decided())
        self._removals: dict[str, Removal] = {}
        before = self._ledger.kept.shown()
        self._shown = {person: name for person, name in before.items() if name}
        self._hidden = frozenset(before.keys() - self._shown.keys())

    def put(self, articles: Iterable[Article]) -> None:
        """These articles are about to enter the index, as they were read."""
        entering = list(articles)
        self._ledger.names.put(*entering)
        self._ledger.lines.put(*entering)

    def drop(self, articles: Iterable[str]) -> None:
        """These articles are about to leave."""
        gone = list(articles)
        self._ledger.names.drop(gone)
        self._ledger.lines.drop(gone)

    def settle(self) -> None:
        """Decide who is who and which lines are no story, now that all articles of a run are known."""
        self._ledger.names.settle(Decisions(self._decided.same, self._decided.apart))
        self._ledger.lines.settle(self._decided.lines)
        self._removals.clear()
        before = self._ledger.kept.shown()
        self._resolve()
        now = self._put_right()
        self._ledger.names.concern(person for person, _ in before.items() ^ now.items())
        self._ledger.kept.show(now)

    def concerned(self, limit: int) -> Iterator[str]:
        """The ids of articles in the index that are not as they should be; an id may come twice."""
        for concerned in (self._ledger.names.concerned, self._ledger.lines.concerned):
            after = ""
            while found := concerned(after, limit):
                yield from found
                after = found[-1]

    def settled(self, *articles: Article) -> list[Settled]:
        """Articles as the archive has them, from what was read. Many at once are quicker."""
        persons = self._ledger.names.persons(person.person for article in articles for person in article.people)
        return [self._settled(article, persons) for article in articles]

    def _settled(self, article: Article, persons: Mapping[str, str]) -> Settled:
        group = group_of(article)
        if group not in self._removals:
            self._removals[group] = self._ledger.lines.lines_of(article)
        stripped = strip(article, self._removals[group])
        final = self._named(stripped.article, persons)
        untold: dict[str, Any] = {}
        if stripped.taken is not None:
            untold["taken"] = stripped.taken.to_dict()
        if not _tells(final, stripped.article):
            untold["people"] = _people(stripped.article)
        return Settled(final, untold or None)

    def as_read(self, stored: Article) -> Article | None:
        """An article as it was read, from what the archive has; None where that is not known, because index and ledger are of different moments."""
        states = self._ledger.kept.untold(stored.id)
        untold = states.get(_state(stored)) if states else {}
        if untold is None or ("taken" not in untold and any(removed.rule in RULES for removed in stored.removed)):
            return None
        stripped = Article.from_dict(stored.to_dict() | untold["people"]) if "people" in untold else _as_named(stored)
        return restored(stripped, Taken.from_dict(untold["taken"]) if "taken" in untold else None)

    def keep(self, settled: Iterable[Settled]) -> None:
        """Before the index changes: note what it will no longer tell."""
        self._ledger.kept.keep((one.article.id, one.state, one.untold) for one in settled if one.untold is not None)

    def forget(self, settled: Iterable[Settled], left: Iterable[str]) -> None:
        """After the index has changed: of states in which articles no longer are, nothing need be kept."""
        self._ledger.kept.forget([*((one.article.id, one.state) for one in settled), *((id, "") for id in left)])

    def _named(self, article: Article, persons: Mapping[str, str]) -> Article:
        """An article with its persons under their keys in the archive, each once, as people want them shown."""
        forms: dict[str, list[Person]] = {}
        for person in article.people:
            forms.setdefault(persons[person.person], []).append(person)
        joined = {key: _joined(key, found, self._shown.get(key)) for key, found in forms.items() if key not in self._hidden}
        taking_part = dict.fromkeys(persons[person.person] for person in article.participants)
        evidence = tuple(self._told(piece, forms, joined, taking_part) for piece in article.evidence)
        participants = tuple(joined[key] for key in taking_part if key in joined)
        mentioned = tuple(person for key, person in joined.items() if key not in taking_part)
        return replace(article, participants=participants, mentioned=mentioned, evidence=evidence)

    def _told(self, piece: Evidence, forms: Mapping[str, list[Person]], joined: Mapping[str, Person], taking_part: Collection[str]) -> Evidence:
        """A piece of evidence with what the archive has made of the name that it is for."""
        if piece.field not in ("participants", "mentioned"):
            return piece
        key, read = next(((key, p) for key, found in forms.items() for p in found if p.name == piece.value), (None, None))
        if key is None or read is None:
            return piece
        if key not in joined:
            why = f"read by the rule “{piece.rule}”, hidden by hand"
            return replace(piece, value="", rule=corrections.RULE, considered=(Considered(read.name, why), *piece.considered))
        field = "participants" if key in taking_part else "mentioned"
        name = joined[key].name
        if read.person in self._by_hand:
            piece = replace(piece, rule=f"{piece.rule}; {self._by_hand[read.person]}")
        if name == piece.value:
            return piece if field == piece.field else replace(piece, field=field)
        if name == self._shown.get(key):
            why, rule = f"the name in this article, read by the rule “{piece.rule}”; to be shown so by hand", corrections.RULE
        else:
            why, rule = "another form of the name in this article", piece.rule
        return replace(piece, field=field, value=name, rule=rule, considered=(Considered(piece.value, why), *piece.considered))

    def confirm(self) -> None:
        """All articles are as they should be."""
        self._ledger.names.confirm()
        self._ledger.lines.confirm()

    def _put_right(self) -> dict[str, str]:
        """The persons that are shown under a name that people have chosen; "" for those who are hidden."""
        return self._shown | dict.fromkeys(self._hidden, "")

    def _resolve(self) -> None:
        """Whom the names that people have put right stand for now."""
        decided = self._decided
        persons = self._ledger.names.persons({*decided.shown, *decided.hidden})
        self._by_hand = _by_hand(self._ledger.names.decided())
        # Where two names were given to what the archive takes for one person, the first by alphabet counts.
        self._shown = {persons[key]: name for key, name in sorted(decided.shown.items(), key=lambda pair: pair[1], reverse=True)}
        self._hidden = frozenset(persons[key] for key in decided.hidden)


def _by_hand(decisions: Decisions) -> dict[str, str]:
    """For each key on which somebody has decided, what its evidence says of that."""
    apart, same = frozenset().union(*decisions.apart), frozenset().union(*decisions.same)
    return dict.fromkeys(apart, KEPT_APART) | dict.fromkeys(same, PUT_TOGETHER)


def _joined(key: str, forms: Sequence[Person], shown: str | None) -> Person:
    """One person of an article under the archive's key: the fullest of the names that the article gives, or the name to be shown."""
    fullest = max(forms, key=lambda person: len(words(person.name)))
    name = shown or fullest.name
    role = fullest.role or next((person.role for person in forms if person.role), "")
    others = dict.fromkeys(form for person in (fullest, *forms) for form in (person.name, *person.aliases) if form != name)
    return Person(name, key, role, tuple(others))


def _as_named(article: Article) -> Article:
    """An article with its people under the keys that their names give."""
    participants, mentioned = (
        tuple(replace(person, person=person_key(person.name)) for person in people) for people in (article.participants, article.mentioned)
    )
    return replace(article, participants=participants, mentioned=mentioned)


def _tells(final: Article, read: Article) -> bool:
    """Whether an article in the index tells by itself what its people were as they were read."""
    named = _as_named(final)
    return (named.participants, named.mentioned, named.evidence) == (read.participants, read.mentioned, read.evidence)


def _state(article: Article) -> str:
    """A hash over everything an article says."""
    return hashlib.sha256(json.dumps(article.to_dict(), sort_keys=True).encode()).hexdigest()[:16]


def _people(article: Article) -> dict[str, Any]:
    """The people of an article, with their evidence, as JSON values."""
    values = article.to_dict()
    return {field: values[field] for field in ("participants", "mentioned", "evidence")}
