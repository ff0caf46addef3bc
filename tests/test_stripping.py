"""What an article is without its furniture, and that everything comes back."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from search.article import Article, Considered, Evidence, Removed
from search.repeated import Removal
from search.stripping import Taken, restored, strip
from tests.make import article, person

LINES = Removal(edges=frozenset({"HEADER", "FOOTER", "Edited by Jane Doe."}), anywhere=frozenset({"ADVERTISEMENT"}))


def test_a_learned_line_goes_at_the_edges_and_stays_inside() -> None:
    inside = ["HEADER", "a", "b", "c", "FOOTER", "d", "e", "f", "g", "FOOTER"]
    stripped = strip(article("1", "\n\n".join(inside)), LINES).article
    assert stripped.body.split("\n\n") == ["a", "b", "c", "FOOTER", "d", "e", "f", "g"]
    assert stripped.removed == (Removed("HEADER", "repeated line (first)"), Removed("FOOTER", "repeated line (last)"))


def test_a_line_that_somebody_marked_goes_wherever_it_stands() -> None:
    stripped = strip(article("1", "\n\n".join([*"abcd", "ADVERTISEMENT", *"efghi"])), LINES).article
    assert stripped.body == "\n\n".join("abcdefghi")
    assert stripped.removed == (Removed("ADVERTISEMENT", "line marked as boilerplate"),)


@pytest.mark.parametrize("body", ["HEADER", "HEADER\n\nFOOTER", "ADVERTISEMENT", "\n\nHEADER\n\n", ""])
def test_an_article_is_never_emptied(body: str) -> None:
    whole = article("1", body, standfirst="FOOTER" if not body else None)
    assert strip(whole, LINES) == strip(whole, Removal())
    assert strip(whole, LINES).taken is None


def test_a_standfirst_goes_with_its_evidence_and_comes_back() -> None:
    whole = replace(article("1", "a\n\nb", standfirst="HEADER"), evidence=(Evidence("standfirst", "HEADER", "meta description", "HEADER"),))
    stripped = strip(whole, LINES)
    assert (stripped.article.standfirst, stripped.article.evidence) == (None, ())
    assert restored(stripped.article, stripped.taken) == whole


def test_persons_named_only_in_a_line_that_goes_go_with_it() -> None:
    whole = replace(
        article("1", "Ana Morgan met ministers.\n\nTalks went on.\n\nEdited by Jane Doe.", participants=["Jane Doe", "Ana Morgan"], mentioned=[]),
        evidence=(Evidence("participants", "Jane Doe", "r", "Jane Doe", 9, 17), Evidence("participants", "Ana Morgan", "r", "Ana Morgan", 0, 10)),
    )
    stripped = strip(whole, LINES)
    assert [p.name for p in stripped.article.people] == ["Ana Morgan"]
    assert [e.value for e in stripped.article.evidence] == ["Ana Morgan"]
    assert restored(stripped.article, stripped.taken) == whole


@pytest.mark.parametrize("elsewhere", [{"title": "DOE’s talks"}, {"body": "Ms. Doe spoke.\n\nMore.\n\nEdited by Jane Doe."}])
def test_persons_named_elsewhere_stay(elsewhere: dict[str, str]) -> None:
    values = {"body": "Talks.\n\nMore.\n\nEdited by Jane Doe.", **elsewhere}
    whole = article("1", values.pop("body"), mentioned=[person("Jane Doe", "", "Doe")], **values)
    assert [p.name for p in strip(whole, LINES).article.people] == ["Jane Doe"]


def test_a_person_who_is_found_in_no_line_stays() -> None:
    whole = article("1", "Talks.\n\nMore.\n\nFOOTER", mentioned=["Jane Doe"])
    assert [p.name for p in strip(whole, LINES).article.people] == ["Jane Doe"]


def test_agency_and_date_stay_though_their_line_goes() -> None:
    whole = replace(
        article("1", "Talks.\n\nMore.\n\nFOOTER", agency="SANA", date="2022-11-10"),
        evidence=(Evidence("agency", "SANA", "copyright", "FOOTER", 15, 21),),
    )
    stripped = strip(whole, LINES).article
    assert (stripped.agency, stripped.date, stripped.evidence, stripped.content_hash) == ("SANA", "2022-11-10", whole.evidence, whole.content_hash)


def test_what_was_corrected_in_between_stays_corrected() -> None:
    whole = article("1", "a\n\nb\n\nFOOTER")
    stripped = strip(whole, LINES)
    assert restored(replace(stripped.article, title="Put right"), stripped.taken) == replace(whole, title="Put right")


def test_an_article_that_was_not_stripped_is_given_back_as_it_is() -> None:
    whole = article("1", "a\n\nb\n\nFOOTER")
    assert restored(whole, strip(whole, LINES).taken) == whole


def test_what_was_taken_from_elsewhere_is_refused() -> None:
    stripped = strip(article("1", "a\n\nb\n\nFOOTER"), LINES).article
    other = strip(article("1", "HEADER\n\nb\n\nFOOTER"), LINES).taken
    with pytest.raises(ValueError, match="stripped of other lines"):
        restored(stripped, other)


_NAMES = st.sampled_from(["Jane Doe", "Ana Morgan", "Doe", "HEADER"])
_TEXT = st.sampled_from(["HEADER", "FOOTER", "Edited by Jane Doe.", "ADVERTISEMENT", "Ana Morgan spoke.", "", " ", "\n", "HEADER ", "Doe left."])
_EVIDENCE = st.builds(
    Evidence,
    st.sampled_from(["participants", "mentioned", "standfirst", "date"]),
    _NAMES,
    st.just("r"),
    _NAMES,
    considered=st.just((Considered("x", "y"),)),
)
_PERSONS = st.lists(st.builds(person, _NAMES, st.sampled_from(["", "editor"]), _NAMES), max_size=4)


@st.composite
def articles(draw: st.DrawFn) -> Article:
    """Articles of a small vocabulary, nearly all of it furniture."""
    made = article(
        "1",
        "\n\n".join(draw(st.lists(_TEXT, max_size=14))),
        standfirst=draw(st.none() | _TEXT),
        title=draw(st.none() | _TEXT),
        participants=draw(_PERSONS),
        mentioned=draw(_PERSONS),
    )
    return replace(made, removed=draw(st.sampled_from([(), (Removed("x", "byline", 3, 4),)])), evidence=tuple(draw(st.lists(_EVIDENCE, max_size=4))))


@given(articles())
def test_whatever_is_taken_comes_back(whole: Article) -> None:
    stripped = strip(whole, LINES)
    assert restored(stripped.article, stripped.taken) == whole
    assert strip(restored(stripped.article, stripped.taken), LINES) == stripped
    if stripped.taken is not None:
        assert Taken.from_dict(json.loads(json.dumps(stripped.taken.to_dict()))) == stripped.taken
        assert len(stripped.article.removed) > len(whole.removed)
    else:
        assert stripped.article == whole
    assert bool(stripped.article.body.strip()) == bool(whole.body.strip())
