"""Which shape has an answer? JSON Schema (draft 2020-12, that of OpenAPI 3.1) made from the records themselves, so that both cannot drift apart."""

from __future__ import annotations

import inspect
import types
from dataclasses import dataclass, fields, is_dataclass
from functools import cache
from typing import Any, Literal, Union, get_args, get_origin, get_type_hints

from search.archive import Status
from search.article import Article
from search.request import SearchRequest
from search.results import Facet, FacetValue, Hit, Results, Together

Schema = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Cursors:
    """Places in the results, for the parameter `cursor`: null where there is no such page."""

    previous: str | None
    next: str | None
    last: str | None


@dataclass(frozen=True, slots=True)
class Similar:
    """The articles most like the one of that id, best first."""

    id: str
    hits: tuple[Hit, ...]


@dataclass(frozen=True, slots=True)
class Health:
    """Whether the server runs, or can answer; `detail` is a sentence where it cannot."""

    status: Literal["ok", "ready", "not ready"]
    detail: str | None


@dataclass(frozen=True, slots=True)
class ProblemDetails:
    """Why there is no answer (RFC 9457): `detail` is a sentence that says what is wrong and what to do."""

    type: str
    title: str
    status: int
    detail: str


ANSWERS = (Results, Facet, Together, Article, Similar, Status, Health, ProblemDetails)
"""What whole answers are."""

_OTHERWISE: dict[type, dict[str, Any]] = {
    SearchRequest: {"query": str},
    Results: {"query": str, "page": int, "pages": int, "corrected": str | None, "cursors": Cursors},
}
"""What `to_dict` adds to the fields of a record, or writes in another type."""

_LEFT_OUT: dict[type, set[str]] = {Results: {"previous", "next", "last"}}
"""Fields that `to_dict` writes elsewhere."""

_ONLY_WHERE_THERE_ARE: dict[type, set[str]] = {FacetValue: {"children"}, Facet: {"complete"}}
"""Fields that `to_dict` leaves away where they say nothing."""

_PLAIN: dict[Any, str] = {str: "string", int: "integer", float: "number", bool: "boolean", type(None): "null"}


def reference(record: type) -> Schema:
    """The schema of a record as a reference to where it stands in the description."""
    return {"$ref": f"#/components/schemas/{record.__name__}"}


@cache
def schemas() -> dict[str, Schema]:
    """The schema of each record that stands in an answer, by name."""
    found: dict[str, Schema] = {}
    waiting: list[type] = list(ANSWERS)
    while waiting:
        record = waiting.pop()
        if record.__name__ not in found:
            found[record.__name__] = _of_record(record)
            waiting += [inner for hint in _values(record).values() for inner in _records(hint)]
    return dict(sorted(found.items()))


def _values(record: type) -> dict[str, Any]:
    """The type of each value that a record's `to_dict` writes."""
    hints = get_type_hints(record)
    kept = {field.name: hints[field.name] for field in fields(record) if field.name not in _LEFT_OUT.get(record, ())}
    return kept | _OTHERWISE.get(record, {})


def _of_record(record: type) -> Schema:
    optional = _ONLY_WHERE_THERE_ARE.get(record, set())
    values = _values(record)
    properties = {name: _of(_given(hint) if name in optional else hint) for name, hint in values.items()}
    return {
        "type": "object",
        "description": inspect.cleandoc(record.__doc__ or ""),
        "properties": properties,
        "required": [name for name in properties if name not in optional],
        "additionalProperties": False,
    }


def _given(hint: Any) -> Any:
    """A type without null."""
    if not get_args(hint):
        return hint
    return Union[tuple(kind for kind in get_args(hint) if kind is not type(None))]  # noqa: UP007 - made of what is only known when it runs


def _of(hint: Any) -> Schema:
    """The schema of a type. Raises TypeError for one that no record has had so far."""
    origin, inner = get_origin(hint), get_args(hint)
    if hint in _PLAIN:
        return {"type": _PLAIN[hint]}
    if is_dataclass(hint):
        return reference(hint)  # type: ignore[arg-type]
    if origin is Literal:
        return {"enum": list(inner)}
    if origin in (types.UnionType, Union):
        if all(kind in _PLAIN for kind in inner):
            return {"type": [_PLAIN[kind] for kind in inner]}
        return {"anyOf": [_of(kind) for kind in inner]}
    if origin is tuple and inner[1:] == (...,):
        return {"type": "array", "items": _of(inner[0])}
    if origin is tuple:
        return {"type": "array", "prefixItems": [_of(kind) for kind in inner], "items": False, "minItems": len(inner)}
    if origin is dict and inner[0] is str:
        return {"type": "object", "additionalProperties": _of(inner[1])}
    raise TypeError(f"No schema is known for {hint}: add one to web/schemas.py.")


def _records(hint: Any) -> list[type]:
    """The records in a type."""
    if is_dataclass(hint):
        return [hint]  # type: ignore[list-item]
    return [record for inner in get_args(hint) if inner is not ... for record in _records(inner)]
