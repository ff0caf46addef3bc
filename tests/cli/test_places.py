"""Which archive a command is about: a folder, or an address on a cluster, whichever way it is named."""

from __future__ import annotations

from pathlib import Path

import pytest

from search.archive import Archive
from search.cli import main
from search.homes.address import Address
from tests.cli.conftest import Run

NODE = "https://news.example:9200"


class Asked(Exception):
    """An archive is opened."""


@pytest.fixture
def opened(monkeypatch: pytest.MonkeyPatch) -> list[object]:
    """What `Archive` is asked for; it is never opened."""
    places: list[object] = []

    def asked(place: object, *_: object, **__: object) -> bool:
        places.append(place)
        raise Asked

    for name in ("open", "exists", "rebuild", "convert", "open_or_create"):
        monkeypatch.setattr(Archive, name, staticmethod(asked))
    return places


def of(run: Run, opened: list[object], *words: str | Path, **environment: str) -> Address | Path:
    """Where the archive is that a command asks for."""
    opened.clear()
    run(*words, env=environment)
    (place,) = opened
    assert isinstance(place, Address | Path)
    return place


COMMANDS = [
    ("search", "grain"),
    ("facets",),
    ("status",),
    ("show", "0" * 16),
    ("similar", "0" * 16),
    ("serve",),
    ("boilerplate",),
    ("names", "list"),
    ("corrections",),
]


@pytest.mark.parametrize("words", [*COMMANDS, ("index", "seeds"), ("index", "--rebuild"), ("correct", "seeds"), ("explain", "seeds")])
def test_every_command_takes_a_folder_or_an_address(run: Run, opened: list[object], words: tuple[str, ...], tmp_path: Path) -> None:
    ca = tmp_path / "ca.pem"
    ca.write_text("")
    if words[0] == "correct":
        words = (*words, "--date", "2022")
    assert of(run, opened, *words, "--index", "archives/syria") == Path("archives/syria")
    address = of(run, opened, *words, "--index", f"{NODE}/wire", "--ca", ca)
    assert isinstance(address, Address)
    assert (str(address), address.ca) == (f"{NODE}/wire", ca)
    if words[0] != "explain":
        assert str(of(run, opened, *words, DATELINE_INDEX=f"{NODE}/wire")) == f"{NODE}/wire"
        assert of(run, opened, *words, DATELINE_CA=str(ca)) == Path("index"), "certificates in the environment are for whom they concern"
    refused = run(*words, "--index", "archives/syria", "--ca", ca)
    assert (refused.exit_code, refused.stderr.partition("\n")[0]) == (2, "dateline: --ca is for archives on a cluster, and none is named here.")


def test_all_commands_with_an_archive_are_among_these() -> None:
    groups = [command for command in main.commands.values() if any(parameter.name == "at" for parameter in command.params)]
    assert {command.name for command in groups} == {*(words[0] for words in COMMANDS), "index", "convert", "correct", "explain"} - {"names"}


@pytest.mark.parametrize("engine", [(), ("--engine", "opensearch")])
def test_a_cluster_and_a_name_are_an_address(run: Run, opened: list[object], engine: tuple[str, ...], tmp_path: Path) -> None:
    ca = tmp_path / "ca.pem"
    ca.write_text("")
    address = of(run, opened, "index", "seeds", *engine, "--url", f"{NODE},two.example:9201", "--archive", "wire", "--ca", ca)
    assert isinstance(address, Address)
    assert (str(address), address.ca) == (f"{NODE},two.example:9201/wire", ca)
    assert str(of(run, opened, "index", "seeds", "--url", NODE, "--archive", "wire", DATELINE_INDEX="elsewhere")) == f"{NODE}/wire"
    assert str(of(run, opened, "index", "--rebuild", *engine, "--index", f"{NODE}/wire")) == f"{NODE}/wire"


@pytest.mark.parametrize(
    ("words", "says"),
    [
        (("--url", NODE), "--url names a cluster: name the archive there too, with --archive NAME."),
        (("--archive", "wire"), "--archive wire is a name on a cluster: name the cluster too, with --url https://HOST:9200"),
        (("--url", f"{NODE}/wire", "--archive", "wire"), "--url names the cluster only"),
        (("--url", NODE, "--archive", "Wire"), "“Wire” cannot be the name of an archive on a cluster"),
        (("--url", "news.example", "--archive", "wire"), "begins with https:// or http://"),
        (("--url", NODE, "--archive", "wire", "--index", "elsewhere"), "leave one of them out"),
        (("--engine", "opensearch"), "--engine opensearch keeps an archive on a cluster: name it with --url https://HOST:9200 and --archive NAME"),
        (("--engine", "opensearch", "--index", "archives/wire"), "--engine opensearch keeps an archive on a cluster"),
        (("--engine", "whoosh", "--url", NODE, "--archive", "wire"), "An archive on a cluster has the engine opensearch, not whoosh: leave --engine"),
        (("--engine", "tantivy", "--index", f"{NODE}/wire"), "has the engine opensearch, not tantivy"),
        (("--index", f"{NODE}/"), "names no archive on the cluster"),
        (("--index", "https:/news.example/wire"), "begins with https:// or http://"),
        (("--index", f"{NODE}/wire", "--ca", "nowhere.pem"), "nowhere.pem"),
    ],
)
def test_what_is_missing_or_cannot_be_meant_is_said(run: Run, opened: list[object], words: tuple[str, ...], says: str) -> None:
    result = run("index", "seeds", *words)
    assert (result.exit_code, result.stdout, opened) == (2, "", [])
    assert says in result.stderr


SECRET = "https://desk:hunter2@news.example"


@pytest.mark.parametrize("option", [("--index", f"{SECRET}/wire"), ("--url", SECRET, "--archive", "wire")])
def test_a_password_is_refused_and_not_shown(run: Run, opened: list[object], option: tuple[str, ...]) -> None:
    result = run("index", "seeds", *option)
    assert (result.exit_code, opened) == (2, [])
    assert "hunter2" not in result.output
    assert "DATELINE_CLUSTER_PASSWORD" in result.stderr
    assert "hunter2" not in run("status", env={"DATELINE_INDEX": f"{SECRET}/wire"}).output


def test_a_suggested_command_names_the_address(run: Run, opened: list[object]) -> None:
    """A command on the same archive is one that can be typed."""
    from search.cli.comments import _command
    from search.cli.searches import search_command

    with search_command.make_context("search", ["tarde", "--index", f"{NODE}/wire"]):
        assert _command("search", [], "trade") == f"dateline search --index {NODE}/wire trade"
