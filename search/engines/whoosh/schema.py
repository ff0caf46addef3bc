"""What does the Whoosh index hold? Its schema, and an article as a Whoosh document.

Only Whoosh's own classes stand in the schema, so that Whoosh opens the index without Dateline. Analysis is done before: text fields get our
tokens joined by spaces, facet fields whole values joined by a separator, and Whoosh only splits them again.
"""

from __future__ import annotations

import json
from typing import Any

from whoosh import fields
from whoosh.analysis.tokenizers import RegexTokenizer

from search.analysis import stem, words
from search.article import TEXT_FIELDS, Article
from search.query.tree import VALUE_FIELDS, WORD_FIELDS

SEPARATOR = "\x1f"
"""Stands between the values of a field, and between the parts of a name's form."""
_PART = "\x1e"

FACET_TERMS = (*VALUE_FIELDS, "participants", "people", "date")
"""Fields whose terms are whole values."""


def stem_field(name: str) -> str:
    """The field that holds the stems of a text field's words."""
    return f"{name}_stem"


def schema() -> fields.Schema:
    """The schema of an archive's index.

    `title`, `standfirst`, `body`, `byline`, `url`: words as they stand, with positions; the same with `_stem`: their stems.
    `agency`, `publisher`, `place`, `language`, `date`: values. `participants`, `people`: keys of persons. `forms`: see `form_terms`.
    `article`: the stored record as JSON.
    """
    columns: dict[str, Any] = {"id": fields.ID(unique=True, stored=True), "article": fields.STORED()}
    for name in WORD_FIELDS:
        columns[name] = fields.TEXT(analyzer=RegexTokenizer(r"\S+"), phrase=True)
        columns[stem_field(name)] = fields.TEXT(analyzer=RegexTokenizer(r"\S+"), phrase=True)
    for name in (*FACET_TERMS, "forms"):
        columns[name] = fields.TEXT(analyzer=RegexTokenizer(rf"[^{SEPARATOR}]+"), phrase=False)
    return fields.Schema(**columns)


def document(article: Article) -> dict[str, str]:
    """An article as the keyword arguments of Whoosh's `add_document`."""
    texts = {name: getattr(article, name) for name in TEXT_FIELDS} | {"byline": "\n".join(article.byline), "url": article.url}
    values: dict[str, str] = {"id": article.id, "article": json.dumps(article.to_dict(), ensure_ascii=False, separators=(",", ":"))}
    for name, text in texts.items():
        found = words(text) if text else []
        if found:
            values[name] = " ".join(found)
            values[stem_field(name)] = " ".join(map(stem, found))
    for name, terms in facet_terms(article).items():
        kept = [_clean(term) for term in dict.fromkeys(terms)]
        if kept:
            values[name] = SEPARATOR.join(kept)
    forms = form_terms(article)
    if forms:
        values["forms"] = SEPARATOR.join(forms)
    return values


def article_of(stored: dict[str, Any]) -> Article:
    """The article in a stored Whoosh document."""
    return Article.from_dict(json.loads(stored["article"]))


def facet_terms(article: Article) -> dict[str, list[str]]:
    """The values of an article in each facet field."""
    singles = {"publisher": article.publisher, "place": article.place, "language": article.language, "date": article.date}
    return {
        "agency": list(article.agencies),
        "participants": [p.person for p in article.participants],
        "people": [p.person for p in article.people],
        **{name: [value] if value else [] for name, value in singles.items()},
    }


def form_terms(article: Article) -> list[str]:
    """How the article names its people, as terms: role ("p" participant, "m" mentioned), kind ("n" name, "a" alias), key, form.

    Their document frequencies say how often each form of each person's name occurs in the archive, which needs no list beside the index.
    """
    terms = []
    for role, people in (("p", article.participants), ("m", article.mentioned)):
        for person in people:
            forms = [("n", person.name), *(("a", alias) for alias in person.aliases)]
            terms += [_PART.join((role, kind, person.person, _clean(form))) for kind, form in forms]
    return list(dict.fromkeys(terms))


def read_form(term: str) -> tuple[str, str, str, str]:
    """Role, kind, key and form of a term of the field `forms`."""
    role, kind, key, form = term.split(_PART)
    return role, kind, key, form


def _clean(value: str) -> str:
    return value.replace(SEPARATOR, " ").replace(_PART, " ")
