"""Who appears with whom in what a search finds? A picture of the people of most articles, a table of their pairs, and a search among the rest."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from functools import cache
from typing import TYPE_CHECKING

from flask import Blueprint, render_template, url_for

from search.query.printer import canonical
from search.query.tree import And, Everything, Value
from search.request import SearchRequest
from search.wording import most_words
from web import params, strings
from web.asked import Asked, asked
from web.panels import chips, marked
from web.picture import LONGEST, picture

if TYPE_CHECKING:
    from search.archive import Archive

FOUND = 24
"""People who are listed where one looks for a name."""

PAIRS_SHOWN = 30
"""Pairs at the head of the table; the others unfold below them."""

MOST_LETTERS = 5_000_000
"""Characters of links on a page. Where hundreds of filters make each of them long, the weakest pairs are not on it."""


def blueprint(archive: Archive) -> Blueprint:
    """The picture of the people of `archive`."""
    people = Blueprint("people", __name__)

    @people.get("/people", endpoint="picture")
    def page() -> str:
        return render_template("people.html", **_page(archive, asked("of", "find")))

    return people


def _page(archive: Archive, asked: Asked) -> dict[str, object]:
    """Everything that the page shows, with the address of everything that it leads to."""
    field = asked.of or "participants"
    together = archive.together(asked.request, field)
    understood = together.request
    own = [("of", field)] if field != "participants" else []

    def here(of: SearchRequest, *further: tuple[str, str]) -> str:
        return url_for("people.picture") + params.query_string([*asked.pairs(params.from_start(of)), *further])

    # What has been chosen is named as its facet names it.
    selected = tuple(selection.field for selection in understood.selections)
    results = archive.run(replace(asked.request, limit=0, page=1, cursor=None, facets=selected, facet_limit=0, explain=False))
    chosen = chips(results, lambda of: here(of, *own))
    listed = archive.facet_values(understood, field, asked.find, limit=FOUND) if asked.find and together.total is not None else None
    complete = together.complete and results.complete and (listed is None or listed.complete)
    narrowed = _narrower(asked, understood, field)
    # Each pair has three links in the table and one in the picture.
    shown = min(len(together.pairs), max(PAIRS_SHOWN, MOST_LETTERS // (4 * len(narrowed("@", "@")))))
    cut = [strings.pairs_cut(shown, len(together.pairs))] if shown < len(together.pairs) else []
    together = replace(together, pairs=together.pairs[:shown])
    names = {person.value: person.label for person in together.people}
    paired = {key for pair in together.pairs for key in (pair.one, pair.other)}
    kept = asked.pairs(params.from_start(understood))
    return {
        "title": f"{strings.PEOPLE_PICTURE} – {strings.search_title(understood.text, [chip.name for chip in chosen], 1)}",
        "text": understood.text,
        "kept": [pair for pair in kept if pair[0] != "q"],
        "kept_by_find": [*kept, *own],
        "notices": [
            *([] if complete else [strings.INCOMPLETE]),
            *asked.ignored,
            *(problem.message for problem in together.problems),
            *([most_words(results)] if results.most_words else []),
            *cut,
        ],
        **marked(complete=complete),
        "chips": chosen,
        "clear": here(params.cleared(understood), *own),
        "field": field,
        "articles": together.total,
        "asks_nothing": isinstance(understood.query, Everything) and not chosen,
        "fields": [(one, here(understood, *([("of", one)] if one != "participants" else [])), one == field) for one in ("participants", "people")],
        "together": together,
        "total": len(together.people) + together.more,
        "picture": picture(together),
        "longest": LONGEST,
        "find": asked.find,
        "listed": listed and [(value.label, value.count, here(params.with_value(understood, field, value.value), *own)) for value in listed.values],
        "listed_more": listed.more if listed else 0,
        "all_found": asked.values_url(understood, field, asked.find),
        "names": names,
        "alone": [person for person in together.people if person.value not in paired],
        "narrowed": narrowed,
        "pairs_shown": PAIRS_SHOWN,
        "back": asked.search_url(understood),
    }


def _narrower(asked: Asked, request: SearchRequest, field: str) -> Callable[..., str]:
    """Gives the address of the search for the articles of persons, by their keys, among those that a request finds."""
    chosen = request.selection(field)
    if chosen.effective_mode == "all" or not (chosen.include or chosen.missing):
        base = asked.search_url(params.with_selection(request, replace(chosen, mode="all" if chosen.mode == "any" else chosen.mode)))
        joined, name = "&" if "?" in base else "?", params.PARAMETER_OF[field]

        def adding(*keys: str) -> str:
            # Written here, since a picture has many hundreds of such addresses.
            further = params.query_string([(name, key) for key in keys if key not in chosen.include])
            return f"{base}{joined}{further[1:]}" if further else base

        return cache(adding)

    def within(*keys: str) -> str:
        # Any of those chosen, and these: a selection cannot say that, a query can.
        clauses = () if isinstance(request.query, Everything) else (request.query,)
        return asked.search_url(params.asking(request, canonical(And((*clauses, *(Value(field, key) for key in keys))))))

    return cache(within)
