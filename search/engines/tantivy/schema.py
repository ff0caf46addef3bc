"""What does the Tantivy index hold? Its schema, and an article as a Tantivy document.

Analysis is done before: text fields get our words joined by spaces, and Tantivy only splits them again.
"""

from __future__ import annotations

import json
from typing import Any

import tantivy

from search.analysis import stem, words
from search.article import TEXT_FIELDS, Article
from search.engines.paging import SPAN, days_of
from search.lookup import facet_values, lookup_terms
from search.query.tree import VALUE_FIELDS, WORD_FIELDS
from search.ranking import WEIGHTS

FACET_FIELDS = (*VALUE_FIELDS, "participants", "people", "date")
LOOKUP = "lookup"
MISSING = "missing"
RANKED, RANKED_STEMS = "ranked", "ranked_stem"
"""The words, and the stems, of title, standfirst and body together, each as often as `ranking.WEIGHTS` says: BM25 over them is BM25F."""

FIRST_DAY, LAST_DAY = "first_day", "last_day"
NEWEST, OLDEST, NUMBER = "newest", "oldest", "number"

_WORDS = "words"
_ID_BITS = 33
_SPAN_BITS = 9
LONGEST_TERM = 16_000
"""Letters of a word that are kept: Tantivy leaves out terms of more than 65,530 bytes without a word (measured with 0.27)."""


def stem_field(name: str) -> str:
    """The field that holds the stems of a text field's words."""
    return f"{name}_stem"


def schema() -> tantivy.Schema:
    """The schema of an archive's index.

    `id`, and `number`, the same as a number. `title`, `standfirst`, `body`, `byline`, `url`: words as they stand, with positions; with `_stem` their
    stems. `ranked`, `ranked_stem`: see `RANKED`. `agency` … `people`, `date`: values. `missing`: the names of the facet fields without a value.
    `first_day`, `last_day`: what the date may mean, as proleptic ordinals. `newest`, `oldest`: sort keys, see `sort_keys`. `lookup`: see
    `search.lookup`. `article`: the record as JSON.
    """
    builder = tantivy.SchemaBuilder()
    builder.add_text_field("id", tokenizer_name="raw", index_option="basic")
    for name in WORD_FIELDS:
        builder.add_text_field(name, tokenizer_name=_WORDS, index_option="position")
        builder.add_text_field(stem_field(name), tokenizer_name=_WORDS, index_option="position")
    for name in (RANKED, RANKED_STEMS):
        builder.add_text_field(name, tokenizer_name=_WORDS, index_option="freq")
    for name in FACET_FIELDS:
        builder.add_text_field(name, tokenizer_name="raw", index_option="basic", fast=True)
    for name in (LOOKUP, MISSING):
        builder.add_text_field(name, tokenizer_name="raw", index_option="basic")
    for name in (FIRST_DAY, LAST_DAY):
        builder.add_unsigned_field(name, fast=True, indexed=True)
    for name in (NEWEST, OLDEST, NUMBER):
        builder.add_unsigned_field(name, fast=True)
    builder.add_bytes_field("article", stored=True)
    return builder.build()


def register(index: tantivy.Index) -> None:
    """Make known how our words are split: at spaces, and nothing else is done to them."""
    index.register_tokenizer(_WORDS, tantivy.TextAnalyzerBuilder(tantivy.Tokenizer.whitespace()).build())


def document(article: Article) -> tantivy.Document:
    """An article as a Tantivy document."""
    made = tantivy.Document()
    made.add_text("id", article.id)
    made.add_unsigned(NUMBER, int(article.id, 16))
    texts = {name: getattr(article, name) for name in TEXT_FIELDS} | {"byline": "\n".join(article.byline), "url": article.url}
    ranked: list[str] = []
    ranked_stems: list[str] = []
    for name, text in texts.items():
        found = [word[:LONGEST_TERM] for word in words(text)] if text else []
        if found:
            stems = list(map(stem, found))
            made.add_text(name, " ".join(found))
            made.add_text(stem_field(name), " ".join(stems))
            if name in TEXT_FIELDS:
                ranked += found * WEIGHTS[name]
                ranked_stems += stems * WEIGHTS[name]
    if ranked:
        made.add_text(RANKED, " ".join(ranked))
        made.add_text(RANKED_STEMS, " ".join(ranked_stems))
    for name in FACET_FIELDS:
        values = facet_values(article, name)
        for value in values:
            made.add_text(name, value)
        if not values:
            made.add_text(MISSING, name)
    for term in lookup_terms(article):
        made.add_text(LOOKUP, term)
    days = days_of(article.date) if article.date else None
    if days is not None:
        made.add_unsigned(FIRST_DAY, days[0])
        made.add_unsigned(LAST_DAY, days[1])
    newest, oldest = sort_keys(days, article.id)
    made.add_unsigned(NEWEST, newest)
    made.add_unsigned(OLDEST, oldest)
    made.add_bytes("article", json.dumps(article.to_dict(), ensure_ascii=False, separators=(",", ":")).encode("utf-8", "surrogatepass"))
    return made


def sort_keys(days: tuple[int, int] | None, id: str) -> tuple[int, int]:
    """Numbers by which articles sort: the first descending for the newest first, the second ascending for the oldest first; undated last in both.

    First day (22 bits), days from there to the last (9 bits), the beginning of the id (33 bits), inverted in the first number. Articles with equal
    numbers are told apart by the whole id.
    """
    beginning = int(id, 16) >> (64 - _ID_BITS)
    rest = (1 << _ID_BITS) - 1
    if days is None:
        return rest - beginning, (((1 << 64) - 1) ^ rest) | beginning
    date = (days[0] << _SPAN_BITS) | (days[1] - days[0])
    return (date << _ID_BITS) | (rest - beginning), (date << _ID_BITS) | beginning


def newest_of(key: int) -> int:
    """The date key of a cursor (`paging.newest_key`) for an article's `newest` number."""
    date = key >> _ID_BITS
    first, last = date >> _SPAN_BITS, (date >> _SPAN_BITS) + (date & ((1 << _SPAN_BITS) - 1))
    return first * SPAN + last if date else 0


def article_of(found: tantivy.Document) -> Article:
    """The article in a stored document."""
    stored: Any = found.get_first("article")
    return Article.from_dict(json.loads(bytes(stored).decode("utf-8", "surrogatepass")))
