"""URL to request and back: nothing gets lost, nothing wrong gets through."""

from __future__ import annotations

from dataclasses import replace
from urllib.parse import parse_qsl

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from search.errors import UsageError
from search.request import FACETS, SORTS, SearchRequest, Selection, ask, choose
from web import params

names = st.text(min_size=1, max_size=12).filter(lambda text: text.casefold() != "none" and text.encode("utf-8", "ignore").decode() == text)
dates = st.sampled_from(["2022", "2021-05", "2022-06-15", "2022-none", "2021-05-none", "2021-05-01..2022-06-30", "..2021-12-31", "2020-01-01.."])


@st.composite
def requests(draw: st.DrawFn) -> SearchRequest:
    selections = []
    for field in draw(st.lists(st.sampled_from(FACETS), unique=True)):
        values = draw(st.lists(dates if field == "date" else names, unique=True, max_size=4))
        cut = draw(st.integers(0, len(values)))
        missing = draw(st.sampled_from(["", "include", "exclude"]))
        mode = None if field == "date" else draw(st.sampled_from([None, "any", "all"]))
        if values or missing or mode:
            selections.append(Selection(field, tuple(values[:cut]), tuple(values[cut:]), missing, mode))
    selections.sort(key=lambda s: FACETS.index(s.field))
    request = ask(draw(st.text(max_size=30).filter(lambda text: text.encode("utf-8", "ignore").decode() == text)))
    return replace(
        request,
        selections=tuple(selections),
        sort=draw(st.sampled_from(SORTS)),
        limit=draw(st.integers(0, 200)),
        page=draw(st.integers(1, 9999)),
        cursor=draw(st.none() | names),
        facets=tuple(draw(st.lists(st.sampled_from(FACETS), unique=True))),
        facet_limit=draw(st.integers(0, 1000)),
        explain=draw(st.booleans()),
    )


@settings(max_examples=60, deadline=None)
@given(requests())
def test_the_address_of_a_request_asks_for_that_request(request: SearchRequest) -> None:
    address = params.query_string(params.write(request))
    assert params.read(parse_qsl(address.removeprefix("?"), keep_blank_values=True)) == request


def test_a_request_as_by_default_has_an_empty_address() -> None:
    assert params.query_string(params.write(SearchRequest())) == ""
    assert params.read([]) == SearchRequest()


def test_every_kind_of_parameter_reaches_the_request() -> None:
    request = params.read(
        parse_qsl(
            "q=trade&agency=SANA&agency=TASS&not_participant=@x&participant_mode=any&place=none&after=2021"
            "&sort=newest&limit=25&page=2&facets=agency,participant&facet_limit=3"
        )
    )
    assert (request.text, request.sort, request.limit, request.page, request.facet_limit) == ("trade", "newest", 25, 2, 3)
    assert request.facets == ("agency", "participants")
    assert request.selection("agency") == Selection("agency", ("SANA", "TASS"))
    assert request.selection("participants") == Selection("participants", exclude=("@x",), mode="any")
    assert request.selection("place").missing == "include"
    assert request.selection("date").include == ("2022-01-01..",)


WRONG = [
    (("agent", "SANA"), "no parameter “agent”"),
    (("limit", "ten"), "whole number"),
    (("limit", "5000"), "200"),
    (("page", "0"), "pages count from 1"),
    (("explain", "yes"), "“explain” must be 1 or 0"),
    (("find", "x"), "no parameter “find”"),
    (("page", "-1"), "whole number"),
    (("page", "²"), "whole number"),
    (("sort", "best"), "relevance, newest, oldest"),
    (("date", "someday"), "is not a date"),
    (("after", "x"), "is not a date"),
    (("agency_mode", "some"), "“any” or “all”"),
    (("facets", "colour"), "no facet “colour”"),
]


@pytest.mark.parametrize(("pair", "sentence"), WRONG, ids=[f"{n}={v}" for (n, v), _ in WRONG])
def test_a_wrong_parameter_is_refused_with_a_sentence_and_passed_over_where_leniently_read(pair: tuple[str, str], sentence: str) -> None:
    with pytest.raises(UsageError, match=sentence):
        params.read([pair])
    request, ignored = params.read_leniently([("q", "trade"), pair, ("agency", "SANA")])
    assert request == ask("trade", {"agency": ["SANA"]})
    assert len(ignored) == 1
    assert sentence in ignored[0]
    assert "=".join(pair) in ignored[0]


@pytest.mark.parametrize("name", ["q", "sort", "limit", "page", "cursor"])
def test_the_first_of_two_values_holds_where_there_can_be_one(name: str) -> None:
    first, second = ("1", "2") if name in ("limit", "page") else ("newest", "oldest")
    with pytest.raises(UsageError, match="once only"):
        params.read([(name, first), (name, second)])
    request, ignored = params.read_leniently([(name, first), (name, second)])
    assert request == params.read([(name, first)])
    assert len(ignored) == 1


def test_a_value_both_asked_for_and_excluded_is_asked_for_when_read_leniently() -> None:
    request, ignored = params.read_leniently([("agency", "SANA"), ("not_agency", "SANA")])
    assert request.selection("agency") == Selection("agency", ("SANA",))
    assert len(ignored) == 1


def test_more_parameters_than_anybody_can_mean_are_cut_off_with_a_sentence() -> None:
    pairs = [("agency", f"A{i}") for i in range(params.MAX_PARAMETERS + 50)]
    with pytest.raises(UsageError, match="at most 200 parameters"):
        params.read(pairs)
    request, ignored = params.read_leniently(pairs)
    assert len(request.selection("agency").include) == params.MAX_PARAMETERS
    assert len(ignored) == 1


def asking(**selections: Selection) -> SearchRequest:
    return SearchRequest(selections=tuple(selections.values()), page=3, cursor="c")


def test_a_change_of_filters_goes_back_to_the_first_page() -> None:
    request = asking(agency=choose("agency", ["SANA"]))
    changed = [
        params.with_value(request, "agency", "TASS"),
        params.with_exclusion(request, "place", "Moscow"),
        params.without(request, "agency", "SANA"),
        params.cleared(request),
    ]
    assert [(r.page, r.cursor) for r in changed] == [(1, None)] * 4


@pytest.mark.parametrize(
    ("chosen", "value", "left"),
    [
        (["2022"], "2022-06", ["2022-06"]),
        (["2022-06", "2021"], "2022", ["2021", "2022"]),
        (["2022-06"], "2022-05", ["2022-06", "2022-05"]),
        (["2022"], "2022-none", ["2022-none"]),
        (["2021-01-01..2022-06-30"], "2022", ["2022"]),
    ],
)
def test_a_date_takes_the_place_of_what_lies_above_or_below_it_and_of_a_range(chosen: list[str], value: str, left: list[str]) -> None:
    request = asking(date=choose("date", chosen))
    assert params.with_value(request, "date", value).selection("date").include == tuple(left)


def test_an_exclusion_takes_the_place_of_a_choice_and_a_choice_that_of_an_exclusion() -> None:
    request = asking(agency=choose("agency", ["SANA"], ["TASS"]))
    assert params.with_exclusion(request, "agency", "SANA").selection("agency") == Selection("agency", (), ("TASS", "SANA"))
    assert params.with_value(request, "agency", "TASS").selection("agency") == Selection("agency", ("SANA", "TASS"))


def test_a_person_takes_the_place_of_a_name() -> None:
    request = asking(participants=choose("participants", ["Assad", "@vladimir-putin"]))
    changed = params.with_name_as(request, "participants", "Assad", "@asma-assad")
    assert changed.selection("participants").include == ("@vladimir-putin", "@asma-assad")


def test_the_values_of_a_facet_are_asked_for_beside_a_search() -> None:
    wanted = params.read_values(parse_qsl("q=trade&agency=SANA&find=mek&start=50&limit=20&sort=newest"))
    assert wanted == params.Values(ask("trade", {"agency": ["SANA"]}, sort="newest"), "mek", 50, 20)
    assert params.read_values([]) == params.Values(SearchRequest(), "", 0, 50)


@pytest.mark.parametrize(
    ("address", "says"),
    [("find=a&find=b", "once only"), ("start=-1", "whole number"), ("limit=x", "whole number"), ("more=1", "no parameter “more”")],
)
def test_what_cannot_be_meant_of_values_is_refused(address: str, says: str) -> None:
    with pytest.raises(UsageError, match=says):
        params.read_values(parse_qsl(address))
