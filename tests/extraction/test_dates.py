"""When an article was published, and on what evidence; never a guess."""

from __future__ import annotations

from dataclasses import replace

import pytest

from search.extraction import days, plain
from search.extraction.document import Fact
from search.extraction.reading import article_of
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
        ("15 juin 2022", "2022-06-15", "day"),
        ("1er août 2022", "2022-08-01", "day"),
        ("17 AOUT 2022", "2022-08-17", "day"),
        ("3. April 2022", "2022-04-03", "day"),
        ("15. März 2022", "2022-03-15", "day"),
        ("15 de mayo de 2022", "2022-05-15", "day"),
        ("15 июня 2022 года", "2022-06-15", "day"),
        ("15 يونيو 2022", "2022-06-15", "day"),
        ("2022年6月15日", "2022-06-15", "day"),
        ("marzo de 2022", "2022-03", "month"),
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


def test_a_year_of_two_digits_says_so_in_the_evidence(read: Read) -> None:
    article = read(f"LIMA, 20 AUG 88 (EFE) -- {STORY}")
    (evidence,) = [e for e in article.evidence if e.field == "date"]
    assert article.date == "1988-08-20"
    assert "two digits" in evidence.considered[0].why


def test_a_day_of_change_is_not_the_day_of_publication(read: Read) -> None:
    assert read(f"Bridge approved\n\nUpdated: May 5, 2021\n\n{STORY}\n\n{STORY} Yes.").date is None
    article = read(f"Bridge approved\n\nUpdated: May 5, 2021 | Published: May 3, 2019\n\n{STORY}\n\n{STORY} Yes.")
    (evidence,) = [e for e in article.evidence if e.field == "date"]
    assert article.date == "2019-05-03"
    assert [(c.value, "change" in c.why) for c in evidence.considered] == [("2021-05-05", True)]


@pytest.mark.parametrize(("stamp", "date"), [("Updated: May 5, 2021", "2021-05-03"), ("Updated: May 25, 2021", None)])
def test_a_change_soon_after_the_dateline_gives_it_its_year(read: Read, stamp: str, date: str | None) -> None:
    article = read(f"Bridge approved\n\n{stamp}\n\nRIVERSIDE, May 3 (AP) - {STORY}\n\n{STORY} Yes.")
    assert (article.date, article.dateline_day) == (date, "--05-03")


def test_the_end_of_a_broken_sentence_is_no_date(read: Read) -> None:
    article = read(f"RIVERSIDE GETS BRIDGE\n\nRIVERSIDE, March 5 - {STORY}\nShares were split two for one in\nDecember 1986")
    assert article.date is None
    assert article.body.endswith("December 1986")


def test_a_line_with_another_day_than_the_dateline_is_not_the_date(read: Read) -> None:
    article = read(f"Bridge approved\n\nJuly 8, 1986\n\nRIVERSIDE, April 9 - {STORY}\n\n{STORY} Yes.")
    assert (article.date, article.dateline_day) == (None, "--04-09")


@pytest.mark.parametrize(
    ("line", "without", "with_it"),
    [
        ("19{}-03-02", None, "1988-03-02"),
        ("March 2, 19{}", None, "1988-03-02"),
        ("Updated: March 2, 19{}", None, "1988-02-29"),
        ("March 19{}", None, None),
        ("February 19{}", "1987-02", "1988-02-29"),
    ],
)
def test_a_dateline_of_29_february_is_a_day_only_in_years_that_have_one(read: Read, line: str, without: str | None, with_it: str | None) -> None:
    for year, date in (("87", without), ("88", with_it)):
        article = read(f"Bridge approved\n\n{line.format(year)}\n\nRIVERSIDE, Feb 29 - {STORY}\n\n{STORY} Yes.")
        assert article.date == date
        assert article.dateline_day in ("--02-29", date)


def test_more_precise_evidence_that_agrees_completes_what_is_stated(read: Read) -> None:
    text = f"Bridge approved\n\nPublished: 03/04/2022\n\n{STORY}\n\n{STORY} Yes."
    assert read(text).date == "2022"
    assert read(text, "2022-04-03-bridge.txt").date == "2022-04-03"
    assert read(text, "2022-06-09-bridge.txt").date == "2022"


def test_digits_inside_a_file_name_are_no_date(read: Read) -> None:
    assert read(STORY, "a20220615b.txt").date is None
    assert read(STORY, "desk_20220615_bridge.txt").date == "2022-06-15"


def test_the_year_of_a_copyright_is_no_date(read: Read) -> None:
    assert read(f"Bridge approved\n\n{STORY}\n\n{STORY} Yes.\n\n© 2021 Riverside Courier").date is None


def test_a_day_shown_in_local_time_goes_before_the_moment_in_utc() -> None:
    text = f"Bridge approved\n\nNov. 19, 2019\n\n{STORY}\n\n{STORY} Yes."
    stated = replace(plain.read(text), dates=(Fact("2019-11-20T01:50:59Z", "field published", "2019-11-20T01:50:59Z"),))
    assert article_of(stated, source="desk", key=b"a", path="a.txt").date == "2019-11-19"
    far = replace(stated, dates=(Fact("2019-12-20T01:50:59Z", "field published", "2019-12-20T01:50:59Z"),))
    assert article_of(far, source="desk", key=b"a", path="a.txt").date == "2019-12-20"


def test_an_agency_among_the_authors_or_in_a_field_of_its_own_is_whose_report_it_is() -> None:
    document = plain.read(f"Bridge approved\n\n{STORY}\n\n{STORY} Yes.")
    authors = article_of(replace(document, authors=("Jane Doe", "Associated Press")), source="desk", key=b"a", path="a.txt")
    assert (authors.agency, authors.byline) == ("AP", ("Jane Doe",))
    field = article_of(replace(document, agencies=(Fact("dpa", "field agency", "dpa"),)), source="desk", key=b"a", path="a.txt")
    assert [(e.value, e.rule) for e in field.evidence if e.field == "agency"] == [("DPA", "field agency")]
