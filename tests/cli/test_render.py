"""What results, facets and articles look like in plain text, to the letter."""

from __future__ import annotations

import io
from dataclasses import replace

import pytest
from rich.console import Console

from search.article import Article, Considered, Evidence, Person, Removed
from search.cli.page import show_article
from search.cli.render import marked, show_facets, show_results
from search.request import FACETS, SearchRequest
from search.results import Facet, FacetMissing, FacetValue, Hit, Marked, Results
from search.wording import FACET_NAMES

ARTICLE = Article(
    id="0123456789abcdef",
    source="desk",
    path="2022/port.txt",
    body="The port opened on Monday. Ships came in from three countries, the harbour master said, and more are on their way.\n\nTrade will grow.",
    content_hash="00",
    title="Port opens to trade",
    date="2022-06",
    date_precision="month",
    dateline_day="--06-13",
    agency="Harbour News",
    agencies=("Harbour News",),
    publisher="The Coast",
    place="Oldport",
    language="en",
    participants=(Person("Ada Quay", "@ada-quay", "harbour master", ("Quay",)),),
    mentioned=(Person("Ben Pier", "@ben-pier"),),
    byline=("Cy Dock",),
    removed=(Removed("Read also: Fish", "read-also"),),
    evidence=(
        Evidence("agency", "Harbour News", "dateline", "OLDPORT (Harbour News) -", 0, 24, (Considered("The Coast", "it printed the report"),)),
    ),
)

HIT = Hit.of(
    ARTICLE,
    1.5,
    Marked("title", "Port opens to trade", ((14, 19),)),
    (Marked("body", "Ships came in from three countries, the harbour master said, and more are on their way.", ((0, 5),), before=True, after=True),),
)


def results(**changes: object) -> Results:
    request = SearchRequest(limit=1, facets=())
    return replace(Results(request, "trade", (), 3, (HIT,), (), "g1"), **changes)


def shown(draw: object, *args: object, width: int = 60, terminal: bool = False, no_color: bool = False) -> str:
    out = io.StringIO()
    to = Console(file=out, width=width, force_terminal=terminal, color_system="standard" if terminal else None, no_color=no_color, highlight=False)
    draw(to, *args)  # type: ignore[operator]
    return out.getvalue()


def test_a_page_of_hits_to_the_letter() -> None:
    assert shown(show_results, results(), ["trade", "place Oldport"]) == (
        "3 articles: trade · place Oldport\n"
        "\n"
        " 1  Port opens to «trade»\n"
        "    June 2022 · Harbour News via The Coast · Oldport\n"
        "    Ada Quay\n"
        "    … «Ships» came in from three countries, the harbour\n"
        "    master said, and more are on their way.\n"
        "    0123456789abcdef  desk/2022/port.txt\n"
        "\n"
        "1 to 1 of 3; --page 2 shows the next\n"
    )


def test_nothing_found_is_one_line() -> None:
    assert shown(show_results, results(total=0, hits=()), ["trade"]) == "No articles: trade\n"


def test_the_last_page_offers_no_further_one() -> None:
    last = shown(show_results, results(start=2), [])
    assert last.startswith("3 articles\n\n 3  Port")
    assert last.endswith("\n\n3 to 3 of 3\n")


def test_marks_are_colour_on_a_terminal_and_signs_elsewhere() -> None:
    on_terminal = shown(show_results, results(), [], terminal=True)
    assert "\x1b[1;35mtrade" in on_terminal
    assert "«" not in on_terminal
    without_colour = shown(show_results, results(), [], terminal=True, no_color=True)
    assert "\x1b[1mtrade" in without_colour
    assert "35m" not in without_colour


@pytest.mark.parametrize(("text", "out"), [("Ships came", "… Ships came…"), ("Ships came.", "… Ships came."), ("Ships …", "… Ships …")])
def test_a_piece_that_goes_on_says_so_once(text: str, out: str) -> None:
    to = Console(file=io.StringIO())
    assert marked(Marked("body", text, before=True, after=True), to).plain == out


def test_control_characters_of_an_article_do_not_reach_the_terminal() -> None:
    hostile = replace(HIT, headline=Marked("title", "a\x1b[31mred\x9b2J\u202eback\x07"), agencies=("x\x1b]0;title\x07",))
    out = shown(show_results, results(hits=(hostile,)), ["\x1b[2J"])
    assert not set(out) & {"\x1b", "\x9b", "\u202e", "\x07"}
    assert "a�[31mred�2Jback�" in out


def test_brackets_in_articles_are_text_and_no_markup() -> None:
    hit = replace(HIT, headline=Marked("title", "[bold]Port[/bold] :ship: opens"))
    assert "[bold]Port[/bold] :ship: opens" in shown(show_results, results(hits=(hit,)), [])


def test_facets_to_the_letter() -> None:
    months = (FacetValue("2022-06", "June 2022", 9), FacetValue("2022-none", "no month given", 1))
    years = (FacetValue("2021", "2021", 1200), FacetValue("2022", "2022", 10, selected=True, children=months))
    agencies = (FacetValue("SANA", "SANA", 3, selected=True), FacetValue("TASS", "TASS", 2, excluded=True))
    facets = (
        Facet("date", "any", years, FacetMissing(4), 0),
        Facet("agency", "any", agencies, FacetMissing(0, excluded=True), 12),
        Facet("place", "any", (), FacetMissing(0), 0),
    )
    assert shown(show_facets, facets) == (
        "\n"
        "Date\n"
        "    1,200  2021\n"
        " +     10  2022\n"
        "        9    June 2022\n"
        "        1    2022, no month given\n"
        "        4  undated\n"
        "\n"
        "Agency\n"
        " +  3  SANA\n"
        " -  2  TASS\n"
        " -  0  none given\n"
        "    12 more; --limit shows them\n"
        "\n"
        "Place\n"
        "    no values\n"
    )


def test_an_article_to_the_letter() -> None:
    trade = ARTICLE.body.index("Trade")
    title, body = Marked("title", "Port opens to trade"), Marked("body", ARTICLE.body, ((4, 8), (trade, trade + 5)))
    assert shown(show_article, ARTICLE, title, None, body) == (
        "Port opens to trade\n"
        "\n"
        "June 2022 · Harbour News via The Coast · Oldport · language\n"
        "en\n"
        "dateline day --06-13\n"
        "0123456789abcdef  desk/2022/port.txt\n"
        "\n"
        "The «port» opened on Monday. Ships came in from three\n"
        "countries, the harbour master said, and more are on their\n"
        "way.\n"
        "\n"
        "«Trade» will grow.\n"
        "\n"
        "Takes part\n"
        "  Ada Quay, harbour master (also: Quay)\n"
        "\n"
        "Mentioned\n"
        "  Ben Pier\n"
        "\n"
        "Byline\n"
        "  Cy Dock\n"
        "\n"
        "What was removed\n"
        "  “Read also: Fish” (read-also)\n"
        "\n"
        "How we know\n"
        "  agency  Harbour News from “OLDPORT (Harbour News) -”\n"
        "          (dateline)\n"
        "          not The Coast: it printed the report\n"
        "\n"
    )


def test_every_facet_has_a_heading() -> None:
    assert set(FACET_NAMES) == set(FACETS)


@pytest.mark.parametrize("width", [20, 40, 80])
def test_no_line_is_wider_than_the_terminal(width: int) -> None:
    lines = shown(show_results, results(), ["trade"], width=width).splitlines()
    assert max(len(line) for line in lines) <= width
    assert not any(line != line.rstrip() for line in lines)
