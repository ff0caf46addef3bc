"""Which text of a page is its article, and what the page says about itself."""

from __future__ import annotations

import pytest

from search.errors import UnreadableFile
from search.extraction import document_text, extract
from tests.extraction.conftest import Read, raw_document

FIRST = "The council approved the new bridge on Monday after a debate of four hours, and work begins in the spring."
SECOND = "Residents had asked for a tunnel instead, saying that the river floods the eastern bank every other year."
PAGE = f"""<!DOCTYPE html>
<html lang="en-GB"><head>
<title>Council approves bridge | Riverside Courier</title>
<meta property="og:title" content="Council approves bridge">
<meta property="og:site_name" content="Riverside Courier">
<meta name="description" content="After four hours, the vote was clear">
<link rel="canonical" href="https://courier.example/2021/05/03/bridge">
<script type="application/ld+json">{{"@graph": [{{"@type": "NewsArticle", "datePublished": "2021-05-03T08:00:00Z"}}]}}</script>
<style>p {{ color: red }}</style>
</head><body>
<header><a href="/">Riverside Courier</a></header>
<nav><ul><li>Home</li><li>Sports</li></ul></nav>
<article class="story-body">
<h1>Council approves bridge</h1>
<p>After four hours, the vote was clear</p>
<p>{FIRST}</p>
<h2>Four hours</h2>
<p>{SECOND} <b>Mayor Ana Torvald</b> said so.</p>
<aside>More about bridges and tunnels in our special series on the river</aside>
<script>var hidden = "not text";</script>
</article>
<div class="related-links"><p>Ten bridges that never opened, and why nobody has ever wanted to pay for most of them</p></div>
<form><p>Sign up</p></form>
<footer><p>Imprint</p></footer>
</body></html>"""


def test_the_story_is_the_articles_paragraphs(read: Read) -> None:
    assert read(PAGE, "a.html").body == f"{FIRST}\n\nFour hours\n\n{SECOND} Mayor Ana Torvald said so."


def test_what_the_page_says_about_itself_is_used(read: Read) -> None:
    article = read(PAGE, "a.html")
    assert (article.title, article.standfirst) == ("Council approves bridge", "After four hours, the vote was clear")
    assert (article.publisher, article.language, article.url) == ("Riverside Courier", "en", "https://courier.example/2021/05/03/bridge")
    assert (article.date, article.date_precision) == ("2021-05-03", "day")
    assert [e.rule for e in article.evidence if e.field == "date"] == ["JSON-LD datePublished"]
    assert [p.name for p in article.participants] == ["Ana Torvald"]


def test_dropped_furniture_is_kept_with_the_rule(read: Read) -> None:
    removed = {item.text: item.rule for item in read(PAGE, "a.html").removed}
    assert removed["Home"] == "nav of the page"
    assert removed["Imprint"] == "footer of the page"
    assert removed["More about bridges and tunnels in our special series on the river"] == "aside of the page"
    assert any(text.startswith("Ten bridges") for text in removed)


def test_scripts_and_styles_are_no_text() -> None:
    text = document_text(raw_document(PAGE, "a.html"))
    assert "not text" not in text
    assert "color" not in text


def test_offsets_count_in_the_document_text() -> None:
    text = document_text(raw_document(PAGE, "a.html"))
    (article,) = extract(raw_document(PAGE, "a.html"))
    quoted = [(i.text, i.start, i.end) for i in (*article.evidence, *article.removed) if i.start is not None]
    assert len(quoted) > 5
    assert [q for q in quoted if text[q[1] : q[2]] != q[0]] == []


def test_a_description_that_the_page_does_not_show_is_no_standfirst(read: Read) -> None:
    assert read(PAGE.replace("<p>After four hours, the vote was clear</p>", ""), "a.html").standfirst is None


def test_a_page_without_metadata_has_its_first_heading_as_title(read: Read) -> None:
    article = read(f"<body><h1>Bridge approved</h1><p>{FIRST}</p><p>{SECOND}</p></body>", "a.html")
    assert (article.title, article.date, article.publisher) == ("Bridge approved", None, None)
    assert article.body == f"{FIRST}\n\n{SECOND}"


def test_a_form_around_the_whole_page_does_not_hide_it(read: Read) -> None:
    assert read(f"<body><form class='sidebar'><h1>Bridge</h1><p>{FIRST}</p><p>{SECOND}</p></form></body>", "a.html").body == f"{FIRST}\n\n{SECOND}"


def test_the_address_dates_a_page_that_says_nothing_else(read: Read) -> None:
    page = f'<head><link rel="canonical" href="https://courier.example/2021/05/03/bridge"></head><body><h1>Bridge</h1><p>{FIRST}</p><p>{SECOND}</p></body>'
    article = read(page, "a.html")
    assert article.date == "2021-05-03"
    assert [e.rule for e in article.evidence if e.field == "date"] == ["address of the page"]


def test_broken_json_ld_is_passed_over(read: Read) -> None:
    page = PAGE.replace('{"@graph"', '{{"@graph"')
    assert read(page, "a.html").title == "Council approves bridge"


@pytest.mark.parametrize(
    "page",
    [
        "<div>" * 100_000 + FIRST,
        "<html><body><script>only()</script></body></html>",
        "<html><head><title>Nothing</title></head><body></body></html>",
    ],
    ids=["nested 100,000 deep", "script only", "no text"],
)
def test_a_page_that_is_no_article_is_refused_with_a_way_out(page: str) -> None:
    with pytest.raises(UnreadableFile, match=r"as text|as \.txt"):
        extract(raw_document(page, "a.html"))


def test_unclosed_paragraphs_and_broken_markup_are_read(read: Read) -> None:
    body = read(f"<p>{FIRST}<p>{SECOND}<b><i>More.</b></i></div></p>" + "<p>x" * 2000, "a.html").body
    assert FIRST in body
    assert SECOND in body
