"""The hand-made articles and searches of tests/cases/harbour, and how an engine is asked."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from search import answering
from search.article import Article
from search.engines.base import Engine
from search.request import SearchRequest
from search.results import Results
from tests.make import article

CASES = Path(__file__).resolve().parent.parent / "cases"


def harbour() -> list[Article]:
    """The hand-made articles of tests/cases/harbour."""
    lines = (CASES / "harbour" / "articles.jsonl").read_text(encoding="utf-8").splitlines()
    return [article(**json.loads(line)) for line in lines]


def searches() -> list[Any]:
    found = json.loads((CASES / "harbour" / "searches.json").read_text(encoding="utf-8"))
    return [pytest.param(case, id=case["name"]) for case in found]


def search(engine: Engine, request: SearchRequest) -> Results:
    """What the engine's present state answers."""
    return answering.search(engine.view(), request)


def short(id: str) -> str:
    return id.lstrip("0")
