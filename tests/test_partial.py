"""Parts of an archive that do not answer: answers say so, and what cannot say so is refused."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import islice
from pathlib import Path
from typing import Any

import pytest

from search.archive import Archive
from search.article import Article
from search.engines.whoosh.view import WhooshView
from search.errors import EngineError, IncompleteAnswer
from search.request import ask
from search.results import Facet, NamedPeople, OrMore, Results, Together, counted
from tests.make import article
from tests.partial import count_roughly, lose_parts
from tests.web.conftest import archive_of, desk

GRAIN = f"{'100':0>16}"


@pytest.fixture
def archive(tmp_path: Path) -> Archive:
    return archive_of(tmp_path / "a", desk())


def test_whole_answers_say_that_they_are(archive: Archive) -> None:
    assert (archive.search("harbour").complete, archive.search("harbour").updating) == (True, False)
    assert archive.together(ask("harbour")).complete
    assert archive.facet_values(ask("harbour"), "agency").complete
    assert (archive.status().complete, archive.status().updating) == (True, False)
    assert len(list(archive.scan(ask("harbour")))) == archive.search("harbour").total


def test_what_is_incomplete_says_so_or_is_refused(archive: Archive, monkeypatch: pytest.MonkeyPatch) -> None:
    lose_parts(monkeypatch)
    request = ask("harbour")
    assert not archive.run(request).complete
    assert not archive.search("harbour").complete
    assert not archive.together(request).complete
    assert not archive.facet_values(request, "agency").complete
    assert not archive.status().complete
    for asking in (
        lambda: archive.run(request, partial=False),
        lambda: archive.together(request, partial=False),
        lambda: archive.facet_values(request, "agency", partial=False),
        lambda: archive.scan(request),
        lambda: archive.similar(GRAIN),
    ):
        with pytest.raises(IncompleteAnswer, match=r"--partial, in an address partial=1$"):
            asking()
    assert len(archive.similar(GRAIN, partial=True)) == 5
    assert len(list(archive.scan(request, partial=True))) == archive.run(request).total
    assert issubclass(IncompleteAnswer, EngineError)


def test_completeness_is_read_after_all_questions(archive: Archive, monkeypatch: pytest.MonkeyPatch) -> None:
    """A shard can be lost at the last question of a search, which is that for other spellings."""
    vocabulary = WhooshView.vocabulary

    def losing(view: WhooshView, *given: str) -> list[str]:
        view.complete = False
        return vocabulary(view, *given)

    monkeypatch.setattr(WhooshView, "vocabulary", losing)
    assert archive.search("harbour").complete
    assert not archive.search("harbuor").complete


def test_a_scan_that_loses_parts_on_the_way_stops_with_an_error(archive: Archive, monkeypatch: pytest.MonkeyPatch) -> None:
    lose_parts(monkeypatch, after=7)
    found = archive.scan(ask("", sort="oldest"))
    assert len(list(islice(found, 7))) == 7
    with pytest.raises(IncompleteAnswer):
        next(found)
    total = archive.search().total
    assert len(list(archive.scan(ask(""), partial=True))) == total


def test_a_scan_that_loses_parts_at_its_very_end_is_no_whole_one(archive: Archive, monkeypatch: pytest.MonkeyPatch) -> None:
    scan = WhooshView.scan

    def losing(view: WhooshView, *found: Any) -> Iterator[Article]:
        yield from scan(view, *found)
        view.complete = False

    monkeypatch.setattr(WhooshView, "scan", losing)
    with pytest.raises(IncompleteAnswer):
        list(archive.scan(ask("harbour")))


def test_an_update_that_is_under_way_is_in_the_answer(archive: Archive, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(WhooshView, "updating", True)
    assert archive.search("harbour").updating
    assert archive.status().updating


def test_further_values_that_nobody_can_count_are_a_lower_bound(archive: Archive, monkeypatch: pytest.MonkeyPatch) -> None:
    exact = archive.run(ask("harbour", facet_limit=3)).facet("agency").more
    assert isinstance(exact, int)
    assert exact > 3
    together = archive.together(ask("harbour"), limit=1).more
    count_roughly(monkeypatch)
    assert archive.run(ask("harbour", facet_limit=3)).facet("agency").more == OrMore(exact)
    assert archive.run(ask("harbour", facet_limit=100)).facet("agency").more == 0, "all are listed"
    chosen = ask("harbour", {"agency": ["Agency 1"]}, facet_limit=3)
    assert archive.run(chosen).facet("agency").more == OrMore(exact), "what is chosen is counted apart, and exactly"
    assert archive.together(ask("harbour"), limit=1).more == OrMore(together)  # type: ignore[arg-type]


def test_lower_bounds_are_added_to_and_written_as_such() -> None:
    assert (counted(5, exact=True), counted(5, exact=False)) == (5, OrMore(5))
    assert (OrMore(5) + 2, 2 + OrMore(5), OrMore(5) - 2, OrMore(1) - 2) == (OrMore(7), OrMore(7), OrMore(3), OrMore(0))
    assert (f"{OrMore(12_345):,}", bool(OrMore(0))) == ("at least 12,345", True)


def test_they_go_through_json(archive: Archive, monkeypatch: pytest.MonkeyPatch) -> None:
    count_roughly(monkeypatch)
    lose_parts(monkeypatch)
    results = archive.run(ask("harbour participant:Assad", facet_limit=3))
    written = results.to_dict()
    more = next(facet for facet in written["facets"] if facet["field"] == "agency")["more"]
    assert more == {"at_least": results.facet("agency").more.at_least}  # type: ignore[union-attr]
    assert (written["complete"], written["updating"]) == (False, False)
    assert Results.from_dict(written) == results
    together = archive.together(ask("harbour"), limit=1)
    assert Together.from_dict(together.to_dict()) == together
    facet = archive.facet_values(ask("harbour"), "agency")
    assert facet.to_dict()["complete"] is False
    assert Facet.from_dict(facet.to_dict()) == facet
    assert "complete" not in written["facets"][0], "the results say it for all of theirs"
    named = NamedPeople("participants", "Assad", (), OrMore(3))
    assert NamedPeople.from_dict(named.to_dict()) == named


def test_a_notebook_says_it(archive: Archive, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(WhooshView, "updating", True)
    lose_parts(monkeypatch)
    html = archive.search("harbour")._repr_html_()
    assert "<strong>at least " in html
    assert "Parts of the archive did not answer" in html
    assert "is being updated" in html


def test_a_single_article_is_no_plural(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with archive_of(tmp_path / "one", [article("1", "harbour")]) as one:
        lose_parts(monkeypatch)
        assert "<strong>at least 1 article</strong>" in one.search("harbour")._repr_html_()
