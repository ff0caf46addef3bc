"""From values as people write them to a request, and a sentence for those that cannot be meant."""

from __future__ import annotations

import datetime as dt
import json

import pytest

from search.errors import UsageError
from search.query.tree import Everything
from search.request import DEFAULT_MODE, FACETS, PARAMETERS, SearchRequest, Selection, ask

TODAY = dt.date(2022, 6, 20)


def dates(**values: list[str]) -> tuple[str, ...]:
    return ask("", values, today=TODAY).selection("date").include


def test_nothing_asked_is_everything() -> None:
    assert ask() == SearchRequest()
    assert ask().query == Everything()


def test_every_parameter_leads_to_its_facet() -> None:
    assert set(PARAMETERS.values()) == set(FACETS)
    request = ask("", {name: ["2022" if name == "date" else "x"] for name in PARAMETERS})
    assert {s.field: s.include for s in request.selections} == {field: ("2022",) if field == "date" else ("x",) for field in FACETS}


def test_people_must_all_take_part_and_other_values_are_alternatives() -> None:
    assert {field for field, mode in DEFAULT_MODE.items() if mode == "all"} == {"participants", "people"}
    assert Selection("agency", ("a",)).effective_mode == "any"
    assert Selection("agency", ("a",), mode="all").effective_mode == "all"


@pytest.mark.parametrize("none", ["none", "None", "NONE"])
def test_none_is_no_value_given(none: str) -> None:
    assert ask("", {"agency": [none, "SANA"]}).selection("agency") == Selection("agency", ("SANA",), missing="include")
    assert ask("", {"not_agency": [none]}).selection("agency") == Selection("agency", missing="exclude")


@pytest.mark.parametrize(
    ("values", "expected"),
    [
        ({"date": ["2022", "2022-06", "2022-06-15", "2022-none"]}, ("2022", "2022-06", "2022-06-15", "2022-none")),
        ({"date": ["2021..2022-06"]}, ("2021-01-01..2022-06-30",)),
        ({"date": [">=2022-05"]}, ("2022-05-01..",)),
        ({"date": ["yesterday"]}, ("2022-06-19..2022-06-19",)),
        ({"after": ["2022-05"]}, ("2022-06-01..",)),
        ({"before": ["2022-05"]}, ("..2022-04-30",)),
        ({"after": ["2021..2022-03"], "before": ["2022-06-15"]}, ("2022-04-01..2022-06-14",)),
    ],
)
def test_dates_as_people_write_them(values: dict[str, list[str]], expected: tuple[str, ...]) -> None:
    assert dates(**values) == expected


@pytest.mark.parametrize(
    ("values", "sentence"),
    [
        ({"date": ["soon"]}, "“soon” is not a date"),
        ({"date": ["2022-02-30"]}, "is not a date"),
        ({"after": [">=2021"]}, "“>=2021” is not a date"),
        ({"after": ["=2021"]}, "“=2021” is not a date"),
        ({"after": [">2021"]}, "is not a date"),
        ({"after": ["2021.."]}, "open end"),
        ({"after": ["9999"]}, "no day beyond"),
        ({"before": ["0001-01-01"]}, "no day beyond"),
        ({"after": ["2023"], "before": ["2021"]}, "exchange the two"),
        ({"after": ["2021", "2022"]}, "given once"),
        ({"agency": ["SANA"], "not_agency": ["SANA"]}, "both asked for and excluded"),
        ({"agency_mode": ["some"]}, "“any” or “all”"),
        ({"author": ["x"]}, "no parameter “author”"),
    ],
)
def test_what_cannot_be_meant_says_so(values: dict[str, list[str]], sentence: str) -> None:
    with pytest.raises(UsageError, match=sentence):
        ask("", values, today=TODAY)


@pytest.mark.parametrize("value", ["2022-13", "2022-06-31", "..", "2022..2023", "2022-06-02..2022-06-01", "x", "2022-06-15-none", "none", "٢٠٢٢"])
def test_only_values_of_the_date_facet_are_selected_in_it(value: str) -> None:
    with pytest.raises(UsageError, match="not a value of the date facet"):
        Selection("date", (value,))


@pytest.mark.parametrize("values", [{"limit": 201}, {"limit": -1}, {"page": 0}, {"facet_limit": 1001}, {"sort": "best"}, {"facets": ("author",)}])
def test_limits_of_a_request(values: dict[str, object]) -> None:
    with pytest.raises(UsageError):
        SearchRequest(**values)  # type: ignore[arg-type]


def test_a_facet_has_one_selection() -> None:
    with pytest.raises(UsageError, match="one selection"):
        SearchRequest(selections=(Selection("agency", ("a",)), Selection("agency", ("b",))))


def test_a_request_survives_json() -> None:
    values = {"agency": ["SANA"], "not_place": ["Moscow"], "date": ["2022-06"], "participant": ["Putin"], "participant_mode": ["any"]}
    request = ask('"oil gas"~3 OR date:yesterday (', values, sort="newest", limit=3, page=2, today=TODAY)
    assert request.problems
    assert SearchRequest.from_dict(json.loads(json.dumps(request.to_dict()))) == request
