"""Archives of which parts do not answer, and of which not everything is counted exactly: for tests of what is said then."""

from __future__ import annotations

from dataclasses import replace

import pytest

from search.engines.base import ValueCounts, Values
from search.engines.whoosh.view import WhooshView


def lose_parts(monkeypatch: pytest.MonkeyPatch, *, after: int = 0) -> None:
    """From now on every view lacks parts of the archive, or (in a scan) from the article number `after` on."""
    asked = WhooshView.count

    def count(view: WhooshView, *questions: object) -> list[int]:
        if not after:
            view.complete = False
        return asked(view, *questions)  # type: ignore[arg-type]

    scan = WhooshView.scan

    def scanned(view: WhooshView, *found: object) -> object:
        for number, article in enumerate(scan(view, *found)):  # type: ignore[arg-type]
            if number >= after:
                view.complete = False
            yield article

    monkeypatch.setattr(WhooshView, "count", count)
    monkeypatch.setattr(WhooshView, "scan", scanned)
    monkeypatch.setattr(WhooshView, "complete", bool(after))


def count_roughly(monkeypatch: pytest.MonkeyPatch) -> None:
    """From now on nobody knows exactly how many values a facet has beyond those that are listed."""
    asked = WhooshView.values

    def values(view: WhooshView, *questions: Values) -> list[ValueCounts]:
        answers = asked(view, *questions)
        return [replace(a, exact=q.limit is None or len(a.values) == a.distinct) for q, a in zip(questions, answers, strict=True)]

    monkeypatch.setattr(WhooshView, "values", values)
