"""The description of the API: valid, whole, and true of what is really answered."""

from __future__ import annotations

import json
import re
import shlex
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from flask.testing import FlaskClient
from jsonschema import Draft202012Validator
from openapi_spec_validator import OpenAPIV31SpecValidator

from search.archive import Archive
from search.request import FACETS, PARAMETERS
from tests.web.conftest import archive_of, client_of
from web import create_app, params
from web.openapi import description
from web.schemas import _of, schemas

ID = f"{'1':0>16}"
PAGE = (Path(__file__).resolve().parents[2] / "docs" / "api.md").read_text(encoding="utf-8")
DESCRIPTION = description("")
OPERATIONS = {path: methods["get"] for path, methods in DESCRIPTION["paths"].items()}


def validator(schema: dict[str, Any]) -> Draft202012Validator:
    """Of a schema that refers to the components of the description."""
    return Draft202012Validator({**schema, "components": DESCRIPTION["components"]})


def resolved(found: dict[str, Any]) -> dict[str, Any]:
    """What a reference refers to."""
    if "$ref" not in found:
        return found
    target: Any = DESCRIPTION
    for name in found["$ref"].removeprefix("#/").split("/"):
        target = target[name]
    return dict(target)


def parameters(path: str) -> dict[str, dict[str, Any]]:
    """Of an address, by name; each stands there once."""
    found = [resolved(parameter) for parameter in OPERATIONS[path]["parameters"]]
    assert len({parameter["name"] for parameter in found}) == len(found)
    return {parameter["name"]: parameter for parameter in found}


def test_the_description_is_served_and_valid(desk_client: FlaskClient) -> None:
    response = desk_client.get("/api/openapi.json")
    assert response.content_type == "application/json"
    assert response.json == json.loads(json.dumps(DESCRIPTION))
    OpenAPIV31SpecValidator(response.json).validate()
    assert response.json["openapi"].startswith("3.1")


def test_it_says_below_which_path_it_is_served(desk_client: FlaskClient) -> None:
    mounted = desk_client.get("/api/openapi.json", environ_overrides={"SCRIPT_NAME": "/news"}).json
    assert (mounted["servers"], DESCRIPTION["servers"]) == ([{"url": "/news"}], [{"url": "/"}])


def test_every_address_of_the_api_is_described_and_no_other(desk_archive: Archive) -> None:
    rules = [rule.rule for rule in create_app(desk_archive).url_map.iter_rules() if rule.endpoint.startswith("api.")]
    assert sorted(OPERATIONS) == sorted(re.sub(r"<(\w+)>", r"{\1}", rule) for rule in rules)
    assert len({operation["operationId"] for operation in OPERATIONS.values()}) == len(OPERATIONS)


KNOWN = {
    "/api/search": params.OF_SEARCH,
    "/api/facets/{field}": params.OF_VALUES | {"field"},
    "/api/together": params.OF_TOGETHER,
    "/api/article/{id}": {"id"},
    "/api/article/{id}/similar": params.OF_SIMILAR | {"id"},
    "/api/export.csv": params.OF_EXPORT,
    "/api/export.jsonl": params.OF_EXPORT,
    "/api/status": set(),
    "/api/openapi.json": set(),
}


@pytest.mark.parametrize("path", KNOWN)
def test_every_parameter_that_is_read_is_described_and_no_other(path: str) -> None:
    assert set(parameters(path)) == KNOWN[path]
    assert set(KNOWN) == {path for path in OPERATIONS if path.startswith("/api/")}


def asked(path: str, name: str, parameter: dict[str, Any], value: Any) -> tuple[str, list[tuple[str, str]]]:
    """The address and parameters that ask for this value, as the description says that it is written."""
    filled = path.format(id=ID, field="agency")
    if parameter["in"] == "path":
        return path.format(**{"id": ID, "field": "agency", name: value}), []
    if not isinstance(value, list):
        return filled, [(name, str(value))]
    return filled, [(name, item) for item in value] if parameter["explode"] else [(name, ",".join(value))]


EVERY = [(path, name) for path in KNOWN for name in parameters(path) if name != "id"]


@pytest.mark.parametrize(("path", "name"), EVERY)
def test_every_example_and_default_is_allowed_and_answered(desk_client: FlaskClient, path: str, name: str) -> None:
    parameter = parameters(path)[name]
    values = [parameter["example"], *([parameter["schema"]["default"]] if "default" in parameter["schema"] else [])]
    for value in values:
        validator(parameter["schema"]).validate(value)
        address, query = asked(path, name, parameter, value)
        assert desk_client.get(address, query_string=query).status_code == 200, value


LIMITED = [(path, name) for path, name in EVERY if "maximum" in parameters(path)[name]["schema"]]


@pytest.mark.parametrize(("path", "name"), LIMITED)
def test_every_limit_is_the_one_that_holds(desk_client: FlaskClient, path: str, name: str) -> None:
    parameter = parameters(path)[name]
    for bound, beyond in (("minimum", -1), ("maximum", 1)):
        limit = parameter["schema"][bound]
        for value, status in ((limit, 200), (limit + beyond, 400)):
            address, query = asked(path, name, parameter, value)
            assert desk_client.get(address, query_string=query).status_code == status, value


ENUMERATED = [(path, name) for path, name in EVERY if "enum" in json.dumps(parameters(path)[name]["schema"])]


@pytest.mark.parametrize(("path", "name"), ENUMERATED)
def test_every_value_that_is_listed_is_answered_and_another_is_not(desk_client: FlaskClient, path: str, name: str) -> None:
    parameter = parameters(path)[name]
    for value, status in [*((value, 200) for value in parameter["schema"].get("items", parameter["schema"])["enum"]), ("colour", 400)]:
        address, query = asked(path, name, parameter, [value] if parameter["schema"].get("type") == "array" else value)
        assert desk_client.get(address, query_string=query).status_code == status, value


def test_the_tables_of_facets_are_whole() -> None:
    assert set(PARAMETERS) | {f"not_{name}" for name in PARAMETERS} < params.OF_SEARCH
    assert {f"{name}_mode" for name, field in PARAMETERS.items() if field != "date"} < params.OF_SEARCH
    assert "date_mode" not in params.OF_SEARCH
    assert set(resolved(DESCRIPTION["components"]["parameters"]["facets"])["schema"]["items"]["enum"]) >= set(FACETS)


ANSWERS = [
    "/api/search",
    "/api/search?q=harb*+talks+AND&participant=Assad&explain=1&date=2022&facet_limit=3&limit=5&page=2",
    "/api/search?q=harbuor+quiet&not_agency=SANA&place=none",
    "/api/search?q=" + "(" * 30 + "a",
    "/api/search?limit=0&facets=",
    "/api/facets/participants?q=harbour&find=al-as&participant=Putin",
    "/api/facets/agency?start=5&limit=3",
    "/api/together?of=people&people=3",
    "/api/together?q=" + "(" * 30 + "a",
    f"/api/article/{ID}",
    f"/api/article/{ID}/similar?limit=2",
    "/api/status",
    "/api/openapi.json",
    "/healthz",
    "/readyz",
    "/api/export.csv?agency=SANA",
    "/api/search?limit=ten",
    "/api/article/0000",
    "/api/article/0000/similar",
    "/api/facets/colour",
    "/api/together?people=41",
    "/api/search?q=" + "a" * 40_000,
]


def schema_of(address: str, status: int, media: str) -> dict[str, Any]:
    """What the description says of an answer; KeyError where it does not know of it."""
    path = address.partition("?")[0]
    (template,) = [template for template in OPERATIONS if re.fullmatch(re.sub(r"{\w+}", r"[^/]+", template), path)]
    return dict(resolved(OPERATIONS[template]["responses"][str(status)])["content"][media]["schema"])


@pytest.mark.parametrize("address", ANSWERS, ids=lambda address: address[:60])
def test_what_is_answered_fits_its_schema(desk_client: FlaskClient, address: str) -> None:
    response = desk_client.get(address)
    schema = schema_of(address, response.status_code, response.mimetype)
    validator(schema).validate(response.get_json(force=True) if response.mimetype.endswith("json") else response.text)


def test_the_lines_of_an_export_fit_theirs(desk_client: FlaskClient) -> None:
    response = desk_client.get("/api/export.jsonl")
    found = [json.loads(line) for line in response.text.splitlines()]
    assert len(found) == 36
    validator(schema_of("/api/export.jsonl", 200, response.mimetype)).validate(found)


def test_an_archive_with_sources_fits_too(seeds_client: FlaskClient) -> None:
    status = seeds_client.get("/api/status").json
    assert status["sources"][0]["states"]
    validator(schema_of("/api/status", 200, "application/json")).validate(status)
    results = seeds_client.get("/api/search?limit=5&explain=1").json
    validator(schema_of("/api/search", 200, "application/json")).validate(results)
    for hit in results["hits"]:
        article = seeds_client.get(f"/api/article/{hit['id']}").json
        assert article["evidence"]
        validator(schema_of("/api/article/x", 200, "application/json")).validate(article)
    assert len(results["hits"]) == 5


def objects(schema: Any) -> Iterator[dict[str, Any]]:
    """Every schema of an object in a schema."""
    if isinstance(schema, dict):
        if "properties" in schema:
            yield schema
        for inner in schema.values():
            yield from objects(inner)


def test_schemas_allow_nothing_more_and_want_everything() -> None:
    found = list(objects(schemas()))
    assert len(found) > 20
    assert all(schema["additionalProperties"] is False for schema in found)
    optional = {name for schema in found for name in set(schema["properties"]) - set(schema["required"])}
    assert optional == {"children", "complete"}
    assert all(schema["description"] for schema in found)


@pytest.mark.parametrize("change", [{"more": "1"}, {"further": 1}, {"values": [{"value": "x"}]}, {"mode": "some"}, {"missing": None}])
def test_a_schema_refuses_what_the_record_does_not_write(desk_client: FlaskClient, change: dict[str, Any]) -> None:
    facet = desk_client.get("/api/facets/agency").json
    check = validator({"$ref": "#/components/schemas/Facet"})
    assert check.is_valid(facet)
    assert not check.is_valid({**facet, **change})
    assert not check.is_valid({name: value for name, value in facet.items() if name != "more"})


def test_a_type_without_a_schema_is_said() -> None:
    with pytest.raises(TypeError, match="No schema is known"):
        _of(set[str])


def test_the_answers_of_an_empty_archive_fit(tmp_path_factory: pytest.TempPathFactory) -> None:
    with archive_of(tmp_path_factory.mktemp("empty") / "a", []) as archive:
        client = client_of(archive)
        for address in ("/api/search", "/api/together", "/api/facets/agency", "/api/status"):
            validator(schema_of(address, 200, "application/json")).validate(client.get(address).json)
        assert client.get("/api/export.jsonl").data == b""


def test_the_document_names_every_address() -> None:
    rows = [row.split("|")[1] for row in PAGE.splitlines() if row.startswith("| `/")]
    named = {re.sub(r"<\w+>", "{}", address) for row in rows for address in re.findall(r"`(/[^`]*)`", row)}
    assert named == {re.sub(r"{\w+}", "{}", path) for path in OPERATIONS}


def named_in(section: str) -> set[str]:
    """The parameters in the table of a section of the document."""
    (text,) = [part for part in re.split(r"^## ", PAGE, flags=re.MULTILINE) if part.startswith(section)]
    return {name for row in re.findall(r"^\| (.*?) \|", text, re.MULTILINE) for name in re.findall(r"`(\w+)`", row)}


def test_the_document_names_every_parameter() -> None:
    assert named_in("Parameters of a search") == params.OF_SEARCH
    assert named_in("Values of a facet") == (params.OF_VALUES - params.OF_SEARCH) | {"limit"}
    left_out = re.findall(r"`(\w+)`", PAGE[PAGE.index("but `limit`, `page`") :].partition(":")[0])
    assert params.OF_SEARCH - set(left_out) == params.OF_EXPORT
    assert all(f"`{name}`" in PAGE for name in params.OF_TOGETHER | params.OF_SIMILAR)


COMMANDS = [line for line in PAGE.splitlines() if line.startswith("    curl ")]


@pytest.mark.parametrize("command", COMMANDS)
def test_every_command_of_the_document_is_answered(seeds_client: FlaskClient, command: str) -> None:
    (address,) = [word for word in shlex.split(command) if word.startswith("http://127.0.0.1:8765/")]
    response = seeds_client.get(address.removeprefix("http://127.0.0.1:8765"))
    assert response.status_code == 200
    assert len(response.data) > 100


def test_the_commands_were_found() -> None:
    assert len(COMMANDS) >= 6
