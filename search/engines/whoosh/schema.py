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
from search.lookup import SEPARATOR, facet_values, lookup_terms
from search.query.tree import VALUE_FIELDS, WORD_FIELDS

LOOKUP = "lookup"
"""The field of the terms that `search.lookup` makes of an article's names."""

FACET_TERMS = (*VALUE_FIELDS, "participants", "people", "date")
"""Fields whose terms are whole values."""


def stem_field(name: str) -> str:
    """The field that holds the stems of a text field's words."""
    return f"{name}_stem"


def schema() -> fields.Schema:
    """The schema of an archive's index.

    `title`, `standfirst`, `body`, `byline`, `url`: words as they stand, with positions; the same with `_stem`: their stems.
    `agency`, `publisher`, `place`, `language`, `date`: values. `participants`, `people`: keys of persons. `lookup`: see `search.lookup`.
    `article`: the stored record as JSON.
    """
    columns: dict[str, Any] = {"id": fields.ID(unique=True, stored=True), "article": fields.STORED()}
    for name in WORD_FIELDS:
        columns[name] = fields.TEXT(analyzer=RegexTokenizer(r"\S+"), phrase=True)
        columns[stem_field(name)] = fields.TEXT(analyzer=RegexTokenizer(r"\S+"), phrase=True)
    for name in (*FACET_TERMS, LOOKUP):
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
    for name in FACET_TERMS:
        if found := facet_values(article, name):
            values[name] = SEPARATOR.join(found)
    if terms := lookup_terms(article):
        values[LOOKUP] = SEPARATOR.join(terms)
    return values


def article_of(stored: dict[str, Any]) -> Article:
    """The article in a stored Whoosh document."""
    return Article.from_dict(json.loads(stored["article"]))
