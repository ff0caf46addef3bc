"""Has an answer changed since somebody had it? Entity tags by which a client asks again without an answer being made (RFC 9110, 8.8.3 and 13.1.2)."""

from __future__ import annotations

import datetime as dt
import hashlib
from collections.abc import Callable
from functools import cache, wraps
from importlib import metadata
from typing import TYPE_CHECKING, ParamSpec

from flask import Response, request

from web.params import partial

if TYPE_CHECKING:
    from search.archive import Archive

P = ParamSpec("P")


@cache
def version() -> str:
    """The version of this program; "unreleased" where it runs from a checkout that is not installed."""
    try:
        return metadata.version("dateline")
    except metadata.PackageNotFoundError:
        return "unreleased"


def unless_known(archive: Archive) -> Callable[[Callable[P, Response]], Callable[P, Response]]:
    """For views that answer from `archive`: give each answer a tag, and say 304 without making it where the client has it already."""

    def decorate(view: Callable[P, Response]) -> Callable[P, Response]:
        @wraps(view)
        def answer(*args: P.args, **kwargs: P.kwargs) -> Response:
            if partial(list(request.args.items(multi=True))):
                # Which parts answer is no state of the archive: the same tag would stand for the whole answer and for a part of it.
                return view(*args, **kwargs)
            # The tag is taken before the answer is made: where the archive or the day changes meanwhile it is older than the answer, and all that
            # can come of it is that a client asks again.
            tag = _tag(archive.generation())
            known = request.if_none_match
            if not known.star_tag and known.contains_weak(tag):
                return _not_modified(tag)
            response = view(*args, **kwargs)
            if known.star_tag:  # “whatever you have”, which holds only now that there is an answer
                response.close()
                return _not_modified(tag)
            response.set_etag(tag, weak=True)
            return response

        return answer

    return decorate


def _tag(generation: str) -> str:
    """The tag of the present address's answer, by all that an answer depends on.

    The day is part of it because queries speak of “today”, and the address because a tag is then one of an answer that this address gave: what
    cannot be answered never had one. Weak, for two answers of one tag may differ in their bytes (the place of a link, the order of keys).
    """
    day = dt.datetime.now().astimezone().date().isoformat()
    address = request.environ.get("QUERY_STRING", "")
    parts = (generation, version(), day, request.host, request.script_root, request.path, address)
    return hashlib.sha256("\0".join(parts).encode("utf-8", "surrogatepass")).hexdigest()[:32]


def _not_modified(tag: str) -> Response:
    response = Response(status=304)
    response.set_etag(tag, weak=True)
    return response
