"""What a home on a cluster refuses before anybody is asked."""

from __future__ import annotations

import pytest

from search.errors import UsageError
from search.homes import home_of


@pytest.mark.parametrize("node", ["http://10.0.0.1:9200", "http://news.example:9200", "http://localhost:9200,10.0.0.1:9200"])
def test_a_password_is_not_sent_where_everybody_can_read_it(node: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DATELINE_CLUSTER_USER", "reader")
    monkeypatch.setenv("DATELINE_CLUSTER_PASSWORD", "secret-word")
    with pytest.raises(UsageError, match="without TLS") as refused:
        home_of(f"{node}/news")
    assert "secret-word" not in str(refused.value)


@pytest.mark.parametrize("node", ["http://127.0.0.1:9200", "http://localhost:9200", "http://[::1]:9200", "https://news.example:9200"])
def test_a_password_may_stay_on_this_machine_or_go_by_tls(node: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DATELINE_CLUSTER_USER", "reader")
    monkeypatch.setenv("DATELINE_CLUSTER_PASSWORD", "secret-word")
    assert home_of(f"{node}/news").name == f"{node}/news"
