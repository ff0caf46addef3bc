"""The brute-force reference itself, on a handful of articles where every answer can be counted by hand."""

from __future__ import annotations

from typing import Any

import pytest

from search.query.parser import parse
from search.request import SearchRequest, Selection
from search.results import Facet
from tests.make import article, person
from tests.reference import Answer, Reference

PUTIN = person("V. Putin", "", "Vladimir Putin")
ARCHIVE = Reference(
    [
        article("1", "The refugees returned home.", title="Talks in Damascus", date="2022-06-15", agency="SANA", participants=["Bashar al-Assad"]),
        article("2", "A refugee camp.", date="2022-06", agency="Sana", participants=["Rifaat al-Assad"], mentioned=["Bashar Assad"]),
        article("3", "Return of refugees.", date="2022", agency="TASS", participants=["Vladimir Putin", "Bashar Assad"], byline=["Ann Smith"]),
        article("4", "Oil and gas.", standfirst="Refugees", date="2021-12-31", agencies=["TASS", "SANA"], mentioned=[PUTIN]),
        article("5", "Oil, then coal, then gas.", url="https://example.org/oil"),
    ]
)


def search(text: str = "", *selections: Selection, **values: Any) -> Answer:
    parsed = parse(text)
    return ARCHIVE.search(SearchRequest(text, parsed.query, parsed.problems, selections, **values))


def ids(answer: Answer) -> list[str]:
    return [found.lstrip("0") for found in answer.ids]


def counts(answer: Answer, field: str) -> dict[str, int]:
    return {value.value: value.count for value in facet(answer, field).values}


def facet(answer: Answer, field: str) -> Facet:
    (found,) = [facet for facet in answer.facets if facet.field == field]
    return found


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("", "12345"),
        ("NOT *", ""),
        ("refugee return", "13"),
        ("=refugee", "2"),
        ('"return of refugees"', "3"),
        ('"of return"~2', "3"),
        ('"of return"~1', "3"),
        ('"refugees return"~1', ""),
        ("title:talks", "1"),
        ("refugees damascus", "1"),
        ("refugees -camp", "134"),
        ("camp OR coal", "25"),
        ("ref* NEAR/1 returned", "13"),
        ("=oil NEAR/2 =gas", "4"),
        ("oil NEAR/4 gas", "45"),
        ("gas PRE/4 oil", ""),
        ("oil NEAR/1 oil", ""),
        ("w* OR c?a*", "5"),
        ("rafugees~", "134"),
        ("byline:smith", "3"),
        ("url:oil", "5"),
        ("agency:sana", "124"),
        ("agency:none", "5"),
        ("participant:Assad", "123"),
        ('participant:"Bashar Assad"', "13"),
        ('person:"Bashar Assad"', "123"),
        ("person:@bashar-assad", "123"),
        ("participant:@nobody", ""),
        ('person:"Vladimir Putin"', "34"),
        ("person:—", ""),
        ("date:2022", "123"),
        ("date:2022-06", "12"),
        ("date:2022-06-15", "1"),
        ("date:2021..2022", "1234"),
        ("date:<2022", "4"),
        ("date:none", "5"),
        ("-date:2022-06", "345"),
    ],
)
def test_what_is_found(text: str, found: str) -> None:
    assert "".join(sorted(ids(search(text)))) == found


def test_a_fuzzy_word_keeps_its_first_letter_and_a_swap_is_one_edit() -> None:
    assert ids(search("cola~")) == ["5"]
    assert ids(search("doal~")) == []


def test_order_by_date_has_the_undated_last_in_both_directions() -> None:
    assert ids(search(sort="newest")) == ["1", "2", "3", "4", "5"]
    assert ids(search(sort="oldest")) == ["4", "3", "2", "1", "5"]


def test_of_dates_that_may_begin_on_one_day_the_one_that_may_end_later_is_newer() -> None:
    dates = ["2022", "2022-01-01", "2022-01", "2022-01", None]
    archive = Reference([article(str(number), date=date) for number, date in enumerate(dates, 1)])
    assert ids(archive.search(SearchRequest(sort="newest"))) == ["1", "3", "4", "2", "5"]
    assert ids(archive.search(SearchRequest(sort="oldest"))) == ["2", "3", "4", "1", "5"]


def test_left_out_are_those_that_a_better_known_date_might_bring_in() -> None:
    assert search("date:2022-06-15").left_out == 3
    assert search("date:2022").left_out == 1
    assert search("refugee date:2022-06").left_out == 1
    assert search("-date:2022-06").left_out == 0
    assert search("", Selection("date", ("2022-06",))).left_out == 2
    assert search("", Selection("date", ("2022-06",)), Selection("agency", ("TASS",))).left_out == 1
    assert search("", Selection("date", (), ("2022-06",))).left_out == 0


def test_in_any_mode_a_facet_is_counted_without_its_own_included_values() -> None:
    answer = search("", Selection("agency", ("TASS",)))
    assert ids(answer) == ["3", "4"]
    assert counts(answer, "agency") == {"SANA": 2, "TASS": 2, "Sana": 1}
    assert [v.value for v in facet(answer, "agency").values] == ["SANA", "TASS", "Sana"]
    assert [v.value for v in facet(answer, "agency").values if v.selected] == ["TASS"]
    assert counts(answer, "people") == {"@bashar-assad": 1, "@v-putin": 1, "@vladimir-putin": 1}


def test_in_all_mode_a_facet_is_counted_with_its_own_included_values() -> None:
    answer = search("", Selection("people", ("@bashar-assad",)))
    assert ids(answer) == ["1", "2", "3"]
    assert counts(answer, "people") == {"@bashar-assad": 3, "@rifaat-assad": 1, "@vladimir-putin": 1}
    assert counts(search("", Selection("people", ("@bashar-assad",), mode="any")), "people")["@v-putin"] == 1


def test_exclusions_apply_to_the_other_values_and_an_excluded_one_shows_what_it_would_bring_back() -> None:
    answer = search("", Selection("agency", (), ("TASS",)))
    assert ids(answer) == ["1", "2", "5"]
    assert counts(answer, "agency") == {"SANA": 1, "Sana": 1, "TASS": 2}
    assert [v.value for v in facet(answer, "agency").values if v.excluded] == ["TASS"]


def test_none_given_is_selected_and_excluded_like_a_value() -> None:
    chosen = search("", Selection("agency", ("TASS",), missing="include"))
    assert ids(chosen) == ["3", "4", "5"]
    assert (facet(chosen, "agency").missing.count, facet(chosen, "agency").missing.selected) == (1, True)
    without = search("", Selection("agency", (), missing="exclude"))
    assert ids(without) == ["1", "2", "3", "4"]
    assert (facet(without, "agency").missing.count, facet(without, "agency").missing.excluded) == (1, True)


def test_a_value_stands_for_all_its_spellings_and_is_shown_as_the_only_one() -> None:
    both = search("", Selection("agency", ("sana",)))
    assert ids(both) == ["1", "2", "4"]
    assert counts(both, "agency")["sana"] == 3
    only = search("", Selection("agency", ("tass",)))
    assert [v.value for v in facet(only, "agency").values if v.selected] == ["TASS"]


def test_a_name_of_one_person_becomes_the_key_and_one_of_several_a_value_of_its_own() -> None:
    one = facet(search("", Selection("participants", ("Putin",))), "participants")
    assert [(v.value, v.label, v.selected) for v in one.values] == [
        ("@bashar-assad", "Bashar Assad", False),
        ("@vladimir-putin", "Vladimir Putin", True),
    ]
    several = facet(search("", Selection("participants", ("Assad",))), "participants")
    assert [(v.value, v.label, v.count, v.selected) for v in several.values] == [
        ("Assad", "Assad", 3, True),
        ("@bashar-assad", "Bashar Assad", 2, False),
        ("@rifaat-assad", "Rifaat al-Assad", 1, False),
        ("@vladimir-putin", "Vladimir Putin", 1, False),
    ]
    nobody = facet(search("", Selection("participants", ("Nobody",))), "participants")
    assert [(v.value, v.count, v.selected) for v in nobody.values] == [("Nobody", 0, True)]


def test_a_person_is_shown_under_the_most_frequent_name_in_the_archive() -> None:
    assert ARCHIVE.label("people", "@bashar-assad") == "Bashar Assad"
    assert ARCHIVE.label("people", "@who-ever") == "who ever"
    assert ARCHIVE.label("agency", "@sana") == "@sana"


def test_a_facet_has_so_many_values_and_all_chosen_ones() -> None:
    found = facet(search("", Selection("agency", ("Nobody",)), facet_limit=1), "agency")
    assert [v.value for v in found.values] == ["SANA", "Nobody"]
    assert found.more == 2
    assert facet(search(facet_limit=0), "agency").more == 3


def tree(answer: Answer) -> list[Any]:
    def of(value: Any) -> Any:
        flags = "+" * value.selected + "-" * value.excluded
        return (value.value + flags, value.count) if value.children is None else (value.value + flags, value.count, [of(c) for c in value.children])

    return [of(value) for value in facet(answer, "date").values]


def test_dates_are_a_tree_in_the_order_of_time() -> None:
    assert tree(search()) == [("2021", 1), ("2022", 3)]
    assert facet(search(), "date").missing.count == 1
    assert tree(search("", Selection("date", ("2022",)))) == [("2021", 1), ("2022+", 3, [("2022-06", 2), ("2022-none", 1)])]
    assert tree(search("", Selection("date", ("2022-06",)))) == [
        ("2021", 1),
        ("2022", 3, [("2022-06+", 2, [("2022-06-15", 1), ("2022-06-none", 1)]), ("2022-none", 1)]),
    ]
    chosen = search("", Selection("date", ("2022-none",)))
    assert ids(chosen) == ["3"]
    assert tree(chosen) == [("2021", 1), ("2022", 3, [("2022-06", 2), ("2022-none+", 1)])]


def test_a_chosen_date_that_nothing_has_is_shown_with_zero() -> None:
    assert tree(search("", Selection("date", ("2020-03",)))) == [("2020", 0, [("2020-03+", 0, [])]), ("2021", 1), ("2022", 3)]


def test_an_excluded_date_shows_what_it_would_bring_back() -> None:
    answer = search("", Selection("date", (), ("2022-06",)))
    assert ids(answer) == ["3", "4", "5"]
    assert tree(answer) == [("2021", 1), ("2022", 1, [("2022-06-", 2), ("2022-none", 1)])]


def test_a_range_of_dates_is_one_value_and_left_out_of_its_own_counts() -> None:
    answer = search("", Selection("date", ("2022-06-01..2022-06-30",)))
    assert ids(answer) == ["1", "2"]
    june = ("2022-06", 2, [("2022-06-15", 1), ("2022-06-none", 1)])
    assert tree(answer) == [("2022-06-01..2022-06-30+", 2), ("2021", 1), ("2022", 3, [june, ("2022-none", 1)])]
    assert ids(search("", Selection("date", ("..2021-12-31",)))) == ["4"]
