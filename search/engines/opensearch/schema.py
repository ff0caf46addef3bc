"""What does a cluster hold of an archive? The settings and fields of its indexes, and an article as a document.

Analysis is done before: text fields get our words joined by spaces, and the cluster only splits them again.
"""

from __future__ import annotations

import json
from typing import Any

from search.analysis import stem, words
from search.article import TEXT_FIELDS, Article
from search.engines.paging import SPAN, days_of
from search.lookup import facet_values, lookup_terms
from search.query.tree import VALUE_FIELDS, WORD_FIELDS
from search.ranking import WEIGHTS

FACET_FIELDS = (*VALUE_FIELDS, "participants", "people", "date")
LOOKUP = "lookup"
MISSING = "missing"
SINCE = "since"
"""The number of the change by which a document came: `state.py` says which numbers count."""

RANKED, RANKED_STEMS = "ranked", "ranked_stem"
"""The words, and the stems, of title, standfirst and body together, each as often as `ranking.WEIGHTS` says: BM25 over them is BM25F."""

FIRST_DAY, LAST_DAY = "first_day", "last_day"
NEWEST, OLDEST = "newest", "oldest"
LATEST = (1 << 63) - 1
"""What stands for the date of an undated article where the oldest come first."""

LONGEST_TERM = 8_000
"""Letters of a word that are kept: Lucene refuses terms of more than 32,766 bytes."""

MOST_TERMS = 60_000
"""Values in one query; OpenSearch refuses more than 65,536."""


def stem_field(name: str) -> str:
    """The field that holds the stems of a text field's words."""
    return f"{name}_stem"


def words_field(name: str) -> str:
    """The field that holds the different words of a text field as values, of which it can be told which there are."""
    return f"{name}_words"


def settings(shards: int, replicas: int) -> dict[str, Any]:
    """The settings of the index that holds the articles."""
    return {
        "number_of_shards": shards,
        "number_of_replicas": replicas,
        # Nothing is shown before a writer says so.
        "refresh_interval": "-1",
        "max_regex_length": 100_000,
        "analysis": {
            "tokenizer": {"words": {"type": "whitespace", "max_token_length": 4 * LONGEST_TERM}},
            "analyzer": {"words": {"type": "custom", "tokenizer": "words"}},
        },
    }


def mappings() -> dict[str, Any]:
    """The fields of an article's document.

    `id`; `since`, see `SINCE`. `title`, `standfirst`, `body`, `byline`, `url`: words as they stand, with places; with `_stem` their stems; with
    `_words` each word once, as a value. `ranked`, `ranked_stem`: see `RANKED`. `agency` … `people`, `date`: values. `missing`: the names of the facet
    fields without a value. `first_day`, `last_day`: what the date may mean, as proleptic ordinals. `newest`, `oldest`: sort keys. `lookup`: see
    `search.lookup`. `hash`: the content hash. `article`: the record as JSON, the only field that can be had back. Anything else is refused.
    """
    text = {"type": "text", "analyzer": "words"}
    fields: dict[str, Any] = {"id": {"type": "keyword"}, SINCE: {"type": "long"}, "hash": {"type": "keyword", "index": False}}
    for name in WORD_FIELDS:
        # A field that is copied several times counts so often.
        copies = [WEIGHTS[name] * [ranked] if name in TEXT_FIELDS else [] for ranked in (RANKED, RANKED_STEMS)]
        for field, to in zip((name, stem_field(name)), copies, strict=True):
            fields[field] = {**text, **({"copy_to": to} if to else {})}
        fields[words_field(name)] = {"type": "keyword", "index": False}
    for name in (RANKED, RANKED_STEMS):
        fields[name] = {**text, "index_options": "freqs"}
    for name in (*FACET_FIELDS, LOOKUP, MISSING):
        fields[name] = {"type": "keyword"}
    for name in (FIRST_DAY, LAST_DAY, NEWEST, OLDEST):
        fields[name] = {"type": "long"}
    fields["article"] = {"type": "keyword", "index": False, "doc_values": False}
    return {"dynamic": "strict", "_source": {"includes": ["article"]}, "properties": fields}


def document(article: Article, since: int) -> dict[str, Any]:
    """An article as a document that came with a change."""
    made: dict[str, Any] = {"id": article.id, SINCE: since, "hash": article.content_hash}
    texts = {name: getattr(article, name) for name in TEXT_FIELDS} | {"byline": "\n".join(article.byline), "url": article.url}
    for name, text in texts.items():
        found = [word[:LONGEST_TERM] for word in words(text)] if text else []
        if found:
            made[name] = " ".join(found)
            made[stem_field(name)] = " ".join(map(stem, found))
            made[words_field(name)] = list(dict.fromkeys(found))
    missing = []
    for name in FACET_FIELDS:
        values = facet_values(article, name)
        if values:
            made[name] = values
        else:
            missing.append(name)
    if missing:
        made[MISSING] = missing
    lookup = lookup_terms(article)
    if lookup:
        made[LOOKUP] = lookup
    days = days_of(article.date) if article.date else None
    if days is not None:
        made[FIRST_DAY], made[LAST_DAY] = days
    newest = days[0] * SPAN + days[1] if days else 0
    made[NEWEST], made[OLDEST] = newest, newest or LATEST
    made["article"] = json.dumps(article.to_dict(), ensure_ascii=False, separators=(",", ":"))
    return made


def line(value: dict[str, Any]) -> str:
    """A document as one line. Halves of characters, which no request can hold, are written as escapes inside the record's own JSON."""
    text = json.dumps(value, ensure_ascii=False, separators=(",", ":"))
    try:
        text.encode("utf-8")
    except UnicodeEncodeError:
        record = json.dumps(json.loads(value["article"]), separators=(",", ":"))
        return json.dumps({**value, "article": record}, separators=(",", ":"))
    return text


def article_of(hit: dict[str, Any]) -> Article:
    """The article in a document that was found."""
    return Article.from_dict(json.loads(hit["_source"]["article"]))
