"""The picture of dates: which bars stand side by side for what was found and chosen, and where each leads."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

import pytest

from search.archive import Archive
from search.article import Article
from tests.make import article
from tests.web.conftest import Page, archive_of, client_of
from web import params
from web.periods import Span, merged, number_of, side_by_side, span, without_deserts, years
from web.timeline import MOST_SLOTS, Timeline, timeline

Draw = Callable[..., Timeline | None]

DATES = [
    "2019", "2021-03", "2021-03-05", "2021-03-05", "2021-03-09", "2021-04-30", "2021-12-31", "2022-01-01", "2022-01", "2022-06-15", "2022", None,
]  # fmt: skip


def dated(dates: Sequence[str | None]) -> list[Article]:
    return [article(f"{place}", f"Text {place}.", date=date) for place, date in enumerate(dates, 1)]


@pytest.fixture(scope="module")
def archive(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Archive]:
    with archive_of(tmp_path_factory.mktemp("timeline") / "a", dated(DATES)) as archive:
        yield archive


@pytest.fixture
def draw(archive: Archive) -> Draw:
    return lambda *pairs: drawn(archive, *pairs)


def drawn(archive: Archive, *pairs: tuple[str, str]) -> Timeline | None:
    results = archive.run(params.read(pairs))
    return timeline(results.facet("date"), results.request, lambda request: params.query_string(params.write(request)))


def bars(line: Timeline | None) -> list[tuple[str, int]]:
    assert line
    return [(bar.name, bar.count) for bar in line.bars]


def test_years_stand_on_the_scale_of_the_calendar(draw: Draw) -> None:
    line = draw()
    assert bars(line) == [("2019", 1), ("2020", 0), ("2021", 6), ("2022", 4)]
    assert line
    assert [bar.height for bar in line.bars] == [16.67, 0, 100, 66.67]
    assert [bar.left for bar in line.bars] == [0, 25, 50, 75]
    assert line.most == 6
    assert [(crumb.label, crumb.href) for crumb in line.crumbs] == [("All years", None)]
    assert (line.vague, line.gaps, line.earlier, line.later) == ((), (), None, None)


def test_a_bar_narrows_to_its_year_and_the_months_appear(draw: Draw) -> None:
    line = draw()
    assert line
    assert line.bars[2].href == "?date=2021"
    months = draw(("date", "2021"))
    assert [count for _, count in bars(months)] == [0, 0, 4, 1, 0, 0, 0, 0, 0, 0, 0, 1]
    assert months
    assert months.bars[2].name == "March 2021"
    assert months.bars[2].href == "?date=2021-03", "the month takes the place of its year"
    assert [(crumb.label, crumb.href) for crumb in months.crumbs] == [("All years", ""), ("2021", None)]
    assert [(crumb.label, crumb.href) if crumb else None for crumb in (months.earlier, months.later)] == [
        ("2019", "?date=2019"),
        ("2022", "?date=2022"),
    ]


def test_then_the_days_and_what_is_too_vague_for_them_beside(draw: Draw) -> None:
    days = draw(("date", "2021-03"))
    assert [(name, count) for name, count in bars(days) if count] == [("5 March 2021", 2), ("9 March 2021", 1)]
    assert days
    assert len(days.bars) == 31
    assert days.vague == (("March 2021, no day given", 1, "?date=2021-03-none"),)
    assert [crumb.label for crumb in days.crumbs] == ["All years", "2021", "March"]
    assert days.crumbs[1].href == "?date=2021"
    assert days.later
    assert days.later.href == "?date=2021-04"


def test_a_chosen_day_stays_among_its_neighbours(draw: Draw) -> None:
    days = draw(("date", "2021-03-05"))
    assert days
    assert [bar.name for bar in days.bars if bar.state == "selected"] == ["5 March 2021"]
    assert len(days.bars) == 31
    assert next(bar for bar in days.bars if bar.state).href == "", "once more takes it back"


@pytest.mark.parametrize(
    ("chosen", "shown"),
    [
        ("2019-01-01..2022-12-31", ("year", "2019", "2022", 4)),
        ("2021-03-01..2022-01-31", ("month", "March 2021", "January 2022", 11)),
        ("2021-12-20..2022-01-10", ("day", "20 December 2021", "10 January 2022", 22)),
        ("2021-12-20..", ("month", "December 2021", "December 2022", 13)),
        ("..2019-03-31", ("month", "January 2019", "March 2019", 3)),
    ],
)
def test_a_range_is_shown_as_finely_as_it_is_short(draw: Draw, chosen: str, shown: tuple[str, str, str, int]) -> None:
    line = draw(("date", chosen))
    assert line
    assert (line.level, line.bars[0].name, line.bars[-1].name, len(line.bars)) == shown
    assert line.crumbs[-1].href is None
    assert line.brush == ""


def test_of_a_range_only_what_lies_in_it_wholly_is_named_as_vague(draw: Draw) -> None:
    inside, across = draw(("date", "2021-03-01..2022-12-31")), draw(("date", "2022-02-01..2022-12-31"))
    assert inside
    assert across
    assert [(name, count) for name, count, _ in inside.vague] == [("2022, no month given", 1)]
    assert across.vague == ()


def test_several_chosen_years_stand_with_a_gap_between_those_that_are_no_neighbours(draw: Draw) -> None:
    line = draw(("date", "2019"), ("date", "2021"))
    assert line
    assert len(line.bars) == 24
    assert line.gaps == (50.0,)
    assert [crumb.label for crumb in line.crumbs] == ["All years", "2 dates"]
    mixed = draw(("date", "2019"), ("date", "2021-03"))
    assert mixed
    assert mixed.level == "month", "all bars stand for the same length of time"
    assert len(mixed.bars) == 13


def test_an_excluded_year_shows_what_it_would_bring_back(draw: Draw) -> None:
    line = draw(("not_date", "2021"))
    assert line
    assert [(bar.name, bar.count, bar.state) for bar in line.bars if bar.state] == [("2021", 6, "excluded")]
    assert line.bars[2].href == ""


def test_marking_starts_from_the_search_without_dates_and_keeps_the_rest(draw: Draw) -> None:
    line = draw(("q", "text"), ("date", "2021"), ("not_date", "2021-03"), ("sort", "oldest"))
    assert line
    assert line.brush == "?q=text&not_date=2021-03&sort=oldest"


def test_undated_alone_can_be_chosen_and_left_again(draw: Draw) -> None:
    line = draw(("date", "none"))
    assert bars(line) == [("2019", 1), ("2020", 0), ("2021", 6), ("2022", 4)], "its own choice is left out of its own counts"
    assert line
    assert line.brush == ""


def test_a_stray_date_does_not_flatten_the_rest(tmp_path: Path) -> None:
    with archive_of(tmp_path / "a", dated(["1066", "1971", *(f"{year}" for year in range(1975, 2023))])) as archive:
        line = drawn(archive)
    assert line
    names = [bar.name for bar in line.bars]
    assert names[:6] == ["1066", "1971", "1972", "1973", "1974", "1975"]
    assert len(line.gaps) == 1
    assert len(names) == 1 + 2022 - 1971 + 1


@pytest.mark.parametrize(("span_of_years", "first"), [(range(1800, 2020), "1800 to 1809"), (range(500, 2020, 5), "0500 to 0599")])
def test_very_many_years_share_bars(tmp_path: Path, span_of_years: range, first: str) -> None:
    with archive_of(tmp_path / "a", dated([f"{year:04}" for year in span_of_years])) as archive:
        line = drawn(archive)
        assert line
        chosen = drawn(archive, ("date", line.bars[0].href.removeprefix("?date=")))
    assert len(line.bars) <= MOST_SLOTS
    assert sum(bar.count for bar in line.bars) == len(span_of_years)
    assert line.bars[0].name == first
    assert chosen
    assert all("-01-01.." in bar.href or "date=" in bar.href for bar in chosen.bars)


def test_without_any_date_there_is_no_picture(tmp_path: Path) -> None:
    with archive_of(tmp_path / "a", dated([None])) as archive:
        assert drawn(archive) is None
        assert drawn(archive, ("date", "none")) is None


def test_the_first_and_the_last_years_there_are_can_be_drawn(tmp_path: Path) -> None:
    with archive_of(tmp_path / "a", dated(["0001", "9999-12-31"])) as archive:
        assert bars(drawn(archive))[0] == ("0001", 1)
        assert bars(drawn(archive, ("date", "9999-12")))[-1] == ("31 December 9999", 1)
        assert bars(drawn(archive, ("date", "0001-01-01..9999-12-31")))[-1] == ("9999", 1)


def test_every_bar_and_the_table_behind_it_lead_to_what_they_say(archive: Archive) -> None:
    page = Page(client_of(archive), "/?date=2021")
    march = next(tag for tag in page.soup.select(".bars a") if tag["data-name"] == "March 2021")
    assert march["tabindex"] == "-1", "a keyboard has the table and the slider"
    assert march.title is not None
    assert march.title.get_text() == "March 2021: 4 articles"
    assert Page(client_of(archive), str(march["href"])).one("h1") == "4 articles found"
    assert page.follow(".dates .value", "March").one("h1") == "4 articles found"
    assert page.follow(".beside a", "undated").one("h1") == "7 articles found", "the six of the year, and the undated one"


def test_periods_lie_side_by_side() -> None:
    assert span("2020-02") == Span(span("2020-02-01").first, span("2020-02-29").last)
    assert side_by_side("month", [span("2021-12-31"), span("2022-02")]) == ["2021-12", None, "2022-02"]
    assert side_by_side("day", [span("2021-12-31"), span("2022-01-01")]) == ["2021-12-31", "2022-01-01"]
    assert without_deserts(["1", "2", "3", "4", "5", "6", "7"], {"2", "4"}) == ["1", "2", "3", "4"]
    assert without_deserts([*"abcdefg"], {"a", "g"}) == ["a", None, "g"]
    assert years(0, 10).value == "0001-01-01..0009-12-31"
    assert years(9990, 100).value == "9990-01-01..9999-12-31"


@pytest.mark.parametrize("chosen", ["1900-01-01..1950-12-31", "1000-01-01..1999-12-31", "..1900-12-31", "2090-05-01.."])
def test_a_range_in_which_nothing_lies_is_drawn_empty(draw: Draw, chosen: str) -> None:
    line = draw(("date", chosen))
    assert line
    assert line.level == "year"
    assert {bar.count for bar in line.bars} == {0}
    assert len(line.bars) <= MOST_SLOTS


def test_what_is_excluded_inside_a_range_does_not_empty_the_rest(draw: Draw) -> None:
    years_drawn = draw(("date", "2019-01-01..2022-12-31"), ("not_date", "2021-03"))
    assert bars(years_drawn) == [("2019", 1), ("2020", 0), ("2021", 2), ("2022", 4)]
    long = draw(("date", "2021-01-01..2021-12-31"), ("not_date", "2021-03-05"))
    assert long
    assert long.level == "month"
    assert sum(bar.count for bar in long.bars) == 4, "all but the two of the fifth of March"


def test_days_of_ten_thousand_years_are_never_reckoned_one_by_one(draw: Draw, monkeypatch: pytest.MonkeyPatch) -> None:
    spans: list[tuple[str, int]] = []
    monkeypatch.setattr("web.timeline.side_by_side", lambda level, of: spans.append((level, number_of(level, of))) or side_by_side(level, of))
    assert draw(("date", "0001-01-01..9999-12-31"), ("date", "0001-01-02..9999-12-31"), ("not_date", "2022-06-15"))
    assert spans == [("year", 9999)]


def test_spans_are_put_together() -> None:
    assert merged([span("2022"), span("2021-05"), span("2022-03"), span("2021-05-31")]) == [span("2021-05"), span("2022")]
    assert [number_of(level, [span("2020")]) for level in ("year", "month", "day")] == [1, 12, 366]
