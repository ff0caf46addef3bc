"""Addresses of archives on a cluster: what is one, how it is written, and that no message repeats a password."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from search.errors import UsageError
from search.homes.address import Address, check_name, parse, parse_nodes

GOOD = {
    "https://news.example:9200/wire": (("https://news.example:9200",), "wire"),
    "https://one:9200,two:9201,three/wire": (("https://one:9200", "https://two:9201", "https://three:443"), "wire"),
    "http://127.0.0.1:9200/a-b_c": (("http://127.0.0.1:9200",), "a-b_c"),
    "HTTPS://News.Example:09200/wire/": (("https://news.example:9200",), "wire"),
    "http://localhost/7": (("http://localhost:80",), "7"),
    "https://[::1]:9200/wire": (("https://[::1]:9200",), "wire"),
    "https://[2001:DB8:0::1],[2001:db8::2]:9201/wire": (("https://[2001:db8::1]:443", "https://[2001:db8::2]:9201"), "wire"),
    "https://one:9200, two:9200/wire": (("https://one:9200", "https://two:9200"), "wire"),
    "https://one:9200,HTTPS://two:9200/wire": (("https://one:9200", "https://two:9200"), "wire"),
    "https://one:9200,one:9200/wire": (("https://one:9200",), "wire"),
    f"https://one:9200/{'n' * 100}": (("https://one:9200",), "n" * 100),
}


@pytest.mark.parametrize("text", GOOD)
def test_an_address_has_nodes_and_a_name(text: str) -> None:
    address = parse(text)
    assert (address.nodes, address.name, address.ca) == (*GOOD[text], None)
    assert parse(str(address)) == address, "written and read again it is the same"


def test_it_is_written_in_one_form() -> None:
    assert str(parse("HTTPS://One,two:9200,[0::1]/wire")) == "https://one:443,two:9200,[::1]:443/wire"
    assert replace(parse("https://one/wire"), ca=Path("ca.pem")) == parse("https://one:443/wire"), "certificates are no part of it"


BAD = {
    "ftp://one/wire": r"begins with https:// or http://",
    "https:/one/wire": r"begins with https:// or http://",
    "one:9200/wire": r"begins with https:// or http://",
    "https://one:9200": r"The address https://one:9200 names no archive.*https://HOST:9200/NAME$",
    "https://one:9200/": r"names no archive",
    "https://one:9200/Wire": r"“Wire” cannot be the name.*a to z",
    "https://one:9200/-wire": r"begins with a letter or digit",
    "https://one:9200/wire/more": r"“wire/more” cannot be the name",
    "https://one:9200//wire": r"cannot be the name",
    f"https://one:9200/{'n' * 101}": r"at most 100",
    "https://one:9200/wire?pretty": r"has no “\?”",
    "https://one:9200/wire#top": r"has no “#”",
    "https://one:9200/wi re": r"cannot be the name",
    "https://one:0/wire": r"There is no port “0”, for one",
    "https://one:65536/wire": r"There is no port “65536”",
    "https://one:/wire": r"There is no port “”",
    "https://one:http/wire": r"“one:http” is not a host with a port",
    "https://:9200/wire": r"names a host",
    "https:///wire": r"names a host",
    "https://one:9200,,two:9200/wire": r"names a host",
    "https://one,http://two/wire": r"in one way",
    "http://one/wire,https://two/wire": r"in one way",
    "https://one/wire://two": r"cannot be the name",
    "https://-one/wire": r"“-one” is not the name of a host",
    "https://o ne/wire": r"“o ne” is not the name of a host",
    "https://2001:db8::1/wire": r"in brackets: \[2001:db8::1\]:9200",
    "https://[2001:db8::1/wire": r"is not a host",
    "https://[news]/wire": r"“\[news\]” is not an address of IPv6",
    "https://[fe80::1%eth0]/wire": r"is not an address of IPv6",
}


@pytest.mark.parametrize("text", BAD)
def test_what_is_no_address_says_why(text: str) -> None:
    with pytest.raises(UsageError, match=BAD[text]):
        parse(text)


SECRETS = ("https://desk:hunter2@one:9200/wire", "https://hunter2@one/wire", "https://desk:hun/ter2@one/wire", "http://one:9200/wire@hunter2")


@pytest.mark.parametrize("text", [*SECRETS, "https://desk:hunter2?@one/wire", "https://one,desk:hunter2@two/wire"])
def test_a_password_in_an_address_is_refused_and_never_repeated(text: str) -> None:
    for read in (parse, parse_nodes):
        with pytest.raises(UsageError, match="DATELINE_CLUSTER_PASSWORD") as refused:
            read(text)
        assert not any(part in str(refused.value) for part in ("hun", "ter2", "desk:"))
        assert refused.value.__cause__ is None


def test_the_nodes_of_a_cluster_are_named_without_an_archive() -> None:
    assert parse_nodes("https://one,two:9200/") == ("https://one:443", "https://two:9200")
    with pytest.raises(UsageError, match="--archive NAME"):
        parse_nodes("https://one:9200/wire")


@given(st.text(alphabet="htps:/,@[]?#.-_aA0 9é\0", max_size=30))
@example("https://[]/a")
@example("http://a:99999999999/a")
def test_any_text_is_an_address_or_a_sentence(text: str) -> None:
    for candidate in (text, f"https://{text}", f"http://a{text}/n"):
        try:
            address = parse(candidate)
        except UsageError as error:
            assert str(error)  # noqa: PT017
        else:
            assert isinstance(address, Address)
            check_name(address.name)
            assert parse(str(address)) == address
