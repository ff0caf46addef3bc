"""How values are said in words."""

from __future__ import annotations

from dataclasses import replace

import pytest

from search.article import Article
from search.request import SearchRequest, ask
from search.results import Explanation, FacetValue, FormsOf, MostWords, NamedPeople, PersonForms, Results, StandsFor, Suggestion
from search.wording import (
    MOST_LISTED,
    about,
    corrections,
    count,
    date_in_words,
    explained,
    listed,
    most_words,
    origin,
    searched,
    size,
)

PLAIN = Article("0" * 16, "desk", "a.txt", "Text.", "00")


@pytest.mark.parametrize(
    ("date", "words"), [("2022-06-05", "5 June 2022"), ("2022-12", "December 2022"), ("2022", "2022"), (None, "undated"), ("", "undated")]
)
def test_a_date_is_as_precise_as_it_is_known(date: str | None, words: str) -> None:
    assert date_in_words(date) == words


@pytest.mark.parametrize(
    ("agencies", "publisher", "words"),
    [
        (("SANA",), "The Coast", "SANA via The Coast"),
        (("AP", "AFP"), None, "AP, AFP"),
        ((), "The Coast", "The Coast"),
        (("SANA",), "SANA", "SANA"),
        ((), None, ""),
    ],
)
def test_origin_tells_agency_and_publisher_apart(agencies: tuple[str, ...], publisher: str | None, words: str) -> None:
    article = Article("0" * 16, "desk", "a.txt", "Text.", "00", agency=agencies[0] if agencies else None, agencies=agencies, publisher=publisher)
    assert origin(article) == words


def test_an_article_of_which_nothing_is_known_is_undated() -> None:
    assert about(PLAIN) == "undated"


def test_numbers_agree_with_their_nouns() -> None:
    assert [count(n, "article") for n in (0, 1, 2, 12345)] == ["0 articles", "1 article", "2 articles", "12,345 articles"]
    assert count(2, "child", "children") == "2 children"


@pytest.mark.parametrize(("number", "words"), [(0, "0 bytes"), (999, "999 bytes"), (1000, "1.0 kB"), (3_140_000, "3.1 MB"), (5e15, "5000.0 TB")])
def test_sizes_have_units(number: float, words: str) -> None:
    assert size(number) == words


def test_a_query_of_which_nothing_is_left_is_not_shown_as_an_operator() -> None:
    results = Results(SearchRequest(), "NOT *", (), 0, (), (), "1")
    assert searched(results) == "nothing: no part of the query could be looked for"
    assert searched(replace(results, canonical="trade")) == "trade"


def answer(text: str, *suggestions: Suggestion, **values: object) -> Results:
    return replace(Results(ask(text), text, (), 1, (), (), "1"), suggestions=suggestions, **values)


def test_corrections_change_one_word_after_the_other() -> None:
    results = answer("Refugess tarde", Suggestion("Refugess", 0, 8, ("Refugees", "Refuges")), Suggestion("tarde", 9, 14, ("trade", "tardy")))
    assert ["".join(piece for piece, _ in one) for one in corrections(results)] == ["Refugees trade", "Refuges trade", "Refugees tardy"]
    assert corrections(results)[0] == [("Refugees", True), (" ", False), ("trade", True)]
    assert corrections(answer("trade")) == []


def test_the_first_correction_is_what_the_results_say_they_are_corrected_to() -> None:
    results = answer("-x Borisof OR (tarde)", Suggestion("Borisof", 3, 10, ("Borisov",)), Suggestion("tarde", 15, 20, ("trade",)))
    assert "".join(piece for piece, _ in corrections(results)[0]) == "-x Borisov OR (trade)"
    assert results.corrected == "-x Borisov OR (trade)"


def test_most_words_are_said_with_and_without_anything_found() -> None:
    some = answer("a b c", most_words=MostWords(2, 3))
    assert most_words(some) == "No article matches the whole query; these have 2 of its 3 words."
    assert most_words(replace(some, total=0)) == "No article matches the whole query; those with 2 of its 3 words were searched instead."
    assert most_words(answer("a")) == ""


def test_what_is_too_long_for_a_reader_is_counted() -> None:
    assert listed(["a", "b"]) == "a, b"
    assert listed(["a", "b"], 7) == "a, b and 7 more"
    assert listed([str(n) for n in range(MOST_LISTED + 2)], 3).endswith(f", {MOST_LISTED - 1} and 5 more")
    assert listed([]) == "nothing in this archive"


def test_people_of_one_name_are_explained_most_articles_first_with_the_number_of_the_others() -> None:
    persons = tuple(PersonForms(f"@p{n}", f"Person {n}", (f"Person {n}", "P.")) for n in range(MOST_LISTED + 1))
    order = tuple(FacetValue(one.person, one.label, 1) for one in reversed(persons))
    explanation = Explanation((), (FormsOf("participants", "P", persons), FormsOf("people", "Q", ())))
    rows = dict(explained(answer("x", explanation=explanation, people=(NamedPeople("participants", "P", order, 9),))))
    assert rows["participant P"][0] == f"Person {MOST_LISTED}, also as P."
    assert rows["participant P"][-1] == "and 10 more"
    assert len(rows["participant P"]) == MOST_LISTED + 1
    assert rows["person Q"] == ["nothing in this archive"]


def test_a_phrase_is_explained_as_one_part_and_says_how_much_of_it_is_nowhere() -> None:
    phrase = (StandsFor('"a b"', "exact", ("a",)), StandsFor('"a b"', "exact", ()))
    hyphened = (StandsFor("c-d", "forms", ("c",)), StandsFor("c-d", "forms", ("d",)))
    assert explained(answer("x", explanation=Explanation(phrase + hyphened, ()))) == [
        ('"a b"', ["as it stands; 1 of its 2 words in no article"]),
        ("c-d", ["in any form: c", "in any form: d"]),
    ]


def test_a_notebook_shows_what_was_meant_and_searched_as_text() -> None:
    explanation = Explanation((StandsFor("<b>*", "prefix", ("<i>",)),), ())
    results = answer("<x> tarde", Suggestion("tarde", 4, 9, ("trade",)), most_words=MostWords(1, 2), explanation=explanation)
    html = results._repr_html_()
    assert "Did you mean <code>&lt;x&gt; <b>trade</b></code>?" in html
    assert most_words(results) in html
    assert "<td><code>&lt;b&gt;*</code></td><td>with any ending: &lt;i&gt;</td>" in html
