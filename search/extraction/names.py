"""Which of these names are the same person? Inside one article, and carefully: a wrong merge is worse than a missed one."""

from __future__ import annotations

import re
from bisect import bisect_left, insort
from collections import Counter
from dataclasses import dataclass, field
from functools import lru_cache

from search.extraction import lexicon
from search.extraction.lexicon import Kind
from search.extraction.mentions import Mention

_SHORTEST_VARIANT = 4
# Letters that romanisations of one name differ by: y/i/j, double letters, kh/h, ou/u, aa/a, ph/f, w/v, ck/k, q/k, c/k.
_ROMANISATIONS = (
    (re.compile(r"kh"), "h"),
    (re.compile(r"ph"), "f"),
    (re.compile(r"ck|q|c(?![hz])"), "k"),
    (re.compile(r"ou|oo"), "u"),
    (re.compile(r"ee|ie|iy|yi|ij|ei|ey|ay|ai"), "i"),
    (re.compile(r"[yj]"), "i"),
    (re.compile(r"w"), "v"),
    (re.compile(r"x"), "ks"),
    (re.compile(r"sch"), "sh"),
    (re.compile(r"dzh"), "j"),
    (re.compile(r"(.)\1"), r"\1"),
)


@dataclass(slots=True)
class Group:
    """All mentions of one person in an article."""

    mentions: list[Mention] = field(default_factory=list)
    forms: Counter[tuple[str, ...]] = field(default_factory=Counter)
    places: list[tuple[int, int]] = field(default_factory=list)
    key: tuple[str, ...] = ()

    def add(self, mention: Mention) -> None:
        """One more mention; the longest form leads."""
        self.mentions.append(mention)
        self.forms[mention.words] += 1
        insort(self.places, (mention.block, mention.begin))
        if _weight(mention.key) > _weight(self.key):
            self.key = mention.key

    @property
    def fullest(self) -> tuple[str, ...]:
        """The words of the fullest form: most words, then the most frequent, then the first."""
        order = {form: -at for at, form in enumerate(self.forms)}
        return max(self.forms, key=lambda form: (len(form), sum(len(w.strip(".")) > 1 for w in form), self.forms[form], order[form]))

    @property
    def family(self) -> str:
        """The family name, folded: the last word that is no suffix, or the first where family names stand first."""
        return _family(self.key)

    def last_before(self, place: tuple[int, int]) -> tuple[int, int] | None:
        """Where the person was named last before a place (block, word), or None."""
        at = bisect_left(self.places, place)
        return self.places[at - 1] if at else None


class Register:
    """The persons found so far, to be looked up by the words of their names."""

    def __init__(self) -> None:
        self.groups: list[Group] = []
        self._words: dict[str, list[Group]] = {}

    def add(self, mention: Mention) -> None:
        """A person nobody has named before."""
        group = Group()
        group.add(mention)
        self.groups.append(group)
        core = _core(group.key)
        for word in dict.fromkeys((*core, "^" + core[0], "~" + _skeleton(core[-1]))):
            self._words.setdefault(word, []).append(group)

    def same_as(self, key: tuple[str, ...]) -> list[Group]:
        """The persons who may bear this full name."""
        core = _core(key)
        return [group for group in self._having("^" + core[0], core[-1], "~" + _skeleton(core[-1])) if same(group.key, key)]

    def referred(self, key: tuple[str, ...]) -> list[Group]:
        """The persons for whom a short form may stand."""
        core = _core(key)
        if not core or not (core[0] in self._words or "~" + _skeleton(core[-1]) in self._words):
            return []
        return [group for group in self._having(core[0], "~" + _skeleton(core[-1])) if refers(group, key)]

    def _having(self, *words: str) -> list[Group]:
        return list({id(group): group for word in words for group in self._words.get(word, ())}.values())


def full(mentions: list[Mention]) -> Register:
    """The persons with names of two or more words; the longest names first, so that shorter ones find them."""
    register = Register()
    for mention in sorted((m for m in mentions if len(_core(m.key)) > 1), key=lambda m: (-_weight(m.key), m.block, m.begin)):
        found = register.same_as(mention.key)
        if len(found) > 1:
            found = [group for group in found if group.key == mention.key] or found[:1]
        if found:
            found[0].add(mention)
        else:
            register.add(mention)
    return register


def same(a: tuple[str, ...], b: tuple[str, ...]) -> bool:
    """Whether two names of two or more words, as `mentions.key` gives them, may be one person in one article."""
    if a == b:
        return True
    suffix_a, suffix_b = _suffix(a), _suffix(b)
    if suffix_a and suffix_b and suffix_a != suffix_b:
        return False
    core_a, core_b = _core(a), _core(b)
    if not core_a or not core_b:
        return False
    if (len(core_a) > 2 and len(core_b) > 1 and (_inside(core_b, core_a))) or (len(core_b) > 2 and len(core_a) > 1 and _inside(core_a, core_b)):
        return True
    if not _alike(core_a[-1], core_b[-1]):
        return False
    return _given_alike(core_a[0], core_b[0]) and _middles_agree(core_a[1:-1], core_b[1:-1])


def refers(group: Group, words: tuple[str, ...]) -> bool:
    """Whether a short form ("Putin", "de Mistura", "Suu Kyi") may stand for a group's person."""
    core = _core(words)
    own = _core(group.key)
    if not core or len(core) > len(own):
        return False
    if len(core) == 1:
        return (core[0] in own and not lexicon.kind(core[0]) & Kind.PARTICLE) or _alike(core[0], group.family)
    return any(own[i : i + len(core)] == core for i in range(len(own) - len(core) + 1)) or (core[0] == own[0] and core[-1] == own[-1])


def _inside(short: tuple[str, ...], long: tuple[str, ...]) -> bool:
    """Whether all words of a name stand in a longer one in the same order, with the same family name or the same beginning."""
    at = iter(long)
    return all(word in at for word in short) and (short[-1] == long[-1] or short[0] == long[0])


def _given_alike(a: str, b: str) -> bool:
    if a == b or _alike(a, b) or (len(a) == 1 and b.startswith(a)) or (len(b) == 1 and a.startswith(b)):
        return True
    return b in lexicon.nicknames().get(a, frozenset())


def _middles_agree(a: tuple[str, ...], b: tuple[str, ...]) -> bool:
    if not a or not b:
        return True
    return all(any(x == y or (x[0] == y[0] and 1 in (len(x), len(y))) or _alike(x, y) for y in b) for x in a)


def _alike(a: str, b: str) -> bool:
    """Whether two words are spellings of one name: equal after what romanisations vary in, and not short."""
    if a == b:
        return True
    if a[:1] != b[:1] or min(len(a), len(b)) < _SHORTEST_VARIANT:
        return False
    return _skeleton(a) == _skeleton(b)


@lru_cache(maxsize=50_000)
def _skeleton(word: str) -> str:
    for pattern, letters in _ROMANISATIONS:
        word = pattern.sub(letters, word)
    return word


@lru_cache(maxsize=50_000)
def _core(key: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(word for word in key if word[0] != "#")


def _suffix(key: tuple[str, ...]) -> str:
    return next((word for word in key if word[0] == "#"), "")


def _family(key: tuple[str, ...]) -> str:
    core = _core(key)
    return core[-1] if core else ""


@lru_cache(maxsize=50_000)
def _weight(key: tuple[str, ...]) -> int:
    """How full a name is: words count more than initials and suffixes."""
    initials = sum(len(word) == 1 for word in key)
    return 2 * (len(_core(key)) - initials) + len(key)
