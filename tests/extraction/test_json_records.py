"""JSON and JSON Lines: which records a file holds, where they stand, and what becomes of broken ones."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from search.errors import UnreadableFile
from search.extraction.json_records import parse, records
from search.extraction.pieces import Characters
from search.extraction.records import BrokenRecord, Record


def stating(record: Record) -> list[str]:
    """A record states a body if it has a field "text"."""
    return ["body"] if record.values.get("text") else []


def found(content: str | bytes, *, lines: bool = False) -> list[tuple[str, Any]]:
    """The places of records, with their values, or the reason for which they are broken."""
    data = content.encode() if isinstance(content, str) else content
    given = records(data, Characters(data), stating, lines=lines)
    return [(item.where, item.reason if isinstance(item, BrokenRecord) else item.values) for item in given]


A, B, C = {"text": "a"}, {"text": "b"}, {"text": "c"}


def test_every_line_of_json_lines_is_a_record_under_its_number() -> None:
    assert found('{"text": "a"}\n\n  {"text": "b"}\r\n{"text": "c"}', lines=True) == [("line 1", A), ("line 3", B), ("line 4", C)]


def test_a_broken_line_costs_itself() -> None:
    content = '{"text": "a"}\n{"text": "b\n[1]\n"text"\n{"text": "c"}\n{"text": "a"}\n'
    places = found(content, lines=True)
    assert [where for where, _ in places] == [f"line {number}" for number in range(1, 7)]
    assert places[0][1] == A
    assert places[1][1] == "This is not valid JSON: unterminated string starting at (line 1, column 10 of it)."
    assert "no JSON object" in places[2][1]
    assert "no JSON object" in places[3][1]
    assert places[4:] == [("line 5", C), ("line 6", A)]


def test_a_list_has_numbered_records_and_says_their_lines() -> None:
    content = '[\n{"text": "a"},\n{"text": "b"}\n]\n'
    assert found(content) == [("record 1 (line 2)", A), ("record 2 (line 3)", B)]
    assert found(json.dumps([A, B, C])) == [("record 1 (line 1)", A), ("record 2 (line 1)", B), ("record 3 (line 1)", C)]


def test_a_broken_record_in_a_list_of_one_line_costs_itself_if_its_brackets_are_right() -> None:
    places = found('[{"text": "a"}, {"text": b}, 5, {"text": "c"}]')
    assert [value for _, value in places if isinstance(value, dict)] == [A, C]
    assert [where for where, value in places if isinstance(value, str)] == ["record 2 (line 1)", "record 3 (line 1)"]


@pytest.mark.parametrize("broken", ['{"text": "b}', '{"text": "b"', '{"text": {"b"}', '"text": "b"}', '{"text": "b"]}'])
@pytest.mark.parametrize("indent", [None, 2])
def test_a_broken_record_in_a_list_with_lines_costs_itself(broken: str, indent: int | None) -> None:
    parts = [json.dumps(record, indent=indent).replace("\n", "\n  ") for record in (A, B, C)]
    parts[1] = broken
    places = found("[\n  " + ",\n  ".join(parts) + "\n]")
    assert [value for _, value in places if value in (A, C)] == [A, C]
    assert next(where for where, value in places if isinstance(value, str)).startswith("record 2 (line ")


def test_what_cannot_be_read_behind_a_broken_record_is_said() -> None:
    places = found('[{"text": "a"}, {"text": "b}, {"text": "c"}]')
    assert places[0] == ("record 1 (line 1)", A)
    assert [where for where, _ in places] == ["record 1 (line 1)", "record 2 (line 1)"]
    assert places[1][1].endswith("What follows it in the file could not be read either.")


def test_what_stands_behind_a_list_is_said_to_be_left_out() -> None:
    assert found('[{"text": "a"}] \n') == [("record 1 (line 1)", A)]
    assert found('[{"text": "a"}]\n[{"text": "b"}]') == [
        ("record 1 (line 1)", A),
        ("end of the file", "There is more behind the end of the list, which is not read."),
    ]


def test_a_list_that_is_cut_off_is_said_to_be() -> None:
    assert found('[{"text": "a"},\n') == [
        ("record 1 (line 1)", A),
        ("end of the file", "The list of articles is not closed: the file may have been cut off."),
    ]


@pytest.mark.parametrize(
    "content",
    ['{"text": "a"}', ' \n{\n  "text":\n"a"}\n'],
)
def test_one_object_is_the_article_that_the_file_is(content: str) -> None:
    assert found(content) == [("", A)]
    assert found(content, lines=True) == [("line 1", A)]


@pytest.mark.parametrize(
    "content",
    [
        {"status": "ok", "articles": [A, B]},
        {"response": {"total": 2, "docs": [A, B]}},
        {"rss": {"channel": {"title": "News", "item": [A, B]}}},
        {"whatever": [A, B]},
        {"sources": [{"name": "x"}], "tags": ["t"], "whatever": [A, B]},
        {"data": [{"name": "x"}], "results": [A, B]},
        {"one": [A], "two": [B]},
        {"related": [C], "articles": [A, B]},
    ],
)
def test_the_list_of_articles_in_an_object_is_found(content: dict[str, Any]) -> None:
    for indent in (None, 1):
        assert [value for _, value in found(json.dumps(content, indent=indent))] == [A, B]
    assert [value for _, value in found(json.dumps(content), lines=True)] == [A, B]


def test_the_records_of_several_lists_are_numbered_through() -> None:
    assert [where for where, _ in found('{"one": [{"text": "a"}],\n"two": [{"text": "b"}]}')] == ["record 1 (line 1)", "record 2 (line 2)"]


def test_an_article_with_lists_in_it_is_one_article() -> None:
    article = {"text": "a", "comments": [{"text": "b"}], "items": [{"text": "c"}]}
    assert found(json.dumps(article)) == [("", article)]


def test_articles_that_are_the_values_of_an_object_are_found_under_their_names() -> None:
    assert found('{"x1": {"text": "a"}, "x2": {"text": "b", "key": "own"}}') == [("“x1”", {"key": "x1", **A}), ("“x2”", {"key": "own", **B})]


def test_the_list_of_articles_survives_a_broken_end() -> None:
    places = found('{"articles": [\n{"text": "a"},\n{"text": "b"},\n{"text": "c')
    assert [value for _, value in places[:2]] == [A, B]
    assert places[2][0] == "record 3 (line 4)"


def test_objects_one_behind_the_other_are_records_whatever_the_ending() -> None:
    written_out = "\n".join(json.dumps(record, indent=1) for record in (A, B, C))
    for content in (written_out, "\n".join(map(json.dumps, (A, B, C))), '{"text": "a"}{"text": "b"} {"text": "c"}'):
        for lines in (False, True):
            assert [value for _, value in found(content, lines=lines)] == [A, B, C]


def test_a_list_under_the_ending_of_lines_is_read() -> None:
    assert [value for _, value in found(json.dumps([A, B], indent=1), lines=True)] == [A, B]


@pytest.mark.parametrize("content", ["", "Just words.", "<html></html>", '"text"', "12"])
def test_what_is_no_json_is_refused_with_its_beginning(content: str) -> None:
    with pytest.raises(UnreadableFile, match=r"^This is not JSON: it begins with “" + content[:8]):
        found(content)


@pytest.mark.parametrize("content", ['{"text": "a"', '{"text": "a', "{" * 300, '{"text" "a"}'])
def test_one_broken_object_is_refused(content: str) -> None:
    with pytest.raises(UnreadableFile):
        found(content)


def test_an_empty_list_has_no_records() -> None:
    assert found(" [ ] ") == []


def test_commas_too_many_are_passed_over_but_not_those_of_texts() -> None:
    assert found('[{"text": "a, ]", "n": [1, 2,],},\n]') == [("record 1 (line 1)", {"text": "a, ]", "n": ["1", "2"]})]


def test_numbers_keep_their_digits_and_no_number_is_none() -> None:
    digits = "9" * 6000
    content = f'{{"id": {digits}, "x": 1.10, "y": NaN, "z": -Infinity, "t": true}}'
    assert parse(content) == {"id": digits, "x": "1.10", "y": None, "z": None, "t": True}


@pytest.mark.parametrize("opening", ["[", '{"a":', '[{"a":'])
def test_deep_nesting_is_a_reason(opening: str) -> None:
    places = found('[{"text": "a"}, ' + opening * 100_000)
    assert places[0][1] == A
    assert "nested more than 200 deep" in places[1][1]
    with pytest.raises(ValueError, match="nested too deeply"):
        parse(opening * 100_000)


def test_names_that_stand_twice_with_different_values_are_known() -> None:
    data = b'[{"text": "a", "text": "b", "x": 1, "x": 1}, {"text": "a"}]'
    first, second = records(data, Characters(data), stating, lines=False)
    assert isinstance(first, Record)
    assert isinstance(second, Record)
    assert (sorted(first.conflicting), sorted(second.conflicting)) == (["text"], [])


def test_a_line_in_another_encoding_is_read_beside_the_others() -> None:
    content = '{"text": "a"}\n{"text": "café au lait, déjà vu"}\n'.encode("windows-1252") + '{"text": "é"}\n'.encode()
    assert [value for _, value in found(content, lines=True)] == [A, {"text": "café au lait, déjà vu"}, {"text": "é"}]


def test_a_list_in_which_very_many_records_are_broken_gives_those_that_are_not() -> None:
    good = [{"text": str(number)} for number in range(300)]
    places = found("[\n" + "".join(f'{{"text": [,\n{json.dumps(record)},\n' for record in good) + "]")
    assert [value for _, value in places if isinstance(value, dict)] == good
    assert len(places) == 600


def test_short_lines_are_read_in_the_encoding_that_the_longer_ones_tell() -> None:
    long = "Le café de la rue de l’Été a rouvert ses portes lundi, « enfin », a dit sa propriétaire. " * 5
    content = "".join(f'{{"text": "{text}"}}\n' for text in ("à", long, "Déjà vu à l’été")).encode("windows-1252")
    assert [value["text"] for _, value in found(content, lines=True)] == ["à", long, "Déjà vu à l’été"]


JSON = st.recursive(
    st.none() | st.booleans() | st.text(max_size=6),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=4), inner, max_size=3),
    max_leaves=8,
)


@given(st.lists(st.dictionaries(st.text(max_size=4), JSON, max_size=4), min_size=2), st.sampled_from([None, 0, 1, 2]), st.booleans())
def test_every_list_is_read_as_json_has_it(values: list[Any], indent: int | None, ascii_only: bool) -> None:
    assert [value for _, value in found(json.dumps(values, indent=indent, ensure_ascii=ascii_only))] == values


@given(st.text(alphabet='{}[]":,\\ \nat1é', max_size=60), st.booleans())
def test_any_text_is_records_or_a_reason(content: str, lines: bool) -> None:
    try:
        reasons = [value for _, value in found(content, lines=lines) if isinstance(value, str)]
    except UnreadableFile as error:
        reasons = [str(error)]
    assert [reason for reason in reasons if not reason.endswith(".")] == []
