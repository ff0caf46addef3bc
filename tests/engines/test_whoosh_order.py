"""Do several segments count and sort as one? Values of facets, and pages among articles of which many are equal, against a plain count and sort."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from search.article import Article
from search.engines import open_engine
from search.engines.base import Engine
from search.engines.whoosh import facets, ordering
from search.engines.whoosh.ordering import Order, Place
from search.engines.whoosh.snapshot import Snapshot
from search.errors import UsageError
from search.lookup import facet_values
from search.request import SearchRequest, Sort, ask
from tests.engines.harbour import search
from tests.make import article

NEWEST = ["2023-01-02", "2022-06-15", "2022-06", "2022-06-01", "2022", "2022-01-01", None]
"""Dates from the newest to none: by the first day that one may mean, then by the last."""

SORTS: tuple[Sort, ...] = ("relevance", "newest", "oldest")
FIELDS = ("agency", "participants", "date", "place")
PEOPLE = [f"Ann {letter}ason" for letter in "BCDFGHJKLM"]
ARTICLES, PARTS = 300, 4


def articles(number: int) -> list[Article]:
    """Articles of few dates, agencies and people, in an order that is that of nothing."""
    luck = random.Random(number)
    made = [
        article(
            f"{n:x}",
            "zebra",
            date=luck.choice(NEWEST),
            agencies=luck.sample(["SANA", "TASS", "Élan", "AFP", "Zzz"], luck.choice([0, 1, 1, 2])),
            participants=luck.sample(PEOPLE, luck.randint(0, 3)),
            place=luck.choice([None, f"Port {luck.randint(1, 200)}"]),
        )
        for n in range(number)
    ]
    luck.shuffle(made)
    return made


def written(folder: Path, made: list[Article], parts: int) -> Engine:
    """An engine over these articles, with so many segments."""
    engine = open_engine("whoosh", folder, create=True)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("search.engines.whoosh.committing.to_put_together", lambda *_: [])
        for part in range(parts):
            engine.add(made[part::parts])
            engine.commit()
    assert len(snapshot_of(engine).segments) == parts
    return engine


def snapshot_of(engine: Engine) -> Snapshot:
    view: Any = engine.view()
    snapshot: Snapshot = view._snapshot
    return snapshot


@pytest.fixture(scope="module", params=[1, PARTS], ids=["one segment", "several segments"])
def snapshot(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Snapshot]:
    with written(tmp_path_factory.mktemp("order") / "index", articles(ARTICLES), request.param) as engine:
        yield snapshot_of(engine)


@pytest.fixture(scope="module")
def every(snapshot: Snapshot) -> list[Article]:
    """The articles by their numbers."""
    return [snapshot.article(doc) for doc in range(snapshot.size)]


def mask_of(docs: set[int]) -> Any:
    mask = np.zeros(ARTICLES, dtype=bool)
    mask[sorted(docs)] = True
    return mask


DOCS = st.one_of(st.sets(st.integers(0, ARTICLES - 1), max_size=8), st.sets(st.integers(0, ARTICLES - 1), min_size=60))
"""Articles found: few, whose values are looked up one by one, or many, for which all pairs are gone through."""

several_times = settings(max_examples=40)


# Facets


@pytest.mark.parametrize("few", [0, 5000], ids=["values are read one by one", "all values are kept"])
@several_times
@given(docs=DOCS, limit=st.sampled_from([0, 1, 2, 5, None]))
def test_values_are_counted_as_by_hand(snapshot: Snapshot, every: list[Article], few: int, docs: set[int], limit: int | None) -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(facets, "_FEW_VALUES", few)
        for field in FIELDS:
            column = snapshot.facet(field)
            expected = Counter(value for doc in docs for value in facet_values(every[doc], field))
            ordinals, counts = column.counts(mask_of(docs), len(docs))
            assert {column.value(ordinal): count for ordinal, count in zip(ordinals.tolist(), counts.tolist(), strict=True)} == expected
            assert ordinals.tolist() == sorted(set(ordinals.tolist()))
            best = sorted(expected.items(), key=lambda item: (-item[1], item[0]))
            assert column.best(ordinals, counts, limit) == best[:limit]


def test_all_articles_are_counted_as_any_are(snapshot: Snapshot, every: list[Article]) -> None:
    for field in FIELDS:
        column = snapshot.facet(field)
        ordinals, counts = column.counts(np.ones(ARTICLES, dtype=bool), ARTICLES)
        assert dict(column.best(ordinals, counts, None)) == Counter(value for one in every for value in facet_values(one, field))


@several_times
@given(wanted=st.sets(st.sampled_from(["SANA", "TASS", "Élan", "AFP", "Zzz", "", "nobody", "\ud800"])))
def test_articles_that_have_values_and_those_that_have_none(snapshot: Snapshot, every: list[Article], wanted: set[str]) -> None:
    column = snapshot.facet("agency")
    agencies = [set(facet_values(one, "agency")) for one in every]
    there = wanted & set().union(*agencies)
    assert {column.value(ordinal) for ordinal in column.ordinals_of(wanted)} == there
    assert len(column.ordinals_of(wanted)) == len(there)
    assert column.having(wanted).tolist() == [bool(values & wanted) for values in agencies]
    assert column.missing().tolist() == [not values for values in agencies]


# Order


def right_order(every: list[Article], docs: set[int], sort: Sort, scores: list[float] | None) -> list[int]:
    """A plain sort, as engines/paging.py says it."""

    def key(doc: int) -> tuple[Any, ...]:
        date, id = every[doc].date, every[doc].id
        rank = NEWEST.index(date)
        if sort == "oldest":
            return date is None, -rank, id
        return -scores[doc] if scores and sort == "relevance" else 0, rank, id

    return sorted(docs, key=key)


@pytest.mark.parametrize("few", [4, 500], ids=["a page is cut out before it is sorted", "all are sorted"])
@several_times
@given(
    docs=DOCS,
    sort=st.sampled_from(SORTS),
    values=st.sampled_from([None, (1.5,), (0.0, 1.5), (0.1, 0.2, 0.3, 1e-9, 7.0)]),
    limit=st.integers(1, 40),
    seed=st.integers(0, 3),
)
def test_every_page_is_its_part_of_a_plain_sort(
    snapshot: Snapshot,
    every: list[Article],
    few: int,
    *,
    docs: set[int],
    sort: Sort,
    values: tuple[float, ...] | None,
    limit: int,
    seed: int,
) -> None:
    scores = random.Random(seed).choices(values, k=ARTICLES) if values else None
    right = right_order(every, docs, sort, scores)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(ordering, "_FEW", few)
        order = Order(snapshot, mask_of(docs), np.array(scores) if scores else None, sort)
        assert order.all() == right
        for number, start in enumerate(range(0, len(right), limit), 1):
            place = order.page(SearchRequest(sort=sort, limit=limit, page=number))
            assert (place.docs, place.start) == (right[start : start + limit], start)
        assert followed(order.page, sort, limit, "next") == [right[start : start + limit] for start in range(0, max(1, len(right)), limit)]


@several_times
@given(docs=DOCS, sort=st.sampled_from(SORTS), limit=st.integers(1, 40))
def test_pages_backwards_from_the_last_are_the_same_pages(snapshot: Snapshot, docs: set[int], sort: Sort, limit: int) -> None:
    order = Order(snapshot, mask_of(docs), None, sort)
    forwards = followed(order.page, sort, limit, "next")
    first = order.page(SearchRequest(sort=sort, limit=limit))
    assert (first.last is None) == (len(docs) <= limit)
    if first.last:
        assert followed(order.page, sort, limit, "previous", first.last) == forwards[::-1]


def followed(page: Callable[[SearchRequest], Place], sort: Sort, limit: int, way: str, cursor: str | None = None) -> list[list[int]]:
    """The articles of each page, from the first or a cursor on, by the cursors that the pages give."""
    pages = [page(SearchRequest(sort=sort, limit=limit, cursor=cursor))]
    while following := getattr(pages[-1], way):
        pages.append(page(SearchRequest(sort=sort, limit=limit, cursor=following)))
        assert len(pages) <= ARTICLES, "a cursor leads back to its own page"
    return [place.docs for place in pages]


def test_a_cursor_of_another_order_is_refused(snapshot: Snapshot) -> None:
    order = Order(snapshot, np.ones(ARTICLES, dtype=bool), None, "newest")
    cursor = order.page(SearchRequest(sort="newest", limit=5)).next
    with pytest.raises(UsageError, match="another order"):
        order.page(SearchRequest(sort="oldest", limit=5, cursor=cursor))


def test_deep_pages_of_very_many_equals_in_several_segments(tmp_path: Path) -> None:
    """More than are sorted without further ado (`ordering._FEW`), all of one score."""
    made = articles(1_300)
    with written(tmp_path / "index", made, PARTS) as engine:
        for sort in SORTS:
            docs = right_order(made, set(range(len(made))), sort, None)
            ids = [made[doc].id for doc in docs]
            for page in (1, 2, 3, 7, 12, 13):
                start = 100 * (page - 1)
                results = search(engine, ask("zebra", sort=sort, limit=100, page=page))
                assert results.total == len(made)
                assert [hit.id for hit in results.hits] == ids[start : start + 100]
                assert len({hit.score for hit in results.hits}) == 1
