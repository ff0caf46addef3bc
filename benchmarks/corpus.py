"""Which articles are timed? Published ones where they lie beside the checkout, otherwise invented ones, the same in every run.

`plain` and `pages` are raw texts, for reading; `articles` are records, for engines: any number of them, all different.
"""

from __future__ import annotations

import gzip
import hashlib
import json
import random
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from itertools import accumulate, chain, count, islice
from pathlib import Path

from search.analysis import person_key, words
from search.article import Article, Person

SHARED = Path(__file__).resolve().parents[2] / "shared" / "data"
REUTERS = SHARED / "reuters21578.jsonl.gz"
NEWS = SHARED / "rss100k.jsonl.gz"
PAGES = SHARED / "html_articles"
SEED = 1987

_GIVEN = ["Anna", "Boris", "Carla", "David", "Elena", "Farid", "Greta", "Hassan", "Irina", "Jonas", "Karim", "Laila", "Marta", "Nikolai"]
_TITLES = ["President", "Foreign Minister", "Mayor", "Finance Minister", "company chairman", "army spokesman", "Judge", "Ambassador"]
_PLACES = ["LONDON", "MOSCOW", "GENEVA", "LISBON", "AMMAN", "BRASILIA", "TOKYO", "NAIROBI"]
_MONTHS = ["Jan", "Feb", "March", "April", "May", "June", "July", "Aug", "Sept", "Oct", "Nov", "Dec"]
_SYLLABLES = ["bar", "den", "kov", "li", "mar", "nor", "os", "pet", "ra", "sen", "tal", "ur", "vik", "zan", "mel", "gor"]
_SMALL = ["the", "a", "of", "to", "in", "and", "for", "on", "with", "by", "from", "that", "which", "after", "before"]
_NOUNS = [
    "agreement",
    "trade",
    "price",
    "talks",
    "company",
    "market",
    "government",
    "report",
    "share",
    "bank",
    "loan",
    "export",
    "harbour",
    "railway",
]
_WORDS = [*_SMALL, *_NOUNS]
_VERBS = ["said", "told reporters", "announced", "denied", "added"]


def plain() -> tuple[str, Iterator[str]]:
    """What the articles are, and their raw text: title, empty line, dateline and story. The iterator ends where the collection does."""
    if REUTERS.exists():
        return "Reuters-21578", _reuters()
    return "invented, of the size of Reuters-21578", invented()


def pages(number: int) -> tuple[str, list[bytes]]:
    """What the pages are, and at most so many of them as bytes."""
    files = sorted(PAGES.glob("*.html.gz"))[:number]
    if files:
        return "published web pages", [gzip.decompress(file.read_bytes()) for file in files]
    return "invented web pages", [_page(text) for text in islice(invented(), number)]


def invented(seed: int = SEED) -> Iterator[str]:
    """Articles without end, some 800 characters each, with new names all the time."""
    chance = random.Random(seed)  # noqa: S311 - not a secret
    while True:
        yield f"{_sentence(chance, 7).upper()}\n\n    {_dateline(chance)}{_body(chance)}\n Reuter\n"


def _reuters() -> Iterator[str]:
    with gzip.open(REUTERS, "rt", encoding="utf-8") as lines:
        for line in lines:
            item = json.loads(line)
            if item["text"]:
                yield f"{item['title']}\n\n{item['dateline'] or ''} {item['text']}"


def _dateline(chance: random.Random) -> str:
    return f"{chance.choice(_PLACES)}, {chance.choice(_MONTHS)} {chance.randint(1, 28)} - "


def _body(chance: random.Random) -> str:
    return "\n    ".join(_paragraph(chance) for _ in range(chance.randint(2, 8)))


def _paragraph(chance: random.Random) -> str:
    name = f"{chance.choice(_GIVEN)} {''.join(chance.choices(_SYLLABLES, k=3)).capitalize()}"
    return f"{_sentence(chance, 12)}, {chance.choice(_TITLES)} {name} {chance.choice(_VERBS)}. {_sentence(chance, 10)}."


def _sentence(chance: random.Random, words: int) -> str:
    return " ".join(chance.choices(_WORDS, k=words)).capitalize()


def _page(text: str) -> bytes:
    title, _, body = text.partition("\n\n")
    links = "".join(f'<li><a href="/{number}">Section {number}</a></li>' for number in range(60))
    menu = f"<nav><ul>{links}</ul></nav>"
    story = "".join(f"<p>{line.strip()}</p>" for line in body.splitlines())
    head = f'<title>{title} | The Quay</title><meta property="og:site_name" content="The Quay">'
    main = f"<main><article><h1>{title}</h1>{story}</article></main>"
    return f"<html><head>{head}</head><body>{menu}{main}<footer>{menu}</footer></body></html>".encode()


_OTHERS = "Olga Pavel Rana Samuel Tarik Ulla Viktor Wafa Yusuf Zoe Amir Bella Cyril Dora Emil".split()  # noqa: SIM905 - shorter to read
_GIVEN_NAMES = [*_GIVEN, *_OTHERS]
_PEOPLE = len(_GIVEN_NAMES) * len(_SYLLABLES) ** 4
"""Names that can be invented, 1.9 million. Of 100,000 articles' choices among them about 150,000 are different."""

_SPREAD = 1_000_003
"""Shares no factor with `_PEOPLE`, so that every rank keeps a name of its own."""

_AGENCIES = ["AP", "AFP", "Reuters", "dpa", "Xinhua", "TASS", "Anadolu", "EFE", "ANSA", "Kyodo", "SANA", "PTI", "Yonhap", "Interfax", "Bernama"]
_FREQUENT = [*_SMALL, "said", "government", "people", "company", "market", "trade", "oil", "prime minister", "London", "interest", "international"]
_NOW_AND_THEN = ["cocoa", "internal", "interview", "interim", "lending", *_NOUNS]


@dataclass(frozen=True, slots=True)
class Story:
    """What a collection says of an article; paragraphs are joined by line feeds."""

    title: str
    text: str
    date: str
    agency: str | None
    publisher: str | None
    place: str | None


def articles(number: int) -> Iterator[Article]:
    """So many articles, all different. The first articles of a larger number are those of a smaller one.

    Published ones as long as there are any, then their paragraphs in new combinations with other names and numbers. Who takes part is invented: a few
    names are in thousands of articles, most in one (rank r in proportion to 1 / r).
    """
    chance = random.Random(SEED)  # noqa: S311 - not a secret
    stories = _published(chance)
    told = chain(stories, _recombined(stories, chance)) if stories else _imagined(chance)
    people = random.Random(SEED + 1)  # noqa: S311 - not a secret
    for place, story in enumerate(islice(told, number)):
        yield _article(place, story, people)


def longer(collection: Iterable[Article], stories: int) -> Iterator[Article]:
    """Articles with the text of so many: of 57 words are those of a collection, of 460 are eight of them, as the articles of a newspaper."""
    articles = iter(collection)
    while some := list(islice(articles, stories)):
        yield replace(some[0], body="\n\n".join(article.body for article in some))


def described(collection: Iterable[Article]) -> str:
    """What the articles are, how many, of what size, with how large a vocabulary (words as they stand, case and accents folded)."""
    known: set[str] = set()
    names: set[str] = set()
    number = characters = running = 0
    for article in collection:
        found = words(f"{article.title} {article.body}")
        known.update(found)
        names.update(person.person for person in article.participants)
        number, characters, running = number + 1, characters + len(article.body), running + len(found)
    kind = "Reuters-21578 and rss100k in random order, further ones recombined of them" if REUTERS.exists() and NEWS.exists() else "invented"
    size = f"{characters / 1e6:,.1f} million characters, {running / max(1, number):,.0f} words each"
    return f"{number:,} articles ({kind}): {size}, a vocabulary of {len(known):,} words, {len(names):,} invented persons"


def _published(chance: random.Random) -> list[Story]:
    """Every published story once, in random order."""
    if not (REUTERS.exists() and NEWS.exists()):
        return []
    found = {(story.title, story.text): story for story in chain(_wire(), _news())}
    stories = list(found.values())
    chance.shuffle(stories)
    return stories


def _wire() -> Iterator[Story]:
    for item in _lines(REUTERS):
        if item["text"]:
            place = (item["dateline"] or "").partition(",")[0].strip().title()
            yield Story(item["title"] or "", item["text"], item["date"][:10], "Reuters", None, place or None)


def _news() -> Iterator[Story]:
    for item in _lines(NEWS):
        yield Story(item["title"], item["text"], item["date"][:10], None, item["source"], None)


def _lines(file: Path) -> Iterator[dict[str, str]]:
    with gzip.open(file, "rt", encoding="utf-8") as lines:
        yield from map(json.loads, lines)


_VARIED = re.compile(r"\d+|(?<=[a-z,] )[A-Z][a-z]+\b")
"""Numbers, and capitalised words inside a sentence."""


def _recombined(stories: list[Story], chance: random.Random) -> Iterator[Story]:
    """Stories without end: each with the frame of a real one, its paragraphs taken from others and varied."""
    for number in count(1):
        frame = chance.choice(stories)
        taken = [chance.choice(chance.choice(stories).text.split("\n    ")) for _ in frame.text.split("\n    ")]
        text = "\n    ".join(_variation(paragraph, chance) for paragraph in taken)
        # The number makes sure that no two are alike, whatever chance does.
        yield replace(frame, title=_variation(frame.title, chance), text=f"{text}\n    Item {number}, {_name(chance)} reporting.")


def _variation(text: str, chance: random.Random) -> str:
    """A text with other numbers, and with other names in about half their places; one that has neither is somebody's words."""

    def other(match: re.Match[str]) -> str:
        found = match.group()
        if found.isdigit():
            return str(chance.randrange(10 ** (len(found) - 1), 10 ** len(found))) if len(found) < 9 else found
        return _name(chance).split()[1] if chance.random() < 0.5 else found

    varied = _VARIED.sub(other, text)
    return varied if varied != text else f"{_name(chance)}: {text}"


def _imagined(chance: random.Random) -> Iterator[Story]:
    """Stories without end, of words whose frequencies fall as those of a language do."""
    made = ["".join(chance.choices(_SYLLABLES, k=chance.randint(2, 5))) for _ in range(30_000)]
    vocabulary = [*_FREQUENT, *made[:200], *_NOW_AND_THEN, *made[200:]]
    weights = list(accumulate(1 / (rank + 2) for rank in range(len(vocabulary))))

    def sentence(length: int) -> str:
        return " ".join(chance.choices(vocabulary, cum_weights=weights, k=length)).capitalize()

    while True:
        text = "\n    ".join(f"{sentence(14)}. {sentence(10)}." for _ in range(chance.randint(1, 8)))
        day = f"{chance.randint(2019, 2023)}-{chance.randint(1, 12):02}-{chance.randint(1, 28):02}"
        yield Story(sentence(7), text, day, None, chance.choice(_PLACES).title() + " Post", None)


def _name(chance: random.Random) -> str:
    """A name; its rank is drawn log-uniformly, which is a frequency in proportion to 1 / rank."""
    # Ranks are spread over all names: neighbours would look alike.
    rest = int(_PEOPLE ** chance.random()) * _SPREAD % _PEOPLE
    rest, given = divmod(rest, len(_GIVEN_NAMES))
    surname = ""
    for _ in range(4):
        rest, syllable = divmod(rest, len(_SYLLABLES))
        surname += _SYLLABLES[syllable]
    return f"{_GIVEN_NAMES[given]} {surname.capitalize()}"


def _article(place: int, story: Story, chance: random.Random) -> Article:
    names = dict.fromkeys(_name(chance) for _ in range(chance.randint(1, 7)))
    # What the collection does not say is chosen, the first of a list most often; some articles have none.
    agency = story.agency or (_chosen(_AGENCIES, chance) if chance.random() < 0.7 else None)
    return Article(
        id=f"{place:016x}",
        source="bench",
        path=f"{place}.txt",
        title=story.title or None,
        body=story.text,
        content_hash=hashlib.sha256(f"{story.title}\x00\x00{story.text}".encode()).hexdigest(),
        date=story.date,
        date_precision="day",
        agency=agency,
        agencies=(agency,) if agency else (),
        publisher=story.publisher,
        place=story.place or (_chosen(_PLACES, chance).title() if chance.random() < 0.6 else None),
        language="en",
        participants=tuple(Person(name, person_key(name)) for name in names),
    )


def _chosen(values: list[str], chance: random.Random) -> str:
    return values[int(len(values) ** chance.random()) - 1]
