"""How long does a reader wait for the page beyond what the search itself takes, and how large is what is sent?

python -m benchmarks.pages [--articles N] [--index DIR] [--warm N]

Prints Markdown. A time is the median of warm runs in milliseconds, search and page in turns: the search is `Archive.run` with the same request, the
page is the whole answer of the application, compressed. What is promised at 100,000 articles: a page takes no more than twice the search and 15 ms,
its HTML is under 60 kB and all scripts and styles are under 40 kB as sent.
"""

from __future__ import annotations

import gzip
import statistics
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from itertools import islice
from pathlib import Path
from tempfile import TemporaryDirectory

import click
from flask.testing import FlaskClient

from benchmarks import corpus
from benchmarks.searches import SEARCHES
from search.archive import Archive
from search.engines import open_engine
from search.engines.base import BATCH
from web import create_app, params

ARTICLES, WARM = 100_000, 15
TIMES, BEYOND = 2.0, 15.0
HTML, STATIC = 60_000, 40_000
_STATIC = Path(__file__).resolve().parents[1] / "web" / "static"
_HEADERS = {"Host": "127.0.0.1", "Accept-Encoding": "gzip"}


def searches(archive: Archive) -> list[list[tuple[str, str]]]:
    """The parameters of the pages that are timed: every query of the list, then some that were narrowed."""
    queries = [[("q", search.text)] for search in SEARCHES.values()]
    everything = archive.search("*")
    person = everything.facet("participants").values[0].value
    year = max(everything.facet("date").values, key=lambda value: value.count).value
    common = ("q", "government")
    return [
        *queries,
        [common, ("date", year)],
        [common, ("participant", person)],
        [common, ("not_agency", "Reuters"), ("sort", "newest"), ("limit", "50")],
    ]


def table(archive: Archive, warm: int) -> Iterator[str]:
    """The lines of the table, then what is sent besides."""
    client = create_app(archive).test_client()
    yield "| page | search: ms | page: ms | promised | HTML, compressed: kB |"
    yield "|---|--:|--:|--:|--:|"
    for pairs in searches(archive):
        request = params.read(pairs)
        address = "/" + params.query_string(pairs)
        found, shown = _in_turns(warm, lambda request=request: archive.run(request), lambda address=address: _get(client, address))  # type: ignore[misc]
        yield _row(address, found, shown, _get(client, address))
    for address, search in _others(archive):
        found, shown = _in_turns(warm, search, lambda address=address: _get(client, address))  # type: ignore[misc]
        yield _row(address, found, shown, _get(client, address))
    sent = sum(len(gzip.compress(file.read_bytes())) for file in _STATIC.iterdir())
    plain = sum(file.stat().st_size for file in _STATIC.iterdir())
    yield f"\nScripts and styles: {_within(sent, STATIC)} kB compressed, {plain / 1000:.1f} kB as they stand (promised: under {STATIC / 1000:.0f})."


def _others(archive: Archive) -> Iterator[tuple[str, Callable[[], object]]]:
    """The other pages, each with what it asks of the archive."""
    found = archive.search("government")
    id = found.hits[0].id
    yield f"/article/{id}?q=government", lambda: (archive.marked(id, "government"), archive.similar(id))
    number = params.read([("q", "government"), ("limit", "0"), ("facets", "")])
    yield "/people?q=government", lambda: (archive.together(found.request), archive.run(number))
    yield "/facet/participants?q=government", lambda: (archive.facet_values(found.request, "participants", limit=60), archive.run(number))


def _in_turns(warm: int, *actions: Callable[[], object]) -> list[float]:
    """The median of each in milliseconds; the first round is not counted."""
    times: list[list[float]] = [[] for _ in actions]
    for _ in range(warm + 1):
        for action, own in zip(actions, times, strict=True):
            began = time.perf_counter()
            action()
            own.append((time.perf_counter() - began) * 1000)
    return [statistics.median(own[1:]) for own in times]


def _get(client: FlaskClient, address: str) -> int:
    """The bytes of a page as it is sent."""
    response = client.get(address, headers=_HEADERS)
    if response.status_code != 200 or response.headers.get("Content-Encoding") != "gzip":
        raise click.ClickException(f"{address} was answered with {response.status}, {response.headers}")
    return len(response.data)


def _row(address: str, found: float, shown: float, size: int) -> str:
    allowed = TIMES * found + BEYOND
    time_shown = f"{shown:.1f}" if shown <= allowed else f"**{shown:.1f}**"
    return f"| `{address.replace('|', '%7C')}` | {found:.1f} | {time_shown} | {allowed:.1f} | {_within(size, HTML)} |"


def _within(size: int, most: int) -> str:
    return f"{size / 1000:.1f}" if size < most else f"**{size / 1000:.1f}**"


@contextmanager
def filled(articles: int) -> Iterator[Archive]:
    """An archive of so many articles, which nothing has been read for."""
    with TemporaryDirectory() as folder:
        with Archive.create(folder) as empty:
            marker = empty.home.marker()
        with open_engine(marker.engine, Path(folder) / marker.data / "index") as engine:
            made = corpus.articles(articles)
            while batch := list(islice(made, BATCH)):
                engine.add(batch)
                engine.commit(processes=2)
        with Archive.open(folder) as archive:
            yield archive


@click.command()
@click.option("--articles", type=click.IntRange(min=1000), default=ARTICLES, help="How many articles the archive has.")
@click.option("--index", type=click.Path(path_type=Path), help="An archive that there is, instead.")
@click.option("--warm", type=click.IntRange(min=1), default=WARM, help="Times that each page is asked for.")
def main(articles: int, index: Path | None, warm: int) -> None:
    """Print the table."""
    with Archive.open(index) if index else filled(articles) as archive:
        click.echo(f"{archive.status().articles:,} articles, {warm} warm runs\n")
        for line in table(archive, warm):
            click.echo(line)


if __name__ == "__main__":
    main()
