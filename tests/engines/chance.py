"""Random archives and random searches over a small vocabulary, so that words meet often; the same for the same seed."""

from __future__ import annotations

from dataclasses import replace
from random import Random
from typing import Any

from search.article import Article, Person
from search.engines.base import Engine
from search.request import MAX_LIMIT, SearchRequest, ask
from tests.make import article, person

WORDS = ["talks", "talk", "talking", "trade", "trader", "refugees", "return", "returned", "camp", "al-Assad", "Sana'a", "well-known", "oil", "gas"]
NAMES = ["Bashar al-Assad", "Bashar al Assad", "Asma al-Assad", "Yury Borisov", "Yuri Borisov", "Igor Borisov", "Lena"]
MERGED = {"Yuri Borisov": "@yury-borisov"}
"""Names that the archive takes for somebody else's, under whose key they stand."""
VALUES: dict[str, list[str]] = {
    "agency": ["SANA", "TASS", "Reuters", "al-Watan", "AFP", "Agence France-Presse"],
    "publisher": ["The Observer", "Élan"],
    "place": ["Moscow", "MOSCOW", "Damascus"],
    "language": ["en", "fr"],
}
DATES = ["2021", "2022", "2022-06", "2022-07", "2022-06-15", "2022-06-20", "2022-01-01", "2023-01-02"]


class Chance:
    """A source of articles and requests."""

    def __init__(self, seed: int) -> None:
        self._random = Random(seed)

    def fill(self, engine: Engine) -> list[Article]:
        """Put articles into an engine in several commits, some replaced and some deleted later; what is in it at the end."""
        kept: dict[str, Article] = {}
        for _ in range(self._random.randint(1, 4)):
            new = [self._article(self._random.randint(1, 20)) for _ in range(self._random.randint(0, 8))]
            gone = self._random.sample(sorted(kept), min(len(kept), self._random.randint(0, 2)))
            engine.delete(gone)
            engine.add(new)
            engine.commit()
            kept = {id: a for id, a in kept.items() if id not in gone} | {a.id: a for a in new}
        return list(kept.values())

    def request(self) -> SearchRequest:
        """Any request, with everything that is found on its one page."""
        text = "" if self._maybe(0.2) else self._query(2)
        sort, facet_limit = self._random.choice(("relevance", "newest", "oldest")), self._random.choice((0, 1, 2, 10))
        return ask(text, self._selections(), sort=sort, limit=MAX_LIMIT, facet_limit=facet_limit)

    def company(self) -> tuple[str, int]:
        """A facet of people and a number of persons: who appears with whom is asked of these."""
        return self._random.choice(("participants", "people")), self._random.choice((1, 2, 3, 40))

    def _maybe(self, chance: float) -> bool:
        return self._random.random() < chance

    def _words(self, most: int) -> str:
        return " ".join(self._random.choices(WORDS, k=self._random.randint(0, most)))

    def _some(self, values: list[str], most: int) -> list[str]:
        return self._random.sample(values, self._random.randint(0, min(most, len(values))))

    def _article(self, number: int) -> Article:
        people = [Person(name, MERGED[name]) if name in MERGED else person(name) for name in self._some(NAMES, 3)]
        split = self._random.randint(0, len(people))
        values: dict[str, Any] = {field: self._random.choice(found) for field, found in VALUES.items() if self._maybe(0.6)}
        values["agencies"] = self._some(VALUES["agency"], 2)
        values.pop("agency", None)
        return article(
            str(number),
            self._words(12),
            title=self._words(4) or None,
            standfirst=self._words(5) or None,
            date=self._random.choice(DATES) if self._maybe(0.7) else None,
            participants=[replace(p, aliases=tuple(self._some(["B. Assad", "Yuri Borisov"], 1))) for p in people[:split]],
            mentioned=people[split:],
            byline=tuple(self._some(["Lena Talks", "Al Gas"], 1)),
            url=self._random.choice((None, "https://example.org/oil-talks")),
            **values,
        )

    def _query(self, depth: int) -> str:
        if depth and self._maybe(0.6):
            one, other = self._query(depth - 1), self._query(depth - 1)
            return self._random.choice((f"{one} {other}", f"({one}) OR ({other})", f"({one}) -({other})", f"NOT ({one})", f"{one} AND ({other})"))
        word, other = self._random.choice(WORDS), self._random.choice(WORDS)
        number = self._random.randint(1, 4)
        field = self._random.choice(("title", "standfirst", "body", "byline", "url"))
        value_field = self._random.choice(list(VALUES))
        value = self._random.choice([*VALUES[value_field], "none"])
        name = self._random.choice(
            [*NAMES, "Assad", "Borisov", "President Assad", "Yury X. Borisov Jr.", "@lena", "@yuri-borisov", "@bashar-assad", "none", "Nobody"]
        )
        date = self._random.choice([*DATES, "none", "2021..2022-06", ">=2022-06-15", "..2022-06"])
        return self._random.choice((
            word, word, word, f"={word}", f'"{word} {other}"', f'"{word} {other}"~{number}', f'"{word} {other} {word}"~{number}',
            f"{word[:3]}*", f"?{word[1:]}", f"*{word[2:]}", f"{word}~", f"{word}~2", f"{word} NEAR/{number} {other}", f"{word} PRE/{number} {other}",
            f'"{word} {other}" NEAR/{number} ({other} OR ={word})', f"{word} NEAR/{number} {other} PRE/2 {word}", f"{word[:2]}*-{other[:3]}*",
            f'(={word} OR "{other} {word}") PRE/{number} {other}', f'"{word} {other} {word} {other}"~{number}',
            f"{field}:{word}", f'{field}:"{word} {other}"', "*",
            f'{value_field}:"{value}"' if value != "none" else f"{value_field}:none",
            f'participant:"{name}"' if name != "none" else "participant:none", f'person:"{name}"' if name != "none" else "person:none",
            f"date:{date}", f"after:{self._random.choice(DATES)}", f"before:{self._random.choice(DATES)}",
        ))  # fmt: skip

    def _selections(self) -> dict[str, list[str]]:
        values: dict[str, list[str]] = {}
        choices = {name: [*found, found[0].upper(), "none", "unheard of"] for name, found in VALUES.items()}
        choices["agency"] += ["AFP News Agency", "Thomson Reuters"]
        people = ["@bashar-assad", "@yury-borisov", "@yuri-borisov", "Assad", "Borisov", "Yuri Borisov", "Mr Borisov", "none", "@nobody", "Nobody"]
        choices |= {"participant": people, "person": people}
        choices["date"] = [*DATES, "2022-none", "2022-06-none", "none", "2022-06-01..2022-06-30", "..2022-06-15", "2019"]
        for name, found in choices.items():
            if self._maybe(0.25):
                included = self._some(found, 2)
                values[name] = included
                values[f"not_{name}"] = [value for value in self._some(found, 2) if value not in included]
                if name != "date" and self._maybe(0.5):
                    values[f"{name}_mode"] = [self._random.choice(("any", "all"))]
        if self._maybe(0.1):
            values["after"] = [self._random.choice(DATES)]
        return values
