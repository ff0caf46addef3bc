"""What does the Whoosh index hold? Its schema, and an article as a Whoosh document.

Only Whoosh's own classes stand in the schema, so that Whoosh opens the index without Dateline. Analysis is done before: the words of a text field
stand in the index as our analyser gives them, each with its places, and the stems of the same words in a field of their own, each with how often
it stands there. Places of a stem are those of the words that have it.
"""

from __future__ import annotations

import json
from typing import Any

from whoosh import fields
from whoosh.analysis.tokenizers import RegexTokenizer

from search.article import TEXT_FIELDS, Article
from search.query.tree import VALUE_FIELDS, WORD_FIELDS

FACET_TERMS = (*VALUE_FIELDS, "participants", "people", "date")
"""Fields whose terms are whole values."""

NAME = "MAIN"
"""What Whoosh calls an index that has no other name."""


def stem_field(name: str) -> str:
    """The field that holds the stems of a text field's words."""
    return f"{name}_stem"


def schema() -> fields.Schema:
    """The schema of an archive's index.

    `title`, `standfirst`, `body`, `byline`, `url`: words as they stand, with places; the same with `_stem`: their stems.
    `agency`, `publisher`, `place`, `language`, `date`: values. `participants`, `people`: keys of persons. `article`: the stored record as JSON.
    """
    columns: dict[str, Any] = {"id": fields.ID(unique=True, stored=True), "article": fields.STORED()}
    for name in WORD_FIELDS:
        columns[name] = fields.TEXT(analyzer=RegexTokenizer(r"\S+"), phrase=True)
        columns[stem_field(name)] = fields.TEXT(analyzer=RegexTokenizer(r"\S+"), phrase=False)
    for name in FACET_TERMS:
        columns[name] = fields.ID()
    return fields.Schema(**columns)


def texts(article: Article) -> dict[str, str]:
    """The text of each field of words; fields without text are left out."""
    found = {name: getattr(article, name) for name in TEXT_FIELDS} | {"byline": "\n".join(article.byline), "url": article.url}
    return {name: text for name, text in found.items() if text}


def stored(article: Article) -> dict[str, str]:
    """What Whoosh stores of an article."""
    return {"id": article.id, "article": json.dumps(article.to_dict(), ensure_ascii=False, separators=(",", ":"))}


def article_of(document: dict[str, Any]) -> Article:
    """The article in a stored Whoosh document."""
    return Article.from_dict(json.loads(document["article"]))
