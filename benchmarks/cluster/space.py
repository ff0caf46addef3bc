"""How many bytes does an archive on a cluster take, and where?"""

from __future__ import annotations

from benchmarks.cluster.figures import Space
from search.archive import Archive
from search.engines.opensearch.state import Storage
from search.homes.cluster import _log_of
from search.ledger.replica import Replica


def ordinals(storage: Storage) -> int:
    """The bytes of memory that the nodes, all together, have taken for the numbers of values."""
    index = storage.read().index
    found: int = storage.connection.ask("GET", f"/{index}/_stats/fielddata")["indices"][index]["total"]["fielddata"]["memory_size_in_bytes"]
    return found


def space(archive: Archive, storage: Storage) -> Space:
    """The bytes of everything, written out to the disks. The ledger is its copy on this machine."""
    state, connection = storage.read(), storage.connection
    home = f"dateline-{storage.name}.archive"
    connection.ask("POST", f"/{state.index},{home}/_flush", seconds=300)
    answer = connection.ask("GET", f"/{state.index},{home}/_stats/store")["indices"]
    articles, beside = answer[state.index], answer[home]
    log = _log_of(state)
    with Replica.open(state.archive) as replica:  # the first slot is free, as nobody else reads this archive's ledger
        ledger = replica.path.stat().st_size
    return Space(
        archive.status().articles,
        articles["primaries"]["store"]["size_in_bytes"],
        articles["total"]["store"]["size_in_bytes"],
        sum(part.size for part in (log.snapshot, *log.entries)),
        beside["primaries"]["store"]["size_in_bytes"],
        ledger,
    )
