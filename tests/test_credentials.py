"""Who asks a cluster: from the environment or from a file that only its owner may read; no message repeats a secret."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from search.errors import UsageError
from search.homes.credentials import CA, FILE, PASSWORD, TOKEN, USER, Credentials, certificates, credentials

SECRET = "hunter2-hunter2"


@pytest.fixture
def file(tmp_path: Path) -> Path:
    """A file of credentials as it should be."""
    made = tmp_path / "cluster.toml"
    made.write_text(f'user = "desk"\npassword = "{SECRET}"\n')
    made.chmod(0o600)
    return made


def test_the_environment_may_have_a_user_or_a_token_or_nothing() -> None:
    assert credentials({}) is None
    assert credentials({USER: "desk", PASSWORD: SECRET}) == Credentials("desk", SECRET)
    assert credentials({TOKEN: SECRET}) == Credentials(token=SECRET)


def test_the_environment_is_that_of_the_process(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in (USER, PASSWORD, FILE, CA):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv(TOKEN, SECRET)
    assert credentials() == Credentials(token=SECRET)
    assert certificates() is None
    monkeypatch.setenv(CA, "ca.pem")
    assert certificates() == Path("ca.pem")
    monkeypatch.setenv(CA, "")
    with pytest.raises(UsageError, match="DATELINE_CA is set, but empty"):
        certificates()


def test_a_file_may_have_them(file: Path) -> None:
    assert credentials({FILE: str(file)}) == Credentials("desk", SECRET)
    file.write_text(f"token = '{SECRET}'\n")
    assert credentials({FILE: str(file)}) == Credentials(token=SECRET)


def test_a_repr_shows_no_secret() -> None:
    assert repr(Credentials("desk", SECRET)) == "Credentials(user='desk')"
    assert SECRET not in repr(Credentials(token=SECRET))


@pytest.mark.parametrize(
    ("environment", "says"),
    [
        ({USER: "desk"}, "There is DATELINE_CLUSTER_USER in the environment, but no DATELINE_CLUSTER_PASSWORD"),
        ({PASSWORD: SECRET}, "There is DATELINE_CLUSTER_PASSWORD in the environment, but no DATELINE_CLUSTER_USER"),
        ({USER: "desk", PASSWORD: SECRET, TOKEN: SECRET}, "both DATELINE_CLUSTER_TOKEN and DATELINE_CLUSTER_USER"),
        ({PASSWORD: SECRET, TOKEN: SECRET}, "both DATELINE_CLUSTER_TOKEN and DATELINE_CLUSTER_PASSWORD"),
        ({USER: "", PASSWORD: SECRET}, "DATELINE_CLUSTER_USER is set, but empty"),
        ({FILE: ""}, "DATELINE_CLUSTER_CREDENTIALS is set, but empty"),
        ({FILE: "/nowhere", TOKEN: SECRET}, "DATELINE_CLUSTER_CREDENTIALS and DATELINE_CLUSTER_TOKEN are both set"),
        ({USER: "de:sk", PASSWORD: SECRET}, "no “:”"),
        ({USER: "desk", PASSWORD: f"{SECRET}\n"}, "DATELINE_CLUSTER_PASSWORD in the environment cannot be sent"),
        ({TOKEN: f"{SECRET} {SECRET}"}, "DATELINE_CLUSTER_TOKEN in the environment cannot be sent"),
        ({FILE: "/nowhere/cluster.toml"}, "The file /nowhere/cluster.toml, which DATELINE_CLUSTER_CREDENTIALS names, cannot be read"),
    ],
)
def test_what_cannot_be_meant_is_a_sentence_without_the_secret(environment: dict[str, str], says: str) -> None:
    with pytest.raises(UsageError) as refused:
        credentials(environment)
    assert says in str(refused.value)
    assert SECRET not in str(refused.value)


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("", "has user and password, or token"),
        (f'pass = "{SECRET}"', "has user and password, or token"),
        (f'"{SECRET}" = 1', "has user and password, or token"),
        ('user = "desk"', "There is user in the file"),
        (f'user = "desk"\npassword = "{SECRET}"\ntoken = "x"', "both token and user"),
        ("token = 1", "are texts in quotes"),
        ('token = ""', "none is empty"),
        (f'user = "desk"\n{SECRET}\n', r"is not TOML (at line 2, column"),
        (f'token = "{SECRET}', "is not TOML"),
        (f'[a]\n[a."{SECRET}"]\n[a."{SECRET}"]', "is not TOML"),
        (f'token = "{SECRET}\xff"', "cannot be sent"),
    ],
)
def test_a_file_that_is_not_understood_says_so_without_the_secret(file: Path, text: str, says: str) -> None:
    file.write_text(text, encoding="utf-8")
    with pytest.raises(UsageError) as refused:
        credentials({FILE: str(file)})
    assert says in str(refused.value)
    assert SECRET not in str(refused.value)
    assert refused.value.__cause__ is None


def test_a_file_in_another_encoding_and_a_huge_one_are_refused(file: Path) -> None:
    file.write_bytes(b'token = "\xff"')
    with pytest.raises(UsageError, match="is not UTF-8"):
        credentials({FILE: str(file)})
    file.write_bytes(b"#" * 70_000)
    with pytest.raises(UsageError, match="too large"):
        credentials({FILE: str(file)})


@pytest.mark.skipif(os.name == "nt", reason="Windows has other rights for files")
def test_a_file_that_others_may_read_is_refused_with_what_to_do(file: Path) -> None:
    for mode in (0o640, 0o604, 0o620, 0o777):
        file.chmod(mode)
        with pytest.raises(UsageError, match=rf"chmod 600 {file}$"):
            credentials({FILE: str(file)})
    file.chmod(0o400)
    assert credentials({FILE: str(file)}) is not None


def test_what_is_no_regular_file_is_refused_without_waiting_for_it(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe", 0o600)
    for place in (tmp_path, tmp_path / "pipe"):
        with pytest.raises(UsageError, match="is not a regular file"):
            credentials({FILE: str(place)})
