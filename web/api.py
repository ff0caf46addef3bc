"""The JSON twins of the pages: the same searches under the same parameters, as the records' own `to_dict`."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from flask import Blueprint, Response, request

from search.errors import ArchiveError, EngineError
from search.request import PARAMETERS
from web import params

if TYPE_CHECKING:
    from search.archive import Archive


def blueprint(archive: Archive) -> Blueprint:
    """`/api/…` and the two probes, answering from `archive`."""
    api = Blueprint("api", __name__)

    @api.get("/api/search")
    def search() -> Response:
        return _json(archive.run(params.read(list(request.args.items(multi=True)))).to_dict())

    @api.get("/api/facets/<field>")
    def facets(field: str) -> Response:
        wanted = params.read_values(list(request.args.items(multi=True)))
        facet = PARAMETERS.get(field, field)
        return _json(archive.facet_values(wanted.request, facet, wanted.find, start=wanted.start, limit=wanted.limit).to_dict())

    @api.get("/api/article/<id>")
    def article(id: str) -> Response:
        return _json(archive.get(id).to_dict())

    @api.get("/api/article/<id>/similar")
    def similar(id: str) -> Response:
        hits = archive.similar(id, params.read_limit(list(request.args.items(multi=True))))
        return _json({"id": id, "hits": [hit.to_dict() for hit in hits]})

    @api.get("/api/status")
    def status() -> Response:
        return _json(archive.status().to_dict())

    @api.get("/healthz")
    def healthz() -> Response:
        return Response("ok\n", content_type="text/plain; charset=utf-8")

    @api.get("/readyz")
    def readyz() -> Response:
        try:
            archive.run(params.read([("limit", "0"), ("facets", "")]))
        except (ArchiveError, EngineError):
            return Response("not ready\n", 503, content_type="text/plain; charset=utf-8")
        return Response("ready\n", content_type="text/plain; charset=utf-8")

    return api


def _json(values: dict[str, Any]) -> Response:
    return Response(json.dumps(values), content_type="application/json")
