"""Which language is it in? What the page says, or the script and the commonest small words; null where neither is clear."""

from __future__ import annotations

import re
from collections import Counter
from functools import lru_cache
from itertools import chain

from search.extraction.knowledge import load

_WORD = re.compile(r"[^\W\d_]+")
_ASCII_NO_LETTER = {code: " " for code in range(128) if not chr(code).isalpha()}
_SAMPLE = 4000  # characters; more does not change the answer
_ENOUGH = 4  # small words that must be seen; fewer is a guess


def detect(text: str) -> str | None:
    """The ISO 639-1 code of a text's language, or None where it cannot be told."""
    sample = text[:_SAMPLE]
    if not sample.isascii() and _any_script().search(sample):
        letters = sum(c.isalpha() for c in sample)
        for code, script in _scripts().items():
            if len(script.findall(sample)) > 0.5 * letters > 0:
                return _by_letters(code, sample)
    small = sample.lower()
    found = small.translate(_ASCII_NO_LETTER).split() if small.isascii() else _WORD.findall(small)
    languages = _small_words()
    counts = Counter(chain.from_iterable(map(languages.__getitem__, filter(languages.__contains__, found))))
    best, second = sorted((0, 0, *counts.values()), reverse=True)[:2]
    if best < _ENOUGH or best < 1.5 * second or best < 0.12 * len(found):
        return None
    return max(counts, key=lambda code: counts[code])


def _by_letters(code: str, sample: str) -> str | None:
    """Languages that share a script are told apart by letters that only one of them writes."""
    letters = load("languages")["letters"].get(code, {})
    for language, own in letters.items():
        if sum(c in own for c in sample) >= 2:
            return str(language)
    return code if code in load("languages")["alone"] or letters else None


@lru_cache(maxsize=1)
def _scripts() -> dict[str, re.Pattern[str]]:
    """For each script, a pattern of one of its letters."""
    ranges = load("languages")["scripts"]
    return {code: re.compile("[" + "".join(f"{low}-{high}" for low, high in pairs) + "]") for code, pairs in ranges.items()}


@lru_cache(maxsize=1)
def _any_script() -> re.Pattern[str]:
    """A letter of any of the scripts. Most texts that are not all ASCII have none, but quotation marks and accents."""
    return re.compile("|".join(script.pattern for script in _scripts().values()))


@lru_cache(maxsize=1)
def _small_words() -> dict[str, list[str]]:
    """For each small word, the languages that have it."""
    found: dict[str, list[str]] = {}
    for code, text in load("languages")["words"].items():
        for word in set(text.split()):
            found.setdefault(word, []).append(code)
    return found
