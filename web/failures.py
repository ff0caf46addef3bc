"""What does somebody see when a request cannot be met? A page with a sentence, or for the API problem details (RFC 9457)."""

from __future__ import annotations

import json
import logging

from flask import Flask, Response, render_template, request
from werkzeug.exceptions import HTTPException, InternalServerError, MethodNotAllowed, NotFound, RequestURITooLarge

from search.errors import ArchiveError, DatelineError, EngineError, IncompleteAnswer, UnknownArticle, UnreadableFile, UsageError
from web import strings
from web.safety import MAX_ADDRESS, WrongHost

log = logging.getLogger(__name__)

_OURS: tuple[tuple[type[DatelineError], int, str], ...] = (
    (UsageError, 400, strings.WRONG_PARAMETER),
    (UnknownArticle, 404, strings.NO_ARTICLE),
    (UnreadableFile, 404, strings.NO_RAW),
    (ArchiveError, 503, strings.NO_ARCHIVE),
    (IncompleteAnswer, 503, strings.NOT_WHOLE),
    (EngineError, 503, strings.NO_ARCHIVE),
)
_HTTP: tuple[tuple[type[HTTPException], str, str], ...] = (
    (WrongHost, strings.WRONG_HOST, strings.WRONG_HOST_TEXT),
    (NotFound, strings.NO_PAGE, strings.NO_PAGE_TEXT),
    (MethodNotAllowed, strings.WRONG_METHOD, strings.WRONG_METHOD_TEXT),
    (RequestURITooLarge, strings.TOO_LONG, strings.TOO_LONG_TEXT.format(limit=MAX_ADDRESS)),
    (InternalServerError, strings.BROKEN, strings.BROKEN_TEXT),
)


def install(app: Flask) -> None:
    """Have every error of this app answered with a sentence."""
    app.register_error_handler(DatelineError, _ours)
    app.register_error_handler(HTTPException, _http)
    app.register_error_handler(Exception, _unexpected)


def _ours(error: DatelineError) -> Response:
    status, title = next(((status, title) for kind, status, title in _OURS if isinstance(error, kind)), (500, strings.BROKEN))
    if status >= 500:
        log.error("%s %a: %s", request.method, request.path, error)
    return answer(status, title, str(error))


def _http(error: HTTPException) -> Response:
    title, text = next(((title, text) for kind, title, text in _HTTP if isinstance(error, kind)), (strings.BAD_REQUEST, str(error.description or "")))
    response = answer(error.code or 500, title, text)
    if isinstance(error, MethodNotAllowed):
        response.headers["Allow"] = ", ".join(error.valid_methods or ())
    return response


def _unexpected(error: Exception) -> Response:
    log.error("%s %a failed", request.method, request.path, exc_info=error)
    return answer(500, strings.BROKEN, strings.BROKEN_TEXT)


def answer(status: int, title: str, text: str) -> Response:
    """The sentence as a page, or for the API as problem details."""
    if request.path.startswith("/api/"):
        problem = {"type": "about:blank", "title": title, "status": status, "detail": text}
        return Response(json.dumps(problem), status, content_type="application/problem+json")
    offer = status == 404
    return Response(render_template("message.html", title=title, sentence=text, offer=offer), status, content_type="text/html; charset=utf-8")
