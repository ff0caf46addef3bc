"""What does each parameter of an address mean, what may it be, and what is an example? As OpenAPI describes parameters."""

from __future__ import annotations

from typing import Any

from search.query.parser import MAX_LENGTH
from search.query.tree import PEOPLE_FIELDS
from search.request import DEFAULT_MODE, FACETS, MAX_FACET_LIMIT, MAX_FIND, MAX_LIMIT, MAX_TOGETHER, MODES, PARAMETERS, SORTS, SearchRequest
from web import params

Parameter = dict[str, Any]

_DEFAULT = SearchRequest()
_HIGHEST = 10**params.MAX_DIGITS - 1

_LISTED = tuple(field for field in FACETS if field != "date")
"""The facets whose values are listed apart; all dates are in every answer."""

_EXAMPLES = {
    "date": ("2022-06", "2022-06-15"),
    "agency": ("SANA", "TASS"),
    "participant": ("@bashar-assad", "Putin"),
    "person": ("Assad", "@vladimir-putin"),
    "publisher": ("The Syrian Observer", "none"),
    "place": ("Damascus", "Moscow"),
    "language": ("en", "none"),
}
"""A value that may be asked for, and one that may be excluded beside it."""

_WHOSE = {
    "date": "published then: a year, month or day, a range (`2021..2022-06`), or words such as `last 30 days`",
    "agency": "of this agency",
    "participant": "in which this person takes part: a key (`@bashar-assad`) or a name, which stands for everybody who has it",
    "person": "that name this person at all: a key (`@bashar-assad`) or a name, which stands for everybody who has it",
    "publisher": "of this publisher",
    "place": "from this place",
    "language": "in this language",
}


def _query(name: str, meaning: str, schema: dict[str, Any], example: Any, **more: Any) -> Parameter:
    return {"name": name, "in": "query", "description": meaning, "schema": schema, "example": example, **more}


def _number(name: str, meaning: str, bounds: tuple[int, int], default: int, example: int) -> Parameter:
    return _query(name, meaning, {"type": "integer", "minimum": bounds[0], "maximum": bounds[1], "default": default}, example)


def _values(name: str, meaning: str, example: str) -> Parameter:
    schema = {"type": "array", "items": {"type": "string"}, "maxItems": params.MAX_PARAMETERS}
    return _query(name, f"{meaning} May be repeated; `none` stands for no value given.", schema, [example], style="form", explode=True)


def _modes(name: str, field: str) -> Parameter:
    meaning = f"Whether an article must have any or all of the values of `{name}`."
    return _query(f"{name}_mode", meaning, {"enum": list(MODES), "default": DEFAULT_MODE[field]}, "any")


_CHOICES = [
    *(_values(name, f"Only articles {_WHOSE[name]}.", _EXAMPLES[name][0]) for name in PARAMETERS),
    *(_values(f"not_{name}", f"No articles {_WHOSE[name]}.", _EXAMPLES[name][1]) for name in PARAMETERS),
    *(_modes(name, field) for name, field in PARAMETERS.items() if field != "date"),
    _query("after", "Only articles published after this day, month or year has ended.", {"type": "string"}, "2021"),
    _query("before", "Only articles published before this day, month or year has begun.", {"type": "string"}, "2023-06-15"),
]

_SEARCH = [
    _query(
        "q",
        f"The query, in the query language. One of more than {MAX_LENGTH:,} characters is not run, and `problems` says so.",
        {"type": "string", "default": _DEFAULT.text},  # not “maxLength”: a longer one is a problem beside the answer, not a wrong parameter
        "refugees return",
    ),
    *_CHOICES,
    _query("sort", "The order; empty is as if it were not given.", {"enum": [*SORTS, ""], "default": _DEFAULT.sort}, "newest"),
    _number("limit", "How many hits a page has.", (0, MAX_LIMIT), _DEFAULT.limit, 25),
    _number("page", "Which page, from 1. A cursor goes before it.", (1, _HIGHEST), _DEFAULT.page, 2),
    _query(
        "cursor",
        "A place in the results, from `cursors` or the Link header of an earlier answer in the same order.",
        {"type": "string"},
        "WyJsYXN0IiwicmVsZXZhbmNlIiwiIiwwLjAsMCwiIiwwXQ",
    ),
    _query(
        "facets",
        "Which facets, separated by commas; none where it is empty.",
        {"type": "array", "items": {"enum": sorted({*FACETS, *PARAMETERS})}, "default": list(_DEFAULT.facets)},
        ["agency", "participants"],
        style="form",
        explode=False,
    ),
    _number("facet_limit", "How many values each facet has.", (0, MAX_FACET_LIMIT), _DEFAULT.facet_limit, 20),
    _query(
        "partial",
        "1 takes what there is where parts of the archive do not answer, and the answer’s `complete` says so; otherwise the status is 503 then.",
        {"enum": [0, 1], "default": 0},
        1,
    ),
    _query("explain", "1 adds what the query stands for, and the parts of every hit’s score.", {"enum": [0, 1], "default": 0}, 1),
]

SEARCH = {parameter["name"]: parameter for parameter in _SEARCH}
"""The parameters of a search, by name."""

EXPORT = {name: parameter for name, parameter in SEARCH.items() if name in params.OF_EXPORT}
"""Those of an export, which are a search's without what concerns its page."""

VALUES = {
    **SEARCH,
    "find": _query(
        "find",
        "Only values that have, for each of these words, a word that begins so; a person in any form of the name.",
        {"type": "string", "maxLength": MAX_FIND},
        "mek",
    ),
    "start": _number("start", "How many values to pass over.", (0, _HIGHEST), params.Values(_DEFAULT).start, 50),
    "limit": _number("limit", "How many values.", (0, MAX_FACET_LIMIT), params.Values(_DEFAULT).limit, 50),
}
"""Those of the values of a facet."""

TOGETHER = {
    **SEARCH,
    "of": _query("of", "Those who take part, or everybody who is named.", {"enum": list(PEOPLE_FIELDS), "default": PEOPLE_FIELDS[0]}, "people"),
    "people": _number("people", "How many persons at most.", (1, MAX_TOGETHER), MAX_TOGETHER, 20),
}
"""Those of who appears with whom."""

SIMILAR = {
    "limit": _number("limit", "How many articles at most.", (1, params.MAX_SIMILAR), params.SIMILAR, 10),
    "partial": SEARCH["partial"],
}
"""Those of the articles that are like one."""

ID: Parameter = {
    "name": "id",
    "in": "path",
    "required": True,
    "description": "An article’s id: 16 hexadecimal digits.",
    "schema": {"type": "string"},
    "example": "3f2a9c0d1e4b5a67",
}
FIELD: Parameter = {
    "name": "field",
    "in": "path",
    "required": True,
    "description": "The facet, by its own name or by that of its parameter.",
    "schema": {"enum": sorted({*_LISTED, *(name for name, field in PARAMETERS.items() if field in _LISTED)})},
    "example": "participants",
}
