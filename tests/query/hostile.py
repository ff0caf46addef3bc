"""Queries that nobody means well: random and adversarial texts, the same for the same number."""

from __future__ import annotations

from collections.abc import Callable
from random import Random

OPERATORS = [
    "AND", "OR", "NOT", "NEAR/3", "PRE/2", "NEAR/0", "NEAR/999999999999", "NEAR", "NEAR/x", "PRE/-1", "|", "||", "&&", "&", "!", "+", "-", "--",
]  # fmt: skip
MARKS = [
    "(", ")", "((", "))", "()", '"', '""', "“", "”", "«", "＂", "'", "*", "**", "?", "~", "~2", "~0", "~99999", "=", "==", ":", "/", "\\", ",", ";",
]  # fmt: skip
NAMES = [
    "title", "standfirst", "body", "byline", "url", "agency", "publisher", "place", "language", "participant", "participants", "person", "people",
]  # fmt: skip
FOREIGN = ["author", "Author", "site", "from", "until", "tilte", "x", "foo", "TITLE", "a_b", "ﬁeld", "t" * 40]
DATES = [
    "2022", "2022-06", "2022-13", "2022-02-30", "0000", "9999-12-31", "2021..2022", "..", "..2022", "2022..", ">=2021", "<0001", ">9999", "today",
    "none", "last 30 days", "last 9999 years", "last month to today", "15 June 2022", "March 2022", "31 June 2022", "03/04/2022", "[2021 TO 2022]",
    "2021-2022", "١٢٣٤", "jan jan jan 2022", "1 2 3 4 2022", "> 2021", "*",
]  # fmt: skip
WORDS = [
    "a", "Putin", "al-Assad", "al", "al-", "Sana'a", "d'", "el-", "as-s", "refuge*", "wom?n", "*", "?*?", "Lavrentyev~", "x~2", "=exact", "=*",
    "none", "w/5", "near/5", "NEAR5", "10:30", "http://a.org/b:c?d=e*", "AT&T", "U.S.", "½", "ŉ", "İ", "ß", "ﷺ", "Ⅷ", "@a", "#a", "a,b;c", "‘a",
    "0", "and",
]  # fmt: skip
CHARACTERS = [
    *map(chr, range(0x20)), "\x7f", "\x85", "\xa0", "\xad", "\u0301", "\u0489", "\u034f", "\u115f", "\u200b", "\u200d", "\u200e", "\u2028", "\u202e",
    "\u2066", "\u3000", "\ud800", "\udfff", "\ufdd0", "\ufeff", "\uffff", "\U00010000", "\U00010001", "\U0001f468", "\U000e0041", "\U0010ffff",
    "א", "ش", "漢", "한", "ก็", "é", "e\u0301", "İ", "ΐ",
]  # fmt: skip


class Hostile:
    """A source of hostile texts; every kind of them comes about equally often."""

    def __init__(self, seed: int) -> None:
        self._random = Random(seed)

    def text(self) -> str:
        """The next text, of up to some twelve thousand characters; most are short, since most mistakes need little room."""
        kinds: list[Callable[[], str]] = [
            self._pieces, self._pieces, self._characters, self._planes, self._nested, self._repeated, self._many, self._near, self._long,
            self._damaged, self._dates,
        ]  # fmt: skip
        return self._random.choice(kinds)()

    def _maybe(self, chance: float) -> bool:
        return self._random.random() < chance

    def _size(self, largest: int) -> int:
        """A number up to `largest`, small ones far more often."""
        return int(largest ** self._random.random())

    def _word(self) -> str:
        return self._random.choice(CHARACTERS) if self._maybe(0.1) else self._random.choice(WORDS)

    def _piece(self) -> str:
        random = self._random
        return random.choice((
            self._word, self._word, self._word, lambda: random.choice(OPERATORS), lambda: random.choice(OPERATORS), lambda: random.choice(MARKS),
            lambda: random.choice(MARKS), lambda: f"{random.choice(NAMES)}:{self._word()}",
            lambda: random.choice(NAMES) + random.choice((":", " :", ": ")),
            lambda: f"{random.choice(FOREIGN)}:{self._word()}", lambda: f'"{self._word()} {self._word()}"{random.choice(("", "~", "~3", "*"))}',
            lambda: f"{random.choice(('date', 'after', 'before'))}:{random.choice(DATES)}", lambda: f"-{self._word()}",
            lambda: f"{random.choice(NAMES)}:(",
        ))()  # fmt: skip

    def _pieces(self) -> str:
        return "".join(self._piece() + self._random.choice(("", " ", " ", " ")) for _ in range(self._size(60)))

    def _characters(self) -> str:
        return "".join(self._random.choice((*CHARACTERS, *MARKS, " ", "a", "1")) for _ in range(self._size(300)))

    def _planes(self) -> str:
        """Characters of the whole of Unicode, lone surrogates too."""
        return "".join(chr(self._random.randrange(0x110000)) for _ in range(self._size(300)))

    def _nested(self) -> str:
        """Parentheses around the limit, closed, open or half."""
        depth = self._size(60)
        opening = "".join(self._random.choice(("(", "(", "-(", "title:(", "a (", "NOT (", "a OR (", "((")) for _ in range(depth))
        return opening + self._word() + "".join(self._random.choice((")", ")", ") b", "", " OR c)")) for _ in range(depth))

    def _repeated(self) -> str:
        """One short thing again and again, up to and over what is read at all."""
        unit = "".join(self._piece() for _ in range(self._random.randint(1, 3))) + self._random.choice(("", " "))
        return unit * (self._size(9_000) // max(1, len(unit)) + 1)

    def _many(self) -> str:
        """Clauses around the limit of 64, or thousands."""
        number = self._size(3_000) if self._maybe(0.2) else self._random.randint(55, 70)
        joint = self._random.choice((" ", " OR ", " AND ", "|", " NOT ", " AND NOT "))
        return joint.join(self._random.choice((self._word(), "a*", "b* c*", "agency:x", "date:2022", '"a b"~2', "-a")) for _ in range(number))

    def _near(self) -> str:
        sides = ["a", "=b", '"c d"', "(a OR b)", "(a | =b | (c OR d))", "a*", "(a b)", "NOT a", "title:a", "agency:a", '"a b"~3', "x~", "*", "()"]
        steps = (f"{self._random.choice(sides)} {self._random.choice(('NEAR/3', 'PRE/50', 'NEAR/51', 'NEAR'))} " for _ in range(self._size(40)))
        return "".join(steps) + self._random.choice((*sides, ""))

    def _long(self) -> str:
        """One word of great length, around the limit of 4,096 characters and of parts that a pattern or a fuzzy word can have."""
        unit = self._random.choice(("a", "a-", "a*", "a*-", "?", "a'", "é", "e\u0301", "ﷺ", "漢", "al-", "a.b/", "\U0001d400", "=a", "9", "ß"))
        length = self._random.choice((self._size(8_300), self._random.randint(4_080, 4_110), self._random.randint(10, 40) * len(unit)))
        before, after = self._random.choice(("", "=", "title:", "url:", "agency:", '"', "-")), self._random.choice(("", "*", "~", "~2", '"', '"~9'))
        return before + (unit * (length // len(unit) + 1))[:length] + after

    def _damaged(self) -> str:
        """A sensible query with some characters lost, doubled or exchanged."""
        text = 'title:"oil gas"~3 (Assad NEAR/5 Putin OR agency:"al-Watan") -refuge* date:2021..2022-06 participant:Putin~ =returned'
        for _ in range(self._random.randint(1, 8)):
            at = self._random.randrange(len(text))
            instead = self._random.choice(("", text[at] * 2, self._random.choice(CHARACTERS), self._random.choice(MARKS)))
            text = text[:at] + instead + text[at + 1 :]
        return text

    def _dates(self) -> str:
        """Dates, between quotation marks and without."""
        fields = ("date:", "after:", "before:", "-date:", "date:>=", "date:(")
        quote = self._random.choice(("", "", '"'))
        return " ".join(f"{self._random.choice(fields)}{quote}{self._random.choice(DATES)}{quote}" for _ in range(self._size(80)))
