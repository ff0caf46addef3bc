"""Title and standfirst: found where a file has them, null where it has none."""

from __future__ import annotations

import pytest

from tests.extraction.conftest import Read

STORY = "The council approved the new bridge on Monday after a debate of four hours, and work begins in the spring."
SECOND = "Residents had asked for a tunnel instead, saying that the river floods the eastern bank every other year."


@pytest.mark.parametrize(
    "title",
    [
        "Council approves bridge",
        "Will the council approve the bridge?",
        "U.S. council approves bridge, says Riverside Corp.",
        "BRIDGE APPROVED BY RIVERSIDE COUNCIL",
        "Council: “The bridge is coming”",
    ],
)
def test_the_first_line_is_the_title(read: Read, title: str) -> None:
    article = read(f"{title}\n\n{STORY}\n\n{SECOND}\n")
    assert (article.title, article.standfirst, article.body) == (title, None, f"{STORY}\n\n{SECOND}")


@pytest.mark.parametrize(
    "text",
    [
        f"{STORY}\n\n{SECOND}\n",
        f"{STORY}\n",
        f"RIVERSIDE (Reuters) - {STORY}\n\n{SECOND}\n",
        f"{STORY} {SECOND}\n{SECOND}\n",
    ],
)
def test_a_story_without_a_headline_has_no_title(read: Read, text: str) -> None:
    assert read(text).title is None


def test_the_sites_name_behind_the_title_is_the_publisher(read: Read) -> None:
    article = read(f"Council approves bridge – Riverside News\n\n{STORY}\n")
    assert (article.title, article.publisher) == ("Council approves bridge", "Riverside News")


def test_a_dash_inside_a_title_is_no_site(read: Read) -> None:
    assert read(f"Bridge approved - work begins\n\n{STORY}\n").title == "Bridge approved - work begins"


def test_the_standfirst_stands_between_the_title_and_its_repetition(read: Read) -> None:
    article = read(f"Council approves bridge\n\nWork is to begin in the spring\n\nCouncil approves bridge\n\n{STORY}\n\n{SECOND}")
    assert (article.title, article.standfirst) == ("Council approves bridge", "Work is to begin in the spring")


def test_one_sentence_credited_to_an_agency_above_the_story_is_a_standfirst(read: Read) -> None:
    article = read(f"Council approves bridge\n\nWork is to begin in the spring, according to TASS.\n\n{STORY}\n\n{SECOND}")
    assert article.standfirst == "Work is to begin in the spring, according to TASS."


def test_a_first_paragraph_is_no_standfirst(read: Read) -> None:
    assert read(f"Council approves bridge\n\n{STORY}\n\n{SECOND}").standfirst is None


def test_hard_wrapped_lines_are_joined_to_paragraphs(read: Read) -> None:
    wrapped = (
        "Council approves bridge\n\nThe council approved the new bridge on Monday after a debate\nof four hours, and work begins in the spring.\n"
        "    Residents had asked for a tunnel instead, saying that the\nriver floods the eastern bank every other year.\n"
    )
    assert read(wrapped).body == f"{STORY}\n\n{SECOND}"
