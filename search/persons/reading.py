"""What are the parts of a person's name? Given name, what stands between, family name, generation; each in the spelling that stands for all."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cache, lru_cache

from search.analysis import person_key
from search.persons import spelling
from search.persons.spelling import Tradition, is_listed, is_name_of, knowledge, spelled

_GENERATIONS = {"jr": "jr", "junior": "jr", "sr": "sr", "senior": "sr", "ii": "ii", "iii": "iii", "iv": "iv"}
_PATRONYMICS = ("ovich", "evich", "ovych", "yevych", "iyovych", "ilyich", "kuzmich", "lukich", "nikitich", "ovna", "evna", "ivna", "inichna")
_VOWELS = "aeiouy"


@dataclass(frozen=True, slots=True)
class Name:
    """A name in its parts. Two names are of one person if they agree in all but `middle`, which is for the other names of the archive to decide.

    `middle` has the words between given and family name; an initial is one letter; `omissible` says that people are also named without them.
    """

    given: str
    family: str
    generation: str = ""
    middle: tuple[str, ...] = ()
    omissible: bool = False

    @property
    def block(self) -> str:
        """Equal for all names that can be of one person."""
        return " ".join((self.given, self.family, self.generation)).strip()


@lru_cache(maxsize=200_000)
def read(key: str) -> Name:
    """The parts of the name that a key stands for (`analysis.person_key`)."""
    name = _read(key)
    known = _known()
    if exactly := known.get((name.block, name.middle)):
        return exactly
    person = known.get((name.block, ()))
    return replace(name, given=person.given, family=person.family) if person else name


def _read(key: str) -> Name:
    words = [spelling.plain(word) for word in key.removeprefix("@").split("-")]
    generation = _GENERATIONS.get(words[-1], "") if len(words) > 1 else ""
    if generation:
        words.pop()
    if len(words) == 1:
        return Name("", _single_word(words[0]), generation)
    given, family = _family_first(words)
    if family:
        return Name(given, family, generation)
    words = _joined(words)
    if len(words) == 1:
        return Name("", _single_word(words[0]), generation)
    tradition = _tradition(words)
    return replace(_arabic(words) if tradition == "arabic" else _western(words, tradition), generation=generation)


def _family_first(words: list[str]) -> tuple[str, str]:
    """Given and family name where a Chinese or Korean family name stands first or last beside a name of two syllables; else nothing."""
    families = _families()
    if len(words) == 3:
        if words[0] in families and spelling.is_syllable(words[1]) and spelling.is_syllable(words[2]):
            return words[1] + words[2], words[0]
        if words[2] in families and spelling.is_syllable(words[0]) and spelling.is_syllable(words[1]):
            return words[0] + words[1], words[2]
    elif len(words) == 2:
        if words[0] in families and words[1] not in families and spelling.in_two_syllables(words[1]):
            return words[1], words[0]
        if words[1] in families and words[0] not in families and spelling.in_two_syllables(words[0]):
            return words[0], words[1]
    return "", ""


def _joined(words: list[str]) -> list[str]:
    """Initials that lead are one word, and small words are one with the name after them: J. D. Vance, de Mistura, d'Estaing, Abdul Rahman."""
    leading = next((at for at, word in enumerate(words) if len(word) > 1), len(words))
    if leading > 1:
        words = ["".join(words[:leading]), *words[leading:]]
    found: list[str] = []
    prefix = ""
    for at, word in enumerate(words):
        following = words[at + 1] if at + 1 < len(words) else ""
        if following and (word in _servants() or (at > 0 and _belongs_to_next(word, following))):
            prefix += "abdul" if word in _servants() else word
        else:
            found.append(prefix + word)
            prefix = ""
    return found


def _belongs_to_next(word: str, following: str) -> bool:
    return word in _particles() or word == "o" or (word in ("d", "l") and following[0] in "aeiouh")


def _tradition(words: list[str]) -> Tradition:
    """Where a name comes from, as far as its spelling goes."""
    by_ending = spelling.tradition_of_family(words[-1])
    if by_ending != "any":
        return by_ending
    if any(is_name_of(word, "arabic") for word in words):
        return "arabic"
    return "slavic" if spelling.is_armenian(words[-1]) or is_name_of(words[0], "slavic") else "any"


def _given(word: str, tradition: Tradition) -> str:
    if is_name_of(word, "arabic"):
        return spelled(word, "arabic")
    if tradition in ("slavic", "south_slavic") or is_name_of(word, "slavic") or is_listed(word, "slavic"):
        return spelled(word, "slavic")
    return spelled(word, "any")


def _western(words: list[str], tradition: Tradition) -> Name:
    """First word, last word, and what stands between."""
    between = words[1:-1]
    middle = tuple(part for word in between for part in _initials(word))
    omissible = words[-1] not in _frequent() and all(len(part) == 1 or part.endswith(_PATRONYMICS) for part in middle)
    return Name(_given(words[0], tradition), spelled(words[-1], tradition), "", tuple(_given(word, tradition) for word in middle), omissible)


def _arabic(words: list[str]) -> Name:
    """The given name and all that follows as one: where the words of such names are divided, and where the article stands, is the writer's taste."""
    skipped, son = knowledge()["arabic"]["articles"].split(), knowledge()["arabic"]["son"].split()
    given, *rest = [word for at, word in enumerate(words) if at == 0 or word not in skipped]
    if rest and rest[0] == "din":
        given, rest = given + rest[0], rest[1:]
    middle = tuple(word for word in rest[:-1] if len(word) == 1)
    parts = ["bin" if word in son else spelled(_without_article(word), "arabic") for word in rest if word not in middle]
    return Name(_given(given, "arabic") if parts else "", "".join(parts) or spelled(given, "arabic"), "", middle, omissible=True)


def _without_article(word: str) -> str:
    """Elbaradei as Baradei; Elias stays."""
    return word[2:] if len(word) > 5 and word[:2] in ("al", "el") and word[2] not in _VOWELS + "l" else word


def _initials(word: str) -> tuple[str, ...]:
    """The letters of "hw", which are initials; else the word."""
    return tuple(word) if len(word) == 2 and not any(letter in _VOWELS for letter in word) else (word,)


def _single_word(word: str) -> str:
    """A family name alone may be spelled in several ways; of a given name alone nobody can tell whose it is."""
    if is_name_of(word, "arabic") or is_name_of(word, "slavic"):
        return word
    return spelled(word, spelling.tradition_of_family(word))


@cache
def _known() -> dict[tuple[str, tuple[str, ...]], Name]:
    """What stands for the known spellings of known persons, by block and middle."""
    found: dict[tuple[str, tuple[str, ...]], Name] = {}
    for spellings in knowledge()["known"]["persons"]:
        first, *others = [_read(person_key(spelling)) for spelling in spellings]
        found.update(((other.block, other.middle), first) for other in others)
    return found


@cache
def _families() -> frozenset[str]:
    return frozenset(knowledge()["family_first"]["families"].lower().split())


@cache
def _frequent() -> frozenset[str]:
    return frozenset(knowledge()["any"]["frequent"].lower().split())


@cache
def _particles() -> frozenset[str]:
    return frozenset(knowledge()["any"]["particles"].split())


@cache
def _servants() -> frozenset[str]:
    return frozenset(knowledge()["arabic"]["servant"].split())
