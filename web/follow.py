"""How does one follow a search from elsewhere? As an Atom feed (RFC 4287), and from the browser's own search box (OpenSearch 1.1)."""

from __future__ import annotations

import re
import uuid
from collections.abc import Iterable
from dataclasses import replace
from typing import TYPE_CHECKING
from xml.etree.ElementTree import Element, SubElement, tostring

from flask import Blueprint, Response, request, url_for

from search.errors import UsageError
from search.request import SearchRequest
from search.results import Hit, Results
from search.wording import about, most_words
from web import params, strings
from web.freshness import unless_known
from web.panels import chips

if TYPE_CHECKING:
    from search.archive import Archive

ENTRIES = 50
"""Articles in a feed where its address does not say another number: a reader that asks once an hour misses none of a busy search."""

_NEVER = "1970-01-01T00:00:00+00:00"
_NOT_XML = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
"""Characters that XML 1.0 has no way to write."""


def blueprint(archive: Archive) -> Blueprint:
    """The feed of every search of `archive`, and the description of its search."""
    follow = Blueprint("follow", __name__)

    @follow.get("/feed.atom")
    @unless_known(archive)
    def feed() -> Response:
        pairs = list(request.args.items(multi=True))
        asked = params.read(pairs)
        limit = asked.limit if any(name == "limit" for name, _ in pairs) else ENTRIES
        partial = params.partial(pairs)
        wanted = replace(asked, sort="newest", limit=limit, facets=tuple(s.field for s in asked.selections), explain=False)
        results = archive.run(wanted, partial=partial)
        if results.total is None:
            # A feed without entries would look like a search that finds nothing.
            raise UsageError(next(problem.message for problem in results.problems if problem.severity == "error"))
        begun, changed = archive.run_times()
        return Response(
            _written(_feed(results, begun or _NEVER, changed or _NEVER, partial=partial)), content_type="application/atom+xml; charset=utf-8"
        )

    @follow.get("/opensearch.xml")
    def description() -> Response:
        return Response(_written(_description()), content_type="application/opensearchdescription+xml; charset=utf-8")

    return follow


def _written(root: Element) -> bytes:
    written: bytes = tostring(root, encoding="utf-8", xml_declaration=True)
    return written


def _text(parent: Element, name: str, text: str, **attributes: str) -> None:
    SubElement(parent, name, attributes).text = _NOT_XML.sub("", text)


def _feed(results: Results, begun: str, changed: str, *, partial: bool = False) -> Element:
    asked = results.request
    found = params.query_string(params.write(SearchRequest(asked.text, selections=asked.selections)))
    page = url_for("pages.search", _external=True) + params.query_string(params.write(_page_of(asked)))
    feed = Element("feed", {"xmlns": "http://www.w3.org/2005/Atom"})
    _text(feed, "id", url_for("follow.feed", _external=True) + found)
    _text(feed, "title", strings.search_title(asked.text, [chip.name for chip in chips(results, lambda _: "")], 1))
    notes = [*([] if results.complete else [strings.INCOMPLETE]), *([most_words(results)] if results.most_words else [])]
    if notes:
        _text(feed, "subtitle", " ".join(notes))
    _text(feed, "updated", changed)
    SubElement(feed, "link", {"rel": "self", "type": "application/atom+xml", "href": _here(asked, asked.cursor, partial=partial)})
    SubElement(feed, "link", {"rel": "alternate", "type": "text/html", "href": page})
    for rel, cursor in (("next", results.next), ("previous", results.previous)):
        if cursor:
            SubElement(feed, "link", {"rel": rel, "href": _here(asked, cursor, partial=partial)})
    _text(feed, "generator", strings.PRODUCT)
    for hit in results.hits:
        _entry(feed, hit, begun)
    return feed


def _page_of(asked: SearchRequest) -> SearchRequest:
    return SearchRequest(asked.text, selections=asked.selections, sort="newest")


def _here(asked: SearchRequest, cursor: str | None, *, partial: bool) -> str:
    """The address of this feed from a cursor on. A feed has a number of articles of its own where none is said, so that it is always said here."""
    pairs = params.write(SearchRequest(asked.text, selections=asked.selections, cursor=cursor))
    return url_for("follow.feed", _external=True) + params.query_string(
        [*pairs, ("limit", str(asked.limit)), *([("partial", "1")] if partial else [])]
    )


def _entry(feed: Element, hit: Hit, begun: str) -> None:
    """One article. Its id does not depend on the name under which the archive is reached, so that a reader knows it again."""
    entry = SubElement(feed, "entry")
    _text(entry, "id", uuid.uuid5(uuid.NAMESPACE_OID, f"dateline article {hit.id}").urn)
    _text(entry, "title", hit.headline.text)
    SubElement(entry, "link", {"rel": "alternate", "type": "text/html", "href": url_for("pages.article", id=hit.id, _external=True)})
    if hit.date_precision == "day":
        _text(entry, "published", f"{hit.date}T00:00:00Z")
        _text(entry, "updated", f"{hit.date}T00:00:00Z")
    else:
        # Atom wants a moment. A year is none, and its first day would be an invention: what is known is when the archive was begun or last rebuilt.
        _text(entry, "updated", begun)
    for name in _sources(hit):
        _text(SubElement(entry, "author"), "name", name)
    for person in hit.participants:
        SubElement(entry, "category", {"term": _NOT_XML.sub("", person.name)})
    _text(entry, "summary", "\n".join([about(hit), *(piece.text for piece in hit.snippets)]))


def _sources(hit: Hit) -> Iterable[str]:
    """Whose report it is. Every entry must have an author."""
    return hit.agencies or [name for name in (hit.agency, hit.publisher) if name][:1] or [strings.UNKNOWN_SOURCE]


def _description() -> Element:
    root = Element("OpenSearchDescription", {"xmlns": "http://a9.com/-/spec/opensearch/1.1/"})
    _text(root, "ShortName", strings.PRODUCT)
    _text(root, "Description", strings.SEARCH_PLACEHOLDER)
    _text(root, "InputEncoding", "UTF-8")
    _text(root, "Image", url_for("static", filename="icon.svg", _external=True), width="16", height="16", type="image/svg+xml")
    for kind, endpoint in (("text/html", "pages.search"), ("application/atom+xml", "follow.feed"), ("application/json", "api.search")):
        SubElement(root, "Url", {"type": kind, "method": "get", "template": url_for(endpoint, _external=True) + "?q={searchTerms}"})
    return root
