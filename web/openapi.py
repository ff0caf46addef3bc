"""What can be asked over HTTP, and what comes back? The API described in OpenAPI 3.1, from the tables and records that the program itself runs on."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from search.archive import Status
from search.article import Article
from search.results import Facet, Results, Together
from web import meanings
from web.exports import CSV, JSON_LINES
from web.freshness import version
from web.meanings import Parameter
from web.safety import MAX_ADDRESS
from web.schemas import Health, ProblemDetails, Similar, reference, schemas

Described = dict[str, Any]

JSON, PROBLEM = "application/json", "application/problem+json"

_HEADERS = {
    "ETag": {
        "description": "Changes with the archive, the day and the program. Given back in If-None-Match: 304 where nothing has. Not with partial=1.",
        "schema": {"type": "string"},
        "example": 'W/"2f0d5a9c8b7e6f1d3c4b5a6978877665"',
    },
    "Link": {
        "description": "The other pages, as relative references with the relations first, prev, next and last (RFC 8288), those that there are.",
        "schema": {"type": "string"},
        "example": '</api/search?q=refugees&page=2>; rel="next"',
    },
    "Content-Disposition": {
        "description": "That this is a file to keep, and its name.",
        "required": True,
        "schema": {"type": "string"},
        "example": 'attachment; filename="dateline-refugees.csv"',
    },
    "WWW-Authenticate": {"description": "That a token is wanted.", "schema": {"type": "string"}, "example": "Bearer"},
    "Retry-After": {"description": "Seconds after which to ask again.", "required": True, "schema": {"type": "integer"}, "example": 30},
}


def description(root: str) -> Described:
    """The OpenAPI document; `root` is the path below which the application is mounted, "" where it has a host of its own."""
    return {
        "openapi": "3.1.1",
        "info": {
            "title": "Dateline",
            "version": version(),
            "summary": "Search an archive of news articles.",
            "description": (
                "Everything is read with GET or HEAD. Parameters have the same names as those of the page and the options of the command line; "
                "one that is unknown or cannot be meant is refused, one without a value counts as not given. A query that is not understood is no "
                "error of the request: what was wrong with it stands in `problems`, with places, beside the results."
            ),
            "license": {"name": "MIT", "identifier": "MIT"},
        },
        "servers": [{"url": root or "/"}],
        "security": [{}, {"token": []}],
        "paths": _paths(),
        "components": {
            "schemas": schemas(),
            "parameters": meanings.SEARCH,
            "headers": _HEADERS,
            "responses": {
                "Unchanged": {"description": "The answer is as it was when it got the tag in If-None-Match.", "headers": _headers("ETag")},
                "WrongParameter": _problem("A parameter is unknown, given twice, or cannot be meant; or the host’s name is not served here."),
                "NoToken": _problem("This server wants a token, and there was none or a wrong one.", "WWW-Authenticate"),
                "Unknown": _problem("There is no article of this id."),
                "TooLong": _problem(f"The address has more than {MAX_ADDRESS:,} characters."),
                "NoArchive": _problem("The archive cannot be read now, parts of it do not answer, or too many exports are under way.", "Retry-After"),
            },
            "securitySchemes": {
                "token": {"type": "http", "scheme": "bearer", "description": "Wanted only where the server was started with a token."},
            },
        },
    }


def _paths() -> Described:
    search, export = meanings.SEARCH.values(), meanings.EXPORT.values()
    return {
        "/api/search": _get(
            "search", "One search: hits, total, facets, problems of the query.", search, _json(Results, "The results.", "ETag", "Link")
        ),
        "/api/facets/{field}": _get(
            "facet",
            "All values of one facet of a search, by their beginnings or part by part.",
            (meanings.FIELD, *meanings.VALUES.values()),
            _json(Facet, "The facet; `more` is the number of values behind these.", "ETag", "Link"),
        ),
        "/api/together": _get(
            "together",
            "Who appears with whom in the articles that a search finds.",
            meanings.TOGETHER.values(),
            _json(Together, "The persons of most articles, and how many articles each two of them share.", "ETag"),
        ),
        "/api/article/{id}": _get("article", "One article, whole.", (meanings.ID,), _json(Article, "The article.", "ETag"), others=_UNKNOWN),
        "/api/article/{id}/similar": _get(
            "similar",
            "The articles that are most like one.",
            (meanings.ID, *meanings.SIMILAR.values()),
            _json(Similar, "The articles, the most like first.", "ETag"),
            others=_UNKNOWN,
        ),
        "/api/export.csv": _get(
            "exportCsv",
            "Everything that a search finds, as a table.",
            export,
            _file(CSV, {"type": "string"}, "A row for each article, in UTF-8. Cells that begin like a formula have an apostrophe before them."),
        ),
        "/api/export.jsonl": _get(
            "exportJsonLines",
            "Everything that a search finds, whole.",
            export,
            # OpenAPI models lines as the array of what stands on them: https://spec.openapis.org/registry/media-type/sequential_json
            _file(JSON_LINES, {"type": "array", "items": reference(Article)}, "An article on each line."),
        ),
        "/api/status": _get(
            "status", "What is in the archive, and where it comes from.", (), _json(Status, "The state of the archive."), known=False
        ),
        "/api/openapi.json": _get(
            "openapi", "This description.", (), _answer("An OpenAPI document.", JSON, {"type": "object"}), known=False, archive=False
        ),
        "/healthz": _probe("healthz", "Whether the server runs.", _json(Health, "It runs.")),
        "/readyz": _probe(
            "readyz",
            "Whether the archive answers.",
            _json(Health, "It answers."),
            {"503": _json(Health, "It does not answer.", "Retry-After")},
        ),
    }


_UNKNOWN = {"404": {"$ref": "#/components/responses/Unknown"}}


def _get(
    id: str,
    summary: str,
    parameters: Iterable[Parameter],
    answer: Described,
    *,
    known: bool = True,
    archive: bool = True,
    others: Described | None = None,
) -> Described:
    """An address that is read. `known` says that its answers have tags, `archive` that they are the archive's, which may not be there."""
    shared = {"400": "WrongParameter", "401": "NoToken", "414": "TooLong"}
    shared |= {"304": "Unchanged"} if known else {}
    shared |= {"503": "NoArchive"} if archive else {}
    responses = {"200": answer, **(others or {}), **{status: {"$ref": f"#/components/responses/{name}"} for status, name in shared.items()}}
    return {
        "get": {
            "operationId": id,
            "summary": summary,
            "parameters": [_parameter(parameter) for parameter in parameters],
            "responses": dict(sorted(responses.items())),
        }
    }


def _probe(id: str, summary: str, answer: Described, others: Described | None = None) -> Described:
    """An address that answers everybody, under any name and without a token."""
    return {"get": {"operationId": id, "summary": summary, "security": [], "responses": {"200": answer, **(others or {})}}}


def _parameter(parameter: Parameter) -> Described:
    """A parameter, or where it is one of a search a reference to that: it is described once."""
    if meanings.SEARCH.get(parameter["name"]) is parameter:
        return {"$ref": f"#/components/parameters/{parameter['name']}"}
    return parameter


def _answer(text: str, media: str, schema: Described, *headers: str) -> Described:
    found: Described = {"description": text, "content": {media: {"schema": schema}}}
    return found | ({"headers": _headers(*headers)} if headers else {})


def _json(record: type, text: str, *headers: str) -> Described:
    return _answer(text, JSON, reference(record), *headers)


def _file(media: str, lines: Described, text: str) -> Described:
    return _answer(f"{text} Sent as it is found; a transfer that ends early was broken off.", media, lines, "ETag", "Content-Disposition")


def _problem(text: str, *headers: str) -> Described:
    return _answer(text, PROBLEM, reference(ProblemDetails), *headers)


def _headers(*names: str) -> Described:
    return {name: {"$ref": f"#/components/headers/{name}"} for name in names}
