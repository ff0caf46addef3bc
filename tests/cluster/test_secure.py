"""With TLS and passwords: does everybody get what they need, and nobody more?"""

from __future__ import annotations

import os
import shutil
import socket
import ssl
import stat
import subprocess
from collections.abc import Iterator
from typing import Any

import pytest

from cluster import Cluster
from cluster.security import ADMIN, CONFIG, READER, USERS, WRITER, Access
from tests.skipping import skip_without

MAPPING = {"properties": {"word": {"type": "keyword"}}}


@pytest.fixture
def access(secure_cluster: Cluster) -> Access:
    assert secure_cluster.access is not None
    return secure_cluster.access


@pytest.fixture
def index(secure_cluster: Cluster) -> Iterator[str]:
    """An index with one document behind an alias, made by the writer; and one of somebody else's."""
    settings = {"number_of_shards": 1, "number_of_replicas": 1}
    made = {"settings": settings, "mappings": MAPPING, "aliases": {"dateline-letters": {}}}
    assert secure_cluster.request("PUT", "/dateline-letters-1", made, user=WRITER).status == 200
    assert secure_cluster.request("PUT", "/dateline-letters-1/_doc/1?refresh=true", {"word": "kept"}, user=WRITER).status == 201
    assert secure_cluster.request("PUT", "/foreign", {"settings": settings}).status == 200
    yield "dateline-letters"
    assert secure_cluster.request("DELETE", "/dateline-*,foreign").status == 200


def test_nobody_comes_in_without_a_name_and_its_password(secure_cluster: Cluster) -> None:
    assert secure_cluster.request("GET", "/", user=None).status == 401
    assert secure_cluster.request("GET", "/_cluster/health", user=None).status == 401
    for user in (ADMIN, "somebody"):
        assert secure_cluster.request("GET", "/", user=user, password="guessed").status == 401
    for node in range(len(secure_cluster.nodes)):
        for user in USERS:
            assert secure_cluster.request("GET", "/", user=user, node=node).status == 200
            assert secure_cluster.request("GET", "/_cluster/health", user=user, node=node).body["status"] == "green"


def test_passwords_stand_in_files_for_their_owner_only_and_nowhere_else(secure_cluster: Cluster, access: Access) -> None:
    secrets = [access.password(user) for user in USERS]
    assert len({*secrets}) == 3
    private = [*access.passwords.values(), access.certificates.admin.key, *(node.key for node in access.certificates.nodes.values())]
    assert {stat.S_IMODE(path.stat().st_mode) for path in private} == {0o600}
    for path in secure_cluster.directory.rglob("*"):
        if path.is_file() and path not in private:
            content = path.read_bytes()
            assert not [secret for secret in secrets if secret.encode() in content], path


READS: list[tuple[str, str, Any]] = [
    ("GET", "/dateline-letters/_search", None),
    ("POST", "/dateline-letters/_search", {"aggs": {"words": {"terms": {"field": "word"}}}}),
    ("GET", "/dateline-letters/_count", None),
    ("GET", "/dateline-letters/_doc/1", None),
    ("POST", "/dateline-letters/_mget", {"ids": ["1"]}),
    ("POST", "/dateline-letters/_msearch", [{}, {"query": {"match_all": {}}}]),
    ("POST", "/_msearch", [{"index": "dateline-letters"}, {"query": {"match_all": {}}}]),
    ("GET", "/dateline-letters/_field_caps?fields=word", None),
    ("HEAD", "/dateline-letters", None),
    ("GET", "/dateline-letters", None),
    ("GET", "/dateline-letters/_mapping", None),
    ("GET", "/dateline-letters/_settings", None),
    ("GET", "/dateline-*/_alias/dateline-letters", None),
    ("HEAD", "/dateline-*/_alias/dateline-letters", None),
    ("GET", "/dateline-*/_alias", None),
    ("GET", "/dateline-letters/_stats/store", None),
    ("GET", "/_cluster/health/dateline-letters", None),
]
WRITES: list[tuple[str, str, Any]] = [
    ("PUT", "/dateline-letters/_doc/2", {"word": "new"}),
    ("POST", "/dateline-letters/_update/1", {"doc": {"word": "other"}}),
    ("POST", "/dateline-letters/_refresh", None),
    # In several pieces, where there is more than one.
    ("POST", "/dateline-letters/_delete_by_query?scroll_size=1", {"query": {"term": {"word": "new"}}}),
    ("PUT", "/dateline-letters/_settings", {"index.refresh_interval": "5s"}),
    ("PUT", "/dateline-letters/_mapping", {"properties": {"more": {"type": "keyword"}}}),
    ("POST", "/dateline-letters/_forcemerge", None),
    ("PUT", "/dateline-letters-2", {"mappings": MAPPING}),
    (
        "POST",
        "/_aliases",
        {
            "actions": [
                {"remove": {"index": "dateline-letters-1", "alias": "dateline-letters"}},
                {"add": {"index": "dateline-letters-2", "alias": "dateline-letters"}},
            ]
        },
    ),
    ("DELETE", "/dateline-letters-1/_doc/1", None),
    ("DELETE", "/dateline-letters-1", None),
]
FOREIGN: list[tuple[str, str, Any]] = [
    ("GET", "/foreign/_search", None),
    ("GET", "/foreign/_mapping", None),
    ("PUT", "/foreign/_doc/1", {}),
    ("PUT", "/another", {}),
    ("DELETE", "/foreign", None),
    ("POST", "/foreign/_search/point_in_time?keep_alive=1m", None),
    ("PUT", "/_cluster/settings", {"persistent": {"cluster.routing.allocation.enable": "none"}}),
    ("GET", "/_plugins/_security/api/internalusers", None),
    ("PUT", f"/_plugins/_security/api/internalusers/{READER}", {"password": "chosen by oneself 17"}),
    ("GET", "/.opendistro_security/_search", None),
    ("POST", "/_snapshot/here", {"type": "fs", "settings": {"location": "here"}}),
]


def statuses(cluster: Cluster, requests: list[tuple[str, str, Any]], user: str) -> dict[str, int]:
    return {f"{method} {path}": cluster.request(method, path, body, user=user).status for method, path, body in requests}


def test_the_reader_reads_and_writes_nothing(secure_cluster: Cluster, index: str) -> None:
    allowed = statuses(secure_cluster, READS, READER)
    assert {request for request, status in allowed.items() if status != 200} == set()
    answers = secure_cluster.request("POST", "/_msearch", [{"index": index}, {}, {"index": "foreign"}, {}], user=READER).body["responses"]
    assert [answer["status"] for answer in answers] == [200, 403]
    refused = statuses(secure_cluster, [*WRITES, *FOREIGN], READER)
    assert {request for request, status in refused.items() if status != 403} == set()
    lines = [{"index": {"_index": index}}, {"word": "new"}]
    assert secure_cluster.request("POST", "/_bulk", lines, user=READER).status == 403
    assert secure_cluster.request("GET", f"/{index}/_count").body["count"] == 1


def test_the_writer_does_as_it_likes_with_indices_of_dateline_and_no_others(secure_cluster: Cluster, index: str) -> None:
    allowed = statuses(secure_cluster, READS, WRITER)
    assert {request for request, status in allowed.items() if status != 200} == set()
    refused = statuses(secure_cluster, FOREIGN, WRITER)
    assert {request for request, status in refused.items() if status != 403} == set()
    lines = [{"index": {"_index": index}}, {"word": "new"}, {"index": {"_index": "foreign"}}, {"word": "new"}]
    items = secure_cluster.request("POST", "/_bulk", lines, user=WRITER).body["items"]
    assert [item["index"]["status"] for item in items] == [201, 403]
    done = statuses(secure_cluster, WRITES, WRITER)
    assert {request for request, status in done.items() if status not in (200, 201)} == set()
    assert list(secure_cluster.request("GET", f"/dateline-*/_alias/{index}").body) == ["dateline-letters-2"]


@pytest.mark.parametrize("user", [WRITER, READER])
def test_a_point_in_time_is_kept_and_given_up(secure_cluster: Cluster, index: str, user: str) -> None:
    made = secure_cluster.request("POST", f"/{index}/_search/point_in_time?keep_alive=1m", user=user).body["pit_id"]
    assert secure_cluster.request("DELETE", "/dateline-letters-1/_doc/1?refresh=true").status == 200
    found = secure_cluster.request("POST", "/_search", {"pit": {"id": made}}, user=user).body
    assert [hit["_source"] for hit in found["hits"]["hits"]] == [{"word": "kept"}]
    several = secure_cluster.request("POST", "/_msearch", [{}, {"pit": {"id": made}}, {}, {"pit": {"id": made}, "size": 0}], user=user).body
    assert [answer["hits"]["total"]["value"] for answer in several["responses"]] == [1, 1]
    given_up = secure_cluster.request("DELETE", "/_search/point_in_time", {"pit_id": [made]}, user=user)
    assert (given_up.status, given_up.body["pits"][0]["successful"]) == (200, True)


def greeted(port: int, context: ssl.SSLContext | None, server: str = "127.0.0.1") -> bytes:
    """What a port says to somebody who asks in HTTP, over TLS if there is a context."""
    with socket.create_connection(("127.0.0.1", port), timeout=10) as plain:
        talking = context.wrap_socket(plain, server_hostname=server) if context else plain
        with talking:
            talking.sendall(b"GET / HTTP/1.0\r\n\r\n")
            try:
                return talking.recv(100)
            except ConnectionResetError:
                # As good as an end without a word.
                return b""


def trusting_anybody() -> ssl.SSLContext:
    context = ssl.create_default_context()
    context.check_hostname = False
    context.verify_mode = ssl.CERT_NONE
    return context


def test_http_is_spoken_over_tls_only_and_the_node_shows_who_it_is(secure_cluster: Cluster, access: Access) -> None:
    port = secure_cluster.ports[0]
    assert greeted(port, None) == b""
    with pytest.raises(ssl.SSLCertVerificationError):
        greeted(port, ssl.create_default_context())
    with pytest.raises(ssl.SSLCertVerificationError, match=r"example\.org"):
        greeted(port, access.context(), "example.org")
    assert b" 401 " in greeted(port, access.context())


def test_nodes_speak_tls_among_themselves_and_with_nobody_else(secure_cluster: Cluster, access: Access) -> None:
    port = int(
        secure_cluster.request("GET", "/_nodes/_local/transport").body["nodes"].popitem()[1]["transport"]["publish_address"].rpartition(":")[2]
    )
    assert greeted(port, None) == b""
    # TLS 1.3 lets the one who calls find out only with the first answer.
    with pytest.raises(ssl.SSLError, match=r"(?i)certificate"):
        greeted(port, trusting_anybody())


def test_what_gives_passwords_in_compose_gives_them(secure_cluster: Cluster, access: Access) -> None:
    if shutil.which("curl") is None:
        skip_without("curl is not installed: apt-get install curl")
    odd = 'quo"te, back\\slash, dollar $HOME, höchst sonderbar'
    environment = {
        **os.environ,
        "URL": secure_cluster.addresses[0],
        "CERTIFICATES": str(access.authority.parent),
        "ADMIN_PASSWORD": access.password(ADMIN),
        "WRITER_PASSWORD": access.password(WRITER),
        "READER_PASSWORD": odd,
    }
    subprocess.run(["sh", CONFIG / "users.sh"], env=environment, check=True, capture_output=True)
    try:
        assert secure_cluster.request("GET", "/", user=READER, password=odd).status == 200
        assert secure_cluster.request("GET", "/", user=READER).status == 401
    finally:
        real = {"password": access.password(READER)}
        assert secure_cluster.request("PUT", f"/_plugins/_security/api/internalusers/{READER}", real).status == 200
    assert {secure_cluster.request("GET", "/", user=user).status for user in USERS} == {200}
