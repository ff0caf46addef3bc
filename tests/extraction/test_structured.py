"""Structured files as articles: their ids, what is read from each field, what becomes of records that are broken or stand there twice."""

from __future__ import annotations

import csv
import io
import json
import pkgutil
from collections.abc import Iterable, Mapping
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from search.article import Article, Evidence, Removed
from search.errors import UnreadableFile, UsageError
from search.extraction import BrokenRecord, article_id, document_text, extract, keys
from search.extraction.document import Document
from search.extraction.keys import Keys
from search.extraction.reading import article_of
from tests.extraction.conftest import raw_document

STORY = "The council approved the new bridge on Monday after a debate of four hours. It was the first that the town had built in a century."
OTHER = "The harbour opened to ships from three countries on Tuesday, and the mayor of the town was there to greet the first of them."


def read(content: str | bytes, path: str = "a.jsonl", fields: Mapping[str, str] | None = None) -> list[Article]:
    """The articles of a file in which nothing is broken."""
    found = list(extract(raw_document(content, path), fields))
    assert [item for item in found if isinstance(item, BrokenRecord)] == []
    return [item for item in found if isinstance(item, Article)]


def lines(*records: object) -> str:
    return "\n".join(json.dumps(record) for record in records)


def rules(article: Article) -> dict[str, str]:
    return {evidence.field: evidence.rule for evidence in article.evidence}


def test_a_record_is_an_article_with_the_fields_that_it_was_read_from() -> None:
    record = {
        "id": 17,
        "headline": "Bridge approved",
        "dek": "Council votes at last",
        "articleBody": STORY,
        "pubDate": "Wed, 15 Jun 2022 23:30:00 -0500",
        "byline": "By Jane Doe and John Roe",
        "source": {"name": "The Herald"},
        "link": "https://herald.example/2022/bridge",
        "lang": "xx",
    }
    (article,) = read(lines(record))
    assert (article.id, article.record) == (article_id("desk", b"a.jsonl", "17"), "17")
    assert (article.title, article.standfirst, article.body) == ("Bridge approved", "Council votes at last", STORY)
    assert (article.date, article.date_precision) == ("2022-06-15", "day")
    assert (article.publisher, article.url, article.agency) == ("The Herald", "https://herald.example/2022/bridge", None)
    assert (article.event_days, article.byline) == (("2022-06-13",), ("Jane Doe", "John Roe"))
    found = rules(article)
    assert {field: found[field] for field in ("title", "standfirst", "date", "publisher")} == {
        "title": "field “headline”",
        "standfirst": "field “dek”",
        "date": "field “pubDate”",
        "publisher": "field “source”",
    }


def test_offsets_count_in_the_text_of_the_record() -> None:
    record = {"id": "a", "title": "Mayor Ana Torvald opens bridge", "text": f"LIMA (Reuters) - {STORY}\n\nShare this"}
    raw = raw_document(lines(record, {"id": "b", "text": OTHER}), "a.jsonl")
    first, second = [item for item in extract(raw) if isinstance(item, Article)]
    text = document_text(raw, "a")
    assert text.startswith("Mayor Ana Torvald opens bridge\nLIMA (Reuters)")
    assert {item.field for item in first.evidence if item.start is not None} >= {"title", "place", "agency", "participants"}
    assert [item.text for item in first.removed] == ["Share this"]
    items: list[Evidence | Removed] = [*first.evidence, *first.removed]
    assert [item for item in items if item.start is not None and text[item.start : item.end] != item.text] == []
    assert document_text(raw, "b").endswith(second.body)
    with pytest.raises(UnreadableFile, match="no article with the key “c”"):
        document_text(raw, "c")


@pytest.mark.parametrize(
    ("field", "agency", "publisher"),
    [
        ({"source": "Reuters"}, "Reuters", None),
        ({"agency": "Associated Press"}, "AP", None),
        ({"author": "AFP"}, "AFP", None),
        ({"agency": "Harbour Wire"}, None, "Harbour Wire"),
        ({"source": "https://www.herald.example/feed"}, None, "herald.example"),
    ],
)
def test_an_agency_in_a_field_is_whose_report_it_is(field: dict[str, str], agency: str | None, publisher: str | None) -> None:
    (article,) = read(lines({"text": STORY, **field}))
    assert (article.agency, article.byline) == (agency, ())
    assert article.publisher in (publisher, agency)


def test_fields_with_markup_are_read_as_pages() -> None:
    content = f"<p>{STORY}</p><p>Costs:<br>none &lt;yet&gt;.</p><script>x()</script>"
    (article,) = read(lines({"title": "Bridge &amp; <em>town</em>", "content": content, "summary": "A&nbsp;vote"}))
    assert (article.title, article.standfirst) == ("Bridge & town", "A vote")
    assert article.body == f"{STORY}\n\nCosts:\n\nnone <yet>."


def test_a_whole_page_in_a_field_is_read_as_one() -> None:
    page = f"<!DOCTYPE html><html><body><nav><a href='/'>Home</a></nav><article><h1>Bridge</h1><p>{STORY}</p><p>{OTHER}</p></article></body></html>"
    (article,) = read(lines({"id": "1", "html": page}))
    assert "Home" not in article.body
    assert OTHER in article.body


def test_what_wires_call_companies_by_is_no_markup() -> None:
    (article,) = read(lines({"text": f"Phillips <P> and Gulf <G> said so & left. {STORY}"}))
    assert article.body.startswith("Phillips <P> and Gulf <G> said so & left.")


def test_a_description_is_the_text_where_there_is_no_other() -> None:
    records = [{"id": "1", "description": "Council votes at last", "text": STORY}, {"id": "2", "description": OTHER, "text": None}]
    with_body, without = read(lines(*records))
    assert (with_body.standfirst, with_body.body) == ("Council votes at last", STORY)
    assert (without.standfirst, without.body) == (None, OTHER)


@pytest.mark.parametrize("end", ["", "…", " [...]", "..."])
def test_a_description_that_is_the_beginning_of_the_text_is_no_standfirst(end: str) -> None:
    (article,) = read(lines({"description": STORY[:60].rsplit(" ", 1)[0] + end, "text": STORY}))
    assert (article.standfirst, article.body) == (None, STORY)


def test_a_headline_that_stands_again_in_the_text_is_removed_there() -> None:
    (article,) = read(lines({"title": "Bridge approved", "text": f"Bridge approved\n\n{STORY}"}))
    assert (article.title, article.body) == ("Bridge approved", STORY)
    assert [(item.text, item.rule) for item in article.removed] == [("Bridge approved", "headline again")]


def test_the_name_of_an_export_dates_none_of_its_articles() -> None:
    (article,) = read(lines({"text": STORY}), "2022-06-15.jsonl")
    assert article.date is None
    (single,) = read(json.dumps({"text": STORY}), "2022-06-15.json")
    assert single.date == "2022-06-15"


def test_days_that_may_be_either_way_round_are_read_as_the_rest_of_the_file() -> None:
    ambiguous, clear = {"id": "1", "text": STORY, "date": "03/04/2022"}, {"id": "2", "text": OTHER, "date": "25/04/2022"}
    assert [article.date for article in read(lines(ambiguous, clear))] == ["2022-04-03", "2022-04-25"]
    (alone,) = read(lines(ambiguous))
    assert alone.date_precision != "day"
    both_ways = read(lines(ambiguous, clear, {"id": "3", "text": OTHER, "date": "04/25/2022"}))
    assert both_ways[0].date_precision != "day"


@pytest.mark.parametrize("path", ["a.json", "a.jsonl", "a.csv", "a.tsv"])
def test_every_kind_of_file_gives_the_same_articles(path: str) -> None:
    records = [{"id": f"n{n}", "title": f"Bridge {n}", "text": f"{text} {n}", "date": "2022-06-15"} for n, text in enumerate((STORY, OTHER, STORY))]
    if path.endswith("sv"):
        out = io.StringIO()
        writer = csv.DictWriter(out, records[0], delimiter="\t" if path == "a.tsv" else ",")
        writer.writeheader()
        writer.writerows(records)
        content = out.getvalue()
    else:
        content = json.dumps({"articles": records}) if path == "a.json" else lines(*records)
    said = [(a.record, a.title, a.body, a.date) for a in read(content, path)]
    assert said == [(r["id"], r["title"], r["text"], r["date"]) for r in records]


def test_a_file_that_is_one_object_is_one_article_without_a_key() -> None:
    (article,) = read(json.dumps({"id": "17", "text": STORY}), "a.json")
    assert (article.record, article.id) == ("", article_id("desk", b"a.json"))
    assert document_text(raw_document(json.dumps({"text": STORY}), "a.json")) == STORY


def test_a_key_is_the_records_id_or_its_address_or_a_hash_of_its_text() -> None:
    with_id, with_url = {"id": "x", "url": "https://x.org/1", "text": STORY}, {"url": "https://x.org/2", "text": STORY}
    keys = [article.record for article in read(lines(with_id, with_url, {"text": STORY, "n": 1}, {"text": OTHER}))]
    assert keys[:2] == ["x", "https://x.org/2"]
    assert [len(key) for key in keys[2:]] == [32, 32]
    assert [article.record for article in read(lines({"n": 2, "text": STORY}, with_id))] == [keys[2], "x"]
    assert len(read(lines({"id": "k" * 600, "text": STORY}))[0].record) == 64


def test_records_that_say_the_same_are_one_and_it_is_said() -> None:
    content = lines({"id": "1", "text": STORY}, {"id": "1", "text": STORY, "crawled": "later"}, {"id": "2", "text": OTHER})
    found = list(extract(raw_document(content, "a.jsonl")))
    assert [item.record for item in found if isinstance(item, Article)] == ["1", "2"]
    assert [item for item in found if isinstance(item, BrokenRecord)] == [
        BrokenRecord("line 2", "The same article stands in line 1 already.", duplicate=True)
    ]


def test_records_that_differ_under_one_id_are_all_kept_under_keys_of_their_own() -> None:
    first, second, third = {"id": "1", "text": STORY}, {"id": "1", "text": OTHER}, {"id": "2", "text": STORY}
    keys = {article.body: article.record for article in read(lines(first, second))}
    assert sorted(key.partition("#")[0] for key in keys.values()) == ["1", "1"]
    assert len(set(keys.values())) == 2
    again = {article.body: article.record for article in read(lines(third, second, first)) if article.record != "2"}
    assert again == keys


RECORDS = st.lists(
    st.fixed_dictionaries(
        {"text": st.sampled_from([STORY, OTHER, None])},
        optional={
            "id": st.sampled_from(["1", "2", 1]),
            "url": st.sampled_from(["https://x.org/", "1"]),
            "date": st.sampled_from(["2022-06", "03/04/2022"]),
        },
    ),
    max_size=6,
)


@settings(max_examples=60, deadline=None)
@given(RECORDS, st.randoms(use_true_random=False), st.sampled_from(["a.json", "a.jsonl"]))
def test_ids_depend_on_the_set_of_records_and_never_clash(records: list[dict[str, Any]], random: Any, path: str) -> None:
    def ids(given: Iterable[dict[str, Any]]) -> list[str]:
        content = json.dumps(list(given)) if path == "a.json" else lines(*given, {"text": "A last line. It is there so that there is one."})
        try:
            return [item.id for item in extract(raw_document(content, path)) if isinstance(item, Article)]
        except UnreadableFile:
            return []

    said = ids(records)
    assert len(said) == len(set(said))
    shuffled = list(records)
    random.shuffle(shuffled)
    assert sorted(ids(shuffled)) == sorted(said)
    assert sorted(ids(records + records)) == sorted(said)


def test_broken_records_say_where_and_why_and_the_rest_is_read() -> None:
    rest = lines({"title": "A", "author": None}, [1], {"text": "Share this"}, {"text": "<img src='x'>"}, {"text": OTHER})
    content = lines({"text": STORY}) + '\n{"text": \n' + rest
    found = list(extract(raw_document(content, "a.jsonl")))
    assert [item.body for item in found if isinstance(item, Article)] == [STORY, OTHER]
    assert [(item.where, item.reason) for item in found if isinstance(item, BrokenRecord)] == [
        ("line 2", "This is not valid JSON: expecting value (line 1, column 9 of it)."),
        ("line 3", "It has no text in any field that is known to hold one. Its fields are “title”, “author”."),
        ("line 4", "This is no JSON object: an article is “{…}” with names and values."),
        ("line 5", "There is no article text in the file: nothing is left after page furniture and notices are taken out."),
        ("line 6", "There is no text in it, only markup or nothing at all."),
    ]


@pytest.mark.parametrize(
    ("path", "content", "sentence"),
    [
        ("a.json", "[]", r"^There are no records in the file\.$"),
        ("a.csv", "title,text\n", r"^There are no records in the file\.$"),
        ("a.json", '[{"titel": "A", "inhalt": "B"}]', "There are “titel”, “inhalt”. Say which one holds it: --map body=NAME$"),
        ("a.json", '{"titel": "A"}', "--map body=NAME"),
        ("a.csv", f"1;A;{STORY}\n2;B;{OTHER}\n", r"If the first row does not name the columns, add one that does\.$"),
        ("a.json", "[1, 2]", r"^None of its 2 records can be read\. record 1 \(line 1\): This is no JSON object"),
        ("a.json", '{"text": "a", "text": "b"}', r"^The field “text” stands in it more than once"),
        ("a.json", '{"title": "A", "text": "<br>"}', r"^There is no text in it"),
        ("a.jsonl", "\x00\x01\x02", "not JSON"),
        ("a.csv", "", "no columns"),
        ("a.md", "", "empty"),
    ],
)
def test_a_file_without_articles_says_why(path: str, content: str, sentence: str) -> None:
    with pytest.raises(UnreadableFile, match=sentence):
        next(extract(raw_document(content, path)))


def test_fields_may_be_given_and_must_be_parts_of_an_article() -> None:
    content = lines({"Inhalt": STORY, "meta": {"wann": "2022-06-15"}})
    (article,) = read(content, fields={"body": "Inhalt", "date": "meta.wann"})
    assert (article.body, article.date, rules(article)["date"]) == (STORY, "2022-06-15", "field “meta.wann”")
    raw = raw_document(content, "a.jsonl")
    assert document_text(raw, article.record, {"body": "Inhalt"}) == STORY
    with pytest.raises(UsageError, match="Articles have no “inhalt”"):
        next(extract(raw, {"inhalt": "body"}))


def test_articles_come_before_the_file_is_read_to_its_end(monkeypatch: pytest.MonkeyPatch) -> None:
    made: list[Document] = []

    def counted(document: Document, **given: Any) -> Article:
        made.append(document)
        return article_of(document, **given)

    monkeypatch.setattr("search.extraction.article_of", counted)
    found = extract(raw_document(lines(*({"id": n, "text": f"{STORY} {n}"} for n in range(50))), "a.jsonl"))
    next(found)
    next(found)
    assert len(made) == 2


@settings(max_examples=150, deadline=None)
@given(
    st.sampled_from(["a.json", "a.jsonl", "a.csv", "a.tsv", "a.md"]),
    st.binary(max_size=60) | st.text(alphabet='{}[]":,;-+\n\r\ttext \\u', max_size=80).map(str.encode),
)
def test_any_bytes_are_articles_or_reasons(path: str, data: bytes) -> None:
    try:
        said = [item.reason if isinstance(item, BrokenRecord) else f"{item.id}." for item in extract(raw_document(data, path))]
    except UnreadableFile as error:
        said = [str(error)]
    assert said
    assert [sentence for sentence in said if not sentence.endswith((".", "NAME"))] == []


@pytest.mark.parametrize("where", ["article_of", "structured.document_of", "fields.parts_of", "keys.Keys.add"])
def test_a_fault_of_ours_in_one_record_costs_this_record_and_is_logged(
    where: str, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    where = f"search.extraction.{where}"
    real = pkgutil.resolve_name(where)

    def faulty(*given: Any, **named: Any) -> Any:
        if "tunnel 1" in repr(given):
            raise LookupError("oops")
        return real(*given, **named)

    raw = raw_document(lines(*({"id": n, "text": f"{STORY} The tunnel {n} is closed."} for n in range(3))), "a.jsonl")
    monkeypatch.setattr(where, faulty)
    if where.endswith("Keys.add"):  # the same fault is met again where the key is asked for
        asked = Keys.of
        monkeypatch.setattr(Keys, "of", lambda found, parts, place: faulty(parts) if "tunnel 1" in repr(parts) else asked(found, parts, place))
    first, second, third = extract(raw)
    assert isinstance(first, Article)
    assert second == BrokenRecord("line 2", "internal error: LookupError: oops")
    assert isinstance(third, Article)
    assert "line 2 of a.jsonl in desk" in caplog.text


def test_a_fault_of_ours_in_a_file_that_is_one_article_is_raised(monkeypatch: pytest.MonkeyPatch) -> None:
    def faulty(*_: Any, **__: Any) -> Any:
        raise LookupError("oops")

    monkeypatch.setattr("search.extraction.article_of", faulty)
    with pytest.raises(LookupError, match="oops"):
        next(extract(raw_document(json.dumps({"text": STORY}), "a.json")))


def test_a_record_that_cannot_be_keyed_leaves_the_keys_of_the_others_as_they_are(monkeypatch: pytest.MonkeyPatch) -> None:
    real = keys._everything

    def faulty(parts: Any) -> str:
        if "tunnel 0" in repr(parts):
            raise LookupError("oops")
        return real(parts)

    monkeypatch.setattr(keys, "_everything", faulty)
    records = [{"id": 1, "text": f"{STORY} The tunnel {n} is closed."} for n in range(3)]
    found = list(extract(raw_document(lines(*records), "a.jsonl")))
    assert [item.where for item in found if isinstance(item, BrokenRecord)] == ["line 1"]
    assert len({item.record for item in found if isinstance(item, Article)}) == 2
