"""Which field is which part of an article, and what a date field states."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from search.errors import UnreadableFile, UsageError
from search.extraction import fields, timestamps
from search.extraction.fields import PARTS, parts_of
from search.extraction.knowledge import load
from search.extraction.records import Record, mapping, record_of


def stated(values: dict[str, Any], **given: str) -> dict[str, tuple[str, ...]]:
    """For each part, what the surest field for it says."""
    return {part: found[0].texts for part, found in parts_of(Record("", values), given).items()}


def test_every_part_of_an_article_has_usual_names() -> None:
    names = load("fields")["names"]
    assert tuple(sorted(names)) == tuple(sorted(PARTS))
    everything = [name for part in PARTS for name in names[part]]
    assert [name for name in everything if name != fields._key(name)] == []
    assert len(everything) == len(set(everything)), "one name for two parts"


@pytest.mark.parametrize("name", ["pubDate", "pub_date", "Pub Date", "PUBDATE", "pub-date"])
def test_case_and_punctuation_of_names_do_not_matter(name: str) -> None:
    assert stated({name: "2022-06-15"}) == {"date": ("2022-06-15",)}


@pytest.mark.parametrize(
    ("values", "expected"),
    [
        ({"source": {"id": None, "name": "The Herald"}}, {"publisher": ("The Herald",)}),
        ({"title": {"rendered": "A"}, "content": {"rendered": "B", "protected": False}}, {"title": ("A",), "body": ("B",)}),
        ({"headline": {"main": "A", "kicker": None}, "byline": {"original": "By Jane Doe"}}, {"title": ("A",), "author": ("By Jane Doe",)}),
        ({"_id": {"$oid": "5f"}, "date": {"$date": {"$numberLong": "1655251200000"}}}, {"id": ("5f",), "date": ("1655251200000",)}),
        ({"_id": "7", "_source": {"title": "A", "text": "B"}}, {"id": ("7",), "title": ("A",), "body": ("B",)}),
        ({"webTitle": "A", "fields": {"bodyText": "B", "standfirst": "C"}}, {"title": ("A",), "body": ("B",), "standfirst": ("C",)}),
        ({"content": [{"type": "text/html", "value": "B"}]}, {"body": ("B",)}),
        ({"link": [{"rel": "alternate", "href": "https://x.org/"}], "guid": {"#text": "g"}}, {"url": ("https://x.org/",), "id": ("g",)}),
        ({"authors": [{"name": "Jane Doe"}, "John Roe", None]}, {"author": ("Jane Doe", "John Roe")}),
        ({"maintext": "B", "date_publish": "2022", "source_domain": "x.org"}, {"body": ("B",), "date": ("2022",), "publisher": ("x.org",)}),
    ],
)
def test_fields_in_fields_are_read(values: dict[str, Any], expected: dict[str, tuple[str, ...]]) -> None:
    assert stated(values) == expected


def test_the_surest_name_with_a_value_counts() -> None:
    assert stated({"text": "second", "content": "third", "body": "first"}) == {"body": ("first",)}
    assert stated({"text": "second", "content": "third", "body": " "}) == {"body": ("second",)}
    assert stated({"text": None, "content": "third", "body": "NaN"}) == {"body": ("third",)}


@pytest.mark.parametrize("value", [None, True, "", " \n ", "nan", "NULL", [], {}, {"x": "y"}, [[None]]])
def test_what_says_nothing_is_no_value(value: object) -> None:
    assert stated({"body": value}) == {}


def test_given_names_and_paths_go_before_the_usual_names() -> None:
    values = {"text": "usual", "Texte": "given", "meta": {"when": "2022", "tags": [{"v": "A"}, {"v": "B"}]}, "a.b": "dotted"}
    assert stated(values, body="Texte", date="meta.when") == {"body": ("given",), "date": ("2022",)}
    assert stated(values, author="meta.tags.v", title="a.b") == {"author": ("A", "B"), "title": ("dotted",), "body": ("usual",)}
    assert stated(values, body="nowhere") == {"body": ("usual",)}


def test_a_given_field_stands_for_nothing_else() -> None:
    assert stated({"summary": "A", "text": "B"}, body="summary") == {"body": ("A",)}


@pytest.mark.parametrize(
    ("given", "sentence"),
    [({"bdy": "x"}, r"Articles have no “bdy”\. What a field may be mapped to: title, .*, id\."), ({"body": " "}, "body=NAME")],
)
def test_a_mapping_that_cannot_be_meant_is_refused(given: dict[str, str], sentence: str) -> None:
    with pytest.raises(UsageError, match=sentence):
        fields.check(given)


def test_a_needed_field_with_two_values_is_refused_and_another_is_not() -> None:
    record = record_of("", mapping([("text", "a"), ("text", "b")]))
    with pytest.raises(UnreadableFile, match="“text” stands in it more than once"):
        parts_of(record, {})
    assert parts_of(record_of("", mapping([("text", "a"), ("tag", "b"), ("tag", "c")])), {})["body"][0].texts == ("a",)


def test_halves_of_characters_and_control_characters_are_replaced() -> None:
    assert stated({"text": json.loads('"a\\ud83d b\\u0000c\\r\\nd"')}) == {"body": ("a\ufffd b c\nd",)}


@given(st.recursive(st.none() | st.text(), lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner), max_leaves=10))
def test_any_value_is_texts_or_nothing(value: Any) -> None:
    texts = stated({"body": value}).get("body", ())
    assert [text for text in texts if not text or text.encode().decode() != text] == []


@pytest.mark.parametrize(
    ("text", "order", "expected"),
    [
        ("1655251200", None, ("2022-06-15", "seconds since 1970")),
        ("1655251200000", None, ("2022-06-15", "seconds since 1970")),
        ("1655251200.75", None, ("2022-06-15", "seconds since 1970")),
        ("1655337599999999", None, ("2022-06-15", "seconds since 1970")),
        ("20220615", None, ("2022-06-15", "")),
        ("20220615T235900Z", None, ("2022-06-15", "")),
        ("20220615120000", None, ("2022-06-15", "")),
        ("20221315", None, ("20221315", "")),
        ("44727", None, ("44727", "")),
        ("0000000000", None, ("0000000000", "")),
        ("9999999999999", None, ("9999999999999", "")),
        ("Wed, 15 Jun 2022 23:30:00 -0500", None, ("Wed, 15 Jun 2022 23:30:00 -0500", "")),
        ("03/04/2022 10:00", None, ("03/04/2022 10:00", "")),
        ("03/04/2022 10:00", "day first", ("2022-04-03", "day first as elsewhere in the file")),
        ("3-4-2022", "month first", ("2022-03-04", "month first as elsewhere in the file")),
        ("25.04.2022", "month first", ("25/04/2022", "")),
    ],
)
def test_what_a_date_field_states(text: str, order: timestamps.Order | None, expected: tuple[str, str]) -> None:
    assert timestamps.read(text, order) == expected


def test_the_order_of_day_and_month_is_told_where_it_can_only_be_one() -> None:
    texts = ["25/04/2022", "04/25/2022", "03/04/2022", "2022-25-04", "40/04/2022", "25/25/2022"]
    assert [timestamps.order_in(text) for text in texts] == ["day first", "month first", None, None, None, None]
    assert timestamps.only(["day first", "day first"]) == "day first"
    assert timestamps.only(["day first", "month first"]) is None
    assert timestamps.only([]) is None


def test_the_data_file_explains_each_of_its_sections() -> None:
    text = (Path(fields.__file__).parent / "data" / "fields.toml").read_text(encoding="utf-8")
    sections = [part.partition("]")[2].strip() for part in text.split("\n[")[1:]]
    assert len(sections) == 5
    assert [section[:40] for section in sections if not section.startswith("#")] == []
