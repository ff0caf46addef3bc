"""Who runs the tests of a cluster? With `pytest -n auto` one process runs all of them, first of all, and has the cluster to itself.

A cluster takes its time to start, and a test that kills a node shall not be another's failure. (The marker `xdist_group` would do the same,
but for `--dist loadgroup` only, which hands out all other tests one by one, and in pytest 9.2 without effect.)
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

try:
    from xdist.scheduler import LoadScheduling
except ImportError:  # then one process runs everything anyway
    LoadScheduling = object

if TYPE_CHECKING:
    from xdist.workermanage import WorkerController

GROUPS = {"secure": "secure cluster", "cluster": "cluster", "opensearch": "cluster"}
"""What a test's file or folder is called where it asks for which cluster; the first that fits."""


def group_of(nodeid: str) -> str | None:
    file = nodeid.partition("::")[0]
    return next((group for word, group in GROUPS.items() if word in file), None)


def pytest_itemcollected(item: pytest.Item) -> None:
    """`-m cluster` are the tests of a cluster, `-m "not cluster"` all others."""
    if group_of(item.nodeid) is not None:
        item.add_marker("cluster")


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """The longest first: all that a cluster is started for."""
    order = ["cluster", "secure cluster", None]
    items.sort(key=lambda item: order.index(group_of(item.nodeid)))
    for item in items:
        if group_of(item.nodeid) is None and {"running_cluster", "running_secure_cluster"} & {*getattr(item, "fixturenames", ())}:
            raise pytest.UsageError(f"{item.nodeid} asks for a cluster: the name of its file must contain one of {', '.join(GROUPS)}")


class Scheduling(LoadScheduling):  # type: ignore[misc, valid-type]
    """xdist's own, but that it gives a group to one process at once."""

    def _send_tests(self, node: WorkerController, num: int) -> None:
        groups = [group_of(self.collection[index]) for index in self.pending]
        if groups and groups[0] is not None:
            num = groups.count(groups[0])
        super()._send_tests(node, num)


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> Scheduling | None:
    return Scheduling(config, log) if config.getvalue("dist") == "load" else None
