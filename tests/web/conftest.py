"""Archives to show, and clients that look at them."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from bs4 import BeautifulSoup, Tag
from flask.testing import FlaskClient

from search.archive import Archive
from search.article import Article, Evidence, Person, Removed
from tests.make import article, person
from tests.web.browser import Reader, launched, served
from web import create_app

if TYPE_CHECKING:
    from playwright.sync_api import Browser

SEEDS = Path(__file__).resolve().parents[2] / "seeds"
BASE = "http://127.0.0.1"

BASHAR, ASMA, PUTIN = person("Bashar al-Assad", "President", "Assad"), person("Asma al-Assad"), person("Vladimir Putin", "Russian President")


def archive_of(folder: Path, articles: Iterable[Article]) -> Archive:
    """An archive that holds articles made by hand, which no extraction has read."""
    archive = Archive.create(folder)
    engine = archive._current()
    engine.add(articles)
    engine.commit()
    return archive


def desk() -> list[Article]:
    """A small desk's archive: people of one name, dates of every precision, more agencies than a panel shows, four pages of reports."""
    people: list[tuple[Person, ...]] = [(BASHAR, PUTIN), (BASHAR,), (ASMA,), (PUTIN,)]
    dates = ["2022-06-15", "2022-06", "2021", None]
    reports = [
        article(
            f"{100 + i}",
            f"Report {i}: the harbour talks went on.\n\nThe second paragraph of report {i}.",
            title=f"Harbour report {i}",
            agency=f"Agency {i % 11}",
            date=dates[i % 4],
            participants=people[i % 4],
            place="Moscow" if i % 2 else None,
        )
        for i in range(35)
    ]
    full = article(
        "1",
        "The harbour was quiet.\n\nThen the harbours reopened, Putin said.",
        title="A harbour reopens",
        standfirst="After two years.",
        agency="SANA",
        publisher="The Observer",
        place="Damascus",
        date="2022-06-15",
        participants=(PUTIN,),
        mentioned=(ASMA,),
        url="https://example.org/harbour",
        byline=("Jane Doe",),
        removed=(Removed("Read also: more", "teaser line"),),
        evidence=(Evidence("agency", "SANA", "attribution", "according to SANA"),),
    )
    return [full, *reports]


def crowd() -> list[Article]:
    """An article for each month of twelve years, by two agencies each, with two of 144 people: number n with n and n + 1."""
    return [
        article(
            f"{1000 + n}",
            f"Dispatch {n}: trade talks.",
            title=f"Dispatch {n}",
            agencies=[f"Agency {n % 3}", f"Desk {n % 2}"],
            date=f"{2010 + n // 12}-{1 + n % 12:02}-15",
            participants=[f"Person Number{n}", f"Person Number{(n + 1) % 144}"],
        )
        for n in range(144)
    ]


@pytest.fixture(scope="session")
def desk_archive(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Archive]:
    with archive_of(tmp_path_factory.mktemp("web") / "desk", desk()) as archive:
        yield archive


@pytest.fixture(scope="session")
def seeds_archive(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Archive]:
    with Archive.create(tmp_path_factory.mktemp("web") / "seeds") as archive:
        assert archive.index([SEEDS]).articles == 5
        yield archive


def client_of(archive: Archive, **options: Any) -> FlaskClient:
    """A client that looks at an archive under a name that is served."""
    client = create_app(archive, **options).test_client()
    client.environ_base["HTTP_HOST"] = "127.0.0.1:8765"
    return client


@pytest.fixture
def desk_client(desk_archive: Archive) -> FlaskClient:
    return client_of(desk_archive)


@pytest.fixture
def seeds_client(seeds_archive: Archive) -> FlaskClient:
    return client_of(seeds_archive)


class Page:
    """A page as a reader finds it: `text` of it, parts by CSS selector."""

    def __init__(self, client: FlaskClient, address: str, status: int = 200) -> None:
        response = client.get(address, base_url=BASE)
        assert response.status_code == status, response.text
        assert response.content_type == "text/html; charset=utf-8"
        self.client = client
        self.html = response.text
        self.soup = BeautifulSoup(self.html, "html.parser")
        for hidden in self.soup.select(".steps"):  # they show where one has jumped to a match
            hidden.decompose()

    def all(self, selector: str) -> list[str]:
        """The words of every such part."""
        return [" ".join(tag.get_text(" ", strip=True).split()) for tag in self.soup.select(selector)]

    def one(self, selector: str) -> str:
        """The words of the only such part."""
        found = self.all(selector)
        assert len(found) == 1, f"{len(found)} × {selector}"
        return found[0]

    def link(self, selector: str, words: str) -> str:
        """The address of the only such link that has these words."""
        tags = [tag for tag in self.soup.select(selector) if words in " ".join(tag.get_text(" ", strip=True).split())]
        assert len(tags) == 1, f"{len(tags)} × {selector} “{words}” among {self.all(selector)}"
        return target(tags[0])

    def follow(self, selector: str, words: str) -> Page:
        """The page that this link leads to."""
        return Page(self.client, self.link(selector, words))


def target(tag: Tag) -> str:
    """Where a link leads."""
    href = tag["href"]
    assert isinstance(href, str)
    return href


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    yield from launched()


@pytest.fixture(scope="session")
def address(desk_archive: Archive) -> Iterator[str]:
    """Where the desk's archive is shown."""
    with served(desk_archive) as address:
        yield address


@pytest.fixture(scope="session")
def crowd_address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Where an archive of many people and years is shown."""
    with archive_of(tmp_path_factory.mktemp("web") / "crowd", crowd()) as archive, served(archive) as address:
        yield address


Readers = Callable[..., Reader]


@pytest.fixture(scope="session")
def idle() -> dict[str, list[Reader]]:
    """Windows that nobody looks at, by what they are: another one costs more than most of what is done in it."""
    return {}


@pytest.fixture
def readers(browser: Browser, address: str, idle: dict[str, list[Reader]]) -> Iterator[Readers]:
    """Opens windows, at the desk's archive where no other address is given. In the end each must have been silent and have asked only its host."""
    opened: list[tuple[str, Reader]] = []

    def new(at: str = address, **options: Any) -> Reader:
        kind = repr(sorted(options.items()))
        reader = idle[kind].pop() if idle.get(kind) else Reader(browser, **options)
        opened.append((kind, reader))
        return reader.arrive(at)

    yield new
    for kind, reader in opened:
        reader.leave()
        idle.setdefault(kind, []).append(reader)


@pytest.fixture
def reader(readers: Readers) -> Reader:
    """A window at the desk's archive."""
    return readers()
