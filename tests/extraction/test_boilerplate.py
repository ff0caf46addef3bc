"""What the written rules take out of a file, and what they leave."""

from __future__ import annotations

import pytest

from search.extraction import boilerplate
from search.extraction.knowledge import load
from tests.extraction.conftest import Read

STORY = "The council approved the new bridge on Monday after a debate of four hours, and work begins in the spring."
SECOND = "Residents had asked for a tunnel instead, saying that the river floods the eastern bank every other year."


@pytest.mark.parametrize(
    "line",
    [
        "Read Also: Council to Vote on Bridge",
        "Read more: Ten bridges that never opened",
        "Share this article",
        "Advertisement",
        "Subscribe to our newsletter for the day's news",
        "Sign up here to get the headlines every morning",
        "Follow us on Twitter",
        "Logo Wide",
        "Helpful keywords",
        "English Bulletin",
        "© 2021 Riverside Media. All rights reserved.",
        "Copyright 2019 Riverside Courier. All rights reserved. This material may not be published, broadcast or rewritten.",
        "This article was translated and edited by The Riverside Courier.",
        "The Riverside Courier has not verified the content of this story.",
        "(Reporting by Jane Doe in Riverside; Editing by John Roe)",
        "(Additional reporting by Jane Doe and John Roe; writing by Ann Poe)",
        "Updated at 4:15 p.m. on Tuesday, 3 May 2021",
        "12:40 p.m.",
        "___",
        "[ Bridge that no one wanted opens at last ]",
        "JANE DOE / AFP - Getty Images",
        "https://example.org/bridge",
        "Source",
        "The post Bridge approved appeared first on Riverside Courier.",
        "Continue reading...",
        "3 min read",
        "1 of 6",
        "(Image credit: Riverside Museum)",
        "Go Back to Top. Skip To: Start of Article.",
        "With inputs from AFP",
        "The Riverside Courier and its partners have not verified the content of this story.",
    ],
)
def test_a_line_of_furniture_between_paragraphs_is_removed_and_kept(read: Read, line: str) -> None:
    article = read(f"Council approves bridge\n\n{STORY}\n\n{line}\n\n{SECOND}\n")
    assert article.body == f"{STORY}\n\n{SECOND}"
    assert line in " ".join(item.text for item in article.removed)


@pytest.mark.parametrize(
    "sentence",
    [
        "The newspaper said readers should subscribe to the idea that bridges matter more than anything else in this valley.",
        "More than forty people came to read the plan, and a source said most of them liked it when they saw it.",
        "“Share this burden with us,” the mayor told the towns across the river, which have never paid for a bridge so far.",
        "Updated plans for the bridge will be shown in June, when the council returns from its summer break and sits again.",
        "The post was first filled in 1994, and the bridge was 3 of 6 that the mayor promised, so that he may continue reading plans.",
        "With Reuters calling it the longest bridge of the valley, the mayor was proud, and so were the people who had paid for it.",
        "Photo shops along the river will be moved, said the mayor (who owns one) and will be paid for the time they lose.",
    ],
)
def test_a_sentence_of_the_story_that_sounds_like_furniture_stays(read: Read, sentence: str) -> None:
    assert sentence in read(f"Council approves bridge\n\n{STORY}\n\n{sentence}\n\n{SECOND}\n").body


def test_teasers_below_the_story_go_to_the_end_of_the_file(read: Read) -> None:
    article = read(
        f"Council approves bridge\n\n{STORY}\n\n{SECOND}\n\nCheck Also\n\nTunnel flooded again\n\nRiverside - The old tunnel was closed …\n"
    )
    assert article.body == f"{STORY}\n\n{SECOND}"
    assert [item.text for item in article.removed] == ["Check Also", "Tunnel flooded again", "Riverside - The old tunnel was closed …"]


def test_a_teaser_heading_at_the_top_does_not_take_the_story(read: Read) -> None:
    assert STORY in read(f"Related news\n\n{STORY}\n\n{SECOND}\n\n{STORY} Again.\n").body


def test_a_notice_in_the_last_paragraph_goes_and_the_paragraph_stays(read: Read) -> None:
    article = read(
        f"{STORY} This article was edited by The Riverside Courier. Responsibility for the information and views set out lies with the author."
    )
    assert article.body == STORY
    assert article.publisher == "The Riverside Courier"


def test_a_credit_inside_a_paragraph_goes_and_the_words_around_it_stay(read: Read) -> None:
    article = read(f"Council approves bridge\n\n{STORY} (Reporting by Jane Doe; Editing by John Roe) {SECOND}\n")
    assert article.body == f"{STORY}\n\n{SECOND}"
    assert article.byline == ("Jane Doe", "John Roe")


def test_a_caption_loses_its_photographer_only(read: Read) -> None:
    article = read(f"Council approves bridge\n\nBoats pass below the old bridge at noon. ANN POE / AFP - Getty Images\n\n{STORY}\n")
    assert article.body == f"Boats pass below the old bridge at noon.\n\n{STORY}"
    assert article.byline == ("ANN POE",)


def test_the_headline_standing_again_word_for_word_is_removed_and_one_that_differs_stays(read: Read) -> None:
    title = "Council approves bridge after long debate"
    again = read(f"{title}\n\n{STORY}\n\n{SECOND}\n\n{title}\n\n{STORY} So it is.\n")
    assert again.body == f"{STORY}\n\n{SECOND}\n\n{STORY} So it is."
    assert [(item.text, item.rule) for item in again.removed] == [(title, "headline again")]
    differs = read(f"{title}\n\n{STORY}\n\n{SECOND}\n\n{title} today\n\n{STORY} So it is.\n")
    assert differs.body == f"{STORY}\n\n{SECOND}\n\n{title} today\n\n{STORY} So it is."


def test_a_date_line_is_removed_only_at_the_very_beginning(read: Read) -> None:
    assert read(f"date 2021-05-03 {STORY}\n\n{SECOND}").standfirst == STORY
    assert "date 2021-05-03" in read(f"{STORY}\n\nThe plan has the date 2021-05-03 and a number.\n\n{SECOND}").body


def test_every_rule_names_a_known_place_and_says_what_it_looks_for() -> None:
    rules = load("boilerplate")["rule"]
    assert len(rules) > 15
    assert [r["name"] for r in rules if r["where"] not in boilerplate.PLACES or ("words" in r) == ("pattern" in r)] == []


def test_words_of_a_rule_begin_with_a_word_so_that_they_are_found_by_it() -> None:
    said = [words for rule in load("boilerplate")["rule"] for words in rule.get("words", ())]
    assert len(said) > 300
    assert [words for words in said if words.startswith(("…", " "))] == []


def test_what_a_rule_needs_stands_in_its_pattern() -> None:
    needs = [(rule["needs"], rule["pattern"]) for rule in load("boilerplate")["rule"] if "needs" in rule]
    assert len(needs) > 8
    assert [pair for pair in needs if pair[0] not in pair[1].replace("\\", "")] == []


def test_two_agencies_with_a_slash_are_no_photographer(read: Read) -> None:
    article = read(f"Council approves bridge\n\n{STORY} (Reuters/AFP)\n")
    assert (article.agencies, article.byline) == (("Reuters", "AFP"), ())


def test_a_text_is_searched_for_what_rules_need_once_and_not_for_each_sentence(monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[str] = []
    needed = boilerplate._Rules.needed
    monkeypatch.setattr(boilerplate._Rules, "needed", lambda rules, text: asked.append(text) or needed(rules, text))
    text = "Edited by A. Roe has contributed. " * 500
    assert boilerplate._sentences(text)
    assert asked == [text]


def test_each_of_many_notices_ends_at_the_first_full_stop_that_is_no_abbreviation() -> None:
    text = "Edited by J. Edited by K. Roe. " * 300
    found = boilerplate._sentences(text)
    assert len(found) == 600
    assert {text[start:end] for start, end, _, _ in found} == {"Edited by J. Edited by K. Roe.", "Edited by K. Roe."}


def test_a_rule_finds_its_line_whatever_stands_around_it() -> None:
    """No paragraph in which a rule matches is taken for the story's at the first look."""
    matched = ["Share this article", "A bridge. The views expressed here are hers.", "A bridge. Photo: Jane Roe", "ENDS", "By Jane Roe", "[Ana Doe]"]
    assert [line for line in matched if boilerplate._signs().none_in(line)] == []
    assert boilerplate._signs().none_in(SECOND)
