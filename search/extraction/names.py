"""Which of these names are the same person? Inside one article, and carefully: a wrong merge is worse than a missed one."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass, field

from search.extraction import lexicon
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
    key: tuple[str, ...] = ()

    def add(self, mention: Mention) -> None:
        """One more mention; the longest form leads."""
        self.mentions.append(mention)
        self.forms[mention.words] += 1
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


def full(mentions: list[Mention]) -> list[Group]:
    """Groups of the names of two or more words, longest first so that short forms find the long one; in the order of the text."""
    groups: list[Group] = []
    for mention in sorted((m for m in mentions if len(_core(m.key)) > 1), key=lambda m: (-_weight(m.key), m.block, m.begin)):
        found = [group for group in groups if same(group.key, mention.key)]
        if len(found) > 1:
            found = [g for g in found if g.key == mention.key] or found[:1]
        if found:
            found[0].add(mention)
        else:
            group = Group()
            group.add(mention)
            groups.append(group)
    return sorted(groups, key=lambda g: min((m.block, m.begin) for m in g.mentions))


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
        return (core[0] in own and (core[0] not in ("bin", "ibn", "abu", "de", "van", "von", "la", "da", "di", "el"))) or _alike(
            core[0], group.family
        )
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


def _skeleton(word: str) -> str:
    for pattern, letters in _ROMANISATIONS:
        word = pattern.sub(letters, word)
    return word


def _core(key: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(word for word in key if word[0] != "#")


def _suffix(key: tuple[str, ...]) -> str:
    return next((word for word in key if word[0] == "#"), "")


def _family(key: tuple[str, ...]) -> str:
    core = _core(key)
    return core[-1] if core else ""


def _weight(key: tuple[str, ...]) -> int:
    """How full a name is: words count more than initials and suffixes."""
    initials = sum(len(word) == 1 for word in key)
    return 2 * (len(_core(key)) - initials) + len(key)
