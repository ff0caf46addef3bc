"""Lines that stand around a story, above it and in the midst of it: what is cut, what is told by them, and that the story stays."""

from __future__ import annotations

import pytest

from tests.extraction.conftest import Read

STORY = "The council approved the new bridge on Monday after a debate of four hours, and work begins in the spring."
SECOND = "Residents had asked for a tunnel instead, saying that the river floods the eastern bank every other year."
SHORT = "“This is a beautiful first step,” he said."


@pytest.mark.parametrize("label", ["DON'T MISS", "See also", "Read next", "Related stories", "Most read", "Recommended", "Topics"])
@pytest.mark.parametrize("before", [1, 6])
def test_the_story_goes_on_behind_a_label_and_its_teasers(read: Read, label: str, before: int) -> None:
    above = [f"{STORY} {number}." for number in range(before)]
    article = read("\n\n".join(["Bridge approved", *above, label, "Ten bridges to see before Christmas", SHORT, SECOND]))
    assert article.title == "Bridge approved"
    assert article.body.split("\n\n") == [*above, SHORT, SECOND]


def test_without_a_story_behind_it_a_label_leads_to_the_end(read: Read) -> None:
    article = read("\n\n".join(["Bridge approved", STORY, SECOND, "More on this story", "Ten bridges to see", "The bridge that never was"]))
    assert article.body.split("\n\n") == [STORY, SECOND]


def test_early_in_the_story_a_label_without_one_behind_it_is_left(read: Read) -> None:
    lines = ["A", "B", "C", "D", "E"]
    article = read("\n\n".join(["Bridge approved", STORY, "Trending", *lines, STORY + " So it is.", SECOND]))
    assert "Trending" in article.body


@pytest.mark.parametrize(
    "line",
    ["OPINION", "MEDIA STATEMENT", "OBITUARY", "Home | World | Business", "Home > Press Releases", "Markets | Currencies", "Briefing Room"],
)
def test_the_name_of_a_page_or_section_is_no_title(read: Read, line: str) -> None:
    article = read(f"{line}\n\nBridge approved\n\n{STORY}\n\n{SECOND}")
    assert article.title == "Bridge approved"
    assert line in [removed.text for removed in article.removed]


@pytest.mark.parametrize(
    "line",
    [
        "Issued by: Department of Bridges",
        "Media enquiries: Mary Quill, 012 555 0143",
        "Interview by Mary Quill",
        "All photographs by Mary Quill",
        "Contributing: Mary Quill in Riverside",
        "This interview has been edited and condensed for clarity.",
        "Image copyright Family photo",
        "From the section Riverside",
        "Please share this story:",
        "Mary Quill Political correspondent",
        "Mary Quill, chief theatre critic in Riverside",
        "@maryquill",
        "R.J/H.S",
        "Enditem",
        "© The Riverside Chronicle",
    ],
)
def test_lines_around_a_story_are_cut(read: Read, line: str) -> None:
    article = read(f"Bridge approved\n\n{STORY}\n\n{SECOND}\n\n{line}")
    assert article.body == f"{STORY}\n\n{SECOND}"


@pytest.mark.parametrize("line", ["Mary Quill became an editor", "Markets fell", "Home is where the river is", "Opinion polls came first"])
def test_a_line_of_the_story_stays(read: Read, line: str) -> None:
    article = read(f"Bridge approved\n\n{STORY}\n\n{line}\n\n{SECOND}")
    assert article.body == f"{STORY}\n\n{line}\n\n{SECOND}"


def test_a_name_below_the_headline_is_who_wrote_it_and_so_is_the_note_at_the_end(read: Read) -> None:
    note = "Frances Quill is a columnist and former head teacher."
    article = read(f"Stop telling us\n\nFrances Quill\n\n{STORY}\n\n{SECOND}\n\n{note}")
    assert article.byline == ("Frances Quill",)
    assert article.body == f"{STORY}\n\n{SECOND}"
    assert article.people == ()


@pytest.mark.parametrize("line", ["Buenos Aires", "Bridge Street", "The Last Word"])
def test_other_words_below_the_headline_name_nobody(read: Read, line: str) -> None:
    assert read(f"Stop telling us\n\n{line}\n\n{STORY}\n\n{SECOND}").byline == ()


@pytest.mark.parametrize(
    ("line", "publisher"),
    [
        ("By Owen Quill, Market Ledger", "Market Ledger"),
        ("Molly Quill | The Riverside Sentinel", "The Riverside Sentinel"),
        ("By Owen Quill, Associated Press", None),
        ("By Owen Quill in Riverside", None),
    ],
)
def test_the_outlet_beside_the_reporters_name_printed_the_story(read: Read, line: str, publisher: str | None) -> None:
    assert read(f"Bridge approved\n\n{line}\n\n{STORY}\n\n{SECOND}").publisher == publisher


@pytest.mark.parametrize(
    ("line", "publisher"),
    [
        ("Issued by: Department of Bridges", "Department of Bridges"),
        ("Copyright 2017, Riverside Sentinel", "Riverside Sentinel"),
        ("© 2016 Riverside Sentinel Limited or its affiliated companies. All rights reserved.", "Riverside Sentinel"),
    ],
)
def test_a_notice_below_the_story_says_who_printed_it(read: Read, line: str, publisher: str) -> None:
    assert read(f"Bridge approved\n\n{STORY}\n\n{SECOND}\n\n{line}").publisher == publisher


def test_a_line_between_headline_and_byline_is_the_standfirst(read: Read) -> None:
    line = "Residents of the eastern bank say that they would rather have a tunnel"
    article = read(f"Bridge approved\n\n{line}\n\nBy Mary Quill\n\n{STORY}\n\n{SECOND}")
    assert (article.title, article.standfirst) == ("Bridge approved", line)
    assert read(f"Bridge approved\n\n{line}\n\n{STORY}\n\n{SECOND}").standfirst is None


def test_a_headline_in_capitals_may_end_in_a_full_stop(read: Read) -> None:
    article = read(f"SOCCER-QUILL HAT-TRICK SENDS ROVERS TOP.\nLONDON 1996-09-14\n{STORY}")
    assert article.title == "SOCCER-QUILL HAT-TRICK SENDS ROVERS TOP."


@pytest.mark.parametrize(
    ("content", "path"),
    [(f"Bridge approved\n\n2022\n\n{STORY}", "a.txt"), (f'{{"title": "Bridge", "date": "2022", "text": "{STORY}"}}', "a.json")],
)
def test_a_date_may_be_a_year_and_no_more(read: Read, content: str, path: str) -> None:
    article = read(content, path)
    assert (article.date, article.date_precision) == ("2022", "year")
    assert article.body == STORY


def test_a_court_is_no_person(read: Read) -> None:
    article = read("The boy appeared before District Judge Yvonne Quill at Bristol Magistrates' Court on Monday.")
    assert [p.name for p in article.people] == ["Yvonne Quill"]
