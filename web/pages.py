"""What does a reader see? The search page, the article page and an article's raw text, rendered on the server."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from itertools import islice, takewhile
from typing import TYPE_CHECKING

from flask import Blueprint, Response, render_template, request, url_for

from search.errors import UsageError
from search.query.tree import Everything, Problem
from search.request import PARAMETERS, SORTS, SearchRequest
from search.results import Marked, Results
from web import params, strings
from web.loosen import looser
from web.panels import Link, chips, panel

if TYPE_CHECKING:
    from search.archive import Archive

FACET_LIMIT = 8
"""Values of a facet at first: all facets of a usual search then stand within two screens of a laptop."""

YEARS_SHOWN = 12
"""The latest years of the date facet; a bar for each of a century of them would push all else off the page."""

FACET_LIMIT_WIDE = 200
LIMITS = (10, 25, 50, 100)
PEOPLE_SHOWN = 6
"""People named under a result; the article has them all."""

PEOPLE_SHOWN_BESIDE = 15
"""People shown at once beside an article; the others unfold below them."""

_AROUND_PROBLEM = 60


@dataclass(frozen=True, slots=True)
class Asked:
    """What an address asks of the search page. `wide` are the facets (by parameter) to be shown with all they have, `ignored` sentences."""

    request: SearchRequest
    wide: tuple[str, ...]
    ignored: tuple[str, ...]

    def pairs(self, of: SearchRequest, wide: tuple[str, ...] | None = None) -> list[tuple[str, str]]:
        """The parameters of a search that goes on from this one."""
        pairs = params.write(replace(of, facet_limit=self.request.facet_limit))
        return pairs + [("more", name) for name in (self.wide if wide is None else wide)]


def _asked() -> Asked:
    given = list(request.args.items(multi=True))
    understood, ignored = params.read_leniently([pair for pair in given if pair[0] != "more"])
    wide = tuple(dict.fromkeys(value for name, value in given if name == "more" and value in PARAMETERS))
    return Asked(understood, wide, ignored)


def blueprint(archive: Archive) -> Blueprint:
    """The pages of `archive`."""
    pages = Blueprint("pages", __name__)

    @pages.get("/")
    def search() -> str:
        asked = _asked()
        results, ignored = _run(archive, asked)
        return render_template("search.html", **_search_page(archive, asked, results, ignored))

    @pages.get("/article/<id>")
    def article(id: str) -> str:
        asked = _asked()
        found, marked = archive.marked(id, asked.request.text)
        return render_template(
            "article.html",
            article=found,
            title=marked.title,
            standfirst=marked.standfirst,
            paragraphs=paragraphs(marked.body),
            original=found.url if found.url and re.match(r"https?://", found.url) else None,
            text=asked.request.text,
            back=f"{_search_url(asked.pairs(asked.request))}#{hit_anchor(id)}" if request.args else None,
            people_shown=PEOPLE_SHOWN_BESIDE,
            person_url=_person_url,
        )

    @pages.get("/article/<id>/raw")
    def raw(id: str) -> Response:
        found = archive.raw(id)
        text = strings.RAW_CHANGED + found.text if found.changed else found.text
        return Response(text.encode("utf-8", "replace"), content_type="text/plain; charset=utf-8")

    return pages


def _run(archive: Archive, asked: Asked) -> tuple[Results, tuple[str, ...]]:
    """The answer, and what was ignored. A cursor that is none of ours is ignored as well: the search begins at its first page then."""
    wanted = replace(asked.request, facet_limit=FACET_LIMIT_WIDE if asked.wide else max(FACET_LIMIT, asked.request.facet_limit))
    try:
        return archive.run(wanted), asked.ignored
    except UsageError as error:
        if wanted.cursor is None:
            raise
        note = strings.ignored("cursor", wanted.cursor, str(error))
        return archive.run(params.from_start(wanted)), (*asked.ignored, note)


def _search_page(archive: Archive, asked: Asked, results: Results, ignored: tuple[str, ...]) -> dict[str, object]:
    """Everything that the search page shows, with the address of everything that it leads to."""
    understood = results.request

    def link(to: SearchRequest) -> str:
        return _search_url(asked.pairs(to))

    def wider(parameter: str) -> str:
        names = (*asked.wide, parameter) if parameter not in asked.wide else tuple(n for n in asked.wide if n != parameter)
        return f"{_search_url(asked.pairs(understood, names))}#facet-{PARAMETERS[parameter]}"

    def limit_of(field: str) -> int | None:
        if params.PARAMETER_OF[field] in asked.wide:
            return None
        return YEARS_SHOWN if field == "date" else FACET_LIMIT

    chosen = chips(results, link)
    panels = [panel(facet, understood, link, limit_of(facet.field)) for facet in results.facets]
    nothing = results.total == 0
    asks_nothing = isinstance(understood.query, Everything)
    suffix = params.query_string(asked.pairs(understood))
    return {
        "results": results,
        "text": understood.text,
        "title": strings.search_title(understood.text, [chip.name for chip in chosen], results.page),
        "ignored": ignored,
        "problems": [(problem, *_around(understood.text, problem)) for problem in results.problems],
        "chips": chosen,
        "panels": [p for p in panels if p],
        "wide": asked.wide,
        "wider": wider,
        "everything": asks_nothing and not chosen,
        "clear": link(params.cleared(understood)),
        "start_over": url_for("pages.search"),
        "sorts": _sorts(understood, link, ranked=not asks_nothing),
        "limits": [(limit, link(params.from_start(replace(understood, limit=limit))), limit == understood.limit) for limit in LIMITS],
        "paging": _paging(results, link),
        "looser": [(one, link(one.request)) for one in looser(archive, understood, chosen)] if nothing else [],
        "choices": _choices(results, link),
        "kept": [pair for pair in asked.pairs(params.from_start(understood)) if pair[0] != "q"],
        "kept_without_dates": [pair for pair in asked.pairs(params.from_start(understood)) if pair[0] != "date"],
        "article_url": lambda article: url_for("pages.article", id=article) + suffix,
        "narrow": lambda key: link(params.with_value(understood, "participants", key)),
        "people_shown": PEOPLE_SHOWN,
        "hit_anchor": hit_anchor,
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


def _choices(results: Results, link: Link) -> list[tuple[str, list[tuple[str, int, str]]]]:
    """For each name that is not exactly one person's: a sentence, and the persons to choose from."""
    request = results.request
    return [
        (
            strings.stands_for(named.name, len(named.persons)),
            [(p.label, p.count, link(params.with_name_as(request, named.field, named.name, p.value))) for p in named.persons],
        )
        for named in results.people
        if len(named.persons) != 1
    ]


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


def _search_url(pairs: list[tuple[str, str]]) -> str:
    return url_for("pages.search") + params.query_string(pairs)


def _person_url(parameter: str, key: str) -> str:
    return _search_url([(parameter, key)])
