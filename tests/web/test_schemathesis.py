"""Whatever is asked of the API, meant or not: no answer is the server's failure, and each is one that the description tells of."""

from __future__ import annotations

import json

import pytest
import schemathesis
from flask import Flask
from schemathesis.specs.openapi.checks import negative_data_rejection

from search.archive import Archive
from web import create_app, meanings
from web.openapi import description

CONFIG = {
    # The same requests in every run: from no memory of an earlier one, and not from answers, which hold the random name of an index.
    "seed": 20_220_615,
    "generation": {"deterministic": True, "database": "none", "mode": "all", "max-examples": 40},
    "phases": {
        "fuzzing": {"extra-data-sources": {"responses": False}, "error-feedback": {"enabled": False}},
        "coverage": {"extra-data-sources": {"responses": False}, "generate-duplicate-query-parameters": True},
        "stateful": {"enabled": False},
    },
    "checks": {
        # That dates have a grammar and cursors come from pages, a schema does not say: what fits it may still be refused.
        "positive_data_acceptance": {"enabled": False},
        "negative_data_rejection": {"expected-statuses": [400, 404, 405, 414]},
    },
}

HEADERS = {"Host": "127.0.0.1", "Accept-Encoding": "identity"}
"""Without asking for compressed answers, which Schemathesis does over a network and does not undo where there is none."""

DESCRIPTION = json.loads(json.dumps(description("")).replace(meanings.ID["example"], f"{'1':0>16}"))
"""Its example of an article is one that is there."""

api = schemathesis.openapi.from_dict(DESCRIPTION, config=schemathesis.Config.from_dict(CONFIG))


@pytest.fixture(scope="module")
def app(desk_archive: Archive) -> Flask:
    return create_app(desk_archive)


@api.parametrize()
def test_every_answer_is_one_that_the_description_tells_of(case: schemathesis.Case, app: Flask) -> None:
    # An empty value counts as not given, for which a schema of a parameter has no word.
    lenient = [negative_data_rejection] if "" in (case.query or {}).values() else []
    case.call_and_validate(headers=HEADERS, app=app, excluded_checks=lenient)
