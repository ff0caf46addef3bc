"""What can stand before a colon, and what is meant by a name that is none of ours? Typed field names, and those of other search programs."""

from __future__ import annotations

import difflib

from search.query.tree import VALUE_FIELDS, WORD_FIELDS

FIELDS: dict[str, str] = {
    **{name: name for name in WORD_FIELDS + VALUE_FIELDS},
    "participant": "participants",
    "participants": "participants",
    "person": "people",
    "people": "people",
    "date": "date",
    "after": "after",
    "before": "before",
}
"""What can stand before a colon, and the field of the tree (or the kind of date) that it means."""

_SHOWN_FIELDS = tuple(name for name in FIELDS if name not in ("participants", "people"))

# What web searches (intitle:), news databases (hlead, rst) and plain English call the same things.
_ELSEWHERE = {
    "title:": ("headline", "heading", "head", "hd", "hl", "hlead", "intitle", "allintitle", "subject"),
    "standfirst:": ("lead", "lede", "lp", "summary", "abstract", "subtitle", "description"),
    "body:": ("text", "intext", "allintext", "content", "td"),
    "byline:": ("author", "by", "writer", "reporter", "journalist", "correspondent"),
    "url:": ("link", "inurl", "allinurl", "href"),
    "publisher:": ("site", "domain", "source", "outlet", "newspaper", "publication", "media", "rst"),
    "agency:": ("wire", "newswire", "credit"),
    "place:": ("location", "country", "region", "city", "dateline"),
    "person:": ("name", "who", "mentions"),
    "participant:": ("speaker", "actor"),
    "language:": ("lang", "la"),
    "date:": ("year", "month", "day", "daterange", "published", "pubdate", "time"),
    "date:>=…": ("from", "since", "start"),
    "date:<=…": ("to", "until", "till", "end"),
}
_OURS = {name: ours for ours, names in _ELSEWHERE.items() for name in names}


def known_elsewhere(name: str) -> bool:
    """Whether other search programs have a field of this name for something that is searched here under another."""
    return name.casefold() in _OURS


def unknown_field(name: str) -> str:
    """What is said of a name before a colon that is none of `FIELDS`: the field that was probably meant, else which ones there are."""
    close = difflib.get_close_matches(name.casefold()[:20], _SHOWN_FIELDS, 1)
    meant = _OURS.get(name.casefold()) or (f"{close[0]}:" if close else None)
    hint = f"Did you mean {meant}?" if meant else f"The fields are {', '.join(_SHOWN_FIELDS)}."
    return f"There is no field “{name}”: what stands behind it was searched without it. {hint}"
