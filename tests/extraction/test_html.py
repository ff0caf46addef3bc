"""Which text of a page is its article, and what the page says about itself."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from search.errors import UnreadableFile
from search.extraction import document_text, extract, html, maintext, markup
from tests.extraction.conftest import Read, raw_document

FIRST = "The council approved the new bridge on Monday after a debate of four hours, and work begins in the spring."
SECOND = "Residents had asked for a tunnel instead, saying that the river floods the eastern bank every other year."
THIRD = "The bridge is to carry buses and bicycles only, and is expected to open in four years at the earliest."
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
        next(extract(raw_document(page, "a.html")))


def test_unclosed_paragraphs_and_broken_markup_are_read(read: Read) -> None:
    body = read(f"<p>{FIRST}<p>{SECOND}<b><i>More.</b></i></div></p>" + "<p>x" * 2000, "a.html").body
    assert FIRST in body
    assert SECOND in body


def page(body: str, head: str = "") -> str:
    return f"<html><head>{head}</head><body>{body}</body></html>"


def story(*inside: str) -> str:
    return page(f"<article><h1>Bridge</h1><p>{FIRST}</p>{''.join(inside)}<p>{SECOND}</p><p>{THIRD}</p></article>")


def rules(text: str) -> dict[str, str]:
    return {furniture.block.text: furniture.rule for furniture in html.read(text).furniture}


def texts(text: str) -> list[str]:
    return [block.text for block in html.read(text).blocks]


def test_the_blocks_and_the_furniture_are_the_whole_document() -> None:
    document = html.read(PAGE)
    everything = sorted((*document.blocks, *(f.block for f in document.furniture)), key=lambda block: block.start)
    assert len(document.furniture) >= 5
    assert "\n".join(block.text for block in everything) == document.text
    assert all(document.text[block.start : block.end] == block.text for block in everything)


@pytest.mark.parametrize(
    "line",
    [
        '<p><a href="/a">Ten bridges that were never opened</a></p>',
        '<p>Read more: <a href="/a">Ten bridges</a></p>',
        "<p><strong>RELATED STORIES</strong></p>",
        "<p>[Lire aussi : <a href='/a'>Dix ponts</a>]</p>",
    ],
)
def test_a_line_inside_the_story_that_leads_to_another_page_is_furniture(line: str) -> None:
    words = " ".join(re.sub("<[^>]*>", "", line).split())
    assert rules(story(line)).get(words) == "links to other pages"
    assert texts(story(line)) == ["Bridge", FIRST, SECOND, THIRD]


@pytest.mark.parametrize(
    "line",
    [
        '<p><a href="/a">The mayor said on Monday that the tunnel was never seriously considered.</a></p>',
        '<p>The report is <a href="/a">here, in full and with all the tables</a> that the council asked for on Monday.</p>',
    ],
)
def test_a_sentence_of_the_story_may_be_a_link(line: str) -> None:
    assert re.sub("<[^>]*>", "", line) in texts(story(line))


def test_a_post_that_the_story_quotes_is_part_of_it() -> None:
    post = '<div class="social-media-embed"><blockquote class="twitter-tweet"><p>We asked for a tunnel!</p></blockquote></div>'
    assert "We asked for a tunnel!" in texts(story(post))


def test_a_heading_below_which_no_story_is_left_is_furniture() -> None:
    text = page(f"<article><h1>Bridge</h1><p>{FIRST}</p><p>{SECOND}</p><h2>What others read today</h2></article>")
    assert rules(text)["What others read today"] == "heading without text"


def only_first(_: object, runs: Sequence[markup.Run]) -> list[bool]:
    """What trafilatura would say if it took the first three paragraphs of a page for its article."""
    paragraphs = [index for index, run in enumerate(runs) if run.inside("p")][:3]
    return [index in paragraphs for index in range(len(runs))]


def test_paragraphs_of_the_same_make_belong_to_the_story_and_other_articles_do_not(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(maintext, "_taken", only_first)
    part = "<div class='text'>{}</div>"
    many = "".join(f"<p>{FIRST} {n}</p>" for n in range(3))
    other = f"<article>{part.format(f'<p>{THIRD} Elsewhere.</p>')}</article>"
    text = page(
        f"<article><h1>Bridge</h1>{part.format(many)}<div>Sponsored</div>{part.format(f'<p>{SECOND}</p><p>Nobody objected.</p>')}</article>{other}"
    )
    assert texts(text) == ["Bridge", f"{FIRST} 0", f"{FIRST} 1", f"{FIRST} 2", SECOND, "Nobody objected."]


def test_what_the_pages_data_call_its_text_belongs_to_the_story(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(maintext, "_taken", only_first)
    data = json.dumps({"@type": "NewsArticle", "articleBody": f"{FIRST} {SECOND} {THIRD}"})
    many = "".join(f"<p>{FIRST} {n}</p>" for n in range(3))
    text = page(
        f"<h1>Bridge</h1>{many}<div><b>{SECOND}</b></div><div>{SECOND} And more.</div>", f'<script type="application/ld+json">{data}</script>'
    )
    assert SECOND in texts(text)
    assert f"{SECOND} And more." not in texts(text)


def test_a_page_drawn_by_a_script_has_the_story_of_its_data() -> None:
    body = "\n\n".join([FIRST, SECOND, THIRD])
    data = json.dumps({"@type": "NewsArticle", "headline": "Bridge &amp; tunnel", "articleBody": body})
    text = page("<div id='root'>Loading</div>", f'<script type="application/ld+json">{data}</script>')
    document = html.read(text)
    assert [block.text for block in document.blocks] == [FIRST, SECOND, THIRD]
    assert [document.text[block.start : block.end] for block in document.blocks] == [FIRST, SECOND, THIRD]
    assert [f.block.text for f in document.furniture] == ["Loading"]
    assert document.title is not None
    assert document.title.value == "Bridge & tunnel"


def test_a_page_that_breaks_trafilatura_is_read_without_it_and_the_rules_say_so(monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_: object, **__: object) -> None:
        raise ValueError

    monkeypatch.setattr("trafilatura.bare_extraction", broken)
    assert rules(PAGE)["Imprint"] == "footer of the page (trafilatura found no article)"
    assert FIRST in texts(PAGE)


def test_a_page_too_large_for_trafilatura_is_read_without_it_and_the_rules_say_so(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(maintext, "_MOST_RUNS", 3)
    assert rules(PAGE)["Imprint"] == "footer of the page (too large for trafilatura)"
    assert FIRST in texts(PAGE)


def test_braille_and_private_characters_stay_where_they_are() -> None:
    line = " ".join(f"\u2801\u2802{word}" for word in FIRST.split()) + " \U000f0001"
    assert texts(story(f"<h2>{line}</h2>")) == ["Bridge", FIRST, line, SECOND, THIRD]


def test_what_a_page_gives_does_not_depend_on_the_pages_before_it() -> None:
    text = story(*(f"<p>{THIRD} {n}</p>" for n in range(8))).replace("<body>", "<body><nav>Home</nav>")
    alone = html.read(text)
    for _ in range(5):
        html.read(text.replace("<h1>Bridge</h1>", "<h1>Tunnel</h1>"))
        assert html.read(text) == alone


def test_what_stands_above_the_headline_is_the_sites() -> None:
    text = story(f"<p>{THIRD} So it was said.</p>").replace("<h1>", "<p>The Courier is read by everybody who lives on the river.</p><h1>")
    assert rules(text) == {"The Courier is read by everybody who lives on the river.": "above the headline"}


def test_threads_read_the_same_as_one_after_the_other() -> None:
    pages = [story(f"<p>{THIRD} {n}</p>", f"<p>{FIRST} {n % 3}</p>") for n in range(12)]
    with ThreadPoolExecutor(4) as pool:
        assert list(pool.map(html.read, pages)) == [html.read(text) for text in pages]


def test_plain_text_is_read_without_the_libraries_for_pages() -> None:
    code = (
        "import sys; from search.extraction import extract; from search.sources import RawDocument;"
        "list(extract(RawDocument('s', 'a.txt', b'a.txt', 'text/plain', b'The council met on Monday.')));"
        "print([name for name in ('trafilatura', 'lxml', 'bs4', 'htmldate') if name in sys.modules])"
    )
    result = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, cwd=Path(__file__).parents[2])
    assert result.stdout.strip() == "[]"


def dates(text: str) -> list[tuple[str, str]]:
    return [(fact.value, fact.rule) for fact in html.read(text).dates]


def test_all_that_states_the_day_is_kept_the_surest_first() -> None:
    head = (
        '<script type="application/ld+json">{"@type": ["NewsArticle"], "datePublished": "2021-05-03T23:30:00-05:00"}</script>'
        '<meta property="article:published_time" content="2021-05-04T04:30:00Z">'
    )
    text = page(
        f'<article><h1>Bridge</h1><p>By Ana Torvald on <time datetime="2021-05-03">May 3, 2021</time></p><p>{FIRST}</p><p>{SECOND}</p></article>',
        head,
    )
    assert dates(text) == [
        ("2021-05-03T23:30:00-05:00", "JSON-LD datePublished"),
        ("2021-05-04T04:30:00Z", "meta article:published_time"),
        ("May 3, 2021", "time element at the headline"),
    ]


def test_a_time_element_of_another_story_dates_nothing() -> None:
    teasers = "".join(f"<li>Story {n} <time datetime='2020-01-0{n}'>January {n}, 2020</time></li>" for n in range(1, 8))
    assert dates(page(f"<article><h1>Bridge</h1><p>{FIRST}</p><p>{SECOND}</p><p>{THIRD}</p><p>{FIRST} Again.</p></article><ul>{teasers}</ul>")) == []


def test_the_line_at_the_headline_dates_the_page_and_an_update_stands_behind() -> None:
    text = page(
        "<article><h1>Bridge</h1><div>Updated 9:12 a.m. May 5, 2021</div><div>Published 8:00 AM EST May 3, 2021</div>"
        f"<p>{FIRST}</p><p>{SECOND}</p></article>"
    )
    assert dates(text) == [("May 3, 2021", "line with a date at the headline"), ("May 5, 2021", "line with a date at the headline (update)")]


@pytest.mark.parametrize("line", ["Ana Torvald on May 2, 2021 in a speech to the council", "Spring 2021", "May 2021", "© 2021 Courier"])
def test_a_line_that_says_something_else_dates_nothing(line: str) -> None:
    assert dates(page(f"<article><h1>Bridge</h1><div>{line}</div><p>{FIRST}</p><p>{SECOND}</p></article>")) == []


def test_htmldate_is_believed_only_where_one_line_of_the_page_says_so() -> None:
    filler = "".join(f"<p>{THIRD} {n}</p>" for n in range(12))
    text = page(f"<article><h1>Bridge</h1><p>{FIRST}</p>{filler}<p>{SECOND}</p><div class='date'>2021-05-03</div></article>")
    assert dates(text) == [("2021-05-03", "htmldate, and one line with that day")]
    assert dates(text.replace("</article>", "<div>2021-04-01</div></article>")) == dates(text)
    assert dates(text.replace("</article>", "<div><a href='/a'>2021-05-03</a></div></article>")) == dates(text)
    assert dates(text.replace("</article>", "<div>2021-05-03</div></article>")) == []


def test_authors_are_people_and_agencies_not_addresses_or_the_site() -> None:
    data = json.dumps({"@type": "NewsArticle", "author": [{"name": "Ana Torvald"}, {"name": "Riverside Courier"}, "https://courier.example/ana"]})
    text = PAGE.replace("</head>", f'<script type="application/ld+json">{data}</script></head>')
    assert html.read(text).authors == ("Ana Torvald",)
    assert html.read(page(f"<h1>B</h1><p>{FIRST}</p>", '<meta name="author" content="Reuters">')).authors == ("Reuters",)


def test_of_several_articles_in_the_pages_data_the_one_with_its_title_speaks() -> None:
    entries = [{"@type": "Article", "headline": f"Bridge {n}", "datePublished": f"2021-05-0{n}"} for n in (1, 2, 3)]
    head = f'<meta property="og:title" content="Bridge 2"><script type="application/ld+json">{json.dumps(entries)}</script>'
    assert dates(page(f"<h1>Bridge 2</h1><p>{FIRST}</p>", head)) == [("2021-05-02", "JSON-LD datePublished")]


def test_a_fragment_is_all_story() -> None:
    document = html.fragment(f"<h2>Four hours</h2><p>{FIRST}<p>{SECOND}<br>More.<script>no()</script>")
    assert [(block.text, block.kind) for block in document.blocks] == [
        ("Four hours", "heading"),
        (FIRST, "paragraph"),
        (SECOND, "paragraph"),
        ("More.", "paragraph"),
    ]
    assert document.furniture == ()
    assert [document.text[block.start : block.end] for block in document.blocks] == [block.text for block in document.blocks]


@pytest.mark.parametrize(
    ("text", "blocks"), [("", []), (" \n", []), ("One line.\nhttps://courier.example/a.html", ["One line.", "https://courier.example/a.html"])]
)
def test_a_fragment_without_markup_is_its_lines(text: str, blocks: list[str]) -> None:
    assert [block.text for block in html.fragment(text).blocks] == blocks


@pytest.mark.parametrize(
    "before",
    [
        f"<img src='data:image/png;base64,{'A' * (markup.MOST_CHARACTERS + 1)}'>",
        "<?xml version='1.0'?>",
        "<!DOCTYPE a [<!ENTITY x SYSTEM 'file:///etc/passwd'>]><p>&x; &bogus; &#99999999999;</p>",
        "<b></b>" * 5_000,
        "<table>" + "<tr><td>cell</td><td>cell</td></tr>" * 500 + "</table>",
        "<div>" * 300,
        "<!-- " * 1_000 + "-->",
    ],
    ids=["large image", "xml prolog", "entities", "empty elements", "large table", "nested 300 deep", "comments"],
)
def test_odd_markup_does_not_keep_the_story_from_being_read(before: str) -> None:
    text = f"{before}<h1>Bridge</h1><p>{FIRST}</p><p>{SECOND}</p><p>{THIRD}</p>"
    assert [block for block in texts(text) if block in (FIRST, SECOND, THIRD)] == [FIRST, SECOND, THIRD]
    assert "root:" not in html.read(text).text


def test_right_to_left_text_is_read() -> None:
    line = "وافق مجلس المدينة يوم الاثنين على بناء جسر جديد بعد نقاش دام أربع ساعات، ويبدأ العمل في الربيع."
    document = html.read(f"<html lang='ar' dir='rtl'><h1>جسر جديد</h1><p>{line}</p><p>{line} ٢</p></html>")
    assert [block.text for block in document.blocks] == ["جسر جديد", line, f"{line} ٢"]


@pytest.mark.parametrize(
    ("text", "reason"),
    [("<p>" + "word " * (markup.MOST_CHARACTERS // 5), "characters"), ("<b></b>" * (markup.MOST_ELEMENTS + 1), "elements")],
    ids=["too long", "too many elements"],
)
def test_a_page_larger_than_is_read_is_refused_with_its_size(text: str, reason: str) -> None:
    with pytest.raises(UnreadableFile, match=rf"The page has [\d,]+ {reason}"):
        html.read(text)


def test_a_tag_with_thousands_of_attributes_is_refused() -> None:
    for tag in ("<p a='>' {}>", "<!-- <b a=' --><p {} b=''>", "<script>if (1 <b a='</script><p {}>"):
        with pytest.raises(UnreadableFile, match="<p” with more than 1,000 attributes"):
            html.read(story(tag.format(" ".join(f"a{n}='1'" for n in range(markup.MOST_ATTRIBUTES + 1)))))


@pytest.mark.parametrize(
    "before",
    [
        f"<p {' '.join(f'a{n}=1' for n in range(markup.MOST_ATTRIBUTES))}></p>",
        f"<div data-page='{'word ' * 50_000}'></div>",
        f"<img src='data:image/png;base64,{'A' * 200_000}'>",
        f"<script>if (1 <b {'and so ' * 2_000}) {{}}</script>",
        f"<!-- <b {'and so ' * 2_000} -->",
    ],
    ids=["a thousand attributes", "long value", "image", "script", "comment"],
)
def test_what_is_no_crowd_of_attributes_is_read(before: str) -> None:
    assert FIRST in texts(story(before))


def test_very_many_lines_very_deep_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(markup, "MOST_PLACES", 100)
    assert FIRST in texts(story())
    with pytest.raises(UnreadableFile, match="too many lines that are nested too deeply"):
        html.read(story("<div>" * 20 + "line<br>" * 10))


def test_each_element_is_looked_at_once_however_many_lines_stand_in_it(monkeypatch: pytest.MonkeyPatch) -> None:
    looked: list[str] = []
    real = maintext._name_words
    monkeypatch.setattr(maintext, "_name_words", lambda tag: looked.append(tag.name) or real(tag))
    soup = markup.parse("<div>" * 20 + "line of words<br>" * 50)
    runs = markup.runs(soup)
    assert len({id(run.chain) for run in runs}) == 1
    assert len(maintext.find(soup, runs)) == 50
    assert looked == ["div"] * 20


def test_marks_stand_before_their_pieces_and_no_piece_is_looked_for_among_its_siblings(monkeypatch: pytest.MonkeyPatch) -> None:
    soup = markup.parse("<p>One <b>two</b> three<br>four</p><!-- no --><p>five</p>")
    monkeypatch.setattr("bs4.element.Tag.index", None)
    marked = maintext._marked(soup, markup.runs(soup)).decode()
    a, b, c = (f"\u2800{chr(0x2800 + n)}" for n in range(3))
    assert f"<p>{a}One <b>{a}two</b>{a} three<br/>{b}four</p>" in marked
    assert f"<p>{c}five</p>" in marked
