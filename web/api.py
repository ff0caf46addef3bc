"""The JSON twins of the pages: the same searches under the same parameters, as the records' own `to_dict`.

What it answers is described in OpenAPI at `/api/openapi.json` (openapi.py), so that a new address or parameter has to be put there too.
"""

from __future__ import annotations

import json
import logging
from typing import TYPE_CHECKING, Any

from flask import Blueprint, Response, request, url_for

from search.errors import ArchiveError, EngineError
from search.request import PARAMETERS
from search.results import Facet, Results
from web import exports, params, strings
from web.freshness import unless_known
from web.openapi import description

if TYPE_CHECKING:
    from search.archive import Archive

log = logging.getLogger(__name__)

MAX_LINKS = 8_000
"""Characters of a Link header. Clients and proxies refuse a head of an answer that is much longer; the cursors are in the answer as well."""


def blueprint(archive: Archive) -> Blueprint:
    """`/api/…` and the two probes, answering from `archive`."""
    api = Blueprint("api", __name__)
    known = unless_known(archive)

    @api.get("/api/search")
    @known
    def search() -> Response:
        results = archive.run(params.read(_given()), partial=params.partial(_given()))
        return _linked(_json(results.to_dict()), _pages(results))

    @api.get("/api/facets/<field>")
    @known
    def facets(field: str) -> Response:
        wanted = params.read_values(_given())
        name, partial = PARAMETERS.get(field, field), params.partial(_given())
        facet = archive.facet_values(wanted.request, name, wanted.find, start=wanted.start, limit=wanted.limit, partial=partial)
        return _linked(_json(facet.to_dict()), _parts(field, facet, wanted))

    @api.get("/api/together")
    @known
    def together() -> Response:
        wanted = params.read_together(_given())
        return _json(archive.together(wanted.request, wanted.field, wanted.limit, partial=params.partial(_given())).to_dict())

    @api.get("/api/article/<id>")
    @known
    def article(id: str) -> Response:
        params.read_nothing(_given())
        return _json(archive.get(id).to_dict())

    @api.get("/api/article/<id>/similar")
    @known
    def similar(id: str) -> Response:
        hits = archive.similar(id, params.read_limit(_given()), partial=params.partial(_given()))
        return _json({"id": id, "hits": [hit.to_dict() for hit in hits]})

    @api.get("/api/export.csv")
    @known
    def export_csv() -> Response:
        return exports.table(archive)

    @api.get("/api/export.jsonl")
    @known
    def export_jsonl() -> Response:
        return exports.lines(archive)

    @api.get("/api/status")
    def status() -> Response:
        params.read_nothing(_given())
        return _json(archive.status().to_dict())

    @api.get("/api/openapi.json")
    def openapi() -> Response:
        params.read_nothing(_given())
        return _json(description(request.script_root))

    @api.get("/healthz")
    def healthz() -> Response:
        return _json({"status": "ok", "detail": None})

    @api.get("/readyz")
    def readyz() -> Response:
        try:
            archive.run(params.read([("limit", "0"), ("facets", "")]))
        except (ArchiveError, EngineError) as error:
            # The sentence names a folder or a cluster, and whoever asks here has not shown a token: it is for the log.
            log.warning("not ready: %s", error)
            return _json({"status": "not ready", "detail": strings.NOT_READY}, 503)
        return _json({"status": "ready", "detail": None})

    return api


def _given() -> list[tuple[str, str]]:
    return list(request.args.items(multi=True))


def _json(values: dict[str, Any], status: int = 200) -> Response:
    return Response(json.dumps(values), status, content_type="application/json")


def _pages(results: Results) -> dict[str, str]:
    """Where the other pages of a search are, by relation; all parameters but the place are as they were given."""
    cursors = {"prev": results.previous, "next": results.next, "last": results.last if results.next else None}
    kept = [pair for pair in _given() if pair[0] not in ("cursor", "page")]
    others = {relation: [*kept, ("cursor", cursor)] for relation, cursor in cursors.items() if cursor}
    asked = {"first": kept, **others} if results.start and results.total else others
    return {relation: url_for("api.search") + params.query_string(pairs) for relation, pairs in asked.items()}


def _parts(field: str, facet: Facet, wanted: params.Values) -> dict[str, str]:
    """Where the values before and behind these are; nowhere for who asks for none at a time."""
    starts = {"prev": max(0, wanted.start - wanted.limit) if wanted.start else None, "next": wanted.start + wanted.limit if facet.more else None}
    kept = [pair for pair in _given() if pair[0] != "start"]
    return {
        relation: url_for("api.facets", field=field) + params.query_string([*kept, ("start", str(start))])
        for relation, start in starts.items()
        if start is not None and wanted.limit
    }


def _linked(response: Response, addresses: dict[str, str]) -> Response:
    """With these addresses in its Link header (RFC 8288)."""
    links = ", ".join(f'<{address}>; rel="{relation}"' for relation, address in addresses.items())
    if links and len(links) <= MAX_LINKS:
        response.headers["Link"] = links
    return response
