"""The five seeds, against labels made by reading them: every figure must be right."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest

from search.analysis import fold, words
from search.article import Article
from search.extraction import document_text, extract
from search.sources import RawDocument

ROOT = Path(__file__).parents[2]
LABELS: list[dict[str, Any]] = json.loads((ROOT / "tests/cases/seeds_labels.json").read_text(encoding="utf-8"))
IDS = [label["id"] for label in LABELS]


def raw(identifier: str) -> RawDocument:
    name = f"{identifier}.txt"
    return RawDocument("seeds", name, name.encode(), "text/plain", (ROOT / "seeds" / name).read_bytes())


def extracted(identifier: str) -> Article:
    (article,) = extract(raw(identifier))
    return article


@pytest.fixture(params=LABELS, ids=IDS)
def label(request: pytest.FixtureRequest) -> dict[str, Any]:
    return dict(request.param)


def same(name: str) -> str:
    return " ".join(words(name))


def test_there_are_five_labelled_seeds() -> None:
    assert len(IDS) == 5
    assert sorted(f"{i}.txt" for i in IDS) == sorted(p.name for p in (ROOT / "seeds").glob("*.txt"))


def test_title_standfirst_date_agency_publisher_and_place_are_the_labelled_ones(label: dict[str, Any]) -> None:
    article = extracted(label["id"])
    assert (article.title, article.standfirst, article.date) == (label["title"], label["standfirst"], label["date_in_text"])
    assert (article.agency, article.publisher, article.place) == (label["agency"], label["publisher"], label["place"])


def test_undated_seeds_get_no_date_of_any_kind(label: dict[str, Any]) -> None:
    article = extracted(label["id"])
    assert article.date_precision == ("day" if label["date_in_text"] else "none")
    if not label["date_in_text"]:
        assert (article.date, article.dateline_day, article.event_days) == (None, None, ())


@pytest.mark.parametrize("part", ["participants", "mentioned"])
def test_people_are_exactly_the_labelled_ones_under_their_fullest_names(label: dict[str, Any], part: str) -> None:
    people = getattr(extracted(label["id"]), part)
    assert sorted(same(p.name) for p in people) == sorted(same(p["name"]) for p in label[part])


def test_every_labelled_form_of_a_name_is_a_form_of_that_person(label: dict[str, Any]) -> None:
    found = {same(p.name): {p.name, *p.aliases} for p in extracted(label["id"]).people}
    for person in [*label["participants"], *label["mentioned"]]:
        missing = {same(alias) for alias in person["aliases"]} - {same(form) for form in found[same(person["name"])]}
        assert not missing, person["name"]


def test_roles_are_what_the_text_calls_the_person() -> None:
    roles = {p.name: p.role for i in IDS for p in extracted(i).people}
    assert roles["Yury Borisov"] == "Russian Deputy Prime Minister"
    assert roles["Fayssal Mikdad"] == "Minister of Foreign Affairs and Expatriates"
    assert roles["Dmitry Peskov"] == "Russian Presidential spokesman"
    assert roles["Amer Ismail Hilal"] == "Governor of Lattakia"
    assert roles["Atmansyev Andrei Anatolyevich"] == "Deputy Minister of Industry and Energy"


def test_boilerplate_is_gone_and_kept_in_removed(label: dict[str, Any]) -> None:
    article = extracted(label["id"])
    shown = " ".join(" ".join(filter(None, (article.title, article.standfirst, article.body))).split())
    removed = " ".join(" ".join(item.text.split()) for item in article.removed)
    assert [line for line in label["boilerplate"] if line in shown] == []
    assert [line for line in label["boilerplate"] if line not in removed] == []


def test_nothing_of_the_file_is_lost(label: dict[str, Any]) -> None:
    article = extracted(label["id"])
    parts = [article.title or "", article.standfirst or "", article.body, *(item.text for item in article.removed)]
    before = sorted(document_text(raw(label["id"])).split())
    after = sorted(" ".join(parts).split())
    assert before == after


def test_evidence_and_removals_quote_the_document_at_their_offsets(label: dict[str, Any]) -> None:
    text = document_text(raw(label["id"]))
    article = extracted(label["id"])
    quoted = [(item.text, item.start, item.end) for item in (*article.evidence, *article.removed) if item.start is not None]
    assert len(quoted) > len(article.people)
    assert [(said, text[start:end]) for said, start, end in quoted if text[start:end] != said] == []


def test_every_value_has_evidence(label: dict[str, Any]) -> None:
    article = extracted(label["id"])
    shown = {(e.field, e.value) for e in article.evidence}
    for field in ("title", "standfirst", "date", "agency", "publisher", "place", "language"):
        value = getattr(article, field)
        assert value is None or (field, value) in shown
    assert {("participants", p.name) for p in article.participants} | {("mentioned", p.name) for p in article.mentioned} <= shown


def test_the_presidents_name_is_one_person_however_it_is_written() -> None:
    keys = {p.person for i in IDS for p in extracted(i).people if fold(p.name).endswith("assad")}
    assert keys == {"@bashar-assad"}


def test_story_paragraphs_stay_apart() -> None:
    assert len(re.findall(r"\n\n", extracted("003_10d979d26903145c").body)) == 4
