"""Raw articles by the thousand, of which it is known beforehand what is found in them, and an archive of them that nothing has ever happened to."""

from __future__ import annotations

import json
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from cluster import Cluster
from search.archive import Archive
from search.request import SearchRequest

AGENCIES = ("Reuters", "TASS", "AFP", "SANA", "Xinhua")
TOPICS = ("harbour", "grain", "trade", "railway", "drought", "election", "bridge")
PEOPLE = ("Vladimir Putin", "Bashar al-Assad", "Angela Merkel", "Recep Tayyip Erdogan", "Ban Ki-moon", "Kofi Annan")

EVERYWHERE = "Our correspondents report from all over the region, and follow the talks wherever they are held."
"""The last line of every article. That it is no story is learned at the end of a run: then articles change that were written before."""


EVERYTHING = SearchRequest()


def paper(number: int, edition: int = 1) -> dict[str, Any]:
    """One article. An edition changes the text of every third."""
    topic, other = TOPICS[number % 7], TOPICS[number // 7 % 7]
    who = PEOPLE[number % 6]
    change = f" This is edition {edition}, with more on the {other}." if edition > 1 and number % 3 == 0 else ""
    return {
        "id": f"n{number}",
        "title": f"Talks on the {topic}, round {number}",
        "body": (
            f"{who} opened the talks on the {topic} in round {number} on Monday, and called the {other} a matter of urgency.{change}\n\n"
            f"“We shall not leave before there is an agreement,” {who.split()[-1]} said after meeting number {number * 7} with the delegates.\n\n"
            f"The {topic} has been closed since spring, and the matter of the {other} was left for meeting {number * 11}.\n\n"
            f"{EVERYWHERE}"
        ),
        "agency": AGENCIES[number % 5],
        "date": f"20{number % 20 + 10 - number % 20 // 15 * 5:02}-{number % 12 + 1:02}-{number % 28 + 1:02}",
    }


def write(folder: Path, numbers: Iterable[int], *, edition: int = 1, per_file: int = 25) -> Path:
    """The articles of these numbers as files of JSON Lines."""
    folder.mkdir(parents=True, exist_ok=True)
    files: dict[int, list[str]] = {}
    for number in numbers:
        files.setdefault(number // per_file, []).append(json.dumps(paper(number, edition)))
    for file, lines in files.items():
        (folder / f"{file:05}.jsonl").write_text("\n".join(lines) + "\n", "utf-8")
    return folder


def contents(archive: Archive) -> dict[str, Any]:
    """Everything that an archive has, and what it says of its sources."""
    status = archive.status()
    articles = {article.id: article.to_dict() for article in archive.scan(EVERYTHING)}
    assert status.complete
    assert status.articles == len(articles)
    return {"articles": articles, "sources": {source.name: source.states for source in status.sources}, "names": archive.names(limit=1000)}


def known(place: Path, folders: Iterable[Path]) -> dict[str, Any]:
    """The contents of an archive of these folders in the folder `place`, that nothing has ever happened to."""
    with Archive.create(place, "tantivy") as archive:
        report = archive.index(list(folders))
        assert report.complete
        return contents(archive)


def leftovers(cluster: Cluster, name: str, articles: int) -> dict[str, Any]:
    """What is on a cluster of an archive that should not be there: indexes, and documents that do not count."""
    cluster.request("POST", f"/dateline-{name}.*/_refresh")
    indexes = cluster.request("GET", f"/_cat/indices/dateline-{name}.*?format=json").body
    counts = {index["index"]: cluster.request("GET", f"/{index['index']}/_count").body["count"] for index in indexes}
    surplus = {index: count for index, count in counts.items() if ".articles-" in index and count != articles}
    return surplus if len(counts) == 2 else counts
