"""When an article was published, and on what evidence; never a guess."""

from __future__ import annotations

import pytest

from search.extraction import days
from tests.extraction.conftest import Read

STORY = "The council approved the new bridge after a debate of four hours, and work begins when the ice is gone."


@pytest.mark.parametrize(
    ("text", "value", "precision"),
    [
        ("2022-06-15", "2022-06-15", "day"),
        ("15 June 2022", "2022-06-15", "day"),
        ("June 15th, 2022", "2022-06-15", "day"),
        ("Wednesday, June 15, 2022", "2022-06-15", "day"),
        ("15.06.2022", "2022-06-15", "day"),
        ("06/15/2022", "2022-06-15", "day"),
        ("20 AUG 88", "1988-08-20", "day"),
        ("June 2022", "2022-06", "month"),
        ("2022-06-15T10:30:00+02:00", "2022-06-15", "day"),
    ],
)
def test_a_day_is_read_as_precisely_as_it_is_said(text: str, value: str, precision: str) -> None:
    day = days.find(f"on {text} they met")
    assert day is not None
    assert (day.value, day.precision) == (value, precision)


def test_day_and_month_that_cannot_be_told_apart_leave_the_year() -> None:
    day = days.find("05/06/2022")
    assert day is not None
    assert (day.value, day.precision) == ("2022", "year")
    assert "may be" in day.note


@pytest.mark.parametrize("text", ["2022-13-40", "31 February 2021", "won 3-2", "version 1.2.3", "call 555-2022", "in March"])
def test_what_is_no_day_is_none(text: str) -> None:
    assert days.find(text) is None


@pytest.mark.parametrize(
    "text",
    [
        f"date 2022-06-15 {STORY}\n\n{STORY} So it is.",
        f"Bridge approved\n\nPublished: June 15, 2022\n\n{STORY}\n",
        f"Bridge approved\n\nWednesday, 15 June 2022\n\n{STORY}\n",
        f"RIVERSIDE, June 15, 2022 (Reuters) - {STORY}\n",
    ],
)
def test_a_stated_day_is_the_date(read: Read, text: str) -> None:
    article = read(text)
    assert (article.date, article.date_precision) == ("2022-06-15", "day")
    assert "2022-06-15" not in article.body
    assert "date" in {e.field for e in article.evidence}


def test_a_dateline_without_a_year_gives_a_day_and_no_date(read: Read) -> None:
    article = read(f"CLEVELAND, Feb 26 - {STORY}\n")
    assert (article.dateline_day, article.date, article.date_precision, article.place) == ("--02-26", None, "none", "Cleveland")


def test_days_of_the_story_are_not_its_date(read: Read) -> None:
    article = read(
        f"Bridge approved\n\nOn Tuesday the council met. It had met on 3 May 2019 and in June 2020 as well. Yesterday it rested. {STORY}\n"
    )
    assert (article.date, article.event_days) == (None, ())


def test_relative_days_are_resolved_against_a_known_date(read: Read) -> None:
    # 15 June 2022 was a Wednesday.
    article = read(f"Bridge approved\n\nJune 15, 2022\n\nOn Monday the council met, and yesterday it voted. It will meet on Friday. {STORY}\n")
    assert article.event_days == ("2022-06-13", "2022-06-14")


def test_last_wednesday_said_on_a_wednesday_is_a_week_ago(read: Read) -> None:
    assert read(f"Bridge approved\n\nJune 15, 2022\n\nThe council met last Wednesday. {STORY}\n").event_days == ("2022-06-08",)


def test_a_file_name_is_weaker_than_what_is_stated(read: Read) -> None:
    assert read(f"Bridge approved\n\n{STORY}\n", "news-2021-03-04-bridge.txt").date == "2021-03-04"
    article = read(f"Bridge approved\n\nJune 15, 2022\n\n{STORY}\n", "2021-03-04.txt")
    assert article.date == "2022-06-15"
    (evidence,) = [e for e in article.evidence if e.field == "date"]
    assert [c.value for c in evidence.considered] == ["2021-03-04"]


@pytest.mark.parametrize("name", ["1234567890.txt", "20221399.txt", "report-12.txt", "2022.txt"])
def test_numbers_in_a_file_name_are_no_date(read: Read, name: str) -> None:
    assert read(f"Bridge approved\n\n{STORY}\n", name).date is None
