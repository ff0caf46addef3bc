"""Articles for tests, made of little."""

from __future__ import annotations

import hashlib
from typing import Any

from search.analysis import person_key
from search.article import Article, Person


def person(name: str, role: str = "", *aliases: str) -> Person:
    """A person under the key that the name gives."""
    return Person(name, person_key(name), role, aliases)


def article(id: str = "1", body: str = "", **values: Any) -> Article:
    """An article with a short id ("1" becomes sixteen digits), the rest as given; people may be names, agencies follow from `agency`."""
    for field in ("participants", "mentioned"):
        values[field] = tuple(person(p) if isinstance(p, str) else p for p in values.get(field, ()))
    for field in ("agencies", "byline"):
        if field in values:
            values[field] = tuple(values[field])
    if values.get("agency") and "agencies" not in values:
        values["agencies"] = (values["agency"],)
    if values.get("agencies"):
        values.setdefault("agency", values["agencies"][0])
    if values.get("date"):
        values["date_precision"] = ("year", "month", "day")[values["date"].count("-")]
    text = "\x00".join((values.get("title") or "", values.get("standfirst") or "", body))
    return Article(
        id=f"{id:0>16}",
        source=values.pop("source", "tests"),
        path=values.pop("path", f"{id}.txt"),
        body=body,
        content_hash=hashlib.sha256(text.encode()).hexdigest(),
        **values,
    )
