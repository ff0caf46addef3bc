"""Who and what do names stand for in an archive? Terms that every engine keeps beside its articles, and what is read off them.

A term is several parts in one text; an engine only has to find the terms that begin in some way, each with the number of its articles:

    n <person> <role> <kind> <form>    a form of a person's name; role "p" taking part or "m" mentioned, kind "n" name or "a" alias
    w <scope> <word> <value>           a word of a value; scope is a role for persons (whose key is the value), else the facet field
    k <key> <person>                   the key that a form would give, where the archive has merged it into another person
    v <field> <folded> <value>         a value as it is compared: without case and accents; also under the other names of a known agency

So nothing has to be held in memory, and a name is looked up in the time that its bearers take.
"""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import lru_cache

from search.analysis import fold, person_key, words
from search.article import Article
from search.query.tree import PEOPLE_FIELDS, VALUE_FIELDS

SEPARATOR = "\x1f"
"""Stands between terms where an engine keeps those of an article in one text; never in a term or in a facet value."""

_PART = "\x1e"
_ROLES = {"participants": ("p",), "people": ("p", "m")}

_FEW_BEARERS = 200
"""Persons with the words of a name whose forms are looked up one by one."""

_OUTLETS = ("agency", "publisher")

Terms = Callable[..., Sequence[Iterable[tuple[str, int]]]]
"""Gives, for each prefix, the terms that begin so, each with the number of articles that have it."""


LONGEST = 1_000
"""Characters of a value or form that are stored whole; Tantivy leaves out terms of more than 65,530 bytes without a word."""


def clean(value: str) -> str:
    """A value as an engine stores it: without the two signs that terms are divided by, and without halves of characters, which no file can hold.

    One that is longer than any value should be ends in a mark of the whole, so that different ones stay different.
    """
    if len(value) <= LONGEST and value.isprintable():  # neither sign is, nor half a character
        return value
    value = value.replace(SEPARATOR, " ").replace(_PART, " ").encode("utf-8", "replace").decode("utf-8")
    return value if len(value) <= LONGEST else f"{value[: LONGEST - 17]}…{hashlib.sha256(value.encode()).hexdigest()[:16]}"


def facet_values(article: Article, field: str) -> list[str]:
    """The values of an article in a facet field, each once, as an engine stores them."""
    match field:
        case "agency":
            found = article.agencies
        case "participants":
            found = tuple(p.person for p in article.participants)
        case "people":
            found = tuple(p.person for p in article.people)
        case _:
            value = getattr(article, field)
            found = (value,) if value else ()
    return list(dict.fromkeys(clean(value) for value in found if value))


def lookup_terms(article: Article) -> list[str]:
    """The terms of an article."""
    found: dict[str, None] = {}
    for role, people in (("p", article.participants), ("m", article.mentioned)):
        for person in people:
            found |= _terms_of_person(role, person.person, (person.name, *person.aliases))
    for field in VALUE_FIELDS:
        for value in facet_values(article, field):
            found |= _terms_of_value(field, value)
    return list(found)


# The same few names are in most articles of a day.
@lru_cache(maxsize=10_000)
def _terms_of_person(role: str, person: str, forms: tuple[str, ...]) -> dict[str, None]:
    found: list[tuple[str, ...]] = [("n", person, role, "a" if place else "n", form) for place, form in enumerate(forms)]
    found += [("w", role, word, person) for form in forms for word in words(form)]
    found += [("k", key, person) for form in forms if (key := person_key(form)) != person]
    return dict.fromkeys(_PART.join(map(clean, parts)) for parts in found)


@lru_cache(maxsize=10_000)
def _terms_of_value(field: str, value: str) -> dict[str, None]:
    found: list[tuple[str, ...]] = [("v", field, fold(value), value), *(("w", field, word, value) for word in words(value))]
    return dict.fromkeys(_PART.join(map(clean, parts)) for parts in found)


class Lookup:
    """The names of one archive at one moment."""

    def __init__(self, terms: Terms) -> None:
        self._ask = terms
        self._known: dict[str, list[tuple[str, int]]] = {}

    def _terms(self, *prefixes: str) -> list[list[tuple[str, int]]]:
        """The terms with each prefix; one request asks for the same names several times, and the engine is asked once."""
        new = [prefix for prefix in dict.fromkeys(prefixes) if prefix not in self._known]
        self._known |= {prefix: list(found) for prefix, found in zip(new, self._ask(*new), strict=True)} if new else {}
        return [self._known[prefix] for prefix in prefixes]

    def _rest(self, *parts: str) -> list[tuple[list[str], int]]:
        """The further parts of every term that begins with these, and its articles."""
        return self._rests([parts])[0]

    def _rests(self, wanted: Iterable[tuple[str, ...]]) -> list[list[tuple[list[str], int]]]:
        prefixes = [_PART.join((*map(clean, parts), "")) for parts in wanted]
        answers = self._terms(*prefixes)
        return [[(term[len(prefix) :].split(_PART), n) for term, n in found] for prefix, found in zip(prefixes, answers, strict=True)]

    def labels(self, keys: Iterable[str]) -> dict[str, str]:
        """The form under which each person is shown: the most frequent name, of two words or more where there is one; the first of equals."""
        keys = list(dict.fromkeys(keys))
        found: dict[str, str] = {}
        for key, forms in zip(keys, self._rests([("n", key) for key in keys]), strict=True):
            names: Counter[str] = Counter()
            for (_, kind, form), count in forms:
                if kind == "n":
                    names[form] += count
            found[key] = min(names, key=lambda form: (" " not in form, -names[form], form), default=key.removeprefix("@").replace("-", " "))
        return found

    def meant(self, field: str, value: str) -> tuple[str, ...]:
        """The stored values that a value as people write it stands for, sorted: persons by key or name, others regardless of case and accents.

        An agency or publisher that no article has by this name is looked for by the other names that it is known to have ("Agence France-Presse").
        """
        if field in PEOPLE_FIELDS:
            return (self.current(value),) if value.startswith("@") else self._named(field, value)
        found = self._stored(field, [value])
        if not found and field in _OUTLETS:
            from search.extraction.outlets import spellings

            found = self._stored(field, spellings(value))
        return tuple(sorted(found))

    def _stored(self, field: str, values: Iterable[str]) -> set[str]:
        return {found for answers in self._rests([("v", field, fold(clean(value))) for value in values]) for (found,), _ in answers}

    def current(self, key: str) -> str:
        """The key that a person has now whose key this is, or was before names were merged: one form of that person, and of no other, gives it."""
        if any(kind == "n" for (_, kind, _), _ in self._rest("n", key)):
            return key
        bearers = {person for (person,), _ in self._rest("k", key)}
        return bearers.pop() if len(bearers) == 1 else key

    def _named(self, field: str, name: str) -> tuple[str, ...]:
        """The keys of all persons in a people facet of whose forms one contains every word of the name; where there are none, of a looser reading."""
        from search.extraction.readings import readings

        return next((found for reading in readings(name) if (found := self._bearing(field, reading))), ())

    def _bearing(self, field: str, parts: frozenset[str]) -> tuple[str, ...]:
        keys = set.intersection(*({key for role in _ROLES[field] for (key,), _ in self._rest("w", role, part)} for part in sorted(parts)))
        if len(parts) > 1:
            keys = {key for key, form in self._forms_of(keys, field) if parts.issubset(words(form))}
        return tuple(sorted(keys))

    def _forms_of(self, keys: set[str], field: str) -> Iterator[tuple[str, str]]:
        """Each of these persons with each form of the name in a people facet; one pass over all names where they are many."""
        roles = _ROLES[field]
        if len(keys) > _FEW_BEARERS:
            yield from ((key, form) for (key, role, _, form), _ in self._rest("n") if key in keys and role in roles)
            return
        bearers = sorted(keys)
        for key, forms in zip(bearers, self._rests([("n", key) for key in bearers]), strict=True):
            yield from ((key, form) for (role, _, form), _ in forms if role in roles)

    def forms(self, key: str, field: str = "people") -> list[str]:
        """Every form of a person's name in a people facet, the most frequent first."""
        found: Counter[str] = Counter()
        for (role, _, form), count in self._rest("n", key):
            if role in _ROLES[field]:
                found[form] += count
        return sorted(found, key=lambda form: (-found[form], form))

    def beginning(self, field: str, text: str) -> tuple[str, ...]:
        """The stored values that have, for each word of a text, a word that begins with it; sorted."""
        scopes = _ROLES.get(field, (field,))
        found = [
            {term.rpartition(_PART)[2] for terms in self._terms(*(_PART.join(("w", scope, part)) for scope in scopes)) for term, _ in terms}
            for part in dict.fromkeys(words(text))
        ]
        return tuple(sorted(set.intersection(*found))) if found else ()

    def words_of_values(self, field: str, beginning: str) -> dict[str, int]:
        """The words of values in a facet that begin so, each with the most articles that a value with it has."""
        found: dict[str, int] = {}
        for terms in self._terms(*(_PART.join(("w", scope, beginning)) for scope in _ROLES.get(field, (field,)))):
            for term, count in terms:
                word = term.split(_PART)[2]
                found[word] = max(found.get(word, 0), count)
        return found
