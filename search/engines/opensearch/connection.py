"""How is a cluster asked, and what is said when it does not answer? Every request of the engine goes through one `Connection`.

Which node is asked, and which is left alone for a while because it did not answer, is opensearch-py's business; each request has a time-out and is
tried on other nodes where that is harmless. What comes back as an error is said in our words, with what to do. Names and passwords are never part of
a message: the library's own messages are not repeated.
"""

from __future__ import annotations

import base64
import json
import logging
import ssl
import threading
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from opensearchpy import OpenSearch
from opensearchpy.exceptions import ConnectionError as NoConnection
from opensearchpy.exceptions import ConnectionTimeout, SSLError, TransportError
from opensearchpy.exceptions import OpenSearchException as LibraryError

from search.errors import ClusterBusy, ClusterError, ClusterRefused, ClusterUnreachable, UsageError

__all__ = ["SECONDS", "Answer", "Connection", "Gone", "Settings"]

_log = logging.getLogger(__name__)
_LIBRARY = logging.getLogger("opensearch")

# Both tell of every conflict and every machine that does not answer, which is not the terminal's business; who wants to see it sets up logging.
for _name in ("opensearch", "search.engines.opensearch"):
    logging.getLogger(_name).addHandler(logging.NullHandler())

SECONDS = 30.0
"""How long one request may take. A node that has died is noticed by the cluster in a second, one that hangs in about half a minute."""

POOL = 20
"""Connections to each node that are kept open: as many threads may ask at once without waiting for each other."""

Answer = dict[str, Any]

_VERSIONS = ((2, 4), (4, 0))
"""From the first version that has points in time to the first that is not known: its counting and its settings have not been tried."""


class Gone(ClusterError):
    """What a request speaks of is not there: an index, a document, a point in time. For the engine's own use; `reason` is the cluster's."""

    def __init__(self, shown: str, reason: str) -> None:
        super().__init__(f"The cluster {shown} has not, or no longer, what was asked for ({reason}). Has somebody deleted it? Run this again.")
        self.reason = reason


class Conflict(ClusterError):
    """A document is not, or no longer, in the state that a change asked for. For the engine's own use."""

    def __init__(self, shown: str, reason: str) -> None:
        super().__init__(f"On the cluster {shown} somebody else has changed the same meanwhile ({reason}). Run this again.")


class TooManyParts(ClusterError):
    """A query has more parts than the cluster takes. For the engine's own use."""


@dataclass(frozen=True, slots=True)
class Settings:
    """Which cluster, and how it is to be asked.

    `nodes` are addresses such as "https://10.0.0.1:9200", of which any is asked. `ca` is a file of certificates to trust in place of the
    system's. Who asks is `user` with `password`, or the bearer of `token`; they are left out of the record's own text.
    """

    nodes: tuple[str, ...]
    ca: Path | None = None
    user: str | None = None
    password: str | None = field(default=None, repr=False)
    token: str | None = field(default=None, repr=False)
    seconds: float = SECONDS

    @property
    def shown(self) -> str:
        """The cluster's name in messages."""
        return ",".join(self.nodes)


class Connection:
    """A pool of connections to the nodes of one cluster. For any number of threads."""

    def __init__(self, settings: Settings) -> None:
        """Nothing is asked before the first request. Raises UsageError for a file of certificates that cannot be read."""
        self.settings = settings
        self._checked = False
        if _LIBRARY.level == logging.NOTSET:
            # What it warns of, with tracebacks, is said in our words, or is no news: a document that is not there yet.
            _LIBRARY.setLevel(logging.ERROR)
        self._lock = threading.Lock()
        secure = settings.nodes[0].startswith("https:")
        options: dict[str, Any] = {}
        if settings.token:
            options["headers"] = {"Authorization": f"Bearer {settings.token}"}
        elif settings.user:
            # The library would send what is beyond ASCII as Latin-1, and OpenSearch reads UTF-8.
            secret = base64.b64encode(f"{settings.user}:{settings.password or ''}".encode())
            options["headers"] = {"Authorization": f"Basic {secret.decode()}"}
        if secure:
            options["ssl_context"] = _trusting(settings.ca)
        options |= {"use_ssl": secure, "timeout": settings.seconds, "pool_maxsize": POOL, "http_compress": False}
        # A node that hangs is left alone after that.
        self._client = OpenSearch(list(settings.nodes), max_retries=len(settings.nodes), retry_on_timeout=True, retry_on_status=(502, 504), **options)
        self._once = OpenSearch(list(settings.nodes), max_retries=0, **options)

    def ask(
        self,
        method: str,
        path: str,
        body: Answer | str | None = None,
        *,
        seconds: float | None = None,
        passing: Sequence[int] = (),
        once: bool = False,
        **parameters: Any,
    ) -> Answer:
        """What the cluster answers. Errors with a status in `passing` are answers too.

        A request that is not answered is sent again, to another node, unless it must be carried out `once` at most.

        Raises Gone for status 404, Conflict for 409, ClusterUnreachable where no node answers, ClusterRefused where this user may not, ClusterBusy
        where the cluster has no room or time, ClusterError for anything else.
        """
        self._check()
        return self._ask(method, path, body, seconds=seconds, passing=passing, once=once, **parameters)

    def search(self, bodies: Iterable[Answer], *, dfs: int = 0, **parameters: Any) -> list[Answer]:
        """The answers to several searches, sent in one request. Of the first `dfs` the scores are by the frequencies in all shards, not in each."""
        lines: list[str] = []
        for place, body in enumerate(bodies):
            lines += [_DFS if place < dfs else "{}", json.dumps(body, separators=(",", ":"))]
        if not lines:
            return []
        text = "\n".join(lines) + "\n"
        for pause in (*_PAUSES, None):
            answer = self.ask("POST", "/_msearch", text, passing=(429,), **parameters)
            answers: list[Answer] = answer.get("responses", [{"error": {}, **answer, "status": 429}])
            failed = next((one for one in answers if "error" in one), None)
            if failed is None:
                return answers
            if pause is None or _reason(failed)[0] not in OVERLOADED:
                self.raise_for(int(failed.get("status", 500)), failed)
            threading.Event().wait(pause)
        raise AssertionError("unreachable: what is not asked again is raised")

    def close(self) -> None:
        """Give the connections back."""
        self._client.close()
        self._once.close()

    def _check(self) -> None:
        """Look once whether the cluster is of a kind that is known."""
        if self._checked:
            return
        answer = self._ask("GET", "/")
        version = answer.get("version")
        if not isinstance(version, dict) or version.get("distribution") != "opensearch":
            raise ClusterError(f"What answers at {self.settings.shown} is not OpenSearch. Dateline keeps archives on OpenSearch 2.4 to 3.")
        number = str(version.get("number", ""))
        parts = tuple(int(part) for part in number.split(".")[:2] if part.isdigit())
        if not _VERSIONS[0] <= parts < _VERSIONS[1]:
            raise ClusterError(f"The cluster {self.settings.shown} is OpenSearch {number}. Dateline knows versions 2.4 to 3: use one of these.")
        self._checked = True

    def _ask(
        self,
        method: str,
        path: str,
        body: Answer | str | None = None,
        *,
        seconds: float | None = None,
        passing: Sequence[int] = (),
        once: bool = False,
        **parameters: Any,
    ) -> Answer:
        given: dict[str, Any] = dict(parameters)
        given["request_timeout"] = seconds or self.settings.seconds
        try:
            for _ in range(1 if once else 2):
                answer = (self._once if once else self._client).transport.perform_request(method, path, params=dict(given), body=body)
                if isinstance(answer, dict):
                    return answer
            # Twice no JSON. Once may be an answer that broke off within its headers.
            raise ClusterError(f"The cluster {self.settings.shown} gave an answer that is not understood. Is what is there OpenSearch?")
        except SSLError as error:
            raise ClusterUnreachable(self._untrusted(error)) from None
        except ConnectionTimeout:
            raise ClusterBusy(f"The cluster {self.settings.shown} has not answered within {given['request_timeout']:g} s. Try again later.") from None
        except NoConnection as error:
            if _is_about_certificates(error):
                raise ClusterUnreachable(self._untrusted(error)) from None
            raise ClusterUnreachable(
                f"No node of the cluster {self.settings.shown} can be reached. Is it running, and is the address right (http or https, the port)?"
            ) from None
        except TransportError as error:
            status = error.status_code if isinstance(error.status_code, int) else 500
            info = error.info if isinstance(error.info, dict) else {"error": {"reason": str(error.error)}}
            if status in passing:
                return info
            self.raise_for(status, info)
        except (LibraryError, OSError, ValueError) as error:
            _log.debug("request failed", exc_info=error)
            raise ClusterError(
                f"The cluster {self.settings.shown} gave an answer that is not understood ({type(error).__name__}). Is what is there OpenSearch?"
            ) from None
        raise AssertionError("unreachable")

    def raise_for(self, status: int, answer: Answer) -> None:
        """Raise what an answer that is an error means."""
        kind, reason = _reason(answer)
        shown = self.settings.shown
        if kind in _NOT_THERE or status == 404 or reason.startswith("no node found for id"):
            raise Gone(shown, reason)
        if status == 409 or kind == "version_conflict_engine_exception":
            raise Conflict(shown, reason)
        if status == 401:
            raise ClusterRefused(f"The cluster {shown} does not accept this name and password. {_HOW_TO_LOG_IN}")
        if kind == BLOCKED and status in (403, 429):
            raise ClusterBusy(
                f"The cluster {shown} takes no changes, because a disk of it is full (“{reason[:120]}”). Make room; where the block stays, lift it: "
                "PUT /_all/_settings with index.blocks.read_only_allow_delete null. Then run this again: nothing is lost."
            )
        if status == 403:
            what = reason.partition(" and User")[0][:200]  # and not the user's name
            raise ClusterRefused(
                f"The cluster {shown} does not allow this user to do that ({what}). Reading takes the role dateline_reader, writing dateline_writer: "
                "docs/cluster.md"
            )
        if kind in ("too_many_nested_clauses", "too_many_clauses"):
            raise TooManyParts(f"The cluster {shown} does not take queries of so many parts.")
        if kind in _NOBODY_MANAGES:
            raise ClusterBusy(
                f"So many machines of the cluster {shown} are away that nobody manages it, and it takes no changes until they are back. Start them, "
                "then run this again: nothing is lost."
            )
        if status in (429, 503, 504) or kind in (*_PASSING, *OVERLOADED):
            raise ClusterBusy(f"The cluster {shown} cannot answer now ({reason[:200] or f'status {status}'}). Try again later.")
        raise ClusterError(f"The cluster {shown} refused a request ({kind}: {reason[:300]}).")

    def _untrusted(self, error: LibraryError) -> str:
        _log.debug("TLS failed", exc_info=error)
        if any(sign in str(error) for sign in _NO_TLS):
            return f"What is at {self.settings.shown} does not speak TLS. If that is meant, begin the address with http:// instead of https://."
        return (
            f"The certificate of {self.settings.shown} is not trusted, or it is not for that name. Name the file of certificates to trust: --ca FILE "
            "(or DATELINE_CA)."
        )


BLOCKED = "cluster_block_exception"
"""What an index answers that takes no changes: OpenSearch closes them to writers when a disk is nearly full."""

_NOBODY_MANAGES = ("cluster_manager_not_discovered_exception", "master_not_discovered_exception")
_PASSING = (
    "search_phase_execution_exception", "no_shard_available_action_exception", "node_not_connected_exception", "node_disconnected_exception",
    "node_closed_exception", "connect_transport_exception", "failed_to_commit_cluster_state_exception",
)  # fmt: skip
"""What a cluster answers while it finds out that a machine has died."""

OVERLOADED = (
    "circuit_breaking_exception", "task_cancelled_exception", "rejected_execution_exception", "es_rejected_execution_exception",
    "open_search_rejected_execution_exception",
)  # fmt: skip
"""What a node answers whose memory or queue is full for a moment: as when it does the work of another that has died."""

_PAUSES = (0.5, 1.0, 2.0)
"""Seconds before a search is asked again for which there was no room."""

_NO_TLS = ("WRONG_VERSION_NUMBER", "RECORD_LAYER_FAILURE", "HTTP_REQUEST")
"""How OpenSSL calls an answer that is none of TLS."""

_DFS = json.dumps({"search_type": "dfs_query_then_fetch"})
_NOT_THERE = ("search_context_missing_exception", "index_not_found_exception", "index_closed_exception")
_HOW_TO_LOG_IN = "Set DATELINE_CLUSTER_USER and DATELINE_CLUSTER_PASSWORD, or DATELINE_CLUSTER_CREDENTIALS to a file of them."


def _trusting(ca: Path | None) -> ssl.SSLContext:
    try:
        return ssl.create_default_context(cafile=str(ca) if ca else None)
    except (OSError, ssl.SSLError) as error:
        raise UsageError(f"{ca} cannot be read as a file of certificates ({error.strerror or type(error).__name__}).") from error


def _is_about_certificates(error: LibraryError) -> bool:
    return "CERTIFICATE" in str(error) or "SSL" in str(error)


def _reason(answer: Answer) -> tuple[str, str]:
    """The kind of an error and what the cluster says of it: of an error that was passed on, the one it came from."""
    error = answer.get("error")
    if not isinstance(error, dict):
        return "", str(error or "")
    deepest: Any = error
    causes = error.get("root_cause") or []
    failed = error.get("failed_shards") or []
    if failed and isinstance(failed[0].get("reason"), dict):
        deepest = failed[0]["reason"]
    elif causes:
        deepest = causes[0]
    while isinstance(deepest.get("caused_by"), dict):
        deepest = deepest["caused_by"]
    kind = str(deepest.get("type") or error.get("type") or "")
    return kind, str(deepest.get("reason") or error.get("reason") or "")
