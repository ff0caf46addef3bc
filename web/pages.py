"""What does a reader see? The search page, the values of a facet, the article page and an article's raw text, rendered on the server."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from itertools import islice, takewhile
from pathlib import Path
from typing import TYPE_CHECKING

from flask import Blueprint, Response, abort, render_template, request, send_file, url_for

from search.article import Article
from search.errors import UsageError
from search.query.tree import Everything, Problem
from search.request import FACETS, SORTS, SearchRequest
from search.results import Marked, NamedPeople, OrMore, Results
from search.wording import bearers, corrections, explained
from web import params, strings
from web.asked import Asked, asked, search_url
from web.loosen import looser
from web.panels import Link, chips, marked, panel
from web.permalink import permalink
from web.timeline import timeline
from web.values import values_page

if TYPE_CHECKING:
    from search.archive import Archive

FACET_LIMIT = 8
"""Values of a facet at first: all facets of a usual search then stand within two screens of a laptop."""

LIMITS = (10, 25, 50, 100)
PEOPLE_SHOWN = 6
"""People named under a result; the article has them all."""

PEOPLE_SHOWN_BESIDE = 15
"""People shown at once beside an article; the others unfold below them."""

SIMILAR = 5
"""Similar articles below an article."""

MOST_OFFERED = 6
"""Corrected queries that are offered; the likeliest come first."""

MOST_NAMED = 12
"""Persons of one name that are offered on the page of results; a page of their own lists them all."""

MOST_QUOTED, AROUND_QUOTED = 200, 60
"""Evidence of more characters speaks for itself; what is shorter is quoted with so many on either side."""

_AROUND_PROBLEM = 60


def blueprint(archive: Archive) -> Blueprint:
    """The pages of `archive`."""
    pages = Blueprint("pages", __name__)

    @pages.get("/")
    def search() -> str:
        wanted = asked("seen")
        results, ignored = _run(archive, wanted)
        return render_template("search.html", **_search_page(archive, wanted, results, ignored))

    @pages.get("/facet/<field>")
    def values(field: str) -> str:
        if field not in FACETS or field == "date":
            abort(404)
        return render_template("values.html", **values_page(archive, field, asked("find", "start")))

    @pages.get("/article/<id>")
    def article(id: str) -> str:
        wanted = asked("hit")
        found, text = archive.marked(id, wanted.request.text)
        from_search = [*wanted.pairs(wanted.request), ("hit", wanted.hit or id)] if request.args else []
        suffix = params.query_string(from_search)
        pieces = paragraphs(text.body)
        return render_template(
            "article.html",
            article=found,
            evidence=[(item, quoted(found, item.text)) for item in found.evidence],
            title=text.title,
            standfirst=text.standfirst,
            paragraphs=pieces,
            original=found.url if found.url and re.match(r"https?://", found.url) else None,
            text=wanted.request.text,
            notices=(*wanted.ignored, *(problem.message for problem in wanted.request.problems if problem.severity == "error")),
            matches=_matches([text.title, text.standfirst, *pieces]) if wanted.request.text.strip() else None,
            kept=[pair for pair in wanted.pairs(params.from_start(wanted.request)) if pair[0] != "q"],
            back=f"{wanted.search_url(wanted.request)}#{hit_anchor(wanted.hit or id)}" if request.args else None,
            people_shown=PEOPLE_SHOWN_BESIDE,
            person_url=lambda parameter, key: search_url([(parameter, key)]),
            similar=archive.similar(id, SIMILAR, partial=True),
            article_url=lambda other: url_for("pages.article", id=other) + suffix,
        )

    @pages.get("/article/<id>/raw")
    def raw(id: str) -> Response:
        found = archive.raw(id)
        text = strings.RAW_CHANGED + found.text if found.changed else found.text
        return Response(text.encode("utf-8", "replace"), content_type="text/plain; charset=utf-8")

    @pages.get("/favicon.ico")
    def icon() -> Response:
        # What a browser asks for beside a text, which cannot say where its icon is.
        return send_file(Path(__file__).parent / "static" / "icon.svg", max_age=86_400)

    return pages


def _run(archive: Archive, asked: Asked) -> tuple[Results, tuple[str, ...]]:
    """The answer, and what was ignored. A cursor that is none of ours is ignored as well, and the search begins at its first page then; in place of a
    page behind the last, that is shown."""
    wanted = replace(asked.request, facet_limit=max(FACET_LIMIT, asked.request.facet_limit))
    try:
        results = archive.run(wanted)
        if results.total is None or wanted.page <= results.pages:
            return results, asked.ignored
        note = strings.ignored("page", str(wanted.page), strings.pages_in_all(results.pages))
        return archive.run(replace(wanted, page=results.pages)), (*asked.ignored, note)
    except UsageError as error:
        if wanted.cursor is None:
            raise
        note = strings.ignored("cursor", wanted.cursor, str(error))
        return archive.run(params.from_start(wanted)), (*asked.ignored, note)


def _search_page(archive: Archive, asked: Asked, results: Results, ignored: tuple[str, ...]) -> dict[str, object]:
    """Everything that the search page shows, with the address of everything that it leads to."""
    understood = results.request

    link = asked.search_url

    chosen = chips(results, link)
    panels = {facet.field: panel(facet, understood, link, None if facet.field == "date" else FACET_LIMIT) for facet in results.facets}
    dates = panels.pop("date", None)
    if dates and not any(row.count for row in dates.rows):
        dates = None  # nothing to choose from; what is chosen is removed above the results
    nothing = results.total == 0
    asks_nothing = isinstance(understood.query, Everything)
    suffix = params.query_string(asked.pairs(understood))
    return {
        **marked(complete=results.complete),
        "results": results,
        "text": understood.text,
        "title": strings.search_title(understood.text, [chip.name for chip in chosen], results.page),
        "ignored": ignored,
        "problems": [(problem, *_around(understood.text, problem)) for problem in results.problems],
        "chips": chosen,
        "panels": [p for p in panels.values() if p],
        "dates": dates,
        "line": timeline(results.facet("date"), understood, link) if dates else None,
        "changed_since": bool(asked.seen) and asked.seen != results.generation,
        "permanent": asked.seen == results.generation,
        **_keep(results),
        "picture_url": url_for("people.picture") + params.query_string(asked.pairs(params.from_start(understood))),
        "values_url": lambda field: asked.values_url(understood, field),
        "everything": asks_nothing and not chosen,
        "clear": link(params.cleared(understood)),
        "start_over": url_for("pages.search"),
        "sorts": _sorts(understood, link, ranked=not asks_nothing),
        "limits": [(limit, link(params.from_start(replace(understood, limit=limit))), limit == understood.limit) for limit in LIMITS],
        "paging": _paging(results, link),
        "looser": [(one, link(one.request)) for one in looser(archive, understood, chosen)] if nothing else [],
        "corrections": list(_corrections(archive, results, link)),
        "choices": [_choice(asked, results, named) for named in results.people if len(named.persons) != 1],
        "explained": explained(results),
        "explain_url": link(replace(understood, explain=not understood.explain)),
        "kept": [pair for pair in asked.pairs(params.from_start(understood)) if pair[0] != "q"],
        "kept_by_find": asked.pairs(params.from_start(understood)),
        "kept_without_dates": [pair for pair in asked.pairs(params.from_start(understood)) if pair[0] != "date"],
        "article_url": lambda article: url_for("pages.article", id=article) + suffix,
        "narrow": lambda key: link(params.with_value(understood, "participants", key)),
        "people_shown": PEOPLE_SHOWN,
        "hit_anchor": hit_anchor,
    }


def quoted(article: Article, words: str) -> tuple[str, str] | None:
    """What stands before and behind the first place of some words in an article's texts; None where they do not stand there, or by themselves."""
    if not words.strip() or len(words) > MOST_QUOTED:
        return None
    for text in (article.title, article.standfirst, article.body):
        at = (text or "").find(words)
        if text and at >= 0:
            before, behind = text[:at].rpartition("\n")[2], text[at + len(words) :].partition("\n")[0]
            around = _shortened_left(before), strings.shortened(behind, AROUND_QUOTED)
            return around if any(part.strip() for part in around) else None
    return None


def _shortened_left(text: str) -> str:
    return text if len(text) <= AROUND_QUOTED else "…" + text[1 - AROUND_QUOTED :]


def _matches(pieces: Iterable[Marked | None]) -> int:
    """How many places of an article are marked."""
    return sum(len(piece.marks) for piece in pieces if piece)


def _corrections(archive: Archive, results: Results, link: Link) -> Iterator[tuple[list[tuple[str, bool]], str, int | None]]:
    """The queries that may have been meant, each with its address and, where nothing was found as it was typed, its number of articles."""
    for pieces in corrections(results)[:MOST_OFFERED]:
        meant = params.asking(results.request, "".join(piece for piece, _ in pieces))
        if results.total and not results.most_words:
            yield pieces, link(meant), None
            continue
        found = archive.run(replace(meant, limit=0, facets=(), explain=False))
        if found.total:  # one that finds nothing either is no help
            yield pieces, link(meant), None if found.most_words else found.total


def _keep(results: Results) -> dict[str, object]:
    """The addresses of what one can keep of a search, follow and pass on."""
    request = results.request
    found = params.query_string(params.write(SearchRequest(request.text, selections=request.selections)))
    ordered = params.query_string(params.write(SearchRequest(request.text, selections=request.selections, sort=request.sort)))
    return {
        "csv_url": url_for("api.export_csv") + ordered,
        "jsonl_url": url_for("api.export_jsonl") + ordered,
        "feed_url": url_for("follow.feed") + found,
        "permalink": search_url(permalink(results)),
    }


def hit_anchor(id: str) -> str:
    """Where a result stands on its page, so that one comes back from the article to where one was."""
    return f"hit-{id}"


def _sorts(request: SearchRequest, link: Link, *, ranked: bool) -> list[tuple[str, str, bool]]:
    """(order, its address, whether it holds). Where no words were asked for nothing is relevant, and the newest come first."""
    orders: list[tuple[str, str, bool]] = []
    for sort in SORTS:
        if ranked or sort != "relevance":
            holds = sort == request.sort or (not ranked and request.sort == "relevance" and sort == "newest")
            orders.append((sort, link(params.from_start(replace(request, sort=sort))), holds))
    return orders


def _paging(results: Results, link: Link) -> list[tuple[str, str | None]]:
    """(name, address) of the first, previous, next and last page; None where one is there already."""
    request = results.request

    def at(cursor: str | None) -> str | None:
        return link(params.at(request, cursor)) if cursor else None

    first = link(params.from_start(request)) if results.start else None
    return [
        (strings.FIRST, first),
        (strings.PREVIOUS, at(results.previous)),
        (strings.NEXT, at(results.next)),
        (strings.LAST, at(results.last) if results.next else None),
    ]


@dataclass(frozen=True, slots=True)
class Choice:
    """A name that several people have: a sentence, (label, articles, address) of the persons to choose from, and where the `more` others are."""

    sentence: str
    persons: tuple[tuple[str, int, str], ...]
    more: int | OrMore
    all_url: str


def _choice(asked: Asked, results: Results, named: NamedPeople) -> Choice:
    request = results.request
    persons = named.persons[:MOST_NAMED]
    return Choice(
        strings.stands_for(named.name, bearers(named)),
        tuple((p.label, p.count, asked.search_url(params.with_name_as(request, named.field, named.name, p.value))) for p in persons),
        bearers(named) - len(persons),
        asked.values_url(params.without(request, named.field, named.name), named.field, named.name),
    )


def _around(text: str, problem: Problem) -> tuple[str, str, str]:
    """The part of the query that a problem speaks of, and some of what stands before and behind it."""
    before, after = text[: problem.start], text[problem.end :]
    if len(before) > _AROUND_PROBLEM:
        before = "…" + before[-_AROUND_PROBLEM:]
    if len(after) > _AROUND_PROBLEM:
        after = after[:_AROUND_PROBLEM] + "…"
    return before, strings.shortened(text[problem.start : problem.end], 4 * _AROUND_PROBLEM), after


def paragraphs(marked: Marked) -> list[Marked]:
    """A marked text cut at its empty lines, every mark in the paragraph where it lies."""
    found = []
    at = first = 0
    for gap in [*re.finditer(r"\n\s*\n", marked.text), None]:
        end = gap.start() if gap else len(marked.text)
        # Marks ascend: those that end before this paragraph are done with, which keeps a text of many paragraphs quick.
        while first < len(marked.marks) and marked.marks[first][1] <= at:
            first += 1
        if marked.text[at:end].strip():
            inside = takewhile(lambda mark, end=end: mark[0] < end, islice(marked.marks, first, None))  # type: ignore[misc]
            marks = tuple((max(start, at) - at, min(stop, end) - at) for start, stop in inside)
            found.append(Marked(marked.field, marked.text[at:end], marks))
        at = gap.end() if gap else end
    return found
