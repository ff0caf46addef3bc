"""Date expressions: what they mean, and that nothing is guessed."""

from __future__ import annotations

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from search.query.dates import date_range
from search.query.tree import DateRange

TODAY = dt.date(2022, 6, 15)  # a Wednesday


def days(first: str, last: str) -> DateRange:
    return DateRange(dt.date.fromisoformat(first) if first else None, dt.date.fromisoformat(last) if last else None)


@pytest.mark.parametrize(
    ("text", "first", "last"),
    [
        ("2022", "2022-01-01", "2022-12-31"),
        ("2022-06", "2022-06-01", "2022-06-30"),
        ("2024-02", "2024-02-01", "2024-02-29"),
        ("2022-06-15", "2022-06-15", "2022-06-15"),
        (" 2022/6/15 ", "2022-06-15", "2022-06-15"),
        ("2021..2022-06", "2021-01-01", "2022-06-30"),
        ("2021-11-03 .. 2022", "2021-11-03", "2022-12-31"),
        ("2021-05..", "2021-05-01", ""),
        ("..2021-05", "", "2021-05-31"),
        ("2022-06..2022-06-15", "2022-06-01", "2022-06-15"),
        (">=2021-05", "2021-05-01", ""),
        (">2021-05", "2021-06-01", ""),
        ("<=2021-05", "", "2021-05-31"),
        ("< 2021-05", "", "2021-04-30"),
        (">yesterday", "2022-06-15", ""),
        ("today", "2022-06-15", "2022-06-15"),
        ("Yesterday", "2022-06-14", "2022-06-14"),
        ("last 30 days", "2022-05-17", "2022-06-15"),
        ("past 1 day", "2022-06-15", "2022-06-15"),
        ("last 2 weeks", "2022-06-02", "2022-06-15"),
        ("last 3 months", "2022-03-16", "2022-06-15"),
        ("last 1 year", "2021-06-16", "2022-06-15"),
        ("last week", "2022-06-06", "2022-06-12"),
        ("last month", "2022-05-01", "2022-05-31"),
        ("last year", "2021-01-01", "2021-12-31"),
        ("this week", "2022-06-13", "2022-06-19"),
        ("this month", "2022-06-01", "2022-06-30"),
        ("this year", "2022-01-01", "2022-12-31"),
        ("last month..today", "2022-05-01", "2022-06-15"),
        ("15 June 2022", "2022-06-15", "2022-06-15"),
        ("June 15, 2022", "2022-06-15", "2022-06-15"),
        ("Wednesday 15th of June 2022", "2022-06-15", "2022-06-15"),
        ("15/06/2022", "2022-06-15", "2022-06-15"),
        ("15.6.2022", "2022-06-15", "2022-06-15"),
        ("June 2022", "2022-06-01", "2022-06-30"),
        ("sept 2022", "2022-09-01", "2022-09-30"),
        ("Wednesday December 2022", "2022-12-01", "2022-12-31"),
        ("6/2022", "2022-06-01", "2022-06-30"),
        ("June 2021..15 June 2022", "2021-06-01", "2022-06-15"),
        ("June 2021 to 15 June 2022", "2021-06-01", "2022-06-15"),
        ("last month to today", "2022-05-01", "2022-06-15"),
        ("2021-2022", "2021-01-01", "2022-12-31"),
        ("2021 – 2022", "2021-01-01", "2022-12-31"),
        ("[2021 TO 2022-06]", "2021-01-01", "2022-06-30"),
        ("[2022]", "2022-01-01", "2022-12-31"),
        ("Mon, 15-Jun-2022", "2022-06-15", "2022-06-15"),
        ("on 15june2022.", "2022-06-15", "2022-06-15"),
        ("04/04/2022", "2022-04-04", "2022-04-04"),
    ],
)
def test_what_an_expression_means(text: str, first: str, last: str) -> None:
    assert date_range(text, TODAY) == days(first, last)


@pytest.mark.parametrize(
    "text",
    [
        "", " ", "..", "nonsense", "202", "20222", "2022-13", "2022-00", "2022-02-29", "2022-06-31", "2022-06-00", "0000", "31 June 2022",
        "30 Feb 2022", "2022..2021", "2022..x", "x..2022", "2022..2021..2020", ">", ">=", ">x", "=2022", ">9999", "<0001", "last 0 days",
        "last 9999 years", "last thing", "2022-06-15-01", "٢٠٢٢", "2022 2023", "x" * 100_000,
        "2022-2021", "2021-2022-2023", "2021 to", "to 2021", "[2021", "2022]", "[]", "[ ]", "15 June 2022 10 am", "2 pm 2022", "June 2022 z",
        "jan " * 9 + "2022",
    ],
)  # fmt: skip
def test_what_is_no_date_has_no_range(text: str) -> None:
    assert date_range(text, TODAY) is None


@pytest.mark.parametrize("text", ["June", "15 June", "15", "Wednesday", "12:30", "03/04/2022", "15 June 22", "15 2022", "Wednesday 2022"])
def test_what_is_not_stated_is_not_guessed(text: str) -> None:
    assert date_range(text, TODAY) is None


@pytest.mark.parametrize("text", ["nonsense 2022", "15 June 2022 utc", "th,of " * 9 + "2022", "15 June" + "," * 9 + " 2022"])
def test_what_consists_of_more_than_a_date_is_refused_before_it_is_parsed(text: str, monkeypatch: pytest.MonkeyPatch) -> None:
    given: list[str] = []

    def parsed(text: str, **_: object) -> dt.datetime:
        given.append(text)
        return dt.datetime(2022, 6, 15)  # noqa: DTZ001 - as dateutil gives it

    monkeypatch.setattr("dateutil.parser.parse", parsed)
    assert date_range("15 June 2022", TODAY) is not None
    assert date_range(text, TODAY) is None
    assert given == ["15 june 2022"] * 2


def test_a_month_back_from_a_longer_one_ends_with_the_shorter() -> None:
    assert date_range("last 1 month", dt.date(2022, 3, 31)) == days("2022-03-01", "2022-03-31")
    assert date_range("last month", dt.date(2022, 3, 31)) == days("2022-02-01", "2022-02-28")


def test_without_a_given_day_the_present_one_counts() -> None:
    before = dt.datetime.now().astimezone().date()
    found = date_range("today")
    after = dt.datetime.now().astimezone().date()
    assert found in (DateRange(before, before), DateRange(after, after))


@given(st.text(alphabet="0123456789 .,-/<>=abcdefghjlmnprstuvyJUNE", max_size=24))
def test_any_text_is_a_range_in_order_or_none(text: str) -> None:
    found = date_range(text, TODAY)
    assert found is None or found.start is None or found.end is None or found.start <= found.end
